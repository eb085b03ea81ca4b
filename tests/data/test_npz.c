/* Arrays as data sets: archives and files side by side, honest and hostile. */
#include "data/npz.h"
#include "data/describe.h"
#include "data/examples.h"
#include "data/npy_files.h"
#include "data/source.h"
#include "support/folder.h"
#include "support/memory.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef MATGRAD_HAVE_LIBZIP
#include <zip.h>
#endif

typedef struct {
    test_memory memory;
    mg_ctx *ctx;
    mg_arena arena;
    test_folder folder;
    char names[4 * TEST_PATH_SIZE];
    mg_dataset *dataset;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f = (fixture){0};
    f.ctx = test_memory_ctx(&f.memory);
    mg_arena_init(&f.arena, f.ctx);
    test_folder_create(&f.folder);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    mg_dataset_destroy(f->dataset);
    mg_arena_clear(&f->arena);
    assert_int_equal(f->memory.live, 1);
    mg_ctx_destroy(f->ctx);
    test_folder_remove(&f->folder);
    return 0;
}

/* ---- Making arrays ---- */

typedef struct {
    char *bytes;
    size_t length;
} array;

/* An array of that element type and shape, "(2, 3)", and n bytes. */
static array compose(fixture *f, const char *descr, bool fortran,
                     const char *shape, const void *data, size_t n)
{
    char header[200];
    const int length =
        snprintf(header, sizeof header,
                 "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n", descr,
                 fortran ? "True" : "False", shape);
    array a = {.length = 10 + (size_t)length + n};
    a.bytes = mg_arena_alloc(&f->arena, a.length, 1);
    memcpy(a.bytes, "\x93NUMPY\x01\x00", 8);
    a.bytes[8] = (char)length;
    memcpy(a.bytes + 10, header, (size_t)length);
    if (n > 0)
        memcpy(a.bytes + 10 + length, data, n);
    return a;
}

/* Adds to the names that are opened: a file, and keys or "". */
static void name_file(fixture *f, const char *name, const char *keys)
{
    const size_t used = strlen(f->names);
    snprintf(f->names + used, sizeof f->names - used, "%s%s%s",
             used > 0 ? "\n" : "", test_path(&f->folder, name), keys);
}

static void write_array(fixture *f, const char *name, array a)
{
    test_write(test_path(&f->folder, name), a.bytes, a.length);
    name_file(f, name, "");
}

static mg_status reopen(fixture *f)
{
    mg_dataset_destroy(f->dataset);
    f->dataset = NULL;
    return mg_data_open(f->ctx, f->names, MG_PART_TRAIN, &f->dataset);
}

static void opened(fixture *f)
{
    if (reopen(f) != MG_OK)
        fail_msg("%s", mg_message(f->ctx));
}

static void refused(fixture *f, const char *words)
{
    assert_int_not_equal(reopen(f), MG_OK);
    assert_null(f->dataset);
    if (!strstr(mg_message(f->ctx), words))
        fail_msg("\"%s\" does not say \"%s\"", mg_message(f->ctx), words);
}

static double element(const fixture *f, size_t column, int64_t i)
{
    const mg_data_column *c = &f->dataset->column[column];
    const mg_tensor t =
        mg_tensor_dense((mg_type){c->row.dtype, {1, {1000}}}, c->data);
    return mg_tensor_get(&t, i);
}

static const float six[] = {0, 1, 2, 3, 4, 5};

/* ---- Files side by side ---- */

static void files_stand_side_by_side(void **state)
{
    fixture *f = *state;
    write_array(f, "x.npy", compose(f, "<f4", false, "(2, 3)", six, 24));
    write_array(f, "y.npy", compose(f, "|b1", false, "(2,)", "\1\0", 2));
    opened(f);
    assert_int_equal(f->dataset->rows, 2);
    assert_int_equal(f->dataset->n_columns, 2);
    assert_string_equal(f->dataset->column[0].name, "x");
    assert_int_equal(f->dataset->column[0].row.shape.dim[0], 3);
    assert_true(element(f, 0, 4) == 4);
    assert_string_equal(f->dataset->column[1].name, "y");
    assert_int_equal(f->dataset->column[1].classes, 2);
    assert_false(f->dataset->column[1].target || f->dataset->fill);
}

