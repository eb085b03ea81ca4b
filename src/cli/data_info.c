/* data_info: rendering of facts. Layer cli. */
#include "cli/data_info.h"

#include "cli/quantity.h"
#include "data/json.h"

#include <math.h>
#include <string.h>

#define DIGITS 4        /* of what people compare */
#define JSON_DIGITS 17  /* facts are doubles */
#define MOST_NAME 32    /* columns of a name */
#define MOST_CLASSES 20 /* that the table lists */
#define LONGEST_BAR 30
#define CELL_SIZE 200

/* ---- The table ---- */

enum { NAME, TYPE, RANGE, MEAN, DEVIATION, MISSING, CELL_COUNT };

/* What stands in a line of the table. */
typedef struct {
    char cell[CELL_COUNT][CELL_SIZE];
} line;

static const char *const heads[CELL_COUNT] = {"column", "type",      "range",
                                              "mean",   "deviation", "missing"};

static bool is_right(int cell)
{
    return cell == MEAN || cell == DEVIATION || cell == MISSING;
}

/* A number of few digits, without an exponent where it has few places. */
static void put_number(char cell[CELL_SIZE], double value)
{
    const double size = fabs(value);
    if (value == 0 || (size >= 1e-3 && size < 1e6 && value == floor(value)))
        snprintf(cell, CELL_SIZE, "%.0f", value);
    else
        mg_format_real(cell, value, DIGITS);
}

/* Its name, or its place where it has none. */
static const char *name_of(const mg_column_facts *column, size_t number,
                           char numbered[40])
{
    if (*column->name != '\0')
        return column->name;
    snprintf(numbered, 40, "column %zu", number);
    return numbered;
}

/* At most MOST_NAME columns; whole characters. */
static void put_name(char cell[CELL_SIZE], const mg_column_facts *column,
                     size_t number)
{
    const mg_shape *shape = &column->shape;
    size_t length = 0, columns = 0;
    char numbered[40];
    const char *shown = name_of(column, number, numbered);
    for (; shown[length] != '\0'; length++) {
        const bool begins = ((unsigned char)shown[length] & 0xC0) != 0x80;
        columns += begins;
        if (begins && columns > MOST_NAME)
            break;
    }
    const bool cut = shown[length] != '\0';
    char axes[MG_SHAPE_TEXT_SIZE] = "";
    if (shape->rank > 0)
        mg_shape_text(shape, axes);
    snprintf(cell, CELL_SIZE, "%.*s%s%s%.30s", (int)(length < 40 ? length : 40),
             shown, cut ? "…" : "", shape->rank > 0 ? " " : "", axes);
}

static line line_of(const mg_column_facts *column, size_t number)
{
    line l = {0};
    put_name(l.cell[NAME], column, number);
    snprintf(l.cell[TYPE], CELL_SIZE, "%s%s", column->type,
             column->target ? ", target" : "");
    if (column->has_numbers) {
        char least[CELL_SIZE], most[CELL_SIZE];
        put_number(least, column->least);
        put_number(most, column->most);
        snprintf(l.cell[RANGE], CELL_SIZE, "%.80s to %.80s", least, most);
        put_number(l.cell[MEAN], column->mean);
        put_number(l.cell[DEVIATION], column->deviation);
    } else if (column->n_classes > 0) {
        snprintf(l.cell[RANGE], CELL_SIZE, "%zu class%s", column->n_classes,
                 column->n_classes == 1 ? "" : "es");
    }
    snprintf(l.cell[MISSING], CELL_SIZE, "%lld", (long long)column->missing);
    return l;
}

static void widen(int width[CELL_COUNT], const line *l)
{
    for (int i = 0; i < CELL_COUNT; i++) {
        const int columns = (int)mg_text_columns(l->cell[i]);
        width[i] = columns > width[i] ? columns : width[i];
    }
}

static void put_line(mg_text *text, const int width[CELL_COUNT], const line *l)
{
    int owed = 0; /* blanks that something must follow */
    for (int i = 0; i < CELL_COUNT; i++) {
        if (width[i] == 0)
            continue;
        const int blanks = width[i] - (int)mg_text_columns(l->cell[i]);
        owed += is_right(i) ? blanks : 0;
        if (*l->cell[i] != '\0') {
            mg_text_printf(text, "%*s%s", owed, "", l->cell[i]);
            owed = 0;
        }
        owed += (is_right(i) ? 0 : blanks) + 2;
    }
    mg_text_puts(text, "\n");
}

/* ---- Classes ---- */

static void put_bar(mg_text *text, const mg_stream *stream, int columns,
                    double share)
{
    const int halves = (int)(share * 2 * columns + 0.5);
    for (int i = 0; i < halves / 2; i++)
        mg_text_puts(text, stream->utf8 ? "━" : "#");
    if (halves % 2 == 1)
        mg_text_puts(text, stream->utf8 ? "╸" : "#");
}

/* How the classes of one column are written below each other. */
typedef struct {
    int label, count; /* columns of the widest */
    int64_t all, most;
    int bar;
} class_layout;

static int count_width(int64_t count)
{
    int width = 1;
    for (int digits = 1; count >= 10; count /= 10, digits++)
        width += digits % 3 == 0 ? 2 : 1;
    return width;
}

static class_layout lay_out(const mg_column_facts *column, size_t n,
                            const mg_stream *stream)
{
    class_layout l = {0};
    for (size_t i = 0; i < column->n_classes; i++) {
        const mg_class_count *one = &column->classes[i];
        const int columns = i < n ? (int)mg_text_columns(one->label) : 0;
        l.label = columns > l.label ? columns : l.label;
        l.most = one->count > l.most ? one->count : l.most;
        l.all += one->count;
    }
    l.label = l.label < MOST_NAME ? l.label : MOST_NAME;
    l.count = count_width(l.most);
    l.bar = stream->width - l.label - l.count - 15;
    l.bar = l.bar > LONGEST_BAR ? LONGEST_BAR : l.bar < 0 ? 0 : l.bar;
    return l;
}

