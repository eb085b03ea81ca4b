/* lower_binary: operators between two operands, and what was likely meant
 * where their shapes do not fit. Layer formula. */
#include "formula/fold.h"

typedef mg_value builder(mg_graph *g, mg_value a, mg_value b);

static mg_value greater(mg_graph *g, mg_value a, mg_value b)
{
    return mg_less(g, b, a);
}

static mg_value greater_equal(mg_graph *g, mg_value a, mg_value b)
{
    return mg_less_equal(g, b, a);
}

static builder *find_builder(mg_token_kind op)
{
    static builder *const builders[] = {
        [MG_TOKEN_AND] = mg_logical_and,
        [MG_TOKEN_OR] = mg_logical_or,
        [MG_TOKEN_PLUS] = mg_add,
        [MG_TOKEN_MINUS] = mg_sub,
        [MG_TOKEN_TIMES] = mg_mul,
        [MG_TOKEN_DIVIDE] = mg_div,
        [MG_TOKEN_FLOOR_DIVIDE] = mg_floor_div,
        [MG_TOKEN_MODULO] = mg_mod,
        [MG_TOKEN_POWER] = mg_pow,
        [MG_TOKEN_MATMUL] = mg_matmul,
        [MG_TOKEN_EQUAL] = mg_equal,
        [MG_TOKEN_NOT_EQUAL] = mg_not_equal,
        [MG_TOKEN_LESS] = mg_less,
        [MG_TOKEN_LESS_EQUAL] = mg_less_equal,
        [MG_TOKEN_GREATER] = greater,
        [MG_TOKEN_GREATER_EQUAL] = greater_equal,
    };
    return builders[op];
}

/* ---- Shapes that do not fit ---- */

/* Whether the product a @ b exists. */
static bool fits_product(const mg_shape *a, const mg_shape *b)
{
    mg_shape left = *a, right = *b, common;
    if (a->rank == 0 || b->rank == 0)
        return false;
    if (mg_dim(a, -1) != mg_dim(b, b->rank > 1 ? -2 : -1))
        return false;
    left.rank = a->rank > 2 ? a->rank - 2 : 0;
    right.rank = b->rank > 2 ? b->rank - 2 : 0;
    return mg_shape_broadcast(&left, &right, &common);
}

static bool fits(mg_token_kind op, const mg_shape *a, const mg_shape *b)
{
    mg_shape common;
    return op == MG_TOKEN_MATMUL ? fits_product(a, b)
                                 : mg_shape_broadcast(a, b, &common);
}

static mg_shape flat(const mg_shape *shape)
{
    const int64_t size = mg_shape_size(shape);
    return mg_shape_of(1, &size);
}

static mg_shape swapped(const mg_shape *shape)
{
    mg_shape out = *shape;
    if (out.rank >= 2) {
        out.dim[out.rank - 1] = shape->dim[out.rank - 2];
        out.dim[out.rank - 2] = shape->dim[out.rank - 1];
    }
    return out;
}

/* Proposes the change of one operand that makes the shapes fit. */
static void propose(mg_lower *l, const mg_expr *e, mg_problem *problem,
                    const mg_shape *a, const mg_shape *b)
{
    const mg_token_kind op = (mg_token_kind)e->op;
    const char *const sign = mg_token_name(op);
    const char *const left = mg_lower_text(l, e->as.binary.left);
    const char *const right = mg_lower_text(l, e->as.binary.right);
    const mg_shape flat_a = flat(a), flat_b = flat(b);
    const mg_shape turned_a = swapped(a), turned_b = swapped(b);
    if (b->rank > 1 && fits(op, a, &flat_b))
        mg_problem_help(l->problems, problem, "did you mean %s %s flatten(%s)?",
                        left, sign, right);
    else if (a->rank > 1 && fits(op, &flat_a, b))
        mg_problem_help(l->problems, problem, "did you mean flatten(%s) %s %s?",
                        left, sign, right);
    else if (b->rank > 1 && fits(op, a, &turned_b))
        mg_problem_help(l->problems, problem, "did you mean %s %s %s'?", left,
                        sign, right);
    else if (a->rank > 1 && fits(op, &turned_a, b))
        mg_problem_help(l->problems, problem, "did you mean %s' %s %s?", left,
                        sign, right);
    else if (op == MG_TOKEN_MATMUL && fits(op, b, a))
        mg_problem_help(l->problems, problem, "did you mean %s @ %s?", right,
                        left);
    else if (op == MG_TOKEN_MATMUL && (a->rank == 0 || b->rank == 0))
        mg_problem_help(l->problems, problem,
                        "a number times a value is written with *");
}

