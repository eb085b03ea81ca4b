/* batch: every node once, by its op's batch rule if anything that it reads
 * has a batch axis, as it stands otherwise. Layer derive. */
#include "derive/batch.h"
#include "graph/evaluate.h"

/* One rewriting; arrays are indexed by the old node's id. */
typedef struct {
    const mg_graph *from;
    mg_graph *to;
    mg_arena *arena;
    int64_t n;
    mg_value *value; /* the new node */
    bool *batched;
} rewriting;

static mg_status check_batched(const rewriting *r, const mg_node *node)
{
    MG_TRY(mg_graph_status(r->to));
    const mg_shape shape = mg_value_shape(r->to, r->value[node->self.id]);
    mg_shape wanted = node->type.shape;
    if (!node->op->joins && wanted.rank < MG_MAX_RANK)
        mg_shape_insert(&wanted, 0, r->n);
    if (mg_shape_equal(&shape, &wanted))
        return MG_OK;
    return mg_fail(mg_graph_ctx(r->to), MG_BAD_SHAPE,
                   "batch: %s has no room or no rule for a batch axis",
                   node->op->name);
}

static mg_status rewrite_node(rewriting *r, const mg_node *node)
{
    const size_t count = (size_t)node->n_inputs + 1;
    mg_value *const x = mg_arena_alloc(r->arena, count, sizeof *x);
    bool *const batched = mg_arena_alloc(r->arena, count, sizeof *batched);
    if (!x || !batched)
        return MG_NO_MEMORY;
    bool any = node->op->draws || node->op == &mg_op_input ||
               (node->op->joins && node->n_inputs == 0);
    for (int i = 0; i < node->n_inputs; i++) {
        x[i] = r->value[node->input[i].id];
        batched[i] = r->batched[node->input[i].id];
        any = any || batched[i];
    }
    const uint32_t id = node->self.id;
    r->batched[id] = any && !node->op->joins;
    if (!any) {
        r->value[id] = mg_copy_node(r->to, node, x);
        return mg_graph_status(r->to);
    }
    if (!node->op->batch)
        return mg_fail(mg_graph_ctx(r->to), MG_BAD_ARGUMENT,
                       "batch: %s has no batch rule", node->op->name);
    if (node->place.line)
        mg_graph_set_place(r->to, node->place);
    r->value[id] = node->op->batch(r->to, r->from, node, x, batched, r->n);
    return check_batched(r, node);
}

static mg_status add_roots(rewriting *r, size_t n_roots, const mg_root roots[],
                           const bool expand[])
{
    for (size_t i = 0; i < n_roots; i++) {
        mg_value value = r->value[roots[i].value.id];
        if (expand && expand[i] && !r->batched[roots[i].value.id])
            value = mg_expand_batch(r->to, value, r->n);
        if (roots[i].variable.id)
            mg_graph_add_update(r->to, roots[i].name,
                                r->value[roots[i].variable.id], value);
        else
            mg_graph_add_root(r->to, roots[i].name, value);
    }
    return mg_graph_status(r->to);
}

static mg_status rewrite(rewriting *r, size_t n_roots, const mg_root roots[],
                         const bool expand[])
{
    const size_t size = (size_t)mg_graph_size(r->from) + 1;
    bool *const needed = mg_arena_alloc(r->arena, size, sizeof *needed);
    r->value = mg_arena_alloc(r->arena, size, sizeof *r->value);
    r->batched = mg_arena_alloc(r->arena, size, sizeof *r->batched);
    if (!needed || !r->value || !r->batched)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < n_roots; i++) {
        needed[roots[i].value.id] = true;
        needed[roots[i].variable.id] = true; /* id 0 is no node */
    }
    mg_mark_inputs(r->from, needed);
    for (uint32_t id = 1; id < size; id++)
        if (needed[id])
            MG_TRY(rewrite_node(r, mg_graph_node(r->from, (mg_value){id})));
    mg_graph_set_place(r->to, (mg_place){0});
    return add_roots(r, n_roots, roots, expand);
}

mg_status mg_batch(const mg_graph *from, size_t n_roots, const mg_root roots[],
                   const bool expand[], int64_t n, mg_graph **out)
{
    MG_TRY(mg_graph_status(from));
    mg_ctx *const ctx = mg_graph_ctx(from);
    mg_graph *to = NULL;
    MG_TRY(mg_graph_create(ctx, mg_graph_real(from), &to));
    mg_arena arena;
    mg_arena_init(&arena, ctx);
    rewriting r = {.from = from, .to = to, .arena = &arena, .n = n};
    const mg_status status = rewrite(&r, n_roots, roots, expand);
    mg_arena_clear(&arena);
    if (status != MG_OK)
        mg_graph_destroy(to);
    else
        *out = to;
    return status;
}
