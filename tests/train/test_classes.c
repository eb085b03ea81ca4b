/* Classes in training: each is held out by its share, and may weigh more or
 * less; that is the same loss as with a weight in the formula. */
#include "test.h"
#include "train/classes.h"
#include "train/model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ROWS 60
#define EXACT 1e-12

#define NETWORK                                                                \
    "input x[2]\ntarget c class 3\nz = dense(tanh(dense(x, 5)), 3)\n"          \
    "loss = cross_entropy(z, c)\n"                                             \
    "train { optimiser = adam(lr = 0.05); epochs = 3; batch = 8; seed = 3 }\n"

typedef struct {
    mg_ctx *ctx;
    mg_dataset *data;
    double x[ROWS][2];
    int64_t c[ROWS];
} world;

static void check(const world *w, mg_status status)
{
    if (status != MG_OK)
        fail_msg("status %d: %s", (int)status, mg_message(w->ctx));
}

/* Classes 0, 1, 2 have 40, 15 and 5 rows. */
static int set_up(void **state)
{
    static world w;
    w = (world){0};
    assert_int_equal(mg_ctx_create(NULL, &w.ctx), MG_OK);
    for (int i = 0; i < ROWS; i++) {
        w.c[i] = i % 12 == 0 ? 2 : i % 4 == 1 ? 1 : 0;
        w.x[i][0] = sin(i) + (double)w.c[i];
        w.x[i][1] = cos(3 * i);
    }
    const mg_data_array array[] = {
        {"x", {MG_F64, {1, {2}}}, w.x},
        {"c", {MG_I64, {0}}, w.c},
    };
    assert_int_equal(mg_data_from_arrays(w.ctx, ROWS, 2, array, &w.data),
                     MG_OK);
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    world *const w = *state;
    mg_dataset_destroy(w->data);
    mg_ctx_destroy(w->ctx);
    return 0;
}

static mg_model *create(const world *w, const char *source)
{
    const mg_model_options options = {.real = MG_F64};
    mg_model *model = NULL;
    check(w, mg_model_create(w->ctx, source, strlen(source), &options, &model));
    return model;
}

static mg_model *train(const world *w, const char *source,
                       const char *class_weights, const char *val)
{
    const mg_model_train_options options = {.overrides = val,
                                            .class_weights = class_weights};
    mg_model *const model = create(w, source);
    check(w, mg_model_train(model, w->data, &options));
    return model;
}

static double distance(const mg_model *a, const mg_model *b)
{
    double most = 0;
    assert_int_equal(a->weights.n, b->weights.n);
    for (size_t k = 0; k < a->weights.n; k++) {
        const mg_tensor *const x = &a->weights.weight[k].tensor;
        const mg_tensor *const y = &b->weights.weight[k].tensor;
        for (int64_t i = 0; i < mg_shape_size(&x->type.shape); i++)
            most = fmax(most, fabs(mg_tensor_get(x, i) - mg_tensor_get(y, i)));
    }
    return most;
}

static void check_alike(const world *w, const char *source_a,
                        const char *weights_a, const char *source_b,
                        const char *weights_b, const char *val, bool alike)
{
    mg_model *const a = train(w, source_a, weights_a, val);
    mg_model *const b = train(w, source_b, weights_b, val);
    const double d = distance(a, b);
    if (alike ? d > EXACT : d < 1e-4)
        fail_msg("weights differ by %g", d);
    mg_model_destroy(a);
    mg_model_destroy(b);
}

/* Nothing is held out: there the formula's weight counts too, and it may choose
 * another epoch. */
static void class_weights_are_a_weight_in_the_formula(void **state)
{
    world *const w = *state;
    static const char written[] =
        NETWORK "weight = where(c == 0, 1, where(c == 1, 2.5, 4))\n";
    check_alike(w, NETWORK, "1,2.5,4", written, NULL, "val = 0", true);
    check_alike(w, NETWORK, " 1 2.5, 4 ", written, NULL, "val = 0", true);
    check_alike(w, NETWORK, NULL, written, NULL, "val = 0", false);
}

static void class_weights_multiply_the_formula_s_own(void **state)
{
    world *const w = *state;
    check_alike(w, NETWORK "weight = 1 + x[1]^2\n", "1,2,0.5",
                NETWORK "weight = (1 + x[1]^2) * where(c == 0, 1, where(c == "
                        "1, 2, 0.5))\n",
                NULL, "val = 0", true);
}

