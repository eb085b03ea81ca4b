/* pack: copying columns of a matrix side by side. Layer kernels. */
#include <string.h>

#include "kernels/plain/matmul.h"

/* A cache line of floats: so many rows of one column are read together. */
#define LINE 16

#if defined(__clang__) || (defined(__GNUC__) && __GNUC__ >= 12)
typedef float quad __attribute__((vector_size(16), aligned(4), may_alias));

/* Four rows of four columns, each column side by side in memory. */
static void transpose_quad(const float *b, int64_t column, int64_t columns,
                           float *panel)
{
    const quad c0 = *(const quad *)b, c1 = *(const quad *)(b + column);
    const quad c2 = *(const quad *)(b + 2 * column);
    const quad c3 = *(const quad *)(b + 3 * column);
    const quad low01 = __builtin_shufflevector(c0, c1, 0, 4, 1, 5);
    const quad low23 = __builtin_shufflevector(c2, c3, 0, 4, 1, 5);
    const quad high01 = __builtin_shufflevector(c0, c1, 2, 6, 3, 7);
    const quad high23 = __builtin_shufflevector(c2, c3, 2, 6, 3, 7);
    quad *const row0 = (quad *)panel, *const row1 = (quad *)(panel + columns);
    quad *const row2 = (quad *)(panel + 2 * columns);
    quad *const row3 = (quad *)(panel + 3 * columns);
    *row0 = __builtin_shufflevector(low01, low23, 0, 1, 4, 5);
    *row1 = __builtin_shufflevector(low01, low23, 2, 3, 6, 7);
    *row2 = __builtin_shufflevector(high01, high23, 0, 1, 4, 5);
    *row3 = __builtin_shufflevector(high01, high23, 2, 3, 6, 7);
}
#else
static void transpose_quad(const float *b, int64_t column, int64_t columns,
                           float *panel)
{
    for (int64_t j = 0; j < 4; j++)
        for (int64_t p = 0; p < 4; p++)
            panel[p * columns + j] = b[p + j * column];
}
#endif

/* `rows` rows of four columns whose elements stand side by side. */
static void pack_quads(const float *b, int64_t column, int64_t rows,
                       int64_t columns, float *panel)
{
    int64_t p = 0;
    for (; p + 4 <= rows; p += 4)
        transpose_quad(b + p, column, columns, panel + p * columns);
    for (; p < rows; p++)
        for (int64_t j = 0; j < 4; j++)
            panel[p * columns + j] = b[p + j * column];
}

/* The columns first to last of `rows` rows, whatever the strides. */
static void pack_any(const mg_matrix *strides, const float *b, int64_t rows,
                     int64_t first, int64_t last, int64_t columns, float *panel)
{
    for (int64_t j = first; j < last; j++)
        for (int64_t p = 0; p < rows; p++)
            panel[p * columns + j] = b[p * strides->row + j * strides->column];
}

void mg_pack_panel(const mg_matrix *strides, const float *b, int64_t k,
                   int64_t width, int64_t columns, float *panel)
{
    if (width < columns)
        memset(panel, 0, (size_t)(k * columns) * sizeof *panel);
    if (strides->column == 1) {
        for (int64_t p = 0; p < k; p++)
            memcpy(panel + p * columns, b + p * strides->row,
                   (size_t)width * sizeof *panel);
        return;
    }
    for (int64_t first = 0; first < k; first += LINE) {
        const int64_t rows = k - first < LINE ? k - first : LINE;
        const float *const from = b + first * strides->row;
        float *const to = panel + first * columns;
        int64_t j = 0;
        if (strides->row == 1)
            for (; j + 4 <= width; j += 4)
                pack_quads(from + j * strides->column, strides->column, rows,
                           columns, to + j);
        pack_any(strides, from, rows, j, width, columns, to);
    }
}
