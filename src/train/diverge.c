/* diverge: which value was the first that is not finite. A run is a function
 * of its seed, so the steps since the last sound copy of the weights are done
 * again, one by one, and the step that goes wrong is evaluated by the oracle.
 * Layer train. */
#include "graph/evaluate.h"
#include "train/statistics.h"
#include "train/trainer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void go_back(mg_trainer *t)
{
    double *const sum = t->progress.sum;
    mg_trainer_release(t);
    mg_weights_set(&t->weights, &t->snapshot.weights);
    memcpy(sum, t->snapshot.progress.sum, t->measures.n_sums * sizeof *sum);
    t->progress = t->snapshot.progress;
    t->progress.sum = sum;
}

/* ---- Looking for the value ---- */

typedef struct {
    const mg_step_source *source;
    mg_step_plan *plan;
} feeding;

static mg_status feed(void *data, const mg_node *leaf, mg_tensor *out)
{
    const feeding *const f = data;
    void *const memory = mg_step_leaf(f->source, f->plan, leaf);
    if (!memory)
        return mg_fail(f->plan->ctx, MG_BAD_DATA, "nothing feeds %s",
                       leaf->name);
    *out = mg_tensor_dense(leaf->type, memory);
    return MG_OK;
}

static bool holds(const mg_tensor *t, bool (*test)(double))
{
    if (!mg_dtype_is_real(t->type.dtype))
        return false;
    const int64_t n = mg_shape_size(&t->type.shape);
    for (int64_t i = 0; i < n; i++)
        if (test(mg_tensor_get(t, i)))
            return true;
    return false;
}

static bool is_nan(double x)
{
    return isnan(x);
}

static bool is_infinite(double x)
{
    return isinf(x);
}

/* A state of a formula, which may be infinite. */
static bool is_state(const mg_node *node, const mg_weights *weights)
{
    if (node->op != &mg_op_variable)
        return false;
    const mg_weight *const weight = mg_weights_find(weights, node->name);
    return weight && !weight->is_param;
}

/* The input whose values in the data the node is, or NULL. */
static const mg_network_input *data_of(const mg_network *network,
                                       const mg_node *node)
{
    const size_t prefix = strlen(MG_DATA_PREFIX);
    if ((node->op != &mg_op_variable && node->op != &mg_op_input) ||
        strncmp(node->name, MG_DATA_PREFIX, prefix) != 0)
        return NULL;
    return mg_network_find_input(network, node->name + prefix);
}

/* NaN, or infinite although no operand is: where the trouble starts. Not in
 * data whose missing values are filled in behind. */
static bool is_source(const mg_node *node, const mg_trainer *t,
                      const mg_tensor value[])
{
    const mg_weights *const weights = &t->weights;
    const mg_tensor *const y = &value[node->self.id];
    const mg_network_input *const input = data_of(t->network, node);
    if (input && mg_statistics_fill(weights, input))
        return false;
    if (holds(y, is_nan)) {
        for (int i = 0; i < node->n_inputs; i++)
            if (holds(&value[node->input[i].id], is_nan))
                return false;
        return true;
    }
    if (!holds(y, is_infinite) || node->data || is_state(node, weights))
        return false;
    for (int i = 0; i < node->n_inputs; i++)
        if (holds(&value[node->input[i].id], is_infinite))
            return false;
    return true;
}

/* The length of a parameter's name in that of an update: of itself, of a state
 * of its rule ("PATH/NAME"), or of the sum of its gradients. */
static size_t owner_of(const mg_root *root, const char **name)
{
    const size_t prefix = strlen(MG_GRADIENT_SUM_PREFIX);
    const bool is_sum =
        strncmp(root->name, MG_GRADIENT_SUM_PREFIX, prefix) == 0;
    *name = root->name + (is_sum ? prefix : 0);
    return strcspn(*name, "/");
}

