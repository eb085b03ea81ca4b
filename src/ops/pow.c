/* pow: y = a^b, by element with broadcasting.
 *   vjp: da = dy b a^(b-1), db = dy log(a) y, each summed over the axes it
 *   broadcast. The factor b is strong: x^0 has slope 0 at x = 0 too; 0^b has
 *   slope 0 by b for b > 0. Layer ops. */
#include <math.h>

#include "graph/op.h"

/* A number of the text, converted or not: nobody asks for its gradient. */
static bool is_literal(const mg_graph *g, mg_value v)
{
    if (v.id == 0)
        return false;
    const mg_node *node = mg_graph_node(g, v);
    if (node->op == &mg_op_cast)
        node = mg_graph_node(g, node->input[0]);
    return node->op == &mg_op_constant;
}

/* Whether an integer to this exponent stays an integer. */
static bool is_natural(const mg_graph *g, mg_value b)
{
    if (!is_literal(g, b) || mg_value_type(g, b).dtype == MG_BOOL)
        return false;
    const mg_tensor *const data = mg_graph_node(g, b)->data;
    bool natural = data && mg_dtype_is_integer(data->type.dtype);
    const int64_t size = natural ? mg_shape_size(&data->type.shape) : 0;
    for (int64_t i = 0; i < size; i++)
        natural = natural && mg_tensor_get(data, i) >= 0;
    return natural;
}

mg_value mg_pow(mg_graph *g, mg_value a, mg_value b)
{
    const mg_dtype dtype = mg_value_type(g, a).dtype;
    mg_value base = a;
    if (!mg_dtype_is_real(dtype) && !is_natural(g, b))
        base = mg_cast_to(g, a, mg_graph_real(g));
    const mg_value input[] = {base, b};
    return mg_apply(g, &mg_op_pow, 2, input, NULL);
}

static void pow_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value a = y->input[0], b = y->input[1];
    const mg_value less = mg_sub(g, b, mg_real(g, 1));
    const mg_value slope = mg_strong_mul(g, b, mg_pow(g, a, less));
    dx[0] = mg_sum_like(g, mg_strong_mul(g, dy, slope), a);
    if (is_literal(g, b))
        return;
    const mg_value zero = mg_real(g, 0);
    const mg_value flat =
        mg_logical_and(g, mg_equal(g, a, zero), mg_less(g, zero, b));
    const mg_value steep = mg_mul(g, mg_log(g, a), y->self);
    const mg_value by_b = mg_where(g, flat, zero, steep);
    dx[1] = mg_sum_like(g, mg_strong_mul(g, dy, by_b), b);
}

static double pow_scalar(const double x[])
{
    return pow(x[0], x[1]);
}

static const char *const examples[] = {
    "x[m,n]: x^2",
    "x[m,n], y[n]: x^y",
    "x[m,1], y[n]: x^y",
    "x, y[n]: x^y",
    "x[n]: x^3 + x^1 + x^0 + x^-1",
    "x[n], i[n] int 4: x^i",
    "i[n] int 5: i^3",
    NULL,
};

const mg_op mg_op_pow = {
    .name = "pow",
    .formula = "y = a^b",
    .doc = "Power by element. An integer to an integer number of the text "
           "from 0 on stays an integer.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 2,
    .type = mg_type_elementwise,
    .vjp = pow_vjp,
    .rule = {"G ⊙ {1} ⊙ {0}^({1} − 1)", "G ⊙ log({0}) ⊙ y"},
    .batch = mg_batch_elementwise,
    .scalar = pow_scalar,
    .onnx = {"Pow", 13},
    .domain = {0.2, 2},
    .examples = examples,
};
