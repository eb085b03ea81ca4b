/* csv: from names to a data set, and its facts. Layer data. */
#include "data/csv.h"
#include "data/csv_table.h"
#include "data/examples.h"

#include <stdlib.h>
#include <string.h>

#define MEMORY_MOST ((size_t)128 << 20)
#define CLASSES_MOST 256 /* that are described one by one */
#define NAMES_MOST 20    /* columns that a message lists */

/* ---- Facts ---- */

static int by_number(const void *left, const void *right)
{
    const mg_class_count *a = left, *b = right;
    const long long x = strtoll(a->label, NULL, 10);
    const long long y = strtoll(b->label, NULL, 10);
    return (x > y) - (x < y);
}

static mg_status describe_classes(const mg_csv_column *c, mg_arena *arena,
                                  const mg_data_column *column,
                                  mg_column_facts *out)
{
    /* classes= may name fewer or more than there are. */
    const size_t n = column->text ? column->n_labels : c->texts.n;
    if (c->texts.n == 0 || n == 0 || n > CLASSES_MOST)
        return MG_OK;
    mg_class_count *classes = mg_arena_alloc(arena, n, sizeof *classes);
    if (!classes)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        const char *label =
            column->text ? column->label[i] : c->texts.text[i].text;
        const size_t at = mg_csv_texts_find(&c->texts, label, strlen(label));
        classes[i].label = mg_arena_string(arena, label, strlen(label));
        classes[i].count = at == SIZE_MAX ? 0 : c->texts.text[at].count;
        if (!classes[i].label)
            return MG_NO_MEMORY;
    }
    if (c->kind == MG_CSV_INTEGER)
        qsort(classes, n, sizeof *classes, by_number);
    out->n_classes = n;
    out->classes = classes;
    return MG_OK;
}

static mg_status describe(const mg_dataset *dataset, mg_arena *arena,
                          mg_data_facts *out)
{
    static const char *const types[] = {"real", "integer", "text"};
    const mg_csv_table *t = dataset->store;
    mg_column_facts *facts =
        mg_arena_alloc(arena, dataset->n_columns, sizeof *facts);
    if (!facts)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < dataset->n_columns; i++) {
        const mg_csv_column *c = &t->column[t->field[i]];
        const bool numbers = c->kind != MG_CSV_TEXT && c->numbers > 0;
        facts[i] = (mg_column_facts){.type = types[c->kind],
                                     .target = c->target,
                                     .missing = c->missing,
                                     .has_numbers = numbers};
        facts[i].name = mg_arena_string(arena, c->name, strlen(c->name));
        if (!facts[i].name)
            return MG_NO_MEMORY;
        if (numbers) {
            facts[i].least = c->least;
            facts[i].most = c->most;
            facts[i].mean = mg_csv_column_mean(c);
            facts[i].deviation = mg_csv_column_deviation(c);
        }
        MG_TRY(describe_classes(c, arena, &dataset->column[i], &facts[i]));
    }
    *out = (mg_data_facts){"CSV", dataset->rows, dataset->n_columns, facts};
    return MG_OK;
}

static void clear_table(mg_csv_table *t)
{
    for (size_t i = 0; i < t->n; i++)
        mg_csv_column_clear(&t->column[i], t->ctx);
    mg_free(t->ctx, t->column);
    mg_arena_clear(&t->arena);
    mg_free(t->ctx, t);
}

static void destroy(mg_dataset *dataset)
{
    clear_table(dataset->store);
}

static const mg_data_kind kind = {
    .name = "CSV",
    .load = mg_csv_load,
    .describe = describe,
    .destroy = destroy,
};

/* ---- Columns ---- */

/* Every name of target= or drop= must be a column's. */
static mg_status check_list(const mg_csv_table *t, const mg_csv_list *list,
                            const char *key)
{
    for (size_t i = 0; i < list->n; i++) {
        size_t at = 0;
        while (at < t->n && strcmp(t->column[at].name, list->text[i]) != 0)
            at++;
        if (at < t->n)
            continue;
        mg_text text;
        mg_text_init(&text, t->ctx);
        for (size_t k = 0; k < t->n && k < NAMES_MOST; k++)
            mg_text_printf(&text, "%s%s", k > 0 ? ", " : "", t->column[k].name);
        if (t->n > NAMES_MOST)
            mg_text_puts(&text, ", ...");
        mg_status status = mg_text_status(&text);
        if (status == MG_OK)
            status =
                mg_fail(t->ctx, MG_BAD_ARGUMENT,
                        "data %s: %s=%s, but its columns are %s%s", t->path[0],
                        key, list->text[i], mg_text_string(&text),
                        t->form[0].header ? ""
                                          : " (their numbers, as it has no "
                                            "header; header=yes if its first "
                                            "row is one)");
        mg_text_clear(&text);
        return status;
    }
    return MG_OK;
}

/* A separator at the end of every line makes a column of nothing. */
static bool is_nothing(const mg_csv_table *t, size_t i)
{
    const mg_csv_column *c = &t->column[i];
    return i + 1 == t->n && i > 0 && c->missing == t->rows && !c->target &&
           c->name[0] >= '1' && c->name[0] <= '9' &&
           strtoull(c->name, NULL, 10) == i + 1;
}

