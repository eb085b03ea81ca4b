/* formula: the smallest program that predicts with a network given as text and
 * weights from its own memory: no files. tools/size measures it. */
#include <matgrad/matgrad.h>

#include <stdio.h>
#include <string.h>

static const char formula[] = "input x[4]\n"
                              "param W[3,4] = 0, b[3] = 0\n"
                              "output p = sigmoid(W @ x + b)\n";
static float x[4] = {0.1f, 0.2f, 0.3f, 0.4f};
static float W[3][4] = {{1, 2, 3, 4}, {4, 3, 2, 1}, {-1, 0, 1, 0}};
static float b[3] = {0.5f, -0.5f, 0};

/* A plan of the output of one example. */
static mg_status compile(mg_ctx *ctx, mg_plan **out)
{
    mg_network *network = NULL;
    mg_graph *graph = NULL;
    mg_status status =
        mg_network_create(ctx, formula, strlen(formula), NULL, &network);
    if (status == MG_OK) {
        const mg_root root = {"p", mg_network_value_of(network, "p"), {0}};
        status = mg_batch(mg_network_graph(network), 1, &root, NULL, 1, &graph);
    }
    if (status == MG_OK)
        status = mg_compile(graph, true, out);
    mg_graph_destroy(graph);
    mg_network_destroy(network);
    return status;
}

int main(void)
{
    const mg_ctx_options options = {.threads = 1};
    mg_ctx *ctx = NULL;
    mg_plan *plan = NULL;
    mg_session *session = NULL;
    const bool done = mg_ctx_create(&options, &ctx) == MG_OK &&
                      compile(ctx, &plan) == MG_OK &&
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
    mg_ctx_destroy(ctx);
    return done ? 0 : 1;
}
