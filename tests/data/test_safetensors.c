/* safetensors: round trips, the bytes themselves, and files that lie. */
#include "data/safetensors.h"
#include "support/folder.h"
#include "support/memory.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

enum { file_most = 4096 };

typedef struct {
    test_memory memory;
    mg_ctx *ctx;
    test_folder folder;
    char path[2 * TEST_PATH_SIZE];
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f = (fixture){0};
    f.ctx = test_memory_ctx(&f.memory);
    test_folder_create(&f.folder);
    strcpy(f.path, test_path(&f.folder, "w.safetensors"));
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    assert_int_equal(f->memory.live, 1);
    mg_ctx_destroy(f->ctx);
    test_folder_remove(&f->folder);
    return 0;
}

static float weights[] = {1.5F, -2, 3, 4, 5, 6};
static uint8_t flags[] = {1, 0, 1};
static int64_t step = INT64_MIN + 5;

static const mg_safetext texts[] = {
    {"formula", "y = \"\xCE\xB1\"\n\t\\x\x01"}, /* with a Greek letter */
    {"empty", ""},
};

/* One tensor of odd length stands before one that it leaves unaligned. */
static void make_tensors(mg_safetensor out[3])
{
    const mg_type matrix = {MG_F32, {.rank = 2, .dim = {2, 3}}};
    const mg_type row = {MG_BOOL, {.rank = 1, .dim = {3}}};
    out[0] = (mg_safetensor){"h.W", mg_tensor_dense(matrix, weights)};
    out[1] = (mg_safetensor){"\xCE\xB2", mg_tensor_dense(row, flags)};
    out[2] = (mg_safetensor){
        "step", mg_tensor_dense((mg_type){.dtype = MG_I64}, &step)};
}

static mg_status write_sample(mg_ctx *ctx, const char *path)
{
    mg_safetensor tensors[3];
    make_tensors(tensors);
    return mg_safetensors_write(ctx, path, 3, tensors, 2, texts);
}

static void the_bytes_are_as_the_format_says(void **state)
{
    fixture *f = *state;
    mg_safetensor tensors[3];
    make_tensors(tensors);
    assert_int_equal(
        mg_safetensors_write(f->ctx, f->path, 1, tensors, 1, texts), MG_OK);
    static const char json[] =
        "{\"__metadata__\":{\"formula\":\"y = \\\"\xCE\xB1\\\"\\n\\u0009\\\\x"
        "\\u0001\"},\"h.W\":{\"dtype\":\"F32\",\"shape\":[2,3],"
        "\"data_offsets\":[0,24]}}";
    char content[file_most];
    const size_t length = test_read(f->path, content, sizeof content);
    const size_t header = (unsigned char)content[0];
    assert_memory_equal(content + 1, "\0\0\0\0\0\0\0", 7);
    assert_int_equal(header % 8, 0);
    assert_int_equal(length, 8 + header + 24);
    assert_memory_equal(content + 8, json, sizeof json - 1);
    for (size_t i = sizeof json - 1; i < header; i++)
        assert_int_equal(content[8 + i], ' ');
    assert_memory_equal(content + 8 + header, weights, 24);
}

static void equal_content_gives_equal_bytes(void **state)
{
    fixture *f = *state;
    char first[file_most], second[file_most];
    assert_int_equal(write_sample(f->ctx, f->path), MG_OK);
    const size_t length = test_read(f->path, first, sizeof first);
    assert_int_equal(write_sample(f->ctx, f->path), MG_OK);
    assert_int_equal(test_read(f->path, second, sizeof second), length);
    assert_memory_equal(first, second, length);
}

static void every_type_has_a_name(void **state)
{
    (void)state;
    for (mg_dtype dtype = MG_F32; dtype <= MG_U8; dtype++) {
        mg_dtype found = dtype == MG_F32 ? MG_U8 : MG_F32;
        assert_true(
            mg_safetensors_find_dtype(mg_safetensors_dtype(dtype), &found));
        assert_int_equal(found, dtype);
    }
    mg_dtype found = MG_F32;
    assert_false(mg_safetensors_find_dtype("BF16", &found));
}

