/* gradcheck: see gradcheck.h. Layer explain. */
#include "explain/gradcheck.h"

#include "base/philox.h"
#include "derive/derive.h"
#include "explain/probe.h"

#include <math.h>
#include <string.h>

/* (f(x + h) - f(x - h)) / 2h errs by h^2 f'''/6 and, with f near 1 known to
 * the precision e = 1.1e-16, by e/h in rounding. The sum is least at
 * h = (3e)^(1/3) = 7e-6, relative to x where that is larger than 1: both are
 * near 1e-11 then. A hundredth of the step, tried at kinks, leaves 1e-9. The
 * limit of 1e-6 thus has room for losses up to some hundreds. */
static const double first_step = 7e-6, limit = 1e-6;
enum { TRIES = 3, ELEMENTS = 100 };

/* A stream of its own for the choice of elements. */
#define ELEMENT_STREAM 0x46000000u

typedef struct {
    mg_gradcheck *check;
    mg_arena arena; /* for the time of checking */
    mg_subject subject;
    mg_frame frame;
    mg_tensor *value;   /* by id, gradients included */
    mg_value *leaf;     /* [check->n] */
    mg_value *gradient; /* [check->n] */
    int64_t elements;
} checking;

/* ---- Names ---- */

static mg_status add_name(checking *c, const char *name, mg_value leaf)
{
    const mg_type type = mg_value_type(c->subject.graph, leaf);
    if (!mg_dtype_is_real(type.dtype))
        return MG_OK;
    c->leaf[c->check->n] = leaf;
    mg_gradcheck_name *const out = &c->check->name[c->check->n++];
    out->shape = type.shape;
    out->name = mg_arena_string(&c->check->arena, name, strlen(name));
    return out->name ? MG_OK : MG_NO_MEMORY;
}

static mg_status add_names(checking *c)
{
    const mg_network *const network = c->subject.network;
    const size_t most = network->n_inputs + network->n_params;
    c->check->name =
        mg_arena_alloc(&c->check->arena, most, sizeof *c->check->name);
    c->leaf = mg_arena_alloc(&c->arena, most, sizeof *c->leaf);
    c->gradient = mg_arena_alloc(&c->arena, most, sizeof *c->gradient);
    if (!c->check->name || !c->leaf || !c->gradient)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < network->n_inputs; i++)
        MG_TRY(add_name(c, network->input[i].name, network->input[i].value));
    for (size_t i = 0; i < network->n_params; i++)
        MG_TRY(add_name(c, network->param[i].name, network->param[i].value));
    return MG_OK;
}

/* ---- The point ---- */

/* Everything at the point, analytic gradients included. */
static mg_status evaluate(checking *c, const mg_weights *weights,
                          const mg_tensor example[])
{
    mg_graph *const g = c->subject.graph;
    MG_TRY(mg_gradient(g, c->subject.total, c->check->n, c->leaf, c->gradient));
    const size_t size = (size_t)mg_graph_size(g) + 1;
    bool *const needed = mg_arena_alloc(&c->arena, size, sizeof *needed);
    if (!needed)
        return MG_NO_MEMORY;
    mg_mark_needed(g, c->subject.total, needed);
    for (size_t i = 0; i < c->check->n; i++) {
        mg_mark_needed(g, c->leaf[i], needed);
        mg_mark_needed(g, c->gradient[i], needed);
    }
    mg_subject_source source = {&c->subject, weights, example, &c->arena};
    return mg_evaluate(g, &c->arena, &c->frame, mg_subject_feed, &source,
                       needed, &c->value);
}

/* ---- Elements ---- */

static mg_status differ(mg_probe *probe, int64_t index, double x, double h,
                        double *out)
{
    const double above = x + h, below = x - h;
    double up, down;
    MG_TRY(mg_probe_run(probe, index, above, &up));
    MG_TRY(mg_probe_run(probe, index, below, &down));
    *out = (up - down) / (above - below);
    return MG_OK;
}

static double error_of(double analytic, double numeric)
{
    const double scale = fmax(1, fmax(fabs(analytic), fabs(numeric)));
    const double error = fabs(analytic - numeric) / scale;
    return isnan(error) ? INFINITY : error;
}

/* Near a kink a smaller step may stay on one side of it. The best of the
 * tries counts. */
static mg_status try_element(checking *c, mg_probe *probe, size_t name,
                             int64_t index, mg_gradcheck_worst *out)
{
    const double x = mg_tensor_get(&c->value[c->leaf[name].id], index);
    mg_gradcheck_worst best = {
        .index = index,
        .analytic = mg_tensor_get(&c->value[c->gradient[name].id], index),
        .error = INFINITY,
    };
    double h = first_step * fmax(1, fabs(x));
    for (int i = 0; i < TRIES && !(best.error < limit); i++, h /= 10) {
        double numeric;
        MG_TRY(differ(probe, index, x, h, &numeric));
        const double error = error_of(best.analytic, numeric);
        if (i == 0 || error < best.error) {
            best.numeric = numeric;
            best.error = error;
        }
    }
    *out = best;
    return MG_OK;
}

