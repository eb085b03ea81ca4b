/* kernels: what runs a step, as objects for optimise/target.h. A kernel looks
 * at a step once (take) and leaves it bound to a function and data; running
 * allocates nothing. Each refuses what it does not do; the reference takes
 * everything. Layer kernels. */
#ifndef MG_KERNELS_KERNELS_H
#define MG_KERNELS_KERNELS_H

#include "optimise/target.h"

/* Everything, by the op's own scalar function or reference. */
extern const mg_kernel mg_kernel_reference;

/* Elementwise operations over any strides and element types. */
extern const mg_kernel mg_kernel_vector;

/* sum mean max min prod var argmax argmin of f32; any and all. */
extern const mg_kernel mg_kernel_reduce;

/* Products of f32 and f64 by own code; any strides, leading axes broadcast. */
extern const mg_kernel mg_kernel_matmul_plain;

/* A matrix used backwards and updated in one pass (optimise/turns.c). */
extern const mg_kernel mg_kernel_turn;

/* The same with the update of the run before (optimise/deferred.c). */
extern const mg_kernel mg_kernel_deferred;

/* Products of f32 by oneDNN; only where the build has it (MATGRAD_HAVE_ONEDNN).
 */
extern const mg_kernel mg_kernel_matmul_onednn;

/* The same over operands rounded to bf16, where the processor multiplies those
 * faster; sums and results are f32. */
extern const mg_kernel mg_kernel_matmul_bf16;
bool mg_onednn_has_bf16(void);

/* A product with the loop that alone reads it, by the above. */
extern const mg_kernel mg_kernel_product_loop;
extern const mg_kernel mg_kernel_product_loop_bf16;
extern const mg_kernel mg_kernel_product_loop_baseline;

/* Operations that move elements, copied: reshape broadcast transpose slice
 * flip pad concat. */
extern const mg_kernel mg_kernel_move;

/* Operations that read or write by index. */
extern const mg_kernel mg_kernel_rows;
extern const mg_kernel mg_kernel_gather;
extern const mg_kernel mg_kernel_scatter_add;
extern const mg_kernel mg_kernel_one_hot;

/* random and normal, of f32. */
extern const mg_kernel mg_kernel_random;

/* The same by the code that every processor of the architecture runs. */
extern const mg_kernel mg_kernel_vector_baseline;
extern const mg_kernel mg_kernel_reduce_baseline;
extern const mg_kernel mg_kernel_matmul_baseline;
extern const mg_kernel mg_kernel_turn_baseline;
extern const mg_kernel mg_kernel_deferred_baseline;
extern const mg_kernel mg_kernel_random_baseline;

/* All kernels of this build in their order: the best, the best with products
 * in bf16, and those that need no library and no particular processor. */
extern const mg_target mg_target_best;
extern const mg_target mg_target_bf16;
extern const mg_target mg_target_plain;

/* Whether the second is another list here. */
bool mg_kernels_have_bf16(void);

#endif
