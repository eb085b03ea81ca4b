/* matmul: y = a b over the last two axes; leading axes broadcast.
 *   a [.., m, k]   b [.., k, n]   ->   y [.., m, n]
 * A vector on the left is a row, on the right a column; y lacks its axis.
 * ta and tb, attributes of the optimiser, swap the last two axes first.
 *   vjp: da = dy b^T, db = a^T dy, each summed over the axes it broadcast;
 *        of a vector the outer products and sums that this becomes.
 *   batch: a shared matrix meets all examples in one product of rank 2. */
#include "ops/matmul.h"
#include "ops/move.h"

mg_value mg_matmul_flags(mg_graph *g, mg_value a, mg_value b, bool ta, bool tb)
{
    const mg_value input[] = {a, b};
    const int64_t attr[] = {ta, tb};
    return mg_apply(g, &mg_op_matmul, 2, input,
                    &(mg_extra){.n_attrs = 2, .attr = attr});
}

mg_value mg_matmul(mg_graph *g, mg_value a, mg_value b)
{
    return mg_matmul_flags(g, a, b, false, false);
}

/* ---- Type ---- */

/* An operand read as a matrix: lead [..], rows, columns. */
typedef struct {
    mg_shape lead;
    int64_t rows, columns;
} matrix;

static matrix matrix_of(const mg_shape *shape, bool is_left, bool transposed)
{
    const int rank = shape->rank;
    if (rank == 1)
        return is_left ? (matrix){.rows = 1, .columns = shape->dim[0]}
                       : (matrix){.rows = shape->dim[0], .columns = 1};
    const int64_t rows = shape->dim[rank - 2], columns = shape->dim[rank - 1];
    matrix m = {.lead = mg_shape_of(rank - 2, shape->dim),
                .rows = transposed ? columns : rows,
                .columns = transposed ? rows : columns};
    return m;
}

static mg_status check_operands(const mg_graph *g, const mg_node *y,
                                const mg_shape *a, const mg_shape *b)
{
    char at[MG_SHAPE_TEXT_SIZE], bt[MG_SHAPE_TEXT_SIZE];
    MG_TRY(mg_expect_attrs(g, y, 2));
    if (a->rank == 0 || b->rank == 0)
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "matmul: a is %s, b is %s: a number has no rows and "
                       "columns, multiply it by *",
                       mg_shape_text(a, at), mg_shape_text(b, bt));
    if ((a->rank == 1 && y->attr[0]) || (b->rank == 1 && y->attr[1]))
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "matmul: a is %s, b is %s: a vector is not transposed",
                       mg_shape_text(a, at), mg_shape_text(b, bt));
    return MG_OK;
}

static mg_status matmul_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    const mg_type at = mg_value_type(g, y->input[0]);
    const mg_shape bs = mg_value_shape(g, y->input[1]);
    char a_text[MG_SHAPE_TEXT_SIZE], b_text[MG_SHAPE_TEXT_SIZE];
    MG_TRY(check_operands(g, y, &at.shape, &bs));
    const matrix a = matrix_of(&at.shape, true, y->attr[0]);
    const matrix b = matrix_of(&bs, false, y->attr[1]);
    if (a.columns != b.rows)
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "matmul: a has %lld columns, b has %lld rows: a is %s, "
                       "b is %s",
                       (long long)a.columns, (long long)b.rows,
                       mg_shape_text(&at.shape, a_text),
                       mg_shape_text(&bs, b_text));
    mg_type type = {.dtype = at.dtype};
    if (!mg_shape_broadcast(&a.lead, &b.lead, &type.shape))
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "matmul: the leading axes do not broadcast: a is %s, b "
                       "is %s",
                       mg_shape_text(&at.shape, a_text),
                       mg_shape_text(&bs, b_text));
    if (at.shape.rank > 1)
        mg_shape_append(&type.shape, a.rows);
    if (bs.rank > 1)
        mg_shape_append(&type.shape, b.columns);
    *out = type;
    return MG_OK;
}

