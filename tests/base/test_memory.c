/* Checked arithmetic, allocation, arenas. */
#include "base/arena.h"
#include "support/memory.h"
#include "test.h"

#include <string.h>

static void size_overflow_is_found_at_its_edge(void **state)
{
    (void)state;
    size_t out = 7;
    assert_true(mg_size_add(SIZE_MAX, 0, &out));
    assert_true(out == SIZE_MAX);
    out = 7;
    assert_false(mg_size_add(SIZE_MAX, 1, &out));
    assert_false(mg_size_mul(SIZE_MAX / 2 + 1, 2, &out));
    assert_int_equal(out, 7);
    assert_true(mg_size_mul(SIZE_MAX / 2, 2, &out));
    assert_true(out == SIZE_MAX - 1);
    assert_true(mg_size_mul(SIZE_MAX, 0, &out));
    assert_int_equal(out, 0);
}

static void int_overflow_is_found_at_its_edges(void **state)
{
    (void)state;
    int64_t out = 7;
    assert_false(mg_int_add(INT64_MAX, 1, &out));
    assert_false(mg_int_add(INT64_MIN, -1, &out));
    assert_false(mg_int_mul(INT64_MIN, -1, &out));
    assert_false(mg_int_mul(-1, INT64_MIN, &out));
    assert_false(mg_int_mul(INT64_MAX / 2 + 1, 2, &out));
    assert_false(mg_int_mul(INT64_MIN / 2 - 1, 2, &out));
    assert_int_equal(out, 7);
    assert_true(mg_int_add(INT64_MIN, INT64_MAX, &out));
    assert_int_equal(out, -1);
    assert_true(mg_int_mul(INT64_MIN / 2, 2, &out));
    assert_true(out == INT64_MIN);
    assert_true(mg_int_mul(-3, 5, &out));
    assert_int_equal(out, -15);
    assert_true(mg_int_mul(INT64_MIN, 0, &out));
    assert_int_equal(out, 0);
}

static bool is_zero(const void *block, size_t bytes)
{
    const unsigned char *b = block;
    for (size_t i = 0; i < bytes; i++)
        if (b[i] != 0)
            return false;
    return true;
}

static void blocks_are_zeroed_and_aligned(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    for (size_t n = 0; n < 300; n += 7) {
        char *plain = mg_alloc(ctx, n, 3);
        char *aligned = mg_alloc_aligned(ctx, n, 3);
        assert_non_null(plain);
        assert_int_equal((uintptr_t)aligned % MG_ALIGNMENT, 0);
        assert_true(is_zero(plain, 3 * n) && is_zero(aligned, 3 * n));
        memset(plain, 1, 3 * n);
        memset(aligned, 1, 3 * n);
        mg_free(ctx, plain);
        mg_free_aligned(ctx, aligned);
    }
    mg_free(ctx, NULL);
    mg_free_aligned(ctx, NULL);
    assert_int_equal(memory.live, 1);
    mg_ctx_destroy(ctx);
}

static void an_overflowing_product_is_out_of_memory(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    void *block = NULL;
    size_t capacity = 0;
    assert_null(mg_alloc(ctx, SIZE_MAX / 2, 3));
    assert_string_equal(mg_message(ctx), "out of memory");
    assert_null(mg_alloc(ctx, SIZE_MAX, 1));
    assert_null(mg_alloc_aligned(ctx, SIZE_MAX - 8, 1));
    assert_int_equal(mg_grow(ctx, &block, &capacity, SIZE_MAX / 2, 4),
                     MG_NO_MEMORY);
    assert_null(block);
    assert_int_equal(capacity, 0);
    assert_int_equal(memory.requests, 1);
    mg_ctx_destroy(ctx);
}

static void a_growing_array_keeps_its_items(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    int *items = NULL;
    size_t capacity = 0;
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(mg_grow(ctx, &items, &capacity, i + 1, sizeof *items),
                         MG_OK);
        assert_true(capacity > i);
        items[i] = (int)i;
    }
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    assert_true(memory.requests < 20);
    mg_free(ctx, items);
    mg_ctx_destroy(ctx);
}

