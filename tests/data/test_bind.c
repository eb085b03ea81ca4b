/* Which columns feed which input, and what the user reads when none does. */
#include "data/examples.h"
#include "support/memory.h"
#include "test.h"

#include <string.h>

enum { rows = 4, inputs_most = 4 };

typedef struct {
    test_memory memory;
    mg_ctx *ctx;
    mg_arena arena;
    mg_dataset *dataset;
    mg_network_input input[inputs_most];
    mg_network network; /* what claiming looks at: the inputs alone */
    mg_claim claim[inputs_most];
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f = (fixture){0};
    f.ctx = test_memory_ctx(&f.memory);
    mg_arena_init(&f.arena, f.ctx);
    assert_int_equal(mg_dataset_create(f.ctx, "toy.csv", &f.dataset), MG_OK);
    f.network.input = f.input;
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
    return 0;
}

static mg_data_column *column(fixture *f, const char *name, mg_dtype dtype,
                              mg_shape row)
{
    mg_data_column *made = NULL;
    const mg_type type = {dtype, row};
    assert_int_equal(
        mg_dataset_add_lent(f->dataset, name, false, type, rows, NULL, &made),
        MG_OK);
    return made;
}

static mg_data_column *number(fixture *f, const char *name)
{
    return column(f, name, MG_F32, (mg_shape){0});
}

static mg_data_column *text(fixture *f, const char *name)
{
    mg_data_column *made = column(f, name, MG_I64, (mg_shape){0});
    made->text = true;
    made->classes = 3;
    return made;
}

static void want(fixture *f, const char *name, bool target, int64_t classes,
                 int rank, int64_t first, int64_t second)
{
    f->input[f->network.n_inputs++] = (mg_network_input){
        .name = name,
        .target = target,
        .classes = classes,
        .shape = {.rank = rank, .dim = {first, second}},
    };
}

static mg_status claim(fixture *f, bool targets, const mg_schema *schema)
{
    return mg_dataset_claim(f->dataset, &f->network, targets, schema, &f->arena,
                            f->claim);
}

/* The i-th input has exactly these columns, named "a, b". */
static void check(fixture *f, size_t i, const char *names)
{
    char found[200] = "";
    for (size_t k = 0; k < f->claim[i].n; k++) {
        strcat(found, k > 0 ? ", " : "");
        strcat(found, f->dataset->column[f->claim[i].column[k]].name);
    }
    assert_string_equal(found, names);
}

static void claims(fixture *f)
{
    const mg_status status = claim(f, true, NULL);
    if (status != MG_OK)
        fail_msg("%s", mg_message(f->ctx));
}

static void refused(fixture *f, const char *message)
{
    assert_int_equal(claim(f, true, NULL), MG_BAD_DATA);
    assert_string_equal(mg_message(f->ctx), message);
}

/* ---- Tables ---- */

static void iris(fixture *f)
{
    number(f, "sepal_length");
    number(f, "sepal_width");
    number(f, "petal_length");
    number(f, "petal_width");
    text(f, "species");
}

static void a_vector_takes_the_numbers_that_are_left(void **state)
{
    fixture *f = *state;
    iris(f);
    f->dataset->column[4].target = true;
    want(f, "c", true, 3, 0, 0, 0);
    want(f, "x", false, 0, 1, 4, 0);
    claims(f);
    check(f, 0, "species");
    check(f, 1, "sepal_length, sepal_width, petal_length, petal_width");
}

static void names_come_first_wherever_they_stand(void **state)
{
    fixture *f = *state;
    number(f, "age");
    number(f, "y");
    number(f, "height");
    number(f, "weight");
    want(f, "x", false, 0, 1, 2, 0);
    want(f, "height", false, 0, 0, 0, 0);
    want(f, "y", true, 0, 0, 0, 0);
    claims(f);
    check(f, 0, "age, weight");
    check(f, 1, "height");
    check(f, 2, "y");
}

/* A table of x, y, z and an input x of all three. */
static void a_number_of_a_vector_s_name_is_one_of_its_columns(void **state)
{
    fixture *f = *state;
    number(f, "z");
    number(f, "x");
    number(f, "y");
    want(f, "x", false, 0, 1, 3, 0);
    claims(f);
    check(f, 0, "z, x, y");
}

static void inputs_take_columns_in_their_own_order(void **state)
{
    fixture *f = *state;
    number(f, "a");
    text(f, "note");
    number(f, "b");
    number(f, "c");
    number(f, "d");
    number(f, "e");
    number(f, "f");
    want(f, "u", false, 0, 1, 2, 0);
    want(f, "v", false, 0, 2, 2, 2);
    claims(f);
    check(f, 0, "a, b");
    check(f, 1, "c, d, e, f");
}

