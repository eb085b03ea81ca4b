/* bench: the time of a training step and of a forward pass of any network, on
 * random data held in memory. Layer train. */
#include "train/trainer.h"
#include "train/workload.h"

#define ROUNDS 5
#define ROUND_SECONDS 0.2

/* ---- Timing ---- */

static mg_status run_steps(mg_step_plan *p, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        MG_TRY(mg_step_plan_run(p, 1));
        p->draw = ++p->step;
    }
    return MG_OK;
}

/* The best of the rounds' means, in microseconds. */
static mg_status time_plan(mg_step_plan *p, double *out)
{
    MG_TRY(run_steps(p, 3));
    double start = mg_now();
    int64_t n = 1;
    while (mg_now() - start < ROUND_SECONDS / 10) {
        start = mg_now();
        n *= 2;
        MG_TRY(run_steps(p, n));
    }
    const double one = (mg_now() - start) / (double)n;
    n = (int64_t)(ROUND_SECONDS / one) + 1;
    double best = 1e30;
    for (int round = 0; round < ROUNDS; round++) {
        start = mg_now();
        MG_TRY(run_steps(p, n));
        const double mean = (mg_now() - start) / (double)n;
        best = mean < best ? mean : best;
    }
    *out = best * 1e6;
    return MG_OK;
}

/* ---- The whole ---- */

static void note_plan(const mg_step_plan *step, mg_bench_result *r)
{
    r->batch = step->batch;
    r->step_flops = mg_plan_flops(step->plan);
    r->gflops = r->step_flops / r->step_us * 1e-3;
    r->arena_bytes = step->plan->arena_bytes;
    r->live_bytes = step->plan->live_bytes;
    r->steps_in_plan = step->plan->n_steps;
}

static mg_status time_both(mg_workload *w, mg_bench_result *r)
{
    mg_step_plan *step = NULL, *forward = NULL;
    mg_status status = mg_workload_plan(w, MG_FOR_TRAINING, &step);
    if (status == MG_OK) {
        mg_session_hold(step->session);
        status = time_plan(step, &r->step_us);
    }
    if (status == MG_OK) {
        const mg_purpose purpose =
            w->in_use->n_outputs ? MG_FOR_OUTPUTS : MG_FOR_MEASURES;
        status = mg_workload_plan(w, purpose, &forward);
    }
    if (status == MG_OK) {
        mg_session_hold(forward->session);
        status = time_plan(forward, &r->forward_us);
    }
    if (status == MG_OK)
        note_plan(step, r);
    mg_step_plan_destroy(step);
    mg_step_plan_destroy(forward);
    return status;
}

mg_status mg_bench(mg_ctx *ctx, const mg_network_options *options,
                   const char *source, size_t length, int64_t batch,
                   mg_kernels kernels, mg_bench_result *out)
{
    mg_workload w;
    mg_bench_result result = {0};
    MG_TRY(mg_workload_init(&w, ctx, options, source, length, batch, kernels));
    const mg_status status = time_both(&w, &result);
    mg_workload_clear(&w);
    if (status == MG_OK)
        *out = result;
    return status;
}
