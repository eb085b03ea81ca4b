/* Texts: windows of bytes and of characters, vocabularies, and what is no
 * text. */
#include "data/text.h"
#include "data/describe.h"
#include "data/examples.h"
#include "support/folder.h"
#include "support/memory.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { files_most = 3 };

typedef struct {
    test_memory memory;
    mg_ctx *ctx;
    mg_arena arena;
    test_folder folder;
    size_t n;
    mg_query query[files_most];
    mg_network_input input[2];
    mg_network network;
    mg_dataset *dataset;
    mg_examples *examples;
} fixture;

/* A network with t[T] int V and n[T] int V. */
static void shape_network(fixture *f, int64_t length, int64_t classes)
{
    f->input[0] = (mg_network_input){
        .name = "t", .shape = mg_shape_of(1, &length), .classes = classes};
    f->input[1] = f->input[0];
    f->input[1].name = "n";
    f->input[1].target = true;
    f->network = (mg_network){.n_inputs = 2, .input = f->input};
}

static int set_up(void **state)
{
    static fixture f;
    f = (fixture){0};
    f.ctx = test_memory_ctx(&f.memory);
    mg_arena_init(&f.arena, f.ctx);
    test_folder_create(&f.folder);
    shape_network(&f, 3, 256);
    *state = &f;
    return 0;
}

static void forget(fixture *f)
{
    mg_examples_destroy(f->examples);
    mg_dataset_destroy(f->dataset);
    f->examples = NULL;
    f->dataset = NULL;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    forget(f);
    mg_arena_clear(&f->arena);
    assert_int_equal(f->memory.live, 1);
    mg_ctx_destroy(f->ctx);
    test_folder_remove(&f->folder);
    return 0;
}

static void add_bytes(fixture *f, const void *bytes, size_t length)
{
    char name[20];
    snprintf(name, sizeof name, "%c.txt", (char)('a' + f->n));
    const char *path = test_path(&f->folder, name);
    test_write(path, bytes, length);
    path = mg_arena_string(&f->arena, path, strlen(path));
    f->query[f->n++] = (mg_query){.name = path, .path = path};
}

static void add(fixture *f, const char *text)
{
    add_bytes(f, text, strlen(text));
}

static mg_status create(fixture *f, bool targets, const mg_schema *schema)
{
    forget(f);
    MG_TRY(mg_text_files_open(f->ctx, f->n, f->query, &f->dataset));
    return mg_examples_create(f->dataset, &f->network, targets, schema,
                              &f->examples);
}

static void made(fixture *f)
{
    if (create(f, true, NULL) != MG_OK)
        fail_msg("%s", mg_message(f->ctx));
}

static void refused(fixture *f, const mg_schema *schema, const char *words)
{
    assert_int_equal(create(f, true, schema), MG_BAD_DATA);
    if (!strstr(mg_message(f->ctx), words))
        fail_msg("\"%s\" does not say \"%s\"", mg_message(f->ctx), words);
}

/* The symbols of a row, as letters of `alphabet` (NULL: as they are). */
static void window_is(fixture *f, size_t input, int64_t row,
                      const char *alphabet, const char *expected)
{
    int64_t symbol[16];
    char text[17] = "";
    const size_t length = (size_t)f->input[0].shape.dim[0];
    assert_int_equal(
        mg_examples_gather(f->examples, input, 1, &row, MG_I64, symbol), MG_OK);
    for (size_t i = 0; i < length; i++)
        text[i] = alphabet ? alphabet[symbol[i]] : (char)symbol[i];
    assert_string_equal(text, expected);
}

static void bytes_are_symbols_of_256(void **state)
{
    fixture *f = *state;
    add(f, "abcdefghij");
    made(f);
    assert_true(f->dataset->ordered && f->examples->ordered);
    assert_int_equal(f->examples->rows, 3);
    assert_int_equal(f->examples->input[0].row.dtype, MG_U8);
    window_is(f, 0, 0, NULL, "abc");
    window_is(f, 1, 0, NULL, "bcd");
    window_is(f, 0, 2, NULL, "ghi");
    window_is(f, 1, 2, NULL, "hij");
    assert_int_equal(f->examples->schema.input[0].n_symbols, 0);
}

