/* npy: what NumPy writes is read, what lies is refused. */
#include "data/npy.h"
#include "support/memory.h"
#include "test.h"

#include <math.h>
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
        {"{'descr': '|i1', 'fortran_order': False, 'shape': (1,), }", "\xFE", 1,
         MG_I32, -2},
        {"{'descr': '<i2', 'fortran_order': False, 'shape': (1,), }",
         "\xFE\xFF", 2, MG_I32, -2},
        {"{'descr': '>i2', 'fortran_order': False, 'shape': (1,), }",
         "\xFE\xFF", 2, MG_I32, -257},
        {"{'descr': '<u2', 'fortran_order': False, 'shape': (1,), }",
         "\xFE\xFF", 2, MG_I32, 65534},
        {"{'descr': '<u4', 'fortran_order': False, 'shape': (1,), }",
         "\xFE\xFF\xFF\xFF", 4, MG_I64, 4294967294.0},
        {"{'descr': '>u4', 'fortran_order': False, 'shape': (1,), }",
         "\xFE\xFF\xFF\xFF", 4, MG_I64, 4278190079.0},
        {"{'descr': '<u8', 'fortran_order': False, 'shape': (1,), }",
         "\1\1\0\0\0\0\0\0", 8, MG_I64, 257},
        {"{'descr': '<f2', 'fortran_order': False, 'shape': (1,), }",
         "\x00\xC1", 2, MG_F32, -2.5},
        {"{'descr': '>f2', 'fortran_order': False, 'shape': (1,), }",
         "\x00\x01", 2, MG_F32, 0x1p-24},
        {"{'descr': '<f2', 'fortran_order': False, 'shape': (1,), }",
         "\xFF\x7B", 2, MG_F32, 65504},
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

/* Longer than the piece by which elements are converted, and odd. */
static void long_arrays_are_converted_to_the_end(void **state)
{
    fixture *f = *state;
    enum { n = 3001 };
    static uint16_t in[n];
    static int32_t out[n];
    for (int i = 0; i < n; i++)
        in[i] = (uint16_t)(i * 21);
    const mg_npy npy = {
        .type = {MG_I32, {1, {n}}}, .letter = 'u', .width = 2, .count = n};
    assert_int_equal(mg_npy_convert(f->ctx, "a", &npy, in, n, out), MG_OK);
    for (int i = 0; i < n; i++)
        assert_int_equal(out[i], i * 21);
}

static void halves_are_what_they_stand_for(void **state)
{
    fixture *f = *state;
    const uint16_t in[] = {0x7C00, 0xFC00, 0x7E00, 0x8000, 0x3555};
    float out[5];
    const mg_npy npy = {
        .type = {MG_F32, {1, {5}}}, .letter = 'f', .width = 2, .count = 5};
    assert_int_equal(mg_npy_convert(f->ctx, "a", &npy, in, 5, out), MG_OK);
    assert_true(isinf(out[0]) && out[0] > 0);
    assert_true(isinf(out[1]) && out[1] < 0);
    assert_true(isnan(out[2]));
    assert_true(out[3] == 0 && signbit(out[3]));
    assert_true(out[4] == 0.333251953125F);
}

static void the_order_of_fortran_is_turned_round(void **state)
{
    fixture *f = *state;
    mg_tensor t;
    compose(f, 1, "{'descr': '<i2', 'fortran_order': True, 'shape': (2,3,2)}",
            "\0\0\1\0\2\0\3\0\4\0\5\0\6\0\7\0\x8\0\x9\0\xA\0\xB\0", 24);
    assert_int_equal(parse(f, &t), MG_OK);
    assert_true(mg_tensor_is_dense(&t));
    for (int i = 0; i < 12; i++)
        assert_true(mg_tensor_get(&t, i) ==
                    i / 6 + 2 * (i / 2 % 3) + 6 * (i % 2));
}

