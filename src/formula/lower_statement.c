/* lower_statement: names given to values, results, functions, blocks.
 * Layer formula. */
#include "formula/lower.h"

#include <assert.h>
#include <string.h>

/* ---- Giving names ---- */

/* A value gets its name node; integers, tuples and functions have none, nor
 * have the names in the library's bodies. */
static mg_item name_item(mg_lower *l, const mg_statement *s, const char *name,
                         mg_spot at, mg_item item)
{
    if (l->scope.source->library)
        return item;
    if (item.kind == MG_ITEM_REAL) {
        mg_graph_set_place(l->g,
                           (mg_place){.line = at.line, .column = at.column});
        const mg_value value = mg_real(l->g, item.as.real);
        if (mg_graph_status(l->g) != MG_OK)
            return mg_lower_no_memory(l);
        item = mg_item_value(value);
    }
    if (item.kind == MG_ITEM_VALUE)
        item.as.value = mg_name_value(l, name, at, s, item.as.value);
    return item;
}

static void refuse_unpacking(mg_lower *l, const mg_pattern *p,
                             const mg_item *item)
{
    const uint32_t length = p->end - p->begin;
    if (item->kind == MG_ITEM_ERROR)
        return;
    if (item->kind == MG_ITEM_TUPLE) {
        mg_lower_error_at(l, p->at, length, "%zu name%s for %zu value%s", p->n,
                          p->n == 1 ? "" : "s", item->as.tuple.n,
                          item->as.tuple.n == 1 ? "" : "s");
        return;
    }
    mg_problem *const problem =
        mg_lower_error_at(l, p->at, length, "%zu name%s for %s", p->n,
                          p->n == 1 ? "" : "s", mg_item_kind_name(item));
    if (item->kind == MG_ITEM_VALUE)
        mg_problem_help(l->problems, problem,
                        "split(x, parts) makes a tuple of a value");
}

static void bind_pattern(mg_lower *l, const mg_statement *s,
                         const mg_pattern *p, mg_item item)
{
    assert(p);
    if (p->name) {
        mg_bind(l, p->name, p->at, name_item(l, s, p->name, p->at, item));
        return;
    }
    const bool fits = item.kind == MG_ITEM_TUPLE && item.as.tuple.n == p->n;
    if (!fits)
        refuse_unpacking(l, p, &item);
    for (size_t i = 0; i < p->n; i++)
        bind_pattern(l, s, p->item[i],
                     fits ? item.as.tuple.item[i] : mg_item_error);
}

static const char *first_name(const mg_pattern *p)
{
    assert(p);
    while (!p->name)
        p = p->item[0];
    return p->name;
}

mg_item mg_lower_right(mg_lower *l, const mg_statement *s)
{
    mg_path *const path = l->path;
    l->path = mg_path_make(l, path, first_name(s->pattern), false);
    const mg_item item = l->path ? mg_lower_expr(l, s->value) : mg_item_error;
    l->path = path;
    return item;
}

static void lower_assign(mg_lower *l, const mg_statement *s)
{
    const mg_item item = mg_lower_right(l, s);
    bind_pattern(l, s, s->pattern, item);
}

/* ---- Results ---- */

/* The right side as a value, named; id 0 after an error. */
static mg_value lower_named(mg_lower *l, const mg_statement *s, bool real)
{
    const mg_pattern *const p = s->pattern;
    assert(p && p->name);
    const mg_item item = mg_lower_right(l, s);
    mg_value value = {0};
    if (item.kind != MG_ITEM_ERROR) {
        mg_lower_place(l, s->value);
        value = mg_lower_value(l, &item, s->value);
    }
    if (value.id && real)
        value = mg_lower_built(l, s->value,
                               mg_cast_to(l->g, value, mg_graph_real(l->g)))
                    .as.value;
    if (value.id)
        value = mg_name_value(l, p->name, p->at, s, value);
    mg_bind(l, p->name, p->at, value.id ? mg_item_value(value) : mg_item_error);
    return value;
}

static bool check_scalar(mg_lower *l, const mg_statement *s, mg_value value,
                         const char *what)
{
    const mg_shape shape = mg_value_shape(l->g, value);
    char buffer[MG_SHAPE_TEXT_SIZE];
    if (shape.rank == 0)
        return true;
    mg_problem *const problem =
        mg_lower_error(l, s->value, "%s must be a number, but its shape is %s",
                       what, mg_shape_text(&shape, buffer));
    mg_problem_help(l->problems, problem, "did you mean mean(%s)?",
                    mg_lower_text(l, s->value));
    return false;
}

/* What the network keeps of a named value. */
static mg_network_value listed(const mg_lower *l, mg_value value)
{
    const mg_node *const node = mg_graph_node(l->g, value);
    return (mg_network_value){node->name, value, node->place};
}

