/* describe: facts about columns in memory, in two walks over their elements.
 * Layer data. */
#include "data/examples.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* More classes are no classes that somebody wants to read. */
#define CLASSES_MOST 1000

/* Elements at a time, as doubles. */
#define PIECE 1024

static const char *type_words(const mg_data_column *column)
{
    if (column->text)
        return "text";
    if (column->row.dtype == MG_BOOL)
        return "truth value";
    return mg_dtype_is_integer(column->row.dtype) ? "integer" : "real";
}

/* The walk's piece of elements from `at` on, as doubles. */
static void read_piece(const mg_data_column *column, int64_t at, int64_t n,
                       double out[PIECE])
{
    mg_type list = {column->row.dtype, {.rank = 1, .dim = {n}}};
    unsigned char *data = column->data;
    const mg_tensor from =
        mg_tensor_dense(list, data + (size_t)at * mg_dtype_size(list.dtype));
    list.dtype = MG_F64;
    const mg_tensor to = mg_tensor_dense(list, out);
    mg_tensor_copy(&from, &to);
}

/* Sums over the elements that are there: a real that is not a number is
 * missing. */
typedef struct {
    int64_t n;
    double sum, squares; /* of distances from `centre` */
    double centre;
    double least, most;
} sums;

static void add_piece(sums *s, int64_t n, const double piece[])
{
    for (int64_t i = 0; i < n; i++) {
        const double x = piece[i], distance = x - s->centre;
        if (isnan(x))
            continue;
        s->least = s->n == 0 || x < s->least ? x : s->least;
        s->most = s->n == 0 || x > s->most ? x : s->most;
        s->sum += distance;
        s->squares += distance * distance;
        s->n++;
    }
}

static sums add_all(const mg_data_column *column, int64_t size, double centre)
{
    double piece[PIECE];
    sums s = {.centre = centre};
    for (int64_t at = 0; at < size; at += PIECE) {
        const int64_t some = size - at < PIECE ? size - at : PIECE;
        read_piece(column, at, some, piece);
        add_piece(&s, some, piece);
    }
    return s;
}

/* The mean first, then squares around it: otherwise a large mean would hide a
 * small deviation. */
static void measure(const mg_data_column *column, int64_t size,
                    mg_column_facts *out)
{
    const sums first = add_all(column, size, 0);
    if (size - first.n > out->missing)
        out->missing = size - first.n;
    if (first.n == 0)
        return;
    const double n = (double)first.n;
    out->has_numbers = true;
    out->least = first.least;
    out->most = first.most;
    out->mean = first.sum / n;
    out->deviation = sqrt(add_all(column, size, out->mean).squares / n);
}

static mg_status name_classes(const mg_data_column *column, mg_arena *arena,
                              mg_class_count *classes, size_t n)
{
    for (size_t c = 0; c < n; c++) {
        if (c < column->n_labels) {
            classes[c].label = column->label[c];
            continue;
        }
        char number[24];
        snprintf(number, sizeof number, "%zu", c);
        classes[c].label = mg_arena_string(arena, number, strlen(number));
        if (!classes[c].label)
            return MG_NO_MEMORY;
    }
    return MG_OK;
}

static mg_status count_classes(const mg_dataset *dataset,
                               const mg_data_column *column, mg_arena *arena,
                               mg_column_facts *out)
{
    double piece[PIECE];
    const size_t n = (size_t)column->classes;
    mg_class_count *classes = mg_arena_alloc(arena, n, sizeof *classes);
    if (!classes)
        return MG_NO_MEMORY;
    MG_TRY(name_classes(column, arena, classes, n));
    for (int64_t at = 0; at < dataset->rows; at += PIECE) {
        const int64_t left = dataset->rows - at;
        const int64_t some = left < PIECE ? left : PIECE;
        read_piece(column, at, some, piece);
        for (int64_t i = 0; i < some; i++)
            if (piece[i] >= 0 && piece[i] < (double)n)
                classes[(size_t)piece[i]].count++;
    }
    out->n_classes = n;
    out->classes = classes;
    return MG_OK;
}

mg_status mg_column_describe(const mg_dataset *dataset,
                             const mg_data_column *column, mg_arena *arena,
                             mg_column_facts *out)
{
    const mg_shape *shape = &column->row.shape;
    mg_column_facts facts = {
        .name = column->name,
        .type = type_words(column),
        .shape = *shape,
        .target = column->target,
        .missing = column->missing,
    };
    if (column->data && !column->text)
        measure(column, dataset->rows * mg_shape_size(shape), &facts);
    if (column->data && shape->rank == 0 && column->classes > 0 &&
        column->classes <= CLASSES_MOST)
        MG_TRY(count_classes(dataset, column, arena, &facts));
    *out = facts;
    return MG_OK;
}

mg_status mg_data_describe(const mg_dataset *dataset, mg_arena *arena,
                           mg_data_facts *out)
{
    const mg_data_kind *kind = dataset->kind;
    if (kind && kind->describe)
        return kind->describe(dataset, arena, out);
    mg_data_facts facts = {
        .format = kind ? kind->name : "arrays",
        .rows = dataset->rows,
        .n = dataset->n_columns,
    };
    mg_column_facts *column = mg_arena_alloc(arena, facts.n, sizeof *column);
    if (!column)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < facts.n; i++)
        MG_TRY(mg_column_describe(dataset, &dataset->column[i], arena,
                                  &column[i]));
    facts.column = column;
    *out = facts;
    return MG_OK;
}
