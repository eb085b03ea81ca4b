/* One plan and one set of weights serve several threads at once, each with a
 * context and a session of its own: every result has the bits that it has
 * when one thread does all the work alone. */
#include "tests/test.h"

#include "base/philox.h"
#include "derive/batch.h"
#include "formula/network.h"
#include "run/run.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 4
#define RUNS 200
#define BATCH 16
#define WEIGHTS UINT32_C(100) /* streams: of threads' inputs, then these */

static const char source[] = "input x[96]\n"
                             "input k class 5\n"
                             "param E[5,128] ~ normal(0.1)\n"
                             "h = dropout(gelu(dense(x, 128)), 0.3) + E[k]\n"
                             "output p = softmax(dense(layernorm(h), 10))\n";

/* What all threads read. */
typedef struct {
    const mg_plan *plan;
    void **weight; /* by the plan's number of the leaf; NULL for inputs */
    int threads;   /* of each context */
} service;

typedef struct {
    const service *service;
    uint32_t number;     /* of the client: decides its input */
    uint64_t bits[RUNS]; /* checksums of the results */
    mg_status status;
} client;

static uint64_t checksum(const mg_tensor *t)
{
    const unsigned char *const byte = t->data;
    const size_t n = (size_t)mg_shape_size(&t->type.shape) * sizeof(float);
    uint64_t sum = UINT64_C(14695981039346656037); /* FNV-1a */
    for (size_t i = 0; i < n; i++)
        sum = (sum ^ byte[i]) * UINT64_C(1099511628211);
    return sum;
}

static void *make_leaf(const mg_node *node, uint32_t number)
{
    void *const data = calloc((size_t)mg_shape_size(&node->type.shape),
                              mg_dtype_size(node->type.dtype));
    if (!data)
        return NULL;
    const mg_stream stream = {.seed = 7, .stream = number};
    const mg_tensor t = mg_tensor_dense(node->type, data);
    const int64_t n = mg_shape_size(&node->type.shape);
    for (int64_t i = 0; i < n; i++)
        mg_tensor_set(&t, i,
                      node->type.dtype == MG_I64
                          ? (double)mg_random_below(&stream, (uint64_t)i, 5)
                          : mg_random_uniform(&stream, (uint64_t)i) - 0.5);
    return data;
}

static bool is_input(const mg_node *node)
{
    return node->op == &mg_op_input;
}

static mg_status serve(client *c, mg_session *session)
{
    for (int run = 0; run < RUNS; run++) {
        mg_session_seed(session, 1, (uint32_t)run);
        MG_TRY(mg_session_run(session));
        const mg_tensor p = mg_session_result(session, "p");
        c->bits[run] = checksum(&p);
    }
    return MG_OK;
}

static mg_status bind_and_serve(client *c, mg_session *session, void *input[])
{
    const mg_plan *const plan = c->service->plan;
    for (size_t i = 0; i < plan->n_leaves; i++) {
        const mg_node *const node = plan->leaf[i].node;
        input[i] = is_input(node) ? make_leaf(node, c->number) : NULL;
        void *const data = input[i] ? input[i] : c->service->weight[i];
        MG_TRY(mg_session_bind(session, node->name, data));
    }
    return serve(c, session);
}

static void *run_client(void *data)
{
    client *const c = data;
    const mg_plan *const plan = c->service->plan;
    const mg_ctx_options options = {.threads = c->service->threads};
    mg_ctx *ctx = NULL;
    mg_session *session = NULL;
    void **const input = calloc(plan->n_leaves + 1, sizeof *input);
    c->status = input ? mg_ctx_create(&options, &ctx) : MG_NO_MEMORY;
    if (c->status == MG_OK)
        c->status = mg_session_create(ctx, plan, &session);
    if (c->status == MG_OK)
        c->status = bind_and_serve(c, session, input);
    mg_session_destroy(session);
    for (size_t i = 0; input && i < plan->n_leaves; i++)
        free(input[i]);
    free(input);
    mg_ctx_destroy(ctx);
    return NULL;
}

static mg_plan *make_plan(mg_ctx *ctx, bool plain)
{
    const mg_network_options options = {.training = true};
    mg_network *network = NULL;
    mg_graph *batched = NULL;
    mg_plan *plan = NULL;
    assert_int_equal(
        mg_network_create(ctx, source, strlen(source), &options, &network),
        MG_OK);
    const mg_root root = {.name = "p", .value = network->output[0].value};
    assert_int_equal(mg_batch(network->graph, 1, &root, NULL, BATCH, &batched),
                     MG_OK);
    assert_int_equal(mg_compile(batched, plain, &plan), MG_OK);
    mg_graph_destroy(batched);
    mg_network_destroy(network);
    return plan;
}

static void check_clients(const service *s)
{
    static client alone[THREADS], together[THREADS];
    pthread_t thread[THREADS];
    for (uint32_t i = 0; i < THREADS; i++) {
        alone[i] = together[i] = (client){.service = s, .number = i};
        run_client(&alone[i]);
        assert_int_equal(alone[i].status, MG_OK);
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(
            pthread_create(&thread[i], NULL, run_client, &together[i]), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(thread[i], NULL), 0);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(together[i].status, MG_OK);
        assert_memory_equal(alone[i].bits, together[i].bits,
                            sizeof alone[i].bits);
    }
    /* Inputs and steps matter, so equal checksums mean equal work. */
    assert_true(alone[0].bits[0] != alone[1].bits[0]);
    assert_true(alone[0].bits[0] != alone[0].bits[1]);
}

static void check(bool plain, int threads)
{
    const mg_ctx_options options = {.threads = threads};
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(&options, &ctx), MG_OK);
    mg_plan *const plan = make_plan(ctx, plain);
    void **const weight = calloc(plan->n_leaves + 1, sizeof *weight);
    assert_non_null(weight);
    for (size_t i = 0; i < plan->n_leaves; i++)
        if (!is_input(plan->leaf[i].node)) {
            weight[i] = make_leaf(plan->leaf[i].node, WEIGHTS + (uint32_t)i);
            assert_non_null(weight[i]);
        }
    check_clients(&(service){plan, weight, threads});
    for (size_t i = 0; i < plan->n_leaves; i++)
        free(weight[i]);
    free(weight);
    mg_plan_destroy(plan);
    mg_ctx_destroy(ctx);
}

static void threads_share_a_plan_of_the_best_kernels(void **state)
{
    (void)state;
    check(false, 1);
}

static void threads_share_a_plan_in_plain_c(void **state)
{
    (void)state;
    check(true, 1);
}

static void threads_that_have_teams_of_their_own_share_a_plan(void **state)
{
    (void)state;
    check(false, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_share_a_plan_of_the_best_kernels),
        cmocka_unit_test(threads_share_a_plan_in_plain_c),
        cmocka_unit_test(threads_that_have_teams_of_their_own_share_a_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
