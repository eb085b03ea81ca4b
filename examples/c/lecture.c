/* lecture: a network of two inputs, two neurons and one output (after Philipp
 * Koehn) by builder calls: its graph, its gradients, and one step of training
 * in double precision. */
#include <matgrad/matgrad.h>

#include <stdio.h>

enum { W1, b1, W2, b2, PARAMETERS };

static const struct {
    const char *name, *gradient;
    mg_shape shape;
    int size;
} parameter[PARAMETERS] = {
    {"W1", "dW1", {2, {2, 2}}, 4},
    {"b1", "db1", {1, {2}}, 2},
    {"W2", "dW2", {2, {1, 2}}, 2},
    {"b2", "db2", {1, {1}}, 1},
};

/* loss = 1/2 sum((z - y)^2) for z = s(W2 s(W1 x + b1) + b2) */
static mg_value build_loss(mg_graph *g, const mg_value p[])
{
    const mg_shape number = {0}, one = {1, {1}}, two = {1, {2}};
    const mg_value half = mg_constant(g, MG_F64, number, &(double){0.5});
    const mg_value x = mg_input(g, "x", MG_F64, two);
    const mg_value y = mg_input(g, "y", MG_F64, one);
    const mg_value h = mg_sigmoid(g, mg_add(g, mg_matmul(g, p[W1], x), p[b1]));
    const mg_value z = mg_sigmoid(g, mg_add(g, mg_matmul(g, p[W2], h), p[b2]));
    const mg_value error = mg_sub(g, z, y);
    const mg_value square = mg_mul(g, error, error);
    mg_graph_add_root(g, "z", z);
    return mg_mul(g, half, mg_sum(g, square, -1, NULL, false));
}

/* What a step gives: z, loss, for each parameter its gradient dW and its new
 * value W - a dW. A builder that fails hands its failure on, down to
 * mg_graph_status: formulas need no checks of their own. */
static mg_status build_step(mg_graph *g)
{
    const double rate = 0.01;
    mg_value p[PARAMETERS], gradient[PARAMETERS];
    for (int i = 0; i < PARAMETERS; i++)
        p[i] = mg_variable(g, parameter[i].name, MG_F64, parameter[i].shape);
    const mg_value loss = build_loss(g, p);
    mg_graph_add_root(g, "loss", loss);
    const mg_status status = mg_gradient(g, loss, PARAMETERS, p, gradient);
    if (status != MG_OK)
        return status;
    const mg_value a = mg_constant(g, MG_F64, (mg_shape){0}, &rate);
    for (int i = 0; i < PARAMETERS; i++) {
        const mg_value next = mg_sub(g, p[i], mg_mul(g, a, gradient[i]));
        mg_graph_add_root(g, parameter[i].gradient, gradient[i]);
        mg_graph_add_update(g, parameter[i].name, p[i], next);
    }
    return mg_graph_status(g);
}

static void print(const char *name, int n, const double value[])
{
    printf("%-5s", name);
    for (int i = 0; i < n; i++)
        printf(" %12.8f", value[i]);
    putchar('\n');
}

/* One step: the parameters are written anew where they stand. */
static mg_status run_step(mg_session *session)
{
    double x[] = {1, 0}, y[] = {1};
    double value[PARAMETERS][4] = {
        {3.7, 3.7, 2.9, 2.9}, {-1.5, -4.6}, {4.5, -5.2}, {-2.0}};
    mg_session_bind(session, "x", x);
    mg_session_bind(session, "y", y);
    for (int i = 0; i < PARAMETERS; i++)
        mg_session_bind(session, parameter[i].name, value[i]);
    const mg_status status = mg_session_run(session); /* all are bound? */
    if (status != MG_OK)
        return status;
    print("z", 1, mg_session_result(session, "z").data);
    print("loss", 1, mg_session_result(session, "loss").data);
    for (int i = 0; i < PARAMETERS; i++)
        print(parameter[i].gradient, parameter[i].size,
              mg_session_result(session, parameter[i].gradient).data);
    for (int i = 0; i < PARAMETERS; i++)
        print(parameter[i].name, parameter[i].size, value[i]);
    return MG_OK;
}

int main(void)
{
    mg_ctx *ctx = NULL;
    mg_graph *graph = NULL;
    mg_plan *plan = NULL;
    mg_session *session = NULL;
    if (mg_ctx_create(NULL, &ctx) != MG_OK)
        return 1;
    const bool done = mg_graph_create(ctx, MG_F64, &graph) == MG_OK &&
                      build_step(graph) == MG_OK &&
                      mg_compile(graph, false, &plan) == MG_OK &&
                      mg_session_create(ctx, plan, &session) == MG_OK &&
                      run_step(session) == MG_OK;
    if (!done)
        fprintf(stderr, "lecture: %s\n", mg_message(ctx));
    mg_session_destroy(session);
    mg_plan_destroy(plan);
    mg_graph_destroy(graph);
    mg_ctx_destroy(ctx);
    return done ? 0 : 1;
}