static void lower_output(mg_lower *l, const mg_statement *s)
{
    mg_network *const n = l->network;
    const mg_value value = lower_named(l, s, false);
    if (!value.id)
        return;
    if (mg_depends(l, value).target) {
        mg_lower_error(l, s->value,
                       "output %s depends on a target, which is not known in "
                       "use",
                       mg_graph_node(l->g, value)->name);
        return;
    }
    mg_network_value *const output = mg_lower_append(
        l, &n->output, &n->n_outputs, &l->outputs, sizeof(*output));
    if (output)
        *output = listed(l, value);
}

/* b is a with val_ in front. */
static bool is_held_out(const char *a, const char *b)
{
    return !strncmp(b, "val_", 4) && !strcmp(a, b + 4);
}

/* Logs and --json write metrics beside keys of their own, and each metric once
 * more with val_ in front: a key stands in an object once. */
static bool check_metric_name(mg_lower *l, const mg_pattern *p)
{
    static const char *const keys[] = {
        "loss",    "val_loss", "epoch",   "step",
        "seconds", "schema",   "event",   "examples_per_second",
        "data",    "part",     "examples"};
    const mg_network *const n = l->network;
    bool taken = false;
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
        taken = taken || !strcmp(keys[i], p->name);
    for (size_t i = 0; i < n->n_metrics; i++)
        taken = taken || is_held_out(n->metric[i].name, p->name) ||
                is_held_out(p->name, n->metric[i].name);
    if (taken)
        mg_lower_error_at(l, p->at, strlen(p->name),
                          "a metric cannot be called %s: the log of a run has "
                          "another entry of that name",
                          p->name);
    return !taken;
}

static void lower_metric(mg_lower *l, const mg_statement *s)
{
    mg_network *const n = l->network;
    l->in_metric = true;
    const mg_value value = lower_named(l, s, false);
    l->in_metric = false;
    if (!value.id || !check_scalar(l, s, value, "a metric") ||
        !check_metric_name(l, s->pattern))
        return;
    mg_lower_check_totals(l, s->value, value);
    mg_network_value *const metric = mg_lower_append(
        l, &n->metric, &n->n_metrics, &l->metrics, sizeof(*metric));
    if (metric)
        *metric = listed(l, value);
}

static void lower_loss(mg_lower *l, const mg_statement *s)
{
    const mg_value value = lower_named(l, s, true);
    if (value.id && check_scalar(l, s, value, "the loss"))
        l->network->loss = value;
}

static void lower_weight(mg_lower *l, const mg_statement *s)
{
    const mg_value value = lower_named(l, s, true);
    if (value.id && check_scalar(l, s, value, "the weight"))
        l->network->weight = value;
}

static void lower_penalty(mg_lower *l, const mg_statement *s)
{
    const mg_value value = lower_named(l, s, true);
    if (!value.id || !check_scalar(l, s, value, "the penalty"))
        return;
    const mg_dependence d = mg_depends(l, value);
    if (d.input || d.target || d.random)
        mg_lower_error(l, s->value,
                       "the penalty depends on %s; it is a "
                       "number made of parameters",
                       d.input    ? "an input"
                       : d.target ? "a target"
                                  : "random numbers");
    else
        l->network->penalty = value;
}

/* ---- Functions ---- */

const mg_function *mg_make_function(mg_lower *l, const mg_def *def,
                                    mg_scope scope)
{
    mg_function *const f = mg_lower_alloc(l, 1, sizeof(*f));
    mg_param *const params = mg_lower_alloc(l, def->n + 1, sizeof(*params));
    if (!f || !params)
        return NULL;
    for (size_t i = 0; i < def->n; i++)
        params[i] = (mg_param){.name = def->parameter[i].name,
                               .kind = MG_PARAM_VALUE,
                               .optional = def->parameter[i].value != NULL};
    *f = (mg_function){.name = def->name ? def->name : "lambda",
                       .params = params,
                       .def = def,
                       .scope = scope};
    f->scope.steps = scope.steps || def->rule;
    return f;
}

static void lower_def(mg_lower *l, const mg_statement *s)
{
    mg_scope scope = l->scope;
    if (l->n_top < scope.visible)
        scope.visible = l->n_top;
    const mg_function *const f = mg_make_function(l, s->def, scope);
    if (!f)
        return;
    mg_check_def(l, f);
    mg_bind(l, s->def->name, s->def->at,
            (mg_item){.kind = MG_ITEM_FUNCTION, .as.function = f});
}

/* ---- Statements ---- */

static void bind_broken(mg_lower *l, const mg_statement *s, const mg_pattern *p)
{
    if (p->name)
        mg_bind(l, p->name, p->at, mg_item_error);
    for (size_t i = 0; i < p->n; i++)
        bind_broken(l, s, p->item[i]);
}

