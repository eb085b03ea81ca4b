/* math: sums, products, powers and products of matrices as on a blackboard.
 * Layer explain. */
#include "explain/derive/write.h"

#include <math.h>

static const char *choose(const mg_writer *w, const char *text,
                          const char *ascii, const char *latex)
{
    return w->style == MG_TEXT ? text : w->style == MG_ASCII ? ascii : latex;
}

static void put(mg_writer *w, const char *string)
{
    mg_text_puts(w->text, string);
}

/* ---- Strength ---- */

static bool is_long(double number)
{
    char decimal[MG_REAL_SIZE];
    return mg_format_real(decimal, number, 17) > 8;
}

static bool is_near_whole(double x)
{
    return fabs(x - round(x)) < 1e-9 * x;
}

/* A number, or a single element that meets many. */
static bool is_scalar(const mg_term *part, const mg_term *product)
{
    return part->shape.rank == 0 || (mg_shape_size(&part->shape) == 1 &&
                                     mg_shape_size(&product->shape) > 1);
}

mg_product_shape mg_measure_product(const mg_term *x, double number,
                                    mg_style style)
{
    mg_product_shape s = {.number = number};
    const bool is_product = x->kind == MG_TERM_PRODUCT;
    const int n = is_product ? x->n : 1;
    for (int i = 0; i < n; i++) {
        const mg_term *const part = is_product ? x->arg[i] : x;
        if (is_product && x->weight[i] < 0)
            s.n_below++;
        else if (is_scalar(part, x))
            s.n_scalars++;
        else
            s.n_arrays++;
    }
    if (mg_is_fraction(number, style, &s.p, &s.q))
        return s;
    const double q = 1 / (number * number);
    s.root = s.n_scalars + s.n_arrays > 0 && q > 1.5 && q < 1e6 &&
             is_near_whole(q) && !is_near_whole(sqrt(q)) && is_long(number);
    s.p = s.root;
    s.q = s.root ? (int)round(q) : 0;
    return s;
}

/* 1/3 stands below what it belongs to, 2/3 before it. */
static bool is_below(const mg_product_shape *s)
{
    return s->q > 1 && s->p == 1 && s->n_scalars + s->n_arrays + s->n_below > 0;
}

static mg_binding_strength product_strength(const mg_term *x, mg_style style)
{
    const mg_product_shape s = mg_measure_product(x, x->number, style);
    if (x->number < 0)
        return MG_BINDS_SUM;
    if (s.n_arrays > 1 || s.q > 1 || s.n_below > 0)
        return style == MG_LATEX && s.n_arrays < 2 ? MG_BINDS_FACTORS
                                                   : MG_BINDS_PRODUCT;
    if (x->n == 1 && x->number == 1)
        return x->weight[0] == 0.5 ? MG_BINDS_ATOM : MG_BINDS_POWER;
    return MG_BINDS_FACTORS;
}

static mg_binding_strength number_strength(double number, mg_style style)
{
    int p, q;
    if (number < 0)
        return MG_BINDS_SUM;
    return mg_is_fraction(number, style, &p, &q) ? MG_BINDS_PRODUCT
                                                 : MG_BINDS_ATOM;
}

mg_binding_strength mg_math_strength(const mg_term *x, mg_style style)
{
    switch (x->kind) {
    case MG_TERM_NAME:
        return MG_BINDS_ATOM;
    case MG_TERM_NUMBER:
        return number_strength(x->number, style);
    case MG_TERM_SUM:
        return MG_BINDS_SUM;
    case MG_TERM_PRODUCT:
        return product_strength(x, style);
    case MG_TERM_OUTER:
        return MG_BINDS_FACTORS;
    case MG_TERM_APPLY:
        break;
    }
    if (x->op == &mg_op_broadcast)
        return mg_math_strength(x->arg[0], style);
    if (x->op == &mg_op_matmul || x->op == &mg_op_sum)
        return MG_BINDS_FACTORS;
    if (mg_term_is_swap(x))
        return MG_BINDS_POWER;
    if (x->op == &mg_op_mod || x->op == &mg_op_floor_div)
        return MG_BINDS_PRODUCT;
    return x->op == &mg_op_pow ? MG_BINDS_POWER : MG_BINDS_ATOM;
}

