/* statistics: see statistics.h. Layer train. */
#include "train/statistics.h"
#include "data/split.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_NAME 512
/* Numbers that are looked at in one go. */
#define CHUNK 65536

/* ---- Names ---- */

typedef enum { FILL, MEAN, DEVIATION } kind;

static const char *const prefix[] = {"fill ", "standardise mean ",
                                     "standardise deviation "};

static const char *name_of(kind k, const mg_network_input *input,
                           char name[MAX_NAME])
{
    snprintf(name, MAX_NAME, "%s%s", prefix[k], input->name);
    return name;
}

bool mg_statistics_is_name(const char *name)
{
    for (kind k = FILL; k <= DEVIATION; k++)
        if (strncmp(name, prefix[k], strlen(prefix[k])) == 0)
            return true;
    return false;
}

static const mg_weight *find(const mg_weights *weights, kind k,
                             const mg_network_input *input)
{
    char name[MAX_NAME];
    return mg_weights_find(weights, name_of(k, input, name));
}

bool mg_statistics_fill(const mg_weights *weights,
                        const mg_network_input *input)
{
    return find(weights, FILL, input);
}

static bool applies(const mg_network_input *input)
{
    return !input->target && input->classes == 0;
}

static mg_status add(mg_weights *weights, const mg_network *network, kind k,
                     const mg_network_input *input, mg_tensor *out)
{
    char name[MAX_NAME];
    const mg_type type = mg_value_type(network->graph, input->value);
    return mg_weights_add(weights, name_of(k, input, name), type, false, out);
}

mg_status mg_statistics_declare(mg_weights *weights, const mg_network *network,
                                const mg_safetensors *file)
{
    char name[MAX_NAME];
    for (size_t i = 0; i < network->n_inputs; i++) {
        const mg_network_input *const input = &network->input[i];
        for (kind k = FILL; k <= DEVIATION && applies(input); k++)
            if (mg_safetensors_find(file, name_of(k, input, name)))
                MG_TRY(add(weights, network, k, input, NULL));
    }
    return MG_OK;
}

/* ---- In the graph ---- */

static mg_value variable(mg_graph *g, const mg_weight *weight)
{
    const mg_type type = weight->tensor.type;
    return mg_variable(g, weight->name, type.dtype, type.shape);
}

mg_value mg_statistics_apply(mg_graph *g, const mg_weights *weights,
                             const mg_network_input *input, mg_value x)
{
    if (!applies(input))
        return x;
    const mg_weight *const fill = find(weights, FILL, input);
    const mg_weight *const mean = find(weights, MEAN, input);
    const mg_weight *const deviation = find(weights, DEVIATION, input);
    if (fill) /* NaN alone is not equal to itself */
        x = mg_where(g, mg_equal(g, x, x), x, variable(g, fill));
    if (mean && deviation)
        x = mg_div(g, mg_sub(g, x, variable(g, mean)), variable(g, deviation));
    return x;
}

/* Each operation is rounded to x's type, as in the graph. */
void mg_statistics_prepare(const mg_weights *weights,
                           const mg_network_input *input, const mg_tensor *x)
{
    const mg_weight *const fill = find(weights, FILL, input);
    const mg_weight *const mean = find(weights, MEAN, input);
    const mg_weight *const deviation = find(weights, DEVIATION, input);
    const int64_t n = applies(input) ? mg_shape_size(&x->type.shape) : 0;
    for (int64_t i = 0; i < n; i++) {
        const double value = mg_tensor_get(x, i);
        if (fill && isnan(value))
            mg_tensor_set(x, i, mg_tensor_get(&fill->tensor, i));
        if (!mean || !deviation)
            continue;
        mg_tensor_set(x, i,
                      mg_tensor_get(x, i) - mg_tensor_get(&mean->tensor, i));
        mg_tensor_set(
            x, i, mg_tensor_get(x, i) / mg_tensor_get(&deviation->tensor, i));
    }
}

/* ---- Mean and deviation ---- */

/* B. P. Welford, "Note on a method for calculating corrected sums of squares
 * and products" (1962): with d = x - mean before, mean += d / n,
 * squares += d (x - mean). */
typedef struct {
    double count, mean, squares;
} moments;

static void add_value(moments *m, double x)
{
    if (isnan(x))
        return;
    const double before = x - m->mean;
    m->count++;
    m->mean += before / m->count;
    m->squares += before * (x - m->mean);
}

