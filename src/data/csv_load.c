/* csv_load: the second pass. Each input of the network gets a store of its
 * rows; all of them in memory, or all in files. Layer data. */
#include "data/csv_table.h"
#include "data/store.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define NAMES_MOST 12 /* classes that a message lists */

/* Where an input's values come from, and what they become. */
typedef struct {
    const mg_network_input *input; /* NULL: absent */
    size_t n;
    const size_t *column; /* of the data set */
    mg_type row;
    size_t bytes;       /* of a row */
    mg_csv_texts names; /* of classes, by number; none: integers as they are */
    mg_store *store;
} feed;

/* The examples' store. */
typedef struct {
    size_t n;
    feed *feed;
} feeds;

typedef struct {
    const mg_dataset *dataset;
    const mg_csv_table *table;
    mg_arena *arena; /* of the examples */
    feeds *feeds;
    mg_csv_faults *faults;
    mg_csv_reader *reader;
    size_t file;
    unsigned char *values; /* one row of the input that has the longest */
    int64_t rows, kept;
} loader;

static const mg_csv_column *column_of(const loader *l, size_t column)
{
    return &l->table->column[l->table->field[column]];
}

/* ---- What values become ---- */

/* Names classes by these texts, and the schema with them. */
static mg_status take_names(feed *f, size_t n, const char *const label[],
                            mg_schema_input *schema)
{
    for (size_t k = 0; k < n; k++)
        MG_TRY(mg_csv_texts_count(&f->names, label[k], strlen(label[k]), 1));
    schema->n_classes = n;
    schema->label = label;
    return MG_OK;
}

/* The integers of a column as texts, where they are not 0 to K - 1. */
static mg_status name_integers(loader *l, feed *f, const mg_csv_column *c,
                               mg_schema_input *schema)
{
    const size_t n = c->texts.n;
    if (c->lost || n > (uint64_t)f->input->classes)
        return mg_fail(
            l->dataset->ctx, MG_BAD_DATA,
            "data %s: %s is %" PRId64 " to %" PRId64
            " in %s%zu different values, but %s %s has %" PRId64 " classes",
            l->dataset->source, c->name, (int64_t)c->least, (int64_t)c->most,
            c->lost ? "more than " : "", c->lost ? MG_CSV_TEXTS_MOST : n,
            f->input->target ? "target" : "input", f->input->name,
            f->input->classes);
    const char **label = mg_arena_alloc(l->arena, n, sizeof *label);
    if (!label)
        return MG_NO_MEMORY;
    for (size_t k = 0; k < n; k++) {
        const mg_csv_text *t = &c->texts.text[k];
        label[k] = mg_arena_string(l->arena, t->text, t->length);
        if (!label[k])
            return MG_NO_MEMORY;
    }
    return take_names(f, n, label, schema);
}