void mg_write_at(mg_writer *w, const mg_term *x, mg_binding_strength least)
{
    const bool brackets = mg_math_strength(x, w->style) < least;
    if (brackets)
        put(w, choose(w, "(", "(", "\\left("));
    mg_write_math(w, x);
    if (brackets)
        put(w, choose(w, ")", ")", "\\right)"));
}

/* ---- Shapes ---- */

static void put_sizes(mg_writer *w, const mg_shape *shape)
{
    const char *const times = choose(w, "×", "x", " \\times ");
    for (int i = 0; i < shape->rank; i++)
        mg_text_printf(w->text, "%s%lld", i ? times : "",
                       (long long)shape->dim[i]);
    if (shape->rank == 0)
        put(w, "1");
}

/* A factor; with its shape if shapes are wanted. */
static void write_factor(mg_writer *w, const mg_term *x,
                         mg_binding_strength least, bool transposed)
{
    const mg_binding_strength need = transposed ? MG_BINDS_ATOM : least;
    mg_shape shape = x->shape;
    if (transposed)
        mg_shape_insert(&shape, 0, 1);
    if (w->shapes && w->style == MG_LATEX)
        put(w, "\\underset{");
    if (w->shapes && w->style == MG_LATEX)
        put_sizes(w, &shape), put(w, "}{");
    mg_write_at(w, x, need);
    if (transposed)
        put(w, choose(w, "ᵀ", "^T", "^{\\top}"));
    if (w->shapes && w->style == MG_LATEX) {
        put(w, "}");
    } else if (w->shapes) {
        put(w, choose(w, "⟨", "<", ""));
        put_sizes(w, &shape);
        put(w, choose(w, "⟩", ">", ""));
    }
}

/* ---- Products ---- */

static void put_positive(mg_writer *w, double number)
{
    int p, q;
    if (fabs(number - 1.1283791670955126) < 1e-12) { /* of erf */
        put(w, choose(w, "2/√π", "2/sqrt(pi)", "\\tfrac{2}{\\sqrt{\\pi}}"));
        return;
    }
    if (!mg_is_fraction(number, w->style, &p, &q))
        mg_put_decimal(w->text, number, w->style);
    else if (w->style == MG_LATEX)
        mg_text_printf(w->text, "\\tfrac{%d}{%d}", p, q);
    else
        mg_text_printf(w->text, "%d/%d", p, q);
}

static void put_exponent(mg_writer *w, double power)
{
    if (w->style == MG_TEXT && (power == 2 || power == 3)) {
        put(w, power == 2 ? "²" : "³");
        return;
    }
    put(w, w->style == MG_LATEX ? "^{" : "^");
    mg_put_decimal(w->text, power, w->style);
    if (w->style == MG_LATEX)
        put(w, "}");
}

/* x ^ power, power > 0 */
static void write_power(mg_writer *w, const mg_term *x, double power,
                        mg_binding_strength least)
{
    if (power == 1) {
        write_factor(w, x, least, false);
    } else if (power == 0.5) {
        put(w, choose(w, "sqrt(", "sqrt(", "\\sqrt{"));
        mg_write_math(w, x);
        put(w, choose(w, ")", ")", "}"));
    } else {
        write_factor(w, x, MG_BINDS_ATOM, false);
        put_exponent(w, power);
    }
}

typedef struct {
    int sign; /* 1: above, -1: below */
    bool scalars;
    bool conditions; /* which stand behind the rest */
} factor_kind;

static bool is_of_kind(const mg_term *part, double power,
                       const mg_term *product, factor_kind kind)
{
    if (kind.sign < 0)
        return power < 0;
    return power > 0 && kind.scalars == is_scalar(part, product) &&
           (kind.scalars || kind.conditions == (part->dtype == MG_BOOL));
}

/* The factors of one kind, in order, after `written` others. */
static int write_factors(mg_writer *w, const mg_term *x, factor_kind kind,
                         const char *between, mg_binding_strength least,
                         int written)
{
    const bool is_product = x->kind == MG_TERM_PRODUCT;
    const int n = is_product ? x->n : 1;
    for (int i = 0; i < n; i++) {
        const mg_term *const part = is_product ? x->arg[i] : x;
        const double power = is_product ? x->weight[i] : 1;
        if (!is_of_kind(part, power, x, kind))
            continue;
        put(w, written++ ? between : "");
        write_power(w, part, fabs(power), least);
    }
    return written;
}

