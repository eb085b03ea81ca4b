/* formula: terms in the formula language, so that they read back as they are.
 * What has no form there is noted as the writer's problem. Layer explain. */
#include "explain/derive/write.h"

#include <math.h>
#include <string.h>

#include "explain/derive/fold.h"

/* How tightly the language's operators bind. */
typedef enum {
    ANY,
    COMPARED, /* operands of comparisons */
    SUMMED,
    FACTOR,
    SIGNED,
    RAISED,
    INDEXED,
    ATOM,
} strength;

static void put(mg_writer *w, const char *string)
{
    mg_text_puts(w->text, string);
}

static bool is_truth(const mg_term *x, double power)
{
    return x->dtype == MG_BOOL && power > 0;
}

static bool has_truth(const mg_term *x)
{
    for (int i = 0; i < x->n; i++)
        if (is_truth(x->arg[i], x->weight[i]))
            return true;
    return false;
}

static bool is_fraction(double number)
{
    int p, q;
    return mg_is_fraction(number, MG_FORMULA, &p, &q);
}

static bool is_infix(const mg_term *x, strength *own);

static strength strength_of(const mg_term *x)
{
    strength own = ATOM;
    switch (x->kind) {
    case MG_TERM_NUMBER:
        return x->number < 0 ? SUMMED : is_fraction(x->number) ? FACTOR : ATOM;
    case MG_TERM_SUM:
        return SUMMED;
    case MG_TERM_PRODUCT:
        return has_truth(x) ? ATOM : x->number < 0 ? SUMMED : FACTOR;
    case MG_TERM_APPLY:
        if (is_infix(x, &own))
            return own;
        if (x->op == &mg_op_slice || mg_term_is_swap(x))
            return INDEXED;
        return ATOM;
    case MG_TERM_NAME:
    case MG_TERM_OUTER:
        break;
    }
    return ATOM;
}

static void write_at(mg_writer *w, const mg_term *x, strength least)
{
    const bool brackets = strength_of(x) < least;
    put(w, brackets ? "(" : "");
    mg_write_formula(w, x);
    put(w, brackets ? ")" : "");
}

/* ---- Tuples ---- */

static void put_tuple(mg_writer *w, int n, const int64_t number[])
{
    put(w, "(");
    for (int i = 0; i < n; i++)
        mg_text_printf(w->text, "%s%lld", i ? ", " : "", (long long)number[i]);
    put(w, ")");
}

static void put_shape(mg_writer *w, const mg_shape *shape)
{
    put_tuple(w, shape->rank, shape->dim);
}

/* ---- Numbers, sums, products ---- */

static void put_number(mg_writer *w, double number)
{
    int p, q;
    if (number < 0)
        put(w, "-");
    if (mg_is_fraction(number, MG_FORMULA, &p, &q))
        mg_text_printf(w->text, "%d/%d", p, q);
    else
        mg_put_decimal(w->text, fabs(number), MG_FORMULA);
}

/* The power of a factor that stands in the sum or product itself. */
static void write_power(mg_writer *w, const mg_term *x, double power)
{
    if (power == 1) {
        write_at(w, x, SIGNED);
    } else if (power == 0.5) {
        put(w, "sqrt(");
        mg_write_formula(w, x);
        put(w, ")");
    } else {
        write_at(w, x, INDEXED);
        put(w, "^");
        mg_put_decimal(w->text, power, MG_FORMULA);
    }
}

/* number times the factors that are no conditions */
static void write_factors(mg_writer *w, const mg_term *x, double number)
{
    bool above = false;
    for (int i = 0; i < x->n; i++)
        above =
            above || (x->weight[i] > 0 && !is_truth(x->arg[i], x->weight[i]));
    const bool only_sign = number == -1 && above;
    bool written = !only_sign && (number != 1 || !above);
    if (written)
        put_number(w, number);
    else if (only_sign)
        put(w, "-");
    for (int sign = 1; sign >= -1; sign -= 2)
        for (int i = 0; i < x->n; i++) {
            if (x->weight[i] * sign < 0 || is_truth(x->arg[i], x->weight[i]))
                continue;
            put(w, !written ? "" : sign > 0 ? " * " : " / ");
            write_power(w, x->arg[i], x->weight[i] * sign);
            written = true;
        }
}

