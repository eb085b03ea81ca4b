/* lower: errors and where they stand, places of nodes, conversions of items.
 * Layer formula. */
#include "formula/lower.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "graph/evaluate.h"

/* ---- Items ---- */

const mg_item mg_item_error = {.kind = MG_ITEM_ERROR};

mg_item mg_item_integer(int64_t integer)
{
    return (mg_item){.kind = MG_ITEM_INTEGER, .as.integer = integer};
}

mg_item mg_item_real(double real)
{
    return (mg_item){.kind = MG_ITEM_REAL, .as.real = real};
}

mg_item mg_item_truth(bool truth)
{
    return (mg_item){.kind = MG_ITEM_TRUTH, .as.integer = truth};
}

mg_item mg_item_value(mg_value value)
{
    return (mg_item){.kind = MG_ITEM_VALUE, .as.value = value};
}

bool mg_item_is_known(const mg_item *item)
{
    return item->kind == MG_ITEM_INTEGER || item->kind == MG_ITEM_REAL ||
           item->kind == MG_ITEM_TRUTH;
}

const char *mg_item_kind_name(const mg_item *item)
{
    static const char *const names[] = {
        [MG_ITEM_ERROR] = "an error",
        [MG_ITEM_INTEGER] = "an integer",
        [MG_ITEM_REAL] = "a real number",
        [MG_ITEM_TRUTH] = "a truth value",
        [MG_ITEM_VALUE] = "a value of the graph",
        [MG_ITEM_TUPLE] = "a tuple",
        [MG_ITEM_FUNCTION] = "a function",
    };
    return names[item->kind];
}

/* ---- Memory ---- */

mg_item mg_lower_no_memory(mg_lower *l)
{
    l->status = MG_NO_MEMORY;
    return mg_item_error;
}

void *mg_lower_alloc(mg_lower *l, size_t count, size_t size)
{
    void *const block = mg_arena_alloc(l->arena, count, size);
    if (!block)
        l->status = MG_NO_MEMORY;
    return block;
}

void *mg_lower_append(mg_lower *l, void *list, size_t *n, size_t *capacity,
                      size_t size)
{
    if (mg_grow(l->ctx, list, capacity, *n + 1, size) != MG_OK) {
        l->status = MG_NO_MEMORY;
        return NULL;
    }
    char *items;
    memcpy(&items, list, sizeof(items));
    char *const item = items + (*n)++ * size;
    memset(item, 0, size);
    return item;
}

/* ---- Where things stand ---- */

/* An expression, and the source and call that it stands in. */
typedef struct {
    const mg_expr *e;
    const mg_source *source;
    const mg_activation *activation;
    const char *library; /* the library's function that the user called */
} standing;

static standing find_standing(const mg_lower *l, const mg_expr *e)
{
    standing s = {e, l->scope.source, l->activation, NULL};
    while (s.source->library && s.activation) {
        s.e = s.activation->call;
        s.library = s.activation->function->name;
        s.source = s.activation->scope.source;
        s.activation = s.activation->caller;
    }
    return s;
}

static mg_span span_of(const standing *s)
{
    return (mg_span){s->source, s->e->begin, s->e->end, s->e->at};
}

mg_span mg_lower_span(const mg_lower *l, const mg_expr *e)
{
    const standing s = find_standing(l, e);
    return span_of(&s);
}

void mg_lower_place(mg_lower *l, const mg_expr *e)
{
    const mg_span span = mg_lower_span(l, e);
    const char *const formula =
        mg_source_excerpt(l->arena, l->scope.source, e->begin, e->end);
    if (!formula)
        l->status = MG_NO_MEMORY;
    mg_graph_set_place(l->g, (mg_place){.line = span.at.line,
                                        .column = span.at.column,
                                        .formula = formula});
}

/* The user's argument for a parameter of a library function, or NULL. */
static const mg_expr *find_argument(const mg_lower *l, const char *name)
{
    const mg_binding *const binding =
        l->activation ? mg_scope_find(l, name) : NULL;
    return binding ? binding->argument : NULL;
}

/* The text of an argument, as its caller sees it. */
static const char *argument_text(mg_lower *l, const mg_expr *argument)
{
    const mg_scope scope = l->scope;
    const mg_activation *const activation = l->activation;
    l->scope = activation->scope;
    l->activation = activation->caller;
    const char *const text = mg_lower_text(l, argument);
    l->scope = scope;
    l->activation = activation;
    return text;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '.';
}

/* Writes a word of a library's formula, or the argument that it stands for. */
static void put_word(mg_lower *l, mg_text *out, const char *word, size_t length,
                     bool alone)
{
    const char *const name = mg_arena_string(l->arena, word, length);
    const mg_expr *const argument = name ? find_argument(l, name) : NULL;
    if (!argument) {
        mg_text_append(out, word, length);
        return;
    }
    const bool bare =
        alone || argument->outer_begin < argument->begin ||
        (argument->kind != MG_EXPR_BINARY && argument->kind != MG_EXPR_UNARY);
    mg_text_printf(out, "%s%s%s", bare ? "" : "(", argument_text(l, argument),
                   bare ? "" : ")");
}

