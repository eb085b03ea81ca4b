/* program: a loop bound to block functions of one instruction set, and its
 * interpreter. Instructions run over blocks that stay in the nearest cache: a
 * part of a row, or a tile of several short rows. Results that no operand
 * takes stand in registers of a block each; in a tile an operand that does not
 * walk on from row to row (a bias, a number a row) is written out into one
 * first. Layer kernels. */
#ifndef MG_KERNELS_PROGRAM_H
#define MG_KERNELS_PROGRAM_H

#include "base/parallel.h"
#include "kernels/vector/set.h"
#include "optimise/loop.h"

/* Elements of a block, and so of a register. */
#define MG_PROGRAM_BLOCK 512
/* Operands that a tile can write out. */
#define MG_PROGRAM_WRITTEN 8

/* Where a source or a target stands. */
typedef struct {
    bool in_register;
    int number; /* operand or register */
} mg_program_place;

typedef struct {
    mg_block_fn *run;
    mg_block_op op;
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
    int64_t tile;  /* rows of a tile; 1: rows are cut into blocks */
    int64_t grain; /* the least share of a thread: rows, or elements of one */
    mg_shape outer;
    int n_operands;
    mg_program_operand operand[MG_LOOP_OPERANDS];
    int n_instructions;
    mg_program_instruction *instruction; /* of the arena */
    mg_block *block; /* [n_instructions], less n and addresses of operands and
                      * registers */
} mg_program;

/* Binds a loop without folds; *out stays NULL if it needs too many
 * registers. */
mg_status mg_program_create(mg_arena *arena, const mg_vector_set *set,
                            const mg_loop *loop, mg_program **out);

/* Runs it over the operands' memory. */
void mg_program_run(const mg_program *program, void *const arg[],
                    mg_pool *pool);

/* Whether operand i is not read after operand o is written. */
bool mg_program_reads_first(const mg_program *program, int i, int o);

#endif
