/* class_names: outputs as classes. Layer cli. */
#include "cli/class_names.h"

#include <math.h>

/* The only label of n classes whose names the data had, or some of them; or
 * NULL. */
static const mg_schema_input *find_label(const mg_model *model, int64_t n)
{
    const mg_schema *const schema = &model->schema;
    const mg_schema_input *found = NULL;
    for (size_t i = 0; i < schema->n; i++) {
        const mg_schema_input *input = &schema->input[i];
        const mg_network_input *const label =
            mg_network_find_input(model->network, input->name);
        if (n < 1 || input->n_classes == 0 || !label || label->classes != n)
            continue;
        if (found)
            return NULL;
        found = input;
    }
    return found;
}

/* What an argmax over a vector counts, or 0. */
static int64_t counted(const mg_graph *g, mg_value value)
{
    const mg_node *node = mg_graph_node(g, value);
    while (node->op == &mg_op_name || node->op == &mg_op_cast)
        node = mg_graph_node(g, node->input[0]);
    if (node->op != &mg_op_argmax && node->op != &mg_op_argmin)
        return 0;
    const mg_shape shape = mg_value_shape(g, node->input[0]);
    return shape.rank == 1 ? shape.dim[0] : 0;
}

const mg_schema_input *mg_output_classes(const mg_model *model, size_t index)
{
    const mg_graph *g = model->network->graph;
    const mg_value value = model->network->output[index].value;
    const mg_type type = mg_value_type(g, value);
    const bool real = !mg_dtype_is_integer(type.dtype);
    return find_label(model,
                      real ? mg_shape_size(&type.shape) : counted(g, value));
}

const char *mg_class_of(const mg_schema_input *classes, const mg_tensor *output)
{
    const int64_t n = mg_shape_size(&output->type.shape);
    double best = n == 1 ? mg_tensor_get(output, 0) : 0;
    if (n > 1) {
        double most = mg_tensor_get(output, 0);
        for (int64_t i = 1; i < n; i++) {
            const double value = mg_tensor_get(output, i);
            if (isnan(value) || isnan(most))
                return NULL;
            if (value > most) {
                most = value;
                best = (double)i;
            }
        }
    }
    return best >= 0 && best < (double)classes->n_classes
               ? classes->label[(size_t)best]
               : NULL;
}
