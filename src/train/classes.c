/* classes: see classes.h. Layer train. */
#include "train/classes.h"

#include <inttypes.h>
#include <string.h>

/* Labels that are looked at in one go. */
#define CHUNK 65536

/* The one target, if it is a label; else SIZE_MAX. */
static size_t find_label(const mg_network *network)
{
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < network->n_inputs; i++) {
        if (!network->input[i].target)
            continue;
        if (found != SIZE_MAX)
            return SIZE_MAX;
        found = i;
    }
    if (found == SIZE_MAX || network->input[found].classes == 0 ||
        network->input[found].shape.rank != 0)
        return SIZE_MAX;
    return found;
}

static mg_status check_labels(const mg_examples *examples, int64_t n,
                              const int64_t row[], const int32_t label[],
                              const mg_network_input *input)
{
    for (int64_t i = 0; i < n; i++)
        if (label[i] < 0 || label[i] >= input->classes)
            return mg_fail(examples->ctx, MG_BAD_DATA,
                           "data %s: row %" PRId64 " of %s is %" PRId32
                           ", not one of 0 to %" PRId64,
                           examples->source, row[i] + 1, input->name, label[i],
                           input->classes - 1);
    return MG_OK;
}

/* ---- Splitting ---- */

static mg_status read_labels(const mg_examples *examples, size_t input,
                             const mg_network_input *in, int64_t row[],
                             int32_t label[])
{
    for (int64_t at = 0; at < examples->rows; at += CHUNK) {
        const int64_t left = examples->rows - at;
        const int64_t n = left < CHUNK ? left : CHUNK;
        for (int64_t i = 0; i < n; i++)
            row[i] = at + i;
        MG_TRY(mg_examples_gather(examples, input, n, row, MG_I32, label + at));
        MG_TRY(check_labels(examples, n, row, label + at, in));
    }
    return MG_OK;
}

static mg_status split_classes(const mg_network *network,
                               const mg_examples *examples, size_t input,
                               mg_split **out)
{
    mg_ctx *const ctx = examples->ctx;
    const mg_network_train *const train = &network->train;
    const mg_network_input *const in = &network->input[input];
    int64_t *const row = mg_alloc(ctx, CHUNK, sizeof *row);
    int32_t *const label = mg_alloc(ctx, (size_t)examples->rows, sizeof *label);
    mg_status status = row && label ? MG_OK : MG_NO_MEMORY;
    if (status == MG_OK)
        status = read_labels(examples, input, in, row, label);
    if (status == MG_OK)
        status = mg_split_create(ctx, examples->rows, train->val,
                                 (uint64_t)train->seed, MG_SPLIT_CLASSES,
                                 in->classes, label, out);
    mg_free(ctx, label);
    mg_free(ctx, row);
    return status;
}

mg_status mg_classes_split(const mg_network *network,
                           const mg_examples *examples, mg_split **out)
{
    const mg_network_train *const train = &network->train;
    const size_t label = find_label(network);
    if (label < SIZE_MAX && !examples->ordered && train->val > 0)
        return split_classes(network, examples, label, out);
    return mg_split_create(
        examples->ctx, examples->rows, train->val, (uint64_t)train->seed,
        examples->ordered ? MG_SPLIT_END : MG_SPLIT_RANDOM, 0, NULL, out);
}

/* ---- Weights ---- */

typedef struct {
    mg_network *network;
    const mg_examples *examples;
    size_t input;
    const mg_network_input *label;
    double *weight; /* [classes] */
} weighing;

static mg_status bad_list(const weighing *w, const char *text, const char *what)
{
    return mg_fail(w->network->ctx, MG_BAD_ARGUMENT,
                   "class weights %s: %s; write balanced, or the %" PRId64
                   " numbers of %s in order, like 1,2.5",
                   text, what, w->label->classes, w->label->name);
}