static void write_arrays(mg_writer *w, const mg_term *x, int n_arrays,
                         bool alone)
{
    const char *const times = choose(w, " ⊙ ", " * ", " \\odot ");
    const mg_binding_strength least = alone          ? MG_BINDS_SUM
                                      : n_arrays > 1 ? MG_BINDS_POWER
                                                     : MG_BINDS_FACTORS;
    const factor_kind first = {.sign = 1};
    const factor_kind last = {.sign = 1, .conditions = true};
    const int n = write_factors(w, x, first, times, least, 0);
    write_factors(w, x, last, times, least, n);
}

/* The number, then numbers without axes, then arrays. */
static void write_above(mg_writer *w, const mg_term *x,
                        const mg_product_shape *s)
{
    const char *const blank = w->style == MG_LATEX ? " \\, " : " ";
    const int n = s->n_scalars + s->n_arrays;
    const bool below = is_below(s);
    const bool number = n == 0 || (s->number != 1 && !below);
    if (number)
        put_positive(w, below ? 1 : s->number);
    put(w, number && n > 0 ? blank : "");
    if (s->n_scalars > 0) {
        const factor_kind scalars = {.sign = 1, .scalars = true};
        write_factors(w, x, scalars, blank,
                      n == 1 ? MG_BINDS_FACTORS : MG_BINDS_POWER, 0);
        put(w, s->n_arrays > 0 ? blank : "");
    }
    if (s->n_arrays > 0)
        write_arrays(w, x, s->n_arrays,
                     n == 1 && s->number == 1 && s->n_below == 0);
}

static void write_below(mg_writer *w, const mg_term *x,
                        const mg_product_shape *s)
{
    const int n = s->n_below + is_below(s);
    const bool latex = w->style == MG_LATEX;
    put(w, n > 1 && !latex ? "(" : "");
    if (is_below(s)) {
        const char *const form =
            s->root ? choose(w, "√%d", "sqrt(%d)", "\\sqrt{%d}") : "%d";
        mg_text_printf(w->text, form, s->q);
        put(w, s->n_below ? " " : "");
    }
    write_factors(w, x, (factor_kind){.sign = -1},
                  choose(w, " ⊙ ", " * ", " \\odot "),
                  latex && n == 1 ? MG_BINDS_SUM : MG_BINDS_POWER, 0);
    put(w, n > 1 && !latex ? ")" : "");
}

/* number times x, number > 0 in place of x's own */
static void write_product(mg_writer *w, const mg_term *x, double number)
{
    const mg_product_shape s = mg_measure_product(x, number, w->style);
    const bool fraction = s.n_below > 0 || is_below(&s);
    const bool latex = w->style == MG_LATEX;
    put(w, fraction && latex ? "\\frac{" : "");
    write_above(w, x, &s);
    if (!fraction)
        return;
    put(w, latex ? "}{" : " / ");
    write_below(w, x, &s);
    put(w, latex ? "}" : "");
}

static void put_minus(mg_writer *w)
{
    put(w, choose(w, "−", "-", "-"));
}

static void write_summand(mg_writer *w, const mg_term *x, double number)
{
    if (x->kind == MG_TERM_NUMBER)
        put_positive(w, number * x->number);
    else if (x->kind != MG_TERM_PRODUCT && number == 1)
        mg_write_at(w, x, MG_BINDS_PRODUCT);
    else
        write_product(w, x, number);
}

static void write_sum(mg_writer *w, const mg_term *x)
{
    const int indent = w->indent;
    w->indent = 0;
    for (int i = 0; i < x->n; i++) {
        const bool minus = x->weight[i] < 0;
        if (i > 0 && indent > 0)
            mg_text_printf(w->text, "\n%*s", indent, "");
        else
            put(w, i == 0 ? "" : " ");
        if (minus)
            put_minus(w);
        else
            put(w, i == 0 ? "" : "+");
        put(w, i == 0 ? "" : " ");
        write_summand(w, x->arg[i], fabs(x->weight[i]));
    }
}

/* ---- Matrices ---- */