/* A library's formula with the user's arguments for its parameters. */
static const char *library_text(mg_lower *l, const char *text)
{
    mg_text out;
    mg_text_init(&out, l->ctx);
    const size_t whole = strlen(text);
    for (size_t i = 0, n; i < whole; i += n) {
        for (n = 0; is_word(text[i + n]); n++)
            ;
        if (n > 0)
            put_word(l, &out, text + i, n, n == whole);
        else
            mg_text_append(&out, text + i, n = 1);
    }
    const char *const copy =
        mg_arena_string(l->arena, mg_text_string(&out), out.length);
    if (mg_text_status(&out) != MG_OK)
        l->status = MG_NO_MEMORY;
    mg_text_clear(&out);
    return copy;
}

const char *mg_lower_text(mg_lower *l, const mg_expr *e)
{
    const char *text = mg_source_excerpt(l->arena, l->scope.source,
                                         e->outer_begin, e->outer_end);
    if (text && l->scope.source->library)
        text = library_text(l, text);
    if (!text)
        l->status = MG_NO_MEMORY;
    return text ? text : "";
}

/* ---- Errors ---- */

/* Names the call of a user's function that an error stands in. */
static void note_call(mg_lower *l, mg_problem *problem,
                      const mg_activation *activation)
{
    if (!activation)
        return;
    const mg_expr *const call = activation->call;
    const mg_source *const source = activation->scope.source;
    const char *const text =
        mg_source_excerpt(l->arena, source, call->begin, call->end);
    mg_problem_note(l->problems, problem, "in the call %s at %s:%d:%d",
                    text ? text : "", source->name, call->at.line,
                    call->at.column);
}

mg_problem *mg_lower_error(mg_lower *l, const mg_expr *e, const char *format,
                           ...)
{
    char message[1200];
    va_list list;
    const standing s = find_standing(l, e);
    /* What goes wrong further on in a library's body says nothing new. */
    if (l->stopped || l->status != MG_OK || (s.library && l->refused == s.e))
        return NULL;
    if (s.library)
        l->refused = s.e;
    va_start(list, format);
    vsnprintf(message, sizeof(message), format, list);
    va_end(list);
    mg_problem *const problem = mg_problem_add(
        l->problems, span_of(&s), "%s%s%s", s.library ? s.library : "",
        s.library ? ": " : "", message);
    note_call(l, problem, s.activation);
    return problem;
}

mg_problem *mg_lower_error_at(mg_lower *l, mg_spot at, size_t length,
                              const char *format, ...)
{
    char message[1200];
    va_list list;
    if (l->stopped || l->status != MG_OK)
        return NULL;
    va_start(list, format);
    vsnprintf(message, sizeof(message), format, list);
    va_end(list);
    const mg_span span = {l->scope.source, at.offset,
                          at.offset + (uint32_t)length, at};
    mg_problem *const problem =
        mg_problem_add(l->problems, span, "%s", message);
    note_call(l, problem, l->activation);
    return problem;
}

bool mg_lower_count(mg_lower *l, const mg_expr *e)
{
    if (l->stopped || l->status != MG_OK)
        return false;
    if (++l->operations <= MG_OPERATION_LIMIT)
        return true;
    mg_lower_error(l, e, "more than %d operations are written out",
                   MG_OPERATION_LIMIT);
    l->stopped = true;
    return false;
}

mg_item mg_lower_built(mg_lower *l, const mg_expr *e, mg_value value)
{
    const mg_status status = mg_graph_status(l->g);
    if (status == MG_OK)
        return mg_item_value(value);
    mg_graph_forgive(l->g);
    if (status == MG_NO_MEMORY)
        return mg_lower_no_memory(l);
    mg_lower_error(l, e, "%s", mg_message(l->ctx));
    return mg_item_error;
}

/* ---- Conversions ---- */

mg_value mg_lower_value(mg_lower *l, const mg_item *item, const mg_expr *e)
{
    const bool truth = item->as.integer != 0;
    mg_value value = {0};
    switch (item->kind) {
    case MG_ITEM_VALUE:
        return item->as.value;
    case MG_ITEM_INTEGER:
        value = mg_integer(l->g, item->as.integer);
        break;
    case MG_ITEM_REAL:
        value = mg_real(l->g, item->as.real);
        break;
    case MG_ITEM_TRUTH:
        value = mg_constant(l->g, MG_BOOL, (mg_shape){0}, &truth);
        break;
    case MG_ITEM_TUPLE:
        mg_lower_error(l, e, "%s is a tuple, where one value is wanted",
                       mg_lower_text(l, e));
        return value;
    case MG_ITEM_FUNCTION:
        if (!strcmp(item->as.function->name, "batch_size"))
            return mg_lower_batch_size(l, e);
        mg_lower_error(l, e, "%s is a function, where a value is wanted",
                       mg_lower_text(l, e));
        return value;
    default:
        return value;
    }
    return mg_lower_built(l, e, value).as.value;
}

