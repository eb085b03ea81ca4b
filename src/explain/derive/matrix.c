/* matrix: products of matrices, transposes, shapes and sums over axes, brought
 * back to what is written on a blackboard: W^T d, d x^T. Layer explain. */
#include "explain/derive/term.h"

const mg_term *mg_term_apply(mg_terms *t, const mg_op *op, mg_type type, int n,
                             const mg_term *const arg[], int n_attrs,
                             const int64_t attr[])
{
    return mg_term_intern(t, &(mg_term){.kind = MG_TERM_APPLY,
                                        .op = op,
                                        .dtype = type.dtype,
                                        .shape = type.shape,
                                        .n = n,
                                        .arg = arg,
                                        .n_attrs = n_attrs,
                                        .attr = attr});
}

static const mg_term *apply_one(mg_terms *t, const mg_op *op, mg_dtype dtype,
                                const mg_shape *shape, const mg_term *x,
                                int n_attrs, const int64_t attr[])
{
    const mg_type type = {dtype, *shape};
    return mg_term_apply(t, op, type, 1, &x, n_attrs, attr);
}

static bool is_one(const mg_term *x)
{
    return x->kind == MG_TERM_NUMBER && x->number == 1;
}

/* ---- Shapes ---- */

static bool is_thin(const mg_term *x, int axis)
{
    return x->shape.rank == 2 && x->shape.dim[axis] == 1;
}

const mg_term *mg_term_broadcast(mg_terms *t, const mg_term *x,
                                 const mg_shape *shape)
{
    if (mg_shape_equal(&x->shape, shape))
        return x;
    if (mg_term_is_op(x, &mg_op_broadcast))
        x = x->arg[0];
    if (mg_shape_equal(&x->shape, shape))
        return x;
    return apply_one(t, &mg_op_broadcast, x->dtype, shape, x, 0, NULL);
}

/* Axes of size 1 in front change nothing where values meet by element. */
static bool only_leads(const mg_shape *from, const mg_shape *to)
{
    const int extra = to->rank - from->rank;
    if (extra <= 0)
        return false;
    for (int i = 0; i < to->rank; i++)
        if (to->dim[i] != (i < extra ? 1 : from->dim[i - extra]))
            return false;
    return true;
}

/* A reduction with or without its axes, whichever has that shape. */
static const mg_term *rekept(mg_terms *t, const mg_term *x,
                             const mg_shape *shape)
{
    if (x->kind != MG_TERM_APPLY || x->op->kind != MG_REDUCE)
        return NULL;
    mg_shape other = x->arg[0]->shape;
    const bool keep = x->attr[0] == 0;
    for (int i = x->n_attrs - 1; i >= 1; i--)
        if (keep)
            other.dim[x->attr[i]] = 1;
        else
            mg_shape_remove(&other, (int)x->attr[i]);
    if (!mg_shape_equal(&other, shape))
        return NULL;
    int64_t attr[MG_MAX_RANK + 1] = {keep};
    for (int i = 1; i < x->n_attrs; i++)
        attr[i] = x->attr[i];
    return apply_one(t, x->op, x->dtype, shape, x->arg[0], x->n_attrs, attr);
}

const mg_term *mg_term_reshape(mg_terms *t, const mg_term *x,
                               const mg_shape *shape)
{
    if (mg_shape_equal(&x->shape, shape))
        return x;
    if (mg_term_is_op(x, &mg_op_reshape))
        return mg_term_reshape(t, x->arg[0], shape);
    if (mg_term_is_op(x, &mg_op_broadcast) &&
        (x->arg[0]->shape.rank == 0 ||
         only_leads(&x->arg[0]->shape, &x->shape))) {
        if (x->arg[0]->shape.rank == 0)
            return mg_term_broadcast(t, x->arg[0], shape);
        return mg_term_reshape(t, x->arg[0], shape);
    }
    /* a row or column as a vector */
    if (mg_term_is_swap(x) && shape->rank == 1 &&
        (is_thin(x, 0) || is_thin(x, 1)))
        return mg_term_reshape(t, x->arg[0], shape);
    if (x->kind == MG_TERM_PRODUCT && x->n == 1 && x->number == 1) {
        const mg_term *const base = rekept(t, x->arg[0], shape);
        if (base)
            return mg_term_power(t, base, x->weight[0]);
    }
    const mg_term *const other = rekept(t, x, shape);
    if (other)
        return other;
    if (only_leads(&x->shape, shape))
        return mg_term_broadcast(t, x, shape);
    /* columns keep their numbers, since they meet as vectors (algebra.c) */
    const mg_term *front;
    const mg_term *const rest = mg_term_without_front(t, x, &front);
    if (x->shape.rank > 1 && rest != x && !is_one(front))
        return mg_term_times(t, front, mg_term_reshape(t, rest, shape));
    return apply_one(t, &mg_op_reshape, x->dtype, shape, x, 0, NULL);
}

const mg_term *mg_vector_of(const mg_term *x)
{
    const bool column =
        mg_term_is_op(x, &mg_op_reshape) && x->arg[0]->shape.rank == 1;
    return column ? x->arg[0] : x;
}

