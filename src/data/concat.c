/* concat: data sets whose rows follow one another. Layer data. */
#include "data/examples.h"

#include <string.h>

/* Labels of two types of integers are integers still. */
static bool widen(mg_type *type, const mg_type *other)
{
    if (!mg_shape_equal(&type->shape, &other->shape))
        return false;
    if (type->dtype == other->dtype)
        return true;
    if (!mg_dtype_is_integer(type->dtype) || !mg_dtype_is_integer(other->dtype))
        return false;
    type->dtype = MG_I64;
    return true;
}

static mg_status differs(mg_ctx *ctx, const mg_dataset *a, const mg_dataset *b,
                         size_t column)
{
    mg_text text;
    mg_text_init(&text, ctx);
    mg_text_printf(&text, "data %s: its column %zu is ", b->source, column + 1);
    mg_text_column(&text, &b->column[column]);
    mg_text_printf(&text, ", but in %s it is ", a->source);
    mg_text_column(&text, &a->column[column]);
    mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        status = mg_fail(ctx, MG_BAD_DATA, "%s", mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}

static mg_status copy_column(mg_dataset *d, size_t n,
                             const mg_dataset *const part[], size_t i,
                             int64_t rows)
{
    const mg_data_column *first = &part[0]->column[i];
    mg_type row = first->row;
    for (size_t k = 1; k < n; k++) {
        const mg_data_column *next = &part[k]->column[i];
        if (strcmp(next->name, first->name) != 0 ||
            next->target != first->target || !widen(&row, &next->row))
            return differs(d->ctx, part[0], part[k], i);
    }
    mg_data_column *column = NULL;
    MG_TRY(mg_dataset_add(d, first->name, first->target, row, rows, &column));
    unsigned char *to = column->data;
    for (size_t k = 0; k < n; k++) {
        mg_type all = part[k]->column[i].row;
        mg_shape_insert(&all.shape, 0, part[k]->rows);
        const mg_tensor x = mg_tensor_dense(all, part[k]->column[i].data);
        all.dtype = row.dtype;
        const mg_tensor y = mg_tensor_dense(all, to);
        mg_tensor_copy(&x, &y);
        to += mg_type_bytes(&all);
        column->missing += part[k]->column[i].missing;
    }
    return MG_OK;
}

static mg_status fill(mg_dataset *d, size_t n, const mg_dataset *const part[])
{
    int64_t rows = 0;
    for (size_t k = 0; k < n; k++) {
        if (part[k]->n_columns != part[0]->n_columns)
            return mg_fail(d->ctx, MG_BAD_DATA,
                           "data %s: it has %zu columns, but %s has %zu",
                           part[k]->source, part[k]->n_columns, part[0]->source,
                           part[0]->n_columns);
        if (!mg_int_add(rows, part[k]->rows, &rows))
            return mg_no_memory(d->ctx);
    }
    for (size_t i = 0; i < part[0]->n_columns; i++)
        MG_TRY(copy_column(d, n, part, i, rows));
    mg_dataset_count_classes(d);
    return MG_OK;
}

mg_status mg_dataset_concat(mg_ctx *ctx, const char *source, size_t n,
                            const mg_dataset *const part[], mg_dataset **out)
{
    mg_dataset *d = NULL;
    MG_TRY(mg_dataset_create(ctx, source, &d));
    d->kind = part[0]->kind;
    d->ordered = part[0]->ordered;
    const mg_status status = fill(d, n, part);
    if (status != MG_OK) {
        d->kind = NULL;
        mg_dataset_destroy(d);
        return status;
    }
    *out = d;
    return MG_OK;
}
