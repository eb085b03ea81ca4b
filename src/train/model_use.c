/* model: measured and asked. Layer train. */
#include "run/run.h"
#include "train/model.h"
#include "train/pass.h"

#include <string.h>

static mg_step_source source_of(mg_model *m, const mg_examples *examples)
{
    return (mg_step_source){.network = m->network,
                            .measures = &m->measures,
                            .examples = examples,
                            .weights = &m->weights};
}

static mg_status take_data(const mg_model *m, const mg_dataset *data,
                           bool targets, mg_examples **out)
{
    return mg_examples_create(data, m->network, targets,
                              m->schema.n ? &m->schema : NULL, out);
}

/* ---- Counting ---- */

mg_status mg_model_count(const mg_model *model, const mg_dataset *data,
                         bool targets, int64_t *out)
{
    mg_examples *examples = NULL;
    if (data->rows > 0) {
        *out = data->rows;
        return MG_OK;
    }
    MG_TRY(take_data(model, data, targets, &examples));
    *out = examples->rows;
    mg_examples_destroy(examples);
    return MG_OK;
}

/* ---- Measuring ---- */

mg_status mg_model_measure(mg_model *m, const mg_dataset *data,
                           const mg_measure **out, size_t *n)
{
    mg_examples *examples = NULL;
    MG_TRY(take_data(m, data, true, &examples));
    const mg_step_source source = source_of(m, examples);
    const mg_status status =
        examples->rows < 1 ? mg_fail(m->ctx, MG_BAD_DATA,
                                     "%s: holds no examples", examples->source)
                           : mg_pass_measure(&source, m->sum, m->measure);
    mg_examples_destroy(examples);
    if (status != MG_OK)
        return status;
    *out = m->measure;
    *n = m->measures.n;
    return MG_OK;
}

/* ---- Predicting many ---- */

typedef struct {
    mg_predict_fn *each;
    void *user;
    mg_tensor *output; /* of one example */
} prediction;

/* The e-th example of a result with a batch axis. */
static mg_tensor example_of(const mg_tensor *batch, int64_t e)
{
    mg_tensor one = {.type = batch->type};
    mg_shape_remove(&one.type.shape, 0);
    one = mg_tensor_dense(one.type, NULL);
    one.data = (char *)batch->data + (size_t)e * mg_type_bytes(&one.type);
    return one;
}

static mg_status hand_examples(void *user, const mg_step_plan *plan,
                               int64_t from)
{
    const prediction *const p = user;
    for (int64_t e = 0; e < plan->batch; e++) {
        for (size_t i = 0; i < plan->n_results; i++)
            p->output[i] = example_of(&plan->result[i], e);
        MG_TRY(p->each(p->user, from + e, p->output));
    }
    return MG_OK;
}

static mg_status check_outputs(const mg_model *m)
{
    return m->network->n_outputs
               ? MG_OK
               : mg_fail(m->ctx, MG_BAD_FORMULA,
                         "%s: has no output to predict; add a line like "
                         "output p = softmax(z)",
                         m->network->file);
}

mg_status mg_model_predict(mg_model *m, const mg_dataset *data,
                           mg_predict_fn *each, void *user)
{
    prediction p = {each, user, NULL};
    mg_examples *examples = NULL;
    MG_TRY(check_outputs(m));
    MG_TRY(take_data(m, data, false, &examples));
    const mg_step_source source = source_of(m, examples);
    p.output = mg_alloc(m->ctx, m->network->n_outputs, sizeof *p.output);
    const mg_status status =
        p.output ? mg_pass_run(&source, MG_FOR_OUTPUTS, hand_examples, &p)
                 : MG_NO_MEMORY;
    mg_free(m->ctx, p.output);
    mg_examples_destroy(examples);
    return status;
}

/* ---- Predicting one ---- */

/* The plan takes its inputs from staged memory. */
static mg_status make_plan_of_one(mg_model *m)
{
    const mg_step_source source = source_of(m, NULL);
    if (m->one)
        return MG_OK;
    MG_TRY(check_outputs(m));
    return mg_step_plan_create(&source, MG_FOR_OUTPUTS, 1, &m->one);
}

