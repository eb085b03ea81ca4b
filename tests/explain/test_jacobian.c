/* The Jacobians of single operations: numbers of the lecture, zeros, layouts,
 * and that every rule hands on what the Jacobian would. */
#include "explain/study.h"
#include "support/example.h"
#include "support/memory.h"

static mg_walk *walk_with(study *s, size_t count, bool lecture)
{
    const mg_walk_options options = {
        .lr = 0.01, .seed = 1, .jacobians = true, .lecture = lecture};
    mg_walk *walk = NULL;
    study_must(s, mg_walk_create(s->network, &s->weights, count, s->examples,
                                 &options, &walk));
    return walk;
}

static void a_layer_has_the_jacobians_of_the_lecture(void **state)
{
    (void)state;
    study s;
    study_open(&s, study_koehn, MG_F64);
    study_give_koehn(&s, true);
    mg_walk *walk = walk_with(&s, 1, false);
    const mg_walk_operand *const W = &walk->operation[0].operand[0];
    study_check(&W->jacobian, 8, (double[]){1, 0, 0, 0, 0, 0, 1, 0}, 0);
    assert_int_equal(W->jacobian.type.shape.dim[0], 2);
    assert_int_equal(W->zeros, 6);
    assert_string_equal(W->kind, "Jacobian");
    assert_string_equal(W->out_kind, "gradient");
    const mg_walk_operand *const x = &walk->operation[0].operand[1];
    study_check(&x->jacobian, 4, (double[]){3.7, 3.7, 2.9, 2.9}, 0);
    assert_int_equal(x->zeros, 0);
    const mg_walk_operand *const a = &walk->operation[2].operand[0];
    study_check(&a->jacobian, 4, (double[]){0.08980033, 0, 0, 0.13976379},
                5e-9);
    assert_int_equal(a->zeros, 2);
    assert_true(a->diagonal);
    assert_string_equal(mg_walk_layout(walk), "J[m][n] = dy_m/dx_n");
    mg_walk_destroy(walk);

    walk = walk_with(&s, 1, true);
    study_check(&walk->operation[0].operand[0].jacobian, 8,
                (double[]){1, 0, 0, 0, 0, 1, 0, 0}, 0);
    study_check(&walk->operation[0].operand[1].jacobian, 4,
                (double[]){3.7, 2.9, 3.7, 2.9}, 0);
    assert_string_equal(mg_walk_layout(walk), "J[n][m] = dy_m/dx_n");
    mg_walk_destroy(walk);
    study_close(&s);
}

/* out = J^T in, for every operand that shows both; returns how many. */
static int check_products(const mg_walk *walk)
{
    int n_checked = 0;
    for (size_t i = 0; i < walk->n_operations; i++) {
        const mg_walk_operation *const op = &walk->operation[i];
        for (int k = 0; k < op->n_operands; k++) {
            const mg_tensor *const j = &op->operand[k].jacobian;
            const mg_tensor *const out = &op->operand[k].out;
            if (!j->data || !out->data || !op->in.data)
                continue;
            const int64_t m = j->type.shape.dim[0], n = j->type.shape.dim[1];
            assert_int_equal(m, mg_shape_size(&op->value.type.shape));
            assert_int_equal(n, mg_shape_size(&out->type.shape));
            for (int64_t c = 0; c < n; c++) {
                double sum = 0;
                for (int64_t r = 0; r < m; r++)
                    sum +=
                        mg_tensor_get(j, r * n + c) * mg_tensor_get(&op->in, r);
                const double handed = mg_tensor_get(out, c);
                if (!(fabs(sum - handed) <= 1e-12 * fmax(1, fabs(sum))))
                    fail_msg("%s by %s: %.17g, not %.17g", op->formula,
                             op->operand[k].of, handed, sum);
            }
            n_checked++;
        }
    }
    return n_checked;
}

static void every_rule_hands_on_what_the_jacobian_would(void **state)
{
    (void)state;
    study s;
    study_open(&s,
               "input x[3]\n"
               "target c class 3\n"
               "param A[2,3] = [[0.3, -1.2, 0.7], [0.9, 0.4, -0.5]]\n"
               "param k = 0.7\n"
               "u = [x[0] * x[0], k, max(x), prod(x)]\n"
               "v = concat(k * A @ x, flip(x), axis = 0)\n"
               "t = where(v > 0, v, k * v) + sum(A', axis = 1)[1]\n"
               "r = reshape(cumsum(concat(t, [k], axis = 0), axis = 0), (2, 3))"
               "\n"
               "q = (A @ r') @ r\n"
               "n = layernorm(q)\n"
               "p = softmax(n + u[3]) / (1 + u[0]^2 + u[2])\n"
               "loss = cross_entropy(sum(p, axis = 0), c) + var(n) + u[1]\n",
               MG_F64);
    study_give(&s, 0, "x", (double[]){0.8, -0.6, 1.1});
    study_give(&s, 0, "c", (double[]){1});
    mg_walk *walk = walk_with(&s, 1, false);
    assert_true(check_products(walk) >= 40);
    mg_walk_destroy(walk);
    study_close(&s);
}

