/* lower_call: arguments meet parameters; then a function's body is written
 * out, or an operation built. Layer formula. */
#include "formula/lower.h"

#include <string.h>

/* ---- Arguments ---- */

static size_t count_params(const mg_param *params)
{
    size_t n = 0;
    while (params[n].kind != MG_PARAM_END)
        n++;
    return n;
}

/* An invocation while it is filled. */
typedef struct {
    mg_invocation call;
    size_t preset; /* parameters that no argument is for */
    bool *given;
    mg_item *item;
    const mg_expr **expr;
    mg_item *rest;
    const mg_expr **rest_expr;
    bool failed;
} filling;

static bool make_room(mg_lower *l, filling *f, size_t n_arguments)
{
    const size_t n = f->call.n + 1;
    f->given = mg_lower_alloc(l, n, sizeof(*f->given));
    f->item = mg_lower_alloc(l, n, sizeof(*f->item));
    f->expr = mg_lower_alloc(l, n, sizeof(*f->expr));
    f->rest = mg_lower_alloc(l, n_arguments + 1, sizeof(*f->rest));
    f->rest_expr = mg_lower_alloc(l, n_arguments + 1, sizeof(*f->rest_expr));
    f->call.given = f->given;
    f->call.item = f->item;
    f->call.expr = f->expr;
    f->call.rest = f->rest;
    f->call.rest_expr = f->rest_expr;
    return l->status == MG_OK;
}

/* The parameter for a positional argument after `count` others; n if there is
 * none left. */
static size_t find_position(const filling *f, size_t count)
{
    const mg_param *const params = f->call.function->params;
    size_t i = f->preset;
    for (; i < f->call.n; i++) {
        if (params[i].kind == MG_PARAM_VALUES)
            break;
        if (!params[i].named_only && count-- == 0)
            break;
    }
    return i;
}

static size_t count_positions(const filling *f)
{
    size_t n = 0;
    for (size_t i = f->preset; i < f->call.n; i++)
        n += !f->call.function->params[i].named_only;
    return n;
}

static size_t find_named(mg_lower *l, filling *f, const mg_argument *argument)
{
    const mg_param *const params = f->call.function->params;
    mg_nearest nearest = {.name = argument->name};
    for (size_t i = f->preset; i < f->call.n; i++) {
        if (!strcmp(params[i].name, argument->name))
            return i;
        mg_nearest_try(&nearest, params[i].name);
    }
    mg_problem *const problem = mg_lower_error_at(
        l, argument->at, strlen(argument->name), "%s has no argument %s",
        f->call.function->name, argument->name);
    if (nearest.best)
        mg_problem_help(l->problems, problem, "did you mean %s?", nearest.best);
    f->failed = true;
    return f->call.n;
}

static void fill(mg_lower *l, filling *f, size_t i, const mg_expr *e,
                 mg_item item)
{
    const mg_param *const param = &f->call.function->params[i];
    if (param->kind == MG_PARAM_VALUES) {
        f->rest[f->call.n_rest] = item;
        f->rest_expr[f->call.n_rest++] = e;
        f->given[i] = true;
        return;
    }
    if (f->given[i]) {
        mg_lower_error(l, e, "%s: argument %s is given twice",
                       f->call.function->name, param->name);
        f->failed = true;
        return;
    }
    f->given[i] = true;
    f->item[i] = item;
    f->expr[i] = e;
}

/* sum(x, 0) leaves out "axis ="; zeros(2, 3) the brackets of a shape. */
static void help_extra(mg_lower *l, const filling *f, mg_problem *problem)
{
    const mg_param *const params = f->call.function->params;
    for (size_t i = 0; i < f->call.n; i++) {
        if (!params[i].named_only)
            continue;
        mg_problem_help(l->problems, problem,
                        "%s is given by its name: %s = ..", params[i].name,
                        params[i].name);
        return;
    }
    if (f->call.n > 0 && params[f->call.n - 1].kind == MG_PARAM_INTS)
        mg_problem_help(l->problems, problem,
                        "several numbers of %s are written in ( ): (2, 3)",
                        params[f->call.n - 1].name);
}

