/* pipeline: the passes in their order. Debug builds verify the graph after
 * each. Layer optimise. */
#include "optimise/optimise.h"
#include "optimise/rewrite.h"

#include <string.h>

typedef struct {
    const char *name;
    mg_rewrite_fn *rewrite;
} pass;

/* Folding makes numbers that simplify looks for, and simplify strips the
 * broadcasts that keep folding from them: hence both twice. What sums leaves
 * between reshapes, reuse looks for without them. */
static const pass passes[] = {
    {"names", mg_pass_names},
    {"simplify", mg_pass_simplify},
    {"fold", mg_pass_fold},
    {"simplify-2", mg_pass_simplify},
    {"fold-2", mg_pass_fold},
    {"pads", mg_pass_pads},
    {"unsplit", mg_pass_unsplit},
    {"divisions", mg_pass_divisions},
    {"sums", mg_pass_sums},
    {"simplify-3", mg_pass_simplify},
    {"reuse", mg_pass_reuse},
    {"factors", mg_pass_factors},
    {"transposes", mg_pass_transposes},
    {"accumulate", mg_pass_accumulate},
};

#define PASS_COUNT (sizeof passes / sizeof *passes)

size_t mg_pass_count(void)
{
    return PASS_COUNT;
}

static void dump(const mg_optimise_options *options, const char *name,
                 const mg_graph *g)
{
    if (!options->dump || !options->dump_after)
        return;
    if (strcmp(options->dump_after, "all") != 0 &&
        strcmp(options->dump_after, name) != 0)
        return;
    mg_text_printf(options->dump, "# after %s\n", name);
    mg_graph_print(g, options->dump);
}

static mg_status check(const mg_graph *g)
{
#ifdef NDEBUG
    return mg_graph_status(g);
#else
    return mg_graph_verify(g);
#endif
}

/* Takes the place of *g; the first graph is the caller's and stays. */
static mg_status run_pass(const mg_graph *first, const pass *p, unsigned *fired,
                          mg_graph **g)
{
    mg_graph *next = NULL;
    MG_TRY(mg_rewrite(*g ? *g : first, p->rewrite, fired, &next));
    mg_graph_destroy(*g);
    *g = next;
    return check(next);
}

static mg_value keep(const mg_rewriting *r, const mg_node *node,
                     const mg_value x[])
{
    (void)r;
    (void)node;
    (void)x;
    return (mg_value){0};
}

mg_status mg_optimise(const mg_graph *g, mg_optimise_options *options,
                      mg_graph **out)
{
    mg_optimise_options none = {0};
    mg_optimise_options *const o = options ? options : &none;
    const pass copy = {"copy", keep};
    unsigned copied = 0;
    mg_graph *now = NULL;
    mg_status status = run_pass(g, &copy, &copied, &now);
    for (size_t i = 0; i < PASS_COUNT && status == MG_OK; i++) {
        if (o->skip & (1u << i))
            continue;
        status = run_pass(g, &passes[i], &o->fired[i], &now);
        if (status == MG_OK)
            dump(o, passes[i].name, now);
    }
    if (status != MG_OK)
        mg_graph_destroy(now);
    else
        *out = now;
    return status;
}
