/* What must hold for every op, checked on the examples that each declares, over
 * many sizes (0 and 1 among them): derivatives, batches, strides, words. */
#include "derive/batch.h"
#include "derive/derive.h"
#include "support/example.h"
#include "support/values.h"
#include "test.h"

#include <math.h>
#include <string.h>

#define BATCH 3
#define MOST_OPERANDS 8

/* One example with chosen sizes. */
typedef struct {
    const mg_op *op;
    const test_example *example;
    mg_ctx *ctx;
    mg_network *network; /* owns the graph */
    mg_graph *g;
    mg_value out;
    mg_value loss; /* sum(out * weights), id 0 if out is not real */
    int n_wrt;     /* real inputs */
    mg_value wrt[TEST_INPUTS];
    mg_value slope[TEST_INPUTS]; /* d loss / d wrt, if there is a loss */
    int input[TEST_INPUTS];      /* their numbers among the inputs */
    mg_stream random;
} instance;

/* ---- Making instances ---- */

/* Different for every element, so that a gradient at the wrong place shows. */
static mg_value weights(const instance *t)
{
    const mg_type type = mg_value_type(t->g, t->out);
    const int64_t n = mg_shape_size(&type.shape);
    double *const weight = test_malloc((size_t)(n + 1) * sizeof *weight);
    const mg_stream random = {.seed = t->random.seed, .stream = 1};
    for (int64_t i = 0; i < n; i++)
        weight[i] = 0.5 + mg_random_uniform(&random, (uint64_t)i);
    const mg_value value = mg_constant(t->g, MG_F64, type.shape, weight);
    test_free(weight);
    return value;
}

static void must(const instance *t, mg_status status)
{
    if (status != MG_OK)
        fail_msg("%s: %s", t->example->text, mg_message(t->ctx));
}

static void open_instance(instance *t, int64_t choice)
{
    int64_t size[TEST_LETTERS];
    test_example_sizes(t->example, choice, size);
    t->network = test_example_network(t->ctx, t->example, size);
    t->g = t->network->graph;
    t->out = t->network->output[0].value;
    t->n_wrt = 0;
    t->loss = (mg_value){0};
    for (size_t i = 0; i < t->network->n_inputs; i++)
        if (t->network->input[i].classes == 0) {
            t->input[t->n_wrt] = (int)i;
            t->wrt[t->n_wrt++] = t->network->input[i].value;
        }
    if (!mg_dtype_is_real(mg_value_type(t->g, t->out).dtype))
        return;
    const mg_value product = mg_mul(t->g, t->out, weights(t));
    t->loss = mg_sum(t->g, product, -1, NULL, false);
    must(t, mg_gradient(t->g, t->loss, (size_t)t->n_wrt, t->wrt, t->slope));
}

typedef void check_fn(instance *t, const test_feed *feed, mg_arena *arena);

static void check_once(instance *t, check_fn *check)
{
    mg_arena arena;
    mg_arena_init(&arena, t->ctx);
    test_feed feed;
    test_feed_fill(&feed, t->network, &arena, t->op->domain, &t->random);
    check(t, &feed, &arena);
    mg_arena_clear(&arena);
}

/* So many instances: all sizes if they are fewer, each then with several sets
 * of data, else sizes at random. */
static void check_example(instance *t, check_fn *check, int64_t instances)
{
    const int64_t choices = test_example_choices(t->example);
    const int64_t graphs = choices < instances ? choices : instances;
    const int64_t turns = (instances + graphs - 1) / graphs;
    for (int64_t n = 0; n < graphs; n++) {
        t->random.stream = (uint32_t)n;
        t->random.step = 0;
        int64_t choice = n;
        if (choices > graphs)
            choice = (int64_t)mg_random_below(&t->random, 0, (uint64_t)choices);
        open_instance(t, choice);
        for (int64_t turn = 1; turn <= turns; turn++) {
            t->random.step = (uint32_t)turn;
            check_once(t, check);
        }
        mg_network_destroy(t->network);
    }
}

static void check_every_example(check_fn *check, int64_t instances)
{
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    for (size_t i = 0; i < mg_op_count; i++)
        for (int k = 0; mg_ops[i]->examples[k]; k++) {
            const test_example e = test_example_read(mg_ops[i]->examples[k]);
            instance t = {.op = mg_ops[i], .example = &e, .ctx = ctx};
            t.random.seed = 100 * i + (size_t)k;
            check_example(&t, check, instances);
        }
    mg_ctx_destroy(ctx);
}

