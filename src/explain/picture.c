/* picture: see picture.h. Of more than two axes the first matrix is drawn.
 * Layer explain. */
#include "explain/picture.h"

#include "explain/words.h"

#include <stdio.h>
#include <string.h>

/* Numbers are shown with six significant digits. A higher matrix shows its
 * first and last rows. */
enum { DIGITS = 6, MOST_ROWS = 10, FIRST_ROWS = 6, LAST_ROWS = 2 };
enum { MOST_COLUMNS = 256 };

/* What is drawn: element (i, j) stands at i * row + j * column of the tensor
 * in C order. */
typedef struct {
    const mg_tensor *tensor;
    int64_t rows, columns, row, column;
    bool brackets;
    bool part; /* the first matrix of several */
} matrix;

/* A number cut at its point: the left part ends there. */
typedef struct {
    char text[MG_REAL_SIZE];
    int left, right; /* characters */
} cell;

typedef struct {
    int64_t index[MOST_COLUMNS]; /* -1: dots */
    int count;
} selection;

static matrix matrix_of(const mg_tensor *t, bool columns)
{
    const mg_shape *const s = &t->type.shape;
    const int64_t last = s->rank > 0 ? s->dim[s->rank - 1] : 1;
    matrix m = {.tensor = t, .brackets = s->rank > 0, .part = s->rank > 2};
    if (s->rank < 2) {
        m.rows = columns ? 1 : last;
        m.columns = columns ? last : 1;
        m.row = m.column = 1;
        return m;
    }
    const int64_t above = s->dim[s->rank - 2];
    const bool turned = columns && s->rank == 2;
    m.rows = turned ? last : above;
    m.columns = turned ? above : last;
    m.row = turned ? 1 : last;
    m.column = turned ? last : 1;
    for (int i = 0; i < s->rank - 2; i++)
        if (s->dim[i] == 0)
            m.rows = 0;
    return m;
}

static void select_some(selection *s, int64_t n, int first, int last, bool all)
{
    s->count = 0;
    for (int64_t i = 0; i < n && (all || i < first); i++)
        s->index[s->count++] = i;
    if (all)
        return;
    s->index[s->count++] = -1;
    for (int64_t i = n - last; i < n; i++)
        s->index[s->count++] = i;
}

static cell cell_of(const matrix *m, int64_t i, int64_t j)
{
    cell c;
    const double value = mg_tensor_get(m->tensor, i * m->row + j * m->column);
    const int length =
        (int)mg_format_real(c.text, value == 0 ? 0 : value, DIGITS);
    c.left = (int)strcspn(c.text, ".e");
    c.right = length - c.left;
    return c;
}

/* How wide a column is before and behind the point. */
typedef struct {
    int left, right;
} widths;

static widths measure(const matrix *m, const selection *rows, int64_t column)
{
    widths w = {0, 0};
    for (int r = 0; r < rows->count; r++) {
        if (rows->index[r] < 0)
            continue;
        const cell c = cell_of(m, rows->index[r], column);
        w.left = c.left > w.left ? c.left : w.left;
        w.right = c.right > w.right ? c.right : w.right;
    }
    return w;
}

/* The columns that fit: all, or the first ones and the last. */
static void select_columns(const matrix *m, const selection *rows, int room,
                           int dots, selection *out)
{
    int used = 0;
    int64_t fitting = 0;
    while (fitting < m->columns && fitting < MOST_COLUMNS - 2) {
        const widths w = measure(m, rows, fitting);
        if (used + w.left + w.right + 2 > room)
            break;
        used += w.left + w.right + 2;
        fitting++;
    }
    if (fitting == m->columns) {
        select_some(out, m->columns, 0, 0, true);
        return;
    }
    const widths last = measure(m, rows, m->columns - 1);
    const int wanted = dots + 2 + last.left + last.right + 2;
    while (fitting > 0 && used + wanted > room) {
        fitting--;
        const widths w = measure(m, rows, fitting);
        used -= w.left + w.right + 2;
    }
    select_some(out, m->columns, fitting > 0 ? (int)fitting : 1, 1, false);
}

static void put_spaces(mg_text *text, int count)
{
    for (int i = 0; i < count; i++)
        mg_text_puts(text, " ");
}

static void put_cell(mg_text *text, const matrix *m, int64_t row,
                     int64_t column, widths w)
{
    const cell c = cell_of(m, row, column);
    put_spaces(text, w.left - c.left);
    mg_text_puts(text, c.text);
    put_spaces(text, w.right - c.right);
}

