/* progress_json: training's events as lines of JSON. Layer cli. */
#include "cli/progress.h"

#include "cli/measures.h"

static void json_names(mg_text *text, const char *key, size_t n,
                       const char *const name[])
{
    mg_text_printf(text, ", \"%s\": [", key);
    for (size_t i = 0; i < n; i++) {
        mg_text_puts(text, i ? ", " : "");
        mg_json_string(text, name[i]);
    }
    mg_text_puts(text, "]");
}

static void json_transfer(mg_text *text, const mg_train_transfer *transfer)
{
    if (!transfer)
        return;
    mg_text_puts(text, ", \"from\": {\"path\": ");
    mg_json_string(text, transfer->from);
    json_names(text, "taken", transfer->n_taken, transfer->taken);
    mg_text_puts(text, ", \"left\": {");
    for (size_t i = 0; i < transfer->n_left; i++) {
        mg_text_puts(text, i ? ", " : "");
        mg_json_string(text, transfer->left[i]);
        mg_text_puts(text, ": ");
        mg_json_string(text, transfer->reason[i]);
    }
    mg_text_printf(text, "}, \"left_of_optimiser\": %zu",
                   transfer->n_optimiser);
    json_names(text, "fresh", transfer->n_fresh, transfer->fresh);
    mg_text_puts(text, "}");
}

static void json_start(mg_text *text, const mg_train_event *event)
{
    mg_text_printf(text,
                   "{\"schema\": 1, \"event\": \"start\", \"parameters\": "
                   "%lld, \"train\": %lld, \"val\": %lld, \"threads\": %d, "
                   "\"seed\": %llu",
                   (long long)event->parameters, (long long)event->train,
                   (long long)event->val, event->threads,
                   (unsigned long long)event->seed);
    json_transfer(text, event->transfer);
    mg_text_puts(text, "}\n");
}

static void json_epoch(mg_text *text, const mg_train_event *event)
{
    bool finite = true;
    mg_text_printf(text,
                   "{\"schema\": 1, \"event\": \"epoch\", \"epoch\": "
                   "%lld",
                   (long long)event->epoch);
    mg_measures_json(text, event->measure, event->n_measures, "", &finite);
    if (event->val_measure)
        mg_measures_json(text, event->val_measure, event->n_measures, "val_",
                         &finite);
    mg_text_puts(text, ", \"seconds\": ");
    mg_text_real(text, event->seconds, 6);
    mg_text_puts(text, ", \"examples_per_second\": ");
    mg_text_real(text, event->examples_per_second, 6);
    mg_text_puts(text, finite ? "}\n" : ", \"nonfinite\": true}\n");
}

static void json_end(mg_text *text, const mg_train_event *event)
{
    bool finite = true;
    mg_text_printf(text, "{\"schema\": 1, \"event\": \"%s\", \"run\": ",
                   event->interrupted ? "interrupted" : "done");
    mg_json_string(text, event->run ? event->run : "");
    mg_text_printf(text, ", \"best_epoch\": %lld",
                   (long long)event->best_epoch);
    if (event->test_measure)
        mg_measures_json(text, event->test_measure, event->n_measures, "test_",
                         &finite);
    mg_text_puts(text, finite ? "}\n" : ", \"nonfinite\": true}\n");
}

void mg_progress_json(mg_text *text, const mg_train_event *event)
{
    if (event->kind == MG_EVENT_START)
        json_start(text, event);
    else if (event->kind == MG_EVENT_EPOCH)
        json_epoch(text, event);
    else
        json_end(text, event);
}
