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

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Version ---------------------------------------------------------- */

#define MG_VERSION_MAJOR 0
#define MG_VERSION_MINOR 1
#define MG_VERSION_PATCH 0

/* The library's version, "0.1.0": that of the binary, where the macros above
 * are those of the header. */
const char *mg_version(void);

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

/* What a value is: element type and shape. */
typedef struct {
    mg_dtype dtype;
    mg_shape shape;
} mg_type;

/* A view of elements; it owns nothing. */
typedef struct {
    mg_type type;
    int64_t stride[MG_MAX_RANK]; /* in elements; 0 repeats, negative flips */
    void *data;                  /* the element whose indices are all 0 */
} mg_tensor;

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
 * Each is documented in docs/ops.md, made from the operation's own file.
 * Leaves: mg_input belongs to an example and gets a batch axis, mg_variable
 * (parameter, state, data set) is shared by all, mg_setting is a number that
 * is bound anew each step. Names bind them to memory later. */
#define MG_OP(name, parameters) mg_value mg_##name parameters;
#include "matgrad/ops.def"
#undef MG_OP

/* The type of a value; a real number's for id 0. */
mg_type mg_value_type(const mg_graph *graph, mg_value v);

/* What a graph is for: a value that somebody wants, or a new value that a
 * variable takes after the step. */
typedef struct {
    const char *name;
    mg_value value;
    mg_value variable; /* id 0 for a result, else the variable to set */
} mg_root;

/* Adds a result under a name, or the new value of a variable (of its type).
 * The name is copied. Sticky. */
void mg_graph_add_root(mg_graph *graph, const char *name, mg_value value);
void mg_graph_add_update(mg_graph *graph, const char *name, mg_value variable,
                         mg_value value);

/* The graph as text, one node a line; borrowed, the graph's, or NULL when
 * there is no memory. mg_graph_parse reads it back to an equal graph. */
const char *mg_graph_text(mg_graph *graph);
mg_status mg_graph_parse(mg_ctx *ctx, const char *text, size_t length,
                         mg_graph **out);

/* Appends d loss / d wrt[i] as grads[i], of wrt[i]'s shape: zeros where the
 * loss does not depend on it. loss must be a real number (shape []). The
 * result can be derived again. */
mg_status mg_gradient(mg_graph *graph, mg_value loss, size_t n,
                      const mg_value wrt[], mg_value grads[]);

/* Writes the graph of n examples at once, with the given roots. What depends
 * on an input or on a random op gets a leading axis of n; a root that does not
 * is left as it is, or expanded to n where expand[i] (NULL: none). Inputs keep
 * their names and are of shape [n, ...]. */
mg_status mg_batch(const mg_graph *graph, size_t n_roots, const mg_root roots[],
                   const bool expand[], int64_t n, mg_graph **out);

/* ---- Plans and sessions ------------------------------------------------ */

typedef struct mg_plan mg_plan;       /* a compiled graph, read-only */
typedef struct mg_session mg_session; /* the memory of one running plan */

/* Which implementations a plan may use. */
typedef enum {
    MG_KERNELS_BEST,  /* the fastest for this machine */
    MG_KERNELS_PLAIN, /* C code alone: no library, no particular processor */
    MG_KERNELS_BF16,  /* the fastest, with operands of matrix products rounded
                       * to bfloat16 where the processor multiplies those
                       * faster; sums, weights and all else stay f32 */
} mg_kernels;

/* Whether MG_KERNELS_BF16 is faster than the best here; where it is not, it is
 * the same. */
bool mg_has_bf16(void);

/* Compiles the graph's roots: optimises, chooses kernels, plans memory. The
 * graph is only read. */
mg_status mg_compile(const mg_graph *graph, mg_kernels kernels, mg_plan **out);
void mg_plan_destroy(mg_plan *plan);

/* Memory for one running plan. ctx is the context of the session's thread:
 * the plan's, or one of its own where several threads run. The plan must
 * outlive the session. */
mg_status mg_session_create(mg_ctx *ctx, const mg_plan *plan, mg_session **out);
void mg_session_destroy(mg_session *session);

/* Binds a leaf by its name to memory of its type in C order, borrowed until
 * bound anew. Every leaf must be bound before a run; variables that the graph
 * updates are written there. */
mg_status mg_session_bind(mg_session *session, const char *leaf, void *data);

/* Promises that until mg_session_release, or this, is called nobody changes the
 * elements of variables that are bound, nor looks at those that the plan
 * updates. A plan without updates then arranges its weights for the processor
 * once instead of in every run; others may leave an update to the next run,
 * which reads the weight anyway. */
void mg_session_hold(mg_session *session);

