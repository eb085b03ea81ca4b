/* block: finding an operation's block function, and the block for those that
 * have none. Layer kernels. */
#include "kernels/vector/set.h"

const mg_block_entry *mg_block_find(const mg_vector_set *set, const mg_op *op,
                                    mg_dtype from, mg_dtype to)
{
    for (int family = 0; set->blocks[family]; family++)
        for (const mg_block_entry *e = set->blocks[family]; e->op; e++)
            if (e->op == op && e->from == from && e->to == to)
                return e;
    return NULL;
}

/* Element by element through the op's scalar function, as the oracle. */
void mg_block_any(const mg_block *block)
{
    const mg_block_op *const op = block->op;
    const int n_sources = op->op->n_inputs;
    mg_tensor source[MG_BLOCK_SOURCES] = {0}, target = {0};
    int64_t step[MG_BLOCK_SOURCES];
    for (int k = 0; k < n_sources; k++) {
        source[k].type.dtype = op->from[k];
        step[k] = block->step[k] * (int64_t)mg_dtype_size(op->from[k]);
    }
    target.type.dtype = op->to;
    const int64_t y_step = block->target_step * (int64_t)mg_dtype_size(op->to);
    for (int64_t i = 0; i < block->n; i++) {
        double x[MG_BLOCK_SOURCES];
        for (int k = 0; k < n_sources; k++) {
            source[k].data = (unsigned char *)block->source[k] + i * step[k];
            x[k] = mg_tensor_get(&source[k], 0);
        }
        target.data = (unsigned char *)block->target + i * y_step;
        mg_tensor_set(&target, 0, op->op->scalar(x));
    }
}