static void lower_statement(mg_lower *l, const mg_statement *s)
{
    switch (s->kind) {
    case MG_STATEMENT_BROKEN:
        if (s->pattern)
            bind_broken(l, s, s->pattern);
        break;
    case MG_STATEMENT_ASSIGN:
        lower_assign(l, s);
        break;
    case MG_STATEMENT_INPUT:
    case MG_STATEMENT_TARGET:
        mg_lower_input(l, s);
        break;
    case MG_STATEMENT_PARAM:
        mg_lower_param(l, s);
        break;
    case MG_STATEMENT_STATE:
        mg_lower_state(l, s);
        break;
    case MG_STATEMENT_UPDATE:
        mg_lower_update(l, s);
        break;
    case MG_STATEMENT_OUTPUT:
        lower_output(l, s);
        break;
    case MG_STATEMENT_LOSS:
        lower_loss(l, s);
        break;
    case MG_STATEMENT_WEIGHT:
        lower_weight(l, s);
        break;
    case MG_STATEMENT_PENALTY:
        lower_penalty(l, s);
        break;
    case MG_STATEMENT_METRIC:
        lower_metric(l, s);
        break;
    case MG_STATEMENT_DEF:
    case MG_STATEMENT_RULE:
        lower_def(l, s);
        break;
    case MG_STATEMENT_TRAIN:
        mg_lower_train(l, s);
        break;
    case MG_STATEMENT_EXPRESSION:
        break;
    }
}

/* A formula whose value nothing takes. */
static void refuse_unused(mg_lower *l, const mg_statement *s, bool rule)
{
    mg_problem *const problem =
        mg_lower_error(l, s->value, "nothing takes the value of this formula");
    const char first = l->scope.source->text[s->at.offset];
    mg_problem_help(l->problems, problem, "%s",
                    first == '+' || first == '-'
                        ? "a formula goes on in the next line inside ( )"
                    : rule      ? "a rule has no value: w := .. is its result"
                    : l->blocks ? "a block's value is its last line"
                                : "give it a name: name = ..");
}

void mg_check_block_value(mg_lower *l, const mg_block *block, bool valued)
{
    const mg_statement *last = block->first;
    for (const mg_statement *s = last; s; s = s->next) {
        if (s->kind == MG_STATEMENT_EXPRESSION && (s->next || !valued))
            refuse_unused(l, s, !valued);
        last = s;
    }
    if (!valued)
        return;
    if (last && (last->kind == MG_STATEMENT_BROKEN ||
                 last->kind == MG_STATEMENT_EXPRESSION))
        return;
    mg_problem *const problem =
        mg_lower_error_at(l, block->at, 1, "this block has no value");
    mg_problem_help(l->problems, problem,
                    "its last line must be a formula without a name");
}

mg_item mg_lower_block(mg_lower *l, const mg_block *block)
{
    const mg_binding *const local = l->scope.local;
    mg_item item = mg_item_error;
    mg_check_block_value(l, block, true);
    l->blocks++;
    for (const mg_statement *s = block->first; s; s = s->next) {
        if (s->kind != MG_STATEMENT_EXPRESSION)
            lower_statement(l, s);
        else if (!s->next)
            item = mg_lower_expr(l, s->value);
    }
    l->blocks--;
    l->scope.local = local;
    return item;
}

void mg_lower_rule_body(mg_lower *l, const mg_block *block)
{
    const mg_binding *const local = l->scope.local;
    l->blocks++;
    for (const mg_statement *s = block->first; s; s = s->next)
        if (s->kind != MG_STATEMENT_EXPRESSION) /* refused by mg_check_def */
            lower_statement(l, s);
    l->blocks--;
    l->scope.local = local;
}

static void note_later(mg_lower *l, const mg_statement *s, const mg_pattern *p)
{
    if (p->name && !mg_table_find(&l->later, p->name) &&
        mg_table_put(l->ctx, &l->later, p->name, (void *)s) != MG_OK)
        l->status = MG_NO_MEMORY;
    for (size_t i = 0; i < p->n; i++)
        note_later(l, s, p->item[i]);
}

void mg_lower_file(mg_lower *l, const mg_statement *first)
{
    for (const mg_statement *s = first; s; s = s->next) {
        if (s->pattern && s->kind != MG_STATEMENT_UPDATE)
            note_later(l, s, s->pattern);
    }
    for (const mg_statement *s = first; s && l->status == MG_OK; s = s->next) {
        if (s->kind == MG_STATEMENT_EXPRESSION) {
            mg_lower_expr(l, s->value);
            refuse_unused(l, s, false);
        } else {
            lower_statement(l, s);
        }
    }
}
