/* api: what differs between oneDNN 2 and 3, behind one face. Layer kernels. */
#ifndef MG_KERNELS_ONEDNN_API_H
#define MG_KERNELS_ONEDNN_API_H

#include <stdbool.h>

#include <dnnl.h>

#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t mg_onednn_layout;
#else
typedef const dnnl_memory_desc_t *mg_onednn_layout;
#endif

/* An operand: element type, sizes and strides of its axes. */
typedef struct {
    dnnl_data_type_t type;
    int rank;
    dnnl_dims_t dim, stride;
} mg_onednn_operand;

/* The description of y = a b, or y += a b, over operands a, b, y, whose scratch
 * memory the caller provides. */
dnnl_status_t mg_onednn_describe_product(dnnl_engine_t engine,
                                         const mg_onednn_operand operand[3],
                                         bool adds, dnnl_primitive_desc_t *out);

/* Layouts and sizes of a description; borrowed from it. */
mg_onednn_layout mg_onednn_layout_of(const_dnnl_primitive_desc_t description,
                                     dnnl_query_t what);
size_t mg_onednn_scratch(const_dnnl_primitive_desc_t description);

#endif
