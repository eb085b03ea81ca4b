/* legend: the notation that is not everybody's, and the functions that derive
 * gives a name. Layer explain. */
#include "explain/derive/legend.h"

#include "explain/derive/fold.h"

#include <string.h>

void mg_put_title(mg_text *text, const mg_derivation *d)
{
    if (!d->subject)
        mg_text_puts(text, "There is no loss: L stands for what the outputs "
                           "lead to");
    else if (strchr(d->subject, ' '))
        mg_text_printf(text, "The gradient of L = %s", d->subject);
    else
        mg_text_printf(text, "The gradient of %s", d->subject);
    if (d->subject && d->network->weight.id)
        mg_text_puts(text, ", for an example of weight 1");
}

/* ---- What was used ---- */

typedef struct {
    const mg_op *op; /* an operation; or what `is` finds */
    bool (*is)(const mg_term *x);
} usage;

static bool uses(const mg_term *x, const usage *u)
{
    if ((u->op && mg_term_is_op(x, u->op)) || (u->is && u->is(x)))
        return true;
    for (int i = 0; i < x->n; i++)
        if (uses(x->arg[i], u))
            return true;
    return false;
}

static bool is_used(const mg_derivation *d, const usage *u)
{
    for (size_t i = 0; i < d->n; i++)
        if (uses(d->line[i].term, u))
            return true;
    return false;
}

static bool is_by_element(const mg_term *x)
{
    int arrays = 0;
    for (int i = 0; i < x->n && x->kind == MG_TERM_PRODUCT; i++)
        arrays += x->arg[i]->shape.rank > 0;
    return arrays > 1;
}

static bool is_partial_sum(const mg_term *x)
{
    return x->kind == MG_TERM_APPLY && x->op->kind == MG_REDUCE &&
           x->n_attrs - 1 < x->arg[0]->shape.rank;
}

static bool is_condition(const mg_term *x)
{
    if (x->kind != MG_TERM_PRODUCT && x->kind != MG_TERM_SUM)
        return false;
    for (int i = 0; i < x->n; i++)
        if (x->arg[i]->dtype == MG_BOOL)
            return true;
    return false;
}

static bool is_label(const mg_term *x)
{
    return mg_term_is_op(x, &mg_op_one_hot) && !mg_term_is_identity(x);
}

/* ---- For people ---- */

static const struct {
    usage used;
    const char *text, *ascii, *latex;
} notes[] = {
    {{NULL, is_by_element},
     "a ⊙ b: element by element",
     "a * b: element by element",
     "$a \\odot b$: element by element"},
    {{NULL, is_partial_sum},
     "Σ₀ x, mean₁(x): over axis 0, axis 1; where the result meets x, the axis "
     "stays with size 1",
     "sum_0 x, mean_1(x): over axis 0, axis 1; where the result meets x, the "
     "axis stays with size 1",
     "$\\sum_0 x$, $\\mathrm{mean}_1(x)$: over axis 0, axis 1; where the "
     "result meets $x$, the axis stays with size 1"},
    {{NULL, is_condition},
     "[x > 0]: 1 where it holds, else 0",
     "[x > 0]: 1 where it holds, else 0",
     "$[x > 0]$: 1 where it holds, else 0"},
    {{NULL, is_label},
     "onehot(c): 1 at the label c, else 0",
     "onehot(c): 1 at the label c, else 0",
     "$\\mathrm{onehot}(c)$: 1 at the label $c$, else 0"},
    {{NULL, mg_term_is_identity},
     "I: the identity matrix",
     "I: the identity matrix",
     "$I$: the identity matrix"},
    {{&mg_op_pad, NULL},
     "placed(x, [1:3]): x at that place, 0 elsewhere",
     "placed(x, [1:3]): x at that place, 0 elsewhere",
     "$\\mathrm{placed}(x, [1:3])$: $x$ at that place, 0 elsewhere"},
    {{&mg_fold_gelu_slope, NULL},
     "gelu′(x) = (1 + erf(x/√2)) / 2 + x e^(−x²/2) / √(2π)",
     "gelu'(x) = (1 + erf(x/sqrt(2))) / 2 + x e^(-x^2/2) / sqrt(2 pi)",
     "$\\mathrm{gelu}'(x) = \\tfrac12 (1 + \\mathrm{erf}(x/\\sqrt2)) + x "
     "e^{-x^2/2} / \\sqrt{2\\pi}$"},
    {{&mg_fold_silu_slope, NULL},
     "silu′(x) = s (1 + x (1 − s)), s = sigmoid(x)",
     "silu'(x) = s (1 + x (1 - s)), s = sigmoid(x)",
     "$\\mathrm{silu}'(x) = s\\,(1 + x\\,(1 - s))$, $s = "
     "\\mathrm{sigmoid}(x)$"},
    {{&mg_fold_normalise, NULL},
     "normalise(x) = (x − mean(x)) / sqrt(var(x) + ε), along the last axis",
     "normalise(x) = (x - mean(x)) / sqrt(var(x) + epsilon), along the last "
     "axis",
     "$\\mathrm{normalise}(x) = (x - \\mathrm{mean}(x)) / "
     "\\sqrt{\\mathrm{var}(x) + \\epsilon}$, along the last axis"},
    {{&mg_fold_normalise_back, NULL},
     "normaliseᵀ(x, g) = (g − mean(g) − n ⊙ mean(g ⊙ n)) / sqrt(var(x) + ε), n "
     "= normalise(x)",
     "normalise^T(x, g) = (g - mean(g) - n * mean(g * n)) / sqrt(var(x) + "
     "epsilon), n = normalise(x)",
     "$\\mathrm{normalise}^{\\top}(x, g) = (g - \\mathrm{mean}(g) - n \\odot "
     "\\mathrm{mean}(g \\odot n)) / \\sqrt{\\mathrm{var}(x) + \\epsilon}$, $n "
     "= \\mathrm{normalise}(x)$"},
    {{&mg_fold_rms_normalise, NULL},
     "rms_normalise(x) = x / sqrt(mean(x²) + ε), along the last axis",
     "rms_normalise(x) = x / sqrt(mean(x^2) + epsilon), along the last axis",
     "$\\mathrm{rms\\_normalise}(x) = x / \\sqrt{\\mathrm{mean}(x^2) + "
     "\\epsilon}$, along the last axis"},
    {{&mg_fold_rms_normalise_back, NULL},
     "rms_normaliseᵀ(x, g) = (g − n ⊙ mean(g ⊙ n)) / sqrt(mean(x²) + ε), n = "
     "rms_normalise(x)",
     "rms_normalise^T(x, g) = (g - n * mean(g * n)) / sqrt(mean(x^2) + "
     "epsilon), n = rms_normalise(x)",
     "$\\mathrm{rms\\_normalise}^{\\top}(x, g) = (g - n \\odot "
     "\\mathrm{mean}(g \\odot n)) / \\sqrt{\\mathrm{mean}(x^2) + \\epsilon}$, "
     "$n = \\mathrm{rms\\_normalise}(x)$"},
};

