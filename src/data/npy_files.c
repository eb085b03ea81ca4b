/* npy_files: headers first; then small arrays are read, large ones stay open.
 * A file that is cut short meanwhile ends the call that wanted its rows.
 * Layer data. */
#include "data/npy_files.h"
#include "data/arrays.h"
#include "data/examples.h"
#include "data/reader.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* One file; open as long as its column has no memory. */
typedef struct {
    mg_reader reader;
    mg_npy npy;
    uint64_t start; /* of the elements */
    uint64_t next;  /* where reading front to back goes on */
} array_file;

/* As many as columns. */
typedef struct {
    size_t n, dropped;
    array_file *file;
} array_files;

/* ---- Reading rows ---- */

/* Bytes of a row in the file. */
static size_t row_bytes(const array_file *f)
{
    return (size_t)(f->npy.count / f->npy.type.shape.dim[0]) * f->npy.width;
}

/* n rows of a file by number, dense, into out. */
static mg_status read_rows(const array_file *f, int64_t n, const int64_t rows[],
                           char *buffer, char *out)
{
    const size_t bytes = row_bytes(f), each = bytes / f->npy.width;
    const size_t size = each * mg_dtype_size(f->npy.type.dtype);
    for (int64_t i = 0; i < n; i++) {
        MG_TRY(mg_reader_read_all(
            &f->reader, f->start + (uint64_t)rows[i] * bytes, bytes, buffer));
        MG_TRY(mg_npy_convert(f->reader.ctx, f->reader.path, &f->npy, buffer,
                              each, out + (size_t)i * size));
    }
    return MG_OK;
}

static void gather_rows(const mg_data_column *column, int64_t n,
                        const int64_t rows[], char *out)
{
    const size_t size = mg_type_bytes(&column->row);
    for (int64_t i = 0; i < n; i++)
        memcpy(out + (size_t)i * size,
               (const char *)column->data + (size_t)rows[i] * size, size);
}

/* ---- Examples ---- */

typedef struct {
    const mg_dataset *dataset;
    const mg_network_input *input;
    const mg_claim *claims;
    const mg_example_input *stored;
    char *buffer; /* for a row of any file */
} array_fetch;

static mg_status read_column(const array_fetch *f, size_t column, int64_t n,
                             const int64_t rows[], char *out)
{
    const mg_data_column *c = &f->dataset->column[column];
    const array_files *files = f->dataset->store;
    if (!c->data)
        return read_rows(&files->file[column], n, rows, f->buffer, out);
    gather_rows(c, n, rows, out);
    return MG_OK;
}

/* An input that several arrays feed. */
static mg_status read_joined(const array_fetch *f, size_t input, int64_t n,
                             const int64_t rows[], void *out)
{
    mg_arena arena;
    const mg_claim *claim = &f->claims[input];
    mg_arena_init(&arena, f->dataset->ctx);
    void **part = mg_arena_alloc(&arena, claim->n, sizeof *part);
    mg_status status = part ? MG_OK : MG_NO_MEMORY;
    for (size_t k = 0; k < claim->n && status == MG_OK; k++) {
        const mg_type *row = &f->dataset->column[claim->column[k]].row;
        part[k] = mg_arena_alloc_aligned(&arena, (size_t)n, mg_type_bytes(row));
        status = part[k] ? read_column(f, claim->column[k], n, rows, part[k])
                         : MG_NO_MEMORY;
    }
    if (status == MG_OK)
        mg_claim_join(f->dataset, claim, &f->stored[input].row, n, part, out);
    mg_arena_clear(&arena);
    return status;
}

static mg_status fetch(void *store, size_t input, int64_t n,
                       const int64_t rows[], void *out)
{
    const array_fetch *f = store;
    const mg_claim *claim = &f->claims[input];
    if (claim->n == 1)
        MG_TRY(read_column(f, claim->column[0], n, rows, out));
    else
        MG_TRY(read_joined(f, input, n, rows, out));
    return mg_labels_check(f->dataset->ctx, f->dataset->source,
                           &f->input[input], f->stored[input].row.dtype, n,
                           rows, out);
}

static mg_status make_fetch(const mg_dataset *dataset,
                            const mg_network *network, const mg_claim *claims,
                            mg_examples *out)
{
    const array_files *files = dataset->store;
    size_t most = 1;
    for (size_t i = 0; i < files->n; i++)
        if (!dataset->column[i].data && row_bytes(&files->file[i]) > most)
            most = row_bytes(&files->file[i]);
    array_fetch *f = mg_arena_alloc(&out->arena, 1, sizeof *f);
    char *buffer = mg_arena_alloc(&out->arena, most, 1);
    if (!f || !buffer)
        return MG_NO_MEMORY;
    *f = (array_fetch){dataset, network->input, claims, out->input, buffer};
    out->store = f;
    out->fetch = fetch;
    return MG_OK;
}

