/* program: a loop bound to block functions of one instruction set, and its
 * interpreter. Instructions run over blocks of the row that stay in the
 * nearest cache; results that no operand takes stand in registers of a block
 * each. Layer kernels. */
#ifndef MG_KERNELS_PROGRAM_H
#define MG_KERNELS_PROGRAM_H

#include "base/parallel.h"
#include "kernels/vector/set.h"
#include "optimise/loop.h"

/* Elements of a register; a row is done in blocks of so many. */
#define MG_PROGRAM_BLOCK 512
#define MG_PROGRAM_REGISTERS 8

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
} mg_program_operand;

typedef struct {
    int64_t rows, length;
    int64_t grain; /* the least share of a thread: rows, or elements of one */
    mg_shape outer;
    int n_operands;
    mg_program_operand operand[MG_LOOP_OPERANDS];
    int n_instructions;
    mg_program_instruction *instruction; /* of the arena */
    mg_block block; /* of the first instruction, less addresses and n */
} mg_program;

/* Binds a loop without folds; *out stays NULL if it needs too many
 * registers. */
mg_status mg_program_create(mg_arena *arena, const mg_vector_set *set,
                            const mg_loop *loop, mg_program **out);

/* Runs it over the operands' memory. */
void mg_program_run(const mg_program *program, void *const arg[],
                    mg_pool *pool);

#endif
