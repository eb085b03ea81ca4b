/* Examples: columns as one network takes them, and reading them. */
#include "data/examples.h"
#include "support/memory.h"
#include "test.h"

#include <string.h>

enum { rows = 4 };

typedef struct {
    test_memory memory;
    mg_ctx *ctx;
    mg_dataset *dataset;
    mg_network_input input[2]; /* x[2, 3], c of 5 classes */
    mg_network network;
    mg_examples *examples;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f = (fixture){0};
    f.ctx = test_memory_ctx(&f.memory);
    assert_int_equal(mg_dataset_create(f.ctx, "toy", &f.dataset), MG_OK);
    f.input[0] =
        (mg_network_input){.name = "x", .shape = {.rank = 2, .dim = {2, 3}}};
    f.input[1] = (mg_network_input){.name = "c", .target = true, .classes = 5};
    f.network = (mg_network){.n_inputs = 2, .input = f.input};
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    mg_examples_destroy(f->examples);
    mg_dataset_destroy(f->dataset);
    assert_int_equal(f->memory.live, 1);
    mg_ctx_destroy(f->ctx);
    return 0;
}

static mg_data_column *lend(fixture *f, const char *name, mg_dtype dtype,
                            mg_shape shape, void *data)
{
    mg_data_column *column = NULL;
    assert_int_equal(mg_dataset_add_lent(f->dataset, name, false,
                                         (mg_type){dtype, shape}, rows, data,
                                         &column),
                     MG_OK);
    return column;
}

static mg_data_column *lend_numbers(fixture *f, const char *name,
                                    mg_dtype dtype, void *data)
{
    return lend(f, name, dtype, (mg_shape){0}, data);
}

static mg_status create(fixture *f, bool targets, const mg_schema *schema)
{
    mg_examples_destroy(f->examples);
    f->examples = NULL;
    mg_dataset_count_classes(f->dataset);
    return mg_examples_create(f->dataset, &f->network, targets, schema,
                              &f->examples);
}

static void made(fixture *f)
{
    if (create(f, true, NULL) != MG_OK)
        fail_msg("%s", mg_message(f->ctx));
}

static void refused(fixture *f, const mg_schema *schema, const char *message)
{
    assert_int_equal(create(f, true, schema), MG_BAD_DATA);
    assert_string_equal(mg_message(f->ctx), message);
    assert_null(f->examples);
}

static uint8_t pictures[rows * 6];
static uint8_t labels[rows] = {0, 4, 2, 1};

static void lend_pictures(fixture *f)
{
    for (uint8_t i = 0; i < sizeof pictures; i++)
        pictures[i] = (uint8_t)(i + 200);
    lend(f, "", MG_U8, (mg_shape){.rank = 2, .dim = {2, 3}}, pictures);
    lend_numbers(f, "c", MG_U8, labels);
}

/* ---- Columns in memory ---- */

static void one_column_is_taken_where_it_stands(void **state)
{
    fixture *f = *state;
    lend_pictures(f);
    f->dataset->standardise = f->dataset->fill = f->dataset->ordered = true;
    made(f);
    const mg_examples *e = f->examples;
    assert_string_equal(e->source, "toy");
    assert_int_equal(e->rows, rows);
    assert_int_equal(e->n, 2);
    assert_true(e->standardise && e->fill && e->ordered);
    assert_ptr_equal(e->input[0].data, pictures);
    assert_int_equal(e->input[0].row.dtype, MG_U8);
    assert_ptr_equal(e->input[1].data, labels);
    assert_false(e->input[1].absent);
    assert_null(e->fetch);
    assert_int_equal(e->schema.n, 2);
    assert_string_equal(e->schema.input[0].name, "x");
    assert_int_equal(e->schema.input[0].n_columns, 0);
    assert_int_equal(e->schema.input[1].n_columns, 0);
}

static void rows_are_gathered_in_any_order_and_type(void **state)
{
    fixture *f = *state;
    const int64_t order[] = {3, 0, 3};
    uint8_t same[18];
    float real[18];
    double precise[18];
    int64_t label[3];
    lend_pictures(f);
    made(f);
    const mg_examples *e = f->examples;
    assert_int_equal(mg_examples_gather(e, 0, 3, order, MG_U8, same), MG_OK);
    assert_int_equal(mg_examples_gather(e, 0, 3, order, MG_F32, real), MG_OK);
    assert_int_equal(mg_examples_gather(e, 0, 3, order, MG_F64, precise),
                     MG_OK);
    assert_int_equal(mg_examples_gather(e, 1, 3, order, MG_I64, label), MG_OK);
    for (int i = 0; i < 18; i++) {
        const int expected = 200 + 6 * (int)order[i / 6] + i % 6;
        assert_int_equal(same[i], expected);
        assert_true(real[i] == (float)expected);
        assert_true(precise[i] == expected);
    }
    for (int i = 0; i < 3; i++)
        assert_int_equal(label[i], labels[order[i]]);
}

