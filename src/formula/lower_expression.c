/* lower_expression: names, signs, transposes, choices, lists and tuples.
 * Layer formula. */
#include "formula/lower.h"

#include <string.h>

/* ---- Signs, not, ' ---- */

static mg_item negate_known(mg_lower *l, const mg_expr *e, mg_item x)
{
    if (x.kind == MG_ITEM_REAL)
        return mg_item_real(-x.as.real);
    if (x.as.integer == INT64_MIN) {
        mg_lower_error(l, e, "the integer leaves the range of 64 bits");
        return mg_item_error;
    }
    return mg_item_integer(-x.as.integer);
}

static mg_item lower_not(mg_lower *l, const mg_expr *e, mg_item x)
{
    if (x.kind == MG_ITEM_TRUTH)
        return mg_item_truth(!x.as.integer);
    if (mg_item_is_known(&x)) {
        mg_lower_error(l, e, "not wants a truth value, but %s is %s",
                       mg_lower_text(l, e->as.binary.left),
                       mg_item_kind_name(&x));
        return mg_item_error;
    }
    const mg_value value = mg_lower_value(l, &x, e->as.binary.left);
    if (!value.id)
        return mg_item_error;
    if (mg_value_type(l->g, value).dtype != MG_BOOL) {
        mg_lower_error(l, e, "not wants truth values, but %s holds numbers",
                       mg_lower_text(l, e->as.binary.left));
        return mg_item_error;
    }
    mg_lower_place(l, e);
    return mg_lower_built(l, e, mg_logical_not(l->g, value));
}

static mg_item lower_sign(mg_lower *l, const mg_expr *e, mg_item x)
{
    if (e->op == MG_TOKEN_PLUS)
        return x;
    if (mg_item_is_known(&x))
        return negate_known(l, e, x);
    const mg_value value = mg_lower_value(l, &x, e->as.binary.left);
    if (!value.id)
        return mg_item_error;
    mg_lower_place(l, e);
    return mg_lower_built(l, e, mg_neg(l->g, value));
}

static mg_item lower_transpose(mg_lower *l, const mg_expr *e, mg_item x)
{
    const mg_value value = mg_lower_value(l, &x, e->as.binary.left);
    if (!value.id)
        return mg_item_error;
    const mg_shape shape = mg_value_shape(l->g, value);
    if (shape.rank < 2) {
        const char *const text = mg_lower_text(l, e->as.binary.left);
        char buffer[MG_SHAPE_TEXT_SIZE];
        mg_problem *const problem =
            mg_lower_error(l, e, "%s': %s is %s, and ' swaps two axes", text,
                           text, mg_shape_text(&shape, buffer));
        if (shape.rank == 1)
            mg_problem_help(l->problems, problem,
                            "the outer product of two vectors is outer(u, v), "
                            "the inner one dot(u, v)");
        return mg_item_error;
    }
    mg_lower_place(l, e);
    return mg_lower_built(l, e, mg_swap(l->g, value));
}

static mg_item lower_unary(mg_lower *l, const mg_expr *e)
{
    const mg_item x = mg_lower_expr(l, e->as.binary.left);
    if (x.kind == MG_ITEM_ERROR || !mg_lower_count(l, e))
        return mg_item_error;
    if (e->op == MG_TOKEN_NOT)
        return lower_not(l, e, x);
    if (e->op == MG_TOKEN_TRANSPOSE)
        return lower_transpose(l, e, x);
    return lower_sign(l, e, x);
}

/* ---- Tuples ---- */

static mg_item lower_tuple(mg_lower *l, const mg_expr *e)
{
    mg_item out = {.kind = MG_ITEM_TUPLE};
    mg_item *const item = mg_lower_alloc(l, e->as.list.n + 1, sizeof(*item));
    bool failed = !item;
    for (size_t i = 0; i < e->as.list.n && item; i++) {
        item[i] = mg_lower_expr(l, e->as.list.item[i]);
        failed = failed || item[i].kind == MG_ITEM_ERROR;
    }
    out.as.tuple.item = item;
    out.as.tuple.n = e->as.list.n;
    return failed ? mg_item_error : out;
}

/* ---- if training ---- */

static bool same_type(mg_lower *l, const mg_expr *e, const mg_value value[2])
{
    char buffer[2][MG_SHAPE_TEXT_SIZE];
    const mg_type a = mg_value_type(l->g, value[0]);
    const mg_type b = mg_value_type(l->g, value[1]);
    if (!mg_shape_equal(&a.shape, &b.shape)) {
        mg_lower_error(l, e,
                       "the branches have different shapes: %s when training, "
                       "%s else",
                       mg_shape_text(&a.shape, buffer[0]),
                       mg_shape_text(&b.shape, buffer[1]));
        return false;
    }
    return true;
}

/* Both branches' types in common: integers meet reals as reals. */
static mg_dtype common_type(const mg_lower *l, const mg_value value[2])
{
    const mg_dtype a = mg_value_type(l->g, value[0]).dtype;
    const mg_dtype b = mg_value_type(l->g, value[1]).dtype;
    if (a == b)
        return a;
    return mg_dtype_is_real(a) || mg_dtype_is_real(b) ? mg_graph_real(l->g)
                                                      : MG_I64;
}

