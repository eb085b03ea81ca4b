/* derivatives: derivatives as values (derive/ puts their formulas in their
 * place), and what looks at more than one example: the values of a batch in
 * training, the totals of the data in metrics. Layer formula. */
#include "formula/lower.h"

#include <string.h>

#include "graph/evaluate.h"

/* ---- By what ---- */

static mg_value check_real(mg_lower *l, const mg_invocation *c, size_t i,
                           mg_value value)
{
    const mg_dtype dtype = mg_value_type(l->g, value).dtype;
    if (mg_dtype_is_real(dtype))
        return value;
    mg_lower_error(l, c->expr[i], "%s: %s holds %s, which have no derivative",
                   c->function->name, mg_lower_text(l, c->expr[i]),
                   dtype == MG_BOOL ? "truth values" : "integers");
    return (mg_value){0};
}

/* The value that a derivative is taken by, argument 1: a name or path. */
static mg_value variable_of(mg_lower *l, const mg_invocation *c)
{
    const mg_expr *const e = c->expr[1];
    const mg_item *const x = &c->item[1];
    const char *const name = c->function->name;
    if (x->kind == MG_ITEM_ERROR)
        return (mg_value){0};
    if (e->kind != MG_EXPR_NAME) {
        mg_problem *const problem = mg_lower_error(
            l, e, "%s: %s is a formula; derivatives are taken by a name", name,
            mg_lower_text(l, e));
        mg_problem_help(l->problems, problem,
                        "give it a name above and use that name in both");
        return (mg_value){0};
    }
    if (x->kind != MG_ITEM_VALUE) {
        mg_lower_error(l, e, "%s: %s is %s; derivatives are taken by values",
                       name, mg_lower_text(l, e), mg_item_kind_name(x));
        return (mg_value){0};
    }
    return check_real(l, c, 1, x->as.value);
}

/* The value that is derived, argument 0; numbers become reals. */
static mg_value derived_of(mg_lower *l, const mg_invocation *c)
{
    const mg_value value = mg_lower_value(l, &c->item[0], c->expr[0]);
    if (!value.id)
        return value;
    if (mg_item_is_known(&c->item[0]))
        return mg_cast_to(l->g, value, mg_graph_real(l->g));
    return check_real(l, c, 0, value);
}

/* grad and hessian are of a number. */
static bool check_number(mg_lower *l, const mg_invocation *c, mg_value y)
{
    const mg_shape shape = mg_value_shape(l->g, y);
    char buffer[MG_SHAPE_TEXT_SIZE];
    if (shape.rank == 0 || c->function->params[0].name[0] != 'f')
        return true;
    mg_problem *const problem = mg_lower_error(
        l, c->expr[0], "%s: %s is %s, and f is a number", c->function->name,
        mg_lower_text(l, c->expr[0]), mg_shape_text(&shape, buffer));
    mg_problem_help(l->problems, problem,
                    "jacobian(y, x) is the derivative of a value of any shape");
    return false;
}

/* The vector of a product has the shape of argument i. */
static bool check_vector(mg_lower *l, const mg_invocation *c, size_t i,
                         mg_value value, mg_value v)
{
    const mg_shape a = mg_value_shape(l->g, value);
    const mg_shape b = mg_value_shape(l->g, v);
    char buffer[2][MG_SHAPE_TEXT_SIZE];
    if (mg_shape_equal(&a, &b))
        return true;
    mg_lower_error(l, c->expr[2], "%s: %s is %s but %s is %s",
                   c->function->name, mg_lower_text(l, c->expr[i]),
                   mg_shape_text(&a, buffer[0]), mg_lower_text(l, c->expr[2]),
                   mg_shape_text(&b, buffer[1]));
    return false;
}

