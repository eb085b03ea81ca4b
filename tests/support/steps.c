/* steps: see steps.h. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "graph/evaluate.h"
#include "support/steps.h"

int64_t test_draw(test_random *r, int64_t lowest, int64_t highest)
{
    const uint64_t n = (uint64_t)(highest - lowest) + 1;
    return lowest + (int64_t)mg_random_below(&r->stream, r->drawn++, n);
}

double test_uniform(test_random *r, double from, double to)
{
    return from + (to - from) * mg_random_uniform(&r->stream, r->drawn++);
}

mg_shape test_shape(test_random *r, int lowest_rank, int highest_rank,
                    int64_t largest)
{
    mg_shape shape = {0};
    const int64_t rank = test_draw(r, lowest_rank, highest_rank);
    for (int64_t i = 0; i < rank; i++)
        mg_shape_append(&shape, test_draw(r, 1, largest));
    return shape;
}

mg_shape test_narrower(test_random *r, const mg_shape *shape)
{
    mg_shape narrow = *shape;
    for (int i = 0; i < shape->rank; i++)
        if (test_draw(r, 0, 3) == 0)
            narrow.dim[i] = 1;
    const int64_t left_away = test_draw(r, 0, 4) == 0 ? shape->rank : 0;
    for (int64_t i = 0; i < left_away && test_draw(r, 0, 2); i++)
        mg_shape_remove(&narrow, 0);
    return narrow;
}

/* ---- Operands ---- */

/* Strides over axes in a random order, some doubled, reversed or 0; sets the
 * elements that stand before and from the first one. */
static void draw_strides(test_random *r, bool strided, mg_tensor *t,
                         int64_t *before, int64_t *size)
{
    int order[MG_MAX_RANK] = {0};
    const int rank = t->type.shape.rank;
    for (int i = 0; i < rank; i++)
        order[i] = rank - 1 - i;
    for (int i = rank - 1; strided && i > 0; i--) {
        const int64_t j = test_draw(r, 0, i);
        const int swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
    }
    int64_t stride = 1;
    *before = 0;
    for (int i = 0; i < rank; i++) {
        const int64_t dim = t->type.shape.dim[order[i]];
        const int64_t kind = strided ? test_draw(r, 0, 9) : 9;
        if (kind == 0) {
            t->stride[order[i]] = 0;
            continue;
        }
        stride *= kind == 1 ? 2 : 1;
        t->stride[order[i]] = kind == 2 ? -stride : stride;
        if (kind == 2 && dim > 0)
            *before += stride * (dim - 1);
        stride *= dim > 0 ? dim : 1;
    }
    *size = stride;
}

static double draw_value(test_random *r, mg_dtype dtype,
                         const test_values *values)
{
    static const double special[] = {NAN,     INFINITY,  -INFINITY, 0,
                                     -0.0,    1e-40,     -1e-45,    1e30,
                                     -3.4e38, 1.0000001, 88.7,      -104};
    const int64_t last = (int64_t)(sizeof special / sizeof *special) - 1;
    if (dtype == MG_BOOL)
        return (double)test_draw(r, 0, 1);
    if (!mg_dtype_is_real(dtype))
        return (double)test_draw(r, dtype == MG_U8 ? 0 : (int64_t)values->from,
                                 (int64_t)values->to);
    if (values->special && test_draw(r, 0, 3) == 0)
        return special[test_draw(r, 0, last)];
    return test_uniform(r, values->from, values->to);
}

static void make_operand(test_step *s, mg_type type, const test_values *values,
                         test_random *r, mg_tensor *out)
{
    mg_tensor t = mg_tensor_dense(type, NULL);
    int64_t before = 0, size = 0;
    draw_strides(r, values->strided, &t, &before, &size);
    const size_t element = mg_dtype_size(type.dtype);
    unsigned char *const memory =
        mg_arena_alloc_aligned(&s->arena, (size_t)size, element);
    assert_non_null(memory);
    mg_tensor all = {.type = {type.dtype, {1, {size}}}, .data = memory};
    all.stride[0] = 1;
    for (int64_t i = 0; i < size; i++)
        mg_tensor_set(&all, i, draw_value(r, type.dtype, values));
    t.data = memory + before * (int64_t)element;
    *out = t;
}

