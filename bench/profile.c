/* profile: the time of every step of a training plan, on random data.
 *
 *     profile FILE [BATCH] [--sorted] [--plain] [--forward]
 *
 * A row is a step: its time on one thread and on two (the least of many runs
 * of the whole plan, a clock call before and after each step taken off), its
 * share, the kernel, the line of the formula and the operation with its
 * shapes. A developer's tool: not installed. */
#include "base/text.h"
#include "data/file.h"
#include "train/trainer.h"
#include "train/workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS 3.0
#define LEAST_RUNS 20

typedef struct {
    const char *file;
    int64_t batch;
    bool sorted, plain;
    mg_purpose purpose;
} request;

/* ---- Timing ---- */

/* What two calls of the clock one after the other cost, in seconds. */
static double clock_cost(void)
{
    double least = 1;
    for (int i = 0; i < 10000; i++) {
        const double start = mg_now();
        const double cost = mg_now() - start;
        least = cost < least ? cost : least;
    }
    return least;
}

/* Runs step after step and keeps the least time of each. */
static mg_status time_steps(mg_step_plan *p, double least[])
{
    const double cost = clock_cost(), start = mg_now();
    const size_t n = p->plan->n_steps;
    for (size_t i = 0; i < n; i++)
        least[i] = 1e30;
    for (int run = 0; run < LEAST_RUNS || mg_now() - start < SECONDS; run++) {
        MG_TRY(mg_step_plan_run(p, 1));
        for (size_t i = 0; i < n; i++) {
            const double began = mg_now();
            mg_session_run_step(p->session, i);
            const double seconds = mg_now() - began - cost;
            least[i] = seconds < least[i] ? seconds : least[i];
        }
        p->draw = ++p->step;
    }
    return MG_OK;
}

/* ---- Printing ---- */

/* The type; of one constant element, its value; with a "'" where neighbours
 * of the last axis are not neighbours in memory. */
static void put_operand(const mg_operand *operand)
{
    const mg_tensor *const t = &operand->tensor;
    const int rank = t->type.shape.rank;
    printf(" %s[", mg_dtype_name(t->type.dtype));
    for (int i = 0; i < rank; i++)
        printf("%s%lld", i ? "," : "", (long long)t->type.shape.dim[i]);
    printf("]");
    if (rank > 0 && t->type.shape.dim[rank - 1] > 1 && t->stride[rank - 1] != 1)
        printf("'");
    if (operand->space == MG_SPACE_CONSTANT &&
        mg_shape_size(&t->type.shape) == 1)
        printf("=%g", mg_tensor_get(t, 0));
}

static void put_step(const mg_step *step, size_t index, const double seconds[2],
                     const double whole[2])
{
    printf("%4zu %10.3f %10.3f %5.1f%% %5.1f%%  %-16s %4d  %s", index,
           seconds[0] * 1e6, seconds[1] * 1e6, 100 * seconds[0] / whole[0],
           100 * seconds[1] / whole[1], step->kernel->name,
           step->node->place.line, step->node->op->name);
    for (int i = 0; i < step->n_operands; i++) {
        if (i == step->n_operands - 1)
            printf(" ->");
        put_operand(&step->operand[i]);
    }
    if (step->node->place.formula)
        printf("   %s", step->node->place.formula);
    printf("\n");
}

typedef struct {
    double seconds[2];
    size_t index;
} row;

static int slower_first(const void *a, const void *b)
{
    const row *const x = a, *const y = b;
    return (x->seconds[0] < y->seconds[0]) - (x->seconds[0] > y->seconds[0]);
}

