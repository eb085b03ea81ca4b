/* loop: the one form of everything that is not a product, a window or a pure
 * move: an outer parallel loop over rows, and in it passes over the row, each
 * elementwise, with optional reductions into row scalars. fuse.h chooses the
 * operations. Consumers: the
 * vector interpreter (kernels/vector), later the C printer of the export.
 * Layer optimise. */
#ifndef MG_OPTIMISE_LOOP_H
#define MG_OPTIMISE_LOOP_H

#include "optimise/plan.h"

#define MG_LOOP_OPERANDS 24
#define MG_LOOP_INSTRUCTIONS 32
#define MG_LOOP_REGISTERS 8 /* results at once that no operand takes */
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
 * the registers, one a result. */
typedef struct {
    const mg_op *op;
    mg_dtype dtype; /* of the result */
    int source[MG_LOOP_SOURCES];
    int target;
} mg_loop_instruction;

typedef enum { MG_FOLD_NONE, MG_FOLD_SUM, MG_FOLD_MAX, MG_FOLD_MIN } mg_fold;

/* A pass over the row: instructions, then at most one fold of the last result
 * into a row scalar, which later passes read as an operand. */
typedef struct {
    int first, count; /* instructions */
    mg_fold fold;
    int fold_target;
} mg_loop_pass;

typedef struct {
    mg_shape outer; /* axes of the loop over rows, strides collapsed */
    int64_t rows;   /* their product */
    int64_t length; /* of a row */
    int n_operands;
    mg_loop_operand operand[MG_LOOP_OPERANDS];
    int n_instructions;
    mg_loop_instruction instruction[MG_LOOP_INSTRUCTIONS];
    int n_passes;
    mg_loop_pass pass[4];
} mg_loop;

/* Lowers a step of elementwise nodes with the operands' strides to a loop of
 * one pass: broadcasts become strides 0, neighbouring axes that all operands
 * walk alike are collapsed, the last axis becomes the row. False if a node has
 * no such form; reductions have none yet (kernels/reduce.c has its own). */
bool mg_loop_lower(const mg_step *step, mg_loop *out);

#endif