bool mg_lower_integer(mg_lower *l, const mg_item *item, const mg_expr *e,
                      const char *what, int64_t *out)
{
    if (item->kind == MG_ITEM_INTEGER) {
        *out = item->as.integer;
        return true;
    }
    if (item->kind != MG_ITEM_ERROR)
        mg_lower_error(l, e,
                       "%s must be an integer known when compiled, but %s is "
                       "%s",
                       what, mg_lower_text(l, e), mg_item_kind_name(item));
    return false;
}

/* The integers of a constant list like [1, 2], or NULL. */
static const mg_tensor *integer_list(const mg_lower *l, const mg_item *item)
{
    if (item->kind != MG_ITEM_VALUE)
        return NULL;
    const mg_node *const node = mg_graph_node(l->g, item->as.value);
    const bool empty = mg_shape_size(&node->type.shape) == 0;
    return node->data && node->type.shape.rank == 1 &&
                   (empty || mg_dtype_is_integer(node->type.dtype))
               ? node->data
               : NULL;
}

bool mg_lower_integers(mg_lower *l, const mg_item *item, const mg_expr *e,
                       const char *what, int *n, const int64_t **out)
{
    const mg_tensor *const list = integer_list(l, item);
    size_t count = 1;
    if (list)
        count = (size_t)mg_shape_size(&list->type.shape);
    else if (item->kind == MG_ITEM_TUPLE)
        count = item->as.tuple.n;
    if (count > 1000) {
        mg_lower_error(l, e, "%s: %zu integers; at most %d axes", what, count,
                       MG_MAX_RANK);
        return false;
    }
    int64_t *const integer = mg_lower_alloc(l, count + 1, sizeof(*integer));
    if (!integer)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (list)
            integer[i] = (int64_t)mg_tensor_get(list, (int64_t)i);
        else if (!mg_lower_integer(l,
                                   item->kind == MG_ITEM_TUPLE
                                       ? &item->as.tuple.item[i]
                                       : item,
                                   e, what, &integer[i]))
            return false;
    }
    *n = (int)count;
    *out = integer;
    return true;
}

bool mg_lower_shape(mg_lower *l, const mg_item *item, const mg_expr *e,
                    mg_shape *out)
{
    int n;
    const int64_t *dim;
    if (!mg_lower_integers(l, item, e, "a shape", &n, &dim))
        return false;
    if (n > MG_MAX_RANK) {
        mg_lower_error(l, e, "a shape of %d axes; at most %d", n, MG_MAX_RANK);
        return false;
    }
    const mg_shape shape = mg_shape_of(n, dim);
    if (mg_shape_check(l->ctx, &shape) != MG_OK) {
        mg_lower_error(l, e, "%s", mg_message(l->ctx));
        return false;
    }
    *out = shape;
    return true;
}

/* The number in a constant of shape []. */
static bool constant_number(mg_lower *l, mg_value v, double *out)
{
    mg_arena arena;
    mg_tensor tensor;
    if (mg_value_shape(l->g, v).rank != 0 || !mg_is_made_of_constants(l, v))
        return false;
    mg_arena_init(&arena, l->ctx);
    const mg_status status = mg_evaluate_constant(l->g, v, &arena, &tensor);
    if (status == MG_OK)
        *out = mg_tensor_get(&tensor, 0);
    else
        l->status = status;
    mg_arena_clear(&arena);
    return status == MG_OK;
}

bool mg_lower_real(mg_lower *l, const mg_item *item, const mg_expr *e,
                   const char *what, double *out)
{
    switch (item->kind) {
    case MG_ITEM_ERROR:
        return false;
    case MG_ITEM_INTEGER:
        *out = (double)item->as.integer;
        return true;
    case MG_ITEM_REAL:
        *out = item->as.real;
        return true;
    case MG_ITEM_VALUE:
        if (constant_number(l, item->as.value, out))
            return true;
        break;
    default:
        break;
    }
    mg_lower_error(l, e, "%s must be a number made of constants", what);
    return false;
}

/* ---- Warnings ---- */

void mg_lower_warn(mg_lower *l, const mg_expr *e, const char *format, ...)
{
    mg_network *const n = l->network;
    va_list list;
    va_start(list, format);
    char text[1200];
    vsnprintf(text, sizeof(text), format, list);
    va_end(list);
    const mg_span span = mg_lower_span(l, e);
    const mg_place place = {.line = span.at.line, .column = span.at.column};
    for (size_t i = 0; i < n->n_warnings; i++) {
        if (n->warning[i].place.line == place.line &&
            n->warning[i].place.column == place.column &&
            !strcmp(n->warning[i].text, text))
            return;
    }
    mg_network_warning *const warning = mg_lower_append(
        l, &n->warning, &n->n_warnings, &l->warnings, sizeof(*warning));
    if (!warning)
        return;
    warning->place = place;
    warning->text = mg_arena_string(&n->arena, text, strlen(text));
    if (!warning->text)
        l->status = MG_NO_MEMORY;
}