/* With val = 0.2: 32 + 12 + 4 = 48 rows train. */
static void balanced_weights_follow_the_training_rows(void **state)
{
    world *const w = *state;
    check_alike(w, NETWORK, "balanced", NETWORK, "0.5,1.3333333333333333,4",
                "val = 0.2", true);
}

/* What is held out counts each example alike: the same weights give the same
 * loss there, whatever the classes weigh. */
typedef struct {
    double loss, val_loss;
} losses;

static void note(void *user, const mg_train_event *event)
{
    losses *const l = user;
    if (event->kind != MG_EVENT_EPOCH)
        return;
    l->loss = event->measure[0].value;
    l->val_loss = event->val_measure[0].value;
}

static losses lose(const world *w, const char *class_weights)
{
    losses l = {0};
    const mg_model_train_options options = {
        .overrides = "optimiser = sgd(lr = 0); epochs = 1; val = 0.2",
        .class_weights = class_weights,
        .event = note,
        .user = &l};
    mg_model *const model = create(w, NETWORK);
    check(w, mg_model_train(model, w->data, &options));
    mg_model_destroy(model);
    return l;
}

static void what_is_held_out_is_not_weighed(void **state)
{
    world *const w = *state;
    const losses plain = lose(w, NULL), weighed = lose(w, "1,5,20");
    assert_true(plain.val_loss == weighed.val_loss);
    assert_true(fabs(plain.loss - weighed.loss) > 1e-3);
}

/* ---- Held-out shares ---- */

static void every_class_is_held_out_by_its_share(void **state)
{
    world *const w = *state;
    mg_network *network = NULL;
    mg_examples *examples = NULL;
    mg_split *split = NULL;
    const mg_network_options options = {.train = "val = 0.2"};
    check(w, mg_network_create(w->ctx, NETWORK, strlen(NETWORK), &options,
                               &network));
    check(w, mg_examples_create(w->data, network, true, NULL, &examples));
    check(w, mg_classes_split(network, examples, &split));
    int64_t held[ROWS], count[3] = {0};
    const int64_t n = mg_split_held_out_count(split);
    assert_int_equal(n, 12);
    mg_split_held_out(split, 0, n, held);
    for (int64_t i = 0; i < n; i++)
        count[w->c[held[i]]]++;
    assert_int_equal(count[0], 8);
    assert_int_equal(count[1], 3);
    assert_int_equal(count[2], 1);
    mg_split_destroy(split);
    /* Rows that follow one another: the last ones. */
    examples->ordered = true;
    check(w, mg_classes_split(network, examples, &split));
    mg_split_held_out(split, 0, 12, held);
    for (int64_t i = 0; i < 12; i++)
        assert_int_equal(held[i], 48 + i);
    mg_split_destroy(split);
    mg_examples_destroy(examples);
    mg_network_destroy(network);
}

/* ---- Mistakes ---- */

static void check_refused(const world *w, const char *source,
                          const char *class_weights, const char *part)
{
    const mg_model_train_options options = {.class_weights = class_weights};
    mg_model *const model = create(w, source);
    assert_int_equal(mg_model_train(model, w->data, &options), MG_BAD_ARGUMENT);
    if (!strstr(mg_message(w->ctx), part))
        fail_msg("\"%s\" does not say \"%s\"", mg_message(w->ctx), part);
    mg_model_destroy(model);
}

static void class_weights_that_cannot_be_meant_are_refused(void **state)
{
    world *const w = *state;
    check_refused(w, NETWORK, "1,2", "too few numbers");
    check_refused(w, NETWORK, "1,2,3,4", "too many numbers");
    check_refused(w, NETWORK, "1,-2,3", "from 0 to");
    check_refused(w, NETWORK, "1,1e400,3", "from 0 to");
    check_refused(w, NETWORK, "0 0 0", "all are 0");
    check_refused(w, NETWORK, "balance",
                  "balance: not a number; write balanced");
    check_refused(w, NETWORK, "1,2x,3", "not a number");
    check_refused(
        w, "input x[2]\ntarget c\nparam w = 0\nloss = (w * sum(x) - c)^2\n",
        "balanced", "no single target that is a label");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            class_weights_are_a_weight_in_the_formula, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            class_weights_multiply_the_formula_s_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            balanced_weights_follow_the_training_rows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_held_out_is_not_weighed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(every_class_is_held_out_by_its_share,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            class_weights_that_cannot_be_meant_are_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
