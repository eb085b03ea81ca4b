/* dataset: columns and their rows. Layer data. */
#include "data/examples.h"

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
    if (dataset->kind && dataset->kind->destroy)
        dataset->kind->destroy(dataset);
    mg_arena_clear(&dataset->arena);
    mg_free(dataset->ctx, dataset);
}

/* The columns' array has room for the next power of two. */
static mg_status append_column(mg_dataset *d, const mg_data_column *column)
{
    const size_t n = d->n_columns;
    if ((n & (n - 1)) == 0) {
        mg_data_column *columns =
            mg_arena_alloc(&d->arena, n == 0 ? 1 : 2 * n, sizeof *columns);
        if (!columns)
            return MG_NO_MEMORY;
        if (n > 0)
            memcpy(columns, d->column, n * sizeof *columns);
        d->column = columns;
    }
    d->column[n] = *column;
    d->n_columns++;
    return MG_OK;
}

/* How messages call a column. */
static const char *column_words(const char *name, bool target)
{
    if (name[0] != '\0')
        return name;
    return target ? "labels" : "inputs";
}

void mg_text_column(mg_text *text, const mg_data_column *column)
{
    const mg_type *row = &column->row;
    mg_text_printf(text, "%s (", column_words(column->name, column->target));
    if (column->text) {
        mg_text_puts(text, "texts)");
        return;
    }
    if (row->shape.rank == 0) {
        mg_text_puts(text, mg_dtype_is_real(row->dtype) ? "numbers)"
                           : row->dtype == MG_BOOL      ? "truth values)"
                                                        : "integers)");
        return;
    }
    mg_text_printf(text, "%s ", mg_dtype_name(row->dtype));
    mg_text_shape(text, &row->shape);
    mg_text_puts(text, ")");
}

/* The shape of all rows must be one that tensors can have. */
static mg_status check_rows(const mg_dataset *d, const char *name, bool target,
                            const mg_type *row, int64_t rows, mg_type *all)
{
    if (d->n_columns > 0 && rows != d->rows)
        return mg_fail(d->ctx, MG_BAD_DATA,
                       "%s: %s are %" PRId64 ", but %s are %" PRId64, d->source,
                       column_words(d->column[0].name, d->column[0].target),
                       d->rows, column_words(name, target), rows);
    mg_status status = mg_shape_check(d->ctx, &row->shape);
    if (status == MG_OK && row->shape.rank == MG_MAX_RANK)
        status = mg_fail(d->ctx, MG_BAD_SHAPE, "an example has %d axes",
                         MG_MAX_RANK);
    if (status == MG_OK) {
        *all = *row;
        mg_shape_insert(&all->shape, 0, rows);
        status = mg_shape_check(d->ctx, &all->shape);
    }
    if (status != MG_OK)
        mg_prefix_message(d->ctx, "%s: %s", d->source,
                          column_words(name, target));
    return status;
}

mg_status mg_dataset_add_lent(mg_dataset *dataset, const char *name,
                              bool target, mg_type row, int64_t rows,
                              void *data, mg_data_column **out)
{
    mg_dataset *d = dataset;
    mg_type all = row;
    MG_TRY(check_rows(d, name, target, &row, rows, &all));
    mg_data_column column = {.target = target, .row = row, .data = data};
    column.name = mg_arena_string(&d->arena, name, strlen(name));
    if (!column.name)
        return MG_NO_MEMORY;
    MG_TRY(append_column(d, &column));
    d->rows = rows;
    *out = &d->column[d->n_columns - 1];
    return MG_OK;
}

mg_status mg_dataset_add(mg_dataset *dataset, const char *name, bool target,
                         mg_type row, int64_t rows, mg_data_column **out)
{
    mg_type all = row;
    MG_TRY(check_rows(dataset, name, target, &row, rows, &all));
    mg_tensor data;
    MG_TRY(mg_tensor_alloc(&dataset->arena, all, &data));
    return mg_dataset_add_lent(dataset, name, target, row, rows, data.data,
                               out);
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
        if (!column->data || column->text)
            continue;
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
