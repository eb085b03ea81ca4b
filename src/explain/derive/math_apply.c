/* math_apply: functions, conditions, indexing and shapes in mathematics.
 * Layer explain. */
#include "explain/derive/write.h"

#include <string.h>

#include "explain/derive/fold.h"

enum { SHOWN_ELEMENTS = 6 };

static void put(mg_writer *w, const char *string)
{
    mg_text_puts(w->text, string);
}

/* How functions are called where it is not their name. */
static const struct {
    const mg_op *op;
    const char *text, *ascii, *latex;
} spellings[] = {
    {&mg_op_one_hot, "onehot", "onehot", "onehot"},
    {&mg_op_maximum, "max", "max", "max"},
    {&mg_op_minimum, "min", "min", "min"},
    {&mg_fold_gelu_slope, "gelu′", "gelu'", "gelu}'{"},
    {&mg_fold_silu_slope, "silu′", "silu'", "silu}'{"},
    {&mg_fold_normalise_back, "normaliseᵀ", "normalise^T",
     "normalise}^{\\top}{"},
    {&mg_fold_rms_normalise_back, "rms_normaliseᵀ", "rms_normalise^T",
     "rms\\_normalise}^{\\top}{"},
    {&mg_fold_rms_normalise, "rms_normalise", "rms_normalise",
     "rms\\_normalise"},
    {&mg_fold_log_softmax, "log_softmax", "log_softmax", "log\\_softmax"},
    {&mg_fold_cross_entropy, "cross_entropy", "cross_entropy",
     "cross\\_entropy"},
    {&mg_fold_binary_cross_entropy, "binary_cross_entropy",
     "binary_cross_entropy", "binary\\_cross\\_entropy"},
    {&mg_fold_heads_first, "heads_first", "heads_first", "heads\\_first"},
    {&mg_fold_heads_last, "heads_last", "heads_last", "heads\\_last"},
};

static void put_function(mg_writer *w, const mg_op *op)
{
    const char *name = op->name;
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (spellings[i].op == op)
            name = w->style == MG_TEXT    ? spellings[i].text
                   : w->style == MG_ASCII ? spellings[i].ascii
                                          : spellings[i].latex;
    if (w->style != MG_LATEX) {
        put(w, name);
        return;
    }
    put(w, "\\mathrm{");
    for (const char *c = name; *c; c++)
        mg_text_printf(w->text, "%s%c",
                       *c == '_' && (c == name || c[-1] != '\\') ? "\\" : "",
                       *c);
    put(w, "}");
}

static void open(mg_writer *w)
{
    put(w, w->style == MG_LATEX ? "\\left(" : "(");
}

static void close(mg_writer *w)
{
    put(w, w->style == MG_LATEX ? "\\right)" : ")");
}

/* ---- Lists and slices ---- */

static void put_element(mg_writer *w, const mg_term *x, int64_t index)
{
    double number = mg_tensor_get(x->data, index);
    if (w->style == MG_FORMULA && x->dtype == MG_BOOL) {
        put(w, number != 0 ? "true" : "false");
        return;
    }
    if (number < 0) {
        put(w, w->style == MG_TEXT ? "−" : "-");
        number = -number;
    }
    mg_put_decimal(w->text, number, w->style);
    /* a whole real number keeps its type in a formula */
    if (w->style == MG_FORMULA && mg_dtype_is_real(x->dtype) &&
        number == (double)(int64_t)number && number < 1e15)
        put(w, ".0");
}

static void write_nested(mg_writer *w, const mg_term *x, int axis,
                         int64_t *index, int64_t most)
{
    if (axis == x->shape.rank) {
        if (*index < most)
            put_element(w, x, *index);
        ++*index;
        return;
    }
    put(w, "[");
    for (int64_t i = 0; i < x->shape.dim[axis]; i++) {
        if (*index >= most) {
            put(w, w->style == MG_LATEX  ? ", \\dots"
                   : w->style == MG_TEXT ? ", …"
                                         : ", ...");
            break;
        }
        put(w, i ? ", " : "");
        write_nested(w, x, axis + 1, index, most);
    }
    put(w, "]");
}

void mg_write_list(mg_writer *w, const mg_term *x)
{
    int64_t index = 0;
    const int64_t all = mg_shape_size(&x->shape);
    const int64_t most = w->style == MG_FORMULA ? all : SHOWN_ELEMENTS;
    write_nested(w, x, 0, &index, most);
}

