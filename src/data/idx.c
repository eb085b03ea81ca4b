/* idx: reading (LeCun, Cortes, Burges: The MNIST database, file formats). A
 * file is 0, 0, a type code, the number of axes, their sizes in 4 bytes each,
 * and the elements; all of it big-endian. Layer data. */
#define _POSIX_C_SOURCE 200809L
#include "data/idx.h"
#include "data/bytes.h"
#include "data/examples.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

const mg_data_kind mg_idx_kind = {.name = "IDX"};

typedef struct {
    unsigned char code;
    unsigned char size;
    mg_dtype dtype; /* what it becomes here */
} idx_kind;

static const idx_kind kinds[] = {
    {0x08, 1, MG_U8},  {0x09, 1, MG_I32}, {0x0B, 2, MG_I32},
    {0x0C, 4, MG_I32}, {0x0D, 4, MG_F32}, {0x0E, 8, MG_F64},
};

typedef struct {
    mg_dataset *dataset;
    const char *path;
    mg_bytes *bytes;
    const idx_kind *kind;
    mg_shape shape; /* examples first */
} idx_file;

static uint64_t big_endian(const unsigned char *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | bytes[i];
    return value;
}

static mg_status read_kind(idx_file *f, int *rank)
{
    mg_ctx *ctx = f->dataset->ctx;
    unsigned char magic[4];
    MG_TRY(mg_bytes_read(f->bytes, magic, sizeof magic));
    if (magic[0] != 0 || magic[1] != 0)
        return mg_fail(ctx, MG_BAD_DATA,
                       "%s: not an IDX file (it starts with %02x %02x)",
                       f->path, magic[0], magic[1]);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].code == magic[2])
            f->kind = &kinds[i];
    if (!f->kind)
        return mg_fail(ctx, MG_BAD_DATA, "%s: unknown IDX type 0x%02x", f->path,
                       magic[2]);
    if (magic[3] == 0 || magic[3] > MG_MAX_RANK)
        return mg_fail(ctx, MG_BAD_DATA, "%s: %d axes; 1 to %d are possible",
                       f->path, magic[3], MG_MAX_RANK);
    *rank = magic[3];
    return MG_OK;
}

/* The sizes, and whether the file can hold as much as they promise. */
static mg_status read_header(idx_file *f)
{
    mg_ctx *ctx = f->dataset->ctx;
    int rank = 0;
    MG_TRY(read_kind(f, &rank));
    for (int i = 0; i < rank; i++) {
        unsigned char dim[4];
        MG_TRY(mg_bytes_read(f->bytes, dim, sizeof dim));
        mg_shape_append(&f->shape, (int64_t)big_endian(dim, sizeof dim));
    }
    const mg_status status = mg_shape_check(ctx, &f->shape);
    if (status != MG_OK) {
        mg_prefix_message(ctx, "%s", f->path);
        return MG_BAD_DATA;
    }
    const uint64_t wanted = (uint64_t)mg_shape_size(&f->shape) * f->kind->size;
    char text[MG_SHAPE_TEXT_SIZE];
    if (wanted > mg_bytes_most(f->bytes))
        return mg_fail(ctx, MG_BAD_DATA,
                       "%s: the header says %s, but the file ends too early",
                       f->path, mg_shape_text(&f->shape, text));
    if (mg_shape_size(&f->shape) == 0)
        return mg_fail(ctx, MG_BAD_DATA, "%s: empty, of shape %s", f->path,
                       mg_shape_text(&f->shape, text));
    return MG_OK;
}

/* One element, from its bytes to the column. */
static void convert(const idx_kind *kind, const unsigned char *in, void *out)
{
    const uint64_t bits = big_endian(in, kind->size);
    const uint32_t low = (uint32_t)bits;
    int32_t value = 0;
    switch (kind->code) {
    case 0x09:
        value = low < 0x80 ? (int32_t)low : (int32_t)low - 0x100;
        break;
    case 0x0B:
        value = (int16_t)low;
        break;
    case 0x0E:
        memcpy(out, &bits, sizeof bits);
        return;
    default: /* i32 and f32, whose bits stay */
        memcpy(out, &low, sizeof low);
        return;
    }
    memcpy(out, &value, sizeof value);
}

static mg_status read_elements(idx_file *f, void *data, size_t count)
{
    unsigned char buffer[4096], *out = data;
    const size_t size = f->kind->size, step = mg_dtype_size(f->kind->dtype);
    if (f->kind->dtype == MG_U8)
        return mg_bytes_read(f->bytes, data, count);
    while (count > 0) {
        const size_t most = sizeof buffer / size;
        const size_t n = count < most ? count : most;
        MG_TRY(mg_bytes_read(f->bytes, buffer, n * size));
        for (size_t i = 0; i < n; i++)
            convert(f->kind, buffer + i * size, out + i * step);
        out += n * step;
        count -= n;
    }
    return MG_OK;
}

static mg_status read_file(idx_file *f, bool target)
{
    MG_TRY(read_header(f));
    mg_type row = {f->kind->dtype, f->shape};
    mg_shape_remove(&row.shape, 0);
    mg_data_column *column = NULL;
    MG_TRY(mg_dataset_add(f->dataset, "", target, row, mg_dim(&f->shape, 0),
                          &column));
    MG_TRY(read_elements(f, column->data, (size_t)mg_shape_size(&f->shape)));
    return mg_bytes_end(f->bytes);
}

mg_status mg_idx_read(mg_dataset *dataset, const char *path, bool target)
{
    idx_file f = {.dataset = dataset, .path = path};
    MG_TRY(mg_bytes_open(dataset->ctx, path, &f.bytes));
    const mg_status status = read_file(&f, target);
    mg_bytes_close(f.bytes);
    return status;
}

/* "train-images" is followed by "-idx3-ubyte" or ".idx3-ubyte". */
static bool belongs(const char *name, const char *stem)
{
    const size_t length = strlen(stem);
    return strncmp(name, stem, length) == 0 &&
           (name[length] == '-' || name[length] == '.') &&
           strncmp(name + length + 1, "idx", 3) == 0;
}

/* The first such name in byte order, where the plain file comes first. */
mg_status mg_idx_find(mg_ctx *ctx, const char *folder, const char *stem,
                      char **path)
{
    DIR *entries = opendir(folder);
    if (!entries)
        return mg_fail(ctx, MG_BAD_FILE, "read %s: %s", folder,
                       strerror(errno));
    char best[256] = "";
    for (const struct dirent *e; (e = readdir(entries));)
        if (belongs(e->d_name, stem) && strlen(e->d_name) < sizeof best &&
            (best[0] == '\0' || strcmp(e->d_name, best) < 0))
            memcpy(best, e->d_name, strlen(e->d_name) + 1);
    closedir(entries);
    char *found = NULL;
    if (best[0] != '\0') {
        const size_t size = strlen(folder) + strlen(best) + 2;
        found = mg_alloc(ctx, size, 1);
        if (!found)
            return MG_NO_MEMORY;
        snprintf(found, size, "%s/%s", folder, best);
    }
    *path = found;
    return MG_OK;
}