static void a_window_needs_the_symbol_behind_it(void **state)
{
    fixture *f = *state;
    add(f, "abcdef");
    made(f);
    assert_int_equal(f->examples->rows, 1);
    assert_int_equal(create(f, false, NULL), MG_OK);
    assert_int_equal(f->examples->rows, 2);
    assert_true(f->examples->input[1].absent);
    window_is(f, 0, 1, NULL, "def");
}

static void files_follow_one_another(void **state)
{
    fixture *f = *state;
    add(f, "ab");
    add(f, "");
    add(f, "cdefg");
    made(f);
    assert_int_equal(f->examples->rows, 2);
    window_is(f, 0, 0, NULL, "abc");
    window_is(f, 1, 1, NULL, "efg");
}

static void frequent_characters_get_symbols(void **state)
{
    fixture *f = *state;
    shape_network(f, 4, 4);
    add(f, "\xEF\xBB\xBF"
           "eeee\u00E4\u00E4\u00E4zza\u00DF");
    made(f);
    const mg_schema_input *kept = &f->examples->schema.input[0];
    assert_int_equal(kept->n_symbols, 3);
    assert_int_equal(kept->symbol[0], 'e');
    assert_int_equal(kept->symbol[1], 0xE4);
    assert_int_equal(kept->symbol[2], 'z');
    assert_int_equal(f->examples->rows, 2);
    window_is(f, 0, 0, "eAz*", "eeee");
    window_is(f, 1, 0, "eAz*", "eeeA");
    window_is(f, 0, 1, "eAz*", "AAAz");
    window_is(f, 1, 1, "eAz*", "AAzz");
}

static void equally_frequent_ones_go_by_code_point(void **state)
{
    fixture *f = *state;
    shape_network(f, 2, 3);
    add(f, "\u03B2\u03B1ba\u03B1\u03B2ab");
    made(f);
    const mg_schema_input *kept = &f->examples->schema.input[0];
    assert_int_equal(kept->symbol[0], 'a');
    assert_int_equal(kept->symbol[1], 'b');
    window_is(f, 0, 0, "ab*", "**");
    window_is(f, 0, 1, "ab*", "ba");
}

static void wide_vocabularies_are_kept_in_wide_symbols(void **state)
{
    fixture *f = *state;
    enum { n = 1000 };
    static char text[3 * n];
    size_t length = 0;
    for (int i = 0; i < n; i++) {
        text[length++] = (char)(0xE0 | (0x4E00 + i) >> 12);
        text[length++] = (char)(0x80 | ((0x4E00 + i) >> 6 & 0x3F));
        text[length++] = (char)(0x80 | ((0x4E00 + i) & 0x3F));
    }
    shape_network(f, 9, 2000);
    add_bytes(f, text, length);
    made(f);
    assert_int_equal(f->examples->input[0].row.dtype, MG_I32);
    assert_int_equal(f->examples->schema.input[0].n_symbols, n);
    int64_t symbol[9];
    const int64_t row = 100;
    assert_int_equal(
        mg_examples_gather(f->examples, 1, 1, &row, MG_I64, symbol), MG_OK);
    for (int i = 0; i < 9; i++)
        assert_int_equal(symbol[i], 901 + i);
}

/* Characters of all lengths lie across the borders of what is read at once. */
static void long_texts_are_read_to_the_end(void **state)
{
    fixture *f = *state;
    enum { n = 60000 };
    static const char *const letters[] = {"a", "\u00E9", "\u20AC",
                                          "\U0001F600"};
    static char text[n * 4 + 1];
    char *end = text;
    for (unsigned i = 0; i < n; i++) {
        const char *letter = letters[(i * i + i / 7) % 4];
        const size_t length = strlen(letter);
        memcpy(end, letter, length);
        end += length;
    }
    shape_network(f, 7, 9);
    add_bytes(f, text, (size_t)(end - text));
    made(f);
    assert_int_equal(f->examples->rows, (n - 1) / 7);
    char alphabet[5] = "";
    for (int k = 0; k < 4; k++) {
        static const uint32_t code[] = {'a', 0xE9, 0x20AC, 0x1F600};
        for (int s = 0; s < 4; s++)
            if (f->examples->schema.input[0].symbol[s] == code[k])
                alphabet[s] = (char)('0' + k);
    }
    for (int64_t row = 0; row < f->examples->rows; row++) {
        char expected[8] = "";
        for (int i = 0; i < 7; i++) {
            const unsigned at = (unsigned)(row * 7 + i + 1);
            expected[i] = (char)('0' + (int)((at * at + at / 7) % 4));
        }
        window_is(f, 1, row, alphabet, expected);
    }
}