/* One axis: begin, count and step in an axis of `size`. */
static void put_range(mg_writer *w, int64_t begin, int64_t count, int64_t step,
                      int64_t size)
{
    const int64_t end = begin + (count - 1) * step + (step > 0 ? 1 : -1);
    if (count == 0)
        begin = 0;
    if (count > 0 && begin == 0 && end == size && step == 1) {
        put(w, ":");
        return;
    }
    if (count > 0 && step < 0 && begin == size - 1)
        put(w, ":");
    else
        mg_text_printf(w->text, "%lld:", (long long)begin);
    if (count == 0)
        put(w, "0");
    else if (end >= 0)
        mg_text_printf(w->text, "%lld", (long long)end);
    if (step != 1 && count > 0)
        mg_text_printf(w->text, ":%lld", (long long)step);
}

/* The ranges of a slice or of where a pad puts its operand; axes that are gone
 * by their one index. */
static void put_indices(mg_writer *w, const mg_term *x,
                        const bool gone[MG_MAX_RANK])
{
    const mg_shape *const inner = &x->arg[0]->shape;
    const int rank = inner->rank;
    const bool pads = x->op == &mg_op_pad;
    put(w, "[");
    for (int i = 0; i < rank; i++) {
        put(w, i ? ", " : "");
        if (gone[i])
            mg_text_printf(w->text, "%lld", (long long)x->attr[i]);
        else if (pads)
            put_range(w, x->attr[i], inner->dim[i], x->attr[2 * rank + i] + 1,
                      x->shape.dim[i]);
        else
            put_range(w, x->attr[i], x->attr[rank + i], x->attr[2 * rank + i],
                      inner->dim[i]);
    }
    put(w, "]");
}

void mg_write_slice(mg_writer *w, const mg_term *x)
{
    const bool gone[MG_MAX_RANK] = {false};
    put_indices(w, x, gone);
}

/* ---- Conditions ---- */

static const struct {
    const mg_op *op;
    const char *text, *ascii, *latex;
    const char *other_text, *other_ascii, *other_latex; /* b .. a */
} comparisons[] = {
    {&mg_op_less, "<", "<", "<", ">", ">", ">"},
    {&mg_op_less_equal, "≤", "<=", "\\le", "≥", ">=", "\\ge"},
    {&mg_op_equal, "=", "==", "=", "=", "==", "="},
    {&mg_op_not_equal, "≠", "!=", "\\ne", "≠", "!=", "\\ne"},
    {&mg_op_logical_and, "and", "and", "\\wedge", "and", "and", "\\wedge"},
    {&mg_op_logical_or, "or", "or", "\\vee", "or", "or", "\\vee"},
};

static void write_condition(mg_writer *w, const mg_term *x);

static bool is_number(const mg_term *x)
{
    return x->kind == MG_TERM_NUMBER || (mg_term_is_op(x, &mg_op_broadcast) &&
                                         x->arg[0]->kind == MG_TERM_NUMBER);
}

/* True if it is a comparison; 0 < x is written x > 0. */
static bool write_comparison(mg_writer *w, const mg_term *x)
{
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++) {
        if (comparisons[i].op != x->op)
            continue;
        const bool turned = is_number(x->arg[0]);
        const char *const sign =
            w->style == MG_TEXT
                ? (turned ? comparisons[i].other_text : comparisons[i].text)
            : w->style == MG_ASCII
                ? (turned ? comparisons[i].other_ascii : comparisons[i].ascii)
                : (turned ? comparisons[i].other_latex : comparisons[i].latex);
        write_condition(w, x->arg[turned]);
        mg_text_printf(w->text, " %s ", sign);
        write_condition(w, x->arg[!turned]);
        return true;
    }
    return false;
}

/* A truth value without the brackets that make it a number. */
static void write_condition(mg_writer *w, const mg_term *x)
{
    if (mg_term_is_op(x, &mg_op_broadcast)) {
        write_condition(w, x->arg[0]);
    } else if (mg_term_is_op(x, &mg_op_logical_not)) {
        put(w, w->style == MG_LATEX ? "\\neg " : "not ");
        write_condition(w, x->arg[0]);
    } else if (x->kind != MG_TERM_APPLY || !write_comparison(w, x)) {
        mg_write_math(w, x);
    }
}

/* ---- Functions ---- */

static void write_arguments(mg_writer *w, const mg_term *x)
{
    open(w);
    for (int i = 0; i < x->n; i++) {
        put(w, i ? ", " : "");
        write_condition(w, x->arg[i]);
    }
    if (x->op == &mg_op_causal)
        mg_text_printf(w->text, "%lld", (long long)x->attr[0]);
    close(w);
}

