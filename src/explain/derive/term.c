/* term: interning and leaves. Layer explain. */
#include "explain/derive/term.h"

#include <string.h>

enum { FIRST_SLOTS = 256, LARGEST_SIZE = 1 << 20 };

void mg_terms_init(mg_terms *t, mg_ctx *ctx, mg_arena *arena)
{
    *t = (mg_terms){.ctx = ctx, .arena = arena};
    t->nothing = (mg_term){.kind = MG_TERM_NUMBER, .dtype = MG_F64, .size = 1};
}

void mg_terms_clear(mg_terms *t)
{
    mg_free(t->ctx, t->item);
    mg_free(t->ctx, t->table);
    t->item = t->table = NULL;
}

void *mg_terms_alloc(mg_terms *t, size_t count, size_t size)
{
    void *const block = mg_arena_alloc(t->arena, count, size);
    if (!block)
        t->status = MG_NO_MEMORY;
    return block;
}

/* ---- Equality ---- */

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash ^= word + 0x9e3779b97f4a7c15u + (hash << 6) + (hash >> 2);
    return hash * 0xff51afd7ed558ccdu;
}

static uint64_t bits_of(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static bool is_unordered(const mg_term *x)
{
    return x->kind == MG_TERM_SUM || x->kind == MG_TERM_PRODUCT;
}

/* Parts of sums and products count in any order. */
static uint64_t hash_args(const mg_term *x)
{
    uint64_t hash = 0;
    for (int i = 0; i < x->n; i++) {
        const uint64_t weight = x->weight ? bits_of(x->weight[i]) : 0;
        const uint64_t part = mix(mix(17, x->arg[i]->id), weight);
        hash = is_unordered(x) ? hash + part : mix(hash, part);
    }
    return hash;
}

static uint64_t hash_term(const mg_term *x)
{
    uint64_t hash = mix((uint64_t)x->kind, (uintptr_t)x->op);
    hash = mix(hash, bits_of(x->number));
    hash = mix(hash, (uintptr_t)x->label);
    hash = mix(hash, (uintptr_t)x->data);
    for (int i = 0; i < x->shape.rank; i++)
        hash = mix(hash, (uint64_t)x->shape.dim[i]);
    for (int i = 0; i < x->n_attrs; i++)
        hash = mix(hash, (uint64_t)x->attr[i]);
    return mix(hash, hash_args(x));
}

static bool has_part(const mg_term *x, const mg_term *part, double weight)
{
    for (int i = 0; i < x->n; i++)
        if (x->arg[i] == part && x->weight[i] == weight)
            return true;
    return false;
}

static bool equal_args(const mg_term *a, const mg_term *b)
{
    for (int i = 0; i < a->n; i++) {
        if (is_unordered(a) ? !has_part(b, a->arg[i], a->weight[i])
                            : a->arg[i] != b->arg[i])
            return false;
    }
    return true;
}

static bool equal_terms(const mg_term *a, const mg_term *b)
{
    return a->kind == b->kind && a->op == b->op && a->dtype == b->dtype &&
           mg_shape_equal(&a->shape, &b->shape) &&
           bits_of(a->number) == bits_of(b->number) && a->n == b->n &&
           a->n_attrs == b->n_attrs && a->data == b->data &&
           a->label == b->label &&
           (a->n_attrs == 0 ||
            memcmp(a->attr, b->attr, (size_t)a->n_attrs * sizeof *a->attr) ==
                0) &&
           equal_args(a, b);
}

/* ---- Interning ---- */

static size_t find_slot(const mg_terms *t, const mg_term *x)
{
    size_t slot = (size_t)hash_term(x) & (t->slots - 1);
    while (t->table[slot] && !equal_terms(t->table[slot], x))
        slot = (slot + 1) & (t->slots - 1);
    return slot;
}

static bool grow(mg_terms *t)
{
    if (mg_grow(t->ctx, &t->item, &t->capacity, t->n + 1,
                sizeof(const mg_term *)) != MG_OK)
        return false;
    if (2 * (t->n + 1) <= t->slots)
        return true;
    const size_t slots = t->slots ? 2 * t->slots : FIRST_SLOTS;
    const mg_term **const table = mg_alloc(t->ctx, slots, sizeof *table);
    if (!table)
        return false;
    mg_free(t->ctx, t->table);
    t->table = table;
    t->slots = slots;
    for (size_t i = 0; i < t->n; i++)
        t->table[find_slot(t, t->item[i])] = t->item[i];
    return true;
}

static int size_of(const mg_term *x)
{
    int size = 1;
    for (int i = 0; i < x->n && size < LARGEST_SIZE; i++)
        size += x->arg[i]->size;
    return size;
}

static mg_term *copy(mg_terms *t, const mg_term *draft)
{
    mg_term *const x = mg_arena_copy(t->arena, draft, 1, sizeof *x);
    const size_t n = (size_t)draft->n, n_attrs = (size_t)draft->n_attrs;
    if (!x)
        return NULL;
    if (n > 0)
        x->arg = mg_arena_copy(t->arena, draft->arg, n, sizeof *x->arg);
    if (n > 0 && draft->weight)
        x->weight =
            mg_arena_copy(t->arena, draft->weight, n, sizeof *x->weight);
    if (n_attrs > 0)
        x->attr =
            mg_arena_copy(t->arena, draft->attr, n_attrs, sizeof *x->attr);
    const bool whole = (n == 0 || x->arg) && (!draft->weight || x->weight) &&
                       (n_attrs == 0 || x->attr);
    return whole ? x : NULL;
}

const mg_term *mg_term_intern(mg_terms *t, const mg_term *draft)
{
    if (t->status != MG_OK || !grow(t)) {
        t->status = MG_NO_MEMORY;
        return &t->nothing;
    }
    const size_t slot = find_slot(t, draft);
    if (t->table[slot])
        return t->table[slot];
    mg_term *const x = copy(t, draft);
    if (!x) {
        t->status = MG_NO_MEMORY;
        return &t->nothing;
    }
    x->id = (uint32_t)t->n + 1;
    x->size = size_of(x);
    t->table[slot] = t->item[t->n++] = x;
    return x;
}

/* ---- Leaves ---- */

const mg_term *mg_term_number(mg_terms *t, double number)
{
    return mg_term_intern(t, &(mg_term){.kind = MG_TERM_NUMBER,
                                        .dtype = MG_F64,
                                        .number = number == 0 ? 0 : number});
}

const mg_term *mg_term_name(mg_terms *t, const mg_label *label, mg_type type)
{
    return mg_term_intern(t, &(mg_term){.kind = MG_TERM_NAME,
                                        .dtype = type.dtype,
                                        .shape = type.shape,
                                        .label = label});
}

bool mg_term_is_op(const mg_term *x, const mg_op *op)
{
    return x->kind == MG_TERM_APPLY && x->op == op;
}

bool mg_term_is_number(const mg_term *x, double number)
{
    if (mg_term_is_op(x, &mg_op_broadcast))
        x = x->arg[0];
    return x->kind == MG_TERM_NUMBER && x->number == number;
}
