/* fuse: clusters as groups, each behind what it reads. Layer optimise. */
#include "optimise/fuse.h"

#include "optimise/clusters.h"
#include "optimise/extent.h"

typedef struct {
    mg_arena *arena;
    const mg_graph *g;
    const bool *needed;
    uint32_t *uses;    /* by id: readers, roots included */
    uint32_t *cluster; /* by id: the first member's id */
    uint32_t *next;    /* by id: the next member, 0 */
    uint32_t *product; /* by the first member's id: a product that the
                        * cluster alone reads, 0; it is no member */
    uint32_t *stamp;   /* by id: the group that read it as input last */
    bool *placed;      /* by the first member's id */
    mg_schedule *out;
} fuser;

static const mg_node *node_of(const fuser *f, uint32_t id)
{
    return mg_graph_node(f->g, (mg_value){id});
}

static void count_uses(const fuser *f)
{
    const uint32_t size = mg_graph_size(f->g) + 1;
    for (size_t i = 0; i < mg_graph_root_count(f->g); i++)
        f->uses[mg_graph_root(f->g, i)->value.id]++;
    for (uint32_t id = 1; id < size; id++)
        for (int i = 0; f->needed[id] && i < node_of(f, id)->n_inputs; i++)
            f->uses[node_of(f, id)->input[i].id]++;
}

/* ---- Products with what is computed of them ---- */

/* One row or one column. */
static bool is_vector(const mg_shape *shape)
{
    const int64_t row = shape->rank > 0 ? shape->dim[shape->rank - 1] : 1;
    return row == 1 || row == mg_shape_size(shape);
}

/* What is computed of a vector is little, and its product may be joined with
 * the update of its matrix (turns.c). */
static bool is_product(const fuser *f, uint32_t id)
{
    const mg_node *const node = node_of(f, id);
    return f->needed[id] && node->op == &mg_op_matmul &&
           !is_vector(&node->type.shape);
}

static bool reads_elements(const fuser *f, uint32_t id, uint32_t product)
{
    const mg_node *const node = node_of(f, id);
    return node->op->kind == MG_ELEMENTWISE && mg_joins(f->g, node) &&
           mg_shape_equal(&node->type.shape, &node_of(f, product)->type.shape);
}

/* Each product that one cluster alone reads, as elements, goes to that cluster,
 * if it is the first: the sums are then read while they are in a near cache.
 * Nothing stands between the two, since nobody else reads the product. */
static mg_status give_products(const fuser *f)
{
    const uint32_t size = mg_graph_size(f->g) + 1;
    uint32_t *const inside = mg_arena_alloc(f->arena, size, sizeof *inside);
    uint32_t *const home = mg_arena_alloc(f->arena, size, sizeof *home);
    if (!inside || !home)
        return MG_NO_MEMORY;
    for (uint32_t id = 1; id < size; id++)
        for (int i = 0; f->needed[id] && i < node_of(f, id)->n_inputs; i++) {
            const uint32_t x = node_of(f, id)->input[i].id;
            if (!is_product(f, x) || !reads_elements(f, id, x) ||
                (home[x] && home[x] != f->cluster[id]))
                continue;
            home[x] = f->cluster[id];
            inside[x]++;
        }
    for (uint32_t x = size - 1; x > 0; x--)
        if (inside[x] && inside[x] == f->uses[x] && !f->product[home[x]]) {
            f->product[home[x]] = x;
            f->cluster[x] = home[x];
        }
    return MG_OK;
}

static bool is_given(const fuser *f, uint32_t id)
{
    return f->product[f->cluster[id]] == id;
}

/* Members in lists, ascending. */
static void link_members(const fuser *f)
{
    for (uint32_t id = mg_graph_size(f->g); id > 0; id--) {
        const uint32_t first = f->cluster[id];
        if (!f->needed[id] || first == id || is_given(f, id))
            continue;
        f->next[id] = f->next[first];
        f->next[first] = id;
    }
}

/* ---- A group of a cluster ---- */

static mg_status group_of_one(const fuser *f, uint32_t id, mg_group *out)
{
    const mg_node **const node = mg_arena_alloc(f->arena, 1, sizeof *node);
    if (!node)
        return MG_NO_MEMORY;
    *node = node_of(f, id);
    *out = mg_group_of_one(node);
    return MG_OK;
}

static bool is_read_outside(const fuser *f, uint32_t id)
{
    uint32_t inside = 0;
    for (uint32_t m = f->cluster[id]; m; m = f->next[m])
        for (int i = 0; i < node_of(f, m)->n_inputs; i++)
            inside += node_of(f, m)->input[i].id == id;
    return inside != f->uses[id];
}

static mg_status group_of_members(const fuser *f, uint32_t first, mg_group *out)
{
    if (!f->next[first])
        return group_of_one(f, first, out);
    size_t n = 0, reads = 0;
    for (uint32_t m = first; m; m = f->next[m], n++)
        reads += (size_t)node_of(f, m)->n_inputs;
    const mg_node **const node = mg_arena_alloc(f->arena, n, sizeof *node);
    mg_value *const input = mg_arena_alloc(f->arena, reads, sizeof *input);
    mg_value *const output = mg_arena_alloc(f->arena, n, sizeof *output);
    if (!node || !input || !output)
        return MG_NO_MEMORY;
    mg_group group = {.node = node, .input = input, .output = output};
    for (uint32_t m = first; m; m = f->next[m]) {
        node[group.n++] = node_of(f, m);
        if (is_read_outside(f, m))
            output[group.n_outputs++] = (mg_value){m};
        for (int i = 0; i < node_of(f, m)->n_inputs; i++) {
            const mg_value x = node_of(f, m)->input[i];
            const bool inside = f->cluster[x.id] == first && !is_given(f, x.id);
            if (inside || f->stamp[x.id] == first)
                continue;
            f->stamp[x.id] = first;
            input[group.n_inputs++] = x;
        }
    }
    *out = group;
    return MG_OK;
}