/* ---- Building blocks of derivative and batch ---- */

/* x with all axes but the last `kept` made one. */
static mg_value flatten_lead(mg_graph *g, mg_value x, int kept)
{
    const mg_shape from = mg_value_shape(g, x);
    if (from.rank < kept)
        return (mg_value){0}; /* building failed before */
    mg_shape to = {0};
    mg_shape_append(&to, 1);
    for (int i = 0; i < from.rank; i++)
        if (i < from.rank - kept)
            to.dim[0] *= from.dim[i];
        else
            mg_shape_append(&to, from.dim[i]);
    return mg_reshape(g, x, &to);
}

/* x with an axis of size 1 put in. */
static mg_value insert_axis(mg_graph *g, mg_value x, int axis)
{
    mg_shape shape = mg_value_shape(g, x);
    if (mg_graph_status(g) != MG_OK)
        return (mg_value){0};
    if (shape.rank == MG_MAX_RANK)
        return mg_graph_fail(g, MG_BAD_SHAPE,
                             "matmul: more than %d axes are needed",
                             MG_MAX_RANK);
    mg_shape_insert(&shape, axis, 1);
    return mg_reshape(g, x, &shape);
}

static mg_value swap_if(mg_graph *g, mg_value x, bool swapped)
{
    return swapped ? mg_swap(g, x) : x;
}

/* ---- Derivative ---- */

/* Both operands are at least matrices; a and b without flags.
 * da [.., m, k] = dy [.., m, n] b^T. A matrix a that met many b has
 * da = sum over l of dy_l b_l^T, which is one product over (l, n). */
static mg_value left_gradient(mg_graph *g, mg_value a, mg_value b, mg_value dy)
{
    const int a_rank = mg_value_shape(g, a).rank;
    const int b_rank = mg_value_shape(g, b).rank;
    if (a_rank == 2 && b_rank > 2) {
        const mg_value rows = flatten_lead(g, mg_swap(g, dy), 1);
        const mg_value columns = flatten_lead(g, mg_swap(g, b), 1);
        return mg_matmul(g, mg_swap(g, rows), columns);
    }
    return mg_sum_like(g, mg_matmul(g, dy, mg_swap(g, b)), a);
}

/* db [.., k, n] = a^T dy; a matrix b that met many a has one product over
 * (l, m): db = [l m, k]^T [l m, n]. */
static mg_value right_gradient(mg_graph *g, mg_value a, mg_value b, mg_value dy)
{
    const int a_rank = mg_value_shape(g, a).rank;
    const int b_rank = mg_value_shape(g, b).rank;
    if (b_rank == 2 && a_rank > 2)
        return mg_matmul(g, mg_swap(g, flatten_lead(g, a, 1)),
                         flatten_lead(g, dy, 1));
    return mg_sum_like(g, mg_matmul(g, mg_swap(g, a), dy), b);
}

/* b is a vector: y [.., m] = a [.., m, k] b [k], a at least a matrix.
 * da = dy b^T (outer), db = a^T dy, summed over the leading axes. */
static void column_gradients(mg_graph *g, mg_value a, mg_value b, mg_value dy,
                             mg_value dx[])
{
    const int rank = mg_value_shape(g, a).rank;
    dx[0] = mg_matmul(g, insert_axis(g, dy, rank - 1), insert_axis(g, b, 0));
    if (rank == 2)
        dx[1] = mg_matmul(g, mg_swap(g, a), dy);
    else
        dx[1] = mg_matmul(g, flatten_lead(g, dy, 0), flatten_lead(g, a, 1));
}

/* a is a vector: y [.., n] = a [k] b [.., k, n], b at least a matrix.
 * da = b dy, summed over the leading axes, db = a^T dy (outer). */
static void row_gradients(mg_graph *g, mg_value a, mg_value b, mg_value dy,
                          mg_value dx[])
{
    const int rank = mg_value_shape(g, b).rank;
    if (rank == 2)
        dx[0] = mg_matmul(g, b, dy);
    else
        dx[0] = mg_matmul(g, flatten_lead(g, dy, 0),
                          flatten_lead(g, mg_swap(g, b), 1));
    dx[1] = mg_matmul(g, insert_axis(g, a, 1), insert_axis(g, dy, rank - 2));
}

