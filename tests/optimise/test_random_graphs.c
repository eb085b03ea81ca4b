/* Random graphs with gradients and updates, compiled in every way there is,
 * against the oracle. */
#include "base/philox.h"
#include "derive/derive.h"
#include "graph/evaluate.h"
#include "optimise/optimise.h"
#include "run/run.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GRAPHS 2400
#define VALUES 40
#define VARIABLES 3
#define DEPTH 18

/* Values stay within a few units (every growing op is wrapped in tanh), a
 * graph is some 100 operations deep, each with a rounding error of 2^-24
 * relative and a slope of at most about 4: 3e-4 leaves room for products of
 * 60 terms, and a wrong kernel is off by far more. */
#define TOLERANCE 3e-4

typedef struct {
    mg_ctx *ctx;
    mg_arena arena;
    mg_stream random;
    uint64_t drawn;
    int64_t calls; /* of random, in the graph */
    mg_graph *g;
    mg_value value[VALUES]; /* all f32 */
    int n;
    mg_value variable[VARIABLES];
    mg_tensor data[VARIABLES];
} world;

static int draw(world *w, int below)
{
    return (int)mg_random_below(&w->random, w->drawn++, (uint64_t)below);
}

static mg_value pick(world *w)
{
    return w->value[draw(w, w->n)];
}

static mg_shape shape_of(const world *w, mg_value v)
{
    return mg_value_shape(w->g, v);
}

static void make_leaves(world *w)
{
    static const char *const names[VARIABLES] = {"a", "b", "c"};
    for (int i = 0; i < VARIABLES; i++) {
        mg_shape shape = {0};
        const int rank = draw(w, 4);
        for (int k = 0; k < rank; k++)
            mg_shape_append(&shape, 1 + draw(w, 5));
        w->variable[i] = mg_variable(w->g, names[i], MG_F32, shape);
        const mg_type type = {MG_F32, shape};
        assert_int_equal(mg_tensor_alloc(&w->arena, type, &w->data[i]), MG_OK);
        for (int64_t k = 0; k < mg_shape_size(&shape); k++)
            mg_tensor_set(&w->data[i], k,
                          mg_random_normal(&w->random, w->drawn++));
        w->value[w->n++] = w->variable[i];
    }
    w->value[w->n++] = mg_real(w->g, 0.5);
    w->value[w->n++] = mg_real(w->g, 1);
    w->value[w->n++] = mg_real(w->g, 0);
}

static mg_value dropout(world *w, mg_value x)
{
    mg_graph *const g = w->g;
    const mg_shape shape = shape_of(w, x);
    const mg_value number = mg_random(g, w->calls++, &shape);
    return mg_where(g, mg_less(g, number, mg_real(g, 0.25)), mg_real(g, 0),
                    mg_div(g, x, mg_real(g, 0.75)));
}

static mg_value unary(world *w, mg_value x)
{
    mg_graph *const g = w->g;
    switch (draw(w, 9)) {
    case 0:
        return mg_tanh(g, x);
    case 1:
        return mg_sigmoid(g, x);
    case 2:
        return mg_sin(g, x);
    case 3:
        return mg_exp(g, mg_tanh(g, x));
    case 4:
        return mg_log1p(g, mg_mul(g, x, x));
    case 5:
        return mg_erf(g, x);
    case 6:
        return mg_neg(g, x);
    case 7:
        return dropout(w, x);
    default:
        return mg_sqrt(g, mg_add(g, mg_mul(g, x, x), mg_real(g, 1)));
    }
}

static mg_value binary(world *w, mg_value a, mg_value b)
{
    mg_graph *const g = w->g;
    const mg_shape x = shape_of(w, a), y = shape_of(w, b);
    mg_shape both;
    if (!mg_shape_broadcast(&x, &y, &both) || mg_shape_size(&both) > 4000)
        return mg_tanh(g, a);
    switch (draw(w, 6)) {
    case 0:
        return mg_add(g, a, b);
    case 1:
        return mg_sub(g, a, b);
    case 2:
        return mg_tanh(g, mg_mul(g, a, b));
    case 3:
        return mg_div(g, a, mg_add(g, mg_real(g, 2), mg_mul(g, b, b)));
    case 4:
        return mg_where(g, mg_less(g, w->variable[0], mg_real(g, 0)),
                        mg_real(g, 1), mg_real(g, 0));
    default:
        return mg_maximum(g, a, b);
    }
}

/* A softmax over all elements or along an axis. */
static mg_value shares(world *w, mg_value x, int n, const int64_t axes[])
{
    mg_graph *const g = w->g;
    const mg_value e = mg_exp(g, mg_tanh(g, x));
    const mg_value sum = mg_sum(g, e, n, axes, true);
    if (draw(w, 2))
        return mg_div(g, e, sum);
    const mg_value none = mg_equal(g, sum, mg_real(g, 0));
    return mg_div(g, e, mg_where(g, none, mg_real(g, 1), sum));
}

