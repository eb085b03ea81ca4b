/* indexed: see indexed.h. Layer kernels. */
#include "kernels/indexed.h"

void mg_index_check(mg_frame *frame, const mg_node *node, const void *index,
                    mg_dtype dtype, int64_t n, int64_t limit)
{
    for (int64_t i = 0; i < n; i++) {
        const int64_t at = mg_indexed(index, dtype, i);
        if (at >= 0 && at < limit)
            continue;
        mg_frame_fault(frame, node, at, limit);
        return;
    }
}

bool mg_index_is_plain(const mg_step *step, int i)
{
    for (int k = 0; k < step->n_operands; k++)
        if (!mg_tensor_is_dense(&step->operand[k].tensor))
            return false;
    return mg_shape_size(&step->operand[i].tensor.type.shape) > 0;
}