static void new_texts_are_read_by_the_old_vocabulary(void **state)
{
    fixture *f = *state;
    uint32_t symbol[] = {'x', 'a'};
    mg_schema_input known = {.name = "t", .n_symbols = 2, .symbol = symbol};
    const mg_schema schema = {1, &known};
    shape_network(f, 3, 5);
    add(f, "aabbxxa");
    assert_int_equal(create(f, true, &schema), MG_OK);
    window_is(f, 0, 0, "xa*", "aa*");
    window_is(f, 1, 1, "xa*", "xxa");
    assert_int_equal(f->examples->schema.input[0].n_symbols, 2);
    assert_int_equal(f->examples->schema.input[0].symbol[0], 'x');
    known.n_symbols = 0;
    refused(f, &schema, "keep no vocabulary for t");
    known.n_symbols = 2;
    symbol[1] = 'x';
    refused(f, &schema, "U+0078 is there twice");
    symbol[1] = 0xD800;
    refused(f, &schema, "symbol 1 is no character");
    shape_network(f, 3, 2);
    refused(f, &schema, "has 2 characters, too many for t of 2 symbols");
}

static void what_is_not_utf_8_is_named_by_its_place(void **state)
{
    fixture *f = *state;
    shape_network(f, 3, 50);
    add(f, "fine");
    add(f, "one\ntw\u00F6 \xFF and more");
    refused(f, NULL, "b.txt:2:5: byte 0xFF: this is not UTF-8");
    shape_network(f, 3, 256);
    made(f);
    shape_network(f, 3, 50);
    f->n = 0;
    add(f, "cut \xE2\x82");
    refused(f, NULL, "a.txt:1:5: byte 0xE2");
    f->n = 0;
    add(f, "\xFF\xFE"
           "a");
    refused(f, NULL, "a.txt:1:1: byte 0xFF");
}

static void short_texts_are_refused(void **state)
{
    fixture *f = *state;
    add(f, "abc");
    refused(f, NULL, "3 symbols are too few: one example takes 4 (the last");
    assert_int_equal(create(f, false, NULL), MG_OK);
    assert_int_equal(f->examples->rows, 1);
    f->n = 0;
    add(f, "");
    refused(f, NULL, "0 bytes are too few");
    shape_network(f, 3, 10);
    refused(f, NULL, "0 bytes are too few");
    shape_network(f, INT64_C(1) << 39, 10);
    add(f, "some text");
    refused(f, NULL, "9 bytes are too few: one example takes 549755813888");
}

static void other_networks_are_refused(void **state)
{
    fixture *f = *state;
    add(f, "abcdefgh");
    const char *words = "a text needs a network with input t[T] int V";
    f->input[1].classes = 255;
    refused(f, NULL, words);
    f->input[1].classes = 256;
    f->input[1].shape.dim[0] = 2;
    refused(f, NULL, "input t[3] int 256, target n[2] int 256");
    f->input[1].shape.dim[0] = 3;
    f->input[1].target = false;
    refused(f, NULL, words);
    f->input[0].classes = 0;
    f->network.n_inputs = 1;
    refused(f, NULL, "input t[3]");
    f->input[0].classes = 256;
    f->input[0].shape.rank = 0;
    refused(f, NULL, words);
    shape_network(f, 0, 256);
    refused(f, NULL, words);
    f->network.n_inputs = 0;
    refused(f, NULL, words);
}

