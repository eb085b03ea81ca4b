/* parse: reads the text form of a graph (print.c). The text may be hostile:
 * every number is checked, nothing is trusted, sub-graphs nest to a bound.
 * Layer graph. */
#include "graph/op.h"

#include <math.h>
#include <string.h>

#define MAX_NESTING 16

typedef struct {
    mg_ctx *ctx;
    mg_arena *arena;
    const char *at, *end;
    int line;
    int nesting;
} reader;

/* One graph on the way; ids of the text map to values of the graph. */
typedef struct {
    mg_graph *g;
    mg_value *value;
    size_t capacity, count; /* ids 1 to count were defined */
} building;

/* The parts of a node's line. */
typedef struct {
    const mg_op *op;
    const char *name;
    mg_value *input;
    size_t n_inputs;
    int64_t *attr;
    size_t n_attrs;
    const char *data_start; /* of "[", or NULL */
    const mg_graph **subgraph;
    size_t n_subgraphs;
    mg_type type;
} parts;

static mg_status wrong(const reader *r, const char *what)
{
    return mg_fail(r->ctx, MG_BAD_FORMULA, "graph text: line %d: %s", r->line,
                   what);
}

static void skip_blanks(reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t'))
        r->at++;
}

static bool accept(reader *r, char c)
{
    skip_blanks(r);
    if (r->at >= r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

static mg_status expect(reader *r, char c)
{
    const char what[] = {'e', 'x', 'p', 'e', 'c', 't', 'e', 'd', ' ', c, 0};
    return accept(r, c) ? MG_OK : wrong(r, what);
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static size_t read_word(reader *r, const char **word)
{
    skip_blanks(r);
    *word = r->at;
    while (r->at < r->end && is_word(*r->at))
        r->at++;
    return (size_t)(r->at - *word);
}

static mg_status read_int(reader *r, int64_t *out)
{
    skip_blanks(r);
    const size_t used = mg_parse_int(r->at, (size_t)(r->end - r->at), out);
    r->at += used;
    return used ? MG_OK : wrong(r, "expected an integer");
}

static bool is_literal(const reader *r, size_t used, const char *word)
{
    const size_t length = strlen(word);
    return (size_t)(r->end - r->at) >= used + length &&
           memcmp(r->at + used, word, length) == 0;
}

static mg_status read_real(reader *r, double *out)
{
    skip_blanks(r);
    const size_t sign = is_literal(r, 0, "-") ? 1 : 0;
    size_t used = 0;
    if (is_literal(r, sign, "inf")) {
        *out = sign ? -(double)INFINITY : (double)INFINITY;
        used = sign + 3;
    } else if (is_literal(r, sign, "nan")) {
        *out = (double)NAN;
        used = sign + 3;
    } else {
        used = mg_parse_real(r->at, (size_t)(r->end - r->at), out);
    }
    r->at += used;
    return used ? MG_OK : wrong(r, "expected a number");
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads the character behind a backslash; false if there is none such. */
static bool read_escape(reader *r, char *out)
{
    if (r->at >= r->end)
        return false;
    const char c = *r->at++;
    *out = c;
    if (c != 'x')
        return c == '"' || c == '\\';
    if (r->end - r->at < 2)
        return false;
    const int high = hex_digit(r->at[0]), low = hex_digit(r->at[1]);
    r->at += 2;
    *out = (char)(high * 16 + low);
    return high >= 0 && low >= 0 && *out != 0;
}

/* Bytes that hold the string from here to the end of its line, which a quote
 * without a backslash ends at the latest. */
static size_t string_room(const reader *r)
{
    const char *at = r->at;
    while (at < r->end && *at != '\n' && (*at != '"' || at[-1] == '\\'))
        at++;
    return (size_t)(at - r->at) + 1;
}

/* A string if one stands here, else *out stays NULL. */
static mg_status read_string(reader *r, const char **out)
{
    *out = NULL;
    if (!accept(r, '"'))
        return MG_OK;
    char *const copy = mg_arena_alloc(r->arena, string_room(r), 1);
    if (!copy)
        return MG_NO_MEMORY;
    size_t length = 0;
    while (r->at < r->end && *r->at != '"' && *r->at != '\n') {
        char c = *r->at++;
        if (c == 0 || (c == '\\' && !read_escape(r, &c)))
            return wrong(r, "a string holds what it may not");
        copy[length++] = c;
    }
    copy[length] = 0;
    *out = copy;
    return expect(r, '"');
}

static mg_status read_value(reader *r, const building *b, mg_value *out)
{
    MG_TRY(expect(r, '%'));
    int64_t id = 0;
    MG_TRY(read_int(r, &id));
    if (id < 1 || (uint64_t)id > b->count)
        return wrong(r, "a value that was not defined above");
    *out = b->value[id];
    return MG_OK;
}

static mg_status read_inputs(reader *r, const building *b, parts *p)
{
    size_t capacity = 0;
    mg_value *input = NULL;
    mg_status status = MG_OK;
    do {
        status =
            mg_grow(r->ctx, &input, &capacity, p->n_inputs + 1, sizeof *input);
        if (status == MG_OK)
            status = read_value(r, b, &input[p->n_inputs]);
        if (status == MG_OK)
            p->n_inputs++;
    } while (status == MG_OK && accept(r, ','));
    if (status == MG_OK) {
        p->input = mg_arena_copy(r->arena, input, p->n_inputs, sizeof *input);
        status = p->input ? expect(r, ')') : MG_NO_MEMORY;
    }
    mg_free(r->ctx, input);
    return status;
}

static mg_status read_attrs(reader *r, parts *p)
{
    size_t capacity = 0;
    int64_t *attr = NULL;
    mg_status status = MG_OK;
    do {
        status =
            mg_grow(r->ctx, &attr, &capacity, p->n_attrs + 1, sizeof *attr);
        if (status == MG_OK)
            status = read_int(r, &attr[p->n_attrs]);
        if (status == MG_OK)
            p->n_attrs++;
    } while (status == MG_OK && accept(r, ','));
    if (status == MG_OK) {
        p->attr = mg_arena_copy(r->arena, attr, p->n_attrs, sizeof *attr);
        status = p->attr ? expect(r, '}') : MG_NO_MEMORY;
    }
    mg_free(r->ctx, attr);
    return status;
}

static mg_status read_type(reader *r, mg_type *type)
{
    const char *word = NULL;
    const size_t length = read_word(r, &word);
    if (!mg_dtype_find(word, length, &type->dtype))
        return wrong(r, "expected an element type");
    MG_TRY(expect(r, '['));
    type->shape.rank = 0;
    while (!accept(r, ']')) {
        int64_t dim = 0;
        if (type->shape.rank && !accept(r, ','))
            return wrong(r, "expected , between sizes");
        MG_TRY(read_int(r, &dim));
        if (type->shape.rank == MG_MAX_RANK)
            return wrong(r, "too many axes");
        mg_shape_append(&type->shape, dim);
    }
    return mg_shape_check(r->ctx, &type->shape);
}

/* Passes over "[...]" of a constant, whose type is read later. */
static mg_status skip_data(reader *r, parts *p)
{
    p->data_start = r->at;
    while (r->at < r->end && *r->at != ']' && *r->at != '\n')
        r->at++;
    return expect(r, ']');
}

static mg_status read_element(reader *r, const mg_tensor *data, int64_t i)
{
    if (data->type.dtype == MG_I64)
        return read_int(r, &((int64_t *)data->data)[i]);
    double value = 0;
    MG_TRY(read_real(r, &value));
    mg_tensor_set(data, i, value);
    const bool exact = mg_dtype_is_real(data->type.dtype) ||
                       fabs(mg_tensor_get(data, i) - value) <= 0;
    return exact ? MG_OK : wrong(r, "a number that its type does not have");
}

static mg_status read_data(const reader *r, const parts *p, mg_tensor *data)
{
    reader at = *r;
    at.at = p->data_start;
    const int64_t n = mg_shape_size(&p->type.shape);
    if (n > r->end - p->data_start)
        return wrong(r, "a constant with fewer numbers than its shape");
    MG_TRY(mg_tensor_alloc(r->arena, p->type, data));
    for (int64_t i = 0; i < n; i++) {
        if (i && !accept(&at, ','))
            return wrong(r, "a constant with fewer numbers than its shape");
        MG_TRY(read_element(&at, data, i));
    }
    return accept(&at, ']')
               ? MG_OK
               : wrong(r, "a constant with more numbers than its shape");
}

static mg_status read_graph(reader *r, mg_dtype real, char end, mg_graph **out);

static mg_status read_subgraph(reader *r, mg_graph *owner, parts *p)
{
    const char *word = NULL;
    mg_dtype real = MG_F32;
    const size_t length = read_word(r, &word);
    if (!mg_dtype_find(word, length, &real) || !mg_dtype_is_real(real))
        return wrong(r, "expected the reals of a sub-graph");
    if (++r->nesting > MAX_NESTING)
        return wrong(r, "sub-graphs nest too deep");
    mg_graph *sub = NULL;
    MG_TRY(read_graph(r, real, '>', &sub));
    r->nesting--;
    const mg_status status = mg_graph_adopt(owner, sub);
    if (status != MG_OK) {
        mg_graph_destroy(sub);
        return status;
    }
    const mg_graph **const list =
        mg_arena_alloc(r->arena, p->n_subgraphs + 1, sizeof *list);
    if (!list)
        return MG_NO_MEMORY;
    if (p->n_subgraphs)
        memcpy(list, p->subgraph, p->n_subgraphs * sizeof *list);
    list[p->n_subgraphs++] = sub;
    p->subgraph = list;
    return MG_OK;
}

static mg_status read_place(reader *r, mg_place *place)
{
    if (accept(r, '@')) {
        int64_t line = 0, column = 0;
        MG_TRY(read_int(r, &line));
        MG_TRY(expect(r, ':'));
        MG_TRY(read_int(r, &column));
        if (line < 1 || column < 1 || line > 1 << 30 || column > 1 << 30)
            return wrong(r, "a place out of range");
        place->line = (int)line;
        place->column = (int)column;
    }
    return read_string(r, &place->formula);
}

static mg_status read_parts(reader *r, building *b, parts *p)
{
    const char *word = NULL;
    const size_t length = read_word(r, &word);
    p->op = mg_op_find(word, length);
    if (!p->op)
        return wrong(r, "an unknown operation");
    MG_TRY(read_string(r, &p->name));
    if (accept(r, '('))
        MG_TRY(read_inputs(r, b, p));
    if (accept(r, '{'))
        MG_TRY(read_attrs(r, p));
    if (accept(r, '['))
        MG_TRY(skip_data(r, p));
    while (accept(r, '<'))
        MG_TRY(read_subgraph(r, b->g, p));
    return read_type(r, &p->type);
}

static mg_status define(reader *r, building *b, const parts *p, int64_t id)
{
    if (id != (int64_t)b->count + 1)
        return wrong(r, "values must be numbered 1, 2, 3, ...");
    mg_tensor data;
    mg_extra extra = {.n_attrs = (int)p->n_attrs,
                      .attr = p->attr,
                      .name = p->name,
                      .type = &p->type,
                      .n_subgraphs = (int)p->n_subgraphs,
                      .subgraph = p->subgraph};
    if (p->data_start) {
        MG_TRY(read_data(r, p, &data));
        extra.data = &data;
    }
    const mg_value value =
        mg_apply(b->g, p->op, (int)p->n_inputs, p->input, &extra);
    MG_TRY(mg_graph_status(b->g));
    const mg_type type = mg_value_type(b->g, value);
    if (type.dtype != p->type.dtype ||
        !mg_shape_equal(&type.shape, &p->type.shape))
        return wrong(r, "a type that the operation does not give");
    MG_TRY(mg_grow(r->ctx, &b->value, &b->capacity, b->count + 2,
                   sizeof *b->value));
    b->value[++b->count] = value;
    return MG_OK;
}

static mg_status read_node(reader *r, building *b)
{
    int64_t id = 0;
    MG_TRY(read_int(r, &id));
    MG_TRY(expect(r, '='));
    parts p = {0};
    MG_TRY(read_parts(r, b, &p));
    mg_place place = {0};
    MG_TRY(read_place(r, &place));
    mg_graph_set_place(b->g, place);
    return define(r, b, &p, id);
}

static mg_status read_root(reader *r, const building *b)
{
    const char *word = NULL, *name = NULL;
    const size_t length = read_word(r, &word);
    const bool update = length == 6 && memcmp(word, "update", 6) == 0;
    if (!update && !(length == 4 && memcmp(word, "root", 4) == 0))
        return wrong(r, "expected a value, root or update");
    MG_TRY(read_string(r, &name));
    if (!name)
        return wrong(r, "a root has a name");
    mg_value variable = {0}, value = {0};
    if (update) {
        MG_TRY(read_value(r, b, &variable));
        MG_TRY(expect(r, '<'));
        MG_TRY(expect(r, '-'));
    }
    MG_TRY(read_value(r, b, &value));
    if (update)
        mg_graph_add_update(b->g, name, variable, value);
    else
        mg_graph_add_root(b->g, name, value);
    return mg_graph_status(b->g);
}

/* Lines up to the character `end` at the start of one (0: to the text's
 * end). */
static mg_status read_lines(reader *r, building *b, char end)
{
    for (;;) {
        while (accept(r, '\n'))
            r->line++;
        skip_blanks(r);
        if (r->at >= r->end)
            return end ? wrong(r, "a sub-graph that does not end") : MG_OK;
        if (end && accept(r, end))
            return MG_OK;
        MG_TRY(accept(r, '%') ? read_node(r, b) : read_root(r, b));
        skip_blanks(r);
        if (r->at < r->end && *r->at != '\n' && *r->at != end)
            return wrong(r, "more on the line than expected");
    }
}

static mg_status read_graph(reader *r, mg_dtype real, char end, mg_graph **out)
{
    building b = {0};
    MG_TRY(mg_graph_create(r->ctx, real, &b.g));
    mg_status status = read_lines(r, &b, end);
    mg_graph_set_place(b.g, (mg_place){0});
    if (status == MG_OK)
        status = mg_graph_verify(b.g);
    mg_free(r->ctx, b.value);
    if (status != MG_OK)
        mg_graph_destroy(b.g);
    else
        *out = b.g;
    return status;
}

mg_status mg_graph_parse(mg_ctx *ctx, const char *text, size_t length,
                         mg_graph **out)
{
    mg_arena arena;
    mg_arena_init(&arena, ctx);
    reader r = {ctx, &arena, text, text + length, 1, 0};
    const char *word = NULL;
    mg_dtype real = MG_F32;
    mg_status status = MG_OK;
    size_t used = read_word(&r, &word);
    if (used != 5 || memcmp(word, "graph", 5) != 0)
        status = wrong(&r, "expected graph");
    used = read_word(&r, &word);
    if (status == MG_OK &&
        (!mg_dtype_find(word, used, &real) || !mg_dtype_is_real(real)))
        status = wrong(&r, "expected the reals of the graph");
    if (status == MG_OK)
        status = read_graph(&r, real, 0, out);
    mg_arena_clear(&arena);
    return status;
}
