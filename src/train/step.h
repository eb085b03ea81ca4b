/* step: compiled plans over examples. An example is its row number: inputs in
 * memory become rows of arrays, so that gathering a batch (and u8 to f32) is
 * the plan's first step; others are fetched into memory of the plan before
 * each run. Then missing values are filled and inputs standardised, where the
 * weights hold statistics (statistics.h). Layer train. */
#ifndef MG_TRAIN_STEP_H
#define MG_TRAIN_STEP_H

#include "data/examples.h"
#include "run/run.h"
#include "train/measures.h"

/* Leaves beside the parameters; a name with a blank cannot be a path. */
#define MG_ROW_NAME "batch rows"
#define MG_DATA_PREFIX "data "
#define MG_GRADIENT_SUM_PREFIX "gradient sum "
#define MG_WEIGHT_SUM_NAME "weight sum"

/* What a plan is to compute for a batch. */
typedef enum {
    MG_FOR_TRAINING,  /* the sums of measures, and all updates */
    MG_FOR_GRADIENTS, /* the same, but gradients are added to sums of them */
    MG_FOR_STEP,      /* the optimiser's updates from those sums; no examples */
    MG_FOR_MEASURES,  /* the sums of measures */
    MG_FOR_OUTPUTS,   /* the outputs of each example */
} mg_purpose;

typedef struct {
    const mg_network *network;   /* built for training where it trains */
    const mg_measures *measures; /* of that network; NULL for outputs */
    const mg_examples *examples; /* NULL: the inputs are leaves by name, of
                                  * their own types */
    mg_weights *weights;
    mg_weights *sums; /* of gradients: MG_FOR_GRADIENTS adds them,
                       * MG_FOR_STEP reads them; else NULL */
    mg_kernels kernels;
} mg_step_source;

/* A plan with a session of its own, for one batch size. */
typedef struct {
    mg_ctx *ctx;
    const mg_examples *examples;
    mg_plan *plan;
    mg_session *session;
    int64_t batch;
    int64_t *row;        /* [batch]: which examples the next run takes */
    size_t n_inputs;     /* of the network */
    void **staged;       /* [n_inputs]: [batch, row...] of what is fetched, or
                          * set by the caller without examples; else NULL */
    int64_t step, steps; /* the settings of training */
    int64_t draw;        /* the number of the next run's random draws */
    size_t n_results;    /* the measures' parts, or the outputs */
    mg_tensor *result;   /* [n_results] */
} mg_step_plan;

/* Compiles for a batch size and binds everything. */
mg_status mg_step_plan_create(const mg_step_source *source, mg_purpose purpose,
                              int64_t batch, mg_step_plan **out);
void mg_step_plan_destroy(mg_step_plan *p);

/* Runs one batch: row, draw and for training step, steps are set before. */
mg_status mg_step_plan_run(mg_step_plan *p, uint64_t seed);

/* Only fetches the batch, as a run does first. */
mg_status mg_step_plan_fetch(mg_step_plan *p);

/* The graph of a batch before optimisation, e.g. to look for the first value
 * that is not finite by the oracle. It holds nodes that no root needs. Roots:
 * outputs by name, or "result 0", ... as in mg_step_plan.result. */
mg_status mg_step_graph(const mg_step_source *source, mg_purpose purpose,
                        int64_t batch, mg_graph **out);

/* The memory that feeds a leaf of such a graph, or NULL: none of that name.
 * p has the batch's rows and settings. */
void *mg_step_leaf(const mg_step_source *source, mg_step_plan *p,
                   const mg_node *leaf);

#endif
