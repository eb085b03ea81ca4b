/* picture: a tensor as lines of text. Layer explain. */
#ifndef MG_EXPLAIN_PICTURE_H
#define MG_EXPLAIN_PICTURE_H

#include "explain/board.h"

/* Draws the tensor at most `width` characters wide (if a column fits), in
 * words of the board's alphabet and memory. False: no memory. */
bool mg_picture_draw(mg_board *board, const mg_tensor *tensor, bool columns,
                     int width, mg_picture *out);

#endif
