/* csv: tables opened, described, refused and loaded, with every border of
 * blocks and in memory as well as from the temporary file. */
#include "data/csv.h"
#include "data/examples.h"
#include "support/folder.h"
#include "support/memory.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    test_memory memory;
    mg_ctx *ctx;
    test_folder folder;
    mg_arena arena;
    mg_csv_limits limits;
    mg_dataset *dataset;
    mg_network *network;
    mg_examples *examples;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f = (fixture){0};
    f.ctx = test_memory_ctx(&f.memory);
    f.limits = (mg_csv_limits){4096, 1 << 20};
    mg_arena_init(&f.arena, f.ctx);
    test_folder_create(&f.folder);
    *state = &f;
    return 0;
}

static void close_all(fixture *f)
{
    mg_examples_destroy(f->examples);
    mg_dataset_destroy(f->dataset);
    mg_network_destroy(f->network);
    f->examples = NULL;
    f->dataset = NULL;
    f->network = NULL;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    close_all(f);
    mg_arena_clear(&f->arena);
    assert_int_equal(f->memory.live, 1);
    mg_ctx_destroy(f->ctx);
    test_folder_remove(&f->folder);
    return 0;
}

/* Opens the table with keys, "target=y&missing=drop" or "". */
static mg_status open_table(fixture *f, const char *bytes, const char *keys)
{
    char name[600];
    mg_query query;
    const char *path = test_path(&f->folder, "t.csv");
    test_write(path, bytes, strlen(bytes));
    snprintf(name, sizeof name, "%s%s%s", path, keys[0] ? "?" : "", keys);
    close_all(f);
    assert_int_equal(mg_query_parse(&f->arena, name, &query), MG_OK);
    return mg_csv_open_limited(f->ctx, 1, &query, &f->limits, &f->dataset);
}

static mg_status load(fixture *f, const char *formula, bool targets,
                      const mg_schema *schema)
{
    const mg_network_options options = {.training = true};
    mg_examples_destroy(f->examples);
    mg_network_destroy(f->network);
    f->examples = NULL;
    f->network = NULL;
    if (mg_network_create(f->ctx, formula, strlen(formula), &options,
                          &f->network) != MG_OK)
        fail_msg("%s", mg_message(f->ctx));
    return mg_examples_create(f->dataset, f->network, targets, schema,
                              &f->examples);
}

static void opens(fixture *f, const char *bytes, const char *keys)
{
    if (open_table(f, bytes, keys) != MG_OK)
        fail_msg("%s", mg_message(f->ctx));
}

static void loads(fixture *f, const char *formula)
{
    if (load(f, formula, true, NULL) != MG_OK)
        fail_msg("%s", mg_message(f->ctx));
}

/* The message, each path of the folder left out. */
static const char *message(fixture *f)
{
    static char out[8192];
    const char *from = mg_message(f->ctx);
    const size_t length = strlen(f->folder.path);
    char *to = out;
    while (*from && to < out + sizeof out - 1) {
        if (strncmp(from, f->folder.path, length) == 0)
            from += length + 1;
        else
            *to++ = *from++;
    }
    *to = '\0';
    return out;
}

static void says(fixture *f, const char *words)
{
    if (!strstr(message(f), words))
        fail_msg("\"%s\" does not say \"%s\"", message(f), words);
}

static void refuses(fixture *f, const char *bytes, const char *keys,
                    mg_status status, const char *words)
{
    assert_int_equal(open_table(f, bytes, keys), status);
    assert_null(f->dataset);
    says(f, words);
}

/* All values of an input, in double precision. */
static void holds(fixture *f, size_t input, size_t n, const double expected[])
{
    double values[64];
    int64_t rows[32];
    const int64_t count = f->examples->rows;
    assert_true(n <= 64 && count <= 32);
    for (int64_t i = 0; i < count; i++)
        rows[i] = i;
    assert_int_equal((size_t)count * (size_t)mg_shape_size(
                                         &f->examples->input[input].row.shape),
                     n);
    assert_int_equal(
        mg_examples_gather(f->examples, input, count, rows, MG_F64, values),
        MG_OK);
    for (size_t i = 0; i < n; i++)
        if (values[i] != expected[i] &&
            !(isnan(values[i]) && isnan(expected[i])))
            fail_msg("value %zu is %g, not %g", i, values[i], expected[i]);
}

