/* The walk's numbers: the lecture's, and what must hold for any network. */
#include "explain/study.h"
#include "explain/subject.h"
#include "support/memory.h"

/* ---- The lecture's numbers, as its page prints them: eight decimals ---- */

typedef struct {
    const char *formula; /* of an operation, or a name */
    double number[2][4]; /* with b1 = (-1.5, -4.6), with (-1.5, -4.5) */
    int n;
} row;

static const row values[] = {
    {"W1 @ x", {{3.7, 2.9}, {3.7, 2.9}}, 2},
    {"W1 @ x + b1", {{2.2, -1.7}, {2.2, -1.6}}, 2},
    {"sigmoid(W1 @ x + b1)",
     {{0.90024951, 0.15446527}, {0.90024951, 0.16798161}},
     2},
    {"W2 @ h", {{3.24790342}, {3.17761840}}, 1},
    {"W2 @ h + b2", {{1.24790342}, {1.17761840}}, 1},
    {"sigmoid(W2 @ h + b2)", {{0.77693672}, {0.76451932}}, 1},
    {"1/2 * sum((z - y)^2)", {{0.02487861}, {0.02772558}}, 1},
};

/* What flows into the operation from above. */
static const row incoming[] = {
    {"sigmoid(W2 @ h + b2)", {{-0.22306328}, {-0.23548068}}, 1},
    {"W2 @ h + b2", {{-0.03865822}, {-0.04239348}}, 1},
    {"sigmoid(W1 @ x + b1)",
     {{-0.17396197, 0.20102272}, {-0.19077065, 0.22044608}},
     2},
    {"W1 @ x + b1", {{-0.01562184, 0.02625472}, {-0.01713127, 0.03081038}}, 2},
};

static const row slopes[] = {
    {"sigmoid(W2 @ h + b2)", {{0.17330605}, {0.18002953}}, 1},
    {"sigmoid(W1 @ x + b1)",
     {{0.08980033, 0.13060575}, {0.08980033, 0.13976379}},
     2},
};

static const row gradients[] = {
    {"W2", {{-0.03480204, -0.00597135}, {-0.03816471, -0.00712132}}, 2},
    {"W1",
     {{-0.01562184, 0, 0.02625472, 0}, {-0.01713127, 0, 0.03081038, 0}},
     4},
    {"b1", {{-0.01562184, 0.02625472}, {-0.01713127, 0.03081038}}, 2},
    {"b2", {{-0.03865822}, {-0.04239348}}, 1},
    {"x", {{0.01833788, 0.01833788}, {0.02596442, 0.02596442}}, 2},
    {"h", {{-0.17396197, 0.20102272}, {-0.19077065, 0.22044608}}, 2},
    {"z", {{-0.22306328}, {-0.23548068}}, 1},
    {"y", {{0.22306328}, {0.23548068}}, 1},
    {"loss", {{1}, {1}}, 1},
};

static const row after[] = {
    {"W1",
     {{3.70015622, 3.7, 2.89973745, 2.9}, {3.70017131, 3.7, 2.89969190, 2.9}},
     4},
    {"W2", {{4.50034802, -5.19994029}, {4.50038165, -5.19992879}}, 2},
    {"b1", {{-1.49984378, -4.60026255}, {-1.49982869, -4.50030810}}, 2},
    {"b2", {{-1.99961342}, {-1.99957607}}, 1},
};

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static const mg_walk_operation *find_operation(const mg_walk *walk,
                                               const char *formula)
{
    for (size_t i = 0; i < walk->n_operations; i++)
        if (strcmp(walk->operation[i].formula, formula) == 0)
            return &walk->operation[i];
    fail_msg("no operation %s", formula);
    return NULL;
}

