/* docs/language.md is true: every block of it runs.
 *   ```mg            is accepted without a warning. A comment "# is 0.5" or
 *                    "# is [1, 2]" behind a value is what it is; one that
 *                    begins "# [3, 4]" is its shape.
 *   ```mg wrong      is refused with the report of the ```text block below.
 *   ```mg warns      is accepted with exactly these warnings.
 *   <!-- given: .. --> before a block: lines above it that the page leaves out.
 */
#include "formula/network.h"
#include "graph/evaluate.h"
#include "support/file.h"
#include "support/values.h"
#include "tests/test.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE 200000
#define FILE_NAME "net.mg"

/* ---- Blocks ---- */

typedef struct {
    char *given; /* hidden lines, or NULL */
    char *info;  /* behind the fence: "mg wrong" */
    char *text;
    int line; /* of the page */
} block;

/* Cuts the line at *at off and moves there behind it; NULL at the end. */
static char *next_line(char **at)
{
    char *const line = *at;
    if (*line == 0)
        return NULL;
    char *const end = strchr(line, '\n');
    *at = end ? end + 1 : line + strlen(line);
    if (end)
        *end = 0;
    return line;
}

/* Joins the lines up to the one that begins with `mark` again, in place. */
static char *take_until(char **at, const char *mark, int *line_number)
{
    char *const text = *at;
    char *out = text;
    for (char *line; (line = next_line(at));) {
        ++*line_number;
        const size_t length = strlen(line);
        if (!strncmp(line, mark, strlen(mark))) {
            *out = 0;
            return text;
        }
        memmove(out, line, length);
        out[length] = '\n';
        out += length + 1;
    }
    fail_msg("line %d: %s is missing", *line_number, mark);
    return NULL;
}

/* The next fenced block of the page; false at its end. */
static bool next_block(char **at, int *line_number, block *out)
{
    char *given = NULL;
    for (char *line; (line = next_line(at));) {
        ++*line_number;
        if (!strncmp(line, "<!-- given:", 11)) {
            given = take_until(at, "-->", line_number);
        } else if (!strncmp(line, "```", 3)) {
            out->given = given;
            out->info = line + 3;
            out->line = *line_number;
            out->text = take_until(at, "```", line_number);
            return true;
        }
    }
    return false;
}

/* ---- Problems ---- */

/* All of the page's are printed before the test fails. */
typedef struct {
    int accepted, refused, warned, claims, problems;
} count;

static void report(count *n, const block *b, const char *format, ...)
    MG_PRINTF(3, 4);
static void report(count *n, const block *b, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_error("language.md:%d: ", b->line);
    vprint_error(format, arguments);
    print_error("\n");
    va_end(arguments);
    n->problems++;
}

/* ---- Networks ---- */

typedef struct {
    const block *block;
    count *count;
    mg_ctx *ctx;
    mg_network *network;
    mg_status status;
} reading;

static void open(reading *r, const block *b, count *n, const char *text,
                 bool training)
{
    const mg_network_options options = {
        .real = MG_F64, .training = training, .file = FILE_NAME};
    *r = (reading){.block = b, .count = n};
    assert_int_equal(mg_ctx_create(NULL, &r->ctx), MG_OK);
    r->status =
        mg_network_create(r->ctx, text, strlen(text), &options, &r->network);
}

static void close(reading *r)
{
    mg_network_destroy(r->network);
    mg_ctx_destroy(r->ctx);
}

static void check_warnings(const reading *r, const char *expected)
{
    const mg_network *const n = r->network;
    char found[4000] = "";
    for (size_t i = 0; i < n->n_warnings; i++) {
        const size_t used = strlen(found);
        snprintf(found + used, sizeof(found) - used, "%s:%d:%d: warning: %s\n",
                 FILE_NAME, n->warning[i].place.line,
                 n->warning[i].place.column, n->warning[i].text);
    }
    if (strcmp(found, expected) != 0)
        report(r->count, r->block, "warns\n%s", found);
}

/* ---- Comments that claim something ---- */

