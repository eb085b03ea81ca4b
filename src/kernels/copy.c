/* copy: strided copies by rows, or by square blocks where x and y stand side
 * by side along different axes. Layer kernels. */
#include "kernels/copy.h"

#include <string.h>

#include "base/parallel.h"

/* Elements of v that are an item of a share, and of a square's side: two
 * squares of four-byte elements fit the nearest cache. */
#define SIDE 32
/* Elements that are worth a thread's start. */
#define GRAIN 16384

typedef struct {
    const mg_copy *copy;
    const unsigned char *x;
    unsigned char *y;
} job;

/* Elements [0, u) x [0, v) one by one; size is known when compiled. */
static inline void copy_square(const mg_copy *c, const unsigned char *x,
                               unsigned char *y, int64_t u, int64_t v,
                               const size_t size)
{
    const int64_t bytes = (int64_t)size;
    for (int64_t i = 0; i < v; i++) {
        const unsigned char *const from = x + i * c->x_v * bytes;
        unsigned char *const to = y + i * c->y_v * bytes;
        for (int64_t j = 0; j < u; j++)
            memcpy(to + j * c->y_u * bytes, from + j * c->x_u * bytes, size);
    }
}

static void copy_squares(const mg_copy *c, const unsigned char *x,
                         unsigned char *y, int64_t v)
{
    const int64_t bytes = (int64_t)c->size;
    for (int64_t j = 0; j < c->u; j += SIDE) {
        const int64_t u = c->u - j < SIDE ? c->u - j : SIDE;
        const unsigned char *const from = x + j * c->x_u * bytes;
        unsigned char *const to = y + j * c->y_u * bytes;
        if (c->size == 4)
            copy_square(c, from, to, u, v, 4);
        else if (c->size == 8)
            copy_square(c, from, to, u, v, 8);
        else
            copy_square(c, from, to, u, v, 1);
    }
}

static void copy_rows(const mg_copy *c, const unsigned char *x,
                      unsigned char *y, int64_t v)
{
    const size_t row = (size_t)c->u * c->size;
    const int64_t bytes = (int64_t)c->size;
    for (int64_t i = 0; i < v; i++)
        memcpy(y + i * c->y_v * bytes, x + i * c->x_v * bytes, row);
}

static void share(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const mg_copy *const c = j->copy;
    const int64_t bands = (c->v + SIDE - 1) / SIDE;
    const int64_t bytes = (int64_t)c->size;
    for (int64_t item = begin; item < end; item++) {
        const int64_t outer = item / bands, first = item % bands * SIDE;
        const int64_t v = c->v - first < SIDE ? c->v - first : SIDE;
        const int64_t x = mg_axes_offset(&c->outer, outer, 0) + first * c->x_v;
        const int64_t y = mg_axes_offset(&c->outer, outer, 1) + first * c->y_v;
        if (c->x_u == 1 && c->y_u == 1)
            copy_rows(c, j->x + x * bytes, j->y + y * bytes, v);
        else
            copy_squares(c, j->x + x * bytes, j->y + y * bytes, v);
    }
}

void mg_copy_run(const mg_copy *c, const void *x, void *y, mg_pool *pool)
{
    const int64_t bytes = (int64_t)c->size;
    job j = {c, (const unsigned char *)x + c->x_offset * bytes,
             (unsigned char *)y + c->y_offset * bytes};
    const int64_t bands = (c->v + SIDE - 1) / SIDE;
    const int64_t each = (c->v < SIDE ? c->v : SIDE) * c->u + 1;
    mg_parallel_for(pool, c->count * bands, GRAIN / each + 1, share, &j);
}

/* The axis along which tensor 0 or 1 stands side by side, or -1. */
static int contiguous(const mg_axes *axes, int tensor)
{
    for (int i = 0; i < axes->rank; i++)
        if (axes->stride[tensor][i] == 1)
            return i;
    return -1;
}

static void take_u(mg_copy *c, int axis)
{
    c->u = c->outer.dim[axis];
    c->x_u = c->outer.stride[0][axis];
    c->y_u = c->outer.stride[1][axis];
    mg_axes_remove(&c->outer, axis);
}

static void take_v(mg_copy *c, int axis)
{
    c->v = c->outer.dim[axis];
    c->x_v = c->outer.stride[0][axis];
    c->y_v = c->outer.stride[1][axis];
    mg_axes_remove(&c->outer, axis);
}

mg_copy mg_copy_of(const mg_tensor *x, const mg_tensor *y)
{
    mg_copy c = {.size = mg_dtype_size(x->type.dtype), .u = 1, .v = 1};
    c.x_u = c.y_u = 1;
    for (int i = 0; i < x->type.shape.rank; i++)
        mg_axes_append(&c.outer, x->type.shape.dim[i], x->stride[i],
                       y->stride[i]);
    if (c.outer.rank > 0) {
        const int u = contiguous(&c.outer, 1);
        take_u(&c, u >= 0 ? u : c.outer.rank - 1);
    }
    if (c.outer.rank > 0) {
        const int v = contiguous(&c.outer, 0);
        take_v(&c, v >= 0 && c.x_u != 1 ? v : c.outer.rank - 1);
    }
    c.count = mg_axes_size(&c.outer);
    return c;
}
