/* The text form: what is printed reads back to the same text, and no text,
 * however broken, does more than fail with its line. */
#include "graph/op.h"
#include "support/memory.h"
#include "support/values.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int open_graph(void **state)
{
    static test_graph graph;
    test_graph_open(&graph);
    *state = &graph;
    return 0;
}

static int close_graph(void **state)
{
    test_graph_close(*state);
    return 0;
}

static mg_shape line(int64_t n)
{
    return mg_shape_of(1, &n);
}

/* Parses a string literal. */
static mg_status parse(const test_graph *t, const char *text, mg_graph **out)
{
    return mg_graph_parse(t->ctx, text, strlen(text), out);
}

/* The text of g reads back to a graph of the same text. */
static void expect_round_trip(const test_graph *t, const mg_graph *g)
{
    mg_text first, second;
    mg_text_init(&first, t->ctx);
    mg_text_init(&second, t->ctx);
    mg_graph_print(g, &first);
    mg_graph *copy = NULL;
    if (mg_graph_parse(t->ctx, first.data, first.length, &copy) != MG_OK)
        fail_msg("%s in\n%s", mg_message(t->ctx), first.data);
    mg_graph_print(copy, &second);
    assert_int_equal(mg_text_status(&second), MG_OK);
    assert_string_equal(first.data, second.data);
    mg_graph_destroy(copy);
    mg_text_clear(&first);
    mg_text_clear(&second);
}

/* Everything that the text form has: leaves, attributes, data, places, names
 * with quotes, roots, updates. */
static void build_example(mg_graph *g)
{
    const double data[] = {1, -0.0, 0.1, 1e-300, -1e300, 12345678.9};
    mg_graph_set_place(g, (mg_place){4, 13, "W @ x  # \"quoted\\\" \xce\xb1"});
    const mg_value x = mg_input(g, "x", MG_F64, line(3));
    const mg_value w =
        mg_variable(g, "W1.\xce\xb2", MG_F64, (mg_shape){2, {2, 3}});
    const mg_value c = mg_constant(g, MG_F64, (mg_shape){2, {2, 3}}, data);
    mg_graph_set_place(g, (mg_place){5, 1, NULL});
    const mg_value y = mg_matmul(g, mg_add(g, w, c), x);
    const mg_value h = mg_name(g, mg_sigmoid(g, y), "h \"1\"\n");
    mg_graph_set_place(g, (mg_place){0});
    const mg_value step = mg_setting(g, "step", MG_I64);
    const mg_shape two = line(2);
    const mg_value noisy = mg_add(g, h, mg_random(g, 7, &two));
    const mg_value scaled = mg_mul(g, noisy, step);
    mg_graph_add_root(g, "loss", mg_sum(g, scaled, -1, NULL, false));
    mg_graph_add_root(g, "a \"root\"", mg_causal(g, 2));
    mg_graph_add_update(g, "W1", w, mg_sub(g, w, c));
}

static void a_graph_reads_back_to_the_same_text(void **state)
{
    test_graph *const t = *state;
    expect_round_trip(t, t->g);
    build_example(t->g);
    assert_int_equal(mg_graph_status(t->g), MG_OK);
    expect_round_trip(t, t->g);
}

static void the_text_is_as_documented(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = mg_input(g, "x", MG_F64, line(2));
    const mg_value w = mg_variable(g, "W1", MG_F64, (mg_shape){2, {2, 2}});
    mg_graph_set_place(g, (mg_place){4, 13, "W1 @ x"});
    const mg_value y = mg_matmul(g, w, x);
    mg_graph_set_place(g, (mg_place){0});
    mg_graph_add_root(g, "h", y);
    mg_graph_add_update(g, "W1", w, mg_mul(g, w, mg_real(g, 0.5)));
    mg_text text;
    mg_text_init(&text, t->ctx);
    mg_graph_print(g, &text);
    assert_string_equal(mg_text_string(&text),
                        "graph f64\n"
                        "%1 = input \"x\" f64[2]\n"
                        "%2 = variable \"W1\" f64[2, 2]\n"
                        "%3 = matmul (%2, %1) {0, 0} f64[2] @4:13 \"W1 @ x\"\n"
                        "%4 = constant [0.5] f64[]\n"
                        "%5 = mul (%2, %4) f64[2, 2]\n"
                        "root \"h\" %3\n"
                        "update \"W1\" %2 <- %5\n");
    mg_text_clear(&text);
}

