/* bench: the time of a training step and of a forward pass of any network, on
 * random data held in memory. Layer train. */
#include "train/step.h"
#include "train/model.h"
#include "train/trainer.h"

#include <string.h>

#define ROUNDS 5
#define ROUND_SECONDS 0.3

/* ---- Random data ---- */

/* Streams above those of parameters and calls (data/split.h counts from the
 * top). */
#define STREAM_INPUTS UINT32_C(0xF0000000)

static mg_status fill_column(const mg_network_input *in, mg_stream stream,
                             mg_data_column *column, int64_t rows)
{
    mg_shape shape = column->row.shape;
    mg_shape_insert(&shape, 0, rows);
    const mg_tensor data =
        mg_tensor_dense((mg_type){column->row.dtype, shape}, column->data);
    const int64_t n = mg_shape_size(&shape);
    for (int64_t i = 0; i < n; i++) {
        const uint64_t index = (uint64_t)i;
        const double value =
            in->classes
                ? (double)mg_random_below(&stream, index, (uint64_t)in->classes)
                : mg_random_uniform(&stream, index);
        mg_tensor_set(&data, i, value);
    }
    return MG_OK;
}

static mg_status fill_data(const mg_network *network, int64_t rows,
                           mg_dataset *data)
{
    for (size_t i = 0; i < network->n_inputs; i++) {
        const mg_network_input *const in = &network->input[i];
        const mg_type type = mg_value_type(network->graph, in->value);
        mg_data_column *column = NULL;
        MG_TRY(mg_dataset_add(data, in->name, in->target, type, rows, &column));
        const mg_stream stream = {.seed = 1,
                                  .stream = STREAM_INPUTS + (uint32_t)i};
        MG_TRY(fill_column(in, stream, column, rows));
    }
    mg_dataset_count_classes(data);
    return MG_OK;
}

/* ---- Timing ---- */

static mg_status run_steps(mg_step_plan *p, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        MG_TRY(mg_step_plan_run(p, 1));
        p->step++;
    }
    return MG_OK;
}

/* The best of the rounds' means, in microseconds. */
static mg_status time_plan(mg_step_plan *p, double *out)
{
    for (int64_t i = 0; i < p->batch; i++)
        p->index[i] = i;
    p->steps = 1000000;
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

/* ---- Counting ---- */

static double plan_flops(const mg_plan *plan)
{
    double flops = 0;
    for (size_t i = 0; i < plan->n_steps; i++)
        flops += mg_node_flops(plan->graph, plan->step[i].node);
    return flops;
}

/* ---- The whole ---- */

static mg_status time_both(const mg_step_source *training,
                           const mg_step_source *in_use, int64_t batch,
                           mg_bench_result *r)
{
    mg_step_plan *step = NULL, *forward = NULL;
    mg_status status =
        mg_step_plan_create(training, MG_FOR_TRAINING, batch, &step);
    if (status == MG_OK)
        status = time_plan(step, &r->step_us);
    if (status == MG_OK) {
        const mg_purpose purpose =
            in_use->network->n_outputs ? MG_FOR_OUTPUTS : MG_FOR_MEASURES;
        status = mg_step_plan_create(in_use, purpose, batch, &forward);
    }
    if (status == MG_OK)
        status = time_plan(forward, &r->forward_us);
    if (status == MG_OK) {
        r->batch = batch;
        r->step_flops = plan_flops(step->plan);
        r->gflops = r->step_flops / r->step_us * 1e-3;
        r->arena_bytes = step->plan->arena_bytes;
        r->live_bytes = step->plan->live_bytes;
        r->steps_in_plan = step->plan->n_steps;
    }
    mg_step_plan_destroy(step);
    mg_step_plan_destroy(forward);
    return status;
}

typedef struct {
    mg_network *training, *in_use;
    mg_dataset *data;
    mg_dataset_binding binding;
    mg_weights weights;
} workload;

static mg_status make_workload(mg_ctx *ctx, const mg_network_options *options,
                               const char *source, size_t length,
                               int64_t *batch, workload *w)
{
    mg_network_options o = options ? *options : (mg_network_options){0};
    o.training = true;
    MG_TRY(mg_network_create(ctx, source, length, &o, &w->training));
    o.training = false;
    MG_TRY(mg_network_create(ctx, source, length, &o, &w->in_use));
    if (*batch == 0)
        *batch = w->training->train.batch;
    MG_TRY(mg_weights_from_network(&w->weights, w->training,
                                   (uint64_t)w->training->train.seed));
    MG_TRY(mg_dataset_create(ctx, "random data", &w->data));
    MG_TRY(fill_data(w->training, *batch, w->data));
    return mg_dataset_bind(w->data, w->training, true, &w->binding);
}

mg_status mg_bench(mg_ctx *ctx, const mg_network_options *options,
                   const char *source, size_t length, int64_t batch, bool plain,
                   mg_bench_result *out)
{
    workload w = {0};
    mg_bench_result result = {0};
    mg_weights_init(&w.weights, ctx);
    mg_status status = make_workload(ctx, options, source, length, &batch, &w);
    if (status == MG_OK) {
        mg_step_source training = {w.training, w.data, &w.binding, &w.weights,
                                   plain};
        mg_step_source in_use = training;
        in_use.network = w.in_use;
        status = time_both(&training, &in_use, batch, &result);
    }
    mg_dataset_binding_clear(&w.binding);
    mg_dataset_destroy(w.data);
    mg_weights_clear(&w.weights);
    mg_network_destroy(w.in_use);
    mg_network_destroy(w.training);
    if (status == MG_OK)
        *out = result;
    return status;
}
