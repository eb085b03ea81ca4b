/* lent: examples of a C program, from its arrays or from a callback that makes
 * all values of some examples at once. Layer data. */
#include "data/examples.h"

#include <string.h>

static mg_status add_array(mg_dataset *d, int64_t rows,
                           const mg_data_array *array, bool lent)
{
    mg_data_column *column = NULL;
    if (!array->name || array->row.dtype < MG_F32 || array->row.dtype > MG_U8)
        return mg_fail(d->ctx, MG_BAD_ARGUMENT,
                       "data %s: an array has no name, or no element type",
                       d->source);
    if (lent && !array->data && rows > 0)
        return mg_fail(d->ctx, MG_BAD_ARGUMENT,
                       "data %s: the array %s has no data", d->source,
                       array->name);
    return mg_dataset_add_lent(d, array->name, false, array->row, rows,
                               lent ? (void *)array->data : NULL, &column);
}

/* ---- Arrays ---- */

static const mg_data_kind arrays_kind = {.name = "arrays"};

mg_status mg_data_from_arrays(mg_ctx *ctx, int64_t rows, size_t n,
                              const mg_data_array array[], mg_dataset **out)
{
    mg_dataset *d = NULL;
    MG_TRY(mg_dataset_create(ctx, "in memory", &d));
    d->kind = &arrays_kind;
    mg_status status = MG_OK;
    for (size_t i = 0; i < n && status == MG_OK; i++)
        status = add_array(d, rows, &array[i], true);
    if (status != MG_OK) {
        mg_dataset_destroy(d);
        return status;
    }
    mg_dataset_count_classes(d);
    *out = d;
    return MG_OK;
}

/* ---- Callbacks ---- */

typedef struct {
    mg_data_fetch_fn *fetch;
    void *user;
} source;

/* What one network takes of a callback: the arrays of the last call, and
 * which of its inputs have had their part of it. */
typedef struct {
    const mg_dataset *dataset;
    const mg_network_input *input;
    const mg_claim *claims;
    const mg_example_input *stored;
    void **array; /* [n_columns]: dense memory for `capacity` rows */
    void **part;  /* [n_columns]: the arrays of one claim */
    int64_t *row; /* [capacity]: the last call's */
    int64_t n, capacity;
    size_t last; /* input; no later one had its part yet */
} stream;

static void stream_clear(stream *s)
{
    mg_ctx *ctx = s->dataset->ctx;
    for (size_t i = 0; i < s->dataset->n_columns; i++) {
        mg_free_aligned(ctx, s->array[i]);
        s->array[i] = NULL;
    }
    mg_free(ctx, s->row);
    s->row = NULL;
    s->capacity = 0;
    s->n = 0;
}

static void stream_destroy(void *store, mg_ctx *ctx)
{
    (void)ctx;
    stream_clear(store);
}

/* What was there is lost. */
static mg_status make_room(stream *s, int64_t n)
{
    const mg_dataset *d = s->dataset;
    if (n <= s->capacity)
        return MG_OK;
    stream_clear(s);
    s->row = mg_alloc(d->ctx, (size_t)n, sizeof *s->row);
    if (!s->row)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < d->n_columns; i++) {
        mg_type all = d->column[i].row;
        mg_shape_insert(&all.shape, 0, n);
        MG_TRY(mg_shape_check(d->ctx, &all.shape));
        s->array[i] =
            mg_alloc_aligned(d->ctx, (size_t)mg_shape_size(&all.shape),
                             mg_dtype_size(all.dtype));
        if (!s->array[i])
            return MG_NO_MEMORY;
    }
    s->capacity = n;
    return MG_OK;
}

static mg_status call(stream *s, int64_t n, const int64_t rows[])
{
    const source *from = s->dataset->store;
    MG_TRY(make_room(s, n));
    s->n = 0;
    const mg_status status = from->fetch(from->user, n, rows, s->array);
    if (status != MG_OK)
        return mg_fail(s->dataset->ctx, status,
                       "data %s: the callback returned status %d",
                       s->dataset->source, (int)status);
    memcpy(s->row, rows, (size_t)n * sizeof *rows);
    s->n = n;
    return MG_OK;
}

