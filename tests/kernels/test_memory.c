/* Every allocation of taking, binding and ending steps, refused in turn. */
#include "tests/test.h"

#include "kernels/kernels.h"
#include "ops/matmul.h"
#include "support/memory.h"

#define NODES 7

static void build(mg_graph *g, mg_value y[NODES])
{
    const mg_shape shape = {2, {60, 60}};
    const int64_t axes[] = {1, 0};
    const mg_value a = mg_input(g, "a", MG_F32, shape);
    const mg_value b = mg_input(g, "b", MG_F32, shape);
    y[0] = mg_add(g, a, b);
    y[1] = mg_sum(g, a, 1, axes, false);
    y[2] = mg_argmax(g, a, 1, axes, false);
    y[3] = mg_matmul(g, a, b);
    y[4] = mg_matmul_flags(g, a, b, true, false);
    y[5] = mg_transpose(g, a, axes);
    y[6] = mg_gather(g, a, y[2]);
}

/* As a plan does it: the first kernel that takes the step. */
static mg_status take_step(mg_arena *arena, const mg_graph *g,
                           const mg_target *target, mg_step *step)
{
    for (size_t i = 0; i < target->n_kernels; i++) {
        bool taken = false;
        step->kernel = target->kernel[i];
        MG_TRY(step->kernel->take(arena, g, step, &taken));
        if (taken)
            return MG_OK;
    }
    fail_msg("%s: no kernel", step->node->op->name);
    return MG_OK;
}

static mg_status bind_step(mg_ctx *ctx, mg_step *step)
{
    void *bound = NULL;
    mg_status status = MG_OK;
    if (step->kernel->bind)
        status = step->kernel->bind(ctx, step, &bound);
    if (step->kernel->unbind)
        step->kernel->unbind(step, bound);
    if (step->kernel->end)
        step->kernel->end(step);
    return status;
}

static mg_status do_node(mg_ctx *ctx, const mg_graph *g, mg_arena *arena,
                         mg_value y, const mg_target *target)
{
    const mg_node *const node = mg_graph_node(g, y);
    mg_operand operand[4] = {0};
    for (int i = 0; i <= node->n_inputs; i++) {
        const mg_type type =
            i < node->n_inputs ? mg_value_type(g, node->input[i]) : node->type;
        operand[i].tensor = mg_tensor_dense(type, NULL);
    }
    mg_step step = {
        .node = node, .n_operands = node->n_inputs + 1, .operand = operand};
    MG_TRY(take_step(arena, g, target, &step));
    return bind_step(ctx, &step);
}

static mg_status do_nodes(mg_ctx *ctx, mg_graph *g, mg_arena *arena,
                          const mg_target *target)
{
    mg_value y[NODES];
    build(g, y);
    MG_TRY(mg_graph_status(g));
    for (int i = 0; i < NODES; i++)
        MG_TRY(do_node(ctx, g, arena, y[i], target));
    return MG_OK;
}

static mg_status call(mg_ctx *ctx, void *data)
{
    mg_graph *g = NULL;
    MG_TRY(mg_graph_create(ctx, MG_F32, &g));
    mg_arena arena;
    mg_arena_init(&arena, ctx);
    const mg_status status = do_nodes(ctx, g, &arena, data);
    mg_arena_clear(&arena);
    mg_graph_destroy(g);
    return status;
}

static void refused_memory_is_a_clean_failure(void **state)
{
    (void)state;
    mg_target best = mg_target_best, plain = mg_target_plain;
    assert_true(test_every_refusal(call, &best) > 0);
    assert_true(test_every_refusal(call, &plain) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_memory_is_a_clean_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
