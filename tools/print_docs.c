/* print_docs: writes docs/library.md ("print_docs library") from the comments
 * and definitions of library/NAME.mg, and docs/ops.md ("print_docs ops") from
 * the catalogue of operations, to standard output. Linked to the library;
 * `make docs` calls it. */
#include "formula/library.h"
#include "graph/op.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A piece of a formula file. */
typedef struct {
    const char *text;
    size_t length;
} piece;

static void put(piece p)
{
    fwrite(p.text, 1, p.length, stdout);
}

/* Text of a comment as Markdown: what would be markup is text. */
static void put_words(piece p)
{
    for (size_t i = 0; i < p.length; i++) {
        if (memchr("*_<`\\", p.text[i], 5))
            putchar('\\');
        putchar(p.text[i]);
    }
}

/* A heading's anchor is its name: letters, digits and _ stay as they are. */
static void put_link(piece name)
{
    printf("[`%.*s`](#%.*s)", (int)name.length, name.text, (int)name.length,
           name.text);
}

/* ---- The library ---- */

static piece line_of(const char *text, const char *end)
{
    const char *const stop = memchr(text, '\n', (size_t)(end - text));
    return (piece){text, (size_t)((stop ? stop : end) - text)};
}

static bool begins(piece line, const char *words)
{
    const size_t length = strlen(words);
    return line.length >= length && memcmp(line.text, words, length) == 0;
}

static const char *next_line(piece line, const char *end)
{
    const char *const next = line.text + line.length + 1;
    return next < end ? next : end;
}

/* A definition with the comment above it. */
typedef struct {
    piece comment; /* its lines, "#" included; length 0: none */
    piece head;    /* "dense(x, n)" */
    piece name;
    piece source; /* from the keyword to the last brace */
    bool rule;
} definition;

static size_t keyword_length(piece line)
{
    return begins(line, "def ") ? 4 : begins(line, "rule ") ? 5 : 0;
}

/* To the ')' of its first '(': defaults may hold brackets, and it may go on in
 * the next line. */
static size_t signature_length(piece line, const char *end)
{
    int depth = 0;
    for (const char *at = line.text; at < end; at++) {
        depth += *at == '(';
        depth -= *at == ')';
        if (depth == 0 && *at == ')')
            return (size_t)(at + 1 - line.text);
    }
    return line.length;
}

/* From its line to the brace that closes its body. */
static piece whole_definition(piece line, const char *end)
{
    const char *const start = line.text;
    int depth = 0;
    bool comment = false;
    for (const char *at = start; at < end; at++) {
        comment = *at == '#' || (comment && *at != '\n');
        if (comment)
            continue;
        depth += *at == '{';
        depth -= *at == '}';
        if (depth == 0 && *at == '}')
            return (piece){start, (size_t)(at + 1 - start)};
    }
    return (piece){start, (size_t)(end - start)};
}

/* The next definition at or after *at, which moves behind it. */
static bool next_definition(const char **at, const char *end, definition *out)
{
    const char *comment = NULL;
    while (*at < end) {
        const piece line = line_of(*at, end);
        *at = next_line(line, end);
        const size_t keyword = keyword_length(line);
        if (keyword == 0) {
            if (!begins(line, "#"))
                comment = NULL;
            else if (!comment)
                comment = line.text;
            continue;
        }
        const char *const open = memchr(line.text, '(', line.length);
        if (!open)
            continue;
        const size_t paren = (size_t)(open - line.text);
        const size_t signature = signature_length(line, end);
        out->rule = begins(line, "rule");
        out->name = (piece){line.text + keyword, paren - keyword};
        out->head = (piece){line.text + keyword, signature - keyword};
        out->source = whole_definition(line, end);
        out->comment = (piece){comment ? comment : line.text,
                               comment ? (size_t)(line.text - comment) : 0};
        *at = out->source.text + out->source.length;
        return true;
    }
    return false;
}

/* A comment's line without "# ". */
static piece comment_line(piece line)
{
    size_t skip = line.length > 0;
    if (line.length > 1 && line.text[1] == ' ')
        skip = 2;
    return (piece){line.text + skip, line.length - skip};
}

/* Where two blanks or more part the words from shapes or a source; the whole
 * length if nothing does. */
static size_t find_gap(piece line)
{
    for (size_t i = 0; i + 1 < line.length; i++)
        if (line.text[i] == ' ' && line.text[i + 1] == ' ')
            return i;
    return line.length;
}

static piece after_gap(piece line, size_t gap)
{
    while (gap < line.length && line.text[gap] == ' ')
        gap++;
    return (piece){line.text + gap, line.length - gap};
}

