/* output: what the command writes to its two streams. Results go to standard
 * output, progress and messages to standard error; text is UTF-8, and only a
 * terminal that says that it is not UTF-8 gets ASCII in its place. A write
 * that did not arrive is remembered and becomes exit code 1. Layer cli. */
#ifndef MG_CLI_OUTPUT_H
#define MG_CLI_OUTPUT_H

#include "base/text.h"

#include <stdio.h>

typedef struct {
    FILE *file;
    bool terminal; /* a terminal that can redraw a line */
    bool pipe;     /* a pipe or a socket */
    bool colour;
    bool utf8;
    int width; /* columns; 80 where there is no terminal */
} mg_stream;

typedef struct {
    mg_ctx *ctx; /* for the spelling in ASCII; NULL: none */
    mg_stream out, err;
    bool bar;    /* a progress bar stands in the last line of err */
    bool failed; /* standard output took no more */
    int error;   /* its errno */
} mg_output;

/* Looks at the streams and at NO_COLOR, TERM, COLUMNS and the locale's name;
 * gives closed standard streams to /dev/null, so that no file takes their
 * place. */
void mg_output_init(mg_output *output);

/* Result text to standard output. */
void mg_output_puts(mg_output *output, const char *text);
void mg_output_printf(mg_output *output, const char *format, ...)
    MG_PRINTF(2, 3);
/* Bytes as they are. */
void mg_output_write(mg_output *output, const void *bytes, size_t length);
/* Ends a result that a reader at the other end of a pipe waits for. */
void mg_output_flush(mg_output *output);

/* Text to standard error, below a progress bar if there is one. */
void mg_output_note(mg_output *output, const char *text);

/* Looks how wide the terminals are now. */
void mg_output_look_again(mg_output *output);

/* Redraws the one line of a terminal's standard error. */
void mg_output_bar(mg_output *output, const char *text);
/* Takes the bar away. */
void mg_output_clear_bar(mg_output *output);

/* Columns that UTF-8 text takes. */
size_t mg_text_columns(const char *text);

/* Whether everything that was written arrived: the exit code, 1 with a message
 * if it did not. */
int mg_output_finish(mg_output *output, int code);

#endif
