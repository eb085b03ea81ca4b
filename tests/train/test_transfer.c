/* Weights of one run for another, by name and shape, under new names; and
 * which parameters are frozen. */
#include "support/folder.h"
#include "data/safetensors.h"
#include "test.h"
#include "base/pattern.h"
#include "train/transfer.h"

#include <stdio.h>
#include <string.h>

/* ---- Patterns ---- */

static bool fits(const char *pattern, const char *name)
{
    return mg_pattern_fits(pattern, strlen(pattern), name, NULL);
}

static void a_star_is_any_text_and_the_rest_is_itself(void **state)
{
    (void)state;
    assert_true(fits("h.dense.W", "h.dense.W"));
    assert_true(fits("*", "") && fits("*", "h.W") && fits("**", "a"));
    assert_true(fits("h.*", "h.dense.W") && fits("*.b", "h.dense.b"));
    assert_true(fits("t.*.W", "t.0.block.W") && fits("*a*a", "banana"));
    assert_true(fits("*ab", "aab") && fits("a*b*c", "abbbcbc"));
    assert_false(fits("h.*", "g.h.W") || fits("*.b", "h.dense.b2"));
    assert_false(fits("", "h") || fits("h", "") || fits("h", "hh"));
    assert_false(fits("*aa*aa", "aaa"));
}

static void check_renamed(const char *from, const char *to, const char *name,
                          const char *expected)
{
    mg_ctx *ctx = NULL;
    mg_text text;
    mg_captures captures;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    mg_text_init(&text, ctx);
    assert_true(mg_pattern_fits(from, strlen(from), name, &captures));
    mg_pattern_fill(to, strlen(to), name, &captures, &text);
    assert_string_equal(mg_text_string(&text), expected);
    mg_text_clear(&text);
    mg_ctx_destroy(ctx);
}

static void stars_carry_over_to_the_new_name(void **state)
{
    (void)state;
    check_renamed("encoder.*", "h.*", "encoder.0.dense.W", "h.0.dense.W");
    check_renamed("layer*.*", "t.*.block.*", "layer3.dense.b",
                  "t.3.block.dense.b");
    check_renamed("*.W", "W", "h.dense.W", "W");
    check_renamed("a", "b", "a", "b");
}

/* ---- Weights ---- */

typedef struct {
    mg_ctx *ctx;
    mg_weights weights;
    mg_transfer transfer;
    test_folder folder;
    char file[TEST_PATH_SIZE];
} world;

static mg_tensor add(world *w, const char *name, int64_t rows, int64_t columns,
                     bool is_param)
{
    const int64_t dim[] = {rows, columns};
    const mg_type type = {MG_F32, mg_shape_of(2, dim)};
    mg_tensor tensor;
    assert_int_equal(mg_weights_add(&w->weights, name, type, is_param, &tensor),
                     MG_OK);
    return tensor;
}

/* The file: encoder.W of ones, z.W and mean of twos and threes in f64, z.b of
 * another shape, and a state of an optimiser. */
static void write_file(world *w)
{
    static float one[4] = {1, 1, 1, 1}, moment[4];
    static double two[2] = {2, 2}, three[2] = {3, 3}, bias[3];
    const mg_type f32 = {MG_F32, {2, {2, 2}}}, f64 = {MG_F64, {2, {1, 2}}};
    const mg_type other = {MG_F64, {2, {1, 3}}};
    const mg_safetensor tensor[] = {
        {"encoder.W", mg_tensor_dense(f32, one)},
        {"z.W", mg_tensor_dense(f64, two)},
        {"mean", mg_tensor_dense(f64, three)},
        {"z.b", mg_tensor_dense(other, bias)},
        {"encoder.W/m", mg_tensor_dense(f32, moment)},
    };
    snprintf(w->file, sizeof w->file, "%s",
             test_path(&w->folder, "weights.safetensors"));
    assert_int_equal(mg_safetensors_write(w->ctx, w->file, 5, tensor, 0, NULL),
                     MG_OK);
}

static int set_up(void **state)
{
    static world w;
    w = (world){0};
    assert_int_equal(mg_ctx_create(NULL, &w.ctx), MG_OK);
    test_folder_create(&w.folder);
    mg_weights_init(&w.weights, w.ctx);
    add(&w, "h.W", 2, 2, true);
    add(&w, "z.W", 1, 2, true);
    add(&w, "z.b", 1, 2, true);
    add(&w, "mean", 1, 2, false);
    add(&w, "h.W/m", 2, 2, false);
    write_file(&w);
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    world *const w = *state;
    mg_transfer_clear(&w->transfer);
    mg_weights_clear(&w->weights);
    test_folder_remove(&w->folder);
    mg_ctx_destroy(w->ctx);
    return 0;
}

