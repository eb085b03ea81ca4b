/* fold: the copy of a network's graph in which calls are single nodes. Layer
 * explain. */
#include "explain/derive/fold.h"

#include <math.h>
#include <string.h>

typedef struct {
    const mg_network *network;
    mg_graph *to;
    mg_value *value;
    const mg_network_call **call; /* by the node that the call gave, or NULL */
    bool *named;                  /* has a name that the file gives */
    bool divide, divided;
    mg_op prod;  /* the product of elements, derived as y/x */
    mg_op clamp; /* between numbers, derived as low <= x <= high */
} folding;

/* Builds the node of a call; id 0 if it is to stay as it is written. */
typedef mg_value fold_fn(folding *f, const mg_network_call *call,
                         const mg_op *op);

static mg_value operand(folding *f, const mg_network_call *call, size_t i)
{
    const mg_network_operand *const x = &call->operand[i];
    if (x->value.id)
        return f->value[x->value.id];
    if (x->number == floor(x->number) && fabs(x->number) < 1e9)
        return mg_integer(f->to, (int64_t)x->number);
    return (mg_value){0};
}

static bool is_real(const folding *f, mg_value x)
{
    return mg_dtype_is_real(mg_value_type(f->to, x).dtype);
}

static mg_value fold_one(folding *f, const mg_network_call *call,
                         const mg_op *op)
{
    const mg_value x = operand(f, call, 0);
    return x.id && is_real(f, x) ? mg_apply(f->to, op, 1, &x, NULL)
                                 : (mg_value){0};
}

static mg_value fold_two(folding *f, const mg_network_call *call,
                         const mg_op *op)
{
    const mg_value x[] = {operand(f, call, 0), operand(f, call, 1)};
    return x[0].id && x[1].id && is_real(f, x[0])
               ? mg_apply(f->to, op, 2, x, NULL)
               : (mg_value){0};
}

static mg_value apply_number(folding *f, const mg_op *op, int n,
                             const mg_value x[], double number)
{
    int64_t attr;
    memcpy(&attr, &number, sizeof attr);
    return mg_apply(f->to, op, n, x, &(mg_extra){.n_attrs = 1, .attr = &attr});
}

static mg_value fold_huber(folding *f, const mg_network_call *call,
                           const mg_op *op)
{
    const mg_value x[] = {operand(f, call, 0), operand(f, call, 1)};
    const double delta = call->operand[2].number;
    return x[0].id && x[1].id && is_real(f, x[0]) && isfinite(delta)
               ? apply_number(f, op, 2, x, delta)
               : (mg_value){0};
}

static mg_value fold_relu(folding *f, const mg_network_call *call,
                          const mg_op *op)
{
    const mg_value x = operand(f, call, 0);
    const int64_t named = f->named[call->result.id];
    return x.id && is_real(f, x)
               ? mg_apply(f->to, op, 1, &x,
                          &(mg_extra){.n_attrs = 1, .attr = &named})
               : (mg_value){0};
}

static mg_value fold_heads(folding *f, const mg_network_call *call,
                           const mg_op *op)
{
    const mg_value x = operand(f, call, 0);
    const double heads = call->operand[1].number;
    if (!x.id || !(heads >= 1))
        return (mg_value){0};
    const int64_t attr = (int64_t)heads;
    return mg_apply(f->to, op, 1, &x, &(mg_extra){.n_attrs = 1, .attr = &attr});
}

static const mg_node *old_node(const folding *f, mg_value v)
{
    return mg_graph_node(f->network->graph, v);
}

/* normalise(x) * W, as the library's bodies end: (.. * ..) * W */
static mg_value fold_scaled(folding *f, const mg_network_call *call,
                            const mg_node *product, const mg_op *op)
{
    const mg_value x = operand(f, call, 0);
    const double epsilon = call->operand[1].number;
    if (product->op != &mg_op_mul || !x.id || !is_real(f, x) ||
        !isfinite(epsilon))
        return (mg_value){0};
    const mg_value w = f->value[product->input[1].id];
    return mg_mul(f->to, apply_number(f, op, 1, &x, epsilon), w);
}

