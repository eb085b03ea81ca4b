/* examples: made of columns in memory, and read wherever they are.
 * Layer data. */
#include "data/examples.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <string.h>

/* ---- Labels ---- */

/* Integers of any type, one by one. */
static int64_t integer_at(mg_dtype dtype, const void *data, int64_t i)
{
    switch (dtype) {
    case MG_I32:
        return ((const int32_t *)data)[i];
    case MG_I64:
        return ((const int64_t *)data)[i];
    default: /* bytes and truth values */
        return ((const uint8_t *)data)[i];
    }
}

mg_status mg_labels_check(mg_ctx *ctx, const char *source,
                          const mg_network_input *input, mg_dtype dtype,
                          int64_t n, const int64_t rows[], const void *data)
{
    const int64_t size = mg_shape_size(&input->shape);
    for (int64_t i = 0; i < n * size && input->classes > 0; i++) {
        const int64_t value = integer_at(dtype, data, i);
        if (value >= 0 && value < input->classes)
            continue;
        const int64_t row = rows ? rows[i / size] : i / size;
        return mg_fail(ctx, MG_BAD_DATA,
                       "data %s: row %" PRId64 " of %s is %" PRId64
                       ", not one of 0 to %" PRId64,
                       source, row + 1, input->name, value, input->classes - 1);
    }
    return MG_OK;
}

