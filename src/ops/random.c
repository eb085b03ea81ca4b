/* random: uniform numbers in [0, 1), anew for every example and step. The
 * number of an element depends on (seed, call, step, element) alone. */
#include "ops/draw.h"

mg_value mg_random(mg_graph *g, int64_t call, const mg_shape *shape)
{
    return mg_draw(g, &mg_op_random, call, shape);
}

static void random_reference(mg_frame *frame, const mg_node *node,
                             const mg_tensor x[], const mg_tensor *y)
{
    (void)x;
    const mg_stream stream = mg_draw_stream(frame, node->attr[0]);
    const int64_t n = mg_shape_size(&y->type.shape);
    for (int64_t i = 0; i < n; i++)
        mg_tensor_set(y, i, mg_random_uniform(&stream, (uint64_t)i));
}

/* Built by the formula language itself, which numbers the calls. */
static const mg_param random_params[] = {
    {.name = "shape", .kind = MG_PARAM_INTS},
    {.kind = MG_PARAM_END},
};

static const char *const random_examples[] = {
    "x[m,n]: x * random((m, n))",
    NULL,
};

const mg_op mg_op_random = {
    .name = "random",
    .formula = "y ~ uniform(0, 1)",
    .doc = "Uniform numbers in [0, 1) of the given shape; each call draws its "
           "own, anew for every example and step.",
    .kind = MG_OTHER,
    .attrs = "call, shape...",
    .type = mg_draw_type,
    .no_gradient = "it has no operands",
    .batch = mg_draw_batch,
    .reference = random_reference,
    .onnx = {"RandomUniform", 1},
    .params = random_params,
    .draws = true,
    .by_place = true,
    .examples = random_examples,
};
