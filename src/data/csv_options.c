/* csv_options: one key after the other. Layer data. */
#include "data/csv_options.h"
#include "base/text.h"

#include <string.h>

typedef struct {
    mg_arena *arena;
    mg_ctx *ctx;
    size_t n;
    const mg_query *query;
} reader;

/* The key's value in any of the names, or NULL. */
static mg_status find(const reader *r, const char *key, const char **out)
{
    const char *value = NULL;
    for (size_t i = 0; i < r->n; i++) {
        const char *other = mg_query_text(&r->query[i], key);
        if (value && other && strcmp(value, other) != 0)
            return mg_fail(r->ctx, MG_BAD_ARGUMENT,
                           "data %s: %s=%s, but %s=%s for a file before",
                           r->query[i].name, key, other, key, value);
        value = value ? value : other;
    }
    *out = value;
    return MG_OK;
}

static mg_status bad(const reader *r, const char *key, const char *value,
                     const char *wanted)
{
    return mg_fail(r->ctx, MG_BAD_ARGUMENT, "data %s: %s=%s; %s",
                   r->query[0].name, key, value, wanted);
}

static mg_status read_list(const reader *r, const char *key, char part,
                           mg_csv_list *out)
{
    const char *value = NULL;
    MG_TRY(find(r, key, &value));
    if (!value)
        return MG_OK;
    size_t n = 1;
    for (const char *p = value; *p; p++)
        n += *p == part;
    out->text = mg_arena_alloc(r->arena, n, sizeof *out->text);
    if (!out->text)
        return MG_NO_MEMORY;
    for (const char *p = value; out->n < n; p++) {
        const char *end = strchr(p, part);
        const size_t length = end ? (size_t)(end - p) : strlen(p);
        const char *text = mg_arena_string(r->arena, p, length);
        if (!text)
            return MG_NO_MEMORY;
        if (length == 0)
            return bad(r, key, value, "a name in it is empty");
        if (mg_csv_list_has(out, text))
            return bad(r, key, value, "a name in it stands twice");
        out->text[out->n++] = text;
        p += length;
    }
    return MG_OK;
}

bool mg_csv_list_has(const mg_csv_list *list, const char *text)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->text[i], text) == 0)
            return true;
    return false;
}

static mg_status read_separator(const reader *r, mg_csv_options *o)
{
    static const struct {
        const char *word;
        char separator;
    } words[] = {{",", ','},    {"comma", ','}, {";", ';'}, {"semicolon", ';'},
                 {"tab", '\t'}, {"\t", '\t'},   {"|", '|'}, {"bar", '|'}};
    const char *value = NULL;
    MG_TRY(find(r, "separator", &value));
    if (!value)
        return MG_OK;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].word, value) == 0)
            o->separator = words[i].separator;
    if (o->separator == '\0')
        return bad(r, "separator", value,
                   "it is comma, semicolon, tab or bar (or the sign itself)");
    return MG_OK;
}

static mg_status read_decimal(const reader *r, mg_csv_options *o)
{
    const char *value = NULL;
    MG_TRY(find(r, "decimal", &value));
    if (!value)
        return MG_OK;
    if (strcmp(value, ",") == 0 || strcmp(value, "comma") == 0)
        o->decimal = ',';
    else if (strcmp(value, ".") == 0 || strcmp(value, "point") == 0)
        o->decimal = '.';
    else
        return bad(r, "decimal", value, "it is comma or point");
    if (o->decimal == ',' && o->separator == ',')
        return bad(r, "decimal", value,
                   "columns are separated by commas already");
    return MG_OK;
}

static mg_status read_missing(const reader *r, mg_csv_options *o)
{
    const char *value = NULL;
    MG_TRY(find(r, "missing", &value));
    if (!value || strcmp(value, "error") == 0)
        return MG_OK;
    const size_t length = strlen(value);
    if (strcmp(value, "drop") == 0)
        o->absence = MG_CSV_DROP;
    else if (strcmp(value, "mean") == 0)
        o->absence = MG_CSV_MEAN;
    else if (length > 0 && mg_parse_real(value, length, &o->fill) == length)
        o->absence = MG_CSV_FILL;
    else
        return bad(r, "missing", value, "it is error, drop, mean or a number");
    return MG_OK;
}

static mg_status read_flags(const reader *r, mg_csv_options *o)
{
    for (size_t i = 0; i < r->n; i++) {
        bool flag = false;
        if (mg_query_text(&r->query[i], "header")) {
            MG_TRY(mg_query_flag(r->ctx, &r->query[i], "header", false, &flag));
            o->header = flag;
        }
        MG_TRY(
            mg_query_flag(r->ctx, &r->query[i], "standardise", false, &flag));
        o->standardise = o->standardise || flag;
    }
    const char *value = NULL; /* all the same? */
    MG_TRY(find(r, "header", &value));
    return find(r, "standardise", &value);
}

mg_status mg_csv_options_read(mg_arena *arena, size_t n, const mg_query query[],
                              mg_csv_options *out)
{
    const reader r = {arena, arena->ctx, n, query};
    mg_csv_options o = {.header = -1};
    MG_TRY(read_separator(&r, &o));
    MG_TRY(read_decimal(&r, &o));
    MG_TRY(read_missing(&r, &o));
    MG_TRY(read_flags(&r, &o));
    MG_TRY(read_list(&r, "target", ',', &o.target));
    MG_TRY(read_list(&r, "drop", ',', &o.drop));
    MG_TRY(read_list(&r, "classes", '|', &o.classes));
    if (o.classes.n > 0 && o.target.n != 1)
        return mg_fail(
            arena->ctx, MG_BAD_ARGUMENT,
            "data %s: classes= are those of one target=", query[0].name);
    *out = o;
    return MG_OK;
}
