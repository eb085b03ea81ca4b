/* Data sets: columns, classes, gathering, and how they bind to a network. */
#include "data/dataset.h"
#include "support/memory.h"
#include "test.h"

#include <string.h>

enum { rows = 5 };

typedef struct {
    test_memory memory;
    mg_ctx *ctx;
    mg_dataset *dataset; /* pictures of 2 x 3 and labels, without names */
    mg_network_input input[3];
    mg_network network; /* what binding looks at: the inputs alone */
} fixture;

static mg_status make(mg_ctx *ctx, mg_dataset **out)
{
    const mg_type picture = {MG_U8, {.rank = 2, .dim = {2, 3}}};
    const mg_type label = {MG_U8, {0}};
    mg_dataset *d = NULL;
    mg_data_column *column = NULL;
    MG_TRY(mg_dataset_create(ctx, "toy", &d));
    mg_status status = mg_dataset_add(d, "", false, picture, rows, &column);
    for (uint8_t i = 0; status == MG_OK && i < 6 * rows; i++)
        ((uint8_t *)column->data)[i] = (uint8_t)(i + 200);
    if (status == MG_OK)
        status = mg_dataset_add(d, "", true, label, rows, &column);
    for (uint8_t i = 0; status == MG_OK && i < rows; i++)
        ((uint8_t *)column->data)[i] = i;
    if (status != MG_OK) {
        mg_dataset_destroy(d);
        return status;
    }
    mg_dataset_count_classes(d);
    *out = d;
    return MG_OK;
}

static int set_up(void **state)
{
    static fixture f;
    f = (fixture){0};
    f.ctx = test_memory_ctx(&f.memory);
    assert_int_equal(make(f.ctx, &f.dataset), MG_OK);
    f.input[0] =
        (mg_network_input){.name = "x", .shape = {.rank = 2, .dim = {2, 3}}};
    f.input[1] =
        (mg_network_input){.name = "y", .target = true, .classes = rows};
    f.network.n_inputs = 2;
    f.network.input = f.input;
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    mg_dataset_destroy(f->dataset);
    assert_int_equal(f->memory.live, 1);
    mg_ctx_destroy(f->ctx);
    return 0;
}

static mg_data_column *add(fixture *f, const char *name, mg_type row)
{
    mg_data_column *column = NULL;
    assert_int_equal(
        mg_dataset_add(f->dataset, name, false, row, rows, &column), MG_OK);
    return column;
}

static void classes_are_the_largest_label_and_one(void **state)
{
    fixture *f = *state;
    mg_data_column *signs = add(f, "sign", (mg_type){MG_I32, {0}});
    ((int32_t *)signs->data)[2] = -1;
    add(f, "real", (mg_type){MG_F32, {0}});
    mg_data_column *wide = add(f, "wide", (mg_type){MG_I64, {0}});
    ((int64_t *)wide->data)[4] = 70000;
    mg_dataset_count_classes(f->dataset);
    const mg_data_column *column = f->dataset->column;
    assert_int_equal(column[0].classes, 230);
    assert_int_equal(column[1].classes, rows);
    assert_int_equal(column[2].classes, 0);
    assert_int_equal(column[3].classes, 0);
    assert_int_equal(column[4].classes, 70001);
}

static void rows_are_gathered_in_any_order_and_type(void **state)
{
    fixture *f = *state;
    const int64_t order[] = {4, 0, 4};
    uint8_t same[18];
    float real[18];
    double precise[18];
    int64_t labels[3];
    mg_dataset_gather(f->dataset, 0, 3, order, MG_U8, same);
    mg_dataset_gather(f->dataset, 0, 3, order, MG_F32, real);
    mg_dataset_gather(f->dataset, 0, 3, order, MG_F64, precise);
    mg_dataset_gather(f->dataset, 1, 3, order, MG_I64, labels);
    for (int i = 0; i < 18; i++) {
        const int expected = 200 + 6 * (int)order[i / 6] + i % 6;
        assert_int_equal(same[i], expected);
        assert_true(real[i] == (float)expected);
        assert_true(precise[i] == expected);
    }
    for (int i = 0; i < 3; i++)
        assert_int_equal(labels[i], order[i]);
}

static void binding_finds_inputs_and_targets_by_kind(void **state)
{
    fixture *f = *state;
    mg_dataset_binding binding;
    const mg_network_input label = f->input[1];
    f->input[1] = f->input[0];
    f->input[0] = label;
    assert_int_equal(mg_dataset_bind(f->dataset, &f->network, true, &binding),
                     MG_OK);
    assert_int_equal(binding.n, 2);
    assert_int_equal(binding.column[0], 1);
    assert_int_equal(binding.column[1], 0);
    mg_dataset_binding_clear(&binding);
    mg_dataset_binding_clear(&binding);
}

static void a_name_wins_over_the_order(void **state)
{
    fixture *f = *state;
    mg_dataset_binding binding;
    add(f, "x", (mg_type){MG_F32, f->input[0].shape});
    assert_int_equal(mg_dataset_bind(f->dataset, &f->network, true, &binding),
                     MG_OK);
    assert_int_equal(binding.column[0], 2);
    mg_dataset_binding_clear(&binding);
}

