/* prediction: outputs as text or as an array. Standard output gets them as
 * they come, a file all at once, so that it is never half written.
 * Layer cli. */
#include "cli/prediction.h"

#include "cli/measures.h"
#include "data/file.h"
#include "data/npy.h"

#include <string.h>

#define CHUNK 65536 /* bytes that are gathered for one write */

mg_status mg_prediction_init(mg_prediction *p, mg_cli *cli,
                             const mg_network *network)
{
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
    return MG_OK;
}

void mg_prediction_clear(mg_prediction *p)
{
    mg_text_clear(&p->text);
}

/* Standard output gets what is there, if that is enough for a write. */
static mg_status flush(mg_prediction *p, size_t enough)
{
    MG_TRY(mg_text_status(&p->text));
    if (p->path || p->text.length < enough)
        return MG_OK;
    mg_output_write(&p->cli->output, p->text.data, p->text.length);
    p->text.length = 0;
    return p->cli->output.failed
               ? mg_fail(p->cli->ctx, MG_BAD_FILE, "standard output is closed")
               : MG_OK;
}

/* ---- JSON: {"schema": 1, "example": 0, "outputs": {"p": [0.1, 0.9]}} ---- */

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
    mg_text_puts(text, finite ? "}}\n" : "}, \"nonfinite\": true}\n");
}

/* ---- CSV: a column an element, named p.0, p.1 or, in a matrix, p.0.1 ---- */

static void put_column_name(mg_text *text, const char *name,
                            const mg_shape *shape, int64_t index)
{
    int64_t place[MG_MAX_RANK] = {0};
    for (int axis = shape->rank - 1; axis >= 0; axis--) {
        place[axis] = index % shape->dim[axis];
        index /= shape->dim[axis];
    }
    mg_text_puts(text, name);
    for (int axis = 0; axis < shape->rank; axis++)
        mg_text_printf(text, ".%lld", (long long)place[axis]);
}

static void put_csv_header(mg_prediction *p)
{
    const char *comma = "";
    for (size_t i = 0; i < p->network->n_outputs; i++) {
        const mg_network_value *output = &p->network->output[i];
        const mg_shape shape = mg_value_shape(p->network->graph, output->value);
        const int64_t n = mg_shape_size(&shape);
        for (int64_t k = 0; k < n; k++, comma = ",") {
            mg_text_puts(&p->text, comma);
            put_column_name(&p->text, output->name, &shape, k);
        }
    }
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
    }
    mg_text_puts(&p->text, "\n");
}

/* ---- All formats ---- */

mg_status mg_prediction_begin(mg_prediction *p, int64_t count)
{
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
    if (!p->path)
        return MG_OK;
    const mg_file_part part = {mg_text_string(&p->text), p->text.length};
    return mg_file_write_atomic(p->cli->ctx, p->path, 1, &part);
}