static mg_value fold_rmsnorm(folding *f, const mg_network_call *call,
                             const mg_op *op)
{
    return fold_scaled(f, call, old_node(f, call->result), op);
}

static mg_value fold_layernorm(folding *f, const mg_network_call *call,
                               const mg_op *op)
{
    const mg_node *const sum = old_node(f, call->result);
    if (sum->op != &mg_op_add)
        return (mg_value){0};
    const mg_value scaled =
        fold_scaled(f, call, old_node(f, sum->input[0]), op);
    return scaled.id ? mg_add(f->to, scaled, f->value[sum->input[1].id])
                     : (mg_value){0};
}

/* By the library's names; n: the parameters that the fold reads. */
static const struct {
    const char *function;
    size_t n;
    fold_fn *fold;
    const mg_op *op;
} folds[] = {
    {"softmax", 1, fold_one, &mg_fold_softmax},
    {"log_softmax", 1, fold_one, &mg_fold_log_softmax},
    {"cross_entropy", 2, fold_two, &mg_fold_cross_entropy},
    {"binary_cross_entropy", 2, fold_two, &mg_fold_binary_cross_entropy},
    {"huber", 3, fold_huber, &mg_fold_huber},
    {"relu", 1, fold_relu, &mg_fold_relu},
    {"gelu", 1, fold_one, &mg_fold_gelu},
    {"silu", 1, fold_one, &mg_fold_silu},
    {"softplus", 1, fold_one, &mg_fold_softplus},
    {"heads_first", 2, fold_heads, &mg_fold_heads_first},
    {"heads_last", 1, fold_one, &mg_fold_heads_last},
    {"layernorm", 2, fold_layernorm, &mg_fold_normalise},
    {"rmsnorm", 2, fold_rmsnorm, &mg_fold_rms_normalise},
};

enum { FOLDS = sizeof folds / sizeof *folds };

/* Its number in the table; FOLDS if there is none. */
static size_t find_fold(const mg_network_call *call)
{
    size_t i = 0;
    while (i < FOLDS && (strcmp(folds[i].function, call->function) != 0 ||
                         call->n < folds[i].n))
        i++;
    return i;
}

/* The call's node, of the shape that the call has in the network. */
static mg_value fold_call(folding *f, const mg_network_call *call)
{
    const size_t i = find_fold(call);
    const mg_value y = folds[i].fold(f, call, folds[i].op);
    const mg_shape is = mg_value_shape(f->to, y);
    const mg_shape was = mg_value_shape(f->network->graph, call->result);
    return y.id && mg_shape_equal(&is, &was) ? y : (mg_value){0};
}

/* y / x by element, y put back where it was reduced */
static void prod_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value x = y->input[0];
    const int n = y->n_attrs - 1;
    const mg_value up = mg_restore_axes(g, dy, x, n, y->attr + 1);
    const mg_value all = mg_restore_axes(g, y->self, x, n, y->attr + 1);
    dx[0] = mg_div(g, mg_mul(g, up, all), x);
}

static void clamp_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value x = y->input[0], zero = mg_real(g, 0);
    const mg_value below =
        mg_where(g, mg_less_equal(g, x, y->input[2]), dy, zero);
    dx[0] = mg_where(g, mg_less_equal(g, y->input[1], x), below, zero);
}

/* A scalar number; NAN if it is none. */
static double number_of(const mg_graph *g, mg_value v)
{
    const mg_node *node = mg_graph_node(g, v);
    while (node->op == &mg_op_cast)
        node = mg_graph_node(g, node->input[0]);
    return node->data && node->type.shape.rank == 0
               ? mg_tensor_get(node->data, 0)
               : NAN;
}