static void several_marked_columns_are_a_target_with_dimensions(void **state)
{
    fixture *f = *state;
    number(f, "a");
    number(f, "up")->target = true;
    number(f, "b");
    number(f, "down")->target = true;
    want(f, "x", false, 0, 1, 2, 0);
    want(f, "y", true, 0, 1, 2, 0);
    claims(f);
    check(f, 0, "a, b");
    check(f, 1, "up, down");
}

static void a_marked_target_wins_over_a_feature_of_its_name(void **state)
{
    fixture *f = *state;
    number(f, "a");
    column(f, "c", MG_I64, (mg_shape){0});
    text(f, "species")->target = true;
    want(f, "x", false, 0, 1, 2, 0);
    want(f, "c", true, 3, 0, 0, 0);
    claims(f);
    check(f, 0, "a, c");
    check(f, 1, "species");
}

static void a_mark_that_fits_another_target_leaves_names_alone(void **state)
{
    fixture *f = *state;
    number(f, "y");
    text(f, "species")->target = true;
    want(f, "y", true, 0, 0, 0, 0);
    want(f, "c", true, 3, 0, 0, 0);
    claims(f);
    check(f, 0, "y");
    check(f, 1, "species");
}

static void one_number_is_a_vector_of_one(void **state)
{
    fixture *f = *state;
    number(f, "a");
    number(f, "b")->target = true;
    want(f, "x", false, 0, 1, 1, 0);
    want(f, "y", true, 0, 1, 1, 0);
    claims(f);
    check(f, 0, "a");
    check(f, 1, "b");
}

static void texts_are_for_labels_alone(void **state)
{
    fixture *f = *state;
    iris(f);
    f->dataset->column[4].target = true;
    want(f, "x", false, 0, 1, 4, 0);
    want(f, "c", true, 0, 0, 0, 0);
    refused(f, "data toy.csv: nothing fits target c, a number; it has "
               "species (texts); texts need a class: target NAME class K");
    f->input[1].name = "species";
    refused(f, "data toy.csv: nothing fits target species, a number; it has "
               "species (texts); texts need a class: target NAME class K");
}

static void a_target_that_is_not_marked_is_asked_for(void **state)
{
    fixture *f = *state;
    number(f, "a");
    text(f, "species");
    want(f, "x", false, 0, 1, 1, 0);
    want(f, "c", true, 3, 0, 0, 0);
    refused(f,
            "data toy.csv: nothing fits target c, integers 0 to 2; it has "
            "a (numbers), species (texts); say which by 'toy.csv?target=NAME'");
}

static void too_few_numbers_are_listed_with_the_texts(void **state)
{
    fixture *f = *state;
    iris(f);
    want(f, "x", false, 0, 1, 5, 0);
    refused(f, "data toy.csv: input x[5] takes 5 columns of numbers, but 4 "
               "are left for it: sepal_length, sepal_width, petal_length, "
               "petal_width; of texts: species");
    f->dataset->n_columns = 1;
    refused(f, "data toy.csv: input x[5] takes 5 columns of numbers, but 1 is "
               "left for it: sepal_length");
}

static void numbers_that_would_be_left_are_refused(void **state)
{
    fixture *f = *state;
    number(f, "id");
    iris(f);
    f->dataset->column[5].target = true;
    want(f, "x", false, 0, 1, 4, 0);
    want(f, "c", true, 3, 0, 0, 0);
    refused(f, "data toy.csv: input x[4] takes 4 columns of numbers, but 5 "
               "are left for it: id, sepal_length, sepal_width, petal_length, "
               "petal_width (?drop=NAME leaves a column out)");
}

static void long_lists_are_cut(void **state)
{
    fixture *f = *state;
    char name[] = "a";
    for (int i = 0; i < 20; i++, name[0]++)
        number(f, name);
    want(f, "x", false, 0, 1, 30, 0);
    refused(f, "data toy.csv: input x[30] takes 30 columns of numbers, but 20 "
               "are left for it: a, b, c, d, e, f, g, h, i, j, k, l, ...");
}

static void integer_inputs_need_integer_columns(void **state)
{
    fixture *f = *state;
    column(f, "a", MG_I32, (mg_shape){0});
    column(f, "b", MG_U8, (mg_shape){0});
    want(f, "t", false, 9, 1, 2, 0);
    claims(f);
    check(f, 0, "a, b");
    f->dataset->column[1].row.dtype = MG_F32;
    refused(f, "data toy.csv: input t[2], integers 0 to 8 cannot take b "
               "(numbers)");
}