/* The brackets of row r of n, left and right. */
static const char *bracket(bool unicode, int r, int n, bool right)
{
    if (!unicode || n == 1)
        return right ? "]" : "[";
    if (r == 0)
        return right ? "⎤" : "⎡";
    if (r == n - 1)
        return right ? "⎦" : "⎣";
    return right ? "⎥" : "⎢";
}

/* A column's dots, under the ends of its whole numbers. */
static void put_down(mg_text *text, widths w, bool unicode)
{
    put_spaces(text, w.left > 0 ? w.left - 1 : 0);
    mg_text_puts(text, unicode ? "⋮" : ":");
    put_spaces(text, w.left > 0 ? w.right : w.right - 1);
}

static void put_row(mg_text *text, const matrix *m, const selection *rows,
                    const selection *columns, int r, bool unicode)
{
    if (m->brackets)
        mg_text_puts(text, bracket(unicode, r, rows->count, false));
    for (int c = 0; c < columns->count; c++) {
        mg_text_puts(text, c ? "  " : m->brackets ? " " : "");
        if (columns->index[c] < 0) {
            mg_text_puts(text, unicode ? "…" : "...");
            continue;
        }
        const widths w = measure(m, rows, columns->index[c]);
        if (rows->index[r] < 0)
            put_down(text, w, unicode);
        else
            put_cell(text, m, rows->index[r], columns->index[c], w);
    }
    if (m->brackets) {
        mg_text_puts(text, " ");
        mg_text_puts(text, bracket(unicode, r, rows->count, true));
    }
}

/* A picture of one line, for what has no matrix. */
static bool draw_words(mg_board *board, const char *words, mg_picture *out)
{
    out->line = mg_arena_alloc(&board->arena, 1, sizeof *out->line);
    if (!out->line)
        return false;
    out->rows = 1;
    out->base = 0;
    out->line[0] = mg_arena_string(&board->arena, words, strlen(words));
    out->width = mg_words_width(words);
    return out->line[0] != NULL;
}

static bool draw_shape(mg_board *board, const mg_tensor *tensor,
                       mg_picture *out)
{
    char shape[MG_SHAPE_TEXT_SIZE];
    return draw_words(board, mg_shape_text(&tensor->type.shape, shape), out);
}

static bool draw_matrix(mg_board *board, const matrix *m, int width,
                        mg_picture *out)
{
    selection rows, columns;
    select_some(&rows, m->rows, FIRST_ROWS, LAST_ROWS, m->rows <= MOST_ROWS);
    select_columns(m, &rows, width - (m->brackets ? 2 : 0),
                   board->unicode ? 1 : 3, &columns);
    out->line =
        mg_arena_alloc(&board->arena, (size_t)rows.count, sizeof *out->line);
    if (!out->line)
        return false;
    out->rows = rows.count;
    out->base = (rows.count - 1) / 2;
    mg_text text;
    mg_text_init(&text, board->arena.ctx);
    bool good = true;
    for (int r = 0; r < rows.count && good; r++) {
        put_row(&text, m, &rows, &columns, r, board->unicode);
        out->line[r] =
            mg_arena_string(&board->arena, mg_text_string(&text), text.length);
        good = out->line[r] && mg_text_status(&text) == MG_OK;
        out->width = mg_words_width(mg_text_string(&text));
        mg_text_clear(&text);
    }
    return good;
}

/* Says behind the base line that there is more. */
static bool add_note(mg_board *board, const mg_tensor *tensor, mg_picture *out)
{
    char shape[MG_SHAPE_TEXT_SIZE], note[MG_SHAPE_TEXT_SIZE + 32];
    mg_text text;
    mg_text_init(&text, board->arena.ctx);
    const int width = snprintf(note, sizeof note, "  the first matrix of %s",
                               mg_shape_text(&tensor->type.shape, shape));
    bool good = true;
    for (int r = 0; r < out->rows && good; r++) {
        mg_text_puts(&text, out->line[r]);
        if (r == out->base)
            mg_text_puts(&text, note);
        else
            put_spaces(&text, width);
        out->line[r] =
            mg_arena_string(&board->arena, mg_text_string(&text), text.length);
        good = out->line[r] && mg_text_status(&text) == MG_OK;
        mg_text_clear(&text);
    }
    out->width += width;
    return good;
}

bool mg_picture_draw(mg_board *board, const mg_tensor *tensor, bool columns,
                     int width, mg_picture *out)
{
    const matrix m = matrix_of(tensor, columns);
    if (m.rows == 0 || m.columns == 0)
        return draw_shape(board, tensor, out);
    if (!draw_matrix(board, &m, width, out))
        return false;
    return !m.part || add_note(board, tensor, out);
}
