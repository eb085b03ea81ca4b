#include "support/values.h"

#include "derive/derive.h"
#include "test.h"

#include <math.h>

void test_graph_open(test_graph *t)
{
    *t = (test_graph){0};
    assert_int_equal(mg_ctx_create(NULL, &t->ctx), MG_OK);
    assert_int_equal(mg_graph_create(t->ctx, MG_F64, &t->g), MG_OK);
    mg_arena_init(&t->arena, t->ctx);
}

void test_graph_close(test_graph *t)
{
    mg_arena_clear(&t->arena);
    mg_graph_destroy(t->g);
    mg_ctx_destroy(t->ctx);
}

mg_value test_table(test_graph *t, mg_shape shape, const double data[])
{
    const mg_value x = mg_constant(t->g, MG_F64, shape, data);
    return mg_name(t->g, x, "x");
}

mg_value test_reals(test_graph *t, int64_t n, const double data[])
{
    return test_table(t, mg_shape_of(1, &n), data);
}

mg_value test_integers(test_graph *t, int64_t n, const int64_t data[])
{
    const mg_value x = mg_constant(t->g, MG_I64, mg_shape_of(1, &n), data);
    return mg_name(t->g, x, "i");
}

mg_value test_slope(test_graph *t, mg_value y, mg_value x)
{
    mg_value slope = {0};
    const mg_value loss = mg_sum(t->g, y, -1, NULL, false);
    const mg_status status = mg_gradient(t->g, loss, 1, &x, &slope);
    if (status != MG_OK)
        fail_msg("%s", mg_message(t->ctx));
    return slope;
}

bool test_close(double a, double b, double tolerance)
{
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b);
    if (isinf(a) || isinf(b) || tolerance <= 0)
        return a == b;
    return fabs(a - b) <= tolerance * fmax(1, fmax(fabs(a), fabs(b)));
}

void test_check(test_graph *t, mg_value v, int64_t n, const double expected[],
                double tolerance)
{
    mg_tensor tensor;
    if (mg_graph_status(t->g) != MG_OK ||
        mg_evaluate_constant(t->g, v, &t->arena, &tensor) != MG_OK)
        fail_msg("%s", mg_message(t->ctx));
    assert_int_equal(mg_shape_size(&tensor.type.shape), n);
    for (int64_t i = 0; i < n; i++) {
        const double found = mg_tensor_get(&tensor, i);
        if (!test_close(found, expected[i], tolerance))
            fail_msg("element %lld is %.17g instead of %.17g", (long long)i,
                     found, expected[i]);
    }
}

void test_check_type(const test_graph *t, mg_value v, mg_dtype dtype,
                     mg_shape shape)
{
    const mg_type type = mg_value_type(t->g, v);
    char found[MG_SHAPE_TEXT_SIZE], wanted[MG_SHAPE_TEXT_SIZE];
    assert_int_not_equal(v.id, 0);
    assert_string_equal(mg_dtype_name(type.dtype), mg_dtype_name(dtype));
    assert_string_equal(mg_shape_text(&type.shape, found),
                        mg_shape_text(&shape, wanted));
}

void test_check_failure(test_graph *t, mg_value v, const char *message)
{
    assert_int_equal(v.id, 0);
    assert_int_not_equal(mg_graph_status(t->g), MG_OK);
    assert_string_equal(mg_message(t->ctx), message);
    mg_graph_forgive(t->g);
}
