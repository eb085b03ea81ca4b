/* recompute: the backward pass reads values that loops of the forward pass
 * could keep in registers: the exponential that gelu's derivative wants, what
 * a layer norm centred. Each is written and read once for a few operations that
 * the reader can do itself over what both read. For each loop and each earlier
 * one that it reads, nodes are pulled into the reader as long as the two cost
 * less together. What nobody else needs moves, the rest is done twice.
 * Layer optimise. */
#include "optimise/recompute.h"

#include "optimise/extent.h"
#include "optimise/loop.h"

#include <string.h>

/* Picoseconds an element: to read or write four bytes beyond the near caches;
 * to write a number of its row beside it; to compute one of the cheap
 * operations, an exponential, any other. */
#define STREAM 100
#define SPREAD 100
#define CHEAP 30
#define EXPONENTIAL 150
#define DEAR 1000

/* Loops over fewer elements stand in near caches anyway. */
#define FEW 16384

/* Members of a loop, ascending, and which of them others read. */
typedef struct {
    const mg_node *product; /* that leads the group and is no member; or NULL */
    int n;
    const mg_node *node[MG_LOOP_INSTRUCTIONS];
    bool output[MG_LOOP_INSTRUCTIONS];
} members;

typedef struct {
    mg_arena *arena;
    const mg_graph *g;
    int64_t few; /* elements of loops that stay as they are */
    mg_schedule *schedule;
    uint32_t *readers; /* by id: loops, leading products and roots */
    uint32_t *place;   /* by id: zeros, for trials */
    size_t *maker;     /* by id: the group that has it as output; or n */
} recomputer;

/* Two loops, of which the second reads the first. */
typedef struct {
    members early, late;
} couple;

static int find(const members *m, mg_value v)
{
    for (int i = 0; i < m->n; i++)
        if (m->node[i]->self.id == v.id)
            return i;
    return -1;
}

/* ---- Cost ---- */

static double picoseconds_of(const mg_op *op)
{
    switch (op->effort) {
    case MG_CHEAP:
        return CHEAP;
    case MG_EXPONENTIAL:
        return EXPONENTIAL;
    case MG_DEAR:
        break;
    }
    return DEAR;
}

static double elements(const mg_type *type)
{
    return (double)mg_shape_size(&type->shape);
}

/* Picoseconds to move a value once. */
static double moving(const mg_graph *g, mg_value v)
{
    const mg_type type = mg_value_type(g, v);
    return elements(&type) * STREAM * (double)mg_dtype_size(type.dtype) / 4;
}

/* The values that a group reads from elsewhere, each once. */
static int inputs_of(const members *m, mg_value out[])
{
    int n = 0;
    for (int i = 0; i < m->n; i++)
        for (int k = 0; k < m->node[i]->n_inputs; k++) {
            const mg_value x = m->node[i]->input[k];
            bool known = find(m, x) >= 0;
            for (int j = 0; j < n && !known; j++)
                known = out[j].id == x.id;
            if (!known)
                out[n++] = x;
        }
    return n;
}

#define MAX_INPUTS (MG_LOOP_INSTRUCTIONS * MG_LOOP_SOURCES)

/* Whether it has several numbers, each for a row. */
static bool is_of_rows(const mg_graph *g, mg_value v)
{
    const mg_shape shape = mg_value_shape(g, v);
    return mg_shape_size(&shape) > 1 && mg_dim(&shape, -1) == 1;
}

static double cost_of(const mg_graph *g, const members *m)
{
    mg_value input[MAX_INPUTS];
    const int n = inputs_of(m, input);
    double cost = 0, size = 0;
    for (int i = 0; i < m->n; i++)
        if (elements(&m->node[i]->type) > size)
            size = elements(&m->node[i]->type);
    for (int i = 0; i < n; i++)
        cost +=
            moving(g, input[i]) + (is_of_rows(g, input[i]) ? size * SPREAD : 0);
    for (int i = 0; i < m->n; i++) {
        cost += elements(&m->node[i]->type) * picoseconds_of(m->node[i]->op);
        if (m->output[i])
            cost += moving(g, m->node[i]->self);
    }
    return cost;
}

