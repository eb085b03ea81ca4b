#include "support/rules.h"

#include "derive/batch.h"
#include "derive/derive.h"
#include "support/values.h"
#include "test.h"

#include <math.h>
#include <stdio.h>

/* Central differences in f64 with step 1e-5: for sums of products of numbers
 * up to 2, of third degree at most per coordinate, truncation is below 1e-8
 * and rounding of sums near 1e3 is 1e-8: 1e-6 has room. */
static const double step = 1e-5;
static const double tolerance = 1e-6;

/* Operands bound to the leaves "0", "1", ... */
typedef struct {
    test_graph t;
    test_operands operands;
    mg_tensor value[TEST_OPERANDS];
} bench;

static double draw(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u; /* Knuth, Lewis */
    return (double)(*state >> 8) / (double)(1 << 24);
}

static mg_type operand_type(const test_operands *o, int i)
{
    return (mg_type){.dtype = o->x[i].limit ? MG_I64 : MG_F64,
                     .shape = mg_shape_of(o->x[i].rank, o->x[i].dim)};
}

static void open_bench(bench *b, const test_operands *operands,
                       const bool example[], int64_t n)
{
    test_graph_open(&b->t);
    b->operands = *operands;
    uint32_t state = 12345;
    for (int i = 0; i < operands->n; i++) {
        mg_type type = operand_type(operands, i);
        if (example && example[i])
            mg_shape_insert(&type.shape, 0, n);
        assert_int_equal(mg_tensor_alloc(&b->t.arena, type, &b->value[i]),
                         MG_OK);
        const int64_t limit = operands->x[i].limit;
        const int64_t size = mg_shape_size(&type.shape);
        for (int64_t k = 0; k < size; k++) {
            const double u = draw(&state);
            mg_tensor_set(&b->value[i], k,
                          limit ? floor(u * (double)limit) : 4 * u - 2);
        }
    }
}

static mg_status feed(void *data, const mg_node *leaf, mg_tensor *out)
{
    const mg_tensor *const value = data;
    *out = value[leaf->name[0] - '0'];
    return MG_OK;
}

static mg_tensor evaluate(bench *b, const mg_graph *g, mg_value v,
                          mg_tensor value[])
{
    bool *const needed = mg_arena_alloc(
        &b->t.arena, (size_t)mg_graph_size(g) + 1, sizeof *needed);
    assert_non_null(needed);
    mg_mark_needed(g, v, needed);
    mg_frame frame = {.seed = 7};
    mg_tensor *all = NULL;
    if (mg_evaluate(g, &b->t.arena, &frame, feed, value, needed, &all) != MG_OK)
        fail_msg("%s", mg_message(b->t.ctx));
    return all[v.id];
}

static void leaves(mg_graph *g, const test_operands *o, const bool example[],
                   mg_value x[])
{
    for (int i = 0; i < o->n; i++) {
        const char name[] = {(char)('0' + i), 0};
        const mg_type type = operand_type(o, i);
        x[i] = example && example[i]
                   ? mg_input(g, name, type.dtype, type.shape)
                   : mg_variable(g, name, type.dtype, type.shape);
    }
}

static void expect_built(const bench *b, const mg_graph *g)
{
    if (mg_graph_status(g) != MG_OK)
        fail_msg("%s", mg_message(b->t.ctx));
}

/* The sum of y times numbers of its own for every element. */
static mg_value weighted_sum(bench *b, mg_graph *g, mg_value y)
{
    expect_built(b, g);
    mg_type type = mg_value_type(g, y);
    type.dtype = MG_F64;
    mg_tensor weight;
    assert_int_equal(mg_tensor_alloc(&b->t.arena, type, &weight), MG_OK);
    uint32_t state = 99;
    for (int64_t i = 0; i < mg_shape_size(&type.shape); i++)
        mg_tensor_set(&weight, i, 2 * draw(&state) - 1);
    const mg_value w = mg_constant(g, MG_F64, type.shape, weight.data);
    return mg_sum(g, mg_mul(g, y, w), -1, NULL, false);
}

/* d loss / d element k of leaf i, by central differences. */
static double difference(bench *b, const mg_graph *g, mg_value loss, int i,
                         int64_t k)
{
    const double x = mg_tensor_get(&b->value[i], k);
    double at[2];
    for (int side = 0; side < 2; side++) {
        mg_tensor_set(&b->value[i], k, side ? x + step : x - step);
        const mg_tensor y = evaluate(b, g, loss, b->value);
        at[side] = mg_tensor_get(&y, 0);
    }
    mg_tensor_set(&b->value[i], k, x);
    return (at[1] - at[0]) / (2 * step);
}

static void check_slope(bench *b, const mg_graph *g, mg_value loss, int i,
                        mg_value gradient)
{
    const mg_tensor found = evaluate(b, g, gradient, b->value);
    assert_true(mg_shape_equal(&found.type.shape, &b->value[i].type.shape));
    const int64_t n = mg_shape_size(&found.type.shape);
    for (int64_t k = 0; k < n; k++) {
        const double wanted = difference(b, g, loss, i, k);
        const double have = mg_tensor_get(&found, k);
        if (!test_close(have, wanted, tolerance))
            fail_msg("d/d operand %d [%lld] is %.12g, differences say %.12g", i,
                     (long long)k, have, wanted);
    }
}

