/* builtins: functions of the language that are no single operation: they
 * count, split and stack, or number their call. Layer formula. */
#include "formula/lower.h"

/* The value given for parameter i; id 0 after an error. */
static mg_value value_at(mg_lower *l, const mg_invocation *c, size_t i)
{
    return mg_lower_value(l, &c->item[i], c->expr[i]);
}

static mg_item built(mg_lower *l, const mg_invocation *c, mg_value value)
{
    return mg_lower_built(l, c->call, value);
}

/* ---- Sizes ---- */

static const mg_param only_x[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static mg_item lower_shape(mg_lower *l, const mg_invocation *c)
{
    const mg_value x = value_at(l, c, 0);
    const mg_shape shape = mg_value_shape(l->g, x);
    mg_item out = {.kind = MG_ITEM_TUPLE};
    mg_item *const item =
        mg_lower_alloc(l, (size_t)shape.rank + 1, sizeof(*item));
    if (!x.id || !item)
        return mg_item_error;
    for (int i = 0; i < shape.rank; i++)
        item[i] = mg_item_integer(shape.dim[i]);
    out.as.tuple.item = item;
    out.as.tuple.n = (size_t)shape.rank;
    return out;
}

static mg_item lower_size(mg_lower *l, const mg_invocation *c)
{
    const mg_value x = value_at(l, c, 0);
    const mg_shape shape = mg_value_shape(l->g, x);
    return x.id ? mg_item_integer(mg_shape_size(&shape)) : mg_item_error;
}

static const mg_param two_values[] = {
    {.name = "a", .kind = MG_PARAM_VALUE},
    {.name = "b", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static mg_item lower_same_shape(mg_lower *l, const mg_invocation *c)
{
    const mg_value a = value_at(l, c, 0), b = value_at(l, c, 1);
    char buffer[2][MG_SHAPE_TEXT_SIZE];
    if (!a.id || !b.id)
        return mg_item_error;
    const mg_shape s = mg_value_shape(l->g, a), t = mg_value_shape(l->g, b);
    if (mg_shape_equal(&s, &t))
        return mg_item_value(a);
    mg_problem *const problem = mg_lower_error(
        l, c->call, "%s is %s but %s is %s; the shapes must be equal",
        mg_lower_text(l, c->expr[0]), mg_shape_text(&s, buffer[0]),
        mg_lower_text(l, c->expr[1]), mg_shape_text(&t, buffer[1]));
    if (mg_shape_size(&s) == mg_shape_size(&t))
        mg_problem_help(l->problems, problem,
                        "reshape(x, shape) or flatten(x) changes a shape");
    return mg_item_error;
}

/* ---- Moving ---- */

static mg_item lower_flatten(mg_lower *l, const mg_invocation *c)
{
    const mg_value x = value_at(l, c, 0);
    const mg_shape shape = mg_value_shape(l->g, x);
    const int64_t size = mg_shape_size(&shape);
    const mg_shape flat = mg_shape_of(1, &size);
    if (!x.id)
        return mg_item_error;
    mg_lower_place(l, c->call);
    return built(l, c, mg_reshape(l->g, x, &flat));
}

/* The axis given by name, canonical; false after an error. */
static bool find_axis(mg_lower *l, const mg_invocation *c, size_t i, int rank,
                      int64_t *out)
{
    int64_t axis = 0;
    if (c->given[i] &&
        !mg_lower_integer(l, &c->item[i], c->expr[i], "axis", &axis))
        return false;
    if (axis < -rank || axis >= rank) {
        mg_lower_error(l, c->call, "%s: there is no axis %lld of %d",
                       c->function->name, (long long)axis, rank);
        return false;
    }
    *out = axis < 0 ? axis + rank : axis;
    return true;
}

static const mg_param split_params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.name = "parts", .kind = MG_PARAM_INT},
    {.name = "axis", .kind = MG_PARAM_INT, .optional = true},
    {.kind = MG_PARAM_END},
};

/* Part k of `parts` along an axis, each `count` long. */
static mg_item take_part(mg_lower *l, const mg_invocation *c, mg_value x,
                         int64_t axis, int64_t count, int64_t k)
{
    int64_t begin[MG_MAX_RANK] = {0}, step[MG_MAX_RANK];
    mg_shape shape = mg_value_shape(l->g, x);
    for (int i = 0; i < shape.rank; i++)
        step[i] = 1;
    begin[axis] = k * count;
    shape.dim[axis] = count;
    return built(l, c, mg_slice(l->g, x, begin, shape.dim, step));
}

static mg_item lower_split(mg_lower *l, const mg_invocation *c)
{
    const mg_value x = value_at(l, c, 0);
    const mg_shape shape = mg_value_shape(l->g, x);
    int64_t parts, axis;
    if (!x.id ||
        !mg_lower_integer(l, &c->item[1], c->expr[1], "parts", &parts) ||
        !find_axis(l, c, 2, shape.rank, &axis))
        return mg_item_error;
    const int64_t size = shape.dim[axis];
    if (parts < 1 || parts > MG_OPERATION_LIMIT || size % parts != 0) {
        mg_lower_error(l, c->call,
                       "split: axis %lld has %lld elements, which are not %lld "
                       "equal parts",
                       (long long)axis, (long long)size, (long long)parts);
        return mg_item_error;
    }
    mg_item out = {.kind = MG_ITEM_TUPLE, .as.tuple.n = (size_t)parts};
    mg_item *const item = mg_lower_alloc(l, (size_t)parts, sizeof(*item));
    mg_lower_place(l, c->call);
    for (int64_t k = 0; k < parts && item; k++) {
        if (!mg_lower_count(l, c->call))
            return mg_item_error;
        item[k] = take_part(l, c, x, axis, size / parts, k);
        if (item[k].kind == MG_ITEM_ERROR)
            return mg_item_error;
    }
    out.as.tuple.item = item;
    return item ? out : mg_item_error;
}

static const mg_param stack_params[] = {
    {.name = "x", .kind = MG_PARAM_VALUES},
    {.name = "axis",
     .kind = MG_PARAM_INT,
     .optional = true,
     .named_only = true},
    {.kind = MG_PARAM_END},
};

static mg_item lower_stack(mg_lower *l, const mg_invocation *c)
{
    int64_t axis = 0;
    mg_value *const value = mg_lower_alloc(l, c->n_rest + 1, sizeof(*value));
    if (!value || (c->given[1] && !mg_lower_integer(l, &c->item[1], c->expr[1],
                                                    "axis", &axis)))
        return mg_item_error;
    for (size_t i = 0; i < c->n_rest; i++) {
        value[i] = mg_lower_value(l, &c->rest[i], c->rest_expr[i]);
        if (!value[i].id)
            return mg_item_error;
    }
    const mg_value stacked = mg_lower_stack(l, c->call, c->n_rest, value, axis);
    return stacked.id ? mg_item_value(stacked) : mg_item_error;
}

/* ---- Made from sizes and random numbers ---- */

static const mg_param only_shape[] = {
    {.name = "shape", .kind = MG_PARAM_INTS},
    {.kind = MG_PARAM_END},
};

static mg_item fill(mg_lower *l, const mg_invocation *c, double number)
{
    mg_shape shape;
    if (!mg_lower_shape(l, &c->item[0], c->expr[0], &shape))
        return mg_item_error;
    mg_lower_place(l, c->call);
    return built(l, c, mg_broadcast(l->g, mg_real(l->g, number), &shape));
}

static mg_item lower_zeros(mg_lower *l, const mg_invocation *c)
{
    return fill(l, c, 0);
}

static mg_item lower_ones(mg_lower *l, const mg_invocation *c)
{
    return fill(l, c, 1);
}

static mg_item lower_zeros_like(mg_lower *l, const mg_invocation *c)
{
    const mg_value x = value_at(l, c, 0);
    if (!x.id)
        return mg_item_error;
    mg_lower_place(l, c->call);
    return built(l, c, mg_zeros_like(l->g, x));
}

static mg_item draw(mg_lower *l, const mg_invocation *c,
                    mg_value (*builder)(mg_graph *, int64_t, const mg_shape *))
{
    mg_shape shape;
    if (!mg_lower_shape(l, &c->item[0], c->expr[0], &shape))
        return mg_item_error;
    if (l->scope.steps) {
        mg_lower_error(l, c->call, "%s: train draws no random numbers",
                       c->function->name);
        return mg_item_error;
    }
    mg_lower_place(l, c->call);
    return built(l, c, builder(l->g, l->random_calls++, &shape));
}

static mg_item lower_random(mg_lower *l, const mg_invocation *c)
{
    return draw(l, c, mg_random);
}

static mg_item lower_normal(mg_lower *l, const mg_invocation *c)
{
    return draw(l, c, mg_normal);
}

/* ---- repeat ---- */

static const mg_param repeat_params[] = {
    {.name = "n", .kind = MG_PARAM_INT},
    {.name = "f", .kind = MG_PARAM_VALUE},
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

/* The call f(x) of one turn; false if f takes other arguments. */
static bool turn_call(mg_lower *l, const mg_invocation *c, mg_invocation *out)
{
    const mg_function *const f = c->item[1].as.function;
    size_t n = 0, wanted = 0;
    for (; f->params[n].kind != MG_PARAM_END; n++)
        wanted += !f->params[n].optional;
    if (n == 0 || f->params[0].kind == MG_PARAM_VALUES ||
        f->params[0].named_only || wanted > 1 ||
        (wanted == 1 && f->params[0].optional)) {
        mg_lower_error(l, c->expr[1],
                       "repeat calls %s with one argument, but it takes %zu",
                       mg_lower_text(l, c->expr[1]), wanted);
        return false;
    }
    bool *const given = mg_lower_alloc(l, n, sizeof(*given));
    const mg_expr **const expr = mg_lower_alloc(l, n, sizeof(*expr));
    if (!given || !expr)
        return false;
    given[0] = true;
    expr[0] = c->expr[2];
    *out = (mg_invocation){
        .call = c->call, .function = f, .n = n, .given = given, .expr = expr};
    return true;
}

/* One turn, whose parameters go on from ".k" in paths. */
static mg_item take_turn(mg_lower *l, mg_invocation call, int64_t k, mg_item x)
{
    mg_path *const path = l->path;
    const char *const number = mg_arena_format(l->arena, "%lld", (long long)k);
    mg_item *const item = mg_lower_alloc(l, call.n, sizeof(*item));
    if (!number || !item)
        return mg_lower_no_memory(l);
    item[0] = x;
    call.item = item;
    call.later = k > 0;
    l->path = mg_path_make(l, path, number, false);
    const mg_item y = l->path ? mg_lower_invoke(l, &call) : mg_item_error;
    l->path = path;
    return y;
}

static mg_item lower_repeat(mg_lower *l, const mg_invocation *c)
{
    int64_t n;
    mg_invocation call;
    mg_item x = c->item[2];
    if (!mg_lower_integer(l, &c->item[0], c->expr[0], "n", &n))
        return mg_item_error;
    if (n < 0 || c->item[1].kind != MG_ITEM_FUNCTION) {
        if (n < 0)
            mg_lower_error(l, c->expr[0],
                           "repeat: n is %lld, but it counts turns",
                           (long long)n);
        else
            mg_lower_error(
                l, c->expr[1], "repeat wants a function, v -> .., but %s is %s",
                mg_lower_text(l, c->expr[1]), mg_item_kind_name(&c->item[1]));
        return mg_item_error;
    }
    if (c->item[1].as.function->def && c->item[1].as.function->def->rule) {
        mg_lower_error(l, c->expr[1], "%s is a rule, which only train can use",
                       mg_lower_text(l, c->expr[1]));
        return mg_item_error;
    }
    if (!turn_call(l, c, &call))
        return mg_item_error;
    for (int64_t k = 0; k < n && x.kind != MG_ITEM_ERROR; k++)
        x = take_turn(l, call, k, x);
    return x;
}

const mg_builtin mg_builtins[] = {
    {"shape", only_x, lower_shape},
    {"size", only_x, lower_size},
    {"same_shape", two_values, lower_same_shape},
    {"flatten", only_x, lower_flatten},
    {"split", split_params, lower_split},
    {"stack", stack_params, lower_stack},
    {"zeros", only_shape, lower_zeros},
    {"ones", only_shape, lower_ones},
    {"zeros_like", only_x, lower_zeros_like},
    {"random", only_shape, lower_random},
    {"normal", only_shape, lower_normal},
    {"repeat", repeat_params, lower_repeat},
};
const size_t mg_builtin_count = sizeof(mg_builtins) / sizeof(*mg_builtins);