/* As code in one line; blanks that align are left out. */
static void put_code(piece code)
{
    bool blank = false;
    putchar('`');
    for (size_t i = 0; i < code.length; i++) {
        const bool is_blank = code.text[i] == ' ' || code.text[i] == '\n';
        if (!is_blank)
            putchar(code.text[i]);
        else if (!blank)
            putchar(' ');
        blank = is_blank;
    }
    putchar('`');
}

/* A line of words, with what stands at its right: a source "(Name 2015)", or
 * shapes. */
static void put_comment_line(piece line)
{
    const size_t gap = find_gap(line);
    const piece right = after_gap(line, gap);
    put_words((piece){line.text, gap});
    if (right.length == 0) {
        putchar('\n');
    } else if (right.text[0] == '(') {
        putchar(' ');
        put_words(right);
        putchar('\n');
    } else {
        puts("\n");
        put_code(right);
        puts("");
    }
}

/* Lines that begin with blanks are laid out: they stay as they are. */
static void put_comment(piece comment)
{
    const char *const end = comment.text + comment.length;
    bool laid_out = false;
    for (const char *at = comment.text; at < end;) {
        const piece raw = line_of(at, end);
        const piece line = comment_line(raw);
        const bool is_layout = begins(line, "  ");
        at = next_line(raw, end);
        if (is_layout != laid_out)
            puts(is_layout ? "\n```text" : "```\n");
        laid_out = is_layout;
        if (!is_layout)
            put_comment_line(line);
        else
            printf("%.*s\n", (int)line.length - 2, line.text + 2);
    }
    puts(laid_out ? "```\n" : "");
}

static void put_definition(const definition *d)
{
    printf("### %.*s\n\n", (int)d->name.length, d->name.text);
    put_code(d->head);
    puts(d->rule ? " (a rule)\n" : "\n");
    put_comment(d->comment);
    puts("```mg");
    put(d->source);
    puts("\n```\n");
}

/* The comment that opens a file, if a blank line parts it from the rest. */
static void put_opening(const mg_library_file *file)
{
    const char *const end = file->text + file->length;
    const char *at = file->text;
    piece line = line_of(at, end);
    while (begins(line, "#"))
        line = line_of(next_line(line, end), end);
    if (line.length > 0)
        return;
    for (at = file->text; at < line.text;) {
        const piece raw = line_of(at, end);
        put_comment_line(comment_line(raw));
        at = next_line(raw, end);
    }
    puts("");
}

static void put_file(const mg_library_file *file)
{
    const int length = (int)(strlen(file->name) - strlen(".mg"));
    const char *const end = file->text + file->length;
    const char *at = file->text;
    definition d;
    printf("## library/%.*s.mg\n\n", length, file->name);
    put_opening(file);
    while (next_definition(&at, end, &d))
        put_definition(&d);
}

static void put_contents(const mg_library_file *file)
{
    const int length = (int)(strlen(file->name) - strlen(".mg"));
    const char *const end = file->text + file->length;
    const char *at = file->text;
    bool first = true;
    definition d;
    printf("- %.*s: ", length, file->name);
    while (next_definition(&at, end, &d)) {
        fputs(first ? "" : ", ", stdout);
        put_link(d.name);
        first = false;
    }
    puts("");
}

static void put_library(void)
{
    puts("# The standard library\n\n"
         "Made by `make docs` from the files of [library/](../library): change "
         "those, not\nthis page. Every layer, loss, schedule and rule is a "
         "formula in the language\nthat networks are written in "
         "([language.md](language.md)); copy one into your\nfile and change "
         "it, and yours is used instead. A default stands behind the\n"
         "parameter's name. `[..]` are any leading axes.\n");
    for (size_t i = 0; i < mg_library_file_count; i++)
        put_contents(&mg_library_files[i]);
    puts("");
    for (size_t i = 0; i < mg_library_file_count; i++)
        put_file(&mg_library_files[i]);
}

/* ---- The operations ---- */

static const char *const kinds[] = {
    [MG_LEAF] = "leaf",
    [MG_ELEMENTWISE] = "by element; shapes broadcast",
    [MG_REDUCE] = "reduction",
    [MG_MOVE] = "moves elements",
    [MG_OTHER] = NULL,
};

static const char *const operands[] = {
    [MG_AS_GIVEN] = NULL,
    [MG_AS_REALS] = "become reals",
    [MG_AS_NUMBERS] = "get a common type; truth values become integers",
    [MG_AS_ALIKE] = "get a common type",
    [MG_AS_TRUTH] = "must be truth values",
};

