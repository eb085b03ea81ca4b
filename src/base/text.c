/* text: a growing string whose failure is sticky. Layer base. */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void mg_text_init(mg_text *text, mg_ctx *ctx)
{
    *text = (mg_text){.ctx = ctx};
}

void mg_text_clear(mg_text *text)
{
    mg_free(text->ctx, text->data);
    mg_text_init(text, text->ctx);
}

/* The message is set again: another failure may have come in between. */
mg_status mg_text_status(const mg_text *text)
{
    return text->failed ? mg_no_memory(text->ctx) : MG_OK;
}

const char *mg_text_string(const mg_text *text)
{
    return text->data ? text->data : "";
}

/* Room for length more bytes and the 0 behind them. */
static bool make_room(mg_text *text, size_t length)
{
    size_t needed;
    if (text->failed)
        return false;
    if (!mg_size_add(text->length, length, &needed) ||
        !mg_size_add(needed, 1, &needed) ||
        mg_grow(text->ctx, &text->data, &text->capacity, needed, 1) != MG_OK)
        text->failed = true;
    return !text->failed;
}

void mg_text_append(mg_text *text, const char *bytes, size_t length)
{
    if (!make_room(text, length))
        return;
    if (length > 0)
        memcpy(text->data + text->length, bytes, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void mg_text_puts(mg_text *text, const char *string)
{
    mg_text_append(text, string, strlen(string));
}

void mg_text_printf(mg_text *text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0)
        text->failed = true;
    if (make_room(text, length < 0 ? 0 : (size_t)length)) {
        vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void mg_text_real(mg_text *text, double value, int digits)
{
    char number[MG_REAL_SIZE];
    mg_text_append(text, number, mg_format_real(number, value, digits));
}

/* U+0080 to U+009F are two bytes of UTF-8; terminals obey some of them. */
void mg_hide_controls(char *string)
{
    for (char *c = string; *c != '\0'; c++) {
        const unsigned char byte = (unsigned char)*c;
        const bool wide = byte == 0xC2 && ((unsigned char)c[1] & 0xE0) == 0x80;
        if ((byte < 0x20 && *c != '\n' && *c != '\t') || byte == 0x7F)
            *c = '?';
        if (wide)
            c[0] = c[1] = '?';
    }
}
