/* workload: see workload.h. Layer train. */
#include "train/workload.h"
#include "base/philox.h"
#include "data/file.h"

/* Streams above those of parameters and calls (data/split.h counts from the
 * top). */
#define STREAM_INPUTS UINT32_C(0xF0000000)
/* Schedules see the start of a long training. */
#define STEPS 1000000

/* ---- Random data ---- */

static void fill_column(const mg_network_input *in, mg_stream stream,
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
        fill_column(in, stream, column, rows);
    }
    mg_dataset_count_classes(data);
    return MG_OK;
}

/* ---- The whole ---- */

static mg_status make(mg_workload *w, mg_ctx *ctx,
                      const mg_network_options *options, const char *source,
                      size_t length)
{
    mg_network_options o = options ? *options : (mg_network_options){0};
    o.training = true;
    MG_TRY(mg_network_create(ctx, source, length, &o, &w->training));
    o.training = false;
    MG_TRY(mg_network_create(ctx, source, length, &o, &w->in_use));
    MG_TRY(mg_measures_init(&w->measures, w->training));
    MG_TRY(mg_measures_init(&w->measures_in_use, w->in_use));
    if (w->batch == 0)
        w->batch = w->training->train.batch;
    MG_TRY(mg_weights_from_network(&w->weights, w->training,
                                   (uint64_t)w->training->train.seed));
    MG_TRY(mg_dataset_create(ctx, "random data", &w->data));
    MG_TRY(fill_data(w->training, w->batch, w->data));
    return mg_examples_create(w->data, w->training, true, NULL, &w->examples);
}

mg_status mg_workload_init(mg_workload *w, mg_ctx *ctx,
                           const mg_network_options *options,
                           const char *source, size_t length, int64_t batch,
                           mg_kernels kernels)
{
    *w = (mg_workload){.batch = batch, .kernels = kernels};
    mg_weights_init(&w->weights, ctx);
    const mg_status status = make(w, ctx, options, source, length);
    if (status != MG_OK)
        mg_workload_clear(w);
    return status;
}

mg_status mg_workload_open(mg_workload *w, mg_ctx *ctx, const char *path,
                           int64_t batch, mg_kernels kernels)
{
    char *source = NULL;
    size_t length = 0;
    const mg_network_options options = {.file = path};
    MG_TRY(mg_file_read(ctx, path, MG_FILE_TEXT_MOST, &source, &length));
    const mg_status status =
        mg_workload_init(w, ctx, &options, source, length, batch, kernels);
    mg_free(ctx, source);
    return status;
}

void mg_workload_clear(mg_workload *w)
{
    mg_examples_destroy(w->examples);
    mg_dataset_destroy(w->data);
    mg_weights_clear(&w->weights);
    mg_measures_clear(&w->measures_in_use);
    mg_measures_clear(&w->measures);
    mg_network_destroy(w->in_use);
    mg_network_destroy(w->training);
    w->data = NULL;
    w->examples = NULL;
    w->in_use = w->training = NULL;
}

/* ---- Plans ---- */

/* Puts the data where a plan without examples takes its inputs from. */
static mg_status give_batch(const mg_workload *w, const mg_step_plan *plan)
{
    const mg_network *const network = w->in_use;
    for (size_t i = 0; i < plan->n_inputs; i++) {
        const mg_type type =
            mg_value_type(network->graph, network->input[i].value);
        if (plan->staged[i])
            MG_TRY(mg_examples_gather(w->examples, i, w->batch, plan->row,
                                      type.dtype, plan->staged[i]));
    }
    return MG_OK;
}

mg_status mg_workload_plan(mg_workload *w, mg_purpose purpose,
                           mg_step_plan **out)
{
    const bool trains = purpose == MG_FOR_TRAINING;
    const mg_step_source source = {.network = trains ? w->training : w->in_use,
                                   .measures = trains ? &w->measures
                                                      : &w->measures_in_use,
                                   .examples = trains ? w->examples : NULL,
                                   .weights = &w->weights,
                                   .kernels = w->kernels};
    mg_step_plan *plan = NULL;
    MG_TRY(mg_step_plan_create(&source, purpose, w->batch, &plan));
    for (int64_t i = 0; i < w->batch; i++)
        plan->row[i] = i;
    plan->steps = STEPS;
    const mg_status status = trains ? MG_OK : give_batch(w, plan);
    if (status != MG_OK)
        mg_step_plan_destroy(plan);
    else
        *out = plan;
    return status;
}