static void check_koehn(const mg_walk *walk, int column, double tolerance)
{
    for (size_t i = 0; i < COUNT(values); i++)
        study_check(&find_operation(walk, values[i].formula)->value,
                    values[i].n, values[i].number[column], tolerance);
    for (size_t i = 0; i < COUNT(incoming); i++)
        study_check(&find_operation(walk, incoming[i].formula)->in,
                    incoming[i].n, incoming[i].number[column], tolerance);
    for (size_t i = 0; i < COUNT(slopes); i++)
        study_check(&find_operation(walk, slopes[i].formula)->operand[0].local,
                    slopes[i].n, slopes[i].number[column], tolerance);
    assert_int_equal(walk->n_values, 9);
    for (size_t i = 0; i < COUNT(gradients); i++)
        study_check(
            &study_find(walk->n_values, walk->value, gradients[i].formula)
                 ->gradient,
            gradients[i].n, gradients[i].number[column], tolerance);
    assert_int_equal(walk->n_updated, 4);
    for (size_t i = 0; i < COUNT(after); i++)
        study_check(
            &study_find(walk->n_updated, walk->updated, after[i].formula)
                 ->value,
            after[i].n, after[i].number[column], tolerance);
}

static void walk_koehn(bool slides, mg_dtype real, double tolerance)
{
    study s;
    study_open(&s, study_koehn, real);
    study_give_koehn(&s, slides);
    mg_walk *walk = study_walk(&s, 1);
    assert_true(walk->has_loss);
    check_koehn(walk, slides ? 1 : 0, tolerance);
    mg_walk_destroy(walk);
    study_close(&s);
}

/* The page's numbers are rounded to eight decimals. */
static void koehns_network_has_the_lectures_numbers(void **state)
{
    (void)state;
    walk_koehn(false, MG_F64, 5.0001e-9);
    walk_koehn(true, MG_F64, 5.0001e-9);
}

static void koehns_network_in_f32_is_close(void **state)
{
    (void)state;
    walk_koehn(false, MG_F32, 1e-6);
    walk_koehn(true, MG_F32, 1e-6);
}

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

/* The chain of derivatives written out for this network alone. */
static void koehns_network_agrees_with_the_chain_by_hand(void **state)
{
    (void)state;
    study s;
    study_open(&s, study_koehn, MG_F64);
    study_give_koehn(&s, false);
    mg_walk *walk = study_walk(&s, 1);
    const double h[] = {logistic(2.2), logistic(-1.7)};
    const double z = logistic(4.5 * h[0] - 5.2 * h[1] - 2);
    const double d2 = (z - 1) * z * (1 - z);
    const double d1[] = {4.5 * d2 * h[0] * (1 - h[0]),
                         -5.2 * d2 * h[1] * (1 - h[1])};
    const mg_walk_value *v = walk->value;
    const size_t n = walk->n_values;
    assert_true(fabs(walk->loss - (z - 1) * (z - 1) / 2) < 1e-14);
    study_check(&study_find(n, v, "h")->value, 2, h, 1e-14);
    study_check(&study_find(n, v, "W2")->gradient, 2,
                (double[]){d2 * h[0], d2 * h[1]}, 1e-14);
    study_check(&study_find(n, v, "b1")->gradient, 2, d1, 1e-14);
    study_check(
        &study_find(n, v, "x")->gradient, 2,
        (double[]){3.7 * d1[0] + 2.9 * d1[1], 3.7 * d1[0] + 2.9 * d1[1]},
        1e-14);
    mg_walk_destroy(walk);
    study_close(&s);
}

static void a_layer_as_a_matrix_has_the_lectures_numbers(void **state)
{
    (void)state;
    study s;
    study_open(&s,
               "input x[3]\n"
               "param H[3,3] = [[1, -2, 2], [2, 1, -4], [1, -1, 0]]\n"
               "param O[2,3] = [[-3, 1, -3], [0, 1, 2]]\n"
               "h = sigmoid(H @ x)\n"
               "output z = sigmoid(O @ h)\n",
               MG_F64);
    study_give(&s, 0, "x", (double[]){0.5, 0.9, -0.3});
    mg_walk *walk = study_walk(&s, 1);
    assert_false(walk->has_loss);
    study_check(&study_find(walk->n_values, walk->value, "h")->value, 3,
                (double[]){0.13010847, 0.95689275, 0.40131234}, 5.0001e-9);
    study_check(&find_operation(walk, "O @ h")->value, 2,
                (double[]){-0.63736970, 1.75951742}, 5.0001e-9);
    study_check(&study_find(walk->n_values, walk->value, "z")->value, 2,
                (double[]){0.34584136, 0.85314921}, 5.0001e-9);
    assert_int_equal(walk->n_updated, 0);
    mg_walk_destroy(walk);
    study_close(&s);
}

