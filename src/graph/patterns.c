/* patterns: what many derivatives and passes build from the ops. Layer
 * graph. */
#include "graph/op.h"

mg_value mg_real(mg_graph *g, double value)
{
    const mg_shape number = {0};
    if (mg_graph_real(g) == MG_F64)
        return mg_constant(g, MG_F64, number, &value);
    const float rounded = (float)value;
    return mg_constant(g, MG_F32, number, &rounded);
}

mg_value mg_integer(mg_graph *g, int64_t value)
{
    return mg_constant(g, MG_I64, (mg_shape){0}, &value);
}

/* The number `value` in x's element type, repeated to x's shape. */
static mg_value filled_like(mg_graph *g, mg_value x, double value)
{
    const mg_type type = mg_value_type(g, x);
    double storage[1];
    const mg_tensor number =
        mg_tensor_dense((mg_type){.dtype = type.dtype}, storage);
    mg_tensor_set(&number, 0, value);
    const mg_value one = mg_constant(g, type.dtype, (mg_shape){0}, storage);
    return type.shape.rank ? mg_broadcast(g, one, &type.shape) : one;
}

mg_value mg_zeros_like(mg_graph *g, mg_value x)
{
    return filled_like(g, x, 0);
}

mg_value mg_ones_like(mg_graph *g, mg_value x)
{
    return filled_like(g, x, 1);
}

mg_value mg_cast_to(mg_graph *g, mg_value x, mg_dtype dtype)
{
    return mg_value_type(g, x).dtype == dtype ? x : mg_cast(g, x, dtype);
}

mg_value mg_swap(mg_graph *g, mg_value x)
{
    const int rank = mg_value_shape(g, x).rank;
    if (mg_graph_status(g) != MG_OK)
        return (mg_value){0};
    if (rank < 2)
        return mg_graph_fail(g, MG_BAD_SHAPE,
                             "transpose: wants at least two axes, not %d",
                             rank);
    int64_t axes[MG_MAX_RANK];
    for (int i = 0; i < rank; i++)
        axes[i] = i;
    axes[rank - 1] = rank - 2;
    axes[rank - 2] = rank - 1;
    return mg_transpose(g, x, axes);
}

mg_value mg_reshape_like(mg_graph *g, mg_value x, mg_value like)
{
    const mg_shape from = mg_value_shape(g, x), to = mg_value_shape(g, like);
    return mg_shape_equal(&from, &to) ? x : mg_reshape(g, x, &to);
}

mg_value mg_sum_like(mg_graph *g, mg_value x, mg_value like)
{
    const mg_shape from = mg_value_shape(g, x), to = mg_value_shape(g, like);
    const int extra = from.rank - to.rank;
    int64_t axes[MG_MAX_RANK];
    int n = 0;
    for (int i = 0; i < from.rank; i++)
        if (i < extra || (to.dim[i - extra] == 1 && from.dim[i] != 1))
            axes[n++] = i;
    if (n > 0)
        x = mg_sum(g, x, n, axes, false);
    return mg_reshape_like(g, x, like);
}

mg_value mg_restore_axes(mg_graph *g, mg_value y, mg_value x, int n,
                         const int64_t axes[])
{
    mg_shape shape = mg_value_shape(g, x);
    for (int i = 0; i < n; i++)
        shape.dim[axes[i]] = 1;
    const mg_shape present = mg_value_shape(g, y);
    return mg_shape_equal(&present, &shape) ? y : mg_reshape(g, y, &shape);
}