static void put_class(mg_text *text, const mg_class_count *one,
                      const class_layout *l, const mg_stream *stream)
{
    const int blanks = l->label - (int)mg_text_columns(one->label);
    mg_text_printf(text, "  %s%*s  %*s", one->label, blanks > 0 ? blanks : 0,
                   "", l->count - count_width(one->count), "");
    mg_text_count(text, (double)one->count);
    mg_text_printf(text, "  %5.1f%%  ",
                   l->all ? 100 * (double)one->count / (double)l->all : 0);
    put_bar(text, stream, l->bar,
            l->most ? (double)one->count / (double)l->most : 0);
    mg_text_puts(text, "\n");
}

static void put_classes(mg_text *text, const mg_column_facts *column,
                        size_t number, const mg_stream *stream)
{
    const size_t n =
        column->n_classes < MOST_CLASSES ? column->n_classes : MOST_CLASSES;
    const class_layout layout = lay_out(column, n, stream);
    char numbered[40];
    mg_text_printf(text, "\n%s\n", name_of(column, number, numbered));
    for (size_t i = 0; i < n; i++)
        put_class(text, &column->classes[i], &layout, stream);
    if (column->n_classes > n)
        mg_text_printf(text, "  and %zu more (--json lists all)\n",
                       column->n_classes - n);
}

/* Whether the classes of a column are listed: those of texts and targets, and
 * of integers that look like classes. */
static bool is_listed(const mg_column_facts *column)
{
    return column->n_classes > 1 && (column->target || !column->has_numbers ||
                                     column->n_classes <= MOST_CLASSES);
}

static void put_head(mg_text *text, const mg_data_info *info)
{
    const mg_data_facts *facts = &info->facts;
    mg_text_printf(text, "%s: %s, ", info->names, facts->format);
    if (info->both || strcmp(info->part, "test") == 0)
        mg_text_printf(text, "%s part, ", info->part);
    mg_text_count(text, (double)facts->rows);
    mg_text_printf(text, " row%s, %zu column%s\n", facts->rows == 1 ? "" : "s",
                   facts->n, facts->n == 1 ? "" : "s");
    if (info->both)
        mg_text_puts(text, "(its other part: --part test)\n");
    mg_text_puts(text, "\n");
}

void mg_data_info_text(mg_text *text, const mg_data_info *info,
                       const mg_stream *stream)
{
    const mg_data_facts *facts = &info->facts;
    int width[CELL_COUNT] = {0};
    line head = {0};
    for (size_t i = 0; i < facts->n; i++) {
        const line l = line_of(&facts->column[i], i + 1);
        widen(width, &l);
    }
    for (int i = 0; i < CELL_COUNT; i++)
        if (width[i] > 0)
            snprintf(head.cell[i], CELL_SIZE, "%s", heads[i]);
    widen(width, &head);
    put_head(text, info);
    put_line(text, width, &head);
    for (size_t i = 0; i < facts->n; i++) {
        const line l = line_of(&facts->column[i], i + 1);
        put_line(text, width, &l);
    }
    for (size_t i = 0; i < facts->n; i++)
        if (is_listed(&facts->column[i]))
            put_classes(text, &facts->column[i], i + 1, stream);
    if (text->data)
        mg_hide_controls(text->data);
}

/* ---- JSON ---- */

static void json_number(mg_text *text, const char *key, double value)
{
    mg_text_printf(text, ", \"%s\": ", key);
    if (isfinite(value))
        mg_text_real(text, value, JSON_DIGITS);
    else
        mg_text_puts(text, "null");
}

static void json_column(mg_text *text, const mg_column_facts *column)
{
    mg_text_puts(text, "{\"name\": ");
    mg_json_string(text, column->name);
    mg_text_printf(text, ", \"type\": \"%s\", \"shape\": [", column->type);
    for (int i = 0; i < column->shape.rank; i++)
        mg_text_printf(text, "%s%lld", i ? ", " : "",
                       (long long)column->shape.dim[i]);
    mg_text_printf(text, "], \"target\": %s, \"missing\": %lld",
                   column->target ? "true" : "false",
                   (long long)column->missing);
    if (column->has_numbers) {
        json_number(text, "least", column->least);
        json_number(text, "most", column->most);
        json_number(text, "mean", column->mean);
        json_number(text, "deviation", column->deviation);
    }
    for (size_t i = 0; i < column->n_classes; i++) {
        mg_text_puts(text, i ? ", " : ", \"classes\": [");
        mg_text_puts(text, "{\"label\": ");
        mg_json_string(text, column->classes[i].label);
        mg_text_printf(text, ", \"count\": %lld}",
                       (long long)column->classes[i].count);
    }
    mg_text_puts(text, column->n_classes > 0 ? "]}" : "}");
}

void mg_data_info_json(mg_text *text, const mg_data_info *info)
{
    const mg_data_facts *facts = &info->facts;
    mg_text_puts(text, "{\"schema\": 1, \"data\": ");
    mg_json_string(text, info->names);
    mg_text_printf(text,
                   ", \"part\": \"%s\", \"format\": \"%s\", \"rows\": %lld, "
                   "\"columns\": [",
                   info->part, facts->format, (long long)facts->rows);
    for (size_t i = 0; i < facts->n; i++) {
        mg_text_puts(text, i ? ", " : "");
        json_column(text, &facts->column[i]);
    }
    mg_text_puts(text, "]}\n");
}