static void constants_of_every_type_keep_their_bits(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const double reals[] = {
        NAN, INFINITY, -INFINITY, -0.0, 0.1, 5e-324, 1.7976931348623157e308};
    const float small[] = {NAN, INFINITY, -INFINITY, 0.1f, 1e-45f, 3.4e38f};
    const int64_t wide[] = {INT64_MIN, INT64_MAX, 0, (INT64_C(1) << 53) + 1};
    const int32_t words[] = {INT32_MIN, INT32_MAX, -1};
    const uint8_t bytes[] = {0, 255}, truths[] = {1, 0};
    mg_constant(g, MG_F64, line(7), reals);
    mg_constant(g, MG_F32, line(6), small);
    const mg_value i = mg_constant(g, MG_I64, line(4), wide);
    mg_constant(g, MG_I32, line(3), words);
    mg_constant(g, MG_U8, line(2), bytes);
    mg_constant(g, MG_BOOL, line(2), truths);
    mg_constant(g, MG_F64, line(0), NULL);
    expect_round_trip(t, g);
    mg_text text;
    mg_text_init(&text, t->ctx);
    mg_graph_print(g, &text);
    mg_graph *copy = NULL;
    assert_int_equal(mg_graph_parse(t->ctx, text.data, text.length, &copy),
                     MG_OK);
    assert_memory_equal(mg_graph_node(copy, i)->data->data, wide, sizeof wide);
    assert_memory_equal(
        (const char *)mg_graph_node(copy, (mg_value){1})->data->data + 8,
        reals + 1, sizeof reals - 8);
    assert_memory_equal(
        (const char *)mg_graph_node(copy, (mg_value){2})->data->data + 4,
        small + 1, sizeof small - 4);
    mg_graph_destroy(copy);
    mg_text_clear(&text);
}

static void sub_graphs_read_back_inside_their_node(void **state)
{
    test_graph *const t = *state;
    mg_graph *inner = NULL, *outer = NULL;
    assert_int_equal(mg_graph_create(t->ctx, MG_F64, &inner), MG_OK);
    assert_int_equal(mg_graph_create(t->ctx, MG_F32, &outer), MG_OK);
    build_example(inner);
    const mg_graph *list[] = {inner, inner};
    const mg_value o = mg_input(outer, "o", MG_F32, line(1));
    const mg_extra one = {.name = "n", .n_subgraphs = 1, .subgraph = list};
    mg_apply(outer, &mg_op_name, 1, &o, &one);
    assert_int_equal(mg_graph_adopt(outer, inner), MG_OK);
    assert_int_equal(mg_graph_adopt(t->g, outer), MG_OK);
    list[1] = outer;
    const mg_value x = mg_input(t->g, "x", MG_F64, line(1));
    const mg_extra two = {.name = "m", .n_subgraphs = 2, .subgraph = list};
    assert_int_not_equal(mg_apply(t->g, &mg_op_name, 1, &x, &two).id, 0);
    expect_round_trip(t, t->g);
}

/* ---- Broken text ---- */

