/* turns: a step's gradient goes backwards through W, z = W^T g, and W is
 * updated, W + s g x^T: of a batch of one both wait for nothing but W. Where
 * both read the same vector and nobody else reads W after them, one step does
 * both and reads W once. Layer optimise. */
#include "optimise/compile.h"

/* Two steps to be joined, by number; the update comes later. */
typedef struct {
    size_t product, update;
} pair;

enum { UPDATE_C = 2, UPDATE_FACTOR = 3 }; /* inputs of gemm */

static bool reads_leaf(const mg_step *step, size_t leaf)
{
    for (int i = 0; i < step->n_operands - step->n_outputs; i++)
        if (step->operand[i].space == MG_SPACE_LEAF &&
            step->operand[i].leaf == leaf)
            return true;
    return false;
}

/* Which of gemm's two factors the product reads beside the matrix; -1: it does
 * not read both. */
static int find_shared(const mg_node *product, const mg_node *update)
{
    const uint32_t matrix = update->input[UPDATE_C].id;
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 2; k++)
            if (product->input[i].id == matrix &&
                product->input[1 - i].id == update->input[k].id)
                return k;
    return -1;
}

/* Whether all that the update reads is there before the product's step. */
static bool is_ready(const mg_compiler *c, const pair *p)
{
    const mg_step *const step = &c->plan->step[p->update];
    for (int i = 0; i < step->n_operands - step->n_outputs; i++) {
        const size_t b = c->step_buffer[p->update][i];
        if (b != MG_NO_BUFFER && c->buffer[b].first >= p->product)
            return false;
    }
    return true;
}

static bool updates_leaf(const mg_step *step)
{
    return mg_step_is_alone(step, &mg_op_gemm) &&
           step->operand[UPDATE_C].space == MG_SPACE_LEAF;
}

/* Of a step that updates a leaf. */
static bool suits(const mg_compiler *c, const pair *p)
{
    const mg_step *const step = c->plan->step;
    const mg_step *const update = &step[p->update];
    const mg_operand *const matrix = &update->operand[UPDATE_C];
    if (!mg_step_is_alone(&step[p->product], &mg_op_matmul) ||
        find_shared(step[p->product].node, update->node) < 0)
        return false;
    for (size_t s = p->product + 1; s < c->plan->n_steps; s++)
        if (s != p->update && reads_leaf(&step[s], matrix->leaf))
            return false;
    return is_ready(c, p);
}

/* ---- The step of both ---- */

/* Inputs: the product's two, the update's other factor and its number. */
static mg_status try_both(mg_compiler *c, const pair *p, bool *taken)
{
    const mg_node *const product = c->plan->step[p->product].node;
    const mg_node *const update = c->plan->step[p->update].node;
    const int other = 1 - find_shared(product, update);
    const mg_value value[] = {
        product->input[0],    product->input[1],
        update->input[other], update->input[UPDATE_FACTOR],
        product->self,        update->self};
    const mg_group *const group = mg_compile_pair(c, product, update, 4, value);
    if (!group)
        return MG_NO_MEMORY;
    const mg_location input[] = {
        mg_compile_location(c, p->product, 0),
        mg_compile_location(c, p->product, 1),
        mg_compile_location(c, p->update, other),
        mg_compile_location(c, p->update, UPDATE_FACTOR)};
    const mg_location output[] = {mg_compile_location(c, p->product, 2),
                                  mg_compile_location(c, p->update, 4)};
    return mg_compile_try(c, group, input, output, taken);
}

static void put_in_place(mg_compiler *c, const pair *p)
{
    mg_compile_replace(c, p->product);
    for (size_t b = 0; b < c->n_buffers; b++)
        if (c->buffer[b].first == p->update)
            c->buffer[b].first = p->product;
    mg_compile_remove(c, p->update);
}

mg_status mg_compile_turns(mg_compiler *c)
{
    pair p = {0};
    for (p.update = 1; p.update < c->plan->n_steps; p.update++) {
        const bool updates = updates_leaf(&c->plan->step[p.update]);
        for (p.product = 0; updates && p.product < p.update; p.product++) {
            bool taken = false;
            if (suits(c, &p))
                MG_TRY(try_both(c, &p, &taken));
            if (!taken)
                continue;
            put_in_place(c, &p);
            p.update--; /* another step has its number now */
            break;
        }
    }
    return MG_OK;
}