/* Whether y is made of x, and an op on the way that joins examples. */
static bool find_way(mg_lower *l, mg_value y, mg_value x, const mg_op **wall)
{
    bool *const depends = mg_alloc(l->ctx, (size_t)y.id + 1, sizeof(*depends));
    bool *const needed = mg_alloc(l->ctx, (size_t)y.id + 1, sizeof(*needed));
    if (depends && needed)
        mg_mark_needed(l->g, y, needed);
    else
        l->status = MG_NO_MEMORY;
    for (uint32_t id = x.id; id <= y.id && l->status == MG_OK; id++) {
        const mg_node *const node = mg_graph_node(l->g, (mg_value){id});
        depends[id] = id == x.id;
        for (int i = 0; i < node->n_inputs && !depends[id]; i++)
            depends[id] = depends[node->input[i].id];
        if (depends[id] && needed[id] && id != x.id && node->op->joins)
            *wall = node->op;
    }
    const bool found = l->status == MG_OK && x.id <= y.id && depends[y.id];
    mg_free(l->ctx, depends);
    mg_free(l->ctx, needed);
    return found;
}

static bool check_way(mg_lower *l, const mg_invocation *c, mg_value y,
                      mg_value x)
{
    const mg_op *wall = NULL;
    if (!find_way(l, y, x, &wall))
        mg_lower_warn(l, c->call, "%s does not depend on %s: its %s is 0",
                      mg_lower_text(l, c->expr[0]),
                      mg_lower_text(l, c->expr[1]), c->function->name);
    if (wall)
        mg_lower_error(l, c->call,
                       "%s: through %s it would depend on other examples",
                       c->function->name, wall->name);
    return !wall;
}

/* ---- Derivatives ---- */

