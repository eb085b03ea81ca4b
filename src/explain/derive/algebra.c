/* algebra: sums and products by element, collected: numbers in front, equal
 * parts once, broadcasting outside. Layer explain. */
#include "explain/derive/term.h"

#include <math.h>

/* What a sum or product is gathered in. */
typedef struct {
    mg_terms *t;
    int n, room;
    const mg_term **arg;
    double *weight;
    double number;  /* the sum's number, or the product's */
    mg_shape shape; /* of everything that was put in */
} gathering;

/* Room for the parts of all parts. */
static bool make_room(gathering *g, int n, const mg_term *const arg[])
{
    g->room = 1;
    for (int i = 0; i < n; i++) {
        const mg_term *x = arg[i];
        if (mg_term_is_op(x, &mg_op_broadcast))
            x = x->arg[0];
        g->room += x->n + 1;
    }
    g->arg = mg_terms_alloc(g->t, (size_t)g->room, sizeof *g->arg);
    g->weight = mg_terms_alloc(g->t, (size_t)g->room, sizeof *g->weight);
    return g->arg && g->weight;
}

static void widen(gathering *g, const mg_term *x)
{
    const mg_shape before = g->shape;
    mg_shape_broadcast(&before, &x->shape, &g->shape);
}

/* What x repeats. */
static const mg_term *inside(const mg_term *x)
{
    return mg_term_is_op(x, &mg_op_broadcast) ? x->arg[0] : x;
}

static void put(gathering *g, const mg_term *x, double weight)
{
    for (int i = 0; i < g->n; i++)
        if (g->arg[i] == x) {
            g->weight[i] += weight;
            return;
        }
    g->arg[g->n] = x;
    g->weight[g->n++] = weight;
}

static void drop_zeros(gathering *g)
{
    int n = 0;
    for (int i = 0; i < g->n; i++)
        if (g->weight[i] != 0) {
            g->arg[n] = g->arg[i];
            g->weight[n++] = g->weight[i];
        }
    g->n = n;
}

/* x, repeated to the shape of all that it was made of. */
static const mg_term *widened(gathering *g, const mg_term *x)
{
    return mg_term_broadcast(g->t, x, &g->shape);
}

static mg_term draft_of(const gathering *g, mg_term_kind kind)
{
    mg_term draft = {.kind = kind,
                     .dtype = MG_F64,
                     .n = g->n,
                     .arg = g->arg,
                     .weight = g->weight};
    for (int i = 0; i < g->n; i++) {
        const mg_shape before = draft.shape;
        mg_shape_broadcast(&before, &g->arg[i]->shape, &draft.shape);
    }
    return draft;
}

/* ---- Columns ---- */

/* What all parts with axes are reshaped to from vectors of one size, as columns
 * are; NULL if they are not. */
static const mg_shape *common_column(int n, const mg_term *const arg[])
{
    const mg_term *first = NULL;
    for (int i = 0; i < n; i++) {
        const mg_term *const x = arg[i];
        if (x->shape.rank == 0)
            continue;
        if (!mg_term_is_op(x, &mg_op_reshape) || x->arg[0]->shape.rank != 1)
            return NULL;
        if (first &&
            (!mg_shape_equal(&x->shape, &first->shape) ||
             !mg_shape_equal(&x->arg[0]->shape, &first->arg[0]->shape)))
            return NULL;
        first = x;
    }
    return first ? &first->shape : NULL;
}

typedef const mg_term *combine_fn(mg_terms *t, int n,
                                  const mg_term *const arg[],
                                  const double weight[]);

/* Columns meet as the vectors that they were. */
static const mg_term *combine_columns(mg_terms *t, int n,
                                      const mg_term *const arg[],
                                      const double weight[],
                                      const mg_shape *column,
                                      combine_fn *combine)
{
    const mg_term **const inner =
        mg_terms_alloc(t, (size_t)n + 1, sizeof *inner);
    if (!inner)
        return &t->nothing;
    for (int i = 0; i < n; i++)
        inner[i] = arg[i]->shape.rank == 0 ? arg[i] : arg[i]->arg[0];
    return mg_term_reshape(t, combine(t, n, inner, weight), column);
}

/* ---- Sums ---- */

static const mg_term *finish_product(gathering *g);

/* A product without its number. */
static const mg_term *numberless(mg_terms *t, const mg_term *x)
{
    gathering g = {.t = t, .number = 1};
    if (!make_room(&g, 1, &x))
        return x;
    for (int i = 0; i < x->n; i++)
        put(&g, x->arg[i], x->weight[i]);
    return finish_product(&g);
}

/* A product's number becomes the part's weight. */
static void put_part(gathering *g, const mg_term *x, double weight)
{
    if (x->kind == MG_TERM_NUMBER) {
        g->number += weight * x->number;
    } else if (x->kind == MG_TERM_PRODUCT && x->number != 1) {
        put(g, numberless(g->t, x), weight * x->number);
    } else {
        put(g, x, weight);
    }
}

