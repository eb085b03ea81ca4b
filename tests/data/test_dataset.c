/* Data sets: columns, their classes, and rows that follow one another. */
#include "data/dataset.h"
#include "support/memory.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

enum { rows = 5 };

typedef struct {
    test_memory memory;
    mg_ctx *ctx;
    mg_dataset *dataset; /* pictures of 2 x 3 and labels, without names */
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
    mg_data_column *text = add(f, "text", (mg_type){MG_I64, {0}});
    text->text = true;
    text->classes = 12;
    mg_dataset_count_classes(f->dataset);
    const mg_data_column *column = f->dataset->column;
    assert_int_equal(column[0].classes, 230);
    assert_int_equal(column[1].classes, rows);
    assert_int_equal(column[2].classes, 0);
    assert_int_equal(column[3].classes, 0);
    assert_int_equal(column[4].classes, 70001);
    assert_int_equal(column[5].classes, 12);
}

static void columns_are_kept_however_many_are_added(void **state)
{
    fixture *f = *state;
    char name[16];
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "c%d", i);
        mg_data_column *column = add(f, name, (mg_type){MG_I32, {0}});
        ((int32_t *)column->data)[0] = i;
    }
    assert_int_equal(f->dataset->n_columns, 102);
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "c%d", i);
        const mg_data_column *column = &f->dataset->column[2 + i];
        assert_string_equal(column->name, name);
        assert_int_equal(((int32_t *)column->data)[0], i);
    }
}

static void check_refused(fixture *f, const char *name, mg_type row, int64_t n,
                          mg_status status, const char *message)
{
    mg_data_column *column = NULL;
    assert_int_equal(mg_dataset_add(f->dataset, name, false, row, n, &column),
                     status);
    assert_string_equal(mg_message(f->ctx), message);
    assert_null(column);
    assert_int_equal(f->dataset->n_columns, 2);
}

static void columns_of_other_sizes_are_refused(void **state)
{
    fixture *f = *state;
    const mg_type one = {MG_F32, {0}};
    check_refused(f, "age", one, 4, MG_BAD_DATA,
                  "toy: inputs are 5, but age are 4");
    check_refused(f, "", one, 6, MG_BAD_DATA,
                  "toy: inputs are 5, but inputs are 6");
    const mg_type deep = {MG_F32, {.rank = 8, .dim = {1, 1, 1, 1, 1, 1, 1, 1}}};
    check_refused(f, "x", deep, rows, MG_BAD_SHAPE,
                  "toy: x: an example has 8 axes");
    const mg_type huge = {MG_F32, {.rank = 1, .dim = {(int64_t)1 << 39}}};
    mg_data_column *column = NULL;
    assert_int_equal(
        mg_dataset_add(f->dataset, "x", false, huge, rows, &column),
        MG_BAD_SHAPE);
    assert_non_null(strstr(mg_message(f->ctx), "toy: x: "));
}

static void lent_memory_stays_the_caller_s(void **state)
{
    fixture *f = *state;
    float values[rows] = {1, 2, 3, 4, 5};
    mg_data_column *column = NULL;
    assert_int_equal(mg_dataset_add_lent(f->dataset, "v", false,
                                         (mg_type){MG_F32, {0}}, rows, values,
                                         &column),
                     MG_OK);
    assert_ptr_equal(column->data, values);
}

/* ---- Rows that follow one another ---- */

static void rows_of_several_follow_one_another(void **state)
{
    fixture *f = *state;
    mg_dataset *second = NULL, *both = NULL;
    assert_int_equal(make(f->ctx, &second), MG_OK);
    int32_t labels[rows] = {300, 1, 1, 1, 1};
    second->column[1].row.dtype = MG_I32;
    second->column[1].data = labels;
    const mg_dataset *const parts[] = {f->dataset, second, f->dataset};
    assert_int_equal(mg_dataset_concat(f->ctx, "all", 3, parts, &both), MG_OK);
    assert_string_equal(both->source, "all");
    assert_int_equal(both->rows, 3 * rows);
    assert_int_equal(both->column[0].row.dtype, MG_U8);
    assert_int_equal(both->column[1].row.dtype, MG_I64);
    assert_true(both->column[1].target);
    assert_int_equal(both->column[1].classes, 301);
    const uint8_t *picture = both->column[0].data;
    const int64_t *label = both->column[1].data;
    for (int i = 0; i < 3 * rows * 6; i++)
        assert_int_equal(picture[i], 200 + i % 30);
    assert_int_equal(label[4], 4);
    assert_int_equal(label[5], 300);
    assert_int_equal(label[9], 1);
    assert_int_equal(label[14], 4);
    mg_dataset_destroy(both);
    mg_dataset_destroy(second);
}

static void check_apart(fixture *f, const mg_dataset *second,
                        const char *message)
{
    mg_dataset *both = NULL;
    const mg_dataset *const parts[] = {f->dataset, second};
    assert_int_equal(mg_dataset_concat(f->ctx, "all", 2, parts, &both),
                     MG_BAD_DATA);
    assert_string_equal(mg_message(f->ctx), message);
    assert_null(both);
}

static void what_differs_is_refused(void **state)
{
    fixture *f = *state;
    mg_dataset *second = NULL;
    assert_int_equal(make(f->ctx, &second), MG_OK);
    second->source = "other";
    second->column[0].row.shape.dim[0] = 3;
    check_apart(f, second,
                "data other: its column 1 is inputs (u8 [3, 3]), but in toy "
                "it is inputs (u8 [2, 3])");
    second->column[0].row.shape.dim[0] = 2;
    second->column[1].name = "y";
    check_apart(f, second,
                "data other: its column 2 is y (integers), but in toy it is "
                "labels (integers)");
    second->n_columns = 1;
    check_apart(f, second, "data other: it has 1 columns, but toy has 2");
    mg_dataset_destroy(second);
}

static mg_status make_and_join(mg_ctx *ctx, void *data)
{
    (void)data;
    mg_dataset *one = NULL, *two = NULL;
    MG_TRY(make(ctx, &one));
    const mg_dataset *const parts[] = {one, one};
    const mg_status status = mg_dataset_concat(ctx, "both", 2, parts, &two);
    mg_dataset_destroy(two);
    mg_dataset_destroy(one);
    return status;
}

static void every_refused_allocation_is_clean(void **state)
{
    (void)state;
    assert_true(test_every_refusal(make_and_join, NULL) >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(classes_are_the_largest_label_and_one,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(columns_are_kept_however_many_are_added,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(columns_of_other_sizes_are_refused,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(lent_memory_stays_the_caller_s, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(rows_of_several_follow_one_another,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_differs_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(every_refused_allocation_is_clean,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
