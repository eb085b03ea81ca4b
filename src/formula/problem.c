/* problem: gathers errors and writes the report. Layer formula. */
#include "formula/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEPT 500     /* problems kept */
#define SHOWN 20     /* problems written out */
#define WINDOW 120   /* characters of a long line that are shown */
#define LEFT_PART 60 /* of these, at most so many before the caret */
#define LONGEST_NAME 64

void mg_problems_init(mg_problems *problems, mg_arena *arena)
{
    *problems = (mg_problems){.arena = arena};
}

void mg_problems_clear(mg_problems *problems)
{
    mg_free(problems->arena->ctx, problems->item);
    problems->item = NULL;
}

MG_PRINTF(2, 0)
static char *format_list(mg_arena *arena, const char *format, va_list list)
{
    va_list again;
    va_copy(again, list);
    const int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0)
        return NULL;
    char *const out = mg_arena_alloc(arena, (size_t)length + 1, 1);
    if (out)
        vsnprintf(out, (size_t)length + 1, format, list);
    return out;
}

char *mg_arena_format(mg_arena *arena, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    char *const out = format_list(arena, format, list);
    va_end(list);
    return out;
}

static bool stands_already(const mg_problems *problems, const mg_span *span,
                           const char *message)
{
    for (size_t i = 0; i < problems->n; i++) {
        const mg_problem *const other = &problems->item[i];
        if (other->span.source == span->source &&
            other->span.at.offset == span->at.offset &&
            !strcmp(other->message, message))
            return true;
    }
    return false;
}

mg_problem *mg_problem_add(mg_problems *problems, mg_span span,
                           const char *format, ...)
{
    va_list list;
    if (problems->n >= KEPT) {
        problems->cut = true;
        return NULL;
    }
    va_start(list, format);
    const char *const message = format_list(problems->arena, format, list);
    va_end(list);
    if (message && stands_already(problems, &span, message))
        return NULL;
    if (!message ||
        mg_grow(problems->arena->ctx, &problems->item, &problems->capacity,
                problems->n + 1, sizeof(mg_problem)) != MG_OK) {
        problems->status = MG_NO_MEMORY;
        return NULL;
    }
    mg_problem *const problem = &problems->item[problems->n++];
    *problem = (mg_problem){.span = span, .message = message};
    return problem;
}

void mg_problem_help(mg_problems *problems, mg_problem *problem,
                     const char *format, ...)
{
    va_list list;
    if (!problem)
        return;
    va_start(list, format);
    problem->help = format_list(problems->arena, format, list);
    va_end(list);
    if (!problem->help)
        problems->status = MG_NO_MEMORY;
}

void mg_problem_note(mg_problems *problems, mg_problem *problem,
                     const char *format, ...)
{
    va_list list;
    if (!problem)
        return;
    va_start(list, format);
    problem->note = format_list(problems->arena, format, list);
    va_end(list);
    if (!problem->note)
        problems->status = MG_NO_MEMORY;
}

static int compare_problems(const void *left, const void *right)
{
    const mg_problem *const a = left, *const b = right;
    const int order = strcmp(a->span.source->name, b->span.source->name);
    if (order != 0)
        return order;
    if (a->span.at.offset != b->span.at.offset)
        return a->span.at.offset < b->span.at.offset ? -1 : 1;
    return strcmp(a->message, b->message);
}

/* The bytes of the character at an offset; 1 where it is not UTF-8. */
static uint32_t step_at(const mg_source *source, uint32_t offset)
{
    uint32_t code;
    const size_t n =
        mg_utf8_decode(source->text + offset, source->length - offset, &code);
    return n ? (uint32_t)n : 1;
}

/* Control characters and bytes that are not UTF-8 are not written out. */
static bool is_printed(const char *bytes, uint32_t length)
{
    const unsigned char first = (unsigned char)*bytes;
    const bool control = first < ' ' || first == 0x7F ||
                         (first == 0xC2 && (unsigned char)bytes[1] < 0xA0);
    return !control && (length > 1 || first < 0x80);
}

/* Writes the characters of [begin, end) of a line, or the marks below them. */
static void put_characters(mg_text *text, const mg_span *span, uint32_t begin,
                           uint32_t end, bool marks)
{
    uint32_t next;
    for (uint32_t i = begin; i < end; i = next) {
        next = i + step_at(span->source, i);
        const char *const bytes = span->source->text + i;
        if (!marks && is_printed(bytes, next - i))
            mg_text_append(text, bytes, next - i);
        else if (!marks)
            mg_text_puts(text, *bytes == '\t' ? " " : "?");
        else if (i == span->at.offset)
            mg_text_puts(text, "^");
        else if (i >= span->begin && i < span->end)
            mg_text_puts(text, "~");
        else if (i < span->end || i < span->at.offset)
            mg_text_puts(text, " ");
    }
    if (marks && span->at.offset >= end)
        mg_text_puts(text, "^");
}

