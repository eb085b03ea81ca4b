/* Gradient checks: what passes, what fails, what is said to be untested. */
#include "explain/gradcheck.h"
#include "explain/study.h"
#include "support/memory.h"

static mg_gradcheck *check(study *s, int64_t elements)
{
    const mg_gradcheck_options options = {
        .seed = 1,
        .elements = elements,
        .example = s->example[0],
    };
    mg_gradcheck *found = NULL;
    study_must(s,
               mg_gradcheck_create(s->network, &s->weights, &options, &found));
    return found;
}

static const mg_gradcheck_name *find(const mg_gradcheck *c, const char *name)
{
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->name[i].name, name) == 0)
            return &c->name[i];
    fail_msg("%s was not checked", name);
    return NULL;
}

static void koehns_network_passes_in_every_element(void **state)
{
    (void)state;
    static const char *const names[] = {"x", "y", "W1", "b1", "W2", "b2"};
    study s;
    study_open(&s, study_koehn, MG_F64);
    mg_gradcheck *c = check(&s, 0);
    assert_true(c->pass);
    assert_int_equal(c->n, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(c->name[i].name, names[i]);
        assert_int_equal(c->name[i].verdict, MG_GRADCHECK_PASS);
        assert_true(c->name[i].worst.error < 1e-9);
        assert_int_equal(c->name[i].tried, mg_shape_size(&c->name[i].shape));
    }
    mg_gradcheck_destroy(c);
    study_close(&s);
}

/* The loss depends on w through stop_gradient, where the derivative is 0 by
 * decree and the difference is not. */
static void a_wrong_gradient_fails_with_both_numbers(void **state)
{
    (void)state;
    study s;
    study_open(&s,
               "input x\nparam w = 3\nparam v = 2\n"
               "loss = (stop_gradient(w) * w + v) * x\n",
               MG_F64);
    study_give(&s, 0, "x", (double[]){1});
    mg_gradcheck *c = check(&s, 0);
    assert_false(c->pass);
    assert_int_equal(find(c, "v")->verdict, MG_GRADCHECK_PASS);
    const mg_gradcheck_name *const w = find(c, "w");
    assert_int_equal(w->verdict, MG_GRADCHECK_FAIL);
    assert_true(fabs(w->worst.analytic - 3) < 1e-12);
    assert_true(fabs(w->worst.numeric - 6) < 1e-6);
    assert_true(fabs(w->worst.error - 0.5) < 1e-6);
    mg_gradcheck_destroy(c);
    study_close(&s);
}

static void a_gradient_of_zero_by_decree_alone_is_a_failure(void **state)
{
    (void)state;
    study s;
    study_open(&s, "param w = 3\nloss = stop_gradient(w)^2\n", MG_F64);
    mg_gradcheck *c = check(&s, 0);
    assert_int_equal(find(c, "w")->verdict, MG_GRADCHECK_FAIL);
    assert_false(c->pass);
    mg_gradcheck_destroy(c);
    study_close(&s);
}

static void names_with_gradient_zero_are_untested(void **state)
{
    (void)state;
    study s;
    study_open(&s,
               "input x[2]\nparam w = 1\nparam idle[3] = 2\nparam none[0] = 1\n"
               "loss = sum(relu(w * x)) + 0 * sum(idle)\n",
               MG_F64);
    study_give(&s, 0, "x", (double[]){-1, -2});
    mg_gradcheck *c = check(&s, 0);
    assert_true(c->pass);
    for (size_t i = 0; i < c->n; i++)
        assert_int_equal(c->name[i].verdict, MG_GRADCHECK_UNTESTED);
    assert_int_equal(find(c, "idle")->tried, 3);
    assert_int_equal(find(c, "none")->tried, 0);
    mg_gradcheck_destroy(c);
    study_close(&s);
}

/* The first step of 7e-6 crosses the kink of relu, a hundredth does not. */
static void near_a_kink_a_smaller_step_decides(void **state)
{
    (void)state;
    study s;
    study_open(&s, "input x[3]\nloss = sum(relu(x))\n", MG_F64);
    study_give(&s, 0, "x", (double[]){2e-6, -2e-7, 1});
    mg_gradcheck *c = check(&s, 0);
    assert_int_equal(find(c, "x")->verdict, MG_GRADCHECK_PASS);
    mg_gradcheck_destroy(c);
    study_close(&s);
}

/* At the kink itself every central difference says 1/2, the derivative 0. */
static void at_a_kink_no_step_agrees(void **state)
{
    (void)state;
    study s;
    study_open(&s, "input x[2]\nloss = sum(relu(x))\n", MG_F64);
    study_give(&s, 0, "x", (double[]){0, 1});
    mg_gradcheck *c = check(&s, 0);
    const mg_gradcheck_name *const x = find(c, "x");
    assert_int_equal(x->verdict, MG_GRADCHECK_FAIL);
    assert_int_equal(x->worst.index, 0);
    assert_true(fabs(x->worst.numeric - 0.5) < 1e-6);
    mg_gradcheck_destroy(c);
    study_close(&s);
}

static void large_names_are_sampled_by_the_seed(void **state)
{
    (void)state;
    study s;
    study_open(&s,
               "input x[30,20]\nparam W[20,50] ~ normal(1)\n"
               "loss = sum(sin(x @ W))\n",
               MG_F64);
    mg_gradcheck *c = check(&s, 0), *few = check(&s, 7), *all = check(&s, -1);
    assert_int_equal(find(c, "x")->tried, 100);
    assert_int_equal(find(few, "W")->tried, 7);
    assert_int_equal(find(all, "W")->tried, 1000);
    assert_true(c->pass && few->pass && all->pass);
    assert_true(find(all, "W")->worst.error >= find(few, "W")->worst.error);
    mg_gradcheck_destroy(c);
    mg_gradcheck_destroy(few);
    mg_gradcheck_destroy(all);
    study_close(&s);
}

