/* render_json: a walk as one JSON object, in the form that the command line's
 * reference promises. Layer explain. */
#include "explain/json.h"
#include "explain/walk.h"

#include <math.h>

static void put_key(mg_text *text, const char *name)
{
    mg_json_string(text, name);
    mg_text_puts(text, ": ");
}

/* A derivative, by its kind: {"shape": [..], "data": [..], "kind": ".."}. */
static void put_derivative(mg_text *text, const mg_tensor *tensor,
                           const char *kind)
{
    mg_json_tensor_open(text, tensor);
    mg_text_printf(text, ", \"kind\": \"%s\"}", kind);
}

/* "key": {"name": {..}, ...}, of the values or their gradients. */
static void put_values(mg_text *text, const char *key, size_t n,
                       const mg_walk_value values[], bool gradients)
{
    bool any = false;
    put_key(text, key);
    mg_text_puts(text, "{");
    for (size_t i = 0; i < n; i++) {
        const mg_tensor *const tensor =
            gradients ? &values[i].gradient : &values[i].value;
        if (!tensor->data)
            continue;
        mg_text_puts(text, any ? ", " : "");
        put_key(text, values[i].name);
        if (gradients)
            put_derivative(text, tensor, values[i].kind);
        else
            mg_json_tensor(text, tensor);
        any = true;
    }
    mg_text_puts(text, "}");
}

/* kind: NULL if it is no derivative. */
static void put_optional(mg_text *text, const char *key,
                         const mg_tensor *tensor, const char *kind)
{
    if (!tensor->data)
        return;
    mg_text_puts(text, ", ");
    put_key(text, key);
    if (kind)
        put_derivative(text, tensor, kind);
    else
        mg_json_tensor(text, tensor);
}

static void put_jacobian(mg_text *text, const mg_walk *walk,
                         const mg_walk_operand *operand)
{
    if (!operand->jacobian.data)
        return;
    mg_text_puts(text, ", \"jacobian\": ");
    mg_json_tensor_open(text, &operand->jacobian);
    mg_text_printf(text, ", \"zeros\": %lld, \"layout\": \"%s\"}",
                   (long long)operand->zeros, mg_walk_layout(walk));
}

static void put_operand(mg_text *text, const mg_walk *walk,
                        const mg_walk_operand *operand)
{
    mg_text_puts(text, "{\"of\": ");
    mg_json_string(text, operand->of);
    mg_text_puts(text, ", \"rule\": ");
    mg_json_string(text, operand->rule);
    if (operand->out.data || operand->local.data || operand->jacobian.data)
        mg_text_printf(text, ", \"kind\": \"%s\"", operand->kind);
    put_optional(text, "local", &operand->local, NULL);
    put_jacobian(text, walk, operand);
    put_optional(text, "out", &operand->out, operand->out_kind);
    mg_text_puts(text, "}");
}

static void put_operation(mg_text *text, const mg_walk *walk,
                          const mg_walk_operation *operation)
{
    mg_text_puts(text, "{\"formula\": ");
    mg_json_string(text, operation->formula);
    mg_text_puts(text, ", \"op\": ");
    mg_json_string(text, operation->op);
    mg_text_printf(text, ", \"line\": %d, \"column\": %d", operation->line,
                   operation->column);
    put_optional(text, "value", &operation->value, NULL);
    put_optional(text, "in", &operation->in, operation->in_kind);
    mg_text_puts(text, ", \"operands\": [");
    for (int i = 0; i < operation->n_operands; i++) {
        mg_text_puts(text, i ? ", " : "");
        put_operand(text, walk, &operation->operand[i]);
    }
    mg_text_puts(text, "]}");
}

static void put_loss(mg_text *text, const mg_walk *walk)
{
    put_key(text, "loss");
    if (!walk->has_loss)
        mg_text_puts(text, "null");
    else
        mg_json_real(text, walk->loss, walk->real);
    if (walk->has_loss && !isfinite(walk->loss))
        mg_text_puts(text, ", \"nonfinite\": true");
}

void mg_walk_json(const mg_walk *walk, mg_text *text)
{
    mg_text_puts(text, "{\"schema\": 1, ");
    put_loss(text, walk);
    mg_text_puts(text, ", ");
    put_values(text, "values", walk->n_values, walk->value, false);
    mg_text_puts(text, ", ");
    put_values(text, "gradients", walk->n_values, walk->value, true);
    mg_text_puts(text, ", \"operations\": [");
    for (size_t i = 0; i < walk->n_operations; i++) {
        mg_text_puts(text, i ? ", " : "");
        put_operation(text, walk, &walk->operation[i]);
    }
    mg_text_puts(text, "], ");
    put_values(text, "updated", walk->n_updated, walk->updated, false);
    mg_text_puts(text, "}\n");
}
