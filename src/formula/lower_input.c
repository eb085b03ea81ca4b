/* lower_input: inputs, targets, parameters and how they start.
 * Layer formula. */
#include "formula/lower.h"

#include <math.h>
#include <string.h>

#include "graph/evaluate.h"

/* ---- Dimensions ---- */

static bool add_dim(mg_lower *l, const mg_expr *e, int64_t dim, mg_shape *shape)
{
    if (shape->rank == MG_MAX_RANK) {
        mg_lower_error(l, e, "more than %d axes", MG_MAX_RANK);
        return false;
    }
    if (dim < 0) {
        mg_lower_error(l, e, "a dimension is not negative, but this is %lld",
                       (long long)dim);
        return false;
    }
    mg_shape_append(shape, dim);
    return true;
}

/* [a, b, c]: integers known when compiled, or tuples of them. */
bool mg_lower_dims(mg_lower *l, const mg_statement *s, mg_shape *out)
{
    mg_shape shape = {0};
    for (size_t i = 0; i < s->n_dims; i++) {
        const mg_expr *const e = s->dim[i];
        const mg_item item = mg_lower_expr(l, e);
        int n;
        const int64_t *dim;
        if (!mg_lower_integers(l, &item, e, "a dimension", &n, &dim))
            return false;
        for (int k = 0; k < n; k++)
            if (!add_dim(l, e, dim[k], &shape))
                return false;
    }
    if (mg_shape_check(l->ctx, &shape) != MG_OK) {
        mg_lower_error(l, s->dim[0], "%s", mg_message(l->ctx));
        return false;
    }
    *out = shape;
    return true;
}

/* ---- Inputs ---- */

/* K of `class K`, `int K`; 0 for reals. */
static bool lower_classes(mg_lower *l, const mg_statement *s, int64_t *out)
{
    *out = 0;
    if (!s->integers)
        return true;
    const mg_item item = mg_lower_expr(l, s->value);
    if (!mg_lower_integer(l, &item, s->value, "the number of classes", out))
        return false;
    if (*out >= 1)
        return true;
    mg_lower_error(l, s->value, "the number of classes must be at least 1");
    return false;
}

/* A library's parameter stands where the user calls its layer. */
mg_place mg_lower_place_of(mg_lower *l, const mg_statement *s)
{
    const char *const formula = mg_source_excerpt(
        &l->network->arena, l->scope.source, s->begin, s->end);
    mg_spot at = s->pattern->at;
    if (!formula)
        l->status = MG_NO_MEMORY;
    if (l->scope.source->library)
        at = mg_lower_span(l, s->initial ? s->initial : s->value).at;
    return (mg_place){at.line, at.column, formula};
}

void mg_lower_input(mg_lower *l, const mg_statement *s)
{
    mg_network *const n = l->network;
    mg_network_input input = {.target = s->kind == MG_STATEMENT_TARGET};
    const mg_pattern *const p = s->pattern;
    input.name = mg_arena_string(&n->arena, p->name, strlen(p->name));
    input.place = mg_lower_place_of(l, s);
    const bool shaped = mg_lower_dims(l, s, &input.shape);
    if (!lower_classes(l, s, &input.classes) || !shaped || !input.name ||
        mg_table_find(&l->top, p->name)) {
        mg_bind(l, p->name, p->at, mg_item_error);
        return;
    }
    mg_graph_set_place(l->g, input.place);
    input.value =
        mg_input(l->g, input.name, input.classes ? MG_I64 : mg_graph_real(l->g),
                 input.shape);
    if (mg_graph_status(l->g) != MG_OK) {
        l->status = mg_graph_status(l->g);
        return;
    }
    mg_network_input *const item =
        mg_lower_append(l, &n->input, &n->n_inputs, &l->inputs, sizeof(*item));
    if (item)
        *item = input;
    mg_bind(l, p->name, p->at, mg_item_value(input.value));
    mg_path_note(l, p->name, (mg_path_entry){.value = input.value});
}

/* ---- Initial values ---- */

/* Product of all axes but the first; of a vector its length. */
static double fan_in(const mg_shape *shape)
{
    double product = shape->rank == 1 ? (double)shape->dim[0] : 1;
    for (int i = 1; i < shape->rank; i++)
        product *= (double)shape->dim[i];
    return product;
}

/* The first axis times the product from the third on; of a vector 1. */
static double fan_out(const mg_shape *shape)
{
    double product = shape->rank >= 2 ? (double)shape->dim[0] : 1;
    for (int i = 2; i < shape->rank; i++)
        product *= (double)shape->dim[i];
    return product;
}

/* A parameter without elements has no scale: 0. */
static double root_of_ratio(double a, double b)
{
    return b > 0 ? sqrt(a / b) : 0;
}