static void put_subscripts(mg_writer *w, int n, const int64_t axes[])
{
    static const char *const digit[] = {"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇"};
    put(w, w->style == MG_TEXT ? "" : w->style == MG_ASCII ? "_" : "_{");
    for (int i = 0; i < n; i++)
        if (w->style == MG_TEXT)
            put(w, digit[axes[i]]);
        else
            mg_text_printf(w->text, "%s%d", i ? "," : "", (int)axes[i]);
    put(w, w->style == MG_LATEX ? "}" : "");
}

static void write_function(mg_writer *w, const mg_term *x)
{
    put_function(w, x->op);
    if (x->op->kind == MG_REDUCE && x->n_attrs - 1 < x->arg[0]->shape.rank)
        put_subscripts(w, x->n_attrs - 1, x->attr + 1);
    write_arguments(w, x);
}

/* flip, cumsum: all attributes are axes. */
static void write_along(mg_writer *w, const mg_term *x)
{
    put_function(w, x->op);
    put_subscripts(w, x->n_attrs, x->attr);
    write_arguments(w, x);
}

/* [a | b] side by side, [a; b] one above the other. */
static void write_concat(mg_writer *w, const mg_term *x)
{
    const int axis = (int)x->attr[0], rank = x->shape.rank;
    const bool beside = axis == rank - 1 && rank > 1;
    const char *const between = beside && w->style == MG_LATEX ? " \\mid "
                                : beside                       ? " | "
                                                               : "; ";
    put(w, "[");
    for (int i = 0; i < x->n; i++) {
        put(w, i ? between : "");
        mg_write_math(w, x->arg[i]);
    }
    put(w, "]");
}

/* x[0] is a slice of one element whose axis then goes. */
static bool is_element(const mg_term *x, bool gone[MG_MAX_RANK])
{
    const mg_term *const slice = x->arg[0];
    mg_shape left = {0};
    if (!mg_term_is_op(slice, &mg_op_slice))
        return false;
    for (int i = 0; i < slice->shape.rank; i++) {
        gone[i] = slice->shape.dim[i] == 1 &&
                  slice->shape.rank - i > x->shape.rank - left.rank;
        if (!gone[i])
            mg_shape_append(&left, slice->shape.dim[i]);
    }
    return mg_shape_equal(&left, &x->shape);
}

static void write_indexed(mg_writer *w, const mg_term *slice,
                          const bool gone[MG_MAX_RANK])
{
    mg_write_at(w, slice->arg[0], MG_BINDS_ATOM);
    put_indices(w, slice, gone);
}

/* A matrix of one column or row as a vector. */
static bool write_as_vector(mg_writer *w, const mg_term *x)
{
    const mg_shape *const from = &x->arg[0]->shape;
    if (x->shape.rank != 1 || from->rank != 2 ||
        (from->dim[0] != 1 && from->dim[1] != 1))
        return false;
    if (from->dim[1] == 1) {
        mg_write_at(w, x->arg[0], MG_BINDS_ATOM);
        return true;
    }
    mg_write_at(w, x->arg[0], MG_BINDS_ATOM);
    put(w, w->style == MG_TEXT    ? "ᵀ"
           : w->style == MG_ASCII ? "^T"
                                  : "^{\\top}");
    return true;
}

static void write_reshape(mg_writer *w, const mg_term *x)
{
    bool gone[MG_MAX_RANK] = {false};
    if (is_element(x, gone)) {
        write_indexed(w, x->arg[0], gone);
        return;
    }
    if (write_as_vector(w, x))
        return;
    if (x->shape.rank == 1) {
        put(w, w->style == MG_LATEX ? "\\mathrm{flatten}" : "flatten");
        open(w);
        mg_write_math(w, x->arg[0]);
        close(w);
        return;
    }
    put_function(w, x->op);
    open(w);
    mg_write_math(w, x->arg[0]);
    put(w, ", ");
    for (int i = 0; i < x->shape.rank; i++)
        mg_text_printf(w->text, "%s%lld",
                       !i                     ? ""
                       : w->style == MG_TEXT  ? "×"
                       : w->style == MG_ASCII ? "x"
                                              : " \\times ",
                       (long long)x->shape.dim[i]);
    put(w, x->shape.rank ? "" : "1");
    close(w);
}

static void write_transpose(mg_writer *w, const mg_term *x)
{
    put_function(w, x->op);
    put_subscripts(w, x->n_attrs, x->attr);
    write_arguments(w, x);
}

