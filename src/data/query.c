/* query: names with keys behind a question mark. Layer data. */
#include "data/query.h"
#include "base/text.h"
#include "data/file.h"

#include <string.h>

static const char *const known_keys[] = {
    "target",  "header",      "separator", "decimal",
    "missing", "standardise", "drop",      "classes",
};
static const size_t n_known = sizeof known_keys / sizeof *known_keys;

/* ---- Places of the parts ---- */

/* Where the keys begin, or NULL. Of several question marks it is the first
 * that a file's name ends at. */
static const char *find_mark(mg_arena *arena, const char *name,
                             mg_status *status)
{
    const char *first = strchr(name, '?');
    if (!first || mg_file_exists(name))
        return NULL;
    for (const char *mark = first; mark; mark = strchr(mark + 1, '?')) {
        const char *path = mg_arena_string(arena, name, (size_t)(mark - name));
        if (!path) {
            *status = MG_NO_MEMORY;
            return NULL;
        }
        if (mg_file_exists(path))
            return mark;
    }
    return first;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Replaces %XX by its byte. */
static mg_status decode(mg_arena *arena, const char *name, const char *text,
                        size_t length, const char **out)
{
    char *bytes = mg_arena_string(arena, text, length);
    if (!bytes)
        return MG_NO_MEMORY;
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '%') {
            bytes[n++] = text[i];
            continue;
        }
        const int high = i + 2 < length ? digit_of(text[i + 1]) : -1;
        const int low = high >= 0 ? digit_of(text[i + 2]) : -1;
        if (low < 0 || (high == 0 && low == 0))
            return mg_fail(arena->ctx, MG_BAD_ARGUMENT,
                           "data %s: %% stands for itself as %%25; %%26 is an "
                           "ampersand, and so on",
                           name);
        bytes[n++] = (char)(high * 16 + low);
        i += 2;
    }
    bytes[n] = '\0';
    *out = bytes;
    return MG_OK;
}

/* ---- Pairs ---- */

static mg_status check_key(mg_ctx *ctx, const mg_query *query, const char *key)
{
    for (size_t i = 0; i < query->n; i++)
        if (strcmp(query->pair[i].key, key) == 0)
            return mg_fail(ctx, MG_BAD_ARGUMENT,
                           "data %s: %s is there twice (several values are "
                           "separated by commas)",
                           query->name, key);
    for (size_t i = 0; i < n_known; i++)
        if (strcmp(known_keys[i], key) == 0)
            return MG_OK;
    mg_text text;
    mg_text_init(&text, ctx);
    for (size_t i = 0; i < n_known; i++)
        mg_text_printf(&text, "%s%s", i > 0 ? ", " : "", known_keys[i]);
    mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        status = mg_fail(ctx, MG_BAD_ARGUMENT,
                         "data %s: unknown key \"%s\"; there are %s",
                         query->name, key, mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}

static mg_status add_pair(mg_arena *arena, mg_query *query, const char *text,
                          size_t length)
{
    const char *equals = memchr(text, '=', length);
    const size_t key_length = equals ? (size_t)(equals - text) : length;
    mg_query_pair pair = {"", ""};
    MG_TRY(decode(arena, query->name, text, key_length, &pair.key));
    MG_TRY(check_key(arena->ctx, query, pair.key));
    if (!equals)
        return mg_fail(arena->ctx, MG_BAD_ARGUMENT,
                       "data %s: %s has no value: %s=...", query->name,
                       pair.key, pair.key);
    MG_TRY(decode(arena, query->name, equals + 1, length - key_length - 1,
                  &pair.value));
    query->pair[query->n++] = pair;
    return MG_OK;
}

/* There are no more pairs than keys, since none may be there twice. */
static mg_status add_pairs(mg_arena *arena, mg_query *query, const char *text)
{
    query->pair = mg_arena_alloc(arena, n_known, sizeof *query->pair);
    if (!query->pair)
        return MG_NO_MEMORY;
    while (*text) {
        const size_t length = strcspn(text, "&");
        if (length > 0)
            MG_TRY(add_pair(arena, query, text, length));
        text += length;
        if (*text == '&')
            text++;
    }
    return MG_OK;
}

mg_status mg_query_parse(mg_arena *arena, const char *name, mg_query *out)
{
    mg_status status = MG_OK;
    mg_query query = {0};
    const char *mark = find_mark(arena, name, &status);
    MG_TRY(status);
    const size_t length = mark ? (size_t)(mark - name) : strlen(name);
    query.name = mg_arena_string(arena, name, strlen(name));
    query.path = mg_arena_string(arena, name, length);
    if (!query.name || !query.path)
        return MG_NO_MEMORY;
    if (mark)
        MG_TRY(add_pairs(arena, &query, mark + 1));
    *out = query;
    return MG_OK;
}

/* ---- Values ---- */

const char *mg_query_text(const mg_query *query, const char *key)
{
    for (size_t i = 0; i < query->n; i++)
        if (strcmp(query->pair[i].key, key) == 0)
            return query->pair[i].value;
    return NULL;
}

mg_status mg_query_flag(mg_ctx *ctx, const mg_query *query, const char *key,
                        bool otherwise, bool *out)
{
    const char *value = mg_query_text(query, key);
    if (value && strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
        return mg_fail(ctx, MG_BAD_ARGUMENT,
                       "data %s: %s is yes or no, not \"%s\"", query->name, key,
                       value);
    *out = value ? strcmp(value, "yes") == 0 : otherwise;
    return MG_OK;
}
