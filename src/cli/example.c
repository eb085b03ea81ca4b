/* example: --at NAME=LIST and --at NAME=@file.npy. Layer cli. */
#include "cli/example.h"

#include "cli/guess.h"
#include "data/npy.h"

#include <math.h>
#include <string.h>

/* One --at on its way into a tensor. */
typedef struct {
    mg_cli *cli;
    const mg_network *network;
    const mg_network_input *input;
} reading;

static mg_status unknown_name(const reading *r, const char *name, size_t length)
{
    mg_guess guess;
    mg_text text;
    mg_text_init(&text, r->cli->ctx);
    mg_text_printf(&text,
                   "--at %.*s: the network has no input or target of "
                   "that name (it has",
                   (int)length, name);
    mg_guess_init(&guess, name, length);
    for (size_t i = 0; i < r->network->n_inputs; i++) {
        mg_guess_consider(&guess, r->network->input[i].name);
        mg_text_printf(&text, "%s %s", i > 0 ? "," : "",
                       r->network->input[i].name);
    }
    mg_text_puts(&text, r->network->n_inputs > 0 ? ")" : " none)");
    if (guess.best)
        mg_text_printf(&text, "\n  help: did you mean %s?", guess.best);
    const mg_status status =
        mg_fail(r->cli->ctx, MG_BAD_ARGUMENT, "%s", mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}

static mg_status wrong_count(const reading *r, int64_t count)
{
    char shape[MG_SHAPE_TEXT_SIZE];
    return mg_fail(r->cli->ctx, MG_BAD_ARGUMENT,
                   "--at %s: %lld number%s given, but its shape %s takes %lld",
                   r->input->name, (long long)count,
                   count == 1 ? " is" : "s are",
                   mg_shape_text(&r->input->shape, shape),
                   (long long)mg_shape_size(&r->input->shape));
}

/* Puts one number where it belongs; labels in their range alone. */
static mg_status put_number(const reading *r, const mg_tensor *tensor,
                            int64_t index, double value, const char *text,
                            size_t length)
{
    const int64_t classes = r->input->classes;
    if (classes > 0 && !(value >= 0 && value < (double)classes))
        return mg_fail(r->cli->ctx, MG_BAD_ARGUMENT,
                       "--at %s: %.*s is outside 0 to %lld", r->input->name,
                       (int)length, text, (long long)(classes - 1));
    if (classes > 0 && value != floor(value))
        return mg_fail(r->cli->ctx, MG_BAD_ARGUMENT,
                       "--at %s: %.*s is not a whole number", r->input->name,
                       (int)length, text);
    mg_tensor_set(tensor, index, value);
    if (!isfinite(mg_tensor_get(tensor, index)))
        return mg_fail(r->cli->ctx, MG_BAD_ARGUMENT,
                       "--at %s: %.*s is not a finite %s number",
                       r->input->name, (int)length, text,
                       mg_dtype_name(tensor->type.dtype));
    return MG_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* One number of a list, blanks around it allowed. */
static mg_status read_number(const reading *r, const mg_tensor *tensor,
                             int64_t index, const char *text, size_t length)
{
    double value;
    int64_t integer = 0;
    while (length > 0 && is_blank(text[0])) {
        text++;
        length--;
    }
    while (length > 0 && is_blank(text[length - 1]))
        length--;
    const bool whole = r->input->classes > 0;
    const size_t used = whole ? mg_parse_int(text, length, &integer)
                              : mg_parse_real(text, length, &value);
    if (used == 0 || used != length)
        return mg_fail(r->cli->ctx, MG_BAD_ARGUMENT,
                       "--at %s: \"%.*s\" is not a%s number", r->input->name,
                       (int)length, text, whole ? " whole" : "");
    return put_number(r, tensor, index, whole ? (double)integer : value, text,
                      length);
}

static mg_status read_list(const reading *r, const char *list,
                           const mg_tensor *tensor)
{
    int64_t count = *list != '\0';
    for (const char *c = list; *c != '\0'; c++)
        count += *c == ',';
    if (count != mg_shape_size(&r->input->shape))
        return wrong_count(r, count);
    for (int64_t i = 0; i < count; i++) {
        const size_t length = strcspn(list, ",");
        MG_TRY(read_number(r, tensor, i, list, length));
        list += length + 1;
    }
    return MG_OK;
}

/* Shapes that differ by axes of length 1 alone hold the same numbers. */
static bool shapes_agree(const mg_shape *a, const mg_shape *b)
{
    int i = 0, j = 0;
    for (;;) {
        while (i < a->rank && a->dim[i] == 1)
            i++;
        while (j < b->rank && b->dim[j] == 1)
            j++;
        if (i == a->rank || j == b->rank)
            return i == a->rank && j == b->rank;
        if (a->dim[i++] != b->dim[j++])
            return false;
    }
}

static mg_status read_file(const reading *r, const char *path,
                           const mg_tensor *tensor)
{
    mg_tensor array;
    MG_TRY(mg_npy_read(&r->cli->arena, path, &array));
    if (!shapes_agree(&array.type.shape, &r->input->shape)) {
        char given[MG_SHAPE_TEXT_SIZE], wanted[MG_SHAPE_TEXT_SIZE];
        return mg_fail(r->cli->ctx, MG_BAD_ARGUMENT,
                       "--at %s: the array in %s has the shape %s, but %s has "
                       "%s",
                       r->input->name, path,
                       mg_shape_text(&array.type.shape, given), r->input->name,
                       mg_shape_text(&r->input->shape, wanted));
    }
    const int64_t count = mg_shape_size(&r->input->shape);
    for (int64_t i = 0; i < count; i++) {
        char number[MG_REAL_SIZE];
        const double value = mg_tensor_get(&array, i);
        const size_t length = mg_format_real(number, value, 17);
        MG_TRY(put_number(r, tensor, i, value, number, length));
    }
    return MG_OK;
}

/* Room for one more example, in which nothing is given. */
static mg_status begin_example(const reading *r, mg_given_examples *examples)
{
    mg_tensor *example = mg_arena_alloc(
        &r->cli->arena, r->network->n_inputs + 1, sizeof *example);
    if (!example)
        return MG_NO_MEMORY;
    examples->example[examples->count++] = example;
    return MG_OK;
}

static mg_status read_at(reading *r, const char *text,
                         mg_given_examples *examples)
{
    const size_t length = strcspn(text, "=");
    if (text[length] != '=' || length == 0)
        return mg_fail(r->cli->ctx, MG_BAD_ARGUMENT,
                       "--at %s: write NAME=LIST, for example x=1,0", text);
    size_t index = 0;
    while (index < r->network->n_inputs &&
           (strlen(r->network->input[index].name) != length ||
            memcmp(r->network->input[index].name, text, length) != 0))
        index++;
    if (index == r->network->n_inputs)
        return unknown_name(r, text, length);
    r->input = &r->network->input[index];
    if (examples->count == 0 ||
        examples->example[examples->count - 1][index].data)
        MG_TRY(begin_example(r, examples));
    const mg_type type = mg_value_type(r->network->graph, r->input->value);
    mg_tensor *tensor = &examples->example[examples->count - 1][index];
    MG_TRY(mg_tensor_alloc(&r->cli->arena, type, tensor));
    const char *value = text + length + 1;
    return *value == '@' ? read_file(r, value + 1, tensor)
                         : read_list(r, value, tensor);
}

mg_status mg_given_examples_read(mg_cli *cli, const mg_network *network,
                                 mg_given_examples *out)
{
    reading r = {.cli = cli, .network = network};
    mg_given_examples examples = {0};
    examples.example = mg_arena_alloc(&cli->arena, cli->arguments.n + 1,
                                      sizeof *examples.example);
    if (!examples.example)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < cli->arguments.n; i++) {
        const mg_given *given = &cli->arguments.given[i];
        if (given->id == MG_OPTION_AT)
            MG_TRY(read_at(&r, given->text, &examples));
    }
    *out = examples;
    return MG_OK;
}

static mg_status missing_input(mg_cli *cli, const mg_network_input *input,
                               size_t example, size_t count)
{
    const bool number = input->shape.rank == 0;
    if (count > 1)
        return mg_fail(cli->ctx, MG_BAD_ARGUMENT,
                       "example %zu has no value for the input %s: add --at "
                       "%s=%s",
                       example + 1, input->name, input->name,
                       number ? "..." : "...,...");
    return mg_fail(cli->ctx, MG_BAD_ARGUMENT,
                   "the input %s has no value: add --at %s=%s", input->name,
                   input->name, number ? "..." : "...,...");
}

mg_status mg_given_examples_complete(mg_cli *cli, const mg_network *network,
                                     mg_given_examples *examples)
{
    const reading r = {.cli = cli, .network = network};
    for (size_t i = 0; i < network->n_inputs; i++) {
        if (!network->input[i].target && examples->count == 0)
            return missing_input(cli, &network->input[i], 0, 1);
        for (size_t e = 0; e < examples->count; e++) {
            if (!network->input[i].target && !examples->example[e][i].data)
                return missing_input(cli, &network->input[i], e,
                                     examples->count);
        }
    }
    return examples->count == 0 ? begin_example(&r, examples) : MG_OK;
}
