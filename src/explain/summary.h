/* summary: what a network is made of: its parameters, its named values as
 * layers, and what a training step costs. Layer explain. */
#ifndef MG_EXPLAIN_SUMMARY_H
#define MG_EXPLAIN_SUMMARY_H

#include "formula/network.h"

typedef struct {
    const char *name;
    mg_type type;
    int line;
    const char *formula; /* the statement that gives it; NULL: none */
    int64_t parameters;  /* trained numbers that come in here */
    double flops;        /* forward, one example: from the values above here */
} mg_summary_layer;

typedef struct {
    const char *name;
    mg_type type;
    int line;
    int64_t count; /* numbers */
} mg_summary_param;

/* Names and formulas are the network's, which must live as long. */
typedef struct {
    mg_arena arena; /* owns the arrays */
    const mg_network *network;
    size_t n_layers, n_params;
    mg_summary_layer *layer; /* every named value, in order of evaluation */
    mg_summary_param *param;
    int64_t parameters; /* trained numbers */
    size_t parameter_bytes;
    double forward_flops; /* of one example */
    bool trains;          /* there is a loss: what follows is known */
    int64_t batch;
    double step_flops;  /* of a training step of that batch */
    size_t arena_bytes; /* what it needs beside parameters and data */
    size_t live_bytes;  /* of them at least, since they live at once */
} mg_summary;

/* batch 0: the network's. Reads the network's text again for training. */
mg_status mg_summary_create(const mg_network *network, int64_t batch,
                            mg_summary **out);
void mg_summary_destroy(mg_summary *summary);

/* As a line of JSON, and as tables for people. */
void mg_summary_json(const mg_summary *summary, mg_text *text);
void mg_summary_text(const mg_summary *summary, mg_text *text);

#endif
