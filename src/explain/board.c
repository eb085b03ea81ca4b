/* board: see board.h. Layer explain. */
#include "explain/board.h"

#include "explain/ascii.h"
#include "explain/picture.h"
#include "explain/words.h"

#include <string.h>

enum { LEAST_COLUMNS = 40 };

void mg_board_init(mg_board *board, mg_text *text, int columns, bool unicode,
                   bool color)
{
    *board = (mg_board){
        .text = text,
        .columns = columns < LEAST_COLUMNS ? LEAST_COLUMNS : columns,
        .unicode = unicode,
        .color = color,
    };
    mg_arena_init(&board->arena, text->ctx);
}

void mg_board_clear(mg_board *board)
{
    if (board->failed)
        board->text->failed = true;
    mg_arena_clear(&board->arena);
}

static const char *failure(mg_board *board)
{
    board->failed = true;
    return "";
}

const char *mg_board_words(mg_board *board, const char *words)
{
    if (board->unicode)
        return words;
    mg_text text;
    mg_text_init(&text, board->arena.ctx);
    mg_ascii(&text, words);
    const char *const kept =
        mg_arena_string(&board->arena, mg_text_string(&text), text.length);
    const bool good = kept && mg_text_status(&text) == MG_OK;
    mg_text_clear(&text);
    return good ? kept : failure(board);
}

static void put_spaces(mg_text *text, int count)
{
    for (int i = 0; i < count; i++)
        mg_text_puts(text, " ");
}

static void put_in(mg_board *board, const char *code, const char *words)
{
    if (board->color && *words)
        mg_text_printf(board->text, "\x1b[%sm", code);
    mg_text_puts(board->text, words);
    if (board->color && *words)
        mg_text_puts(board->text, "\x1b[0m");
}

void mg_board_line(mg_board *board, const char *left, const char *right,
                   bool title)
{
    left = mg_board_words(board, left);
    if (title)
        put_in(board, "1", left);
    else
        mg_text_puts(board->text, left);
    if (right && *right) {
        right = mg_board_words(board, right);
        const int gap =
            board->columns - mg_words_width(left) - mg_words_width(right);
        put_spaces(board->text, gap < 2 ? 2 : gap);
        put_in(board, "2", right);
    }
    mg_text_puts(board->text, "\n");
}

/* ---- Bands of pictures ---- */

/* Puts the words before the picture's base line. */
static bool put_words_before(mg_board *board, const char *words,
                             mg_picture *picture)
{
    const int width = mg_words_width(words);
    mg_text text;
    mg_text_init(&text, board->arena.ctx);
    bool good = true;
    for (int r = 0; r < picture->rows && good; r++) {
        if (r == picture->base)
            mg_text_puts(&text, words);
        else
            put_spaces(&text, width);
        mg_text_puts(&text, picture->line[r]);
        picture->line[r] =
            mg_arena_string(&board->arena, mg_text_string(&text), text.length);
        good = picture->line[r] && mg_text_status(&text) == MG_OK;
        mg_text_clear(&text);
    }
    picture->width += width;
    return good;
}

void mg_board_put(mg_board *board, const char *words, const mg_tensor *tensor,
                  bool columns)
{
    if (board->n_pictures == MG_BOARD_PICTURES)
        mg_board_flush(board);
    words = mg_board_words(board, words);
    const int room = board->columns - board->indent - mg_words_width(words);
    mg_picture picture = {0};
    if (!mg_picture_draw(board, tensor, columns, room, &picture) ||
        !put_words_before(board, words, &picture))
        failure(board);
    else
        board->picture[board->n_pictures++] = picture;
}

/* Leaves spaces at the end of the line to be written before more. */
static int put_trimmed(mg_text *text, int spaces, const char *line)
{
    size_t length = strlen(line);
    int trailing = 0;
    for (; length > 0 && line[length - 1] == ' '; length--)
        trailing++;
    put_spaces(text, spaces);
    mg_text_append(text, line, length);
    return trailing;
}

/* The lines of pictures [first, end), side by side with their bases level. */
static void write_band(mg_board *board, int first, int end)
{
    int above = 0, below = 0;
    for (int p = first; p < end; p++) {
        const mg_picture *const picture = &board->picture[p];
        const int under = picture->rows - picture->base;
        above = picture->base > above ? picture->base : above;
        below = under > below ? under : below;
    }
    for (int row = -above; row < below; row++) {
        int pending = board->indent; /* spaces, unless the line ends */
        for (int p = first; p < end; p++) {
            const mg_picture *const picture = &board->picture[p];
            const int r = row + picture->base;
            if (r < 0 || r >= picture->rows)
                pending += picture->width;
            else
                pending = put_trimmed(board->text, pending, picture->line[r]);
            pending += 3;
        }
        mg_text_puts(board->text, "\n");
    }
}

void mg_board_flush(mg_board *board)
{
    int first = 0, used = board->indent;
    for (int p = 0; p < board->n_pictures; p++) {
        const int width = board->picture[p].width + 3;
        if (p > first && used + width - 3 > board->columns) {
            write_band(board, first, p);
            first = p;
            used = board->indent;
        }
        used += width;
    }
    if (first < board->n_pictures)
        write_band(board, first, board->n_pictures);
    board->n_pictures = 0;
}
