/* Examples of a C program: its arrays, and a callback. */
#include "data/examples.h"
#include "support/memory.h"
#include "test.h"

#include <string.h>

enum { rows = 50 };

typedef struct {
    test_memory memory;
    mg_ctx *ctx;
    mg_network_input input[2]; /* x[2], y of 7 classes */
    mg_network network;
    int calls;
    int64_t asked;    /* rows of the last call */
    mg_status answer; /* of the callback */
    int64_t label;    /* added to each; a wrong one if it is large */
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f = (fixture){0};
    f.ctx = test_memory_ctx(&f.memory);
    f.input[0] =
        (mg_network_input){.name = "x", .shape = {.rank = 1, .dim = {2}}};
    f.input[1] = (mg_network_input){.name = "y", .target = true, .classes = 7};
    f.network = (mg_network){.n_inputs = 2, .input = f.input};
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    assert_int_equal(f->memory.live, 1);
    mg_ctx_destroy(f->ctx);
    return 0;
}

static const mg_type vector = {MG_F32, {.rank = 1, .dim = {2}}};
static const mg_type label = {MG_I32, {0}};

static void arrays_are_read_where_they_are(void **state)
{
    fixture *f = *state;
    static float x[rows * 2];
    static int32_t y[rows];
    const mg_data_array arrays[] = {{"y", label, y}, {"x", vector, x}};
    mg_dataset *d = NULL;
    mg_examples *e = NULL;
    for (int i = 0; i < rows; i++)
        y[i] = i % 7;
    assert_int_equal(mg_data_from_arrays(f->ctx, rows, 2, arrays, &d), MG_OK);
    assert_int_equal(d->rows, rows);
    assert_int_equal(d->column[0].classes, 7);
    assert_int_equal(mg_examples_create(d, &f->network, true, NULL, &e), MG_OK);
    assert_ptr_equal(e->input[0].data, x);
    assert_ptr_equal(e->input[1].data, y);
    mg_examples_destroy(e);
    y[49] = 7;
    assert_int_equal(mg_examples_create(d, &f->network, true, NULL, &e), MG_OK);
    mg_examples_destroy(e);
    mg_dataset_destroy(d);
    d = NULL;
    assert_int_equal(mg_data_from_arrays(f->ctx, rows, 2, arrays, &d), MG_OK);
    assert_int_equal(mg_examples_create(d, &f->network, true, NULL, &e),
                     MG_BAD_DATA);
    assert_string_equal(mg_message(f->ctx), "data in memory: row 50 of y is "
                                            "7, not one of 0 to 6");
    mg_dataset_destroy(d);
}

static void refused(fixture *f, int64_t n_rows, mg_data_array array,
                    mg_status status, const char *message)
{
    mg_dataset *d = NULL;
    assert_int_equal(mg_data_from_arrays(f->ctx, n_rows, 1, &array, &d),
                     status);
    assert_string_equal(mg_message(f->ctx), message);
    assert_null(d);
}

static void arrays_that_cannot_be_are_refused(void **state)
{
    fixture *f = *state;
    float x[2] = {0};
    refused(f, 1, (mg_data_array){NULL, vector, x}, MG_BAD_ARGUMENT,
            "data in memory: an array has no name, or no element type");
    refused(f, 1, (mg_data_array){"x", {(mg_dtype)9, {0}}, x}, MG_BAD_ARGUMENT,
            "data in memory: an array has no name, or no element type");
    refused(f, 1, (mg_data_array){"x", vector, NULL}, MG_BAD_ARGUMENT,
            "data in memory: the array x has no data");
    mg_data_array negative = {"x", vector, x};
    mg_dataset *d = NULL;
    assert_int_equal(mg_data_from_arrays(f->ctx, -1, 1, &negative, &d),
                     MG_BAD_SHAPE);
    negative.row.shape.dim[0] = -2;
    assert_int_equal(mg_data_from_arrays(f->ctx, 1, 1, &negative, &d),
                     MG_BAD_SHAPE);
    assert_null(d);
}

/* ---- Callbacks ---- */

/* x is (row, 1000 times the call's number), y the row's remainder. */
static mg_status give(void *user, int64_t n, const int64_t row[],
                      void *const out[])
{
    fixture *f = user;
    f->calls++;
    f->asked = n;
    for (int64_t i = 0; i < n; i++) {
        assert_in_range(row[i], 0, rows - 1);
        ((float *)out[0])[2 * i] = (float)row[i];
        ((float *)out[0])[2 * i + 1] = (float)(1000 * f->calls);
        ((int32_t *)out[1])[i] = (int32_t)(row[i] % 7 + f->label);
    }
    return f->answer;
}

static const mg_data_array streamed[] = {
    {"x", {MG_F32, {.rank = 1, .dim = {2}}}, NULL},
    {"y", {MG_I32, {0}}, NULL},
};

static mg_dataset *stream(fixture *f)
{
    mg_dataset *d = NULL;
    assert_int_equal(
        mg_data_from_callback(f->ctx, rows, 2, streamed, give, f, &d), MG_OK);
    return d;
}

static void check_batch(const mg_examples *e, int64_t n, const int64_t row[],
                        int call)
{
    double x[20];
    int64_t y[10];
    assert_int_equal(mg_examples_gather(e, 0, n, row, MG_F64, x), MG_OK);
    assert_int_equal(mg_examples_gather(e, 1, n, row, MG_I64, y), MG_OK);
    for (int64_t i = 0; i < n; i++) {
        assert_true(x[2 * i] == (double)row[i]);
        assert_true(x[2 * i + 1] == 1000 * call);
        assert_int_equal(y[i], row[i] % 7);
    }
}

