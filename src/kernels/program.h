/* program: a loop bound to block functions of one instruction set, and its
 * interpreter. Instructions run over blocks that stay in the nearest cache: a
 * part of a row, a row that is done whole, or a tile of several short rows.
 * Results that no operand takes stand in registers of a block each. In a tile
 * what does not walk on from row to row (a bias, a number a row) is written out
 * before elements are computed with it. Layer kernels. */
#ifndef MG_KERNELS_PROGRAM_H
#define MG_KERNELS_PROGRAM_H

#include "graph/frame.h"
#include "kernels/vector/set.h"
#include "optimise/loop.h"

/* Bytes of a block, and so of a register: 1024 floats. */
#define MG_PROGRAM_BLOCK 4096
/* Operands and numbers of rows that a tile can write out. */
#define MG_PROGRAM_WRITTEN 16
#define MG_PROGRAM_INSTRUCTIONS (MG_LOOP_INSTRUCTIONS + MG_LOOP_SPREADS)

/* Where a source or a target stands. */
typedef enum {
    MG_IN_OPERAND,
    MG_IN_REGISTER, /* elements */
    MG_IN_ROWS,     /* a register of numbers, one a row */
    MG_IN_WRITTEN,
} mg_program_space;

typedef struct {
    mg_program_space space;
    int number;
} mg_program_place;

typedef enum {
    MG_DO_BLOCK,
    MG_DO_FOLD,   /* rows into numbers */
    MG_DO_SPREAD, /* a number a row along its row, into what is written */
    MG_DO_DRAW,   /* random numbers by the places of the elements */
} mg_program_work;

typedef struct {
    mg_program_work work;
    mg_level level;
    mg_block_fn *run;
    const mg_fold_entry *fold;
    mg_spread_fn *spread;
    mg_draw_fn *draw;
    int64_t call;   /* of random numbers */
    double divisor; /* of folds */
    mg_block_op op;
    int n_sources;
    mg_program_place source[MG_BLOCK_SOURCES], target;
} mg_program_instruction;

typedef struct {
    int64_t step;               /* within the row, in elements */
    int64_t size;               /* bytes of an element */
    int64_t outer[MG_MAX_RANK]; /* strides of the outer axes in bytes */
    int written;                /* its place among the written out, or -1 */
    bool fixed;                 /* the same for all rows */
} mg_program_operand;

typedef struct {
    int64_t rows, length;
    int64_t elements; /* of a block */
    int64_t tile;     /* rows of a tile; 1: a row or its blocks */
    bool whole;       /* rows are not cut */
    int64_t grain; /* the least share of a thread: rows, or elements of one */
    mg_shape outer;
    int n_operands, n_instructions, n_written;
    mg_program_operand operand[MG_LOOP_OPERANDS];
    mg_program_instruction *instruction; /* of the arena */
    mg_block *block; /* [n_instructions], less n and addresses */
} mg_program;

/* Binds a loop; *out stays NULL if it needs more registers than there are. */
mg_status mg_program_create(mg_arena *arena, const mg_vector_set *set,
                            const mg_loop *loop, mg_program **out);

/* What a session keeps of a program over a few elements. */
typedef struct mg_program_bound mg_program_bound;

/* *out stays NULL for other programs. */
mg_status mg_program_bind(mg_ctx *ctx, const mg_program *program,
                          mg_program_bound **out);
void mg_program_unbind(mg_program_bound *bound);

/* Runs it over the operands' memory; bound may be NULL. */
void mg_program_run(const mg_program *program, void *const arg[],
                    const mg_program_bound *bound, const mg_frame *frame);

/* The same for some rows of a loop, by the calling thread. */
void mg_program_run_rows(const mg_program *program, void *const arg[],
                         const mg_frame *frame, int64_t begin, int64_t end);

/* Whether operand i is not read after operand o is written. */
bool mg_program_reads_first(const mg_program *program, int i, int o);

#endif
