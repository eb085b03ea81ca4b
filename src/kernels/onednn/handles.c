/* handles: what a session keeps of oneDNN for a product's parts. Layer kernels.
 */
#include "kernels/onednn/matmul.h"

void mg_onednn_unbind(const mg_step *step, void *bound)
{
    const mg_onednn_plan *const p = step->data;
    mg_onednn_session *const s = bound;
    if (!s)
        return;
    for (int64_t k = 0; k < p->n_parts; k++) {
        for (int i = 0; i < MG_ONEDNN_ARGUMENTS; i++)
            dnnl_memory_destroy(s->part[k].argument[i].memory);
        dnnl_stream_destroy(s->part[k].stream);
    }
    mg_free(s->ctx, s);
}

static bool make_handles(const mg_onednn_plan *p, const mg_onednn_piece *part,
                         mg_onednn_handles *h)
{
    static const struct {
        dnnl_query_t layout;
        int argument;
    } kind[MG_ONEDNN_ARGUMENTS] = {
        {dnnl_query_src_md, DNNL_ARG_SRC},
        {dnnl_query_weights_md, DNNL_ARG_WEIGHTS},
        {dnnl_query_dst_md, DNNL_ARG_DST},
        {dnnl_query_scratchpad_md, DNNL_ARG_SCRATCHPAD},
    };
    if (dnnl_stream_create(&h->stream, p->engine, dnnl_stream_default_flags) !=
        dnnl_success)
        return false;
    for (int i = 0; i < MG_ONEDNN_ARGUMENTS; i++) {
        h->argument[i].arg = kind[i].argument;
        const mg_onednn_layout layout =
            mg_onednn_layout_of(part->description, kind[i].layout);
        if (dnnl_memory_create(&h->argument[i].memory, layout, p->engine,
                               DNNL_MEMORY_NONE) != dnnl_success)
            return false;
    }
    return true;
}

mg_status mg_onednn_bind(mg_ctx *ctx, const mg_step *step, void **bound)
{
    const mg_onednn_plan *const p = step->data;
    if (!p->engine)
        return MG_OK;
    mg_onednn_session *const s =
        mg_alloc(ctx, 1, sizeof *s + (size_t)p->n_parts * sizeof s->part[0]);
    if (!s)
        return MG_NO_MEMORY;
    s->ctx = ctx;
    for (int64_t i = 0; i < p->n_parts; i++)
        if (!make_handles(p, &p->part[i], &s->part[i])) {
            mg_onednn_unbind(step, s);
            return mg_fail(ctx, MG_NO_MEMORY, "matmul: oneDNN has no memory");
        }
    *bound = s;
    return MG_OK;
}