/* The example's sum of 0.3 y + y^2 as a loss, walked at some point. */
static int check_example(mg_ctx *ctx, const mg_op *op, const char *text)
{
    const test_example e = test_example_read(text);
    const mg_stream random = {.seed = 1};
    const double wide[2] = {-2, 2};
    const bool anywhere = op->domain[0] == op->domain[1];
    int64_t size[TEST_LETTERS];
    test_feed feed = {0};
    mg_arena arena;
    mg_arena_init(&arena, ctx);
    test_example_sizes(&e, test_example_choices(&e) - 1, size);
    mg_network *const n = test_example_network(ctx, &e, size);
    mg_graph *const g = n->graph;
    const mg_value y = mg_cast_to(g, n->output[0].value, MG_F64);
    const mg_value z = mg_mul(g, y, mg_add(g, y, mg_real(g, 0.3)));
    n->loss = mg_sum(g, z, -1, NULL, false);
    test_feed_fill(&feed, n, &arena, anywhere ? wide : op->domain, &random);
    mg_weights weights;
    mg_weights_init(&weights, ctx);
    const mg_walk_options options = {.seed = 1, .jacobians = true};
    const mg_tensor *const examples[] = {feed.tensor};
    mg_walk *walk = NULL;
    if (mg_walk_create(n, &weights, 1, examples, &options, &walk) != MG_OK)
        fail_msg("%s: %s", text, mg_message(ctx));
    const int checked = check_products(walk);
    mg_walk_destroy(walk);
    mg_weights_clear(&weights);
    mg_network_destroy(n);
    mg_arena_clear(&arena);
    return checked;
}

static void that_holds_for_every_operation(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    int checked = 0;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    for (size_t i = 0; i < mg_op_count; i++)
        for (int k = 0; mg_ops[i]->examples && mg_ops[i]->examples[k]; k++)
            checked += check_example(ctx, mg_ops[i], mg_ops[i]->examples[k]);
    mg_ctx_destroy(ctx);
    assert_true(checked >= 300);
}

static void kinds_go_by_the_types_of_both(void **state)
{
    (void)state;
    study s;
    study_open(&s,
               "param a = 3, v[2] = [1, 2]\n"
               "b = a^2\nw = a * v\nloss = sum(w) + b\n",
               MG_F64);
    mg_walk *walk = walk_with(&s, 1, false);
    const mg_walk_operation *const square = &walk->operation[0];
    const mg_walk_operation *const product = &walk->operation[1];
    const mg_walk_operation *const sum = &walk->operation[2];
    assert_string_equal(square->operand[0].kind, "derivative");
    assert_string_equal(product->operand[0].kind, "Jacobian");
    assert_false(product->operand[0].diagonal);
    study_check(&product->operand[0].jacobian, 2, (double[]){1, 2}, 0);
    assert_string_equal(product->operand[0].out_kind, "derivative");
    assert_true(product->operand[1].diagonal);
    assert_string_equal(product->in_kind, "gradient");
    assert_string_equal(sum->operand[0].kind, "gradient");
    assert_string_equal(study_find(walk->n_values, walk->value, "a")->kind,
                        "derivative");
    assert_string_equal(study_find(walk->n_values, walk->value, "v")->kind,
                        "gradient");
    mg_walk_destroy(walk);
    study_close(&s);
}

static void large_operands_show_none(void **state)
{
    (void)state;
    study s;
    study_open(&s,
               "param A[8,8] ~ ones, B[8,9] ~ ones\n"
               "loss = sum(A @ B) + sum(2 * A) + sum(A > 0)\n",
               MG_F64);
    mg_walk *walk = walk_with(&s, 1, false);
    for (size_t i = 0; i < walk->n_operations; i++) {
        const mg_walk_operation *const op = &walk->operation[i];
        if (strcmp(op->op, "mul") == 0) {
            assert_int_equal(op->operand[1].zeros, 64 * 63);
            assert_null(
                op->operand[0].jacobian.data); /* a number of the text */
        }
        if (strcmp(op->op, "matmul") == 0 || strcmp(op->op, "less") == 0)
            for (int k = 0; k < op->n_operands; k++)
                assert_null(op->operand[k].jacobian.data);
    }
    mg_walk_destroy(walk);
    study_close(&s);
}

static void a_batch_has_none(void **state)
{
    (void)state;
    study s;
    study_open(&s, study_koehn, MG_F64);
    for (int e = 0; e < 2; e++) {
        study_give(&s, e, "x", (double[]){e, 0});
        study_give(&s, e, "y", (double[]){1});
    }
    mg_walk *walk = NULL;
    const mg_walk_options options = {.jacobians = true};
    assert_int_equal(
        mg_walk_create(s.network, &s.weights, 2, s.examples, &options, &walk),
        MG_BAD_ARGUMENT);
    assert_string_equal(mg_message(s.ctx),
                        "explain: Jacobians are those of one example, not of 2 "
                        "together");
    assert_null(walk);
    study_close(&s);
}

static mg_status walk_in(mg_ctx *ctx, void *data)
{
    const char *const source = data;
    const mg_walk_options options = {.jacobians = true};
    mg_network *network = NULL;
    MG_TRY(mg_network_create(ctx, source, strlen(source), NULL, &network));
    mg_weights weights;
    mg_weights_init(&weights, ctx);
    mg_walk *walk = NULL;
    const mg_tensor *const examples[] = {NULL};
    mg_status status = mg_weights_from_network(&weights, network, 1);
    if (status == MG_OK)
        status =
            mg_walk_create(network, &weights, 1, examples, &options, &walk);
    mg_walk_destroy(walk);
    mg_weights_clear(&weights);
    mg_network_destroy(network);
    return status;
}

static void jacobians_survive_every_refusal(void **state)
{
    (void)state;
    char source[] = "param w[2] = 1\nloss = sum(2 * w)\n";
    assert_true(test_every_refusal(walk_in, source) > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_layer_has_the_jacobians_of_the_lecture),
        cmocka_unit_test(every_rule_hands_on_what_the_jacobian_would),
        cmocka_unit_test(that_holds_for_every_operation),
        cmocka_unit_test(kinds_go_by_the_types_of_both),
        cmocka_unit_test(large_operands_show_none),
        cmocka_unit_test(a_batch_has_none),
        cmocka_unit_test(jacobians_survive_every_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
