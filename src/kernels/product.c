/* product: reading a matmul step's operands as matrices. Layer kernels. */
#include "kernels/product.h"
#include "kernels/walk_alike.h"

/* An operand with its leading axes spread over those of y. */
typedef struct {
    int64_t rows, columns;
    mg_matrix strides;
} operand;

static operand read_operand(const mg_tensor *t, bool is_left, bool transposed,
                            const mg_shape *lead)
{
    const int rank = t->type.shape.rank;
    operand x = {.rows = 1, .columns = 1};
    if (rank == 1 && is_left) {
        x.columns = t->type.shape.dim[0];
        x.strides.column = t->stride[0];
        return x;
    }
    if (rank == 1) {
        x.rows = t->type.shape.dim[0];
        x.strides.row = t->stride[0];
        return x;
    }
    const int row = transposed ? rank - 1 : rank - 2;
    const int column = transposed ? rank - 2 : rank - 1;
    x.rows = t->type.shape.dim[row];
    x.columns = t->type.shape.dim[column];
    x.strides.row = t->stride[row];
    x.strides.column = t->stride[column];
    const int added = lead->rank - (rank - 2);
    for (int i = added; i < lead->rank; i++)
        if (t->type.shape.dim[i - added] == lead->dim[i])
            x.strides.lead[i] = t->stride[i - added];
    return x;
}

/* y lacks the axis of a vector. */
static mg_matrix read_result(const mg_tensor *y, bool a_is_vector,
                             bool b_is_vector, int lead_rank)
{
    mg_matrix m = {0};
    for (int i = 0; i < lead_rank; i++)
        m.lead[i] = y->stride[i];
    int at = lead_rank;
    if (!a_is_vector)
        m.row = y->stride[at++];
    if (!b_is_vector)
        m.column = y->stride[at];
    return m;
}

/* Leading axes of one element are none. */
static void drop_single_axes(mg_product *p)
{
    for (int i = p->lead.rank - 1; i >= 0; i--) {
        if (p->lead.dim[i] != 1)
            continue;
        for (int k = i; k + 1 < p->lead.rank; k++) {
            p->a.lead[k] = p->a.lead[k + 1];
            p->b.lead[k] = p->b.lead[k + 1];
            p->y.lead[k] = p->y.lead[k + 1];
            p->c.lead[k] = p->c.lead[k + 1];
        }
        mg_shape_remove(&p->lead, i);
    }
}

/* The last leading axis joins the rows where b does not move along it. */
static bool join_rows(mg_product *p)
{
    const int last = p->lead.rank - 1;
    if (last < 0 || p->b.lead[last] != 0)
        return false;
    if (p->m == 1) {
        p->a.row = p->a.lead[last];
        p->y.row = p->y.lead[last];
        p->c.row = p->c.lead[last];
    } else if (p->a.lead[last] != p->m * p->a.row ||
               p->y.lead[last] != p->m * p->y.row ||
               p->c.lead[last] != p->m * p->c.row) {
        return false;
    }
    p->m *= p->lead.dim[last];
    mg_shape_remove(&p->lead, last);
    return true;
}

void mg_product_of(const mg_step *step, mg_product *out)
{
    const mg_tensor *const a = &step->operand[0].tensor;
    const mg_tensor *const b = &step->operand[1].tensor;
    const mg_tensor *const y = &step->operand[step->n_operands - 1].tensor;
    const bool a_is_vector = a->type.shape.rank == 1;
    const bool b_is_vector = b->type.shape.rank == 1;
    const int axes = (a_is_vector ? 0 : 1) + (b_is_vector ? 0 : 1);
    const int rank = y->type.shape.rank - axes;
    mg_product p = {.lead = mg_shape_of(rank, y->type.shape.dim)};
    const operand left =
        read_operand(a, true, step->node->attr[0] != 0, &p.lead);
    const operand right =
        read_operand(b, false, step->node->attr[1] != 0, &p.lead);
    p.m = left.rows;
    p.k = left.columns;
    p.n = right.columns;
    p.a = left.strides;
    p.b = right.strides;
    p.y = read_result(y, a_is_vector, b_is_vector, rank);
    p.adds = step->node->op == &mg_op_gemm;
    if (p.adds)
        p.c = read_result(&step->operand[MG_PRODUCT_C].tensor, a_is_vector,
                          b_is_vector, rank);
    drop_single_axes(&p);
    while (join_rows(&p))
        continue;
    p.count = mg_shape_size(&p.lead);
    *out = p;
}

bool mg_product_within(const mg_step *step, const mg_node *node,
                       const int from[], mg_product *out)
{
    mg_operand own[MG_PRODUCT_FACTOR + 2] = {step->operand[from[0]]};
    for (int i = 0; i <= node->n_inputs; i++)
        own[i] = step->operand[from[i]];
    const mg_step alone = {.node = node,
                           .n_operands = node->n_inputs + 1,
                           .n_outputs = 1,
                           .operand = own};
    mg_product_of(&alone, out);
    return mg_is_product(&alone, MG_F32) && out->count == 1;
}

bool mg_matrix_rows_alike(const mg_matrix *a, const mg_matrix *b, int64_t rows)
{
    return a->column == 1 && b->column == 1 && (rows == 1 || a->row == b->row);
}

bool mg_is_product(const mg_step *step, mg_dtype dtype)
{
    const mg_op *const op = step->node->op;
    return (op == &mg_op_matmul || op == &mg_op_gemm) &&
           step->node->type.dtype == dtype;
}

double mg_product_factor(const mg_step *step, void *const arg[])
{
    if (step->node->op != &mg_op_gemm)
        return 1;
    const double s =
        step->operand[MG_PRODUCT_FACTOR].tensor.type.dtype == MG_F64
            ? *(const double *)arg[MG_PRODUCT_FACTOR]
            : (double)*(const float *)arg[MG_PRODUCT_FACTOR];
    return step->node->attr[2] ? -s : s;
}

bool mg_product_in_place(const mg_step *step, int i, int o)
{
    return step->node->op == &mg_op_gemm && i == MG_PRODUCT_C &&
           mg_walks_alike(step, i, o);
}

bool mg_product_is_dots(const mg_product *p)
{
    return (p->m <= 2 || p->n <= 2) && p->a.column == 1 && p->b.row == 1;
}

int64_t mg_product_offset(const mg_product *p, const mg_matrix *matrix,
                          int64_t index)
{
    int64_t offset = 0;
    for (int i = p->lead.rank - 1; i >= 0; i--) {
        offset += index % p->lead.dim[i] * matrix->lead[i];
        index /= p->lead.dim[i];
    }
    return offset;
}