static void put_steps(const mg_plan *plan, bool sorted,
                      const double *const least[2], row *rows)
{
    double whole[2] = {0, 0};
    for (size_t i = 0; i < plan->n_steps; i++) {
        rows[i].index = i;
        for (int k = 0; k < 2; k++) {
            rows[i].seconds[k] = least[k][i];
            whole[k] += least[k][i];
        }
    }
    if (sorted)
        qsort(rows, plan->n_steps, sizeof *rows, slower_first);
    printf("%4s %10s %10s %6s %6s  %-16s %4s  operation\n", "step", "1 thread",
           "2 threads", "share", "share", "kernel", "line");
    for (size_t i = 0; i < plan->n_steps; i++)
        put_step(&plan->step[rows[i].index], rows[i].index, rows[i].seconds,
                 whole);
    printf("%4s %10.3f %10.3f  us, %zu steps, %zu bytes\n", "all",
           whole[0] * 1e6, whole[1] * 1e6, plan->n_steps, plan->arena_bytes);
}

/* ---- The whole ---- */

typedef struct {
    mg_ctx *ctx;
    mg_workload workload;
    mg_step_plan *plan;
    double *least;
} measured;

static mg_status measure(const request *r, measured *m)
{
    char *source = NULL;
    size_t length = 0;
    const mg_network_options options = {.file = r->file};
    MG_TRY(mg_file_read(m->ctx, r->file, MG_FILE_TEXT_MOST, &source, &length));
    const mg_status status = mg_workload_init(
        &m->workload, m->ctx, &options, source, length, r->batch,
        r->plain ? MG_KERNELS_PLAIN : MG_KERNELS_BEST);
    mg_free(m->ctx, source);
    MG_TRY(status);
    MG_TRY(mg_workload_plan(&m->workload, r->purpose, &m->plan));
    m->least = mg_alloc(m->ctx, m->plan->plan->n_steps + 1, sizeof(double));
    return m->least ? time_steps(m->plan, m->least) : MG_NO_MEMORY;
}

static void measured_clear(measured *m)
{
    if (!m->ctx)
        return;
    mg_free(m->ctx, m->least);
    mg_step_plan_destroy(m->plan);
    mg_workload_clear(&m->workload);
    mg_ctx_destroy(m->ctx);
}

static mg_status profile(const request *r, measured m[2])
{
    for (int k = 0; k < 2; k++)
        MG_TRY(measure(r, &m[k]));
    const mg_plan *const plan = m[0].plan->plan;
    row *const rows = mg_alloc(m[0].ctx, plan->n_steps + 1, sizeof *rows);
    if (!rows)
        return MG_NO_MEMORY;
    const double *const least[2] = {m[0].least, m[1].least};
    put_steps(plan, r->sorted, least, rows);
    mg_free(m[0].ctx, rows);
    return MG_OK;
}

static bool read_arguments(int count, char **argument, request *r)
{
    for (int i = 1; i < count; i++) {
        const char *const text = argument[i];
        if (strcmp(text, "--sorted") == 0)
            r->sorted = true;
        else if (strcmp(text, "--plain") == 0)
            r->plain = true;
        else if (strcmp(text, "--forward") == 0)
            r->purpose = MG_FOR_OUTPUTS;
        else if (!r->file)
            r->file = text;
        else if (mg_parse_int(text, strlen(text), &r->batch) == 0 ||
                 r->batch < 1)
            return false;
    }
    return r->file != NULL;
}

int main(int count, char **argument)
{
    request r = {.purpose = MG_FOR_TRAINING};
    if (!read_arguments(count, argument, &r)) {
        fprintf(stderr, "usage: profile FILE [BATCH] [--sorted] [--plain] "
                        "[--forward]\n");
        return 2;
    }
    measured m[2] = {{.ctx = NULL}, {.ctx = NULL}};
    mg_status status = MG_OK;
    for (int k = 0; k < 2 && status == MG_OK; k++) {
        const mg_ctx_options options = {.threads = k + 1};
        status = mg_ctx_create(&options, &m[k].ctx);
    }
    if (status == MG_OK)
        status = profile(&r, m);
    for (int k = 0; k < 2; k++) {
        if (status != MG_OK && m[k].ctx)
            fputs(mg_message(m[k].ctx), stderr);
        measured_clear(&m[k]);
    }
    return status == MG_OK ? 0 : 3;
}
