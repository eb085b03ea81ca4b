/* lower_index: x[..] as NumPy has it: integers take an axis away, slices are
 * clipped to it, an integer value alone gathers. Layer formula. */
#include "formula/lower.h"

/* What an index does to each axis of x. */
typedef struct {
    int64_t begin[MG_MAX_RANK], count[MG_MAX_RANK], step[MG_MAX_RANK];
    bool drop[MG_MAX_RANK];    /* an integer: the axis goes */
    bool reverse[MG_MAX_RANK]; /* a negative step: read backwards */
} selection;

static bool lower_bound(mg_lower *l, const mg_expr *e, bool *given,
                        int64_t *out)
{
    *given = e != NULL;
    if (!e)
        return true;
    const mg_item item = mg_lower_expr(l, e);
    return mg_lower_integer(l, &item, e, "a bound of a slice", out);
}

/* A bound of a slice of an axis of n: negative ones count from its end, and
 * what lies outside is drawn to low or high. */
static int64_t clip(int64_t bound, int64_t n, int64_t low, int64_t high)
{
    const int64_t x = bound < 0 ? bound + n : bound;
    return x < low ? low : x > high ? high : x;
}

/* The distance of elements; beyond the axis all are alike. */
static int64_t clip_step(int64_t step, int64_t n)
{
    return step > n || step < -n ? n + 1 : step < 0 ? -step : step;
}

/* Python's rules: begin, end and step of a slice of an axis of n, as the
 * elements from *begin on, *count of them, *step apart; forwards. */
static void resolve_slice(const bool given[3], const int64_t part[3], int64_t n,
                          selection *s, int axis)
{
    const int64_t step = given[2] ? part[2] : 1;
    const bool back = step < 0;
    const int64_t low = back ? -1 : 0, high = back ? n - 1 : n;
    int64_t begin = back ? high : low, end = back ? low : high;
    if (given[0])
        begin = clip(part[0], n, low, high);
    if (given[1])
        end = clip(part[1], n, low, high);
    const int64_t span = back ? begin - end : end - begin;
    const int64_t size = clip_step(step, n);
    const int64_t count = span <= 0 ? 0 : (span - 1) / size + 1;
    s->count[axis] = count;
    s->step[axis] = size;
    s->reverse[axis] = back;
    s->begin[axis] = count == 0 ? 0 : back ? begin - (count - 1) * size : begin;
}

static bool select_slice(mg_lower *l, const mg_subscript *sub, int64_t n,
                         selection *s, int axis)
{
    bool given[3];
    int64_t part[3] = {0};
    for (int i = 0; i < 3; i++) {
        if (!lower_bound(l, sub->part[i], &given[i], &part[i]))
            return false;
    }
    if (given[2] && part[2] == 0) {
        mg_lower_error(l, sub->part[2], "a slice's step is not 0");
        return false;
    }
    resolve_slice(given, part, n, s, axis);
    return true;
}

static bool select_integer(mg_lower *l, const mg_expr *e, int64_t index,
                           int64_t n, selection *s, int axis)
{
    if (index < -n || index >= n) {
        mg_lower_error(l, e, "index %lld leaves axis %d, which has %lld",
                       (long long)index, axis, (long long)n);
        return false;
    }
    s->begin[axis] = index < 0 ? index + n : index;
    s->count[axis] = 1;
    s->step[axis] = 1;
    s->drop[axis] = true;
    return true;
}

/* One subscript that must be known when compiled. */
static bool select_axis(mg_lower *l, const mg_subscript *sub, int64_t n,
                        selection *s, int axis)
{
    int64_t index;
    if (sub->slice)
        return select_slice(l, sub, n, s, axis);
    const mg_item item = mg_lower_expr(l, sub->part[0]);
    return mg_lower_integer(l, &item, sub->part[0], "an index among several",
                            &index) &&
           select_integer(l, sub->part[0], index, n, s, axis);
}

static mg_item apply_selection(mg_lower *l, const mg_expr *e, mg_value x,
                               const selection *s)
{
    const mg_shape from = mg_value_shape(l->g, x);
    mg_shape to = {0};
    int64_t reversed[MG_MAX_RANK];
    int n = 0;
    for (int i = 0; i < from.rank; i++) {
        if (!s->drop[i])
            mg_shape_append(&to, s->count[i]);
        if (s->reverse[i])
            reversed[n++] = i;
    }
    mg_lower_place(l, e);
    mg_value y = mg_slice(l->g, x, s->begin, s->count, s->step);
    if (n > 0)
        y = mg_flip(l->g, y, n, reversed);
    if (to.rank != from.rank)
        y = mg_reshape(l->g, y, &to);
    return mg_lower_built(l, e, y);
}

