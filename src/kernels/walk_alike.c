/* walk_alike: comparing an operand's walk with the output's. Layer kernels. */
#include "kernels/walk_alike.h"

bool mg_walks_alike(const mg_step *step, int i, int o)
{
    const mg_tensor *const x = &step->operand[i].tensor;
    const mg_tensor *const y = &step->operand[o].tensor;
    if (mg_dtype_size(x->type.dtype) != mg_dtype_size(y->type.dtype) ||
        !mg_shape_equal(&x->type.shape, &y->type.shape))
        return false;
    for (int axis = 0; axis < y->type.shape.rank; axis++)
        if (y->type.shape.dim[axis] > 1 && x->stride[axis] != y->stride[axis])
            return false;
    return true;
}
