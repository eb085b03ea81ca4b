/* query: the name of a data set taken apart: "iris.csv?target=species". A file
 * whose name holds a question mark is taken as it is. Layer data. */
#ifndef MG_DATA_QUERY_H
#define MG_DATA_QUERY_H

#include "base/arena.h"

typedef struct {
    const char *key;
    const char *value;
} mg_query_pair;

typedef struct {
    const char *name; /* as it was given */
    const char *path;
    size_t n;
    mg_query_pair *pair;
} mg_query;

/* Takes a name apart, in the arena; %26 in a value is an ampersand, and so
 * on. Unknown keys and doubled ones are refused with the ones that exist. */
mg_status mg_query_parse(mg_arena *arena, const char *name, mg_query *out);

/* The value of a key, or NULL. */
const char *mg_query_text(const mg_query *query, const char *key);

/* A key's yes or no; `otherwise` if it is not there, MG_BAD_ARGUMENT for
 * other words. */
mg_status mg_query_flag(mg_ctx *ctx, const mg_query *query, const char *key,
                        bool otherwise, bool *out);

#endif
