/* What derive writes as a formula file reads back, and its values are the
 * gradients of the derived graph. */
#include "base/philox.h"
#include "explain/derive/derivation.h"
#include "explain/study.h"
#include "explain/subject.h"
#include "graph/evaluate.h"

#include <stdio.h>

/* A network with an example drawn for it, and the values of its graph. */
typedef struct {
    study s;
    mg_subject subject;
    mg_tensor *value;
} evaluated;

static void evaluate(evaluated *e, size_t n, const mg_value wanted[])
{
    const mg_subject_source source = {&e->subject, &e->s.weights,
                                      e->s.example[0], &e->s.arena};
    mg_frame frame = {.seed = 3};
    const size_t size = (size_t)mg_graph_size(e->subject.graph) + 1;
    bool *const needed = mg_arena_alloc(&e->s.arena, size, sizeof *needed);
    assert_non_null(needed);
    for (size_t i = 0; i < n; i++)
        mg_mark_needed(e->subject.graph, wanted[i], needed);
    study_must(&e->s, mg_evaluate(e->subject.graph, &e->s.arena, &frame,
                                  mg_subject_feed, (void *)&source, needed,
                                  &e->value));
}

static void open_network(evaluated *e, const char *source)
{
    study_open(&e->s, source, MG_F64);
    study_must(&e->s,
               mg_example_draw(e->s.network, 5, &e->s.arena, e->s.example[0]));
    study_must(&e->s, mg_subject_open(e->s.network, e->s.example[0],
                                      &e->s.arena, &e->subject));
}

static void close_network(evaluated *e)
{
    mg_subject_close(&e->subject);
    study_close(&e->s);
}

/* Without a loss the scalar that hands g_NAME to every output. */
static mg_value total_of(evaluated *e, const evaluated *derived)
{
    if (e->subject.total.id)
        return e->subject.total;
    const mg_network *const n = e->s.network;
    mg_graph *const g = e->subject.graph;
    mg_value sum = {0};
    for (size_t i = 0; i < n->n_outputs; i++) {
        char name[100];
        snprintf(name, sizeof name, "g_%s", n->output[i].name);
        const mg_network *const other = derived->s.network;
        const mg_network_input *const in = mg_network_find_input(other, name);
        assert_non_null(in);
        const mg_tensor *const t = &derived->s.example[0][in - other->input];
        const mg_value dy = mg_constant(g, MG_F64, t->type.shape, t->data);
        const mg_value part =
            mg_sum(g, mg_mul(g, n->output[i].value, dy), -1, NULL, false);
        sum = sum.id ? mg_add(g, sum, part) : part;
    }
    return sum;
}

static void name_of_gradient(const char *path, char name[200])
{
    snprintf(name, 200, "d_%s", path);
    for (char *c = name; *c; c++)
        *c = *c == '.' ? '_' : *c;
}

static void compare(const mg_tensor *found, const mg_tensor *expected,
                    const char *name, const char *text)
{
    assert_true(mg_shape_equal(&found->type.shape, &expected->type.shape));
    const int64_t n = mg_shape_size(&expected->type.shape);
    for (int64_t i = 0; i < n; i++) {
        const double a = mg_tensor_get(found, i);
        const double b = mg_tensor_get(expected, i);
        const double scale = fabs(b) > 1 ? fabs(b) : 1;
        if (!(fabs(a - b) <= 1e-10 * scale))
            fail_msg("%s, element %lld: %.17g, not %.17g, in\n%s", name,
                     (long long)i, a, b, text);
    }
}

