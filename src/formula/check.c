/* check: names in functions that may never be called. Locals are bound to
 * the error item, which is known and says no more. Layer formula. */
#include "formula/lower.h"

static void check_expr(mg_lower *l, const mg_expr *e);

static void check_block(mg_lower *l, const mg_block *block, bool valued);

static void check_function(mg_lower *l, const mg_def *def);

static void check_list(mg_lower *l, const mg_expr *const *item, size_t n)
{
    for (size_t i = 0; i < n; i++)
        check_expr(l, item[i]);
}

static void check_call(mg_lower *l, const mg_expr *e)
{
    const mg_expr *const callee = e->as.call.callee;
    check_expr(l, callee);
    if (callee->kind == MG_EXPR_NAME && mg_is_planned(callee->as.name) &&
        !mg_scope_find(l, callee->as.name))
        return; /* refused: its arguments may be as new */
    for (size_t i = 0; i < e->as.call.n; i++)
        check_expr(l, e->as.call.argument[i].value);
}

static void check_index(mg_lower *l, const mg_expr *e)
{
    check_expr(l, e->as.index.base);
    for (size_t i = 0; i < e->as.index.n; i++)
        for (int k = 0; k < 3; k++)
            if (e->as.index.subscript[i].part[k])
                check_expr(l, e->as.index.subscript[i].part[k]);
}

/* The left side in a loop: sums may be long. */
static void check_binary(mg_lower *l, const mg_expr *e)
{
    for (; e->kind == MG_EXPR_BINARY; e = e->as.binary.left)
        check_expr(l, e->as.binary.right);
    check_expr(l, e);
}

static void check_expr(mg_lower *l, const mg_expr *e)
{
    switch ((mg_expr_kind)e->kind) {
    case MG_EXPR_NAME:
        mg_check_name(l, e);
        break;
    case MG_EXPR_UNARY:
        check_expr(l, e->as.binary.left);
        break;
    case MG_EXPR_BINARY:
        check_binary(l, e);
        break;
    case MG_EXPR_CALL:
        check_call(l, e);
        break;
    case MG_EXPR_INDEX:
        check_index(l, e);
        break;
    case MG_EXPR_LIST:
    case MG_EXPR_TUPLE:
        check_list(l, e->as.list.item, e->as.list.n);
        break;
    case MG_EXPR_IF:
        check_block(l, e->as.choice.then, true);
        check_block(l, e->as.choice.otherwise, true);
        break;
    case MG_EXPR_LAMBDA:
        check_function(l, e->as.lambda);
        break;
    default:
        break;
    }
}

static void bind_unknown(mg_lower *l, const mg_pattern *p)
{
    if (p->name)
        mg_bind(l, p->name, p->at, mg_item_error);
    for (size_t i = 0; i < p->n; i++)
        bind_unknown(l, p->item[i]);
}

/* The words after ~ are no names; their arguments are formulas. */
static void check_initial(mg_lower *l, const mg_expr *e)
{
    if (e->kind != MG_EXPR_CALL)
        return;
    for (size_t i = 0; i < e->as.call.n; i++)
        check_expr(l, e->as.call.argument[i].value);
}

static void check_function(mg_lower *l, const mg_def *def)
{
    const bool steps = l->scope.steps;
    const mg_binding *const local = l->scope.local;
    l->blocks++;
    for (size_t i = 0; i < def->n; i++) {
        if (def->parameter[i].value)
            check_expr(l, def->parameter[i].value);
        mg_bind(l, def->parameter[i].name, def->parameter[i].at, mg_item_error);
    }
    l->scope.steps = l->scope.steps || def->rule;
    check_block(l, def->body, !def->rule);
    l->scope.steps = steps;
    l->blocks--;
    l->scope.local = local;
}

/* Of a broken statement only the names are whole. */
static void check_statement(mg_lower *l, const mg_statement *s)
{
    const bool whole = s->kind != MG_STATEMENT_BROKEN;
    if (whole)
        check_list(l, s->dim, s->n_dims);
    if (whole && s->initial)
        check_initial(l, s->initial);
    if (whole && s->value)
        check_expr(l, s->value);
    if (whole && s->def)
        check_function(l, s->def);
    if (s->kind == MG_STATEMENT_UPDATE)
        mg_lower_find_state(l, s->pattern);
    else if (s->pattern)
        bind_unknown(l, s->pattern);
}

static void check_block(mg_lower *l, const mg_block *block, bool valued)
{
    const mg_binding *const local = l->scope.local;
    mg_check_block_value(l, block, valued);
    l->blocks++;
    for (const mg_statement *s = block->first; s; s = s->next)
        check_statement(l, s);
    l->blocks--;
    l->scope.local = local;
}

void mg_check_def(mg_lower *l, const mg_function *f)
{
    const mg_scope scope = l->scope;
    l->scope = f->scope;
    check_function(l, f->def);
    l->scope = scope;
}