/* All inputs of some rows come from one call, since a generator may make up
 * others at the next: they are asked for in ascending order. */
static mg_status fetch(void *store, size_t input, int64_t n,
                       const int64_t rows[], void *out)
{
    stream *s = store;
    const mg_claim *claim = &s->claims[input];
    const mg_type *type = &s->stored[input].row;
    if (n == 0)
        return MG_OK;
    if (s->n != n || input <= s->last ||
        memcmp(s->row, rows, (size_t)n * sizeof *rows) != 0)
        MG_TRY(call(s, n, rows));
    s->last = input;
    for (size_t k = 0; k < claim->n; k++)
        s->part[k] = s->array[claim->column[k]];
    if (claim->n == 1)
        memcpy(out, s->part[0], (size_t)n * mg_type_bytes(type));
    else
        mg_claim_join(s->dataset, claim, type, n, s->part, out);
    return mg_labels_check(s->dataset->ctx, s->dataset->source,
                           &s->input[input], type->dtype, n, rows, out);
}

static mg_status make_stream(const mg_dataset *dataset,
                             const mg_network *network, const mg_claim *claims,
                             mg_examples *e)
{
    stream *s = mg_arena_alloc(&e->arena, 1, sizeof *s);
    mg_network_input *input =
        mg_arena_copy(&e->arena, network->input, e->n, sizeof *input);
    if (!s || !input)
        return MG_NO_MEMORY;
    *s = (stream){.dataset = dataset,
                  .input = input,
                  .claims = claims,
                  .stored = e->input};
    s->array = mg_arena_alloc(&e->arena, dataset->n_columns, sizeof *s->array);
    s->part = mg_arena_alloc(&e->arena, dataset->n_columns, sizeof *s->part);
    if (!s->array || !s->part)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < e->n; i++)
        input[i].name = e->schema.input[i].name;
    e->fetch = fetch;
    e->store = s;
    e->destroy = stream_destroy;
    return MG_OK;
}

static mg_status load(const mg_dataset *dataset, const mg_network *network,
                      bool targets, const mg_schema *schema, mg_examples *e)
{
    mg_claim *claims = mg_arena_alloc(&e->arena, e->n, sizeof *claims);
    if (!claims)
        return MG_NO_MEMORY;
    MG_TRY(
        mg_dataset_claim(dataset, network, targets, schema, &e->arena, claims));
    for (size_t i = 0; i < e->n; i++) {
        const mg_network_input *input = &network->input[i];
        if (claims[i].n == 0 || (input->target && !targets))
            continue;
        e->input[i].absent = false;
        e->input[i].row = mg_claim_type(dataset, input, &claims[i]);
        MG_TRY(mg_examples_name_columns(e, dataset, &claims[i], i));
    }
    return make_stream(dataset, network, claims, e);
}

static const mg_data_kind callback_kind = {.name = "callback", .load = load};

mg_status mg_data_from_callback(mg_ctx *ctx, int64_t rows, size_t n,
                                const mg_data_array array[],
                                mg_data_fetch_fn *fetch_rows, void *user,
                                mg_dataset **out)
{
    mg_dataset *d = NULL;
    MG_TRY(mg_dataset_create(ctx, "from a callback", &d));
    d->kind = &callback_kind;
    mg_status status = MG_OK;
    for (size_t i = 0; i < n && status == MG_OK; i++)
        status = add_array(d, rows, &array[i], false);
    source *from = mg_arena_alloc(&d->arena, 1, sizeof *from);
    if (status == MG_OK && !from)
        status = MG_NO_MEMORY;
    if (status != MG_OK) {
        mg_dataset_destroy(d);
        return status;
    }
    *from = (source){fetch_rows, user};
    d->store = from;
    *out = d;
    return MG_OK;
}
