/* measures: loss and metrics of many examples, from sums over them. Which
 * values are summed, where the sums stand and how they become means is known
 * here alone, so that epochs and data sets are exact whatever the batches.
 * Layer train. */
#ifndef MG_TRAIN_MEASURES_H
#define MG_TRAIN_MEASURES_H

#include "train/weights.h"

/* A value of each example that is summed, times the example's weight. */
typedef struct {
    mg_value value; /* in the network's graph */
    size_t count;   /* elements: 1, more only of a total's argument */
    size_t offset;  /* of its sums; 0: it is the weight itself */
    bool is_total;
} mg_measure_part;

typedef struct {
    mg_ctx *ctx;
    mg_arena arena;
    const mg_network *network;
    size_t n;              /* the loss if there is one, then the metrics */
    const char **name;     /* [n] */
    size_t n_parts;        /* results of a plan, in this order */
    mg_measure_part *part; /* the weight first, if the network has one */
    size_t n_sums;         /* numbers: sum[0] is that of the weights */
    const mg_measure_part **mean; /* [n]: whose mean it is, or NULL: */
    mg_value *end;                /* [n]: its value in end_graph */
    mg_graph *end_graph;          /* metrics over totals, in double precision */
} mg_measures;

/* Fails where a metric with totals depends on the example otherwise. */
mg_status mg_measures_init(mg_measures *m, const mg_network *network);
void mg_measures_clear(mg_measures *m);

/* Adds a plan's results for `batch` examples. */
void mg_measures_add(const mg_measures *m, const mg_tensor result[],
                     int64_t batch, double sum[]);

/* Writes the n measures; weights feed the parameters in metrics. */
mg_status mg_measures_finish(const mg_measures *m, const mg_weights *weights,
                             double sum[], mg_measure out[]);

/* Whether the loss's sum is a finite number. */
bool mg_measures_loss_is_finite(const mg_measures *m, const double sum[]);

#endif
