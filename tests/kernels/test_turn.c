/* A matrix used backwards and updated in one pass, against the oracle: by every
 * instruction set, over rows and columns on both sides of every border, with
 * the matrix stored either way, as left and as right operand. */
#include "tests/test.h"

#include "graph/evaluate.h"
#include "kernels/kernels.h"
#include "kernels/take.h"
#include "optimise/optimise.h"
#include "ops/matmul.h"
#include "run/run.h"

#include <math.h>
#include <string.h>

enum { W, G, X, S, LEAVES };

typedef struct {
    mg_ctx *ctx;
    mg_arena arena;
    mg_tensor data[LEAVES], given; /* given: W before the step */
    int64_t m, n;                  /* of W */
    bool over_rows;                /* z = g W; else W x */
    bool left;                     /* W is the left operand */
    bool read_on;                  /* nobody but a loop reads the product */
    bool late;                     /* W is read after the step too */
} world;

static const char *const names[LEAVES] = {"w", "g", "x", "s"};

static void make_data(world *w)
{
    const mg_shape shape[LEAVES] = {
        {2, {w->m, w->n}}, {2, {1, w->m}}, {2, {1, w->n}}, {0}};
    for (int i = 0; i < LEAVES; i++) {
        const mg_type type = {MG_F32, shape[i]};
        assert_int_equal(mg_tensor_alloc(&w->arena, type, &w->data[i]), MG_OK);
        for (int64_t k = 0; k < mg_shape_size(&shape[i]); k++)
            mg_tensor_set(&w->data[i], k,
                          (double)((k * 37 + 11 * i + 5) % 101) / 101 - 0.5);
    }
    const mg_type type = {MG_F32, shape[W]};
    assert_int_equal(mg_tensor_alloc(&w->arena, type, &w->given), MG_OK);
    memcpy(w->given.data, w->data[W].data, mg_type_bytes(&type));
}

/* z = g W or W x, and W - s g^T x. Vectors are matrices of one row. */
static mg_graph *build(const world *w)
{
    mg_graph *g = NULL;
    mg_value v[LEAVES];
    assert_int_equal(mg_graph_create(w->ctx, MG_F32, &g), MG_OK);
    v[W] = mg_variable(g, names[W], MG_F32, w->data[W].type.shape);
    for (int i = G; i < LEAVES; i++)
        v[i] = mg_input(g, names[i], MG_F32, w->data[i].type.shape);
    const mg_value vector = v[w->over_rows ? G : X];
    const mg_value z =
        w->left ? mg_matmul_flags(g, v[W], vector, w->over_rows, true)
                : mg_matmul_flags(g, vector, v[W], false, !w->over_rows);
    mg_graph_add_root(g, "z", w->read_on ? mg_tanh(g, z) : z);
    const mg_value next = mg_gemm(g, v[G], v[X], v[W], v[S], true, false, true);
    mg_graph_add_update(g, names[W], v[W], next);
    if (w->late)
        mg_graph_add_root(
            g, "late",
            mg_matmul_flags(g, mg_tanh(g, z), v[W], w->left, w->over_rows));
    assert_int_equal(mg_graph_status(g), MG_OK);
    return g;
}

/* ---- Running ---- */

static mg_status take_at_0(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    return mg_turn_take(mg_vector_at(0), arena, g, step, taken);
}

static mg_status take_at_1(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    return mg_turn_take(mg_vector_at(1), arena, g, step, taken);
}

static mg_status take_at_2(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    return mg_turn_take(mg_vector_at(2), arena, g, step, taken);
}

static mg_status feed(void *data, const mg_node *leaf, mg_tensor *out)
{
    const world *const w = data;
    for (int i = 0; i < LEAVES; i++)
        if (strcmp(leaf->name, names[i]) == 0)
            *out = w->data[i];
    return MG_OK;
}

/* A sum of up to 300 products, each at most 1/4: in f32 by either way it is
 * that far from the exact one. */
static void compare(const mg_tensor *got, const mg_tensor *want, const world *w)
{
    for (int64_t i = 0; i < mg_shape_size(&want->type.shape); i++) {
        const double a = mg_tensor_get(got, i), b = mg_tensor_get(want, i);
        if (!(fabs(a - b) <= 1e-5 * fmax(1, fabs(b))))
            fail_msg("%lld x %lld: [%lld] is %.9g, not %.9g", (long long)w->m,
                     (long long)w->n, (long long)i, a, b);
    }
}

/* The steps that are turns. */
static int count_turns(const mg_plan *plan, const mg_kernel *turn)
{
    int turns = 0;
    for (size_t i = 0; i < plan->n_steps; i++)
        turns += plan->step[i].kernel == turn;
    return turns;
}