typedef struct {
    char name[64];
    const char *comment;
} claim;

/* "output z = .. # is 3": the name and the comment, if there are both. */
static bool find_claim(const char *line, claim *out)
{
    const char *const equals = strstr(line, " = ");
    const char *const comment = strstr(line, "# ");
    if (line[0] == ' ' || !equals || !comment || comment < equals)
        return false;
    if (strncmp(comment, "# is ", 5) != 0 && strncmp(comment, "# [", 3) != 0)
        return false;
    const char *end = equals, *start;
    while (end[-1] == ' ')
        end--;
    for (start = end; start > line && start[-1] != ' ';)
        start--;
    snprintf(out->name, sizeof(out->name), "%.*s", (int)(end - start), start);
    out->comment = comment + 2;
    return !strchr(out->name, ']') && !strchr(out->name, ')');
}

/* All numbers of "is [[1, -inf], [true, 4]]". */
static size_t read_numbers(const char *text, const char *end, double out[])
{
    size_t n = 0;
    while (text < end) {
        const size_t used = mg_parse_real(text, (size_t)(end - text), &out[n]);
        const bool minus = *text == '-';
        const char *const word = text + minus;
        if (used > 0) {
            text += used;
            n++;
        } else if (!strncmp(word, "inf", 3)) {
            out[n++] = minus ? -INFINITY : INFINITY;
            text = word + 3;
        } else if (!strncmp(text, "true", 4) || !strncmp(text, "false", 5)) {
            out[n++] = *text == 't';
            text += 4;
        } else {
            text++;
        }
        assert_true(n < 60);
    }
    return n;
}

/* Parameters have their initial values. */
static mg_status feed_param(void *data, const mg_node *leaf, mg_tensor *out)
{
    const reading *const r = data;
    for (size_t i = 0; i < r->network->n_params; i++) {
        if (r->network->param[i].value.id != leaf->self.id)
            continue;
        MG_TRY(mg_tensor_alloc(&r->network->arena, leaf->type, out));
        return mg_network_init_param(r->network, i, 1, out);
    }
    return mg_fail(r->ctx, MG_BAD_ARGUMENT, "%s has no value here", leaf->name);
}

static void compare(const reading *r, const claim *c, const mg_tensor *y)
{
    double expected[64];
    const size_t n = read_numbers(
        c->comment, c->comment + strcspn(c->comment, "\n"), expected);
    if (mg_shape_size(&y->type.shape) != (int64_t)n) {
        report(r->count, r->block, "%s has %d elements", c->name,
               (int)mg_shape_size(&y->type.shape));
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const double found = mg_tensor_get(y, (int64_t)i);
        if (!test_close(found, expected[i], 1e-6))
            report(r->count, r->block, "element %d of %s is %.9g", (int)i,
                   c->name, found);
    }
}

static void check_value(reading *r, const claim *c, mg_value value)
{
    const mg_graph *const g = r->network->graph;
    mg_arena arena;
    mg_arena_init(&arena, r->ctx);
    mg_frame frame = {.seed = 1};
    mg_tensor *all = NULL;
    bool *const needed =
        mg_arena_alloc(&arena, (size_t)mg_graph_size(g) + 1, sizeof(bool));
    assert_non_null(needed);
    mg_mark_needed(g, value, needed);
    if (mg_evaluate(g, &arena, &frame, feed_param, r, needed, &all) == MG_OK)
        compare(r, c, &all[value.id]);
    else
        report(r->count, r->block, "%s: %s", c->name, mg_message(r->ctx));
    mg_arena_clear(&arena);
}

static void check_shape(const reading *r, const claim *c, mg_value value)
{
    char found[MG_SHAPE_TEXT_SIZE];
    const mg_shape shape = mg_value_shape(r->network->graph, value);
    mg_shape_text(&shape, found);
    if (strncmp(c->comment, found, strlen(found)) != 0)
        report(r->count, r->block, "%s is %s", c->name, found);
}