static mg_value reduce(world *w, mg_value x)
{
    mg_graph *const g = w->g;
    const int rank = shape_of(w, x).rank;
    int64_t axes[1] = {rank ? draw(w, rank) : 0};
    const int n = rank && draw(w, 3) ? 1 : -1;
    const bool keep = draw(w, 2);
    switch (draw(w, 6)) {
    case 0:
        return shares(w, x, n, axes);
    case 1:
        return mg_tanh(g, mg_sum(g, x, n, axes, keep));
    case 2:
        return mg_mean(g, x, n, axes, keep);
    case 3:
        return mg_max(g, x, n, axes, keep);
    case 4:
        return mg_var(g, x, n, axes, keep);
    default:
        return mg_min(g, x, n, axes, keep);
    }
}

static mg_value product(world *w, mg_value a, mg_value b)
{
    mg_graph *const g = w->g;
    const mg_shape x = shape_of(w, a);
    if (x.rank < 2)
        return mg_tanh(g, a);
    const mg_value square = mg_matmul(g, a, mg_swap(g, a));
    const mg_shape y = shape_of(w, b);
    if (y.rank == 1 && y.dim[0] == mg_dim(&x, -1) && draw(w, 2))
        return mg_tanh(g, mg_matmul(g, a, b));
    return mg_tanh(g, draw(w, 2) ? square : mg_matmul(g, mg_swap(g, a), a));
}

static mg_value slice(world *w, mg_value x)
{
    const mg_shape shape = shape_of(w, x);
    int64_t begin[MG_MAX_RANK], count[MG_MAX_RANK], step[MG_MAX_RANK];
    for (int i = 0; i < shape.rank; i++) {
        const bool back = draw(w, 4) == 0;
        begin[i] = back ? shape.dim[i] - 1 : draw(w, (int)shape.dim[i]);
        count[i] = back ? shape.dim[i] : shape.dim[i] - begin[i];
        step[i] = back ? -1 : 1;
    }
    return mg_slice(w->g, x, begin, count, step);
}

/* Two halves that are computed with apart: their gradients lie side by side.
 */
static mg_value halves(world *w, mg_value x)
{
    mg_graph *const g = w->g;
    const mg_shape shape = shape_of(w, x);
    const bool reshaped = draw(w, 2);
    mg_shape half = shape, other = {0};
    int64_t begin[MG_MAX_RANK] = {0}, step[MG_MAX_RANK];
    half.dim[0] = shape.dim[0] / 2;
    for (int i = 0; i < shape.rank; i++) {
        step[i] = 1;
        mg_shape_append(&other, half.dim[i]);
        if (i == 0)
            mg_shape_append(&other, 1);
    }
    const mg_value whole = mg_tanh(g, x);
    const mg_value a = mg_slice(g, whole, begin, half.dim, step);
    begin[0] = half.dim[0];
    half.dim[0] = shape.dim[0] - half.dim[0];
    const mg_value b = mg_slice(g, whole, begin, half.dim, step);
    if (shape.dim[0] % 2)
        return mg_mul(g, b, mg_mean(g, a, -1, NULL, false));
    if (!reshaped)
        return mg_sub(g, a, b);
    return mg_mul(g, mg_reshape(g, a, &other), mg_reshape(g, b, &other));
}

static mg_value move(world *w, mg_value x)
{
    mg_graph *const g = w->g;
    const mg_shape shape = shape_of(w, x);
    const mg_shape flat =
        mg_shape_of(1, (const int64_t[]){mg_shape_size(&shape)});
    const int64_t axis = 0;
    if (shape.rank == 0)
        return mg_reshape(g, x, &flat);
    switch (draw(w, 7)) {
    case 0:
        return mg_reshape(g, x, &flat);
    case 1:
        return shape.rank >= 2 ? mg_swap(g, x) : mg_flip(g, x, 1, &axis);
    case 2:
        return slice(w, x);
    case 3:
        return mg_concat(g, 2, (const mg_value[]){x, x}, draw(w, shape.rank));
    case 4:
        return mg_tanh(g, mg_cumsum(g, x, axis));
    case 5:
        return shape.dim[0] > 1 ? halves(w, x) : mg_neg(g, x);
    default:
        return mg_gather(g, x, mg_integer(g, draw(w, (int)shape.dim[0])));
    }
}

static void grow(world *w)
{
    for (int i = 0; i < DEPTH; i++) {
        const mg_value a = pick(w), b = pick(w);
        mg_value y;
        switch (draw(w, 5)) {
        case 0:
            y = unary(w, a);
            break;
        case 1:
            y = binary(w, a, b);
            break;
        case 2:
            y = reduce(w, a);
            break;
        case 3:
            y = product(w, a, b);
            break;
        default:
            y = move(w, a);
            break;
        }
        const mg_shape shape = shape_of(w, y);
        assert_int_equal(mg_graph_status(w->g), MG_OK);
        if (mg_shape_size(&shape) <= 2000 && shape.rank < 5)
            w->value[w->n++] = mg_name(w->g, y, "v");
    }
}

