/* A formula file, as in training: every text is a network or a report. What
 * was read prints to a graph that reads back. */
#include "formula/network.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* Constants print as text, which is not what is looked for here. */
static bool is_small(const mg_graph *g)
{
    int64_t elements = 0;
    for (uint32_t id = 1; id <= mg_graph_size(g); id++) {
        const mg_node *const node = mg_graph_node(g, (mg_value){id});
        if (node->data)
            elements += mg_shape_size(&node->type.shape);
        if (elements > 1000)
            return false;
    }
    return true;
}

static void round_trip(mg_ctx *ctx, const mg_graph *g)
{
    mg_text first, second;
    mg_graph *copy = NULL;
    mg_text_init(&first, ctx);
    mg_text_init(&second, ctx);
    mg_graph_print(g, &first);
    if (!first.failed) {
        fuzz_require(fuzz_worked(ctx, mg_graph_parse(ctx, first.data,
                                                     first.length, &copy)),
                     "a network's graph reads back");
        mg_graph_print(copy, &second);
        fuzz_require(strcmp(mg_text_string(&first), mg_text_string(&second)) ==
                         0,
                     "a graph that was read back prints the same");
        mg_graph_destroy(copy);
    }
    mg_text_clear(&second);
    mg_text_clear(&first);
}

void fuzz_target(mg_ctx *ctx, const char *text, size_t length)
{
    const mg_network_options options = {.training = true};
    mg_network *network = NULL;
    if (!fuzz_worked(ctx,
                     mg_network_create(ctx, text, length, &options, &network)))
        return;
    if (is_small(network->graph))
        round_trip(ctx, network->graph);
    mg_network_destroy(network);
}
