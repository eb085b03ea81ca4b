/* choice: conditions as factors, [x > 0], where a person would write them so.
 * Layer explain. */
#include "explain/derive/term.h"

#include <math.h>

static bool is_zero(const mg_term *x)
{
    return mg_term_is_number(x, 0);
}

static bool is_finite_number(const mg_term *x)
{
    if (mg_term_is_op(x, &mg_op_broadcast))
        x = x->arg[0];
    return x->kind == MG_TERM_NUMBER && isfinite(x->number);
}

/* An infinite number times a condition that does not hold is no zero. */
static bool may_be_factor(const mg_term *x)
{
    if (mg_term_is_op(x, &mg_op_broadcast))
        x = x->arg[0];
    return x->kind != MG_TERM_NUMBER || isfinite(x->number);
}

static mg_shape shape_of_all(const mg_term *c, const mg_term *a,
                             const mg_term *b)
{
    mg_shape two = {0}, all = {0};
    mg_shape_broadcast(&a->shape, &b->shape, &two);
    mg_shape_broadcast(&c->shape, &two, &all);
    return all;
}

/* The condition that a number stands before: 1/2 [a = b]. */
static const mg_term *condition_of(const mg_term *x)
{
    const bool single = x->kind == MG_TERM_PRODUCT && x->n == 1;
    return single && x->weight[0] == 1 ? x->arg[0] : x;
}

/* Whether the first condition is a < b and the other a = b. */
static bool exclude(const mg_term *first, const mg_term *other)
{
    const mg_term *const order = condition_of(first);
    const mg_term *const tie = condition_of(other);
    return mg_term_is_op(order, &mg_op_less) &&
           mg_term_is_op(tie, &mg_op_equal) &&
           ((order->arg[0] == tie->arg[0] && order->arg[1] == tie->arg[1]) ||
            (order->arg[0] == tie->arg[1] && order->arg[1] == tie->arg[0]));
}

static const mg_term *choose(mg_terms *t, const mg_term *c, const mg_term *a,
                             const mg_term *b)
{
    if (a == b)
        return a;
    if (is_finite_number(c))
        return is_zero(c) ? b : a;
    if (is_zero(b) && may_be_factor(a))
        return mg_term_times(t, a, c);
    if (is_zero(a) && may_be_factor(b))
        return mg_term_times(t, b, mg_term_not(t, c));
    /* what maximum gives: 1 if b < a, else 1/2 [a = b]; or the other way */
    if (exclude(b, c) && is_finite_number(a))
        return mg_term_add(t, b, mg_term_times(t, a, c), 1);
    if (exclude(c, b) && is_finite_number(a))
        return mg_term_add(t, mg_term_times(t, a, c), b, 1);
    const mg_term *const arg[] = {c, a, b};
    const mg_type type = {MG_F64, shape_of_all(c, a, b)};
    return mg_term_apply(t, &mg_op_where, type, 3, arg, 0, NULL);
}

const mg_term *mg_term_where(mg_terms *t, const mg_term *c, const mg_term *a,
                             const mg_term *b)
{
    const mg_shape shape = shape_of_all(c, a, b);
    return mg_term_broadcast(t, choose(t, c, a, b), &shape);
}

static const mg_term *flipped(mg_terms *t, const mg_term *c, const mg_op *op,
                              bool swapped)
{
    const mg_term *const arg[] = {c->arg[swapped], c->arg[!swapped]};
    const mg_type type = {MG_BOOL, c->shape};
    return mg_term_apply(t, op, type, 2, arg, 0, NULL);
}

const mg_term *mg_term_not(mg_terms *t, const mg_term *c)
{
    if (mg_term_is_op(c, &mg_op_broadcast))
        return mg_term_broadcast(t, mg_term_not(t, c->arg[0]), &c->shape);
    if (c->kind == MG_TERM_NUMBER)
        return mg_term_number(t, c->number == 0);
    if (mg_term_is_op(c, &mg_op_less))
        return flipped(t, c, &mg_op_less_equal, true);
    if (mg_term_is_op(c, &mg_op_less_equal))
        return flipped(t, c, &mg_op_less, true);
    if (mg_term_is_op(c, &mg_op_equal))
        return flipped(t, c, &mg_op_not_equal, false);
    if (mg_term_is_op(c, &mg_op_not_equal))
        return flipped(t, c, &mg_op_equal, false);
    if (mg_term_is_op(c, &mg_op_logical_not))
        return c->arg[0];
    const mg_type type = {MG_BOOL, c->shape};
    return mg_term_apply(t, &mg_op_logical_not, type, 1, &c, 0, NULL);
}

/* ---- Comparisons and logic of numbers ---- */

static bool compare(const mg_op *op, double a, double b)
{
    if (op == &mg_op_less)
        return a < b;
    if (op == &mg_op_less_equal)
        return a <= b;
    return op == &mg_op_equal ? a == b : a != b;
}

const mg_term *mg_term_compare(mg_terms *t, const mg_op *op,
                               const mg_shape *shape, const mg_term *a,
                               const mg_term *b)
{
    const mg_term *const arg[] = {a, b};
    const mg_type type = {MG_BOOL, *shape};
    if (a->kind != MG_TERM_NUMBER || b->kind != MG_TERM_NUMBER)
        return mg_term_apply(t, op, type, 2, arg, 0, NULL);
    return mg_term_number(t, compare(op, a->number, b->number));
}

const mg_term *mg_term_logic(mg_terms *t, const mg_op *op,
                             const mg_shape *shape, const mg_term *a,
                             const mg_term *b)
{
    const mg_term *const arg[] = {a, b};
    const mg_type type = {MG_BOOL, *shape};
    for (int i = 0; i < 2; i++) {
        if (!is_finite_number(arg[i]))
            continue;
        const bool decides = is_zero(arg[i]) == (op == &mg_op_logical_and);
        return mg_term_broadcast(t, arg[decides ? i : 1 - i], shape);
    }
    return mg_term_apply(t, op, type, 2, arg, 0, NULL);
}