static void mistakes_are_named_with_their_line(void **state)
{
    test_graph *const t = *state;
    const struct {
        const char *text, *message;
    } cases[] = {
        {"", "line 1: expected graph"},
        {"graph i64\n", "line 1: expected the reals of the graph"},
        {"graph f32 %1 = foo f32[]", "line 1: an unknown operation"},
        {"graph f32\n\n%2 = input \"x\" f32[]",
         "line 3: values must be numbered 1, 2, 3, ..."},
        {"graph f32\n%1 = exp (%1) f32[]",
         "line 2: a value that was not defined above"},
        {"graph f32\n%1 = input \"x\" f32[2\n",
         "line 2: expected , between sizes"},
        {"graph f32\n%1 = input \"x\" f32[1, 1, 1, 1, 1, 1, 1, 1, 1]\n",
         "line 2: too many axes"},
        {"graph f32\n%1 = input \"x f32[]\n", "line 2: expected \""},
        {"graph f32\n%1 = input \"\\q\" f32[]\n",
         "line 2: a string holds what it may not"},
        {"graph f32\n%1 = constant [1, 2] f32[1]\n",
         "line 2: a constant with more numbers than its shape"},
        {"graph f32\n%1 = constant [1, 2] f32[3]\n",
         "line 2: a constant with fewer numbers than its shape"},
        {"graph f32\n%1 = constant [1] f32[1099511627776]\n",
         "line 2: a constant with fewer numbers than its shape"},
        {"graph f32\n%1 = constant [256] u8[]\n",
         "line 2: a number that its type does not have"},
        {"graph f32\n%1 = constant [0.5] i32[]\n",
         "line 2: a number that its type does not have"},
        {"graph f32\n%1 = constant [nan] bool[]\n",
         "line 2: a number that its type does not have"},
        {"graph f32\n%1 = input \"x\" f32[]\n%2 = exp (%1) f64[]\n",
         "line 3: a type that the operation does not give"},
        {"graph f32\n%1 = input \"x\" f32[] @0:1\n",
         "line 2: a place out of range"},
        {"graph f32\n%1 = input \"x\" f32[] f32\n",
         "line 2: more on the line than expected"},
        {"graph f32\nroot %1", "line 2: a root has a name"},
        {"graph f32\nsomething", "line 2: expected a value, root or update"},
        {"graph f32\n%1 = input \"x\" <f32\n",
         "line 3: a sub-graph that does not end"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        mg_graph *g = NULL;
        char wanted[200];
        snprintf(wanted, sizeof wanted, "graph text: %s", cases[i].message);
        assert_int_equal(parse(t, cases[i].text, &g), MG_BAD_FORMULA);
        assert_string_equal(mg_message(t->ctx), wanted);
        assert_null(g);
    }
}

static void hostile_attributes_are_refused(void **state)
{
    test_graph *const t = *state;
    static const char *const nodes[] = {
        "sum (%1) {0, 1000000} f64[]",
        "max (%1) {0, -5} f64[]",
        "argmax (%1) {0, 4611686018427387904} i64[]",
        "cumsum (%1) {99} f64[2, 3]",
        "cumsum (%1) f64[2, 3]",
        "transpose (%1) {0, 7} f64[2, 3]",
        "transpose (%1) f64[2, 3]",
        "matmul (%1, %1) f64[2, 3]",
        "slice (%1) {0} f64[2, 3]",
        "gather (%1, %1) {0} f64[2, 3]",
        "gather (%1, %1) {9223372036854775807} f64[2, 3]",
        "concat {0} f64[2, 3]",
        "random {0, 1, 1, 1, 1, 1, 1, 1, 1, 1} f64[1]",
        "random f64[]",
        "reshape (%1) {-1} f64[6]",
        "reshape (%1) {4611686018427387904, 4} f64[6]",
        "name (%1) f64[2, 3]",
        "flip (%1) {2} f64[2, 3]",
        "rows (%1, %2) {99} f64[3]",
        "one_hot (%2) {9223372036854775807} f64[]",
        "pad (%1) {1, 1, 9223372036854775807, 1, 0, 0} f64[]",
    };
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        char text[300];
        snprintf(text, sizeof text,
                 "graph f64\n%%1 = input \"x\" f64[2, 3]\n"
                 "%%2 = input \"i\" i64[]\n%%3 = %s\n",
                 nodes[i]);
        mg_graph *g = NULL;
        if (parse(t, text, &g) == MG_OK)
            fail_msg("accepted: %s", nodes[i]);
        assert_null(g);
    }
}

static void sub_graphs_nest_to_a_bound(void **state)
{
    test_graph *const t = *state;
    enum { DEPTH = 10000 };
    static const char piece[] = "%1 = name <f32\n";
    mg_text text;
    mg_text_init(&text, t->ctx);
    mg_text_puts(&text, "graph f32\n");
    for (int i = 0; i < DEPTH; i++)
        mg_text_puts(&text, piece);
    mg_graph *g = NULL;
    assert_int_equal(mg_graph_parse(t->ctx, text.data, text.length, &g),
                     MG_BAD_FORMULA);
    assert_string_equal(mg_message(t->ctx),
                        "graph text: line 18: sub-graphs nest too deep");
    mg_text_clear(&text);
}

/* Tries to read bytes; what reads must verify and print to a fixed point.
 * The copy ends where the text ends, so that reading on is seen. */
