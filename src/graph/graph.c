/* graph: the node store. Nodes are interned through an open hash table of
 * ids; all memory but the tables is the graph's arena. Layer graph. */
#include "graph/op.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct mg_graph {
    mg_ctx *ctx;
    mg_arena arena;
    mg_dtype real;
    mg_status status; /* of the first failed build step */

    mg_node **node; /* [size + 1], node[0] unused */
    size_t node_capacity;
    uint32_t size;

    uint32_t *table; /* ids by hash, 0: free; a power of two of slots */
    size_t table_slots;

    mg_root *root;
    size_t n_roots, root_capacity;

    mg_graph **adopted;
    size_t n_adopted, adopted_capacity;

    mg_place place;
};

/* Ids are 32 bits wide; the formula language stops far below. */
#define MAX_NODES 50000000u

mg_status mg_graph_create(mg_ctx *ctx, mg_dtype real, mg_graph **out)
{
    mg_graph *const g = mg_alloc(ctx, 1, sizeof *g);
    if (!g)
        return MG_NO_MEMORY;
    g->ctx = ctx;
    g->real = real;
    mg_arena_init(&g->arena, ctx);
    *out = g;
    return MG_OK;
}

void mg_graph_destroy(mg_graph *g)
{
    if (!g)
        return;
    for (size_t i = 0; i < g->n_adopted; i++)
        mg_graph_destroy(g->adopted[i]);
    mg_free(g->ctx, g->adopted);
    mg_free(g->ctx, g->root);
    mg_free(g->ctx, g->table);
    mg_free(g->ctx, g->node);
    mg_arena_clear(&g->arena);
    mg_free(g->ctx, g);
}

/* ---- Reading ---- */

mg_status mg_graph_status(const mg_graph *g)
{
    return g->status;
}

mg_ctx *mg_graph_ctx(const mg_graph *g)
{
    return g->ctx;
}

mg_arena *mg_graph_arena(mg_graph *g)
{
    return &g->arena;
}

mg_dtype mg_graph_real(const mg_graph *g)
{
    return g->real;
}

uint32_t mg_graph_size(const mg_graph *g)
{
    return g->size;
}

const mg_node *mg_graph_node(const mg_graph *g, mg_value v)
{
    return g->node[v.id];
}

mg_type mg_value_type(const mg_graph *g, mg_value v)
{
    if (v.id == 0)
        return (mg_type){.dtype = g->real};
    return g->node[v.id]->type;
}

mg_shape mg_value_shape(const mg_graph *g, mg_value v)
{
    return mg_value_type(g, v).shape;
}

size_t mg_graph_root_count(const mg_graph *g)
{
    return g->n_roots;
}

const mg_root *mg_graph_root(const mg_graph *g, size_t index)
{
    return &g->root[index];
}

const mg_root *mg_graph_find_root(const mg_graph *g, const char *name)
{
    for (size_t i = 0; i < g->n_roots; i++)
        if (strcmp(g->root[i].name, name) == 0)
            return &g->root[i];
    return NULL;
}

/* ---- Failing ---- */

static mg_value sticky(mg_graph *g, mg_status status)
{
    if (g->status == MG_OK)
        g->status = status;
    return (mg_value){0};
}

mg_value mg_graph_fail(mg_graph *g, mg_status status, const char *format, ...)
{
    if (g->status != MG_OK)
        return (mg_value){0};
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    return sticky(g, mg_fail(g->ctx, status, "%s", line));
}

void mg_graph_forgive(mg_graph *g)
{
    g->status = MG_OK;
}

/* ---- Interning ---- */

/* FNV-1a over 8-byte words (Fowler, Noll, Vo), mixed at the end. */
static uint64_t hash_word(uint64_t hash, uint64_t word)
{
    hash ^= word;
    hash *= 0x100000001b3u;
    return hash ^ (hash >> 29);
}

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t count)
{
    const unsigned char *const byte = bytes;
    for (size_t i = 0; i < count; i++)
        hash = hash_word(hash, byte[i]);
    return hash;
}

