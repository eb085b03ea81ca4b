#include "support/training.h"
#include "tests/test.h"

#include <math.h>
#include <string.h>

static void check(const test_training *t, mg_status status)
{
    if (status != MG_OK)
        fail_msg("status %d: %s", (int)status, mg_message(t->ctx));
}

void test_training_open(test_training *t, const char *source, mg_dtype real)
{
    mg_network_options options = {
        .real = real, .training = true, .file = "test.mg"};
    *t = (test_training){.steps = 1000};
    assert_int_equal(mg_ctx_create(NULL, &t->ctx), MG_OK);
    check(t, mg_network_create(t->ctx, source, strlen(source), &options,
                               &t->training));
    options.training = false;
    check(t, mg_network_create(t->ctx, source, strlen(source), &options,
                               &t->in_use));
    mg_weights_init(&t->weights, t->ctx);
    mg_weights_init(&t->sums, t->ctx);
    check(t, mg_measures_init(&t->measures, t->training));
    check(t, mg_measures_init(&t->measures_in_use, t->in_use));
    check(t, mg_weights_from_network(&t->weights, t->training, 1));
    check(t, mg_dataset_create(t->ctx, "test data", &t->data));
}

void test_training_close(test_training *t)
{
    mg_examples_destroy(t->examples);
    mg_dataset_destroy(t->data);
    mg_weights_clear(&t->sums);
    mg_weights_clear(&t->weights);
    mg_measures_clear(&t->measures_in_use);
    mg_measures_clear(&t->measures);
    mg_network_destroy(t->in_use);
    mg_network_destroy(t->training);
    mg_ctx_destroy(t->ctx);
}

void test_training_column(test_training *t, const char *input, int64_t rows,
                          const double data[])
{
    const mg_network_input *const in =
        mg_network_find_input(t->training, input);
    assert_non_null(in);
    const mg_type type = mg_value_type(t->training->graph, in->value);
    mg_data_column *column = NULL;
    check(t, mg_dataset_add(t->data, input, in->target, type, rows, &column));
    mg_type all = type;
    mg_shape_insert(&all.shape, 0, rows);
    const mg_tensor tensor = mg_tensor_dense(all, column->data);
    for (int64_t i = 0; i < mg_shape_size(&all.shape); i++)
        mg_tensor_set(&tensor, i, data[i]);
}

void test_training_ready(test_training *t)
{
    mg_dataset_count_classes(t->data);
    check(t,
          mg_examples_create(t->data, t->training, true, NULL, &t->examples));
}

static mg_step_source source_of(test_training *t, bool training)
{
    return (mg_step_source){.network = training ? t->training : t->in_use,
                            .measures =
                                training ? &t->measures : &t->measures_in_use,
                            .examples = t->examples,
                            .weights = &t->weights,
                            .sums = &t->sums};
}

static void run(test_training *t, mg_purpose purpose, int64_t first, int64_t n,
                double *sum)
{
    const bool training = purpose != MG_FOR_MEASURES || t->draws < 0;
    const mg_step_source source = source_of(t, training);
    mg_step_plan *plan = NULL;
    check(t, mg_step_plan_create(&source, purpose, n, &plan));
    for (int64_t i = 0; i < n; i++)
        plan->row[i] = first + i;
    plan->step = t->step;
    plan->steps = t->steps;
    plan->draw = t->draws;
    check(t, mg_step_plan_run(plan, 1));
    if (sum)
        mg_measures_add(source.measures, plan->result, n, sum);
    mg_step_plan_destroy(plan);
}

void test_training_step(test_training *t, int64_t first, int64_t n)
{
    run(t, MG_FOR_TRAINING, first, n, NULL);
    t->step++;
    t->draws++;
}

void test_training_step_parts(test_training *t, size_t n_parts,
                              const int64_t size[])
{
    int64_t first = 0;
    for (size_t i = 0; i < t->sums.n; i++) {
        const mg_tensor *const sum = &t->sums.weight[i].tensor;
        memset(sum->data, 0, mg_type_bytes(&sum->type));
    }
    for (size_t i = 0; i < n_parts; i++) {
        run(t, MG_FOR_GRADIENTS, first, size[i], NULL);
        first += size[i];
        t->draws++;
    }
    run(t, MG_FOR_STEP, 0, 1, NULL);
    t->step++;
}

void test_training_measure(test_training *t, int64_t batch, bool training,
                           mg_measure out[])
{
    const mg_measures *const m = training ? &t->measures : &t->measures_in_use;
    double sum[64] = {0};
    const int64_t draws = t->draws;
    assert_true(m->n_sums <= 64);
    t->draws = training ? -1 : 0;
    for (int64_t at = 0; at < t->data->rows; at += batch) {
        const int64_t left = t->data->rows - at;
        run(t, MG_FOR_MEASURES, at, left < batch ? left : batch, sum);
    }
    t->draws = draws;
    check(t, mg_measures_finish(m, &t->weights, sum, out));
}

static const mg_tensor *find(const test_training *t, const char *name)
{
    const mg_weight *const weight = mg_weights_find(&t->weights, name);
    if (!weight)
        fail_msg("there is no weight %s", name);
    return &weight->tensor;
}

double test_training_get(const test_training *t, const char *name, int64_t i)
{
    return mg_tensor_get(find(t, name), i);
}

void test_training_set(test_training *t, const char *name, int64_t i,
                       double value)
{
    mg_tensor_set(find(t, name), i, value);
}

void test_training_equal(const test_training *a, const test_training *b,
                         double tolerance)
{
    assert_int_equal(a->weights.n, b->weights.n);
    for (size_t k = 0; k < a->weights.n; k++) {
        const mg_weight *const weight = &a->weights.weight[k];
        const int64_t n = mg_shape_size(&weight->tensor.type.shape);
        for (int64_t i = 0; i < n; i++) {
            const double x = mg_tensor_get(&weight->tensor, i);
            const double y = test_training_get(b, weight->name, i);
            if (!(fabs(x - y) <= tolerance * fmax(1, fabs(x))))
                fail_msg("%s[%lld] is %.17g in one, %.17g in the other",
                         weight->name, (long long)i, x, y);
        }
    }
}
