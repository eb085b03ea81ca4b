/* render: a derivation as a page of text, a LaTeX document, a formula file, a
 * line of JSON. Layer explain. */
#include "explain/derive/legend.h"
#include "explain/derive/write.h"
#include "explain/json.h"
#include "explain/words.h"

#include <string.h>

/* Notes stand in one column, unless a line is too long; longer formulas are
 * no use in a note. */
enum { NOTE_COLUMN = 46, LONGEST_NOTE = 60, LONGEST_LINE = 88 };

/* ---- The parts of a line ---- */

/* What is derived: the loss, or L where that is a sum or nothing. */
static const char *subject_sign(const mg_derivation *d)
{
    const bool single = d->subject && !strchr(d->subject, ' ');
    return single ? d->subject : "L";
}

static mg_spelling spelling_of(const mg_derivation *d, const mg_derived *line,
                               mg_style style)
{
    return (mg_spelling){style, d->network, line->scope, line->scope_length};
}

static mg_writer writer_of(const mg_derivation *d, const mg_derived *line,
                           mg_style style, mg_text *text)
{
    return (mg_writer){.derivation = d,
                       .style = style,
                       .spelling = spelling_of(d, line, style),
                       .text = text};
}

static void put_by(mg_text *text, const mg_derivation *d, mg_style style)
{
    const char *const sign = subject_sign(d);
    if (style == MG_LATEX) {
        mg_text_puts(text, "\\frac{\\partial ");
        mg_put_path(text, sign, &(mg_spelling){.style = style});
        mg_text_puts(text, "}{\\partial ");
    } else {
        mg_text_printf(text, style == MG_TEXT ? "∂%s/∂" : "d%s/d", sign);
    }
}

static void put_by_path(mg_text *text, const mg_derivation *d, const char *path,
                        const mg_spelling *spelling)
{
    put_by(text, d, spelling->style);
    mg_put_path(text, path, spelling);
    mg_text_puts(text, spelling->style == MG_LATEX ? "}" : "");
}

static void put_left(mg_text *text, const mg_derivation *d,
                     const mg_derived *line, mg_style style)
{
    const mg_spelling spelling = spelling_of(d, line, style);
    if (line->wrt)
        put_by_path(text, d, line->wrt, &spelling);
    else
        mg_put_label(text, line->label, &spelling);
}

/* Whether a line is not part of the block that the one before is part of. */
static bool changes_scope(const mg_derivation *d, size_t i)
{
    const mg_derived *const line = &d->line[i];
    if (i == 0)
        return line->scope_length > 0;
    return line->scope_length != line[-1].scope_length ||
           (line->scope_length > 0 &&
            strncmp(line->scope, line[-1].scope, line->scope_length) != 0);
}

static void put_sizes(mg_text *text, const mg_shape *shape, mg_style style)
{
    const char *const times = style == MG_TEXT    ? "×"
                              : style == MG_ASCII ? "x"
                                                  : " \\times ";
    for (int i = 0; i < shape->rank; i++)
        mg_text_printf(text, "%s%lld", i ? times : "",
                       (long long)shape->dim[i]);
    mg_text_puts(text, shape->rank ? "" : "1");
}

/* A line's name; with its shape if shapes are wanted. */
static void put_shaped_left(mg_text *text, const mg_derivation *d,
                            const mg_derived *line, mg_style style, bool shapes)
{
    const bool latex = style == MG_LATEX;
    if (shapes && latex) {
        mg_text_puts(text, "\\underset{");
        put_sizes(text, &line->term->shape, style);
        mg_text_puts(text, "}{");
    }
    put_left(text, d, line, style);
    if (shapes && latex) {
        mg_text_puts(text, "}");
    } else if (shapes) {
        mg_text_puts(text, style == MG_TEXT ? "⟨" : "<");
        put_sizes(text, &line->term->shape, style);
        mg_text_puts(text, style == MG_TEXT ? "⟩" : ">");
    }
}