static uint64_t hash_node(const mg_node *node)
{
    uint64_t hash = 0xcbf29ce484222325u;
    hash = hash_bytes(hash, node->op->name, strlen(node->op->name));
    hash = hash_word(hash, (uint64_t)node->type.dtype);
    for (int i = 0; i < node->type.shape.rank; i++)
        hash = hash_word(hash, (uint64_t)node->type.shape.dim[i]);
    for (int i = 0; i < node->n_inputs; i++)
        hash = hash_word(hash, node->input[i].id);
    for (int i = 0; i < node->n_attrs; i++)
        hash = hash_word(hash, (uint64_t)node->attr[i]);
    if (node->name)
        hash = hash_bytes(hash, node->name, strlen(node->name));
    if (node->data)
        hash = hash_bytes(hash, node->data->data, mg_type_bytes(&node->type));
    for (int i = 0; i < node->n_subgraphs; i++)
        hash = hash_word(hash, (uintptr_t)node->subgraph[i]);
    return hash;
}

static bool equal_bytes(const void *a, const void *b, size_t count)
{
    return count == 0 || memcmp(a, b, count) == 0;
}

static bool equal_names(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool equal_data(const mg_node *a, const mg_node *b)
{
    if (!a->data || !b->data)
        return a->data == b->data;
    return equal_bytes(a->data->data, b->data->data, mg_type_bytes(&a->type));
}

static bool equal_nodes(const mg_node *a, const mg_node *b)
{
    return a->op == b->op && a->type.dtype == b->type.dtype &&
           mg_shape_equal(&a->type.shape, &b->type.shape) &&
           a->n_inputs == b->n_inputs && a->n_attrs == b->n_attrs &&
           a->n_subgraphs == b->n_subgraphs &&
           equal_bytes(a->input, b->input,
                       (size_t)a->n_inputs * sizeof *a->input) &&
           equal_bytes(a->attr, b->attr,
                       (size_t)a->n_attrs * sizeof *a->attr) &&
           equal_bytes(a->subgraph, b->subgraph,
                       (size_t)a->n_subgraphs * sizeof *a->subgraph) &&
           equal_names(a->name, b->name) && equal_data(a, b);
}

/* The slot of an equal node, or the free slot where it belongs. */
static size_t find_slot(const mg_graph *g, const mg_node *node)
{
    size_t slot = (size_t)hash_node(node) & (g->table_slots - 1);
    while (g->table[slot] && !equal_nodes(g->node[g->table[slot]], node))
        slot = (slot + 1) & (g->table_slots - 1);
    return slot;
}

/* Keeps the table at most half full. */
static mg_status grow_table(mg_graph *g)
{
    if (2 * ((size_t)g->size + 1) <= g->table_slots)
        return MG_OK;
    const size_t slots = g->table_slots ? 2 * g->table_slots : 64;
    uint32_t *const table = mg_alloc(g->ctx, slots, sizeof *table);
    if (!table)
        return MG_NO_MEMORY;
    mg_free(g->ctx, g->table);
    g->table = table;
    g->table_slots = slots;
    for (uint32_t id = 1; id <= g->size; id++)
        g->table[find_slot(g, g->node[id])] = id;
    return MG_OK;
}

/* Copies count items if there are any; false when there is no memory. */
/* Where the list of no attributes begins: NULL + 0 is undefined in C17. */
static const int64_t no_attrs[1];

static bool copy_items(mg_arena *arena, const void **items, size_t count,
                       size_t size)
{
    if (count == 0) {
        *items = NULL;
        return true;
    }
    *items = mg_arena_copy(arena, *items, count, size);
    return *items != NULL;
}

static bool copy_constant(mg_arena *arena, mg_node *node)
{
    if (!node->data)
        return true;
    mg_tensor *const tensor = mg_arena_alloc(arena, 1, sizeof *tensor);
    if (!tensor || mg_tensor_alloc(arena, node->type, tensor) != MG_OK)
        return false;
    const size_t bytes = mg_type_bytes(&node->type);
    if (bytes)
        memcpy(tensor->data, node->data->data, bytes);
    node->data = tensor;
    return true;
}

/* The stored twin of a node whose parts are borrowed; NULL: no memory. */
static mg_node *store_node(mg_graph *g, const mg_node *borrowed)
{
    mg_arena *const arena = &g->arena;
    mg_node *const node = mg_arena_copy(arena, borrowed, 1, sizeof *node);
    if (!node ||
        !copy_items(arena, (const void **)&node->input, (size_t)node->n_inputs,
                    sizeof *node->input) ||
        !copy_items(arena, (const void **)&node->attr, (size_t)node->n_attrs,
                    sizeof *node->attr) ||
        !copy_items(arena, (const void **)&node->subgraph,
                    (size_t)node->n_subgraphs, sizeof(void *)) ||
        !copy_constant(arena, node))
        return NULL;
    if (node->n_attrs == 0)
        node->attr = no_attrs;
    if (node->name) {
        node->name = mg_arena_string(arena, node->name, strlen(node->name));
        if (!node->name)
            return NULL;
    }
    return node;
}

static mg_value intern(mg_graph *g, mg_node *borrowed)
{
    if (grow_table(g) != MG_OK)
        return sticky(g, MG_NO_MEMORY);
    const size_t slot = find_slot(g, borrowed);
    if (g->table[slot])
        return g->node[g->table[slot]]->self;
    if (g->size >= MAX_NODES)
        return mg_graph_fail(g, MG_NO_MEMORY, "graph: more than %u operations",
                             MAX_NODES);
    if (mg_grow(g->ctx, &g->node, &g->node_capacity, (size_t)g->size + 2,
                sizeof(void *)) != MG_OK)
        return sticky(g, MG_NO_MEMORY);
    borrowed->self.id = g->size + 1;
    borrowed->place = g->place;
    mg_node *const node = store_node(g, borrowed);
    if (!node)
        return sticky(g, MG_NO_MEMORY);
    g->size++;
    g->node[g->size] = node;
    g->table[slot] = g->size;
    return node->self;
}

/* ---- Building ---- */

static mg_dtype common_dtype(const mg_graph *g, int n, const mg_value x[],
                             mg_operands operands)
{
    bool all_truth = true, any_real = operands == MG_AS_REALS;
    mg_dtype real = g->real, first = mg_value_type(g, x[0]).dtype;
    bool alike = true;
    for (int i = 0; i < n; i++) {
        const mg_dtype dtype = mg_value_type(g, x[i]).dtype;
        all_truth = all_truth && dtype == MG_BOOL;
        alike = alike && dtype == first;
        any_real = any_real || mg_dtype_is_real(dtype);
    }
    if (alike && mg_dtype_is_real(first))
        return first;
    if (any_real)
        return real;
    if (all_truth && operands == MG_AS_ALIKE)
        return MG_BOOL;
    return alike && mg_dtype_is_integer(first) ? first : MG_I64;
}

/* Converts the operands as the op says; false after a sticky failure. */
static bool convert_operands(mg_graph *g, const mg_op *op, int n,
                             const mg_value input[], mg_value x[])
{
    memcpy(x, input, (size_t)n * sizeof *x);
    if (op->operands == MG_AS_GIVEN || n == 0)
        return true;
    if (op->operands == MG_AS_TRUTH) {
        for (int i = 0; i < n; i++)
            if (mg_value_type(g, x[i]).dtype != MG_BOOL) {
                mg_graph_fail(g, MG_BAD_SHAPE, "%s: wants truth values, not %s",
                              op->name,
                              mg_dtype_words(mg_value_type(g, x[i]).dtype));
                return false;
            }
        return true;
    }
    const mg_dtype dtype = common_dtype(g, n, x, op->operands);
    for (int i = 0; i < n; i++)
        x[i] = mg_cast_to(g, x[i], dtype);
    return g->status == MG_OK;
}

/* Derives the type and interns; all operands are converted. */
static mg_value apply_converted(mg_graph *g, const mg_op *op, int n,
                                const mg_value x[], const mg_extra *extra)
{
    mg_node node = {
        .op = op, .n_inputs = n, .input = n ? x : NULL, .attr = no_attrs};
    if (extra) {
        node.n_attrs = extra->n_attrs;
        if (extra->attr)
            node.attr = extra->attr;
        node.name = extra->name;
        node.data = extra->data;
        node.n_subgraphs = extra->n_subgraphs;
        node.subgraph = extra->subgraph;
        if (extra->type)
            node.type = *extra->type;
    }
    mg_type type = node.type;
    mg_status status = mg_check_form(g, &node);
    if (status == MG_OK && op->type)
        status = op->type(g, &node, &type);
    if (status == MG_OK)
        status = mg_shape_check(g->ctx, &type.shape);
    node.type = type;
    return status == MG_OK ? intern(g, &node) : sticky(g, status);
}

mg_value mg_apply(mg_graph *g, const mg_op *op, int n, const mg_value input[],
                  const mg_extra *extra)
{
    if (g->status != MG_OK)
        return (mg_value){0};
    if (op->n_inputs != MG_VARIADIC && op->n_inputs != n)
        return mg_graph_fail(g, MG_BAD_ARGUMENT, "%s: wants %d values, not %d",
                             op->name, op->n_inputs, n);
    for (int i = 0; i < n; i++)
        if (input[i].id == 0 || input[i].id > g->size)
            return mg_graph_fail(g, MG_BAD_ARGUMENT,
                                 "%s: operand %d is no value of this graph",
                                 op->name, i + 1);
    mg_value few[8];
    mg_value *x = few;
    if (n > 8) {
        x = mg_arena_alloc(&g->arena, (size_t)n, sizeof *x);
        if (!x)
            return sticky(g, MG_NO_MEMORY);
    }
    if (n > 0 && !convert_operands(g, op, n, input, x))
        return (mg_value){0};
    return apply_converted(g, op, n, x, extra);
}

mg_value mg_copy_node(mg_graph *g, const mg_node *node, const mg_value input[])
{
    const mg_extra extra = {
        .n_attrs = node->n_attrs,
        .attr = node->attr,
        .name = node->name,
        .data = node->data,
        .type = &node->type,
        .n_subgraphs = node->n_subgraphs,
        .subgraph = node->subgraph,
    };
    const mg_place kept = g->place;
    if (node->place.line)
        mg_graph_set_place(g, node->place);
    const mg_value copy = mg_apply(g, node->op, node->n_inputs, input, &extra);
    g->place = kept;
    return copy;
}

void mg_graph_set_place(mg_graph *g, mg_place place)
{
    const char *const formula = place.formula;
    const char *const present = g->place.formula;
    if (formula && present && strcmp(formula, present) == 0) {
        place.formula = present;
    } else if (formula) {
        place.formula = mg_arena_string(&g->arena, formula, strlen(formula));
        if (!place.formula)
            sticky(g, MG_NO_MEMORY);
    }
    g->place = place;
}

mg_place mg_graph_place(const mg_graph *g)
{
    return g->place;
}

/* ---- Roots and sub-graphs ---- */

static void add_root(mg_graph *g, const char *name, mg_value value,
                     mg_value variable)
{
    if (g->status != MG_OK)
        return;
    if (value.id == 0 || value.id > g->size || variable.id > g->size) {
        mg_graph_fail(g, MG_BAD_ARGUMENT, "root %s: no value of this graph",
                      name);
        return;
    }
    if (mg_grow(g->ctx, &g->root, &g->root_capacity, g->n_roots + 1,
                sizeof *g->root) != MG_OK) {
        sticky(g, MG_NO_MEMORY);
        return;
    }
    const char *const copy = mg_arena_string(&g->arena, name, strlen(name));
    if (!copy) {
        sticky(g, MG_NO_MEMORY);
        return;
    }
    g->root[g->n_roots++] = (mg_root){copy, value, variable};
}

void mg_graph_add_root(mg_graph *g, const char *name, mg_value value)
{
    add_root(g, name, value, (mg_value){0});
}

void mg_graph_add_update(mg_graph *g, const char *name, mg_value variable,
                         mg_value value)
{
    if (g->status != MG_OK)
        return;
    if (variable.id == 0) {
        mg_graph_fail(g, MG_BAD_ARGUMENT, "update %s: no variable", name);
        return;
    }
    add_root(g, name, value, variable);
}

void mg_graph_clear_roots(mg_graph *g)
{
    g->n_roots = 0;
}

mg_status mg_graph_adopt(mg_graph *g, mg_graph *sub)
{
    MG_TRY(mg_grow(g->ctx, &g->adopted, &g->adopted_capacity, g->n_adopted + 1,
                   sizeof(void *)));
    g->adopted[g->n_adopted++] = sub;
    return MG_OK;
}