/* ---- Evaluating ---- */

/* out and its gradients. */
static int roots_of(const instance *t, mg_value root[TEST_INPUTS + 1])
{
    int n = 0;
    root[n++] = t->out;
    for (int i = 0; t->loss.id && i < t->n_wrt; i++)
        root[n++] = t->slope[i];
    return n;
}

static bool *mark(const mg_graph *g, int n, const mg_value v[], mg_arena *arena)
{
    bool *const needed =
        mg_arena_alloc(arena, (size_t)mg_graph_size(g) + 1, sizeof *needed);
    assert_non_null(needed);
    for (int i = 0; i < n; i++)
        mg_mark_needed(g, v[i], needed);
    return needed;
}

/* All nodes that the values need; tensors by node id. */
static mg_tensor *evaluate(const instance *t, const mg_graph *g, int n,
                           const mg_value v[], const test_feed *feed,
                           mg_arena *arena)
{
    mg_frame frame = {.seed = 1};
    mg_tensor *value = NULL;
    test_feed copy = *feed;
    must(t, mg_evaluate(g, arena, &frame, test_feed_leaf, &copy,
                        mark(g, n, v, arena), &value));
    return value;
}

static double evaluate_number(const instance *t, mg_value v,
                              const test_feed *feed)
{
    mg_arena arena;
    mg_arena_init(&arena, t->ctx);
    const mg_tensor *const value = evaluate(t, t->g, 1, &v, feed, &arena);
    const double number = mg_tensor_get(&value[v.id], 0);
    mg_arena_clear(&arena);
    return number;
}

/* ---- Derivatives ---- */

/* The central difference of a number f by one element of an input. A step of
 * h = 1e-6 max(1, |x|) truncates h^2/6 times the third derivative, 2e-9 where
 * that is up to 1e4, and rounds by some 1e-16 f/h, 1e-9 where the terms of f
 * are up to 10: 1e-7 times the larger of 1, f and the slope has room. */
static double difference(const instance *t, mg_value f, const test_feed *feed,
                         const mg_tensor *x, int64_t k)
{
    const double middle = mg_tensor_get(x, k);
    const double h = 1e-6 * fmax(1, fabs(middle));
    mg_tensor_set(x, k, middle + h);
    const double above = evaluate_number(t, f, feed);
    mg_tensor_set(x, k, middle - h);
    const double below = evaluate_number(t, f, feed);
    mg_tensor_set(x, k, middle);
    return (above - below) / ((middle + h) - (middle - h));
}

/* The gradient of f (slope[i] by wrt[i]) against differences. */
static void check_slopes(const instance *t, mg_value f, const mg_value slope[],
                         double tolerance, const test_feed *feed,
                         mg_arena *arena)
{
    mg_value all[TEST_INPUTS + 1];
    memcpy(all, slope, (size_t)t->n_wrt * sizeof *all);
    all[t->n_wrt] = f;
    const mg_tensor *const value =
        evaluate(t, t->g, t->n_wrt + 1, all, feed, arena);
    const double scale = fmax(1, fabs(mg_tensor_get(&value[f.id], 0)));
    for (int i = 0; i < t->n_wrt; i++) {
        const mg_tensor *const x = &feed->tensor[t->input[i]];
        const mg_tensor *const found = &value[slope[i].id];
        assert_true(mg_shape_equal(&x->type.shape, &found->type.shape));
        const int64_t n = mg_shape_size(&x->type.shape);
        for (int64_t k = 0; k < n; k++) {
            const double a = mg_tensor_get(found, k);
            const double b = difference(t, f, feed, x, k);
            if (!test_close(a / scale, b / scale, tolerance))
                fail_msg("%s: by element %lld of %s (%.17g) the gradient is "
                         "%.17g, differences say %.17g",
                         t->example->text, (long long)k,
                         feed->name[t->input[i]], mg_tensor_get(x, k), a, b);
        }
    }
}

static void check_first(instance *t, const test_feed *feed, mg_arena *arena)
{
    if (t->loss.id && t->n_wrt > 0)
        check_slopes(t, t->loss, t->slope, 1e-7, feed, arena);
}

static void gradients_match_central_differences(void **state)
{
    (void)state;
    check_every_example(check_first, 50);
}

/* The sum of the squares of the gradient, derived once more: its third
 * derivative holds fourth ones of the example, hence ten times the room. */