/* A tensor of that shape that is `number` everywhere. */
static bool set_constant(mg_lower *l, mg_tensor *out, const mg_shape *shape,
                         double number)
{
    const mg_type type = {mg_graph_real(l->g), *shape};
    if (mg_tensor_alloc(&l->network->arena, type, out) != MG_OK) {
        l->status = MG_NO_MEMORY;
        return false;
    }
    const int64_t size = mg_shape_size(shape);
    for (int64_t i = 0; number != 0 && i < size; i++)
        mg_tensor_set(out, i, number);
    return true;
}

/* The forms after ~ and how many numbers they take. */
static const struct {
    const char *name;
    size_t n;
} forms[] = {{"he", 0},         {"xavier", 0}, {"normal", 1}, {"uniform", 2},
             {"orthogonal", 0}, {"zeros", 0},  {"ones", 0}};

/* The name of the form; NULL after an error. */
static const char *find_form(mg_lower *l, const mg_expr *e, size_t *n)
{
    const bool call = e->kind == MG_EXPR_CALL;
    const mg_expr *const word = call ? e->as.call.callee : e;
    const char *const name = word->kind == MG_EXPR_NAME ? word->as.name : "";
    mg_nearest nearest = {.name = name};
    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
        mg_nearest_try(&nearest, forms[i].name);
        if (!strcmp(forms[i].name, name)) {
            *n = forms[i].n;
            return forms[i].name;
        }
    }
    mg_problem *const problem = mg_lower_error(
        l, e, "%s is no way to start a parameter", mg_lower_text(l, e));
    if (nearest.best)
        mg_problem_help(l->problems, problem, "did you mean %s?", nearest.best);
    else
        mg_problem_help(l->problems, problem,
                        "he, xavier, normal(std), uniform(a, b), orthogonal, "
                        "zeros, ones; a value is given with =");
    return NULL;
}

/* The numbers in brackets behind a form. */
static bool lower_numbers(mg_lower *l, const mg_expr *e, const char *form,
                          size_t n, double out[2])
{
    const size_t given = e->kind == MG_EXPR_CALL ? e->as.call.n : 0;
    if (given != n) {
        mg_lower_error(l, e, "%s takes %zu number%s, not %zu", form, n,
                       n == 1 ? "" : "s", given);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        const mg_argument *const argument = &e->as.call.argument[i];
        if (argument->name) {
            mg_lower_error(l, argument->value,
                           "%s takes its numbers without names", form);
            return false;
        }
        const mg_item item = mg_lower_expr(l, argument->value);
        if (!mg_lower_real(l, &item, argument->value, form, &out[i]))
            return false;
        if (!isfinite(out[i])) {
            mg_lower_error(l, argument->value, "%s wants finite numbers", form);
            return false;
        }
    }
    return true;
}

static void set_normal(mg_network_param *param, double deviation)
{
    param->init = MG_INIT_NORMAL;
    param->a = deviation;
}

static void set_uniform(mg_network_param *param, double low, double high)
{
    param->init = MG_INIT_UNIFORM;
    param->a = low;
    param->b = high;
}

/* After ~ (He et al. 2015; Glorot and Bengio 2010; Saxe et al. 2013). */
static bool lower_initial(mg_lower *l, const mg_expr *e, const mg_shape *shape,
                          mg_network_param *param)
{
    double number[2] = {0};
    size_t n = 0;
    const char *const form = find_form(l, e, &n);
    if (!form || !lower_numbers(l, e, form, n, number))
        return false;
    if (!strcmp(form, "normal") && number[0] < 0) {
        mg_lower_error(l, e, "normal's deviation is not negative");
        return false;
    }
    if (!strcmp(form, "uniform") && number[0] > number[1]) {
        mg_lower_error(l, e, "uniform(a, b) wants a <= b");
        return false;
    }
    param->init = MG_INIT_VALUE;
    if (!strcmp(form, "zeros") || !strcmp(form, "ones"))
        return set_constant(l, &param->constant, shape, form[0] == 'o');
    if (!strcmp(form, "he"))
        set_normal(param, root_of_ratio(2, fan_in(shape)));
    else if (!strcmp(form, "normal"))
        set_normal(param, number[0]);
    else if (!strcmp(form, "uniform"))
        set_uniform(param, number[0], number[1]);
    else if (!strcmp(form, "orthogonal"))
        param->init = MG_INIT_ORTHOGONAL;
    else {
        const double bound = root_of_ratio(6, fan_in(shape) + fan_out(shape));
        set_uniform(param, -bound, bound);
    }
    return true;
}

/* shape NULL: any will do. */
static bool check_given(mg_lower *l, const mg_expr *e, const char *what,
                        const mg_shape *given, const mg_shape *shape)
{
    char buffer[2][MG_SHAPE_TEXT_SIZE];
    if (!shape || mg_shape_equal(given, shape))
        return true;
    mg_lower_error(l, e, "the value is %s but the %s %s",
                   mg_shape_text(given, buffer[0]), what,
                   mg_shape_text(shape, buffer[1]));
    return false;
}

