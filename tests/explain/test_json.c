/* What the command line promises of its JSON: it parses, and has exactly the
 * keys of the reference. Needs jansson. */
#include "explain/gradcheck.h"
#include "explain/json.h"
#include "explain/study.h"
#include "explain/summary.h"

#ifdef MATGRAD_HAVE_JANSSON
#include <jansson.h>

static json_t *parse(mg_text *text)
{
    assert_int_equal(mg_text_status(text), MG_OK);
    assert_int_equal(text->data[text->length - 1], '\n');
    assert_int_equal(strcspn(text->data, "\n"), text->length - 1);
    json_error_t error;
    json_t *const root = json_loads(text->data, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        fail_msg("%s at %d: %s", error.text, error.position, text->data);
    mg_text_clear(text);
    return root;
}

static json_t *walk_json(const mg_walk *walk)
{
    mg_text text;
    mg_text_init(&text, walk->arena.ctx);
    mg_walk_json(walk, &text);
    return parse(&text);
}

/* The object has these keys, in this order, and no others. */
static void check_keys(json_t *object, const char *expected)
{
    char found[1024] = "";
    const char *key;
    json_t *value;
    assert_true(json_is_object(object));
    json_object_foreach(object, key, value)
    {
        strncat(found, found[0] ? " " : "", sizeof found - strlen(found) - 1);
        strncat(found, key, sizeof found - strlen(found) - 1);
    }
    assert_string_equal(found, expected);
}

static void check_tensor(json_t *tensor, size_t rank, size_t n, double first)
{
    check_keys(tensor, "shape data");
    assert_int_equal(json_array_size(json_object_get(tensor, "shape")), rank);
    json_t *const data = json_object_get(tensor, "data");
    assert_int_equal(json_array_size(data), n);
    assert_true(json_number_value(json_array_get(data, 0)) == first);
}

static void a_walk_has_exactly_the_keys_of_the_reference(void **state)
{
    (void)state;
    study s;
    study_open(&s, study_koehn, MG_F64);
    study_give_koehn(&s, false);
    mg_walk *walk = study_walk(&s, 1);
    json_t *const root = walk_json(walk);
    check_keys(root, "schema loss values gradients operations updated");
    assert_int_equal(json_integer_value(json_object_get(root, "schema")), 1);
    /* 17 digits read back as the same double. */
    assert_true(json_number_value(json_object_get(root, "loss")) == walk->loss);
    check_keys(json_object_get(root, "values"), "x y W1 b1 W2 b2 h z loss");
    check_keys(json_object_get(root, "gradients"), "x y W1 b1 W2 b2 h z loss");
    check_keys(json_object_get(root, "updated"), "W1 b1 W2 b2");
    json_t *const values = json_object_get(root, "values");
    check_tensor(json_object_get(values, "x"), 1, 2, 1);
    check_tensor(json_object_get(values, "W1"), 2, 4, 3.7);
    check_tensor(json_object_get(values, "loss"), 0, 1, walk->loss);
    json_t *const operations = json_object_get(root, "operations");
    assert_int_equal(json_array_size(operations), 10);
    json_t *const product = json_array_get(operations, 0);
    check_keys(product, "formula op line column value in operands");
    assert_int_equal(json_integer_value(json_object_get(product, "line")), 9);
    assert_int_equal(json_integer_value(json_object_get(product, "column")),
                     16);
    json_t *const operand =
        json_array_get(json_object_get(product, "operands"), 0);
    check_keys(operand, "of rule kind out");
    assert_string_equal(json_string_value(json_object_get(operand, "kind")),
                        "Jacobian");
    check_keys(json_object_get(operand, "out"), "shape data kind");
    check_keys(json_object_get(product, "in"), "shape data kind");
    json_t *const gradients = json_object_get(root, "gradients");
    check_keys(json_object_get(gradients, "W1"), "shape data kind");
    assert_string_equal(json_string_value(json_object_get(operand, "rule")),
                        "G xᵀ");
    json_t *const sigmoid = json_array_get(operations, 2);
    json_t *const inner =
        json_array_get(json_object_get(sigmoid, "operands"), 0);
    check_keys(inner, "of rule kind local out");
    assert_string_equal(json_string_value(json_object_get(inner, "rule")),
                        "G ⊙ y ⊙ (1 − y)");
    json_decref(root);
    mg_walk_destroy(walk);
    study_close(&s);
}

static void a_jacobian_says_its_zeros_and_its_layout(void **state)
{
    (void)state;
    study s;
    study_open(&s, study_koehn, MG_F64);
    study_give_koehn(&s, false);
    const mg_walk_options options = {.jacobians = true};
    mg_walk *walk = NULL;
    study_must(&s, mg_walk_create(s.network, &s.weights, 1, s.examples,
                                  &options, &walk));
    json_t *const root = walk_json(walk);
    json_t *const product =
        json_array_get(json_object_get(root, "operations"), 0);
    json_t *const operand =
        json_array_get(json_object_get(product, "operands"), 1);
    check_keys(operand, "of rule kind jacobian out");
    json_t *const jacobian = json_object_get(operand, "jacobian");
    check_keys(jacobian, "shape data zeros layout");
    json_t *const data = json_object_get(jacobian, "data");
    assert_int_equal(json_array_size(data), 4);
    assert_true(json_number_value(json_array_get(data, 2)) == 2.9);
    assert_int_equal(json_integer_value(json_object_get(jacobian, "zeros")), 0);
    assert_string_equal(json_string_value(json_object_get(jacobian, "layout")),
                        "J[m][n] = dy_m/dx_n");
    json_decref(root);
    mg_walk_destroy(walk);
    study_close(&s);
}

static void without_a_loss_it_is_null_and_the_rest_empty(void **state)
{
    (void)state;
    study s;
    study_open(&s, study_koehn, MG_F32);
    study_give(&s, 0, "x", (double[]){1, 0});
    mg_walk *walk = study_walk(&s, 1);
    json_t *const root = walk_json(walk);
    check_keys(root, "schema loss values gradients operations updated");
    assert_true(json_is_null(json_object_get(root, "loss")));
    check_keys(json_object_get(root, "values"), "x W1 b1 W2 b2 h z");
    check_keys(json_object_get(root, "gradients"), "");
    check_keys(json_object_get(root, "updated"), "");
    json_t *const product =
        json_array_get(json_object_get(root, "operations"), 0);
    check_keys(product, "formula op line column value operands");
    json_decref(root);
    mg_walk_destroy(walk);
    study_close(&s);
}

static void what_is_not_finite_is_null_and_says_so(void **state)
{
    (void)state;
    study s;
    study_open(&s, "input x[2]\nh = log(x)\nloss = sum(h)\n", MG_F64);
    study_give(&s, 0, "x", (double[]){0, 1});
    mg_walk *walk = study_walk(&s, 1);
    json_t *const root = walk_json(walk);
    check_keys(root,
               "schema loss nonfinite values gradients operations updated");
    assert_true(json_is_null(json_object_get(root, "loss")));
    json_t *const h = json_object_get(json_object_get(root, "values"), "h");
    check_keys(h, "shape data nonfinite");
    assert_true(json_is_true(json_object_get(h, "nonfinite")));
    assert_true(json_is_null(json_array_get(json_object_get(h, "data"), 0)));
    assert_true(
        json_number_value(json_array_get(json_object_get(h, "data"), 1)) == 0);
    json_decref(root);
    mg_walk_destroy(walk);
    study_close(&s);
}

static void truth_values_are_numbers_and_f32_has_few_digits(void **state)
{
    (void)state;
    study s;
    study_open(&s, "input x[2]\nloss = x[0] / 3\nmetric m = x[0] < x[1]\n",
               MG_F32);
    study_give(&s, 0, "x", (double[]){1, 2});
    mg_walk *walk = study_walk(&s, 1);
    mg_text text;
    mg_text_init(&text, s.ctx);
    mg_walk_json(walk, &text);
    assert_non_null(strstr(text.data, "\"loss\": 0.33333334"));
    assert_non_null(strstr(text.data, "\"m\": {\"shape\": [], \"data\": [1]}"));
    json_decref(parse(&text));
    mg_walk_destroy(walk);
    study_close(&s);
}

static void strings_are_escaped(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    mg_text text;
    mg_text_init(&text, ctx);
    mg_json_string(&text, "a\"b\\c\n\x7f ᵀ");
    assert_string_equal(mg_text_string(&text),
                        "\"a\\\"b\\\\c\\u000a\\u007f ᵀ\"");
    mg_text_clear(&text);
    mg_ctx_destroy(ctx);
}

static void a_gradient_check_says_true_false_or_null(void **state)
{
    (void)state;
    study s;
    study_open(&s,
               "param a = 3\nparam b = 2\nparam c = 1\n"
               "loss = a^2 + stop_gradient(b) * b\n",
               MG_F64);
    const mg_gradcheck_options options = {.seed = 5};
    mg_gradcheck *check = NULL;
    study_must(&s,
               mg_gradcheck_create(s.network, &s.weights, &options, &check));
    mg_text text;
    mg_text_init(&text, s.ctx);
    mg_gradcheck_json(check, &text);
    json_t *const root = parse(&text);
    check_keys(root, "schema pass seed names");
    assert_true(json_is_false(json_object_get(root, "pass")));
    json_t *const names = json_object_get(root, "names");
    check_keys(names, "a b c");
    json_t *const a = json_object_get(names, "a");
    check_keys(a, "error elements pass worst");
    check_keys(json_object_get(a, "worst"), "index analytic numeric");
    assert_true(json_is_true(json_object_get(a, "pass")));
    assert_int_equal(json_integer_value(json_object_get(a, "elements")), 1);
    json_t *const b = json_object_get(names, "b");
    assert_true(json_is_false(json_object_get(b, "pass")));
    json_t *const c = json_object_get(names, "c");
    assert_true(json_is_null(json_object_get(c, "pass")));
    json_decref(root);
    mg_gradcheck_destroy(check);
    study_close(&s);
}

static void a_summary_lists_params_layers_and_warnings(void **state)
{
    (void)state;
    study s;
    study_open(&s,
               "input x[4]\ntarget c class 3\nparam idle[2] = 0\n"
               "h = relu(dense(x, 5))\nz = dense(h, 3)\n"
               "loss = cross_entropy(z, c)\n",
               MG_F32);
    mg_summary *summary = NULL;
    study_must(&s, mg_summary_create(s.network, 8, &summary));
    mg_text text;
    mg_text_init(&text, s.ctx);
    mg_summary_json(summary, &text);
    json_t *const root = parse(&text);
    check_keys(root,
               "schema parameters parameter_bytes forward_flops batch "
               "step_flops arena_bytes live_bytes params layers warnings");
    assert_int_equal(json_integer_value(json_object_get(root, "parameters")),
                     2 + 25 + 18);
    json_t *const params = json_object_get(root, "params");
    assert_int_equal(json_array_size(params), 5);
    check_keys(json_array_get(params, 0), "name shape dtype line count");
    json_t *const layers = json_object_get(root, "layers");
    assert_int_equal(json_array_size(layers), 3);
    json_t *const h = json_array_get(layers, 0);
    check_keys(h, "name shape dtype line formula parameters flops");
    assert_int_equal(json_integer_value(json_object_get(h, "parameters")), 25);
    json_t *const warnings = json_object_get(root, "warnings");
    assert_int_equal(json_array_size(warnings), 1);
    check_keys(json_array_get(warnings, 0), "line column text");
    json_decref(root);
    mg_summary_destroy(summary);
    study_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_walk_has_exactly_the_keys_of_the_reference),
        cmocka_unit_test(a_jacobian_says_its_zeros_and_its_layout),
        cmocka_unit_test(without_a_loss_it_is_null_and_the_rest_empty),
        cmocka_unit_test(what_is_not_finite_is_null_and_says_so),
        cmocka_unit_test(truth_values_are_numbers_and_f32_has_few_digits),
        cmocka_unit_test(strings_are_escaped),
        cmocka_unit_test(a_gradient_check_says_true_false_or_null),
        cmocka_unit_test(a_summary_lists_params_layers_and_warnings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
    return 0;
}
#endif