static void compare_all(evaluated *e, evaluated *derived, const char *text)
{
    const mg_network *const n = e->s.network;
    mg_graph *const g = e->subject.graph;
    mg_value wrt[40], expected[40], found[40];
    assert_true(n->n_params <= 40);
    for (size_t i = 0; i < n->n_params; i++) {
        char name[200];
        name_of_gradient(n->param[i].name, name);
        const mg_network_value *const v =
            mg_network_find_value(derived->s.network, name);
        if (!v)
            fail_msg("no %s in\n%s", name, text);
        wrt[i] = n->param[i].value;
        found[i] = v->value;
    }
    study_must(&e->s, mg_gradient(g, total_of(e, derived), n->n_params, wrt,
                                  expected));
    evaluate(e, n->n_params, expected);
    evaluate(derived, n->n_params, found);
    for (size_t i = 0; i < n->n_params; i++)
        compare(&derived->value[found[i].id], &e->value[expected[i].id],
                n->param[i].name, text);
}

static void check(const char *source, bool unfold)
{
    evaluated e, derived;
    open_network(&e, source);
    mg_derivation *derivation = NULL;
    const mg_derivation_options options = {.unfold = unfold, .exact = true};
    study_must(&e.s, mg_derivation_create(e.s.network, &options, &derivation));
    mg_text text;
    mg_text_init(&text, e.s.ctx);
    if (mg_derivation_formula(derivation, &text) != MG_OK)
        fail_msg("%s in\n%s", mg_message(e.s.ctx), mg_text_string(&text));
    mg_network *again = NULL;
    const char *const words = mg_text_string(&text);
    if (mg_network_create(e.s.ctx, words, text.length, NULL, &again) != MG_OK)
        fail_msg("%s\nin\n%s", mg_message(e.s.ctx), words);
    mg_network_destroy(again);
    open_network(&derived, words);
    compare_all(&e, &derived, words);
    close_network(&derived);
    mg_text_clear(&text);
    mg_derivation_destroy(derivation);
    close_network(&e);
}

static void check_both(const char *source)
{
    check(source, false);
    check(source, true);
}

static void check_file(const char *path)
{
    static char source[20000];
    char name[300];
    snprintf(name, sizeof name, "%s/%s", MATGRAD_SOURCE_DIR, path);
    FILE *const file = fopen(name, "rb");
    assert_non_null(file);
    const size_t length = fread(source, 1, sizeof source - 1, file);
    fclose(file);
    source[length] = 0;
    check_both(source);
}

/* ---- Networks of the tree ---- */

static void the_lectures_gradients_read_back(void **state)
{
    (void)state;
    check_file("examples/lecture/koehn.mg");
    check_file("examples/lecture/layer.mg");
}

/* y / x would be 0 / 0 here. */
static void a_product_with_a_zero_reads_back(void **state)
{
    (void)state;
    check_both("input x[3]\nparam w[3] = [0, 2, 3]\nparam v[2,2] = [[0, 1], "
               "[0, 0]]\nloss = prod(w) * sum(x) + sum(prod(v, axis = 1))\n");
}

static void the_classifiers_gradients_read_back(void **state)
{
    (void)state;
    check_both("input  x[4,3]\n"
               "target c class 5\n"
               "u = flatten(x) / 255\n"
               "h = dropout(relu(dense(u, 6)), 0.2)\n"
               "z = dense(h, 5)\n"
               "output p = softmax(z)\n"
               "loss = cross_entropy(z, c)\n"
               "penalty = 1e-4 * sum(h.dense.W^2)\n");
}

static void gradients_of_the_peers_networks_read_back(void **state)
{
    (void)state;
    static const char *const names[] = {
        "attention", "distributions", "embedding", "functions", "heads",
        "layernorm", "reductions",    "residual",  "shared",    "slices"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[100];
        snprintf(path, sizeof path, "tests/peers/%s.mg", names[i]);
        check_file(path);
    }
}

static void derivatives_inside_formulas_read_back(void **state)
{
    (void)state;
    check_both("input t\n"
               "n = dense(tanh(dense(tanh(dense([t], 3)), 4)), 1)\n"
               "output u = t + t^2 * n[0]\n"
               "ddu = grad(grad(u, t), t)\n"
               "loss = (ddu + u)^2\n");
}

