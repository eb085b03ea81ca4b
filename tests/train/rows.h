/* rows: seventy examples in memory of three numbers, an integer and a target,
 * and a network that learns them. */
#ifndef MG_TESTS_TRAIN_ROWS_H
#define MG_TESTS_TRAIN_ROWS_H

#include "matgrad/matgrad.h"
#include "test.h"

#include <math.h>
#include <string.h>

#define ROWS 70

#define NETWORK                                                                \
    "input x[3]\ninput k class 4\ntarget y\n"                                  \
    "param E[4, 3] ~ normal(1)\n"                                              \
    "output z = dense(dropout(tanh(dense(x + E[k], 8)), 0.2), 1)[0]\n"         \
    "loss = (z - y)^2\nmetric error = abs(z - y)\n"                            \
    "train { optimiser = adam(lr = 0.01); epochs = 4; batch = 16 }\n"

typedef struct {
    mg_ctx *ctx;
    float x[ROWS][3], y[ROWS];
    int64_t k[ROWS];
    mg_data_array array[3];
    int64_t fetches; /* of a callback */
    int64_t refuse;  /* the fetch that fails; 0: none */
} world;

static inline void check(const world *w, mg_status status)
{
    if (status != MG_OK)
        fail_msg("status %d: %s", (int)status, mg_message(w->ctx));
}

static inline int set_up(void **state)
{
    static world w;
    w = (world){0};
    assert_int_equal(mg_ctx_create(NULL, &w.ctx), MG_OK);
    for (int i = 0; i < ROWS; i++) {
        for (int j = 0; j < 3; j++)
            w.x[i][j] = sinf((float)(3 * i + j));
        w.k[i] = i * i % 4;
        w.y[i] = w.x[i][0] * w.x[i][1] + (float)w.k[i];
    }
    w.array[0] = (mg_data_array){"x", {MG_F32, {1, {3}}}, w.x};
    w.array[1] = (mg_data_array){"k", {MG_I64, {0}}, w.k};
    w.array[2] = (mg_data_array){"y", {MG_F32, {0}}, w.y};
    *state = &w;
    return 0;
}

static inline int tear_down(void **state)
{
    world *const w = *state;
    mg_ctx_destroy(w->ctx);
    return 0;
}

static inline mg_model *create(const world *w, const char *source)
{
    mg_model *model = NULL;
    check(w, mg_model_create(w->ctx, source, strlen(source), NULL, &model));
    return model;
}

static inline mg_dataset *lend(world *w)
{
    mg_dataset *data = NULL;
    check(w, mg_data_from_arrays(w->ctx, ROWS, 3, w->array, &data));
    return data;
}

#endif