/* ---- Operations ---- */

static void operations_tell_formula_place_and_rules(void **state)
{
    (void)state;
    study s;
    study_open(&s, study_koehn, MG_F64);
    study_give_koehn(&s, false);
    mg_walk *walk = study_walk(&s, 1);
    assert_int_equal(walk->n_operations, 10);
    const mg_walk_operation *const first = &walk->operation[0];
    assert_string_equal(first->formula, "W1 @ x");
    assert_string_equal(first->op, "matmul");
    assert_int_equal(first->line, 9);
    assert_int_equal(first->column, 16);
    assert_int_equal(first->n_operands, 2);
    assert_string_equal(first->operand[0].of, "W1");
    assert_string_equal(first->operand[0].rule, "G xᵀ");
    assert_string_equal(first->operand[1].rule, "W1ᵀ G");
    assert_null(first->operand[0].local.data);
    const mg_walk_operation *const last = &walk->operation[9];
    assert_string_equal(last->name, "loss");
    const mg_walk_operation *const square = find_operation(walk, "(z - y)^2");
    assert_string_equal(square->operand[0].rule, "G ⊙ 2 ⊙ (z - y)^(2 − 1)");
    assert_null(square->operand[1].out.data);
    mg_walk_destroy(walk);
    study_close(&s);
}

static void a_repeated_operand_has_slopes_shaped_like_the_value(void **state)
{
    (void)state;
    study s;
    study_open(&s,
               "input x[2,2]\n"
               "param b[2] = [2, 3]\n"
               "loss = sum(x * b)\n",
               MG_F64);
    study_give(&s, 0, "x", (double[]){1, 2, 3, 4});
    mg_walk *walk = study_walk(&s, 1);
    const mg_walk_operation *const product = find_operation(walk, "x * b");
    study_check(&product->operand[0].local, 4, (double[]){2, 3, 2, 3}, 0);
    study_check(&product->operand[1].local, 4, (double[]){1, 2, 3, 4}, 0);
    study_check(&product->operand[1].out, 2, (double[]){4, 6}, 0);
    assert_string_equal(product->operand[1].rule,
                        "G ⊙ x, summed where it was repeated");
    mg_walk_destroy(walk);
    study_close(&s);
}

/* x[0] is a slice and a reshape, [a, b] a concat of reshapes. */
static void what_no_formula_wrote_is_not_shown(void **state)
{
    (void)state;
    static const char *const formulas[] = {"x[1]", "[x[1], k]", "x[2]",
                                           "[x[1], k] * x[2]",
                                           "sum([x[1], k] * x[2])"};
    study s;
    study_open(&s,
               "input x[3]\ninput k class 9\n"
               "loss = sum([x[1], k] * x[2])\n",
               MG_F64);
    study_give(&s, 0, "x", (double[]){1, 2, 3});
    study_give(&s, 0, "k", (double[]){4});
    mg_walk *walk = study_walk(&s, 1);
    assert_int_equal(walk->n_operations, COUNT(formulas));
    for (size_t i = 0; i < COUNT(formulas); i++)
        assert_string_equal(walk->operation[i].formula, formulas[i]);
    const mg_walk_operation *const element = find_operation(walk, "x[1]");
    assert_string_equal(element->op, "slice");
    assert_int_equal(element->value.type.shape.rank, 0);
    study_check(&element->value, 1, (double[]){2}, 0);
    study_check(&element->in, 1, (double[]){3}, 0);
    study_check(&element->operand[0].out, 3, (double[]){0, 3, 0}, 0);
    const mg_walk_operation *const list = find_operation(walk, "[x[1], k]");
    assert_string_equal(list->operand[0].of, "x[1]");
    assert_string_equal(list->operand[1].of, "k");
    assert_null(list->operand[1].out.data);
    mg_walk_destroy(walk);
    study_close(&s);
}

