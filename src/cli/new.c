/* new: a commented formula file to start from. Layer cli. */
#include "cli/command.h"
#include "cli/template.h"
#include "data/file.h"
#include "explain/json.h"

#include <string.h>

/* Kinds that wait for what they are made of. */
static const char *const later[] = {"cnn", "lstm"};

/* Without its ".mg". */
static size_t kind_length(const mg_library_file *file)
{
    return strlen(file->name) - strlen(".mg");
}

static bool is_later(const char *kind)
{
    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        if (strcmp(kind, later[i]) == 0)
            return true;
    return false;
}

static void refuse_kind(mg_cli *cli, const char *kind)
{
    mg_text kinds;
    mg_text_init(&kinds, cli->ctx);
    for (size_t i = 0; i < mg_template_file_count; i++)
        mg_text_printf(&kinds, "%s%.*s", i ? ", " : "",
                       (int)kind_length(&mg_template_files[i]),
                       mg_template_files[i].name);
    if (is_later(kind))
        mg_fail(cli->ctx, MG_BAD_ARGUMENT, "%s is not in this version yet",
                kind);
    else
        mg_fail(cli->ctx, MG_BAD_ARGUMENT, "%s is none of the kinds: %s", kind,
                mg_text_string(&kinds));
    mg_text_clear(&kinds);
}

static const mg_library_file *find_template(const char *kind)
{
    for (size_t i = 0; i < mg_template_file_count; i++) {
        const mg_library_file *file = &mg_template_files[i];
        if (strlen(kind) == kind_length(file) &&
            memcmp(kind, file->name, kind_length(file)) == 0)
            return file;
    }
    return NULL;
}

/* The template with the file's own name in its commands. */
static void put_named(mg_text *text, const mg_library_file *file,
                      const char *path)
{
    static const char mark[] = "THIS";
    const size_t length = strlen(mark);
    size_t done = 0;
    for (size_t i = 0; i + length <= file->length; i++) {
        if (memcmp(file->text + i, mark, length) != 0)
            continue;
        mg_text_append(text, file->text + done, i - done);
        mg_text_puts(text, path);
        done = i + length;
    }
    mg_text_append(text, file->text + done, file->length - done);
}

static mg_status write_file(mg_cli *cli, const char *path, const mg_text *text)
{
    if (mg_file_exists(path))
        return mg_fail(cli->ctx, MG_BAD_FILE,
                       "%s exists already; it stays as it is", path);
    const mg_file_part part = {text->data, text->length};
    return mg_file_write_atomic(cli->ctx, path, 1, &part);
}

static void put_json(mg_cli *cli, const char *path, const mg_text *text)
{
    mg_text line;
    mg_text_init(&line, cli->ctx);
    mg_text_puts(&line, "{\"schema\": 1, \"kind\": ");
    mg_json_string(&line, cli->arguments.operand);
    mg_text_puts(&line, path ? ", \"file\": " : ", \"text\": ");
    mg_json_string(&line, path ? path : mg_text_string(text));
    mg_text_puts(&line, "}\n");
    if (mg_text_status(&line) == MG_OK)
        mg_output_puts(&cli->output, mg_text_string(&line));
    mg_text_clear(&line);
}

static mg_status put(mg_cli *cli, const char *path, const mg_text *text)
{
    MG_TRY(mg_text_status(text));
    if (path)
        MG_TRY(write_file(cli, path, text));
    if (mg_cli_json(cli))
        put_json(cli, path, text);
    else if (path)
        mg_output_printf(&cli->output, "%s is written: see matgrad check %s\n",
                         path, path);
    else
        mg_output_puts(&cli->output, mg_text_string(text));
    return MG_OK;
}

int mg_run_new(mg_cli *cli)
{
    const mg_library_file *file = find_template(cli->arguments.operand);
    if (!file) {
        refuse_kind(cli, cli->arguments.operand);
        return mg_cli_usage(cli);
    }
    const char *path =
        mg_arguments_text(&cli->arguments, MG_OPTION_OUT_FILE, NULL);
    mg_text text;
    mg_text_init(&text, cli->ctx);
    put_named(&text, file, path ? path : file->name);
    const mg_status status = put(cli, path, &text);
    mg_text_clear(&text);
    return status == MG_OK ? MG_EXIT_DONE : mg_cli_report(cli, status);
}
