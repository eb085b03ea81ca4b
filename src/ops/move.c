/* move: see move.h. Layer ops. */
#include "ops/move.h"

mg_tensor mg_tensor_slice(const mg_tensor *t, const int64_t begin[],
                          const int64_t count[], const int64_t step[])
{
    mg_tensor part = *t;
    int64_t offset = 0;
    for (int i = 0; i < t->type.shape.rank; i++) {
        part.type.shape.dim[i] = count[i];
        part.stride[i] = t->stride[i] * step[i];
        offset += t->stride[i] * begin[i];
    }
    /* An empty part may begin behind the last element: it stays in place. */
    if (mg_shape_size(&part.type.shape) > 0)
        part.data =
            (char *)t->data + offset * (int64_t)mg_dtype_size(t->type.dtype);
    return part;
}

mg_tensor mg_tensor_part(const mg_tensor *t, int64_t index)
{
    mg_tensor part = *t;
    mg_shape_remove(&part.type.shape, 0);
    for (int i = 0; i < part.type.shape.rank; i++)
        part.stride[i] = t->stride[i + 1];
    if (mg_shape_size(&part.type.shape) > 0)
        part.data = (char *)t->data + index * t->stride[0] *
                                          (int64_t)mg_dtype_size(t->type.dtype);
    return part;
}

void mg_tensor_zero(const mg_tensor *t)
{
    double zero = 0;
    const mg_type type = {.dtype = MG_F64};
    const mg_tensor number = mg_tensor_dense(type, &zero);
    const mg_tensor zeros = mg_tensor_broadcast(&number, &t->type.shape);
    mg_tensor_copy(&zeros, t);
}

bool mg_batch_shape(mg_graph *g, const char *op, const mg_shape *shape,
                    int64_t n, mg_shape *out)
{
    char buffer[MG_SHAPE_TEXT_SIZE];
    if (shape->rank >= MG_MAX_RANK) {
        mg_graph_fail(g, MG_BAD_SHAPE,
                      "%s: a batch of %s has more than %d axes", op,
                      mg_shape_text(shape, buffer), MG_MAX_RANK);
        return false;
    }
    mg_shape batch = *shape;
    mg_shape_insert(&batch, 0, n);
    *out = batch;
    return true;
}

mg_status mg_expect_attrs(const mg_graph *g, const mg_node *y, int count)
{
    if (y->n_attrs != count)
        return mg_fail(mg_graph_ctx(g), MG_BAD_ARGUMENT,
                       "%s: has %d attributes, needs %d", y->op->name,
                       y->n_attrs, count);
    return MG_OK;
}

mg_status mg_shape_of_attrs(const mg_graph *g, const mg_node *y, int first,
                            mg_shape *out)
{
    const int rank = y->n_attrs - first;
    if (rank < 0 || rank > MG_MAX_RANK)
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "%s: a shape of %d axes; at most %d", y->op->name, rank,
                       MG_MAX_RANK);
    const mg_shape shape = mg_shape_of(rank, y->attr + first);
    MG_TRY(mg_shape_check(mg_graph_ctx(g), &shape));
    *out = shape;
    return MG_OK;
}