/* The one parameter for whose step the node is needed; length 0: several. */
static size_t find_owner(const mg_graph *g, const mg_node *node,
                         mg_arena *arena, const char **name)
{
    const size_t size = (size_t)mg_graph_size(g) + 1;
    bool *const needed = mg_arena_alloc(arena, size, sizeof *needed);
    size_t length = 0;
    for (size_t i = 0; needed && i < mg_graph_root_count(g); i++) {
        const mg_root *const root = mg_graph_root(g, i);
        memset(needed, 0, size);
        mg_mark_needed(g, root->value, needed);
        if (!needed[node->self.id])
            continue;
        const char *other = NULL;
        const size_t n = root->variable.id ? owner_of(root, &other) : 0;
        if (n == 0 ||
            (length > 0 && (n != length || memcmp(other, *name, n) != 0)))
            return 0;
        length = n;
        *name = other;
    }
    return length;
}

/* What it is, in words: a value, or in the backward pass whose gradient or
 * update. */
static void put_subject(mg_text *text, const mg_graph *g, const mg_node *node,
                        bool backward, mg_arena *arena)
{
    const char *owner = NULL;
    const mg_place *const place = &node->place;
    const size_t length = backward ? find_owner(g, node, arena, &owner) : 0;
    mg_text_puts(text, backward ? "the gradient or update of " : "");
    mg_text_puts(text, place->formula ? place->formula : node->op->name);
    if (length > 0)
        mg_text_printf(text, ", in the step of %.*s,", (int)length, owner);
}

static mg_status report(const mg_trainer *t, const mg_graph *g,
                        const mg_node *node, const mg_tensor *value,
                        bool backward, mg_arena *arena)
{
    const char *const what = holds(value, is_nan) ? "NaN" : "infinite";
    const mg_network_input *const input = data_of(t->network, node);
    const mg_place *const place = input ? &input->place : &node->place;
    char where[48] = "";
    mg_text text;
    mg_text_init(&text, t->ctx);
    if (input)
        mg_text_printf(&text, "the data of %s", input->name);
    else
        put_subject(&text, g, node, backward, arena);
    if (place->line)
        snprintf(where, sizeof where, ":%d:%d", place->line, place->column);
    const mg_status status = mg_fail(
        t->ctx, MG_DIVERGED,
        "%s%s: training diverged in step %lld: %s is the first value that is "
        "%s; %s",
        t->settings.file, where, (long long)t->progress.step + 1,
        mg_text_string(&text), what, t->kept);
    mg_text_clear(&text);
    return status;
}

/* Nodes up to the last root of a result are the forward pass. */
static uint32_t last_forward(const mg_graph *g)
{
    uint32_t last = 0;
    for (size_t i = 0; i < mg_graph_root_count(g); i++) {
        const mg_root *const root = mg_graph_root(g, i);
        if (!root->variable.id && root->value.id > last)
            last = root->value.id;
    }
    return last;
}

/* The oracle finds nothing wrong: the plan sums in another order, and alone
 * leaves the range of its numbers. */
static mg_status report_result(const mg_trainer *t, const mg_weight *broken)
{
    const mg_network *const n = t->network;
    mg_place place = mg_graph_node(n->graph, n->loss)->place;
    for (size_t i = 0; broken && i < n->n_params; i++)
        if (!strcmp(n->param[i].name, broken->name))
            place = n->param[i].place;
    return mg_fail(t->ctx, MG_DIVERGED,
                   "%s:%d:%d: training diverged in step %lld: %s%s is not "
                   "finite; %s",
                   t->settings.file, place.line, place.column,
                   (long long)t->progress.step + 1,
                   broken ? "the new value of " : "the loss",
                   broken ? broken->name : "", t->kept);
}

/* Marks what the roots need: other nodes have no values. */
static mg_status mark_roots(const mg_graph *g, mg_arena *arena, bool **out)
{
    bool *const needed =
        mg_arena_alloc(arena, (size_t)mg_graph_size(g) + 1, sizeof *needed);
    if (!needed)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < mg_graph_root_count(g); i++)
        mg_mark_needed(g, mg_graph_root(g, i)->value, needed);
    *out = needed;
    return MG_OK;
}

