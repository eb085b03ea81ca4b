/* train: a network, given as text, learns from arrays in memory which points
 * lie in a circle; then it is saved, loaded and asked. */
#include <matgrad/matgrad.h>

#include <stdio.h>
#include <string.h>

enum { ROWS = 2000 };

static const char formula[] = "input point[2]\n"
                              "target inside class 2\n"
                              "z = dense(tanh(dense(point, 16)), 2)\n"
                              "output p = softmax(z)\n"
                              "loss = cross_entropy(z, inside)\n"
                              "metric accuracy = argmax(z) == inside\n"
                              "train { optimiser = adam(lr = 0.01)\n"
                              "        epochs = 20; batch = 20 }\n";

static void print_epoch(void *user, const mg_train_event *event)
{
    (void)user;
    if (event->kind == MG_EVENT_EPOCH && event->epoch % 5 == 0)
        printf("epoch %2d: loss %.3f, accuracy %.3f\n", (int)event->epoch,
               event->val_measure[0].value, event->val_measure[1].value);
}

int main(void)
{
    static float point[ROWS][2];
    static uint8_t inside[ROWS];
    for (int i = 0; i < ROWS; i++) {
        const float x = point[i][0] = (float)(i * 31 % 100) / 50 - 1;
        const float y = point[i][1] = (float)(i * 17 % 201) / 100 - 1;
        inside[i] = x * x + y * y < 0.5f;
    }
    const mg_data_array examples[] = {
        {"point", {MG_F32, {1, {2}}}, point},
        {"inside", {MG_U8, {0}}, inside},
    };
    const mg_model_train_options options = {.event = print_epoch};
    const float question[2] = {0.1f, 0.5f};
    float p[2];

    mg_ctx *ctx = NULL;
    mg_dataset *data = NULL;
    mg_model *model = NULL, *loaded = NULL;
    const bool done =
        mg_ctx_create(NULL, &ctx) == MG_OK &&
        mg_data_from_arrays(ctx, ROWS, 2, examples, &data) == MG_OK &&
        mg_model_create(ctx, formula, strlen(formula), NULL, &model) == MG_OK &&
        mg_model_train(model, data, &options) == MG_OK &&
        mg_model_save(model, "circle.safetensors") == MG_OK &&
        mg_model_open(ctx, "circle.safetensors", NULL, &loaded) == MG_OK &&
        mg_model_predict_one(loaded, (const void *[]){question, NULL},
                             (void *[]){p}) == MG_OK;
    if (done)
        printf("(0.1, 0.5) is inside with probability %.3f\n", p[1]);
    else
        fprintf(stderr, "train: %s\n", mg_message(ctx));
    mg_model_destroy(loaded);
    mg_model_destroy(model);
    mg_dataset_destroy(data);
    mg_ctx_destroy(ctx);
    return done ? 0 : 1;
}
