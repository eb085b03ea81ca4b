/* npy: what NumPy writes is read, what lies is refused. */
#include "data/npy.h"
#include "support/memory.h"
#include "test.h"

#include <string.h>

typedef struct {
    test_memory memory;
    mg_ctx *ctx;
    mg_arena arena;
    char bytes[1024];
    size_t length;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f = (fixture){0};
    f.ctx = test_memory_ctx(&f.memory);
    assert_non_null(f.ctx);
    mg_arena_init(&f.arena, f.ctx);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    mg_arena_clear(&f->arena);
    assert_int_equal(f->memory.live, 1);
    mg_ctx_destroy(f->ctx);
    return 0;
}

/* A file of that version with the header as it stands, then n bytes. */
static void compose(fixture *f, int version, const char *header,
                    const void *data, size_t n)
{
    const size_t length = strlen(header), wide = version == 1 ? 2 : 4;
    assert_true(length + n + 12 <= sizeof f->bytes);
    memcpy(f->bytes, "\x93NUMPY", 6);
    f->bytes[6] = (char)version;
    f->bytes[7] = 0;
    for (size_t i = 0; i < wide; i++)
        f->bytes[8 + i] = (char)(length >> (8 * i) & 0xFF);
    memcpy(f->bytes + 8 + wide, header, length);
    if (n > 0)
        memcpy(f->bytes + 8 + wide + length, data, n);
    f->length = 8 + wide + length + n;
}

static mg_status parse(fixture *f, mg_tensor *out)
{
    return mg_npy_parse(&f->arena, "a.npy", f->bytes, f->length, out);
}

static void refuses(fixture *f, const char *words)
{
    mg_tensor t = {.data = f};
    assert_int_equal(parse(f, &t), MG_BAD_DATA);
    assert_ptr_equal(t.data, f);
    if (!strstr(mg_message(f->ctx), words))
        fail_msg("\"%s\" does not say \"%s\"", mg_message(f->ctx), words);
}

static void every_type_in_both_byte_orders_is_read(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *header, *data;
        size_t n;
        mg_dtype dtype;
        double value;
    } cases[] = {
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }",
         "\0\0\x20\x40", 4, MG_F32, 2.5},
        {"{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }",
         "\x40\x20\0\0", 4, MG_F32, 2.5},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }",
         "\0\0\0\0\0\0\x04\xC0", 8, MG_F64, -2.5},
        {"{'descr': '<i4', 'fortran_order': False, 'shape': (1,), }",
         "\xFE\xFF\xFF\xFF", 4, MG_I32, -2},
        {"{'descr': '>i8', 'fortran_order': False, 'shape': (1,), }",
         "\0\0\0\0\0\0\1\2", 8, MG_I64, 258},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", "\xFF", 1,
         MG_U8, 255},
        {"{'descr': '|b1', 'fortran_order': False, 'shape': (1,), }", "\1", 1,
         MG_BOOL, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        mg_tensor t;
        compose(f, 1, cases[i].header, cases[i].data, cases[i].n);
        assert_int_equal(parse(f, &t), MG_OK);
        assert_int_equal(t.type.dtype, cases[i].dtype);
        assert_true(mg_tensor_get(&t, 0) == cases[i].value);
    }
}

static void keys_may_stand_in_any_order_and_version(void **state)
{
    fixture *f = *state;
    for (int version = 1; version <= 3; version++) {
        mg_tensor t;
        compose(f, version,
                "{\"shape\":(2,3),'fortran_order':False,'descr':'|u1'}   \n",
                "abcdef", 6);
        assert_int_equal(parse(f, &t), MG_OK);
        assert_int_equal(t.type.shape.rank, 2);
        assert_int_equal(t.type.shape.dim[1], 3);
        assert_true(mg_tensor_get(&t, 4) == 'e');
    }
}

