/* access: a network's parts for callers of the library, to whom it is opaque.
 * Layer formula. */
#include "formula/network.h"

#include <string.h>

const mg_graph *mg_network_graph(const mg_network *n)
{
    return n->graph;
}

mg_value mg_network_value_of(const mg_network *n, const char *name)
{
    const mg_network_input *const input = mg_network_find_input(n, name);
    const mg_network_param *const param = mg_network_find_param(n, name);
    const mg_network_value *const value = mg_network_find_value(n, name);
    if (input)
        return input->value;
    if (param)
        return param->value;
    if (value)
        return value->value;
    for (size_t i = 0; i < n->n_states; i++)
        if (strcmp(n->state[i].name, name) == 0)
            return n->state[i].value;
    if (strcmp(name, "loss") == 0)
        return n->loss;
    return strcmp(name, "penalty") == 0 ? n->penalty : (mg_value){0};
}

const char *mg_network_input_name(const mg_network *n, size_t index)
{
    return index < n->n_inputs ? n->input[index].name : NULL;
}

const char *mg_network_param_name(const mg_network *n, size_t index)
{
    return index < n->n_params ? n->param[index].name : NULL;
}

const char *mg_network_output_name(const mg_network *n, size_t index)
{
    return index < n->n_outputs ? n->output[index].name : NULL;
}

bool mg_network_is_target(const mg_network *n, size_t index)
{
    return index < n->n_inputs && n->input[index].target;
}