/* Whether the members are a loop within its limits, or one node alone. */
static bool fits(const recomputer *r, const members *m)
{
    return m->n <= 1 ||
           mg_fits_a_loop(r->g, m->n, m->node, m->output, r->place);
}

/* ---- Pulling ---- */

/* A product that leads a loop has no other reader. */
static bool reads_product(const members *m, const mg_node *node)
{
    for (int k = 0; m->product && k < node->n_inputs; k++)
        if (node->input[k].id == m->product->self.id)
            return true;
    return false;
}

static bool is_pullable(const members *early, const mg_node *node,
                        const mg_extent *extent)
{
    return !reads_product(early, node) && node->op->kind == MG_ELEMENTWISE &&
           node->op->scalar && !node->op->draws &&
           node->n_inputs <= MG_LOOP_SOURCES &&
           mg_level_of(extent, node) == MG_LEVEL_FULL;
}

/* Marks the node of the early loop with what it is computed from, as far as
 * `stop`, or as what the late loop has or cannot have. Returns their number; 0
 * if the way never leads to `stop`, a place or -1. */
static int mark(const couple *c, const mg_extent *extent, int start, int stop,
                bool wanted[])
{
    int count = 0;
    bool met = stop < 0;
    wanted[start] = is_pullable(&c->early, c->early.node[start], extent);
    for (int i = start; i >= 0; i--) {
        const mg_node *const node = c->early.node[i];
        count += wanted[i];
        for (int k = 0; wanted[i] && k < node->n_inputs; k++) {
            const int at = find(&c->early, node->input[k]);
            met = met || at == stop;
            if (at >= 0 && at != stop && find(&c->late, node->input[k]) < 0 &&
                is_pullable(&c->early, c->early.node[at], extent))
                wanted[at] = true;
        }
    }
    return met ? count : 0;
}

static void insert(members *m, const mg_node *node)
{
    int at = m->n++;
    for (; at > 0 && m->node[at - 1]->self.id > node->self.id; at--) {
        m->node[at] = m->node[at - 1];
        m->output[at] = m->output[at - 1];
    }
    m->node[at] = node;
    m->output[at] = false;
}

static bool reads(const members *m, mg_value v)
{
    for (int i = 0; i < m->n; i++)
        for (int k = 0; k < m->node[i]->n_inputs; k++)
            if (m->node[i]->input[k].id == v.id)
                return find(m, v) < 0;
    return false;
}

/* The early loop without what nobody needs any more, once `late` is as it
 * is. */
static members prune(const recomputer *r, const couple *old,
                     const members *late)
{
    const members *const m = &old->early;
    members out = {.product = m->product};
    bool needed[MG_LOOP_INSTRUCTIONS] = {false};
    bool output[MG_LOOP_INSTRUCTIONS] = {false};
    for (int i = m->n - 1; i >= 0; i--) {
        const mg_value v = m->node[i]->self;
        const uint32_t others = r->readers[v.id] - reads(&old->late, v);
        output[i] = others > 0 || reads(late, v);
        needed[i] = needed[i] || output[i];
        for (int k = 0; needed[i] && k < m->node[i]->n_inputs; k++) {
            const int at = find(m, m->node[i]->input[k]);
            if (at >= 0)
                needed[at] = true;
        }
    }
    for (int i = 0; i < m->n; i++) {
        if (!needed[i])
            continue;
        out.node[out.n] = m->node[i];
        out.output[out.n++] = output[i];
    }
    return out;
}

/* The better of `best` and of what pulling `start` as far as `stop` makes of
 * c. */
