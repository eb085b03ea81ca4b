/* npz: reading through libzip. What a member claims to hold is compared with
 * what its bytes can hold at most; a large one is unpacked once without keeping
 * it before there is memory for it. Layer data. */
#include "data/npz.h"
#include "data/arrays.h"
#include "data/examples.h"
#include "data/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const mg_data_kind npz_kind = {.name = "NumPy archive"};

#ifdef MATGRAD_HAVE_LIBZIP

#include <zip.h>

#define ARRAYS_MOST 4096
#define NAME_MOST 200
/* Of all arrays of an archive together. */
#define UNPACKED_MOST (UINT64_C(8) << 30)
/* Deflate's best case is below 1032 to 1 (zlib's technical notes). */
#define DEFLATE_MOST 1032
/* Memory that a claim gets without being unpacked first. */
#define BELIEVED (UINT64_C(64) << 20)
#define PIECE_BYTES 65536

typedef struct {
    mg_ctx *ctx;
    const char *path;
    size_t n_query;
    const mg_query *query;
    zip_t *zip;
    uint64_t bytes;    /* of the archive's file */
    uint64_t unpacked; /* that arrays claimed so far */
    size_t arrays, dropped;
} archive;

/* One member while it is read. */
typedef struct {
    archive *archive;
    zip_uint64_t index;
    char name[NAME_MOST + 1];     /* of the array */
    char place[NAME_MOST + 1000]; /* for messages */
    uint64_t packed;              /* bytes in the archive */
    bool deflated;
    zip_file_t *file; /* or NULL */
} member;

static mg_status refuse(const member *m, const char *what)
{
    return mg_fail(m->archive->ctx, MG_BAD_DATA, "read %s: %s", m->place, what);
}

static mg_status zip_failed(mg_ctx *ctx, const char *place, zip_error_t *error)
{
    if (zip_error_code_zip(error) == ZIP_ER_MEMORY)
        return mg_no_memory(ctx);
    return mg_fail(ctx, MG_BAD_DATA, "read %s: %s", place,
                   zip_error_strerror(error));
}

/* ---- Bytes ---- */

static mg_status open_member(member *m)
{
    zip_t *zip = m->archive->zip;
    m->file = zip_fopen_index(zip, m->index, 0);
    if (!m->file)
        return zip_failed(m->archive->ctx, m->place, zip_get_error(zip));
    return MG_OK;
}

static void close_member(member *m)
{
    if (m->file)
        zip_fclose(m->file);
    m->file = NULL;
}

/* Reads up to n bytes; fewer only at the end. */
static mg_status read_some(member *m, char *out, size_t n, size_t *got)
{
    size_t done = 0;
    while (done < n) {
        const zip_int64_t now = zip_fread(m->file, out + done, n - done);
        if (now < 0)
            return zip_failed(m->archive->ctx, m->place,
                              zip_file_get_error(m->file));
        if (now == 0)
            break;
        done += (size_t)now;
    }
    *got = done;
    return MG_OK;
}

static mg_status read_bytes(void *from, void *out, size_t n)
{
    size_t got = 0;
    MG_TRY(read_some(from, out, n, &got));
    return got == n ? MG_OK : refuse(from, "the array ends too early");
}

/* Reading the end also compares the check sum. */
static mg_status read_end(member *m)
{
    char more;
    size_t got = 0;
    MG_TRY(read_some(m, &more, 1, &got));
    return got == 0 ? MG_OK
                    : refuse(m, "more bytes follow than the header says");
}

/* ---- Headers ---- */

static mg_status read_header(member *m, mg_npy *out, size_t *start)
{
    mg_ctx *ctx = m->archive->ctx;
    char begin[MG_NPY_START];
    size_t got = 0;
    MG_TRY(read_some(m, begin, sizeof begin, &got));
    MG_TRY(mg_npy_start(ctx, m->place, begin, got, start));
    if (*start < sizeof begin)
        return refuse(m, "npy: the header is not a dictionary");
    char *bytes = mg_alloc(ctx, *start, 1);
    if (!bytes)
        return MG_NO_MEMORY;
    memcpy(bytes, begin, sizeof begin);
    mg_status status =
        read_bytes(m, bytes + sizeof begin, *start - sizeof begin);
    if (status == MG_OK)
        status = mg_npy_describe(ctx, m->place, bytes, *start, out);
    mg_free(ctx, bytes);
    return status;
}

