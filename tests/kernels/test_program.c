/* Programs of several instructions, as fused loops will make them. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "kernels/program.h"
#include "ops/draw.h"

#define N 3000

/* y[r][i] = sigmoid(a[r][i] * b[i] + c[r]) < a[r][i] ? exp(a) : -b, with every
 * intermediate result in a register: operands a, b, c, y, then the results. */
static mg_loop make_loop(int64_t rows, int64_t length)
{
    mg_loop loop = {.rows = rows,
                    .length = length,
                    .outer = {1, {rows}},
                    .n_operands = 4,
                    .n_instructions = 7};
    loop.operand[0] =
        (mg_loop_operand){.walk = MG_WALK_ROW, .stride = 1, .outer = {length}};
    loop.operand[1] = (mg_loop_operand){.walk = MG_WALK_ROW, .stride = 1};
    loop.operand[2] = (mg_loop_operand){.walk = MG_WALK_SCALAR, .outer = {1}};
    loop.operand[3] = loop.operand[0];
    const mg_loop_instruction code[] = {
        {&mg_op_mul, MG_F32, MG_LEVEL_FULL, false, 2, {0, 1}, 4, NULL},
        {&mg_op_add, MG_F32, MG_LEVEL_FULL, false, 2, {4, 2}, 5, NULL},
        {&mg_op_sigmoid, MG_F32, MG_LEVEL_FULL, false, 1, {5}, 6, NULL},
        {&mg_op_less, MG_BOOL, MG_LEVEL_FULL, false, 2, {6, 0}, 7, NULL},
        {&mg_op_exp, MG_F32, MG_LEVEL_FULL, false, 1, {0}, 8, NULL},
        {&mg_op_neg, MG_F32, MG_LEVEL_FULL, false, 1, {1}, 9, NULL},
        {&mg_op_where, MG_F32, MG_LEVEL_FULL, false, 3, {7, 8, 9}, 3, NULL}};
    memcpy(loop.instruction, code, sizeof code);
    return loop;
}

static float expected(float a, float b, float c)
{
    const double z = (double)(a * b + c);
    const double sigmoid = 1 / (1 + exp(-z));
    return sigmoid < (double)a ? expf(a) : -b;
}

typedef struct {
    float a[N], b[N], c[N], y[N];
} memory;

static void check_run(const mg_program *p, memory *m, int64_t rows,
                      int64_t length, mg_pool *pool)
{
    void *const arg[] = {m->a, m->b, m->c, m->y};
    memset(m->y, 0, sizeof m->y);
    mg_program_run(p, arg, NULL, &(mg_frame){.pool = pool});
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < length; i++) {
            const float a = m->a[r * length + i];
            const float want = expected(a, m->b[i], m->c[r]);
            /* exp is 1.1 units off, expf at most one more. */
            assert_true(fabsf(m->y[r * length + i] - want) <=
                        3 * 0x1p-23F * fabsf(want));
        }
}

static void results_stay_in_registers_until_their_last_use(void **state)
{
    (void)state;
    static const int64_t sizes[][2] = {{1, 1},    {1, 700}, {1, N},  {3, 1000},
                                       {1000, 3}, {5, 512}, {2, 513}};
    static memory m;
    for (int i = 0; i < N; i++) {
        m.a[i] = (float)(i * 37 % 101) / 50 - 1;
        m.b[i] = (float)(i * 53 % 89) / 40 - 1;
        m.c[i] = (float)(i * 11 % 71) / 30 - 1;
    }
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    mg_arena arena;
    mg_arena_init(&arena, ctx);
    for (int set = 0; mg_vector_at(set); set++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            const mg_loop loop = make_loop(sizes[i][0], sizes[i][1]);
            mg_program *p = NULL;
            assert_int_equal(
                mg_program_create(&arena, mg_vector_at(set), &loop, &p), MG_OK);
            assert_non_null(p);
            for (ctx->threads = 1; ctx->threads <= 3; ctx->threads++) {
                mg_pool *pool = NULL;
                assert_int_equal(mg_pool_of(ctx, &pool), MG_OK);
                check_run(p, &m, sizes[i][0], sizes[i][1], pool);
            }
        }
    mg_arena_clear(&arena);
    mg_ctx_destroy(ctx);
}