static void matmul_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                       mg_value dx[])
{
    const bool ta = y->attr[0] != 0, tb = y->attr[1] != 0;
    const mg_value a = swap_if(g, y->input[0], ta);
    const mg_value b = swap_if(g, y->input[1], tb);
    const int a_rank = mg_value_shape(g, a).rank;
    const int b_rank = mg_value_shape(g, b).rank;
    if (a_rank == 1 && b_rank == 1) {
        dx[0] = mg_mul(g, dy, b);
        dx[1] = mg_mul(g, dy, a);
    } else if (b_rank == 1) {
        column_gradients(g, a, b, dy, dx);
    } else if (a_rank == 1) {
        row_gradients(g, a, b, dy, dx);
    } else {
        dx[0] = left_gradient(g, a, b, dy);
        dx[1] = right_gradient(g, a, b, dy);
    }
    dx[0] = swap_if(g, dx[0], ta);
    dx[1] = swap_if(g, dx[1], tb);
}

/* ---- Batch ---- */

/* a [n, .., k] (one example: a vector or more) times a shared b, [k] or
 * [k, c]: one product over all rows. */
static mg_value batch_rows(mg_graph *g, mg_value a, mg_value b,
                           const mg_shape *y)
{
    const mg_value rows = flatten_lead(g, a, 1);
    return mg_reshape(g, mg_matmul(g, rows, b), y);
}

/* A shared a, [k] or [m, k], times b [n, .., k, c], one example a matrix or
 * more: the transposed rows of all examples times a^T, in one product. */
static mg_value batch_columns(mg_graph *g, mg_value a, mg_value b, mg_shape y)
{
    const mg_value rows = flatten_lead(g, mg_swap(g, b), 1);
    if (mg_value_shape(g, a).rank == 1)
        return mg_reshape(g, mg_matmul(g, rows, a), &y);
    const int64_t m = y.dim[y.rank - 2];
    y.dim[y.rank - 2] = y.dim[y.rank - 1]; /* [n, .., c, m] */
    y.dim[y.rank - 1] = m;
    const mg_value product = mg_matmul(g, rows, mg_swap(g, a));
    return mg_swap(g, mg_reshape(g, product, &y));
}

/* An operand as matrices whose axis in front is the batch: [n, 1.., .., m, k],
 * with `lead` leading axes between batch and matrix. */
static mg_value batch_matrices(mg_graph *g, mg_value x, int one_rank,
                               bool is_left, int lead)
{
    mg_value matrices = x;
    if (one_rank == 1)
        matrices = insert_axis(g, x, is_left ? 1 : 2);
    const int present = one_rank > 2 ? one_rank - 2 : 0;
    for (int i = present; i < lead; i++)
        matrices = insert_axis(g, matrices, 1);
    return matrices;
}

static mg_value batch_both(mg_graph *g, const mg_value x[],
                           const bool batched[], const int rank[2],
                           const mg_shape *y)
{
    int lead = 0;
    for (int i = 0; i < 2; i++)
        if (rank[i] - 2 > lead)
            lead = rank[i] - 2;
    mg_value operand[2];
    for (int i = 0; i < 2; i++)
        operand[i] =
            batched[i] ? batch_matrices(g, x[i], rank[i], i == 0, lead) : x[i];
    return mg_reshape(g, mg_matmul(g, operand[0], operand[1]), y);
}

