/* stream: examples that a callback makes when a batch needs them. A million of
 * them are an epoch, and none is kept: a network learns a wave that is known
 * through noise. */
#include <matgrad/matgrad.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROWS = 1000000 };

static const char formula[] = "input t\n"
                              "target y\n"
                              "h = tanh(dense([t], 24))\n"
                              "output wave = dense(tanh(dense(h, 24)), 1)[0]\n"
                              "loss = (wave - y)^2\n"
                              "train { optimiser = adam(lr = 0.003)\n"
                              "        epochs = 1; batch = 100; val = 0.01 }\n";

/* Some number from 0 to 1 for each number (Steele, Lea, Flood 2014: the finish
 * of SplitMix64). */
static double noise(uint64_t n)
{
    n = (n + 1) * UINT64_C(0x9E3779B97F4A7C15);
    n = (n ^ (n >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    n = (n ^ (n >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (double)((n ^ (n >> 31)) >> 11) * 0x1p-53;
}

/* The same example whenever it is asked for, so that what is held out stays
 * apart from what trains. */
static mg_status fetch(void *user, int64_t n, const int64_t row[],
                       void *const out[])
{
    float *const t = out[0], *const y = out[1];
    int64_t *const fetched = user;
    for (int64_t i = 0; i < n; i++) {
        const uint64_t number = 2 * (uint64_t)row[i];
        t[i] = (float)(6 * noise(number) - 3);
        y[i] = sinf(2 * t[i]) + 0.2f * (float)(noise(number + 1) - 0.5);
    }
    *fetched += n;
    return MG_OK;
}

static void print_progress(void *user, const mg_train_event *event)
{
    (void)user;
    if (event->kind == MG_EVENT_EPOCH)
        printf("%d examples: loss %.4f on those held out\n", (int)event->train,
               event->val_measure[0].value);
}

int main(void)
{
    const mg_data_array columns[] = {{.name = "t", .row = {.dtype = MG_F32}},
                                     {.name = "y", .row = {.dtype = MG_F32}}};
    const mg_model_train_options options = {.event = print_progress,
                                            .max_steps = 3000};
    int64_t fetched = 0;
    const float quarter = 0.785398f; /* of a turn: the wave is 1 */
    float wave = 0;

    mg_ctx *ctx = NULL;
    mg_dataset *data = NULL;
    mg_model *model = NULL;
    const bool done =
        mg_ctx_create(NULL, &ctx) == MG_OK &&
        mg_data_from_callback(ctx, ROWS, 2, columns, fetch, &fetched, &data) ==
            MG_OK &&
        mg_model_create(ctx, formula, strlen(formula), NULL, &model) == MG_OK &&
        mg_model_train(model, data, &options) == MG_OK &&
        mg_model_predict_one(model, (const void *[]){&quarter, NULL},
                             (void *[]){&wave}) == MG_OK;
    if (done)
        printf("%d examples were made; the wave at %.3f is %.2f\n",
               (int)fetched, quarter, wave);
    else
        fprintf(stderr, "stream: %s\n", mg_message(ctx));
    mg_model_destroy(model);
    mg_dataset_destroy(data);
    mg_ctx_destroy(ctx);
    return done ? 0 : 1;
}
