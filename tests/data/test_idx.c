/* IDX files: every type, plain and packed, and headers that lie. */
#include "data/bytes.h"
#include "data/idx.h"
#include "support/folder.h"
#include "support/memory.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef MATGRAD_HAVE_ZLIB
#include <zlib.h>
#endif

typedef struct {
    test_memory memory;
    mg_ctx *ctx;
    test_folder folder;
    mg_dataset *dataset;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f = (fixture){0};
    f.ctx = test_memory_ctx(&f.memory);
    test_folder_create(&f.folder);
    assert_int_equal(mg_dataset_create(f.ctx, "test", &f.dataset), MG_OK);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    mg_dataset_destroy(f->dataset);
    assert_int_equal(f->memory.live, 1);
    mg_ctx_destroy(f->ctx);
    test_folder_remove(&f->folder);
    return 0;
}

/* A file from its bytes in hexadecimal; blanks are left out. */
static size_t bytes_of(const char *hex, unsigned char *out)
{
    size_t n = 0;
    for (; *hex; hex++) {
        if (*hex == ' ')
            continue;
        const char digits[] = {hex[0], hex[1], '\0'};
        out[n++] = (unsigned char)strtol(digits, NULL, 16);
        hex++;
    }
    return n;
}

static mg_status read_hex(fixture *f, const char *hex)
{
    unsigned char bytes[256];
    const char *path = test_path(&f->folder, "file");
    test_write(path, bytes, bytes_of(hex, bytes));
    return mg_idx_read(f->dataset, path, false);
}

static double element(const mg_data_column *column, int64_t i)
{
    mg_type type = {column->row.dtype, {.rank = 1, .dim = {1000}}};
    const mg_tensor t = mg_tensor_dense(type, column->data);
    return mg_tensor_get(&t, i);
}

static void every_type_is_read_big_endian(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *hex;
        mg_dtype dtype;
        double first, second;
    } files[] = {
        {"00000801 00000002 07 ff", MG_U8, 7, 255},
        {"00000901 00000002 07 ff", MG_I32, 7, -1},
        {"00000B01 00000002 0102 fffe", MG_I32, 258, -2},
        {"00000C01 00000002 01020304 80000000", MG_I32, 16909060,
         -2147483648.0},
        {"00000D01 00000002 3f800000 c0200000", MG_F32, 1, -2.5},
        {"00000E01 00000002 3fb999999999999a c004000000000000", MG_F64, 0.1,
         -2.5},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        assert_int_equal(read_hex(f, files[i].hex), MG_OK);
        const mg_data_column *column = &f->dataset->column[i];
        assert_int_equal(column->row.dtype, files[i].dtype);
        assert_int_equal(column->row.shape.rank, 0);
        assert_true(element(column, 0) == files[i].first);
        assert_true(element(column, 1) == files[i].second);
    }
    assert_int_equal(f->dataset->rows, 2);
}

static void the_first_axis_counts_examples(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        read_hex(f, "00000803 00000002 00000001 00000003 01 02 03 04 05 06"),
        MG_OK);
    const mg_data_column *column = &f->dataset->column[0];
    assert_int_equal(f->dataset->rows, 2);
    assert_int_equal(column->row.shape.rank, 2);
    assert_int_equal(column->row.shape.dim[0], 1);
    assert_int_equal(column->row.shape.dim[1], 3);
    assert_true(element(column, 5) == 6);
    assert_string_equal(column->name, "");
    assert_false(column->target);
}

/* Long enough for many turns of the conversion buffer, and odd. */
static void long_files_are_converted_to_the_end(void **state)
{
    fixture *f = *state;
    enum { n = 10007 };
    static unsigned char bytes[8 + 2 * n];
    const unsigned char header[] = {0, 0, 0x0B, 1, 0, 0, n >> 8, n & 255};
    memcpy(bytes, header, 8);
    for (int i = 0; i < n; i++) {
        bytes[8 + 2 * i] = (unsigned char)(i >> 8);
        bytes[9 + 2 * i] = (unsigned char)i;
    }
    const char *path = test_path(&f->folder, "long");
    test_write(path, bytes, sizeof bytes);
    assert_int_equal(mg_idx_read(f->dataset, path, true), MG_OK);
    const int32_t *values = f->dataset->column[0].data;
    for (int i = 0; i < n; i++)
        assert_int_equal(values[i], i);
    assert_true(f->dataset->column[0].target);
}