static mg_value matmul_batch(mg_graph *g, const mg_graph *from,
                             const mg_node *y, const mg_value x[],
                             const bool batched[], int64_t n)
{
    int rank[2];
    mg_value operand[2];
    for (int i = 0; i < 2; i++) {
        rank[i] = mg_value_shape(from, y->input[i]).rank;
        operand[i] = swap_if(g, x[i], y->attr[i] != 0);
    }
    mg_shape shape;
    if (!mg_batch_shape(g, "matmul", &y->type.shape, n, &shape))
        return (mg_value){0};
    const mg_value a = operand[0], b = operand[1];
    if (!batched[1] && rank[1] <= 2)
        return batch_rows(g, a, b, &shape);
    if (!batched[0] && rank[0] == 2 && rank[1] == 1)
        return mg_matmul(g, b, mg_swap(g, a));
    if (!batched[0] && rank[0] == 1 && rank[1] == 1)
        return mg_matmul(g, b, a);
    if (!batched[0] && rank[0] <= 2)
        return batch_columns(g, a, b, shape);
    return batch_both(g, operand, batched, rank, &shape);
}

/* ---- Reference ---- */

/* The operand as [lead.., rows, columns] of y's leading axes: strides only. */
static mg_tensor matrices_of(const mg_tensor *x, bool is_left, bool transposed,
                             const mg_shape *lead)
{
    mg_tensor m = *x;
    int rank = x->type.shape.rank;
    if (rank == 1) {
        mg_shape_insert(&m.type.shape, is_left ? 0 : 1, 1);
        m.stride[is_left ? 1 : 0] = x->stride[0];
        m.stride[is_left ? 0 : 1] = 0;
        rank = 2;
    } else if (transposed) {
        for (int i = 1; i <= 2; i++) {
            m.type.shape.dim[rank - i] = x->type.shape.dim[rank - 3 + i];
            m.stride[rank - i] = x->stride[rank - 3 + i];
        }
    }
    mg_shape shape = *lead;
    mg_shape_append(&shape, m.type.shape.dim[rank - 2]);
    mg_shape_append(&shape, m.type.shape.dim[rank - 1]);
    return mg_tensor_broadcast(&m, &shape);
}

/* The element at an offset, as integer or as real. */
static int64_t integer_at(const mg_tensor *t, int64_t offset)
{
    if (t->type.dtype == MG_I64)
        return ((const int64_t *)t->data)[offset];
    if (t->type.dtype == MG_I32)
        return ((const int32_t *)t->data)[offset];
    return ((const uint8_t *)t->data)[offset];
}

static double real_at(const mg_tensor *t, int64_t offset)
{
    if (t->type.dtype == MG_F32)
        return (double)((const float *)t->data)[offset];
    return ((const double *)t->data)[offset];
}

/* Sum of k products along strides; reals in f64, integers modulo 2^64. */
static double real_dot(const mg_tensor *a, int64_t ai, int64_t as,
                       const mg_tensor *b, int64_t bi, int64_t bs, int64_t k)
{
    double sum = 0;
    for (int64_t l = 0; l < k; l++)
        sum += real_at(a, ai + l * as) * real_at(b, bi + l * bs);
    return sum;
}

static int64_t integer_dot(const mg_tensor *a, int64_t ai, int64_t as,
                           const mg_tensor *b, int64_t bi, int64_t bs,
                           int64_t k)
{
    uint64_t sum = 0;
    for (int64_t l = 0; l < k; l++)
        sum += (uint64_t)integer_at(a, ai + l * as) *
               (uint64_t)integer_at(b, bi + l * bs);
    return (int64_t)sum;
}

/* A number of the matrices' element type into the element at `offset`. */
static void store(const mg_tensor *y, int64_t offset, double real,
                  int64_t integer)
{
    switch (y->type.dtype) {
    case MG_F32:
        ((float *)y->data)[offset] = (float)real;
        break;
    case MG_F64:
        ((double *)y->data)[offset] = real;
        break;
    case MG_I64:
        ((int64_t *)y->data)[offset] = integer;
        break;
    case MG_I32:
        ((int32_t *)y->data)[offset] = (int32_t)integer;
        break;
    case MG_U8:
    case MG_BOOL:
        ((uint8_t *)y->data)[offset] = (uint8_t)integer;
        break;
    }
}