/* One array in memory is taken where it stands; the rest is fetched. */
static mg_status load_input(const mg_dataset *dataset,
                            const mg_network_input *input,
                            const mg_claim *claim, size_t i, mg_examples *out)
{
    mg_example_input *in = &out->input[i];
    const mg_data_column *first = &dataset->column[claim->column[0]];
    if (first->text)
        return mg_fail(out->ctx, MG_BAD_DATA,
                       "data %s: %s is texts, beside an array that is too "
                       "large for memory; save labels as integers",
                       dataset->source, first->name);
    *in = (mg_example_input){.row = mg_claim_type(dataset, input, claim)};
    MG_TRY(mg_examples_name_columns(out, dataset, claim, i));
    if (claim->n > 1 || !first->data)
        return MG_OK;
    in->data = first->data;
    return mg_labels_check(out->ctx, out->source, input, in->row.dtype,
                           out->rows, NULL, in->data);
}

static mg_status load_files(const mg_dataset *dataset,
                            const mg_network *network, bool targets,
                            const mg_schema *schema, mg_examples *out)
{
    mg_claim *claims = mg_arena_alloc(&out->arena, out->n, sizeof *claims);
    if (!claims)
        return MG_NO_MEMORY;
    MG_TRY(mg_dataset_claim(dataset, network, targets, schema, &out->arena,
                            claims));
    for (size_t i = 0; i < out->n; i++) {
        const mg_network_input *input = &network->input[i];
        if (claims[i].n > 0 && (!input->target || targets))
            MG_TRY(load_input(dataset, input, &claims[i], i, out));
    }
    return make_fetch(dataset, network, claims, out);
}

/* ---- Facts ---- */

/* Sums of the elements of a file, around the first of them. */
typedef struct {
    int64_t n, missing;
    double first, sum, squares, least, most;
} file_sums;

static void add_elements(file_sums *s, int64_t n, const double x[])
{
    for (int64_t i = 0; i < n; i++) {
        if (isnan(x[i])) {
            s->missing++;
            continue;
        }
        if (s->n++ == 0)
            s->first = s->least = s->most = x[i];
        const double distance = x[i] - s->first;
        s->sum += distance;
        s->squares += distance * distance;
        s->least = x[i] < s->least ? x[i] : s->least;
        s->most = x[i] > s->most ? x[i] : s->most;
    }
}

static mg_status sum_file(const array_file *f, file_sums *s)
{
    enum { most = 1024 };
    char bytes[most * sizeof(double)];
    double stored[most], wide[most];
    uint64_t at = f->start;
    for (int64_t left = f->npy.count; left > 0;) {
        const int64_t n = left < most ? left : most;
        const size_t length = (size_t)n * f->npy.width;
        MG_TRY(mg_reader_read_all(&f->reader, at, length, bytes));
        MG_TRY(mg_npy_convert(f->reader.ctx, f->reader.path, &f->npy, bytes,
                              (size_t)n, stored));
        mg_type list = {f->npy.type.dtype, {.rank = 1, .dim = {n}}};
        const mg_tensor from = mg_tensor_dense(list, stored);
        list.dtype = MG_F64;
        const mg_tensor to = mg_tensor_dense(list, wide);
        mg_tensor_copy(&from, &to);
        add_elements(s, n, wide);
        at += length;
        left -= n;
    }
    return MG_OK;
}

static mg_status describe_file(const array_file *f, mg_column_facts *facts)
{
    file_sums s = {0};
    MG_TRY(sum_file(f, &s));
    facts->missing = s.missing;
    if (s.n == 0)
        return MG_OK;
    const double mean = s.sum / (double)s.n;
    const double variance = s.squares / (double)s.n - mean * mean;
    facts->has_numbers = true;
    facts->least = s.least;
    facts->most = s.most;
    facts->mean = s.first + mean;
    facts->deviation = variance > 0 ? sqrt(variance) : 0;
    return MG_OK;
}

static mg_status describe(const mg_dataset *dataset, mg_arena *arena,
                          mg_data_facts *out)
{
    const array_files *files = dataset->store;
    mg_column_facts *facts = mg_arena_alloc(arena, files->n, sizeof *facts);
    if (!facts)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < files->n; i++) {
        MG_TRY(
            mg_column_describe(dataset, &dataset->column[i], arena, &facts[i]));
        if (!dataset->column[i].data)
            MG_TRY(describe_file(&files->file[i], &facts[i]));
    }
    *out = (mg_data_facts){.format = dataset->kind->name,
                           .rows = dataset->rows,
                           .n = files->n,
                           .column = facts};
    return MG_OK;
}

/* ---- Opening ---- */

static void destroy(mg_dataset *dataset)
{
    array_files *files = dataset->store;
    for (size_t i = 0; i < files->n; i++)
        mg_reader_close(&files->file[i].reader);
}

static const mg_data_kind memory_kind = {.name = "NumPy arrays"};
static const mg_data_kind files_kind = {.name = "NumPy arrays",
                                        .load = load_files,
                                        .describe = describe,
                                        .destroy = destroy};

