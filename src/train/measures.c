/* measures: see measures.h. Layer train. */
#include "train/measures.h"
#include "graph/evaluate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- What a metric depends on ---- */

/* Marks what v is made of, without looking into totals. */
static void mark_outside(const mg_graph *g, mg_value v, bool *needed)
{
    memset(needed, 0, (size_t)mg_graph_size(g) + 1);
    needed[v.id] = true;
    for (uint32_t id = v.id; id >= 1; id--) {
        const mg_node *const node = mg_graph_node(g, (mg_value){id});
        for (int i = 0; i < node->n_inputs; i++)
            if (needed[id] && node->op != &mg_op_total)
                needed[node->input[i].id] = true;
    }
}

/* Whether the node, by itself, differs between examples or batches. */
static bool varies(const mg_node *node)
{
    return node->op == &mg_op_input || node->op == &mg_op_setting ||
           node->op->draws || node->op->joins;
}

static mg_status fail_metric(const mg_measures *m,
                             const mg_network_value *metric, const char *what)
{
    return mg_fail(m->ctx, MG_BAD_FORMULA, "%s:%d:%d: error: metric %s: %s",
                   m->network->file, metric->place.line, metric->place.column,
                   metric->name, what);
}

static mg_status check_total(const mg_measures *m,
                             const mg_network_value *metric,
                             const mg_node *total, bool *needed)
{
    const mg_graph *const g = m->network->graph;
    mark_outside(g, total->input[0], needed);
    for (uint32_t id = 1; id < total->self.id; id++)
        if (needed[id] && mg_graph_node(g, (mg_value){id})->op == &mg_op_total)
            return fail_metric(m, metric,
                               "a total of what is made of a total would need "
                               "the data twice");
    return MG_OK;
}

/* A metric over totals is known when all examples were seen: there is no
 * example left that it could depend on. */
static mg_status check_metric(const mg_measures *m,
                              const mg_network_value *metric,
                              const bool *needed)
{
    const mg_graph *const g = m->network->graph;
    for (uint32_t id = 1; id <= metric->value.id; id++) {
        const mg_node *const node = mg_graph_node(g, (mg_value){id});
        if (!needed[id] || !varies(node))
            continue;
        char what[300];
        snprintf(what, sizeof what,
                 "beside its totals it depends on %.80s, which differs from "
                 "example to example; total(...) sums it over the data",
                 node->name ? node->name : node->op->name);
        return fail_metric(m, metric, what);
    }
    return MG_OK;
}

/* ---- Parts ---- */

static mg_status add_part(mg_measures *m, mg_value value, bool is_total,
                          const mg_measure_part **out)
{
    const mg_shape shape = mg_value_shape(m->network->graph, value);
    mg_measure_part *const part = &m->part[m->n_parts++];
    const bool is_weight =
        value.id == m->network->weight.id && !is_total && m->n_parts == 1;
    *part = (mg_measure_part){value, (size_t)mg_shape_size(&shape),
                              is_weight ? 0 : m->n_sums, is_total};
    if (!is_weight && !mg_size_add(m->n_sums, part->count, &m->n_sums))
        return mg_no_memory(m->ctx);
    if (out)
        *out = part;
    return MG_OK;
}

static const mg_measure_part *find_total(const mg_measures *m, mg_value value)
{
    for (size_t i = 0; i < m->n_parts; i++)
        if (m->part[i].is_total && m->part[i].value.id == value.id)
            return &m->part[i];
    return NULL;
}

/* ---- Metrics over totals ---- */

typedef struct {
    mg_measures *m;
    bool *needed;    /* by the metric, outside of totals */
    bool *inside;    /* of check_total */
    mg_value *value; /* in end_graph, by the network's node id */
} ending;

#define TOTAL_PREFIX "total "

static mg_value widen_constant(mg_graph *g, const mg_node *node)
{
    mg_tensor wide;
    const mg_type type = {MG_F64, node->type.shape};
    if (mg_tensor_alloc(mg_graph_arena(g), type, &wide) != MG_OK)
        return mg_graph_fail(g, MG_NO_MEMORY, "%s",
                             mg_message(mg_graph_ctx(g)));
    mg_tensor_copy(node->data, &wide);
    return mg_constant(g, MG_F64, type.shape, wide.data);
}