static void random_numbers_are_the_same_in_every_evaluation(void **state)
{
    (void)state;
    study s;
    study_open(&s,
               "input x[20]\nparam w[20] = 1\n"
               "loss = sum((w * x * normal((20,)) + random((20,)))^2)\n",
               MG_F64);
    mg_gradcheck *c = check(&s, 0);
    assert_true(c->pass);
    assert_int_equal(find(c, "w")->verdict, MG_GRADCHECK_PASS);
    mg_gradcheck_destroy(c);
    study_close(&s);
}

static void labels_and_integers_do_not_appear(void **state)
{
    (void)state;
    study s;
    study_open(&s,
               "input x[4]\ninput i[2] int 3\ntarget c class 3\n"
               "param E[3,4] ~ normal(1)\n"
               "z = dense(sum(E[i], axis = 0) * x, 3)\n"
               "loss = cross_entropy(z, c)\n",
               MG_F64);
    mg_gradcheck *c = check(&s, 0);
    assert_true(c->pass);
    assert_int_equal(c->n, 4);
    assert_int_equal(find(c, "E")->verdict, MG_GRADCHECK_PASS);
    mg_gradcheck_destroy(c);
    study_close(&s);
}

static void values_that_are_not_finite_fail(void **state)
{
    (void)state;
    study s;
    study_open(&s, "param w = -1\nloss = sqrt(w)\n", MG_F64);
    mg_gradcheck *c = check(&s, 0);
    assert_int_equal(find(c, "w")->verdict, MG_GRADCHECK_FAIL);
    mg_gradcheck_destroy(c);
    study_close(&s);
}

static void networks_without_loss_or_in_f32_are_refused(void **state)
{
    (void)state;
    study s;
    mg_gradcheck *c = NULL;
    const mg_gradcheck_options options = {.seed = 1};
    study_open(&s, "input x\ny = x\n", MG_F64);
    assert_int_equal(mg_gradcheck_create(s.network, &s.weights, &options, &c),
                     MG_BAD_ARGUMENT);
    assert_string_equal(mg_message(s.ctx),
                        "gradcheck: the network has no loss");
    study_close(&s);
    study_open(&s, study_koehn, MG_F32);
    assert_int_equal(mg_gradcheck_create(s.network, &s.weights, &options, &c),
                     MG_BAD_ARGUMENT);
    assert_null(c);
    study_close(&s);
}

static void the_table_says_what_happened(void **state)
{
    (void)state;
    study s;
    study_open(&s,
               "input x[2]\nparam w[2] = [3, 1]\nparam idle = 2\n"
               "loss = sum(stop_gradient(w) * w * x)\n",
               MG_F64);
    study_give(&s, 0, "x", (double[]){0, 1});
    mg_gradcheck *c = check(&s, 0);
    mg_text text;
    mg_text_init(&text, s.ctx);
    mg_gradcheck_text(c, &text);
    const char *const table = mg_text_string(&text);
    assert_non_null(strstr(table, "FAIL: at [1] the derivative is 1, "
                                  "differences say "));
    assert_non_null(strstr(table, "not tested by this point: gradient 0\n"));
    assert_non_null(strstr(table, "pass\n"));
    mg_text_clear(&text);
    mg_gradcheck_destroy(c);
    study_close(&s);
}

static mg_status check_in(mg_ctx *ctx, void *data)
{
    const char *const source = data;
    const mg_network_options real = {.real = MG_F64};
    const mg_gradcheck_options options = {.seed = 1};
    mg_network *network = NULL;
    MG_TRY(mg_network_create(ctx, source, strlen(source), &real, &network));
    mg_weights weights;
    mg_weights_init(&weights, ctx);
    mg_gradcheck *c = NULL;
    mg_text text;
    mg_text_init(&text, ctx);
    mg_status status = mg_weights_from_network(&weights, network, 1);
    if (status == MG_OK)
        status = mg_gradcheck_create(network, &weights, &options, &c);
    if (status == MG_OK) {
        mg_gradcheck_json(c, &text);
        mg_gradcheck_text(c, &text);
        status = mg_text_status(&text);
    }
    mg_text_clear(&text);
    mg_gradcheck_destroy(c);
    mg_weights_clear(&weights);
    mg_network_destroy(network);
    return status;
}

static void a_check_survives_every_refusal(void **state)
{
    (void)state;
    char source[] = "input x[2]\nparam w[2] = 1\nloss = (w @ x)^2\n";
    assert_true(test_every_refusal(check_in, source) > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(koehns_network_passes_in_every_element),
        cmocka_unit_test(a_wrong_gradient_fails_with_both_numbers),
        cmocka_unit_test(a_gradient_of_zero_by_decree_alone_is_a_failure),
        cmocka_unit_test(names_with_gradient_zero_are_untested),
        cmocka_unit_test(near_a_kink_a_smaller_step_decides),
        cmocka_unit_test(at_a_kink_no_step_agrees),
        cmocka_unit_test(large_names_are_sampled_by_the_seed),
        cmocka_unit_test(random_numbers_are_the_same_in_every_evaluation),
        cmocka_unit_test(labels_and_integers_do_not_appear),
        cmocka_unit_test(values_that_are_not_finite_fail),
        cmocka_unit_test(networks_without_loss_or_in_f32_are_refused),
        cmocka_unit_test(the_table_says_what_happened),
        cmocka_unit_test(a_check_survives_every_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
