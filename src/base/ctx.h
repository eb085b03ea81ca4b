/* ctx: what every call shares: allocator, message, log, thread count.
 * Layer base. */
#ifndef MG_BASE_CTX_H
#define MG_BASE_CTX_H

#include "matgrad/matgrad.h"

/* Room for a report of many formula errors; longer text is cut. */
#define MG_MESSAGE_SIZE 16384

struct mg_ctx {
    mg_resize_fn *resize;
    void *resize_user;
    mg_log_fn *log;
    void *log_user;
    int threads;
    struct mg_pool *pools; /* made when used: base/parallel.h */
    char message[MG_MESSAGE_SIZE];
    char scratch[MG_MESSAGE_SIZE]; /* where text is put together */
};

#if defined(__MINGW32__) /* where "printf" means Microsoft's own forms */
#define MG_PRINTF(text, first) __attribute__((format(gnu_printf, text, first)))
#elif defined(__GNUC__)
#define MG_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define MG_PRINTF(text, first)
#endif

/* Sets the message (printf's form, numbers independent of the locale as long
 * as reals are passed through mg_text) and returns status. */
mg_status mg_fail(mg_ctx *ctx, mg_status status, const char *format, ...)
    MG_PRINTF(3, 4);

/* The one message for a refused allocation; returns MG_NO_MEMORY. */
mg_status mg_no_memory(mg_ctx *ctx);

/* Puts text and ": " before the present message; the status stays. */
void mg_prefix_message(mg_ctx *ctx, const char *format, ...) MG_PRINTF(2, 3);

/* Hands one line to the log hook. */
void mg_log_line(mg_ctx *ctx, const char *format, ...) MG_PRINTF(2, 3);

/* Leaves the function with the status of a failed call. */
#define MG_TRY(call)                                                           \
    do {                                                                       \
        mg_status mg_try_status_ = (call);                                     \
        if (mg_try_status_ != MG_OK)                                           \
            return mg_try_status_;                                             \
    } while (0)

#endif