/* ---- What the loss does not use, and what is not given ---- */

static const char extras[] = "input x[2]\n"
                             "target y[2]\n"
                             "param W[2,2] = [[1, 2], [3, 4]]\n"
                             "param unused[3] = 5\n"
                             "h = W @ x\n"
                             "side = exp(h)\n"
                             "loss = sum((h - y)^2)\n"
                             "metric positive = h[0] > 0\n";

static void what_the_loss_does_not_use_has_gradient_zeros(void **state)
{
    (void)state;
    study s;
    study_open(&s, extras, MG_F64);
    study_give(&s, 0, "x", (double[]){1, 1});
    study_give(&s, 0, "y", (double[]){0, 0});
    mg_walk *walk = study_walk(&s, 1);
    const double zeros[3] = {0};
    const mg_walk_value *v = walk->value;
    study_check(&study_find(walk->n_values, v, "unused")->gradient, 3, zeros,
                0);
    study_check(&study_find(walk->n_values, v, "side")->gradient, 2, zeros, 0);
    study_check(&find_operation(walk, "exp(h)")->in, 2, zeros, 0);
    study_check(&study_find(walk->n_updated, walk->updated, "unused")->value, 3,
                (double[]){5, 5, 5}, 0);
    const mg_walk_value *const truth =
        study_find(walk->n_values, v, "positive");
    study_check(&truth->value, 1, (double[]){1}, 0);
    assert_null(truth->gradient.data);
    mg_walk_destroy(walk);
    study_close(&s);
}

static void a_missing_target_leaves_out_what_depends_on_it(void **state)
{
    (void)state;
    study s;
    study_open(&s, extras, MG_F64);
    study_give(&s, 0, "x", (double[]){1, 1});
    mg_walk *walk = study_walk(&s, 1);
    assert_false(walk->has_loss);
    assert_null(study_find(walk->n_values, walk->value, "y"));
    assert_null(study_find(walk->n_values, walk->value, "loss"));
    study_check(&study_find(walk->n_values, walk->value, "h")->value, 2,
                (double[]){3, 7}, 0);
    for (size_t i = 0; i < walk->n_values; i++)
        assert_null(walk->value[i].gradient.data);
    for (size_t i = 0; i < walk->n_operations; i++)
        assert_null(walk->operation[i].in.data);
    assert_int_equal(walk->n_updated, 0);
    mg_walk_destroy(walk);
    study_close(&s);
}

static void values_stand_in_the_order_of_the_file(void **state)
{
    (void)state;
    static const char *const names[] = {"x", "y",    "W",    "unused",
                                        "h", "side", "loss", "positive"};
    study s;
    study_open(&s, extras, MG_F64);
    study_give(&s, 0, "x", (double[]){1, 1});
    study_give(&s, 0, "y", (double[]){0, 0});
    mg_walk *walk = study_walk(&s, 1);
    assert_int_equal(walk->n_values, COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++)
        assert_string_equal(walk->value[i].name, names[i]);
    mg_walk_destroy(walk);
    study_close(&s);
}

/* ---- The penalty ---- */

static const char penalised[] = "input x[2]\n"
                                "target y\n"
                                "param w[2] = [1, -2]\n"
                                "loss = (w @ x - y)^2\n"
                                "penalty = 3 * sum(w^2)\n";

static void gradients_are_of_loss_and_penalty(void **state)
{
    (void)state;
    study s;
    study_open(&s, penalised, MG_F64);
    study_give(&s, 0, "x", (double[]){1, 1});
    study_give(&s, 0, "y", (double[]){1});
    mg_walk *walk = study_walk(&s, 1);
    /* w x - y = -2: 2 (-2) x + 6 w */
    assert_true(walk->loss == 4);
    study_check(&study_find(walk->n_values, walk->value, "w")->gradient, 2,
                (double[]){2, -16}, 0);
    study_check(&study_find(walk->n_values, walk->value, "penalty")->gradient,
                1, (double[]){1}, 0);
    mg_walk_destroy(walk);
    study_close(&s);
}