static const char division_note[] =
    "prod(x) / x: where no element of x is 0; --unfold holds everywhere";

static void put_note(mg_text *text, mg_style style, const char *note,
                     bool first)
{
    if (style == MG_LATEX)
        mg_text_printf(text, "\n\\noindent %s\n", note);
    else
        mg_text_printf(text, "%s  %s\n", first ? "\n" : "", note);
}

void mg_put_legend(mg_text *text, const mg_derivation *d, mg_style style)
{
    bool first = true;
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        if (!is_used(d, &notes[i].used))
            continue;
        const char *const note = style == MG_TEXT    ? notes[i].text
                                 : style == MG_ASCII ? notes[i].ascii
                                                     : notes[i].latex;
        put_note(text, style, note, first);
        first = false;
    }
    if (d->divided)
        put_note(text, style, division_note, first);
}

/* ---- For formula files ---- */

static const struct {
    const mg_op *op;
    const char *text;
} functions[] = {
    {&mg_fold_gelu_slope,
     "def gelu_slope(x) {\n"
     "  (1 + erf(x / sqrt(2))) / 2 + x * exp(-x^2 / 2) / sqrt(2 * pi)\n"
     "}\n"},
    {&mg_fold_silu_slope, "def silu_slope(x) {\n"
                          "  s = sigmoid(x)\n"
                          "  s * (1 + x * (1 - s))\n"
                          "}\n"},
    {&mg_fold_normalise,
     "def normalise(x, epsilon) {\n"
     "  c = x - mean(x, axis = -1, keep = true)\n"
     "  c / sqrt(mean(c^2, axis = -1, keep = true) + epsilon)\n"
     "}\n"},
    {&mg_fold_normalise_back,
     "def normalise_back(x, g, epsilon) {\n"
     "  c = x - mean(x, axis = -1, keep = true)\n"
     "  s = sqrt(mean(c^2, axis = -1, keep = true) + epsilon)\n"
     "  n = c / s\n"
     "  m = mean(g, axis = -1, keep = true)\n"
     "  (g - m - n * mean(g * n, axis = -1, keep = true)) / s\n"
     "}\n"},
    {&mg_fold_rms_normalise,
     "def rms_normalise(x, epsilon) {\n"
     "  x / sqrt(mean(x^2, axis = -1, keep = true) + epsilon)\n"
     "}\n"},
    {&mg_fold_rms_normalise_back,
     "def rms_normalise_back(x, g, epsilon) {\n"
     "  s = sqrt(mean(x^2, axis = -1, keep = true) + epsilon)\n"
     "  n = x / s\n"
     "  (g - n * mean(g * n, axis = -1, keep = true)) / s\n"
     "}\n"},
};

void mg_put_functions(mg_text *text, const mg_derivation *d)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (is_used(d, &(usage){functions[i].op, NULL}))
            mg_text_puts(text, functions[i].text);
}
