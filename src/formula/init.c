/* init: the numbers that parameters start with: a function of the seed and
 * the parameter's number alone. Layer formula. */
#include <math.h>

#include "base/philox.h"
#include "formula/network.h"

/* Parameters draw from the upper half of the streams, random calls from the
 * lower one. */
#define FIRST_STREAM 0x80000000u

static void fill_uniform(const mg_stream *stream, double a, double b, int64_t n,
                         const mg_tensor *out)
{
    for (int64_t i = 0; i < n; i++)
        mg_tensor_set(out, i,
                      a + (b - a) * mg_random_uniform(stream, (uint64_t)i));
}

static void fill_normal(const mg_stream *stream, double deviation, int64_t n,
                        const mg_tensor *out)
{
    for (int64_t i = 0; i < n; i++)
        mg_tensor_set(out, i,
                      deviation * mg_random_normal(stream, (uint64_t)i));
}

/* ---- Orthogonal ---- */

static double dot(const double *a, const double *b, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Takes from row k what it shares with the rows before, twice (once is not
 * enough in rounded arithmetic: Giraud et al. 2005), and gives it length 1. */
static void orthogonalise(double *rows, int64_t k, int64_t n)
{
    double *const row = rows + k * n;
    for (int pass = 0; pass < 2; pass++) {
        for (int64_t j = 0; j < k; j++) {
            const double shared = dot(row, rows + j * n, n);
            for (int64_t i = 0; i < n; i++)
                row[i] -= shared * rows[j * n + i];
        }
    }
    const double length = sqrt(dot(row, row, n));
    for (int64_t i = 0; i < n && length > 0; i++)
        row[i] /= length;
}

/* The matrix [first axis, all others]; of normal numbers, made orthonormal by
 * Gram and Schmidt along the shorter side (Saxe et al. 2013). */
static mg_status fill_orthogonal(mg_ctx *ctx, const mg_stream *stream,
                                 const mg_tensor *out)
{
    const mg_shape *const shape = &out->type.shape;
    const int64_t size = mg_shape_size(shape);
    const int64_t m = shape->rank > 1 ? shape->dim[0] : 1;
    if (size == 0)
        return MG_OK;
    const int64_t n = size / m;
    const int64_t rows = m < n ? m : n, columns = m < n ? n : m;
    double *const matrix = mg_alloc(ctx, (size_t)size, sizeof(*matrix));
    if (!matrix)
        return MG_NO_MEMORY;
    for (int64_t i = 0; i < size; i++)
        matrix[i] = mg_random_normal(stream, (uint64_t)i);
    for (int64_t k = 0; k < rows; k++)
        orthogonalise(matrix, k, columns);
    for (int64_t i = 0; i < size; i++)
        mg_tensor_set(out, i,
                      m < n ? matrix[i] : matrix[i % n * columns + i / n]);
    mg_free(ctx, matrix);
    return MG_OK;
}

/* ---- All ---- */

mg_status mg_network_init_param(const mg_network *n, size_t index,
                                uint64_t seed, const mg_tensor *out)
{
    const mg_network_param *const param = &n->param[index];
    const mg_shape shape = mg_value_shape(n->graph, param->value);
    const mg_stream stream = {.seed = seed,
                              .stream = FIRST_STREAM | (uint32_t)index};
    const int64_t size = mg_shape_size(&shape);
    if (!mg_shape_equal(&shape, &out->type.shape) ||
        !mg_dtype_is_real(out->type.dtype))
        return mg_fail(n->ctx, MG_BAD_ARGUMENT,
                       "init: the tensor does not fit parameter %s",
                       param->name);
    switch (param->init) {
    case MG_INIT_VALUE:
        mg_tensor_copy(&param->constant, out);
        break;
    case MG_INIT_UNIFORM:
        fill_uniform(&stream, param->a, param->b, size, out);
        break;
    case MG_INIT_NORMAL:
        fill_normal(&stream, param->a, size, out);
        break;
    case MG_INIT_ORTHOGONAL:
        return fill_orthogonal(n->ctx, &stream, out);
    }
    return MG_OK;
}