static void put_summand(gathering *g, const mg_term *x, double weight)
{
    widen(g, x);
    x = inside(x);
    if (x->kind != MG_TERM_SUM || fabs(weight) != 1) {
        put_part(g, x, weight);
        return;
    }
    for (int i = 0; i < x->n; i++)
        put_part(g, x->arg[i], weight * x->weight[i]);
}

/* A sum that would begin with a minus begins with a later part instead. */
static void lead_with_positive(gathering *g)
{
    int first = 0;
    while (first < g->n && g->weight[first] < 0)
        first++;
    if (first == 0 || first == g->n)
        return;
    const mg_term *const arg = g->arg[first];
    const double weight = g->weight[first];
    for (int i = first; i > 0; i--) {
        g->arg[i] = g->arg[i - 1];
        g->weight[i] = g->weight[i - 1];
    }
    g->arg[0] = arg;
    g->weight[0] = weight;
}

static bool is_matrix_product(const mg_term *x)
{
    return x->kind == MG_TERM_OUTER || mg_term_is_op(x, &mg_op_matmul);
}

/* 0.02 W or 0.1 sign(W), as penalties leave them */
static bool is_like_a_penalty(const mg_term *x, double weight)
{
    const bool of_name = x->n == 1 && x->arg[0]->kind == MG_TERM_NAME &&
                         x->kind == MG_TERM_APPLY;
    return weight > 0 && weight != 1 && (x->kind == MG_TERM_NAME || of_name);
}

/* d x^T + 0.02 W: what a penalty adds to a gradient stands behind. */
static void end_with_penalties(gathering *g)
{
    bool products = false;
    const mg_term **const arg = mg_terms_alloc(g->t, (size_t)g->n, sizeof *arg);
    double *const weight = mg_terms_alloc(g->t, (size_t)g->n, sizeof *weight);
    for (int i = 0; i < g->n; i++)
        products = products || is_matrix_product(g->arg[i]);
    if (!products || !arg || !weight)
        return;
    int n = 0;
    for (int behind = 0; behind < 2; behind++)
        for (int i = 0; i < g->n; i++)
            if (is_like_a_penalty(g->arg[i], g->weight[i]) == behind) {
                arg[n] = g->arg[i];
                weight[n++] = g->weight[i];
            }
    g->arg = arg;
    g->weight = weight;
}

/* Where x stands in the axis along which it is padded: nothing before the
 * first, each begins where the one before ended. */
static bool follows(const mg_term *x, int axis, int64_t begin, int64_t *end)
{
    const int rank = x->shape.rank;
    for (int i = 0; i < rank; i++)
        if (x->attr[2 * rank + i] != 0 ||
            (i != axis && (x->attr[i] != 0 || x->attr[rank + i] != 0)))
            return false;
    *end = begin + x->arg[0]->shape.dim[axis];
    return x->attr[axis] == begin;
}

/* The axis along which all parts are padded; -1 if they are not. */
static int padded_axis(const gathering *g)
{
    int axis = -1;
    for (int i = 0; i < g->n; i++) {
        const mg_term *const x = g->arg[i];
        if (!mg_term_is_op(x, &mg_op_pad) || g->weight[i] != 1)
            return -1;
        for (int k = 0; k < x->shape.rank && axis < 0; k++)
            if (x->shape.dim[k] != x->arg[0]->shape.dim[k])
                axis = k;
    }
    return axis;
}

/* The part that begins there, NULL if none does; moves *begin to its end. */
static const mg_term *next_part(const gathering *g, int axis, int64_t *begin)
{
    for (int i = 0; i < g->n; i++) {
        int64_t end;
        if (follows(g->arg[i], axis, *begin, &end) && end > *begin) {
            *begin = end;
            return g->arg[i]->arg[0];
        }
    }
    return NULL;
}

/* Padded parts that fill an axis side by side are a concatenation: the
 * gradient of a split. NULL if they do not. */
static const mg_term *side_by_side(const gathering *g)
{
    const int axis = g->n > 1 ? padded_axis(g) : -1;
    const mg_term **const part =
        mg_terms_alloc(g->t, (size_t)g->n, sizeof *part);
    if (axis < 0 || !part)
        return NULL;
    int64_t begin = 0;
    for (int n = 0; n < g->n; n++) {
        part[n] = next_part(g, axis, &begin);
        if (!part[n])
            return NULL;
    }
    const mg_type type = {MG_F64, g->arg[0]->shape};
    const int64_t attr = axis;
    return begin == type.shape.dim[axis]
               ? mg_term_apply(g->t, &mg_op_concat, type, g->n, part, 1, &attr)
               : NULL;
}