/* The node over inputs x, with reals in double precision. */
static mg_value widen(mg_graph *g, const mg_node *node, const mg_value x[])
{
    const bool real = mg_dtype_is_real(node->type.dtype);
    if (real && node->data)
        return widen_constant(g, node);
    if (real && node->op == &mg_op_variable)
        return mg_variable(g, node->name, MG_F64, node->type.shape);
    if (node->op == &mg_op_cast)
        return mg_cast_to(g, x[0], real ? MG_F64 : node->type.dtype);
    return mg_copy_node(g, node, x);
}

/* A total becomes a variable that its sums will feed. */
static mg_status end_total(ending *e, const mg_network_value *metric,
                           const mg_node *node)
{
    mg_measures *const m = e->m;
    const mg_value summed = node->input[0];
    MG_TRY(check_total(m, metric, node, e->inside));
    const mg_measure_part *part = find_total(m, summed);
    if (!part)
        MG_TRY(add_part(m, summed, true, &part));
    char name[48];
    snprintf(name, sizeof name, TOTAL_PREFIX "%zu", part->offset);
    e->value[node->self.id] =
        mg_variable(m->end_graph, name, MG_F64, node->type.shape);
    return mg_graph_status(m->end_graph);
}

static mg_status end_node(ending *e, const mg_network_value *metric,
                          const mg_node *node)
{
    mg_measures *const m = e->m;
    if (node->op == &mg_op_total)
        return end_total(e, metric, node);
    mg_value *const x =
        mg_arena_alloc(&m->arena, (size_t)node->n_inputs + 1, sizeof *x);
    if (!x)
        return MG_NO_MEMORY;
    for (int i = 0; i < node->n_inputs; i++)
        x[i] = e->value[node->input[i].id];
    e->value[node->self.id] = widen(m->end_graph, node, x);
    return mg_graph_status(m->end_graph);
}

static bool has_total(const mg_graph *g, mg_value v, const bool *needed)
{
    for (uint32_t id = 1; id <= v.id; id++)
        if (needed[id] && mg_graph_node(g, (mg_value){id})->op == &mg_op_total)
            return true;
    return false;
}

static mg_status add_metric(ending *e, size_t index,
                            const mg_network_value *metric)
{
    mg_measures *const m = e->m;
    const mg_graph *const g = m->network->graph;
    m->name[index] = metric->name;
    mark_outside(g, metric->value, e->needed);
    if (!has_total(g, metric->value, e->needed))
        return add_part(m, metric->value, false, &m->mean[index]);
    MG_TRY(check_metric(m, metric, e->needed));
    for (uint32_t id = 1; id <= metric->value.id; id++)
        if (e->needed[id])
            MG_TRY(end_node(e, metric, mg_graph_node(g, (mg_value){id})));
    m->end[index] = e->value[metric->value.id];
    return MG_OK;
}

/* ---- The whole ---- */

/* At most one part a measure, one a total, and the weight. */
static size_t count_parts(const mg_network *network)
{
    size_t n = network->n_metrics + 2;
    for (uint32_t id = 1; id <= mg_graph_size(network->graph); id++)
        n += mg_graph_node(network->graph, (mg_value){id})->op == &mg_op_total;
    return n;
}

static mg_status lay_out(mg_measures *m, ending *e)
{
    const mg_network *const network = m->network;
    size_t index = 0;
    if (network->weight.id)
        MG_TRY(add_part(m, network->weight, false, NULL));
    if (network->loss.id) {
        m->name[index] = "loss";
        MG_TRY(add_part(m, network->loss, false, &m->mean[index++]));
    }
    for (size_t i = 0; i < network->n_metrics; i++)
        MG_TRY(add_metric(e, index++, &network->metric[i]));
    return MG_OK;
}

