/* serve: one plan and one model's weights serve eight threads, each with a
 * session and a context of its own. What they answer is compared with what one
 * thread answers. POSIX threads. */
#include <matgrad/matgrad.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { THREADS = 8, REQUESTS = 400, BATCH = 16, PIXELS = 64, CLASSES = 10 };

static const char formula[] =
    "input x[64]\n"
    "output p = softmax(dense(relu(dense(x, 100)), 10))\n";

typedef struct {
    float x[BATCH][PIXELS];
    float p[BATCH][CLASSES];
} request;

static request requests[REQUESTS], alone[REQUESTS];

/* A thread answers every step-th request from the first on. */
typedef struct {
    const mg_plan *plan;
    const mg_model *model;
    request *queue;
    int first, step;
    bool done;
} worker;

static mg_status answer(mg_session *session, request *r)
{
    mg_status status = mg_session_bind(session, "x", r->x);
    if (status == MG_OK)
        status = mg_session_run(session);
    if (status == MG_OK)
        memcpy(r->p, mg_session_result(session, "p").data, sizeof r->p);
    return status;
}

static void *work(void *argument)
{
    worker *const w = argument;
    const mg_ctx_options options = {.threads = 1};
    mg_ctx *ctx = NULL;
    mg_session *session = NULL;
    w->done = mg_ctx_create(&options, &ctx) == MG_OK &&
              mg_session_create(ctx, w->plan, &session) == MG_OK &&
              mg_model_bind(w->model, session) == MG_OK;
    for (int i = w->first; i < REQUESTS && w->done; i += w->step)
        w->done = answer(session, &w->queue[i]) == MG_OK;
    if (!w->done)
        fprintf(stderr, "serve: %s\n", mg_message(ctx));
    mg_session_destroy(session);
    mg_ctx_destroy(ctx);
    return NULL;
}

static bool serve(const mg_plan *plan, const mg_model *model)
{
    pthread_t thread[THREADS];
    worker workers[THREADS], one = {plan, model, alone, 0, 1, false};
    int started = 0;
    for (; started < THREADS; started++) {
        workers[started] =
            (worker){plan, model, requests, started, THREADS, false};
        if (pthread_create(&thread[started], NULL, work, &workers[started]))
            break;
    }
    bool done = started == THREADS;
    for (int i = 0; i < started; i++) {
        pthread_join(thread[i], NULL);
        done = done && workers[i].done;
    }
    work(&one);
    return done && one.done;
}

int main(void)
{
    mg_ctx *ctx = NULL;
    mg_model *model = NULL;
    mg_plan *plan = NULL;
    for (int i = 0; i < REQUESTS; i++)
        for (int j = 0; j < BATCH * PIXELS; j++)
            requests[i].x[j / PIXELS][j % PIXELS] =
                (float)((i * 7919 + j * 104729) % 1000) / 1000;
    memcpy(alone, requests, sizeof alone);
    bool done =
        mg_ctx_create(NULL, &ctx) == MG_OK &&
        mg_model_create(ctx, formula, strlen(formula), NULL, &model) == MG_OK &&
        mg_model_compile(model, BATCH, &plan) == MG_OK;
    if (!done)
        fprintf(stderr, "serve: %s\n", mg_message(ctx));
    done = done && serve(plan, model);
    if (done) {
        done = memcmp(requests, alone, sizeof alone) == 0;
        printf("%d requests answered by %d threads, %s as by one\n", REQUESTS,
               THREADS, done ? "to the bit" : "but NOT");
    }
    mg_plan_destroy(plan);
    mg_model_destroy(model);
    mg_ctx_destroy(ctx);
    return done ? 0 : 1;
}