static mg_status read_next(void *from, void *out, size_t n)
{
    array_file *f = from;
    MG_TRY(mg_reader_read_all(&f->reader, f->next, n, out));
    f->next += n;
    return MG_OK;
}

static mg_status read_header(array_file *f, mg_ctx *ctx)
{
    char begin[MG_NPY_START];
    size_t got = 0, start = 0;
    const char *path = f->reader.path;
    MG_TRY(mg_reader_read(&f->reader, 0, sizeof begin, begin, &got));
    MG_TRY(mg_npy_start(ctx, path, begin, got, &start));
    char *bytes = mg_alloc(ctx, start, 1);
    if (!bytes)
        return MG_NO_MEMORY;
    mg_status status = mg_reader_read_all(&f->reader, 0, start, bytes);
    if (status == MG_OK)
        status = mg_npy_describe(ctx, path, bytes, start, &f->npy);
    mg_free(ctx, bytes);
    MG_TRY(status);
    f->start = f->next = start;
    if (f->reader.length - start == f->npy.length)
        return MG_OK;
    return mg_fail(ctx, MG_BAD_DATA,
                   "read %s: npy: %" PRIu64 " bytes of elements, but the shape "
                   "says %" PRId64 " elements of %zu",
                   path, f->reader.length - start, f->npy.count, f->npy.width);
}

/* "data/x.npy" is the column x. */
static mg_status stem_of(mg_arena *arena, const char *path, const char **out)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *point = strrchr(name, '.');
    const char *stem = mg_arena_string(
        arena, name, point ? (size_t)(point - name) : strlen(name));
    if (!stem)
        return MG_NO_MEMORY;
    *out = stem;
    return MG_OK;
}

static bool stays_in_file(const mg_npy *npy)
{
    return npy->length > MG_ARRAYS_MEMORY && !mg_npy_is_text(npy) &&
           (!npy->fortran || npy->type.shape.rank < 2);
}

static mg_status add_file(mg_dataset *dataset, array_files *files, size_t n,
                          const mg_query query[], const char *stem)
{
    array_file *f = &files->file[dataset->n_columns];
    const bool lent = stays_in_file(&f->npy);
    MG_TRY(mg_arrays_add(dataset, n, query, stem, &f->npy, lent));
    files->n = dataset->n_columns;
    if (lent) {
        dataset->kind = &files_kind;
        return MG_OK;
    }
    mg_data_column *column = &dataset->column[dataset->n_columns - 1];
    const mg_array_source source = {.ctx = dataset->ctx,
                                    .name = f->reader.path,
                                    .npy = f->npy,
                                    .from = f,
                                    .read = read_next};
    const mg_status status =
        column->text ? mg_array_read_texts(&source, dataset, n, query, column)
                     : mg_array_read(&source, column->data);
    mg_reader_close(&f->reader);
    return status;
}

static mg_status open_file(mg_dataset *dataset, array_files *files, size_t n,
                           const mg_query query[], size_t i)
{
    const char *stem = NULL;
    MG_TRY(stem_of(&dataset->arena, query[i].path, &stem));
    for (size_t k = 0; k < dataset->n_columns; k++)
        if (strcmp(dataset->column[k].name, stem) == 0)
            return mg_fail(dataset->ctx, MG_BAD_ARGUMENT,
                           "data %s: there is another array %s; .npy files "
                           "stand side by side and are named by their files",
                           query[i].path, stem);
    if (mg_arrays_drop(n, query, stem)) {
        files->dropped++;
        return MG_OK;
    }
    array_file *f = &files->file[dataset->n_columns];
    const char *path =
        mg_arena_string(&dataset->arena, query[i].path, strlen(query[i].path));
    if (!path)
        return MG_NO_MEMORY;
    MG_TRY(mg_reader_open(dataset->ctx, path, &f->reader));
    mg_status status = read_header(f, dataset->ctx);
    if (status == MG_OK)
        status = add_file(dataset, files, n, query, stem);
    if (status != MG_OK)
        mg_reader_close(&f->reader);
    return status;
}

static mg_status fill(mg_dataset *dataset, size_t n, const mg_query query[])
{
    array_files *files = mg_arena_alloc(&dataset->arena, 1, sizeof *files);
    if (!files)
        return MG_NO_MEMORY;
    files->file = mg_arena_alloc(&dataset->arena, n, sizeof *files->file);
    if (!files->file)
        return MG_NO_MEMORY;
    dataset->store = files;
    dataset->kind = &memory_kind;
    for (size_t i = 0; i < n; i++)
        MG_TRY(open_file(dataset, files, n, query, i));
    return mg_arrays_finish(dataset, n, query, files->dropped);
}

mg_status mg_npy_files_open(mg_ctx *ctx, size_t n, const mg_query query[],
                            mg_dataset **out)
{
    mg_dataset *dataset = NULL;
    MG_TRY(mg_arrays_create(ctx, n, query, &dataset));
    const mg_status status = fill(dataset, n, query);
    if (status != MG_OK) {
        mg_dataset_destroy(dataset);
        return status;
    }
    *out = dataset;
    return MG_OK;
}
