/* pass: see pass.h. Layer train. */
#include "train/pass.h"

#include <string.h>

typedef struct {
    const mg_step_source *source;
    mg_step_plan *full, *rest;
    mg_pass_fn *each;
    void *user;
} pass;

static mg_status run_batch(const pass *p, mg_step_plan *plan, int64_t from)
{
    for (int64_t i = 0; i < plan->batch; i++)
        plan->row[i] = from + i;
    MG_TRY(mg_step_plan_run(plan, (uint64_t)p->source->network->train.seed));
    return p->each(p->user, plan, from);
}

static mg_status run_batches(const pass *p)
{
    int64_t at = 0;
    for (; p->full && at + p->full->batch <= p->source->examples->rows;
         at += p->full->batch)
        MG_TRY(run_batch(p, p->full, at));
    return p->rest ? run_batch(p, p->rest, at) : MG_OK;
}

/* Weights stay as they are during a pass. */
static mg_status compile_batch(const pass *p, mg_purpose purpose, int64_t batch,
                               mg_step_plan **out)
{
    MG_TRY(mg_step_plan_create(p->source, purpose, batch, out));
    mg_session_hold((*out)->session);
    return MG_OK;
}

static mg_status compile(pass *p, mg_purpose purpose)
{
    const int64_t rows = p->source->examples->rows;
    if (rows >= MG_PASS_BATCH)
        MG_TRY(compile_batch(p, purpose, MG_PASS_BATCH, &p->full));
    if (rows % MG_PASS_BATCH)
        MG_TRY(compile_batch(p, purpose, rows % MG_PASS_BATCH, &p->rest));
    return MG_OK;
}

mg_status mg_pass_run(const mg_step_source *source, mg_purpose purpose,
                      mg_pass_fn *each, void *user)
{
    pass p = {.source = source, .each = each, .user = user};
    mg_status status = compile(&p, purpose);
    if (status == MG_OK)
        status = run_batches(&p);
    mg_step_plan_destroy(p.full);
    mg_step_plan_destroy(p.rest);
    return status;
}

/* ---- Measuring ---- */

typedef struct {
    const mg_measures *measures;
    double *sum;
} summing;

static mg_status add_batch(void *user, const mg_step_plan *plan, int64_t from)
{
    const summing *const s = user;
    (void)from;
    mg_measures_add(s->measures, plan->result, plan->batch, s->sum);
    return MG_OK;
}

mg_status mg_pass_measure(const mg_step_source *source, double sum[],
                          mg_measure out[])
{
    const mg_measures *const m = source->measures;
    summing s = {m, sum};
    memset(sum, 0, m->n_sums * sizeof *sum);
    MG_TRY(mg_pass_run(source, MG_FOR_MEASURES, add_batch, &s));
    return mg_measures_finish(m, source->weights, sum, out);
}
