/* jacobian: the whole matrix of slopes of one operation by one operand, for
 * whoever wants to see what backpropagation does without: its exchanger on all
 * unit vectors at once. Layer explain. */
#include "derive/expand.h"
#include "explain/building.h"

#include <stdio.h>

const char *mg_walk_kind(const mg_shape *y, const mg_shape *x)
{
    if (y->rank > 0)
        return "Jacobian";
    return x->rank > 0 ? "gradient" : "derivative";
}

const char *mg_walk_layout(const mg_walk *walk)
{
    return walk->lecture ? "J[n][m] = dy_m/dx_n" : "J[m][n] = dy_m/dx_n";
}

/* [m, y's shape]: the unit vectors of y's space. */
static mg_status unit_vectors(mg_building *b, const mg_node *node,
                              mg_value *out)
{
    mg_shape shape = node->type.shape;
    const int64_t m = mg_shape_size(&shape);
    mg_shape_insert(&shape, 0, m);
    mg_tensor units;
    MG_TRY(
        mg_tensor_alloc(&b->arena, (mg_type){node->type.dtype, shape}, &units));
    for (int64_t i = 0; i < m * m; i++)
        mg_tensor_set(&units, i, i / m == i % m);
    *out = mg_constant(b->subject.graph, node->type.dtype, shape, units.data);
    return MG_OK;
}

/* [m, n]: in row i what the exchanger makes of the i-th unit vector. */
static mg_status build(mg_building *b, const mg_node *node, int index,
                       mg_value *out)
{
    mg_graph *const g = b->subject.graph;
    const mg_type type = node->type;
    const mg_shape shape = mg_value_shape(g, node->input[index]);
    const int64_t m = mg_shape_size(&type.shape);
    const mg_shape whole = {2, {m, mg_shape_size(&shape)}};
    mg_value units;
    MG_TRY(unit_vectors(b, node, &units));
    char name[48]; /* the graph's size makes it unlike all others */
    snprintf(name, sizeof name, "unit vector %u", mg_graph_size(g));
    const mg_value u = mg_variable(g, name, type.dtype, type.shape);
    mg_value *const row =
        mg_arena_alloc(&b->arena, (size_t)node->n_inputs, sizeof *row);
    if (!row)
        return MG_NO_MEMORY;
    MG_TRY(mg_graph_status(g));
    node->op->vjp(g, node, u, row);
    if (!row[index].id)
        row[index] = mg_zeros_like(g, node->input[index]);
    const mg_value all = mg_vectorise(g, u, units, m, row[index]);
    const mg_value matrix = mg_reshape(g, all, &whole);
    *out = b->options->lecture ? mg_swap(g, matrix) : matrix;
    return mg_graph_status(g);
}

mg_status mg_list_jacobian(mg_building *b, const mg_node *node, int index,
                           mg_walk_operand *out)
{
    const mg_shape x = mg_value_shape(b->subject.graph, node->input[index]);
    const mg_shape *const y = &node->type.shape;
    const int64_t n = mg_shape_size(&x), m = mg_shape_size(y);
    if (!node->op->vjp || !mg_dtype_is_real(node->type.dtype) ||
        node->op->joins || b->subject.constant[node->input[index].id] ||
        n == 0 || n > MG_JACOBIAN_MOST || m == 0 || m > MG_JACOBIAN_MOST ||
        x.rank >= MG_MAX_RANK || y->rank >= MG_MAX_RANK)
        return MG_OK;
    mg_value matrix;
    MG_TRY(build(b, node, index, &matrix));
    return mg_want(b, matrix, matrix, MG_STORE_ONCE, &out->jacobian);
}

void mg_count_zeros(mg_walk *walk)
{
    for (size_t i = 0; i < walk->n_operations; i++) {
        const mg_walk_operation *const operation = &walk->operation[i];
        for (int k = 0; k < operation->n_operands; k++) {
            mg_walk_operand *const operand = &operation->operand[k];
            const mg_tensor *const j = &operand->jacobian;
            const int64_t n = j->data ? mg_shape_size(&j->type.shape) : 0;
            for (int64_t e = 0; e < n; e++)
                operand->zeros += mg_tensor_get(j, e) == 0;
        }
    }
}
