/* compile: the state that the stages of mg_plan_create share: steps.c makes
 * steps, updates.c decides where variables are written, memory.c places
 * buffers. Layer optimise. */
#ifndef MG_OPTIMISE_COMPILE_H
#define MG_OPTIMISE_COMPILE_H

#include "optimise/fuse.h"
#include "optimise/target.h"

#define MG_NO_BUFFER SIZE_MAX

/* Memory that one step writes and later steps read, through any views. */
typedef struct {
    size_t bytes;
    size_t first, last; /* steps: the writer, the last reader */
    bool result;        /* lives to the end */
    bool carried;       /* lives from run to run, too */
    size_t shares;      /* the buffer whose memory it takes, or MG_NO_BUFFER */
    size_t leaf;        /* the variable whose memory it takes, or as above */
    size_t offset;      /* in the arena */
} mg_buffer;

/* Where a value stands: an operand, and the buffer if it is in the arena
 * (operand.offset then counts from the buffer's start). */
typedef struct {
    mg_operand operand;
    size_t buffer;
} mg_location;

typedef struct {
    mg_plan *plan;
    const mg_target *target;
    mg_arena arena;        /* for the time of compiling */
    mg_location *location; /* by node id */
    mg_buffer *buffer;
    size_t n_buffers;
    size_t **step_buffer; /* [step][operand]: its buffer */
    size_t step_capacity;
} mg_compiler;

/* A new buffer, which the next step is to write. */
mg_status mg_compile_buffer(mg_compiler *c, const mg_type *type,
                            mg_location *out);
/* Where a step's operand stands. */
mg_location mg_compile_location(const mg_compiler *c, size_t step, int operand);
/* Whether a step computes one node, of that operation. */
bool mg_step_is_alone(const mg_step *step, const mg_op *op);
/* A group of two nodes, whose values are its inputs, then two outputs; NULL: no
 * memory. */
const mg_group *mg_compile_pair(mg_compiler *c, const mg_node *first,
                                const mg_node *second, size_t n_inputs,
                                const mg_value value[]);
/* Appends the step that computes a group from its inputs into its outputs. */
mg_status mg_compile_step(mg_compiler *c, const mg_group *group,
                          const mg_location input[],
                          const mg_location output[]);
/* The same; *taken stays false, and nothing is appended, if no kernel does
 * it. */
mg_status mg_compile_try(mg_compiler *c, const mg_group *group,
                         const mg_location input[], const mg_location output[],
                         bool *taken);
/* Appends a step that copies a value, to `to` or, if that is NULL, to a new
 * buffer; *out says where it stands then. */
mg_status mg_compile_copy(mg_compiler *c, mg_value value, const char *name,
                          const mg_location *from, const mg_location *to,
                          mg_location *out);
/* Steps for every node that the roots need. */
mg_status mg_compile_nodes(mg_compiler *c);

/* Joins steps that read the same matrix, a product with it and its update by
 * two vectors, where a kernel does both in one pass (turns.c). */
mg_status mg_compile_turns(mg_compiler *c);

/* The last step takes the place of that one, which ends. */
void mg_compile_replace(mg_compiler *c, size_t step);
/* Ends a step, and moves those behind it up. */
void mg_compile_remove(mg_compiler *c, size_t step);

/* Results as dense buffers that live to the end. */
mg_status mg_compile_results(mg_compiler *c);
/* New values of variables: in place where no later step reads the old one,
 * by a copy at the end otherwise. */
mg_status mg_compile_updates(mg_compiler *c);

/* Leaves updates that read a matrix to the next run's step that reads it, where
 * a kernel does both in one pass (deferred.c). */
mg_status mg_compile_deferred(mg_compiler *c);

/* Lifetimes, sharing in place, offsets; fills the plan's operands. */
mg_status mg_place_buffers(mg_compiler *c);

#endif
