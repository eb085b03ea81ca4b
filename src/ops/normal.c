/* normal: standard normal numbers, anew for every example and step. The
 * number of an element depends on (seed, call, step, element) alone. */
#include "ops/draw.h"

mg_value mg_normal(mg_graph *g, int64_t call, const mg_shape *shape)
{
    return mg_draw(g, &mg_op_normal, call, shape);
}

static void normal_reference(mg_frame *frame, const mg_node *node,
                             const mg_tensor x[], const mg_tensor *y)
{
    (void)x;
    const mg_stream stream = mg_draw_stream(frame, node->attr[0]);
    const int64_t n = mg_shape_size(&y->type.shape);
    for (int64_t i = 0; i < n; i++)
        mg_tensor_set(y, i, mg_random_normal(&stream, (uint64_t)i));
}

/* Built by the formula language itself, which numbers the calls. */
static const mg_param normal_params[] = {
    {.name = "shape", .kind = MG_PARAM_INTS},
    {.kind = MG_PARAM_END},
};

static const char *const normal_examples[] = {
    "x[m,n]: x + normal((m, n))",
    NULL,
};

const mg_op mg_op_normal = {
    .name = "normal",
    .formula = "y ~ N(0, 1)",
    .doc = "Standard normal numbers of the given shape; each call draws its "
           "own, anew for every example and step.",
    .kind = MG_OTHER,
    .attrs = "call, shape...",
    .type = mg_draw_type,
    .no_gradient = "it has no operands",
    .batch = mg_draw_batch,
    .reference = normal_reference,
    .onnx = {"RandomNormal", 1},
    .params = normal_params,
    .draws = true,
    .examples = normal_examples,
};
