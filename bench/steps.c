/* steps: trains exactly N steps on random data in memory.
 *
 *     steps FILE BATCH N [--threads N]
 *
 * One line of JSON: the time of the monotonic clock at the end of the first
 * step, in seconds, and the most memory that the process had, in bytes. The
 * steps after the first stand in a function of their own, run_steps, which
 * bench/instructions counts. A developer's tool: not installed. */
#include "base/text.h"
#include "train/trainer.h"
#include "train/workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *file;
    int64_t batch, steps, threads;
} request;

mg_status run_steps(mg_step_plan *p, int64_t n);

/* Found by its name: neither copied into its caller nor static. */
__attribute__((noinline)) mg_status run_steps(mg_step_plan *p, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        MG_TRY(mg_step_plan_run(p, 1));
        p->draw = ++p->step;
    }
    return MG_OK;
}

/* Of this program alone, which getrusage does not tell: it counts the parent's
 * memory before exec. 0 where the system does not say. */
static long long peak_bytes(void)
{
    char line[128];
    long long kilobytes = 0;
    FILE *const file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kilobytes = strtoll(line + 6, NULL, 10);
    if (file)
        fclose(file);
    return kilobytes * 1024;
}

static mg_status train(mg_workload *w, const request *r)
{
    mg_step_plan *plan = NULL;
    MG_TRY(mg_workload_plan(w, MG_FOR_TRAINING, &plan));
    mg_status status = mg_step_plan_run(plan, 1);
    plan->draw = ++plan->step;
    const double first = mg_now();
    mg_session_hold(plan->session);
    if (status == MG_OK)
        status = run_steps(plan, r->steps);
    if (status == MG_OK)
        printf("{\"first_step_at\": %.9f, \"steps\": %lld, "
               "\"peak_bytes\": %lld}\n",
               first, (long long)r->steps, peak_bytes());
    mg_step_plan_destroy(plan);
    return status;
}

static mg_status run(mg_ctx *ctx, const request *r)
{
    mg_workload w;
    MG_TRY(mg_workload_open(&w, ctx, r->file, r->batch, MG_KERNELS_BEST));
    const mg_status status = train(&w, r);
    mg_workload_clear(&w);
    return status;
}

static bool read_number(const char *text, int64_t least, int64_t *out)
{
    return mg_parse_int(text, strlen(text), out) != 0 && *out >= least;
}

static bool read_arguments(int count, char **argument, request *r)
{
    if (count != 4 && (count != 6 || strcmp(argument[4], "--threads") != 0))
        return false;
    r->file = argument[1];
    return read_number(argument[2], 1, &r->batch) &&
           read_number(argument[3], 0, &r->steps) &&
           (count == 4 || read_number(argument[5], 1, &r->threads));
}

int main(int count, char **argument)
{
    request r = {.threads = 1};
    if (!read_arguments(count, argument, &r)) {
        fprintf(stderr, "usage: steps FILE BATCH N [--threads N]\n");
        return 2;
    }
    const mg_ctx_options options = {.threads = (int)r.threads};
    mg_ctx *ctx = NULL;
    if (mg_ctx_create(&options, &ctx) != MG_OK)
        return 3;
    const mg_status status = run(ctx, &r);
    if (status != MG_OK)
        fprintf(stderr, "%s\n", mg_message(ctx));
    mg_ctx_destroy(ctx);
    return status == MG_OK ? 0 : 3;
}
