/* loop: the one form of everything that is not a product, a window or a pure
 * move: an outer parallel loop over rows, and a list of instructions, each by
 * element, or random numbers by the elements' places, or a fold of rows into a
 * number each, or by such numbers. A row that is folded is short enough to be
 * done whole, so the instructions run one after the other and nothing is
 * computed twice. fuse.h chooses the operations. Consumers: the vector
 * interpreter (kernels/program.h), later the C printer of the export. Layer
 * optimise. */
#ifndef MG_OPTIMISE_LOOP_H
#define MG_OPTIMISE_LOOP_H

#include "optimise/extent.h"
#include "optimise/plan.h"

#define MG_LOOP_OPERANDS 24
#define MG_LOOP_INSTRUCTIONS 32
/* Results of a level at once that no operand takes. */
#define MG_LOOP_REGISTERS 8
/* Numbers of rows that elements are computed with. */
#define MG_LOOP_SPREADS 6
/* Elements of a row that is folded. */
#define MG_LOOP_ROW 1024
#define MG_LOOP_SOURCES 3

/* How a row of an operand is walked. */
typedef enum {
    MG_WALK_ROW,     /* contiguous elements */
    MG_WALK_SCALAR,  /* one element for the whole row */
    MG_WALK_STRIDED, /* every stride-th element */
} mg_walk;

typedef struct {
    mg_walk walk;
    mg_dtype dtype;
    int64_t stride;             /* within the row, in elements */
    int64_t outer[MG_MAX_RANK]; /* strides of the outer axes */
} mg_loop_operand;

/* target = op(source...): numbers below n_operands are operands, then come
 * the results of instructions, by the place of their node in the group. A fold
 * is the reduction's op over its row. Places of elements are counted through
 * all rows. */
typedef struct {
    const mg_op *op;
    mg_dtype dtype; /* of the result */
    mg_level level;
    bool folds;
    int n_sources, source[MG_LOOP_SOURCES];
    int target;
    const int64_t *attr; /* of the operation */
} mg_loop_instruction;

typedef struct {
    mg_shape outer; /* axes of the loop over rows, strides collapsed */
    int64_t rows;   /* their product */
    int64_t length; /* of a row */
    bool whole;     /* rows are to be done whole */
    int n_operands;
    mg_loop_operand operand[MG_LOOP_OPERANDS];
    int n_instructions;
    mg_loop_instruction instruction[MG_LOOP_INSTRUCTIONS];
} mg_loop;

/* Whether n nodes, ascending, are a loop within these limits; output: which of
 * them others read. place: zeros by id, which it leaves so. */
bool mg_fits_a_loop(const mg_graph *g, int n, const mg_node *const node[],
                    const bool output[], uint32_t place[]);

/* Lowers a step with the operands' strides: broadcasts become strides 0,
 * neighbouring axes that all operands walk alike are collapsed; the row is what
 * is folded, else the last axis. False if the nodes have no such form, as a
 * reduction alone (kernels/reduce.c), or their operands do not. */
bool mg_loop_lower(const mg_graph *g, const mg_step *step, mg_loop *out);

/* The same with the last axis as the row, whatever could be collapsed, and all
 * others as one. */
bool mg_loop_lower_rows(const mg_graph *g, const mg_step *step, mg_loop *out);

#endif
