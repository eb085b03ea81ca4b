/* expand: products of sums multiplied out where fractions then cancel:
 * (y / p - (1 - y) / (1 - p)) p (1 - p) is y - p. Layer explain. */
#include "explain/derive/term.h"

/* Larger products are left as they are. */
enum { LARGEST = 40 };

static const mg_term *expand(mg_terms *t, const mg_term *x);

/* The first factor that is a sum; -1 if there is none. */
static int find_sum(const mg_term *product)
{
    for (int i = 0; i < product->n; i++)
        if (product->arg[i]->kind == MG_TERM_SUM && product->weight[i] == 1)
            return i;
    return -1;
}

/* The product without one factor. */
static const mg_term *without(mg_terms *t, const mg_term *product, int factor)
{
    const size_t n = (size_t)product->n;
    const mg_term **const arg = mg_terms_alloc(t, n, sizeof *arg);
    double *const weight = mg_terms_alloc(t, n, sizeof *weight);
    int rest = 0;
    if (!arg || !weight)
        return &t->nothing;
    for (int i = 0; i < product->n; i++)
        if (i != factor) {
            arg[rest] = product->arg[i];
            weight[rest++] = product->weight[i];
        }
    return mg_term_scale(t, product->number,
                         mg_term_product(t, rest, arg, weight));
}

static const mg_term *expand_parts(mg_terms *t, const mg_term *sum,
                                   const mg_term *rest)
{
    const mg_term **const part =
        mg_terms_alloc(t, (size_t)sum->n, sizeof *part);
    if (!part)
        return &t->nothing;
    for (int i = 0; i < sum->n; i++)
        part[i] = expand(t, mg_term_times(t, sum->arg[i], rest));
    return mg_term_sum(t, sum->n, part, sum->weight);
}

static const mg_term *expand(mg_terms *t, const mg_term *x)
{
    if (x->size > LARGEST || t->status != MG_OK)
        return x;
    if (x->kind == MG_TERM_SUM)
        return expand_parts(t, x, mg_term_number(t, 1));
    const int factor = x->kind == MG_TERM_PRODUCT ? find_sum(x) : -1;
    if (factor < 0)
        return x;
    return expand_parts(t, x->arg[factor], without(t, x, factor));
}

static bool is_fraction(const mg_term *x)
{
    for (int i = 0; x->kind == MG_TERM_PRODUCT && i < x->n; i++)
        if (x->weight[i] < 0)
            return true;
    return false;
}

/* Whether a factor is a sum of fractions. */
static bool sums_fractions(const mg_term *product)
{
    for (int i = 0; i < product->n; i++) {
        const mg_term *const sum = product->arg[i];
        const bool is_sum = sum->kind == MG_TERM_SUM && product->weight[i] == 1;
        for (int k = 0; is_sum && k < sum->n; k++)
            if (is_fraction(sum->arg[k]))
                return true;
    }
    return false;
}

const mg_term *mg_term_cancelled(mg_terms *t, const mg_term *product)
{
    if (product->kind != MG_TERM_PRODUCT || product->n < 2 ||
        !sums_fractions(product))
        return product;
    const mg_term *const other = expand(t, product);
    const bool fits = mg_shape_equal(&other->shape, &product->shape);
    return fits && other->size < product->size ? other : product;
}