static bool is_plain_clamp(const folding *f, const mg_node *node)
{
    const mg_graph *const g = f->network->graph;
    if (node->op != &mg_op_clamp)
        return false;
    const mg_shape x = mg_value_shape(g, node->input[0]);
    return mg_shape_equal(&x, &node->type.shape) &&
           number_of(g, node->input[1]) <= number_of(g, node->input[2]);
}

static mg_value copy_node(folding *f, const mg_node *node, bool fold,
                          mg_arena *arena)
{
    mg_value *const x =
        mg_arena_alloc(arena, (size_t)node->n_inputs + 1, sizeof *x);
    if (!x)
        return (mg_value){0};
    for (int i = 0; i < node->n_inputs; i++)
        x[i] = f->value[node->input[i].id];
    mg_graph_set_place(f->to, node->place);
    if (f->divide && node->op == &mg_op_prod) {
        f->divided = true;
        return mg_apply(
            f->to, &f->prod, 1, x,
            &(mg_extra){.n_attrs = node->n_attrs, .attr = node->attr});
    }
    if (fold && is_plain_clamp(f, node))
        return mg_apply(f->to, &f->clamp, 3, x, NULL);
    return mg_copy_node(f->to, node, x);
}

static mg_status copy_all(folding *f, bool fold, mg_arena *arena)
{
    const uint32_t n = mg_graph_size(f->network->graph);
    for (uint32_t id = 1; id <= n; id++) {
        const mg_network_call *const call = f->call[id];
        mg_value y = {0};
        if (call && fold)
            y = fold_call(f, call);
        if (!y.id)
            y = copy_node(f, old_node(f, (mg_value){id}), fold, arena);
        MG_TRY(mg_graph_status(f->to));
        if (!y.id)
            return MG_NO_MEMORY;
        f->value[id] = y;
    }
    mg_graph_set_place(f->to, (mg_place){0});
    return MG_OK;
}

/* The nodes that calls gave (the outermost call counts: it is the last to be
 * noted) and those that the file names. A call that gave its operand or a
 * leaf made nothing. */
static void mark_nodes(folding *f)
{
    const mg_network *const n = f->network;
    for (size_t i = 0; i < n->n_values; i++) {
        const mg_node *const name = old_node(f, n->value[i].value);
        if (name->n_inputs == 1)
            f->named[name->input[0].id] = true;
    }
    for (size_t i = 0; i < n->n_calls; i++) {
        const mg_network_call *const call = &n->call[i];
        bool made =
            find_fold(call) < FOLDS && old_node(f, call->result)->n_inputs > 0;
        for (size_t k = 0; k < call->n; k++)
            made = made && call->operand[k].value.id < call->result.id;
        if (made)
            f->call[call->result.id] = call;
    }
}

mg_status mg_fold_graph(const mg_network *network, bool fold, bool divide,
                        mg_graph *to, mg_arena *arena, mg_value **value,
                        bool *divided)
{
    const size_t size = (size_t)mg_graph_size(network->graph) + 1;
    folding *const f = mg_arena_alloc(arena, 1, sizeof *f);
    if (!f)
        return MG_NO_MEMORY;
    f->network = network;
    f->divide = divide;
    f->to = to;
    f->value = mg_arena_alloc(arena, size, sizeof *f->value);
    f->call = mg_arena_alloc(arena, size, sizeof *f->call);
    f->named = mg_arena_alloc(arena, size, sizeof *f->named);
    if (!f->value || !f->call || !f->named)
        return MG_NO_MEMORY;
    f->prod = mg_op_prod;
    f->prod.vjp = prod_vjp;
    f->clamp = mg_op_clamp;
    f->clamp.vjp = clamp_vjp;
    mark_nodes(f);
    MG_TRY(copy_all(f, fold, arena));
    *value = f->value;
    *divided = f->divided;
    return MG_OK;
}