/* Roots: some values, the loss, and a step down its gradient. */
static void add_roots(world *w)
{
    mg_graph *const g = w->g;
    mg_value loss = mg_real(g, 0), grads[VARIABLES];
    char name[16];
    for (int i = 0; i < 4; i++) {
        const mg_value v = w->value[w->n - 1 - i];
        snprintf(name, sizeof name, "v%d", i);
        mg_graph_add_root(g, name, v);
        loss = mg_add(g, loss, mg_mean(g, mg_tanh(g, v), -1, NULL, false));
    }
    mg_graph_add_root(g, "loss", loss);
    assert_int_equal(mg_gradient(g, loss, VARIABLES, w->variable, grads),
                     MG_OK);
    for (int i = 0; i < VARIABLES; i++) {
        mg_value change = grads[i];
        const mg_value v = w->variable[i];
        if (w->random.seed % 3 == 0 && shape_of(w, v).rank == 2)
            change = mg_matmul(g, mg_matmul(g, v, mg_swap(g, v)), v);
        const mg_value down = mg_mul(g, mg_real(g, 0.1), change);
        mg_graph_add_update(g, mg_graph_node(g, w->variable[i])->name,
                            w->variable[i], mg_sub(g, w->variable[i], down));
    }
    assert_int_equal(mg_graph_status(g), MG_OK);
}

static mg_status feed(void *data, const mg_node *leaf, mg_tensor *out)
{
    const world *const w = data;
    *out = w->data[leaf->name[0] - 'a'];
    return MG_OK;
}

static void compare(const mg_tensor *got, const mg_tensor *want,
                    const char *what, uint64_t graph, unsigned skip)
{
    assert_true(mg_shape_equal(&got->type.shape, &want->type.shape));
    const int64_t n = mg_shape_size(&want->type.shape);
    for (int64_t i = 0; i < n; i++) {
        const double a = mg_tensor_get(got, i), b = mg_tensor_get(want, i);
        if (!(fabs(a - b) <= TOLERANCE * fmax(1, fabs(b))))
            fail_msg("graph %llu, passes skipped %x: %s[%lld] is %.9g, the "
                     "oracle says %.9g",
                     (unsigned long long)graph, skip, what, (long long)i, a, b);
    }
}

static void bind_copies(const world *w, mg_session *session,
                        const mg_plan *plan, mg_tensor copy[VARIABLES],
                        mg_arena *arena)
{
    for (int i = 0; i < VARIABLES; i++) {
        assert_int_equal(mg_tensor_alloc(arena, w->data[i].type, &copy[i]),
                         MG_OK);
        mg_tensor_copy(&w->data[i], &copy[i]);
    }
    for (size_t i = 0; i < plan->n_leaves; i++) {
        const char *const name = plan->leaf[i].node->name;
        assert_int_equal(
            mg_session_bind(session, name, copy[name[0] - 'a'].data), MG_OK);
    }
}

/* How often each part of the compiler did something. */
typedef struct {
    unsigned fired[16];
    unsigned fused; /* steps of several nodes */
    unsigned led;   /* of these, led by a product */
    unsigned again; /* nodes that a step computes a second time */
    unsigned drawn; /* random numbers that are made in a loop */
} work_done;

static void count_work(const mg_optimise_options *options, const mg_plan *plan,
                       work_done *done)
{
    for (size_t i = 0; i < mg_pass_count(); i++)
        done->fired[i] += options->fired[i];
    const size_t size = (size_t)mg_graph_size(plan->graph) + 1;
    bool *const seen = calloc(size, sizeof *seen);
    assert_non_null(seen);
    for (size_t i = 0; i < plan->n_steps; i++) {
        const mg_group *const group = plan->step[i].group;
        done->fused += group->n > 1;
        done->led += group->loop != NULL;
        for (size_t k = 0; k < group->n; k++) {
            done->again += seen[group->node[k]->self.id];
            done->drawn += group->n > 1 && group->node[k]->op->draws;
            seen[group->node[k]->self.id] = true;
        }
    }
    free(seen);
}

/* How to compile: the passes left out, plain kernels, every node alone, values
 * computed again wherever that can be. */
typedef struct {
    unsigned skip;
    bool plain, alone, eager;
} manner;

