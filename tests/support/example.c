#include "support/example.h"

#include "test.h"

#include <ctype.h>
#include <string.h>

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Whether a letter alone stands at text[i]. */
static bool is_single(const char *text, size_t i)
{
    return isalpha((unsigned char)text[i]) && !is_word(text[i + 1]) &&
           (i == 0 || !is_word(text[i - 1]));
}

/* An input's name opens the text or follows a comma outside brackets. */
static bool is_input(const char *text, char letter)
{
    int depth = 0;
    bool opens = true;
    for (size_t i = 0; text[i] && text[i] != ':'; i++) {
        depth += text[i] == '[' ? 1 : text[i] == ']' ? -1 : 0;
        if (opens && text[i] == letter && is_single(text, i))
            return true;
        if (text[i] != ' ')
            opens = depth == 0 && text[i] == ',';
    }
    return false;
}

static int find_letter(const test_example *e, char letter)
{
    for (int i = 0; i < e->n_letters; i++)
        if (e->letter[i] == letter)
            return i;
    return -1;
}

static void read_letters(test_example *e)
{
    const char *const text = e->text;
    for (size_t i = 0; text[i]; i++) {
        if (!is_single(text, i) || is_input(text, text[i]))
            continue;
        int at = find_letter(e, text[i]);
        if (at < 0) {
            assert_true(e->n_letters < TEST_LETTERS);
            at = e->n_letters++;
            e->letter[at] = text[i];
        }
        if (text[i + 1] == '>' && text[i + 2] == '0')
            e->positive[at] = true;
    }
}

test_example test_example_read(const char *text)
{
    test_example e = {.text = text, .inputs = text};
    const char *const colon = strchr(text, ':');
    assert_non_null(colon);
    if (!colon)
        return e;
    e.expression = colon + 1;
    read_letters(&e);
    const char *end = colon;
    while (end - text >= 3 && memcmp(end - 2, ">0", 2) == 0) {
        end -= 3;
        while (end > text && end[-1] == ' ')
            end--;
    }
    e.inputs_length = (size_t)(end - text);
    return e;
}

static int64_t range(const test_example *e, int letter)
{
    return e->positive[letter] ? TEST_LARGEST : TEST_LARGEST + 1;
}

int64_t test_example_choices(const test_example *e)
{
    int64_t choices = 1;
    for (int i = 0; i < e->n_letters; i++)
        choices *= range(e, i);
    return choices;
}

void test_example_sizes(const test_example *e, int64_t choice,
                        int64_t size[TEST_LETTERS])
{
    for (int i = 0; i < e->n_letters; i++) {
        size[i] = choice % range(e, i) + (e->positive[i] ? 1 : 0);
        choice /= range(e, i);
    }
}

/* "m = 3", "input x[m,n]", ..., "output out = x + y". */
static void write_source(mg_text *text, const test_example *e,
                         const int64_t size[])
{
    for (int i = 0; i < e->n_letters; i++)
        mg_text_printf(text, "%c = %lld\n", e->letter[i], (long long)size[i]);
    int depth = 0;
    for (size_t i = 0; i < e->inputs_length; i++) {
        const char c = e->inputs[i];
        depth += c == '[' ? 1 : c == ']' ? -1 : 0;
        if (i == 0)
            mg_text_puts(text, "input ");
        if (depth == 0 && c == ',')
            mg_text_puts(text, "\ninput ");
        else
            mg_text_append(text, &c, 1);
    }
    mg_text_printf(text, "\noutput out = %s\n", e->expression);
}

mg_network *test_example_network(mg_ctx *ctx, const test_example *e,
                                 const int64_t size[])
{
    mg_text text;
    mg_text_init(&text, ctx);
    write_source(&text, e, size);
    mg_network *network = NULL;
    const mg_network_options options = {.real = MG_F64, .file = "example"};
    if (mg_text_status(&text) != MG_OK ||
        mg_network_create(ctx, text.data, text.length, &options, &network) !=
            MG_OK)
        fail_msg("%s\n%s\n%s", e->text, mg_text_string(&text), mg_message(ctx));
    mg_text_clear(&text);
    assert_non_null(network);
    return network;
}

/* A grid of 1000 cells over the domain; every number drawn has a cell of its
 * own and stands near the middle of it, so that neither comparisons nor steps
 * at simple fractions of the domain lie within a difference quotient. */
#define CELLS 1000

void test_feed_fill(test_feed *feed, const mg_network *network, mg_arena *arena,
                    const double domain[2], const mg_stream *random)
{
    const bool given = domain[0] < domain[1];
    const double low = given ? domain[0] : -2, high = given ? domain[1] : 2;
    int64_t cell[CELLS];
    mg_random_permutation(random, CELLS, cell);
    uint64_t drawn = 0;
    assert_true(network->n_inputs <= TEST_INPUTS);
    feed->n = (int)network->n_inputs;
    for (int i = 0; i < feed->n; i++) {
        const mg_network_input *const input = &network->input[i];
        mg_tensor *const tensor = &feed->tensor[i];
        feed->name[i] = input->name;
        const mg_type type = mg_value_type(network->graph, input->value);
        assert_int_equal(mg_tensor_alloc(arena, type, tensor), MG_OK);
        const int64_t n = mg_shape_size(&type.shape);
        for (int64_t k = 0; k < n; k++, drawn++) {
            assert_true(drawn < CELLS);
            const uint64_t at = CELLS + drawn;
            const double jitter = 0.1 * mg_random_uniform(random, at) - 0.05;
            const double part = ((double)cell[drawn] + 0.5 + jitter) / CELLS;
            const uint64_t classes = (uint64_t)input->classes;
            const double value =
                classes ? (double)mg_random_below(random, at, classes)
                        : low + (high - low) * part;
            mg_tensor_set(tensor, k, value);
        }
    }
}

mg_status test_feed_leaf(void *data, const mg_node *leaf, mg_tensor *out)
{
    const test_feed *const feed = data;
    for (int i = 0; i < feed->n; i++)
        if (leaf->name && strcmp(leaf->name, feed->name[i]) == 0) {
            *out = feed->tensor[i];
            return MG_OK;
        }
    fail_msg("no data for %s", leaf->name ? leaf->name : leaf->op->name);
    return MG_OK;
}
