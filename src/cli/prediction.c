/* prediction: outputs as text or as an array. They are written as they come; a
 * file gets its name when it is whole. Layer cli. */
#include "cli/prediction.h"

#include "cli/measures.h"
#include "data/file.h"
#include "data/npy.h"

#include <string.h>

#define CHUNK 65536 /* bytes that are gathered for one write */

static mg_status find_classes(mg_prediction *p, const mg_model *model)
{
    const size_t n = p->network->n_outputs;
    p->classes = mg_arena_alloc(&p->cli->arena, n, sizeof *p->classes);
    if (!p->classes)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        p->classes[i] = mg_output_classes(model, i);
    return MG_OK;
}

mg_status mg_prediction_init(mg_prediction *p, mg_cli *cli,
                             const mg_model *model)
{
    const mg_network *network = model->network;
    const char *format =
        mg_arguments_text(&cli->arguments, MG_OPTION_FORMAT, "json");
    *p = (mg_prediction){
        .cli = cli,
        .network = network,
        .format = strcmp(format, "csv") == 0   ? MG_AS_CSV
                  : strcmp(format, "npy") == 0 ? MG_AS_NPY
                                               : MG_AS_JSON,
        .path = mg_arguments_text(&cli->arguments, MG_OPTION_OUT_FILE, NULL)};
    mg_text_init(&p->text, cli->ctx);
    if (network->n_outputs == 0)
        return mg_fail(cli->ctx, MG_BAD_ARGUMENT,
                       "%s has no output: write one, for example output p = "
                       "softmax(z)",
                       cli->arguments.operand);
    if (p->format == MG_AS_NPY && network->n_outputs > 1)
        return mg_fail(cli->ctx, MG_BAD_ARGUMENT,
                       "--format npy: a file holds one array, but the network "
                       "has %zu outputs (%s, %s%s)",
                       network->n_outputs, network->output[0].name,
                       network->output[1].name,
                       network->n_outputs > 2 ? ", ..." : "");
    return find_classes(p, model);
}

void mg_prediction_clear(mg_prediction *p)
{
    if (p->open)
        mg_file_writer_close(&p->writer, false);
    mg_text_clear(&p->text);
}

static mg_status write_out(mg_prediction *p)
{
    if (p->path)
        return mg_file_writer_put(&p->writer, p->text.data, p->text.length);
    mg_output_write(&p->cli->output, p->text.data, p->text.length);
    return p->cli->output.failed
               ? mg_fail(p->cli->ctx, MG_BAD_FILE, "standard output is closed")
               : MG_OK;
}

/* Writes what is there, if that is enough for a write. */
static mg_status flush(mg_prediction *p, size_t enough)
{
    MG_TRY(mg_text_status(&p->text));
    if (p->text.length < enough)
        return MG_OK;
    MG_TRY(write_out(p));
    p->text.length = 0;
    return MG_OK;
}

/* ---- JSON: {"schema": 1, "example": 0, "outputs": {"p": [0.1, 0.9]},
 *       "class": {"p": "setosa"}} ---- */

static int digits_of(const mg_tensor *tensor)
{
    return tensor->type.dtype == MG_F32 ? 9 : 17;
}

/* How many axes begin with the element, or end before it. */
static int edges(const mg_shape *shape, int64_t index)
{
    int n = 0;
    for (int axis = shape->rank - 1; axis >= 0; axis--, n++) {
        if (index % shape->dim[axis] != 0)
            break;
        index /= shape->dim[axis];
    }
    return n;
}

static void put_repeated(mg_text *text, const char *string, int n)
{
    for (int i = 0; i < n; i++)
        mg_text_puts(text, string);
}

/* Brackets nested as the shape; a number by itself. */
static void put_nested(mg_text *text, const mg_tensor *tensor, bool *finite)
{
    const mg_shape *shape = &tensor->type.shape;
    const int64_t n = mg_shape_size(shape);
    if (n == 0)
        mg_text_puts(text, "[]");
    for (int64_t i = 0; i < n; i++) {
        if (i > 0)
            mg_text_puts(text, ", ");
        put_repeated(text, "[", i == 0 ? shape->rank : edges(shape, i));
        mg_json_measure(text, mg_tensor_get(tensor, i), digits_of(tensor),
                        finite);
        put_repeated(text, "]", i + 1 == n ? shape->rank : edges(shape, i + 1));
    }
}

/* The classes that outputs speak of, if any do. */
static void json_classes(mg_prediction *p, const mg_tensor outputs[])
{
    const char *before = ", \"class\": {";
    for (size_t i = 0; i < p->network->n_outputs; i++) {
        if (!p->classes[i])
            continue;
        const char *name = mg_class_of(p->classes[i], &outputs[i]);
        mg_text_printf(&p->text, "%s\"%s\": ", before,
                       p->network->output[i].name);
        if (name)
            mg_json_string(&p->text, name);
        else
            mg_text_puts(&p->text, "null");
        before = ", ";
    }
    mg_text_puts(&p->text, before[2] == '\0' ? "}" : "");
}

