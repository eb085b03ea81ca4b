/* csv_read: rows as people write them, at every border of blocks. */
#include "data/csv_read.h"
#include "base/text.h"
#include "support/folder.h"
#include "support/memory.h"
#include "test.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#ifdef MATGRAD_HAVE_ZLIB
#include <zlib.h>
#endif

typedef struct {
    test_memory memory;
    mg_ctx *ctx;
    test_folder folder;
    mg_text text;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f = (fixture){0};
    f.ctx = test_memory_ctx(&f.memory);
    test_folder_create(&f.folder);
    mg_text_init(&f.text, f.ctx);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    mg_text_clear(&f->text);
    assert_int_equal(f->memory.live, 1);
    mg_ctx_destroy(f->ctx);
    test_folder_remove(&f->folder);
    return 0;
}

/* Rows as "LINE:COLUMN<field>...", where the place is the last field's, and
 * faults as "LINE:COLUMN! words". */
static mg_status print_rows(fixture *f, mg_csv_reader *reader)
{
    for (;;) {
        mg_csv_row row;
        MG_TRY(mg_csv_next(reader, &row));
        if (row.found == MG_CSV_END)
            return MG_OK;
        mg_csv_place place = row.place;
        if (row.found == MG_CSV_ROW)
            place = mg_csv_place_of(reader, &row.field[row.n - 1]);
        mg_text_printf(&f->text, "%" PRId64 ":%" PRId64, place.line,
                       place.column);
        for (size_t i = 0; i < row.n && row.found == MG_CSV_ROW; i++)
            mg_text_printf(&f->text, "<%.*s>", (int)row.field[i].length,
                           row.field[i].text);
        if (row.found == MG_CSV_FAULTY)
            mg_text_printf(&f->text, "! %s", row.fault);
        mg_text_puts(&f->text, "\n");
    }
}

static mg_status read_file(fixture *f, const char *path, char separator,
                           size_t block)
{
    mg_csv_reader *reader = NULL;
    mg_text_clear(&f->text);
    mg_text_init(&f->text, f->ctx);
    MG_TRY(mg_csv_reader_open(f->ctx, path, separator, block, &reader));
    const mg_status status = print_rows(f, reader);
    mg_csv_reader_close(reader);
    return status;
}

static const size_t blocks[] = {1, 2, 3, 4, 5, 7, 11, 16, 64, 4096};
#define N_BLOCKS (sizeof blocks / sizeof *blocks)

static void reads_bytes(fixture *f, const char *bytes, size_t length,
                        char separator, const char *expected)
{
    const char *path = test_path(&f->folder, "table.csv");
    test_write(path, bytes, length);
    for (size_t i = 0; i < N_BLOCKS; i++) {
        assert_int_equal(read_file(f, path, separator, blocks[i]), MG_OK);
        if (strcmp(mg_text_string(&f->text), expected) != 0)
            fail_msg("blocks of %zu: \"%s\" is\n%sinstead of\n%s", blocks[i],
                     bytes, mg_text_string(&f->text), expected);
    }
}

static void reads(fixture *f, const char *bytes, const char *expected)
{
    reads_bytes(f, bytes, strlen(bytes), ',', expected);
}

static void every_line_end_ends_a_row(void **state)
{
    fixture *f = *state;
    const char *rows = "1:3<a><b>\n2:3<c><d>\n";
    reads(f, "a,b\nc,d\n", rows);
    reads(f, "a,b\r\nc,d\r\n", rows);
    reads(f, "a,b\rc,d\r", rows);
    reads(f, "a,b\nc,d", rows);
    reads(f,
          "\xEF\xBB\xBF"
          "a,b\nc,d",
          rows);
    reads(f, "a,\n,d", "1:3<a><>\n2:2<><d>\n");
    reads(f, "a,", "1:3<a><>\n");
    reads(f, "", "");
    reads(f, "\xEF\xBB\xBF", "");
}

static void blank_lines_are_passed_over_and_counted(void **state)
{
    fixture *f = *state;
    reads(f, "\n\na,b\n\n  \nc,d\n\n", "3:3<a><b>\n6:3<c><d>\n");
    reads(f, "\r\na\r\n\r\nb", "2:1<a>\n4:1<b>\n");
    reads(f, "\"\"\n", "1:1<>\n");
}

static void quotes_hold_anything(void **state)
{
    fixture *f = *state;
    reads(f, "\"a,b\",\"c\"\n", "1:7<a,b><c>\n");
    reads(f, "\"a\"\"b\",\"\"\"\",c\n", "1:13<a\"b><\"><c>\n");
    reads(f, "\"a\nb\",c\nd,e\n", "2:4<a\nb><c>\n3:3<d><e>\n");
    reads(f, "\"a\r\nb\"\r\nd\r\n", "1:1<a\r\nb>\n3:1<d>\n");
    reads(f, "a , \"b\" ,c\n", "1:10<a><b><c>\n");
    reads(f, "5\" pipe,a\"b\"\n", "1:9<5\" pipe><a\"b\">\n");
    reads(f, "\"a\"", "1:1<a>\n");
    reads(f, "\" a \"", "1:1< a >\n");
}