static mg_status check_elements(checking *c, mg_probe *probe, size_t index)
{
    mg_gradcheck_name *const name = &c->check->name[index];
    const int64_t n = mg_shape_size(&name->shape);
    const int64_t wanted = n < c->elements ? n : c->elements;
    const mg_stream stream = {
        .seed = c->check->seed,
        .stream = ELEMENT_STREAM + (uint32_t)index,
    };
    bool all_zero = true;
    /* Each element in turn, with the chance that leaves `wanted` of them:
     * Fan, Muller and Rezucha, 1962. */
    for (int64_t i = 0; i < n && name->tried < wanted; i++) {
        const uint64_t draw =
            mg_random_below(&stream, (uint64_t)i, (uint64_t)(n - i));
        if (draw >= (uint64_t)(wanted - name->tried))
            continue;
        mg_gradcheck_worst found;
        MG_TRY(try_element(c, probe, index, i, &found));
        if (name->tried++ == 0 || found.error > name->worst.error)
            name->worst = found;
        all_zero = all_zero && found.analytic == 0;
    }
    if (name->tried > 0 && !(name->worst.error < limit))
        name->verdict = MG_GRADCHECK_FAIL;
    else if (all_zero)
        name->verdict = MG_GRADCHECK_UNTESTED;
    return MG_OK;
}

static mg_status check_name(checking *c, size_t index)
{
    mg_probe probe;
    MG_TRY(mg_probe_open(&c->subject, &c->frame, c->value, c->leaf[index],
                         &probe));
    const mg_status status = check_elements(c, &probe, index);
    mg_probe_close(&probe);
    if (c->check->name[index].verdict == MG_GRADCHECK_FAIL)
        c->check->pass = false;
    return status;
}

/* ---- The whole ---- */

static mg_status check_all(checking *c, const mg_weights *weights,
                           const mg_tensor example[])
{
    MG_TRY(add_names(c));
    MG_TRY(evaluate(c, weights, example));
    c->check->value = mg_tensor_get(&c->value[c->subject.total.id], 0);
    for (size_t i = 0; i < c->check->n; i++)
        MG_TRY(check_name(c, i));
    return MG_OK;
}

static mg_status refuse_network(const mg_network *network)
{
    if (!network->loss.id)
        return mg_fail(network->ctx, MG_BAD_ARGUMENT,
                       "gradcheck: the network has no loss");
    if (mg_graph_real(network->graph) != MG_F64)
        return mg_fail(network->ctx, MG_BAD_ARGUMENT,
                       "gradcheck: wants a network in f64");
    return MG_OK;
}

static mg_status run_check(checking *c, const mg_network *network,
                           const mg_weights *weights,
                           const mg_gradcheck_options *options)
{
    mg_tensor *const example =
        mg_arena_alloc(&c->arena, network->n_inputs, sizeof *example);
    if (!example)
        return MG_NO_MEMORY;
    for (size_t i = 0; options->example && i < network->n_inputs; i++)
        example[i] = options->example[i];
    MG_TRY(mg_example_draw(network, options->seed, &c->arena, example));
    MG_TRY(mg_example_check(network, example));
    MG_TRY(mg_subject_open(network, example, &c->arena, &c->subject));
    const mg_status status = check_all(c, weights, example);
    mg_subject_close(&c->subject);
    return status;
}

mg_status mg_gradcheck_create(const mg_network *network,
                              const mg_weights *weights,
                              const mg_gradcheck_options *options,
                              mg_gradcheck **out)
{
    mg_ctx *const ctx = network->ctx;
    MG_TRY(refuse_network(network));
    mg_gradcheck *const check = mg_alloc(ctx, 1, sizeof *check);
    if (!check)
        return MG_NO_MEMORY;
    mg_arena_init(&check->arena, ctx);
    check->seed = options->seed;
    check->pass = true;
    const int64_t elements = options->elements;
    checking c = {
        .check = check,
        .frame = {.seed = options->seed},
        .elements = elements < 0    ? INT64_MAX
                    : elements == 0 ? ELEMENTS
                                    : elements,
    };
    mg_arena_init(&c.arena, ctx);
    const mg_status status = run_check(&c, network, weights, options);
    mg_arena_clear(&c.arena);
    if (status != MG_OK)
        mg_gradcheck_destroy(check);
    else
        *out = check;
    return status;
}

void mg_gradcheck_destroy(mg_gradcheck *check)
{
    if (!check)
        return;
    mg_ctx *const ctx = check->arena.ctx;
    mg_arena_clear(&check->arena);
    mg_free(ctx, check);
}
