/* What is timed: plans over random data, with a batch that training gathers
 * and that use finds in place. */
#include "test.h"
#include "train/workload.h"

#include <math.h>
#include <string.h>

#define BATCH 3

static const char network[] = "input x[2]\n"
                              "target label class 2\n"
                              "param W[2, 2] ~ normal(1)\n"
                              "output z = W @ x\n"
                              "loss = cross_entropy(z, label)\n"
                              "train { optimiser = sgd(0.5) }\n";

static void expect_near(double got, double expected)
{
    if (!(fabs(got - expected) < 1e-6))
        fail_msg("%.9g for %.9g", got, expected);
}

typedef struct {
    mg_ctx *ctx;
    mg_workload w;
} setting;

static void open(setting *s)
{
    assert_int_equal(mg_ctx_create(NULL, &s->ctx), MG_OK);
    if (mg_workload_init(&s->w, s->ctx, NULL, network, strlen(network), BATCH,
                         MG_KERNELS_BEST) != MG_OK)
        fail_msg("%s", mg_message(s->ctx));
}

static void close(setting *s)
{
    mg_workload_clear(&s->w);
    mg_ctx_destroy(s->ctx);
}

static mg_step_plan *run(setting *s, mg_purpose purpose)
{
    mg_step_plan *plan = NULL;
    assert_int_equal(mg_workload_plan(&s->w, purpose, &plan), MG_OK);
    assert_int_equal(mg_step_plan_run(plan, 1), MG_OK);
    return plan;
}

static bool gathers(const mg_step_plan *plan)
{
    for (size_t i = 0; i < plan->plan->n_leaves; i++)
        if (strcmp(plan->plan->leaf[i].node->name, MG_ROW_NAME) == 0)
            return true;
    return false;
}

static void a_forward_pass_is_given_the_data(void **state)
{
    (void)state;
    setting s;
    open(&s);
    mg_step_plan *const plan = run(&s, MG_FOR_OUTPUTS);
    const float *const x = s.w.examples->input[0].data;
    const float *const W = mg_weights_find(&s.w.weights, "W")->tensor.data;
    const float *const z = plan->result[0].data;
    assert_false(gathers(plan));
    for (int i = 0; i < BATCH; i++)
        for (int r = 0; r < 2; r++)
            expect_near(z[2 * i + r],
                        W[2 * r] * x[2 * i] + W[2 * r + 1] * x[2 * i + 1]);
    mg_step_plan_destroy(plan);
    close(&s);
}

static void a_training_step_gathers_the_same_data(void **state)
{
    (void)state;
    setting s;
    open(&s);
    mg_step_plan *const measures = run(&s, MG_FOR_MEASURES);
    mg_step_plan *const training = run(&s, MG_FOR_TRAINING);
    assert_true(gathers(training));
    assert_false(gathers(measures));
    for (size_t i = 0; i < measures->n_results; i++)
        expect_near(mg_tensor_get(&training->result[i], 0),
                    mg_tensor_get(&measures->result[i], 0));
    mg_step_plan_destroy(training);
    mg_step_plan_destroy(measures);
    close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_forward_pass_is_given_the_data),
        cmocka_unit_test(a_training_step_gathers_the_same_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
