/* text_walk: what is left of a character goes before the next piece.
 * Layer data. */
#include "data/text_walk.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <string.h>

mg_status mg_text_walk_begin(mg_ctx *ctx, const mg_text_files *files,
                             bool characters, mg_text_walk **out)
{
    mg_text_walk *walk = mg_alloc(ctx, 1, sizeof *walk);
    if (!walk)
        return MG_NO_MEMORY;
    walk->ctx = ctx;
    walk->files = files;
    walk->characters = characters;
    walk->reader.file = -1;
    *out = walk;
    return MG_OK;
}

void mg_text_walk_end(mg_text_walk *walk)
{
    if (!walk)
        return;
    mg_reader_close(&walk->reader);
    mg_free(walk->ctx, walk);
}

/* Line and column, in characters from 1, of a byte in the open file, whose
 * text before it is UTF-8. The piece is lost. */
static mg_status find_place(mg_text_walk *w, uint64_t offset, int64_t *line,
                            int64_t *column)
{
    *line = *column = 1;
    for (uint64_t at = 0; at < offset;) {
        const uint64_t left = offset - at;
        size_t got = left < sizeof w->bytes ? (size_t)left : sizeof w->bytes;
        MG_TRY(mg_reader_read(&w->reader, at, got, w->bytes, &got));
        if (got == 0)
            break;
        at += got;
        for (size_t i = 0; i < got; i++) {
            if (w->bytes[i] == '\n') {
                ++*line;
                *column = 1;
            } else if (((unsigned char)w->bytes[i] & 0xC0) != 0x80) {
                ++*column;
            }
        }
    }
    return MG_OK;
}

static mg_status not_utf8(mg_text_walk *w)
{
    const unsigned char byte = (unsigned char)w->bytes[w->begin];
    const uint64_t offset = w->offset - (w->end - w->begin);
    int64_t line, column;
    MG_TRY(find_place(w, offset, &line, &column));
    return mg_fail(w->ctx, MG_BAD_DATA,
                   "%s:%" PRId64 ":%" PRId64 ": byte 0x%02X: this is not UTF-8 "
                   "text; save it as UTF-8, or let the network take bytes "
                   "(int 256)",
                   w->reader.path, line, column, byte);
}

/* Fills the piece behind what is left of it. */
static mg_status read_piece(mg_text_walk *w)
{
    const size_t left = w->end - w->begin;
    size_t got = 0;
    if (w->begin > 0)
        memmove(w->bytes, w->bytes + w->begin, left);
    w->begin = 0;
    w->end = left;
    MG_TRY(mg_reader_read(&w->reader, w->offset, sizeof w->bytes - left,
                          w->bytes + left, &got));
    if (w->offset == 0 && w->characters && got >= 3 &&
        memcmp(w->bytes, "\xEF\xBB\xBF", 3) == 0)
        w->begin = 3;
    w->ended = got < sizeof w->bytes - left;
    w->end += got;
    w->offset += got;
    return MG_OK;
}

static mg_status open_next(mg_text_walk *w)
{
    mg_reader_close(&w->reader);
    w->offset = 0;
    w->begin = w->end = 0;
    return mg_reader_open(w->ctx, w->files->path[w->next++], &w->reader);
}

mg_status mg_text_walk_more(mg_text_walk *walk, bool *more)
{
    mg_text_walk *w = walk;
    do {
        const size_t left = w->end - w->begin;
        if (left >= MG_UTF8_SIZE || (left > 0 && w->ended))
            return not_utf8(w);
        if (w->reader.file < 0 || w->ended) {
            if (w->next == w->files->n) {
                *more = false;
                return MG_OK;
            }
            MG_TRY(open_next(w));
        }
        MG_TRY(read_piece(w));
    } while (w->begin == w->end);
    *more = true;
    return MG_OK;
}