/* ---- Opening ---- */

static const mg_data_column *column(const fixture *f, const char *name)
{
    for (size_t i = 0; i < f->dataset->n_columns; i++)
        if (strcmp(f->dataset->column[i].name, name) == 0)
            return &f->dataset->column[i];
    fail_msg("no column %s", name);
    return NULL;
}

static void columns_get_names_and_kinds(void **state)
{
    fixture *f = *state;
    opens(f, "a,b,c\n1.5,2,x\n-2,0,y\n0,7,x\n", "target=c");
    assert_int_equal(f->dataset->rows, 3);
    assert_int_equal(f->dataset->n_columns, 3);
    assert_int_equal(column(f, "a")->row.dtype, MG_F64);
    assert_int_equal(column(f, "b")->row.dtype, MG_I64);
    assert_int_equal(column(f, "b")->classes, 8);
    assert_true(column(f, "c")->text && column(f, "c")->target);
    assert_int_equal(column(f, "c")->n_labels, 2);
    assert_string_equal(column(f, "c")->label[1], "y");
}

static void whole_numbers_with_points_are_integers(void **state)
{
    fixture *f = *state;
    opens(f, "a,b\n1.0,1e2\n02,3\n", "");
    assert_int_equal(column(f, "a")->row.dtype, MG_I64);
    assert_int_equal(column(f, "a")->classes, 3);
    assert_int_equal(column(f, "b")->classes, 101);
}

static void a_header_is_guessed_or_said(void **state)
{
    fixture *f = *state;
    opens(f, "1,2,x\n3,4,y\n", "target=3");
    assert_int_equal(f->dataset->rows, 2);
    assert_string_equal(f->dataset->column[2].name, "3");
    opens(f, "p,e,p\np,x,x\n", "");
    assert_int_equal(f->dataset->rows, 2);
    opens(f, "1990,1991\n1,2\n", "header=yes");
    assert_int_equal(f->dataset->rows, 1);
    assert_string_equal(f->dataset->column[1].name, "1991");
    opens(f, "a,b\nc,d\n", "header=no");
    assert_int_equal(f->dataset->rows, 2);
}