static void truth_values_can_be_labels(void **state)
{
    fixture *f = *state;
    column(f, "ill", MG_BOOL, (mg_shape){0});
    want(f, "ill", true, 2, 0, 0, 0);
    claims(f);
    check(f, 0, "ill");
}

static void a_single_number_is_found_by_its_name_alone(void **state)
{
    fixture *f = *state;
    number(f, "time");
    want(f, "t", false, 0, 0, 0, 0);
    refused(f, "data toy.csv: nothing fits input t, a number; it has time "
               "(numbers); a column for it must be called t");
}

static void targets_that_are_not_needed_keep_their_columns(void **state)
{
    fixture *f = *state;
    number(f, "a");
    number(f, "y");
    number(f, "b");
    want(f, "x", false, 0, 1, 2, 0);
    want(f, "y", true, 0, 0, 0, 0);
    assert_int_equal(claim(f, false, NULL), MG_OK);
    check(f, 0, "a, b");
    f->input[1].classes = 3; /* wrong, but nobody wants it */
    f->dataset->column[1].target = true;
    assert_int_equal(claim(f, false, NULL), MG_OK);
    check(f, 0, "a, b");
    check(f, 1, "");
}

static void two_columns_of_a_name_are_two_columns(void **state)
{
    fixture *f = *state;
    number(f, "a");
    number(f, "a");
    want(f, "x", false, 0, 1, 2, 0);
    claims(f);
    assert_int_equal(f->claim[0].column[0], 0);
    assert_int_equal(f->claim[0].column[1], 1);
}

/* ---- Arrays with axes ---- */

static const mg_shape picture = {.rank = 2, .dim = {2, 3}};

static void unnamed_arrays_go_by_kind_and_shape(void **state)
{
    fixture *f = *state;
    column(f, "", MG_U8, picture);
    column(f, "", MG_U8, (mg_shape){0})->target = true;
    want(f, "y", true, 5, 0, 0, 0);
    want(f, "x", false, 0, 2, 2, 3);
    claims(f);
    assert_int_equal(f->claim[0].column[0], 1);
    assert_int_equal(f->claim[1].column[0], 0);
    column(f, "x", MG_F32, picture);
    claims(f);
    assert_int_equal(f->claim[1].column[0], 2);
}

static void leading_axes_of_length_one_fit(void **state)
{
    fixture *f = *state;
    column(f, "", MG_U8, picture);
    want(f, "x", false, 0, 2, 2, 3);
    mg_shape_insert(&f->input[0].shape, 0, 1);
    mg_shape_insert(&f->input[0].shape, 0, 1);
    claims(f);
    assert_int_equal(f->claim[0].n, 1);
}

static void another_shape_is_refused_with_both(void **state)
{
    fixture *f = *state;
    column(f, "", MG_U8, picture);
    want(f, "x", false, 0, 1, 6, 0);
    refused(f, "data toy.csv: nothing fits input x[6]; it has inputs (u8 "
               "[2, 3])");
    f->input[0].shape = (mg_shape){.rank = 3, .dim = {2, 2, 3}};
    refused(f, "data toy.csv: nothing fits input x[2, 2, 3]; it has inputs "
               "(u8 [2, 3])");
    f->input[0].shape = (mg_shape){.rank = 1, .dim = {3}};
    refused(f, "data toy.csv: nothing fits input x[3]; it has inputs (u8 "
               "[2, 3])");
}

static void an_array_of_the_name_must_fit(void **state)
{
    fixture *f = *state;
    column(f, "", MG_U8, picture);
    column(f, "x", MG_F32, (mg_shape){.rank = 1, .dim = {2}});
    want(f, "x", false, 0, 2, 2, 3);
    refused(f, "data toy.csv: nothing fits input x[2, 3]; it has inputs (u8 "
               "[2, 3]), x (f32 [2])");
}

static void real_labels_are_refused_and_labels_can_be_real(void **state)
{
    fixture *f = *state;
    column(f, "", MG_F32, (mg_shape){0})->target = true;
    want(f, "y", true, 5, 0, 0, 0);
    refused(f, "data toy.csv: nothing fits target y, integers 0 to 4; it has "
               "labels (numbers)");
    f->dataset->column[0].row.dtype = MG_U8;
    f->input[0].classes = 0;
    claims(f);
    assert_int_equal(f->claim[0].n, 1);
}