/* Ends the promise: updates that were left are made now, and variables stand
 * where they are bound as if each run had made its own. */
void mg_session_release(mg_session *session);

/* Where random numbers come from in the next run: seed and training step. */
void mg_session_seed(mg_session *session, uint64_t seed, uint32_t step);

/* Runs all steps once; allocates nothing. An index outside its axis is
 * MG_BAD_DATA with the formula's line. */
mg_status mg_session_run(mg_session *session);

/* A result by its root's name: dense memory of the session, valid until the
 * next run; data NULL if there is none of that name. */
mg_tensor mg_session_result(const mg_session *session, const char *name);

/* ---- Networks ----------------------------------------------------------- */

typedef struct mg_network mg_network; /* what a formula file means */

typedef struct {
    mg_dtype real;     /* MG_F32 (0) or MG_F64 */
    bool training;     /* which branch of `if training` */
    const char *file;  /* named in messages; NULL: "formula" */
    const char *train; /* more train keys, as the text between the braces of a
                        * train block; they win over the file's; or NULL */
} mg_network_options;

/* Reads a formula file's text and checks all of it. On failure MG_BAD_FORMULA
 * and a report of every independent error found, each with place and caret.
 * options may be NULL. */
mg_status mg_network_create(mg_ctx *ctx, const char *source, size_t length,
                            const mg_network_options *options,
                            mg_network **out);
void mg_network_destroy(mg_network *network);

/* The graph of one example, owned by the network; its values by the names
 * that the file gives them (inputs, parameters by path, named values, "loss",
 * "penalty"); id 0 if there is none. */
const mg_graph *mg_network_graph(const mg_network *network);
mg_value mg_network_value_of(const mg_network *network, const char *name);

/* The names of its inputs and targets, parameters, outputs: NULL behind the
 * last index. */
const char *mg_network_input_name(const mg_network *network, size_t index);
const char *mg_network_param_name(const mg_network *network, size_t index);
const char *mg_network_output_name(const mg_network *network, size_t index);

/* Whether the input of that index is a target; false behind the last. */
bool mg_network_is_target(const mg_network *network, size_t index);

/* ---- Data, models, training --------------------------------------------- */

typedef struct mg_dataset mg_dataset; /* examples, in memory or streamed */
typedef enum { MG_PART_TRAIN, MG_PART_TEST } mg_data_part;

/* Opens a part of a data set: a known name ("fashion-mnist", looked for where
 * Debian's package puts it, then in the folder that the environment variable
 * MATGRAD_DATA names), the path of a folder of IDX files, or a file: .csv,
 * .npy, .npz, or text for language models. Keys behind a question mark say how
 * to read it (docs/data.md). Several names, one a line: their rows follow one
 * another. Only folders and known names have a test part. */
mg_status mg_data_open(mg_ctx *ctx, const char *names, mg_data_part part,
                       mg_dataset **out);
void mg_dataset_destroy(mg_dataset *dataset);

/* One value of every example. */
typedef struct {
    const char *name; /* of the network's input or target */
    mg_type row;      /* of one example; cast to the network's type */
    const void *data; /* [rows, row...] in C order */
} mg_data_array;

/* Examples in the caller's memory, borrowed as long as the data set lives. */
mg_status mg_data_from_arrays(mg_ctx *ctx, int64_t rows, size_t n,
                              const mg_data_array array[], mg_dataset **out);

/* Writes the n examples of the given numbers, 0 <= row[j] < rows, into out[i],
 * dense memory for n rows of array[i]. A generator may make up any n examples.
 * Called on the thread that trains; another status than MG_OK ends the call
 * that wanted them with it. */
typedef mg_status mg_data_fetch_fn(void *user, int64_t n, const int64_t row[],
                                   void *const out[]);

/* Examples that a callback gives batch by batch; `rows` of them are an epoch.
 * The arrays' data are ignored. Where the only target is a label and val is not
 * 0, training asks for every row once before it begins, to hold out a share of
 * each class. */
mg_status mg_data_from_callback(mg_ctx *ctx, int64_t rows, size_t n,
                                const mg_data_array array[],
                                mg_data_fetch_fn *fetch, void *user,
                                mg_dataset **out);

/* A network with weights, ready to be used. */
typedef struct mg_model mg_model;

typedef struct {
    uint64_t seed; /* of fresh parameters; 0: the network's own */
    mg_dtype real; /* f64, or f32 (0): what a run was trained in */
    bool training; /* layers behave as in training */
} mg_model_options;

/* A result averaged over examples: the loss, or a metric by its name. */
typedef struct {
    const char *name;
    double value;
} mg_measure;

/* Opens a run folder (its best weights), a .safetensors file of a run, or a
 * formula file with fresh parameters. options may be NULL. */