static void numbers_and_empty_arrays_have_their_shapes(void **state)
{
    fixture *f = *state;
    mg_tensor t;
    compose(f, 1, "{'descr': '|u1', 'fortran_order': False, 'shape': (), }",
            "\7", 1);
    assert_int_equal(parse(f, &t), MG_OK);
    assert_int_equal(t.type.shape.rank, 0);
    assert_true(mg_tensor_get(&t, 0) == 7);
    compose(f, 1, "{'descr': '<f8', 'fortran_order': True, 'shape': (0,), }",
            "", 0);
    assert_int_equal(parse(f, &t), MG_OK);
    assert_int_equal(mg_shape_size(&t.type.shape), 0);
}

static void headers_that_lie_are_refused(void **state)
{
    fixture *f = *state;
    static const char *const cases[][2] = {
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", "3 "},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }",
         "elements of 4"},
        {"{'descr': '|u1', 'fortran_order': True, 'shape': (1, 2), }",
         "Fortran"},
        {"{'descr': '|O', 'fortran_order': False, 'shape': (2,), }",
         "element type"},
        {"{'descr': '<c8', 'fortran_order': False, 'shape': (2,), }", "<c8"},
        {"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }",
         "element type"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (-2,), }",
         "negative"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': "
         "(4611686018427387904, 4), }",
         "too large"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': "
         "(1,1,1,1,1,1,1,1,2), }",
         "too many axes"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (1 2), }",
         "whole numbers"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, ", "shape"},
        {"{'descr': '|u1', 'fortran_order': False}", "not complete"},
        {"{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': "
         "(2,)}",
         "element type"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (2,)} x",
         "not complete"},
        {"{'descr': '|u1', 'fortran_order': 0, 'shape': (2,)}", "fortran"},
        {"{'colour': 'red'}", "unknown key"},
        {"{'descr: ", "not a dictionary"},
        {"", "not a dictionary"},
        {"{", "not a dictionary"},
        {"{'descr': '|b1', 'fortran_order': False, 'shape': (2,)}",
         "truth value"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        compose(f, 1, cases[i][0], "\7\7", 2);
        refuses(f, cases[i][1]);
    }
}

static void every_cut_of_a_file_is_refused(void **state)
{
    fixture *f = *state;
    compose(f, 2, "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n",
            "\0\0\x20\x40\0\0\x20\x40", 8);
    mg_tensor t;
    assert_int_equal(parse(f, &t), MG_OK);
    const size_t whole = f->length;
    for (f->length = 0; f->length < whole; f->length++)
        assert_int_equal(parse(f, &t), MG_BAD_DATA);
    f->length = whole;
    f->bytes[6] = 4;
    refuses(f, "unknown version");
    f->bytes[0] = 'P';
    refuses(f, "not an array file");
}

static void a_written_header_is_read_back(void **state)
{
    fixture *f = *state;
    const int64_t dim[MG_MAX_RANK] = {2, 1, 3, 1, 1, 1, 1, 1};
    for (int rank = 0; rank <= MG_MAX_RANK; rank++) {
        const mg_type type = {MG_I32, mg_shape_of(rank, dim)};
        mg_text text;
        mg_text_init(&text, f->ctx);
        mg_npy_header(&text, &type);
        assert_int_equal(text.length % 64, 0);
        for (size_t i = 0; i < mg_type_bytes(&type); i++)
            mg_text_append(&text, "\1", 1);
        assert_int_equal(mg_text_status(&text), MG_OK);
        mg_tensor t;
        assert_int_equal(
            mg_npy_parse(&f->arena, "b", text.data, text.length, &t), MG_OK);
        assert_int_equal(t.type.dtype, MG_I32);
        assert_true(mg_shape_equal(&t.type.shape, &type.shape));
        assert_true(mg_tensor_get(&t, 0) == 0x01010101);
        mg_text_clear(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_type_in_both_byte_orders_is_read,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(keys_may_stand_in_any_order_and_version,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            numbers_and_empty_arrays_have_their_shapes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(headers_that_lie_are_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(every_cut_of_a_file_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_written_header_is_read_back, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
