/* render_text: a walk as on a blackboard: what is given, the pass forward with
 * every value and local derivative, the pass backward with every gradient by
 * its rule, and the step. Layer explain. */
#include "explain/board.h"
#include "explain/walk.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    mg_board board;
    const mg_walk *walk;
} page;

/* Words put together in the board's memory. */
static const char *join(page *p, const char *a, const char *b, const char *c)
{
    const size_t lengths[] = {strlen(a), strlen(b), strlen(c)};
    char *const words = mg_arena_alloc(
        &p->board.arena, lengths[0] + lengths[1] + lengths[2] + 1, 1);
    if (!words) {
        p->board.failed = true;
        return "";
    }
    memcpy(words, a, lengths[0]);
    memcpy(words + lengths[0], b, lengths[1]);
    memcpy(words + lengths[0] + lengths[1], c, lengths[2]);
    return words;
}

static void put(page *p, const char *words, const mg_tensor *tensor, bool each)
{
    mg_board_put(&p->board, words, tensor, each && p->walk->count > 1);
}

static void put_heading(page *p, const char *words)
{
    mg_board_line(&p->board, words, NULL, true);
    mg_board_line(&p->board, "", NULL, false);
}

/* "3  h = sigmoid(W1 @ x + b1)                 line 9" */
static void put_title(page *p, size_t index)
{
    const mg_walk_operation *const operation = &p->walk->operation[index];
    char number[32], line[32];
    snprintf(number, sizeof number, "%3zu  ", index + 1);
    snprintf(line, sizeof line, "line %d", operation->line);
    const char *formula = operation->formula;
    if (operation->name)
        formula = join(p, operation->name, " = ", formula);
    mg_board_line(&p->board, join(p, number, formula, ""), line, true);
}

/* ---- Forward ---- */

static void put_given(page *p)
{
    for (size_t i = 0; i < p->walk->n_values; i++) {
        const mg_walk_value *const value = &p->walk->value[i];
        if (value->given)
            put(p, join(p, value->name, " = ", ""), &value->value, value->each);
    }
    mg_board_flush(&p->board);
    mg_board_line(&p->board, "", NULL, false);
}

/* Sums and differences have slopes of 1 and -1: their rules say it all. */
static bool is_worth_showing(const mg_walk_operand *operand)
{
    if (!operand->local.data || operand->constant || operand->jacobian.data)
        return false;
    const int64_t n = mg_shape_size(&operand->local.type.shape);
    for (int64_t i = 0; i < n; i++) {
        const double slope = mg_tensor_get(&operand->local, i);
        if (slope != 1 && slope != -1)
            return true;
    }
    return false;
}

/* "derivative by x: ", or what of the Jacobian an element by element operation
 * has. */
static const char *name_local(page *p, const mg_walk_operand *operand)
{
    if (strcmp(operand->kind, "derivative") == 0)
        return join(p, "derivative by ", operand->of, ": ");
    return join(p,
                operand->diagonal ? "diagonal of the Jacobian by "
                                  : "slopes in the Jacobian by ",
                operand->of, ": ");
}

/* The whole Jacobian, and the rule that does without it. */
static void put_jacobian(page *p, const mg_walk_operand *operand)
{
    const mg_tensor *const j = &operand->jacobian;
    char words[160];
    put(p, join(p, operand->kind, " by ", join(p, operand->of, ": ", "")), j,
        false);
    mg_board_flush(&p->board);
    snprintf(words, sizeof words,
             "%lld×%lld, %s; %lld of %lld %s 0; the rule without it: ",
             (long long)j->type.shape.dim[0], (long long)j->type.shape.dim[1],
             mg_walk_layout(p->walk), (long long)operand->zeros,
             (long long)mg_shape_size(&j->type.shape),
             mg_shape_size(&j->type.shape) == 1 ? "is" : "are");
    mg_board_line(&p->board, join(p, "     ", words, operand->rule), NULL,
                  false);
}

static void put_forward(page *p, size_t index)
{
    const mg_walk_operation *const operation = &p->walk->operation[index];
    put_title(p, index);
    put(p, "= ", &operation->value, operation->each);
    for (int i = 0; i < operation->n_operands; i++) {
        const mg_walk_operand *const operand = &operation->operand[i];
        if (is_worth_showing(operand))
            put(p, name_local(p, operand), &operand->local, operation->each);
    }
    mg_board_flush(&p->board);
    for (int i = 0; i < operation->n_operands; i++)
        if (operation->operand[i].jacobian.data)
            put_jacobian(p, &operation->operand[i]);
    mg_board_line(&p->board, "", NULL, false);
}

/* ---- Backward ---- */