/* From the given W; z and the new W are left in z and data[W]. */
static void run(world *w, mg_session *session, mg_tensor *z)
{
    memcpy(w->data[W].data, w->given.data, mg_type_bytes(&w->given.type));
    assert_int_equal(mg_session_run(session), MG_OK);
    *z = mg_session_result(session, "z");
}

static uint64_t bits_of(const mg_tensor *t)
{
    const unsigned char *const byte = t->data;
    uint64_t bits = 0xcbf29ce484222325;
    for (size_t i = 0; i < mg_type_bytes(&t->type); i++)
        bits = (bits ^ byte[i]) * 0x100000001b3;
    return bits;
}

static void check_plan(world *w, const mg_kernel *turn, const mg_graph *g,
                       const mg_tensor *z, const mg_tensor *next,
                       uint64_t bits[2])
{
    const mg_kernel *const kernels[] = {turn, &mg_kernel_vector_baseline,
                                        &mg_kernel_matmul_baseline,
                                        &mg_kernel_reference};
    const mg_target target = {
        .name = "turns", .n_kernels = 4, .kernel = kernels};
    mg_graph *copy = NULL;
    mg_plan *plan = NULL;
    mg_session *session = NULL;
    mg_tensor got;
    assert_int_equal(mg_optimise(g, NULL, &copy), MG_OK);
    assert_int_equal(mg_plan_create(copy, &target, &plan), MG_OK);
    assert_int_equal(count_turns(plan, turn),
                     w->late || w->m * w->n <= 64 ? 0 : 1);
    assert_int_equal(mg_session_create(w->ctx, plan, &session), MG_OK);
    for (int i = 0; i < LEAVES; i++)
        assert_int_equal(mg_session_bind(session, names[i], w->data[i].data),
                         MG_OK);
    for (int turns = 0; turns < 2; turns++) {
        run(w, session, &got);
        compare(&got, z, w);
        compare(&w->data[W], next, w);
        assert_true(bits[0] == 0 || bits[0] == bits_of(&got));
        assert_true(bits[1] == 0 || bits[1] == bits_of(&w->data[W]));
        bits[0] = bits_of(&got);
        bits[1] = bits_of(&w->data[W]);
    }
    mg_session_destroy(session);
    mg_plan_destroy(plan);
    memcpy(w->data[W].data, w->given.data, mg_type_bytes(&w->given.type));
}

static const mg_tensor *value_of_root(const mg_graph *g, const char *name,
                                      const mg_tensor value[])
{
    for (size_t i = 0; i < mg_graph_root_count(g); i++)
        if (strcmp(mg_graph_root(g, i)->name, name) == 0)
            return &value[mg_graph_root(g, i)->value.id];
    fail_msg("no root %s", name);
    return NULL;
}

static void check(mg_ctx *ctx, world w)
{
    static const mg_kernel turn[] = {
        {.name = "0", .take = take_at_0, .takes_groups = true},
        {.name = "1", .take = take_at_1, .takes_groups = true},
        {.name = "2", .take = take_at_2, .takes_groups = true},
    };
    mg_frame frame = {0};
    mg_tensor *value = NULL;
    w.ctx = ctx;
    mg_arena_init(&w.arena, ctx);
    make_data(&w);
    mg_graph *const g = build(&w);
    assert_int_equal(mg_evaluate(g, &w.arena, &frame, feed, &w, NULL, &value),
                     MG_OK);
    for (int set = 0; mg_vector_at(set); set++) {
        mg_kernel kernel = turn[set];
        kernel.in_place = mg_kernel_turn.in_place;
        uint64_t bits[2] = {0, 0};
        for (ctx->threads = 1; ctx->threads <= 8; ctx->threads++)
            check_plan(&w, &kernel, g, value_of_root(g, "z", value),
                       value_of_root(g, names[W], value), bits);
    }
    mg_graph_destroy(g);
    mg_arena_clear(&w.arena);
}

static void turns_agree_with_the_oracle_by_any_number_of_threads(void **state)
{
    (void)state;
    static const int64_t sizes[][2] = {
        {2, 32},   {2, 33},    {3, 64},   {10, 128},  {31, 17},
        {67, 100}, {128, 256}, {129, 50}, {300, 301}, {1100, 180}};
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    for (size_t i = 0; i < 8 * sizeof sizes / sizeof *sizes; i++)
        check(ctx, (world){.m = sizes[i / 8][0],
                           .n = sizes[i / 8][1],
                           .over_rows = i % 2 == 1,
                           .left = i / 2 % 2 == 1,
                           .read_on = i / 2 % 2 == 0,
                           .late = i / 4 % 2 == 1});
    mg_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_agree_with_the_oracle_by_any_number_of_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