static mg_status fill(mg_measures *m)
{
    const mg_network *const network = m->network;
    const size_t size = (size_t)mg_graph_size(network->graph) + 1;
    m->n = network->n_metrics + (network->loss.id != 0);
    m->n_sums = 1;
    m->name = mg_arena_alloc(&m->arena, m->n + 1, sizeof *m->name);
    m->mean = mg_arena_alloc(&m->arena, m->n + 1, sizeof *m->mean);
    m->end = mg_arena_alloc(&m->arena, m->n + 1, sizeof *m->end);
    m->part = mg_arena_alloc(&m->arena, count_parts(network), sizeof *m->part);
    ending e = {.m = m};
    e.needed = mg_arena_alloc(&m->arena, size, sizeof *e.needed);
    e.inside = mg_arena_alloc(&m->arena, size, sizeof *e.inside);
    e.value = mg_arena_alloc(&m->arena, size, sizeof *e.value);
    if (!m->name || !m->mean || !m->end || !m->part || !e.needed || !e.inside ||
        !e.value)
        return MG_NO_MEMORY;
    MG_TRY(mg_graph_create(m->ctx, MG_F64, &m->end_graph));
    return lay_out(m, &e);
}

mg_status mg_measures_init(mg_measures *m, const mg_network *network)
{
    *m = (mg_measures){.ctx = network->ctx, .network = network};
    mg_arena_init(&m->arena, m->ctx);
    const mg_status status = fill(m);
    if (status != MG_OK)
        mg_measures_clear(m);
    return status;
}

void mg_measures_clear(mg_measures *m)
{
    if (!m->ctx)
        return;
    mg_graph_destroy(m->end_graph);
    mg_arena_clear(&m->arena);
    *m = (mg_measures){0};
}

void mg_measures_add(const mg_measures *m, const mg_tensor result[],
                     int64_t batch, double sum[])
{
    if (!m->network->weight.id)
        sum[0] += (double)batch;
    for (size_t i = 0; i < m->n_parts; i++) {
        const mg_measure_part *const part = &m->part[i];
        for (size_t k = 0; k < part->count; k++)
            sum[part->offset + k] += mg_tensor_get(&result[i], (int64_t)k);
    }
}

bool mg_measures_loss_is_finite(const mg_measures *m, const double sum[])
{
    return !m->network->loss.id || isfinite(sum[m->mean[0]->offset]);
}

/* ---- From sums to measures ---- */

typedef struct {
    const mg_weights *weights;
    double *sum;
    mg_arena *arena;
} feeding;

static mg_status feed(void *data, const mg_node *leaf, mg_tensor *out)
{
    const feeding *const f = data;
    const size_t prefix = strlen(TOTAL_PREFIX);
    int64_t offset = 0;
    if (strncmp(leaf->name, TOTAL_PREFIX, prefix) == 0 &&
        mg_parse_int(leaf->name + prefix, strlen(leaf->name + prefix),
                     &offset)) {
        *out = mg_tensor_dense(leaf->type, f->sum + offset);
        return MG_OK;
    }
    const mg_weight *const weight = mg_weights_find(f->weights, leaf->name);
    if (!weight)
        return mg_fail(f->arena->ctx, MG_BAD_ARGUMENT,
                       "measure: %s has no value here", leaf->name);
    MG_TRY(mg_tensor_alloc(f->arena, leaf->type, out));
    mg_tensor_copy(&weight->tensor, out);
    return MG_OK;
}

static mg_status finish(const mg_measures *m, feeding *f, mg_measure out[])
{
    mg_frame frame = {0};
    mg_tensor *value = NULL;
    MG_TRY(mg_evaluate(m->end_graph, f->arena, &frame, feed, f, NULL, &value));
    for (size_t i = 0; i < m->n; i++) {
        out[i].name = m->name[i];
        if (!m->mean[i])
            out[i].value = mg_tensor_get(&value[m->end[i].id], 0);
        else
            out[i].value = f->sum[0] != 0
                               ? f->sum[m->mean[i]->offset] / f->sum[0]
                               : (double)NAN;
    }
    return MG_OK;
}

mg_status mg_measures_finish(const mg_measures *m, const mg_weights *weights,
                             double sum[], mg_measure out[])
{
    mg_arena arena;
    mg_arena_init(&arena, m->ctx);
    feeding f = {weights, sum, &arena};
    const mg_status status = finish(m, &f, out);
    mg_arena_clear(&arena);
    return status;
}