/* What input `index` is called: as a parameter, or as the formula has it. */
static const char *input_name(const mg_op *op, int index)
{
    static const char *const pair[] = {"a", "b"};
    int n = 0;
    for (int i = 0; op->params && op->params[i].kind != MG_PARAM_END; i++)
        if (op->params[i].kind == MG_PARAM_VALUE && n++ == index)
            return op->params[i].name;
    return op->n_inputs == 2 && index < 2 ? pair[index] : "x";
}

/* "G {1}ᵀ" with the inputs' names in it. */
static void put_rule(const mg_op *op, const char *rule)
{
    putchar('`');
    for (; *rule; rule++) {
        if (rule[0] == '{' && rule[1] && rule[2] == '}') {
            fputs(input_name(op, rule[1] - '0'), stdout);
            rule += 2;
        } else {
            putchar(*rule);
        }
    }
    putchar('`');
}

static void put_gradient(const mg_op *op)
{
    if (op->no_gradient) {
        printf("- gradient: none (%s)\n", op->no_gradient);
        return;
    }
    if (!op->vjp)
        return;
    fputs("- gradient: ", stdout);
    for (int i = 0; i < MG_MAX_RULES && op->rule[i]; i++) {
        if (i > 0)
            fputs(", ", stdout);
        if (op->n_inputs > 1)
            printf("to %s ", input_name(op, i));
        put_rule(op, op->rule[i]);
    }
    puts("");
}

static void put_call(const mg_op *op)
{
    if (!op->params)
        return;
    printf("- in formulas: `%s(", op->name);
    for (int i = 0; op->params[i].kind != MG_PARAM_END; i++) {
        const mg_param *const p = &op->params[i];
        const bool many = p->kind == MG_PARAM_VALUES;
        printf("%s%s%s%s%s", i ? ", " : "", p->optional ? "[" : "", p->name,
               many ? ", ..." : "",
               p->named_only && p->optional ? " = ]"
               : p->named_only              ? " ="
               : p->optional                ? "]"
                                            : "");
    }
    puts(")`");
}

static void put_op(const mg_op *op)
{
    printf("### %s\n\n`%s`\n\n%s\n\n", op->name, op->formula, op->doc);
    put_call(op);
    put_gradient(op);
    if (kinds[op->kind])
        printf("- kind: %s\n", kinds[op->kind]);
    if (op->n_inputs != 0 && operands[op->operands])
        printf("- operands: %s\n", operands[op->operands]);
    if (op->attrs && op->attrs[0])
        printf("- attributes: %s\n", op->attrs);
    if (op->draws)
        puts("- draws: every call has numbers of its own for each example and "
             "step");
    if (op->joins)
        puts("- joins: sees all examples of a batch");
    if (op->derives)
        puts("- derives: a formula takes its place before anything is "
             "computed");
    if (op->onnx.op)
        printf("- ONNX: %s, since opset %d\n", op->onnx.op,
               op->onnx.since_opset);
    if (op->examples && op->examples[0])
        puts("\n```text");
    for (int i = 0; op->examples && op->examples[i]; i++)
        puts(op->examples[i]);
    puts(op->examples && op->examples[0] ? "```\n" : "");
}

static void put_ops(void)
{
    puts("# The operations\n\n"
         "Made by `make docs` from the files of [src/ops/](../src/ops), one an "
         "operation:\nchange those, not this page. These are the nodes of a "
         "graph; layers and losses are\nformulas of them "
         "([library.md](library.md)).\n\n"
         "`y` is the operation's value and `G` the gradient that comes to it; "
         "the rule says\nwhat it hands to each operand: `⊙` is the product by "
         "element, `ᵀ` the transpose,\nand where an operand was repeated by "
         "broadcasting, its gradient is summed over the\nrepetitions. "
         "Operations "
         "without a line \"in formulas\" are written as operators, or\nonly "
         "made inside. The examples are what the tests run over: inputs, their "
         "free\nsizes, and a formula.\n");
    for (size_t i = 0; i < mg_op_count; i++) {
        const mg_op *const op = mg_ops[i];
        fputs(i == 0 ? "" : i % 4 ? ", " : ",\n", stdout);
        put_link((piece){op->name, strlen(op->name)});
    }
    puts("\n");
    for (size_t i = 0; i < mg_op_count; i++)
        put_op(mg_ops[i]);
}

int main(int argc, char *argv[])
{
    if (argc == 2 && strcmp(argv[1], "library") == 0) {
        put_library();
    } else if (argc == 2 && strcmp(argv[1], "ops") == 0) {
        put_ops();
    } else {
        fputs("usage: print_docs library|ops\n", stderr);
        return 2;
    }
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
