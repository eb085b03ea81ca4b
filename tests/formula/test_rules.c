/* Optimisers as rules: ten steps of each beside PyTorch's (2.13, f64; lion by
 * its paper), rules of one's own, groups of parameters. */
#include "formula/network.h"
#include "support/formula.h"
#include "support/values.h"
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

#define STEPS 10
#define KEPT 6 /* the weight, its gradient, states */
#define SIZE 3

/* What a rule reads, by name. */
typedef struct {
    mg_ctx *ctx;
    mg_arena arena;
    int64_t step;
    size_t n;
    const char *name[KEPT];
    double data[KEPT][SIZE];
} run;

static mg_status feed(void *data, const mg_node *leaf, mg_tensor *out)
{
    run *const r = data;
    MG_TRY(mg_tensor_alloc(&r->arena, leaf->type, out));
    if (!strcmp(leaf->name, "step") || !strcmp(leaf->name, "steps")) {
        mg_tensor_set(out, 0, leaf->name[4] ? (double)STEPS : (double)r->step);
        return MG_OK;
    }
    for (size_t i = 0; i < r->n; i++) {
        if (strcmp(leaf->name, r->name[i]) != 0)
            continue;
        for (int64_t k = 0; k < SIZE; k++)
            mg_tensor_set(out, k, r->data[i][k]);
        return MG_OK;
    }
    return mg_fail(r->ctx, MG_BAD_ARGUMENT, "%s is not fed", leaf->name);
}

static void start(run *r, const test_formula *t)
{
    const mg_network *const n = t->network;
    *r = (run){.ctx = t->ctx, .n = 2 + n->n_states};
    assert_true(r->n <= KEPT);
    mg_arena_init(&r->arena, t->ctx);
    r->name[0] = n->param[0].name;
    r->name[1] = mg_graph_node(n->graph, n->param[0].gradient)->name;
    for (int64_t k = 0; k < SIZE; k++)
        r->data[0][k] = mg_tensor_get(&n->param[0].constant, k);
    for (size_t i = 0; i < n->n_states; i++) {
        r->name[2 + i] = n->state[i].name;
        for (int64_t k = 0; k < SIZE; k++)
            r->data[2 + i][k] = mg_tensor_get(&n->state[i].initial, k);
    }
}

/* w^3 - step/10 + 0.3 i, different for every element and step. */
static void set_gradient(run *r)
{
    for (int i = 0; i < SIZE; i++) {
        const double w = r->data[0][i];
        r->data[1][i] = w * w * w - 0.1 * (double)r->step + 0.3 * i;
    }
}

static void take_step(run *r, const mg_network *n)
{
    mg_frame frame = {.seed = 1};
    mg_tensor *value = NULL;
    const size_t size = (size_t)mg_graph_size(n->graph) + 1;
    bool *const needed = mg_arena_alloc(&r->arena, size, sizeof(bool));
    assert_non_null(needed);
    mg_mark_needed(n->graph, n->param[0].next, needed);
    for (size_t i = 0; i < n->n_states; i++)
        mg_mark_needed(n->graph, n->state[i].next, needed);
    set_gradient(r);
    if (mg_evaluate(n->graph, &r->arena, &frame, feed, r, needed, &value) !=
        MG_OK)
        fail_msg("%s", mg_message(r->ctx));
    for (int64_t k = 0; k < SIZE; k++)
        r->data[0][k] = mg_tensor_get(&value[n->param[0].next.id], k);
    for (size_t i = 0; i < n->n_states; i++)
        for (int64_t k = 0; k < SIZE; k++)
            r->data[2 + i][k] = mg_tensor_get(&value[n->state[i].next.id], k);
    r->step++;
}

static void check_rule(const char *text, const char *optimiser,
                       const double expected[SIZE])
{
    char source[2000];
    test_formula t;
    run r;
    snprintf(source, sizeof source,
             "param w[3] = [1, -2, 0.5]\n%s\ntrain { optimiser = %s }\n", text,
             optimiser);
    test_formula_open_training(&t, source);
    start(&r, &t);
    for (int i = 0; i < STEPS; i++)
        take_step(&r, t.network);
    for (int k = 0; k < SIZE; k++)
        if (!test_close(r.data[0][k], expected[k], 1e-9))
            fail_msg("%s: element %d is %.17g, not %.17g", optimiser, k,
                     r.data[0][k], expected[k]);
    mg_arena_clear(&r.arena);
    test_formula_close(&t);
}

