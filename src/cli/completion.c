/* completion: prints the script for a shell. Layer cli. */
#include "cli/completion.h"

#include "cli/template.h"
#include "data/format.h"
#include "data/source.h"

#include <string.h>

const mg_named_kind mg_named_kinds[MG_NAMES_COUNT] = {
    [MG_NAMES_NOTHING] = {"nothing", false, NULL, NULL},
    [MG_NAMES_FILE] = {"file", true, NULL, NULL},
    [MG_NAMES_FOLDER] = {"folder", true, "", NULL},
    [MG_NAMES_FORMULA] = {"formula", true, "mg", NULL},
    [MG_NAMES_WEIGHTS] = {"weights", true, "safetensors", NULL},
    [MG_NAMES_RUN] = {"run", true, "safetensors mg", NULL},
    [MG_NAMES_DATA] = {"data", true, NULL, NULL},      /* data/ says */
    [MG_NAMES_TEMPLATE] = {"kind", false, NULL, NULL}, /* templates/ says */
    [MG_NAMES_SHELL] = {"shell", false, NULL, "bash zsh"},
};

void mg_named_words(mg_text *text, mg_named named)
{
    if (mg_named_kinds[named].words)
        mg_text_puts(text, mg_named_kinds[named].words);
    for (size_t i = 0; named == MG_NAMES_TEMPLATE && i < mg_template_file_count;
         i++)
        mg_text_printf(text, "%s%.*s", i ? " " : "",
                       (int)strcspn(mg_template_files[i].name, "."),
                       mg_template_files[i].name);
    for (size_t i = 0; named == MG_NAMES_DATA && mg_data_known_name(i); i++)
        mg_text_printf(text, "%s%s", i ? " " : "", mg_data_known_name(i));
}

void mg_named_endings(mg_text *text, mg_named named)
{
    const mg_named_kind *kind = &mg_named_kinds[named];
    if (kind->endings)
        mg_text_puts(text, kind->endings);
    if (named != MG_NAMES_DATA)
        return;
    mg_text list; /* ".csv, .npy" */
    mg_text_init(&list, text->ctx);
    mg_format_list(&list);
    for (const char *c = mg_text_string(&list); *c != '\0'; c++)
        if (*c != '.' && *c != ',')
            mg_text_append(text, c, 1);
    text->failed |= list.failed;
    mg_text_clear(&list);
}

int mg_run_completion(mg_cli *cli)
{
    const char *shell = cli->arguments.operand;
    const bool bash = strcmp(shell, "bash") == 0;
    if (!bash && strcmp(shell, "zsh") != 0) {
        mg_fail(cli->ctx, MG_BAD_ARGUMENT, "%s is none of the shells: %s",
                shell, mg_named_kinds[MG_NAMES_SHELL].words);
        return mg_cli_usage(cli);
    }
    mg_text text;
    mg_text_init(&text, cli->ctx);
    if (bash)
        mg_completion_bash(&text);
    else
        mg_completion_zsh(&text);
    const mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        mg_output_puts(&cli->output, mg_text_string(&text));
    mg_text_clear(&text);
    return status == MG_OK ? MG_EXIT_DONE : mg_cli_report(cli, status);
}
