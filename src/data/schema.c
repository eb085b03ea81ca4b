/* schema: {"schema": 1, "inputs": [{"name": "x", "columns": ["a", "b"]},
 * {"name": "c", "classes": ["no", "yes"]}, {"name": "t", "symbols": [32]}]}.
 * What is read was in a file that anybody may have written. Layer data. */
#include "data/schema.h"
#include "data/json.h"

#include <inttypes.h>
#include <string.h>

#ifdef MATGRAD_HAVE_JANSSON
#include <jansson.h>
#endif

/* ---- Writing ---- */

static void put_names(mg_text *text, const char *key, size_t n,
                      const char *const name[])
{
    if (n == 0)
        return;
    mg_text_printf(text, ", \"%s\": [", key);
    for (size_t i = 0; i < n; i++) {
        mg_text_puts(text, i > 0 ? ", " : "");
        mg_json_string(text, name[i]);
    }
    mg_text_puts(text, "]");
}

static void put_input(mg_text *text, const mg_schema_input *input)
{
    mg_text_puts(text, "{\"name\": ");
    mg_json_string(text, input->name);
    put_names(text, "columns", input->n_columns, input->column);
    put_names(text, "classes", input->n_classes, input->label);
    if (input->n_symbols > 0) {
        mg_text_puts(text, ", \"symbols\": [");
        for (size_t i = 0; i < input->n_symbols; i++)
            mg_text_printf(text, "%s%" PRIu32, i > 0 ? ", " : "",
                           input->symbol[i]);
        mg_text_puts(text, "]");
    }
    mg_text_puts(text, "}");
}

void mg_schema_print(mg_text *text, const mg_schema *schema)
{
    mg_text_puts(text, "{\"schema\": 1, \"inputs\": [");
    for (size_t i = 0; i < schema->n; i++) {
        mg_text_puts(text, i > 0 ? ", " : "");
        put_input(text, &schema->input[i]);
    }
    mg_text_puts(text, "]}");
}

const mg_schema_input *mg_schema_find(const mg_schema *schema,
                                      const char *input)
{
    for (size_t i = 0; i < schema->n; i++)
        if (strcmp(schema->input[i].name, input) == 0)
            return &schema->input[i];
    return NULL;
}

/* ---- Reading ---- */

#ifdef MATGRAD_HAVE_JANSSON

static mg_status wrong(mg_ctx *ctx, const char *what)
{
    return mg_fail(ctx, MG_BAD_DATA, "data schema: %s", what);
}

static mg_status read_string(mg_arena *arena, json_t *value, const char **out)
{
    if (!json_is_string(value))
        return wrong(arena->ctx, "a name is no string");
    *out = mg_arena_string(arena, json_string_value(value),
                           json_string_length(value));
    return *out ? MG_OK : MG_NO_MEMORY;
}

/* A list that is not there is empty. */
static mg_status read_names(mg_arena *arena, json_t *list, size_t *n,
                            const char *const **out)
{
    if (!list)
        return MG_OK;
    if (!json_is_array(list))
        return wrong(arena->ctx, "columns or classes are no list");
    const size_t count = json_array_size(list);
    const char **name = mg_arena_alloc(arena, count, sizeof *name);
    if (!name)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        MG_TRY(read_string(arena, json_array_get(list, i), &name[i]));
    *n = count;
    *out = name;
    return MG_OK;
}

static mg_status read_symbols(mg_arena *arena, json_t *list,
                              mg_schema_input *out)
{
    if (!list)
        return MG_OK;
    if (!json_is_array(list))
        return wrong(arena->ctx, "symbols are no list");
    const size_t count = json_array_size(list);
    uint32_t *symbol = mg_arena_alloc(arena, count, sizeof *symbol);
    if (!symbol)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        json_t *value = json_array_get(list, i);
        const json_int_t code = json_integer_value(value);
        if (!json_is_integer(value) || code < 0 || code > 0x10FFFF)
            return wrong(arena->ctx, "a symbol is no character's number");
        symbol[i] = (uint32_t)code;
    }
    out->n_symbols = count;
    out->symbol = symbol;
    return MG_OK;
}

static mg_status read_input(mg_arena *arena, json_t *entry,
                            mg_schema_input *out)
{
    if (!json_is_object(entry))
        return wrong(arena->ctx, "an input is no object");
    MG_TRY(read_string(arena, json_object_get(entry, "name"), &out->name));
    MG_TRY(read_names(arena, json_object_get(entry, "columns"), &out->n_columns,
                      &out->column));
    MG_TRY(read_names(arena, json_object_get(entry, "classes"), &out->n_classes,
                      &out->label));
    return read_symbols(arena, json_object_get(entry, "symbols"), out);
}

static mg_status read_inputs(mg_arena *arena, json_t *json, mg_schema *out)
{
    json_t *version = json_object_get(json, "schema");
    json_t *list = json_object_get(json, "inputs");
    if (!json_is_integer(version) || json_integer_value(version) != 1)
        return wrong(arena->ctx, "not of version 1");
    if (!json_is_array(list))
        return wrong(arena->ctx, "it has no list of inputs");
    mg_schema schema = {.n = json_array_size(list)};
    schema.input = mg_arena_alloc(arena, schema.n, sizeof *schema.input);
    if (!schema.input)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < schema.n; i++)
        MG_TRY(read_input(arena, json_array_get(list, i), &schema.input[i]));
    *out = schema;
    return MG_OK;
}

mg_status mg_schema_parse(mg_arena *arena, const char *json, size_t length,
                          mg_schema *out)
{
    json_error_t error;
    json_t *read = json_loadb(json, length, JSON_REJECT_DUPLICATES, &error);
    if (!read)
        return mg_fail(arena->ctx, MG_BAD_DATA, "data schema: no JSON: %s",
                       error.text);
    const mg_status status = read_inputs(arena, read, out);
    json_decref(read);
    return status;
}

#else

mg_status mg_schema_parse(mg_arena *arena, const char *json, size_t length,
                          mg_schema *out)
{
    (void)json;
    (void)length;
    (void)out;
    return mg_fail(arena->ctx, MG_BAD_FILE,
                   "data schema: this build cannot read it (it has no "
                   "jansson)");
}

#endif
