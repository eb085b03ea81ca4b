/* deferred: of a batch of one, W - s g x^T waits for memory as long as the
 * product with W in the next run does. Where nobody else reads W, the run
 * leaves g, x and s, and the next one updates W in the pass in which it reads
 * it. Layer optimise. */
#include "optimise/compile.h"

enum { UPDATE_C = 2, UPDATE_FACTOR = 3, UPDATE_INPUTS = 4 }; /* of gemm */

/* The step that reads a matrix, and the later one that updates it. */
typedef struct {
    size_t product, update;
    size_t leaf;
} pair;

/* Whether a step writes a variable's new value over the old one. */
static bool updates_leaf(const mg_compiler *c, size_t s, size_t *leaf)
{
    const mg_step *const step = &c->plan->step[s];
    if (!mg_step_is_alone(step, &mg_op_gemm))
        return false;
    const mg_operand *const matrix = &step->operand[UPDATE_C];
    const size_t output = c->step_buffer[s][UPDATE_INPUTS];
    *leaf = matrix->leaf;
    return matrix->space == MG_SPACE_LEAF && output != MG_NO_BUFFER &&
           c->buffer[output].leaf == matrix->leaf;
}

/* Whether what the update reads beside the matrix may be copied when all steps
 * are done: variables may have changed then. */
static bool is_lasting(const mg_compiler *c, const mg_step *update)
{
    for (int i = 0; i < UPDATE_INPUTS; i++) {
        const mg_operand *const x = &update->operand[i];
        if (i != UPDATE_C && x->space == MG_SPACE_LEAF &&
            c->plan->leaf[x->leaf].node->op == &mg_op_variable)
            return false;
    }
    return true;
}

/* The only step that reads the leaf beside the update, a product before it. */
static bool find_product(const mg_compiler *c, pair *p)
{
    const mg_plan *const plan = c->plan;
    const size_t output = c->step_buffer[p->update][UPDATE_INPUTS];
    size_t readers = 0;
    for (size_t s = 0; s < plan->n_steps; s++) {
        const mg_step *const step = &plan->step[s];
        for (int i = 0; i < step->n_operands - step->n_outputs; i++) {
            const mg_operand *const x = &step->operand[i];
            if (c->step_buffer[s][i] == output)
                return false;
            if (s == p->update || x->space != MG_SPACE_LEAF ||
                x->leaf != p->leaf)
                continue;
            readers++;
            p->product = s;
        }
    }
    return readers == 1 && p->product < p->update &&
           mg_step_is_alone(&plan->step[p->product], &mg_op_matmul);
}

/* ---- Steps ---- */

/* An update that was taken out, and where its inputs stand after a run. */
typedef struct update update;
struct update {
    const mg_group *group;
    mg_location input[UPDATE_INPUTS];
    update *next;
};

/* Memory from run to run for what the update reads and a run writes over. */
static mg_status carry_inputs(mg_compiler *c, const pair *p, update *u)
{
    for (int i = 0; i < UPDATE_INPUTS; i++) {
        u->input[i] = mg_compile_location(c, p->update, i);
        if (i == UPDATE_C || u->input[i].operand.space == MG_SPACE_CONSTANT)
            continue;
        const mg_type type = u->input[i].operand.tensor.type;
        MG_TRY(mg_compile_buffer(c, &type, &u->input[i]));
        c->buffer[u->input[i].buffer].carried = true;
    }
    return MG_OK;
}

/* The step that updates the matrix by what the last run left, and reads it.
 * Inputs: the product's two, then what is left of the update's two and its
 * factor; outputs: the product, the matrix. */
static mg_status try_both(mg_compiler *c, const pair *p, const update *u,
                          bool *taken)
{
    const mg_node *const product = c->plan->step[p->product].node;
    const mg_node *const gemm = c->plan->step[p->update].node;
    const mg_value value[] = {
        product->input[0], product->input[1],          gemm->input[0],
        gemm->input[1],    gemm->input[UPDATE_FACTOR], product->self,
        gemm->self};
    const mg_group *const group = mg_compile_pair(c, gemm, product, 5, value);
    if (!group)
        return MG_NO_MEMORY;
    const mg_location input[] = {mg_compile_location(c, p->product, 0),
                                 mg_compile_location(c, p->product, 1),
                                 u->input[0], u->input[1],
                                 u->input[UPDATE_FACTOR]};
    const mg_location output[] = {mg_compile_location(c, p->product, 2),
                                  u->input[UPDATE_C]};
    return mg_compile_try(c, group, input, output, taken);
}

/* The last step takes the product's place; the update goes. */
static mg_status put_in_place(mg_compiler *c, const pair *p, const update *u)
{
    mg_compile_replace(c, p->product);
    for (int i = 0; i < UPDATE_INPUTS; i++) {
        const mg_location from = mg_compile_location(c, p->update, i);
        mg_location to = u->input[i];
        if (to.buffer != from.buffer)
            MG_TRY(mg_compile_copy(c, c->plan->step[p->update].node->input[i],
                                   "left to the next run", &from, &to, &to));
    }
    mg_compile_remove(c, p->update);
    return MG_OK;
}

static mg_status try_pair(mg_compiler *c, const pair *p, update **list,
                          bool *taken)
{
    const size_t buffers = c->n_buffers;
    update *const u = mg_arena_alloc(&c->arena, 1, sizeof *u);
    if (!u)
        return MG_NO_MEMORY;
    *u = (update){.group = c->plan->step[p->update].group, .next = *list};
    MG_TRY(carry_inputs(c, p, u));
    MG_TRY(try_both(c, p, u, taken));
    if (!*taken) {
        c->n_buffers = buffers;
        return MG_OK;
    }
    *list = u;
    return put_in_place(c, p, u);
}

/* The updates by themselves, behind all steps. */
static mg_status append(mg_compiler *c, const update *list)
{
    mg_plan *const plan = c->plan;
    size_t n = 0;
    for (const update *u = list; u; u = u->next, n++)
        MG_TRY(mg_compile_step(c, u->group, u->input, &u->input[UPDATE_C]));
    plan->n_deferred = n;
    plan->n_steps -= n;
    return MG_OK;
}

mg_status mg_compile_deferred(mg_compiler *c)
{
    update *list = NULL;
    pair p = {0};
    for (p.update = 1; p.update < c->plan->n_steps; p.update++) {
        bool taken = false;
        if (updates_leaf(c, p.update, &p.leaf) && find_product(c, &p) &&
            is_lasting(c, &c->plan->step[p.update]))
            MG_TRY(try_pair(c, &p, &list, &taken));
        if (taken)
            p.update--; /* another step has its number now */
    }
    return append(c, list);
}