/* Conditions choose, as the graph does: what is not chosen may be infinite. */
static void write_product(mg_writer *w, const mg_term *x, double number)
{
    if (!has_truth(x)) {
        write_factors(w, x, number);
        return;
    }
    bool written = false;
    put(w, "where(");
    for (int i = 0; i < x->n; i++)
        if (is_truth(x->arg[i], x->weight[i])) {
            put(w, written ? " and " : "");
            write_at(w, x->arg[i], COMPARED);
            written = true;
        }
    put(w, ", ");
    write_factors(w, x, number);
    put(w, ", 0)");
}

static void write_part(mg_writer *w, const mg_term *x, double number)
{
    mg_term alone = {.kind = MG_TERM_PRODUCT, .n = 1, .arg = &x};
    const double one = 1;
    alone.weight = &one;
    if (x->kind == MG_TERM_NUMBER)
        put_number(w, number * x->number);
    else if (x->kind == MG_TERM_PRODUCT)
        write_product(w, x, number);
    else if (number == 1 && x->dtype != MG_BOOL)
        write_at(w, x, FACTOR);
    else
        write_product(w, &alone, number);
}

static void write_sum(mg_writer *w, const mg_term *x)
{
    for (int i = 0; i < x->n; i++) {
        const bool minus = x->weight[i] < 0;
        put(w, i == 0 ? (minus ? "-" : "") : minus ? " - " : " + ");
        write_part(w, x->arg[i], fabs(x->weight[i]));
    }
}

/* ---- Operators ---- */

static const struct {
    const mg_op *op;
    const char *sign;
    strength own, left, right;
} infixes[] = {
    {&mg_op_matmul, " @ ", FACTOR, SIGNED, SIGNED},
    {&mg_op_pow, "^", RAISED, INDEXED, INDEXED},
    {&mg_op_floor_div, " // ", FACTOR, SIGNED, SIGNED},
    {&mg_op_mod, " % ", FACTOR, SIGNED, SIGNED},
    {&mg_op_less, " < ", ANY, SUMMED, SUMMED},
    {&mg_op_less_equal, " <= ", ANY, SUMMED, SUMMED},
    {&mg_op_equal, " == ", ANY, SUMMED, SUMMED},
    {&mg_op_not_equal, " != ", ANY, SUMMED, SUMMED},
    {&mg_op_logical_and, " and ", ANY, COMPARED, COMPARED},
    {&mg_op_logical_or, " or ", ANY, COMPARED, COMPARED},
};
enum { INFIXES = sizeof infixes / sizeof *infixes };

static size_t find_infix(const mg_op *op)
{
    size_t i = 0;
    while (i < INFIXES && infixes[i].op != op)
        i++;
    return i;
}

static bool is_infix(const mg_term *x, strength *own)
{
    const size_t i = find_infix(x->op);
    if (x->op == &mg_op_logical_not)
        *own = ANY;
    else if (i < INFIXES)
        *own = infixes[i].own;
    return i < INFIXES || x->op == &mg_op_logical_not;
}

/* ---- Functions ---- */

static void write_values(mg_writer *w, const mg_term *x)
{
    for (int i = 0; i < x->n; i++) {
        put(w, i ? ", " : "");
        mg_write_formula(w, x->arg[i]);
    }
}

static void open_call(mg_writer *w, const char *name, const mg_term *x)
{
    mg_text_printf(w->text, "%s(", name);
    write_values(w, x);
}

static void write_reduction(mg_writer *w, const mg_term *x)
{
    open_call(w, x->op->name, x);
    if (x->n_attrs - 1 < x->arg[0]->shape.rank || x->attr[0]) {
        put(w, ", axis = ");
        put_tuple(w, x->n_attrs - 1, x->attr + 1);
    }
    put(w, x->attr[0] ? ", keep = true)" : ")");
}

/* A value of one element as a number: x[0, 0]. */
static void write_only_element(mg_writer *w, const mg_term *x)
{
    write_at(w, x->arg[0], INDEXED);
    for (int i = 0; i < x->arg[0]->shape.rank; i++)
        put(w, i ? ", 0" : "[0");
    put(w, "]");
}