static void refuse_extra(mg_lower *l, filling *f, const mg_expr *e)
{
    const size_t n = count_positions(f);
    if (f->failed)
        return;
    mg_problem *const problem = mg_lower_error(
        l, e, "%s takes %zu argument%s by position, not %zu",
        f->call.function->name, n, n == 1 ? "" : "s", e->as.call.n);
    help_extra(l, f, problem);
    f->failed = true;
}

/* Lowers the arguments, left to right, into their parameters. */
static void fill_arguments(mg_lower *l, filling *f, const mg_expr *e)
{
    size_t positions = 0;
    bool named = false;
    for (size_t k = 0; k < e->as.call.n; k++) {
        const mg_argument *const argument = &e->as.call.argument[k];
        size_t i = 0;
        const mg_item item = mg_lower_expr(l, argument->value);
        f->failed = f->failed || item.kind == MG_ITEM_ERROR;
        if (argument->name) {
            named = true;
            i = find_named(l, f, argument);
        } else if (named) {
            mg_lower_error(l, argument->value,
                           "an argument without a name after one with a name");
            f->failed = true;
            i = f->call.n;
        } else {
            i = find_position(f, positions++);
            if (i == f->call.n)
                refuse_extra(l, f, e);
        }
        if (i < f->call.n)
            fill(l, f, i, argument->value, item);
    }
}

static void refuse_missing(mg_lower *l, filling *f, const mg_expr *e)
{
    const mg_param *const params = f->call.function->params;
    for (size_t i = f->preset; i < f->call.n && !f->failed; i++) {
        if (f->given[i] || params[i].optional)
            continue;
        mg_lower_error(l, e, "%s: argument %s is missing",
                       f->call.function->name, params[i].name);
        f->failed = true;
    }
}

/* ---- Functions of the language ---- */

/* The path that an argument stands for, so that x.W in a function means the
 * W below the value that was given for x. */
static void inherit_path(mg_lower *l, mg_binding *b, const mg_expr *argument,
                         const mg_scope *caller)
{
    const mg_scope scope = l->scope;
    b->base = NULL;
    b->path_name = NULL;
    if (!argument || argument->kind != MG_EXPR_NAME)
        return;
    l->scope = *caller;
    const mg_binding *const named = mg_scope_find(l, argument->as.name);
    l->scope = scope;
    if (named) {
        b->base = named->base;
        b->path_name = named->path_name;
        b->state = named->state;
    }
}

/* A derivative by a parameter counts the uses of that parameter, so one that
 * is no name elsewhere becomes a value of its own. */
static mg_item own_value(mg_lower *l, const mg_invocation *call, size_t i,
                         mg_item item)
{
    const mg_def *const def = call->function->def;
    if (!def->derives || def->rule || item.kind != MG_ITEM_VALUE)
        return item;
    const mg_op *const op = mg_graph_node(l->g, item.as.value)->op;
    const bool named = call->expr[i] && call->expr[i]->kind == MG_EXPR_NAME &&
                       (op == &mg_op_name || op->kind == MG_LEAF);
    if (named && !call->later)
        return item;
    const char *const path = mg_path_of_name(l, def->parameter[i].name);
    if (!path)
        return mg_item_error;
    return mg_lower_built(l, call->call, mg_name(l->g, item.as.value, path));
}

static bool bind_parameters(mg_lower *l, const mg_invocation *call,
                            const mg_activation *activation)
{
    const mg_def *const def = call->function->def;
    for (size_t i = 0; i < def->n; i++) {
        const mg_parameter *const parameter = &def->parameter[i];
        const mg_item item =
            own_value(l, call, i,
                      call->given[i] ? call->item[i]
                                     : mg_lower_expr(l, parameter->value));
        mg_binding *const b = mg_bind(l, parameter->name, parameter->at, item);
        if (!b || item.kind == MG_ITEM_ERROR)
            return false;
        const mg_expr *const argument = call->later ? NULL : call->expr[i];
        inherit_path(l, b, argument, &activation->scope);
        b->argument = argument;
        if (def->rule && i == 0)
            b->state = l->weight;
    }
    return true;
}