static void what_is_no_file_is_refused_when_opened(void **state)
{
    fixture *f = *state;
    mg_query query = {.name = "none.txt", .path = "none.txt"};
    assert_int_equal(mg_text_files_open(f->ctx, 1, &query, &f->dataset),
                     MG_BAD_FILE);
    query.path = f->folder.path;
    assert_int_equal(mg_text_files_open(f->ctx, 1, &query, &f->dataset),
                     MG_BAD_FILE);
    const char *pipe = test_path(&f->folder, "pipe.txt");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    query.path = pipe;
    assert_int_equal(mg_text_files_open(f->ctx, 1, &query, &f->dataset),
                     MG_BAD_FILE);
    assert_non_null(strstr(mg_message(f->ctx), "not a regular file"));
    assert_null(f->dataset);
}

static void a_file_that_vanishes_is_an_error(void **state)
{
    fixture *f = *state;
    add(f, "abcdefgh");
    assert_int_equal(mg_text_files_open(f->ctx, f->n, f->query, &f->dataset),
                     MG_OK);
    assert_int_equal(remove(f->query[0].path), 0);
    assert_int_equal(
        mg_examples_create(f->dataset, &f->network, true, NULL, &f->examples),
        MG_BAD_FILE);
}

static void facts_are_characters_and_lines(void **state)
{
    fixture *f = *state;
    mg_data_facts facts;
    add(f, "b b\u00E9\n\nbb b");
    made(f);
    assert_int_equal(mg_data_describe(f->dataset, &f->arena, &facts), MG_OK);
    assert_string_equal(facts.format, "text");
    assert_int_equal(facts.rows, 3);
    assert_int_equal(facts.n, 2);
    const mg_column_facts *characters = &facts.column[0];
    const mg_column_facts *lines = &facts.column[1];
    assert_string_equal(characters->name, "characters");
    static const struct {
        const char *label;
        int64_t count;
    } expected[] = {{"b", 5}, {"\\n", 2}, {"space", 2}, {"\u00E9", 1}};
    assert_int_equal(characters->n_classes, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(characters->classes[i].label, expected[i].label);
        assert_int_equal(characters->classes[i].count, expected[i].count);
    }
    assert_true(lines->least == 0 && lines->most == 4);
    assert_true(lines->mean * 3 == 8);
    f->n = 0;
    add(f, "a\xFF"
           "bc");
    made(f);
    assert_int_equal(mg_data_describe(f->dataset, &f->arena, &facts), MG_OK);
    assert_string_equal(facts.column[0].name, "bytes");
    assert_string_equal(facts.column[0].classes[3].label, "0xFF");
}

static mg_status read_text(mg_ctx *ctx, void *data)
{
    fixture *f = data;
    mg_arena arena;
    mg_data_facts facts;
    mg_dataset *dataset = NULL;
    mg_examples *examples = NULL;
    mg_arena_init(&arena, ctx);
    mg_status status = mg_text_files_open(ctx, f->n, f->query, &dataset);
    if (status == MG_OK)
        status =
            mg_examples_create(dataset, &f->network, true, NULL, &examples);
    if (status == MG_OK)
        status = mg_data_describe(dataset, &arena, &facts);
    mg_examples_destroy(examples);
    mg_dataset_destroy(dataset);
    mg_arena_clear(&arena);
    return status;
}

static void every_refused_allocation_is_clean(void **state)
{
    fixture *f = *state;
    shape_network(f, 3, 50);
    add(f, "in the beginning");
    add(f, "God created");
    assert_true(test_every_refusal(read_text, f) >= 10);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bytes_are_symbols_of_256),
        TEST(a_window_needs_the_symbol_behind_it),
        TEST(files_follow_one_another),
        TEST(frequent_characters_get_symbols),
        TEST(equally_frequent_ones_go_by_code_point),
        TEST(wide_vocabularies_are_kept_in_wide_symbols),
        TEST(long_texts_are_read_to_the_end),
        TEST(new_texts_are_read_by_the_old_vocabulary),
        TEST(what_is_not_utf_8_is_named_by_its_place),
        TEST(short_texts_are_refused),
        TEST(other_networks_are_refused),
        TEST(what_is_no_file_is_refused_when_opened),
        TEST(a_file_that_vanishes_is_an_error),
        TEST(facts_are_characters_and_lines),
        TEST(every_refused_allocation_is_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
