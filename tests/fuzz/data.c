#include "tests/fuzz/data.h"

#include "data/examples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMULAS_MOST 4
#define ROWS_MOST 64

/* Networks are the same for every input, so they are made once, in a context
 * of their own. */
static const mg_network *network_of(size_t number, const char *formula)
{
    static mg_ctx *ctx;
    static mg_network *network[FORMULAS_MOST];
    if (!ctx)
        fuzz_require(mg_ctx_create(NULL, &ctx) == MG_OK, "a context");
    if (!network[number])
        fuzz_require(mg_network_create(ctx, formula, strlen(formula), NULL,
                                       &network[number]) == MG_OK,
                     mg_message(ctx));
    return network[number];
}

static void gather(mg_ctx *ctx, const mg_examples *examples)
{
    int64_t rows[ROWS_MOST];
    const int64_t n = examples->rows < ROWS_MOST ? examples->rows : ROWS_MOST;
    for (int64_t i = 0; i < n; i++)
        rows[i] = examples->rows - 1 - i;
    for (size_t i = 0; i < examples->n; i++) {
        const mg_type *const row = &examples->input[i].row;
        void *const out = calloc((size_t)n + 1, mg_type_bytes(row));
        if (out && !examples->input[i].absent)
            fuzz_worked(
                ctx, mg_examples_gather(examples, i, n, rows, row->dtype, out));
        free(out);
    }
}

/* What the examples meant must travel as JSON. */
static void round_trip(mg_ctx *ctx, const mg_schema *schema)
{
    mg_arena arena;
    mg_text text, again;
    mg_schema copy = {0};
    mg_arena_init(&arena, ctx);
    mg_text_init(&text, ctx);
    mg_text_init(&again, ctx);
    mg_schema_print(&text, schema);
    if (!text.failed) {
        if (!fuzz_worked(
                ctx, mg_schema_parse(&arena, text.data, text.length, &copy)))
            fuzz_require(false, mg_message(ctx));
        mg_schema_print(&again, &copy);
        fuzz_require(again.failed || strcmp(text.data, again.data) == 0,
                     "a schema reads back to the same");
    }
    mg_text_clear(&again);
    mg_text_clear(&text);
    mg_arena_clear(&arena);
}

static void take(mg_ctx *ctx, const mg_dataset *dataset,
                 const mg_network *network)
{
    mg_examples *examples = NULL;
    if (!fuzz_worked(
            ctx, mg_examples_create(dataset, network, true, NULL, &examples)))
        return;
    fuzz_require(examples->rows >= 0, "rows are counted");
    gather(ctx, examples);
    round_trip(ctx, &examples->schema);
    mg_examples *again = NULL;
    if (fuzz_worked(ctx, mg_examples_create(dataset, network, false,
                                            &examples->schema, &again)))
        gather(ctx, again);
    mg_examples_destroy(again);
    mg_examples_destroy(examples);
}

static void describe(mg_ctx *ctx, const mg_dataset *dataset)
{
    mg_arena arena;
    mg_data_facts facts = {0};
    mg_arena_init(&arena, ctx);
    if (fuzz_worked(ctx, mg_data_describe(dataset, &arena, &facts)))
        fuzz_require(facts.n >= dataset->n_columns, "a fact a column");
    mg_arena_clear(&arena);
}

void fuzz_data(mg_ctx *ctx, const char *ending, const char *text, size_t length,
               const char *const formulas[])
{
    char file[64], name[2048];
    mg_dataset *dataset = NULL;
    const char *const end = memchr(text, '\n', length);
    const size_t keys = end ? (size_t)(end - text) : 0;
    const size_t first = end ? keys + 1 : 0;
    snprintf(file, sizeof file, "input.%s", ending);
    const char *const path = fuzz_file(file, text + first, length - first);
    if (strlen(path) + keys + 2 > sizeof name)
        return;
    snprintf(name, sizeof name, "%s%s%.*s", path, keys > 0 ? "?" : "",
             (int)keys, text);
    if (!fuzz_worked(ctx, mg_data_open(ctx, name, MG_PART_TRAIN, &dataset)))
        return;
    describe(ctx, dataset);
    for (size_t i = 0; formulas[i]; i++)
        take(ctx, dataset, network_of(i, formulas[i]));
    mg_dataset_destroy(dataset);
}
