/* lower_op: operations called as functions, their arguments as the builders
 * want them. Layer formula. */
#include "formula/lower.h"

/* Room for what an op's builder is given. */
typedef struct {
    mg_call call;
    mg_value *value;
} op_call;

static bool add_value(mg_lower *l, op_call *c, const mg_item *item,
                      const mg_expr *e)
{
    const mg_value value = mg_lower_value(l, item, e);
    c->value[c->call.n_values++] = value;
    return value.id != 0;
}

static bool set_flag(mg_lower *l, op_call *c, size_t i, const mg_item *item,
                     const mg_expr *e, const char *name)
{
    int64_t *const flag = mg_lower_alloc(l, 1, sizeof(*flag));
    if (!flag)
        return false;
    if (item->kind != MG_ITEM_TRUTH) {
        mg_lower_error(l, e, "%s must be true or false", name);
        return false;
    }
    *flag = item->as.integer;
    c->call.at[i].integer = flag;
    c->call.at[i].n = 1;
    return true;
}

/* ((a, b), (c, d)) as (a, b, c, d); other items as they are. */
static mg_item flatten(mg_lower *l, const mg_item *item)
{
    const size_t n = item->kind == MG_ITEM_TUPLE ? item->as.tuple.n : 0;
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const mg_item *const part = &item->as.tuple.item[i];
        count += part->kind == MG_ITEM_TUPLE ? part->as.tuple.n : 1;
    }
    mg_item *const flat = mg_lower_alloc(l, count + 1, sizeof(*flat));
    if (!flat || count == n)
        return *item;
    count = 0;
    for (size_t i = 0; i < n; i++) {
        const mg_item *const part = &item->as.tuple.item[i];
        if (part->kind != MG_ITEM_TUPLE)
            flat[count++] = *part;
        for (size_t k = 0; part->kind == MG_ITEM_TUPLE && k < part->as.tuple.n;
             k++)
            flat[count++] = part->as.tuple.item[k];
    }
    return (mg_item){.kind = MG_ITEM_TUPLE,
                     .as.tuple = {.n = count, .item = flat}};
}

/* One parameter of an op. */
static bool set_param(mg_lower *l, op_call *c, const mg_invocation *call,
                      size_t i)
{
    const mg_param *const param = &call->function->params[i];
    const mg_item *const item = &call->item[i];
    const mg_expr *const e = call->expr[i];
    bool good = true;
    int64_t *integer;
    mg_item flat;
    c->call.at[i].given = call->given[i];
    if (!call->given[i])
        return true;
    switch (param->kind) {
    case MG_PARAM_VALUE:
        return add_value(l, c, item, e);
    case MG_PARAM_VALUES:
        for (size_t k = 0; k < call->n_rest; k++)
            good = add_value(l, c, &call->rest[k], call->rest_expr[k]) && good;
        return good;
    case MG_PARAM_INT:
        integer = mg_lower_alloc(l, 1, sizeof(*integer));
        c->call.at[i].integer = integer;
        c->call.at[i].n = 1;
        return integer && mg_lower_integer(l, item, e, param->name, integer);
    case MG_PARAM_INTS:
        flat = param->nested ? flatten(l, item) : *item;
        return mg_lower_integers(l, &flat, e, param->name, &c->call.at[i].n,
                                 &c->call.at[i].integer);
    case MG_PARAM_FLAG:
        return set_flag(l, c, i, item, e, param->name);
    case MG_PARAM_END:
        break;
    }
    return true;
}

bool mg_lower_check_range(mg_lower *l, const mg_expr *e, mg_value index,
                          int64_t size)
{
    const mg_network *const network = l->network;
    const mg_node *node = mg_graph_node(l->g, index);
    while (node->op == &mg_op_name)
        node = mg_graph_node(l->g, node->input[0]);
    for (size_t i = 0; i < network->n_inputs; i++) {
        const mg_network_input *const input = &network->input[i];
        if (input->value.id != node->self.id || input->classes <= size)
            continue;
        mg_lower_error(l, e, "%s runs from 0 to %lld, but the axis has %lld",
                       input->name, (long long)input->classes - 1,
                       (long long)size);
        return false;
    }
    const int64_t n = node->data ? mg_shape_size(&node->type.shape) : 0;
    for (int64_t i = 0; i < n; i++) {
        const double label = mg_tensor_get(node->data, i);
        if (label >= 0 && label < (double)size)
            continue;
        mg_lower_error(l, e, "index %.0f leaves the axis, which has %lld",
                       label, (long long)size);
        return false;
    }
    return true;
}

/* Labels and literal indices that can leave their axis. */
static bool check_indices(mg_lower *l, const mg_op *op, const op_call *c,
                          const mg_expr *e)
{
    if (op == &mg_op_one_hot && c->call.n_values == 1 && c->call.at[1].integer)
        return mg_lower_check_range(l, e, c->value[0],
                                    c->call.at[1].integer[0]);
    if (op == &mg_op_gather && c->call.n_values == 2) {
        const mg_shape shape = mg_value_shape(l->g, c->value[0]);
        return shape.rank == 0 ||
               mg_lower_check_range(l, e, c->value[1], shape.dim[0]);
    }
    return true;
}

mg_item mg_lower_op(mg_lower *l, const mg_invocation *call)
{
    const mg_op *const op = call->function->op;
    op_call c = {0};
    bool good = true;
    c.value = mg_lower_alloc(l, call->n + call->n_rest + 1, sizeof(*c.value));
    c.call.value = c.value;
    mg_lower_place(l, call->call);
    for (size_t i = 0; i < call->n && c.value; i++)
        good = set_param(l, &c, call, i) && good;
    if (!good || !c.value || !check_indices(l, op, &c, call->call))
        return mg_item_error;
    mg_value value;
    if (op->build)
        value = op->build(l->g, &c.call);
    else
        value = mg_apply(l->g, op, c.call.n_values, c.value, NULL);
    return mg_lower_built(l, call->call, value);
}
