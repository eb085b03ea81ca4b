/* session: the memory of one running plan, and its run. All addresses are
 * known before a run: a step costs its call. Layer run. */
#include "run/run.h"

#include <string.h>

#include "base/denormals.h"

struct mg_session {
    mg_ctx *ctx;
    const mg_plan *plan;
    char *memory;   /* the arena */
    void **leaf;    /* [n_leaves], bound from outside */
    void **arg;     /* of all steps, one after the other */
    size_t *first;  /* of each step, deferred ones too: where its own begin */
    size_t n_bound; /* steps whose kernel's bind was made */
    uint64_t holds; /* calls of hold so far */
    bool settled;   /* all leaves are bound and their addresses in arg */
    mg_frame frame;
};

static void *address(const mg_session *s, const mg_operand *operand)
{
    switch (operand->space) {
    case MG_SPACE_CONSTANT:
        return operand->tensor.data;
    case MG_SPACE_ARENA:
        return s->memory + operand->offset;
    case MG_SPACE_LEAF:
        break;
    }
    char *const leaf = s->leaf[operand->leaf];
    return leaf ? leaf + operand->offset : NULL;
}

/* Writes the addresses of all steps' operands. */
static void settle(mg_session *s)
{
    for (size_t i = 0; i < mg_plan_all_steps(s->plan); i++) {
        const mg_step *const step = &s->plan->step[i];
        void **const arg = s->arg + s->first[i];
        for (int k = 0; k < step->n_operands; k++)
            arg[k] = address(s, &step->operand[k]);
        arg[step->n_operands] = s->memory + step->scratch_offset;
    }
}

static mg_status bind_kernels(mg_session *s)
{
    const mg_plan *const plan = s->plan;
    for (; s->n_bound < mg_plan_all_steps(plan); s->n_bound++) {
        const mg_step *const step = &plan->step[s->n_bound];
        void **const arg = s->arg + s->first[s->n_bound];
        if (step->kernel->bind)
            MG_TRY(
                step->kernel->bind(s->ctx, step, &arg[step->n_operands + 1]));
    }
    return MG_OK;
}

static mg_status make_memory(mg_session *s)
{
    const mg_plan *const plan = s->plan;
    const size_t steps = mg_plan_all_steps(plan);
    size_t args = 0;
    s->first = mg_alloc(s->ctx, steps, sizeof *s->first);
    if (!s->first)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < steps; i++) {
        s->first[i] = args;
        args += (size_t)plan->step[i].n_operands + 2;
    }
    s->arg = mg_alloc(s->ctx, args, sizeof *s->arg);
    s->leaf = mg_alloc(s->ctx, plan->n_leaves, sizeof *s->leaf);
    s->memory = mg_alloc_aligned(s->ctx, plan->arena_bytes, 1);
    if (!s->arg || !s->leaf || !s->memory)
        return MG_NO_MEMORY;
    return bind_kernels(s);
}

mg_status mg_session_create(mg_ctx *ctx, const mg_plan *plan, mg_session **out)
{
    mg_session *const s = mg_alloc(ctx, 1, sizeof *s);
    if (!s)
        return MG_NO_MEMORY;
    s->ctx = ctx;
    s->plan = plan;
    mg_status status = mg_pool_of(ctx, &s->frame.pool);
    if (status == MG_OK)
        status = make_memory(s);
    if (status != MG_OK)
        mg_session_destroy(s);
    else
        *out = s;
    return status;
}

void mg_session_destroy(mg_session *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n_bound; i++) {
        const mg_step *const step = &s->plan->step[i];
        if (step->kernel->unbind)
            step->kernel->unbind(
                step, s->arg[s->first[i] + (size_t)step->n_operands + 1]);
    }
    mg_free_aligned(s->ctx, s->memory);
    mg_free(s->ctx, s->leaf);
    mg_free(s->ctx, s->arg);
    mg_free(s->ctx, s->first);
    mg_free(s->ctx, s);
}

const mg_plan *mg_session_plan(const mg_session *s)
{
    return s->plan;
}

mg_ctx *mg_session_ctx(const mg_session *s)
{
    return s->ctx;
}

/* Steps from the first on, with denormals as zeros. */
static void run_steps(mg_session *s, size_t first, size_t n)
{
    const uint64_t former = mg_denormals_flush();
    for (size_t i = first; i < first + n; i++) {
        const mg_step *const step = &s->plan->step[i];
        step->run(step, s->arg + s->first[i], &s->frame);
    }
    mg_float_mode_set(former);
}

/* Makes the updates that the last run left. */
static void update(mg_session *s)
{
    if (s->frame.deferred)
        run_steps(s, s->plan->n_steps, s->plan->n_deferred);
    s->frame.deferred = false;
}

void mg_session_bind_leaf(mg_session *s, size_t leaf, void *data)
{
    update(s);
    s->leaf[leaf] = data;
    s->settled = false;
    if (s->frame.held > 0)
        mg_session_hold(s);
}

void mg_session_hold(mg_session *s)
{
    s->frame.held = ++s->holds;
}

void mg_session_release(mg_session *s)
{
    update(s);
    s->frame.held = 0;
}

mg_status mg_session_bind(mg_session *s, const char *leaf, void *data)
{
    for (size_t i = 0; i < s->plan->n_leaves; i++)
        if (strcmp(s->plan->leaf[i].node->name, leaf) == 0) {
            mg_session_bind_leaf(s, i, data);
            return MG_OK;
        }
    return mg_fail(s->ctx, MG_BAD_ARGUMENT, "bind: the plan has no leaf %s",
                   leaf);
}

void mg_session_seed(mg_session *s, uint64_t seed, uint32_t step)
{
    s->frame.seed = seed;
    s->frame.step = step;
}

static mg_status check_leaves(const mg_session *s)
{
    for (size_t i = 0; i < s->plan->n_leaves; i++)
        if (!s->leaf[i])
            return mg_fail(s->ctx, MG_BAD_ARGUMENT, "run: %s is not bound",
                           s->plan->leaf[i].node->name);
    return MG_OK;
}

void mg_session_run_step(mg_session *s, size_t index)
{
    run_steps(s, index, 1);
}

mg_status mg_session_run(mg_session *s)
{
    const mg_plan *const plan = s->plan;
    if (!s->settled) {
        MG_TRY(check_leaves(s));
        settle(s);
        s->settled = true;
    }
    run_steps(s, 0, plan->n_steps);
    s->frame.deferred = plan->n_deferred > 0;
    if (s->frame.held == 0)
        update(s);
    if (!s->frame.fault.node)
        return MG_OK;
    const mg_status status = mg_frame_status(s->ctx, &s->frame);
    s->frame.fault = (mg_fault){0};
    return status;
}

mg_tensor mg_session_result(const mg_session *s, const char *name)
{
    for (size_t i = 0; i < s->plan->n_results; i++) {
        const mg_plan_result *const result = &s->plan->result[i];
        if (strcmp(result->name, name) != 0)
            continue;
        mg_tensor tensor = result->operand.tensor;
        tensor.data = address(s, &result->operand);
        return tensor;
    }
    return (mg_tensor){0};
}