/* "by W2 h + b2": of what a definition is the gradient. */
static void put_note(mg_text *text, const mg_derivation *d,
                     const mg_derived *line, mg_style style)
{
    if (line->own) {
        const mg_spelling spelling = spelling_of(d, line, style);
        put_by_path(text, d, line->own, &spelling);
        return;
    }
    mg_text formula;
    mg_text_init(&formula, d->ctx);
    mg_writer w = writer_of(d, line, style, &formula);
    if (line->of && line->of->kind != MG_TERM_NAME)
        mg_write_math(&w, line->of);
    const char *const words = mg_text_string(&formula);
    const bool fits =
        *words && (style == MG_LATEX ? line->of->size <= 8
                                     : mg_words_width(words) <= LONGEST_NOTE);
    if (fits && mg_text_status(&formula) == MG_OK) {
        put_by(text, d, style);
        mg_text_printf(text, style == MG_LATEX ? "(%s)}" : "(%s)", words);
    }
    text->failed = text->failed || mg_text_status(&formula) != MG_OK;
    mg_text_clear(&formula);
}

/* ---- Text ---- */

static void put_text_line(mg_text *text, const mg_derivation *d,
                          const mg_derived *line, mg_style style, bool shapes)
{
    mg_text one, note;
    mg_text_init(&one, d->ctx);
    mg_text_init(&note, d->ctx);
    mg_writer w = writer_of(d, line, style, &one);
    w.shapes = shapes;
    put_shaped_left(&one, d, line, style, shapes);
    mg_text_puts(&one, " = ");
    const int left = mg_words_width(mg_text_string(&one));
    const size_t length = one.length;
    mg_write_math(&w, line->term);
    put_note(&note, d, line, style);
    int width = mg_words_width(mg_text_string(&one));
    if (width > LONGEST_LINE && line->term->kind == MG_TERM_SUM) {
        one.length = length;
        w.indent = left;
        mg_write_math(&w, line->term);
        width = LONGEST_LINE;
    }
    mg_text_printf(text, "  %s", mg_text_string(&one));
    if (note.length > 0) {
        const int gap = NOTE_COLUMN - width;
        mg_text_printf(text, "%*s%s", gap > 3 ? gap : 3, "",
                       mg_text_string(&note));
    }
    mg_text_puts(text, "\n");
    if (mg_text_status(&one) != MG_OK || mg_text_status(&note) != MG_OK)
        text->failed = true;
    mg_text_clear(&one);
    mg_text_clear(&note);
}

/* "In z.3.block:", where y is z.3.block.y. */
static void put_scope(mg_text *text, const mg_derived *line, bool blank)
{
    mg_text_puts(text, blank ? "\n" : "");
    if (line->scope_length)
        mg_text_printf(text, "In %.*s:\n", (int)line->scope_length,
                       line->scope);
    else
        mg_text_puts(text, "In the file:\n");
}

void mg_derivation_text(const mg_derivation *d,
                        const mg_derivation_text_options *options,
                        mg_text *text)
{
    const mg_style style = options->ascii ? MG_ASCII : MG_TEXT;
    mg_put_title(text, d);
    mg_text_puts(text, "\n\n");
    for (size_t i = 0; i < d->n; i++) {
        if (changes_scope(d, i))
            put_scope(text, &d->line[i], i > 0);
        else if (i > 0 && !d->line[i].wrt && d->line[i - 1].wrt)
            mg_text_puts(text, "\n");
        put_text_line(text, d, &d->line[i], style, options->shapes);
    }
    mg_put_legend(text, d, style);
}

/* ---- LaTeX ---- */

