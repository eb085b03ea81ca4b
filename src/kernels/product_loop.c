/* product_loop: a product and the loop that alone reads it, as one step. The
 * thread that has made some rows of sums goes on with the loop over them, while
 * they are in a near cache. Where the product is cut along columns the loop is
 * a step of its own: parts of rows cost it more than the caches save (82 for
 * 77 us at 64 x 256 x 784 and a relu). The sums stand where the loop writes a
 * result of their form, else in the step's scratch memory. Layer kernels. */
#include "kernels/kernels.h"
#include "kernels/program.h"
#include "kernels/take.h"
#include "kernels/walk_alike.h"

#define PRODUCT_OPERANDS 3

typedef struct {
    mg_step product, loop;
    mg_operand product_operand[PRODUCT_OPERANDS];
    mg_operand loop_operand[MG_LOOP_OPERANDS];
    /* Which operands of the step they are; -1: the sums. */
    int product_from[PRODUCT_OPERANDS], loop_from[MG_LOOP_OPERANDS];
    const mg_program *program;
    int sums_at;        /* the operand where the sums stand, or -1: */
    size_t sums_offset; /* in the scratch memory */
} product_loop;

/* ---- Running ---- */

typedef struct {
    const product_loop *p;
    void *arg[MG_LOOP_OPERANDS]; /* of the loop */
    const mg_frame *frame;
} job;

static void go_on(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    mg_program_run_rows(j->p->program, j->arg, j->frame, begin, end);
}

static void run(const mg_step *step, void *const arg[], mg_frame *frame)
{
    const product_loop *const p = step->data;
    void *const scratch = arg[step->n_operands];
    void *const sums = p->sums_at >= 0
                           ? arg[p->sums_at]
                           : (unsigned char *)scratch + p->sums_offset;
    void *product[PRODUCT_OPERANDS + 2] = {NULL};
    job j = {.p = p, .frame = frame};
    for (int i = 0; i < PRODUCT_OPERANDS; i++)
        product[i] = p->product_from[i] < 0 ? sums : arg[p->product_from[i]];
    product[PRODUCT_OPERANDS] = scratch;
    product[PRODUCT_OPERANDS + 1] = arg[step->n_operands + 1];
    for (int i = 0; i < p->loop.n_operands; i++)
        j.arg[i] = p->loop_from[i] < 0 ? sums : arg[p->loop_from[i]];
    p->product.run_then(&p->product, product, frame, go_on, &j);
}

static mg_status bind(mg_ctx *ctx, const mg_step *step, void **bound)
{
    const product_loop *const p = step->data;
    return p->product.kernel->bind
               ? p->product.kernel->bind(ctx, &p->product, bound)
               : MG_OK;
}

static void unbind(const mg_step *step, void *bound)
{
    const product_loop *const p = step->data;
    if (p->product.kernel->unbind)
        p->product.kernel->unbind(&p->product, bound);
}

static void end(mg_step *step)
{
    product_loop *const p = step->data;
    if (p && p->product.kernel->end)
        p->product.kernel->end(&p->product);
}

/* ---- Taking ---- */

/* Whether y = a b has more elements than b, which all threads read if y is cut
 * along rows. */
static bool wants_rows(const mg_node *node, const mg_operand operand[])
{
    return mg_shape_size(&node->type.shape) >
           mg_shape_size(&operand[1].tensor.type.shape);
}

static void read_product(const mg_step *step, product_loop *p)
{
    const mg_node *const node = step->group->node[0];
    for (int i = 0; i < node->n_inputs; i++) {
        p->product_from[i] = mg_group_find_input(step->group, node->input[i]);
        p->product_operand[i] = step->operand[p->product_from[i]];
    }
    p->product_from[2] = -1;
    p->product_operand[2] =
        (mg_operand){.tensor = mg_tensor_dense(node->type, NULL)};
    p->product = (mg_step){.by_rows = wants_rows(node, p->product_operand),
                           .node = node,
                           .n_operands = PRODUCT_OPERANDS,
                           .n_outputs = 1,
                           .operand = p->product_operand};
}

static void read_loop(const mg_step *step, product_loop *p)
{
    const mg_group *const group = step->group, *const loop = group->loop;
    const int inputs = (int)loop->n_inputs, outputs = (int)loop->n_outputs;
    for (int i = 0; i < inputs; i++) {
        p->loop_from[i] = mg_group_find_input(group, loop->input[i]);
        p->loop_operand[i] = p->loop_from[i] < 0
                                 ? p->product_operand[2]
                                 : step->operand[p->loop_from[i]];
    }
    for (int i = 0; i < outputs; i++) {
        p->loop_from[inputs + i] = (int)group->n_inputs + i;
        p->loop_operand[inputs + i] = step->operand[(int)group->n_inputs + i];
    }
    p->loop = (mg_step){.node = loop->node[loop->n - 1],
                        .group = loop,
                        .n_operands = inputs + outputs,
                        .n_outputs = outputs,
                        .operand = p->loop_operand};
}

static mg_status take_product(const mg_kernel *const kernel[], mg_arena *arena,
                              const mg_graph *g, product_loop *p, bool *taken)
{
    for (int i = 0; kernel[i] && !*taken; i++) {
        p->product.kernel = kernel[i];
        MG_TRY(kernel[i]->take(arena, g, &p->product, taken));
    }
    return MG_OK;
}

/* The loop over rows of y, cut as the product is; refused where it would get
 * fewer threads than by itself. */