mg_status mg_model_open(mg_ctx *ctx, const char *run,
                        const mg_model_options *options, mg_model **out);

/* The same from the text of a formula file, with fresh parameters. */
mg_status mg_model_create(mg_ctx *ctx, const char *source, size_t length,
                          const mg_model_options *options, mg_model **out);

/* Writes formula, weights and what its data meant as one .safetensors file
 * that mg_model_open reads: a temporary file first, then in its place. */
mg_status mg_model_save(const mg_model *model, const char *path);
void mg_model_destroy(mg_model *model);

/* Owned by the model. */
const mg_network *mg_model_network(const mg_model *model);

/* A parameter or state by its name: dense memory of the model, to be read and
 * to be set; data NULL if there is none. No session may run meanwhile. */
mg_tensor mg_model_weight(mg_model *model, const char *name);

/* The text that was class `number` of a label in the data that the model was
 * trained on, or NULL: labels were numbers there, or there is no such class.
 * target NULL: the network's only label. */
const char *mg_model_class_name(const mg_model *model, const char *target,
                                int64_t number);

/* The loss (first, if the network has one) and every metric, averaged over
 * all examples of the data. *out is an array of *n owned by the model, valid
 * until the next call. */
mg_status mg_model_measure(mg_model *model, const mg_dataset *data,
                           const mg_measure **out, size_t *n);

/* Called for every example in order: outputs[i] is the i-th output's value of
 * one example, dense. Returning another status than MG_OK ends the walk with
 * it. */
typedef mg_status mg_predict_fn(void *user, int64_t example,
                                const mg_tensor outputs[]);
mg_status mg_model_predict(mg_model *model, const mg_dataset *data,
                           mg_predict_fn *each, void *user);

/* One example from memory: input[i] is the network's i-th input, dense and of
 * its type (a target's is ignored and may be NULL); output[i] is room for its
 * i-th output. */
mg_status mg_model_predict_one(mg_model *model, const void *const input[],
                               void *const output[]);

/* For serving: a plan of the outputs of n examples at once, standardisation
 * included. Its leaves are the network's inputs by name, [n, ...] of their
 * types, and the weights; its results are the outputs by name. The model must
 * outlive the plan and its sessions. */
mg_status mg_model_compile(mg_model *model, int64_t n, mg_plan **out);

/* Binds the model's weights, which are only read, to a session of such a plan;
 * the inputs are left to the caller (mg_session_bind). To be called again when
 * the model was trained further. */
mg_status mg_model_bind(const mg_model *model, mg_session *session);

/* What a run took from the weights of another. */
typedef struct {
    const char *from;
    size_t n_taken, n_left, n_fresh;
    size_t n_optimiser;        /* the file's states of its optimiser: left */
    const char *const *taken;  /* parameters and states that began there */
    const char *const *left;   /* the file's names that nothing took */
    const char *const *reason; /* [n_left]: why */
    const char *const *fresh;  /* what the file did not have */
} mg_train_transfer;

/* A step of a compiled plan by itself. */
typedef struct {
    int line;              /* of the formula file; 0: the data's */
    const char *formula;   /* "" or what the step ends with */
    const char *operation; /* "matmul [64, 784] [256, 784]" */
    const char *kernel;    /* the implementation that was chosen */
    bool is_product;
    double seconds;       /* the least of many runs */
    double flops, bytes;  /* operations; memory read and written */
    double bound_seconds; /* at the rates of the machine below */
} mg_profile_step;

typedef struct {
    size_t n;
    mg_profile_step *step;
    double seconds;     /* of all steps by themselves */
    double run_seconds; /* of the plan in one go */
    double flops_rate;  /* of a matrix product of 512 x 512 x 512 a second */
    double bytes_rate;  /* through a loop over 512 kB a second */
} mg_profile;

typedef enum {
    MG_EVENT_START, /* once: parameters, train, val, threads, seed, run */
    MG_EVENT_STEP,  /* some ten times a second: epoch, step, loss so far */
    MG_EVENT_EPOCH, /* after each: measures, seconds */
    MG_EVENT_DONE,  /* once: run, best_epoch, stopped_early */
} mg_event_kind;