/* Whether what is there can hold what the header says. */
static mg_status check_size(member *m, const mg_npy *npy)
{
    archive *a = m->archive;
    const uint64_t most =
        m->deflated ? (m->packed + 1) * DEFLATE_MOST : m->packed;
    char text[MG_SHAPE_TEXT_SIZE];
    if (m->packed > a->bytes || npy->length > most)
        return mg_fail(a->ctx, MG_BAD_DATA,
                       "read %s: the header says %s, but the archive holds "
                       "less",
                       m->place, mg_shape_text(&npy->type.shape, text));
    if (npy->length > UNPACKED_MOST - a->unpacked)
        return mg_fail(a->ctx, MG_BAD_DATA,
                       "read %s: more than %" PRIu64 " bytes when unpacked; "
                       "save large arrays as .npy, which is read where it "
                       "stands",
                       a->path, UNPACKED_MOST);
    a->unpacked += npy->length;
    return MG_OK;
}

/* Unpacks all of a member, to see whether as much arrives as it claims. */
static mg_status check_arrival(member *m, uint64_t length)
{
    char piece[PIECE_BYTES];
    for (uint64_t left = length; left > 0;) {
        const size_t n = left < sizeof piece ? (size_t)left : sizeof piece;
        MG_TRY(read_bytes(m, piece, n));
        left -= n;
    }
    return read_end(m);
}

/* ---- Arrays ---- */

/* A second opening of the member, its header skipped. */
static mg_status reopen(member *m, size_t start)
{
    char piece[1024];
    close_member(m);
    MG_TRY(open_member(m));
    while (start > 0) {
        const size_t n = start < sizeof piece ? start : sizeof piece;
        MG_TRY(read_bytes(m, piece, n));
        start -= n;
    }
    return MG_OK;
}

static mg_status check_new(const member *m, const mg_dataset *dataset)
{
    for (size_t i = 0; i < dataset->n_columns; i++)
        if (strcmp(dataset->column[i].name, m->name) == 0)
            return refuse(m, "there are two arrays of that name");
    return MG_OK;
}

/* What the array promises; all are compared with the limits before any gets
 * memory. */
static mg_status check_array(member *m, mg_dataset *dataset)
{
    mg_npy npy;
    size_t start = 0;
    if (++m->archive->arrays > ARRAYS_MOST)
        return refuse(m, "too many arrays");
    (void)dataset;
    MG_TRY(open_member(m));
    MG_TRY(read_header(m, &npy, &start));
    return check_size(m, &npy);
}

static mg_status read_array(member *m, mg_dataset *dataset)
{
    const archive *a = m->archive;
    mg_array_source source = {
        .ctx = a->ctx, .name = m->place, .from = m, .read = read_bytes};
    size_t start = 0;
    MG_TRY(check_new(m, dataset));
    MG_TRY(open_member(m));
    MG_TRY(read_header(m, &source.npy, &start));
    if (m->deflated && source.npy.length > BELIEVED) {
        MG_TRY(check_arrival(m, source.npy.length));
        MG_TRY(reopen(m, start));
    }
    MG_TRY(mg_arrays_add(dataset, a->n_query, a->query, m->name, &source.npy,
                         false));
    mg_data_column *column = &dataset->column[dataset->n_columns - 1];
    MG_TRY(column->text ? mg_array_read_texts(&source, dataset, a->n_query,
                                              a->query, column)
                        : mg_array_read(&source, column->data));
    return read_end(m);
}

/* Sets the member's name; *wanted is false for what is no array, or dropped. */
static mg_status identify(member *m, bool *wanted)
{
    const archive *a = m->archive;
    zip_stat_t facts;
    *wanted = false;
    if (zip_stat_index(a->zip, m->index, 0, &facts) != 0)
        return zip_failed(a->ctx, a->path, zip_get_error(a->zip));
    const char *name = facts.valid & ZIP_STAT_NAME ? facts.name : "";
    const size_t length = strlen(name);
    if (length <= 4 || strcmp(name + length - 4, ".npy") != 0)
        return MG_OK;
    if (length - 4 > NAME_MOST)
        return mg_fail(a->ctx, MG_BAD_DATA,
                       "read %s: an array's name is longer than %d bytes",
                       a->path, NAME_MOST);
    memcpy(m->name, name, length - 4);
    m->name[length - 4] = '\0';
    snprintf(m->place, sizeof m->place, "%s: %s", a->path, m->name);
    *wanted = !mg_arrays_drop(a->n_query, a->query, m->name);
    m->packed = facts.comp_size;
    m->deflated = facts.comp_method == ZIP_CM_DEFLATE;
    if (*wanted && !m->deflated && facts.comp_method != ZIP_CM_STORE)
        return refuse(m, "packed otherwise than numpy.savez does");
    if (*wanted && facts.encryption_method != ZIP_EM_NONE)
        return refuse(m, "encrypted");
    return MG_OK;
}