static void keys_of_any_name_hold_for_all(void **state)
{
    fixture *f = *state;
    write_array(f, "x.npy", compose(f, "<f4", false, "(2, 3)", six, 24));
    write_array(f, "z.npy", compose(f, "<f4", false, "(3, 2)", six, 24));
    test_write(test_path(&f->folder, "y.npy"),
               compose(f, "|u1", false, "(2,)", "\7\0", 2).bytes, 0);
    write_array(f, "y.npy", compose(f, "|u1", false, "(2,)", "\7\0", 2));
    refused(f, "z has 3 rows, but x has 2 (drop=z leaves it out)");
    strcat(f->names, "?target=y&drop=z&missing=mean&standardise=yes");
    opened(f);
    assert_int_equal(f->dataset->n_columns, 2);
    assert_true(f->dataset->column[1].target);
    assert_false(f->dataset->column[0].target);
    assert_true(f->dataset->fill && f->dataset->standardise);
}

static void keys_that_arrays_lack_are_refused(void **state)
{
    fixture *f = *state;
    write_array(f, "x.npy", compose(f, "<f4", false, "(2, 3)", six, 24));
    const size_t length = strlen(f->names);
    strcpy(f->names + length, "?header=yes");
    refused(f, "header is no key of .npy files");
    strcpy(f->names + length, "?missing=drop");
    refused(f, "not missing=drop");
    strcpy(f->names + length, "?target=x,w");
    refused(f, "target=w: there is no such array; there are x");
    strcpy(f->names + length, "?drop=w");
    refused(f, "drop=w: there is no such array");
    strcpy(f->names + length, "?drop=x");
    refused(f, "there are no arrays");
}

