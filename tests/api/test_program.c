/* What a program may count on that embeds a model: names and types of what it
 * takes and gives, weights that it may see and set, and the same answers from a
 * saved model, from a plan, one by one and among many. Nothing but the public
 * header is used. */
#include "matgrad/matgrad.h"
#include "support/folder.h"
#include "test.h"

#include <string.h>

static mg_model *model_of(mg_ctx *ctx, const char *formula)
{
    mg_model *model = NULL;
    const mg_status status =
        mg_model_create(ctx, formula, strlen(formula), NULL, &model);
    if (status != MG_OK)
        print_message("%s\n", mg_message(ctx));
    assert_int_equal(status, MG_OK);
    return model;
}

static int set_up(void **state)
{
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    *state = ctx;
    return 0;
}

static int tear_down(void **state)
{
    mg_ctx_destroy(*state);
    return 0;
}

static void weights_are_seen_and_set(void **state)
{
    mg_model *const model = model_of(*state, "input x[2]\n"
                                             "param W[2] = [1, 2]\n"
                                             "output z = W @ x\n");
    const float x[2] = {3, 4};
    float z = 0;
    const mg_tensor weight = mg_model_weight(model, "W");
    assert_int_equal(weight.type.dtype, MG_F32);
    assert_int_equal(weight.type.shape.rank, 1);
    assert_int_equal(weight.type.shape.dim[0], 2);
    float *const W = weight.data;
    assert_true(W[0] == 1 && W[1] == 2);
    assert_null(mg_model_weight(model, "nothing").data);
    assert_int_equal(
        mg_model_predict_one(model, (const void *[]){x}, (void *[]){&z}),
        MG_OK);
    assert_true(z == 11);
    W[0] = 10;
    assert_int_equal(
        mg_model_predict_one(model, (const void *[]){x}, (void *[]){&z}),
        MG_OK);
    assert_true(z == 38);
    mg_model_destroy(model);
}

static void names_and_types_are_told(void **state)
{
    mg_model *const model = model_of(*state, "target c class 5\n"
                                             "input x[2,3]\n"
                                             "z = dense(flatten(x), 5)\n"
                                             "output p = softmax(z)\n"
                                             "loss = cross_entropy(z, c)\n");
    const mg_network *const n = mg_model_network(model);
    assert_string_equal(mg_network_input_name(n, 0), "c");
    assert_string_equal(mg_network_input_name(n, 1), "x");
    assert_null(mg_network_input_name(n, 2));
    assert_true(mg_network_is_target(n, 0));
    assert_false(mg_network_is_target(n, 1));
    assert_false(mg_network_is_target(n, 2));
    assert_string_equal(mg_network_param_name(n, 0), "z.dense.W");
    assert_string_equal(mg_network_output_name(n, 0), "p");
    assert_null(mg_network_output_name(n, 1));
    const mg_type c =
        mg_value_type(mg_network_graph(n), mg_network_value_of(n, "c"));
    const mg_type p =
        mg_value_type(mg_network_graph(n), mg_network_value_of(n, "p"));
    assert_int_equal(c.dtype, MG_I64);
    assert_int_equal(c.shape.rank, 0);
    assert_int_equal(p.dtype, MG_F32);
    assert_int_equal(p.shape.dim[0], 5);
    assert_int_equal(mg_network_value_of(n, "nothing").id, 0);
    mg_model_destroy(model);
}

/* The plan's answers for two examples. */
static void serve(mg_ctx *ctx, mg_model *model, float x[2][3], float z[2][2])
{
    mg_plan *plan = NULL;
    mg_session *session = NULL;
    assert_int_equal(mg_model_compile(model, 2, &plan), MG_OK);
    assert_int_equal(mg_session_create(ctx, plan, &session), MG_OK);
    assert_int_equal(mg_model_bind(model, session), MG_OK);
    assert_int_equal(mg_session_bind(session, "x", x), MG_OK);
    assert_int_equal(mg_session_run(session), MG_OK);
    const mg_tensor result = mg_session_result(session, "z");
    assert_int_equal(result.type.shape.rank, 2);
    memcpy(z, result.data, 4 * sizeof(float));
    mg_session_destroy(session);
    mg_plan_destroy(plan);
}

static mg_status keep(void *user, int64_t example, const mg_tensor outputs[])
{
    memcpy((float *)user + 2 * example, outputs[0].data, 2 * sizeof(float));
    return MG_OK;
}

static void near(const float a[2][2], const float b[2][2])
{
    for (int i = 0; i < 4; i++)
        assert_float_equal(a[i / 2][i % 2], b[i / 2][i % 2], 1e-5);
}

static void answers_are_the_same_on_every_way(void **state)
{
    mg_ctx *const ctx = *state;
    float x[2][3] = {{1, 2, 3}, {-1, 0.5f, 2}};
    float many[2][2], one[2][2], served[2][2], again[2][2];
    const mg_data_array array = {"x", {MG_F32, {1, {3}}}, x};
    test_folder folder;
    mg_dataset *data = NULL;
    mg_model *opened = NULL;
    mg_model *const model =
        model_of(ctx, "input x[3]\noutput z = dense(gelu(dense(x, 7)), 2)\n");
    assert_int_equal(mg_data_from_arrays(ctx, 2, 1, &array, &data), MG_OK);
    assert_int_equal(mg_model_predict(model, data, keep, many), MG_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(mg_model_predict_one(model, (const void *[]){x[i]},
                                              (void *[]){one[i]}),
                         MG_OK);
    serve(ctx, model, x, served);
    test_folder_create(&folder);
    const char *const path = test_path(&folder, "net.safetensors");
    assert_int_equal(mg_model_save(model, path), MG_OK);
    assert_int_equal(mg_model_open(ctx, path, NULL, &opened), MG_OK);
    assert_int_equal(mg_model_predict(opened, data, keep, again), MG_OK);
    assert_true(many[0][0] != many[1][0]);
    near(many, one);
    near(many, served);
    assert_memory_equal(many, again, sizeof many);
    mg_model_destroy(opened);
    mg_model_destroy(model);
    mg_dataset_destroy(data);
    test_folder_remove(&folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(weights_are_seen_and_set),
        TEST(names_and_types_are_told),
        TEST(answers_are_the_same_on_every_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