static void check_compiled(const world *w, const mg_tensor value[], manner how,
                           work_done *done)
{
    mg_target target = *mg_target_host(how.plain);
    target.alone = how.alone;
    target.eager = how.eager;
    mg_graph *optimised = NULL;
    mg_plan *plan = NULL;
    mg_session *session = NULL;
    mg_optimise_options options = {.skip = how.skip};
    mg_tensor copy[VARIABLES];
    mg_arena arena;
    mg_arena_init(&arena, w->ctx);
    assert_int_equal(mg_optimise(w->g, &options, &optimised), MG_OK);
    assert_int_equal(mg_graph_verify(optimised), MG_OK);
    assert_int_equal(mg_plan_create(optimised, &target, &plan), MG_OK);
    count_work(&options, plan, done);
    assert_true(plan->live_bytes <= plan->arena_bytes);
    assert_int_equal(mg_session_create(w->ctx, plan, &session), MG_OK);
    bind_copies(w, session, plan, copy, &arena);
    assert_int_equal(mg_session_run(session), MG_OK);
    for (size_t i = 0; i < mg_graph_root_count(w->g); i++) {
        const mg_root *const root = mg_graph_root(w->g, i);
        const mg_tensor got = root->variable.id
                                  ? copy[root->name[0] - 'a']
                                  : mg_session_result(session, root->name);
        compare(&got, &value[root->value.id], root->name, w->random.seed,
                how.skip);
    }
    mg_session_destroy(session);
    mg_plan_destroy(plan);
    mg_arena_clear(&arena);
}

static void check_graph(mg_ctx *ctx, uint64_t seed, work_done *done)
{
    world w = {.ctx = ctx, .random = {.seed = seed}};
    mg_arena_init(&w.arena, ctx);
    assert_int_equal(mg_graph_create(ctx, MG_F32, &w.g), MG_OK);
    make_leaves(&w);
    grow(&w);
    add_roots(&w);
    mg_frame frame = {0};
    mg_tensor *value = NULL;
    assert_int_equal(mg_evaluate(w.g, &w.arena, &frame, feed, &w, NULL, &value),
                     MG_OK);
    const unsigned all = (1u << mg_pass_count()) - 1;
    check_compiled(&w, value, (manner){0}, done);
    check_compiled(&w, value, (manner){.plain = true}, done);
    check_compiled(&w, value, (manner){.eager = true}, done);
    check_compiled(&w, value, (manner){.alone = true}, done);
    check_compiled(
        &w, value,
        (manner){.skip = all, .plain = seed % 2, .alone = seed % 4 > 1}, done);
    check_compiled(&w, value, (manner){.skip = 1u << (seed % mg_pass_count())},
                   done);
    mg_graph_destroy(w.g);
    mg_arena_clear(&w.arena);
}

static void compiled_graphs_agree_with_the_oracle(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(&(mg_ctx_options){.threads = 2}, &ctx),
                     MG_OK);
    work_done done = {.fused = 0};
    for (uint64_t seed = 1; seed <= GRAPHS; seed++)
        check_graph(ctx, seed, &done);
    for (size_t i = 0; i < mg_pass_count(); i++)
        if (done.fired[i] < 50)
            fail_msg("pass %zu fired %u times only", i, done.fired[i]);
    assert_true(done.fused >= 50);
    assert_true(done.led >= 50);
    assert_true(done.again >= 50);
    assert_true(done.drawn >= 50);
    mg_ctx_destroy(ctx);
}

/* A variable whose old value is needed late is written last. */
static void variables_may_swap_their_values(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    mg_graph *g = NULL;
    mg_plan *plan = NULL;
    mg_session *session = NULL;
    float a = 1, b = 2;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    assert_int_equal(mg_graph_create(ctx, MG_F32, &g), MG_OK);
    const mg_value x = mg_variable(g, "x", MG_F32, (mg_shape){0});
    const mg_value y = mg_variable(g, "y", MG_F32, (mg_shape){0});
    mg_graph_add_update(g, "x", x, y);
    mg_graph_add_update(g, "y", y, x);
    mg_graph_add_root(g, "old x", x);
    assert_int_equal(mg_plan_create(g, mg_target_host(false), &plan), MG_OK);
    assert_int_equal(mg_session_create(ctx, plan, &session), MG_OK);
    assert_int_equal(mg_session_run(session), MG_BAD_ARGUMENT);
    assert_int_equal(mg_session_bind(session, "x", &a), MG_OK);
    assert_int_equal(mg_session_bind(session, "y", &b), MG_OK);
    assert_int_equal(mg_session_bind(session, "z", &b), MG_BAD_ARGUMENT);
    assert_int_equal(mg_session_run(session), MG_OK);
    assert_true(a == 2 && b == 1);
    const mg_tensor old = mg_session_result(session, "old x");
    assert_true(mg_tensor_get(&old, 0) == 1);
    mg_session_destroy(session);
    mg_plan_destroy(plan);
    mg_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compiled_graphs_agree_with_the_oracle),
        cmocka_unit_test(variables_may_swap_their_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
