/* print: the text form of a graph, which parse.c reads back. One node a line:
 *   %4 = OP "name" (%1, %2) {attributes} [data] <sub-graphs> f32[2] @4:13 "W x"
 * where the parts between the op and the type stand only if there are any.
 * Layer graph. */
#include "graph/op.h"

#include <string.h>

static void print_string(mg_text *text, const char *string)
{
    mg_text_puts(text, "\"");
    for (const char *c = string; *c; c++) {
        const unsigned char byte = (unsigned char)*c;
        if (byte == '"' || byte == '\\')
            mg_text_printf(text, "\\%c", byte);
        else if (byte < ' ')
            mg_text_printf(text, "\\x%02x", byte);
        else
            mg_text_append(text, c, 1);
    }
    mg_text_puts(text, "\"");
}

static void print_inputs(mg_text *text, const mg_node *node)
{
    for (int i = 0; i < node->n_inputs; i++)
        mg_text_printf(text, "%s%%%u", i ? ", " : " (", node->input[i].id);
    if (node->n_inputs)
        mg_text_puts(text, ")");
}

static void print_attrs(mg_text *text, const mg_node *node)
{
    for (int i = 0; i < node->n_attrs; i++)
        mg_text_printf(text, "%s%lld", i ? ", " : " {",
                       (long long)node->attr[i]);
    if (node->n_attrs)
        mg_text_puts(text, "}");
}

static void print_data(mg_text *text, const mg_node *node)
{
    if (!node->data)
        return;
    const mg_dtype dtype = node->type.dtype;
    const int64_t n = mg_shape_size(&node->type.shape);
    mg_text_puts(text, " [");
    for (int64_t i = 0; i < n; i++) {
        if (i)
            mg_text_puts(text, ", ");
        if (dtype == MG_I64)
            mg_text_printf(text, "%lld",
                           (long long)((const int64_t *)node->data->data)[i]);
        else
            mg_text_real(text, mg_tensor_get(node->data, i),
                         dtype == MG_F32 ? 9 : 17);
    }
    mg_text_puts(text, "]");
}

static void print_graph(const mg_graph *g, mg_text *text);

static void print_subgraphs(mg_text *text, const mg_node *node)
{
    for (int i = 0; i < node->n_subgraphs; i++) {
        mg_text_printf(text, " <%s\n",
                       mg_dtype_name(mg_graph_real(node->subgraph[i])));
        print_graph(node->subgraph[i], text);
        mg_text_puts(text, ">");
    }
}

static void print_type(mg_text *text, const mg_type *type)
{
    mg_text_printf(text, " %s", mg_dtype_name(type->dtype));
    mg_text_shape(text, &type->shape);
}

static void print_node(mg_text *text, const mg_node *node)
{
    mg_text_printf(text, "%%%u = %s", node->self.id, node->op->name);
    if (node->name) {
        mg_text_puts(text, " ");
        print_string(text, node->name);
    }
    print_inputs(text, node);
    print_attrs(text, node);
    print_data(text, node);
    print_subgraphs(text, node);
    print_type(text, &node->type);
    if (node->place.line)
        mg_text_printf(text, " @%d:%d", node->place.line, node->place.column);
    if (node->place.formula) {
        mg_text_puts(text, " ");
        print_string(text, node->place.formula);
    }
    mg_text_puts(text, "\n");
}

static void print_root(mg_text *text, const mg_root *root)
{
    mg_text_puts(text, root->variable.id ? "update " : "root ");
    print_string(text, root->name);
    if (root->variable.id)
        mg_text_printf(text, " %%%u <-", root->variable.id);
    mg_text_printf(text, " %%%u\n", root->value.id);
}

static void print_graph(const mg_graph *g, mg_text *text)
{
    for (uint32_t id = 1; id <= mg_graph_size(g); id++)
        print_node(text, mg_graph_node(g, (mg_value){id}));
    for (size_t i = 0; i < mg_graph_root_count(g); i++)
        print_root(text, mg_graph_root(g, i));
}

void mg_graph_print(const mg_graph *g, mg_text *text)
{
    mg_text_printf(text, "graph %s\n", mg_dtype_name(mg_graph_real(g)));
    print_graph(g, text);
}

const char *mg_graph_text(mg_graph *g)
{
    mg_text text;
    mg_text_init(&text, mg_graph_ctx(g));
    mg_graph_print(g, &text);
    const char *copy = NULL;
    if (mg_text_status(&text) == MG_OK)
        copy = mg_arena_string(mg_graph_arena(g), mg_text_string(&text),
                               text.length);
    mg_text_clear(&text);
    return copy;
}