static void write_side_by_side(mg_writer *w, const mg_term *a, bool transpose_a,
                               const mg_term *b, bool transpose_b)
{
    write_factor(w, a, MG_BINDS_FACTORS, transpose_a);
    put(w, w->style == MG_LATEX ? " \\, " : " ");
    write_factor(w, b, MG_BINDS_FACTORS, transpose_b);
}

/* u^T v: the sum of the products of two vectors. */
static bool is_dot(const mg_term *sum)
{
    const mg_term *const x = sum->arg[0];
    return x->shape.rank == 1 && x->kind == MG_TERM_PRODUCT && x->n == 2 &&
           x->weight[0] == 1 && x->weight[1] == 1 &&
           x->arg[0]->shape.rank == 1 && x->arg[1]->shape.rank == 1;
}

static void put_axes(mg_writer *w, const mg_term *x)
{
    static const char *const digit[] = {"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇"};
    if (x->n_attrs - 1 == x->arg[0]->shape.rank)
        return;
    put(w, choose(w, "", "_", "_{"));
    for (int i = 1; i < x->n_attrs; i++)
        if (w->style == MG_TEXT)
            put(w, digit[x->attr[i]]);
        else
            mg_text_printf(w->text, "%s%d", i > 1 ? "," : "", (int)x->attr[i]);
    put(w, choose(w, "", "", "}"));
}

static void write_total(mg_writer *w, const mg_term *x)
{
    const mg_term *const inner = x->arg[0];
    if (is_dot(x)) {
        write_side_by_side(w, inner->arg[0], true, inner->arg[1], false);
        return;
    }
    put(w, choose(w, "Σ", "sum", "\\textstyle\\sum"));
    put_axes(w, x);
    put(w, " ");
    mg_write_at(w, inner, MG_BINDS_POWER);
}

static void write_matmul(mg_writer *w, const mg_term *x)
{
    const mg_term *const a = x->arg[0], *const b = x->arg[1];
    const bool dot = a->shape.rank == 1 && b->shape.rank == 1;
    write_side_by_side(w, a, dot, b, false);
}

static void write_swap(mg_writer *w, const mg_term *x)
{
    mg_write_at(w, x->arg[0], MG_BINDS_ATOM);
    put(w, choose(w, "ᵀ", "^T", "^{\\top}"));
}

static bool is_one(const mg_term *x)
{
    return x->shape.dim[0] == 1 && mg_term_is_number(x, 1);
}

/* 1 v^T is v^T, u 1^T is u where 1 is a single number. */
static void write_outer(mg_writer *w, const mg_term *x)
{
    if (is_one(x->arg[1]))
        write_factor(w, x->arg[0], MG_BINDS_FACTORS, false);
    else if (is_one(x->arg[0]))
        write_factor(w, x->arg[1], MG_BINDS_FACTORS, true);
    else
        write_side_by_side(w, x->arg[0], false, x->arg[1], true);
}

/* ---- All ---- */

static void write_repeated(mg_writer *w, const mg_term *x)
{
    mg_write_math(w, x->arg[0]);
}

static void write_transpose(mg_writer *w, const mg_term *x)
{
    if (mg_term_is_swap(x))
        write_swap(w, x);
    else
        mg_write_application(w, x);
}

static const struct {
    const mg_op *op;
    void (*write)(mg_writer *w, const mg_term *x);
} forms[] = {
    {&mg_op_broadcast, write_repeated},
    {&mg_op_matmul, write_matmul},
    {&mg_op_sum, write_total},
    {&mg_op_transpose, write_transpose},
};

static void write_apply(mg_writer *w, const mg_term *x)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (forms[i].op == x->op) {
            forms[i].write(w, x);
            return;
        }
    mg_write_application(w, x);
}

void mg_write_math(mg_writer *w, const mg_term *x)
{
    switch (x->kind) {
    case MG_TERM_NAME:
        mg_put_label(w->text, x->label, &w->spelling);
        return;
    case MG_TERM_NUMBER:
        if (x->number < 0)
            put_minus(w);
        put_positive(w, fabs(x->number));
        return;
    case MG_TERM_SUM:
        write_sum(w, x);
        return;
    case MG_TERM_PRODUCT:
        if (x->number < 0)
            put_minus(w);
        write_product(w, x, fabs(x->number));
        return;
    case MG_TERM_OUTER:
        write_outer(w, x);
        return;
    case MG_TERM_APPLY:
        write_apply(w, x);
        return;
    }
}
