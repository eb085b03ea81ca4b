/* bind: which columns feed which input of a network. In four rounds, each over
 * all inputs: what the schema says, equal names, targets, the rest in order.
 * Layer data. */
#include "data/examples.h"

#include <inttypes.h>
#include <string.h>

typedef struct {
    const mg_dataset *dataset;
    const mg_network *network;
    mg_arena *arena;
    bool targets;
    bool *taken;                    /* [n_columns] */
    mg_claim *claims;               /* [n_inputs] */
    const mg_schema *schema;        /* of the training, or NULL */
    const mg_network_input *greedy; /* the last that took columns in order */
} claimer;

/* Messages name at most so many columns. */
#define NAMES_MOST 12

/* ---- What fits ---- */

/* Equal shapes, but for axes of length 1 that the network puts in front. */
static bool shapes_fit(const mg_shape *wanted, const mg_shape *row)
{
    const int more = wanted->rank - row->rank;
    for (int i = 0; i < wanted->rank; i++)
        if (wanted->dim[i] != (i < more ? 1 : row->dim[i - more]))
            return false;
    return more >= 0;
}

/* Texts can be classes, and nothing else. */
static bool kinds_fit(const mg_network_input *input, const mg_data_column *c)
{
    if (input->classes == 0)
        return !c->text;
    return mg_dtype_is_integer(c->row.dtype) || c->row.dtype == MG_BOOL;
}

static bool fits(const mg_network_input *input, const mg_data_column *column)
{
    return shapes_fit(&input->shape, &column->row.shape) &&
           kinds_fit(input, column);
}

/* Whether the column can be one of several that an input takes. */
static bool is_number(const mg_data_column *column)
{
    return column->row.shape.rank == 0 && !column->text;
}

/* ---- Messages ---- */

/* For example "target y, integers 0 to 9". */
static void say_wanted(mg_text *text, const mg_network_input *input)
{
    mg_text_printf(text, "%s %s", input->target ? "target" : "input",
                   input->name);
    if (input->shape.rank > 0)
        mg_text_shape(text, &input->shape);
    if (input->classes > 0)
        mg_text_printf(text, ", integers 0 to %" PRId64, input->classes - 1);
}

/* Fails with the text, which is cleared. */
static mg_status refuse(const claimer *c, mg_text *text)
{
    mg_status status = mg_text_status(text);
    if (status == MG_OK)
        status = mg_fail(c->dataset->ctx, MG_BAD_DATA, "data %s: %s",
                         c->dataset->source, mg_text_string(text));
    mg_text_clear(text);
    return status;
}

static bool has_column(const mg_dataset *d, const char *name)
{
    for (size_t i = 0; i < d->n_columns; i++)
        if (strcmp(d->column[i].name, name) == 0)
            return true;
    return false;
}

static bool is_any_left(const claimer *c, const mg_network_input *input,
                        bool (*test)(const mg_network_input *input,
                                     const mg_data_column *column))
{
    const mg_dataset *d = c->dataset;
    for (size_t i = 0; i < d->n_columns; i++)
        if (!c->taken[i] && test(input, &d->column[i]))
            return true;
    return false;
}

static bool is_text(const mg_network_input *input, const mg_data_column *column)
{
    return input->classes == 0 && column->text;
}

/* What the user may do about it. open: a target could still be named. */
static void say_help(mg_text *text, const claimer *c,
                     const mg_network_input *input, bool open)
{
    const mg_dataset *d = c->dataset;
    const char *word = input->target ? "target" : "input";
    const mg_schema_input *said =
        c->schema ? mg_schema_find(c->schema, input->name) : NULL;
    if (said && said->n_columns == 1)
        mg_text_printf(text, "; in training it was %s", said->column[0]);
    else if (input->target && open && is_any_left(c, input, fits))
        mg_text_printf(text, "; say which by '%s?target=NAME'",
                       strstr(d->source, ", ") ? "" : d->source);
    else if (!input->target && !has_column(d, input->name) &&
             (input->shape.rank == 0 || is_any_left(c, input, fits)))
        mg_text_printf(text, "; a column for it must be called %s",
                       input->name);
    else if (is_any_left(c, input, is_text))
        mg_text_printf(text, "; texts need a class: %s NAME class K", word);
}

/* Names what is wanted and the columns that could have been it. */
static mg_status nothing_fits(const claimer *c, const mg_network_input *input)
{
    const mg_dataset *d = c->dataset;
    bool marked = false;
    for (size_t i = 0; i < d->n_columns; i++)
        marked = marked || d->column[i].target || d->column[i].name[0] == '\0';
    mg_text text;
    mg_text_init(&text, d->ctx);
    mg_text_puts(&text, "nothing fits ");
    say_wanted(&text, input);
    if (input->shape.rank == 0 && input->classes == 0)
        mg_text_puts(&text, ", a number");
    size_t named = 0;
    for (size_t i = 0; i < d->n_columns && named < NAMES_MOST; i++) {
        if (c->taken[i] || (d->column[i].target != input->target && marked))
            continue;
        mg_text_puts(&text, named++ == 0 ? "; it has " : ", ");
        mg_text_column(&text, &d->column[i]);
    }
    if (named == NAMES_MOST)
        mg_text_puts(&text, ", ...");
    if (named == 0)
        mg_text_printf(&text, "; no %s is left for it",
                       input->target ? "target" : "column");
    say_help(&text, c, input, named > 0 && !marked);
    return refuse(c, &text);
}

