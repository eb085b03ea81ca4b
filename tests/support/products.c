/* products: see products.h. */
#include "tests/test.h"

#include <math.h>

#include "ops/matmul.h"
#include "support/products.h"

typedef struct {
    const mg_kernel *kernel;
    int64_t refused;
    bool tb; /* of the product drawn last */
    test_random random;
    mg_ctx *ctx;
} session;

typedef struct {
    int64_t m, n, k;
    mg_shape lead; /* of y */
    bool a_is_vector, b_is_vector;
    bool adds; /* to a value of y's shape, times a number */
    mg_dtype dtype;
} sizes;

/* A matrix with some of y's leading axes, swapped where it is transposed. */
static mg_value draw_operand(session *s, mg_graph *g, const char *name,
                             const sizes *z, int64_t rows, int64_t columns,
                             bool transposed)
{
    mg_shape shape = test_narrower(&s->random, &z->lead);
    mg_shape_append(&shape, transposed ? columns : rows);
    mg_shape_append(&shape, transposed ? rows : columns);
    return mg_input(g, name, z->dtype, shape);
}

static mg_value draw_product(session *s, mg_graph *g, const sizes *z)
{
    test_random *const r = &s->random;
    const bool ta = !z->a_is_vector && test_draw(r, 0, 1);
    const bool tb = !z->b_is_vector && test_draw(r, 0, 1);
    s->tb = tb;
    const mg_shape k = {1, {z->k}};
    const mg_value a = z->a_is_vector
                           ? mg_input(g, "a", z->dtype, k)
                           : draw_operand(s, g, "a", z, z->m, z->k, ta);
    const mg_value b = z->b_is_vector
                           ? mg_input(g, "b", z->dtype, k)
                           : draw_operand(s, g, "b", z, z->k, z->n, tb);
    const mg_value product = mg_matmul_flags(g, a, b, ta, tb);
    if (!z->adds)
        return product;
    const mg_value c =
        mg_input(g, "c", z->dtype, mg_value_type(g, product).shape);
    const mg_value factor = mg_input(g, "factor", z->dtype, (mg_shape){0});
    return mg_gemm(g, a, b, c, factor, ta, tb, test_draw(r, 0, 1));
}

/* A sum of k products, each below 1 in size and of either sign: k roundings
 * of products and k of sums, which are rarely above sqrt(k); one more to add
 * it. */
static double allowed(const sizes *z)
{
    const double k = (double)z->k;
    const double unit = z->dtype == MG_F64 ? 0x1p-53 : 0x1p-24;
    return unit * (k + (z->adds ? 2 : 0)) * (1 + sqrt(k)) + 0x1p-149;
}

static void run_threads(session *s, test_step *step, const mg_graph *g,
                        const sizes *z, bool dense)
{
    uint64_t bits = 0;
    for (int threads = 1; threads <= 4; threads++) {
        s->ctx->threads = threads;
        if (!test_step_run(step, g, s->kernel, threads)) {
            const int64_t each = z->m * z->n * z->k;
            const bool thin = z->m <= 2 || z->n <= 2 || z->k < 8 ||
                              (s->tb && !z->adds && z->m <= 192) ||
                              (z->adds && z->m <= 16);
            assert_true(s->refused >= 0 &&
                        (!dense || thin || each <= s->refused));
            return;
        }
        const double far = test_step_distance(step, allowed(z), 0x1p-24);
        if (!(far <= 1))
            fail_msg("%s: %lld x %lld x %lld, draw %llu: %g units too far",
                     s->kernel->name, (long long)z->m, (long long)z->n,
                     (long long)z->k, (unsigned long long)s->random.drawn, far);
        const uint64_t now = test_step_bits(step);
        assert_true(s->refused >= 0 || threads == 1 || now == bits);
        bits = now;
        assert_true(test_step_run(step, g, s->kernel, threads));
        assert_true(test_step_bits(step) == now);
        /* A session with fewer threads than the plan was made for. */
        s->ctx->threads = threads + 1;
        assert_true(test_step_run(step, g, s->kernel, threads));
        assert_true(test_step_distance(step, allowed(z), 0x1p-24) <= 1);
    }
}

static void check(session *s, const sizes *z, bool strided)
{
    mg_graph *g = NULL;
    assert_int_equal(mg_graph_create(s->ctx, MG_F32, &g), MG_OK);
    const mg_value y = draw_product(s, g, z);
    if (mg_graph_status(g) != MG_OK)
        fail_msg("%s", mg_message(s->ctx));
    test_step step;
    const test_values values = {strided, false, -1, 1};
    test_step_open(&step, g, y, &values, &s->random);
    run_threads(s, &step, g, z,
                !strided && z->dtype == MG_F32 && !(z->adds && z->lead.rank));
    test_step_close(&step);
    mg_graph_destroy(g);
}

static void check_small(session *s)
{
    test_random *const r = &s->random;
    for (int turn = 0; turn < 250; turn++) {
        const int64_t largest = turn % 3 == 0 ? 4 : 40;
        sizes z = {.m = test_draw(r, 1, largest),
                   .n = test_draw(r, 1, largest),
                   .k = test_draw(r, 1, largest),
                   .dtype = turn % 8 == 7 ? MG_F64 : MG_F32};
        if (turn % 4 == 3)
            z.lead = test_shape(r, 1, 3, 4);
        z.adds = turn % 3 == 1;
        z.a_is_vector = turn % 7 == 5;
        z.b_is_vector = turn % 7 == 4 || turn % 35 == 5;
        check(s, &z, turn % 2 == 1);
    }
}

static void check_large(session *s)
{
    static const int64_t size[][3] = {
        {64, 256, 784}, {256, 10, 128}, {64, 64, 400}, {1, 256, 784},
        {784, 100, 64}, {130, 3, 777},  {2, 300, 500}, {97, 131, 61},
        {256, 784, 1},  {15, 700, 577}};
    for (size_t i = 0; i < 4 * sizeof size / sizeof *size; i++) {
        const int64_t *const d = size[i / 4];
        const sizes z = {
            .m = d[0], .n = d[1], .k = d[2], .adds = i / 2 % 2 == 1};
        check(s, &z, i % 2 == 1);
    }
}

static void check_empty(session *s)
{
    for (int turn = 0; turn < 32; turn++) {
        sizes z = {.adds = turn >= 16,
                   .m = turn & 1 ? 3 : 0,
                   .n = turn & 2 ? 3 : 0,
                   .k = turn & 4 ? 3 : 0};
        if (turn & 8)
            z.lead = (mg_shape){1, {2}};
        check(s, &z, false);
    }
}

void test_products(const mg_kernel *kernel, int64_t refused)
{
    session s = {.kernel = kernel,
                 .refused = refused,
                 .random = {.stream = {.seed = 31}}};
    assert_int_equal(mg_ctx_create(NULL, &s.ctx), MG_OK);
    check_small(&s);
    check_large(&s);
    check_empty(&s);
    mg_ctx_destroy(s.ctx);
}
