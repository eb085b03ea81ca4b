/* explain: one or several examples through the graph, in words or JSON.
 * Layer cli. */
#include "cli/example.h"
#include "cli/formula_file.h"
#include "explain/walk.h"
#include "train/model.h"
#include "train/statistics.h"

#include <string.h>

/* What is walked, and with which parameters. */
typedef struct {
    mg_cli *cli;
    mg_network *network;
    mg_weights weights;
    mg_given_examples examples;
    mg_walk_options options;
} walking;

static mg_status wrong_shape(const walking *w, const char *from,
                             const mg_tensor *have, const mg_tensor *want,
                             const char *name)
{
    char had[MG_SHAPE_TEXT_SIZE], wanted[MG_SHAPE_TEXT_SIZE];
    return mg_fail(w->cli->ctx, MG_BAD_DATA,
                   "--from %s: %s has the shape %s there, %s in %s", from, name,
                   mg_shape_text(&have->type.shape, had),
                   mg_shape_text(&want->type.shape, wanted),
                   w->cli->arguments.operand);
}

/* Every parameter of the network takes the value that it has there. */
static mg_status take_weights(const walking *w, const char *from,
                              const mg_weights *there)
{
    for (size_t i = 0; i < w->weights.n; i++) {
        const mg_weight *mine = &w->weights.weight[i];
        const mg_weight *other = mg_weights_find(there, mine->name);
        /* An optimiser's states, which a walk has no use for. */
        if (!mine->is_param && strchr(mine->name, '/'))
            continue;
        if (!other)
            return mg_fail(w->cli->ctx, MG_BAD_DATA,
                           "--from %s: there is no %s in it", from, mine->name);
        if (!mg_shape_equal(&other->tensor.type.shape,
                            &mine->tensor.type.shape))
            return wrong_shape(w, from, &other->tensor, &mine->tensor,
                               mine->name);
        mg_tensor_copy(&other->tensor, &mine->tensor);
    }
    return MG_OK;
}

/* What --at gives is treated as the data were on which the weights learned. */
static void prepare_inputs(const walking *w, const mg_weights *there)
{
    for (size_t e = 0; e < w->examples.count; e++)
        for (size_t i = 0; i < w->network->n_inputs; i++)
            mg_statistics_prepare(there, &w->network->input[i],
                                  &w->examples.example[e][i]);
}

static mg_status load_weights(walking *w)
{
    MG_TRY(mg_weights_from_network(&w->weights, w->network, w->options.seed));
    const char *from =
        mg_arguments_text(&w->cli->arguments, MG_OPTION_FROM, NULL);
    if (!from)
        return MG_OK;
    mg_model *model = NULL;
    MG_TRY(mg_model_open(w->cli->ctx, from, NULL, &model));
    const mg_status status = take_weights(w, from, &model->weights);
    if (status == MG_OK)
        prepare_inputs(w, &model->weights);
    mg_model_destroy(model);
    return status;
}

static mg_status print(const walking *w, const mg_walk *walk)
{
    const mg_stream *out = &w->cli->output.out;
    mg_text text;
    mg_text_init(&text, w->cli->ctx);
    if (mg_cli_json(w->cli)) {
        mg_walk_json(walk, &text);
        if (text.length > 0 && text.data[text.length - 1] != '\n')
            mg_text_puts(&text, "\n");
    } else {
        const mg_walk_text_options options = {
            .columns = out->width, .unicode = out->utf8, .color = out->colour};
        mg_walk_text(walk, &options, &text);
    }
    const mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        mg_output_puts(&w->cli->output, mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}

/* Examples number first to first + count as one batch; the step is made. */
static mg_status walk_batch(walking *w, size_t first, size_t count)
{
    mg_walk *walk = NULL;
    mg_walk_options options = w->options;
    options.seed += first;
    MG_TRY(mg_walk_create(w->network, &w->weights, count,
                          (const mg_tensor *const *)w->examples.example + first,
                          &options, &walk));
    mg_status status = print(w, walk);
    if (status == MG_OK)
        status = mg_walk_update(walk, &w->weights);
    mg_walk_destroy(walk);
    return status;
}

static void announce(const walking *w, size_t example)
{
    if (!mg_cli_json(w->cli) && w->examples.count > 1)
        mg_output_printf(&w->cli->output, "%s== example %zu of %zu ==\n\n",
                         example > 0 ? "\n" : "", example + 1,
                         w->examples.count);
}

/* A batch has a loss or has none: a target is given for all or for none. */
static mg_status check_batch(const walking *w)
{
    for (size_t e = 1; e < w->examples.count; e++) {
        for (size_t i = 0; i < w->network->n_inputs; i++) {
            const mg_tensor *first = &w->examples.example[0][i];
            const mg_tensor *other = &w->examples.example[e][i];
            if (!first->data != !other->data)
                return mg_fail(w->cli->ctx, MG_BAD_ARGUMENT,
                               "--together: example %zu %s %s, example 1 %s",
                               e + 1, other->data ? "gives" : "lacks",
                               w->network->input[i].name,
                               first->data ? "gives it" : "does not");
        }
    }
    return MG_OK;
}

static mg_status walk_all(walking *w)
{
    if (mg_arguments_find(&w->cli->arguments, MG_OPTION_TOGETHER)) {
        MG_TRY(check_batch(w));
        return walk_batch(w, 0, w->examples.count);
    }
    for (size_t e = 0; e < w->examples.count && !w->cli->output.failed; e++) {
        announce(w, e);
        MG_TRY(walk_batch(w, e, 1));
    }
    return MG_OK;
}

static mg_status read_jacobians(walking *w)
{
    const mg_arguments *arguments = &w->cli->arguments;
    const char *layout =
        mg_arguments_text(arguments, MG_OPTION_LAYOUT, "library");
    w->options.jacobians = mg_arguments_find(arguments, MG_OPTION_JACOBIANS);
    w->options.lecture = strcmp(layout, "lecture") == 0;
    if (mg_arguments_find(arguments, MG_OPTION_LAYOUT) && !w->options.jacobians)
        return mg_fail(w->cli->ctx, MG_BAD_ARGUMENT,
                       "--layout: of what --jacobians shows");
    return MG_OK;
}

static mg_status explain(walking *w)
{
    mg_network_options options = {0};
    const mg_arguments *arguments = &w->cli->arguments;
    const char *real = mg_arguments_text(arguments, MG_OPTION_DTYPE, "f32");
    options.real = strcmp(real, "f64") == 0 ? MG_F64 : MG_F32;
    options.training = mg_arguments_find(arguments, MG_OPTION_TRAINING);
    MG_TRY(mg_formula_file_network(w->cli, options, &w->network));
    w->options.lr = mg_arguments_real(arguments, MG_OPTION_LR, 0.01);
    w->options.seed = (uint64_t)mg_arguments_integer(arguments, MG_OPTION_SEED,
                                                     w->network->train.seed);
    MG_TRY(read_jacobians(w));
    MG_TRY(mg_given_examples_read(w->cli, w->network, &w->examples));
    MG_TRY(mg_given_examples_complete(w->cli, w->network, &w->examples));
    MG_TRY(load_weights(w));
    return walk_all(w);
}

int mg_run_explain(mg_cli *cli)
{
    walking w = {.cli = cli};
    mg_weights_init(&w.weights, cli->ctx);
    const mg_status status = explain(&w);
    mg_weights_clear(&w.weights);
    mg_network_destroy(w.network);
    return status == MG_OK ? MG_EXIT_DONE : mg_cli_report(cli, status);
}