static void what_cannot_be_said_is_not_written(void **state)
{
    fixture *f = *state;
    mg_safetensor tensors[3];
    make_tensors(tensors);
    const mg_safetext twice[] = {{"a", "1"}, {"a", "2"}};
    assert_int_equal(mg_safetensors_write(f->ctx, f->path, 0, NULL, 2, twice),
                     MG_BAD_ARGUMENT);
    static const char *const wrong[] = {
        "\xC3",     "\x80", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
        "\xE2\x82", "a\xFF"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const mg_safetext text = {"key", wrong[i]};
        assert_int_equal(
            mg_safetensors_write(f->ctx, f->path, 0, NULL, 1, &text),
            MG_BAD_DATA);
    }
    tensors[1].name = "h.W";
    assert_int_equal(mg_safetensors_write(f->ctx, f->path, 2, tensors, 0, NULL),
                     MG_BAD_ARGUMENT);
    assert_non_null(strstr(mg_message(f->ctx), "h.W is used twice"));
    tensors[1].name = "__metadata__";
    assert_int_equal(mg_safetensors_write(f->ctx, f->path, 2, tensors, 0, NULL),
                     MG_BAD_ARGUMENT);
    tensors[0].tensor.stride[1] = 2;
    assert_int_equal(mg_safetensors_write(f->ctx, f->path, 1, tensors, 0, NULL),
                     MG_BAD_ARGUMENT);
    assert_int_equal(test_folder_count(&f->folder), 0);
}

#ifdef MATGRAD_HAVE_JANSSON

static void what_was_written_is_read(void **state)
{
    fixture *f = *state;
    mg_safetensors *file = NULL;
    assert_int_equal(write_sample(f->ctx, f->path), MG_OK);
    assert_int_equal(mg_safetensors_read(f->ctx, f->path, &file), MG_OK);
    assert_int_equal(file->n_tensors, 3);
    assert_string_equal(file->tensor[0].name, "h.W");
    assert_string_equal(file->tensor[1].name, "\xCE\xB2");
    const mg_tensor *t = mg_safetensors_find(file, "h.W");
    assert_int_equal(t->type.dtype, MG_F32);
    assert_int_equal(t->type.shape.rank, 2);
    assert_memory_equal(t->data, weights, sizeof weights);
    t = mg_safetensors_find(file, "\xCE\xB2");
    assert_memory_equal(t->data, flags, sizeof flags);
    t = mg_safetensors_find(file, "step");
    assert_int_equal((uintptr_t)t->data % MG_ALIGNMENT, 0);
    assert_int_equal(t->type.shape.rank, 0);
    assert_memory_equal(t->data, &step, sizeof step);
    assert_null(mg_safetensors_find(file, "none"));
    assert_int_equal(file->n_texts, 2);
    assert_string_equal(mg_safetensors_text(file, "formula"), texts[0].value);
    assert_string_equal(mg_safetensors_text(file, "empty"), "");
    assert_null(mg_safetensors_text(file, "none"));
    mg_safetensors_destroy(file);
    mg_safetensors_destroy(NULL);
}

static void a_file_may_be_empty(void **state)
{
    fixture *f = *state;
    mg_safetensors *file = NULL;
    assert_int_equal(mg_safetensors_write(f->ctx, f->path, 0, NULL, 0, NULL),
                     MG_OK);
    assert_int_equal(mg_safetensors_read(f->ctx, f->path, &file), MG_OK);
    assert_int_equal(file->n_tensors, 0);
    assert_int_equal(file->n_texts, 0);
    mg_safetensors_destroy(file);
}

/* Writes a header and that many bytes of elements behind it. */
static mg_status read_header(fixture *f, const char *json, size_t elements,
                             mg_safetensors **out)
{
    unsigned char content[file_most] = {0};
    const size_t length = strlen(json);
    content[0] = (unsigned char)length;
    content[1] = (unsigned char)(length >> 8);
    memcpy(content + 8, json, length);
    test_write(f->path, content, 8 + length + elements);
    return mg_safetensors_read(f->ctx, f->path, out);
}

static void tensors_may_stand_in_any_order_and_be_empty(void **state)
{
    fixture *f = *state;
    mg_safetensors *file = NULL;
    assert_int_equal(
        read_header(f,
                    "{\"c\":{\"dtype\":\"U8\",\"shape\":[2],"
                    "\"data_offsets\":[4,6]},"
                    "\"z\":{\"dtype\":\"F64\",\"shape\":[0,3],"
                    "\"data_offsets\":[4,4]},"
                    "\"a\":{\"dtype\":\"F32\",\"shape\":[],"
                    "\"data_offsets\":[0,4]},"
                    "\"d\":{\"shape\":[1,1],\"dtype\":\"BOOL\",\"more\":1,"
                    "\"data_offsets\":[6,7]}}   ",
                    7, &file),
        MG_OK);
    assert_int_equal(file->n_tensors, 4);
    assert_string_equal(file->tensor[0].name, "c");
    mg_safetensors_destroy(file);
}

