/* clusters: joining. A node founds a cluster, which takes in the clusters of
 * its inputs one by one, where no way between the two leads through a third.
 * Layer optimise. */
#include "optimise/clusters.h"

#include <string.h>

#include "optimise/extent.h"
#include "optimise/loop.h"

/* Clusters form among so many neighbours in the graph's order, which bounds
 * the table of who depends on whom; ways never leave a window and return. An
 * update stands as far behind the decay of its averages as the graph is long:
 * 1,800 nodes for four blocks of a language model. */
#define WINDOW 4096
#define WORDS (WINDOW / 64)

typedef struct {
    int n;                                 /* 0: joined to another */
    uint32_t member[MG_LOOP_INSTRUCTIONS]; /* ids, ascending */
    uint64_t depends[WORDS];               /* on clusters of the window */
} cluster;

typedef struct {
    const mg_graph *g;
    const bool *needed;
    const uint32_t *uses;
    uint32_t from, to; /* the window: from <= id < to */
    int words;         /* of bits, for the clusters of the window */
    cluster *all;      /* [WINDOW]: founded by id - from */
    uint16_t *of;      /* [WINDOW]: whose member id - from is */
    uint32_t *place;   /* by id, of a trial: place + 1 of a member, 0 */
} joiner;

static const mg_node *node_of(const joiner *j, uint32_t id)
{
    return mg_graph_node(j->g, (mg_value){id});
}

static bool in_window(const joiner *j, uint32_t id)
{
    return id >= j->from && id < j->to;
}

/* ---- Who depends on whom ---- */

static bool has_bit(const uint64_t bits[], int index)
{
    return bits[index / 64] >> index % 64 & 1;
}

static void set_bit(uint64_t bits[], int index)
{
    bits[index / 64] |= (uint64_t)1 << index % 64;
}

static void add_bits(const joiner *j, uint64_t bits[], const uint64_t more[])
{
    for (int i = 0; i < j->words; i++)
        bits[i] |= more[i];
}

/* Whether a way leads from low to high through another cluster, or one back
 * from high to low. */
static bool is_parted(const joiner *j, int high, int low)
{
    const cluster *const c = &j->all[high];
    if (has_bit(j->all[low].depends, high))
        return true;
    for (int m = 0; m < c->n; m++) {
        const mg_node *const node = node_of(j, c->member[m]);
        for (int i = 0; i < node->n_inputs; i++) {
            if (!in_window(j, node->input[i].id))
                continue;
            const int other = j->of[node->input[i].id - j->from];
            if (other != high && other != low &&
                has_bit(j->all[other].depends, low))
                return true;
        }
    }
    return false;
}

/* ---- The loop's limits ---- */

static int merge_members(const cluster *a, const cluster *b, uint32_t out[])
{
    int n = 0, i = 0, k = 0;
    while (i < a->n || k < b->n)
        out[n++] = k == b->n || (i < a->n && a->member[i] < b->member[k])
                       ? a->member[i++]
                       : b->member[k++];
    return n;
}

static bool fits_a_loop(joiner *j, const uint32_t member[], int n)
{
    const mg_node *node[MG_LOOP_INSTRUCTIONS];
    bool output[MG_LOOP_INSTRUCTIONS];
    uint32_t inside[MG_LOOP_INSTRUCTIONS] = {0}; /* readers among them */
    for (int m = 0; m < n; m++) {
        node[m] = node_of(j, member[m]);
        j->place[member[m]] = (uint32_t)m + 1;
    }
    for (int m = 0; m < n; m++)
        for (int i = 0; i < node[m]->n_inputs; i++)
            if (j->place[node[m]->input[i].id])
                inside[j->place[node[m]->input[i].id] - 1]++;
    for (int m = 0; m < n; m++) {
        output[m] = inside[m] != j->uses[member[m]];
        j->place[member[m]] = 0;
    }
    return mg_fits_a_loop(j->g, n, node, output, j->place);
}

/* ---- Joining ---- */

/* Whoever depends on either of the two depends on both and on all that they
 * depend on. */