static void jacobians_and_hessians_read_back(void **state)
{
    (void)state;
    check_both("input x[3]\n"
               "param W[2,3] ~ normal(1)\n"
               "param b[2] = 0.1\n"
               "h = tanh(W @ x + b)\n"
               "J = jacobian(h, x)\n"
               "loss = sum(J^2) / 2\n");
    check_both("input x[3]\n"
               "param W[3,3] ~ normal(1)\n"
               "f = sum(sin(W @ x))\n"
               "H = hessian(f, x)\n"
               "loss = sum(H * H)\n");
    check_both("input t[4] int 6\n"
               "param E[6,3] ~ normal(1)\n"
               "e = E[t]\n"
               "s = sum(e, axis = 0)\n"
               "g = vjp(e, E, e)\n"
               "loss = sum(g^2) + sum(jacobian(s, E)^2 * E)\n");
}

static void states_and_columns_read_back(void **state)
{
    (void)state;
    check_both("input x[4]\n"
               "target y[2]\n"
               "z = dense(batchnorm(dense(x, 5)), 2)\n"
               "loss = mse(z, y)\n");
    check_both("input x[4,3]\n"
               "param v[4] ~ normal(1), w[3] ~ normal(1), M[4,3] = 0.5\n"
               "a = reshape(v, (4, 1)) * M / (1 + reshape(v, (4, 1))^2)\n"
               "loss = sum(a * x + reshape(w, (1, 3)) * reshape(v, (4, 1)))\n");
}

static void a_language_models_gradients_read_back(void **state)
{
    (void)state;
    check_both(
        "V = 5; T = 4; D = 6; H = 2\n"
        "input  t[T] int V\n"
        "target n[T] int V\n"
        "def attention(x, heads) {\n"
        "  T, D = shape(x)\n"
        "  q, k, v = split(dense(x, 3*D), 3, axis = 1)\n"
        "  q = heads_first(q, heads); k = heads_first(k, heads)\n"
        "  v = heads_first(v, heads)\n"
        "  a = softmax(where(causal(T), q @ k' / sqrt(D // heads), -inf))\n"
        "  dense(heads_last(a @ v), D)\n"
        "}\n"
        "def block(x, heads) {\n"
        "  y = x + attention(layernorm(x), heads)\n"
        "  y + dense(gelu(dense(layernorm(y), 4*shape(x)[1])), shape(x)[1])\n"
        "}\n"
        "param P[T,D] ~ normal(0.02)\n"
        "e = embedding(t, V, D) + P\n"
        "z = dense(layernorm(repeat(2, v -> block(v, H), e)), V)\n"
        "loss = mean(cross_entropy(z, n))\n");
}

static void the_loss_and_the_penalty_are_values_too(void **state)
{
    (void)state;
    check_both("input x[3]\n"
               "param W[3] = [1, 2, 3]\n"
               "param u = 2\n"
               "param delta_z[2] = 1\n"
               "z = sum(W * x) * delta_z\n"
               "u1 = z[0] * u\n"
               "loss = exp(sum(z^2) / 100) + u1\n"
               "penalty = prod(W) * exp(u)\n"
               "metric m = z[0] > 0\n");
}

static void parts_of_arrays_read_back(void **state)
{
    (void)state;
    check_both("input x[6,4]\n"
               "input i[2] int 3\n"
               "param W[6,4] ~ normal(1)\n"
               "param E[3,2,2] ~ normal(1)\n"
               "a = (W * x)[::-2, 1:3]\n"
               "b = (W + x)[5, ::3]\n"
               "c = pad(W[1:3, :2], (1, 0, 2, 1))\n"
               "e = stack(E[i][0], E[1], axis = 1)\n"
               "loss = sum(a^2) + sum(b^3) + sum(c^2 / 2) + sum(exp(e))\n");
}

/* ---- Random networks ---- */

typedef struct {
    uint64_t seed, index;
    char *end; /* of the source so far */
    int values;
} generator;