static void check_refused(fixture *f, const char *json, size_t elements,
                          const char *reason)
{
    mg_safetensors *file = NULL;
    assert_int_equal(read_header(f, json, elements, &file), MG_BAD_DATA);
    assert_null(file);
    if (!strstr(mg_message(f->ctx), reason))
        fail_msg("\"%s\" lacks \"%s\"", mg_message(f->ctx), reason);
    assert_non_null(strstr(mg_message(f->ctx), f->path));
}

static void check_entry(fixture *f, const char *entry, size_t elements,
                        const char *reason)
{
    char json[1000];
    snprintf(json, sizeof json, "{\"a\":%s}", entry);
    check_refused(f, json, elements, reason);
}

static void headers_that_are_no_object_of_entries_are_refused(void **state)
{
    fixture *f = *state;
    check_refused(f, "", 0, "no JSON");
    check_refused(f, "{\"a\":", 0, "no JSON");
    check_refused(f, "[]", 0, "no JSON object");
    check_refused(f, "{} x", 0, "no JSON");
    check_refused(f, "{\"a\":1}", 0, "no object describes it");
    check_refused(f, "{\"a\":{},\"a\":{}}", 0, "duplicate");
    check_refused(f, "{\"__metadata__\":[]}", 0, "metadata is no object");
    check_refused(f, "{\"__metadata__\":{\"k\":1}}", 0, "k is not a string");
    check_entry(f, "{}", 0, "dtype or shape is missing");
    check_entry(f, "{\"dtype\":\"F32\"}", 0, "dtype or shape is missing");
    check_entry(f, "{\"dtype\":\"BF16\",\"shape\":[]}", 0, "its dtype is not");
    check_entry(f, "{\"dtype\":\"U8\",\"shape\":[1.5]}", 0, "no integer");
    check_entry(f, "{\"dtype\":\"U8\",\"shape\":[-1]}", 0, "negative");
    check_entry(f, "{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,1,1,1,1]}", 0,
                "more than 8 axes");
    check_entry(f,
                "{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296,"
                "4294967296,4294967296]}",
                0, "2^40");
    check_entry(f, "{\"dtype\":\"U8\",\"shape\":[99999999999999999999]}", 0,
                "too big integer");
}

static void offsets_that_lie_are_refused(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *offsets, *reason;
    } wrong[] = {
        {"[0]", "not two integers"},
        {"[0,2,2]", "not two integers"},
        {"[0,2.0]", "not two integers"},
        {"7", "not two integers"},
        {"[-1,1]", "offsets -1 to 1"},
        {"[2,0]", "offsets 2 to 0"},
        {"[0,3]", "offsets 0 to 3 in 2"},
        {"[0,1]", "1 bytes, but"},
        {"[9223372036854775806,9223372036854775807]", "in 2 bytes"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char entry[200];
        snprintf(entry, sizeof entry,
                 "{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":%s}",
                 wrong[i].offsets);
        check_entry(f, entry, 2, wrong[i].reason);
    }
}