static void write_shaped(mg_writer *w, const mg_term *x)
{
    if (x->shape.rank == 0) {
        write_only_element(w, x);
        return;
    }
    open_call(w, x->op->name, x);
    put(w, ", ");
    put_shape(w, &x->shape);
    put(w, ")");
}

static void write_axes(mg_writer *w, const mg_term *x)
{
    if (mg_term_is_swap(x)) {
        write_at(w, x->arg[0], INDEXED);
        put(w, "'");
        return;
    }
    open_call(w, x->op->name, x);
    put(w, ", ");
    put_tuple(w, x->n_attrs, x->attr);
    put(w, ")");
}

static void write_along(mg_writer *w, const mg_term *x)
{
    open_call(w, x->op->name, x);
    mg_text_printf(w->text, ", axis = %lld)", (long long)x->attr[0]);
}

static void write_counted(mg_writer *w, const mg_term *x)
{
    open_call(w, x->op->name, x);
    mg_text_printf(w->text, "%s%lld)", x->n ? ", " : "", (long long)x->attr[0]);
}

static void write_numbered(mg_writer *w, const mg_term *x)
{
    open_call(w, x->op->name, x);
    put(w, ", ");
    mg_put_decimal(w->text, mg_fold_number(x->attr[0]), MG_FORMULA);
    put(w, ")");
}

static void write_plain(mg_writer *w, const mg_term *x)
{
    const char *name = x->op == &mg_op_maximum   ? "max"
                       : x->op == &mg_op_minimum ? "min"
                                                 : x->op->name;
    open_call(w, name, x);
    put(w, ")");
}

static void write_slice(mg_writer *w, const mg_term *x)
{
    write_at(w, x->arg[0], INDEXED);
    mg_write_slice(w, x);
}

static void write_gather(mg_writer *w, const mg_term *x)
{
    if (x->attr[0] != 0)
        w->problem = x->op->name;
    write_plain(w, x);
}

static void write_not(mg_writer *w, const mg_term *x)
{
    put(w, "not ");
    write_at(w, x->arg[0], COMPARED);
}

/* ---- Padding ---- */

/* Zeros between the elements of an axis: each element gets an axis of its own,
 * is padded there, and the axes are joined again. Shapes on the way from the
 * operand x->arg[0], `spread` axes done: */
static mg_shape spread_shape(const mg_term *x, int axes)
{
    mg_shape shape = x->arg[0]->shape;
    const int64_t *const interior = x->attr + 2 * shape.rank;
    for (int i = 0; i < axes; i++)
        if (interior[i] && shape.dim[i] > 0)
            shape.dim[i] = (shape.dim[i] - 1) * (interior[i] + 1) + 1;
    return shape;
}

static void close_spread(mg_writer *w, const mg_term *x, int axis)
{
    const mg_shape before = spread_shape(x, axis);
    const int64_t count = x->attr[2 * before.rank + axis] + 1;
    int64_t widths[2 * MG_MAX_RANK + 2] = {0};
    mg_shape split = before, joined = before;
    mg_shape_insert(&split, axis + 1, 1);
    joined.dim[axis] *= count;
    widths[2 * (axis + 1) + 1] = count - 1;
    put(w, ", ");
    put_shape(w, &split);
    put(w, "), ");
    put_tuple(w, 2 * split.rank, widths);
    put(w, "), ");
    put_shape(w, &joined);
    put(w, ")[");
    for (int i = 0; i < axis; i++)
        put(w, ":, ");
    const int64_t end = joined.dim[axis] - count + 1;
    mg_text_printf(w->text, "0:%lld]", (long long)end);
}

