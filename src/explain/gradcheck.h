/* gradcheck: the gradient of every parameter and real input against central
 * differences of the oracle, in double precision. Layer explain. */
#ifndef MG_EXPLAIN_GRADCHECK_H
#define MG_EXPLAIN_GRADCHECK_H

#include "formula/network.h"
#include "train/weights.h"

typedef enum {
    MG_GRADCHECK_PASS,
    MG_GRADCHECK_FAIL,
    MG_GRADCHECK_UNTESTED, /* every gradient tried was 0 */
} mg_gradcheck_verdict;

/* The element with the largest error. */
typedef struct {
    int64_t index; /* in C order */
    double analytic, numeric;
    double error; /* |a - n| / max(1, |a|, |n|) */
} mg_gradcheck_worst;

typedef struct {
    const char *name;
    mg_shape shape;
    int64_t tried; /* elements */
    mg_gradcheck_worst worst;
    mg_gradcheck_verdict verdict;
} mg_gradcheck_name;

typedef struct {
    mg_arena arena; /* owns all of it */
    uint64_t seed;
    double value; /* loss + penalty at the point */
    bool pass;    /* no name failed */
    size_t n;
    mg_gradcheck_name *name; /* inputs, targets, then parameters */
} mg_gradcheck;

typedef struct {
    uint64_t seed;            /* of what is drawn */
    int64_t elements;         /* at most, a name; 0: 100; negative: all */
    const mg_tensor *example; /* one an input; data NULL, or example NULL:
                               * drawn */
} mg_gradcheck_options;

/* The network must be in f64 and have a loss. */
mg_status mg_gradcheck_create(const mg_network *network,
                              const mg_weights *weights,
                              const mg_gradcheck_options *options,
                              mg_gradcheck **out);
void mg_gradcheck_destroy(mg_gradcheck *check);

/* As a line of JSON, and as a table for people. */
void mg_gradcheck_json(const mg_gradcheck *check, mg_text *text);
void mg_gradcheck_text(const mg_gradcheck *check, mg_text *text);

#endif