void test_step_open(test_step *s, mg_graph *g, mg_value y,
                    const test_values *values, test_random *r)
{
    const mg_node *const node = mg_graph_node(g, y);
    memset(s, 0, sizeof *s);
    s->ctx = mg_graph_ctx(g);
    mg_arena_init(&s->arena, s->ctx);
    const int n = node->n_inputs;
    assert_true(n < TEST_OPERANDS);
    for (int i = 0; i < n; i++)
        make_operand(s, mg_value_type(g, node->input[i]), values, r,
                     &s->tensor[i]);
    const test_values dense = {.from = -9, .to = 9};
    make_operand(s, node->type, &dense, r, &s->tensor[n]);
    for (int i = 0; i <= n; i++) {
        s->operand[i].tensor = s->tensor[i];
        s->operand[i].tensor.data = NULL;
    }
    s->step.node = node;
    s->step.n_operands = n + 1;
    s->step.operand = s->operand;
    s->frame = (mg_frame){.seed = 7, .step = 3};
    mg_frame frame = s->frame;
    assert_int_equal(mg_tensor_alloc(&s->arena, node->type, &s->expected),
                     MG_OK);
    mg_evaluate_node(&frame, node, s->tensor, &s->expected);
}

void test_step_close(test_step *s)
{
    mg_arena_clear(&s->arena);
}

/* ---- Running ---- */

static void run_bound(test_step *s, const mg_kernel *kernel)
{
    void *arg[TEST_OPERANDS + 2] = {0};
    mg_step *const step = &s->step;
    for (int i = 0; i < step->n_operands; i++)
        arg[i] = s->tensor[i].data;
    arg[step->n_operands] =
        mg_arena_alloc_aligned(&s->arena, step->scratch + 1, 1);
    assert_non_null(arg[step->n_operands]);
    void *bound = NULL;
    if (kernel->bind)
        assert_int_equal(kernel->bind(s->ctx, step, &bound), MG_OK);
    arg[step->n_operands + 1] = bound;
    step->run(step, arg, &s->frame);
    if (kernel->unbind)
        kernel->unbind(step, bound);
}

bool test_step_run(test_step *s, const mg_graph *g, const mg_kernel *kernel,
                   int threads)
{
    mg_step *const step = &s->step;
    bool taken = false;
    step->kernel = kernel;
    step->data = NULL;
    step->scratch = 0;
    assert_int_equal(kernel->take(&s->arena, g, step, &taken), MG_OK);
    if (!taken)
        return false;
    const int former = s->ctx->threads;
    s->ctx->threads = threads;
    assert_int_equal(mg_pool_of(s->ctx, &s->frame.pool), MG_OK);
    s->ctx->threads = former;
    run_bound(s, kernel);
    if (kernel->end)
        kernel->end(step);
    return true;
}

bool test_step_run_in_place(test_step *s, const mg_graph *g,
                            const mg_kernel *kernel, int i)
{
    const int y = s->step.n_operands - 1;
    if (!kernel->in_place || !test_step_run(s, g, kernel, 2) ||
        !kernel->in_place(&s->step, i, y))
        return false;
    const mg_tensor x = s->tensor[i], apart = s->tensor[y];
    const size_t bytes = mg_type_bytes(&x.type);
    assert_int_equal(bytes, mg_type_bytes(&apart.type));
    void *const kept = mg_arena_alloc(&s->arena, bytes + 1, 1);
    assert_non_null(kept);
    memcpy(kept, x.data, bytes);
    s->tensor[y].data = x.data;
    assert_true(test_step_run(s, g, kernel, 2));
    memcpy(apart.data, x.data, bytes);
    memcpy(x.data, kept, bytes);
    s->tensor[y].data = apart.data;
    return true;
}

double test_step_distance(const test_step *s, double absolute, double relative)
{
    const mg_tensor *const y = &s->tensor[s->step.n_operands - 1];
    double worst = 0;
    for (int64_t i = 0; i < mg_shape_size(&y->type.shape); i++) {
        const double got = mg_tensor_get(y, i);
        const double want = mg_tensor_get(&s->expected, i);
        if (got == want || (isnan(got) && isnan(want)))
            continue;
        if (!isfinite(got) || !isfinite(want))
            return INFINITY;
        const double unit = absolute + relative * fabs(want);
        worst = fmax(worst, fabs(got - want) / unit);
    }
    return worst;
}

/* FNV-1a (Fowler, Noll, Vo), for equality alone. */
uint64_t test_step_bits(const test_step *s)
{
    const mg_tensor *const y = &s->tensor[s->step.n_operands - 1];
    const unsigned char *const byte = y->data;
    uint64_t sum = 14695981039346656037U;
    for (size_t i = 0; i < mg_type_bytes(&y->type); i++)
        sum = (sum ^ byte[i]) * 1099511628211U;
    return sum;
}