static void check_second(instance *t, const test_feed *feed, mg_arena *arena)
{
    if (!t->loss.id || t->n_wrt == 0)
        return;
    mg_value energy = mg_real(t->g, 0), slope[TEST_INPUTS];
    for (int i = 0; i < t->n_wrt; i++) {
        const mg_value square = mg_mul(t->g, t->slope[i], t->slope[i]);
        energy = mg_add(t->g, energy, mg_sum(t->g, square, -1, NULL, false));
    }
    must(t, mg_gradient(t->g, energy, (size_t)t->n_wrt, t->wrt, slope));
    check_slopes(t, energy, slope, 1e-6, feed, arena);
}

static void second_derivatives_match_central_differences(void **state)
{
    (void)state;
    check_every_example(check_second, 6);
}

/* ---- Batches ---- */

static bool has_draws(const instance *t, int n, const mg_value root[],
                      mg_arena *arena)
{
    const bool *const needed = mark(t->g, n, root, arena);
    const uint32_t size = mg_graph_size(t->g);
    for (uint32_t id = 1; id <= size; id++)
        if (needed[id] && mg_graph_node(t->g, (mg_value){id})->op->draws)
            return true;
    return false;
}

static bool is_shared(const instance *t, mg_value v, unsigned shared)
{
    for (size_t i = 0; i < t->network->n_inputs; i++)
        if (t->network->input[i].value.id == v.id)
            return shared >> i & 1;
    return false;
}

/* The same graph with the inputs of a set bit as variables, which batches
 * leave alone; its roots are the given ones. */
static mg_graph *share_inputs(const instance *t, unsigned shared, int n,
                              const mg_value root[], mg_arena *arena)
{
    mg_graph *to = NULL;
    must(t, mg_graph_create(t->ctx, MG_F64, &to));
    const uint32_t size = mg_graph_size(t->g);
    mg_value *const copy =
        mg_arena_alloc(arena, (size_t)size + 1, sizeof *copy);
    assert_non_null(copy);
    for (uint32_t id = 1; id <= size; id++) {
        const mg_node *const node = mg_graph_node(t->g, (mg_value){id});
        mg_value x[MOST_OPERANDS];
        assert_true(node->n_inputs <= MOST_OPERANDS);
        for (int i = 0; i < node->n_inputs; i++)
            x[i] = copy[node->input[i].id];
        copy[id] = is_shared(t, node->self, shared)
                       ? mg_variable(to, node->name, node->type.dtype,
                                     node->type.shape)
                       : mg_copy_node(to, node, x);
    }
    for (int i = 0; i < n; i++) {
        const char name[] = {'r', (char)('0' + i), 0};
        mg_graph_add_root(to, name, copy[root[i].id]);
    }
    must(t, mg_graph_status(to));
    return to;
}

/* The examples' inputs stacked; shared ones as the first has them. */
static void stack_feeds(unsigned shared, const test_feed feed[BATCH],
                        test_feed *out, mg_arena *arena)
{
    *out = feed[0];
    for (int i = 0; i < out->n; i++) {
        if (shared >> i & 1)
            continue;
        mg_type type = feed[0].tensor[i].type;
        const int64_t n = mg_shape_size(&type.shape);
        mg_shape_insert(&type.shape, 0, BATCH);
        assert_int_equal(mg_tensor_alloc(arena, type, &out->tensor[i]), MG_OK);
        for (int64_t k = 0; k < BATCH * n; k++)
            mg_tensor_set(&out->tensor[i], k,
                          mg_tensor_get(&feed[k / n].tensor[i], k % n));
    }
}

/* Inputs of every example of the batch, the given ones first. */
static void fill_feeds(const instance *t, unsigned shared,
                       test_feed feed[BATCH], mg_arena *arena)
{
    for (uint32_t b = 1; b < BATCH; b++) {
        mg_stream random = t->random;
        random.step += 1000 * b;
        test_feed_fill(&feed[b], t->network, arena, t->op->domain, &random);
        for (int i = 0; i < feed[b].n; i++)
            if (shared >> i & 1)
                feed[b].tensor[i] = feed[0].tensor[i];
    }
}

/* Example b's part of a batched tensor against the same alone. The batch may
 * add in another order: some 100 additions at 1 ulp. */
