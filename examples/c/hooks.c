/* hooks: all memory of the library through an allocator with a budget, and its
 * lines through a log of the program's own. A refused allocation is a message,
 * never a crash, and leaves no memory behind. */
#include <matgrad/matgrad.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char formula[] = "input x[2]\n"
                              "target y\n"
                              "param unused[3] = 0\n"
                              "output z = dense(tanh(dense(x, 32)), 1)[0]\n"
                              "loss = (z - y)^2\n"
                              "train { optimiser = adam(lr = 0.01)\n"
                              "        epochs = 5; batch = 32; val = 0 }\n";

typedef struct {
    size_t used, most, budget; /* bytes */
} budget;

/* Stands before each block, and keeps its alignment. */
typedef union {
    size_t size;
    max_align_t alignment;
} head;

/* As realloc and free, within the budget. */
static void *resize(void *user, void *block, size_t size)
{
    budget *const b = user;
    head *const old = block ? (head *)block - 1 : NULL;
    const size_t old_size = old ? old->size : 0;
    if (size == 0) {
        b->used -= old_size;
        free(old);
        return NULL;
    }
    if (size > old_size && size - old_size > b->budget - b->used)
        return NULL;
    head *const new = realloc(old, sizeof *new + size);
    if (!new)
        return NULL;
    new->size = size;
    b->used = b->used - old_size + size;
    if (b->most < b->used)
        b->most = b->used;
    return new + 1;
}

static void print_line(void *user, const char *line)
{
    printf("  %s: %s\n", (const char *)user, line);
}

/* Trains within so many bytes. */
static mg_status train(budget *b)
{
    enum { ROWS = 1000 };
    static float x[ROWS][2], y[ROWS];
    for (int i = 0; i < ROWS; i++) {
        x[i][0] = (float)(i % 10) / 10;
        x[i][1] = (float)(i / 10 % 10) / 10;
        y[i] = x[i][0] * x[i][1];
    }
    const mg_data_array examples[] = {{"x", {MG_F32, {1, {2}}}, x},
                                      {"y", {MG_F32, {0}}, y}};
    const mg_ctx_options options = {.resize = resize,
                                    .resize_user = b,
                                    .log = print_line,
                                    .log_user = (void *)"the library says",
                                    .threads = 1};
    mg_ctx *ctx = NULL;
    mg_dataset *data = NULL;
    mg_model *model = NULL;
    mg_status status = mg_ctx_create(&options, &ctx);
    if (status == MG_OK)
        status = mg_data_from_arrays(ctx, ROWS, 2, examples, &data);
    if (status == MG_OK)
        status = mg_model_create(ctx, formula, strlen(formula), NULL, &model);
    if (status == MG_OK)
        status = mg_model_train(model, data, NULL);
    if (status != MG_OK)
        printf("  status %d: %s\n", (int)status,
               ctx ? mg_message(ctx) : "no memory for a context");
    mg_model_destroy(model);
    mg_dataset_destroy(data);
    mg_ctx_destroy(ctx);
    return status;
}

int main(void)
{
    budget b = {.budget = (size_t)64 << 20};
    printf("within %zu kB\n", b.budget / 1024);
    if (train(&b) != MG_OK)
        return 1;
    const size_t needed = b.most;
    printf("  trained; needed %zu kB\n", needed / 1024);
    /* Ever less, until there is nothing. */
    for (size_t quarters = 4; quarters-- > 0;) {
        b = (budget){.budget = needed / 4 * quarters};
        printf("within %zu kB\n", b.budget / 1024);
        if (train(&b) != MG_NO_MEMORY || b.used != 0)
            return 1;
    }
    puts("no memory is left in use");
    return 0;
}