typedef struct {
    mg_event_kind kind;
    int64_t parameters, train, val; /* counts: numbers, examples, examples */
    int threads;
    uint64_t seed;
    int64_t epoch, epochs;             /* from 1 */
    int64_t step, steps_per_epoch;     /* done in this epoch */
    const mg_train_transfer *transfer; /* START of a run --from, else NULL */
    size_t n_measures;                 /* loss first, then the metrics */
    const mg_measure *measure;         /* averaged over the epoch so far */
    const mg_measure *val_measure;     /* n_measures of them, or NULL */
    double seconds;                    /* of this epoch */
    double examples_per_second;
    const char *run;
    int64_t best_epoch;             /* lowest loss held out, or of training */
    const mg_measure *test_measure; /* DONE: of the best weights, or NULL */
    const mg_profile *profile;      /* DONE: of a training step, if asked for */
    bool stopped_early;             /* by patience */
    bool interrupted;               /* by the stop flag; state is saved */
} mg_train_event;

/* Receives each event on the training thread; the event lives that long. */
typedef void mg_train_event_fn(void *user, const mg_train_event *event);

/* Zero-initialise; zero fields mean "as the formula file says". */
typedef struct {
    const char *file; /* its path: names the run and places in messages */
    const char *source;
    size_t source_length;
    const char *overrides;     /* train keys as text: "epochs = 3; batch = 8" */
    const char *data;          /* where examples come from (mg_data_open) */
    const char *test;          /* a test set of its own, or NULL; kept for eval
                                * and predict, and measured at the end */
    const char *class_weights; /* the loss of class c counts so much: "1 2.5
                                * 1", or "balanced": rows / (classes * rows of
                                * c); NULL: all alike */
    const char *out;           /* the run folder; NULL: runs/NAME-N, new */
    const char *resume; /* a run folder to go on with, or NULL; then file,
                         * source and data may be NULL, and must agree with
                         * the run's if given */
    const char *from;   /* weights to begin with (a run folder or a
                         * .safetensors file), or NULL */
    const char *rename; /* of those: FROM=TO, one a line; * is any text */
    const char *freeze; /* parameters that stay: patterns, one a line */
    int64_t max_steps;  /* end after so many; 0: epochs decide */
    int64_t accumulate; /* batches that make one step; 0: 1 */
    mg_dtype real;      /* f32 (0) or f64 */
    bool profile;       /* measure the steps of a training step at
                         * the end */
    mg_kernels kernels;
    mg_train_event_fn *event; /* or NULL */
    void *user;
    const volatile sig_atomic_t *stop; /* not 0: save and return; or NULL */
} mg_train_request;

/* Trains into a run folder: network.mg, best.safetensors, last.safetensors,
 * log.jsonl. The state is written after an epoch, unless writing would then
 * take more than a hundredth of the time, every 30 seconds, and whatever ends
 * the training. MG_INTERRUPTED when stopped, MG_DIVERGED when a value was not
 * finite (the message names the first and its formula line; the last good state
 * stays). */
mg_status mg_train(mg_ctx *ctx, const mg_train_request *request);

/* Zero-initialise; zero fields mean "as the formula says". */
typedef struct {
    const char *overrides;     /* train keys as text: "epochs = 3; batch = 8" */
    const char *freeze;        /* parameters that stay: patterns, one a line */
    int64_t max_steps;         /* end after so many; 0: epochs decide */
    int64_t accumulate;        /* batches that make one step; 0: 1 */
    const char *class_weights; /* as in mg_train_request */
    mg_train_event_fn *event;  /* or NULL */
    void *user;
    const volatile sig_atomic_t *stop; /* not 0: return; or NULL */
} mg_model_train_options;

/* Trains a model in memory, beginning with its present weights; afterwards it
 * has the best ones (of the lowest loss held out, or of training) of this call.
 * options may be NULL. MG_INTERRUPTED and MG_DIVERGED as mg_train; the model
 * then has the best so far, or its old weights. */
mg_status mg_model_train(mg_model *model, const mg_dataset *data,
                         const mg_model_train_options *options);

/* The times of one training step and one forward pass on random data. */
typedef struct {
    int64_t batch;
    double step_us, forward_us; /* the best of five rounds' means */
    double step_flops, gflops;
    size_t arena_bytes, live_bytes; /* of a step; live: its lower bound */
    size_t steps_in_plan;
} mg_bench_result;

/* Times a formula's network; batch 0: the formula file's. */
mg_status mg_bench(mg_ctx *ctx, const mg_network_options *options,
                   const char *source, size_t length, int64_t batch,
                   mg_kernels kernels, mg_bench_result *out);

/* Measures each step of a training step (or forward pass) of a formula's
 * network on random data, for about a second; batch 0: the formula file's. The
 * caller ends *out with mg_profile_destroy. */
mg_status mg_bench_profile(mg_ctx *ctx, const mg_network_options *options,
                           const char *source, size_t length, int64_t batch,
                           mg_kernels kernels, bool forward, mg_profile **out);
void mg_profile_destroy(mg_profile *profile);

#ifdef __cplusplus
}
#endif
#endif