static void put_latex_line(mg_text *text, const mg_derivation *d,
                           const mg_derived *line, bool shapes)
{
    mg_writer w = writer_of(d, line, MG_LATEX, text);
    w.shapes = shapes;
    mg_text_puts(text, "  ");
    put_shaped_left(text, d, line, MG_LATEX, shapes);
    mg_text_puts(text, " &= ");
    mg_write_math(&w, line->term);
    mg_text note;
    mg_text_init(&note, d->ctx);
    put_note(&note, d, line, MG_LATEX);
    if (note.length > 0)
        mg_text_printf(text, " && \\left(= %s\\right)", mg_text_string(&note));
    if (mg_text_status(&note) != MG_OK)
        text->failed = true;
    mg_text_clear(&note);
}

static void put_latex_scope(mg_text *text, const mg_derived *line)
{
    mg_text_puts(text, "\\intertext{In ");
    if (line->scope_length)
        for (size_t i = 0; i < line->scope_length; i++)
            mg_text_printf(text, "%s%c", line->scope[i] == '_' ? "\\" : "",
                           line->scope[i]);
    else
        mg_text_puts(text, "the file");
    mg_text_puts(text, ":}\n");
}

void mg_derivation_latex(const mg_derivation *d, bool shapes, mg_text *text)
{
    mg_text_puts(text, "\\documentclass{article}\n"
                       "\\usepackage{amsmath}\n"
                       "\\allowdisplaybreaks\n"
                       "\\begin{document}\n"
                       "\\noindent ");
    mg_put_title(text, d);
    mg_text_puts(text, "\n\\begin{align*}\n");
    for (size_t i = 0; i < d->n; i++) {
        if (changes_scope(d, i))
            put_latex_scope(text, &d->line[i]);
        put_latex_line(text, d, &d->line[i], shapes);
        mg_text_puts(text, i + 1 < d->n ? " \\\\\n" : "\n");
    }
    mg_text_puts(text, "\\end{align*}\n");
    mg_put_legend(text, d, MG_LATEX);
    mg_text_puts(text, "\\end{document}\n");
}

/* ---- JSON ---- */

static void put_json_string(mg_text *text, const char *key, mg_text *value)
{
    mg_text_printf(text, ", \"%s\": ", key);
    if (value->length > 0)
        mg_json_string(text, mg_text_string(value));
    else
        mg_text_puts(text, "null");
    if (mg_text_status(value) != MG_OK)
        text->failed = true;
    mg_text_clear(value);
}

static void put_json_line(mg_text *text, const mg_derivation *d,
                          const mg_derived *line)
{
    mg_text part;
    mg_text_init(&part, d->ctx);
    mg_derived whole = *line; /* every name with its whole path */
    whole.scope_length = 0;
    put_left(&part, d, &whole, MG_TEXT);
    mg_text_puts(text, "{\"kind\": ");
    mg_json_string(text, line->wrt ? "gradient" : "definition");
    put_json_string(text, "name", &part);
    mg_text_puts(&part, line->wrt ? line->wrt : "");
    put_json_string(text, "wrt", &part);
    if (!line->wrt)
        put_note(&part, d, &whole, MG_TEXT);
    put_json_string(text, "is", &part);
    mg_text_puts(text, ", \"shape\": ");
    mg_text_shape(text, &line->term->shape);
    mg_writer w = writer_of(d, &whole, MG_TEXT, &part);
    mg_write_math(&w, line->term);
    put_json_string(text, "text", &part);
    w = writer_of(d, &whole, MG_LATEX, &part);
    mg_write_math(&w, line->term);
    put_json_string(text, "latex", &part);
    if (mg_put_formula(&part, d, line->term))
        mg_text_clear(&part);
    put_json_string(text, "formula", &part);
    mg_text_puts(text, "}");
}

void mg_derivation_json(const mg_derivation *d, mg_text *text)
{
    mg_text_puts(text, "{\"schema\": 1, \"of\": ");
    if (d->subject)
        mg_json_string(text, d->subject);
    else
        mg_text_puts(text, "null");
    mg_text_puts(text, ", \"lines\": [");
    for (size_t i = 0; i < d->n; i++) {
        mg_text_puts(text, i ? ", " : "");
        put_json_line(text, d, &d->line[i]);
    }
    mg_text_puts(text, "]}\n");
}