/* Labels in byte order, or as classes= says. */
static mg_status name_labels(const mg_csv_table *t, const mg_csv_column *c,
                             mg_arena *arena, mg_data_column *out)
{
    const size_t n = c->texts.n;
    const mg_csv_list *classes = &t->options.classes;
    out->text = true;
    out->classes = (int64_t)n;
    if (c->lost || n == 0) {
        out->classes = (int64_t)MG_CSV_TEXTS_MOST + 1;
        return MG_OK;
    }
    const bool said = c->target && classes->n > 0;
    const size_t named = said ? classes->n : n;
    const char **label = mg_arena_alloc(arena, named, sizeof *label);
    if (!label)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < named; i++) {
        label[i] = said ? classes->text[i] : c->texts.text[i].text;
        label[i] = mg_arena_string(arena, label[i], strlen(label[i]));
        if (!label[i])
            return MG_NO_MEMORY;
    }
    out->classes = (int64_t)named;
    out->n_labels = named;
    out->label = label;
    return MG_OK;
}

/* All at once: a table may have tens of thousands. */
static mg_status add_columns(mg_dataset *dataset, mg_csv_table *t)
{
    mg_arena *arena = &dataset->arena;
    t->field = mg_arena_alloc(&t->arena, t->n, sizeof *t->field);
    dataset->column = mg_arena_alloc(arena, t->n, sizeof *dataset->column);
    if (!t->field || !dataset->column)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < t->n; i++) {
        const mg_csv_column *c = &t->column[i];
        if (c->dropped || is_nothing(t, i))
            continue;
        mg_data_column *column = &dataset->column[dataset->n_columns];
        column->name = mg_arena_string(arena, c->name, strlen(c->name));
        if (!column->name)
            return MG_NO_MEMORY;
        column->target = c->target;
        column->row.dtype = c->kind == MG_CSV_REAL ? MG_F64 : MG_I64;
        column->missing = c->missing;
        if (c->kind == MG_CSV_TEXT)
            MG_TRY(name_labels(t, c, arena, column));
        else if (c->kind == MG_CSV_INTEGER && c->least >= 0)
            column->classes = (int64_t)c->most + 1;
        t->field[dataset->n_columns++] = i;
    }
    return MG_OK;
}

/* ---- Opening ---- */

static mg_status make_table(mg_csv_table *t, size_t n, const mg_query query[])
{
    t->path = mg_arena_alloc(&t->arena, n, sizeof *t->path);
    t->form = mg_arena_alloc(&t->arena, n, sizeof *t->form);
    if (!t->path || !t->form)
        return MG_NO_MEMORY;
    for (; t->n_files < n; t->n_files++) {
        const char *path = query[t->n_files].path;
        t->path[t->n_files] = mg_arena_string(&t->arena, path, strlen(path));
        if (!t->path[t->n_files])
            return MG_NO_MEMORY;
    }
    MG_TRY(mg_csv_options_read(&t->arena, n, query, &t->options));
    MG_TRY(mg_csv_scan(t));
    MG_TRY(check_list(t, &t->options.target, "target"));
    return check_list(t, &t->options.drop, "drop");
}

static mg_status name_source(const mg_csv_table *t, mg_text *text)
{
    for (size_t i = 0; i < t->n_files; i++)
        mg_text_printf(text, "%s%s", i > 0 ? ", " : "", t->path[i]);
    return mg_text_status(text);
}

static mg_status make_dataset(mg_csv_table *t, mg_dataset **out)
{
    mg_text source;
    mg_dataset *dataset = NULL;
    mg_text_init(&source, t->ctx);
    mg_status status = name_source(t, &source);
    if (status == MG_OK)
        status = mg_dataset_create(t->ctx, mg_text_string(&source), &dataset);
    mg_text_clear(&source);
    if (status == MG_OK)
        status = add_columns(dataset, t);
    if (status != MG_OK) {
        mg_dataset_destroy(dataset);
        return status;
    }
    dataset->rows = t->rows;
    dataset->standardise = t->options.standardise;
    dataset->fill = t->options.absence == MG_CSV_MEAN;
    dataset->kind = &kind;
    dataset->store = t;
    *out = dataset;
    return MG_OK;
}

mg_status mg_csv_open_limited(mg_ctx *ctx, size_t n, const mg_query query[],
                              const mg_csv_limits *limits, mg_dataset **out)
{
    mg_csv_table *t = mg_alloc(ctx, 1, sizeof *t);
    if (!t)
        return MG_NO_MEMORY;
    t->ctx = ctx;
    t->limits = *limits;
    mg_arena_init(&t->arena, ctx);
    mg_status status = make_table(t, n, query);
    if (status == MG_OK)
        status = make_dataset(t, out);
    if (status != MG_OK)
        clear_table(t);
    return status;
}

mg_status mg_csv_open(mg_ctx *ctx, size_t n, const mg_query query[],
                      mg_dataset **out)
{
    const mg_csv_limits limits = {MG_CSV_BLOCK, MEMORY_MOST};
    return mg_csv_open_limited(ctx, n, query, &limits, out);
}
