/* text_describe: one pass that counts. Layer data. */
#include "data/text_describe.h"
#include "base/utf8.h"
#include "data/text_walk.h"
#include "data/vocabulary.h"

#include <math.h>
#include <stdio.h>

/* Characters that are listed one by one. */
#define LISTED_MOST 256

typedef struct {
    int64_t lines;
    int64_t length; /* of the line that is not ended yet */
    int64_t least, most;
    double sum, squares;
} line_lengths;

static void end_line(line_lengths *l)
{
    const double length = (double)l->length;
    if (l->lines == 0 || l->length < l->least)
        l->least = l->length;
    if (l->lines == 0 || l->length > l->most)
        l->most = l->length;
    l->sum += length;
    l->squares += length * length;
    l->lines++;
    l->length = 0;
}

static void count_lines(line_lengths *l, const char *bytes, size_t n,
                        bool characters)
{
    for (size_t i = 0; i < n; i++) {
        const unsigned char byte = (unsigned char)bytes[i];
        if (byte == '\n')
            end_line(l);
        else if (!characters || (byte & 0xC0) != 0x80)
            l->length++;
    }
}

static mg_status count_all(mg_text_walk *walk, mg_tally *tally,
                           line_lengths *lines)
{
    for (;;) {
        bool more;
        MG_TRY(mg_text_walk_more(walk, &more));
        if (!more)
            break;
        const char *bytes = walk->bytes + walk->begin;
        size_t n = walk->end - walk->begin;
        if (walk->characters)
            n = mg_tally_text(tally, bytes, n);
        else
            mg_tally_bytes(tally, bytes, n);
        count_lines(lines, bytes, n, walk->characters);
        walk->begin += n;
    }
    if (lines->length > 0)
        end_line(lines);
    return MG_OK;
}

/* What is written of a character: itself, or a name where nothing is seen. */
static const char *label_of(mg_arena *arena, uint32_t code, bool characters)
{
    char label[16];
    size_t n = 0;
    if (code == ' ')
        return "space";
    if (code == '\n')
        return "\\n";
    if (code == '\t')
        return "\\t";
    if (code == '\r')
        return "\\r";
    if (code < 0x20 || code == 0x7F || (!characters && code > 0x7F))
        n = (size_t)snprintf(label, sizeof label, "0x%02X", (unsigned)code);
    else if ((code >= 0x80 && code <= 0xA0) || code == 0xAD || code == 0xFEFF ||
             (code >= 0x2000 && code <= 0x200F))
        n = (size_t)snprintf(label, sizeof label, "U+%04X", (unsigned)code);
    else
        n = mg_utf8_encode(code, label);
    return mg_arena_string(arena, label, n);
}

static mg_status list_others(mg_arena *arena, const mg_character list[],
                             size_t n, mg_class_count *out)
{
    char label[40];
    const int length =
        snprintf(label, sizeof label, "%zu others", n - LISTED_MOST);
    out->label = mg_arena_string(arena, label, (size_t)length);
    for (size_t i = LISTED_MOST; i < n; i++)
        out->count += list[i].count;
    return out->label ? MG_OK : MG_NO_MEMORY;
}

static mg_status describe_characters(const mg_tally *tally, bool characters,
                                     mg_arena *arena, mg_column_facts *out)
{
    mg_character *list = NULL;
    size_t n = 0;
    MG_TRY(mg_tally_list(tally, arena, &n, &list));
    const size_t listed = n > LISTED_MOST ? LISTED_MOST : n;
    mg_class_count *classes =
        mg_arena_alloc(arena, listed + 1, sizeof *classes);
    if (!classes)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < listed; i++) {
        classes[i].count = list[i].count;
        classes[i].label = label_of(arena, list[i].code, characters);
        if (!classes[i].label)
            return MG_NO_MEMORY;
    }
    if (listed < n)
        MG_TRY(list_others(arena, list, n, &classes[listed]));
    *out = (mg_column_facts){.name = characters ? "characters" : "bytes",
                             .type = "symbols",
                             .n_classes = listed + (listed < n),
                             .classes = classes};
    return MG_OK;
}

static void describe_lines(const line_lengths *l, mg_column_facts *out)
{
    const double n = l->lines > 0 ? (double)l->lines : 1;
    const double mean = l->sum / n;
    const double variance = l->squares / n - mean * mean;
    *out = (mg_column_facts){.name = "length of lines",
                             .type = "integer",
                             .has_numbers = l->lines > 0,
                             .least = (double)l->least,
                             .most = (double)l->most,
                             .mean = mean,
                             .deviation = variance > 0 ? sqrt(variance) : 0};
}

static mg_status describe(const mg_dataset *dataset, bool characters,
                          mg_arena *arena, mg_data_facts *out)
{
    mg_tally *tally = NULL;
    mg_text_walk *walk = NULL;
    line_lengths lines = {0};
    mg_column_facts *columns = mg_arena_alloc(arena, 2, sizeof *columns);
    mg_status status = columns ? MG_OK : MG_NO_MEMORY;
    if (status == MG_OK)
        status = mg_tally_create(dataset->ctx, &tally);
    if (status == MG_OK)
        status =
            mg_text_walk_begin(dataset->ctx, dataset->store, characters, &walk);
    if (status == MG_OK)
        status = count_all(walk, tally, &lines);
    if (status == MG_OK)
        status = describe_characters(tally, characters, arena, &columns[0]);
    mg_text_walk_end(walk);
    mg_tally_destroy(tally);
    MG_TRY(status);
    describe_lines(&lines, &columns[1]);
    *out = (mg_data_facts){
        .format = "text", .rows = lines.lines, .n = 2, .column = columns};
    return MG_OK;
}

mg_status mg_text_describe(const mg_dataset *dataset, mg_arena *arena,
                           mg_data_facts *out)
{
    const mg_status status = describe(dataset, true, arena, out);
    return status == MG_BAD_DATA ? describe(dataset, false, arena, out)
                                 : status;
}