static void write_pad(mg_writer *w, const mg_term *x)
{
    const int rank = x->shape.rank;
    const int64_t *const interior = x->attr + 2 * rank;
    int64_t widths[2 * MG_MAX_RANK] = {0};
    bool sides = false;
    for (int i = 0; i < rank; i++) {
        widths[2 * i] = x->attr[i];
        widths[2 * i + 1] = x->attr[rank + i];
        sides = sides || x->attr[i] || x->attr[rank + i];
        if (interior[i] && rank == MG_MAX_RANK)
            w->problem = "pad";
    }
    put(w, sides ? "pad(" : "");
    for (int i = 0; i < rank; i++)
        put(w, interior[i] ? "reshape(pad(reshape(" : "");
    mg_write_formula(w, x->arg[0]);
    for (int i = 0; i < rank; i++)
        if (interior[i] && rank < MG_MAX_RANK)
            close_spread(w, x, i);
    if (!sides)
        return;
    put(w, ", ");
    put_tuple(w, 2 * rank, widths);
    put(w, ")");
}

/* ---- All ---- */

static const struct {
    const mg_op *op;
    void (*write)(mg_writer *w, const mg_term *x);
} forms[] = {
    {&mg_op_constant, mg_write_list},
    {&mg_op_reshape, write_shaped},
    {&mg_op_broadcast, write_shaped},
    {&mg_op_transpose, write_axes},
    {&mg_op_flip, write_axes},
    {&mg_op_cumsum, write_along},
    {&mg_op_concat, write_along},
    {&mg_op_one_hot, write_counted},
    {&mg_op_causal, write_counted},
    {&mg_op_slice, write_slice},
    {&mg_op_pad, write_pad},
    {&mg_op_gather, write_gather},
    {&mg_op_logical_not, write_not},
    {&mg_op_maximum, write_plain},
    {&mg_op_minimum, write_plain},
    {&mg_fold_softmax, write_plain},
    {&mg_fold_log_softmax, write_plain},
    {&mg_fold_cross_entropy, write_plain},
    {&mg_fold_binary_cross_entropy, write_plain},
    {&mg_fold_huber, write_numbered},
    {&mg_fold_relu, write_plain},
    {&mg_fold_gelu, write_plain},
    {&mg_fold_gelu_slope, write_plain},
    {&mg_fold_silu, write_plain},
    {&mg_fold_silu_slope, write_plain},
    {&mg_fold_softplus, write_plain},
    {&mg_fold_heads_first, write_counted},
    {&mg_fold_heads_last, write_plain},
    {&mg_fold_normalise, write_numbered},
    {&mg_fold_normalise_back, write_numbered},
    {&mg_fold_rms_normalise, write_numbered},
    {&mg_fold_rms_normalise_back, write_numbered},
};

static void write_infix(mg_writer *w, const mg_term *x, size_t infix)
{
    write_at(w, x->arg[0], infixes[infix].left);
    put(w, infixes[infix].sign);
    write_at(w, x->arg[1], infixes[infix].right);
}

/* By the op's own name: functions of the language. */
static void write_function(mg_writer *w, const mg_term *x)
{
    if (x->op->kind == MG_REDUCE) {
        write_reduction(w, x);
        return;
    }
    if (!x->op->params || x->n_attrs > 0)
        w->problem = x->op->name;
    write_plain(w, x);
}

static void write_apply(mg_writer *w, const mg_term *x)
{
    const size_t infix = find_infix(x->op);
    if (infix < INFIXES) {
        write_infix(w, x, infix);
        return;
    }
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (forms[i].op == x->op) {
            forms[i].write(w, x);
            return;
        }
    write_function(w, x);
}

static void write_outer(mg_writer *w, const mg_term *x)
{
    put(w, "outer(");
    write_values(w, x);
    put(w, ")");
}

void mg_write_formula(mg_writer *w, const mg_term *x)
{
    switch (x->kind) {
    case MG_TERM_NAME:
        if (x->label->unnamed)
            w->problem = x->label->name;
        mg_put_formula_label(w->text, w->derivation->network, x->label);
        return;
    case MG_TERM_NUMBER:
        put_number(w, x->number);
        return;
    case MG_TERM_SUM:
        write_sum(w, x);
        return;
    case MG_TERM_PRODUCT:
        write_product(w, x, x->number);
        return;
    case MG_TERM_OUTER:
        write_outer(w, x);
        return;
    case MG_TERM_APPLY:
        write_apply(w, x);
        return;
    }
}