static const struct {
    const char *optimiser;
    double w[SIZE];
} known[] = {
    {"sgd(lr = 0.05, weight_decay = 0)",
     {0.87317041212255952, -0.7664270177343796, 0.39026568092030628}},
    {"momentum(lr = 0.02, mu = 0.8, weight_decay = 0)",
     {0.76378701968447749, -0.03782482556731382, 0.29328374308648603}},
    {"nesterov(lr = 0.02, weight_decay = 0)",
     {0.72007381853783259, 0.37935445763369763, 0.20787533693818971}},
    {"adam(lr = 0.05, weight_decay = 0)",
     {0.69133333886752391, -1.5131540338463796, 0.12117961166745894}},
    {"adamw(lr = 0.05, weight_decay = 0)",
     {0.69133333886752391, -1.5131540338463796, 0.12117961166745894}},
    {"rmsprop(lr = 0.05, weight_decay = 0)",
     {0.97515648107027775, -0.69606456444391829, -0.084734800832497709}},
    {"adagrad(lr = 0.05, lr_decay = 0.1, weight_decay = 0)",
     {0.88590444822059866, -1.8115826352701012, 0.38582045138368315}},
    {"lion(lr = 0.05, weight_decay = 0)",
     {0.89999999999999991, -1.4999999999999996, 0.10000000000000007}},
    {"sgd(lr = 0.05, weight_decay = 0.1)",
     {0.84615927910300925, -0.73806532046198692, 0.37231937485721589}},
    {"momentum(lr = 0.02, mu = 0.8, weight_decay = 0.1)",
     {0.72430755169320904, 0.0096839136289675488, 0.26883894925428875}},
    {"nesterov(lr = 0.02, weight_decay = 0.1)",
     {0.67025018473995268, 0.43559557648850256, 0.17563678525046242}},
    {"adam(lr = 0.05, weight_decay = 0.1)",
     {0.66471711021361879, -1.5128990916668512, 0.11335906880224841}},
    {"adamw(lr = 0.05, weight_decay = 0.1)",
     {0.66569340603040494, -1.4301696881122146, 0.1075423733229339}},
    {"rmsprop(lr = 0.05, weight_decay = 0.1)",
     {0.93674523209220828, -0.68006175596381013, -0.024894017539961955}},
    {"adagrad(lr = 0.05, lr_decay = 0.1, weight_decay = 0.1)",
     {0.87663160764348225, -1.8115087372342908, 0.38006781541827617}},
    {"lion(lr = 0.05, weight_decay = 0.1)",
     {0.85922142262349088, -1.4133215655892624, 0.086656369890604851}},
    {"adam()", {0.99086018008740306, -1.9899664775749699, 0.49164301407748712}},
    {"adamw()", {0.99076111759128038, -1.9897670194710855, 0.4915935728393836}},
    {"rmsprop()",
     {0.85739076613489573, -1.5518697959146983, 0.28298143252901808}},
    {"adagrad()",
     {0.96585909724267083, -1.9494052121182495, 0.47244679530837241}},
};

static void ten_steps_equal_those_of_pytorch(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        check_rule("", known[i].optimiser, known[i].w);
}

static void a_rule_of_ones_own_equals_the_librarys(void **state)
{
    static const char rule[] = "rule heavy(w, g, lr = 0.02, mu = 0.8) {\n"
                               "  state v = zeros_like(w)\n"
                               "  v := mu * v + g\n"
                               "  w := w - lr * v\n"
                               "}";
    (void)state;
    check_rule(rule, "heavy", known[1].w);
    check_rule(rule, "heavy(mu = 4 / 5)", known[1].w);
    /* Functions, step and steps in the rule and in its call. */
    check_rule("def f(a, b) { state v[3] = 0; v := a * v + b; v }\n"
               "rule own(w, g, lr) { w := w - lr * f(0.8, g) }",
               "own(0.01 * (step - step + 2))", known[1].w);
    check_rule("rule own(w, g, mu) {\n"
               "  state v = zeros_like(w)\n"
               "  v := mu * v + g * (step + 1) / (step + 1)\n"
               "  w := w - v * 0.2 / steps\n}",
               "own(0.8)", known[1].w);
}

