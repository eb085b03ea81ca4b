/* model: the smallest program that predicts with a model from a file. It wants
 * a model of four inputs and one output of up to sixteen numbers. tools/size
 * measures it. */
#include <matgrad/matgrad.h>

#include <stdio.h>

int main(int count, char *argument[])
{
    const mg_ctx_options options = {.threads = 1};
    const float x[4] = {0.1f, 0.2f, 0.3f, 0.4f};
    float p[16];
    mg_ctx *ctx = NULL;
    mg_model *model = NULL;
    const bool done = count == 2 && mg_ctx_create(&options, &ctx) == MG_OK &&
                      mg_model_open(ctx, argument[1], NULL, &model) == MG_OK &&
                      mg_model_predict_one(model, (const void *[]){x},
                                           (void *[]){p}) == MG_OK;
    if (done)
        printf("%g %g %g\n", p[0], p[1], p[2]);
    else
        puts(mg_message(ctx));
    mg_model_destroy(model);
    mg_ctx_destroy(ctx);
    return done ? 0 : 1;
}