static void arrays_without_rows_are_refused(void **state)
{
    fixture *f = *state;
    static const char *const cases[][3] = {
        {"()", "1", "x is a single value"},
        {"(0, 3)", "0", "x is empty, of shape [0, 3]"},
        {"(3, 0)", "0", "x is empty, of shape [3, 0]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        f->names[0] = '\0';
        write_array(f, "x.npy",
                    compose(f, "|u1", false, cases[i][0], "\1",
                            (size_t)atoi(cases[i][1])));
        refused(f, cases[i][2]);
    }
}

static void files_that_lie_are_refused(void **state)
{
    fixture *f = *state;
    array a = compose(f, "<f4", false, "(2, 3)", six, 24);
    write_array(f, "x.npy", a);
    for (size_t n = 0; n < a.length; n++) {
        test_write(test_path(&f->folder, "x.npy"), a.bytes, n);
        assert_int_equal(reopen(f), MG_BAD_DATA);
    }
    a = compose(f, "<f4", false, "(99999999, 9999)", six, 24);
    test_write(test_path(&f->folder, "x.npy"), a.bytes, a.length);
    refused(f, "24 bytes of elements, but the shape says");
    a = compose(f, "|O", false, "(2, 3)", six, 24);
    test_write(test_path(&f->folder, "x.npy"), a.bytes, a.length);
    refused(f, "Python objects");
    a = compose(f, "<U2", false, "(3, 1)", six, 24);
    test_write(test_path(&f->folder, "x.npy"), a.bytes, a.length);
    refused(f, "x has more than one text a row");
    name_file(f, "./x.npy", "");
    a = compose(f, "<f4", false, "(2, 3)", six, 24);
    test_write(test_path(&f->folder, "x.npy"), a.bytes, a.length);
    refused(f, "there is another array x");
}

static void texts_are_labels(void **state)
{
    fixture *f = *state;
    write_array(
        f, "kind.npy",
        compose(f, "|S4", false, "(5,)", "roseivy\0ash\0roseash\0", 20));
    opened(f);
    const mg_data_column *c = &f->dataset->column[0];
    assert_true(c->text);
    assert_int_equal(c->row.dtype, MG_I64);
    assert_int_equal(c->classes, 3);
    static const char *const label[] = {"ash", "ivy", "rose"};
    static const int64_t number[] = {2, 1, 0, 2, 0};
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(c->label[i], label[i]);
    assert_memory_equal(c->data, number, sizeof number);
    const size_t length = strlen(f->names);
    strcpy(f->names + length, "?target=kind&classes=rose|oak|ash|ivy");
    opened(f);
    static const int64_t other[] = {0, 3, 2, 0, 2};
    assert_memory_equal(f->dataset->column[0].data, other, sizeof other);
    assert_int_equal(f->dataset->column[0].classes, 4);
    strcpy(f->names + length, "?target=kind&classes=rose|oak|ash");
    refused(f, "row 2 of kind is \"ivy\", which is none of classes=");
    f->names[0] = '\0';
    write_array(f, "kind.npy", compose(f, "|S1", false, "(2,)", "a\xFF", 2));
    refused(f, "the text in row 2 is not Unicode");
}

/* ---- Larger than memory ---- */

enum { large_rows = 70000, large_row = 1000 };

static float large_value(int64_t row, int64_t i)
{
    return (float)(row % 1000) + (float)i / 1024;
}

/* 280 MB that are never in memory: i2 of which each row is written alone. */
static void write_large(fixture *f)
{
    static float row[large_row];
    char shape[40];
    snprintf(shape, sizeof shape, "(%d, %d)", large_rows, large_row);
    const array head = compose(f, "<f4", false, shape, "", 0);
    FILE *file = fopen(test_path(&f->folder, "x.npy"), "wb");
    assert_non_null(file);
    fwrite(head.bytes, 1, head.length, file);
    for (int64_t r = 0; r < large_rows; r++) {
        for (int64_t i = 0; i < large_row; i++)
            row[i] = large_value(r, i);
        fwrite(row, sizeof row, 1, file);
    }
    assert_int_equal(fclose(file), 0);
    name_file(f, "x.npy", "");
}

static void large_files_are_read_row_by_row(void **state)
{
    fixture *f = *state;
    const int64_t dim = large_row;
    mg_network_input input[2] = {
        {.name = "x", .shape = mg_shape_of(1, &dim)},
        {.name = "y", .target = true, .classes = 3},
    };
    const mg_network network = {.n_inputs = 2, .input = input};
    static uint8_t labels[large_rows];
    for (int i = 0; i < large_rows; i++)
        labels[i] = (uint8_t)(i % 3);
    write_large(f);
    write_array(f, "y.npy",
                compose(f, "|u1", false, "(70000,)", labels, sizeof labels));
    opened(f);
    assert_null(f->dataset->column[0].data);
    assert_non_null(f->dataset->column[1].data);
    mg_examples *e = NULL;
    assert_int_equal(mg_examples_create(f->dataset, &network, true, NULL, &e),
                     MG_OK);
    const int64_t rows[] = {69999, 0, 4711};
    static float x[3 * large_row];
    int64_t y[3];
    assert_int_equal(mg_examples_gather(e, 0, 3, rows, MG_F32, x), MG_OK);
    assert_int_equal(mg_examples_gather(e, 1, 3, rows, MG_I64, y), MG_OK);
    for (int k = 0; k < 3; k++) {
        assert_int_equal(y[k], rows[k] % 3);
        for (int64_t i = 0; i < large_row; i++)
            assert_true(x[k * large_row + i] == large_value(rows[k], i));
    }
    mg_data_facts facts;
    assert_int_equal(mg_data_describe(f->dataset, &f->arena, &facts), MG_OK);
    assert_int_equal(facts.n, 2);
    assert_true(facts.column[0].most == 999.0 + 999.0 / 1024);
    assert_true(fabs(facts.column[0].mean - (499.5 + 499.5 / 1024)) < 1e-9);
    assert_int_equal(facts.column[1].n_classes, 3);
    /* Cut short while it is open. */
    test_write(test_path(&f->folder, "x.npy"), "", 0);
    assert_int_equal(mg_examples_gather(e, 0, 3, rows, MG_F32, x), MG_BAD_DATA);
    assert_non_null(strstr(mg_message(f->ctx), "ends too early"));
    mg_examples_destroy(e);
}

/* ---- Archives ---- */

#ifdef MATGRAD_HAVE_LIBZIP

typedef struct {
    const char *name;
    array array;
    bool deflated;
} part;

static void write_archive(fixture *f, const char *name, size_t n,
                          const part parts[])
{
    const char *path = test_path(&f->folder, name);
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    assert_non_null(zip);
    for (size_t i = 0; i < n; i++) {
        zip_source_t *source = zip_source_buffer(zip, parts[i].array.bytes,
                                                 parts[i].array.length, 0);
        const zip_int64_t index =
            zip_file_add(zip, parts[i].name, source, ZIP_FL_ENC_UTF_8);
        assert_true(index >= 0);
        zip_set_file_compression(
            zip, (zip_uint64_t)index,
            parts[i].deflated ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
    }
    assert_int_equal(zip_close(zip), 0);
}

static void archives_hold_columns_by_name(void **state)
{
    fixture *f = *state;
    const part parts[] = {
        {"x.npy",
         compose(f, ">f4", true, "(2, 3)",
                 "\0\0\0\0\x40\x40\0\0\x3F\x80\0\0\x40\x80\0\0"
                 "\x40\0\0\0\x40\xA0\0\0",
                 24),
         true},
        {"read.me", {"hello", 5}, false},
        {"y.npy", compose(f, "<u2", false, "(2,)", "\7\0\3\0", 4), false},
        {"spare.npy", compose(f, "|O", false, "(9,)", "", 0), false},
    };
    write_archive(f, "a.npz", 4, parts);
    name_file(f, "a.npz", "?target=y&drop=spare");
    opened(f);
    assert_int_equal(f->dataset->n_columns, 2);
    for (int64_t i = 0; i < 6; i++)
        assert_true(element(f, 0, i) == (double)i);
    assert_string_equal(f->dataset->column[1].name, "y");
    assert_true(f->dataset->column[1].target);
    assert_int_equal(f->dataset->column[1].classes, 8);
    f->names[0] = '\0';
    name_file(f, "a.npz", "?drop=spare,w");
    refused(f, "drop=spare,w: there is no such array");
    f->names[0] = '\0';
    name_file(f, "a.npz", "");
    refused(f, "a.npz: spare: npy: the elements are Python objects");
}

static void rows_of_archives_follow_one_another(void **state)
{
    fixture *f = *state;
    const part one = {"x.npy", compose(f, "<f4", false, "(2, 3)", six, 24),
                      false};
    const part two = {"x.npy", compose(f, "<f4", false, "(1, 3)", six, 12),
                      false};
    const part texts = {"x.npy", compose(f, "|S1", false, "(2,)", "ab", 2),
                        false};
    const part other = {"w.npy", compose(f, "<f4", false, "(1, 3)", six, 12),
                        false};
    write_archive(f, "a.npz", 1, &one);
    write_archive(f, "b.npz", 1, &two);
    name_file(f, "a.npz", "");
    name_file(f, "b.npz", "?missing=mean");
    opened(f);
    assert_int_equal(f->dataset->rows, 3);
    assert_true(element(f, 0, 7) == 1 && f->dataset->fill);
    write_archive(f, "b.npz", 1, &other);
    refused(f, "w");
    write_archive(f, "b.npz", 1, &texts);
    refused(f, "x is texts, which only one archive may have");
}

static void archives_of_no_arrays_are_refused(void **state)
{
    fixture *f = *state;
    const part none = {"read.me", {"hello", 5}, false};
    name_file(f, "a.npz", "");
    refused(f, "a.npz");
    test_write(test_path(&f->folder, "a.npz"), "PK\3\4 and no more", 15);
    refused(f, "a.npz");
    write_archive(f, "a.npz", 1, &none);
    refused(f, "there are no arrays in it");
}

static void damaged_archives_are_refused(void **state)
{
    fixture *f = *state;
    static char bytes[4096];
    const part parts[] = {
        {"x.npy", compose(f, "<f4", false, "(2, 3)", six, 24), true},
        {"y.npy", compose(f, "<f4", false, "(2, 3)", six, 24), false}};
    write_archive(f, "a.npz", 2, parts);
    name_file(f, "a.npz", "");
    opened(f);
    const char *path = test_path(&f->folder, "a.npz");
    const size_t length = test_read(path, bytes, sizeof bytes);
    for (size_t n = 0; n < length; n++) {
        test_write(path, bytes, n);
        assert_int_not_equal(reopen(f), MG_OK);
    }
    /* Any byte may be another: an error or some data set, never worse. */
    for (size_t i = 0; i < length; i++) {
        bytes[i] = (char)(bytes[i] ^ 0x55);
        test_write(path, bytes, length);
        (void)reopen(f);
        bytes[i] = (char)(bytes[i] ^ 0x55);
    }
    test_write(path, bytes, length);
    opened(f);
}

static void members_shorter_or_longer_than_they_say_are_refused(void **state)
{
    fixture *f = *state;
    name_file(f, "a.npz", "");
    for (int deflated = 0; deflated < 2; deflated++) {
        part p = {"x.npy", compose(f, "<f4", false, "(2, 4)", six, 24),
                  deflated};
        write_archive(f, "a.npz", 1, &p);
        refused(f, "a.npz: x: the array ends too early");
        p.array = compose(f, "<f4", false, "(5,)", six, 24);
        write_archive(f, "a.npz", 1, &p);
        refused(f, "more bytes follow");
        p.array = compose(f, "<f4", false, "(9999, 999999)", six, 24);
        write_archive(f, "a.npz", 1, &p);
        refused(f, "the header says [9999, 999999], but the archive holds");
        p.array = (array){"\x93NUMPY\x01", 7};
        write_archive(f, "a.npz", 1, &p);
        refused(f, "not an array file");
        p.array = (array){"\x93NUMPY\x01\0\0\0{}}}", 14};
        write_archive(f, "a.npz", 1, &p);
        refused(f, "the header is not a dictionary");
    }
}

/* 79.1 MB are promised, and possible for what is packed, but not all are there:
 * no memory is asked for. */
static void bombs_are_unpacked_before_they_get_memory(void **state)
{
    fixture *f = *state;
    enum { there = 79000000 };
    char *zeros = calloc(there, 1);
    assert_non_null(zeros);
    array a = compose(f, "|u1", false, "(79100000,)", "", 0);
    a.bytes = memcpy(zeros, a.bytes, a.length);
    a.length = there;
    const part p = {"x.npy", a, true};
    write_archive(f, "a.npz", 1, &p);
    free(zeros);
    name_file(f, "a.npz", "");
    refused(f, "a.npz: x: the array ends too early");
}

/* Says in the archive's list that each member takes 2 MB of it. */
static void claim_more(const char *path, char *bytes, size_t size)
{
    const size_t length = test_read(path, bytes, size);
    int changed = 0;
    for (size_t i = 4 << 20; i + 46 < length; i++) {
        if (memcmp(bytes + i, "PK\1\2", 4) != 0)
            continue;
        memcpy(bytes + i + 20, "\0\0\x20\0", 4);
        changed++;
    }
    assert_int_equal(changed, 10);
    test_write(path, bytes, length);
}

/* Members that promise 1 GB each, which the archive might hold: those of an
 * archive may share the same bytes. */
static void arrays_of_an_archive_have_a_limit_together(void **state)
{
    fixture *f = *state;
    enum { n = 9, padding = 4 << 20, size = 5 << 20 };
    part parts[n + 1];
    char names[n][12];
    char *noise = calloc(size, 1);
    assert_non_null(noise);
    parts[0] = (part){"noise", {noise, padding}, false};
    for (size_t i = 0; i < n; i++) {
        snprintf(names[i], sizeof names[i], "a%zu.npy", i);
        parts[i + 1] = (part){
            names[i], compose(f, "|u1", false, "(1073741824,)", "", 0), true};
    }
    write_archive(f, "a.npz", n + 1, parts);
    name_file(f, "a.npz", "");
    refused(f, "a0: the header says [1073741824], but the archive holds less");
    claim_more(test_path(&f->folder, "a.npz"), noise, size);
    free(noise);
    refused(f, "more than 8589934592 bytes when unpacked");
}

static mg_status open_names(mg_ctx *ctx, void *names)
{
    mg_dataset *dataset = NULL;
    MG_TRY(mg_data_open(ctx, names, MG_PART_TRAIN, &dataset));
    mg_dataset_destroy(dataset);
    return MG_OK;
}

static void every_refused_allocation_is_clean(void **state)
{
    fixture *f = *state;
    const part parts[] = {
        {"x.npy", compose(f, "<f4", true, "(2, 3)", six, 24), true},
        {"y.npy", compose(f, "|S2", false, "(2,)", "nono", 4), false}};
    write_archive(f, "a.npz", 2, parts);
    name_file(f, "a.npz", "?target=y&classes=no|yes");
    assert_true(test_every_refusal(open_names, f->names) >= 10);
    f->names[0] = '\0';
    write_array(f, "x.npy", parts[0].array);
    write_array(f, "y.npy", parts[1].array);
    assert_true(test_every_refusal(open_names, f->names) >= 10);
}

#endif

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(files_stand_side_by_side),
        TEST(keys_of_any_name_hold_for_all),
        TEST(keys_that_arrays_lack_are_refused),
        TEST(arrays_without_rows_are_refused),
        TEST(files_that_lie_are_refused),
        TEST(texts_are_labels),
        TEST(large_files_are_read_row_by_row),
#ifdef MATGRAD_HAVE_LIBZIP
        TEST(archives_hold_columns_by_name),
        TEST(rows_of_archives_follow_one_another),
        TEST(archives_of_no_arrays_are_refused),
        TEST(damaged_archives_are_refused),
        TEST(members_shorter_or_longer_than_they_say_are_refused),
        TEST(bombs_are_unpacked_before_they_get_memory),
        TEST(arrays_of_an_archive_have_a_limit_together),
        TEST(every_refused_allocation_is_clean),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