/* What one input is measured with. */
typedef struct {
    const mg_examples *examples;
    size_t input;
    int64_t size, chunk; /* elements of a row; rows in one go */
    int64_t *rows;       /* [chunk] */
    double *value;       /* [chunk, size] */
    moments *moments;    /* [size] */
} measuring;

/* The rows are taken as the first epoch takes them: a file is then read in
 * large pieces. */
static mg_status measure_rows(const measuring *m, mg_split *split,
                              uint64_t seed)
{
    const int64_t rows = mg_split_train_count(split);
    for (int64_t at = 0; at < rows; at += m->chunk) {
        const int64_t n = rows - at < m->chunk ? rows - at : m->chunk;
        MG_TRY(mg_split_order(split, seed, 0, at, n, m->rows));
        MG_TRY(mg_examples_gather(m->examples, m->input, n, m->rows, MG_F64,
                                  m->value));
        for (int64_t i = 0; i < n * m->size; i++)
            add_value(&m->moments[i % m->size], m->value[i]);
    }
    return MG_OK;
}

static mg_status check_moments(const measuring *m, const char *input)
{
    for (int64_t i = 0; i < m->size; i++) {
        const moments *const one = &m->moments[i];
        if (one->count > 0 && isfinite(one->mean) && isfinite(one->squares))
            continue;
        return mg_fail(m->examples->ctx, MG_BAD_DATA,
                       "data %s: input %s, element %lld: %s",
                       m->examples->source, input, (long long)i,
                       one->count > 0
                           ? "has no finite mean and deviation"
                           : "all its values are missing in the training rows");
    }
    return MG_OK;
}

static mg_status measure(measuring *m, mg_split *split, uint64_t seed,
                         const char *input)
{
    mg_arena arena;
    mg_arena_init(&arena, m->examples->ctx);
    m->chunk = m->size < CHUNK ? CHUNK / (m->size ? m->size : 1) : 1;
    m->rows = mg_arena_alloc(&arena, (size_t)m->chunk, sizeof *m->rows);
    m->value = mg_arena_alloc(&arena, (size_t)(m->chunk * m->size + 1),
                              sizeof *m->value);
    mg_status status = m->rows && m->value ? MG_OK : MG_NO_MEMORY;
    if (status == MG_OK)
        status = measure_rows(m, split, seed);
    mg_arena_clear(&arena);
    return status == MG_OK ? check_moments(m, input) : status;
}

/* ---- The whole ---- */

static void set(const mg_tensor *out, kind k, int64_t element, const moments *m)
{
    const double deviation = sqrt(m->squares / m->count);
    mg_tensor_set(out, element, k == DEVIATION ? deviation : m->mean);
    if (k == DEVIATION && mg_tensor_get(out, element) == 0)
        mg_tensor_set(out, element, 1);
}

/* want: of each kind. */
static mg_status compute(mg_weights *weights, const mg_network *network,
                         measuring *m, mg_split *split, const bool want[])
{
    const mg_network_input *const input = &network->input[m->input];
    m->size = mg_shape_size(&input->shape);
    m->moments = mg_alloc(weights->ctx, (size_t)m->size, sizeof *m->moments);
    mg_status status = m->moments ? MG_OK : MG_NO_MEMORY;
    if (status == MG_OK)
        status = measure(m, split, (uint64_t)network->train.seed, input->name);
    for (kind k = FILL; k <= DEVIATION && status == MG_OK; k++) {
        mg_tensor tensor = {0};
        if (!want[k])
            continue;
        status = add(weights, network, k, input, &tensor);
        for (int64_t e = 0; e < m->size && status == MG_OK; e++)
            set(&tensor, k, e, &m->moments[e]);
    }
    mg_free(weights->ctx, m->moments);
    return status;
}

mg_status mg_statistics_compute(mg_weights *weights, const mg_network *network,
                                const mg_examples *examples, mg_split *split)
{
    for (size_t i = 0; i < network->n_inputs; i++) {
        const mg_network_input *const input = &network->input[i];
        measuring m = {.examples = examples, .input = i};
        const bool fill = examples->fill && !find(weights, FILL, input);
        const bool scale = examples->standardise && !find(weights, MEAN, input);
        const bool want[] = {fill, scale, scale};
        if (applies(input) && (fill || scale))
            MG_TRY(compute(weights, network, &m, split, want));
    }
    return MG_OK;
}
