/* matmul: what the files of oneDNN's products share. Layer kernels. */
#ifndef MG_KERNELS_ONEDNN_MATMUL_H
#define MG_KERNELS_ONEDNN_MATMUL_H

#include "kernels/onednn/api.h"
#include "kernels/product.h"

#define MG_ONEDNN_ARGUMENTS 4

/* A part of the product; those of one size share a primitive. */
typedef struct {
    int64_t begin, size; /* along the axis that is cut */
    dnnl_primitive_desc_t description;
    dnnl_primitive_t primitive;
    bool owns; /* the two above */
} mg_onednn_piece;

/* step->data of these kernels. */
typedef struct {
    mg_product given;   /* as the step has it */
    mg_product product; /* as oneDNN does it: narrow operands are dense */
    bool narrow;        /* operands become bf16 before */
    dnnl_engine_t engine;
    int64_t *size;                          /* of the product that is cut */
    int64_t a_step, b_step, c_step, y_step; /* along it, in elements */
    int64_t n_parts;
    mg_onednn_piece *part;
    size_t scratch; /* bytes of a part */
} mg_onednn_plan;

/* A session's handles for a part: a, b, y, scratch memory. */
typedef struct {
    dnnl_stream_t stream;
    dnnl_exec_arg_t argument[MG_ONEDNN_ARGUMENTS];
    void *address[MG_ONEDNN_ARGUMENTS]; /* what the handles hold */
} mg_onednn_handles;

typedef struct {
    mg_ctx *ctx;
    mg_onednn_handles part[];
} mg_onednn_session;

/* As mg_kernel.bind and .unbind. */
mg_status mg_onednn_bind(mg_ctx *ctx, const mg_step *step, void **bound);
void mg_onednn_unbind(const mg_step *step, void *bound);

/* ---- bf16 (narrow.c) ---- */

/* Makes p's product one over narrow, dense operands; false where it has
 * leading axes or gains nothing. */
bool mg_onednn_narrow(mg_onednn_plan *p);

/* Bytes of the narrow operands, and their start behind the scratch memory. */
size_t mg_onednn_narrow_bytes(const mg_onednn_plan *p);

/* Writes both operands as bf16 into that memory, a times factor first; sets
 * where they stand. */
void mg_onednn_narrow_operands(const mg_onednn_plan *p, void *const arg[],
                               float factor, void *memory, mg_pool *pool,
                               const void **a, const void **b);

#endif