static mg_status too_many_texts(const mg_examples *e,
                                const mg_network_input *input,
                                const mg_data_column *column)
{
    const size_t shown = column->n_labels < 8 ? column->n_labels : 8;
    mg_text text;
    mg_text_init(&text, e->ctx);
    mg_text_printf(&text, "data %s: %s has %" PRId64 " different texts",
                   e->source, column->name, column->classes);
    for (size_t i = 0; i < shown; i++)
        mg_text_printf(&text, "%s%s", i == 0 ? " (" : ", ", column->label[i]);
    if (shown > 0)
        mg_text_puts(&text, shown < column->n_labels ? ", ...)" : ")");
    mg_text_printf(&text, ", but %s %s has %" PRId64 " classes",
                   input->target ? "target" : "input", input->name,
                   input->classes);
    mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        status = mg_fail(e->ctx, MG_BAD_DATA, "%s", mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}

/* The class that each label of the column was in training. */
static mg_status find_classes(mg_examples *e, const mg_data_column *column,
                              const mg_schema_input *said, int64_t *class_of)
{
    for (size_t i = 0; i < column->n_labels; i++) {
        class_of[i] = -1;
        for (size_t k = 0; k < said->n_classes && class_of[i] < 0; k++)
            if (strcmp(said->label[k], column->label[i]) == 0)
                class_of[i] = (int64_t)k;
        if (class_of[i] < 0)
            return mg_fail(e->ctx, MG_BAD_DATA,
                           "data %s: %s is \"%s\" in a row, which was no class "
                           "in training",
                           e->source, column->name, column->label[i]);
    }
    return MG_OK;
}

/* The column's numbers as those of the training's classes. */
static mg_status renumber(mg_examples *e, mg_example_input *in,
                          const mg_data_column *column,
                          const mg_schema_input *said)
{
    int64_t *class_of =
        mg_arena_alloc(&e->arena, column->n_labels, sizeof *class_of);
    int64_t *data =
        mg_arena_alloc_aligned(&e->arena, (size_t)e->rows, sizeof *data);
    if (!class_of || !data)
        return MG_NO_MEMORY;
    MG_TRY(find_classes(e, column, said, class_of));
    for (int64_t i = 0; i < e->rows; i++)
        data[i] = class_of[integer_at(in->row.dtype, in->data, i)];
    in->row.dtype = MG_I64;
    in->data = data;
    return MG_OK;
}

/* Texts are classes in the order of their labels, or the schema's. */
static mg_status take_texts(mg_examples *e, size_t i,
                            const mg_network_input *input,
                            const mg_data_column *column,
                            const mg_schema_input *said)
{
    mg_schema_input *out = &e->schema.input[i];
    if (column->n_labels == 0 || (!said && column->classes > input->classes))
        return too_many_texts(e, input, column);
    if (!said) {
        out->n_classes = column->n_labels;
        out->label = column->label;
        return MG_OK;
    }
    if (said->n_classes == 0)
        return mg_fail(e->ctx, MG_BAD_DATA,
                       "data %s: %s is texts, but numbers in training",
                       e->source, column->name);
    out->n_classes = said->n_classes;
    out->label = said->label;
    return renumber(e, &e->input[i], column, said);
}

/* ---- Columns in memory ---- */

mg_type mg_claim_type(const mg_dataset *dataset, const mg_network_input *input,
                      const mg_claim *claim)
{
    const mg_type first = dataset->column[claim->column[0]].row;
    if (claim->n == 1)
        return first;
    mg_type type = {first.dtype, input->shape};
    bool same = true, real = false, wide = false;
    for (size_t k = 0; k < claim->n; k++) {
        const mg_dtype one = dataset->column[claim->column[k]].row.dtype;
        same = same && one == first.dtype;
        real = real || mg_dtype_is_real(one);
        wide = wide || one == MG_F64;
    }
    if (!same)
        type.dtype = !real ? MG_I64 : wide ? MG_F64 : MG_F32;
    return type;
}

void mg_claim_join(const mg_dataset *dataset, const mg_claim *claim,
                   const mg_type *type, int64_t n, void *const column[],
                   void *out)
{
    const int64_t each = (int64_t)claim->n;
    const size_t size = mg_dtype_size(type->dtype);
    for (size_t k = 0; k < claim->n; k++) {
        mg_type list = dataset->column[claim->column[k]].row;
        mg_shape_append(&list.shape, n);
        const mg_tensor from = mg_tensor_dense(list, column[k]);
        list.dtype = type->dtype;
        mg_tensor to = mg_tensor_dense(list, (unsigned char *)out + k * size);
        to.stride[0] = each;
        mg_tensor_copy(&from, &to);
    }
}

mg_status mg_examples_name_columns(mg_examples *e, const mg_dataset *dataset,
                                   const mg_claim *claim, size_t input)
{
    mg_schema_input *out = &e->schema.input[input];
    for (size_t k = 0; k < claim->n; k++) {
        const mg_data_column *c = &dataset->column[claim->column[k]];
        if (c->row.shape.rank > 0 || c->name[0] == '\0' ||
            (claim->n == 1 && strcmp(c->name, out->name) == 0))
            return MG_OK;
    }
    const char **name = mg_arena_alloc(&e->arena, claim->n, sizeof *name);
    if (!name)
        return MG_NO_MEMORY;
    for (size_t k = 0; k < claim->n; k++)
        name[k] = dataset->column[claim->column[k]].name;
    out->n_columns = claim->n;
    out->column = name;
    return MG_OK;
}

/* Several columns become one array, row by row. */
static mg_status join_columns(mg_examples *e, const mg_dataset *dataset,
                              const mg_claim *claim, mg_example_input *in)
{
    mg_type all = in->row;
    mg_tensor tensor;
    mg_shape_insert(&all.shape, 0, e->rows);
    void **data = mg_arena_alloc(&e->arena, claim->n, sizeof *data);
    if (!data)
        return MG_NO_MEMORY;
    MG_TRY(mg_tensor_alloc(&e->arena, all, &tensor));
    for (size_t k = 0; k < claim->n; k++)
        data[k] = dataset->column[claim->column[k]].data;
    mg_claim_join(dataset, claim, &in->row, e->rows, data, tensor.data);
    in->data = tensor.data;
    return MG_OK;
}

/* One column is taken where it stands. */
static mg_status load_input(mg_examples *e, const mg_dataset *dataset,
                            const mg_network_input *input,
                            const mg_claim *claim, size_t i,
                            const mg_schema *schema)
{
    mg_example_input *in = &e->input[i];
    in->row = mg_claim_type(dataset, input, claim);
    MG_TRY(mg_examples_name_columns(e, dataset, claim, i));
    if (claim->n > 1)
        MG_TRY(join_columns(e, dataset, claim, in));
    else
        in->data = dataset->column[claim->column[0]].data;
    const mg_data_column *first = &dataset->column[claim->column[0]];
    const mg_schema_input *said =
        schema ? mg_schema_find(schema, input->name) : NULL;
    if (first->text)
        MG_TRY(take_texts(e, i, input, first, said));
    const bool renumbered = first->text && said;
    if (claim->n == 1 && !renumbered && first->classes > 0 &&
        first->classes <= input->classes)
        return MG_OK;
    return mg_labels_check(e->ctx, e->source, input, in->row.dtype, e->rows,
                           NULL, in->data);
}

static mg_status load_memory(mg_examples *e, const mg_dataset *dataset,
                             const mg_network *network, bool targets,
                             const mg_schema *schema)
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
        MG_TRY(load_input(e, dataset, input, &claims[i], i, schema));
    }
    return MG_OK;
}

/* ---- Making and ending ---- */

/* Until something is found for it, an input is absent. */
static mg_status prepare(mg_examples *e, const mg_network *network)
{
    e->n = network->n_inputs;
    e->input = mg_arena_alloc(&e->arena, e->n, sizeof *e->input);
    e->schema.input = mg_arena_alloc(&e->arena, e->n, sizeof *e->schema.input);
    if (!e->input || !e->schema.input)
        return MG_NO_MEMORY;
    e->schema.n = e->n;
    for (size_t i = 0; i < e->n; i++) {
        const mg_network_input *input = &network->input[i];
        const mg_type row = {input->classes > 0 ? MG_I64 : MG_F32,
                             input->shape};
        e->input[i] = (mg_example_input){.row = row, .absent = true};
        e->schema.input[i].name =
            mg_arena_string(&e->arena, input->name, strlen(input->name));
        if (!e->schema.input[i].name)
            return MG_NO_MEMORY;
    }
    return MG_OK;
}

