/* steps: one node as a step over operands with random strides and values, run
 * by a kernel and by the oracle. */
#ifndef MG_TESTS_SUPPORT_STEPS_H
#define MG_TESTS_SUPPORT_STEPS_H

#include "base/philox.h"
#include "kernels/kernels.h"

#define TEST_OPERANDS 8

typedef struct {
    mg_stream stream;
    uint64_t drawn;
} test_random;

/* From lowest to highest, both included. */
int64_t test_draw(test_random *r, int64_t lowest, int64_t highest);
double test_uniform(test_random *r, double from, double to);
mg_shape test_shape(test_random *r, int lowest_rank, int highest_rank,
                    int64_t largest);
/* A shape that broadcasts to `shape`: axes left away, or of size 1. */
mg_shape test_narrower(test_random *r, const mg_shape *shape);

typedef struct {
    mg_ctx *ctx;
    mg_arena arena;
    mg_step step;
    mg_operand operand[TEST_OPERANDS];
    mg_tensor tensor[TEST_OPERANDS]; /* with memory; y last */
    mg_tensor expected;              /* the oracle's y */
    mg_frame frame;
} test_step;

/* How operands are made. */
typedef struct {
    bool strided;    /* any strides; else dense */
    bool special;    /* some elements infinite, NaN, zero, tiny */
    double from, to; /* reals are drawn from here; integers and u8 too */
} test_values;

/* Prepares the node y of g: fills its operands, computes what is expected. */
void test_step_open(test_step *s, mg_graph *g, mg_value y,
                    const test_values *values, test_random *r);
void test_step_close(test_step *s);

/* Runs the kernel into y; false if it refuses the step. */
bool test_step_run(test_step *s, const mg_graph *g, const mg_kernel *kernel,
                   int threads);

/* The same with y in operand i's memory, which is put back afterwards; false
 * if the kernel does not allow it. */
bool test_step_run_in_place(test_step *s, const mg_graph *g,
                            const mg_kernel *kernel, int i);

/* The largest distance of y from what is expected, in units of
 * absolute + relative * |expected|; infinite where one of them is NaN or
 * infinite and the other something else. */
double test_step_distance(const test_step *s, double absolute, double relative);

/* A checksum of y's bits. */
uint64_t test_step_bits(const test_step *s);

#endif