/* ---- Transposes ---- */

static bool swaps(int n, const int64_t axes[])
{
    for (int i = 0; i < n - 2; i++)
        if (axes[i] != i)
            return false;
    return n >= 2 && axes[n - 1] == n - 2 && axes[n - 2] == n - 1;
}

bool mg_term_is_swap(const mg_term *x)
{
    return mg_term_is_op(x, &mg_op_transpose) && swaps(x->n_attrs, x->attr);
}

static bool is_identity(int n, const int64_t axes[])
{
    for (int i = 0; i < n; i++)
        if (axes[i] != i)
            return false;
    return true;
}

static bool turns_cheaply(const mg_term *x)
{
    return x->kind == MG_TERM_OUTER || mg_term_is_swap(x) ||
           mg_term_is_op(x, &mg_op_matmul);
}

/* A sum of products of matrices, each turned. */
static const mg_term *swapped_sum(mg_terms *t, const mg_term *x)
{
    const mg_term **const part =
        mg_terms_alloc(t, (size_t)x->n + 1, sizeof *part);
    for (int i = 0; i < x->n && part; i++) {
        const mg_term *front;
        const mg_term *const core = mg_term_without_front(t, x->arg[i], &front);
        if (!turns_cheaply(core) || !mg_shape_equal(&core->shape, &x->shape))
            return NULL;
        part[i] = mg_term_times(t, front, mg_term_swap(t, core));
    }
    return part ? mg_term_sum(t, x->n, part, x->weight) : NULL;
}

/* What a swap of the last two axes does to products of matrices. */
static const mg_term *swapped_product(mg_terms *t, const mg_term *x)
{
    if (x->kind == MG_TERM_SUM)
        return swapped_sum(t, x);
    if (x->kind == MG_TERM_OUTER)
        return mg_term_outer(t, x->arg[1], x->arg[0]);
    if (!mg_term_is_op(x, &mg_op_matmul) || x->arg[0]->shape.rank < 2 ||
        x->arg[1]->shape.rank < 2)
        return NULL;
    return mg_term_matmul(t, mg_term_swap(t, x->arg[1]),
                          mg_term_swap(t, x->arg[0]));
}

const mg_term *mg_term_transpose(mg_terms *t, const mg_term *x,
                                 const int64_t axes[])
{
    const int n = x->shape.rank;
    mg_shape shape = x->shape;
    for (int i = 0; i < n; i++)
        shape.dim[i] = x->shape.dim[axes[i]];
    if (is_identity(n, axes) || mg_term_is_identity(x))
        return x;
    if (mg_term_is_op(x, &mg_op_broadcast) && x->arg[0]->shape.rank == 0)
        return mg_term_broadcast(t, x->arg[0], &shape);
    if (mg_term_is_op(x, &mg_op_transpose)) {
        int64_t both[MG_MAX_RANK] = {0};
        for (int i = 0; i < n; i++)
            both[i] = x->attr[axes[i]];
        return mg_term_transpose(t, x->arg[0], both);
    }
    const mg_term *front;
    const mg_term *const rest = mg_term_without_front(t, x, &front);
    if (!is_one(front))
        return mg_term_times(t, front, mg_term_transpose(t, rest, axes));
    const mg_term *const other = swaps(n, axes) ? swapped_product(t, x) : NULL;
    return other ? other
                 : apply_one(t, &mg_op_transpose, x->dtype, &shape, x, n, axes);
}

const mg_term *mg_term_swap(mg_terms *t, const mg_term *x)
{
    const int n = x->shape.rank;
    int64_t axes[MG_MAX_RANK] = {0};
    for (int i = 0; i < n; i++)
        axes[i] = i;
    axes[n - 1] = n - 2;
    axes[n - 2] = n - 1;
    return mg_term_transpose(t, x, axes);
}

/* ---- Products ---- */

bool mg_term_is_identity(const mg_term *x)
{
    if (!mg_term_is_op(x, &mg_op_one_hot) || !x->arg[0]->data ||
        x->shape.rank != 2 || x->shape.dim[0] != x->shape.dim[1])
        return false;
    for (int64_t i = 0; i < x->shape.dim[0]; i++)
        if (mg_tensor_get(x->arg[0]->data, i) != (double)i)
            return false;
    return true;
}

/* The numbers of both factors, in front of the product of the rest. */
static bool take_fronts(mg_terms *t, const mg_term **a, const mg_term **b,
                        const mg_term **front)
{
    const mg_term *one, *two;
    *a = mg_term_without_front(t, *a, &one);
    *b = mg_term_without_front(t, *b, &two);
    *front = mg_term_times(t, one, two);
    return !is_one(*front);
}

const mg_term *mg_term_outer(mg_terms *t, const mg_term *u, const mg_term *v)
{
    const mg_term *front;
    if (take_fronts(t, &u, &v, &front))
        return mg_term_times(t, front, mg_term_outer(t, u, v));
    const mg_term *const arg[] = {u, v};
    return mg_term_intern(
        t,
        &(mg_term){.kind = MG_TERM_OUTER,
                   .dtype = MG_F64,
                   .shape = mg_shape_of(
                       2, (const int64_t[]){u->shape.dim[0], v->shape.dim[0]}),
                   .n = 2,
                   .arg = arg});
}

