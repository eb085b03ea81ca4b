/* arrays: columns from arrays. Layer data. */
#include "data/arrays.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_BYTES 65536

/* ---- Keys ---- */

/* The next text of a list and its length; false at the end. */
static bool next_text(const char **list, char between, const char **text,
                      size_t *length)
{
    if (!*list)
        return false;
    *text = *list;
    const char *end = strchr(*list, between);
    *length = end ? (size_t)(end - *list) : strlen(*list);
    *list = end ? end + 1 : NULL;
    return true;
}

/* The place of a text in a list of that key, of any of the names; SIZE_MAX if
 * it is in none. */
static size_t find_listed(size_t n, const mg_query query[], const char *key,
                          char between, const char *wanted)
{
    for (size_t i = 0; i < n; i++) {
        const char *list = mg_query_text(&query[i], key), *text;
        size_t length, place = 0;
        for (; next_text(&list, between, &text, &length); place++)
            if (strlen(wanted) == length && memcmp(text, wanted, length) == 0)
                return place;
    }
    return SIZE_MAX;
}

bool mg_arrays_drop(size_t n, const mg_query query[], const char *name)
{
    return find_listed(n, query, "drop", ',', name) != SIZE_MAX;
}

static mg_status read_missing(mg_dataset *dataset, const mg_query *query)
{
    const char *missing = mg_query_text(query, "missing");
    if (missing && strcmp(missing, "mean") != 0)
        return mg_fail(dataset->ctx, MG_BAD_ARGUMENT,
                       "data %s: what is not a number in arrays stays, or "
                       "missing=mean fills it; not missing=%s",
                       query->name, missing);
    dataset->fill = dataset->fill || missing;
    return MG_OK;
}

mg_status mg_arrays_create(mg_ctx *ctx, size_t n, const mg_query query[],
                           mg_dataset **out)
{
    mg_dataset *dataset = NULL;
    mg_status status = mg_dataset_create(ctx, query[0].path, &dataset);
    for (size_t i = 0; i < n && status == MG_OK; i++)
        status = read_missing(dataset, &query[i]);
    if (status != MG_OK) {
        mg_dataset_destroy(dataset);
        return status;
    }
    *out = dataset;
    return MG_OK;
}

/* ---- Columns ---- */

static mg_status has_no_rows(const mg_dataset *dataset, const char *name,
                             const mg_shape *shape)
{
    char text[MG_SHAPE_TEXT_SIZE];
    if (shape->rank == 0)
        return mg_fail(dataset->ctx, MG_BAD_DATA,
                       "data %s: %s is a single value, not one for each row "
                       "(drop=%s leaves it out)",
                       dataset->source, name, name);
    return mg_fail(dataset->ctx, MG_BAD_DATA,
                   "data %s: %s is empty, of shape %s", dataset->source, name,
                   mg_shape_text(shape, text));
}

mg_status mg_arrays_add(mg_dataset *dataset, size_t n, const mg_query query[],
                        const char *name, const mg_npy *npy, bool lent)
{
    const int64_t rows = npy->type.shape.dim[0];
    if (npy->type.shape.rank == 0 || npy->count == 0)
        return has_no_rows(dataset, name, &npy->type.shape);
    if (mg_npy_is_text(npy) && npy->type.shape.rank != 1)
        return mg_fail(dataset->ctx, MG_BAD_DATA,
                       "data %s: %s has more than one text a row (drop=%s "
                       "leaves it out)",
                       dataset->source, name, name);
    if (dataset->n_columns > 0 && rows != dataset->rows)
        return mg_fail(dataset->ctx, MG_BAD_DATA,
                       "data %s: %s has %" PRId64 " rows, but %s has %" PRId64
                       " (drop=%s leaves it out)",
                       dataset->source, name, rows, dataset->column[0].name,
                       dataset->rows, name);
    mg_type row = npy->type;
    mg_shape_remove(&row.shape, 0);
    if (row.dtype == MG_BOOL)
        row.dtype = MG_U8;
    const bool target = find_listed(n, query, "target", ',', name) != SIZE_MAX;
    mg_data_column *column = NULL;
    MG_TRY(lent ? mg_dataset_add_lent(dataset, name, target, row, rows, NULL,
                                      &column)
                : mg_dataset_add(dataset, name, target, row, rows, &column));
    column->text = mg_npy_is_text(npy);
    return MG_OK;
}

