/* families: the tables of one instruction set, each ended by op NULL.
 * Layer kernels. */
#ifndef MG_KERNELS_VECTOR_FAMILIES_H
#define MG_KERNELS_VECTOR_FAMILIES_H

#include "kernels/vector/set.h"

extern const mg_block_entry MG_ISA_NAME(mg_blocks_arithmetic)[];
extern const mg_block_entry MG_ISA_NAME(mg_blocks_roots)[];
extern const mg_block_entry MG_ISA_NAME(mg_blocks_exponential)[];
extern const mg_block_entry MG_ISA_NAME(mg_blocks_sine)[];
extern const mg_block_entry MG_ISA_NAME(mg_blocks_power)[];
extern const mg_block_entry MG_ISA_NAME(mg_blocks_choice)[];
extern const mg_block_entry MG_ISA_NAME(mg_blocks_cast)[];

extern const mg_fold_entry MG_ISA_NAME(mg_folds)[MG_FOLDS];

void MG_ISA_NAME(mg_tile)(const mg_tile *tile);
void MG_ISA_NAME(mg_pack)(const mg_pack *pack);
void MG_ISA_NAME(mg_narrow)(const float *x, float factor, uint16_t *y,
                            int64_t n);
void MG_ISA_NAME(mg_claim)(void *y, int64_t bytes);
void MG_ISA_NAME(mg_spread)(const uint32_t *x, int64_t step, int64_t rows,
                            int64_t length, uint32_t *y);
void MG_ISA_NAME(mg_add_row)(const float *c, float a, const float *b, float *y,
                             int64_t n);
void MG_ISA_NAME(mg_dots)(const mg_dots *dots);
void MG_ISA_NAME(mg_turn)(const mg_turn *turn);
void MG_ISA_NAME(mg_updated_dots)(const mg_updated_dots *dots);

void MG_ISA_NAME(mg_draw_uniform)(const mg_stream *stream, int64_t first,
                                  int64_t n, float *y);

extern const mg_vector_set MG_ISA_NAME(mg_vector_set);

#endif
