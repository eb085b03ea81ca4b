/* pack: rows or columns of a matrix, copied side by side for tiles. Layer
 * kernels. */
#include "kernels/vector/families.h"
#include "kernels/vector/transpose.h"

/* Floats that are fetched ahead: they may be in another processor's cache. */
#define AHEAD 128

MG_INLINE void copy_rows(const mg_pack *p, const int64_t piece)
{
    for (int64_t i = 0; i < p->k; i++)
        copy_pieces(p->x + i * p->row, p->y + i * p->columns, p->width, piece);
}

/* Rows of `width` elements that stand side by side. */
static void pack_rows(const mg_pack *p)
{
    if (p->width >= 16)
        copy_rows(p, 16);
    else if (p->width >= 8)
        copy_rows(p, 8);
    else if (p->width >= 4)
        copy_rows(p, 4);
    else
        copy_rows(p, 1);
}

/* The elements first <= i < last of columns j <= width, one by one. */
static void pack_elements(const mg_pack *p, int64_t first, int64_t last,
                          int64_t j)
{
    for (; j < p->width; j++)
        for (int64_t i = first; i < last; i++)
            p->y[i * p->columns + j] = p->x[i * p->row + j * p->column];
}

/* Columns whose elements stand side by side: as many as there are lanes. */
static void transpose_columns(const mg_pack *p, int64_t i, int64_t j)
{
    mg_lanes row[MG_LANES];
    MG_UNROLLED
    for (int l = 0; l < MG_LANES; l++) {
        const float *const x = p->x + i + (j + l) * p->column;
        row[l] = lanes_at(x);
        __builtin_prefetch(x + AHEAD);
    }
    lanes_transpose(row);
    MG_UNROLLED
    for (int l = 0; l < MG_LANES; l++)
        *(mg_lanes *)(p->y + (i + l) * p->columns + j) = row[l];
}

void MG_ISA_NAME(mg_pack)(const mg_pack *p)
{
    if (p->column == 1) {
        pack_rows(p);
        return;
    }
    for (int64_t i = 0; i < p->k; i += MG_LANES) {
        const int64_t last = i + MG_LANES < p->k ? i + MG_LANES : p->k;
        int64_t j = 0;
        if (p->row == 1 && last == i + MG_LANES)
            for (; j + MG_LANES <= p->width; j += MG_LANES)
                transpose_columns(p, i, j);
        pack_elements(p, i, last, j);
    }
}
