/* schema: what data meant when a network was trained: which columns fed an
 * input, which text was which class, which character which symbol. It travels
 * with the weights as JSON. Layer data. */
#ifndef MG_DATA_SCHEMA_H
#define MG_DATA_SCHEMA_H

#include "base/arena.h"
#include "base/text.h"

/* Of one input of the network; what does not apply is 0 and NULL. */
typedef struct {
    const char *name;          /* the input's */
    size_t n_columns;          /* of a table */
    const char *const *column; /* their names, in order */
    size_t n_classes;          /* of texts as labels */
    const char *const *label;  /* the text of class 0, 1, ... */
    size_t n_symbols;          /* of a text for language models: */
    const uint32_t *symbol;    /* code points of symbols 0, 1, ...; the symbol
                                * behind the last stands for the rest */
} mg_schema_input;

/* In the network's order of inputs. Strings belong to an arena. */
typedef struct {
    size_t n;
    mg_schema_input *input;
} mg_schema;

/* Appends the schema as one line of JSON; the same schema gives the same
 * bytes. */
void mg_schema_print(mg_text *text, const mg_schema *schema);

/* Reads it back, all of it in the arena; MG_BAD_DATA if it is none. */
mg_status mg_schema_parse(mg_arena *arena, const char *json, size_t length,
                          mg_schema *out);

/* The entry of that input, or NULL. */
const mg_schema_input *mg_schema_find(const mg_schema *schema,
                                      const char *input);

#endif
