/* ctx: creation of contexts, and messages. Text that does not fit is cut at
 * the start of a UTF-8 character, so a message is always valid text.
 * Layer base. */
#include "base/ctx.h"
#include "base/pages.h"
#include "base/parallel.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *mg_version(void)
{
    return MATGRAD_VERSION;
}

static void *resize_default(void *user, void *block, size_t size)
{
    (void)user;
    if (size == 0) {
        free(block);
        return NULL;
    }
    void *const new = realloc(block, size);
    if (new && !block && size >= MG_LARGE_BLOCK)
        mg_wish_large_pages(new, size);
    return new;
}

mg_status mg_ctx_create(const mg_ctx_options *options, mg_ctx **out)
{
    const mg_ctx_options none = {0};
    const mg_ctx_options *o = options ? options : &none;
    if (o->threads < 0)
        return MG_BAD_ARGUMENT;
    mg_resize_fn *resize = o->resize ? o->resize : resize_default;
    mg_ctx *ctx = resize(o->resize_user, NULL, sizeof *ctx);
    if (!ctx)
        return MG_NO_MEMORY;
    memset(ctx, 0, sizeof *ctx);
    ctx->resize = resize;
    ctx->resize_user = o->resize_user;
    ctx->log = o->log;
    ctx->log_user = o->log_user;
    ctx->threads = o->threads ? o->threads : mg_processors();
    *out = ctx;
    return MG_OK;
}

void mg_ctx_destroy(mg_ctx *ctx)
{
    if (!ctx)
        return;
    mg_pools_destroy(ctx);
    ctx->resize(ctx->resize_user, ctx, 0);
}

const char *mg_message(const mg_ctx *ctx)
{
    return ctx ? ctx->message : "";
}

/* Drops the bytes of a character that the end of the buffer cut in two. */
static void trim_character(char *text, size_t length)
{
    size_t start = length;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return;
    const unsigned char lead = (unsigned char)text[start - 1];
    const size_t wanted = lead >= 0xF0   ? 4
                          : lead >= 0xE0 ? 3
                          : lead >= 0xC0 ? 2
                                         : 1;
    if (length - (start - 1) < wanted)
        text[start - 1] = '\0';
}

/* The text goes to the scratch buffer first, since the present message may be
 * one of the arguments. */
static void format_scratch(mg_ctx *ctx, const char *format, va_list arguments)
{
    const int length =
        vsnprintf(ctx->scratch, MG_MESSAGE_SIZE, format, arguments);
    if (length < 0)
        ctx->scratch[0] = '\0';
    else if (length >= MG_MESSAGE_SIZE)
        trim_character(ctx->scratch, MG_MESSAGE_SIZE - 1);
    mg_hide_controls(ctx->scratch);
}

mg_status mg_fail(mg_ctx *ctx, mg_status status, const char *format, ...)
{
    if (!ctx)
        return status;
    va_list arguments;
    va_start(arguments, format);
    format_scratch(ctx, format, arguments);
    va_end(arguments);
    memcpy(ctx->message, ctx->scratch, strlen(ctx->scratch) + 1);
    return status;
}

mg_status mg_no_memory(mg_ctx *ctx)
{
    return mg_fail(ctx, MG_NO_MEMORY, "out of memory");
}

static void append_scratch(mg_ctx *ctx, const char *text)
{
    const size_t used = strlen(ctx->scratch);
    const size_t room = MG_MESSAGE_SIZE - 1 - used;
    const size_t length = strlen(text);
    const size_t taken = length < room ? length : room;
    memcpy(ctx->scratch + used, text, taken);
    ctx->scratch[used + taken] = '\0';
    if (taken < length)
        trim_character(ctx->scratch, used + taken);
}

void mg_prefix_message(mg_ctx *ctx, const char *format, ...)
{
    if (!ctx)
        return;
    va_list arguments;
    va_start(arguments, format);
    format_scratch(ctx, format, arguments);
    va_end(arguments);
    append_scratch(ctx, ": ");
    append_scratch(ctx, ctx->message);
    memcpy(ctx->message, ctx->scratch, strlen(ctx->scratch) + 1);
}

void mg_log_line(mg_ctx *ctx, const char *format, ...)
{
    if (!ctx || !ctx->log)
        return;
    va_list arguments;
    va_start(arguments, format);
    format_scratch(ctx, format, arguments);
    va_end(arguments);
    ctx->log(ctx->log_user, ctx->scratch);
}