static mg_status too_many(const loader *l, const feed *f,
                          const mg_data_column *column)
{
    mg_text text;
    mg_text_init(&text, l->dataset->ctx);
    mg_text_printf(&text, "data %s: %s has ", l->dataset->source, column->name);
    if (column->n_labels == 0)
        mg_text_puts(&text, "too many different texts for classes");
    else
        mg_text_printf(&text, "%zu different texts (", column->n_labels);
    for (size_t i = 0; i < column->n_labels && i < NAMES_MOST; i++)
        mg_text_printf(&text, "%s%s", i > 0 ? ", " : "", column->label[i]);
    if (column->n_labels > 0)
        mg_text_puts(&text, column->n_labels > NAMES_MOST ? ", ...)" : ")");
    mg_text_printf(&text, ", but %s %s has %" PRId64 " classes",
                   f->input->target ? "target" : "input", f->input->name,
                   f->input->classes);
    mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        status =
            mg_fail(l->dataset->ctx, MG_BAD_DATA, "%s", mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}

/* said: of the training, or NULL. */
static mg_status choose_names(loader *l, feed *f, const mg_schema_input *said,
                              mg_schema_input *schema)
{
    const mg_data_column *column = &l->dataset->column[f->column[0]];
    const mg_csv_column *c = column_of(l, f->column[0]);
    const int64_t classes = f->input->classes;
    if (said && said->n_classes > 0)
        return take_names(f, said->n_classes, said->label, schema);
    if (said && column->text)
        return mg_fail(l->dataset->ctx, MG_BAD_DATA,
                       "data %s: %s is texts, but numbers in training",
                       l->dataset->source, c->name);
    if (column->text && (column->n_labels == 0 ||
                         (uint64_t)column->n_labels > (uint64_t)classes))
        return too_many(l, f, column);
    if (column->text)
        return take_names(f, column->n_labels, column->label, schema);
    const bool within =
        c->numbers == 0 || (c->least >= 0 && c->most < (double)classes);
    if (said || within || f->n > 1)
        return MG_OK;
    return name_integers(l, f, c, schema);
}

/* ---- Preparing ---- */

/* The places where a column misses values, with the words that fit. */
static void refuse_missing(const loader *l, const mg_csv_column *c,
                           const char *words)
{
    mg_csv_faults list = *c->absent;
    for (size_t i = 0; i < list.n && words; i++)
        list.fault[i].words = words;
    mg_csv_faults_join(l->faults, &list);
}

static void check_missing(const loader *l, const feed *f)
{
    const mg_csv_absence absence = l->table->options.absence;
    const bool filled = f->input->classes == 0 && !f->input->target;
    for (size_t k = 0; k < f->n; k++) {
        const mg_csv_column *c = column_of(l, f->column[k]);
        if (!c->absent || absence == MG_CSV_DROP)
            continue;
        if (absence == MG_CSV_REFUSE)
            refuse_missing(l, c, NULL);
        else if (!filled)
            refuse_missing(l, c,
                           "is missing, and only inputs of real numbers are "
                           "filled (missing=drop leaves the row out)");
    }
}

static mg_status prepare_feed(loader *l, const mg_network *network, size_t i,
                              const mg_claim *claim, const mg_schema *schema,
                              mg_examples *out)
{
    feed *f = &l->feeds->feed[i];
    f->input = &network->input[i];
    f->n = claim->n;
    f->column = claim->column;
    const int64_t classes = f->input->classes;
    f->row.shape = f->input->shape;
    if (classes > 0)
        f->row.dtype = classes <= INT32_MAX ? MG_I32 : MG_I64;
    else
        f->row.dtype =
            mg_value_type(network->graph, f->input->value).dtype == MG_F64
                ? MG_F64
                : MG_F32;
    f->bytes = f->n * mg_dtype_size(f->row.dtype);
    out->input[i] = (mg_example_input){.row = f->row};
    MG_TRY(mg_examples_name_columns(out, l->dataset, claim, i));
    if (classes > 0) {
        const mg_schema_input *said =
            schema ? mg_schema_find(schema, f->input->name) : NULL;
        MG_TRY(choose_names(l, f, said, &out->schema.input[i]));
    }
    check_missing(l, f);
    return MG_OK;
}

static mg_status make_stores(loader *l)
{
    mg_ctx *ctx = l->dataset->ctx;
    size_t row = 0, longest = 0, all = 0;
    for (size_t i = 0; i < l->feeds->n; i++) {
        const size_t bytes = l->feeds->feed[i].bytes;
        row += bytes;
        longest = bytes > longest ? bytes : longest;
    }
    const bool fits = mg_size_mul(row, (size_t)l->table->rows, &all) &&
                      all <= l->table->limits.memory;
    l->values = mg_arena_alloc_aligned(l->arena, longest, 1);
    if (!l->values)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < l->feeds->n; i++) {
        feed *f = &l->feeds->feed[i];
        if (f->input && f->bytes > 0)
            MG_TRY(
                mg_store_create(ctx, f->bytes, fits ? SIZE_MAX : 0, &f->store));
    }
    return MG_OK;
}

/* ---- Values ---- */

static mg_status add_fault(loader *l, const mg_csv_column *c,
                           const mg_csv_field *field, const char *words)
{
    if (mg_csv_faults_full(l->faults)) {
        l->faults->total++;
        return MG_OK;
    }
    const char *value =
        mg_csv_fault_value(l->arena, field->text, field->length);
    words = mg_arena_string(l->arena, words, strlen(words));
    if (!value || !words)
        return MG_NO_MEMORY;
    mg_csv_faults_add(
        l->faults, &(mg_csv_fault){.file = l->table->path[l->file],
                                   .file_number = l->file,
                                   .place = mg_csv_place_of(l->reader, field),
                                   .column = c->name,
                                   .value = value,
                                   .words = words});
    return MG_OK;
}

static mg_status changed(const loader *l)
{
    return mg_fail(l->dataset->ctx, MG_BAD_DATA,
                   "%s: the file changed while it was read",
                   l->table->path[l->file]);
}