static void a_later_update_sees_the_earlier_one(void **state)
{
    (void)state;
    check_rule("rule own(w, g) { w := w - 0.02 * g; w := w - 0.03 * g }", "own",
               known[0].w);
}

static void each_parameter_has_states_of_its_own(void **state)
{
    test_formula t;
    (void)state;
    test_formula_open_training(&t, "input x[2]\nstate seen = 0\n"
                                   "seen := seen + 1\nh = dense(x, 3)\n"
                                   "loss = sum(h)\n"
                                   "train { optimiser = adam }\n");
    const mg_network *const n = t.network;
    static const char *const names[] = {"seen", "h.dense.W/m", "h.dense.W/v",
                                        "h.dense.b/m", "h.dense.b/v"};
    assert_int_equal(n->n_states, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(n->state[i].name, names[i]);
        assert_true(n->state[i].next.id != 0);
    }
    assert_string_equal(mg_graph_node(n->graph, n->param[0].gradient)->name,
                        "gradient of h.dense.W");
    test_formula_close(&t);
    /* In use there is none. */
    test_formula_open(&t, "input x[2]\nh = dense(x, 3)\nloss = sum(h)\n"
                          "train { optimiser = adam }\n");
    assert_int_equal(t.network->n_states, 0);
    assert_int_equal(t.network->param[0].next.id, 0);
    test_formula_close(&t);
}

/* How many states each of the parameters of a text has. */
static void check_groups(const char *train, const char *set,
                         const size_t expected[4])
{
    char source[1000];
    mg_network *n = NULL;
    mg_ctx *ctx = NULL;
    const mg_network_options options = {.training = true, .train = set};
    snprintf(source, sizeof source,
             "input x[2]\nh = dense(x, 3)\nz = dense(h, 1)\n"
             "loss = z[0]\ntrain { %s }\n",
             train);
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    if (mg_network_create(ctx, source, strlen(source), &options, &n) != MG_OK)
        fail_msg("%s", mg_message(ctx));
    assert_int_equal(n->n_params, 4);
    for (size_t i = 0; i < 4; i++) {
        size_t count = 0;
        const size_t length = strlen(n->param[i].name);
        for (size_t k = 0; k < n->n_states; k++)
            count += !strncmp(n->state[k].name, n->param[i].name, length) &&
                     n->state[k].name[length] == '/';
        assert_int_equal(count, expected[i]);
    }
    mg_network_destroy(n);
    mg_ctx_destroy(ctx);
}

static void groups_of_parameters_have_their_optimisers(void **state)
{
    (void)state;
    check_groups("optimiser = adam", NULL, (const size_t[]){2, 2, 2, 2});
    check_groups("optimiser = adam; optimiser *.b = sgd(lr = 0.1)", NULL,
                 (const size_t[]){2, 0, 2, 0});
    /* The last that matches wins. */
    check_groups("optimiser *.b = sgd; optimiser = adam", NULL,
                 (const size_t[]){2, 2, 2, 2});
    check_groups("optimiser z.* = momentum; optimiser z.dense.b = adam", NULL,
                 (const size_t[]){0, 0, 1, 2});
    /* The command line comes last. */
    check_groups("optimiser = sgd; optimiser *.b = adam",
                 "optimiser = momentum", (const size_t[]){1, 1, 1, 1});
    check_groups("optimiser = sgd", "optimiser h.*.W = adam",
                 (const size_t[]){2, 0, 0, 0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_steps_equal_those_of_pytorch),
        cmocka_unit_test(a_rule_of_ones_own_equals_the_librarys),
        cmocka_unit_test(a_later_update_sees_the_earlier_one),
        cmocka_unit_test(each_parameter_has_states_of_its_own),
        cmocka_unit_test(groups_of_parameters_have_their_optimisers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