mg_status mg_group_behind(mg_arena *arena, const mg_node *product,
                          const mg_group *loop, mg_group *out)
{
    const size_t reads = loop->n_inputs + (size_t)product->n_inputs;
    const mg_node **const node =
        mg_arena_alloc(arena, loop->n + 1, sizeof *node);
    mg_value *const input = mg_arena_alloc(arena, reads, sizeof *input);
    if (!node || !input)
        return MG_NO_MEMORY;
    *out = *loop;
    out->loop = loop;
    out->n = loop->n + 1;
    out->node = node;
    out->n_inputs = 0;
    out->input = input;
    node[0] = product;
    for (size_t i = 0; i < loop->n; i++)
        node[i + 1] = loop->node[i];
    for (size_t i = 0; i < loop->n_inputs; i++)
        if (loop->input[i].id != product->self.id &&
            mg_group_find_input(out, loop->input[i]) < 0)
            input[out->n_inputs++] = loop->input[i];
    for (int i = 0; i < product->n_inputs; i++)
        if (mg_group_find_input(out, product->input[i]) < 0)
            input[out->n_inputs++] = product->input[i];
    return MG_OK;
}

static mg_status group_of(const fuser *f, uint32_t first, mg_group *out)
{
    if (!f->product[first])
        return group_of_members(f, first, out);
    mg_group *const loop = mg_arena_alloc(f->arena, 1, sizeof *loop);
    if (!loop)
        return MG_NO_MEMORY;
    MG_TRY(group_of_members(f, first, loop));
    return mg_group_behind(f->arena, node_of(f, f->product[first]), loop, out);
}

/* ---- Order ---- */

/* The cluster of an input of a node that is not placed yet, 0 if there is
 * none. */
static uint32_t find_unplaced_input(const fuser *f, uint32_t id)
{
    const mg_node *const node = node_of(f, id);
    for (int i = 0; i < node->n_inputs; i++) {
        const uint32_t other = f->cluster[node->input[i].id];
        if (other != f->cluster[id] && !f->placed[other])
            return other;
    }
    return 0;
}

static uint32_t find_unplaced(const fuser *f, uint32_t first)
{
    uint32_t found =
        f->product[first] ? find_unplaced_input(f, f->product[first]) : 0;
    for (uint32_t m = first; m && !found; m = f->next[m])
        found = find_unplaced_input(f, m);
    return found;
}

/* Places a cluster behind all that it needs; `stack` has room for all. */
static mg_status place(const fuser *f, uint32_t first, uint32_t stack[])
{
    size_t depth = 0;
    stack[depth++] = first;
    while (depth > 0) {
        const uint32_t top = stack[depth - 1];
        const uint32_t before = f->placed[top] ? 0 : find_unplaced(f, top);
        if (before) {
            stack[depth++] = before;
            continue;
        }
        depth--;
        if (f->placed[top])
            continue;
        f->placed[top] = true;
        MG_TRY(group_of(f, top, &f->out->group[f->out->n++]));
    }
    return MG_OK;
}

/* In the order of their last members, but behind what they need. */
static mg_status place_all(const fuser *f)
{
    const uint32_t size = mg_graph_size(f->g) + 1;
    uint32_t *const stack = mg_arena_alloc(f->arena, size, sizeof *stack);
    if (!stack)
        return MG_NO_MEMORY;
    for (uint32_t id = 1; id < size; id++)
        if (f->needed[id] && !f->next[id] && !is_given(f, id))
            MG_TRY(place(f, f->cluster[id], stack));
    return MG_OK;
}

mg_status mg_fuse(mg_arena *arena, const mg_graph *g, const bool needed[],
                  bool alone, mg_schedule *out)
{
    const size_t size = (size_t)mg_graph_size(g) + 1;
    *out = (mg_schedule){0};
    fuser f = {.arena = arena, .g = g, .needed = needed, .out = out};
    f.uses = mg_arena_alloc(arena, size, sizeof *f.uses);
    f.cluster = mg_arena_alloc(arena, size, sizeof *f.cluster);
    f.next = mg_arena_alloc(arena, size, sizeof *f.next);
    f.product = mg_arena_alloc(arena, size, sizeof *f.product);
    f.stamp = mg_arena_alloc(arena, size, sizeof *f.stamp);
    f.placed = mg_arena_alloc(arena, size, sizeof *f.placed);
    out->group = mg_arena_alloc(arena, size, sizeof *out->group);
    if (!f.uses || !f.cluster || !f.next || !f.product || !f.stamp ||
        !f.placed || !out->group)
        return MG_NO_MEMORY;
    for (uint32_t id = 1; id < size; id++)
        f.cluster[id] = id;
    count_uses(&f);
    if (!alone) {
        MG_TRY(mg_join_clusters(arena, g, needed, f.uses, f.cluster));
        MG_TRY(give_products(&f));
    }
    link_members(&f);
    return place_all(&f);
}