static void columns_count_characters(void **state)
{
    fixture *f = *state;
    reads(f, "\xC3\xA4\xE2\x82\xAC,b\n", "1:4<\xC3\xA4\xE2\x82\xAC><b>\n");
    reads(f, "\"\xC3\xA4\n\xC3\xA4\",b\n", "2:4<\xC3\xA4\n\xC3\xA4><b>\n");
}

static void tabs_separate_or_surround(void **state)
{
    fixture *f = *state;
    reads_bytes(f, "a\t\tb \n", 6, '\t', "1:4<a><><b>\n");
    reads(f, "a,\tb\t\n", "1:4<a><b>\n");
}

static void a_faulty_row_costs_one_line(void **state)
{
    fixture *f = *state;
    reads(f, "a,\"b\"c\nd\n",
          "1:6! text behind a closing quote (a quote within quotes is written "
          "twice)\n2:1<d>\n");
    reads(f, "a,\"b\nc,d\r\ne\n",
          "1:3! this quote is never closed\n2:3<c><d>\n3:1<e>\n");
    reads(f, "a\n\"b,c\nd,\"e\n",
          "1:1<a>\n2:1! this quote is closed only on line 3, with text behind "
          "it\n3:3! this quote is never closed\n");
    reads_bytes(f, "a\nb,\0,c\nd\n", 10, ',',
                "1:1<a>\n2:3! a NUL byte: this is no text\n3:1<d>\n");
    reads_bytes(f, "a,\"b\0\"\nd\n", 9, ',',
                "1:5! a NUL byte: this is no text\n2:1<d>\n");
}

static void absurd_lengths_are_refused(void **state)
{
    fixture *f = *state;
    const size_t n = (size_t)3 << 20;
    char *bytes = mg_alloc(f->ctx, n, 1);
    const char *path = test_path(&f->folder, "table.csv");
    memset(bytes, 'a', n);
    memcpy(bytes, "b\nc,", 4);
    memcpy(bytes + n - 3, "\nd\n", 3);
    test_write(path, bytes, n);
    assert_int_equal(read_file(f, path, ',', 4096), MG_OK);
    assert_string_equal(mg_text_string(&f->text),
                        "1:1<b>\n2:3! a field of more than a million "
                        "bytes\n3:1<d>\n");
    bytes[4] = '"';
    test_write(path, bytes, n);
    assert_int_equal(read_file(f, path, ',', 4096), MG_OK);
    assert_string_equal(mg_text_string(&f->text),
                        "1:1<b>\n2:3! no quote closes this one within a "
                        "million bytes\n3:1<d>\n");
    memset(bytes, ',', n);
    test_write(path, bytes, n);
    assert_int_equal(read_file(f, path, ',', 4096), MG_OK);
    assert_string_equal(mg_text_string(&f->text),
                        "1:65537! more than 65536 fields in a row\n");
    mg_free(f->ctx, bytes);
}

static void files_that_are_no_text_are_named(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *words;
    } cases[] = {
        {"\xFF\xFE"
         "a\0,\0",
         6, "UTF-16"},
        {"\xFE\xFF\0a", 4, "UTF-16"},
        {"a\0,\0b\0", 6, "UTF-16"},
        {"PK\x03\x04....", 8, ".xlsx"},
        {"%PDF-1.5", 8, "PDF"},
        {"<!DOCTYPE html>", 15, "web page"},
    };
    const char *path = test_path(&f->folder, "table.csv");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_write(path, cases[i].bytes, cases[i].length);
        assert_int_equal(read_file(f, path, ',', 64), MG_BAD_DATA);
        assert_non_null(strstr(mg_message(f->ctx), cases[i].words));
    }
    assert_int_equal(read_file(f, f->folder.path, ',', 64), MG_BAD_FILE);
    assert_int_equal(read_file(f, "/dev/null", ',', 64), MG_BAD_FILE);
    assert_non_null(strstr(mg_message(f->ctx), "pipe"));
    assert_int_equal(read_file(f, test_path(&f->folder, "none"), ',', 64),
                     MG_BAD_FILE);
}

#ifdef MATGRAD_HAVE_ZLIB
static void packed_files_are_unpacked(void **state)
{
    fixture *f = *state;
    const char *path = test_path(&f->folder, "table.csv.gz");
    gzFile file = gzopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(gzwrite(file,
                             "\xEF\xBB\xBF"
                             "a,b\n\"c\nd\",e",
                             14),
                     14);
    gzclose(file);
    for (size_t i = 0; i < N_BLOCKS; i++) {
        assert_int_equal(read_file(f, path, ',', blocks[i]), MG_OK);
        assert_string_equal(mg_text_string(&f->text),
                            "1:3<a><b>\n3:4<c\nd><e>\n");
    }
}
#endif

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_line_end_ends_a_row),
        TEST(blank_lines_are_passed_over_and_counted),
        TEST(quotes_hold_anything),
        TEST(columns_count_characters),
        TEST(tabs_separate_or_surround),
        TEST(a_faulty_row_costs_one_line),
        TEST(absurd_lengths_are_refused),
        TEST(files_that_are_no_text_are_named),
#ifdef MATGRAD_HAVE_ZLIB
        TEST(packed_files_are_unpacked),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