/* Checks the gradients of loss by the real leaves x; returns the sum of
 * their squares, a loss for the second derivative. */
static mg_value check_slopes(bench *b, mg_graph *g, mg_value loss,
                             const mg_value x[])
{
    mg_value squares = mg_real(g, 0);
    for (int i = 0; i < b->operands.n; i++) {
        if (b->operands.x[i].limit)
            continue;
        mg_value gradient = {0};
        if (mg_gradient(g, loss, 1, &x[i], &gradient) != MG_OK)
            fail_msg("%s", mg_message(b->t.ctx));
        check_slope(b, g, loss, i, gradient);
        const mg_value square = mg_mul(g, gradient, gradient);
        squares = mg_add(g, squares, mg_sum(g, square, -1, NULL, false));
    }
    return squares;
}

void test_gradient(test_build *build, test_operands operands)
{
    bench b;
    open_bench(&b, &operands, NULL, 0);
    mg_value x[TEST_OPERANDS];
    leaves(b.t.g, &operands, NULL, x);
    const mg_value loss = weighted_sum(&b, b.t.g, build(b.t.g, x));
    check_slopes(&b, b.t.g, check_slopes(&b, b.t.g, loss, x), x);
    test_graph_close(&b.t);
}

/* The leaves of a batched graph, under the names that they had. */
static void find_leaves(const mg_graph *g, int n, mg_value x[])
{
    for (uint32_t id = 1; id <= mg_graph_size(g); id++) {
        const mg_node *const node = mg_graph_node(g, (mg_value){id});
        if (node->op == &mg_op_input || node->op == &mg_op_variable) {
            assert_in_range(node->name[0], '0', '0' + n - 1);
            x[node->name[0] - '0'] = node->self;
        }
    }
}

static void check_examples(bench *b, mg_value y, const mg_tensor *all,
                           const bool example[], int64_t n)
{
    mg_shape shape = mg_value_shape(b->t.g, y);
    mg_shape_insert(&shape, 0, n);
    assert_true(mg_shape_equal(&shape, &all->type.shape));
    mg_shape_remove(&shape, 0);
    const int64_t size = mg_shape_size(&shape);
    for (int64_t e = 0; e < n; e++) {
        mg_tensor one[TEST_OPERANDS];
        for (int i = 0; i < b->operands.n; i++) {
            const mg_type type = operand_type(&b->operands, i);
            char *const data = b->value[i].data;
            const size_t offset =
                example[i] ? (size_t)e * mg_type_bytes(&type) : 0;
            one[i] = mg_tensor_dense(type, data + offset);
        }
        const mg_tensor wanted = evaluate(b, b->t.g, y, one);
        for (int64_t k = 0; k < size; k++) {
            const double have = mg_tensor_get(all, e * size + k);
            /* The same sums, at most in another order. */
            if (!test_close(have, mg_tensor_get(&wanted, k), 1e-12))
                fail_msg("example %lld [%lld] is %.17g instead of %.17g",
                         (long long)e, (long long)k, have,
                         mg_tensor_get(&wanted, k));
        }
    }
}

static void check_batch(test_build *build, const test_operands *operands,
                        const bool example[], int64_t n)
{
    bench b;
    open_bench(&b, operands, example, n);
    mg_value x[TEST_OPERANDS] = {{0}};
    leaves(b.t.g, operands, example, x);
    const mg_value y = build(b.t.g, x);
    expect_built(&b, b.t.g);
    const mg_root root = {.name = "y", .value = y};
    mg_graph *batch = NULL;
    if (mg_batch(b.t.g, 1, &root, NULL, n, &batch) != MG_OK)
        fail_msg("%s", mg_message(b.t.ctx));
    const mg_value all = mg_graph_find_root(batch, "y")->value;
    const mg_tensor found = evaluate(&b, batch, all, b.value);
    check_examples(&b, y, &found, example, n);
    find_leaves(batch, operands->n, x);
    check_slopes(&b, batch, weighted_sum(&b, batch, all), x);
    mg_graph_destroy(batch);
    test_graph_close(&b.t);
}

void test_batch(test_build *build, test_operands operands, int64_t n)
{
    for (unsigned chosen = 1; chosen < 1u << operands.n; chosen++) {
        bool example[TEST_OPERANDS] = {false};
        for (int i = 0; i < operands.n; i++)
            example[i] = chosen >> i & 1u;
        check_batch(build, &operands, example, n);
    }
}

void test_rules(test_build *build, test_operands operands)
{
    test_gradient(build, operands);
    test_batch(build, operands, 0);
    test_batch(build, operands, 1);
    test_batch(build, operands, 3);
}

int test_count_nodes(const mg_graph *g, mg_value v, const mg_op *op)
{
    mg_arena arena;
    mg_arena_init(&arena, mg_graph_ctx(g));
    bool *const needed =
        mg_arena_alloc(&arena, (size_t)mg_graph_size(g) + 1, sizeof *needed);
    assert_non_null(needed);
    mg_mark_needed(g, v, needed);
    int count = 0;
    for (uint32_t id = 1; id <= mg_graph_size(g); id++)
        count += needed[id] && mg_graph_node(g, (mg_value){id})->op == op;
    mg_arena_clear(&arena);
    return count;
}
