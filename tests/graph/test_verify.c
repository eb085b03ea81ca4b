/* The verifier: a sound graph passes, and each way of breaking one is named.
 * Builders refuse such graphs, so nodes are changed behind their back. */
#include "graph/op.h"
#include "support/values.h"
#include "test.h"

#include <stdio.h>

/* y = sum(exp(x) + 2) with an update of w. */
typedef struct {
    test_graph t;
    mg_value x, w, two, exp, add, sum, truth;
} sound;

static int open_graph(void **state)
{
    static sound s;
    test_graph_open(&s.t);
    mg_graph *const g = s.t.g;
    const mg_shape shape = {2, {2, 3}};
    s.x = mg_input(g, "x", MG_F64, shape);
    s.w = mg_variable(g, "w", MG_F64, shape);
    s.two = mg_real(g, 2);
    s.exp = mg_exp(g, s.x);
    s.add = mg_add(g, s.exp, s.two);
    s.sum = mg_sum(g, s.add, -1, NULL, false);
    s.truth = mg_less(g, s.sum, s.two);
    mg_graph_add_root(g, "y", s.sum);
    mg_graph_add_update(g, "w", s.w, s.add);
    *state = &s;
    return 0;
}

static int close_graph(void **state)
{
    sound *const s = *state;
    test_graph_close(&s->t);
    return 0;
}

/* The node itself, which the graph's arena owns and nobody else may change. */
static mg_node *open_node(const sound *s, mg_value v)
{
    return (mg_node *)mg_graph_node(s->t.g, v);
}

static void expect_broken(const sound *s, const char *message)
{
    assert_int_not_equal(mg_graph_verify(s->t.g), MG_OK);
    assert_string_equal(mg_message(s->t.ctx), message);
}

static void a_sound_graph_passes(void **state)
{
    const sound *const s = *state;
    assert_int_equal(mg_graph_verify(s->t.g), MG_OK);
}

static void a_failed_build_is_no_graph(void **state)
{
    const sound *const s = *state;
    mg_matmul(s->t.g, s->two, s->x);
    assert_int_equal(mg_graph_verify(s->t.g), MG_BAD_SHAPE);
}

static void a_node_has_an_operation(void **state)
{
    const sound *const s = *state;
    open_node(s, s->exp)->op = NULL;
    expect_broken(s, "graph: %4 = ?: has no operation");
}

static void a_node_knows_its_number(void **state)
{
    const sound *const s = *state;
    open_node(s, s->exp)->self.id = 9;
    expect_broken(s, "graph: %9 = exp: does not know its own number");
}

static void inputs_stand_above_their_users(void **state)
{
    const sound *const s = *state;
    mg_value *const input = (mg_value *)open_node(s, s->exp)->input;
    *input = s->add;
    expect_broken(s, "graph: %4 = exp: reads a value that stands below it");
    *input = s->exp;
    expect_broken(s, "graph: %4 = exp: reads a value that stands below it");
    *input = (mg_value){0};
    expect_broken(s, "graph: %4 = exp: reads a value that stands below it");
}

static void an_operation_has_its_number_of_inputs(void **state)
{
    const sound *const s = *state;
    open_node(s, s->add)->n_inputs = 1;
    expect_broken(s, "graph: %5: add: has a wrong number of inputs");
}

static void types_follow_from_the_rules(void **state)
{
    const sound *const s = *state;
    mg_node *const node = open_node(s, s->exp);
    node->type.dtype = MG_F32;
    expect_broken(s, "graph: %4 = exp: has a type that its rule does not give");
    node->type.dtype = MG_F64;
    node->type.shape.dim[1] = 4;
    expect_broken(s, "graph: %4 = exp: has a type that its rule does not give");
    node->type.shape.dim[1] = -3;
    expect_broken(s, "shape: [2, -3] has a negative size");
}

static void operands_have_a_common_type_that_fits(void **state)
{
    const sound *const s = *state;
    const mg_value root = mg_exp(s->t.g, s->sum);
    const mg_value both = mg_mul(s->t.g, s->sum, s->two);
    mg_value *const exp = (mg_value *)open_node(s, root)->input;
    mg_value *const mul = (mg_value *)open_node(s, both)->input;
    mul[1] = s->truth;
    expect_broken(s, "graph: %9: mul: reads unequal element types");
    mul[0] = s->truth;
    expect_broken(s, "graph: %9: mul: reads a wrong element type");
    exp[0] = s->truth;
    expect_broken(s, "graph: %8: exp: reads a wrong element type");
}

