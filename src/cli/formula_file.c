/* formula_file: from a path to a network. Layer cli. */
#include "cli/formula_file.h"

#include "data/file.h"
#include "data/format.h"

mg_status mg_formula_file_refuse_data(mg_cli *cli)
{
    const char *path = cli->arguments.operand;
    if (!path || !mg_format_find(path))
        return MG_OK;
    return mg_fail(cli->ctx, MG_BAD_ARGUMENT,
                   "%s is data, not a network (data stand behind --data)",
                   path);
}

mg_status mg_formula_file_read(mg_cli *cli, mg_formula_file *out)
{
    const char *path = cli->arguments.operand;
    char *text = NULL;
    size_t length = 0;
    MG_TRY(mg_formula_file_refuse_data(cli));
    MG_TRY(mg_file_read(cli->ctx, path, MG_FILE_TEXT_MOST, &text, &length));
    char *source = mg_arena_string(&cli->arena, text, length);
    mg_free(cli->ctx, text);
    if (!source)
        return MG_NO_MEMORY;
    *out = (mg_formula_file){path, source, length};
    return MG_OK;
}

mg_status mg_formula_file_network(mg_cli *cli, mg_network_options options,
                                  mg_network **out)
{
    mg_formula_file file;
    MG_TRY(mg_formula_file_read(cli, &file));
    options.file = file.path;
    return mg_network_create(cli->ctx, file.source, file.length, &options, out);
}