/* Labels and integers index tables: they must be in range. */
static mg_status check_range(const mg_model *m, const mg_network_input *in,
                             const int64_t *value)
{
    const int64_t n = mg_shape_size(&in->shape);
    for (int64_t i = 0; in->classes && i < n; i++)
        if (value[i] < 0 || value[i] >= in->classes)
            return mg_fail(m->ctx, MG_BAD_DATA,
                           "predict: %s is %lld, not one of 0 to %lld",
                           in->name, (long long)value[i],
                           (long long)in->classes - 1);
    return MG_OK;
}

static mg_status stage_input(const mg_model *m, size_t index, const void *value)
{
    const mg_network_input *const in = &m->network->input[index];
    const mg_type type = mg_value_type(m->network->graph, in->value);
    const size_t bytes = mg_type_bytes(&type);
    if (!m->one->staged[index])
        return MG_OK; /* no output needs it */
    if (in->target || !value)
        return mg_fail(m->ctx, MG_BAD_ARGUMENT,
                       in->target ? "predict: an output depends on target %s"
                                  : "predict: input %s is not given",
                       in->name);
    MG_TRY(check_range(m, in, value));
    if (bytes)
        memcpy(m->one->staged[index], value, bytes);
    return MG_OK;
}

mg_status mg_model_predict_one(mg_model *m, const void *const input[],
                               void *const output[])
{
    MG_TRY(make_plan_of_one(m));
    for (size_t i = 0; i < m->network->n_inputs; i++)
        MG_TRY(stage_input(m, i, input[i]));
    MG_TRY(mg_step_plan_run(m->one, (uint64_t)m->network->train.seed));
    for (size_t i = 0; i < m->one->n_results; i++) {
        const mg_tensor *const result = &m->one->result[i];
        const size_t bytes = mg_type_bytes(&result->type);
        if (bytes)
            memcpy(output[i], result->data, bytes);
    }
    return MG_OK;
}

/* ---- Serving ---- */

mg_status mg_model_compile(mg_model *m, int64_t n, mg_plan **out)
{
    const mg_step_source source = source_of(m, NULL);
    mg_graph *graph = NULL;
    MG_TRY(check_outputs(m));
    if (n < 1)
        return mg_fail(m->ctx, MG_BAD_ARGUMENT, "compile: %lld examples",
                       (long long)n);
    MG_TRY(mg_step_graph(&source, MG_FOR_OUTPUTS, n, &graph));
    const mg_status status = mg_compile(graph, MG_KERNELS_BEST, out);
    mg_graph_destroy(graph);
    return status;
}

static mg_status find_leaf(const mg_model *m, mg_ctx *ctx, const mg_node *leaf,
                           void **out)
{
    if (leaf->op == &mg_op_setting) {
        *out = (void *)&m->no_step; /* only read */
        return MG_OK;
    }
    const mg_weight *const weight = mg_weights_find(&m->weights, leaf->name);
    if (!weight || weight->tensor.type.dtype != leaf->type.dtype ||
        !mg_shape_equal(&weight->tensor.type.shape, &leaf->type.shape))
        return mg_fail(ctx, MG_BAD_ARGUMENT,
                       "bind: the plan is not of this model: it has no %s of "
                       "that type",
                       leaf->name);
    *out = weight->tensor.data;
    return MG_OK;
}

mg_status mg_model_bind(const mg_model *m, mg_session *session)
{
    const mg_plan *const plan = mg_session_plan(session);
    for (size_t i = 0; i < plan->n_leaves; i++) {
        const mg_node *const leaf = plan->leaf[i].node;
        void *memory = NULL;
        if (leaf->op == &mg_op_input)
            continue;
        MG_TRY(find_leaf(m, mg_session_ctx(session), leaf, &memory));
        mg_session_bind_leaf(session, i, memory);
    }
    mg_session_hold(session);
    return MG_OK;
}