static unsigned draw(generator *g, unsigned n)
{
    const mg_stream stream = {.seed = g->seed, .stream = 77};
    return (unsigned)mg_random_below(&stream, g->index++, n);
}

static void put(generator *g, const char *line)
{
    g->end += sprintf(g->end, "%s", line);
}

/* One step; $ is the last value, % any earlier one of the same shape [4, 6]
 * or [6], # the number of the step. */
static const char *const steps[] = {
    "tanh(dense($, 6))",
    "sigmoid($) * %",
    "relu(dense($, 6)) + %",
    "softmax($)",
    "layernorm($ + %)",
    "gelu($) - silu(%)",
    "$ * exp(-$^2) + softplus(%)",
    "where($ > %, $ / 2, sin(%))",
    "max($, %) * min($, 0.3)",
    "clamp($, -0.5, 0.5) + abs(%)",
    "rmsnorm($) / (1 + %^2)",
    "($ - mean($)) / sqrt(var($) + 0.1)",
    "leaky_relu($) + elu(%)",
    "log_softmax($) * 0.3",
    "cumsum($, axis = -1) / 3 + flip(%, -1)",
    "log(1.5 + cos($)) * %",
};

static void put_step(generator *g, const char *step)
{
    g->end += sprintf(g->end, "v%d = ", g->values + 1);
    for (const char *c = step; *c; c++)
        if (*c == '$')
            g->end += sprintf(g->end, "v%d", g->values);
        else if (*c == '%')
            g->end += sprintf(g->end, "v%u", draw(g, (unsigned)g->values + 1));
        else
            *g->end++ = *c;
    put(g, "\n");
    g->values++;
}

/* Of the last value v, a vector or a matrix. */
static void put_loss(generator *g, bool matrix)
{
    static const char *const losses[] = {
        "loss = mse(z, y)\n",
        "loss = l2(z, y) + 0.1 * sum(abs(v1))\n",
        "loss = huber(z, y)\n",
        "loss = binary_cross_entropy(z, sigmoid(y))\n",
        "loss = hinge(z, sign(y))\n",
        "loss = mae(z, y) + mean(z)^2\n",
    };
    g->end += sprintf(g->end, "z = dense(v%d, 3)\n", g->values);
    put(g, matrix ? "target y[4,3]\n" : "target y[3]\n");
    put(g, losses[draw(g, sizeof losses / sizeof *losses)]);
    if (draw(g, 2))
        put(g, "penalty = 0.01 * sum(z.dense.W^2) + 0.1 * sum(v0.start.W^2)\n");
}

static void random_networks_gradients_read_back(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        char source[4000];
        generator g = {.seed = seed, .end = source};
        const bool matrix = draw(&g, 2);
        put(&g, matrix ? "input x[4,6]\n" : "input x[6]\n");
        put(&g,
            "def start(x) {\n  param W[6,6] ~ xavier\n  param b[6] = 0.1\n");
        put(&g, matrix ? "  x @ W' + b\n}\n" : "  W @ x + b\n}\n");
        put(&g, "v0 = start(x)\n");
        const unsigned count = 2 + draw(&g, 3);
        for (unsigned i = 0; i < count; i++)
            put_step(&g, steps[draw(&g, sizeof steps / sizeof *steps)]);
        put_loss(&g, matrix);
        check_both(source);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lectures_gradients_read_back),
        cmocka_unit_test(a_product_with_a_zero_reads_back),
        cmocka_unit_test(the_classifiers_gradients_read_back),
        cmocka_unit_test(gradients_of_the_peers_networks_read_back),
        cmocka_unit_test(derivatives_inside_formulas_read_back),
        cmocka_unit_test(jacobians_and_hessians_read_back),
        cmocka_unit_test(states_and_columns_read_back),
        cmocka_unit_test(a_language_models_gradients_read_back),
        cmocka_unit_test(the_loss_and_the_penalty_are_values_too),
        cmocka_unit_test(parts_of_arrays_read_back),
        cmocka_unit_test(random_networks_gradients_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