/* The part of the line that is shown: all of it, or a window. */
static void find_window(const mg_span *span, uint32_t *begin, uint32_t *end)
{
    const mg_source *const s = span->source;
    uint32_t from = span->at.offset, characters = 0;
    while (from > 0 && s->text[from - 1] != '\n' && characters < LEFT_PART) {
        from--;
        characters += ((unsigned char)s->text[from] & 0xC0) != 0x80;
    }
    uint32_t to = from;
    for (characters = 0; to < s->length && s->text[to] != '\n'; characters++) {
        if (characters == WINDOW)
            break;
        to += step_at(s, to);
    }
    if (to > s->length)
        to = (uint32_t)s->length;
    *begin = from;
    *end = to;
}

static void put_problem(mg_text *text, const mg_problem *problem)
{
    const mg_span *const span = &problem->span;
    uint32_t begin, end;
    mg_text_printf(text, "%s:%d:%d: error: %s\n", span->source->name,
                   span->at.line, span->at.column, problem->message);
    find_window(span, &begin, &end);
    const bool cut = begin > 0 && span->source->text[begin - 1] != '\n';
    mg_text_printf(text, "%4d | %s", span->at.line, cut ? "…" : "");
    while (end > begin && strchr(" \t\r", span->source->text[end - 1]))
        end--;
    put_characters(text, span, begin, end, false);
    mg_text_printf(text, "\n     | %s", cut ? " " : "");
    put_characters(text, span, begin, end, true);
    if (problem->help)
        mg_text_printf(text, "\n  help: %s", problem->help);
    if (problem->note)
        mg_text_printf(text, "\n  note: %s", problem->note);
}

mg_status mg_problems_report(mg_problems *problems)
{
    mg_ctx *const ctx = problems->arena->ctx;
    mg_text text;
    if (problems->status != MG_OK)
        return mg_no_memory(ctx);
    if (problems->n == 0)
        return MG_OK;
    qsort(problems->item, problems->n, sizeof(mg_problem), compare_problems);
    mg_text_init(&text, ctx);
    for (size_t i = 0; i < problems->n && i < SHOWN; i++) {
        mg_text_puts(&text, i ? "\n" : "");
        put_problem(&text, &problems->item[i]);
    }
    if (problems->n > SHOWN)
        mg_text_printf(&text, "\n%s%zu more errors",
                       problems->cut ? "more than " : "and ",
                       problems->n - SHOWN);
    mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        status = mg_fail(ctx, MG_BAD_FORMULA, "%s", mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Damerau's distance, restricted: no substring is edited twice. */
size_t mg_edit_distance(const char *a, const char *b)
{
    const size_t m = strlen(a), n = strlen(b);
    size_t row[3][LONGEST_NAME + 1];
    if (m > LONGEST_NAME || n > LONGEST_NAME)
        return SIZE_MAX;
    for (size_t j = 0; j <= n; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t *const now = row[i % 3];
        const size_t *const last = row[(i + 2) % 3];
        const size_t *const before = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= n; j++) {
            const size_t replace = last[j - 1] + (a[i - 1] != b[j - 1]);
            now[j] = least(replace, least(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
    }
    return row[m % 3][n];
}

static bool equal_but_case(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        const bool letter = (*a | 32) >= 'a' && (*a | 32) <= 'z';
        if (*a != *b && !(letter && (*a | 32) == (*b | 32)))
            return false;
    }
    return *a == *b;
}

static bool begins_with(const char *text, const char *start)
{
    return !strncmp(text, start, strlen(start));
}

void mg_nearest_try(mg_nearest *nearest, const char *candidate)
{
    const size_t length = strlen(nearest->name);
    const bool only_case = equal_but_case(nearest->name, candidate);
    size_t distance = mg_edit_distance(nearest->name, candidate);
    if (distance == 0)
        return;
    if (only_case)
        distance = 0;
    else if (distance > length / 3)
        return;
    /* Of equally near ones, the name with too much at its end. */
    const bool cut = nearest->best && distance == nearest->distance &&
                     begins_with(nearest->name, candidate) &&
                     !begins_with(nearest->name, nearest->best);
    if (!nearest->best || distance < nearest->distance || cut) {
        nearest->best = candidate;
        nearest->distance = distance;
    }
}