static void check_refused(fixture *f, const char *hex, const char *reason)
{
    assert_int_equal(read_hex(f, hex), MG_BAD_DATA);
    if (!strstr(mg_message(f->ctx), reason))
        fail_msg("\"%s\" lacks \"%s\"", mg_message(f->ctx), reason);
    assert_non_null(strstr(mg_message(f->ctx), test_path(&f->folder, "file")));
}

static void headers_that_lie_are_refused_with_the_file(void **state)
{
    fixture *f = *state;
    check_refused(f, "", "ends too early");
    check_refused(f, "000008", "ends too early");
    check_refused(f, "89504e47 0d0a1a0a", "not an IDX file (it starts with 89");
    check_refused(f, "00000701 00000001 00", "unknown IDX type 0x07");
    check_refused(f, "00000800", "0 axes");
    check_refused(f, "00000809", "9 axes");
    check_refused(f, "00000802 00000001", "ends too early");
    check_refused(f, "00000801 00000003 01 02", "the header says [3], but");
    check_refused(f, "00000801 00000001 01 02", "more bytes follow");
    check_refused(f, "00000801 00000000", "empty, of shape [0]");
    check_refused(f, "00000802 00000003 00000000", "empty, of shape [3, 0]");
    check_refused(f, "00000E01 00000001 00000000000000", "[1], but");
}

static void products_that_overflow_are_refused(void **state)
{
    fixture *f = *state;
    check_refused(f, "00000801 ffffffff 00", "[4294967295], but");
    check_refused(f, "00000803 ffffffff ffffffff ffffffff 00", "2^40");
    check_refused(f, "00000804 80000000 80000000 00000004 00000001 00", "2^40");
    check_refused(f, "00000803 00000000 ffffffff ffffffff", "2^40");
}

static void columns_must_have_as_many_rows(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_hex(f, "00000801 00000002 01 02"), MG_OK);
    assert_int_equal(read_hex(f, "00000801 00000003 01 02 03"), MG_BAD_DATA);
    assert_string_equal(mg_message(f->ctx),
                        "test: inputs are 2, but inputs are 3");
}

static void files_are_found_by_their_stem(void **state)
{
    fixture *f = *state;
    char *path = NULL;
    assert_int_equal(mg_idx_find(f->ctx, f->folder.path, "train-images", &path),
                     MG_OK);
    assert_null(path);
    test_write(test_path(&f->folder, "train-images-idx3-ubyte.gz"), "", 0);
    test_write(test_path(&f->folder, "train-images.txt"), "", 0);
    test_write(test_path(&f->folder, "my-train-images-idx3-ubyte"), "", 0);
    assert_int_equal(mg_idx_find(f->ctx, f->folder.path, "train-images", &path),
                     MG_OK);
    assert_string_equal(path,
                        test_path(&f->folder, "train-images-idx3-ubyte.gz"));
    mg_free(f->ctx, path);
    test_write(test_path(&f->folder, "train-images-idx3-ubyte"), "", 0);
    assert_int_equal(mg_idx_find(f->ctx, f->folder.path, "train-images", &path),
                     MG_OK);
    assert_string_equal(path, test_path(&f->folder, "train-images-idx3-ubyte"));
    mg_free(f->ctx, path);
    assert_int_equal(
        mg_idx_find(f->ctx, test_path(&f->folder, "none"), "a", &path),
        MG_BAD_FILE);
}

#ifdef MATGRAD_HAVE_ZLIB

enum { picture_count = 500, packed_most = 20000 };
static unsigned char pictures[16 + picture_count * 16];

static void fill_pictures(void)
{
    bytes_of("00000803 000001f4 00000004 00000004", pictures);
    for (size_t i = 16; i < sizeof pictures; i++)
        pictures[i] = (unsigned char)(i * i / 7);
}

/* Packs with gzip's header into out, and returns the length. */
static size_t pack(const unsigned char *data, size_t length, unsigned char *out)
{
    z_stream z = {0};
    assert_int_equal(
        deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)data;
    z.avail_in = (unsigned)length;
    z.next_out = out;
    z.avail_out = packed_most;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    const size_t packed = z.total_out;
    deflateEnd(&z);
    return packed;
}

static mg_status read_bytes(fixture *f, const unsigned char *bytes, size_t n)
{
    const char *path = test_path(&f->folder, "file");
    test_write(path, bytes, n);
    return mg_idx_read(f->dataset, path, false);
}