static mg_status put_real(loader *l, const feed *f, const mg_csv_column *c,
                          const mg_csv_field *field, size_t k)
{
    const char decimal = l->table->form[l->file].decimal;
    double value = 0;
    if (!mg_csv_number(field->text, field->length, decimal, &value)) {
        if (!mg_csv_is_missing(field->text, field->length))
            return changed(l);
        value = l->table->options.absence == MG_CSV_FILL
                    ? l->table->options.fill
                    : (double)NAN;
    }
    if (f->row.dtype == MG_F64) {
        memcpy(l->values + k * sizeof value, &value, sizeof value);
        return MG_OK;
    }
    const float single = (float)value;
    memcpy(l->values + k * sizeof single, &single, sizeof single);
    if (isinf(single))
        return add_fault(l, c, field, "is too large for a number of 32 bits");
    return MG_OK;
}

/* "is no class: they are daisy, rose, tulip" */
static mg_status no_class(loader *l, const feed *f, const mg_csv_column *c,
                          const mg_csv_field *field)
{
    mg_text text;
    mg_text_init(&text, l->dataset->ctx);
    if (f->names.n == 0)
        mg_text_printf(&text, "is no class: they are 0 to %" PRId64,
                       f->input->classes - 1);
    else
        mg_text_puts(&text, "is no class: they are");
    for (size_t i = 0; i < f->names.n && i < NAMES_MOST; i++)
        mg_text_printf(&text, "%s %s", i > 0 ? "," : "", f->names.text[i].text);
    if (f->names.n > NAMES_MOST)
        mg_text_puts(&text, ", ...");
    mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        status = add_fault(l, c, field, mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}

/* The number of the class, or -1. 01 and 1.0 are 1, where no class is called
 * so. */
static int64_t find_class(const feed *f, const mg_csv_field *field,
                          char decimal)
{
    char name[MG_CSV_INTEGER_SIZE];
    double value = 0;
    size_t at = mg_csv_texts_find(&f->names, field->text, field->length);
    if (at != SIZE_MAX)
        return (int64_t)at;
    if (!mg_csv_number(field->text, field->length, decimal, &value) ||
        !(fabs(value) <= 9e15) || value != trunc(value))
        return -1;
    if (f->names.n == 0)
        return value >= 0 && value < (double)f->input->classes ? (int64_t)value
                                                               : -1;
    at = mg_csv_texts_find(&f->names, name, mg_csv_integer_name(name, value));
    return at == SIZE_MAX ? -1 : (int64_t)at;
}

static mg_status put_class(loader *l, const feed *f, const mg_csv_column *c,
                           const mg_csv_field *field, size_t k)
{
    const int64_t value = find_class(f, field, l->table->form[l->file].decimal);
    if (value < 0 || value >= f->input->classes)
        return no_class(l, f, c, field);
    if (f->row.dtype == MG_I64) {
        memcpy(l->values + k * sizeof value, &value, sizeof value);
        return MG_OK;
    }
    const int32_t narrow = (int32_t)value;
    memcpy(l->values + k * sizeof narrow, &narrow, sizeof narrow);
    return MG_OK;
}

/* ---- Rows ---- */

static mg_status put_feed(loader *l, feed *f, const mg_csv_row *row)
{
    for (size_t k = 0; k < f->n; k++) {
        const size_t at = l->table->field[f->column[k]];
        const mg_csv_column *c = &l->table->column[at];
        MG_TRY(f->input->classes > 0 ? put_class(l, f, c, &row->field[at], k)
                                     : put_real(l, f, c, &row->field[at], k));
    }
    return f->store ? mg_store_append(f->store, 1, l->values) : MG_OK;
}

static bool misses_value(const loader *l, const mg_csv_row *row)
{
    for (size_t i = 0; i < l->feeds->n; i++) {
        const feed *f = &l->feeds->feed[i];
        for (size_t k = 0; k < f->n; k++) {
            const mg_csv_field *field =
                &row->field[l->table->field[f->column[k]]];
            if (mg_csv_is_missing(field->text, field->length))
                return true;
        }
    }
    return false;
}

static mg_status put_row(loader *l, const mg_csv_row *row)
{
    l->rows++;
    if (l->table->options.absence == MG_CSV_DROP && misses_value(l, row))
        return MG_OK;
    l->kept++;
    for (size_t i = 0; i < l->feeds->n; i++)
        if (l->feeds->feed[i].input)
            MG_TRY(put_feed(l, &l->feeds->feed[i], row));
    return MG_OK;
}

static mg_status load_rows(loader *l)
{
    for (;;) {
        mg_csv_row row;
        MG_TRY(mg_csv_next(l->reader, &row));
        if (row.found == MG_CSV_END)
            return MG_OK;
        if (row.found == MG_CSV_FAULTY)
            return changed(l);
        if (mg_csv_is_left_out(l->table, &row))
            continue;
        if (row.n != l->table->n || l->rows == l->table->rows)
            return changed(l);
        MG_TRY(put_row(l, &row));
    }
}

static mg_status load_files(loader *l)
{
    for (l->file = 0; l->file < l->table->n_files; l->file++) {
        MG_TRY(mg_csv_begin(l->table, l->file, &l->reader));
        const mg_status status = load_rows(l);
        mg_csv_reader_close(l->reader);
        MG_TRY(status);
    }
    l->file = 0;
    if (l->rows != l->table->rows)
        return changed(l);
    MG_TRY(mg_csv_faults_report(l->dataset->ctx, l->faults));
    if (l->kept == 0)
        return mg_fail(l->dataset->ctx, MG_BAD_DATA,
                       "data %s: every row misses a value, so missing=drop "
                       "leaves none",
                       l->dataset->source);
    return MG_OK;
}

/* ---- Examples ---- */

static mg_status fetch(void *store, size_t input, int64_t n,
                       const int64_t rows[], void *out)
{
    const feeds *all = store;
    mg_store *from = all->feed[input].store;
    return from ? mg_store_read(from, n, rows, out) : MG_OK;
}

static void destroy(void *store, mg_ctx *ctx)
{
    const feeds *all = store;
    (void)ctx;
    for (size_t i = 0; i < all->n; i++) {
        mg_store_destroy(all->feed[i].store);
        mg_csv_texts_clear(&all->feed[i].names);
    }
}

static mg_status make_feeds(mg_examples *out, feeds **all)
{
    feeds *made = mg_arena_alloc(&out->arena, 1, sizeof *made);
    if (!made)
        return MG_NO_MEMORY;
    made->feed = mg_arena_alloc(&out->arena, out->n, sizeof *made->feed);
    if (!made->feed)
        return MG_NO_MEMORY;
    made->n = out->n;
    for (size_t i = 0; i < made->n; i++)
        mg_csv_texts_init(&made->feed[i].names, out->ctx);
    out->store = made;
    out->destroy = destroy;
    *all = made;
    return MG_OK;
}

/* From here on the examples end what was made, also if this fails. */
static mg_status load_all(loader *l, const mg_network *network, bool targets,
                          const mg_schema *schema, mg_examples *out)
{
    MG_TRY(make_feeds(out, &l->feeds));
    mg_claim *claims = mg_arena_alloc(l->arena, out->n, sizeof *claims);
    if (!claims)
        return MG_NO_MEMORY;
    MG_TRY(mg_dataset_claim(l->dataset, network, targets, schema, l->arena,
                            claims));
    for (size_t i = 0; i < out->n; i++)
        if (claims[i].n > 0 && (targets || !network->input[i].target))
            MG_TRY(prepare_feed(l, network, i, &claims[i], schema, out));
    MG_TRY(mg_csv_faults_report(l->dataset->ctx, l->faults));
    MG_TRY(make_stores(l));
    MG_TRY(load_files(l));
    out->rows = l->kept;
    out->fetch = fetch;
    bool memory = true;
    for (size_t i = 0; i < out->n; i++) {
        mg_store *store = l->feeds->feed[i].store;
        if (store)
            out->input[i].data = (void *)mg_store_memory(store);
        memory = memory && (!store || out->input[i].data);
    }
    if (memory)
        out->fetch = NULL;
    return MG_OK;
}

mg_status mg_csv_load(const mg_dataset *dataset, const mg_network *network,
                      bool targets, const mg_schema *schema, mg_examples *out)
{
    mg_csv_faults *faults = mg_alloc(dataset->ctx, 1, sizeof *faults);
    if (!faults)
        return MG_NO_MEMORY;
    loader l = {.dataset = dataset,
                .table = dataset->store,
                .arena = &out->arena,
                .faults = faults};
    const mg_status status = load_all(&l, network, targets, schema, out);
    mg_free(dataset->ctx, faults);
    return status;
}