static void leading_axes_of_length_one_fit(void **state)
{
    fixture *f = *state;
    mg_dataset_binding binding;
    mg_shape_insert(&f->input[0].shape, 0, 1);
    mg_shape_insert(&f->input[0].shape, 0, 1);
    assert_int_equal(mg_dataset_bind(f->dataset, &f->network, true, &binding),
                     MG_OK);
    mg_dataset_binding_clear(&binding);
}

static void check_refused(fixture *f, const char *message)
{
    mg_dataset_binding binding = {.n = 77};
    assert_int_equal(mg_dataset_bind(f->dataset, &f->network, true, &binding),
                     MG_BAD_DATA);
    assert_string_equal(mg_message(f->ctx), message);
    assert_int_equal(binding.n, 77);
}

static void another_shape_is_refused_with_both(void **state)
{
    fixture *f = *state;
    f->input[0].shape = (mg_shape){.rank = 1, .dim = {6}};
    check_refused(f, "data toy: nothing fits input x[6]; it has inputs of u8 "
                     "[2, 3]");
    f->input[0].shape = (mg_shape){.rank = 3, .dim = {2, 2, 3}};
    check_refused(f, "data toy: nothing fits input x[2, 2, 3]; it has inputs "
                     "of u8 [2, 3]");
    f->input[0].shape = (mg_shape){.rank = 1, .dim = {3}};
    check_refused(f, "data toy: nothing fits input x[3]; it has inputs of u8 "
                     "[2, 3]");
}

static void a_column_of_the_name_must_fit(void **state)
{
    fixture *f = *state;
    add(f, "x", (mg_type){MG_F32, {0}});
    check_refused(f, "data toy: nothing fits input x[2, 3]; it has inputs of "
                     "u8 [2, 3], x of f32 []");
}

static void labels_beyond_the_classes_are_refused_with_their_row(void **state)
{
    fixture *f = *state;
    f->input[1].classes = 4;
    check_refused(f, "data toy: row 5 of y is 4, not one of 0 to 3");
    f->input[1].classes = rows;
    f->dataset->column[1].row.dtype = MG_I32;
    int32_t labels[rows] = {0, 1, -7, 3, 4};
    f->dataset->column[1].data = labels;
    mg_dataset_count_classes(f->dataset);
    check_refused(f, "data toy: row 3 of y is -7, not one of 0 to 4");
}

static void real_labels_are_refused(void **state)
{
    fixture *f = *state;
    f->dataset->column[1].row.dtype = MG_F32;
    check_refused(f, "data toy: nothing fits target y, integers 0 to 4; it has "
                     "labels of f32 []");
}

static void labels_may_feed_a_real_target(void **state)
{
    fixture *f = *state;
    mg_dataset_binding binding;
    f->input[1].classes = 0;
    assert_int_equal(mg_dataset_bind(f->dataset, &f->network, true, &binding),
                     MG_OK);
    assert_int_equal(binding.column[1], 1);
    mg_dataset_binding_clear(&binding);
}

static void a_target_without_labels_is_refused_unless_not_needed(void **state)
{
    fixture *f = *state;
    mg_dataset_binding binding;
    f->dataset->n_columns = 1;
    check_refused(f, "data toy: nothing fits target y, integers 0 to 4; it has "
                     "no labels left");
    assert_int_equal(mg_dataset_bind(f->dataset, &f->network, false, &binding),
                     MG_OK);
    assert_int_equal(binding.column[0], 0);
    assert_true(binding.column[1] == SIZE_MAX);
    mg_dataset_binding_clear(&binding);
}

static void a_column_feeds_one_input_only(void **state)
{
    fixture *f = *state;
    f->input[2] = f->input[0];
    f->input[2].name = "z";
    f->network.n_inputs = 3;
    check_refused(f, "data toy: nothing fits input z[2, 3]; it has no inputs "
                     "left");
}

static mg_status make_and_bind(mg_ctx *ctx, void *data)
{
    mg_dataset *dataset = NULL;
    mg_dataset_binding binding;
    MG_TRY(make(ctx, &dataset));
    mg_status status = mg_dataset_bind(dataset, data, true, &binding);
    if (status == MG_OK)
        mg_dataset_binding_clear(&binding);
    mg_dataset_destroy(dataset);
    return status;
}

static void every_refused_allocation_is_clean(void **state)
{
    fixture *f = *state;
    assert_true(test_every_refusal(make_and_bind, &f->network) >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(classes_are_the_largest_label_and_one,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_are_gathered_in_any_order_and_type,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            binding_finds_inputs_and_targets_by_kind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_name_wins_over_the_order, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(leading_axes_of_length_one_fit, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(another_shape_is_refused_with_both,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_column_of_the_name_must_fit, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            labels_beyond_the_classes_are_refused_with_their_row, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(real_labels_are_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(labels_may_feed_a_real_target, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            a_target_without_labels_is_refused_unless_not_needed, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(a_column_feeds_one_input_only, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(every_refused_allocation_is_clean,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
