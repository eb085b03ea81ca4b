/* divisions: x / c of a known number c, and x / r of a divisor r that many
 * elements of x share, become products by the inverse: a vector of divisions
 * takes as long as ten products. Of x / c the inverse is a constant, of x / r
 * it is computed once for each element of r. Either rounds once more, exactly
 * if c is a power of 2. Known inverses are normal numbers; those of r overflow
 * where |r| < 2^-128, among subnormal numbers. Layer optimise. */
#include "optimise/rewrite.h"

#include <math.h>

/* Elements that share a divisor before its inverse is worth a node. */
#define SHARED 4

/* 2^-126 to 2^126: normal floats whose inverses are too. */
static bool has_inverse(double number)
{
    return fabs(number) >= 0x1p-126 && fabs(number) <= 0x1p126;
}

static mg_value inverse_of(mg_graph *to, const mg_node *node, mg_value divisor)
{
    double number = 0;
    if (mg_constant_number(to, divisor, &number))
        return has_inverse(number) ? mg_real(to, 1 / number) : (mg_value){0};
    const mg_shape shape = mg_value_shape(to, divisor);
    const int64_t elements = mg_shape_size(&shape);
    if (elements == 0 || mg_shape_size(&node->type.shape) / elements < SHARED)
        return (mg_value){0};
    return mg_div(to, mg_real(to, 1), divisor);
}

mg_value mg_pass_divisions(const mg_rewriting *r, const mg_node *node,
                           const mg_value x[])
{
    mg_graph *const to = r->to;
    if (node->op != &mg_op_div || node->type.dtype != mg_graph_real(to))
        return (mg_value){0};
    const mg_value inverse = inverse_of(to, node, x[1]);
    if (!inverse.id)
        return (mg_value){0};
    const mg_value y = mg_mul(to, x[0], inverse);
    const mg_shape shape = mg_value_shape(to, y);
    return mg_shape_equal(&shape, &node->type.shape)
               ? y
               : mg_broadcast(to, y, &node->type.shape);
}
