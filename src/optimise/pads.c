/* pads: a sum of values between zeros that lie side by side is their concat:
 * what split hands back as gradient. And a concat of values whose axis was made
 * of several by a reshape reads what was reshaped, so that heads that stand
 * otherwise in memory are copied once. Layer optimise. */
#include "optimise/rewrite.h"

#define MAX_PARTS 32

static const mg_value none = {0};

/* ---- Sums ---- */

/* The terms of a sum, pads of the old graph that differ along one axis. */
typedef struct {
    int n, axis;
    const mg_node *pad[MAX_PARTS]; /* by the zeros before them */
} terms;

/* The only axis that a pad widens, without zeros between; else -1. */
static int widened_axis(const mg_node *pad)
{
    const int rank = pad->type.shape.rank;
    int axis = -1;
    for (int i = 0; i < rank; i++) {
        const bool widens = pad->attr[i] != 0 || pad->attr[rank + i] != 0;
        if (pad->attr[2 * rank + i] != 0 || (widens && axis >= 0))
            return -1;
        if (widens)
            axis = i;
    }
    return axis;
}

static bool add_term(terms *t, const mg_node *pad)
{
    const int axis = widened_axis(pad);
    if (axis < 0 || (t->n > 0 && axis != t->axis) || t->n == MAX_PARTS)
        return false;
    int at = t->n++;
    for (; at > 0 && t->pad[at - 1]->attr[axis] > pad->attr[axis]; at--)
        t->pad[at] = t->pad[at - 1];
    t->pad[at] = pad;
    t->axis = axis;
    return true;
}

/* Takes a sum of pads apart; sums inside it must have no other reader. */
static bool read_sum(const mg_rewriting *r, const mg_node *sum, terms *t)
{
    const mg_node *open[MAX_PARTS] = {sum};
    int n_open = 1;
    while (n_open > 0) {
        const mg_node *const node = open[--n_open];
        for (int i = 0; i < 2; i++) {
            const mg_node *const x = mg_graph_node(r->from, node->input[i]);
            if (!mg_shape_equal(&x->type.shape, &sum->type.shape))
                return false;
            if (x->op == &mg_op_pad && add_term(t, x))
                continue;
            if (x->op != &mg_op_add || r->uses[x->self.id] != 1 ||
                n_open == MAX_PARTS)
                return false;
            open[n_open++] = x;
        }
    }
    return true;
}

/* Whether each part ends where the next begins, and the last at the end. */
static bool lie_side_by_side(const mg_rewriting *r, const terms *t)
{
    int64_t end = 0;
    for (int i = 0; i < t->n; i++) {
        const mg_node *const pad = t->pad[i];
        if (pad->attr[t->axis] != end)
            return false;
        end += mg_value_shape(r->from, pad->input[0]).dim[t->axis];
    }
    return end == t->pad[0]->type.shape.dim[t->axis];
}

static mg_value join_sum(const mg_rewriting *r, const mg_node *node)
{
    terms t = {0};
    mg_value part[MAX_PARTS];
    if (!read_sum(r, node, &t) || !lie_side_by_side(r, &t))
        return none;
    for (int i = 0; i < t.n; i++)
        part[i] = r->value[t.pad[i]->input[0].id];
    return mg_concat(r->to, t.n, part, t.axis);
}

/* ---- Concats of reshapes ---- */

/* Whether `from` is `to` with the axis split into 1 + extra ones. */
static bool splits(const mg_shape *from, const mg_shape *to, int axis,
                   int extra)
{
    int64_t size = 1;
    if (extra < 1 || from->rank != to->rank + extra)
        return false;
    for (int i = axis; i <= axis + extra; i++)
        size *= from->dim[i];
    for (int i = 0; i < to->rank; i++)
        if (i != axis && to->dim[i] != from->dim[i < axis ? i : i + extra])
            return false;
    return size == to->dim[axis];
}

/* Whether shapes differ along the axis at most. */
static bool are_alike(const mg_shape *a, const mg_shape *b, int axis)
{
    mg_shape like = *a;
    if (a->rank != b->rank)
        return false;
    like.dim[axis] = b->dim[axis];
    return mg_shape_equal(&like, b);
}

static mg_value concat_unsplit(const mg_rewriting *r, const mg_node *node,
                               const mg_value x[])
{
    mg_graph *const to = r->to;
    const int axis = (int)node->attr[0];
    mg_value part[MAX_PARTS];
    mg_shape first = {0};
    if (node->n_inputs > MAX_PARTS)
        return none;
    for (int i = 0; i < node->n_inputs; i++) {
        const mg_node *const reshape = mg_graph_node(to, x[i]);
        if (reshape->op != &mg_op_reshape)
            return none;
        part[i] = reshape->input[0];
        const mg_shape from = mg_value_shape(to, part[i]);
        if (i == 0)
            first = from;
        if (!are_alike(&from, &first, axis) ||
            !splits(&from, &reshape->type.shape, axis,
                    from.rank - reshape->type.shape.rank))
            return none;
    }
    return mg_reshape(to, mg_concat(to, node->n_inputs, part, axis),
                      &node->type.shape);
}

mg_value mg_pass_pads(const mg_rewriting *r, const mg_node *node,
                      const mg_value x[])
{
    (void)x;
    return node->op == &mg_op_add ? join_sum(r, node) : none;
}

mg_value mg_pass_unsplit(const mg_rewriting *r, const mg_node *node,
                         const mg_value x[])
{
    return node->op == &mg_op_concat ? concat_unsplit(r, node, x) : none;
}
