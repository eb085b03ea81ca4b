/* csv_value: what the text of one field is: a number, nothing, or one of the
 * things that look like numbers to people. Layer data. */
#ifndef MG_DATA_CSV_VALUE_H
#define MG_DATA_CSV_VALUE_H

#include "base/ctx.h"

/* Whether all of text[0..length) is a decimal number with that decimal sign,
 * correctly rounded. One byte behind may be read. */
bool mg_csv_number(const char *text, size_t length, char decimal, double *out);

/* Empty, or one of the words that stand for nothing. */
bool mg_csv_is_missing(const char *text, size_t length);

/* Texts that are no number here. */
typedef enum {
    MG_CSV_WORD,
    MG_CSV_DATE,
    MG_CSV_UNIT, /* a number with letters behind it */
    MG_CSV_THOUSANDS,
    MG_CSV_COMMA, /* the other decimal sign */
    MG_CSV_POINT,
    MG_CSV_PERCENT,
    MG_CSV_CURRENCY,
    MG_CSV_HEX,
    MG_CSV_INFINITY,
    MG_CSV_MINUS, /* a typographer's */
    MG_CSV_BLANKS /* several numbers in a row */
} mg_csv_look;

mg_csv_look mg_csv_look_at(const char *text, size_t length, char decimal);

/* "is a date; ...": what it looks like and what to do, for messages. */
const char *mg_csv_look_words(mg_csv_look look);

/* The letters behind a number that is MG_CSV_UNIT begin here. */
size_t mg_csv_unit_at(const char *text, size_t length);

/* Whether the bytes are UTF-8. */
bool mg_csv_is_utf8(const char *text, size_t length);

#endif
