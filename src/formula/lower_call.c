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
    return mg_lower_op(l, call);
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