static void a_column_feeds_one_input_only(void **state)
{
    fixture *f = *state;
    column(f, "", MG_U8, picture);
    want(f, "x", false, 0, 2, 2, 3);
    want(f, "z", false, 0, 2, 2, 3);
    refused(f, "data toy.csv: nothing fits input z[2, 3]; no column "
               "is left for it");
}

/* ---- Schemas ---- */

static const char *const trained[] = {"b", "a"};
static const char *const label[] = {"species"};
static mg_schema_input entries[] = {
    {.name = "x", .n_columns = 2, .column = trained},
    {.name = "c", .n_columns = 1, .column = label},
};
static const mg_schema schema = {2, entries};

static void a_schema_names_the_columns(void **state)
{
    fixture *f = *state;
    number(f, "more");
    number(f, "a");
    text(f, "species");
    number(f, "b");
    want(f, "x", false, 0, 1, 2, 0);
    want(f, "c", true, 3, 0, 0, 0);
    assert_int_equal(claim(f, true, &schema), MG_OK);
    check(f, 0, "b, a");
    check(f, 1, "species");
}

static void a_column_of_the_training_must_be_there(void **state)
{
    fixture *f = *state;
    number(f, "a");
    number(f, "c");
    want(f, "x", false, 0, 1, 2, 0);
    want(f, "c", true, 3, 0, 0, 0);
    assert_int_equal(claim(f, false, &schema), MG_BAD_DATA);
    assert_string_equal(mg_message(f->ctx),
                        "data toy.csv: it has no column b, which input x had "
                        "in training");
    number(f, "b");
    assert_int_equal(claim(f, false, &schema), MG_OK);
    check(f, 0, "b, a");
    check(f, 1, "");
}

/* A single number may have another name now, if the rules find it. */
static void a_target_may_have_another_name_than_in_training(void **state)
{
    fixture *f = *state;
    number(f, "a");
    number(f, "b");
    text(f, "kind")->target = true;
    want(f, "x", false, 0, 1, 2, 0);
    want(f, "c", true, 3, 0, 0, 0);
    assert_int_equal(claim(f, true, &schema), MG_OK);
    check(f, 1, "kind");
}

static void a_schema_of_another_network_is_refused(void **state)
{
    fixture *f = *state;
    number(f, "a");
    text(f, "b");
    want(f, "x", false, 0, 1, 2, 0);
    assert_int_equal(claim(f, false, &schema), MG_BAD_DATA);
    assert_string_equal(mg_message(f->ctx), "data toy.csv: input x[2] cannot "
                                            "take b (texts)");
    f->input[0].shape.dim[0] = 3;
    assert_int_equal(claim(f, false, &schema), MG_BAD_DATA);
    assert_string_equal(mg_message(f->ctx),
                        "data toy.csv: input x[3] had 2 columns in training");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_vector_takes_the_numbers_that_are_left),
        TEST(names_come_first_wherever_they_stand),
        TEST(a_number_of_a_vector_s_name_is_one_of_its_columns),
        TEST(inputs_take_columns_in_their_own_order),
        TEST(several_marked_columns_are_a_target_with_dimensions),
        TEST(a_marked_target_wins_over_a_feature_of_its_name),
        TEST(a_mark_that_fits_another_target_leaves_names_alone),
        TEST(one_number_is_a_vector_of_one),
        TEST(texts_are_for_labels_alone),
        TEST(a_target_that_is_not_marked_is_asked_for),
        TEST(too_few_numbers_are_listed_with_the_texts),
        TEST(numbers_that_would_be_left_are_refused),
        TEST(long_lists_are_cut),
        TEST(integer_inputs_need_integer_columns),
        TEST(truth_values_can_be_labels),
        TEST(a_single_number_is_found_by_its_name_alone),
        TEST(targets_that_are_not_needed_keep_their_columns),
        TEST(two_columns_of_a_name_are_two_columns),
        TEST(unnamed_arrays_go_by_kind_and_shape),
        TEST(leading_axes_of_length_one_fit),
        TEST(another_shape_is_refused_with_both),
        TEST(an_array_of_the_name_must_fit),
        TEST(real_labels_are_refused_and_labels_can_be_real),
        TEST(a_column_feeds_one_input_only),
        TEST(a_schema_names_the_columns),
        TEST(a_column_of_the_training_must_be_there),
        TEST(a_target_may_have_another_name_than_in_training),
        TEST(a_schema_of_another_network_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