static bool has_column(const mg_dataset *dataset, const char *name,
                       size_t length)
{
    for (size_t i = 0; i < dataset->n_columns; i++)
        if (strlen(dataset->column[i].name) == length &&
            memcmp(dataset->column[i].name, name, length) == 0)
            return true;
    return false;
}

static mg_status not_there(const mg_dataset *dataset, const char *name,
                           size_t length)
{
    mg_text text;
    mg_text_init(&text, dataset->ctx);
    for (size_t i = 0; i < dataset->n_columns; i++)
        mg_text_printf(&text, "%s%s", i > 0 ? ", " : "",
                       dataset->column[i].name);
    mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        status =
            mg_fail(dataset->ctx, MG_BAD_ARGUMENT,
                    "data %s: target=%.*s: there is no such array; there "
                    "are %s",
                    dataset->source, (int)length, name, mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}

static mg_status check_dropped(const mg_dataset *dataset, size_t n,
                               const mg_query query[], size_t dropped)
{
    size_t listed = 0;
    const char *key = "", *name;
    for (size_t i = 0; i < n; i++) {
        size_t length;
        const char *list = mg_query_text(&query[i], "drop");
        key = list ? list : key;
        while (next_text(&list, ',', &name, &length))
            listed++;
    }
    if (listed <= dropped)
        return MG_OK;
    return mg_fail(dataset->ctx, MG_BAD_ARGUMENT,
                   "data %s: drop=%s: there is no such array, or it is named "
                   "twice",
                   dataset->source, key);
}

mg_status mg_arrays_finish(mg_dataset *dataset, size_t n,
                           const mg_query query[], size_t dropped)
{
    MG_TRY(check_dropped(dataset, n, query, dropped));
    if (dataset->n_columns == 0)
        return mg_fail(dataset->ctx, MG_BAD_DATA,
                       "data %s: there are no arrays in it", dataset->source);
    for (size_t i = 0; i < n; i++) {
        const char *list = mg_query_text(&query[i], "target"), *name;
        size_t length;
        while (next_text(&list, ',', &name, &length))
            if (!has_column(dataset, name, length))
                return not_there(dataset, name, length);
    }
    mg_dataset_count_classes(dataset);
    return MG_OK;
}

/* ---- Elements ---- */

static mg_status read_in_file_order(const mg_array_source *source, char *out)
{
    char bytes[PIECE_BYTES];
    const mg_npy *npy = &source->npy;
    const size_t size = mg_dtype_size(npy->type.dtype);
    const size_t most = sizeof bytes / npy->width;
    for (size_t left = (size_t)npy->count; left > 0;) {
        const size_t n = left < most ? left : most;
        MG_TRY(source->read(source->from, bytes, n * npy->width));
        MG_TRY(mg_npy_convert(source->ctx, source->name, npy, bytes, n, out));
        out += n * size;
        left -= n;
    }
    return MG_OK;
}

mg_status mg_array_read(const mg_array_source *source, void *out)
{
    const mg_npy *npy = &source->npy;
    if (!npy->fortran || npy->type.shape.rank < 2)
        return read_in_file_order(source, out);
    void *elements = mg_alloc(source->ctx, (size_t)npy->count,
                              mg_dtype_size(npy->type.dtype));
    if (!elements)
        return MG_NO_MEMORY;
    const mg_status status = read_in_file_order(source, elements);
    if (status == MG_OK)
        mg_npy_arrange(npy, elements, out);
    mg_free(source->ctx, elements);
    return status;
}

/* ---- Texts ---- */

static mg_status read_text(const mg_array_source *source, int64_t row,
                           char *bytes, mg_arena *arena, mg_text *text,
                           const char **out)
{
    MG_TRY(source->read(source->from, bytes, source->npy.width));
    text->length = 0;
    if (!mg_npy_text(&source->npy, bytes, text))
        return mg_fail(source->ctx, MG_BAD_DATA,
                       "read %s: the text in row %" PRId64 " is not Unicode",
                       source->name, row + 1);
    MG_TRY(mg_text_status(text));
    *out = mg_arena_string(arena, text->length > 0 ? text->data : "",
                           text->length);
    return *out ? MG_OK : MG_NO_MEMORY;
}

static mg_status read_texts(const mg_array_source *source, mg_arena *arena,
                            const char *row[])
{
    mg_text text;
    char *bytes = mg_alloc(source->ctx, source->npy.width, 1);
    if (!bytes)
        return MG_NO_MEMORY;
    mg_text_init(&text, source->ctx);
    mg_status status = MG_OK;
    for (int64_t i = 0; i < source->npy.count && status == MG_OK; i++)
        status = read_text(source, i, bytes, arena, &text, &row[i]);
    mg_text_clear(&text);
    mg_free(source->ctx, bytes);
    return status;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The distinct ones of n > 0 texts, in byte order. */
static mg_status sort_distinct(mg_arena *arena, const char *const row[],
                               size_t n, size_t *n_labels, const char ***out)
{
    const char **label = mg_arena_copy(arena, row, n, sizeof *label);
    if (!label)
        return MG_NO_MEMORY;
    qsort(label, n, sizeof *label, compare);
    size_t kept = 1;
    for (size_t i = 1; i < n; i++)
        if (strcmp(label[i], label[kept - 1]) != 0)
            label[kept++] = label[i];
    *n_labels = kept;
    *out = label;
    return MG_OK;
}

/* What classes= lists. */
static mg_status read_classes(mg_arena *arena, const char *list,
                              size_t *n_labels, const char ***out)
{
    const char *text;
    size_t length, n = 0;
    const char **label = mg_arena_alloc(arena, strlen(list) + 1, sizeof *label);
    if (!label)
        return MG_NO_MEMORY;
    while (next_text(&list, '|', &text, &length)) {
        label[n] = mg_arena_string(arena, text, length);
        if (!label[n++])
            return MG_NO_MEMORY;
    }
    *n_labels = n;
    *out = label;
    return MG_OK;
}

/* classes= for targets, or NULL. */
static const char *find_classes(size_t n, const mg_query query[])
{
    const char *classes = NULL;
    for (size_t i = 0; i < n && !classes; i++)
        classes = mg_query_text(&query[i], "classes");
    return classes;
}

static size_t find_label(const mg_data_column *column, const char *text,
                         bool sorted)
{
    if (sorted) {
        const char *const *found = bsearch(
            &text, column->label, column->n_labels, sizeof text, compare);
        return (size_t)(found - column->label);
    }
    for (size_t i = 0; i < column->n_labels; i++)
        if (strcmp(column->label[i], text) == 0)
            return i;
    return SIZE_MAX;
}

static mg_status label_column(mg_dataset *dataset, const char *classes,
                              mg_arena *arena, const char *row[],
                              mg_data_column *column)
{
    const size_t rows = (size_t)dataset->rows;
    const char **label = NULL;
    MG_TRY(classes
               ? read_classes(arena, classes, &column->n_labels, &label)
               : sort_distinct(arena, row, rows, &column->n_labels, &label));
    for (size_t i = 0; i < column->n_labels; i++) {
        label[i] = mg_arena_string(&dataset->arena, label[i], strlen(label[i]));
        if (!label[i])
            return MG_NO_MEMORY;
    }
    column->label =
        mg_arena_copy(&dataset->arena, label, column->n_labels, sizeof *label);
    if (!column->label)
        return MG_NO_MEMORY;
    column->classes = (int64_t)column->n_labels;
    for (size_t i = 0; i < rows; i++) {
        const size_t found = find_label(column, row[i], !classes);
        if (found == SIZE_MAX)
            return mg_fail(dataset->ctx, MG_BAD_DATA,
                           "data %s: row %zu of %s is \"%s\", which is none of "
                           "classes=%s",
                           dataset->source, i + 1, column->name, row[i],
                           classes);
        ((int64_t *)column->data)[i] = (int64_t)found;
    }
    return MG_OK;
}

mg_status mg_array_read_texts(const mg_array_source *source,
                              mg_dataset *dataset, size_t n,
                              const mg_query query[], mg_data_column *column)
{
    mg_arena arena;
    mg_arena_init(&arena, source->ctx);
    const char **row =
        mg_arena_alloc(&arena, (size_t)source->npy.count, sizeof *row);
    mg_status status = row ? read_texts(source, &arena, row) : MG_NO_MEMORY;
    if (status == MG_OK)
        status = label_column(dataset,
                              column->target ? find_classes(n, query) : NULL,
                              &arena, row, column);
    mg_arena_clear(&arena);
    return status;
}
