/* take: the kernels of kernels.h with the instruction set as an argument, so
 * that tests reach each. As mg_kernel.take. Layer kernels. */
#ifndef MG_KERNELS_TAKE_H
#define MG_KERNELS_TAKE_H

#include "kernels/vector/set.h"
#include "optimise/plan.h"

mg_status mg_vector_take(const mg_vector_set *set, mg_arena *arena,
                         const mg_graph *g, mg_step *step, bool *taken);

mg_status mg_matmul_take(const mg_vector_set *set, mg_arena *arena,
                         const mg_graph *g, mg_step *step, bool *taken);
mg_status mg_turn_take(const mg_vector_set *set, mg_arena *arena,
                       const mg_graph *g, mg_step *step, bool *taken);
mg_status mg_deferred_take(const mg_vector_set *set, mg_arena *arena,
                           const mg_graph *g, mg_step *step, bool *taken);
mg_status mg_random_take(const mg_vector_set *set, mg_arena *arena,
                         mg_step *step, bool *taken);
mg_status mg_reduce_take(const mg_vector_set *set, mg_arena *arena,
                         mg_step *step, bool *taken);

#endif
