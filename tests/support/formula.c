#include "support/formula.h"
#include "support/values.h"
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

static void open_formula(test_formula *t, const char *text, bool training,
                         mg_dtype real)
{
    const mg_network_options options = {
        .real = real, .training = training, .file = "test.mg"};
    *t = (test_formula){0};
    assert_int_equal(mg_ctx_create(NULL, &t->ctx), MG_OK);
    const mg_status status =
        mg_network_create(t->ctx, text, strlen(text), &options, &t->network);
    if (status != MG_OK)
        fail_msg("%s\nstatus %d: %s", text, (int)status, mg_message(t->ctx));
    if (mg_graph_verify(t->network->graph) != MG_OK)
        fail_msg("%s\n%s", text, mg_message(t->ctx));
    mg_arena_init(&t->arena, t->ctx);
}

void test_formula_open(test_formula *t, const char *text)
{
    open_formula(t, text, false, MG_F64);
}

void test_formula_open_training(test_formula *t, const char *text)
{
    open_formula(t, text, true, MG_F64);
}

void test_formula_open_f32(test_formula *t, const char *text)
{
    open_formula(t, text, false, MG_F32);
}

void test_formula_close(test_formula *t)
{
    mg_arena_clear(&t->arena);
    mg_network_destroy(t->network);
    mg_ctx_destroy(t->ctx);
}

/* The type of the leaf called so. */
static mg_type leaf_type(const test_formula *t, const char *name)
{
    const mg_graph *const g = t->network->graph;
    for (uint32_t id = 1; id <= mg_graph_size(g); id++) {
        const mg_node *const node = mg_graph_node(g, (mg_value){id});
        if (node->op->kind == MG_LEAF && node->name &&
            !strcmp(node->name, name))
            return node->type;
    }
    fail_msg("there is no leaf %s", name);
    return (mg_type){0};
}

void test_formula_feed(test_formula *t, const char *name, int64_t n,
                       const double data[])
{
    const mg_type type = leaf_type(t, name);
    mg_tensor tensor;
    assert_true(t->n_fed < TEST_FED);
    assert_int_equal(mg_shape_size(&type.shape), n);
    assert_int_equal(mg_tensor_alloc(&t->arena, type, &tensor), MG_OK);
    for (int64_t i = 0; i < n; i++)
        mg_tensor_set(&tensor, i, data[i]);
    t->fed[t->n_fed].name = name;
    t->fed[t->n_fed++].tensor = tensor;
}

static mg_status feed(void *data, const mg_node *leaf, mg_tensor *out)
{
    test_formula *const t = data;
    for (int i = 0; i < t->n_fed; i++) {
        if (!strcmp(t->fed[i].name, leaf->name)) {
            *out = t->fed[i].tensor;
            return MG_OK;
        }
    }
    for (size_t i = 0; i < t->network->n_params; i++) {
        if (strcmp(t->network->param[i].name, leaf->name) != 0)
            continue;
        MG_TRY(mg_tensor_alloc(&t->arena, leaf->type, out));
        return mg_network_init_param(t->network, i, 1, out);
    }
    return mg_fail(t->ctx, MG_BAD_ARGUMENT, "%s is not fed", leaf->name);
}

void test_formula_check_value(test_formula *t, mg_value v, int64_t n,
                              const double expected[], double tolerance)
{
    const mg_graph *const g = t->network->graph;
    mg_frame frame = {.seed = 1};
    mg_tensor *value = NULL;
    bool *const needed =
        mg_arena_alloc(&t->arena, (size_t)mg_graph_size(g) + 1, sizeof(bool));
    assert_non_null(needed);
    mg_mark_needed(g, v, needed);
    if (mg_evaluate(g, &t->arena, &frame, feed, t, needed, &value) != MG_OK)
        fail_msg("%s", mg_message(t->ctx));
    const mg_tensor *const y = &value[v.id];
    assert_int_equal(mg_shape_size(&y->type.shape), n);
    for (int64_t i = 0; i < n; i++) {
        const double actual = mg_tensor_get(y, i);
        if (!test_close(actual, expected[i], tolerance))
            fail_msg("element %d is %.17g, not %.17g", (int)i, actual,
                     expected[i]);
    }
}

void test_formula_check(test_formula *t, const char *name, int64_t n,
                        const double expected[], double tolerance)
{
    const mg_network_value *const value =
        mg_network_find_value(t->network, name);
    if (!value)
        fail_msg("there is no value %s", name);
    test_formula_check_value(t, value->value, n, expected, tolerance);
}

void test_formula_is(const char *text, double expected)
{
    test_formula t;
    char line[1000];
    assert_true(strlen(text) < 900);
    /* Integers are no values: adding a real number makes one. */
    strcpy(line, text);
    strcat(line, "\nresult = where(true, a, 0.5) + 0.0\n");
    test_formula_open(&t, line);
    test_formula_check(&t, "result", 1, &expected, 1e-12);
    test_formula_close(&t);
}

char *test_formula_report(const char *text)
{
    const mg_network_options options = {.file = "test.mg"};
    mg_ctx *ctx;
    mg_network *network = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    const mg_status status =
        mg_network_create(ctx, text, strlen(text), &options, &network);
    if (status != MG_BAD_FORMULA)
        fail_msg("%.200s\nstatus %d", text, (int)status);
    assert_null(network);
    const char *const message = mg_message(ctx);
    char *const report = malloc(strlen(message) + 1);
    assert_non_null(report);
    strcpy(report, message);
    mg_ctx_destroy(ctx);
    return report;
}
