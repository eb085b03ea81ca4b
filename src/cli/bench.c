/* bench: times of a training step and a forward pass. Layer cli. */
#define _DEFAULT_SOURCE
#include "cli/formula_file.h"
#include "cli/profile.h"
#include "cli/quantity.h"
#include "matgrad/matgrad.h"

#include <sys/resource.h>

/* The most memory that the process ever had, in bytes. */
static int64_t peak_memory(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return 0;
#ifdef __APPLE__
    return usage.ru_maxrss;
#else
    return (int64_t)usage.ru_maxrss * 1024;
#endif
}

static void put_real(mg_text *text, const char *before, double value)
{
    mg_text_puts(text, before);
    mg_text_real(text, value, 6);
}

static void put_json(mg_text *text, const mg_bench_result *r)
{
    mg_text_printf(text, "{\"schema\": 1, \"batch\": %lld",
                   (long long)r->batch);
    put_real(text, ", \"step_us\": ", r->step_us);
    put_real(text, ", \"forward_us\": ", r->forward_us);
    mg_text_puts(text, ", \"step_flops\": ");
    mg_text_real(text, r->step_flops, 17);
    put_real(text, ", \"gflops\": ", r->gflops);
    mg_text_printf(text,
                   ", \"arena_bytes\": %zu, \"live_bytes\": %zu, "
                   "\"peak_rss_bytes\": %lld}\n",
                   r->arena_bytes, r->live_bytes, (long long)peak_memory());
}

static void put_words(mg_text *text, const mg_bench_result *r, int threads)
{
    mg_text_printf(text, "batch %lld, %d thread%s, the best of five rounds\n\n",
                   (long long)r->batch, threads, threads == 1 ? "" : "s");
    mg_text_puts(text, "training step  ");
    mg_text_time(text, r->step_us);
    mg_text_puts(text, ", ");
    mg_text_count(text, (double)r->batch / r->step_us * 1e6);
    mg_text_puts(text, " examples a second\nforward pass   ");
    mg_text_time(text, r->forward_us);
    mg_text_puts(text, "\narithmetic     ");
    mg_text_count(text, r->step_flops);
    mg_text_puts(text, " operations a step, ");
    mg_text_real(text, r->gflops, 3);
    mg_text_puts(text, " GFLOP/s\nmemory         ");
    mg_text_bytes(text, (double)r->arena_bytes);
    mg_text_puts(text, " for a step's values (at least ");
    mg_text_bytes(text, (double)r->live_bytes);
    mg_text_puts(text, "), ");
    mg_text_bytes(text, (double)peak_memory());
    mg_text_puts(text, " for the whole program\n");
}

static mg_status profile(mg_cli *cli, const mg_formula_file *file,
                         int64_t batch, mg_kernels kernels, mg_text *text)
{
    mg_profile *p = NULL;
    const mg_network_options options = {.training = true, .file = file->path};
    const bool forward =
        mg_arguments_find(&cli->arguments, MG_OPTION_FORWARD) != NULL;
    MG_TRY(mg_bench_profile(cli->ctx, &options, file->source, file->length,
                            batch, kernels, forward, &p));
    if (mg_cli_json(cli))
        mg_text_profile_json(text, p);
    else
        mg_text_profile(text, p);
    mg_profile_destroy(p);
    return mg_text_status(text);
}

static mg_status bench(mg_cli *cli, mg_text *text)
{
    mg_formula_file file;
    mg_bench_result result;
    MG_TRY(mg_formula_file_read(cli, &file));
    const mg_network_options options = {.training = true, .file = file.path};
    const int64_t batch =
        mg_arguments_integer(&cli->arguments, MG_OPTION_BATCH, 0);
    mg_kernels kernels;
    MG_TRY(mg_cli_kernels(cli, &kernels));
    if (mg_arguments_find(&cli->arguments, MG_OPTION_PROFILE))
        return profile(cli, &file, batch, kernels, text);
    MG_TRY(mg_bench(cli->ctx, &options, file.source, file.length, batch,
                    kernels, &result));
    if (mg_cli_json(cli))
        put_json(text, &result);
    else
        put_words(text, &result, cli->ctx->threads);
    return mg_text_status(text);
}

int mg_run_bench(mg_cli *cli)
{
    mg_text text;
    mg_text_init(&text, cli->ctx);
    const mg_status status = bench(cli, &text);
    if (status == MG_OK)
        mg_output_puts(&cli->output, mg_text_string(&text));
    mg_text_clear(&text);
    return status == MG_OK ? MG_EXIT_DONE : mg_cli_report(cli, status);
}