static void join(joiner *j, int high, int low, const uint32_t member[], int n)
{
    cluster *const c = &j->all[high];
    for (int m = 0; m < j->all[low].n; m++)
        j->of[j->all[low].member[m] - j->from] = (uint16_t)high;
    memcpy(c->member, member, (size_t)n * sizeof *member);
    c->n = n;
    add_bits(j, c->depends, j->all[low].depends);
    c->depends[low / 64] &= ~((uint64_t)1 << low % 64);
    j->all[low].n = 0;
    for (int other = 0; other < (int)(j->to - j->from); other++) {
        uint64_t *const depends = j->all[other].depends;
        if (j->all[other].n == 0 || other == high ||
            !(has_bit(depends, low) || has_bit(depends, high)))
            continue;
        add_bits(j, depends, c->depends);
        set_bit(depends, high);
    }
}

static void try_join(joiner *j, int high, int low)
{
    const cluster *const a = &j->all[high], *const b = &j->all[low];
    uint32_t member[MG_LOOP_INSTRUCTIONS];
    if (a->n + b->n > MG_LOOP_INSTRUCTIONS || is_parted(j, high, low))
        return;
    const int n = merge_members(a, b, member);
    if (fits_a_loop(j, member, n))
        join(j, high, low, member, n);
}

static void found(joiner *j, uint32_t id)
{
    const mg_node *const node = node_of(j, id);
    const int own = (int)(id - j->from);
    cluster *const c = &j->all[own];
    c->n = 1;
    c->member[0] = id;
    for (int i = 0; i < node->n_inputs; i++) {
        if (!in_window(j, node->input[i].id))
            continue;
        const int other = j->of[node->input[i].id - j->from];
        add_bits(j, c->depends, j->all[other].depends);
        set_bit(c->depends, other);
    }
    for (int i = 0; mg_joins(j->g, node) && i < node->n_inputs; i++) {
        const uint32_t x = node->input[i].id;
        if (in_window(j, x) && j->of[x - j->from] != own &&
            mg_joins(j->g, node_of(j, x)))
            try_join(j, own, j->of[x - j->from]);
    }
}

/* A reshape that no member reads is a view of a result, and no work. */
static bool is_view_only(const joiner *j, uint32_t id)
{
    const cluster *const c = &j->all[j->of[id - j->from]];
    if (node_of(j, id)->op != &mg_op_reshape)
        return false;
    for (int m = 0; m < c->n; m++)
        for (int i = 0; i < node_of(j, c->member[m])->n_inputs; i++)
            if (node_of(j, c->member[m])->input[i].id == id)
                return false;
    return true;
}

/* The first member that is not only a view. */
static uint32_t name_of(const joiner *j, uint32_t id)
{
    const cluster *const c = &j->all[j->of[id - j->from]];
    int m = 0;
    while (is_view_only(j, c->member[m]))
        m++;
    return c->member[m];
}

static void join_window(joiner *j, uint32_t group[])
{
    const size_t n = j->to - j->from;
    j->words = (int)((n + 63) / 64);
    memset(j->all, 0, n * sizeof *j->all);
    for (size_t i = 0; i < n; i++)
        j->of[i] = (uint16_t)i;
    for (uint32_t id = j->from; id < j->to; id++)
        if (j->needed[id])
            found(j, id);
    for (uint32_t id = j->from; id < j->to; id++)
        if (j->needed[id] && !is_view_only(j, id))
            group[id] = name_of(j, id);
}

mg_status mg_join_clusters(mg_arena *arena, const mg_graph *g,
                           const bool needed[], const uint32_t uses[],
                           uint32_t group[])
{
    const uint32_t size = mg_graph_size(g) + 1;
    joiner j = {.g = g, .needed = needed, .uses = uses};
    const size_t window = size < WINDOW ? size : WINDOW;
    j.all = mg_arena_alloc(arena, window, sizeof *j.all);
    j.of = mg_arena_alloc(arena, window, sizeof *j.of);
    j.place = mg_arena_alloc(arena, size, sizeof *j.place);
    if (!j.all || !j.of || !j.place)
        return MG_NO_MEMORY;
    for (j.from = 1; j.from < size; j.from = j.to) {
        j.to = size - j.from < WINDOW ? size : j.from + WINDOW;
        join_window(&j, group);
    }
    return MG_OK;
}
