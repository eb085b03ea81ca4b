/* csv_read: rows of fields from a file of separated values, as RFC 4180 has
 * them and as people write them: any line end, quotes with doubled quotes and
 * line breaks within, blanks around fields. A faulty row is told by its place,
 * and reading goes on behind it. Layer data. */
#ifndef MG_DATA_CSV_READ_H
#define MG_DATA_CSV_READ_H

#include "base/memory.h"

/* A longer field, or a row of more, is hardly meant. */
#define MG_CSV_FIELD_MOST ((size_t)1 << 20)
#define MG_CSV_FIELDS_MOST ((size_t)1 << 16)
#define MG_CSV_BLOCK ((size_t)1 << 18)

/* Quotes taken off; blanks around it too, but not those within quotes. */
typedef struct {
    const char *text; /* not 0-terminated, but one byte may be read behind */
    size_t length;
    size_t at; /* where it begins in the row: for mg_csv_place_of */
    bool quoted;
    bool doubled; /* the reader's own: doubled quotes are yet to be undone */
} mg_csv_field;

typedef struct {
    int64_t line, column; /* from 1; columns in characters */
} mg_csv_place;

typedef enum {
    MG_CSV_ROW,
    MG_CSV_FAULTY, /* `fault` says what is wrong, `place` where */
    MG_CSV_END
} mg_csv_found;

typedef struct {
    mg_csv_found found;
    size_t n; /* at least 1 in a row: blank lines are passed over */
    const mg_csv_field *field;
    const char *fault;
    mg_csv_place place; /* of a row: its first byte */
} mg_csv_row;

typedef struct mg_csv_reader mg_csv_reader;

/* Opens a file of which `block` bytes are read at a time; the path is
 * borrowed. */
mg_status mg_csv_reader_open(mg_ctx *ctx, const char *path, char separator,
                             size_t block, mg_csv_reader **out);
void mg_csv_reader_close(mg_csv_reader *reader);

/* The next row, valid until the call after this. Fails where nothing more can
 * be read. */
mg_status mg_csv_next(mg_csv_reader *reader, mg_csv_row *out);

/* Where a field of the present row begins. */
mg_csv_place mg_csv_place_of(const mg_csv_reader *reader,
                             const mg_csv_field *field);

#endif
