/* assemble: the table of one instruction set. Layer kernels. */
#include "kernels/vector/families.h"
#include "kernels/vector/lanes.h"

#define MG_TEXT(name) #name
#define MG_TEXT_OF(name) MG_TEXT(name)

static const mg_block_entry *const families[] = {
    MG_ISA_NAME(mg_blocks_arithmetic),  MG_ISA_NAME(mg_blocks_roots),
    MG_ISA_NAME(mg_blocks_exponential), MG_ISA_NAME(mg_blocks_sine),
    MG_ISA_NAME(mg_blocks_power),       MG_ISA_NAME(mg_blocks_choice),
    MG_ISA_NAME(mg_blocks_cast),        NULL,
};

const mg_vector_set MG_ISA_NAME(mg_vector_set) = {
    .name = MG_TEXT_OF(MG_ISA),
    .blocks = families,
    .fold = MG_ISA_NAME(mg_folds),
    .tile = MG_ISA_NAME(mg_tile),
    .tile_rows = MG_TILE_ROWS,
    .tile_columns = 2 * MG_LANES,
    .pack = MG_ISA_NAME(mg_pack),
    .dots = MG_ISA_NAME(mg_dots),
    .add_row = MG_ISA_NAME(mg_add_row),
    .turn = MG_ISA_NAME(mg_turn),
    .updated_dots = MG_ISA_NAME(mg_updated_dots),
    .narrow = MG_ISA_NAME(mg_narrow),
    .claim = MG_ISA_NAME(mg_claim),
    .spread = MG_ISA_NAME(mg_spread),
    .draw_uniform = MG_ISA_NAME(mg_draw_uniform),
};
