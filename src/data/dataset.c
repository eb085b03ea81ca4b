/* dataset: columns and their rows. Layer data. */
#include "data/dataset.h"

#include <inttypes.h>
#include <string.h>

mg_status mg_dataset_create(mg_ctx *ctx, const char *source, mg_dataset **out)
{
    mg_dataset *d = mg_alloc(ctx, 1, sizeof *d);
    if (!d)
        return MG_NO_MEMORY;
    d->ctx = ctx;
    mg_arena_init(&d->arena, ctx);
    d->source = mg_arena_string(&d->arena, source, strlen(source));
    if (!d->source) {
        mg_dataset_destroy(d);
        return MG_NO_MEMORY;
    }
    *out = d;
    return MG_OK;
}

void mg_dataset_destroy(mg_dataset *dataset)
{
    if (!dataset)
        return;
    mg_arena_clear(&dataset->arena);
    mg_free(dataset->ctx, dataset);
}

/* The columns' array is copied to one of one more; what it leaves behind in
 * the arena is small beside any data. */
static mg_status append_column(mg_dataset *d, const mg_data_column *column)
{
    mg_data_column *columns =
        mg_arena_alloc(&d->arena, d->n_columns + 1, sizeof *columns);
    if (!columns)
        return MG_NO_MEMORY;
    if (d->n_columns > 0)
        memcpy(columns, d->column, d->n_columns * sizeof *columns);
    columns[d->n_columns] = *column;
    d->column = columns;
    d->n_columns++;
    return MG_OK;
}

mg_status mg_dataset_add(mg_dataset *dataset, const char *name, bool target,
                         mg_type row, int64_t rows, mg_data_column **out)
{
    mg_dataset *d = dataset;
    if (d->n_columns > 0 && rows != d->rows)
        return mg_fail(d->ctx, MG_BAD_DATA,
                       "%s: %s are %" PRId64 ", but %s are %" PRId64, d->source,
                       d->column[0].target ? "labels" : "inputs", d->rows,
                       target ? "labels" : "inputs", rows);
    mg_type all = row;
    mg_shape_insert(&all.shape, 0, rows);
    mg_tensor data;
    MG_TRY(mg_tensor_alloc(&d->arena, all, &data));
    mg_data_column column = {.target = target, .row = row, .data = data.data};
    column.name = mg_arena_string(&d->arena, name, strlen(name));
    if (!column.name)
        return MG_NO_MEMORY;
    MG_TRY(append_column(d, &column));
    d->rows = rows;
    *out = &d->column[d->n_columns - 1];
    return MG_OK;
}

/* The least and the largest integer of n. */
static void find_range(mg_dtype dtype, const void *data, int64_t n,
                       int64_t *least, int64_t *most)
{
    for (int64_t i = 0; i < n; i++) {
        int64_t value = 0;
        if (dtype == MG_U8)
            value = ((const uint8_t *)data)[i];
        else if (dtype == MG_I32)
            value = ((const int32_t *)data)[i];
        else
            value = ((const int64_t *)data)[i];
        if (i == 0 || value < *least)
            *least = value;
        if (i == 0 || value > *most)
            *most = value;
    }
}

void mg_dataset_count_classes(mg_dataset *dataset)
{
    for (size_t i = 0; i < dataset->n_columns; i++) {
        mg_data_column *column = &dataset->column[i];
        column->classes = 0;
        if (!mg_dtype_is_integer(column->row.dtype))
            continue;
        int64_t least = -1, most = -1;
        find_range(column->row.dtype, column->data,
                   dataset->rows * mg_shape_size(&column->row.shape), &least,
                   &most);
        if (least >= 0 && most < INT64_MAX)
            column->classes = most + 1;
    }
}

/* Pictures are bytes and networks compute in f32: worth a loop of its own. */
static void widen_row(const uint8_t *x, float *y, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        y[i] = (float)x[i];
}

void mg_dataset_gather(const mg_dataset *dataset, size_t column, int64_t n,
                       const int64_t rows[], mg_dtype dtype, void *out)
{
    const mg_data_column *c = &dataset->column[column];
    const int64_t size = mg_shape_size(&c->row.shape);
    const size_t from = (size_t)size * mg_dtype_size(c->row.dtype);
    const size_t to = (size_t)size * mg_dtype_size(dtype);
    for (int64_t i = 0; i < n; i++) {
        unsigned char *x = (unsigned char *)c->data + (size_t)rows[i] * from;
        unsigned char *y = (unsigned char *)out + (size_t)i * to;
        if (c->row.dtype == dtype) {
            memcpy(y, x, from);
        } else if (c->row.dtype == MG_U8 && dtype == MG_F32) {
            widen_row(x, (float *)(void *)y, size);
        } else {
            const mg_type wanted = {dtype, c->row.shape};
            const mg_tensor source = mg_tensor_dense(c->row, x);
            const mg_tensor target = mg_tensor_dense(wanted, y);
            mg_tensor_copy(&source, &target);
        }
    }
}