/* ---- Several examples ---- */

static void add_scaled(double sum[], const mg_tensor *t, double scale)
{
    const int64_t n = mg_shape_size(&t->type.shape);
    for (int64_t i = 0; i < n; i++)
        sum[i] += scale * mg_tensor_get(t, i);
}

static void together_is_the_mean_of_the_examples(void **state)
{
    (void)state;
    study s;
    study_open(&s, penalised, MG_F64);
    const double x[3][2] = {{1, 1}, {-2, 0.5}, {3, 4}}, y[3] = {1, 0, -2};
    double loss = 0, dw[2] = {0};
    for (int e = 0; e < 3; e++) {
        study_give(&s, e, "x", x[e]);
        study_give(&s, e, "y", &y[e]);
    }
    mg_walk *together = study_walk(&s, 3);
    const mg_walk_value *const dx =
        study_find(together->n_values, together->value, "x");
    assert_true(dx->each);
    for (int e = 0; e < 3; e++) {
        s.examples[0] = s.example[e];
        mg_walk *one = study_walk(&s, 1);
        loss += one->loss / 3;
        add_scaled(dw, &study_find(one->n_values, one->value, "w")->gradient,
                   1.0 / 3);
        double share[2] = {0};
        add_scaled(share, &study_find(one->n_values, one->value, "x")->gradient,
                   1.0 / 3);
        for (int i = 0; i < 2; i++)
            assert_true(fabs(mg_tensor_get(&dx->gradient, 2 * e + i) -
                             share[i]) < 1e-14);
        mg_walk_destroy(one);
    }
    assert_true(fabs(together->loss - loss) < 1e-14);
    study_check(&study_find(together->n_values, together->value, "w")->gradient,
                2, dw, 1e-14);
    const mg_walk_operation *const product = find_operation(together, "w @ x");
    assert_int_equal(product->value.type.shape.rank, 1);
    assert_int_equal(product->value.type.shape.dim[0], 3);
    assert_string_equal(product->operand[0].rule, "G Xᵀ");
    study_check(&product->operand[0].out, 2, (double[]){dw[0] - 6, dw[1] + 12},
                1e-13);
    mg_walk_destroy(together);
    study_close(&s);
}

static void a_step_lowers_the_loss_of_the_next_walk(void **state)
{
    (void)state;
    study s;
    study_open(&s, study_koehn, MG_F64);
    study_give_koehn(&s, true);
    mg_walk *before = study_walk(&s, 1);
    study_must(&s, mg_walk_update(before, &s.weights));
    mg_walk *next = study_walk(&s, 1);
    /* The lecture's page: by 5.8e-5. */
    const double gain = before->loss - next->loss;
    assert_true(gain > 5.75e-5 && gain < 5.85e-5);
    mg_walk_destroy(before);
    mg_walk_destroy(next);
    study_close(&s);
}

/* ---- Wrong examples ---- */

static void check_refusal(study *s, const char *message)
{
    mg_walk *walk = NULL;
    assert_int_equal(mg_walk_create(s->network, &s->weights, 1, s->examples,
                                    &study_options, &walk),
                     MG_BAD_ARGUMENT);
    assert_string_equal(mg_message(s->ctx), message);
    assert_null(walk);
}

static void wrong_examples_are_refused_with_their_names(void **state)
{
    (void)state;
    study s;
    study_open(&s,
               "input x[2]\ntarget c class 3\nz = dense(x, 3)\n"
               "loss = cross_entropy(z, c)\n",
               MG_F64);
    check_refusal(&s, "explain: input x is not given");
    study_give(&s, 0, "x", (double[]){1, 2});
    study_give(&s, 0, "c", (double[]){3});
    check_refusal(&s, "explain: c holds 3, but runs from 0 to 2");
    s.example[0][0].type.shape.dim[0] = 1;
    check_refusal(&s, "explain: x is f64 [2], but f64 [1] is given");
    mg_walk *walk = NULL;
    assert_int_equal(mg_walk_create(s.network, &s.weights, 0, s.examples,
                                    &study_options, &walk),
                     MG_BAD_ARGUMENT);
    study_close(&s);
}