static void integers_above_2_63_are_refused(void **state)
{
    fixture *f = *state;
    compose(f, 1, "{'descr': '<u8', 'fortran_order': False, 'shape': (1,)}",
            "\0\0\0\0\0\0\0\x80", 8);
    refuses(f, "above 2^63 - 1");
}

static const char *text_of(fixture *f, const char *header, const char *bytes,
                           mg_text *text)
{
    mg_npy npy;
    size_t start = 0;
    compose(f, 1, header, "", 0);
    assert_int_equal(mg_npy_start(f->ctx, "a", f->bytes, f->length, &start),
                     MG_OK);
    assert_int_equal(mg_npy_describe(f->ctx, "a", f->bytes, start, &npy),
                     MG_OK);
    assert_true(mg_npy_is_text(&npy));
    mg_text_clear(text);
    mg_text_init(text, f->ctx);
    return mg_npy_text(&npy, bytes, text) ? mg_text_string(text) : NULL;
}

static void texts_become_utf_8(void **state)
{
    fixture *f = *state;
    mg_text text;
    mg_text_init(&text, f->ctx);
    const char *u4 = "{'descr': '<U2', 'fortran_order': False, 'shape': (1,)}";
    const char *big = "{'descr': '>U2', 'fortran_order': False, 'shape': (1,)}";
    const char *s3 = "{'descr': '|S3', 'fortran_order': False, 'shape': (1,)}";
    assert_string_equal(text_of(f, u4, "\xE9\0\0\0b\0\0\0", &text), "\u00E9b");
    assert_string_equal(text_of(f, u4, "b\0\0\0\0\0\0\0", &text), "b");
    assert_string_equal(text_of(f, u4, "\0\0\0\0\0\0\0\0", &text), "");
    assert_string_equal(text_of(f, big, "\0\0\0b\0\1\xF6\0", &text),
                        "b\U0001F600");
    assert_null(text_of(f, u4, "\0\xD8\0\0b\0\0\0", &text));
    assert_null(text_of(f, u4, "\0\0\0\0b\0\0\0", &text));
    assert_null(text_of(f, u4, "b\0\0\x11\0\0\0\0", &text));
    assert_string_equal(text_of(f, s3, "abc", &text), "abc");
    assert_string_equal(text_of(f, s3, "a\0\0", &text), "a");
    assert_null(text_of(f, s3, "a\xFFz", &text));
    assert_null(text_of(f, s3, "a\0z", &text));
    mg_text_clear(&text);
}

static void headers_that_lie_are_refused(void **state)
{
    fixture *f = *state;
    static const char *const cases[][2] = {
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", "3 "},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }",
         "elements of 4"},
        {"{'descr': '|O', 'fortran_order': False, 'shape': (2,), }",
         "Python objects"},
        {"{'descr': '<U3', 'fortran_order': False, 'shape': (2,), }", "texts"},
        {"{'descr': '<U0', 'fortran_order': False, 'shape': (2,), }", "<U0"},
        {"{'descr': '<U99999999999', 'fortran_order': False, 'shape': (2,), }",
         "<U99999999999"},
        {"{'descr': '<u8', 'fortran_order': False, 'shape': (2,), }",
         "elements of 8"},
        {"{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (2,), }",
         "<M8[ns]"},
        {"{'descr': '<f', 'fortran_order': False, 'shape': (2,), }", "<f"},
        {"{'descr': '', 'fortran_order': False, 'shape': (2,), }",
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
    f->bytes[11] = 1;
    refuses(f, "longer than that of any");
    f->bytes[11] = 0;
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
        cmocka_unit_test_setup_teardown(long_arrays_are_converted_to_the_end,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(halves_are_what_they_stand_for, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_order_of_fortran_is_turned_round,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(integers_above_2_63_are_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(texts_become_utf_8, set_up, tear_down),
        cmocka_unit_test_setup_teardown(headers_that_lie_are_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(every_cut_of_a_file_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_written_header_is_read_back, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