/* One matrix product: y, a, b of rank 2. */
static void multiply(const mg_tensor *a, const mg_tensor *b, const mg_tensor *y)
{
    const int64_t k = a->type.shape.dim[1];
    const bool real = mg_dtype_is_real(y->type.dtype);
    for (int64_t i = 0; i < y->type.shape.dim[0]; i++)
        for (int64_t j = 0; j < y->type.shape.dim[1]; j++) {
            const int64_t ai = i * a->stride[0], as = a->stride[1];
            const int64_t bi = j * b->stride[1], bs = b->stride[0];
            const int64_t yi = i * y->stride[0] + j * y->stride[1];
            if (real)
                store(y, yi, real_dot(a, ai, as, b, bi, bs, k), 0);
            else
                store(y, yi, 0, integer_dot(a, ai, as, b, bi, bs, k));
        }
}

/* The product over the leading axes, one after the other. */
static void multiply_all(const mg_tensor *a, const mg_tensor *b,
                         const mg_tensor *y)
{
    if (y->type.shape.rank == 2) {
        multiply(a, b, y);
        return;
    }
    for (int64_t i = 0; i < y->type.shape.dim[0]; i++) {
        const mg_tensor ai = mg_tensor_part(a, i);
        const mg_tensor bi = mg_tensor_part(b, i);
        const mg_tensor yi = mg_tensor_part(y, i);
        multiply_all(&ai, &bi, &yi);
    }
}

static void matmul_reference(mg_frame *frame, const mg_node *node,
                             const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    mg_tensor result = *y;
    mg_shape *const shape = &result.type.shape;
    /* y gets back, as size 1, the axes that vectors lack. */
    if (x[0].type.shape.rank == 1) {
        const int axis = shape->rank - (x[1].type.shape.rank > 1 ? 1 : 0);
        for (int i = shape->rank; i > axis; i--)
            result.stride[i] = result.stride[i - 1];
        result.stride[axis] = 0;
        mg_shape_insert(shape, axis, 1);
    }
    if (x[1].type.shape.rank == 1) {
        result.stride[shape->rank] = 0;
        mg_shape_append(shape, 1);
    }
    const mg_shape lead = mg_shape_of(shape->rank - 2, shape->dim);
    const mg_tensor a = matrices_of(&x[0], true, node->attr[0], &lead);
    const mg_tensor b = matrices_of(&x[1], false, node->attr[1], &lead);
    multiply_all(&a, &b, &result);
}

/* A product and a sum for each of the k terms. */
static double matmul_flops(const mg_graph *g, const mg_node *node)
{
    const mg_shape a = mg_value_shape(g, node->input[0]);
    const matrix m = matrix_of(&a, true, node->attr[0]);
    return 2.0 * (double)m.columns * (double)mg_shape_size(&node->type.shape);
}

static const char *const matmul_examples[] = {
    "W[m,k], x[k]: W @ x",
    "x[k], W[k,n]: x @ W",
    "x[k], y[k]: x @ y",
    "a[m,k], b[k,n]: a @ b",
    "a[h,m,k], b[h,k,n]: a @ b",
    "a[m,k], b[h,k,n]: a @ b",
    "a[h,m,k], b[k,n]: a @ b",
    "a[g,1,m,k], b[h,k,n]: a @ b",
    "a[h,m,k], x[k]: a @ x",
    "x[k], b[h,k,n]: x @ b",
    "a[m,k], b[n,k]: a @ b'",
    "a[k,m], b[k,n]: a' @ b",
    NULL,
};

const mg_op mg_op_matmul = {
    .name = "matmul",
    .formula = "y = a b",
    .doc = "Matrix product over the last two axes; leading axes broadcast. A "
           "vector on the left is a row, on the right a column.",
    .kind = MG_OTHER,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 2,
    .attrs = "transpose_a, transpose_b",
    .type = matmul_type,
    .vjp = matmul_vjp,
    .rule = {"G {1}ᵀ", "{0}ᵀ G"},
    .batch = matmul_batch,
    .reference = matmul_reference,
    .flops = matmul_flops,
    .onnx = {"MatMul", 13},
    .examples = matmul_examples,
};
