/* graph: the smallest program that predicts with a network made by builder
 * calls: no formulas, no files. tools/size measures it. */
#include <matgrad/matgrad.h>

#include <stdio.h>

static float x[4] = {0.1f, 0.2f, 0.3f, 0.4f};
static float W[3][4] = {{1, 2, 3, 4}, {4, 3, 2, 1}, {-1, 0, 1, 0}};
static float b[3] = {0.5f, -0.5f, 0};

static mg_status build(mg_graph *g)
{
    const mg_shape n = {1, {4}}, m = {1, {3}}, matrix = {2, {3, 4}};
    const mg_value product = mg_matmul(g, mg_variable(g, "W", MG_F32, matrix),
                                       mg_input(g, "x", MG_F32, n));
    const mg_value z = mg_add(g, product, mg_variable(g, "b", MG_F32, m));
    mg_graph_add_root(g, "p", mg_sigmoid(g, z));
    return mg_graph_status(g);
}

int main(void)
{
    const mg_ctx_options options = {.threads = 1};
    mg_ctx *ctx = NULL;
    mg_graph *graph = NULL;
    mg_plan *plan = NULL;
    mg_session *session = NULL;
    const bool done = mg_ctx_create(&options, &ctx) == MG_OK &&
                      mg_graph_create(ctx, MG_F32, &graph) == MG_OK &&
                      build(graph) == MG_OK &&
                      mg_compile(graph, true, &plan) == MG_OK &&
                      mg_session_create(ctx, plan, &session) == MG_OK &&
                      mg_session_bind(session, "x", x) == MG_OK &&
                      mg_session_bind(session, "W", W) == MG_OK &&
                      mg_session_bind(session, "b", b) == MG_OK &&
                      mg_session_run(session) == MG_OK;
    if (done) {
        const float *const p = mg_session_result(session, "p").data;
        printf("%g %g %g\n", p[0], p[1], p[2]);
    } else {
        puts(mg_message(ctx));
    }
    mg_session_destroy(session);
    mg_plan_destroy(plan);
    mg_graph_destroy(graph);
    mg_ctx_destroy(ctx);
    return done ? 0 : 1;
}