/* Numbers apart by commas or blanks. */
static mg_status read_list(const weighing *w, const char *text)
{
    static const char apart[] = ", \t\n";
    int64_t n = 0;
    bool any = false;
    for (const char *at = text + strspn(text, apart); *at; n++) {
        double value = 0;
        const size_t used = mg_parse_real(at, strlen(at), &value);
        if (used == 0 || (at[used] && !strchr(apart, at[used])))
            return bad_list(w, text, "not a number");
        if (!(value >= 0 && value < 1e30))
            return bad_list(w, text, "a weight is from 0 to 1e30");
        if (n < w->label->classes)
            w->weight[n] = value;
        any = any || value > 0;
        at += used;
        at += strspn(at, apart);
    }
    if (n != w->label->classes)
        return bad_list(w, text,
                        n < w->label->classes ? "too few numbers"
                                              : "too many numbers");
    return any ? MG_OK : bad_list(w, text, "all are 0");
}

/* Adds 1 to weight[c] for each training row of class c. */
static mg_status count_classes(const weighing *w, mg_split *split,
                               int64_t row[], int32_t label[])
{
    const uint64_t seed = (uint64_t)w->network->train.seed;
    const int64_t rows = mg_split_train_count(split);
    for (int64_t at = 0; at < rows; at += CHUNK) {
        const int64_t n = rows - at < CHUNK ? rows - at : CHUNK;
        MG_TRY(mg_split_order(split, seed, 0, at, n, row));
        MG_TRY(
            mg_examples_gather(w->examples, w->input, n, row, MG_I32, label));
        MG_TRY(check_labels(w->examples, n, row, label, w->label));
        for (int64_t i = 0; i < n; i++)
            w->weight[label[i]]++;
    }
    return MG_OK;
}

/* rows / (classes * rows of c), as G. King, L. Zeng, "Logistic regression in
 * rare events data" (2001) weigh them; a class without rows has no say. */
static mg_status balance(const weighing *w, mg_split *split)
{
    mg_ctx *const ctx = w->network->ctx;
    int64_t *const row = mg_alloc(ctx, CHUNK, sizeof *row);
    int32_t *const label = mg_alloc(ctx, CHUNK, sizeof *label);
    mg_status status = row && label ? MG_OK : MG_NO_MEMORY;
    if (status == MG_OK)
        status = count_classes(w, split, row, label);
    const double rows = (double)mg_split_train_count(split);
    const double classes = (double)w->label->classes;
    for (int64_t c = 0; c < w->label->classes; c++)
        if (w->weight[c] > 0)
            w->weight[c] = rows / (classes * w->weight[c]);
    mg_free(ctx, label);
    mg_free(ctx, row);
    return status;
}

/* weight := weight * table[label] */
static mg_status put_weights(const weighing *w, mg_arena *arena)
{
    mg_network *const network = w->network;
    mg_graph *const g = network->graph;
    const mg_shape shape = {1, {w->label->classes}};
    mg_tensor table = {0};
    MG_TRY(mg_tensor_alloc(arena, (mg_type){mg_graph_real(g), shape}, &table));
    for (int64_t c = 0; c < w->label->classes; c++)
        mg_tensor_set(&table, c, w->weight[c]);
    const mg_value all = mg_constant(g, table.type.dtype, shape, table.data);
    const mg_value one = mg_gather(g, all, w->label->value);
    network->weight =
        network->weight.id ? mg_mul(g, network->weight, one) : one;
    return mg_graph_status(g);
}

static mg_status weigh(weighing *w, const char *class_weights, mg_split *split,
                       mg_arena *arena)
{
    w->weight =
        mg_arena_alloc(arena, (size_t)w->label->classes, sizeof *w->weight);
    if (!w->weight)
        return MG_NO_MEMORY;
    MG_TRY(strcmp(class_weights, "balanced") == 0
               ? balance(w, split)
               : read_list(w, class_weights));
    return put_weights(w, arena);
}

mg_status mg_classes_weigh(mg_network *network, const char *class_weights,
                           const mg_examples *examples, mg_split *split)
{
    weighing w = {
        .network = network, .examples = examples, .input = find_label(network)};
    if (w.input == SIZE_MAX)
        return mg_fail(network->ctx, MG_BAD_ARGUMENT,
                       "class weights %s: %s has no single target that is a "
                       "label, like target c class 3",
                       class_weights, network->file);
    w.label = &network->input[w.input];
    mg_arena arena;
    mg_arena_init(&arena, network->ctx);
    const mg_status status = weigh(&w, class_weights, split, &arena);
    mg_arena_clear(&arena);
    return status;
}
