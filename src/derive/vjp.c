/* vjp: the walk from the loss to the leaves. Every node hands the gradient
 * that reached it to its inputs by its op's exchanger; what meets at a shared
 * value is added. No Jacobian is built. Layer derive. */
#include "derive/derive.h"
#include "graph/evaluate.h"

#include <string.h>

/* The state of one walk; arrays are indexed by node id. */
typedef struct {
    mg_graph *g;
    mg_arena *arena;
    const bool *wanted; /* NULL: all nodes; else those that lead to a wrt */
    mg_value *gradient;
    mg_value **exchange; /* NULL: nobody asks */
} walk;

static void add_gradient(walk *w, mg_value x, mg_value dx)
{
    mg_value *const sum = &w->gradient[x.id];
    *sum = sum->id ? mg_add(w->g, *sum, dx) : dx;
}

static bool takes_gradient(const walk *w, mg_value x)
{
    return mg_dtype_is_real(mg_value_type(w->g, x).dtype) &&
           (!w->wanted || w->wanted[x.id]);
}

static mg_status exchange(walk *w, const mg_node *node)
{
    mg_graph *const g = w->g;
    mg_value *const dx =
        mg_arena_alloc(w->arena, (size_t)node->n_inputs, sizeof *dx);
    if (!dx)
        return MG_NO_MEMORY;
    if (node->place.line)
        mg_graph_set_place(g, node->place);
    node->op->vjp(g, node, w->gradient[node->self.id], dx);
    MG_TRY(mg_graph_status(g));
    for (int i = 0; i < node->n_inputs; i++) {
        if (!dx[i].id)
            continue;
        if (!takes_gradient(w, node->input[i]))
            dx[i] = (mg_value){0};
        else
            add_gradient(w, node->input[i], dx[i]);
    }
    if (w->exchange)
        w->exchange[node->self.id] = dx;
    return MG_OK;
}

static mg_status walk_back(walk *w, mg_value loss, mg_value seed)
{
    const mg_place place = mg_graph_place(w->g);
    w->gradient[loss.id] = seed.id ? seed : mg_ones_like(w->g, loss);
    mg_status status = mg_graph_status(w->g);
    for (uint32_t id = loss.id; id >= 1 && status == MG_OK; id--) {
        if (!w->gradient[id].id || (w->wanted && !w->wanted[id]))
            continue;
        const mg_node *const node = mg_graph_node(w->g, (mg_value){id});
        if (node->op->vjp && node->n_inputs > 0)
            status = exchange(w, node);
    }
    mg_graph_set_place(w->g, place);
    return status == MG_OK ? mg_graph_status(w->g) : status;
}

static mg_status check_loss(const mg_graph *g, mg_value loss)
{
    MG_TRY(mg_graph_status(g));
    const mg_type type = mg_value_type(g, loss);
    if (loss.id == 0 || loss.id > mg_graph_size(g))
        return mg_fail(mg_graph_ctx(g), MG_BAD_ARGUMENT,
                       "gradient: the loss is no value of this graph");
    if (type.shape.rank != 0 || !mg_dtype_is_real(type.dtype)) {
        char text[MG_SHAPE_TEXT_SIZE];
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "gradient: of a real number only, not of %s %s",
                       mg_dtype_name(type.dtype),
                       mg_shape_text(&type.shape, text));
    }
    return MG_OK;
}

/* Marks what stands between a wrt and the loss: all that depends on a wrt. */
static void mark_wanted(const mg_graph *g, mg_value loss, size_t n,
                        const mg_value wrt[], bool *wanted)
{
    for (size_t i = 0; i < n; i++)
        wanted[wrt[i].id] = true;
    for (uint32_t id = 1; id <= loss.id; id++) {
        const mg_node *const node = mg_graph_node(g, (mg_value){id});
        for (int i = 0; i < node->n_inputs && !wanted[id]; i++)
            wanted[id] = wanted[node->input[i].id];
    }
}

static mg_status check_wrt(const mg_graph *g, size_t n, const mg_value wrt[])
{
    for (size_t i = 0; i < n; i++) {
        if (wrt[i].id == 0 || wrt[i].id > mg_graph_size(g))
            return mg_fail(mg_graph_ctx(g), MG_BAD_ARGUMENT,
                           "gradient: value %zu is none of this graph", i + 1);
        if (!mg_dtype_is_real(mg_value_type(g, wrt[i]).dtype))
            return mg_fail(mg_graph_ctx(g), MG_BAD_ARGUMENT,
                           "gradient: value %zu is not real", i + 1);
    }
    return MG_OK;
}

static mg_status gradient_in(mg_graph *g, mg_arena *arena, mg_value loss,
                             mg_value seed, size_t n, const mg_value wrt[],
                             mg_value grads[])
{
    const size_t size = (size_t)mg_graph_size(g) + 1;
    bool *const wanted = mg_arena_alloc(arena, size, sizeof *wanted);
    mg_value *const gradient = mg_arena_alloc(arena, size, sizeof *gradient);
    if (!wanted || !gradient)
        return MG_NO_MEMORY;
    mark_wanted(g, loss, n, wrt, wanted);
    walk w = {g, arena, wanted, gradient, NULL};
    if (wanted[loss.id])
        MG_TRY(walk_back(&w, loss, seed));
    for (size_t i = 0; i < n; i++) {
        const mg_value found = gradient[wrt[i].id];
        grads[i] = found.id ? found : mg_zeros_like(g, wrt[i]);
    }
    return mg_graph_status(g);
}

mg_status mg_vector_jacobian(mg_graph *g, mg_value y, mg_value dy, size_t n,
                             const mg_value wrt[], mg_value grads[])
{
    MG_TRY(mg_graph_status(g));
    MG_TRY(check_wrt(g, n, wrt));
    mg_arena arena;
    mg_arena_init(&arena, mg_graph_ctx(g));
    const mg_status status = gradient_in(g, &arena, y, dy, n, wrt, grads);
    mg_arena_clear(&arena);
    return status;
}

mg_status mg_gradient(mg_graph *g, mg_value loss, size_t n,
                      const mg_value wrt[], mg_value grads[])
{
    MG_TRY(check_loss(g, loss));
    return mg_vector_jacobian(g, loss, (mg_value){0}, n, wrt, grads);
}

mg_status mg_backward_pass(mg_graph *g, mg_value loss, mg_value seed,
                           mg_arena *arena, mg_backward *out)
{
    MG_TRY(check_loss(g, loss));
    const uint32_t n = mg_graph_size(g);
    const size_t size = (size_t)n + 1;
    walk w = {.g = g, .arena = arena};
    w.gradient = mg_arena_alloc(arena, size, sizeof *w.gradient);
    w.exchange = mg_arena_alloc(arena, size, sizeof *w.exchange);
    if (!w.gradient || !w.exchange)
        return MG_NO_MEMORY;
    MG_TRY(walk_back(&w, loss, seed));
    *out = (mg_backward){n, w.gradient, w.exchange};
    return MG_OK;
}