/* Names are kept as JSON with the weights, and there they must be UTF-8. */
static mg_status check_names(const mg_examples *e, size_t n,
                             const char *const name[], const char *what)
{
    for (size_t i = 0; i < n; i++) {
        size_t left = strlen(name[i]);
        for (const char *c = name[i]; left > 0;) {
            uint32_t code = 0;
            const size_t bytes = mg_utf8_decode(c, left, &code);
            if (bytes == 0)
                return mg_fail(e->ctx, MG_BAD_DATA,
                               "data %s: %s %zu is not UTF-8 (byte 0x%02X)",
                               e->source, what, i + 1, (unsigned char)*c);
            c += bytes;
            left -= bytes;
        }
    }
    return MG_OK;
}

static mg_status fill(mg_examples *e, const mg_dataset *dataset,
                      const mg_network *network, bool targets,
                      const mg_schema *schema)
{
    MG_TRY(prepare(e, network));
    if (dataset->kind && dataset->kind->load)
        MG_TRY(dataset->kind->load(dataset, network, targets, schema, e));
    else
        MG_TRY(load_memory(e, dataset, network, targets, schema));
    for (size_t i = 0; i < e->schema.n; i++) {
        const mg_schema_input *in = &e->schema.input[i];
        MG_TRY(check_names(e, in->n_columns, in->column, "the name of column"));
        MG_TRY(check_names(e, in->n_classes, in->label, "the text of class"));
    }
    return MG_OK;
}

mg_status mg_examples_create(const mg_dataset *dataset,
                             const mg_network *network, bool targets,
                             const mg_schema *schema, mg_examples **out)
{
    mg_examples *e = mg_alloc(dataset->ctx, 1, sizeof *e);
    if (!e)
        return MG_NO_MEMORY;
    e->ctx = dataset->ctx;
    mg_arena_init(&e->arena, e->ctx);
    e->source = dataset->source;
    e->rows = dataset->rows;
    e->standardise = dataset->standardise;
    e->fill = dataset->fill;
    e->ordered = dataset->ordered;
    const mg_status status = fill(e, dataset, network, targets, schema);
    if (status != MG_OK) {
        mg_examples_destroy(e);
        return status;
    }
    *out = e;
    return MG_OK;
}

void mg_examples_destroy(mg_examples *examples)
{
    if (!examples)
        return;
    if (examples->destroy)
        examples->destroy(examples->store, examples->ctx);
    mg_arena_clear(&examples->arena);
    mg_free(examples->ctx, examples);
}

/* ---- Gathering ---- */

/* Pictures are bytes and networks compute in f32: worth a loop of its own. */
static void widen_row(const uint8_t *x, float *y, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        y[i] = (float)x[i];
}

static void gather_memory(const mg_example_input *in, int64_t n,
                          const int64_t rows[], mg_dtype dtype, void *out)
{
    const int64_t size = mg_shape_size(&in->row.shape);
    const size_t from = (size_t)size * mg_dtype_size(in->row.dtype);
    const size_t to = (size_t)size * mg_dtype_size(dtype);
    for (int64_t i = 0; i < n; i++) {
        unsigned char *x = (unsigned char *)in->data + (size_t)rows[i] * from;
        unsigned char *y = (unsigned char *)out + (size_t)i * to;
        if (in->row.dtype == dtype) {
            memcpy(y, x, from);
        } else if (in->row.dtype == MG_U8 && dtype == MG_F32) {
            widen_row(x, (float *)(void *)y, size);
        } else {
            const mg_type wanted = {dtype, in->row.shape};
            const mg_tensor source = mg_tensor_dense(in->row, x);
            const mg_tensor target = mg_tensor_dense(wanted, y);
            mg_tensor_copy(&source, &target);
        }
    }
}

/* Rows are fetched as they are stored and then converted. */
static mg_status gather_fetched(const mg_examples *e, size_t input, int64_t n,
                                const int64_t rows[], mg_dtype dtype, void *out)
{
    const mg_example_input *in = &e->input[input];
    if (in->row.dtype == dtype)
        return e->fetch(e->store, input, n, rows, out);
    mg_type all = in->row;
    mg_shape_insert(&all.shape, 0, n);
    MG_TRY(mg_shape_check(e->ctx, &all.shape));
    void *stored = mg_alloc_aligned(e->ctx, (size_t)mg_shape_size(&all.shape),
                                    mg_dtype_size(all.dtype));
    if (!stored)
        return MG_NO_MEMORY;
    const mg_status status = e->fetch(e->store, input, n, rows, stored);
    if (status == MG_OK) {
        const mg_tensor source = mg_tensor_dense(all, stored);
        all.dtype = dtype;
        const mg_tensor target = mg_tensor_dense(all, out);
        mg_tensor_copy(&source, &target);
    }
    mg_free_aligned(e->ctx, stored);
    return status;
}

mg_status mg_examples_gather(const mg_examples *examples, size_t input,
                             int64_t n, const int64_t rows[], mg_dtype dtype,
                             void *out)
{
    const mg_example_input *in = &examples->input[input];
    if (in->absent)
        return mg_fail(examples->ctx, MG_BAD_DATA, "data %s: it has no %s",
                       examples->source, examples->schema.input[input].name);
    if (!in->data)
        return gather_fetched(examples, input, n, rows, dtype, out);
    gather_memory(in, n, rows, dtype, out);
    return MG_OK;
}
