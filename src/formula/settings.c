/* settings: see settings.h. No value holds a semicolon or a line break, so they
 * separate the settings whatever is wrong with them. Layer formula. */
#include "formula/settings.h"

#include <string.h>

static bool is_end(const mg_source *s, size_t i)
{
    return i == s->length || s->text[i] == ';' || s->text[i] == '\n';
}

/* Cuts the blanks at both ends. */
static void trim(const mg_source *s, size_t *from, size_t *to)
{
    while (*from < *to && s->text[*from] == ' ')
        ++*from;
    while (*to > *from && s->text[*to - 1] == ' ')
        --*to;
}

/* Where the value begins if the key is `optimiser` alone; else `from`. */
static size_t skip_optimiser(const mg_source *s, size_t from, size_t to)
{
    static const char key[] = "optimiser";
    const size_t length = sizeof key - 1;
    if (to - from <= length || memcmp(s->text + from, key, length) != 0)
        return from;
    size_t at = from + length;
    while (at < to && s->text[at] == ' ')
        at++;
    return at < to && s->text[at] == '=' ? at + 1 : from;
}

static uint32_t within(uint32_t offset, size_t from, size_t to)
{
    return (uint32_t)(offset < from ? 0
                      : offset < to ? offset - from
                                    : to - from);
}

static mg_status place(mg_arena *arena, mg_problem *problem)
{
    mg_span *const span = &problem->span;
    const mg_source *const all = span->source;
    size_t from = span->at.offset, to = span->at.offset;
    while (from > 0 && !is_end(all, from - 1))
        from--;
    while (!is_end(all, to))
        to++;
    trim(all, &from, &to);
    const size_t value = skip_optimiser(all, from, to);
    const bool option = value > from && span->at.offset >= value;
    from = option ? value : from;
    trim(all, &from, &to);
    mg_source *const one = mg_arena_alloc(arena, 1, sizeof *one);
    const char *const text =
        mg_arena_string(arena, all->text + from, to - from);
    if (!one || !text)
        return MG_NO_MEMORY;
    *one =
        (mg_source){option ? "--optimiser" : all->name, text, to - from, false};
    span->source = one;
    span->begin = within(span->begin, from, to);
    span->end = within(span->end, from, to);
    span->at = (mg_spot){within(span->at.offset, from, to), 1, 1};
    for (uint32_t i = 0; i < span->at.offset; i++)
        span->at.column += ((unsigned char)text[i] & 0xC0) != 0x80;
    return MG_OK;
}

mg_status mg_settings_place(mg_problems *problems, const mg_source *settings)
{
    for (size_t i = 0; i < problems->n; i++)
        if (problems->item[i].span.source == settings)
            MG_TRY(place(problems->arena, &problems->item[i]));
    return MG_OK;
}