static mg_status take_loop(const mg_vector_set *set, mg_arena *arena,
                           const mg_graph *g, product_loop *p, bool *taken)
{
    const mg_shape *const y = &p->product_operand[2].tensor.type.shape;
    mg_loop loop;
    mg_program *program = NULL;
    if (!mg_loop_lower_rows(g, &p->loop, &loop) || y->rank < 1 ||
        loop.length != y->dim[y->rank - 1] ||
        loop.rows * loop.length != mg_shape_size(y))
        return MG_OK;
    MG_TRY(mg_program_create(arena, set, &loop, &program));
    if (!program)
        return MG_OK;
    const int64_t shares = program->rows / program->grain;
    const int64_t threads = mg_graph_ctx(g)->threads;
    if (p->product.parts < (shares < threads ? shares : threads))
        return MG_OK;
    p->program = program;
    *taken = true;
    return MG_OK;
}

/* Whether a value becomes a variable's: it is to be written over the old one,
 * so nothing else may stand there before. */
static bool is_update(const mg_graph *g, mg_value x)
{
    for (size_t i = 0; i < mg_graph_root_count(g); i++)
        if (mg_graph_root(g, i)->variable.id &&
            mg_graph_root(g, i)->value.id == x.id)
            return true;
    return false;
}

/* Where the sums stand: in the memory of a result of their form that is written
 * after they are read, else beside the product's own scratch memory. */
static void place_sums(const mg_graph *g, mg_step *step, product_loop *p)
{
    const int inputs = (int)p->loop.group->n_inputs;
    const mg_type *const sums = &p->product_operand[2].tensor.type;
    int at = 0;
    while (p->loop_from[at] >= 0)
        at++;
    p->sums_at = -1;
    for (int o = inputs; o < p->loop.n_operands; o++)
        if (p->sums_at < 0 &&
            !is_update(g, p->loop.group->output[o - inputs]) &&
            mg_walks_alike(&p->loop, at, o) &&
            mg_program_reads_first(p->program, at, o))
            p->sums_at = p->loop_from[o];
    p->sums_offset =
        (p->product.scratch + MG_ALIGNMENT - 1) / MG_ALIGNMENT * MG_ALIGNMENT;
    step->scratch = p->sums_at >= 0
                        ? p->product.scratch
                        : p->sums_offset + (size_t)mg_shape_size(&sums->shape) *
                                               mg_dtype_size(sums->dtype);
}

static mg_status take_with(const mg_vector_set *set,
                           const mg_kernel *const kernel[], mg_arena *arena,
                           const mg_graph *g, mg_step *step, bool *taken)
{
    if (!step->group || !step->group->loop ||
        step->group->node[0]->op != &mg_op_matmul ||
        step->group->node[0]->type.dtype != MG_F32 ||
        step->n_operands > MG_LOOP_OPERANDS)
        return MG_OK;
    product_loop *const p = mg_arena_alloc(arena, 1, sizeof *p);
    bool has_product = false;
    if (!p)
        return MG_NO_MEMORY;
    read_product(step, p);
    read_loop(step, p);
    MG_TRY(take_product(kernel, arena, g, p, &has_product));
    if (!has_product)
        return MG_OK;
    mg_status status = MG_OK;
    if (p->product.run_then)
        status = take_loop(set, arena, g, p, taken);
    if (status != MG_OK || !*taken) {
        if (p->product.kernel->end)
            p->product.kernel->end(&p->product);
        return status;
    }
    place_sums(g, step, p);
    step->data = p;
    step->run = run;
    return MG_OK;
}

/* The loop's operand of that number of the step, -1. */
static int in_loop(const product_loop *p, int operand)
{
    for (int i = 0; i < p->loop.n_operands; i++)
        if (p->loop_from[i] == operand)
            return i;
    return -1;
}

static bool in_place(const mg_step *step, int i, int o)
{
    const product_loop *const p = step->data;
    const int input = in_loop(p, i), output = in_loop(p, o);
    return input >= 0 && output >= 0 && o != p->sums_at &&
           i != p->product_from[0] && i != p->product_from[1] &&
           mg_walks_alike(&p->loop, input, output) &&
           mg_program_reads_first(p->program, input, output);
}

static mg_status take_best(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    static const mg_kernel *const kernel[] = {
#ifdef MATGRAD_HAVE_ONEDNN
        &mg_kernel_matmul_onednn,
#endif
        &mg_kernel_matmul_plain, NULL};
    return take_with(mg_vector_best(), kernel, arena, g, step, taken);
}

static mg_status take_baseline(mg_arena *arena, const mg_graph *g,
                               mg_step *step, bool *taken)
{
    static const mg_kernel *const kernel[] = {&mg_kernel_matmul_baseline, NULL};
    return take_with(mg_vector_baseline(), kernel, arena, g, step, taken);
}

const mg_kernel mg_kernel_product_loop = {
    .name = "product-loop",
    .take = take_best,
    .bind = bind,
    .unbind = unbind,
    .end = end,
    .in_place = in_place,
    .takes_groups = true,
};

#ifdef MATGRAD_HAVE_ONEDNN
static mg_status take_bf16(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    static const mg_kernel *const kernel[] = {&mg_kernel_matmul_bf16,
                                              &mg_kernel_matmul_onednn,
                                              &mg_kernel_matmul_plain, NULL};
    return take_with(mg_vector_best(), kernel, arena, g, step, taken);
}

const mg_kernel mg_kernel_product_loop_bf16 = {
    .name = "product-loop-bf16",
    .take = take_bf16,
    .bind = bind,
    .unbind = unbind,
    .end = end,
    .in_place = in_place,
    .takes_groups = true,
};
#endif

const mg_kernel mg_kernel_product_loop_baseline = {
    .name = "product-loop-baseline",
    .take = take_baseline,
    .bind = bind,
    .unbind = unbind,
    .end = end,
    .in_place = in_place,
    .takes_groups = true,
};
