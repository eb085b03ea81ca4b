/* rewrite: the shared walk of the passes. Layer optimise. */
#include "optimise/rewrite.h"
#include "graph/evaluate.h"

static mg_status rewrite_node(const mg_rewriting *r, mg_rewrite_fn *rewrite,
                              mg_arena *arena, const mg_node *node,
                              unsigned *fired)
{
    mg_value *const x =
        mg_arena_alloc(arena, (size_t)node->n_inputs + 1, sizeof *x);
    if (!x)
        return MG_NO_MEMORY;
    for (int i = 0; i < node->n_inputs; i++)
        x[i] = r->value[node->input[i].id];
    mg_graph_set_place(r->to, node->place);
    mg_value value = rewrite(r, node, x);
    if (value.id)
        ++*fired;
    else
        value = mg_copy_node(r->to, node, x);
    r->value[node->self.id] = value;
    return mg_graph_status(r->to);
}

static mg_status copy_roots(const mg_rewriting *r)
{
    mg_graph_set_place(r->to, (mg_place){0});
    for (size_t i = 0; i < mg_graph_root_count(r->from); i++) {
        const mg_root *const root = mg_graph_root(r->from, i);
        const mg_value value = r->value[root->value.id];
        if (root->variable.id)
            mg_graph_add_update(r->to, root->name, r->value[root->variable.id],
                                value);
        else
            mg_graph_add_root(r->to, root->name, value);
    }
    return mg_graph_status(r->to);
}

/* Marks what the roots need and counts who reads it. */
static void count_uses(const mg_rewriting *r, bool *needed)
{
    for (size_t i = 0; i < mg_graph_root_count(r->from); i++) {
        const mg_root *const root = mg_graph_root(r->from, i);
        r->uses[root->value.id]++;
        needed[root->value.id] = true;
        needed[root->variable.id] = true;
    }
    mg_mark_inputs(r->from, needed);
    const uint32_t size = mg_graph_size(r->from);
    for (uint32_t id = 1; id <= size; id++) {
        const mg_node *const node = mg_graph_node(r->from, (mg_value){id});
        for (int i = 0; needed[id] && i < node->n_inputs; i++)
            r->uses[node->input[i].id]++;
    }
}

static mg_status rewrite_all(mg_rewriting *r, mg_rewrite_fn *rewrite,
                             mg_arena *arena, unsigned *fired)
{
    const size_t size = (size_t)mg_graph_size(r->from) + 1;
    bool *const needed = mg_arena_alloc(arena, size, sizeof *needed);
    r->value = mg_arena_alloc(arena, size, sizeof *r->value);
    r->uses = mg_arena_alloc(arena, size, sizeof *r->uses);
    if (!needed || !r->value || !r->uses)
        return MG_NO_MEMORY;
    count_uses(r, needed);
    for (uint32_t id = 1; id < size; id++)
        if (needed[id])
            MG_TRY(rewrite_node(r, rewrite, arena,
                                mg_graph_node(r->from, (mg_value){id}), fired));
    return copy_roots(r);
}

mg_status mg_rewrite(const mg_graph *from, mg_rewrite_fn *rewrite,
                     unsigned *fired, mg_graph **out)
{
    MG_TRY(mg_graph_status(from));
    mg_ctx *const ctx = mg_graph_ctx(from);
    mg_graph *to = NULL;
    MG_TRY(mg_graph_create(ctx, mg_graph_real(from), &to));
    mg_arena arena;
    mg_arena_init(&arena, ctx);
    mg_rewriting r = {.from = from, .to = to};
    const mg_status status = rewrite_all(&r, rewrite, &arena, fired);
    mg_arena_clear(&arena);
    if (status != MG_OK)
        mg_graph_destroy(to);
    else
        *out = to;
    return status;
}

bool mg_multiplies(const mg_node *node)
{
    return node->op == &mg_op_mul || node->op == &mg_op_strong_mul;
}

bool mg_constant_number(const mg_graph *g, mg_value v, double *out)
{
    if (!v.id)
        return false;
    const mg_node *node = mg_graph_node(g, v);
    while (node->op == &mg_op_broadcast || node->op == &mg_op_reshape ||
           node->op == &mg_op_cast)
        node = mg_graph_node(g, node->input[0]);
    if (!node->data || mg_shape_size(&node->type.shape) != 1)
        return false;
    *out = mg_tensor_get(node->data, 0);
    return true;
}
