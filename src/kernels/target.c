/* target: the kernels of this build in their order. Layer kernels. */
#include "kernels/kernels.h"

/* Those that are only in bf16's list stand in front. */
static const mg_kernel *const best[] = {
#ifdef MATGRAD_HAVE_ONEDNN
    &mg_kernel_product_loop_bf16,
    &mg_kernel_matmul_bf16,
#endif
    &mg_kernel_turn,
    &mg_kernel_deferred,
    &mg_kernel_product_loop,
    &mg_kernel_vector,
    &mg_kernel_reduce,
#ifdef MATGRAD_HAVE_ONEDNN
    &mg_kernel_matmul_onednn,
#endif
    &mg_kernel_matmul_plain,
    &mg_kernel_move,
    &mg_kernel_rows,
    &mg_kernel_gather,
    &mg_kernel_scatter_add,
    &mg_kernel_one_hot,
    &mg_kernel_random,
    &mg_kernel_reference,
};

static const mg_kernel *const plain[] = {
    &mg_kernel_turn_baseline,
    &mg_kernel_deferred_baseline,
    &mg_kernel_product_loop_baseline,
    &mg_kernel_vector_baseline,
    &mg_kernel_reduce_baseline,
    &mg_kernel_matmul_baseline,
    &mg_kernel_move,
    &mg_kernel_rows,
    &mg_kernel_gather,
    &mg_kernel_scatter_add,
    &mg_kernel_one_hot,
    &mg_kernel_random_baseline,
    &mg_kernel_reference,
};

#ifdef MATGRAD_HAVE_ONEDNN
#define ONLY_BF16 2
#else
#define ONLY_BF16 0
#endif

/* To test that results do not depend on fusion. */
#ifdef MATGRAD_WITHOUT_FUSION
#define ALONE true
#else
#define ALONE false
#endif

const mg_target mg_target_best = {
    .name = "best",
    .alone = ALONE,
    .n_kernels = sizeof best / sizeof *best - ONLY_BF16,
    .kernel = best + ONLY_BF16,
};

const mg_target mg_target_bf16 = {
    .name = "bf16",
    .alone = ALONE,
    .n_kernels = sizeof best / sizeof *best,
    .kernel = best,
};

const mg_target mg_target_plain = {
    .name = "plain",
    .alone = ALONE,
    .n_kernels = sizeof plain / sizeof *plain,
    .kernel = plain,
};

bool mg_kernels_have_bf16(void)
{
#ifdef MATGRAD_HAVE_ONEDNN
    return mg_onednn_has_bf16();
#else
    return false;
#endif
}