/* Names the columns of numbers that are there, against those that are needed;
 * texts beside them, which somebody may have taken for numbers. */
static mg_status wrong_count(const claimer *c, const mg_network_input *input,
                             size_t n, const size_t column[])
{
    const mg_dataset *d = c->dataset;
    const int64_t needed = mg_shape_size(&input->shape);
    mg_text text;
    mg_text_init(&text, d->ctx);
    say_wanted(&text, input);
    mg_text_printf(&text, " takes %" PRId64 " columns of numbers, but %zu %s ",
                   needed, n, n == 1 ? "is" : "are");
    mg_text_puts(&text, input->target ? "named by target=:" : "left for it:");
    for (size_t i = 0; i < n && i < NAMES_MOST; i++)
        mg_text_printf(&text, "%s %s", i > 0 ? "," : "",
                       d->column[column[i]].name);
    if (n > NAMES_MOST)
        mg_text_puts(&text, ", ...");
    if ((int64_t)n > needed) {
        mg_text_puts(&text, " (?drop=NAME leaves a column out)");
        return refuse(c, &text);
    }
    size_t named = 0;
    for (size_t i = 0; i < d->n_columns && named < NAMES_MOST; i++)
        if (d->column[i].text && !c->taken[i] &&
            d->column[i].target == input->target)
            mg_text_printf(&text, "%s %s", named++ == 0 ? "; of texts:" : ",",
                           d->column[i].name);
    return refuse(c, &text);
}

/* ---- Claiming ---- */

static mg_status take(const claimer *c, size_t i, size_t n,
                      const size_t column[])
{
    mg_claim *claim = &c->claims[i];
    claim->column = mg_arena_copy(c->arena, column, n, sizeof *column);
    if (!claim->column)
        return MG_NO_MEMORY;
    claim->n = n;
    for (size_t k = 0; k < n; k++)
        c->taken[column[k]] = true;
    return MG_OK;
}