static void try_pull(const recomputer *r, const couple *c,
                     const mg_extent *extent, int start, int stop, couple *best,
                     double *cost)
{
    couple trial = {.late = c->late};
    bool wanted[MG_LOOP_INSTRUCTIONS] = {false};
    const int count = mark(c, extent, start, stop, wanted);
    if (count == 0 || c->late.n + count > MG_LOOP_INSTRUCTIONS)
        return;
    for (int i = 0; i <= start; i++)
        if (wanted[i])
            insert(&trial.late, c->early.node[i]);
    trial.early = prune(r, c, &trial.late);
    const double now = cost_of(r->g, &trial.early) + cost_of(r->g, &trial.late);
    if (now >= *cost || !fits(r, &trial.early) || !fits(r, &trial.late))
        return;
    *best = trial;
    *cost = now;
}

/* Pulls once what gains most; false if nothing does. */
static bool improve(const recomputer *r, const couple *c, couple *out)
{
    mg_extent extent;
    mg_value input[MAX_INPUTS];
    const double before = cost_of(r->g, &c->early) + cost_of(r->g, &c->late);
    double cost = before;
    *out = *c;
    if (!mg_extent_of(r->g, (size_t)c->late.n, c->late.node, &extent))
        return false;
    const int n = inputs_of(&c->late, input);
    for (int i = 0; i < n; i++) {
        const int start = find(&c->early, input[i]);
        for (int stop = start - 1; stop >= -1; stop--)
            try_pull(r, c, &extent, start, stop, out, &cost);
    }
    return cost < before;
}

/* ---- Groups ---- */

/* Whether all of a group is a loop over many elements, behind a product or
 * not. */
static bool read_group(const recomputer *r, const mg_group *whole, members *out)
{
    mg_extent extent;
    const mg_group *const group = whole->loop ? whole->loop : whole;
    if (group->n == 0 || group->n > MG_LOOP_INSTRUCTIONS)
        return false;
    *out = (members){.product = whole->loop ? whole->node[0] : NULL,
                     .n = (int)group->n};
    for (size_t i = 0; i < group->n; i++) {
        out->node[i] = group->node[i];
        if (!mg_joins(r->g, group->node[i]))
            return false;
        for (size_t k = 0; k < group->n_outputs; k++)
            if (group->output[k].id == group->node[i]->self.id)
                out->output[i] = true;
    }
    if (group->n == 1 && group->node[0]->op->kind != MG_ELEMENTWISE)
        return false;
    return mg_extent_of(r->g, group->n, group->node, &extent) &&
           mg_shape_size(&extent.shape) >= r->few;
}

static mg_status write_loop(const recomputer *r, const members *m,
                            mg_group *out)
{
    const size_t n = (size_t)m->n;
    mg_value input[MAX_INPUTS];
    const size_t n_inputs = (size_t)inputs_of(m, input);
    const mg_node **const node = mg_arena_alloc(r->arena, n, sizeof *node);
    mg_value *const values =
        mg_arena_alloc(r->arena, n_inputs + n, sizeof *values);
    if (!node || !values)
        return MG_NO_MEMORY;
    memcpy(node, m->node, n * sizeof *node);
    memcpy(values, input, n_inputs * sizeof *values);
    if (n == 1) {
        *out = mg_group_of_one(node);
        return MG_OK;
    }
    *out = (mg_group){.n = n,
                      .node = node,
                      .n_inputs = n_inputs,
                      .input = values,
                      .output = values + n_inputs};
    for (size_t i = 0; i < n; i++)
        if (m->output[i])
            values[n_inputs + out->n_outputs++] = m->node[i]->self;
    return MG_OK;
}

static mg_status write_group(const recomputer *r, const members *m,
                             mg_group *out)
{
    if (!m->product)
        return write_loop(r, m, out);
    mg_group *const loop = mg_arena_alloc(r->arena, 1, sizeof *loop);
    if (!loop)
        return MG_NO_MEMORY;
    MG_TRY(write_loop(r, m, loop));
    return mg_group_behind(r->arena, m->product, loop, out);
}

