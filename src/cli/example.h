/* example: what --at says about inputs and targets, as tensors. Layer cli. */
#ifndef MG_CLI_EXAMPLE_H
#define MG_CLI_EXAMPLE_H

#include "cli/command.h"
#include "formula/network.h"

/* All in the command's arena. */
typedef struct {
    size_t count;
    mg_tensor **example; /* [count][network->n_inputs]: data NULL: not given;
                          * dense and of the input's type otherwise */
} mg_given_examples;

/* Reads every --at in order: a name given again starts the next example. Any
 * mistake is MG_BAD_ARGUMENT, but for array files that cannot be read. */
mg_status mg_given_examples_read(mg_cli *cli, const mg_network *network,
                                 mg_given_examples *out);

/* Fails if there is no example, or one lacks an input that is no target; a
 * network without inputs gets its one empty example. */
mg_status mg_given_examples_complete(mg_cli *cli, const mg_network *network,
                                     mg_given_examples *examples);

#endif
