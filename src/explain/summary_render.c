/* summary_render: a summary as JSON and as tables. Layer explain. */
#include "explain/json.h"
#include "explain/summary.h"
#include "explain/columns.h"

#include <stdio.h>

/* ---- JSON ---- */

static void put_start(mg_text *text, size_t index, const char *name,
                      const mg_type *type, int line)
{
    mg_text_puts(text, index ? ", {\"name\": " : "{\"name\": ");
    mg_json_string(text, name);
    mg_text_puts(text, ", \"shape\": ");
    mg_text_shape(text, &type->shape);
    mg_text_printf(text, ", \"dtype\": \"%s\", \"line\": %d",
                   mg_dtype_name(type->dtype), line);
}

static void put_layer(mg_text *text, size_t index,
                      const mg_summary_layer *layer)
{
    put_start(text, index, layer->name, &layer->type, layer->line);
    if (layer->formula) {
        mg_text_puts(text, ", \"formula\": ");
        mg_json_string(text, layer->formula);
    }
    mg_text_printf(text, ", \"parameters\": %lld, \"flops\": ",
                   (long long)layer->parameters);
    mg_json_real(text, layer->flops, MG_F64);
    mg_text_puts(text, "}");
}

static void put_warning(mg_text *text, size_t index,
                        const mg_network_warning *warning)
{
    mg_text_printf(
        text, "%s{\"line\": %d, \"column\": %d, \"text\": ", index ? ", " : "",
        warning->place.line, warning->place.column);
    mg_json_string(text, warning->text);
    mg_text_puts(text, "}");
}

static void put_totals(mg_text *text, const mg_summary *s)
{
    mg_text_printf(text,
                   "{\"schema\": 1, \"parameters\": %lld, "
                   "\"parameter_bytes\": %zu, \"forward_flops\": ",
                   (long long)s->parameters, s->parameter_bytes);
    mg_json_real(text, s->forward_flops, MG_F64);
    if (!s->trains)
        return;
    mg_text_printf(text,
                   ", \"batch\": %lld, \"step_flops\": ", (long long)s->batch);
    mg_json_real(text, s->step_flops, MG_F64);
    mg_text_printf(text, ", \"arena_bytes\": %zu, \"live_bytes\": %zu",
                   s->arena_bytes, s->live_bytes);
}

void mg_summary_json(const mg_summary *s, mg_text *text)
{
    put_totals(text, s);
    mg_text_puts(text, ", \"params\": [");
    for (size_t i = 0; i < s->n_params; i++) {
        const mg_summary_param *const param = &s->param[i];
        put_start(text, i, param->name, &param->type, param->line);
        mg_text_printf(text, ", \"count\": %lld}", (long long)param->count);
    }
    mg_text_puts(text, "], \"layers\": [");
    for (size_t i = 0; i < s->n_layers; i++)
        put_layer(text, i, &s->layer[i]);
    mg_text_puts(text, "], \"warnings\": [");
    for (size_t i = 0; i < s->network->n_warnings; i++)
        put_warning(text, i, &s->network->warning[i]);
    mg_text_puts(text, "]}\n");
}

/* ---- Text ---- */

static void put_shape(mg_columns *table, const mg_type *type)
{
    char shape[MG_SHAPE_TEXT_SIZE];
    mg_columns_put(table, mg_shape_text(&type->shape, shape));
}

static void write_params(const mg_summary *s, mg_text *text)
{
    mg_columns table;
    mg_columns_init(&table, s->network->ctx, "llrr");
    mg_columns_put(&table, "parameter");
    mg_columns_put(&table, "shape");
    mg_columns_put(&table, "numbers");
    mg_columns_put(&table, "line");
    for (size_t i = 0; i < s->n_params; i++) {
        mg_columns_put(&table, s->param[i].name);
        put_shape(&table, &s->param[i].type);
        mg_columns_integer(&table, s->param[i].count);
        mg_columns_integer(&table, s->param[i].line);
    }
    mg_columns_write(&table, text);
    mg_columns_clear(&table);
}

static void write_layers(const mg_summary *s, mg_text *text)
{
    static const char *const heads[] = {"value",      "shape", "parameters",
                                        "operations", "line",  "formula"};
    mg_columns table;
    mg_columns_init(&table, s->network->ctx, "llrrrl");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        mg_columns_put(&table, heads[i]);
    for (size_t i = 0; i < s->n_layers; i++) {
        const mg_summary_layer *const layer = &s->layer[i];
        mg_columns_put(&table, layer->name);
        put_shape(&table, &layer->type);
        mg_columns_integer(&table, layer->parameters);
        mg_columns_integer(&table, (int64_t)layer->flops);
        mg_columns_integer(&table, layer->line);
        mg_columns_put(&table, layer->formula ? layer->formula : "");
    }
    mg_columns_write(&table, text);
    mg_columns_clear(&table);
}

static void write_bytes(mg_text *text, size_t bytes)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
    double value = (double)bytes;
    int unit = 0;
    for (; value >= 1000 && unit < 4; unit++)
        value /= 1000;
    mg_text_real(text, value, unit ? 3 : 9);
    mg_text_printf(text, " %s", units[unit]);
}

static void write_totals(const mg_summary *s, mg_text *text)
{
    mg_text_printf(text, "%lld parameters, ", (long long)s->parameters);
    write_bytes(text, s->parameter_bytes);
    mg_text_printf(text, "; forward %.0f operations an example\n",
                   s->forward_flops);
    if (!s->trains) {
        mg_text_puts(text, "no loss: nothing to train\n");
        return;
    }
    mg_text_printf(text, "a training step of %lld examples: %.0f operations, ",
                   (long long)s->batch, s->step_flops);
    write_bytes(text, s->arena_bytes);
    mg_text_puts(text, " of memory beside parameters and data (at least ");
    write_bytes(text, s->live_bytes);
    mg_text_puts(text, ")\n");
}

static void write_warnings(const mg_network *network, mg_text *text)
{
    for (size_t i = 0; i < network->n_warnings; i++) {
        const mg_network_warning *const warning = &network->warning[i];
        mg_text_printf(text, "%s:%d:%d: warning: %s\n",
                       network->file ? network->file : "formula",
                       warning->place.line, warning->place.column,
                       warning->text);
    }
}

void mg_summary_text(const mg_summary *s, mg_text *text)
{
    write_params(s, text);
    mg_text_puts(text, "\n");
    write_layers(s, text);
    mg_text_puts(text, "\n");
    write_totals(s, text);
    write_warnings(s->network, text);
}