/* The axis of size 1 that a reshape put in; -1 if it did something else. */
static int axis_put_in(const mg_term *x)
{
    for (int i = 0; mg_term_is_op(x, &mg_op_reshape) && i < x->shape.rank;
         i++) {
        mg_shape shape = x->shape;
        mg_shape_remove(&shape, i);
        if (x->shape.dim[i] == 1 && mg_shape_equal(&shape, &x->arg[0]->shape))
            return i;
    }
    return -1;
}

/* placed(x, [1:3]); of x with an axis put in the axis is a number: [:, 4]. */
static void write_placed(mg_writer *w, const mg_term *x)
{
    const int axis = axis_put_in(x->arg[0]);
    bool gone[MG_MAX_RANK] = {false};
    put(w, w->style == MG_LATEX ? "\\mathrm{placed}" : "placed");
    open(w);
    if (axis >= 0)
        gone[axis] = true;
    mg_write_math(w, axis >= 0 ? x->arg[0]->arg[0] : x->arg[0]);
    put(w, ", ");
    put_indices(w, x, gone);
    close(w);
}

static void write_element(mg_writer *w, const mg_term *x)
{
    mg_write_at(w, x->arg[0], MG_BINDS_ATOM);
    put(w, "[");
    mg_write_math(w, x->arg[1]);
    put(w, "]");
}

static void write_absolute(mg_writer *w, const mg_term *x)
{
    put(w, w->style == MG_LATEX ? "\\left|" : "|");
    mg_write_math(w, x->arg[0]);
    put(w, w->style == MG_LATEX ? "\\right|" : "|");
}

static void write_infix(mg_writer *w, const mg_term *x, const char *sign,
                        mg_binding_strength left, mg_binding_strength right)
{
    mg_write_at(w, x->arg[0], left);
    put(w, sign);
    mg_write_at(w, x->arg[1], right);
}

static void write_power(mg_writer *w, const mg_term *x)
{
    const bool latex = w->style == MG_LATEX;
    mg_write_at(w, x->arg[0], MG_BINDS_ATOM);
    put(w, latex ? "^{" : "^");
    mg_write_at(w, x->arg[1], latex ? MG_BINDS_SUM : MG_BINDS_ATOM);
    put(w, latex ? "}" : "");
}

static void write_truth(mg_writer *w, const mg_term *x)
{
    put(w, w->style == MG_LATEX ? "\\left[" : "[");
    write_condition(w, x);
    put(w, w->style == MG_LATEX ? "\\right]" : "]");
}

static bool is_comparison(const mg_term *x)
{
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++)
        if (comparisons[i].op == x->op)
            return true;
    return x->op == &mg_op_logical_not;
}

static void write_floor_div(mg_writer *w, const mg_term *x)
{
    write_infix(w, x, " // ", MG_BINDS_FACTORS, MG_BINDS_POWER);
}

static void write_mod(mg_writer *w, const mg_term *x)
{
    write_infix(w, x, w->style == MG_LATEX ? " \\bmod " : " mod ",
                MG_BINDS_FACTORS, MG_BINDS_POWER);
}

static void write_one_hot(mg_writer *w, const mg_term *x)
{
    if (mg_term_is_identity(x))
        put(w, "I");
    else
        write_function(w, x);
}

static void write_sliced(mg_writer *w, const mg_term *x)
{
    mg_write_at(w, x->arg[0], MG_BINDS_ATOM);
    mg_write_slice(w, x);
}

static const struct {
    const mg_op *op;
    void (*write)(mg_writer *w, const mg_term *x);
} forms[] = {
    {&mg_op_constant, mg_write_list}, {&mg_op_concat, write_concat},
    {&mg_op_reshape, write_reshape},  {&mg_op_transpose, write_transpose},
    {&mg_op_slice, write_sliced},     {&mg_op_pad, write_placed},
    {&mg_op_gather, write_element},   {&mg_op_abs, write_absolute},
    {&mg_op_pow, write_power},        {&mg_op_floor_div, write_floor_div},
    {&mg_op_mod, write_mod},          {&mg_op_one_hot, write_one_hot},
    {&mg_op_flip, write_along},       {&mg_op_cumsum, write_along},
};

void mg_write_application(mg_writer *w, const mg_term *x)
{
    if (is_comparison(x)) {
        write_truth(w, x);
        return;
    }
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (forms[i].op == x->op) {
            forms[i].write(w, x);
            return;
        }
    write_function(w, x);
}