const mg_term *mg_term_sum(mg_terms *t, int n, const mg_term *const arg[],
                           const double weight[])
{
    const mg_shape *const column = common_column(n, arg);
    if (column)
        return combine_columns(t, n, arg, weight, column, mg_term_sum);
    gathering g = {.t = t};
    if (!make_room(&g, n, arg))
        return &t->nothing;
    for (int i = 0; i < n; i++) {
        /* The number keeps its place among the parts. */
        const double before = g.number;
        put_summand(&g, arg[i], weight[i]);
        if (g.number != before)
            put(&g, mg_term_number(t, 1), g.number - before);
    }
    drop_zeros(&g);
    if (g.n == 0)
        return widened(&g, mg_term_number(t, 0));
    if (g.n == 1)
        return widened(&g, mg_term_scale(t, g.weight[0], g.arg[0]));
    const mg_term *const joined = side_by_side(&g);
    if (joined)
        return widened(&g, joined);
    end_with_penalties(&g);
    lead_with_positive(&g);
    const mg_term draft = draft_of(&g, MG_TERM_SUM);
    return widened(&g, mg_term_intern(t, &draft));
}

const mg_term *mg_term_add(mg_terms *t, const mg_term *a, const mg_term *b,
                           double weight_of_b)
{
    const mg_term *const arg[] = {a, b};
    return mg_term_sum(t, 2, arg, (const double[]){1, weight_of_b});
}

/* ---- Products ---- */

/* (x^p)^q = x^(pq) for every real x if q is whole. */
static bool is_whole(double number)
{
    return number == floor(number);
}

static void put_factor(gathering *g, const mg_term *x, double power)
{
    widen(g, x);
    x = inside(x);
    if (x->kind == MG_TERM_NUMBER) {
        g->number *= pow(x->number, power);
        return;
    }
    if (x->kind != MG_TERM_PRODUCT || !is_whole(power)) {
        put(g, x, power);
        return;
    }
    g->number *= pow(x->number, power);
    for (int i = 0; i < x->n; i++)
        put(g, x->arg[i], x->weight[i] * power);
}

/* A truth value times itself is itself. */
static void level_truths(gathering *g)
{
    for (int i = 0; i < g->n; i++)
        if (g->arg[i]->dtype == MG_BOOL && g->weight[i] > 0)
            g->weight[i] = 1;
}

/* -(y - z) is z - y. */
static const mg_term *turned(gathering *g)
{
    const mg_term *const x = g->arg[0];
    bool minus = false;
    double *const weight = mg_terms_alloc(g->t, (size_t)x->n, sizeof *weight);
    for (int i = 0; i < x->n && weight; i++) {
        minus = minus || x->weight[i] < 0;
        weight[i] = -x->weight[i];
    }
    return minus && weight ? mg_term_sum(g->t, x->n, x->arg, weight) : NULL;
}

static const mg_term *finish_product(gathering *g)
{
    mg_terms *const t = g->t;
    if (g->number == 0)
        return mg_term_number(t, 0);
    if (g->n == 0)
        return mg_term_number(t, g->number);
    if (g->n == 1 && g->weight[0] == 1) {
        if (g->number == 1)
            return g->arg[0];
        const mg_term *const other =
            g->number == -1 && g->arg[0]->kind == MG_TERM_SUM ? turned(g)
                                                              : NULL;
        if (other)
            return other;
    }
    mg_term draft = draft_of(g, MG_TERM_PRODUCT);
    draft.number = g->number;
    return mg_term_cancelled(t, mg_term_intern(t, &draft));
}

const mg_term *mg_term_product(mg_terms *t, int n, const mg_term *const arg[],
                               const double power[])
{
    const mg_shape *const column = common_column(n, arg);
    if (column)
        return combine_columns(t, n, arg, power, column, mg_term_product);
    gathering g = {.t = t, .number = 1};
    if (!make_room(&g, n, arg))
        return &t->nothing;
    for (int i = 0; i < n; i++)
        put_factor(&g, arg[i], power[i]);
    level_truths(&g);
    drop_zeros(&g);
    return widened(&g, finish_product(&g));
}

const mg_term *mg_term_times(mg_terms *t, const mg_term *a, const mg_term *b)
{
    const mg_term *const arg[] = {a, b};
    return mg_term_product(t, 2, arg, (const double[]){1, 1});
}

const mg_term *mg_term_scale(mg_terms *t, double factor, const mg_term *x)
{
    return factor == 1 ? x : mg_term_times(t, mg_term_number(t, factor), x);
}

const mg_term *mg_term_power(mg_terms *t, const mg_term *x, double power)
{
    return mg_term_product(t, 1, &x, &power);
}

const mg_term *mg_term_without_front(mg_terms *t, const mg_term *x,
                                     const mg_term **front)
{
    *front = mg_term_number(t, 1);
    const mg_term *const core = inside(x);
    if (core->kind == MG_TERM_NUMBER && core != x) {
        *front = core;
        return mg_term_broadcast(t, mg_term_number(t, 1), &x->shape);
    }
    if (core->kind != MG_TERM_PRODUCT || x->shape.rank == 0)
        return x;
    gathering out = {.t = t, .number = core->number};
    gathering rest = {.t = t, .number = 1, .shape = x->shape};
    if (!make_room(&out, 1, &core) || !make_room(&rest, 1, &core))
        return x;
    for (int i = 0; i < core->n; i++)
        put(core->arg[i]->shape.rank == 0 ? &out : &rest, core->arg[i],
            core->weight[i]);
    *front = finish_product(&out);
    return widened(&rest, finish_product(&rest));
}
