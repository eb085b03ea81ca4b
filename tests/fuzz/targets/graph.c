/* The text form of a graph: what is read prints to a text that reads back to
 * the same. A small graph is evaluated by the oracle, then compiled and run,
 * over values that its inputs may have and others that they may not. */
#include "base/philox.h"
#include "graph/evaluate.h"
#include "run/run.h"
#include "tests/fuzz/fuzz.h"

#include <math.h>
#include <string.h>

#define ELEMENTS_MOST 4096
#define NODES_MOST 200

static bool is_small(const mg_graph *g)
{
    if (mg_graph_size(g) > NODES_MOST)
        return false;
    for (uint32_t id = 1; id <= mg_graph_size(g); id++) {
        const mg_node *const node = mg_graph_node(g, (mg_value){id});
        if (mg_shape_size(&node->type.shape) > ELEMENTS_MOST ||
            node->op->derives)
            return false;
    }
    return true;
}

static double element(mg_dtype dtype, uint64_t index, const char *name)
{
    static const double special[] = {0,   1,    -1,   0.5,       -2,
                                     1e9, -1e9, 1e30, -INFINITY, NAN};
    const mg_stream stream = {.seed = 1, .stream = (uint32_t)strlen(name)};
    if (dtype == MG_BOOL)
        return (double)mg_random_below(&stream, index, 2);
    if (dtype == MG_U8)
        return (double)mg_random_below(&stream, index, 256);
    if (mg_dtype_is_integer(dtype))
        return (double)mg_random_below(&stream, index, 7) - 2;
    const uint64_t kind = mg_random_below(&stream, index, 20);
    return kind < 10 ? special[kind] : mg_random_normal(&stream, index);
}

/* mg_feed_fn; the data is the arena. */
static mg_status feed(void *arena, const mg_node *leaf, mg_tensor *out)
{
    MG_TRY(mg_tensor_alloc(arena, leaf->type, out));
    const int64_t n = mg_shape_size(&leaf->type.shape);
    for (int64_t i = 0; i < n; i++)
        mg_tensor_set(out, i,
                      element(leaf->type.dtype, (uint64_t)i,
                              leaf->name ? leaf->name : ""));
    return MG_OK;
}

static mg_status evaluate(const mg_graph *g, mg_arena *arena)
{
    mg_frame frame = {.seed = 1};
    mg_tensor *value = NULL;
    return mg_evaluate(g, arena, &frame, feed, arena, NULL, &value);
}

static mg_status bind_and_run(mg_arena *arena, mg_session *session,
                              const mg_plan *plan)
{
    for (size_t i = 0; i < plan->n_leaves; i++) {
        mg_tensor data;
        MG_TRY(feed(arena, plan->leaf[i].node, &data));
        mg_session_bind_leaf(session, i, data.data);
    }
    mg_session_seed(session, 1, 0);
    return mg_session_run(session);
}

static void compile(mg_ctx *ctx, const mg_graph *g, mg_arena *arena)
{
    mg_plan *plan = NULL;
    mg_session *session = NULL;
    if (!fuzz_worked(ctx, mg_compile(g, false, &plan)))
        return;
    if (fuzz_worked(ctx, mg_session_create(ctx, plan, &session)))
        fuzz_worked(ctx, bind_and_run(arena, session, plan));
    mg_session_destroy(session);
    mg_plan_destroy(plan);
}

static void round_trip(mg_ctx *ctx, mg_graph *g)
{
    mg_graph *copy = NULL;
    const char *const first = mg_graph_text(g);
    if (!first)
        return;
    if (!fuzz_worked(ctx, mg_graph_parse(ctx, first, strlen(first), &copy)))
        fuzz_require(false, mg_message(ctx));
    const char *const second = mg_graph_text(copy);
    fuzz_require(second && strcmp(first, second) == 0,
                 "a graph that was read back prints the same");
    mg_graph_destroy(copy);
}

void fuzz_target(mg_ctx *ctx, const char *text, size_t length)
{
    mg_graph *g = NULL;
    if (!fuzz_worked(ctx, mg_graph_parse(ctx, text, length, &g)))
        return;
    round_trip(ctx, g);
    if (is_small(g)) {
        mg_arena arena;
        mg_arena_init(&arena, ctx);
        fuzz_worked(ctx, evaluate(g, &arena));
        compile(ctx, g, &arena);
        mg_arena_clear(&arena);
    }
    mg_graph_destroy(g);
}
