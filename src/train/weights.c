/* weights: the variables of a network by name. Layer train. */
#include "train/weights.h"

#include <math.h>
#include <string.h>

void mg_weights_init(mg_weights *w, mg_ctx *ctx)
{
    *w = (mg_weights){.ctx = ctx};
    mg_arena_init(&w->arena, ctx);
}

void mg_weights_clear(mg_weights *w)
{
    if (!w->ctx)
        return;
    mg_free(w->ctx, w->weight);
    mg_table_clear(w->ctx, &w->numbers);
    mg_arena_clear(&w->arena);
    *w = (mg_weights){0};
}

mg_status mg_weights_add(mg_weights *w, const char *name, mg_type type,
                         bool is_param, mg_tensor *out)
{
    MG_TRY(
        mg_grow(w->ctx, &w->weight, &w->capacity, w->n + 1, sizeof *w->weight));
    mg_weight *const weight = &w->weight[w->n];
    *weight = (mg_weight){.is_param = is_param};
    weight->name = mg_arena_string(&w->arena, name, strlen(name));
    size_t *const number = mg_arena_alloc(&w->arena, 1, sizeof *number);
    if (!weight->name || !number)
        return MG_NO_MEMORY;
    *number = w->n;
    MG_TRY(mg_tensor_alloc(&w->arena, type, &weight->tensor));
    MG_TRY(mg_table_put(w->ctx, &w->numbers, weight->name, number));
    w->n++;
    if (out)
        *out = weight->tensor;
    return MG_OK;
}

const mg_weight *mg_weights_find(const mg_weights *w, const char *name)
{
    const size_t *const number = mg_table_find(&w->numbers, name);
    return number ? &w->weight[*number] : NULL;
}

mg_status mg_weights_from_network(mg_weights *w, const mg_network *network,
                                  uint64_t seed)
{
    for (size_t i = 0; i < network->n_params; i++) {
        const mg_network_param *const param = &network->param[i];
        const mg_type type = mg_value_type(network->graph, param->value);
        mg_tensor tensor;
        MG_TRY(mg_weights_add(w, param->name, type, true, &tensor));
        MG_TRY(mg_network_init_param(network, i, seed, &tensor));
    }
    for (size_t i = 0; i < network->n_states; i++) {
        const mg_network_state *const state = &network->state[i];
        const mg_type type = mg_value_type(network->graph, state->value);
        mg_tensor tensor;
        MG_TRY(mg_weights_add(w, state->name, type, false, &tensor));
        mg_tensor_copy(&state->initial, &tensor);
    }
    return MG_OK;
}

mg_status mg_weights_copy(mg_weights *w, const mg_weight *from)
{
    mg_tensor tensor;
    MG_TRY(mg_weights_add(w, from->name, from->tensor.type, from->is_param,
                          &tensor));
    mg_tensor_copy(&from->tensor, &tensor);
    return MG_OK;
}

mg_status mg_weights_clone(mg_weights *w, const mg_weights *from)
{
    for (size_t i = 0; i < from->n; i++)
        MG_TRY(mg_weights_copy(w, &from->weight[i]));
    return MG_OK;
}

void mg_weights_set(const mg_weights *w, const mg_weights *from)
{
    for (size_t i = 0; i < from->n; i++) {
        const mg_tensor *const t = &from->weight[i].tensor;
        const size_t bytes = mg_type_bytes(&t->type);
        if (bytes)
            memcpy(w->weight[i].tensor.data, t->data, bytes);
    }
}

int64_t mg_weights_count(const mg_weights *w)
{
    int64_t count = 0;
    for (size_t i = 0; i < w->n; i++)
        if (w->weight[i].is_param)
            count += mg_shape_size(&w->weight[i].tensor.type.shape);
    return count;
}

/* A sum of x - x is 0 unless an x is not finite; it vectorises. */
static bool is_finite_f32(const float *x, int64_t n)
{
    float sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += x[i] - x[i];
    return sum == 0;
}

static bool is_finite(const mg_tensor *t)
{
    const int64_t n = mg_shape_size(&t->type.shape);
    if (t->type.dtype == MG_F32)
        return is_finite_f32(t->data, n);
    for (int64_t i = 0; i < n; i++)
        if (!isfinite(mg_tensor_get(t, i)))
            return false;
    return true;
}

static bool has_nan(const mg_tensor *t)
{
    const int64_t n = mg_shape_size(&t->type.shape);
    for (int64_t i = 0; i < n; i++)
        if (isnan(mg_tensor_get(t, i)))
            return true;
    return false;
}

/* A smallest value so far starts as infinity: states of formulas may. */
static bool is_sound(const mg_weight *weight)
{
    const bool of_formula = !weight->is_param && !strchr(weight->name, '/');
    return is_finite(&weight->tensor) ||
           (of_formula && !has_nan(&weight->tensor));
}

const mg_weight *mg_weights_find_nonfinite(const mg_weights *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (!is_sound(&w->weight[i]))
            return &w->weight[i];
    return NULL;
}
