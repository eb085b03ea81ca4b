/* Facts about columns in memory. */
#include "data/describe.h"
#include "data/examples.h"
#include "support/memory.h"
#include "test.h"

#include <math.h>
#include <string.h>

enum { rows = 2500 };

typedef struct {
    test_memory memory;
    mg_ctx *ctx;
    mg_arena arena;
    mg_dataset *dataset;
    mg_data_facts facts;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f = (fixture){0};
    f.ctx = test_memory_ctx(&f.memory);
    mg_arena_init(&f.arena, f.ctx);
    assert_int_equal(mg_dataset_create(f.ctx, "toy", &f.dataset), MG_OK);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    mg_arena_clear(&f->arena);
    mg_dataset_destroy(f->dataset);
    assert_int_equal(f->memory.live, 1);
    mg_ctx_destroy(f->ctx);
    return 0;
}

static mg_data_column *add(fixture *f, const char *name, mg_dtype dtype,
                           int rank, int64_t size)
{
    mg_data_column *column = NULL;
    const mg_type row = {dtype, {.rank = rank, .dim = {size}}};
    assert_int_equal(
        mg_dataset_add(f->dataset, name, false, row, rows, &column), MG_OK);
    return column;
}

static const mg_column_facts *describe(fixture *f)
{
    mg_dataset_count_classes(f->dataset);
    assert_int_equal(mg_data_describe(f->dataset, &f->arena, &f->facts), MG_OK);
    assert_int_equal(f->facts.rows, rows);
    return &f->facts.column[0];
}

static void reals_have_a_range_a_mean_and_a_deviation(void **state)
{
    fixture *f = *state;
    double *x = add(f, "age", MG_F64, 0, 0)->data;
    for (int i = 0; i < rows; i++)
        x[i] = 1e9 + i % 5; /* mean 2, deviation sqrt(2) */
    const mg_column_facts *facts = describe(f);
    assert_string_equal(f->facts.format, "arrays");
    assert_int_equal(f->facts.n, 1);
    assert_string_equal(facts->name, "age");
    assert_string_equal(facts->type, "real");
    assert_int_equal(facts->shape.rank, 0);
    assert_false(facts->target);
    assert_true(facts->has_numbers);
    assert_true(facts->least == 1e9 && facts->most == 1e9 + 4);
    assert_true(fabs(facts->mean - 1e9 - 2) < 1e-6);
    assert_true(fabs(facts->deviation - sqrt(2)) < 1e-6);
    assert_int_equal(facts->missing, 0);
    assert_int_equal(facts->n_classes, 0);
}

static void what_is_no_number_is_missing(void **state)
{
    fixture *f = *state;
    float *x = add(f, "x", MG_F32, 1, 2)->data;
    for (int i = 0; i < 2 * rows; i++)
        x[i] = i < 2 * rows - 3 ? NAN : (float)i;
    const mg_column_facts *facts = describe(f);
    assert_int_equal(facts->missing, 2 * rows - 3);
    assert_true(facts->least == 4997 && facts->most == 4999);
    assert_true(facts->mean == 4998);
    for (int i = 0; i < 2 * rows; i++)
        x[i] = NAN;
    facts = describe(f);
    assert_false(facts->has_numbers);
    assert_int_equal(facts->missing, 2 * rows);
}

static void labels_are_counted(void **state)
{
    fixture *f = *state;
    mg_data_column *column = add(f, "c", MG_U8, 0, 0);
    column->target = true;
    for (int i = 0; i < rows; i++)
        ((uint8_t *)column->data)[i] = i < 7 ? 1 : i % 2 ? 3 : 0;
    const mg_column_facts *facts = describe(f);
    assert_string_equal(facts->type, "integer");
    assert_true(facts->target);
    assert_int_equal(facts->n_classes, 4);
    assert_string_equal(facts->classes[3].label, "3");
    assert_int_equal(facts->classes[0].count, 1246);
    assert_int_equal(facts->classes[1].count, 7);
    assert_int_equal(facts->classes[2].count, 0);
    assert_int_equal(facts->classes[3].count, 1247);
    assert_true(facts->most == 3);
}

static void many_classes_and_pictures_are_not(void **state)
{
    fixture *f = *state;
    int32_t *id = add(f, "id", MG_I32, 0, 0)->data;
    uint8_t *picture = add(f, "", MG_U8, 1, 3)->data;
    for (int i = 0; i < rows; i++)
        id[i] = i;
    picture[3 * rows - 1] = 9;
    const mg_column_facts *facts = describe(f);
    assert_int_equal(facts[0].n_classes, 0);
    assert_true(facts[0].most == rows - 1);
    assert_int_equal(facts[1].n_classes, 0);
    assert_true(facts[1].most == 9);
    assert_int_equal(facts[1].shape.dim[0], 3);
}

static void texts_are_counted_by_their_labels(void **state)
{
    fixture *f = *state;
    static const char *const labels[] = {"cat", "dog"};
    mg_data_column *column = add(f, "kind", MG_I64, 0, 0);
    column->text = true;
    column->classes = 2;
    column->n_labels = 2;
    column->label = labels;
    column->missing = 5;
    ((int64_t *)column->data)[1234] = 1;
    const mg_column_facts *facts = describe(f);
    assert_string_equal(facts->type, "text");
    assert_false(facts->has_numbers);
    assert_int_equal(facts->missing, 5);
    assert_int_equal(facts->n_classes, 2);
    assert_string_equal(facts->classes[1].label, "dog");
    assert_int_equal(facts->classes[0].count, rows - 1);
    assert_int_equal(facts->classes[1].count, 1);
}

static mg_status give_nothing(void *user, int64_t n, const int64_t row[],
                              void *const out[])
{
    (void)user;
    (void)n;
    (void)row;
    (void)out;
    return MG_BAD_DATA;
}

static void of_a_callback_only_the_types_are_known(void **state)
{
    fixture *f = *state;
    const mg_data_array array = {"x", {MG_F32, {.rank = 1, .dim = {4}}}, NULL};
    mg_dataset_destroy(f->dataset);
    assert_int_equal(mg_data_from_callback(f->ctx, rows, 1, &array,
                                           give_nothing, NULL, &f->dataset),
                     MG_OK);
    const mg_column_facts *facts = describe(f);
    assert_string_equal(f->facts.format, "callback");
    assert_string_equal(facts->type, "real");
    assert_false(facts->has_numbers);
}

static mg_status describe_all(mg_ctx *ctx, void *data)
{
    fixture *f = data;
    mg_arena arena;
    mg_data_facts facts;
    mg_arena_init(&arena, ctx);
    const mg_status status = mg_data_describe(f->dataset, &arena, &facts);
    mg_arena_clear(&arena);
    return status;
}

static void every_refused_allocation_is_clean(void **state)
{
    fixture *f = *state;
    add(f, "a", MG_U8, 0, 0);
    mg_dataset_count_classes(f->dataset);
    f->dataset->column[0].classes = 900;
    assert_true(test_every_refusal(describe_all, f) >= 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reals_have_a_range_a_mean_and_a_deviation),
        TEST(what_is_no_number_is_missing),
        TEST(labels_are_counted),
        TEST(many_classes_and_pictures_are_not),
        TEST(texts_are_counted_by_their_labels),
        TEST(of_a_callback_only_the_types_are_known),
        TEST(every_refused_allocation_is_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