static void separators_and_decimal_signs_are_guessed_or_said(void **state)
{
    fixture *f = *state;
    static const char formula[] = "input x[2]\noutput z = x\n";
    static const double expected[] = {1.5, 2, 0.125, 4};
    static const struct {
        const char *bytes, *keys;
    } cases[] = {
        {"a,b\n1.5,2\n.125,4\n", ""},
        {"a;b\n1,5;2\n0,125;4\n", ""},
        {"a;b\n1.5;2\n0.125;4\n", ""},
        {"a\tb\n1,5\t2\n,125\t4\n", "decimal=comma"},
        {"a|b\n1.5|2\n0.125|4\n", ""},
        {"a;b\n1,500;2\n,125;4\n", "decimal=,"},
        {"\"a,1\";b\n1.5;2\n0.125;4\n", "separator=semicolon"},
        {"1.5;2\n0.125;4\n", "separator=;&header=no"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        opens(f, cases[i].bytes, cases[i].keys);
        loads(f, formula);
        holds(f, 0, 4, expected);
    }
}

static void facts_are_of_all_values_that_are_there(void **state)
{
    fixture *f = *state;
    mg_data_facts facts;
    opens(f, "a,b,c\n1,5,x\n2,?,y\n3,-1,x\n6,5,x\n", "target=c");
    assert_int_equal(mg_data_describe(f->dataset, &f->arena, &facts), MG_OK);
    assert_string_equal(facts.format, "CSV");
    assert_int_equal(facts.rows, 4);
    assert_true(facts.column[0].least == 1 && facts.column[0].most == 6);
    assert_true(facts.column[0].mean == 3);
    assert_true(fabs(facts.column[0].deviation - sqrt(3.5)) < 1e-12);
    assert_int_equal(facts.column[1].missing, 1);
    assert_int_equal(facts.column[1].n_classes, 2);
    assert_string_equal(facts.column[1].classes[0].label, "-1");
    assert_int_equal(facts.column[1].classes[1].count, 2);
    assert_string_equal(facts.column[2].type, "text");
    assert_int_equal(facts.column[2].classes[0].count, 3);
    assert_true(facts.column[2].target);
}

/* Far from 0 and in more than one block, sums of squares would lose all. */
static void deviations_are_exact_far_from_zero(void **state)
{
    fixture *f = *state;
    mg_data_facts facts;
    mg_text text;
    mg_text_init(&text, f->ctx);
    mg_text_puts(&text, "a\n");
    for (int i = 0; i < 1000; i++)
        mg_text_printf(&text, "%d.5\n", 1000000000 + i % 2);
    opens(f, mg_text_string(&text), "");
    mg_text_clear(&text);
    assert_int_equal(mg_data_describe(f->dataset, &f->arena, &facts), MG_OK);
    assert_true(fabs(facts.column[0].mean - 1000000001.0) < 1e-6);
    assert_true(fabs(facts.column[0].deviation - 0.5) < 1e-9);
}

static void columns_are_left_out(void **state)
{
    fixture *f = *state;
    opens(f, "day,a,b\n2024-01-01,1,2\n2024-01-02,3,4\n", "drop=day,b");
    assert_int_equal(f->dataset->n_columns, 1);
    opens(f, "a,b,\n1,2,\n3,4,\n", "");
    assert_int_equal(f->dataset->n_columns, 2);
    refuses(f, "a,b\n1,2\n", "drop=c", MG_BAD_ARGUMENT,
            "drop=c, but its columns are a, b");
    refuses(f, "a,b\n1,2\n", "target=c", MG_BAD_ARGUMENT, "target=c");
}

static void wrong_keys_are_refused(void **state)
{
    fixture *f = *state;
    static const char *const keys[] = {"separator=x", "decimal=x", "missing=x",
                                       "header=x",    "classes=a", "drop=a,,b",
                                       "target=a,a",  "decimal=,"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_int_equal(open_table(f, "a,b\n1,2\n", keys[i]), MG_BAD_ARGUMENT);
}

/* ---- Faults ---- */

static void the_planted_faults_are_named(void **state)
{
    fixture *f = *state;
    char expected[8192], path[600];
    mg_query query;
    snprintf(path, sizeof path, "%s/tests/data/faults.csv", MATGRAD_SOURCE_DIR);
    assert_int_equal(mg_query_parse(&f->arena, path, &query), MG_OK);
    assert_int_equal(
        mg_csv_open_limited(f->ctx, 1, &query, &f->limits, &f->dataset),
        MG_BAD_DATA);
    snprintf(path, sizeof path, "%s/tests/data/faults.expected",
             MATGRAD_SOURCE_DIR);
    test_read(path, expected, sizeof expected);
    const char *from = mg_message(f->ctx), *to = expected;
    const char *folder = MATGRAD_SOURCE_DIR "/tests/data/";
    while (*from && *to) {
        if (strncmp(from, folder, strlen(folder)) == 0)
            from += strlen(folder);
        if (*from != *to)
            fail_msg("%.60s\ninstead of\n%.60s", from, to);
        from++;
        to++;
    }
    assert_string_equal(to, "\n");
}

static void few_wrong_fields_are_faults_and_most_make_texts(void **state)
{
    fixture *f = *state;
    refuses(f, "a\n1\n2\nx\n3\n", "", MG_BAD_DATA,
            "t.csv:4:1 (a): \"x\" is no number");
    opens(f, "a\n1\n2\nx\ny\n", "");
    assert_true(column(f, "a")->text);
    assert_int_equal(column(f, "a")->n_labels, 4);
    opens(f, "a\n1st\n2nd\n3rd\n", "");
    assert_true(column(f, "a")->text);
    refuses(f, "a\n1 cm\n2 cm\n3 cm\n", "", MG_BAD_DATA, "letters behind");
    opens(f, "a,b\n1 cm,1\n2 cm,2\n3 cm,3\n", "target=a");
    assert_int_equal(column(f, "a")->n_labels, 3);
    opens(f, "a,b\n1,1\n2,2\nx,3\n", "target=a&classes=2|1|x");
    assert_string_equal(column(f, "a")->label[0], "2");
}

static void dates_are_refused_once(void **state)
{
    fixture *f = *state;
    refuses(f, "when,a\n1.2.2024,1\n2.2.2024,2\n", "", MG_BAD_DATA,
            "t.csv:2:1 (when): \"1.2.2024\" is a date");
    says(f, "\n1 fault");
}

static void many_faults_are_counted(void **state)
{
    fixture *f = *state;
    mg_text text;
    mg_text_init(&text, f->ctx);
    mg_text_puts(&text, "a,b\n");
    for (int i = 0; i < 100; i++)
        mg_text_puts(&text, i % 4 == 0   ? "1,x\n"
                            : i % 4 == 1 ? "1\n"
                                         : "1,2\n");
    refuses(f, mg_text_string(&text), "", MG_BAD_DATA,
            "50 faults, of which the first 20 are shown");
    mg_text_clear(&text);
    says(f, "t.csv:2:3 (b): \"x\"");
    says(f, "t.csv:3:1: row has 1 field, the header has 2\n"
            "t.csv:6:3 (b)");
    assert_null(strstr(message(f), "t.csv:42:"));
}

static void bytes_that_are_not_utf8_are_named(void **state)
{
    fixture *f = *state;
    refuses(f, "a,b\n1,\xE4\n2,x\n", "", MG_BAD_DATA,
            "t.csv:2:3 (b): \"?\" is not UTF-8");
    refuses(f, "a,\xE4\n1,2\n", "", MG_BAD_DATA, "t.csv:1:3: the name");
}

static void headers_are_checked(void **state)
{
    fixture *f = *state;
    refuses(f, "a,b,a\n1,2,3\n", "header=yes", MG_BAD_DATA,
            "t.csv:1:5: \"a\" stands twice in the header\n");
    refuses(f, "a,b,a\n1,2,3\n", "", MG_BAD_DATA,
            "t.csv:1:5: \"a\" stands twice in the header (header=no");
    refuses(f, "a,b,a\nx,2,y\n", "target=b", MG_BAD_DATA, "stands twice");
    opens(f, "a,b,a\n1,2,3\n", "header=no");
    opens(f, "a,b,a\nx,y,x\n", ""); /* texts as below: no header */
    assert_int_equal(f->dataset->rows, 2);
    opens(f, "?,?,a\n1,2,x\n", "missing=drop");
    refuses(f, "a,b,a\nx,y,x\n", "target=b", MG_BAD_ARGUMENT,
            "but its columns are 1, 2, 3 (their numbers, as it has no header; "
            "header=yes if");
    refuses(f, "", "", MG_BAD_DATA, "empty");
    refuses(f, "a,b\n", "", MG_BAD_DATA, "no rows");
    refuses(f, "\"a,b\n1,2\n", "", MG_BAD_DATA, "t.csv:1:1: this quote");
}

static void rows_of_separators_are_faults_or_left_out(void **state)
{
    fixture *f = *state;
    refuses(f, "a,b\n1,2\n,\n", "", MG_BAD_DATA, "t.csv:3:1: a row of nothing");
    opens(f, "a,b\n1,2\n,\n3,4\n", "missing=drop");
    assert_int_equal(f->dataset->rows, 2);
}

/* ---- Loading ---- */

static const char table[] = "a,b,kind,c\n"
                            "1.5,2,rose,7\n"
                            "-1,3,daisy,8\n"
                            "0.25,4,rose,9\n";
static const char formula[] = "input x[2]\ninput c\ntarget kind class 2\n"
                              "z = dense(x, 2) + c\nloss = cross_entropy(z, "
                              "kind)\n";

/* Blocks of few bytes; memory and file. */
static void a_network_takes_its_columns_from_anywhere(void **state)
{
    fixture *f = *state;
    static const double x[] = {1.5, 2, -1, 3, 0.25, 4}, c[] = {7, 8, 9},
                        kind[] = {1, 0, 1};
    for (size_t block = 1; block < 60; block++) {
        f->limits = (mg_csv_limits){block, block % 2 ? 1 << 20 : 0};
        opens(f, table, "");
        loads(f, formula);
        assert_int_equal(f->examples->rows, 3);
        assert_int_equal(f->examples->fetch == NULL, block % 2);
        assert_int_equal(f->examples->input[0].row.dtype, MG_F32);
        holds(f, 0, 6, x);
        holds(f, 1, 3, c);
        holds(f, 2, 3, kind);
        const mg_schema_input *schema = &f->examples->schema.input[2];
        assert_int_equal(schema->n_classes, 2);
        assert_string_equal(schema->label[1], "rose");
    }
}

static void rows_are_fetched_in_any_order(void **state)
{
    fixture *f = *state;
    static const int64_t rows[] = {2, 0, 2};
    float x[6];
    f->limits.memory = 0;
    opens(f, table, "");
    loads(f, formula);
    assert_int_equal(mg_examples_gather(f->examples, 0, 3, rows, MG_F32, x),
                     MG_OK);
    assert_true(x[0] == 0.25f && x[2] == 1.5f && x[5] == 4);
}

static void integers_are_labels_as_they_stand_or_by_their_names(void **state)
{
    fixture *f = *state;
    static const char net[] = "input x\ntarget y class 3\nz = dense([x], 3)\n"
                              "loss = cross_entropy(z, y)\n";
    opens(f, "x,y\n1,0\n2,2\n3,1\n", "");
    loads(f, net);
    holds(f, 1, 3, (const double[]){0, 2, 1});
    assert_int_equal(f->examples->schema.input[1].n_classes, 0);
    opens(f, "x,y\n1,1\n2,3\n3,2\n", "");
    loads(f, net);
    holds(f, 1, 3, (const double[]){0, 2, 1});
    assert_string_equal(f->examples->schema.input[1].label[0], "1");
    opens(f, "x,y\n1,-1\n2,1\n3,1000\n", "");
    loads(f, net);
    holds(f, 1, 3, (const double[]){0, 1, 2});
    assert_string_equal(f->examples->schema.input[1].label[2], "1000");
    opens(f, "x,y\n1,1\n2,2\n3,3\n4,4\n", "");
    assert_int_equal(load(f, net, true, NULL), MG_BAD_DATA);
    says(f, "y is 1 to 4 in 4 different values, but target y has 3 classes");
    opens(f, "x,y\n1,a\n2,b\n3,c\n4,d\n", "");
    assert_int_equal(load(f, net, true, NULL), MG_BAD_DATA);
    says(f, "4 different texts (a, b, c, d), but target y has 3 classes");
}

static void classes_have_the_order_that_is_said(void **state)
{
    fixture *f = *state;
    static const char net[] = "input x\ntarget y class 3\nz = dense([x], 3)\n"
                              "loss = cross_entropy(z, y)\n";
    opens(f, "x,y\n1,low\n2,high\n3,low\n", "target=y&classes=low|mid|high");
    loads(f, net);
    holds(f, 1, 3, (const double[]){0, 2, 0});
    opens(f, "x,y\n1,low\n2,odd\n3,low\n", "target=y&classes=low|mid|high");
    assert_int_equal(load(f, net, true, NULL), MG_BAD_DATA);
    says(f, "t.csv:3:3 (y): \"odd\" is no class: they are low, mid, high");
}

static void later_data_have_the_classes_of_the_training(void **state)
{
    fixture *f = *state;
    static const char net[] = "input x\ntarget y class 3\nz = dense([x], 3)\n"
                              "loss = cross_entropy(z, y)\n";
    static const char *const labels[] = {"b", "a", "7"};
    mg_schema_input inputs[] = {{.name = "x"},
                                {.name = "y", .n_classes = 3, .label = labels}};
    const mg_schema schema = {2, inputs};
    opens(f, "x,y\n1,a\n2,7.0\n3,b\n4,a\n", "");
    assert_int_equal(load(f, net, true, &schema), MG_OK);
    holds(f, 1, 4, (const double[]){1, 2, 0, 1});
    opens(f, "x,y\n1,a\n2,c\n", "");
    assert_int_equal(load(f, net, true, &schema), MG_BAD_DATA);
    says(f, "t.csv:3:3 (y): \"c\" is no class: they are b, a, 7");
    inputs[1].n_classes = 0;
    assert_int_equal(load(f, net, true, &schema), MG_BAD_DATA);
    says(f, "texts, but numbers in training");
    opens(f, "x,y\n1,1\n2,3\n", "");
    assert_int_equal(load(f, net, true, &schema), MG_BAD_DATA);
    says(f, "t.csv:3:3 (y): \"3\" is no class: they are 0 to 2");
    assert_int_equal(load(f, net, false, &schema), MG_OK);
    assert_true(f->examples->input[1].absent);
}

static void missing_values_are_refused_dropped_or_filled(void **state)
{
    fixture *f = *state;
    static const char net[] = "input x[2]\ntarget y\nloss = (x[0] + x[1] - y)^2"
                              "\n";
    static const char bytes[] = "a,b,y,note\n1,2,3,\nNA,4,5,\n6,,7,\n8,9,?,\n";
    opens(f, bytes, "drop=note");
    assert_int_equal(load(f, net, true, NULL), MG_BAD_DATA);
    assert_string_equal(
        message(f),
        "t.csv:3:1 (a): \"NA\" is missing (missing=drop or missing=mean)\n"
        "t.csv:4:3 (b): is missing (missing=drop or missing=mean)\n"
        "t.csv:5:5 (y): \"?\" is missing (missing=drop or missing=mean)\n"
        "3 faults");
    opens(f, bytes, "missing=drop&drop=note");
    loads(f, net);
    assert_int_equal(f->examples->rows, 1);
    holds(f, 0, 2, (const double[]){1, 2});
    opens(f, bytes, "missing=mean&drop=note");
    assert_true(f->dataset->fill);
    assert_int_equal(load(f, net, true, NULL), MG_BAD_DATA);
    says(f, "t.csv:5:5 (y): \"?\" is missing, and only inputs");
    assert_int_equal(load(f, net, false, NULL), MG_OK);
    holds(f, 0, 8, (const double[]){1, 2, NAN, 4, 6, NAN, 8, 9});
    opens(f, bytes, "missing=-1&drop=note");
    assert_int_equal(load(f, net, false, NULL), MG_OK);
    holds(f, 0, 8, (const double[]){1, 2, -1, 4, 6, -1, 8, 9});
}

static void numbers_have_the_networks_precision(void **state)
{
    fixture *f = *state;
    static const char net[] = "input x\noutput z = x\n";
    opens(f, "x\n1e300\n0.5\n", "");
    assert_int_equal(load(f, net, true, NULL), MG_BAD_DATA);
    says(f, "t.csv:2:1 (x): \"1e300\" is too large");
    const mg_network_options options = {.real = MG_F64};
    mg_network_destroy(f->network);
    assert_int_equal(
        mg_network_create(f->ctx, net, strlen(net), &options, &f->network),
        MG_OK);
    assert_int_equal(
        mg_examples_create(f->dataset, f->network, true, NULL, &f->examples),
        MG_OK);
    holds(f, 0, 2, (const double[]){1e300, 0.5});
}

static void a_file_that_changes_meanwhile_is_noticed(void **state)
{
    fixture *f = *state;
    static const char *const later[] = {"x\n1\n", "x\n1\n2\n3\n", "x\n1\na\n",
                                        "x\n1\n2,3\n", "x\n1\n\"2\n"};
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        opens(f, "x\n1\n2\n", "");
        test_write(test_path(&f->folder, "t.csv"), later[i], strlen(later[i]));
        assert_int_equal(load(f, "input x\noutput z = x\n", true, NULL),
                         MG_BAD_DATA);
        says(f, "changed while it was read");
    }
}

static void files_follow_one_another(void **state)
{
    fixture *f = *state;
    mg_query query[2];
    char path[2][TEST_PATH_SIZE];
    snprintf(path[0], sizeof path[0], "%s", test_path(&f->folder, "a.csv"));
    snprintf(path[1], sizeof path[1], "%s", test_path(&f->folder, "b.csv"));
    test_write(path[0], "x,y\n1,2\n", 8);
    test_write(path[1], "x;y\n3;4,5\n", 10);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(mg_query_parse(&f->arena, path[i], &query[i]), MG_OK);
    assert_int_equal(
        mg_csv_open_limited(f->ctx, 2, query, &f->limits, &f->dataset), MG_OK);
    loads(f, "input v[2]\noutput z = v\n");
    holds(f, 0, 4, (const double[]){1, 2, 3, 4.5});
    close_all(f);
    test_write(path[1], "x,z\n3,4\n", 8);
    assert_int_equal(
        mg_csv_open_limited(f->ctx, 2, query, &f->limits, &f->dataset),
        MG_BAD_DATA);
    says(f, "b.csv:1:1: column 2 is z, in a.csv it is y");
}

/* ---- Memory ---- */

typedef struct {
    const char *name, *formula;
    size_t memory;
} torture;

static mg_status open_and_load(mg_ctx *ctx, void *data)
{
    const torture *t = data;
    const mg_csv_limits limits = {3, t->memory};
    mg_arena arena;
    mg_query query;
    mg_dataset *dataset = NULL;
    mg_network *network = NULL;
    mg_examples *examples = NULL;
    mg_data_facts facts;
    mg_arena_init(&arena, ctx);
    mg_status status = mg_query_parse(&arena, t->name, &query);
    if (status == MG_OK)
        status = mg_csv_open_limited(ctx, 1, &query, &limits, &dataset);
    if (status == MG_OK)
        status = mg_data_describe(dataset, &arena, &facts);
    if (status == MG_OK)
        status = mg_network_create(ctx, t->formula, strlen(t->formula), NULL,
                                   &network);
    if (status == MG_OK)
        status = mg_examples_create(dataset, network, true, NULL, &examples);
    mg_examples_destroy(examples);
    mg_network_destroy(network);
    mg_dataset_destroy(dataset);
    mg_arena_clear(&arena);
    if (t->formula[0] == '\0' && status == MG_BAD_DATA)
        return MG_OK;
    return status;
}

static void every_refusal_of_memory_is_told(void **state)
{
    fixture *f = *state;
    static const char right[] = "a,b,\"ki\"\"nd\",c\n1.5,2,r,7\n-1,?,d,8\n"
                                "\"0.25\",4,\"r\n\",9\n";
    static const char wrong[] = "a,b\n1,x\n2,3\n1\n3,\"4\n,\n5,6\n";
    char name[TEST_PATH_SIZE + 80];
    const char *path = test_path(&f->folder, "t.csv");
    snprintf(name, sizeof name, "%s?target=ki\"nd&missing=drop", path);
    test_write(path, right, strlen(right));
    torture t = {name,
                 "input x[2]\ninput c\ntarget k class 3\n"
                 "loss = cross_entropy(dense(x, 3) + c, k)\n",
                 1 << 20};
    assert_true(test_every_refusal(open_and_load, &t) > 50);
    t.memory = 0;
    assert_true(test_every_refusal(open_and_load, &t) > 50);
    test_write(path, wrong, strlen(wrong));
    t = (torture){path, "", 0};
    assert_true(test_every_refusal(open_and_load, &t) > 20);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(columns_get_names_and_kinds),
        TEST(whole_numbers_with_points_are_integers),
        TEST(a_header_is_guessed_or_said),
        TEST(separators_and_decimal_signs_are_guessed_or_said),
        TEST(facts_are_of_all_values_that_are_there),
        TEST(deviations_are_exact_far_from_zero),
        TEST(columns_are_left_out),
        TEST(wrong_keys_are_refused),
        TEST(the_planted_faults_are_named),
        TEST(few_wrong_fields_are_faults_and_most_make_texts),
        TEST(dates_are_refused_once),
        TEST(many_faults_are_counted),
        TEST(bytes_that_are_not_utf8_are_named),
        TEST(headers_are_checked),
        TEST(rows_of_separators_are_faults_or_left_out),
        TEST(a_network_takes_its_columns_from_anywhere),
        TEST(rows_are_fetched_in_any_order),
        TEST(integers_are_labels_as_they_stand_or_by_their_names),
        TEST(classes_have_the_order_that_is_said),
        TEST(later_data_have_the_classes_of_the_training),
        TEST(missing_values_are_refused_dropped_or_filled),
        TEST(numbers_have_the_networks_precision),
        TEST(a_file_that_changes_meanwhile_is_noticed),
        TEST(files_follow_one_another),
        TEST(every_refusal_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
