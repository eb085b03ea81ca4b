/* board: words and matrices set side by side, as on a blackboard: vectors are
 * columns, numbers are aligned on the point, what is too wide or too high is
 * elided with dots. Layer explain. */
#ifndef MG_EXPLAIN_BOARD_H
#define MG_EXPLAIN_BOARD_H

#include "tensor/tensor.h"

/* Lines of one width (in characters shown); `base` is the one that stands on
 * the line of the words around it. */
typedef struct {
    int rows, width, base;
    const char **line;
} mg_picture;

#define MG_BOARD_PICTURES 16

typedef struct {
    mg_text *text; /* where it is written */
    mg_arena arena;
    int columns;
    bool unicode, color;
    int indent;
    int n_pictures; /* not yet written, to stand side by side */
    mg_picture picture[MG_BOARD_PICTURES];
    bool failed;
} mg_board;

void mg_board_init(mg_board *board, mg_text *text, int columns, bool unicode,
                   bool color);
/* Ends the board; a failure shows in the text's status. */
void mg_board_clear(mg_board *board);

/* A line: at the left, bold if it is a title; right: dim, at the margin, NULL:
 * nothing. */
void mg_board_line(mg_board *board, const char *left, const char *right,
                   bool title);

/* Puts words, then the tensor, behind what stands on the band; columns: the
 * leading axis, of the examples, runs to the right. */
void mg_board_put(mg_board *board, const char *words, const mg_tensor *tensor,
                  bool columns);
/* Writes the band: what does not fit beside goes below. */
void mg_board_flush(mg_board *board);

/* The same words in the board's alphabet; in its arena. */
const char *mg_board_words(mg_board *board, const char *words);

#endif