static void packed_files_give_the_same_bytes(void **state)
{
    fixture *f = *state;
    unsigned char packed[packed_most];
    fill_pictures();
    const size_t length = pack(pictures, sizeof pictures, packed);
    assert_int_equal(read_bytes(f, packed, length), MG_OK);
    assert_memory_equal(f->dataset->column[0].data, pictures + 16,
                        sizeof pictures - 16);
}

static void members_one_behind_the_other_are_one_content(void **state)
{
    fixture *f = *state;
    unsigned char packed[2 * packed_most];
    fill_pictures();
    size_t length = pack(pictures, 1000, packed);
    length += pack(pictures + 1000, sizeof pictures - 1000, packed + length);
    assert_int_equal(read_bytes(f, packed, length), MG_OK);
    assert_memory_equal(f->dataset->column[0].data, pictures + 16,
                        sizeof pictures - 16);
}

static void a_packed_file_cut_anywhere_is_refused(void **state)
{
    fixture *f = *state;
    unsigned char packed[packed_most];
    fill_pictures();
    const size_t length = pack(pictures, 16 + 16 * 500, packed);
    for (size_t n = 0; n < length; n++) {
        assert_int_equal(read_bytes(f, packed, n), MG_BAD_DATA);
        assert_non_null(strstr(mg_message(f->ctx), "ends too early"));
    }
}

/* The header says 500 pictures; packed are 40, as gzip could unpack to more
 * than is there. */
static void packed_content_shorter_than_its_header_is_refused(void **state)
{
    fixture *f = *state;
    unsigned char packed[packed_most];
    fill_pictures();
    const size_t length = pack(pictures, 16 + 16 * 40, packed);
    assert_int_equal(read_bytes(f, packed, length), MG_BAD_DATA);
    assert_non_null(strstr(mg_message(f->ctx), "ends too early"));
}

static void damage_and_bytes_behind_are_refused(void **state)
{
    fixture *f = *state;
    unsigned char packed[packed_most];
    fill_pictures();
    const size_t length = pack(pictures, sizeof pictures, packed);
    packed[length] = 'x';
    assert_int_equal(read_bytes(f, packed, length + 1), MG_BAD_DATA);
    packed[length - 6] ^= 1; /* within the check sum */
    assert_int_equal(read_bytes(f, packed, length), MG_BAD_DATA);
    assert_non_null(strstr(mg_message(f->ctx), "damaged gzip data"));
    unsigned char longer[sizeof pictures + 1] = {0};
    memcpy(longer, pictures, sizeof pictures);
    assert_int_equal(read_bytes(f, packed, pack(longer, sizeof longer, packed)),
                     MG_BAD_DATA);
    assert_non_null(strstr(mg_message(f->ctx), "more bytes follow"));
}

/* 2^32 - 1 bytes are promised by 60: no memory is asked for them. */
static void a_small_packed_file_cannot_ask_for_memory(void **state)
{
    fixture *f = *state;
    unsigned char header[8], packed[packed_most];
    bytes_of("00000801 ffffffff", header);
    assert_int_equal(read_bytes(f, packed, pack(header, 8, packed)),
                     MG_BAD_DATA);
    assert_non_null(strstr(mg_message(f->ctx), "[4294967295], but"));
}

static mg_status read_packed(mg_ctx *ctx, void *path)
{
    mg_dataset *dataset = NULL;
    MG_TRY(mg_dataset_create(ctx, "test", &dataset));
    const mg_status status = mg_idx_read(dataset, path, false);
    mg_dataset_destroy(dataset);
    return status;
}

static void every_refused_allocation_is_clean(void **state)
{
    fixture *f = *state;
    unsigned char packed[packed_most];
    fill_pictures();
    char path[2 * TEST_PATH_SIZE];
    strcpy(path, test_path(&f->folder, "file"));
    test_write(path, packed, pack(pictures, sizeof pictures, packed));
    assert_true(test_every_refusal(read_packed, path) >= 6);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_type_is_read_big_endian, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_first_axis_counts_examples, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(long_files_are_converted_to_the_end,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            headers_that_lie_are_refused_with_the_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(products_that_overflow_are_refused,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(columns_must_have_as_many_rows, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(files_are_found_by_their_stem, set_up,
                                        tear_down),
#ifdef MATGRAD_HAVE_ZLIB
        cmocka_unit_test_setup_teardown(packed_files_give_the_same_bytes,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            members_one_behind_the_other_are_one_content, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_packed_file_cut_anywhere_is_refused,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            packed_content_shorter_than_its_header_is_refused, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(damage_and_bytes_behind_are_refused,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_small_packed_file_cannot_ask_for_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_refused_allocation_is_clean,
                                        set_up, tear_down),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