static void count_readers(const recomputer *r, const members *m, int by)
{
    mg_value input[MAX_INPUTS];
    const int n = inputs_of(m, input);
    for (int i = 0; i < n; i++)
        r->readers[input[i].id] += (uint32_t)by;
}

static mg_status settle(const recomputer *r, const couple *from,
                        const couple *to, size_t early, size_t late)
{
    count_readers(r, &from->early, -1);
    count_readers(r, &from->late, -1);
    count_readers(r, &to->early, 1);
    count_readers(r, &to->late, 1);
    for (int i = 0; i < to->early.n; i++)
        if (to->early.output[i])
            r->maker[to->early.node[i]->self.id] = early;
    r->schedule->group[early].n = 0;
    if (to->early.n > 0)
        MG_TRY(write_group(r, &to->early, &r->schedule->group[early]));
    return write_group(r, &to->late, &r->schedule->group[late]);
}

static mg_status recompute_from(const recomputer *r, size_t early, size_t late,
                                bool *changed)
{
    couple now, next;
    if (!read_group(r, &r->schedule->group[early], &now.early) ||
        !read_group(r, &r->schedule->group[late], &now.late))
        return MG_OK;
    while (improve(r, &now, &next)) {
        MG_TRY(settle(r, &now, &next, early, late));
        now = next;
        *changed = true;
    }
    return MG_OK;
}

/* Costs less with every change, so it ends. */
static mg_status recompute_group(const recomputer *r, size_t late)
{
    const mg_group *const group = &r->schedule->group[late];
    for (size_t i = 0; i < group->n_inputs; i++) {
        const size_t early = r->maker[group->input[i].id];
        bool changed = false;
        if (early < late)
            MG_TRY(recompute_from(r, early, late, &changed));
        if (changed)
            i = SIZE_MAX; /* from the first of its new inputs on */
    }
    return MG_OK;
}

/* ---- The whole ---- */

/* A node alone may have an input twice. */
static bool is_first(const mg_group *group, size_t input)
{
    for (size_t i = 0; i < input; i++)
        if (group->input[i].id == group->input[input].id)
            return false;
    return true;
}

static void read_schedule(const recomputer *r)
{
    const mg_schedule *const s = r->schedule;
    const uint32_t size = mg_graph_size(r->g) + 1;
    for (uint32_t id = 0; id < size; id++)
        r->maker[id] = s->n;
    for (size_t i = 0; i < mg_graph_root_count(r->g); i++)
        r->readers[mg_graph_root(r->g, i)->value.id]++;
    for (size_t i = 0; i < s->n; i++) {
        const mg_group *const group = &s->group[i];
        for (size_t k = 0; k < group->n_outputs; k++)
            r->maker[group->output[k].id] = i;
        const mg_group *const loop = group->loop ? group->loop : group;
        for (size_t k = 0; k < loop->n_inputs; k++)
            r->readers[loop->input[k].id] += is_first(loop, k);
        for (int k = 0; group->loop && k < group->node[0]->n_inputs; k++)
            r->readers[group->node[0]->input[k].id]++;
    }
}

mg_status mg_recompute(mg_arena *arena, const mg_graph *g, bool eager,
                       mg_schedule *schedule)
{
    const size_t size = (size_t)mg_graph_size(g) + 1;
    recomputer r = {
        .arena = arena, .g = g, .few = eager ? 0 : FEW, .schedule = schedule};
    r.readers = mg_arena_alloc(arena, size, sizeof *r.readers);
    r.place = mg_arena_alloc(arena, size, sizeof *r.place);
    r.maker = mg_arena_alloc(arena, size, sizeof *r.maker);
    if (!r.readers || !r.place || !r.maker)
        return MG_NO_MEMORY;
    read_schedule(&r);
    for (size_t i = 0; i < schedule->n; i++)
        MG_TRY(recompute_group(&r, i));
    size_t n = 0;
    for (size_t i = 0; i < schedule->n; i++)
        if (schedule->group[i].n > 0)
            schedule->group[n++] = schedule->group[i];
    schedule->n = n;
    return MG_OK;
}
