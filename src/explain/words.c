/* words: see words.h. Layer explain. */
#include "explain/words.h"

#include <string.h>

/* Longer formulas of operands are written as dots. */
enum { LONGEST_OPERAND = 40, LONGEST_IN_RULE = 16 };

const mg_node *mg_words_origin(const mg_subject *s, mg_value v)
{
    while (s->silent[v.id])
        v = mg_graph_node(s->graph, v)->input[0];
    return mg_graph_node(s->graph, v);
}

int mg_words_width(const char *string)
{
    int width = 0;
    for (; *string; string++)
        if (((unsigned char)*string & 0xC0u) != 0x80u)
            width++;
    return width;
}

/* A name, a number, or what the formula file has; NULL if there is nothing
 * short to say. */
static const char *short_text(const mg_node *node, int longest)
{
    if (node->name)
        return node->name;
    const char *const formula = node->place.formula;
    return formula && mg_words_width(formula) <= longest ? formula : NULL;
}

static bool is_number(const mg_node *node)
{
    return node->data && node->type.shape.rank == 0;
}

static void put_number(const mg_node *node, mg_text *text)
{
    mg_text_real(text, mg_tensor_get(node->data, 0),
                 node->type.dtype == MG_F32 ? 9 : 17);
}

void mg_words_operand(const mg_subject *s, mg_value operand, mg_text *text)
{
    const mg_node *const node = mg_words_origin(s, operand);
    const char *const words = short_text(node, LONGEST_OPERAND);
    if (is_number(node))
        put_number(node, text);
    else
        mg_text_puts(text, words ? words : "…");
}

void mg_words_formula(const mg_subject *s, const mg_node *node, mg_text *text)
{
    if (node->place.formula) {
        mg_text_puts(text, node->place.formula);
        return;
    }
    mg_text_printf(text, "%s(", node->op->name);
    for (int i = 0; i < node->n_inputs; i++) {
        mg_text_puts(text, i ? ", " : "");
        mg_words_operand(s, node->input[i], text);
    }
    mg_text_puts(text, ")");
}

/* ---- Rules ---- */

static bool name_is_taken(const mg_subject *s, const char *name)
{
    return mg_network_find_input(s->network, name) ||
           mg_network_find_param(s->network, name) ||
           mg_network_find_value(s->network, name);
}

/* One small letter for a vector becomes the large one for the matrix. */
static bool put_large(const mg_subject *s, const mg_node *node, mg_text *text)
{
    const char *const name = node->name;
    if (!name || name[0] < 'a' || name[0] > 'z' || name[1] ||
        node->type.shape.rank != 1 || !s->each[node->self.id])
        return false;
    const char large[2] = {(char)(name[0] - 'a' + 'A'), 0};
    if (name_is_taken(s, large))
        return false;
    mg_text_puts(text, large);
    return true;
}

/* Whether a formula needs no brackets inside another. */
static bool is_atom(const char *words)
{
    for (const char *c = words; *c; c++) {
        const unsigned char byte = (unsigned char)*c;
        const bool letter = (byte >= 'a' && byte <= 'z') ||
                            (byte >= 'A' && byte <= 'Z') || byte >= 0x80;
        if (!letter && !(byte >= '0' && byte <= '9') && byte != '.' &&
            byte != '_')
            return false;
    }
    return true;
}

/* What stands for an operand with a long formula. */
static const char *stand_in(const mg_node *node, int index)
{
    if (node->n_inputs != 2)
        return "(…)";
    return index == 0 ? "(left)" : "(right)";
}

/* In brackets unless it is one word or stands in brackets already. True if it
 * became a large letter. */
static bool put_operand(const mg_subject *s, const mg_node *node, int index,
                        bool together, bool bracketed, mg_text *text)
{
    const mg_node *const x = mg_words_origin(s, node->input[index]);
    if (together && put_large(s, x, text))
        return true;
    const char *const words = short_text(x, LONGEST_IN_RULE);
    if (is_number(x))
        put_number(x, text);
    else if (!words)
        mg_text_puts(text, stand_in(node, index));
    else if (bracketed || is_atom(words))
        mg_text_puts(text, words);
    else
        mg_text_printf(text, "(%s)", words);
    return false;
}

/* The rule's template; an op of any number of operands has its last one for
 * all that follow. */
static const char *template_of(const mg_node *node, int index)
{
    const int own = index < MG_MAX_RULES ? index : MG_MAX_RULES - 1;
    const char *const words = node->op->rule[own];
    return words ? words : "no gradient";
}

/* Fills in the template; true if a large letter stands in it. */
static bool put_rule(const mg_subject *s, const mg_node *node, int index,
                     bool together, mg_text *text)
{
    bool large = false;
    const char *const template = template_of(node, index);
    const char *rest = template;
    while (*rest) {
        const size_t plain = strcspn(rest, "{");
        mg_text_append(text, rest, plain);
        rest += plain;
        if (!*rest)
            break;
        int operand = rest[1] - '0';
        if (operand == MG_MAX_RULES - 1 && index > operand)
            operand = index;
        if (operand >= 0 && operand < node->n_inputs && rest[2] == '}') {
            const bool bracketed =
                rest > template && rest[-1] == '(' && rest[3] == ')';
            large |= put_operand(s, node, operand, together, bracketed, text);
            rest += 3;
        } else {
            mg_text_append(text, rest++, 1);
        }
    }
    return large;
}

void mg_words_rule(const mg_subject *s, const mg_node *node, int index,
                   bool together, mg_text *text)
{
    const mg_value x = node->input[index];
    const bool large = put_rule(s, node, index, together, text);
    const mg_shape shape = mg_value_shape(s->graph, x);
    if (!mg_dtype_is_real(mg_value_type(s->graph, x).dtype) || !node->op->vjp ||
        s->constant[x.id])
        return;
    if (node->op->kind == MG_ELEMENTWISE &&
        !mg_shape_equal(&shape, &node->type.shape))
        mg_text_puts(text, ", summed where it was repeated");
    if (together && !large && s->each[node->self.id] && !s->each[x.id])
        mg_text_puts(text, ", summed over the examples");
}