static void compare_part(const instance *t, const mg_tensor *batch, int64_t b,
                         const mg_tensor *alone)
{
    mg_shape shape = alone->type.shape;
    const int64_t n = mg_shape_size(&shape);
    mg_shape_insert(&shape, 0, BATCH);
    assert_true(mg_shape_equal(&shape, &batch->type.shape));
    for (int64_t k = 0; k < n; k++) {
        const double together = mg_tensor_get(batch, b * n + k);
        const double single = mg_tensor_get(alone, k);
        if (!test_close(together, single, 1e-13))
            fail_msg("%s: in a batch %.17g, alone %.17g", t->example->text,
                     together, single);
    }
}

static void check_batch(instance *t, const test_feed *first, mg_arena *arena)
{
    mg_value root[TEST_INPUTS + 1], batched[TEST_INPUTS + 1];
    const int n = roots_of(t, root);
    if (t->network->n_inputs == 0 || has_draws(t, n, root, arena))
        return;
    const uint64_t all = ((uint64_t)1 << t->network->n_inputs) - 1;
    const unsigned shared = (unsigned)mg_random_below(&t->random, 5000, all);
    test_feed feed[BATCH] = {*first}, together;
    fill_feeds(t, shared, feed, arena);
    stack_feeds(shared, feed, &together, arena);
    mg_graph *const from = share_inputs(t, shared, n, root, arena);
    mg_graph *batch = NULL;
    bool expand[TEST_INPUTS + 1];
    memset(expand, true, sizeof expand);
    must(t, mg_batch(from, (size_t)n, mg_graph_root(from, 0), expand, BATCH,
                     &batch));
    for (int i = 0; i < n; i++)
        batched[i] = mg_graph_root(batch, (size_t)i)->value;
    const mg_tensor *const value =
        evaluate(t, batch, n, batched, &together, arena);
    for (int64_t b = 0; b < BATCH; b++) {
        const mg_tensor *const alone =
            evaluate(t, t->g, n, root, &feed[b], arena);
        for (int i = 0; i < n; i++)
            compare_part(t, &value[batched[i].id], b, &alone[root[i].id]);
    }
    mg_graph_destroy(batch);
    mg_graph_destroy(from);
}

static void a_batch_equals_single_examples(void **state)
{
    (void)state;
    check_every_example(check_batch, 25);
}

/* ---- Strides ---- */

#define GAP 0x5a

/* A tensor whose axes stand in reverse order, the first of them backwards,
 * with a gap behind every element; all bytes GAP. */
static mg_tensor spread(mg_type type, mg_arena *arena)
{
    const int64_t n = mg_shape_size(&type.shape);
    const size_t size = mg_dtype_size(type.dtype);
    char *const data = mg_arena_alloc_aligned(arena, 2 * (size_t)n + 2, size);
    assert_non_null(data);
    memset(data, GAP, (2 * (size_t)n + 2) * size);
    mg_tensor t = {.type = type, .data = data};
    int64_t stride = 2;
    for (int i = 0; i < type.shape.rank; i++) {
        t.stride[i] = stride;
        stride *= type.shape.dim[i] > 0 ? type.shape.dim[i] : 1;
    }
    if (n > 0 && type.shape.rank > 0) {
        t.data = data + (size_t)(2 * (type.shape.dim[0] - 1)) * size;
        t.stride[0] = -2;
    }
    return t;
}

static bool gaps_are_untouched(const mg_tensor *t)
{
    const int64_t size = (int64_t)mg_dtype_size(t->type.dtype);
    const int64_t n = mg_shape_size(&t->type.shape);
    const unsigned char *const data = t->data;
    for (int64_t k = 0; k < n; k++) {
        const int64_t gap = (mg_tensor_offset(t, k) + 1) * size;
        for (int64_t i = 0; i < size; i++)
            if (data[gap + i] != GAP)
                return false;
    }
    return true;
}

static void check_node_strides(const instance *t, const mg_node *node,
                               const mg_tensor value[], mg_arena *arena)
{
    mg_tensor x[MOST_OPERANDS];
    assert_true(node->n_inputs <= MOST_OPERANDS);
    for (int i = 0; i < node->n_inputs; i++) {
        const mg_tensor *const dense = &value[node->input[i].id];
        x[i] = spread(dense->type, arena);
        mg_tensor_copy(dense, &x[i]);
    }
    const mg_tensor y = spread(node->type, arena);
    mg_frame frame = {.seed = 1};
    mg_evaluate_node(&frame, node, x, &y);
    const mg_tensor *const dense = &value[node->self.id];
    const int64_t n = mg_shape_size(&y.type.shape);
    for (int64_t k = 0; k < n; k++)
        if (!test_close(mg_tensor_get(&y, k), mg_tensor_get(dense, k), 0))
            fail_msg("%s: %s over strides gives %.17g, dense %.17g",
                     t->example->text, node->op->name, mg_tensor_get(&y, k),
                     mg_tensor_get(dense, k));
    if (!gaps_are_untouched(&y))
        fail_msg("%s: %s writes between its elements", t->example->text,
                 node->op->name);
}

