/* output: the two streams, terminals, and writes that do not arrive.
 * Layer cli. */
#define _DEFAULT_SOURCE
#include "cli/output.h"

#include "explain/ascii.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define LEAST_WIDTH 40

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

/* The locale's character set by its name, as setlocale chooses it; the
 * locale itself stays "C", so that no number changes. */
static bool locale_is_utf8(void)
{
    const char *name = variable("LC_ALL");
    if (*name == '\0')
        name = variable("LC_CTYPE");
    if (*name == '\0')
        name = variable("LANG");
    const char *set = strchr(name, '.');
    return set && (strncasecmp(set, ".UTF-8", 6) == 0 ||
                   strncasecmp(set, ".utf8", 5) == 0);
}

static int terminal_width(FILE *file)
{
    int64_t width = 0;
    const char *columns = variable("COLUMNS");
    struct winsize size;
    if (mg_parse_int(columns, strlen(columns), &width) == 0 || width <= 0)
        width = ioctl(fileno(file), TIOCGWINSZ, &size) == 0 ? size.ws_col : 80;
    if (width == 0)
        width = 80;
    return width < LEAST_WIDTH ? LEAST_WIDTH : width > 1000 ? 1000 : (int)width;
}

static mg_stream open_stream(FILE *file)
{
    mg_stream stream = {.file = file, .utf8 = true, .width = 80};
    struct stat status;
    if (fstat(fileno(file), &status) == 0)
        stream.pipe = S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
    if (!isatty(fileno(file)))
        return stream;
    const char *kind = variable("TERM");
    stream.terminal = *kind != '\0' && strcmp(kind, "dumb") != 0;
    stream.colour = stream.terminal && *variable("NO_COLOR") == '\0';
    stream.utf8 = locale_is_utf8();
    stream.width = terminal_width(file);
    return stream;
}

void mg_output_look_again(mg_output *output)
{
    if (output->out.terminal)
        output->out.width = terminal_width(output->out.file);
    if (output->err.terminal)
        output->err.width = terminal_width(output->err.file);
}

/* A standard stream that was closed would be the number of the next file that
 * is opened. Opened the wrong way round, so that using it is an error. */
static void occupy(int number, int mode)
{
    if (fcntl(number, F_GETFD) == -1 && errno == EBADF) {
        const int file = open("/dev/null", mode);
        if (file >= 0 && file != number) {
            dup2(file, number);
            close(file);
        }
    }
}

void mg_output_init(mg_output *output)
{
    occupy(STDIN_FILENO, O_WRONLY);
    occupy(STDOUT_FILENO, O_RDONLY);
    occupy(STDERR_FILENO, O_WRONLY);
    /* A reader that went away is an output error like others: training saves
     * its state before it ends. */
    signal(SIGPIPE, SIG_IGN);
    /* So is a file that reached the limit of its size. */
    signal(SIGXFSZ, SIG_IGN);
    *output =
        (mg_output){.out = open_stream(stdout), .err = open_stream(stderr)};
}

static void note_failure(mg_output *output)
{
    if (!output->failed)
        output->error = errno;
    output->failed = true;
}

void mg_output_write(mg_output *output, const void *bytes, size_t length)
{
    if (output->failed || length == 0)
        return;
    if (output->bar)
        mg_output_clear_bar(output);
    errno = 0;
    if (fwrite(bytes, 1, length, output->out.file) != length)
        note_failure(output);
}

/* The text as the stream can show it; ended by mg_text_clear. Without memory
 * it stays as it was. */
static const char *spell(const mg_output *output, const mg_stream *stream,
                         const char *text, mg_text *spelt)
{
    mg_text_init(spelt, output->ctx);
    if (stream->utf8 || !output->ctx)
        return text;
    mg_ascii(spelt, text);
    return spelt->failed ? text : mg_text_string(spelt);
}

void mg_output_puts(mg_output *output, const char *text)
{
    mg_text spelt;
    const char *shown = spell(output, &output->out, text, &spelt);
    mg_output_write(output, shown, strlen(shown));
    if (output->ctx)
        mg_text_clear(&spelt);
}

void mg_output_printf(mg_output *output, const char *format, ...)
{
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    mg_output_puts(output, line);
}

void mg_output_flush(mg_output *output)
{
    errno = 0;
    if (!output->failed && fflush(output->out.file) != 0)
        note_failure(output);
}

static void put_error(const mg_output *output, const char *text)
{
    mg_text spelt;
    fputs(spell(output, &output->err, text, &spelt), output->err.file);
    if (output->ctx)
        mg_text_clear(&spelt);
}

void mg_output_note(mg_output *output, const char *text)
{
    mg_output_clear_bar(output);
    mg_output_flush(output);
    put_error(output, text);
}

void mg_output_bar(mg_output *output, const char *text)
{
    fputs("\r", output->err.file);
    put_error(output, text);
    fputs("\x1b[K", output->err.file);
    fflush(output->err.file);
    output->bar = true;
}

void mg_output_clear_bar(mg_output *output)
{
    if (!output->bar)
        return;
    fputs("\r\x1b[K", output->err.file);
    fflush(output->err.file);
    output->bar = false;
}

/* Every byte but those that go on a character; all of ours take one column. */
size_t mg_text_columns(const char *text)
{
    size_t columns = 0;
    for (; *text != '\0'; text++)
        columns += ((unsigned char)*text & 0xC0) != 0x80;
    return columns;
}

int mg_output_finish(mg_output *output, int code)
{
    mg_output_clear_bar(output);
    mg_output_flush(output);
    errno = 0;
    if (!output->failed && fclose(output->out.file) != 0)
        note_failure(output);
    if (!output->failed)
        return code;
    /* Who closed a pipe has read enough and wants no message. */
    if (output->error != EPIPE)
        fprintf(stderr, "matgrad: standard output: %s\n",
                output->error == EBADF ? "closed" : strerror(output->error));
    return 1;
}