/* Reports the first value that is not finite, with MG_DIVERGED. */
static mg_status search_graph(mg_trainer *t, const mg_graph *g,
                              mg_step_plan *plan, mg_arena *arena)
{
    feeding f = {&t->train_source, plan};
    mg_frame frame = {.seed = (uint64_t)t->network->train.seed,
                      .step = (uint32_t)plan->draw};
    mg_tensor *value = NULL;
    bool *needed = NULL;
    MG_TRY(mark_roots(g, arena, &needed));
    MG_TRY(mg_evaluate(g, arena, &frame, feed, &f, needed, &value));
    const uint32_t forward = last_forward(g);
    for (uint32_t id = 1; id <= mg_graph_size(g); id++) {
        const mg_node *const node = mg_graph_node(g, (mg_value){id});
        if (needed[id] && is_source(node, t, value))
            return report(t, g, node, &value[id], id > forward, arena);
    }
    return MG_OK;
}

static mg_status search(mg_trainer *t, mg_purpose purpose, mg_step_plan *plan)
{
    mg_graph *g = NULL;
    MG_TRY(mg_step_graph(&t->train_source, purpose, plan->batch, &g));
    mg_arena arena;
    mg_arena_init(&arena, t->ctx);
    const mg_status status = search_graph(t, g, plan, &arena);
    mg_arena_clear(&arena);
    mg_graph_destroy(g);
    return status;
}

static mg_status search_batch(mg_trainer *t, mg_purpose purpose, int64_t turn)
{
    mg_step_plan *plan = NULL;
    MG_TRY(mg_trainer_set_batch(t, turn, &plan));
    MG_TRY(mg_step_plan_fetch(plan));
    return search(t, purpose, plan);
}

/* Where several batches make a step, each is run after it was looked into, so
 * that the sums of gradients are there for the step. */
static mg_status search_batches(mg_trainer *t)
{
    mg_progress *const p = &t->progress;
    mg_trainer_clear_sums(t);
    for (int64_t turn = 0;
         turn < t->settings.accumulate && p->position < t->n_train; turn++) {
        MG_TRY(search_batch(t, MG_FOR_GRADIENTS, turn));
        MG_TRY(mg_trainer_run_batch(t, turn));
    }
    t->update->step = p->step;
    t->update->steps = t->max_steps;
    return search(t, MG_FOR_STEP, t->update);
}

/* The weights are those before the step that goes wrong. */
static mg_status look_into_step(mg_trainer *t, const mg_weight *broken)
{
    MG_TRY(t->update ? search_batches(t) : search_batch(t, MG_FOR_TRAINING, 0));
    return report_result(t, broken);
}

/* Repeats steps until one leaves a loss or weight that is not finite; the
 * snapshot then holds the state before that step. *broken: the weight. */
static mg_status repeat_steps(mg_trainer *t, const mg_weight **broken)
{
    for (;;) {
        if (t->progress.position >= t->n_train) {
            t->progress.position = 0;
            t->progress.epoch++;
        }
        mg_trainer_take_snapshot(t, &t->snapshot);
        const mg_status status = mg_trainer_step(t);
        *broken = mg_weights_find_nonfinite(&t->weights);
        if (status == MG_DIVERGED || *broken)
            return MG_OK;
        MG_TRY(status);
        if (t->progress.step >= t->max_steps)
            return mg_fail(t->ctx, MG_DIVERGED, "%s: training diverged; %s",
                           t->settings.file, t->kept);
    }
}

mg_status mg_trainer_explain_divergence(mg_trainer *t)
{
    go_back(t);
    const mg_weight *broken = NULL;
    MG_TRY(repeat_steps(t, &broken));
    go_back(t);
    return look_into_step(t, broken);
}
