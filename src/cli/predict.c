/* predict: a network's outputs for data or for examples given by hand.
 * Layer cli. */
#include "cli/example.h"
#include "cli/measured_data.h"
#include "cli/prediction.h"
#include "cli/stop.h"

#include <string.h>

static mg_status hand_over(void *user, int64_t example,
                           const mg_tensor outputs[])
{
    const mg_prediction *prediction = user;
    if (mg_stop_requested)
        return mg_fail(prediction->cli->ctx, MG_INTERRUPTED,
                       "interrupted in example %lld", (long long)example);
    return mg_prediction_put(user, example, outputs);
}

static mg_status predict_data(mg_cli *cli, mg_model *model,
                              mg_prediction *prediction)
{
    mg_measured_data measured;
    MG_TRY(mg_data_of_command(cli, model, &measured));
    int64_t rows = 0;
    mg_status status = mg_model_count(model, measured.data, false, &rows);
    if (status == MG_OK)
        status = mg_prediction_begin(prediction, rows);
    if (status == MG_OK)
        status = mg_model_predict(model, measured.data, hand_over, prediction);
    mg_dataset_destroy(measured.data);
    return status;
}

static mg_status predict_example(mg_cli *cli, mg_model *model,
                                 const mg_tensor input[],
                                 mg_prediction *prediction, int64_t number)
{
    const mg_network *network = model->network;
    mg_arena *const arena = &cli->arena;
    const void **in = mg_arena_alloc(arena, network->n_inputs, sizeof *in);
    void **out = mg_arena_alloc(arena, network->n_outputs, sizeof *out);
    mg_tensor *output =
        mg_arena_alloc(arena, network->n_outputs, sizeof *output);
    if (!in || !out || !output)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < network->n_inputs; i++)
        in[i] = input[i].data;
    for (size_t i = 0; i < network->n_outputs; i++) {
        MG_TRY(mg_tensor_alloc(
            arena, mg_value_type(network->graph, network->output[i].value),
            &output[i]));
        out[i] = output[i].data;
    }
    MG_TRY(mg_model_predict_one(model, in, out));
    return mg_prediction_put(prediction, number, output);
}

static mg_status predict_examples(mg_cli *cli, mg_model *model,
                                  mg_prediction *prediction)
{
    const mg_network *network = model->network;
    mg_given_examples examples;
    MG_TRY(mg_given_examples_read(cli, network, &examples));
    MG_TRY(mg_given_examples_complete(cli, network, &examples));
    MG_TRY(mg_prediction_begin(prediction, (int64_t)examples.count));
    for (size_t e = 0; e < examples.count; e++)
        MG_TRY(predict_example(cli, model, examples.example[e], prediction,
                               (int64_t)e));
    return MG_OK;
}

static mg_status check_arguments(mg_cli *cli)
{
    const mg_arguments *arguments = &cli->arguments;
    const bool data = mg_arguments_find(arguments, MG_OPTION_DATA);
    const bool at = mg_arguments_find(arguments, MG_OPTION_AT);
    const char *format = mg_arguments_text(arguments, MG_OPTION_FORMAT, "json");
    if (at && (data || mg_arguments_find(arguments, MG_OPTION_PART)))
        return mg_fail(cli->ctx, MG_BAD_ARGUMENT,
                       "--%s and --at: one of them, not both",
                       data ? "data" : "part");
    if (mg_cli_json(cli) && strcmp(format, "json") != 0)
        return mg_fail(cli->ctx, MG_BAD_ARGUMENT,
                       "--json and --format %s contradict each other", format);
    if (strcmp(format, "npy") == 0 && cli->output.out.terminal &&
        !mg_arguments_find(arguments, MG_OPTION_OUT_FILE))
        return mg_fail(cli->ctx, MG_BAD_ARGUMENT,
                       "--format npy is not for a terminal: add --out FILE");
    return MG_OK;
}

static mg_status predict(mg_cli *cli, mg_model *model)
{
    mg_prediction prediction;
    if (mg_arguments_find(&cli->arguments, MG_OPTION_OUT_FILE))
        mg_stop_catch(); /* a file that is begun must be taken away */
    mg_status status = mg_prediction_init(&prediction, cli, model);
    if (status == MG_OK)
        status = mg_arguments_find(&cli->arguments, MG_OPTION_AT)
                     ? predict_examples(cli, model, &prediction)
                     : predict_data(cli, model, &prediction);
    if (status == MG_OK)
        status = mg_prediction_end(&prediction);
    mg_prediction_clear(&prediction);
    return status;
}

int mg_run_predict(mg_cli *cli)
{
    if (check_arguments(cli) != MG_OK)
        return mg_cli_usage(cli);
    mg_model *model = NULL;
    mg_status status = mg_model_of_command(cli, &model);
    if (status == MG_OK)
        status = predict(cli, model);
    mg_model_destroy(model);
    if (cli->output.failed)
        return MG_EXIT_FILE; /* mg_output_finish says why */
    return status == MG_OK ? MG_EXIT_DONE : mg_cli_report(cli, status);
}
