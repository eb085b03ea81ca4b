/* matgrad.h - the whole public interface.
 *
 *   text -> network -> graph of one example -> batch -> gradients -> plan
 *                                                    plan + weights -> session
 *
 * Ownership  What a call returns through *out is the caller's, ended by the
 *            matching _destroy. Every other pointer is borrowed.
 * Errors     Fallible calls return mg_status; mg_message(ctx) explains it in
 *            words. On failure *out is untouched. Nothing here prints, exits
 *            or aborts.
 * Threads    A context and all made from it serve one thread at a time, with
 *            one exception that serving needs: a plan and a set of weights are
 *            read-only while sessions run, and each session may run on a
 *            thread of its own. Separate contexts share nothing. */
#ifndef MATGRAD_MATGRAD_H
#define MATGRAD_MATGRAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Context ---------------------------------------------------------- */

typedef struct mg_ctx mg_ctx; /* allocator, last message, thread count */

/* The result of every fallible call. */
typedef enum {
    MG_OK,
    MG_BAD_FORMULA,  /* an error in a formula file */
    MG_BAD_SHAPE,    /* operands whose shapes or types do not fit */
    MG_BAD_ARGUMENT, /* a name, count or option that the call cannot take */
    MG_BAD_FILE,     /* a file that cannot be opened, read or written */
    MG_BAD_DATA,     /* a file or array whose content is wrong */
    MG_NO_MEMORY,    /* the allocator said no, or a size overflowed */
    MG_DIVERGED,     /* training met a value that is not finite */
    MG_INTERRUPTED,  /* the caller asked to stop; state is saved */
} mg_status;

/* Resizes a block as realloc does: block NULL allocates, size 0 frees and
 * returns NULL, failure returns NULL and keeps the block. Blocks are aligned
 * for any type. May be called from the thread that uses the context only. */
typedef void *mg_resize_fn(void *user, void *block, size_t size);

/* Receives one line of progress or warning, without a line break. */
typedef void mg_log_fn(void *user, const char *line);

/* Zero-initialise; every zero field means its default. */
typedef struct {
    mg_resize_fn *resize; /* default: realloc and free */
    void *resize_user;
    mg_log_fn *log; /* default: lines are dropped */
    void *log_user;
    int threads; /* computing threads; default: one a core */
} mg_ctx_options;

/* Makes a context; options may be NULL. The caller ends it with
 * mg_ctx_destroy after all that was made from it. */
mg_status mg_ctx_create(const mg_ctx_options *options, mg_ctx **out);
void mg_ctx_destroy(mg_ctx *ctx);

/* The message of the last failure: one line for most, a report of several
 * lines for formula errors. Valid until the next call with this context. */
const char *mg_message(const mg_ctx *ctx);

/* ---- Types ------------------------------------------------------------ */

/* Element types. Formulas use f32 or f64 for reals, i64 for integers and bool
 * for truth values; the others are how data is stored. */
typedef enum { MG_F32, MG_F64, MG_I32, MG_I64, MG_BOOL, MG_U8 } mg_dtype;

/* A formula's value has at most MG_MAX_RANK axes, its batch included. */
#define MG_MAX_RANK 8

/* Sizes of the axes, outermost first; rank 0 is a number. */
typedef struct {
    int rank;
    int64_t dim[MG_MAX_RANK];
} mg_shape;

/* ---- Graphs ----------------------------------------------------------- */

typedef struct mg_graph mg_graph; /* nodes, all owned by the graph's arena */

/* A node of one graph; id 0 is the result of a failed build step. */
typedef struct {
    uint32_t id;
} mg_value;

/* Makes an empty graph whose reals are f32 or f64. */
mg_status mg_graph_create(mg_ctx *ctx, mg_dtype real, mg_graph **out);
void mg_graph_destroy(mg_graph *graph);

/* Building is sticky: after a first failure every builder returns id 0, and
 * mg_graph_status (or the next pass over the graph) reports that failure.
 * Operands are converted as formulas convert them: truth values count as 0
 * and 1, integer meets real gives real. Shapes broadcast as NumPy's. */
mg_status mg_graph_status(const mg_graph *graph);

/* One builder an operation: mg_add(graph, a, b), mg_matmul(graph, a, b), ...
 * Each is documented in docs/ops.md, made from the operation's own file. */
#define MG_OP(name, parameters) mg_value mg_##name parameters;
#include "matgrad/ops.def"
#undef MG_OP

#ifdef __cplusplus
}
#endif
#endif