/* y[r][i] = a[r][i] + a random number, then y's rows from `from` on alone. */
static void check_draws(const mg_program *p, memory *m, int64_t rows,
                        int64_t length, const mg_frame *frame)
{
    void *const arg[] = {m->a, m->y};
    const mg_stream stream = mg_draw_stream(frame, 5);
    const int64_t from = rows / 2;
    for (int part = 0; part < 2; part++) {
        const int64_t first = part ? from * length : 0;
        memset(m->y, 0, sizeof m->y);
        if (part)
            mg_program_run_rows(p, arg, frame, from, rows);
        else
            mg_program_run(p, arg, NULL, frame);
        for (int64_t i = 0; i < rows * length; i++) {
            const double number = mg_random_uniform(&stream, (uint64_t)i);
            const float want = i < first ? 0 : m->a[i] + (float)number;
            assert_true(m->y[i] == want);
        }
    }
}

static void random_numbers_depend_on_the_place_alone(void **state)
{
    (void)state;
    static const int64_t sizes[][2] = {
        {1, 1},    {1, 702},  {1, N},   {3, 1000}, {999, 3},
        {1000, 1}, {200, 15}, {5, 513}, {2, 1499}, {2998, 1}};
    static const int64_t call[] = {5};
    static memory m;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    mg_arena arena;
    mg_arena_init(&arena, ctx);
    for (int i = 0; i < N; i++)
        m.a[i] = (float)(i % 7) / 4;
    for (int set = 0; mg_vector_at(set); set++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            const int64_t rows = sizes[i][0], length = sizes[i][1];
            mg_loop loop = {.rows = rows,
                            .length = length,
                            .outer = {1, {rows}},
                            .n_operands = 2,
                            .n_instructions = 2};
            const mg_loop_instruction code[] = {
                {&mg_op_random, MG_F32, MG_LEVEL_FULL, false, 0, {0}, 2, call},
                {&mg_op_add, MG_F32, MG_LEVEL_FULL, false, 2, {0, 2}, 1, NULL}};
            memcpy(loop.instruction, code, sizeof code);
            loop.operand[0] = loop.operand[1] = (mg_loop_operand){
                .walk = MG_WALK_ROW, .stride = 1, .outer = {length}};
            mg_program *p = NULL;
            assert_int_equal(
                mg_program_create(&arena, mg_vector_at(set), &loop, &p), MG_OK);
            assert_non_null(p);
            for (ctx->threads = 1; ctx->threads <= 3; ctx->threads++) {
                mg_frame frame = {.seed = 0x123456789, .step = 3};
                assert_int_equal(mg_pool_of(ctx, &frame.pool), MG_OK);
                check_draws(p, &m, rows, length, &frame);
            }
        }
    mg_arena_clear(&arena);
    mg_ctx_destroy(ctx);
}

/* y = ((a + r1) + r2) + ..., where all r are made before any is used. */
static void too_many_live_results_are_refused(void **state)
{
    (void)state;
    mg_loop loop = {.rows = 1, .length = 5, .n_operands = 2};
    loop.operand[0] = (mg_loop_operand){.walk = MG_WALK_ROW, .stride = 1};
    loop.operand[1] = loop.operand[0];
    const int live = MG_LOOP_REGISTERS + 1;
    for (int i = 0; i < live; i++)
        loop.instruction[loop.n_instructions++] = (mg_loop_instruction){
            &mg_op_neg, MG_F32, MG_LEVEL_FULL, false, 1, {0}, 2 + i, NULL};
    for (int i = 0; i < live; i++)
        loop.instruction[loop.n_instructions++] = (mg_loop_instruction){
            &mg_op_add, MG_F32, MG_LEVEL_FULL, false, 2, {2 + i, 0}, 1, NULL};
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    mg_arena arena;
    mg_arena_init(&arena, ctx);
    mg_program *p = NULL;
    assert_int_equal(mg_program_create(&arena, mg_vector_best(), &loop, &p),
                     MG_OK);
    assert_null(p);
    mg_arena_clear(&arena);
    mg_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_stay_in_registers_until_their_last_use),
        cmocka_unit_test(random_numbers_depend_on_the_place_alone),
        cmocka_unit_test(too_many_live_results_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
