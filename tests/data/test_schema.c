/* Schemas: to JSON and back, and JSON that means no good. */
#include "data/schema.h"
#include "support/memory.h"
#include "test.h"

#include <string.h>

typedef struct {
    test_memory memory;
    mg_ctx *ctx;
    mg_arena arena;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f = (fixture){0};
    f.ctx = test_memory_ctx(&f.memory);
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

static const char *const columns[] = {"sepal \"length\"", "gr\xc3\xb6\xc3\x9f"
                                                          "e"};
static const char *const labels[] = {"", "a\\b\n\t\x01", "\xf0\x9f\xa6\x8a"};
static const uint32_t symbols[] = {10, 32, 0x1F98A, 0};
static mg_schema_input inputs[] = {
    {.name = "x", .n_columns = 2, .column = columns},
    {.name = "c", .n_classes = 3, .label = labels},
    {.name = "t", .n_symbols = 4, .symbol = symbols},
    {.name = "z"},
};
static const mg_schema whole = {4, inputs};

#define TEXT                                                                   \
    "{\"schema\": 1, \"inputs\": [{\"name\": \"x\", \"columns\": "             \
    "[\"sepal \\\"length\\\"\", \"gr\xc3\xb6\xc3\x9f"                          \
    "e\"]}, {\"name\": \"c\", \"classes\": [\"\", "                            \
    "\"a\\\\b\\u000a\\u0009\\u0001\", \"\xf0\x9f\xa6\x8a\"]}, {\"name\": "     \
    "\"t\", \"symbols\": [10, 32, 129418, 0]}, {\"name\": \"z\"}]}"

static void it_is_one_line_of_json(void **state)
{
    fixture *f = *state;
    mg_text text;
    mg_text_init(&text, f->ctx);
    mg_schema_print(&text, &whole);
    assert_string_equal(mg_text_string(&text), TEXT);
    mg_text_clear(&text);
}

static void it_comes_back_as_it_was(void **state)
{
    fixture *f = *state;
    mg_schema read = {0};
    assert_int_equal(mg_schema_parse(&f->arena, TEXT, strlen(TEXT), &read),
                     MG_OK);
    assert_int_equal(read.n, 4);
    const mg_schema_input *x = mg_schema_find(&read, "x");
    const mg_schema_input *c = mg_schema_find(&read, "c");
    const mg_schema_input *t = mg_schema_find(&read, "t");
    assert_ptr_equal(x, &read.input[0]);
    assert_null(mg_schema_find(&read, "y"));
    assert_int_equal(x->n_columns, 2);
    assert_int_equal(x->n_classes, 0);
    for (int i = 0; i < 2; i++)
        assert_string_equal(x->column[i], columns[i]);
    assert_int_equal(c->n_classes, 3);
    for (int i = 0; i < 3; i++)
        assert_string_equal(c->label[i], labels[i]);
    assert_int_equal(t->n_symbols, 4);
    assert_memory_equal(t->symbol, symbols, sizeof symbols);
    mg_text text;
    mg_text_init(&text, f->ctx);
    mg_schema_print(&text, &read);
    assert_string_equal(mg_text_string(&text), TEXT);
    mg_text_clear(&text);
}

static void other_json_is_refused(void **state)
{
    fixture *f = *state;
    static const char *const wrong[][2] = {
        {"", "data schema: no JSON: "},
        {"{\"schema\": 1, \"inputs\": []} x", "data schema: no JSON: "},
        {"[]", "data schema: not of version 1"},
        {"7", "data schema: no"},
        {"{\"schema\": 2, \"inputs\": []}", "data schema: not of version 1"},
        {"{\"schema\": \"1\", \"inputs\": []}", "not of version 1"},
        {"{\"schema\": 1}", "it has no list of inputs"},
        {"{\"schema\": 1, \"inputs\": {}}", "it has no list of inputs"},
        {"{\"schema\": 1, \"inputs\": [1]}", "an input is no object"},
        {"{\"schema\": 1, \"inputs\": [{}]}", "a name is no string"},
        {"{\"schema\": 1, \"inputs\": [{\"name\": 1}]}", "a name is no string"},
        {"{\"schema\": 1, \"inputs\": [{\"name\": \"x\", \"columns\": 1}]}",
         "columns or classes are no list"},
        {"{\"schema\": 1, \"inputs\": [{\"name\": \"x\", \"classes\": [[]]}]}",
         "a name is no string"},
        {"{\"schema\": 1, \"inputs\": [{\"name\": \"x\", \"symbols\": {}}]}",
         "symbols are no list"},
        {"{\"schema\": 1, \"inputs\": [{\"name\": \"x\", \"symbols\": [-1]}]}",
         "a symbol is no character's number"},
        {"{\"schema\": 1, \"inputs\": [{\"name\": \"x\", \"symbols\": "
         "[1114112]}]}",
         "a symbol is no character's number"},
        {"{\"schema\": 1, \"inputs\": [{\"name\": \"x\", \"symbols\": "
         "[1.5]}]}",
         "a symbol is no character's number"},
        {"{\"schema\": 1, \"schema\": 1, \"inputs\": []}", "duplicate"},
        {"{\"schema\": 1, \"inputs\": [{\"name\": \"\\u0000\"}]}", "no JSON"},
        {"{\"schema\": 1, \"inputs\": [{\"name\": \"\xe4\"}]}", "no JSON"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        mg_schema read = {.n = 77};
        assert_int_equal(
            mg_schema_parse(&f->arena, wrong[i][0], strlen(wrong[i][0]), &read),
            MG_BAD_DATA);
        if (!strstr(mg_message(f->ctx), wrong[i][1]))
            fail_msg("%s: \"%s\" lacks \"%s\"", wrong[i][0], mg_message(f->ctx),
                     wrong[i][1]);
        assert_int_equal(read.n, 77);
    }
}

/* As deep as a file of a megabyte can be. */
static void deep_json_is_refused(void **state)
{
    fixture *f = *state;
    enum { depth = 1 << 20 };
    static char json[depth];
    mg_schema read = {.n = 77};
    memset(json, '[', depth);
    assert_int_equal(mg_schema_parse(&f->arena, json, depth, &read),
                     MG_BAD_DATA);
    assert_int_equal(read.n, 77);
}

/* What is cut anywhere is no schema. */
static void no_beginning_of_it_is_a_schema(void **state)
{
    fixture *f = *state;
    mg_schema read;
    for (size_t n = 0; n < strlen(TEXT); n++)
        assert_int_equal(mg_schema_parse(&f->arena, TEXT, n, &read),
                         MG_BAD_DATA);
}

static mg_status parse(mg_ctx *ctx, void *data)
{
    (void)data;
    mg_arena arena;
    mg_schema read;
    mg_arena_init(&arena, ctx);
    const mg_status status = mg_schema_parse(&arena, TEXT, strlen(TEXT), &read);
    mg_arena_clear(&arena);
    return status;
}

static void every_refused_allocation_is_clean(void **state)
{
    (void)state;
    assert_true(test_every_refusal(parse, NULL) >= 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_is_one_line_of_json),
#ifdef MATGRAD_HAVE_JANSSON
        TEST(it_comes_back_as_it_was),
        TEST(other_json_is_refused),
        TEST(deep_json_is_refused),
        TEST(no_beginning_of_it_is_a_schema),
        TEST(every_refused_allocation_is_clean),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