static void labels_have_no_gradient(void **state)
{
    (void)state;
    study s;
    study_open(&s,
               "input x[2]\ntarget c class 3\nz = dense(x, 3)\n"
               "loss = cross_entropy(z, c)\n",
               MG_F32);
    study_give(&s, 0, "x", (double[]){1, 2});
    study_give(&s, 0, "c", (double[]){2});
    mg_walk *walk = study_walk(&s, 1);
    const mg_walk_value *const c = study_find(walk->n_values, walk->value, "c");
    assert_null(c->gradient.data);
    assert_int_equal(c->value.type.dtype, MG_I64);
    assert_non_null(
        study_find(walk->n_values, walk->value, "z.dense.W")->gradient.data);
    mg_walk_destroy(walk);
    study_close(&s);
}

/* ---- Weights, states, batches ---- */

static void a_batch_counts_its_examples_by_weight(void **state)
{
    (void)state;
    study s;
    study_open(&s,
               "input x\ntarget y\nparam k = 2\n"
               "loss = (k * x - y)^2\nweight = y\npenalty = k\n",
               MG_F64);
    for (int e = 0; e < 2; e++) {
        study_give(&s, e, "x", (double[]){e + 1});
        study_give(&s, e, "y", (double[]){e + 1});
    }
    /* Losses 1 and 4, slopes by k of 2 and 8, weights 1 and 2. */
    mg_walk *walk = study_walk(&s, 2);
    assert_true(fabs(walk->loss - 3) < 1e-12);
    const mg_walk_value *const k = study_find(walk->n_values, walk->value, "k");
    study_check(&k->gradient, 1, (double[]){6 + 1}, 1e-12);
    mg_walk_destroy(walk);
    walk = study_walk(&s, 1);
    assert_true(walk->loss == 1);
    mg_walk_destroy(walk);
    study_close(&s);
}

static void what_the_network_keeps_is_listed_and_goes_on(void **state)
{
    (void)state;
    study s;
    study_open_as(&s,
                  "input x\nparam k = 2\nstate m = 1\n"
                  "m := if training { m / 2 + batch_mean(x) } else { m }\n"
                  "loss = (k * x - m)^2\ntrain { optimiser = adam }\n",
                  MG_F64, true);
    study_give(&s, 0, "x", (double[]){3});
    mg_walk *walk = study_walk(&s, 1);
    study_check(&study_find(walk->n_values, walk->value, "m")->value, 1,
                (double[]){1}, 0);
    assert_true(walk->loss == 6.25);
    const mg_walk_value *const m =
        study_find(walk->n_updated, walk->updated, "m");
    study_check(&m->value, 1, (double[]){3.5}, 0);
    assert_null(m->gradient.data);
    assert_int_equal(walk->n_updated, 2); /* nothing of adam's */
    study_must(&s, mg_walk_update(walk, &s.weights));
    mg_walk_destroy(walk);
    walk = study_walk(&s, 1);
    study_check(&study_find(walk->n_values, walk->value, "m")->value, 1,
                (double[]){3.5}, 0);
    mg_walk_destroy(walk);
    study_close(&s);
}

static void in_use_states_stay(void **state)
{
    (void)state;
    study s;
    study_open(&s, "param k = 2\nstate m = 1\nm := m + 1\nloss = k * m\n",
               MG_F64);
    mg_walk *walk = study_walk(&s, 1);
    assert_int_equal(walk->n_updated, 1);
    assert_string_equal(walk->updated[0].name, "k");
    mg_walk_destroy(walk);
    study_close(&s);
}