static const mg_param of_number[] = {
    {.name = "f", .kind = MG_PARAM_VALUE},
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const mg_param of_value[] = {
    {.name = "y", .kind = MG_PARAM_VALUE},
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const mg_param by_gradient[] = {
    {.name = "y", .kind = MG_PARAM_VALUE},
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.name = "g", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const mg_param by_change[] = {
    {.name = "y", .kind = MG_PARAM_VALUE},
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.name = "v", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

typedef mg_value derivative(mg_graph *g, mg_value y, mg_value x);
typedef mg_value product(mg_graph *g, mg_value y, mg_value x, mg_value v);

static mg_item derive(mg_lower *l, const mg_invocation *c, derivative *build,
                      product *multiply)
{
    const mg_value x = variable_of(l, c);
    const mg_value y = derived_of(l, c);
    mg_value v = {0};
    if (multiply)
        v = mg_lower_value(l, &c->item[2], c->expr[2]);
    if (!x.id || !y.id || (multiply && !v.id) || !check_number(l, c, y))
        return mg_item_error;
    const bool back = multiply == mg_vjp;
    if (multiply && !check_vector(l, c, back ? 0 : 1, back ? y : x, v))
        return mg_item_error;
    if (!check_way(l, c, y, x))
        return mg_item_error;
    mg_lower_place(l, c->call);
    return mg_lower_built(
        l, c->call, multiply ? multiply(l->g, y, x, v) : build(l->g, y, x));
}

static mg_item lower_grad(mg_lower *l, const mg_invocation *c)
{
    return derive(l, c, mg_grad, NULL);
}

static mg_item lower_jacobian(mg_lower *l, const mg_invocation *c)
{
    return derive(l, c, mg_jacobian, NULL);
}

static mg_value hessian(mg_graph *g, mg_value f, mg_value x)
{
    return mg_jacobian(g, mg_grad(g, f, x), x);
}

static mg_item lower_hessian(mg_lower *l, const mg_invocation *c)
{
    return derive(l, c, hessian, NULL);
}

static mg_item lower_vjp(mg_lower *l, const mg_invocation *c)
{
    return derive(l, c, NULL, mg_vjp);
}

static mg_item lower_jvp(mg_lower *l, const mg_invocation *c)
{
    return derive(l, c, NULL, mg_jvp);
}

/* ---- Values of a batch ---- */

static const mg_param only_x[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const mg_param nothing[] = {{.kind = MG_PARAM_END}};

static bool check_training(mg_lower *l, const mg_expr *e, const char *name)
{
    if (l->in_training)
        return true;
    mg_problem *const problem =
        mg_lower_error(l, e, "%s is known only under `if training`", name);
    mg_problem_help(l->problems, problem,
                    "if training { .. %s .. } else { .. }", name);
    return false;
}

static mg_item join(mg_lower *l, const mg_invocation *c,
                    mg_value (*build)(mg_graph *g, mg_value x))
{
    const mg_value x = mg_lower_value(l, &c->item[0], c->expr[0]);
    if (!x.id || !check_training(l, c->call, c->function->name))
        return mg_item_error;
    mg_lower_place(l, c->call);
    return mg_lower_built(l, c->call, build(l->g, x));
}

static mg_item lower_batch_mean(mg_lower *l, const mg_invocation *c)
{
    return join(l, c, mg_batch_mean);
}

static mg_item lower_batch_var(mg_lower *l, const mg_invocation *c)
{
    return join(l, c, mg_batch_var);
}

mg_value mg_lower_batch_size(mg_lower *l, const mg_expr *e)
{
    if (!check_training(l, e, "batch_size"))
        return (mg_value){0};
    mg_lower_place(l, e);
    return mg_lower_built(l, e, mg_batch_size(l->g)).as.value;
}

static mg_item lower_batch_size(mg_lower *l, const mg_invocation *c)
{
    const mg_value size = mg_lower_batch_size(l, c->call);
    return size.id ? mg_item_value(size) : mg_item_error;
}

/* ---- Totals of the data ---- */

/* Whether v is made of a total. */
static bool has_total(mg_lower *l, mg_value v)
{
    bool *const needed =
        mg_alloc(l->ctx, (size_t)mg_graph_size(l->g) + 1, sizeof(*needed));
    bool found = false;
    if (!needed) {
        l->status = MG_NO_MEMORY;
        return false;
    }
    mg_mark_needed(l->g, v, needed);
    for (uint32_t id = 1; id <= v.id && !found; id++)
        found = needed[id] &&
                mg_graph_node(l->g, (mg_value){id})->op == &mg_op_total;
    mg_free(l->ctx, needed);
    return found;
}

static mg_item lower_total(mg_lower *l, const mg_invocation *c)
{
    const mg_value x = mg_lower_value(l, &c->item[0], c->expr[0]);
    if (!x.id)
        return mg_item_error;
    if (!l->in_metric) {
        mg_problem *const problem =
            mg_lower_error(l, c->call, "total is known only in a metric");
        mg_problem_help(l->problems, problem,
                        "metric name = total(..) sums over the data");
        return mg_item_error;
    }
    if (has_total(l, x)) {
        mg_lower_error(l, c->call,
                       "a total of a total: %s is one number for "
                       "all data already",
                       mg_lower_text(l, c->expr[0]));
        return mg_item_error;
    }
    mg_lower_place(l, c->call);
    return mg_lower_built(l, c->call, mg_total(l->g, x));
}

void mg_lower_check_totals(mg_lower *l, const mg_expr *e, mg_value metric)
{
    if (!has_total(l, metric))
        return;
    const mg_dependence d = mg_depends_alone(l, metric, true);
    const char *const what = d.input    ? "an input"
                             : d.target ? "a target"
                             : d.random ? "random numbers"
                                        : NULL;
    if (what)
        mg_lower_error(l, e,
                       "a metric with total is one number for all data, but "
                       "outside total this depends on %s",
                       what);
}

const mg_builtin mg_derivatives[] = {
    {"grad", of_number, lower_grad},
    {"vjp", by_gradient, lower_vjp},
    {"jvp", by_change, lower_jvp},
    {"jacobian", of_value, lower_jacobian},
    {"hessian", of_number, lower_hessian},
    {"batch_mean", only_x, lower_batch_mean},
    {"batch_var", only_x, lower_batch_var},
    {"batch_size", nothing, lower_batch_size},
    {"total", only_x, lower_total},
};
const size_t mg_derivative_count =
    sizeof(mg_derivatives) / sizeof(*mg_derivatives);