static void targets_that_are_not_needed_are_absent(void **state)
{
    fixture *f = *state;
    int64_t out[1];
    lend_pictures(f);
    labels[1] = 99; /* nobody looks */
    assert_int_equal(create(f, false, NULL), MG_OK);
    labels[1] = 4;
    assert_true(f->examples->input[1].absent);
    assert_null(f->examples->input[1].data);
    assert_int_equal(
        mg_examples_gather(f->examples, 1, 1, (int64_t[]){0}, MG_I64, out),
        MG_BAD_DATA);
    assert_string_equal(mg_message(f->ctx), "data toy: it has no c");
}

static void labels_beyond_the_classes_are_refused_with_their_row(void **state)
{
    fixture *f = *state;
    lend_pictures(f);
    f->input[1].classes = 4;
    refused(f, NULL, "data toy: row 2 of c is 4, not one of 0 to 3");
    int32_t other[rows] = {0, 1, -7, 3};
    f->dataset->column[1].row.dtype = MG_I32;
    f->dataset->column[1].data = other;
    refused(f, NULL, "data toy: row 3 of c is -7, not one of 0 to 3");
}

static void labels_of_a_sequence_are_counted_by_rows(void **state)
{
    fixture *f = *state;
    int64_t symbols[rows * 3] = {0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5, 0};
    f->network.n_inputs = 1;
    f->input[0] = (mg_network_input){
        .name = "t", .classes = 5, .shape = {.rank = 1, .dim = {3}}};
    lend(f, "t", MG_I64, (mg_shape){.rank = 1, .dim = {3}}, symbols);
    refused(f, NULL, "data toy: row 4 of t is 5, not one of 0 to 4");
    f->input[0].classes = 6;
    made(f);
}

/* ---- Several columns ---- */

static void several_columns_become_rows(void **state)
{
    fixture *f = *state;
    float a[rows] = {1, 2, 3, 4};
    int32_t b[rows] = {10, 20, 30, -40};
    uint8_t d[rows] = {7, 8, 9, 255};
    f->network.n_inputs = 1;
    f->input[0].shape = (mg_shape){.rank = 2, .dim = {1, 3}};
    lend_numbers(f, "a", MG_F32, a);
    lend_numbers(f, "b", MG_I32, b);
    lend_numbers(f, "d", MG_U8, d);
    made(f);
    const mg_example_input *in = &f->examples->input[0];
    assert_int_equal(in->row.dtype, MG_F32);
    assert_int_equal(in->row.shape.rank, 2);
    const float *x = in->data;
    for (int i = 0; i < rows; i++) {
        assert_true(x[3 * i] == a[i]);
        assert_true(x[3 * i + 1] == (float)b[i]);
        assert_true(x[3 * i + 2] == d[i]);
    }
    const mg_schema_input *said = &f->examples->schema.input[0];
    assert_int_equal(said->n_columns, 3);
    assert_string_equal(said->column[0], "a");
    assert_string_equal(said->column[2], "d");
}

static mg_dtype joined(fixture *f, mg_dtype first, mg_dtype second)
{
    static const double zeros[rows];
    f->dataset->n_columns = 0;
    f->network.n_inputs = 1;
    f->input[0].shape = (mg_shape){.rank = 1, .dim = {2}};
    lend_numbers(f, "a", first, (void *)zeros);
    lend_numbers(f, "b", second, (void *)zeros);
    made(f);
    return f->examples->input[0].row.dtype;
}

static void the_joint_type_holds_all(void **state)
{
    fixture *f = *state;
    assert_int_equal(joined(f, MG_U8, MG_U8), MG_U8);
    assert_int_equal(joined(f, MG_U8, MG_I32), MG_I64);
    assert_int_equal(joined(f, MG_F32, MG_F64), MG_F64);
    assert_int_equal(joined(f, MG_I64, MG_F32), MG_F32);
    assert_int_equal(joined(f, MG_F64, MG_I32), MG_F64);
    assert_int_equal(joined(f, MG_BOOL, MG_U8), MG_I64);
}