static void put_backward(page *p, size_t index)
{
    const mg_walk_operation *const operation = &p->walk->operation[index];
    put_title(p, index);
    put(p, join(p, operation->in_kind, " G = ", ""), &operation->in,
        operation->each);
    mg_board_flush(&p->board);
    for (int i = 0; i < operation->n_operands; i++) {
        const mg_walk_operand *const operand = &operation->operand[i];
        if (!operand->out.data || operand->constant)
            continue;
        const char *const by = join(p, "→ ", operand->out_kind, " by ");
        const char *const to = join(p, by, operand->of, ":  ");
        put(p, join(p, to, operand->rule, " = "), &operand->out, operand->each);
    }
    mg_board_flush(&p->board);
    mg_board_line(&p->board, "", NULL, false);
}

/* ---- The step ---- */

static const mg_walk_value *find_value(const mg_walk *walk, const char *name)
{
    for (size_t i = 0; i < walk->n_values; i++)
        if (strcmp(walk->value[i].name, name) == 0)
            return &walk->value[i];
    return NULL;
}

static void put_update(page *p, const mg_walk_value *updated, const char *rate)
{
    const mg_walk_value *const old = find_value(p->walk, updated->name);
    if (updated->gradient.data) {
        put(p, join(p, updated->name, " ← ", ""), &old->value, false);
        put(p, join(p, "− ", rate, " · "), &updated->gradient, false);
        put(p, "= ", &updated->value, false);
    } else { /* a state */
        put(p, join(p, updated->name, " := ", ""), &updated->value, false);
    }
    mg_board_flush(&p->board);
    mg_board_line(&p->board, "", NULL, false);
}

static void put_step(page *p)
{
    char rate[MG_REAL_SIZE];
    mg_format_real(rate, p->walk->lr, 6);
    put_heading(p,
                join(p, "Update:  W ← W − ", rate,
                     " · dW, dW the gradient (by a number: the derivative)"));
    for (size_t i = 0; i < p->walk->n_updated; i++)
        put_update(p, &p->walk->updated[i], rate);
    mg_board_line(&p->board, "The network is ready for the next example.", NULL,
                  false);
}

/* ---- The whole ---- */

static void put_forward_heading(page *p)
{
    put_heading(p,
                "Forward: every value, and its derivative by what it is made "
                "of");
    bool any = false;
    for (size_t i = 0; i < p->walk->n_operations; i++)
        for (int k = 0; k < p->walk->operation[i].n_operands; k++)
            any |= p->walk->operation[i].operand[k].jacobian.data != NULL;
    if (!any)
        return;
    mg_board_line(&p->board,
                  p->walk->lecture
                      ? "A Jacobian has a row for every element x_n of the "
                        "operand, a column for every"
                      : "A Jacobian has a row for every element y_m of the "
                        "value, a column for every",
                  NULL, false);
    mg_board_line(&p->board,
                  p->walk->lecture
                      ? "element y_m of the value; matrices count row by row."
                      : "element x_n of the operand; matrices count row by "
                        "row.",
                  NULL, false);
    mg_board_line(&p->board, "", NULL, false);
}

static void put_loss(page *p)
{
    char loss[MG_REAL_SIZE];
    mg_format_real(loss, p->walk->loss, 6);
    const char *const end =
        p->walk->count > 1 ? " (the mean over the examples)." : ".";
    mg_board_line(&p->board, join(p, "The loss is ", loss, end), NULL, false);
    mg_board_line(&p->board, "", NULL, false);
}

static void put_back(page *p)
{
    put_heading(p, "Backward: G comes from above; in a rule, y is the "
                   "operation's own value");
    for (size_t i = p->walk->n_operations; i-- > 0;)
        if (p->walk->operation[i].reached)
            put_backward(p, i);
    if (p->walk->n_updated)
        put_step(p);
}

static void put_page(page *p)
{
    if (p->walk->count > 1) {
        char count[32];
        snprintf(count, sizeof count, "%zu", p->walk->count);
        mg_board_line(
            &p->board,
            join(p, count,
                 " examples as one batch, one a column; vectors become "
                 "matrices: x is X",
                 ""),
            NULL, true);
        mg_board_line(&p->board, "", NULL, false);
    }
    put_given(p);
    put_forward_heading(p);
    for (size_t i = 0; i < p->walk->n_operations; i++)
        put_forward(p, i);
    if (p->walk->has_loss) {
        put_loss(p);
        put_back(p);
    } else {
        mg_board_line(&p->board,
                      "No loss here (is a target missing?): nothing flows "
                      "back.",
                      NULL, false);
    }
}

void mg_walk_text(const mg_walk *walk, const mg_walk_text_options *options,
                  mg_text *text)
{
    page p = {
        .walk = walk,
    };
    mg_board_init(&p.board, text, options->columns ? options->columns : 80,
                  options->unicode, options->color);
    p.board.indent = 5;
    put_page(&p);
    mg_board_clear(&p.board);
}