static size_t find_name(const claimer *c, const char *name)
{
    for (size_t i = 0; i < c->dataset->n_columns; i++)
        if (!c->taken[i] && strcmp(c->dataset->column[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}

/* Several columns must be numbers; labels and integers need integers. */
static mg_status check_several(const claimer *c, const mg_network_input *input,
                               size_t n, const size_t column[])
{
    const mg_dataset *d = c->dataset;
    for (size_t k = 0; k < n; k++) {
        const mg_data_column *one = &d->column[column[k]];
        if (is_number(one) && kinds_fit(input, one))
            continue;
        mg_text text;
        mg_text_init(&text, d->ctx);
        say_wanted(&text, input);
        mg_text_puts(&text, " cannot take ");
        mg_text_column(&text, one);
        return refuse(c, &text);
    }
    return MG_OK;
}

/* A missing column of a single number may have another name now: the rules
 * find it then. */
static mg_status claim_by_schema(const claimer *c, size_t i,
                                 const mg_schema_input *schema)
{
    const mg_network_input *input = &c->network->input[i];
    const size_t n = schema->n_columns;
    size_t *column = mg_arena_alloc(c->arena, n, sizeof *column);
    if (!column)
        return MG_NO_MEMORY;
    for (size_t k = 0; k < n; k++) {
        column[k] = find_name(c, schema->column[k]);
        if (column[k] != SIZE_MAX)
            continue;
        if ((n == 1 && input->shape.rank == 0) ||
            (input->target && !c->targets))
            return MG_OK;
        return mg_fail(c->dataset->ctx, MG_BAD_DATA,
                       "data %s: it has no column %s, which %s %s had in "
                       "training",
                       c->dataset->source, schema->column[k],
                       input->target ? "target" : "input", input->name);
    }
    if (n == 1 && fits(input, &c->dataset->column[column[0]]))
        return take(c, i, n, column);
    if ((int64_t)n != mg_shape_size(&input->shape)) {
        mg_text text;
        mg_text_init(&text, c->dataset->ctx);
        say_wanted(&text, input);
        mg_text_printf(&text, " had %zu columns in training", n);
        return refuse(c, &text);
    }
    MG_TRY(check_several(c, input, n, column));
    return take(c, i, n, column);
}

static bool is_input_name(const claimer *c, const char *name)
{
    for (size_t i = 0; i < c->network->n_inputs; i++)
        if (strcmp(c->network->input[i].name, name) == 0)
            return true;
    return false;
}

/* Whether a column that fits is marked and bears the name of nobody else. */
static bool finds_marked(const claimer *c, const mg_network_input *input)
{
    for (size_t i = 0; i < c->dataset->n_columns; i++) {
        const mg_data_column *column = &c->dataset->column[i];
        if (!c->taken[i] && column->target && fits(input, column) &&
            !is_input_name(c, column->name))
            return true;
    }
    return false;
}

/* A number whose name is that of an input with dimensions is one of its
 * columns in order, no more. A target prefers a column that the user marked:
 * the one of its name may be a feature that is called c by chance. */
static mg_status claim_by_name(const claimer *c, size_t i)
{
    const mg_network_input *input = &c->network->input[i];
    const size_t found = find_name(c, input->name);
    if (c->claims[i].n > 0 || found == SIZE_MAX)
        return MG_OK;
    const mg_data_column *column = &c->dataset->column[found];
    if (input->target && !column->target && finds_marked(c, input))
        return MG_OK;
    if (fits(input, column))
        return take(c, i, 1, &found);
    if (input->target && !c->targets) {
        c->taken[found] = true;
        return MG_OK;
    }
    if (input->shape.rank > 0 && column->row.shape.rank == 0)
        return MG_OK;
    return nothing_fits(c, input);
}

/* The first column of the input's kind that fits as it is: of inputs, only
 * those without a name. */
static size_t find_kind(const claimer *c, const mg_network_input *input)
{
    const mg_dataset *d = c->dataset;
    for (size_t i = 0; i < d->n_columns; i++)
        if (!c->taken[i] && d->column[i].target == input->target &&
            (input->target || d->column[i].name[0] == '\0') &&
            fits(input, &d->column[i]))
            return i;
    return SIZE_MAX;
}

/* The numbers of the input's kind that nothing has taken, in order; behind
 * them in *n, how many. */
static mg_status list_left(const claimer *c, bool target, size_t **out,
                           size_t *n)
{
    const mg_dataset *d = c->dataset;
    size_t *column = mg_arena_alloc(c->arena, d->n_columns, sizeof *column);
    if (!column)
        return MG_NO_MEMORY;
    *n = 0;
    for (size_t i = 0; i < d->n_columns; i++)
        if (!c->taken[i] && d->column[i].target == target &&
            is_number(&d->column[i]))
            column[(*n)++] = i;
    *out = column;
    return MG_OK;
}

static mg_status claim_in_order(claimer *c, size_t i)
{
    const mg_network_input *input = &c->network->input[i];
    const int64_t needed = mg_shape_size(&input->shape);
    size_t *left = NULL, n = 0;
    MG_TRY(list_left(c, input->target, &left, &n));
    if (input->shape.rank == 0 || n == 0)
        return nothing_fits(c, input);
    if ((int64_t)n < needed || (input->target && (int64_t)n > needed))
        return wrong_count(c, input, n, left);
    n = (size_t)needed;
    MG_TRY(check_several(c, input, n, left));
    if (!input->target)
        c->greedy = input;
    return take(c, i, n, left);
}

static mg_status claim_by_kind(claimer *c, size_t i)
{
    const mg_network_input *input = &c->network->input[i];
    if (c->claims[i].n > 0)
        return MG_OK;
    const size_t found = find_kind(c, input);
    if (found != SIZE_MAX)
        return take(c, i, 1, &found);
    if (input->target && !c->targets)
        return MG_OK;
    return claim_in_order(c, i);
}

/* Numbers that are left when an input took several in order were hardly meant
 * to be left: it may have taken the wrong ones. */
static mg_status check_left(claimer *c)
{
    if (!c->greedy)
        return MG_OK;
    size_t *left = NULL, n = 0;
    MG_TRY(list_left(c, false, &left, &n));
    if (n == 0)
        return MG_OK;
    const mg_claim *claim = &c->claims[c->greedy - c->network->input];
    for (size_t k = 0; k < claim->n; k++)
        c->taken[claim->column[k]] = false;
    MG_TRY(list_left(c, false, &left, &n));
    return wrong_count(c, c->greedy, n, left);
}

mg_status mg_dataset_claim(const mg_dataset *dataset, const mg_network *network,
                           bool targets, const mg_schema *schema,
                           mg_arena *arena, mg_claim claims[])
{
    claimer c = {.dataset = dataset,
                 .network = network,
                 .arena = arena,
                 .targets = targets,
                 .schema = schema,
                 .claims = claims};
    const size_t n = network->n_inputs;
    memset(claims, 0, n * sizeof *claims);
    c.taken = mg_arena_alloc(arena, dataset->n_columns, sizeof *c.taken);
    if (!c.taken)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < n && schema; i++) {
        const mg_schema_input *const said =
            mg_schema_find(schema, network->input[i].name);
        if (said && said->n_columns > 0)
            MG_TRY(claim_by_schema(&c, i, said));
    }
    for (size_t i = 0; i < n; i++)
        MG_TRY(claim_by_name(&c, i));
    for (size_t i = 0; i < n; i++)
        if (network->input[i].target)
            MG_TRY(claim_by_kind(&c, i));
    for (size_t i = 0; i < n; i++)
        if (!network->input[i].target)
            MG_TRY(claim_by_kind(&c, i));
    return check_left(&c);
}