static void gaps_and_overlaps_are_refused(void **state)
{
    fixture *f = *state;
    static const struct {
        int begin_a, begin_b;
        size_t elements;
        const char *reason;
    } wrong[] = {
        {0, 0, 2, "begins at 0, where 2 is free"},
        {0, 1, 3, "begins at 1, where 2 is free"},
        {0, 3, 5, "begins at 3, where 2 is free"},
        {3, 1, 5, "begins at 1, where 0 is free"},
        {2, 0, 5, "1 bytes behind the last tensor"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char json[400];
        snprintf(json, sizeof json,
                 "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":"
                 "[%d,%d]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],"
                 "\"data_offsets\":[%d,%d]}}",
                 wrong[i].begin_a, wrong[i].begin_a + 2, wrong[i].begin_b,
                 wrong[i].begin_b + 2);
        check_refused(f, json, wrong[i].elements, wrong[i].reason);
    }
}

static void truth_values_other_than_0_and_1_are_refused(void **state)
{
    fixture *f = *state;
    mg_safetensors *file = NULL;
    uint8_t value = 2;
    const mg_safetensor tensor = {
        "t", mg_tensor_dense((mg_type){.dtype = MG_BOOL}, &value)};
    assert_int_equal(mg_safetensors_write(f->ctx, f->path, 1, &tensor, 0, NULL),
                     MG_OK);
    assert_int_equal(mg_safetensors_read(f->ctx, f->path, &file), MG_BAD_DATA);
    assert_non_null(strstr(mg_message(f->ctx), "neither 0 nor 1"));
}

static void a_length_beyond_the_file_is_refused(void **state)
{
    fixture *f = *state;
    mg_safetensors *file = NULL;
    const unsigned char lengths[][8] = {
        {3},
        {255, 255, 255, 255, 255, 255, 255, 255},
        {0, 0, 0, 0, 0, 0, 0, 1},
        {1, 0xE1, 0xF5, 5}};
    for (size_t i = 0; i < 4; i++) {
        char content[10];
        memcpy(content, lengths[i], 8);
        memcpy(content + 8, "{}", 2);
        test_write(f->path, content, sizeof content);
        assert_int_equal(mg_safetensors_read(f->ctx, f->path, &file),
                         MG_BAD_DATA);
        assert_non_null(strstr(mg_message(f->ctx), "in a file of 10"));
    }
    assert_int_equal(
        mg_safetensors_read(f->ctx, test_path(&f->folder, "none"), &file),
        MG_BAD_FILE);
}

static void deep_headers_do_not_overflow_the_stack(void **state)
{
    fixture *f = *state;
    enum { depth = 200000 };
    static char content[8 + depth];
    memset(content, '[', sizeof content);
    const unsigned char length[8] = {depth & 255, depth >> 8 & 255,
                                     depth >> 16};
    memcpy(content, length, 8);
    test_write(f->path, content, sizeof content);
    mg_safetensors *file = NULL;
    assert_int_equal(mg_safetensors_read(f->ctx, f->path, &file), MG_BAD_DATA);
}

static void a_file_cut_anywhere_is_refused(void **state)
{
    fixture *f = *state;
    char content[file_most];
    assert_int_equal(write_sample(f->ctx, f->path), MG_OK);
    const size_t length = test_read(f->path, content, sizeof content);
    for (size_t n = 0; n < length; n++) {
        mg_safetensors *file = NULL;
        test_write(f->path, content, n);
        assert_int_equal(mg_safetensors_read(f->ctx, f->path, &file),
                         MG_BAD_DATA);
        assert_null(file);
    }
}

/* A flipped bit may give another good file; never anything but good or
 * refused, which the sanitisers see to. */
static void a_file_with_any_bit_flipped_is_good_or_refused(void **state)
{
    fixture *f = *state;
    char content[file_most];
    assert_int_equal(write_sample(f->ctx, f->path), MG_OK);
    const size_t length = test_read(f->path, content, sizeof content);
    size_t refused = 0;
    for (size_t bit = 0; bit < 8 * length; bit++) {
        mg_safetensors *file = NULL;
        content[bit / 8] = (char)(content[bit / 8] ^ (1 << bit % 8));
        test_write(f->path, content, length);
        content[bit / 8] = (char)(content[bit / 8] ^ (1 << bit % 8));
        const mg_status status = mg_safetensors_read(f->ctx, f->path, &file);
        assert_true(status == MG_OK || status == MG_BAD_DATA);
        assert_int_equal(status == MG_OK, file != NULL);
        refused += status != MG_OK;
        mg_safetensors_destroy(file);
    }
    assert_true(refused > length);
}

static mg_status write_and_read(mg_ctx *ctx, void *path)
{
    mg_safetensors *file = NULL;
    MG_TRY(write_sample(ctx, path));
    MG_TRY(mg_safetensors_read(ctx, path, &file));
    mg_safetensors_destroy(file);
    return MG_OK;
}

static void every_refused_allocation_is_clean(void **state)
{
    fixture *f = *state;
    assert_true(test_every_refusal(write_and_read, f->path) >= 6);
    assert_int_equal(test_folder_count(&f->folder), 1);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_bytes_are_as_the_format_says,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(equal_content_gives_equal_bytes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(every_type_has_a_name, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_said_is_not_written,
                                        set_up, tear_down),
#ifdef MATGRAD_HAVE_JANSSON
        cmocka_unit_test_setup_teardown(what_was_written_is_read, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_file_may_be_empty, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            tensors_may_stand_in_any_order_and_be_empty, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            headers_that_are_no_object_of_entries_are_refused, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(offsets_that_lie_are_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(gaps_and_overlaps_are_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            truth_values_other_than_0_and_1_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_length_beyond_the_file_is_refused,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(deep_headers_do_not_overflow_the_stack,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_cut_anywhere_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            a_file_with_any_bit_flipped_is_good_or_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_refused_allocation_is_clean,
                                        set_up, tear_down),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