/* Reports a builder's failure; false if there was none. */
static bool refused(mg_lower *l, const mg_expr *e, mg_value a, mg_value b)
{
    char buffer[2][MG_SHAPE_TEXT_SIZE];
    const mg_status status = mg_graph_status(l->g);
    const mg_shape shape[2] = {mg_value_shape(l->g, a),
                               mg_value_shape(l->g, b)};
    if (status == MG_OK)
        return false;
    if (status == MG_NO_MEMORY ||
        fits((mg_token_kind)e->op, &shape[0], &shape[1])) {
        mg_lower_built(l, e, (mg_value){0});
        return true;
    }
    mg_graph_forgive(l->g);
    const char *const left = mg_lower_text(l, e->as.binary.left);
    const char *const right = mg_lower_text(l, e->as.binary.right);
    mg_problem *const problem =
        mg_lower_error(l, e, "%s %s %s: %s is %s but %s is %s", left,
                       mg_token_name((mg_token_kind)e->op), right, left,
                       mg_shape_text(&shape[0], buffer[0]), right,
                       mg_shape_text(&shape[1], buffer[1]));
    if (problem)
        propose(l, e, problem, &shape[0], &shape[1]);
    return true;
}

/* [n] against [n, 1] gives [n, n], which is hardly meant. */
static void warn_outer(mg_lower *l, const mg_expr *e, mg_value a, mg_value b)
{
    const mg_shape s = mg_value_shape(l->g, a), t = mg_value_shape(l->g, b);
    const mg_shape *const column = s.rank == 2 ? &s : &t;
    const mg_shape *const row = s.rank == 2 ? &t : &s;
    char buffer[2][MG_SHAPE_TEXT_SIZE];
    if (e->op == MG_TOKEN_MATMUL || row->rank != 1 || column->rank != 2 ||
        column->dim[1] != 1 || column->dim[0] != row->dim[0] || row->dim[0] < 2)
        return;
    mg_lower_warn(l, e, "%s: %s against %s gives [%lld, %lld]",
                  mg_lower_text(l, e), mg_shape_text(&s, buffer[0]),
                  mg_shape_text(&t, buffer[1]), (long long)row->dim[0],
                  (long long)row->dim[0]);
}

/* An integer that meets a real value is a real number. */
static mg_item meet(const mg_lower *l, mg_item item, const mg_item *other)
{
    if (item.kind != MG_ITEM_INTEGER || other->kind != MG_ITEM_VALUE ||
        !mg_dtype_is_real(mg_value_type(l->g, other->as.value).dtype))
        return item;
    return mg_item_real((double)item.as.integer);
}

/* and, or take truth values; false after an error. */
static bool check_logic(mg_lower *l, const mg_expr *e, mg_value a, mg_value b)
{
    const mg_expr *operand = NULL;
    if (e->op != MG_TOKEN_AND && e->op != MG_TOKEN_OR)
        return true;
    if (mg_value_type(l->g, b).dtype != MG_BOOL)
        operand = e->as.binary.right;
    if (mg_value_type(l->g, a).dtype != MG_BOOL)
        operand = e->as.binary.left;
    if (operand)
        mg_lower_error(l, e, "%s wants truth values, but %s holds numbers",
                       mg_token_name((mg_token_kind)e->op),
                       mg_lower_text(l, operand));
    return !operand;
}

/* t // 0 and t % 0 of a value t; false after an error. */
static bool check_divisor(mg_lower *l, const mg_expr *e, const mg_item *b)
{
    const bool divides =
        e->op == MG_TOKEN_FLOOR_DIVIDE || e->op == MG_TOKEN_MODULO;
    if (!divides || b->kind != MG_ITEM_INTEGER || b->as.integer != 0)
        return true;
    mg_lower_error(l, e, "an integer is divided by 0");
    return false;
}

static mg_item combine(mg_lower *l, const mg_expr *e, mg_item a, mg_item b)
{
    if (a.kind == MG_ITEM_ERROR || b.kind == MG_ITEM_ERROR ||
        !mg_lower_count(l, e))
        return mg_item_error;
    if (mg_item_is_known(&a) && mg_item_is_known(&b))
        return mg_fold(l, e, a, b);
    a = meet(l, a, &b);
    b = meet(l, b, &a);
    if (!check_divisor(l, e, &b))
        return mg_item_error;
    mg_lower_place(l, e);
    const mg_value x = mg_lower_value(l, &a, e->as.binary.left);
    const mg_value y = mg_lower_value(l, &b, e->as.binary.right);
    if (!x.id || !y.id || !check_logic(l, e, x, y))
        return mg_item_error;
    const mg_value value = find_builder((mg_token_kind)e->op)(l->g, x, y);
    if (refused(l, e, x, y))
        return mg_item_error;
    warn_outer(l, e, x, y);
    return mg_item_value(value);
}

/* Down the left side in a loop, then up again: a sum of many terms is no
 * recursion. */
mg_item mg_lower_binary(mg_lower *l, const mg_expr *e)
{
    size_t n = 0;
    const mg_expr *first = e;
    for (; first->kind == MG_EXPR_BINARY; first = first->as.binary.left)
        n++;
    const mg_expr **const chain = mg_alloc(l->ctx, n, sizeof(*chain));
    if (!chain)
        return mg_lower_no_memory(l);
    for (size_t i = n; i > 0; i--, e = e->as.binary.left)
        chain[i - 1] = e;
    mg_item item = mg_lower_expr(l, first);
    for (size_t i = 0; i < n && !l->stopped && l->status == MG_OK; i++) {
        const mg_item right = mg_lower_expr(l, chain[i]->as.binary.right);
        item = combine(l, chain[i], item, right);
    }
    mg_free(l->ctx, chain);
    return l->stopped || l->status != MG_OK ? mg_item_error : item;
}