static bool try_text(const test_graph *t, const char *bytes, size_t length)
{
    char *const text = malloc(length ? length : 1);
    assert_non_null(text);
    memcpy(text, bytes, length);
    mg_graph *g = NULL;
    const mg_status status = mg_graph_parse(t->ctx, text, length, &g);
    free(text);
    assert_true((status == MG_OK) == (g != NULL));
    if (!g) {
        assert_string_not_equal(mg_message(t->ctx), "");
        return false;
    }
    assert_int_equal(mg_graph_verify(g), MG_OK);
    expect_round_trip(t, g);
    mg_graph_destroy(g);
    return true;
}

/* The text of the example with a sub-graph in it. */
static void print_example(test_graph *t, mg_text *text)
{
    mg_graph *inner = NULL;
    assert_int_equal(mg_graph_create(t->ctx, MG_F64, &inner), MG_OK);
    mg_graph_add_root(inner, "r", mg_exp(inner, mg_real(inner, 2)));
    assert_int_equal(mg_graph_adopt(t->g, inner), MG_OK);
    build_example(t->g);
    const mg_graph *list[] = {inner};
    const mg_value x = mg_input(t->g, "q", MG_F64, line(1));
    const mg_extra extra = {.name = "n", .n_subgraphs = 1, .subgraph = list};
    mg_apply(t->g, &mg_op_name, 1, &x, &extra);
    mg_text_init(text, t->ctx);
    mg_graph_print(t->g, text);
    assert_int_equal(mg_text_status(text), MG_OK);
}

static void text_may_end_anywhere(void **state)
{
    test_graph *const t = *state;
    mg_text text;
    print_example(t, &text);
    for (size_t length = 0; length < text.length; length++)
        try_text(t, text.data, length);
    assert_true(try_text(t, text.data, text.length));
    mg_text_clear(&text);
}

static void any_bit_may_be_wrong(void **state)
{
    test_graph *const t = *state;
    mg_text text;
    print_example(t, &text);
    for (size_t i = 0; i < text.length; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            const char kept = text.data[i];
            text.data[i] = (char)((unsigned char)kept ^ (1u << bit));
            try_text(t, text.data, text.length);
            text.data[i] = kept;
        }
    mg_text_clear(&text);
}

/* Pieces of the text in another order and number: closer to sense than bits. */
static void any_pieces_may_stand_together(void **state)
{
    test_graph *const t = *state;
    mg_text text, mixed;
    print_example(t, &text);
    uint32_t random = 1;
    for (int round = 0; round < 3000; round++) {
        mg_text_init(&mixed, t->ctx);
        size_t at = 0;
        while (at < text.length) {
            size_t next = at + 1;
            while (next < text.length && !strchr(" \n,", text.data[next]))
                next++;
            random = random * 1664525u + 1013904223u;
            const uint32_t choice = random >> 24;
            if (choice == 0) /* another piece */
                mg_text_append(&mixed, text.data + (random >> 8) % (at + 1),
                               next - at);
            if (choice > 1) /* else it is left out */
                mg_text_append(&mixed, text.data + at, next - at);
            if (choice == 255)
                mg_text_puts(&mixed, " 9223372036854775807");
            at = next;
        }
        try_text(t, mixed.data, mixed.length);
        mg_text_clear(&mixed);
    }
    mg_text_clear(&text);
}

/* ---- Memory ---- */

static mg_status read_and_print(mg_ctx *ctx, void *data)
{
    const mg_text *const text = data;
    mg_graph *g = NULL;
    MG_TRY(mg_graph_parse(ctx, text->data, text->length, &g));
    mg_text again;
    mg_text_init(&again, ctx);
    mg_graph_print(g, &again);
    const mg_status status = mg_text_status(&again);
    mg_text_clear(&again);
    mg_graph_destroy(g);
    return status;
}

static void memory_may_end_at_any_request(void **state)
{
    test_graph *const t = *state;
    mg_text text;
    print_example(t, &text);
    assert_true(test_every_refusal(read_and_print, &text) > 10);
    mg_text_clear(&text);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, open_graph, close_graph)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_graph_reads_back_to_the_same_text),
        TEST(the_text_is_as_documented),
        TEST(constants_of_every_type_keep_their_bits),
        TEST(sub_graphs_read_back_inside_their_node),
        TEST(mistakes_are_named_with_their_line),
        TEST(hostile_attributes_are_refused),
        TEST(sub_graphs_nest_to_a_bound),
        TEST(text_may_end_anywhere),
        TEST(any_bit_may_be_wrong),
        TEST(any_pieces_may_stand_together),
        TEST(memory_may_end_at_any_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
