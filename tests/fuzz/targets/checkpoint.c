/* The state of a run, by its contents: the first line is the JSON header, the
 * rest the elements; the length before them is put right here. It is opened as
 * a model that predicts, and as a run that goes on for a step. */
#define _POSIX_C_SOURCE 200809L
#include "tests/fuzz/fuzz.h"
#include "train/model.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PARAMETERS_MOST 2000

static volatile sig_atomic_t stop;

static void stop_at_once(void *user, const mg_train_event *event)
{
    (void)user;
    (void)event;
    stop = 1;
}

static bool is_small(const mg_network *network)
{
    int64_t elements = 0;
    for (uint32_t id = 1; id <= mg_graph_size(network->graph); id++) {
        const mg_shape shape = mg_value_shape(network->graph, (mg_value){id});
        elements += mg_shape_size(&shape);
        if (elements > PARAMETERS_MOST)
            return false;
    }
    return true;
}

/* Zeros for each value; NULL without memory. */
static void **zeros(mg_arena *arena, const mg_graph *g, size_t n,
                    const mg_value value[])
{
    void **const data = mg_arena_alloc(arena, n + 1, sizeof *data);
    for (size_t i = 0; data && i < n; i++) {
        mg_tensor tensor;
        if (mg_tensor_alloc(arena, mg_value_type(g, value[i]), &tensor) !=
            MG_OK)
            return NULL;
        data[i] = tensor.data;
    }
    return data;
}

static void predict(mg_ctx *ctx, mg_model *model)
{
    const mg_network *const n = model->network;
    mg_arena arena;
    mg_arena_init(&arena, ctx);
    mg_value *const in = mg_arena_alloc(&arena, n->n_inputs + 1, sizeof *in);
    mg_value *const out = mg_arena_alloc(&arena, n->n_outputs + 1, sizeof *out);
    if (in && out) {
        for (size_t i = 0; i < n->n_inputs; i++)
            in[i] = n->input[i].value;
        for (size_t i = 0; i < n->n_outputs; i++)
            out[i] = n->output[i].value;
        void **const x = zeros(&arena, n->graph, n->n_inputs, in);
        void **const y = zeros(&arena, n->graph, n->n_outputs, out);
        if (x && y)
            fuzz_worked(ctx,
                        mg_model_predict_one(model, (const void *const *)x, y));
    }
    mg_arena_clear(&arena);
}

/* Whether what the run would do is worth the time. */
static bool use_model(mg_ctx *ctx, const char *path)
{
    mg_model *model = NULL;
    if (!fuzz_worked(ctx, mg_model_open(ctx, path, NULL, &model)))
        return false;
    const char *const name = mg_model_class_name(model, NULL, 0);
    fuzz_require(!name || strlen(name) < 1 << 20, "a class name is a text");
    const bool small = is_small(model->network);
    if (small)
        predict(ctx, model);
    mg_model_destroy(model);
    return small;
}

/* The run's data, "." as the seeds say: four pictures of 2 by 2. */
static void go_on(mg_ctx *ctx, const char *path)
{
    static const unsigned char images[32] = {0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0,
                                             2, 0, 0, 0, 2, 9, 8, 1, 0, 0, 1};
    static const unsigned char labels[12] = {0, 0, 8, 1, 0, 0, 0, 4, 0, 1};
    char folder[512];
    strncpy(folder, path, sizeof folder - 1);
    folder[sizeof folder - 1] = '\0';
    *strrchr(folder, '/') = '\0';
    fuzz_file("train-images-idx3-ubyte", images, sizeof images);
    fuzz_file("train-labels-idx1-ubyte", labels, sizeof labels);
    const mg_train_request request = {
        .resume = folder, .event = stop_at_once, .stop = &stop};
    const int before = open(".", O_RDONLY);
    stop = 0;
    if (before < 0 || chdir(folder) != 0)
        exit(1);
    const mg_status status = mg_train(ctx, &request);
    if (fchdir(before) != 0)
        exit(1);
    close(before);
    if (status != MG_DIVERGED && status != MG_INTERRUPTED)
        fuzz_worked(ctx, status);
}

void fuzz_target(mg_ctx *ctx, const char *text, size_t length)
{
    mg_text file;
    const char *const end = memchr(text, '\n', length);
    const size_t header = end ? (size_t)(end - text) : length;
    const size_t rest = end ? header + 1 : length;
    mg_text_init(&file, ctx);
    for (int i = 0; i < 8; i++) {
        const char byte = (char)((uint64_t)header >> (8 * i));
        mg_text_append(&file, &byte, 1);
    }
    mg_text_append(&file, text, header);
    mg_text_append(&file, text + rest, length - rest);
    if (!file.failed) {
        const char *const path =
            fuzz_file("last.safetensors", file.data, file.length);
        if (use_model(ctx, path))
            go_on(ctx, path);
    }
    mg_text_clear(&file);
}
