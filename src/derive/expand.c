/* expand: derivative ops become their formulas. Layer derive. */
#include "derive/expand.h"
#include "derive/derive.h"
#include "graph/evaluate.h"

#include <stdio.h>

/* A fresh leaf of y's type, to be replaced before anything is computed. The
 * graph's size makes its name unlike all others. */
static mg_value placeholder_like(mg_graph *g, mg_value y)
{
    char name[48];
    const mg_type type = mg_value_type(g, y);
    snprintf(name, sizeof name, "placeholder %u", mg_graph_size(g));
    return mg_variable(g, name, type.dtype, type.shape);
}

/* Through batch_mean and its like a derivative would reach other examples. */
static bool check_path(mg_graph *g, const mg_node *node, mg_value y, mg_value x)
{
    mg_arena arena;
    mg_arena_init(&arena, mg_graph_ctx(g));
    bool *const depends = mg_arena_alloc(&arena, (size_t)y.id + 1, 1);
    bool *const needed = mg_arena_alloc(&arena, (size_t)y.id + 1, 1);
    const bool no_memory = !depends || !needed;
    const mg_node *wall = NULL;
    if (!no_memory)
        mg_mark_needed(g, y, needed);
    for (uint32_t id = x.id; !no_memory && id <= y.id && !wall; id++) {
        const mg_node *const n = mg_graph_node(g, (mg_value){id});
        depends[id] = id == x.id;
        for (int i = 0; i < n->n_inputs && !depends[id]; i++)
            depends[id] = depends[n->input[i].id];
        if (depends[id] && needed[id] && n->op->joins)
            wall = n;
    }
    mg_arena_clear(&arena);
    if (no_memory)
        mg_graph_fail(g, MG_NO_MEMORY, "%s", mg_message(mg_graph_ctx(g)));
    else if (wall)
        mg_graph_fail(g, MG_BAD_SHAPE,
                      "%s: through %s it would depend on other examples",
                      node->op->name, wall->op->name);
    return !no_memory && !wall;
}

static mg_value vector_jacobian(mg_graph *g, mg_value y, mg_value x,
                                mg_value dy)
{
    mg_value dx = {0};
    const mg_status status = mg_vector_jacobian(g, y, dy, 1, &x, &dx);
    return status == MG_OK
               ? dx
               : mg_graph_fail(g, status, "%s", mg_message(mg_graph_ctx(g)));
}

/* J v is the derivative by u of <J^T u, v>, which is linear in u. */
static mg_value jacobian_vector(mg_graph *g, mg_value y, mg_value x,
                                mg_value dx)
{
    const mg_value u = placeholder_like(g, y);
    const mg_value back = vector_jacobian(g, y, x, u);
    const mg_value number = mg_sum(g, mg_mul(g, back, dx), -1, NULL, false);
    return vector_jacobian(g, number, u, (mg_value){0});
}

/* The unit vectors of y's space: [size, y's shape]. */
static mg_value unit_vectors(mg_graph *g, mg_value y, int64_t size)
{
    const mg_type type = mg_value_type(g, y);
    mg_shape shape = type.shape;
    const mg_shape line = mg_shape_of(1, &size);
    mg_arena arena;
    mg_arena_init(&arena, mg_graph_ctx(g));
    int64_t *const count =
        mg_arena_alloc(&arena, (size_t)size + 1, sizeof *count);
    for (int64_t i = 0; count && i < size; i++)
        count[i] = i;
    mg_value units = {0};
    if (count)
        units = mg_one_hot(g, mg_constant(g, MG_I64, line, count), size);
    else
        mg_graph_fail(g, MG_NO_MEMORY, "%s", mg_message(mg_graph_ctx(g)));
    mg_arena_clear(&arena);
    mg_shape_insert(&shape, 0, size);
    return mg_reshape(g, mg_cast_to(g, units, type.dtype), &shape);
}

/* One vjp for all unit vectors at once. */
static mg_value whole_jacobian(mg_graph *g, const mg_node *node, mg_value y,
                               mg_value x)
{
    const mg_shape shape = mg_value_shape(g, y);
    const int64_t size = mg_shape_size(&shape);
    const mg_value u = placeholder_like(g, y);
    const mg_value row = vector_jacobian(g, y, x, u);
    const mg_value all =
        mg_vectorise(g, u, unit_vectors(g, y, size), size, row);
    return mg_reshape(g, all, &node->type.shape);
}

mg_value mg_expand_node(mg_graph *to, const mg_node *node, const mg_value x[])
{
    if (!node->op->derives || mg_graph_status(to) != MG_OK)
        return mg_copy_node(to, node, x);
    if (node->place.line)
        mg_graph_set_place(to, node->place);
    if (!check_path(to, node, x[0], x[1]))
        return (mg_value){0};
    if (node->op == &mg_op_jacobian)
        return whole_jacobian(to, node, x[0], x[1]);
    if (node->op == &mg_op_jvp)
        return jacobian_vector(to, x[0], x[1], x[2]);
    return vector_jacobian(to, x[0], x[1],
                           node->op == &mg_op_vjp ? x[2] : (mg_value){0});
}
