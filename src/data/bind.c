/* bind: which column feeds which input of a network, and whether its values
 * are in the input's range. Layer data. */
#include "data/dataset.h"

#include <inttypes.h>
#include <string.h>

typedef struct {
    const mg_dataset *dataset;
    bool *taken; /* [n_columns] */
} binder;

/* Equal shapes, but for axes of length 1 that the network puts in front. */
static bool shapes_fit(const mg_shape *wanted, const mg_shape *row)
{
    const int more = wanted->rank - row->rank;
    for (int i = 0; i < wanted->rank; i++)
        if (wanted->dim[i] != (i < more ? 1 : row->dim[i - more]))
            return false;
    return more >= 0;
}

static bool fits(const mg_network_input *input, const mg_data_column *column)
{
    return shapes_fit(&input->shape, &column->row.shape) &&
           (input->classes == 0 || mg_dtype_is_integer(column->row.dtype));
}

static size_t find_column(const binder *b, const mg_network_input *input)
{
    const mg_dataset *d = b->dataset;
    for (size_t i = 0; i < d->n_columns; i++)
        if (!b->taken[i] && strcmp(d->column[i].name, input->name) == 0)
            return i;
    for (size_t i = 0; i < d->n_columns; i++)
        if (!b->taken[i] && d->column[i].name[0] == '\0' &&
            d->column[i].target == input->target && fits(input, &d->column[i]))
            return i;
    return SIZE_MAX;
}

/* For example "target y, integers 0 to 9". */
static void say_wanted(mg_text *text, const mg_network_input *input)
{
    mg_text_printf(text, "%s %s", input->target ? "target" : "input",
                   input->name);
    if (input->shape.rank > 0)
        mg_text_shape(text, &input->shape);
    if (input->classes > 0)
        mg_text_printf(text, ", integers 0 to %" PRId64, input->classes - 1);
}

static void say_column(mg_text *text, const mg_data_column *column)
{
    if (column->name[0] != '\0')
        mg_text_printf(text, "%s", column->name);
    else
        mg_text_puts(text, column->target ? "labels" : "inputs");
    mg_text_puts(text, " of ");
    mg_text_printf(text, "%s ", mg_dtype_name(column->row.dtype));
    mg_text_shape(text, &column->row.shape);
}

/* Names what is wanted and the columns that could have been it. */
static mg_status nothing_fits(const binder *b, const mg_network_input *input)
{
    const mg_dataset *d = b->dataset;
    mg_text text;
    mg_text_init(&text, d->ctx);
    mg_text_printf(&text, "data %s: nothing fits ", d->source);
    say_wanted(&text, input);
    size_t named = 0;
    for (size_t i = 0; i < d->n_columns; i++) {
        if (b->taken[i] || d->column[i].target != input->target)
            continue;
        mg_text_puts(&text, named++ == 0 ? "; it has " : ", ");
        say_column(&text, &d->column[i]);
    }
    if (named == 0)
        mg_text_printf(&text, "; it has no %s left",
                       input->target ? "labels" : "inputs");
    mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        status = mg_fail(d->ctx, MG_BAD_DATA, "%s", mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}

/* Labels and integers must be below the input's classes: the first one that
 * is not, with its row. */
static mg_status check_range(const binder *b, const mg_network_input *input,
                             const mg_data_column *column)
{
    const mg_dataset *d = b->dataset;
    if (input->classes == 0 ||
        (column->classes > 0 && column->classes <= input->classes))
        return MG_OK;
    const int64_t size = mg_shape_size(&column->row.shape);
    for (int64_t i = 0; i < d->rows * size; i++) {
        const mg_type one = {column->row.dtype, {0}};
        const mg_tensor view =
            mg_tensor_dense(one, (unsigned char *)column->data +
                                     (size_t)i * mg_dtype_size(one.dtype));
        int64_t value = 0;
        const mg_tensor wide = mg_tensor_dense((mg_type){MG_I64, {0}}, &value);
        mg_tensor_copy(&view, &wide);
        if (value < 0 || value >= input->classes)
            return mg_fail(d->ctx, MG_BAD_DATA,
                           "data %s: row %" PRId64 " of %s is %" PRId64
                           ", not one of 0 to %" PRId64,
                           d->source, i / size + 1, input->name, value,
                           input->classes - 1);
    }
    return MG_OK;
}

static mg_status bind_input(const binder *b, const mg_network_input *input,
                            bool targets, size_t *out)
{
    const size_t found = find_column(b, input);
    if (found == SIZE_MAX && input->target && !targets) {
        *out = SIZE_MAX;
        return MG_OK;
    }
    if (found == SIZE_MAX || !fits(input, &b->dataset->column[found]))
        return nothing_fits(b, input);
    MG_TRY(check_range(b, input, &b->dataset->column[found]));
    b->taken[found] = true;
    *out = found;
    return MG_OK;
}

mg_status mg_dataset_bind(const mg_dataset *dataset, const mg_network *network,
                          bool targets, mg_dataset_binding *out)
{
    mg_ctx *ctx = dataset->ctx;
    mg_dataset_binding binding = {.ctx = ctx, .n = network->n_inputs};
    binder b = {.dataset = dataset};
    b.taken = mg_alloc(ctx, dataset->n_columns, sizeof *b.taken);
    binding.column = mg_alloc(ctx, binding.n, sizeof *binding.column);
    mg_status status = b.taken && binding.column ? MG_OK : MG_NO_MEMORY;
    for (size_t i = 0; i < binding.n && status == MG_OK; i++)
        status =
            bind_input(&b, &network->input[i], targets, &binding.column[i]);
    mg_free(ctx, b.taken);
    if (status != MG_OK) {
        mg_dataset_binding_clear(&binding);
        return status;
    }
    *out = binding;
    return MG_OK;
}

void mg_dataset_binding_clear(mg_dataset_binding *binding)
{
    mg_free(binding->ctx, binding->column);
    *binding = (mg_dataset_binding){0};
}