static mg_item choose(mg_lower *l, const mg_expr *e, const mg_item *branch);

static mg_item choose_tuple(mg_lower *l, const mg_expr *e,
                            const mg_item *branch)
{
    const size_t n = branch[0].as.tuple.n;
    mg_item out = {.kind = MG_ITEM_TUPLE, .as.tuple.n = n};
    mg_item *const item = mg_lower_alloc(l, n + 1, sizeof(*item));
    if (!item || !mg_lower_count(l, e)) /* tuples may share their parts */
        return mg_item_error;
    for (size_t i = 0; i < n; i++) {
        const mg_item pair[2] = {branch[0].as.tuple.item[i],
                                 branch[1].as.tuple.item[i]};
        item[i] = choose(l, e, pair);
        if (item[i].kind == MG_ITEM_ERROR)
            return mg_item_error;
    }
    out.as.tuple.item = item;
    return out;
}

/* branch[0] is for training, branch[1] for use. */
static mg_item choose(mg_lower *l, const mg_expr *e, const mg_item *branch)
{
    const mg_item *const taken = &branch[l->training ? 0 : 1];
    if (branch[0].kind == MG_ITEM_ERROR || branch[1].kind == MG_ITEM_ERROR)
        return mg_item_error;
    if (mg_item_is_known(&branch[0]) && branch[0].kind == branch[1].kind)
        return *taken;
    const bool tuples = branch[0].kind == MG_ITEM_TUPLE &&
                        branch[1].kind == MG_ITEM_TUPLE &&
                        branch[0].as.tuple.n == branch[1].as.tuple.n;
    if (tuples)
        return choose_tuple(l, e, branch);
    if (branch[0].kind == MG_ITEM_TUPLE || branch[1].kind == MG_ITEM_TUPLE) {
        mg_lower_error(l, e, "the branches have different tuples");
        return mg_item_error;
    }
    mg_value value[2];
    for (int i = 0; i < 2; i++) {
        value[i] = mg_lower_value(l, &branch[i], e);
        if (!value[i].id)
            return mg_item_error;
    }
    if (!same_type(l, e, value))
        return mg_item_error;
    return mg_lower_built(
        l, e,
        mg_cast_to(l->g, value[l->training ? 0 : 1], common_type(l, value)));
}

/* Both branches are lowered, so that paths and random numbers do not depend on
 * the choice; the other one's values are not listed. */
static mg_item lower_choice(mg_lower *l, const mg_expr *e)
{
    const bool hidden = l->hidden, in_training = l->in_training;
    const size_t mark = l->n_changes;
    mg_item branch[2];
    l->hidden = hidden || !l->training;
    l->in_training = true;
    branch[0] = mg_lower_block(l, e->as.choice.then);
    l->in_training = in_training;
    const size_t n = l->n_changes - mark;
    mg_state_change *const change = mg_lower_alloc(l, n + 1, sizeof(*change));
    if (!change)
        return mg_item_error;
    if (n > 0)
        memcpy(change, l->change + mark, n * sizeof(*change));
    mg_states_undo(l, mark);
    l->hidden = hidden || l->training;
    branch[1] = mg_lower_block(l, e->as.choice.otherwise);
    l->hidden = hidden;
    if (l->training) {
        mg_states_undo(l, mark);
        if (!mg_states_redo(l, change, n))
            return mg_item_error;
    }
    return choose(l, e, branch);
}

/* ---- All expressions ---- */

static mg_item dispatch(mg_lower *l, const mg_expr *e)
{
    switch ((mg_expr_kind)e->kind) {
    case MG_EXPR_INTEGER:
        return mg_item_integer(e->as.integer);
    case MG_EXPR_REAL:
        return mg_item_real(e->as.real);
    case MG_EXPR_TRUTH:
        return mg_item_truth(e->as.integer != 0);
    case MG_EXPR_NAME:
        return mg_lower_name(l, e);
    case MG_EXPR_UNARY:
        return lower_unary(l, e);
    case MG_EXPR_BINARY:
        return mg_lower_binary(l, e);
    case MG_EXPR_CALL:
        return mg_lower_call(l, e);
    case MG_EXPR_INDEX:
        return mg_lower_index(l, e);
    case MG_EXPR_LIST:
        return mg_lower_list(l, e);
    case MG_EXPR_TUPLE:
        return lower_tuple(l, e);
    case MG_EXPR_IF:
        return lower_choice(l, e);
    case MG_EXPR_LAMBDA:
        return mg_lower_lambda(l, e);
    }
    return mg_item_error;
}

mg_item mg_lower_expr(mg_lower *l, const mg_expr *e)
{
    if (l->stopped || l->status != MG_OK)
        return mg_item_error;
    if (l->depth >= MG_LOWER_LIMIT) {
        mg_lower_error(l, e, "formulas nested more than %d deep",
                       MG_LOWER_LIMIT);
        return mg_item_error;
    }
    l->depth++;
    const mg_item item = dispatch(l, e);
    l->depth--;
    return item;
}
