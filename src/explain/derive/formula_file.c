/* formula_file: a derivation as a formula file: the network's own source, and
 * below it the gradients as values. Layer explain. */
#include "explain/derive/legend.h"
#include "explain/derive/write.h"

#include <string.h>

/* A constant of the language is no value until it has a shape. */
static void put_constant(mg_text *text, double number, const mg_shape *shape)
{
    mg_text_puts(text, "broadcast(");
    mg_text_real(text, number, 17);
    mg_text_puts(text, number == (double)(int64_t)number ? ".0, (" : ", (");
    for (int i = 0; i < shape->rank; i++)
        mg_text_printf(text, "%s%lld", i ? ", " : "", (long long)shape->dim[i]);
    mg_text_puts(text, "))");
}

static bool is_constant(const mg_term *x, double *number)
{
    if (mg_term_is_op(x, &mg_op_broadcast))
        x = x->arg[0];
    *number = x->number;
    return x->kind == MG_TERM_NUMBER;
}

const char *mg_put_formula(mg_text *text, const mg_derivation *d,
                           const mg_term *x)
{
    mg_writer w = {.derivation = d, .style = MG_FORMULA, .text = text};
    double number;
    if (is_constant(x, &number)) {
        put_constant(text, number, &x->shape);
    } else if (x->dtype == MG_BOOL) {
        mg_text_puts(text, "where(");
        mg_write_formula(&w, x);
        mg_text_puts(text, ", 1.0, 0.0)");
    } else {
        mg_write_formula(&w, x);
    }
    return w.problem;
}

static mg_status put_statement(mg_text *text, const mg_derivation *d,
                               const mg_derived *line)
{
    if (line->wrt)
        mg_put_gradient_name(text, d->network, line->wrt);
    else
        mg_put_formula_label(text, d->network, line->label);
    mg_text_puts(text, " = ");
    const char *const problem = mg_put_formula(text, d, line->term);
    mg_text_puts(text, "\n");
    if (problem)
        return mg_fail(
            d->ctx, MG_BAD_ARGUMENT,
            "gradient: it needs %s, which has no form in the formula "
            "language here",
            problem);
    return MG_OK;
}

static void put_given_inputs(mg_text *text, const mg_derivation *d)
{
    for (size_t i = 0; i < d->n_given; i++) {
        const mg_shape *const shape = &d->given[i]->shape;
        mg_text_puts(text, "input ");
        mg_put_formula_label(text, d->network, d->given[i]->label);
        for (int k = 0; k < shape->rank; k++)
            mg_text_printf(text, "%s%lld", k ? ", " : "[",
                           (long long)shape->dim[k]);
        mg_text_puts(text, shape->rank ? "]\n" : "\n");
    }
}

/* ---- Names that the file gives a meaning of its own ---- */

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80u;
}

/* Whether `text` calls the function. */
static bool calls(const char *text, const char *name, size_t length)
{
    for (const char *c = text; *c; c++)
        if ((c == text || !is_name(c[-1])) && strncmp(c, name, length) == 0 &&
            c[length] == '(')
            return true;
    return false;
}

/* A function of the file that has the name of one that the gradients call
 * would be called in its place. */
static mg_status check_functions(const mg_derivation *d, const char *gradients)
{
    const char *const source = d->network->source;
    for (const char *c = strstr(source, "def "); c; c = strstr(c, "def ")) {
        c += strlen("def ");
        const char *const name = c + strspn(c, " ");
        size_t length = 0;
        while (is_name(name[length]))
            length++;
        if (length > 0 && name[length] == '(' && calls(gradients, name, length))
            return mg_fail(d->ctx, MG_BAD_ARGUMENT,
                           "gradient: it needs the language's own %.*s, to "
                           "which the file gives another meaning",
                           (int)length, name);
    }
    return MG_OK;
}

mg_status mg_derivation_formula(const mg_derivation *d, mg_text *text)
{
    const mg_network *const n = d->network;
    mg_text_append(text, n->source, n->source_length);
    const bool ended =
        n->source_length > 0 && n->source[n->source_length - 1] == '\n';
    mg_text_puts(text, ended ? "\n# " : "\n\n# ");
    mg_put_title(text, d);
    mg_text_puts(text, "\n");
    put_given_inputs(text, d);
    mg_put_functions(text, d);
    const size_t begin = text->length;
    for (size_t i = 0; i < d->n; i++)
        MG_TRY(put_statement(text, d, &d->line[i]));
    MG_TRY(mg_text_status(text));
    return check_functions(d, mg_text_string(text) + begin);
}
