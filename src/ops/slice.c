/* slice: elements begin, begin + step, ... (count of them) of every axis; a
 * negative step walks back. Reached by indexing in formulas.
 *   vjp: dx = dy among zeros: padded, after a flip where the step is
 *   negative. */
#include "ops/move.h"

/* Attributes: begin, count, step, each one number an axis. */
typedef struct {
    const int64_t *begin, *count, *step;
} parts;

static parts parts_of(const mg_node *y)
{
    const int rank = y->n_attrs / 3;
    return (parts){y->attr, y->attr + rank, y->attr + 2 * rank};
}

mg_value mg_slice(mg_graph *g, mg_value x, const int64_t begin[],
                  const int64_t count[], const int64_t step[])
{
    if (mg_graph_status(g) != MG_OK)
        return (mg_value){0};
    const int rank = mg_value_shape(g, x).rank;
    int64_t attr[3 * MG_MAX_RANK] = {0};
    for (int i = 0; i < rank; i++) {
        /* Equal slices are equal nodes: the step of one element is 1. */
        attr[i] = count[i] > 0 ? begin[i] : 0;
        attr[rank + i] = count[i];
        attr[2 * rank + i] = count[i] > 1 ? step[i] : 1;
    }
    const mg_extra extra = {.n_attrs = 3 * rank, .attr = attr};
    return mg_apply(g, &mg_op_slice, 1, &x, &extra);
}

/* Whether begin + (count - 1) step and all before it lie in 0..dim-1. No
 * elements are written as (0, 0, 1), one as (begin, 1, 1). */
static bool lies_within(int64_t begin, int64_t count, int64_t step, int64_t dim)
{
    int64_t span, last;
    if (count <= 1 && step != 1)
        return false;
    if (count == 0)
        return begin == 0;
    return count > 0 && step != 0 && mg_int_mul(count - 1, step, &span) &&
           mg_int_add(begin, span, &last) && begin >= 0 && begin < dim &&
           last >= 0 && last < dim;
}

static mg_status slice_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    char text[MG_SHAPE_TEXT_SIZE];
    mg_type type = mg_value_type(g, y->input[0]);
    const mg_shape x = type.shape;
    MG_TRY(mg_expect_attrs(g, y, 3 * x.rank));
    const parts p = parts_of(y);
    for (int i = 0; i < x.rank; i++) {
        if (!lies_within(p.begin[i], p.count[i], p.step[i], x.dim[i]))
            return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                           "slice: %lld elements from %lld on by %lld leave "
                           "axis %d of %s",
                           (long long)p.count[i], (long long)p.begin[i],
                           (long long)p.step[i], i, mg_shape_text(&x, text));
        type.shape.dim[i] = p.count[i];
    }
    *out = type;
    return MG_OK;
}

static void slice_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_shape x = mg_value_shape(g, y->input[0]);
    const parts p = parts_of(y);
    int64_t low[MG_MAX_RANK] = {0}, high[MG_MAX_RANK] = {0};
    int64_t interior[MG_MAX_RANK] = {0}, backwards[MG_MAX_RANK];
    int n_backwards = 0;
    for (int i = 0; i < x.rank; i++) {
        if (p.count[i] == 0) {
            high[i] = x.dim[i];
            continue;
        }
        const int64_t last = p.begin[i] + (p.count[i] - 1) * p.step[i];
        const bool back = p.step[i] < 0;
        if (back)
            backwards[n_backwards++] = i;
        low[i] = back ? last : p.begin[i];
        high[i] = x.dim[i] - 1 - (back ? p.begin[i] : last);
        interior[i] = (back ? -p.step[i] : p.step[i]) - 1;
    }
    if (n_backwards > 0)
        dy = mg_flip(g, dy, n_backwards, backwards);
    dx[0] = mg_pad(g, dy, low, high, interior);
}

static mg_value slice_batch(mg_graph *g, const mg_graph *from, const mg_node *y,
                            const mg_value x[], const bool batched[], int64_t n)
{
    (void)from;
    (void)batched;
    mg_shape shape;
    if (!mg_batch_shape(g, "slice", &y->type.shape, n, &shape))
        return (mg_value){0};
    int64_t begin[MG_MAX_RANK] = {0}, step[MG_MAX_RANK] = {1};
    const parts p = parts_of(y);
    for (int i = 0; i < y->type.shape.rank; i++) {
        begin[i + 1] = p.begin[i];
        step[i + 1] = p.step[i];
    }
    return mg_slice(g, x[0], begin, shape.dim, step);
}

static bool slice_view(const mg_node *node, const mg_tensor *x, mg_tensor *y)
{
    const parts p = parts_of(node);
    *y = mg_tensor_slice(x, p.begin, p.count, p.step);
    return true;
}

static void slice_reference(mg_frame *frame, const mg_node *node,
                            const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    const parts p = parts_of(node);
    const mg_tensor view = mg_tensor_slice(x, p.begin, p.count, p.step);
    mg_tensor_copy(&view, y);
}

static const char *const slice_examples[] = {
    "x[m,n] m>0: x[0]",
    "x[m,n] m>0: x[-1]",
    "x[m,n]: x[1:, :-1]",
    "x[m,n]: x[::2, ::-1]",
    "x[m,n]: x[::-3]",
    "x[m,n]: x[5:5]",
    NULL,
};

const mg_op mg_op_slice = {
    .name = "slice",
    .formula = "y = x[begin : end : step]",
    .doc = "Every step-th element of each axis from begin on, as indexing "
           "takes them; a negative step walks back.",
    .kind = MG_MOVE,
    .operands = MG_AS_GIVEN,
    .n_inputs = 1,
    .attrs = "begin..., count..., step...",
    .type = slice_type,
    .vjp = slice_vjp,
    .rule = {"G at the elements taken, 0 elsewhere"},
    .batch = slice_batch,
    .reference = slice_reference,
    .view = slice_view,
    .onnx = {"Slice", 13},
    .examples = slice_examples,
};