static void a_refused_growth_keeps_the_array(void **state)
{
    (void)state;
    test_memory memory = {.refuse = 3};
    mg_ctx *ctx = test_memory_ctx(&memory);
    int *items = NULL;
    size_t capacity = 0;
    assert_int_equal(mg_grow(ctx, &items, &capacity, 4, sizeof *items), MG_OK);
    items[3] = 5;
    const size_t before = capacity;
    assert_int_equal(mg_grow(ctx, &items, &capacity, 100, sizeof *items),
                     MG_NO_MEMORY);
    assert_int_equal(capacity, before);
    assert_int_equal(items[3], 5);
    mg_free(ctx, items);
    assert_int_equal(memory.live, 1);
    mg_ctx_destroy(ctx);
}

/* Pieces of many sizes, each filled with a mark of its own: none may overlap
 * another. */
static void arena_pieces_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    enum { pieces = 400 };
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    mg_arena arena;
    mg_arena_init(&arena, ctx);
    unsigned char *piece[pieces];
    size_t size[pieces];
    for (size_t i = 0; i < pieces; i++) {
        size[i] = i % 50 == 49 ? 40000 : i * 37 % 700;
        const bool aligned = i % 3 == 0;
        piece[i] = aligned ? mg_arena_alloc_aligned(&arena, size[i], 1)
                           : mg_arena_alloc(&arena, size[i], 1);
        const size_t alignment = aligned ? MG_ALIGNMENT : _Alignof(max_align_t);
        assert_int_equal((uintptr_t)piece[i] % alignment, 0);
        assert_true(is_zero(piece[i], size[i]));
        memset(piece[i], (int)(i % 255 + 1), size[i]);
    }
    for (size_t i = 0; i < pieces; i++)
        for (size_t j = 0; j < size[i]; j++)
            assert_int_equal(piece[i][j], i % 255 + 1);
    assert_true(memory.live < 60);
    mg_arena_clear(&arena);
    assert_int_equal(memory.live, 1);
    mg_ctx_destroy(ctx);
}

/* A block of its own for 5001 bytes ends where nothing aligned fits. */
static void a_piece_does_not_begin_behind_a_full_block(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    mg_arena arena;
    mg_arena_init(&arena, ctx);
    assert_non_null(mg_arena_alloc(&arena, 5001, 1));
    assert_non_null(mg_arena_alloc_aligned(&arena, 1, 1));
    assert_int_equal(memory.live, 3);
    mg_arena_clear(&arena);
    mg_ctx_destroy(ctx);
}

static void arena_copies_items_and_strings(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    mg_arena arena;
    mg_arena_init(&arena, ctx);
    const int items[] = {1, 2, 3};
    assert_memory_equal(mg_arena_copy(&arena, items, 3, sizeof *items), items,
                        sizeof items);
    assert_string_equal(mg_arena_string(&arena, "weights", 2), "we");
    assert_string_equal(mg_arena_string(&arena, NULL, 0), "");
    assert_non_null(mg_arena_copy(&arena, NULL, 0, 8));
    assert_null(mg_arena_alloc(&arena, SIZE_MAX, 2));
    assert_null(mg_arena_alloc(&arena, SIZE_MAX - 10, 1));
    assert_null(mg_arena_string(&arena, "", SIZE_MAX));
    mg_arena_clear(&arena);
    mg_ctx_destroy(ctx);
}

static mg_status fill_arena(mg_ctx *ctx, void *data)
{
    (void)data;
    mg_arena arena;
    mg_arena_init(&arena, ctx);
    const bool all = mg_arena_alloc(&arena, 100, 1) &&
                     mg_arena_alloc_aligned(&arena, 100000, 1) &&
                     mg_arena_string(&arena, "abc", 3) &&
                     mg_arena_copy(&arena, "abc", 3, 1) &&
                     mg_arena_alloc(&arena, 1000, 8);
    mg_arena_clear(&arena);
    return all ? MG_OK : MG_NO_MEMORY;
}

static void an_arena_survives_refused_blocks(void **state)
{
    (void)state;
    assert_true(test_every_refusal(fill_arena, NULL) >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(size_overflow_is_found_at_its_edge),
        cmocka_unit_test(int_overflow_is_found_at_its_edges),
        cmocka_unit_test(blocks_are_zeroed_and_aligned),
        cmocka_unit_test(an_overflowing_product_is_out_of_memory),
        cmocka_unit_test(a_growing_array_keeps_its_items),
        cmocka_unit_test(a_refused_growth_keeps_the_array),
        cmocka_unit_test(arena_pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(a_piece_does_not_begin_behind_a_full_block),
        cmocka_unit_test(arena_copies_items_and_strings),
        cmocka_unit_test(an_arena_survives_refused_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
