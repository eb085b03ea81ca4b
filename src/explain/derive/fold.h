/* fold: library calls as single operations with the derivative that a person
 * knows for them (softmax under cross-entropy: p - onehot(c)), in a copy of
 * the network's graph that is derived and never evaluated. Layer explain. */
#ifndef MG_EXPLAIN_DERIVE_FOLD_H
#define MG_EXPLAIN_DERIVE_FOLD_H

#include "formula/network.h"

/* The operations that stand for calls, by the library's names or, where the
 * library has no such function, with a definition. Attributes hold a number's
 * bits (mg_fold_number). */
extern const mg_op mg_fold_softmax, mg_fold_log_softmax, mg_fold_cross_entropy,
    mg_fold_binary_cross_entropy, mg_fold_huber, mg_fold_relu, mg_fold_gelu,
    mg_fold_silu, mg_fold_softplus, mg_fold_heads_first, mg_fold_heads_last,
    mg_fold_normalise, mg_fold_rms_normalise;
/* Derivatives with a name of their own. */
extern const mg_op mg_fold_gelu_slope, mg_fold_silu_slope,
    mg_fold_normalise_back, mg_fold_rms_normalise_back;

double mg_fold_number(int64_t attr);

/* A copy of the network's graph in `to`; value[id], in arena, are the copies
 * by the ids of the network's nodes. fold: calls become single nodes. divide:
 * products of elements (prod) are derived as y / x, as on paper, which fails
 * where an element is 0; *divided says whether there were any. */
mg_status mg_fold_graph(const mg_network *network, bool fold, bool divide,
                        mg_graph *to, mg_arena *arena, mg_value **value,
                        bool *divided);

#endif
