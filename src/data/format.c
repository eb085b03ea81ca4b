/* format: the table. Layer data. */
#include "data/format.h"
#include "data/arrays.h"
#include "data/csv.h"
#include "data/npy_files.h"
#include "data/npz.h"
#include "data/text.h"

#include <ctype.h>
#include <string.h>

static const mg_format formats[] = {
    {".csv", "CSV files", MG_CSV_KEYS, mg_csv_open},
    {".csv.gz", "CSV files", MG_CSV_KEYS, mg_csv_open},
    {".tsv", "CSV files", MG_CSV_KEYS, mg_csv_open},
    {".tsv.gz", "CSV files", MG_CSV_KEYS, mg_csv_open},
    {".npy", ".npy files", MG_ARRAYS_KEYS, mg_npy_files_open},
    {".npz", ".npz archives", MG_ARRAYS_KEYS, mg_npz_open},
    {".txt", "text files", "", mg_text_files_open},
    {".text", "text files", "", mg_text_files_open},
    {0}, /* ends the table */
};

static bool ends_with(const char *path, const char *ending)
{
    const size_t length = strlen(path), more = strlen(ending);
    if (length <= more)
        return false;
    for (size_t i = 0; i < more; i++)
        if (tolower((unsigned char)path[length - more + i]) != ending[i])
            return false;
    return true;
}

const mg_format *mg_format_find(const char *path)
{
    for (const mg_format *f = formats; f->ending; f++)
        if (ends_with(path, f->ending))
            return f;
    return NULL;
}

void mg_format_list(mg_text *text)
{
    for (const mg_format *f = formats; f->ending; f++)
        mg_text_printf(text, "%s%s", f > formats ? ", " : "", f->ending);
}