static void names_that_say_nothing_are_not_kept(void **state)
{
    fixture *f = *state;
    float a[rows] = {0};
    f->network.n_inputs = 1;
    f->input[0].shape = (mg_shape){0};
    lend_numbers(f, "x", MG_F32, a);
    made(f);
    assert_int_equal(f->examples->schema.input[0].n_columns, 0);
    f->input[0].shape = (mg_shape){.rank = 1, .dim = {1}};
    f->dataset->column[0].name = "age";
    made(f);
    assert_int_equal(f->examples->schema.input[0].n_columns, 1);
    assert_string_equal(f->examples->schema.input[0].column[0], "age");
}

/* ---- Texts ---- */

static const char *const kinds[] = {"cat", "dog", "fox"};
static int64_t kind_of[rows] = {2, 0, 1, 0};

static mg_data_column *lend_kinds(fixture *f)
{
    f->network.n_inputs = 1;
    f->network.input = &f->input[1];
    mg_data_column *column = lend_numbers(f, "kind", MG_I64, kind_of);
    column->target = true;
    column->text = true;
    column->classes = 3;
    column->n_labels = 3;
    column->label = kinds;
    return column;
}

static void texts_are_classes_in_their_order(void **state)
{
    fixture *f = *state;
    lend_kinds(f);
    made(f);
    const mg_schema_input *said = &f->examples->schema.input[0];
    assert_ptr_equal(f->examples->input[0].data, kind_of);
    assert_int_equal(said->n_classes, 3);
    assert_string_equal(said->label[2], "fox");
    assert_int_equal(said->n_columns, 1);
    assert_string_equal(said->column[0], "kind");
}

static void a_schema_numbers_the_classes(void **state)
{
    fixture *f = *state;
    const char *const other[] = {"fox", "owl", "cat", "dog"};
    mg_schema_input entry = {.name = "c", .n_classes = 4, .label = other};
    const mg_schema schema = {1, &entry};
    const int64_t order[] = {0, 1, 2, 3};
    int64_t out[rows];
    lend_kinds(f);
    assert_int_equal(create(f, true, &schema), MG_OK);
    mg_examples_gather(f->examples, 0, rows, order, MG_I64, out);
    assert_int_equal(out[0], 0);
    assert_int_equal(out[1], 2);
    assert_int_equal(out[2], 3);
    assert_int_equal(out[3], 2);
    assert_int_equal(f->examples->schema.input[0].n_classes, 4);
    entry.n_classes = 3;
    refused(f, &schema,
            "data toy: kind is \"dog\" in a row, which was no "
            "class in training");
    entry.n_classes = 0;
    refused(f, &schema, "data toy: kind is texts, but numbers in training");
    entry.n_classes = 4;
    f->input[1].classes = 3;
    refused(f, &schema, "data toy: row 3 of c is 3, not one of 0 to 2");
}

static void more_texts_than_classes_are_refused(void **state)
{
    fixture *f = *state;
    mg_data_column *column = lend_kinds(f);
    f->input[1].classes = 2;
    refused(f, NULL,
            "data toy: kind has 3 different texts (cat, dog, fox), "
            "but target c has 2 classes");
    column->n_labels = 0;
    column->classes = 70000;
    refused(f, NULL,
            "data toy: kind has 70000 different texts, but target c "
            "has 2 classes");
}

static void names_must_be_utf_8(void **state)
{
    fixture *f = *state;
    const char *const latin[] = {"b\xe4r", "dog", "fox"};
    mg_data_column *column = lend_kinds(f);
    column->label = latin;
    refused(f, NULL, "data toy: the text of class 1 is not UTF-8 (byte 0xE4)");
    column->label = kinds;
    column->name = "gr\xf6\xdf"
                   "e";
    refused(f, NULL, "data toy: the name of column 1 is not UTF-8 (byte 0xF6)");
    column->name = "gr\xc3\xb6\xc3\x9f"
                   "e";
    made(f);
}

/* ---- Formats with ways of their own ---- */

static int ended;

static mg_status fetch_number(void *store, size_t input, int64_t n,
                              const int64_t numbers[], void *out)
{
    (void)input;
    for (int64_t i = 0; i < n; i++)
        ((int32_t *)out)[i] = *(int *)store + (int32_t)numbers[i];
    return MG_OK;
}

