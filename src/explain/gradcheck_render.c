/* gradcheck_render: a gradient check as JSON and as a table. Layer explain. */
#include "explain/gradcheck.h"
#include "explain/json.h"
#include "explain/columns.h"

#include <math.h>

/* ---- JSON ---- */

static const char *json_verdict(mg_gradcheck_verdict verdict)
{
    static const char *const words[] = {
        [MG_GRADCHECK_PASS] = "true",
        [MG_GRADCHECK_FAIL] = "false",
        [MG_GRADCHECK_UNTESTED] = "null",
    };
    return words[verdict];
}

static void put_number(mg_text *text, const char *key, double value)
{
    mg_text_printf(text, "\"%s\": ", key);
    mg_json_real(text, value, MG_F64);
}

static void put_name(mg_text *text, const mg_gradcheck_name *name)
{
    const mg_gradcheck_worst *const worst = &name->worst;
    mg_json_string(text, name->name);
    mg_text_puts(text, ": {");
    put_number(text, "error", worst->error);
    mg_text_printf(text, ", \"elements\": %lld, \"pass\": %s",
                   (long long)name->tried, json_verdict(name->verdict));
    mg_text_printf(text, ", \"worst\": {\"index\": %lld, ",
                   (long long)worst->index);
    put_number(text, "analytic", worst->analytic);
    mg_text_puts(text, ", ");
    put_number(text, "numeric", worst->numeric);
    mg_text_puts(text, "}");
    if (!isfinite(worst->error) || !isfinite(worst->analytic) ||
        !isfinite(worst->numeric))
        mg_text_puts(text, ", \"nonfinite\": true");
    mg_text_puts(text, "}");
}

void mg_gradcheck_json(const mg_gradcheck *check, mg_text *text)
{
    mg_text_printf(text,
                   "{\"schema\": 1, \"pass\": %s, \"seed\": %llu, "
                   "\"names\": {",
                   check->pass ? "true" : "false",
                   (unsigned long long)check->seed);
    for (size_t i = 0; i < check->n; i++) {
        mg_text_puts(text, i ? ", " : "");
        put_name(text, &check->name[i]);
    }
    mg_text_puts(text, "}}\n");
}

/* ---- Text ---- */

static void put_index(mg_text *text, const mg_shape *shape, int64_t index)
{
    mg_shape at = *shape;
    for (int i = shape->rank - 1; i >= 0; i--) {
        at.dim[i] = index % shape->dim[i];
        index /= shape->dim[i];
    }
    mg_text_shape(text, &at);
}

static void put_failure(mg_text *text, const mg_gradcheck_name *name)
{
    mg_text_puts(text, "FAIL: at ");
    put_index(text, &name->shape, name->worst.index);
    mg_text_puts(text, " the derivative is ");
    mg_text_real(text, name->worst.analytic, 9);
    mg_text_puts(text, ", differences say ");
    mg_text_real(text, name->worst.numeric, 9);
}

static void put_result(mg_columns *table, const mg_gradcheck_name *name)
{
    mg_text text;
    mg_text_init(&text, table->arena.ctx);
    if (name->verdict == MG_GRADCHECK_PASS)
        mg_text_puts(&text, "pass");
    else if (name->verdict == MG_GRADCHECK_UNTESTED)
        mg_text_puts(&text, "not tested by this point: gradient 0");
    else
        put_failure(&text, name);
    mg_columns_put(table, mg_text_string(&text));
    table->failed = table->failed || mg_text_status(&text) != MG_OK;
    mg_text_clear(&text);
}

void mg_gradcheck_text(const mg_gradcheck *check, mg_text *text)
{
    static const char *const heads[] = {"name", "shape", "elements",
                                        "largest error", ""};
    mg_columns table;
    mg_columns_init(&table, check->arena.ctx, "llrrl");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        mg_columns_put(&table, heads[i]);
    for (size_t i = 0; i < check->n; i++) {
        const mg_gradcheck_name *const name = &check->name[i];
        char shape[MG_SHAPE_TEXT_SIZE];
        mg_columns_put(&table, name->name);
        mg_columns_put(&table, mg_shape_text(&name->shape, shape));
        mg_columns_integer(&table, name->tried);
        mg_columns_real(&table, name->worst.error, 3);
        put_result(&table, name);
    }
    mg_columns_write(&table, text);
    mg_columns_clear(&table);
    if (!isfinite(check->value))
        mg_text_printf(text,
                       "the loss is %s at this point, which says nothing of "
                       "derivatives: give another one by --at\n",
                       isnan(check->value) ? "not a number" : "infinite");
}