static mg_shape product_shape(const mg_term *a, const mg_term *b)
{
    const mg_shape *const x = &a->shape, *const y = &b->shape;
    const mg_shape left = mg_shape_of(x->rank > 2 ? x->rank - 2 : 0, x->dim);
    const mg_shape right = mg_shape_of(y->rank > 2 ? y->rank - 2 : 0, y->dim);
    mg_shape shape = {0};
    mg_shape_broadcast(&left, &right, &shape);
    if (x->rank > 1)
        mg_shape_append(&shape, x->dim[x->rank - 2]);
    if (y->rank > 1)
        mg_shape_append(&shape, y->dim[y->rank - 1]);
    return shape;
}

static const mg_term *as_vector(mg_terms *t, const mg_term *x)
{
    const int64_t size = mg_shape_size(&x->shape);
    const mg_shape flat = mg_shape_of(1, &size);
    return mg_term_reshape(t, x, &flat);
}

static bool is_reshaped_vector(const mg_term *x)
{
    return (mg_term_is_op(x, &mg_op_reshape) ||
            mg_term_is_op(x, &mg_op_broadcast)) &&
           x->arg[0]->shape.rank <= 1;
}

const mg_term *mg_term_matmul(mg_terms *t, const mg_term *a, const mg_term *b)
{
    const mg_term *front;
    if (take_fronts(t, &a, &b, &front))
        return mg_term_times(t, front, mg_term_matmul(t, a, b));
    if (is_thin(a, 1) && is_thin(b, 0) &&
        (is_reshaped_vector(a) || is_reshaped_vector(b)))
        return mg_term_outer(t, as_vector(t, a), as_vector(t, b));
    if (a->shape.rank == 1 && b->shape.rank == 2)
        return mg_term_matmul(t, mg_term_swap(t, b), a);
    if (is_thin(a, 1) && b->shape.rank == 1 && mg_term_is_number(b, 1))
        return as_vector(t, a);
    if (mg_term_is_identity(a) && b->shape.rank <= 2)
        return b;
    if (mg_term_is_identity(b) && a->shape.rank == 2)
        return a;
    const mg_term *const arg[] = {a, b};
    const mg_type type = {MG_F64, product_shape(a, b)};
    return mg_term_apply(t, &mg_op_matmul, type, 2, arg, 0, NULL);
}

/* ---- Sums over axes ---- */

static bool is_summed(int axis, int n_attrs, const int64_t attr[])
{
    for (int i = 1; i < n_attrs; i++)
        if (attr[i] == axis)
            return true;
    return false;
}

static mg_shape reduced_shape(const mg_shape *x, int n_attrs,
                              const int64_t attr[])
{
    mg_shape shape = {0};
    for (int i = 0; i < x->rank; i++)
        if (!is_summed(i, n_attrs, attr))
            mg_shape_append(&shape, x->dim[i]);
        else if (attr[0])
            mg_shape_append(&shape, 1);
    return shape;
}

/* Of a repeated value: what is repeated along an axis counts that often. */
static const mg_term *total_of_repeated(mg_terms *t, const mg_term *x,
                                        const mg_shape *shape, int n_attrs,
                                        const int64_t attr[])
{
    const mg_term *const inner = x->arg[0];
    const int extra = x->shape.rank - inner->shape.rank;
    double count = 1;
    int64_t left[MG_MAX_RANK + 1] = {attr[0]};
    int n = 1;
    for (int i = 1; i < n_attrs; i++) {
        const int axis = (int)attr[i] - extra;
        if (axis >= 0)
            left[n++] = axis;
        if (axis < 0 || inner->shape.dim[axis] == 1)
            count *= (double)x->shape.dim[attr[i]];
    }
    const mg_term *const sum = mg_term_total(t, inner, n, left);
    return mg_term_broadcast(t, mg_term_scale(t, count, sum), shape);
}

static bool sums_nothing(const mg_term *x, int n_attrs, const int64_t attr[])
{
    for (int i = 1; i < n_attrs; i++)
        if (x->shape.dim[attr[i]] != 1)
            return false;
    return true;
}

const mg_term *mg_term_total(mg_terms *t, const mg_term *x, int n_attrs,
                             const int64_t attr[])
{
    const mg_shape shape = reduced_shape(&x->shape, n_attrs, attr);
    if (sums_nothing(x, n_attrs, attr))
        return mg_term_reshape(t, x, &shape);
    if (mg_term_is_op(x, &mg_op_broadcast))
        return total_of_repeated(t, x, &shape, n_attrs, attr);
    const mg_term *front;
    const mg_term *const rest = mg_term_without_front(t, x, &front);
    if (!is_one(front))
        return mg_term_times(t, front, mg_term_total(t, rest, n_attrs, attr));
    return apply_one(t, &mg_op_sum, MG_F64, &shape, x, n_attrs, attr);
}
