/* text_walk: text files from front to back, in pieces of whole characters.
 * Layer data. */
#ifndef MG_DATA_TEXT_WALK_H
#define MG_DATA_TEXT_WALK_H

#include "data/reader.h"

typedef struct {
    size_t n;
    const char *const *path;
    uint64_t bytes; /* of all of them, when they were opened */
} mg_text_files;

#define MG_TEXT_PIECE 65536

typedef struct {
    mg_ctx *ctx;
    const mg_text_files *files;
    bool characters; /* UTF-8, a mark of byte order left out; else bytes */
    bool ended;      /* the piece is the last of its file */
    size_t next;     /* the file that comes next */
    mg_reader reader;
    uint64_t offset;   /* in the file, of what comes behind the piece */
    size_t begin, end; /* what is left of the piece */
    char bytes[MG_TEXT_PIECE];
} mg_text_walk;

/* The caller ends it with mg_text_walk_end. */
mg_status mg_text_walk_begin(mg_ctx *ctx, const mg_text_files *files,
                             bool characters, mg_text_walk **out);
void mg_text_walk_end(mg_text_walk *walk);

/* Makes the piece longer, or goes on to the next file; *more is false behind
 * the last. The caller moves `begin` over all whole characters: MG_BAD_DATA
 * with line and column where what is left is not UTF-8. */
mg_status mg_text_walk_more(mg_text_walk *walk, bool *more);

#endif