static void end_store(void *store, mg_ctx *ctx)
{
    (void)ctx;
    ended += *(int *)store;
}

static mg_status load(const mg_dataset *dataset, const mg_network *network,
                      bool targets, const mg_schema *schema, mg_examples *out)
{
    static int offset = 100;
    (void)network;
    (void)schema;
    assert_true(targets);
    assert_true(out->input[0].absent && out->input[1].absent);
    assert_string_equal(out->schema.input[1].name, "c");
    out->fetch = fetch_number;
    out->store = &offset;
    out->destroy = end_store;
    if (dataset->rows == 1)
        return mg_fail(dataset->ctx, MG_BAD_DATA, "no");
    out->input[0] = (mg_example_input){.row = {MG_I32, {0}}};
    return MG_OK;
}

static void end_dataset(mg_dataset *dataset)
{
    ended += *(int *)dataset->store;
}

static void a_format_fetches_and_ends_what_it_made(void **state)
{
    fixture *f = *state;
    static int one = 1;
    static const mg_data_kind kind = {
        .name = "own", .load = load, .destroy = end_dataset};
    const int64_t order[] = {3, 1};
    int32_t same[2];
    float real[2];
    ended = 0;
    f->dataset->kind = &kind;
    f->dataset->store = &one;
    f->dataset->rows = rows;
    made(f);
    assert_int_equal(mg_examples_gather(f->examples, 0, 2, order, MG_I32, same),
                     MG_OK);
    assert_int_equal(mg_examples_gather(f->examples, 0, 2, order, MG_F32, real),
                     MG_OK);
    assert_int_equal(same[0], 103);
    assert_int_equal(same[1], 101);
    assert_true(real[0] == 103 && real[1] == 101);
    mg_examples_destroy(f->examples);
    f->examples = NULL;
    assert_int_equal(ended, 100);
    f->dataset->rows = 1;
    refused(f, NULL, "no");
    assert_int_equal(ended, 200);
    mg_dataset_destroy(f->dataset);
    f->dataset = NULL;
    assert_int_equal(ended, 201);
}

/* ---- Without memory ---- */

static mg_status make_all(mg_ctx *ctx, void *data)
{
    static const char *const other[] = {"fox", "owl", "cat", "dog"};
    static mg_schema_input entry = {.name = "c", .n_classes = 4};
    static float numbers[rows];
    const mg_network *network = data;
    const mg_type one = {MG_F32, {0}};
    mg_dataset *d = NULL;
    mg_examples *e = NULL;
    mg_data_column *column = NULL;
    MG_TRY(mg_dataset_create(ctx, "toy", &d));
    mg_status status =
        mg_dataset_add_lent(d, "a", false, one, rows, numbers, &column);
    if (status == MG_OK)
        status =
            mg_dataset_add_lent(d, "b", false, one, rows, numbers, &column);
    if (status == MG_OK)
        status = mg_dataset_add_lent(d, "kind", true, (mg_type){MG_I64, {0}},
                                     rows, kind_of, &column);
    if (status == MG_OK) {
        column->text = true;
        column->n_labels = 3;
        column->label = kinds;
        entry.label = other;
        const mg_schema schema = {1, &entry};
        status = mg_examples_create(d, network, true, &schema, &e);
    }
    if (status == MG_OK) {
        int32_t out[2];
        status = mg_examples_gather(e, 1, 1, (int64_t[]){3}, MG_I32, out);
    }
    mg_examples_destroy(e);
    mg_dataset_destroy(d);
    return status;
}

static void every_refused_allocation_is_clean(void **state)
{
    fixture *f = *state;
    f->input[0].shape = (mg_shape){.rank = 1, .dim = {2}};
    assert_true(test_every_refusal(make_all, &f->network) >= 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_column_is_taken_where_it_stands),
        TEST(rows_are_gathered_in_any_order_and_type),
        TEST(targets_that_are_not_needed_are_absent),
        TEST(labels_beyond_the_classes_are_refused_with_their_row),
        TEST(labels_of_a_sequence_are_counted_by_rows),
        TEST(several_columns_become_rows),
        TEST(the_joint_type_holds_all),
        TEST(names_that_say_nothing_are_not_kept),
        TEST(texts_are_classes_in_their_order),
        TEST(a_schema_numbers_the_classes),
        TEST(more_texts_than_classes_are_refused),
        TEST(names_must_be_utf_8),
        TEST(a_format_fetches_and_ends_what_it_made),
        TEST(every_refused_allocation_is_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
