/* gradcheck_render: a gradient check as JSON and as a table. Layer explain. */
#include "explain/gradcheck.h"
#include "explain/json.h"
#include "explain/words.h"

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

static void put_padded(mg_text *text, const char *words, int width)
{
    mg_text_puts(text, words);
    for (int i = mg_words_width(words); i < width + 2; i++)
        mg_text_puts(text, " ");
}

static void put_real(mg_text *text, double value, int width)
{
    char number[MG_REAL_SIZE];
    mg_format_real(number, value, 3);
    put_padded(text, number, width);
}

static void put_index(mg_text *text, const mg_shape *shape, int64_t index)
{
    mg_shape at = *shape;
    for (int i = shape->rank - 1; i >= 0; i--) {
        at.dim[i] = index % shape->dim[i];
        index /= shape->dim[i];
    }
    mg_text_shape(text, &at);
}

static void put_result(mg_text *text, const mg_gradcheck_name *name)
{
    if (name->verdict == MG_GRADCHECK_PASS)
        mg_text_puts(text, "pass\n");
    else if (name->verdict == MG_GRADCHECK_UNTESTED)
        mg_text_puts(text, "not tested by this point: gradient 0\n");
    else {
        mg_text_puts(text, "FAIL: at ");
        put_index(text, &name->shape, name->worst.index);
        mg_text_puts(text, " the derivative is ");
        mg_text_real(text, name->worst.analytic, 9);
        mg_text_puts(text, ", differences say ");
        mg_text_real(text, name->worst.numeric, 9);
        mg_text_puts(text, "\n");
    }
}

void mg_gradcheck_text(const mg_gradcheck *check, mg_text *text)
{
    int widest = 4, shapes = 5;
    char shape[MG_SHAPE_TEXT_SIZE];
    for (size_t i = 0; i < check->n; i++) {
        const int name = mg_words_width(check->name[i].name);
        const int width =
            mg_words_width(mg_shape_text(&check->name[i].shape, shape));
        widest = name > widest ? name : widest;
        shapes = width > shapes ? width : shapes;
    }
    put_padded(text, "name", widest);
    put_padded(text, "shape", shapes);
    mg_text_puts(text, "elements  largest error\n");
    for (size_t i = 0; i < check->n; i++) {
        const mg_gradcheck_name *const name = &check->name[i];
        put_padded(text, name->name, widest);
        put_padded(text, mg_shape_text(&name->shape, shape), shapes);
        mg_text_printf(text, "%8lld  ", (long long)name->tried);
        put_real(text, name->worst.error, 13);
        put_result(text, name);
    }
}