static void check_claim(reading *r, const claim *c, int number)
{
    char name[24];
    snprintf(name, sizeof(name), "claim%d", number);
    const mg_value value = mg_network_find_value(r->network, name)->value;
    if (c->comment[0] == '[')
        check_shape(r, c, value);
    else
        check_value(r, c, value);
    r->count->claims++;
}

/* Reads the text once more with "claimN = NAME + 0.0" for each claim: integers
 * and truth values are no values of the graph by themselves. */
static void check_claims(const block *b, count *n, const char *text)
{
    static char longer[SIZE];
    claim claims[40];
    int n_claims = 0;
    size_t used = (size_t)snprintf(longer, SIZE, "%s", text);
    for (const char *line = text; *line;) {
        char copy[1000];
        const int length = (int)strcspn(line, "\n");
        snprintf(copy, sizeof(copy), "%.*s", length, line);
        claim *const c = &claims[n_claims];
        if (find_claim(copy, c)) {
            c->comment = line + (c->comment - copy);
            used += (size_t)snprintf(longer + used, SIZE - used,
                                     "claim%d = %s + 0.0\n", n_claims, c->name);
            assert_true(++n_claims < 40);
        }
        line += length + (line[length] != 0);
    }
    reading r;
    open(&r, b, n, longer, false);
    if (r.status != MG_OK)
        report(n, b, "%s", mg_message(r.ctx));
    for (int i = 0; i < n_claims && r.status == MG_OK; i++)
        check_claim(&r, &claims[i], i);
    close(&r);
}

/* ---- The page ---- */

/* As in use and as in training; warnings are those of use. */
static void check_accepted(const block *b, count *n, const char *text,
                           const char *warnings)
{
    mg_status status = MG_OK;
    for (int training = 0; training < 2; training++) {
        reading r;
        open(&r, b, n, text, training);
        if (r.status != MG_OK)
            report(n, b, "%s", mg_message(r.ctx));
        else if (!training)
            check_warnings(&r, warnings);
        status = r.status;
        close(&r);
    }
    if (status == MG_OK)
        check_claims(b, n, text);
}

static void check_refused(const block *b, count *n, const char *text,
                          const char *expected)
{
    char found[8000];
    reading r;
    open(&r, b, n, text, false);
    snprintf(found, sizeof(found), "%s\n", mg_message(r.ctx));
    if (r.status != MG_BAD_FORMULA)
        report(n, b, "is accepted");
    else if (strcmp(found, expected) != 0)
        report(n, b, "reports\n%s", found);
    close(&r);
}

static void check_block(const block *b, char **at, int *line, count *n)
{
    static char text[SIZE];
    const bool wrong = !strcmp(b->info, "mg wrong");
    const bool warns = !strcmp(b->info, "mg warns");
    block below;
    snprintf(text, SIZE, "%s%s", b->given ? b->given : "", b->text);
    if (!strcmp(b->info, "mg")) {
        check_accepted(b, n, text, "");
        n->accepted++;
        return;
    }
    if (!wrong && !warns) {
        assert_true(strncmp(b->info, "mg", 2) != 0);
        return;
    }
    assert_true(next_block(at, line, &below));
    assert_string_equal(below.info, "text");
    if (wrong)
        check_refused(b, n, text, below.text);
    else
        check_accepted(b, n, text, below.text);
    n->refused += wrong;
    n->warned += warns;
}

static void every_example_of_the_language_page_is_true(void **state)
{
    (void)state;
    static char page[SIZE];
    test_read(MATGRAD_SOURCE_DIR "/docs/language.md", page, SIZE);
    char *at = page;
    int line = 0;
    block b;
    count n = {0};
    while (next_block(&at, &line, &b))
        check_block(&b, &at, &line, &n);
    print_message("%d accepted, %d refused, %d warn, %d claims\n", n.accepted,
                  n.refused, n.warned, n.claims);
    assert_int_equal(n.problems, 0);
    assert_true(n.accepted >= 25);
    assert_true(n.refused >= 3);
    assert_true(n.warned >= 2);
    assert_true(n.claims >= 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_of_the_language_page_is_true),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
