/* The summary's counts, against counting by hand. */
#include "explain/study.h"
#include "explain/summary.h"
#include "support/memory.h"

static const char classifier[] = "input x[6]\n"
                                 "target c class 3\n"
                                 "h = tanh(dense(x, 4))\n"
                                 "output z = dense(h, 3)\n"
                                 "loss = cross_entropy(z, c)\n";

static mg_summary *summarise(study *s, int64_t batch)
{
    mg_summary *summary = NULL;
    study_must(s, mg_summary_create(s->network, batch, &summary));
    return summary;
}

static void parameters_are_counted_where_they_come_in(void **state)
{
    (void)state;
    study s;
    study_open(&s, classifier, MG_F32);
    mg_summary *summary = summarise(&s, 0);
    assert_int_equal(summary->parameters, 28 + 15);
    assert_int_equal(summary->parameter_bytes, 4 * 43);
    assert_int_equal(summary->n_params, 4);
    assert_string_equal(summary->param[0].name, "h.dense.W");
    assert_int_equal(summary->param[0].count, 24);
    assert_int_equal(summary->param[0].line, 3);
    assert_int_equal(summary->n_layers, 3);
    assert_int_equal(summary->layer[0].parameters, 28);
    assert_int_equal(summary->layer[1].parameters, 15);
    assert_int_equal(summary->layer[2].parameters, 0);
    assert_string_equal(summary->layer[0].formula, "h = tanh(dense(x, 4))");
    assert_int_equal(summary->layer[0].line, 3);
    mg_summary_destroy(summary);
    study_close(&s);
}

/* A dense layer of k inputs and n outputs: 2 k n for the product, n for the
 * sum, n for tanh. */
static void operations_are_counted_once(void **state)
{
    (void)state;
    study s;
    study_open(&s, classifier, MG_F32);
    mg_summary *summary = summarise(&s, 0);
    assert_true(summary->layer[0].flops == 2 * 6 * 4 + 4 + 4);
    assert_true(summary->layer[1].flops == 2 * 4 * 3 + 3);
    double sum = 0;
    for (size_t i = 0; i < summary->n_layers; i++)
        sum += summary->layer[i].flops;
    assert_true(summary->forward_flops == sum);
    mg_summary_destroy(summary);
    study_close(&s);
}

static void a_training_step_costs_by_its_batch(void **state)
{
    (void)state;
    study s;
    study_open(&s, classifier, MG_F32);
    mg_summary *one = summarise(&s, 1), *many = summarise(&s, 32);
    mg_summary *usual = summarise(&s, 0);
    assert_true(one->trains);
    assert_int_equal(usual->batch, 64);
    /* An example costs its way forward and, back, a product for each weight
     * and for each input but the first; the update costs once. */
    const double each = (many->step_flops - one->step_flops) / 31;
    assert_true(each > 2 * one->forward_flops);
    assert_true(each < 4 * one->forward_flops);
    assert_true(one->step_flops > each);
    assert_true(one->live_bytes > 0 && one->live_bytes <= one->arena_bytes);
    assert_true(many->live_bytes <= many->arena_bytes);
    assert_true(many->arena_bytes > one->arena_bytes);
    mg_summary_destroy(one);
    mg_summary_destroy(many);
    mg_summary_destroy(usual);
    study_close(&s);
}

static void without_a_loss_only_the_pass_forward_counts(void **state)
{
    (void)state;
    study s;
    study_open(&s, "input x[2]\noutput y = 2 * x\n", MG_F32);
    mg_summary *summary = summarise(&s, 0);
    assert_false(summary->trains);
    assert_true(summary->forward_flops == 2);
    mg_text text;
    mg_text_init(&text, s.ctx);
    mg_summary_text(summary, &text);
    assert_non_null(strstr(mg_text_string(&text), "no loss: nothing to train"));
    mg_text_clear(&text);
    mg_summary_destroy(summary);
    study_close(&s);
}

static void the_tables_are_aligned_and_warnings_placed(void **state)
{
    (void)state;
    study s;
    study_open(&s,
               "input x[3]\nparam idle[2] = 0\nparam w[3] = 1\n"
               "loss = (w @ x)^2\n",
               MG_F32);
    mg_summary *summary = summarise(&s, 10);
    mg_text text;
    mg_text_init(&text, s.ctx);
    mg_summary_text(summary, &text);
    const char *const page = mg_text_string(&text);
    assert_non_null(strstr(page, "parameter  shape  numbers  line\n"
                                 "idle       [2]          2     2\n"
                                 "w          [3]          3     3\n"
                                 "\n"
                                 "value  shape  parameters  operations  line"
                                 "  formula\n"
                                 "loss   []              3           7     4"
                                 "  loss = (w @ x)^2\n"));
    assert_non_null(strstr(page, "5 parameters, 20 bytes;"));
    assert_non_null(strstr(page, "a training step of 10 examples: "));
    assert_non_null(strstr(page, ":2:7: warning: "));
    mg_text_clear(&text);
    mg_summary_destroy(summary);
    study_close(&s);
}

static mg_status summarise_in(mg_ctx *ctx, void *data)
{
    const char *const source = data;
    mg_network *network = NULL;
    mg_summary *summary = NULL;
    MG_TRY(mg_network_create(ctx, source, strlen(source), NULL, &network));
    mg_text text;
    mg_text_init(&text, ctx);
    mg_status status = mg_summary_create(network, 2, &summary);
    if (status == MG_OK) {
        mg_summary_text(summary, &text);
        mg_summary_json(summary, &text);
        status = mg_text_status(&text);
    }
    mg_text_clear(&text);
    mg_summary_destroy(summary);
    mg_network_destroy(network);
    return status;
}

static void a_summary_survives_every_refusal(void **state)
{
    (void)state;
    char source[] = "input x[2]\nparam w[2] = 1\nloss = (w @ x)^2\n";
    assert_true(test_every_refusal(summarise_in, source) > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_counted_where_they_come_in),
        cmocka_unit_test(operations_are_counted_once),
        cmocka_unit_test(a_training_step_costs_by_its_batch),
        cmocka_unit_test(without_a_loss_only_the_pass_forward_counts),
        cmocka_unit_test(the_tables_are_aligned_and_warnings_placed),
        cmocka_unit_test(a_summary_survives_every_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