static void what_sees_a_whole_batch_is_not_walked_together(void **state)
{
    (void)state;
    study s;
    study_open_as(&s,
                  "input x\nloss = if training { batch_mean(x) } else { x }\n",
                  MG_F64, true);
    for (int e = 0; e < 2; e++)
        study_give(&s, e, "x", (double[]){e});
    mg_walk *walk = NULL;
    assert_int_equal(mg_walk_create(s.network, &s.weights, 2, s.examples,
                                    &study_options, &walk),
                     MG_BAD_ARGUMENT);
    assert_string_equal(mg_message(s.ctx),
                        "explain: batch_mean looks at a whole batch: examples "
                        "are walked one after the other, not together");
    study_close(&s);
}

/* ---- Memory ---- */

static mg_status walk_once(mg_ctx *ctx, const mg_network *network,
                           const mg_weights *weights, mg_arena *arena)
{
    mg_tensor example[2][2] = {{{.data = NULL}}};
    const mg_tensor *const examples[] = {example[0], example[1]};
    for (uint64_t e = 0; e < 2; e++)
        MG_TRY(mg_example_draw(network, e, arena, example[e]));
    mg_walk *walk = NULL;
    MG_TRY(
        mg_walk_create(network, weights, 2, examples, &study_options, &walk));
    mg_text text;
    mg_text_init(&text, ctx);
    mg_walk_json(walk, &text);
    mg_walk_text(walk, &(mg_walk_text_options){.columns = 60}, &text);
    const mg_status status = mg_text_status(&text);
    mg_text_clear(&text);
    mg_walk_destroy(walk);
    return status;
}

static mg_status walk_in(mg_ctx *ctx, void *data)
{
    const char *const source = data;
    mg_network *network = NULL;
    MG_TRY(mg_network_create(ctx, source, strlen(source), NULL, &network));
    mg_weights weights;
    mg_arena arena;
    mg_weights_init(&weights, ctx);
    mg_arena_init(&arena, ctx);
    mg_status status = mg_weights_from_network(&weights, network, 1);
    if (status == MG_OK)
        status = walk_once(ctx, network, &weights, &arena);
    mg_arena_clear(&arena);
    mg_weights_clear(&weights);
    mg_network_destroy(network);
    return status;
}

static void a_walk_survives_every_refusal(void **state)
{
    (void)state;
    char source[] = "input x[2]\ntarget y\nparam w[2] = 1\n"
                    "loss = (w @ x - y)^2\n";
    assert_true(test_every_refusal(walk_in, source) > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(koehns_network_has_the_lectures_numbers),
        cmocka_unit_test(koehns_network_in_f32_is_close),
        cmocka_unit_test(koehns_network_agrees_with_the_chain_by_hand),
        cmocka_unit_test(a_layer_as_a_matrix_has_the_lectures_numbers),
        cmocka_unit_test(operations_tell_formula_place_and_rules),
        cmocka_unit_test(a_repeated_operand_has_slopes_shaped_like_the_value),
        cmocka_unit_test(what_no_formula_wrote_is_not_shown),
        cmocka_unit_test(what_the_loss_does_not_use_has_gradient_zeros),
        cmocka_unit_test(a_missing_target_leaves_out_what_depends_on_it),
        cmocka_unit_test(values_stand_in_the_order_of_the_file),
        cmocka_unit_test(gradients_are_of_loss_and_penalty),
        cmocka_unit_test(together_is_the_mean_of_the_examples),
        cmocka_unit_test(a_step_lowers_the_loss_of_the_next_walk),
        cmocka_unit_test(wrong_examples_are_refused_with_their_names),
        cmocka_unit_test(labels_have_no_gradient),
        cmocka_unit_test(a_batch_counts_its_examples_by_weight),
        cmocka_unit_test(what_the_network_keeps_is_listed_and_goes_on),
        cmocka_unit_test(in_use_states_stay),
        cmocka_unit_test(what_sees_a_whole_batch_is_not_walked_together),
        cmocka_unit_test(a_walk_survives_every_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
