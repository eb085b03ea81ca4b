/* fold: integers stay integers but under / and with negative exponents; // and
 * % round as Python's. Layer formula. */
#include "formula/fold.h"

#include <math.h>

static double as_real(const mg_item *item)
{
    return item->kind == MG_ITEM_REAL ? item->as.real
                                      : (double)item->as.integer;
}

static mg_item refuse_overflow(mg_lower *l, const mg_expr *e)
{
    mg_lower_error(l, e, "the integer leaves the range of 64 bits");
    return mg_item_error;
}

static bool subtract(int64_t a, int64_t b, int64_t *out)
{
    if (b == INT64_MIN) /* a - b = a + 1 + (2^63 - 1) */
        return a < 0 && mg_int_add(a + 1, INT64_MAX, out);
    return mg_int_add(a, -b, out);
}

/* By squaring; b is not negative. */
static bool power(int64_t a, int64_t b, int64_t *out)
{
    int64_t result = 1;
    while (b > 0) {
        if (b % 2 && !mg_int_mul(result, a, &result))
            return false;
        b /= 2;
        if (b > 0 && !mg_int_mul(a, a, &a))
            return false;
    }
    *out = result;
    return true;
}

/* Towards minus infinity. */
static mg_item floor_divide(mg_lower *l, const mg_expr *e, int64_t a, int64_t b)
{
    if (b == 0) {
        mg_lower_error(l, e, "an integer is divided by 0");
        return mg_item_error;
    }
    if (b == -1 && a == INT64_MIN)
        return refuse_overflow(l, e);
    const int64_t quotient = b == -1 ? -a : a / b;
    const int64_t rest = b == -1 ? 0 : a % b;
    const bool below = rest != 0 && (rest < 0) != (b < 0);
    if (e->op == MG_TOKEN_FLOOR_DIVIDE)
        return mg_item_integer(quotient - below);
    return mg_item_integer(below ? rest + b : rest);
}

static mg_item fold_integers(mg_lower *l, const mg_expr *e, int64_t a,
                             int64_t b)
{
    int64_t out = 0;
    bool fits = true;
    switch (e->op) {
    case MG_TOKEN_PLUS:
        fits = mg_int_add(a, b, &out);
        break;
    case MG_TOKEN_MINUS:
        fits = subtract(a, b, &out);
        break;
    case MG_TOKEN_TIMES:
        fits = mg_int_mul(a, b, &out);
        break;
    case MG_TOKEN_POWER:
        fits = power(a, b, &out);
        break;
    default:
        return floor_divide(l, e, a, b);
    }
    return fits ? mg_item_integer(out) : refuse_overflow(l, e);
}

static mg_item fold_reals(mg_lower *l, const mg_expr *e, double a, double b)
{
    switch (e->op) {
    case MG_TOKEN_PLUS:
        return mg_item_real(a + b);
    case MG_TOKEN_MINUS:
        return mg_item_real(a - b);
    case MG_TOKEN_TIMES:
        return mg_item_real(a * b);
    case MG_TOKEN_DIVIDE:
        return mg_item_real(a / b);
    case MG_TOKEN_POWER:
        return mg_item_real(pow(a, b));
    default:
        mg_lower_error(l, e, "%s is for integers",
                       mg_token_name((mg_token_kind)e->op));
        return mg_item_error;
    }
}

/* -1, 0, 1; 2 where one is not a number. */
static int compare(const mg_item *a, const mg_item *b)
{
    if (a->kind != MG_ITEM_REAL && b->kind != MG_ITEM_REAL)
        return (a->as.integer > b->as.integer) -
               (a->as.integer < b->as.integer);
    const double x = as_real(a), y = as_real(b);
    return isnan(x) || isnan(y) ? 2 : (x > y) - (x < y);
}

static mg_item fold_comparison(const mg_expr *e, const mg_item *a,
                               const mg_item *b)
{
    const int order = compare(a, b);
    switch (e->op) {
    case MG_TOKEN_LESS:
        return mg_item_truth(order == -1);
    case MG_TOKEN_LESS_EQUAL:
        return mg_item_truth(order == -1 || order == 0);
    case MG_TOKEN_GREATER:
        return mg_item_truth(order == 1);
    case MG_TOKEN_GREATER_EQUAL:
        return mg_item_truth(order == 1 || order == 0);
    case MG_TOKEN_EQUAL:
        return mg_item_truth(order == 0);
    default:
        return mg_item_truth(order != 0);
    }
}

static mg_item fold_logic(mg_lower *l, const mg_expr *e, const mg_item *a,
                          const mg_item *b)
{
    const bool wrong = a->kind != MG_ITEM_TRUTH;
    if (wrong || b->kind != MG_ITEM_TRUTH) {
        const mg_expr *const operand =
            wrong ? e->as.binary.left : e->as.binary.right;
        mg_lower_error(l, e, "%s wants truth values, but %s is %s",
                       mg_token_name((mg_token_kind)e->op),
                       mg_lower_text(l, operand),
                       mg_item_kind_name(wrong ? a : b));
        return mg_item_error;
    }
    if (e->op == MG_TOKEN_AND)
        return mg_item_truth(a->as.integer && b->as.integer);
    return mg_item_truth(a->as.integer || b->as.integer);
}

mg_item mg_fold(mg_lower *l, const mg_expr *e, mg_item a, mg_item b)
{
    const bool real = a.kind == MG_ITEM_REAL || b.kind == MG_ITEM_REAL;
    if (e->op == MG_TOKEN_AND || e->op == MG_TOKEN_OR)
        return fold_logic(l, e, &a, &b);
    if (e->op >= MG_TOKEN_EQUAL && e->op <= MG_TOKEN_GREATER_EQUAL)
        return fold_comparison(e, &a, &b);
    if (e->op == MG_TOKEN_MATMUL) {
        mg_lower_error(l, e, "@ multiplies vectors and matrices, not numbers");
        return mg_item_error;
    }
    const bool inverse = e->op == MG_TOKEN_POWER && b.as.integer < 0;
    if (real || e->op == MG_TOKEN_DIVIDE || inverse)
        return fold_reals(l, e, as_real(&a), as_real(&b));
    return fold_integers(l, e, a.as.integer, b.as.integer);
}