/* Writes out the body in a state of its own, which ends with the call. */
static mg_item lower_body(mg_lower *l, const mg_invocation *call)
{
    const mg_function *const f = call->function;
    const mg_activation activation = {++l->activations, l->activation, f,
                                      call->call, l->scope};
    mg_path *const path = l->path;
    mg_item item = mg_item_error;
    if (f->def->name && !f->def->rule) /* lambdas are no part of paths */
        l->path = mg_path_make(l, l->path, f->name, true);
    l->activation = &activation;
    l->scope = f->scope;
    l->blocks++;
    l->calls++;
    const bool bound =
        l->status == MG_OK && bind_parameters(l, call, &activation);
    if (bound && f->def->rule)
        mg_lower_rule_body(l, f->def->body);
    else if (bound)
        item = mg_lower_block(l, f->def->body);
    if (f->scope.source->library)
        mg_note_call(l, call, &item);
    l->path = path;
    l->activation = activation.caller;
    l->scope = activation.scope;
    l->blocks--;
    l->calls--;
    if (f->scope.source->library)
        mg_warn_call(l, call, &item);
    return item;
}

/* ---- Operations ---- */

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

static mg_item lower_op(mg_lower *l, const mg_invocation *call)
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

/* ---- Calls ---- */

bool mg_lower_arguments(mg_lower *l, const mg_expr *e, const mg_function *f,
                        size_t preset, mg_invocation *out)
{
    filling room = {.call = {.call = e, .function = f}, .preset = preset};
    const bool call = e->kind == MG_EXPR_CALL;
    room.call.n = count_params(f->params);
    if (!make_room(l, &room, call ? e->as.call.n : 0))
        return false;
    if (call)
        fill_arguments(l, &room, e);
    refuse_missing(l, &room, e);
    *out = room.call;
    return !room.failed;
}

mg_item mg_lower_invoke(mg_lower *l, const mg_invocation *call)
{
    const mg_function *const f = call->function;
    if (!mg_lower_count(l, call->call))
        return mg_item_error;
    if (f->def && l->calls >= MG_CALL_LIMIT) {
        mg_lower_error(l, call->call, "calls nested more than %d deep",
                       MG_CALL_LIMIT);
        return mg_item_error;
    }
    if (f->def)
        return lower_body(l, call);
    if (f->builtin)
        return f->builtin->lower(l, call);
    return lower_op(l, call);
}

static mg_item invoke(mg_lower *l, const mg_expr *e, const mg_function *f)
{
    mg_invocation call;
    if (f->def && f->def->rule) {
        mg_problem *const problem = mg_lower_error(
            l, e, "%s is a rule, which only train can use", f->name);
        mg_problem_help(l->problems, problem, "train { optimiser = %s }",
                        f->name);
        return mg_item_error;
    }
    if (!mg_lower_arguments(l, e, f, 0, &call))
        return mg_item_error;
    return mg_lower_invoke(l, &call);
}

mg_item mg_lower_lambda(mg_lower *l, const mg_expr *e)
{
    mg_scope scope = l->scope;
    if (l->n_top < scope.visible)
        scope.visible = l->n_top;
    const mg_function *const f = mg_make_function(l, e->as.lambda, scope);
    if (f && !l->scope.source->library)
        mg_check_def(l, f);
    return f ? (mg_item){.kind = MG_ITEM_FUNCTION, .as.function = f}
             : mg_item_error;
}

mg_item mg_lower_call(mg_lower *l, const mg_expr *e)
{
    const mg_expr *const callee = e->as.call.callee;
    const mg_item item = mg_lower_expr(l, callee);
    if (item.kind == MG_ITEM_FUNCTION)
        return invoke(l, e, item.as.function);
    if (item.kind != MG_ITEM_ERROR) {
        mg_problem *const problem =
            mg_lower_error(l, e, "%s is no function but %s",
                           mg_lower_text(l, callee), mg_item_kind_name(&item));
        mg_problem_help(l->problems, problem, "a product is written with *");
    }
    return mg_item_error;
}