static void reductions_have_ascending_axes(void **state)
{
    const sound *const s = *state;
    mg_node *const node = open_node(s, s->sum);
    int64_t *const attr = (int64_t *)node->attr;
    const char *const message =
        "graph: %6: sum: reduces axes that are not ascending";
    attr[1] = 1;
    expect_broken(s, message);
    attr[1] = 0;
    attr[2] = 2;
    expect_broken(s, message);
    attr[1] = -1;
    attr[2] = 1;
    expect_broken(s, message);
    attr[1] = 0;
    attr[0] = 2;
    expect_broken(s, "graph: %6: sum: lacks its attributes");
    attr[0] = 0;
    assert_int_equal(mg_graph_verify(s->t.g), MG_OK);
    node->n_attrs = 0;
    expect_broken(s, "graph: %6: sum: lacks its attributes");
}

static void attributes_stand_where_the_operation_has_them(void **state)
{
    const sound *const s = *state;
    const int64_t attr = 0;
    mg_node *const node = open_node(s, s->exp);
    node->n_attrs = 1;
    node->attr = &attr;
    expect_broken(s, "graph: %4: exp: takes no attributes");
}

static void constants_alone_have_data_and_dense_ones(void **state)
{
    const sound *const s = *state;
    mg_node *const two = open_node(s, s->two);
    const mg_tensor *const data = two->data;
    const char *const message =
        "constants have data, other operations have not";
    char line[100];
    open_node(s, s->exp)->data = data;
    snprintf(line, sizeof line, "graph: %%4: exp: %s", message);
    expect_broken(s, line);
    open_node(s, s->exp)->data = NULL;
    two->data = NULL;
    snprintf(line, sizeof line, "graph: %%3: constant: %s", message);
    expect_broken(s, line);
    mg_tensor wide = *data;
    wide.type.shape = (mg_shape){1, {2}};
    wide.stride[0] = 2;
    two->data = &wide;
    expect_broken(s, "graph: %3 = constant: is a constant that is not dense");
    wide.stride[0] = 1;
    expect_broken(
        s, "graph: %3 = constant: has a type that its rule does not give");
    two->data = data;
    assert_int_equal(mg_graph_verify(s->t.g), MG_OK);
}

static void names_are_not_empty(void **state)
{
    const sound *const s = *state;
    open_node(s, s->x)->name = NULL;
    expect_broken(s, "input: has no name");
}

static void roots_name_values(void **state)
{
    const sound *const s = *state;
    mg_root *const root = (mg_root *)mg_graph_root(s->t.g, 0);
    root->value.id = 0;
    expect_broken(s, "graph: root y names no value");
    root->value.id = 99;
    expect_broken(s, "graph: root y names no value");
}

static void updates_set_variables_of_their_type(void **state)
{
    const sound *const s = *state;
    mg_root *const root = (mg_root *)mg_graph_root(s->t.g, 1);
    root->value = s->sum;
    expect_broken(s, "graph: update w: f64 [2, 3] cannot take f64 []");
    root->value = s->add;
    root->variable = s->x;
    expect_broken(s, "graph: update w: f64 [2, 3] cannot take f64 [2, 3]");
    root->variable.id = 99;
    expect_broken(s, "graph: root w names no value");
}

static void sub_graphs_are_verified_too(void **state)
{
    const sound *const s = *state;
    mg_graph *sub = NULL;
    assert_int_equal(mg_graph_create(s->t.ctx, MG_F64, &sub), MG_OK);
    const mg_value inner = mg_exp(sub, mg_real(sub, 1));
    assert_int_equal(mg_graph_adopt(s->t.g, sub), MG_OK);
    const mg_graph *const list[] = {sub};
    const mg_extra extra = {.name = "n", .n_subgraphs = 1, .subgraph = list};
    assert_int_not_equal(mg_apply(s->t.g, &mg_op_name, 1, &s->x, &extra).id, 0);
    assert_int_equal(mg_graph_verify(s->t.g), MG_OK);
    ((mg_node *)mg_graph_node(sub, inner))->type.dtype = MG_F32;
    expect_broken(s, "graph: %2 = exp: has a type that its rule does not give");
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, open_graph, close_graph)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_sound_graph_passes),
        TEST(a_failed_build_is_no_graph),
        TEST(a_node_has_an_operation),
        TEST(a_node_knows_its_number),
        TEST(inputs_stand_above_their_users),
        TEST(an_operation_has_its_number_of_inputs),
        TEST(types_follow_from_the_rules),
        TEST(operands_have_a_common_type_that_fits),
        TEST(reductions_have_ascending_axes),
        TEST(attributes_stand_where_the_operation_has_them),
        TEST(constants_alone_have_data_and_dense_ones),
        TEST(names_are_not_empty),
        TEST(roots_name_values),
        TEST(updates_set_variables_of_their_type),
        TEST(sub_graphs_are_verified_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