static void put_json(mg_prediction *p, int64_t example,
                     const mg_tensor outputs[])
{
    bool finite = true;
    mg_text *text = &p->text;
    mg_text_printf(text, "{\"schema\": 1, \"example\": %lld, \"outputs\": {",
                   (long long)example);
    for (size_t i = 0; i < p->network->n_outputs; i++) {
        mg_text_printf(text, "%s\"%s\": ", i > 0 ? ", " : "",
                       p->network->output[i].name);
        put_nested(text, &outputs[i], &finite);
    }
    mg_text_puts(text, "}");
    json_classes(p, outputs);
    mg_text_puts(text, finite ? "}\n" : ", \"nonfinite\": true}\n");
}

/* ---- CSV: a column an element, named p.0, p.1 or, in a matrix, p.0.1; where
 *       it has one for each class, p.setosa, and behind them p.class ---- */

/* A field, in quotes where it must be (RFC 4180). */
static void put_field(mg_text *text, const char *field)
{
    if (field[strcspn(field, ",\"\r\n")] == '\0') {
        mg_text_puts(text, field);
        return;
    }
    mg_text_puts(text, "\"");
    for (; *field != '\0'; field++) {
        mg_text_puts(text, *field == '"' ? "\"" : "");
        mg_text_append(text, field, 1);
    }
    mg_text_puts(text, "\"");
}

static void put_place(mg_text *text, const mg_shape *shape, int64_t index)
{
    int64_t place[MG_MAX_RANK] = {0};
    for (int axis = shape->rank - 1; axis >= 0; axis--) {
        place[axis] = index % shape->dim[axis];
        index /= shape->dim[axis];
    }
    for (int axis = 0; axis < shape->rank; axis++)
        mg_text_printf(text, ".%lld", (long long)place[axis]);
}

static void put_columns(mg_prediction *p, size_t output, bool first)
{
    const mg_network_value *value = &p->network->output[output];
    const mg_schema_input *classes = p->classes[output];
    const mg_shape shape = mg_value_shape(p->network->graph, value->value);
    const int64_t n = mg_shape_size(&shape);
    mg_text name;
    mg_text_init(&name, p->cli->ctx);
    for (int64_t k = 0; k < n; k++) {
        name.length = 0;
        mg_text_puts(&name, value->name);
        if (classes && (size_t)n == classes->n_classes)
            mg_text_printf(&name, ".%s", classes->label[k]);
        else
            put_place(&name, &shape, k);
        mg_text_puts(&p->text, first && k == 0 ? "" : ",");
        put_field(&p->text, mg_text_string(&name));
    }
    if (classes)
        mg_text_printf(&p->text, ",%s.class", value->name);
    p->text.failed |= name.failed;
    mg_text_clear(&name);
}

static void put_csv_header(mg_prediction *p)
{
    for (size_t i = 0; i < p->network->n_outputs; i++)
        put_columns(p, i, i == 0);
    mg_text_puts(&p->text, "\n");
}

static void put_csv(mg_prediction *p, const mg_tensor outputs[])
{
    const char *comma = "";
    for (size_t i = 0; i < p->network->n_outputs; i++) {
        const int64_t n = mg_shape_size(&outputs[i].type.shape);
        for (int64_t k = 0; k < n; k++, comma = ",") {
            mg_text_puts(&p->text, comma);
            mg_text_real(&p->text, mg_tensor_get(&outputs[i], k),
                         digits_of(&outputs[i]));
        }
        if (!p->classes[i])
            continue;
        const char *name = mg_class_of(p->classes[i], &outputs[i]);
        mg_text_puts(&p->text, ",");
        put_field(&p->text, name ? name : "");
    }
    mg_text_puts(&p->text, "\n");
}

/* ---- All formats ---- */

mg_status mg_prediction_begin(mg_prediction *p, int64_t count)
{
    if (p->path) {
        MG_TRY(mg_file_writer_open(&p->writer, p->cli->ctx, p->path));
        p->open = true;
    }
    if (p->format == MG_AS_CSV)
        put_csv_header(p);
    if (p->format == MG_AS_NPY) {
        mg_type type =
            mg_value_type(p->network->graph, p->network->output[0].value);
        if (type.shape.rank == MG_MAX_RANK)
            return mg_fail(p->cli->ctx, MG_BAD_ARGUMENT,
                           "--format npy: %s has too many axes",
                           p->network->output[0].name);
        mg_shape_insert(&type.shape, 0, count);
        mg_npy_header(&p->text, &type);
    }
    return flush(p, CHUNK);
}

mg_status mg_prediction_put(mg_prediction *p, int64_t example,
                            const mg_tensor outputs[])
{
    if (p->format == MG_AS_JSON)
        put_json(p, example, outputs);
    else if (p->format == MG_AS_CSV)
        put_csv(p, outputs);
    else
        mg_text_append(&p->text, outputs[0].data,
                       mg_type_bytes(&outputs[0].type));
    return flush(p, CHUNK);
}

mg_status mg_prediction_end(mg_prediction *p)
{
    MG_TRY(flush(p, 1));
    if (!p->open)
        return MG_OK;
    p->open = false;
    return mg_file_writer_close(&p->writer, true);
}