/* Copies a constant of the graph; shape NULL: its own. */
static bool take_tensor(mg_lower *l, const mg_expr *e, const char *what,
                        const mg_tensor *from, const mg_shape *shape,
                        mg_tensor *out)
{
    const mg_shape given = from->type.shape;
    if (given.rank == 0)
        return set_constant(l, out, shape ? shape : &given,
                            mg_tensor_get(from, 0));
    if (!check_given(l, e, what, &given, shape) ||
        !set_constant(l, out, &given, 0))
        return false;
    mg_tensor_copy(from, out);
    return true;
}

/* The number that zeros, ones and zeros_like repeat, or NULL: the states of
 * many parameters are made so. */
static const mg_tensor *repeated_number(const mg_lower *l, const mg_node *node)
{
    if (node->op != &mg_op_broadcast)
        return NULL;
    const mg_node *const number = mg_graph_node(l->g, node->input[0]);
    return number->data && number->type.shape.rank == 0 ? number->data : NULL;
}

/* Evaluates what is made of constants. */
static bool take_value(mg_lower *l, const mg_expr *e, const char *what,
                       mg_value value, const mg_shape *shape, mg_tensor *out)
{
    const mg_node *const node = mg_graph_node(l->g, value);
    mg_arena arena;
    mg_tensor tensor;
    if (node->data)
        return take_tensor(l, e, what, node->data, shape, out);
    const mg_tensor *const number = repeated_number(l, node);
    if (number)
        return check_given(l, e, what, &node->type.shape, shape) &&
               set_constant(l, out, &node->type.shape,
                            mg_tensor_get(number, 0));
    if (!mg_is_made_of_constants(l, value)) {
        mg_lower_error(l, e, "a %s's value is made of constants", what);
        return false;
    }
    mg_arena_init(&arena, l->ctx);
    const mg_status status = mg_evaluate_constant(l->g, value, &arena, &tensor);
    if (status == MG_NO_MEMORY)
        l->status = status;
    else if (status != MG_OK)
        mg_lower_error(l, e, "%s", mg_message(l->ctx));
    const bool good =
        status == MG_OK && take_tensor(l, e, what, &tensor, shape, out);
    mg_arena_clear(&arena);
    return good;
}

bool mg_lower_constant(mg_lower *l, const mg_expr *e, const char *what,
                       const mg_shape *shape, mg_tensor *out)
{
    const mg_shape number_shape = {0};
    const mg_item item = mg_lower_expr(l, e);
    if (item.kind == MG_ITEM_ERROR)
        return false;
    if (mg_item_is_known(&item)) {
        const double number =
            item.kind == MG_ITEM_REAL ? item.as.real : (double)item.as.integer;
        return set_constant(l, out, shape ? shape : &number_shape, number);
    }
    const mg_value value = mg_lower_value(l, &item, e);
    return value.id && take_value(l, e, what, value, shape, out);
}

static bool lower_start(mg_lower *l, const mg_statement *s,
                        const mg_shape *shape, mg_network_param *param)
{
    if (s->initial)
        return lower_initial(l, s->initial, shape, param);
    param->init = MG_INIT_VALUE;
    return mg_lower_constant(l, s->value, "parameter", shape, &param->constant);
}

/* ---- Parameters ---- */

void mg_lower_param(mg_lower *l, const mg_statement *s)
{
    mg_network *const n = l->network;
    mg_network_param param = {.place = mg_lower_place_of(l, s)};
    const mg_pattern *const p = s->pattern;
    mg_shape shape = {0};
    if (l->in_rule) {
        mg_lower_error(l, s->initial ? s->initial : s->value,
                       "parameter %s: a rule has no parameters of its own",
                       p->name);
        mg_bind(l, p->name, p->at, mg_item_error);
        return;
    }
    const bool good = mg_lower_dims(l, s, &shape) &&
                      lower_start(l, s, &shape, &param) &&
                      (l->blocks || !mg_table_find(&l->top, p->name));
    const char *const path = good ? mg_path_of_param(l, p->name) : NULL;
    if (!path) {
        mg_bind(l, p->name, p->at, mg_item_error);
        return;
    }
    mg_graph_set_place(l->g, param.place);
    param.name = mg_arena_string(&n->arena, path, strlen(path));
    param.value = mg_variable(l->g, path, mg_graph_real(l->g), shape);
    mg_network_param *const item =
        mg_lower_append(l, &n->param, &n->n_params, &l->params, sizeof(*item));
    if (!param.name || !item || mg_graph_status(l->g) != MG_OK) {
        l->status = MG_NO_MEMORY;
        return;
    }
    *item = param;
    mg_path_note(l, param.name,
                 (mg_path_entry){.param = true, .value = param.value});
    mg_bind(l, p->name, p->at, mg_item_value(param.value));
}