static void check_strides(instance *t, const test_feed *feed, mg_arena *arena)
{
    mg_value root[TEST_INPUTS + 1];
    const int n = roots_of(t, root);
    const bool *const needed = mark(t->g, n, root, arena);
    const mg_tensor *const value = evaluate(t, t->g, n, root, feed, arena);
    const uint32_t size = mg_graph_size(t->g);
    for (uint32_t id = 1; id <= size; id++) {
        const mg_node *const node = mg_graph_node(t->g, (mg_value){id});
        if (needed[id] && (node->n_inputs > 0 || node->op->draws))
            check_node_strides(t, node, value, arena);
    }
}

static void references_take_any_strides(void **state)
{
    (void)state;
    check_every_example(check_strides, 12);
}

/* ---- Text and words ---- */

static void check_text(instance *t, const test_feed *feed, mg_arena *arena)
{
    (void)feed;
    (void)arena;
    mg_text first, second;
    mg_text_init(&first, t->ctx);
    mg_text_init(&second, t->ctx);
    must(t, mg_graph_verify(t->g));
    mg_graph_print(t->g, &first);
    must(t, mg_text_status(&first));
    mg_graph *copy = NULL;
    must(t, mg_graph_parse(t->ctx, first.data, first.length, &copy));
    mg_graph_print(copy, &second);
    assert_string_equal(first.data, mg_text_string(&second));
    mg_graph_destroy(copy);
    mg_text_clear(&first);
    mg_text_clear(&second);
}

static void graphs_survive_their_text_form(void **state)
{
    (void)state;
    check_every_example(check_text, 4);
}

/* No formula writes these: tests of their own build them. */
static bool is_unwritten(const mg_op *op)
{
    const mg_op *const unwritten[] = {
        &mg_op_variable,    &mg_op_setting, &mg_op_name, &mg_op_rows,
        &mg_op_scatter_add, &mg_op_total,   &mg_op_gemm};
    for (size_t i = 0; i < sizeof unwritten / sizeof *unwritten; i++)
        if (op == unwritten[i])
            return true;
    return op->derives || op->joins; /* their examples are expanded */
}

/* Whether the largest graph of one of its examples has a node of the op. */
static bool stands_in_its_examples(mg_ctx *ctx, const mg_op *op)
{
    bool stands = false;
    for (int k = 0; op->examples[k] && !stands; k++) {
        const test_example e = test_example_read(op->examples[k]);
        instance t = {.op = op, .example = &e, .ctx = ctx};
        open_instance(&t, test_example_choices(&e) - 1);
        const uint32_t size = mg_graph_size(t.g);
        for (uint32_t id = 1; id <= size; id++)
            stands = stands || mg_graph_node(t.g, (mg_value){id})->op == op;
        mg_network_destroy(t.network);
    }
    return stands;
}

static void every_op_stands_in_its_examples(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    for (size_t i = 0; i < mg_op_count; i++)
        if (!is_unwritten(mg_ops[i]) && !stands_in_its_examples(ctx, mg_ops[i]))
            fail_msg("%s: no example reaches it", mg_ops[i]->name);
    mg_ctx_destroy(ctx);
}

static void every_op_says_what_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < mg_op_count; i++) {
        const mg_op *const op = mg_ops[i];
        if (!op->vjp == !op->no_gradient)
            fail_msg("%s: wants either vjp or no_gradient", op->name);
        if (!op->doc || !op->formula || !op->type)
            fail_msg("%s: no doc, formula or type rule", op->name);
        if (op->kind == MG_ELEMENTWISE && (!op->scalar || op->n_inputs > 3))
            fail_msg("%s: by element, but no scalar", op->name);
        if (op->vjp && !op->rule[0])
            fail_msg("%s: a derivative without words", op->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_op_says_what_it_is),
        cmocka_unit_test(every_op_stands_in_its_examples),
        cmocka_unit_test(gradients_match_central_differences),
        cmocka_unit_test(second_derivatives_match_central_differences),
        cmocka_unit_test(a_batch_equals_single_examples),
        cmocka_unit_test(references_take_any_strides),
        cmocka_unit_test(graphs_survive_their_text_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