static mg_status transfer(world *w, const char *rename)
{
    mg_transfer_clear(&w->transfer);
    return mg_transfer_weights(&w->transfer, w->file, rename, &w->weights);
}

static double first(const world *w, const char *name)
{
    return mg_tensor_get(&mg_weights_find(&w->weights, name)->tensor, 0);
}

static void what_fits_is_taken_and_the_rest_is_told(void **state)
{
    world *const w = *state;
    const mg_train_transfer *const r = &w->transfer.report;
    assert_int_equal(transfer(w, "encoder.*=h.*"), MG_OK);
    assert_true(first(w, "h.W") == 1 && first(w, "z.W") == 2);
    assert_true(first(w, "mean") == 3 && first(w, "z.b") == 0);
    assert_int_equal(r->n_taken, 3);
    assert_string_equal(r->taken[0], "h.W");
    assert_int_equal(r->n_left, 1);
    assert_string_equal(r->left[0], "z.b");
    assert_string_equal(r->reason[0], "is [1, 3] there, [1, 2] here");
    assert_int_equal(r->n_fresh, 1);
    assert_string_equal(r->fresh[0], "z.b");
    assert_int_equal(r->n_optimiser, 1);
    assert_true(first(w, "h.W/m") == 0);
    assert_int_equal(transfer(w, ""), MG_OK);
    assert_int_equal(r->n_left, 2);
    assert_string_equal(r->left[0], "encoder.W");
}

/* Statistics of inputs are those of the data: never taken, and told of only
 * where this run's data is not treated so. */
static void statistics_of_inputs_are_not_taken(void **state)
{
    world *const w = *state;
    static float weight[2] = {1, 1}, mean[2] = {5, 5};
    const mg_type type = {MG_F32, {2, {1, 2}}};
    const mg_safetensor tensor[] = {
        {"z.W", mg_tensor_dense(type, weight)},
        {"standardise mean x", mg_tensor_dense(type, mean)},
        {"standardise mean u", mg_tensor_dense(type, mean)}};
    const mg_train_transfer *const r = &w->transfer.report;
    assert_int_equal(mg_safetensors_write(w->ctx, w->file, 3, tensor, 0, NULL),
                     MG_OK);
    const mg_tensor own = add(w, "standardise mean x", 1, 2, false);
    mg_tensor_set(&own, 0, 7);
    assert_int_equal(transfer(w, ""), MG_OK);
    assert_true(first(w, "z.W") == 1 && first(w, "standardise mean x") == 7);
    assert_int_equal(r->n_taken, 1);
    assert_int_equal(r->n_left, 1);
    assert_string_equal(r->left[0], "standardise mean u");
    assert_non_null(strstr(r->reason[0], "standardise=yes"));
    for (size_t i = 0; i < r->n_fresh; i++)
        assert_null(strstr(r->fresh[i], "standardise"));
}

static void check_refused(world *w, const char *rename, const char *message)
{
    assert_int_not_equal(transfer(w, rename), MG_OK);
    if (!strstr(mg_message(w->ctx), message))
        fail_msg("\"%s\" does not say \"%s\"", mg_message(w->ctx), message);
}

static void renamings_that_cannot_be_meant_are_refused(void **state)
{
    world *const w = *state;
    check_refused(w, "encoder", "write FROM=TO");
    check_refused(w, "=h", "write FROM=TO");
    check_refused(w, "encoder.*=h.*.*", "more * than the old");
    check_refused(w, "encode.W=h.W", "did you mean encoder.W?");
    check_refused(w, "mean=z.W", "would become z.W");
    check_refused(w, "z.W=q\nmean=r\nz.b=s", "nothing in it has a name");
}

static bool is_frozen(const world *w, const char *name)
{
    return mg_weights_find(&w->weights, name)->frozen;
}

static void patterns_freeze_parameters(void **state)
{
    world *const w = *state;
    assert_int_equal(mg_weights_freeze(&w->weights, ""), MG_OK);
    assert_int_equal(mg_weights_freeze(&w->weights, "z.*\nh.W"), MG_OK);
    assert_true(is_frozen(w, "z.W") && is_frozen(w, "z.b"));
    assert_true(is_frozen(w, "h.W") && !is_frozen(w, "mean"));
    assert_int_equal(mg_weights_freeze(&w->weights, "z.V"), MG_BAD_ARGUMENT);
    assert_non_null(strstr(mg_message(w->ctx), "did you mean z.W?"));
    assert_int_equal(mg_weights_freeze(&w->weights, "mean"), MG_BAD_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_star_is_any_text_and_the_rest_is_itself),
        cmocka_unit_test(stars_carry_over_to_the_new_name),
        cmocka_unit_test_setup_teardown(what_fits_is_taken_and_the_rest_is_told,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(statistics_of_inputs_are_not_taken,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            renamings_that_cannot_be_meant_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(patterns_freeze_parameters, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