/* shape(x)[-1] of a number x. */
static void refuse_number(mg_lower *l, const mg_expr *e)
{
    const mg_expr *const call = e->as.index.base;
    const bool shape = call->kind == MG_EXPR_CALL && call->as.call.n == 1;
    if (!shape) {
        mg_lower_error(l, e, "an index of an empty tuple");
        return;
    }
    const char *const text = mg_lower_text(l, call->as.call.argument[0].value);
    mg_problem *const problem =
        mg_lower_error(l, e, "%s is a number and has no axes", text);
    mg_problem_help(l->problems, problem, "[%s] is a vector of one element",
                    text);
}

static mg_item index_tuple(mg_lower *l, const mg_expr *e, mg_item base)
{
    const int64_t n = (int64_t)base.as.tuple.n;
    selection s = {0};
    if (n == 0 && !e->as.index.subscript[0].slice) {
        refuse_number(l, e);
        return mg_item_error;
    }
    if (e->as.index.n != 1) {
        mg_lower_error(l, e, "a tuple takes one index");
        return mg_item_error;
    }
    if (!select_axis(l, &e->as.index.subscript[0], n, &s, 0))
        return mg_item_error;
    if (s.drop[0])
        return base.as.tuple.item[s.begin[0]];
    const size_t count = (size_t)s.count[0];
    mg_item out = {.kind = MG_ITEM_TUPLE, .as.tuple.n = count};
    mg_item *const item = mg_lower_alloc(l, count + 1, sizeof(*item));
    if (!item)
        return mg_item_error;
    for (size_t i = 0; i < count; i++) {
        const size_t k = s.reverse[0] ? count - 1 - i : i;
        item[i] = base.as.tuple.item[s.begin[0] + (int64_t)k * s.step[0]];
    }
    out.as.tuple.item = item;
    return out;
}

static mg_item gather(mg_lower *l, const mg_expr *e, mg_value x, mg_value index)
{
    const mg_shape shape = mg_value_shape(l->g, x);
    const mg_dtype dtype = mg_value_type(l->g, index).dtype;
    const mg_expr *const at = e->as.index.subscript[0].part[0];
    if (dtype == MG_BOOL || mg_dtype_is_real(dtype)) {
        mg_lower_error(l, at, "%s is no index: it holds %s",
                       mg_lower_text(l, at),
                       dtype == MG_BOOL ? "truth values" : "real numbers");
        return mg_item_error;
    }
    if (shape.rank > 0 && !mg_lower_check_range(l, at, index, shape.dim[0]))
        return mg_item_error;
    mg_lower_place(l, e);
    return mg_lower_built(l, e, mg_gather(l->g, x, index));
}

static mg_item index_value(mg_lower *l, const mg_expr *e, mg_value x)
{
    const mg_shape shape = mg_value_shape(l->g, x);
    const size_t n = e->as.index.n;
    const mg_subscript *const sub = e->as.index.subscript;
    char buffer[MG_SHAPE_TEXT_SIZE];
    selection s = {0};
    if (shape.rank == 0) {
        mg_lower_error(l, e, "%s is a number and has no axes to index",
                       mg_lower_text(l, e->as.index.base));
        return mg_item_error;
    }
    if (n > (size_t)shape.rank) {
        mg_lower_error(l, e, "%zu indices for %s, which is %s", n,
                       mg_lower_text(l, e->as.index.base),
                       mg_shape_text(&shape, buffer));
        return mg_item_error;
    }
    for (int i = (int)n; i < shape.rank; i++) {
        s.count[i] = shape.dim[i];
        s.step[i] = 1;
    }
    if (n == 1 && !sub[0].slice) {
        const mg_item item = mg_lower_expr(l, sub[0].part[0]);
        int64_t index;
        if (item.kind == MG_ITEM_VALUE)
            return gather(l, e, x, item.as.value);
        if (!mg_lower_integer(l, &item, sub[0].part[0], "an index", &index) ||
            !select_integer(l, sub[0].part[0], index, shape.dim[0], &s, 0))
            return mg_item_error;
        return apply_selection(l, e, x, &s);
    }
    for (size_t i = 0; i < n; i++) {
        if (!select_axis(l, &sub[i], shape.dim[i], &s, (int)i))
            return mg_item_error;
    }
    return apply_selection(l, e, x, &s);
}

mg_item mg_lower_index(mg_lower *l, const mg_expr *e)
{
    const mg_item base = mg_lower_expr(l, e->as.index.base);
    if (base.kind == MG_ITEM_ERROR || !mg_lower_count(l, e))
        return mg_item_error;
    if (base.kind == MG_ITEM_TUPLE)
        return index_tuple(l, e, base);
    const mg_value x = mg_lower_value(l, &base, e->as.index.base);
    return x.id ? index_value(l, e, x) : mg_item_error;
}
