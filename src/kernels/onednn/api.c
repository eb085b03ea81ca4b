/* api: see api.h. Layer kernels. */
#include "kernels/onednn/api.h"
#include "kernels/kernels.h"

#if DNNL_VERSION_MAJOR >= 3
static dnnl_status_t describe(dnnl_engine_t engine,
                              const mg_onednn_operand operand[3],
                              const_dnnl_primitive_attr_t attr,
                              dnnl_primitive_desc_t *out)
{
    dnnl_memory_desc_t layout[3] = {NULL, NULL, NULL};
    dnnl_status_t status = dnnl_success;
    for (int i = 0; i < 3 && status == dnnl_success; i++)
        status = dnnl_memory_desc_create_with_strides(
            &layout[i], operand[i].rank, operand[i].dim, operand[i].type,
            operand[i].stride);
    if (status == dnnl_success)
        status = dnnl_matmul_primitive_desc_create(
            out, engine, layout[0], layout[1], NULL, layout[2], attr);
    for (int i = 0; i < 3; i++)
        dnnl_memory_desc_destroy(layout[i]);
    return status;
}
#else
static dnnl_status_t describe(dnnl_engine_t engine,
                              const mg_onednn_operand operand[3],
                              const_dnnl_primitive_attr_t attr,
                              dnnl_primitive_desc_t *out)
{
    dnnl_memory_desc_t layout[3];
    dnnl_matmul_desc_t product;
    dnnl_status_t status = dnnl_success;
    for (int i = 0; i < 3 && status == dnnl_success; i++)
        status = dnnl_memory_desc_init_by_strides(
            &layout[i], operand[i].rank, operand[i].dim, operand[i].type,
            operand[i].stride);
    if (status == dnnl_success)
        status = dnnl_matmul_desc_init(&product, &layout[0], &layout[1], NULL,
                                       &layout[2]);
    if (status == dnnl_success)
        status = dnnl_primitive_desc_create(out, &product, attr, engine, NULL);
    return status;
}
#endif

/* y += a b. */
static dnnl_status_t add_sum(dnnl_primitive_attr_t attr)
{
    dnnl_post_ops_t after = NULL;
    dnnl_status_t status = dnnl_post_ops_create(&after);
    if (status != dnnl_success)
        return status;
#if DNNL_VERSION_MAJOR >= 3
    status = dnnl_post_ops_append_sum(after, 1, 0, dnnl_data_type_undef);
#else
    status = dnnl_post_ops_append_sum(after, 1);
#endif
    if (status == dnnl_success)
        status = dnnl_primitive_attr_set_post_ops(attr, after);
    dnnl_post_ops_destroy(after);
    return status;
}

dnnl_status_t mg_onednn_describe_product(dnnl_engine_t engine,
                                         const mg_onednn_operand operand[3],
                                         bool adds, dnnl_primitive_desc_t *out)
{
    dnnl_primitive_attr_t attr = NULL;
    dnnl_status_t status = dnnl_primitive_attr_create(&attr);
    if (status != dnnl_success)
        return status;
    status = dnnl_primitive_attr_set_scratchpad_mode(attr,
                                                     dnnl_scratchpad_mode_user);
    if (status == dnnl_success && adds)
        status = add_sum(attr);
    if (status == dnnl_success)
        status = describe(engine, operand, attr, out);
    dnnl_primitive_attr_destroy(attr);
    return status;
}

bool mg_onednn_has_bf16(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512bf16");
#else
    return false;
#endif
}

mg_onednn_layout mg_onednn_layout_of(const_dnnl_primitive_desc_t description,
                                     dnnl_query_t what)
{
    return dnnl_primitive_desc_query_md(description, what, 0);
}

size_t mg_onednn_scratch(const_dnnl_primitive_desc_t description)
{
    const mg_onednn_layout layout =
        mg_onednn_layout_of(description, dnnl_query_scratchpad_md);
    return layout ? dnnl_memory_desc_get_size(layout) : 0;
}