static void a_call_gives_all_inputs_of_a_batch(void **state)
{
    fixture *f = *state;
    const int64_t first[] = {3, 1, 49}, second[] = {3, 1, 48, 0, 0};
    mg_dataset *d = stream(f);
    mg_examples *e = NULL;
    assert_int_equal(mg_examples_create(d, &f->network, true, NULL, &e), MG_OK);
    assert_null(e->input[0].data);
    assert_non_null(e->fetch);
    check_batch(e, 3, first, 1);
    check_batch(e, 3, second, 2);
    check_batch(e, 5, second, 3);
    check_batch(e, 5, second, 4); /* again: a generator may give others */
    check_batch(e, 2, first, 5);
    assert_int_equal(f->calls, 5);
    assert_int_equal(f->asked, 2);
    mg_examples_destroy(e);
    mg_dataset_destroy(d);
}

static void without_targets_each_batch_is_a_call(void **state)
{
    fixture *f = *state;
    const int64_t row[] = {5};
    float x[2];
    mg_dataset *d = stream(f);
    mg_examples *e = NULL;
    assert_int_equal(mg_examples_create(d, &f->network, false, NULL, &e),
                     MG_OK);
    assert_true(e->input[1].absent);
    for (int i = 1; i < 4; i++) {
        assert_int_equal(mg_examples_gather(e, 0, 1, row, MG_F32, x), MG_OK);
        assert_true(x[1] == (float)(1000 * i));
    }
    mg_examples_destroy(e);
    mg_dataset_destroy(d);
}

static void what_a_callback_gives_is_not_believed(void **state)
{
    fixture *f = *state;
    const int64_t row[] = {0, 6};
    int64_t y[2];
    mg_dataset *d = stream(f);
    mg_examples *e = NULL;
    assert_int_equal(mg_examples_create(d, &f->network, true, NULL, &e), MG_OK);
    f->label = 1;
    assert_int_equal(mg_examples_gather(e, 1, 2, row, MG_I64, y), MG_BAD_DATA);
    assert_string_equal(mg_message(f->ctx), "data from a callback: row 7 of y "
                                            "is 7, not one of 0 to 6");
    mg_examples_destroy(e);
    mg_dataset_destroy(d);
}

static void its_status_is_handed_on(void **state)
{
    fixture *f = *state;
    const int64_t row[] = {0};
    int64_t y[1];
    mg_dataset *d = stream(f);
    mg_examples *e = NULL;
    assert_int_equal(mg_examples_create(d, &f->network, true, NULL, &e), MG_OK);
    f->answer = MG_INTERRUPTED;
    assert_int_equal(mg_examples_gather(e, 1, 1, row, MG_I64, y),
                     MG_INTERRUPTED);
    assert_string_equal(mg_message(f->ctx), "data from a callback: the "
                                            "callback returned status 8");
    f->answer = MG_OK;
    check_batch(e, 1, row, 2);
    mg_examples_destroy(e);
    mg_dataset_destroy(d);
}

/* ---- Several arrays for one input ---- */

static mg_status give_two(void *user, int64_t n, const int64_t row[],
                          void *const out[])
{
    (void)user;
    for (int64_t i = 0; i < n; i++) {
        ((double *)out[0])[i] = (double)row[i] / 2;
        ((uint8_t *)out[1])[i] = (uint8_t)row[i];
    }
    return MG_OK;
}

static void arrays_of_numbers_are_joined(void **state)
{
    fixture *f = *state;
    const mg_data_array arrays[] = {{"a", {MG_F64, {0}}, NULL},
                                    {"b", {MG_U8, {0}}, NULL}};
    const int64_t row[] = {9, 4, 1};
    double x[6];
    mg_dataset *d = NULL;
    mg_examples *e = NULL;
    f->network.n_inputs = 1;
    assert_int_equal(
        mg_data_from_callback(f->ctx, rows, 2, arrays, give_two, NULL, &d),
        MG_OK);
    assert_int_equal(mg_examples_create(d, &f->network, true, NULL, &e), MG_OK);
    assert_int_equal(e->input[0].row.dtype, MG_F64);
    assert_int_equal(mg_examples_gather(e, 0, 3, row, MG_F64, x), MG_OK);
    for (int i = 0; i < 3; i++) {
        assert_true(x[2 * i] == (double)row[i] / 2);
        assert_true(x[2 * i + 1] == (double)row[i]);
    }
    mg_examples_destroy(e);
    mg_dataset_destroy(d);
}

static mg_status stream_all(mg_ctx *ctx, void *data)
{
    fixture *f = data;
    const int64_t row[] = {1, 2, 3};
    double x[6];
    mg_dataset *d = NULL;
    mg_examples *e = NULL;
    f->answer = MG_OK;
    MG_TRY(mg_data_from_callback(ctx, rows, 2, streamed, give, f, &d));
    mg_status status = mg_examples_create(d, &f->network, true, NULL, &e);
    for (int64_t n = 1; status == MG_OK && n < 4; n++)
        status = mg_examples_gather(e, 0, n, row, MG_F64, x);
    mg_examples_destroy(e);
    mg_dataset_destroy(d);
    return status;
}

static void every_refused_allocation_is_clean(void **state)
{
    assert_true(test_every_refusal(stream_all, *state) >= 10);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(arrays_are_read_where_they_are),
        TEST(arrays_that_cannot_be_are_refused),
        TEST(a_call_gives_all_inputs_of_a_batch),
        TEST(without_targets_each_batch_is_a_call),
        TEST(what_a_callback_gives_is_not_believed),
        TEST(its_status_is_handed_on),
        TEST(arrays_of_numbers_are_joined),
        TEST(every_refused_allocation_is_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
