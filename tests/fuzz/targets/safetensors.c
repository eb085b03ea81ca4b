/* A weights file: by itself, written and read again, and opened as a model,
 * which believes the formula and settings in it. */
#include "data/file.h"
#include "data/safetensors.h"
#include "formula/network.h"
#include "tests/fuzz/fuzz.h"
#include "train/model.h"

#include <string.h>

static void compare(const mg_safetensors *a, const mg_safetensors *b)
{
    fuzz_require(a->n_tensors == b->n_tensors && a->n_texts == b->n_texts,
                 "as much is read back as was written");
    for (size_t i = 0; i < a->n_tensors; i++) {
        const mg_tensor *const x = &a->tensor[i].tensor;
        const mg_tensor *const y = &b->tensor[i].tensor;
        const size_t bytes = mg_type_bytes(&x->type);
        fuzz_require(strcmp(a->tensor[i].name, b->tensor[i].name) == 0 &&
                         x->type.dtype == y->type.dtype &&
                         mg_shape_equal(&x->type.shape, &y->type.shape) &&
                         (bytes == 0 || memcmp(x->data, y->data, bytes) == 0),
                     "a tensor reads back as it was written");
    }
    for (size_t i = 0; i < a->n_texts; i++)
        fuzz_require(strcmp(a->text[i].key, b->text[i].key) == 0 &&
                         strcmp(a->text[i].value, b->text[i].value) == 0,
                     "a text reads back as it was written");
}

static void round_trip(mg_ctx *ctx, const mg_safetensors *file)
{
    mg_safetensors *copy = NULL;
    const char *const path = fuzz_file("copy.safetensors", "", 0);
    fuzz_require(fuzz_worked(ctx, mg_safetensors_write(
                                      ctx, path, file->n_tensors, file->tensor,
                                      file->n_texts, file->text)),
                 "what was read can be written");
    if (!fuzz_worked(ctx, mg_safetensors_read(ctx, path, &copy)))
        fuzz_require(false, mg_message(ctx));
    compare(file, copy);
    mg_safetensors_destroy(copy);
}

static void open_model(mg_ctx *ctx, const char *path)
{
    mg_model *model = NULL;
    if (fuzz_worked(ctx, mg_model_open(ctx, path, NULL, &model)))
        mg_model_destroy(model);
}

void fuzz_target(mg_ctx *ctx, const char *text, size_t length)
{
    mg_safetensors *file = NULL;
    const char *const path = fuzz_file("input.safetensors", text, length);
    if (!fuzz_worked(ctx, mg_safetensors_read(ctx, path, &file)))
        return;
    round_trip(ctx, file);
    mg_safetensors_destroy(file);
    open_model(ctx, path);
}
