/* library_call: what was called from the library, with which operands, so that
 * explanations can write it by its name. Layer formula. */
#include "formula/lower.h"

#include <math.h>
#include <string.h>

static mg_network_operand operand_of(const mg_item *item)
{
    mg_network_operand operand = {.number = NAN};
    if (item->kind == MG_ITEM_VALUE)
        operand.value = item->as.value;
    else if (item->kind == MG_ITEM_REAL)
        operand.number = item->as.real;
    else if (mg_item_is_known(item))
        operand.number = (double)item->as.integer;
    return operand;
}

/* The value of parameter i in the body: given, or its default. */
static mg_item item_of(const mg_lower *l, const mg_invocation *call, size_t i)
{
    const mg_function *const f = call->function;
    if (call->given[i])
        return call->item[i];
    const mg_binding *const b = mg_scope_find(l, f->params[i].name);
    return b ? b->item : mg_item_error;
}

void mg_note_call(mg_lower *l, const mg_invocation *call, const mg_item *result)
{
    if (result->kind != MG_ITEM_VALUE)
        return;
    mg_network *const n = l->network;
    const char *const name = call->function->name;
    mg_network_call note = {.result = result->as.value, .n = call->n};
    note.function = mg_arena_string(&n->arena, name, strlen(name));
    note.operand =
        mg_arena_alloc(&n->arena, call->n + 1, sizeof(*note.operand));
    mg_network_call *const listed = mg_lower_append(
        l, &n->call, &n->n_calls, &l->library_calls, sizeof(*n->call));
    if (!note.function || !note.operand || !listed) {
        l->status = MG_NO_MEMORY;
        return;
    }
    for (size_t i = 0; i < call->n; i++) {
        const mg_item item = item_of(l, call, i);
        note.operand[i] = operand_of(&item);
    }
    *listed = note;
}