typedef mg_status member_fn(member *m, mg_dataset *dataset);

static mg_status for_arrays(archive *a, mg_dataset *dataset, member_fn *each)
{
    a->dropped = 0;
    const zip_int64_t n = zip_get_num_entries(a->zip, 0);
    for (zip_int64_t i = 0; i < n; i++) {
        member m = {.archive = a, .index = (zip_uint64_t)i};
        bool wanted;
        MG_TRY(identify(&m, &wanted));
        a->dropped += !wanted && m.name[0] != '\0';
        if (!wanted)
            continue;
        const mg_status status = each(&m, dataset);
        close_member(&m);
        MG_TRY(status);
    }
    return MG_OK;
}

static mg_status open_archive(archive *a)
{
    mg_reader reader;
    MG_TRY(mg_reader_open(a->ctx, a->path, &reader));
    a->bytes = reader.length;
    mg_reader_close(&reader);
    int code = 0;
    a->zip = zip_open(a->path, ZIP_RDONLY, &code);
    if (a->zip)
        return MG_OK;
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const mg_status status = zip_failed(a->ctx, a->path, &error);
    zip_error_fini(&error);
    return status;
}

static mg_status fill(mg_dataset *dataset, const char *path, size_t n,
                      const mg_query query[])
{
    archive a = {
        .ctx = dataset->ctx, .path = path, .n_query = n, .query = query};
    MG_TRY(open_archive(&a));
    mg_status status = for_arrays(&a, dataset, check_array);
    if (status == MG_OK)
        status = for_arrays(&a, dataset, read_array);
    zip_discard(a.zip);
    MG_TRY(status);
    dataset->kind = &npz_kind;
    return mg_arrays_finish(dataset, n, query, a.dropped);
}

#else

static mg_status fill(mg_dataset *dataset, const char *path, size_t n,
                      const mg_query query[])
{
    (void)n;
    (void)query;
    dataset->kind = &npz_kind;
    return mg_fail(dataset->ctx, MG_BAD_FILE,
                   "read %s: this build cannot unpack archives (it has no "
                   "libzip); save each array as .npy",
                   path);
}

#endif

static mg_status open_one(mg_ctx *ctx, size_t which, size_t n,
                          const mg_query query[], mg_dataset **out)
{
    mg_dataset *dataset = NULL;
    MG_TRY(mg_arrays_create(ctx, n, query, &dataset));
    const mg_status status = fill(dataset, query[which].path, n, query);
    if (status != MG_OK) {
        mg_dataset_destroy(dataset);
        return status;
    }
    *out = dataset;
    return MG_OK;
}

/* Texts would have to be numbered anew. */
static mg_status check_joinable(const mg_dataset *dataset)
{
    for (size_t i = 0; i < dataset->n_columns; i++)
        if (dataset->column[i].text)
            return mg_fail(dataset->ctx, MG_BAD_DATA,
                           "data %s: %s is texts, which only one archive may "
                           "have; save labels as integers",
                           dataset->source, dataset->column[i].name);
    return MG_OK;
}

mg_status mg_npz_open(mg_ctx *ctx, size_t n, const mg_query query[],
                      mg_dataset **out)
{
    if (n == 1)
        return open_one(ctx, 0, n, query, out);
    mg_dataset **part = mg_alloc(ctx, n, sizeof *part);
    if (!part)
        return MG_NO_MEMORY;
    mg_status status = MG_OK;
    for (size_t i = 0; i < n && status == MG_OK; i++) {
        status = open_one(ctx, i, n, query, &part[i]);
        if (status == MG_OK)
            status = check_joinable(part[i]);
    }
    mg_dataset *joined = NULL;
    if (status == MG_OK)
        status = mg_dataset_concat(ctx, query[0].path, n,
                                   (const mg_dataset *const *)part, &joined);
    if (status == MG_OK) {
        joined->fill = part[0]->fill;
        *out = joined;
    }
    for (size_t i = 0; i < n; i++)
        mg_dataset_destroy(part[i]);
    mg_free(ctx, part);
    return status;
}
