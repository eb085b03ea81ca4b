/* text: a first pass counts characters, a second one turns the text into
 * windows of T + 1 symbols, of which neighbours share one, in a store.
 * Layer data. */
#include "data/text.h"
#include "data/examples.h"
#include "data/store.h"
#include "data/text_describe.h"
#include "data/text_walk.h"
#include "data/vocabulary.h"

#include <inttypes.h>
#include <string.h>

/* Windows beyond this stand in a temporary file. */
#define MEMORY_MOST ((size_t)256 << 20)
#define BYTES_CLASSES 256

/* ---- Which input is which ---- */

typedef struct {
    size_t input, target; /* target SIZE_MAX: none */
    int64_t length;       /* T */
    int64_t classes;      /* V */
} text_inputs;

static mg_status does_not_fit(const mg_dataset *dataset,
                              const mg_network *network)
{
    mg_text text;
    mg_text_init(&text, dataset->ctx);
    for (size_t i = 0; i < network->n_inputs; i++) {
        const mg_network_input *input = &network->input[i];
        mg_text_printf(&text, "%s%s %s", i > 0 ? ", " : "",
                       input->target ? "target" : "input", input->name);
        if (input->shape.rank > 0)
            mg_text_shape(&text, &input->shape);
        if (input->classes > 0)
            mg_text_printf(&text, " %s %" PRId64,
                           input->shape.rank > 0 ? "int" : "class",
                           input->classes);
    }
    mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        status = mg_fail(dataset->ctx, MG_BAD_DATA,
                         "data %s: a text needs a network with input t[T] int "
                         "V and target n[T] int V, but this one has %s",
                         dataset->source, mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}

static mg_status find_inputs(const mg_dataset *dataset,
                             const mg_network *network, text_inputs *out)
{
    text_inputs found = {.input = SIZE_MAX, .target = SIZE_MAX};
    for (size_t i = 0; i < network->n_inputs; i++) {
        const mg_network_input *input = &network->input[i];
        size_t *place = input->target ? &found.target : &found.input;
        if (*place != SIZE_MAX || input->shape.rank != 1 ||
            input->classes == 0 || input->shape.dim[0] == 0 ||
            (i > 0 && (input->classes != network->input[0].classes ||
                       input->shape.dim[0] != network->input[0].shape.dim[0])))
            return does_not_fit(dataset, network);
        *place = i;
    }
    if (found.input == SIZE_MAX)
        return does_not_fit(dataset, network);
    found.length = network->input[found.input].shape.dim[0];
    found.classes = network->input[found.input].classes;
    *out = found;
    return MG_OK;
}

/* ---- Vocabulary ---- */

static mg_status count_characters(mg_text_walk *walk, mg_tally *tally)
{
    for (;;) {
        bool more;
        MG_TRY(mg_text_walk_more(walk, &more));
        if (!more)
            return MG_OK;
        walk->begin += mg_tally_text(tally, walk->bytes + walk->begin,
                                     walk->end - walk->begin);
    }
}

/* The V - 1 most frequent characters of the text. */
static mg_status learn_symbols(const mg_dataset *dataset, int64_t classes,
                               mg_arena *arena, mg_schema_input *out)
{
    mg_ctx *ctx = dataset->ctx;
    mg_tally *tally = NULL;
    mg_text_walk *walk = NULL;
    mg_character *list = NULL;
    size_t n = 0;
    mg_status status = mg_tally_create(ctx, &tally);
    if (status == MG_OK)
        status = mg_text_walk_begin(ctx, dataset->store, true, &walk);
    if (status == MG_OK)
        status = count_characters(walk, tally);
    if (status == MG_OK)
        status = mg_tally_list(tally, arena, &n, &list);
    mg_text_walk_end(walk);
    mg_tally_destroy(tally);
    MG_TRY(status);
    if ((uint64_t)n > (uint64_t)classes - 1)
        n = (size_t)(classes - 1);
    uint32_t *symbol = mg_arena_alloc(arena, n, sizeof *symbol);
    if (!symbol)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        symbol[i] = list[i].code;
    out->n_symbols = n;
    out->symbol = symbol;
    return MG_OK;
}

/* Those that the weights were trained with. */
static mg_status take_symbols(const mg_dataset *dataset,
                              const mg_schema_input *known,
                              const mg_network_input *input, mg_arena *arena,
                              mg_schema_input *out)
{
    if (!known || known->n_symbols == 0)
        return mg_fail(dataset->ctx, MG_BAD_DATA,
                       "data %s: the weights keep no vocabulary for %s: they "
                       "were not trained on a text",
                       dataset->source, input->name);
    if ((uint64_t)known->n_symbols >= (uint64_t)input->classes)
        return mg_fail(dataset->ctx, MG_BAD_DATA,
                       "data %s: the weights' vocabulary has %zu characters, "
                       "too many for %s of %" PRId64 " symbols",
                       dataset->source, known->n_symbols, input->name,
                       input->classes);
    out->symbol = mg_arena_copy(arena, known->symbol, known->n_symbols,
                                sizeof *known->symbol);
    if (!out->symbol)
        return MG_NO_MEMORY;
    out->n_symbols = known->n_symbols;
    return MG_OK;
}

/* ---- Windows ---- */

typedef struct {
    mg_ctx *ctx;
    mg_store *store;
    size_t length; /* T */
    size_t width;  /* bytes of a symbol: 1 or 4 */
    char *row;     /* [T + 1] symbols */
    size_t filled;
    int64_t symbols; /* of the whole text */
} windows;

/* Puts n symbols of the width behind the others. A full window's last symbol
 * is the first of the next. */
static mg_status put(windows *w, const void *symbols, size_t n)
{
    const char *from = symbols;
    w->symbols += (int64_t)n;
    while (n > 0) {
        const size_t room = w->length + 1 - w->filled;
        const size_t taken = n < room ? n : room;
        memcpy(w->row + w->filled * w->width, from, taken * w->width);
        w->filled += taken;
        from += taken * w->width;
        n -= taken;
        if (w->filled <= w->length)
            break;
        MG_TRY(mg_store_append(w->store, 1, w->row));
        memcpy(w->row, w->row + w->length * w->width, w->width);
        w->filled = 1;
    }
    return MG_OK;
}

/* The characters at the start of what is left of the piece, all that are
 * whole. */
static mg_status put_characters(windows *w, const mg_vocabulary *vocabulary,
                                mg_text_walk *walk)
{
    enum { most = 4096 };
    int32_t symbol[most];
    uint8_t narrow[most];
    for (;;) {
        size_t n = 0;
        walk->begin +=
            mg_vocabulary_encode(vocabulary, walk->bytes + walk->begin,
                                 walk->end - walk->begin, symbol, most, &n);
        if (n == 0)
            return MG_OK;
        for (size_t i = 0; w->width == 1 && i < n; i++)
            narrow[i] = (uint8_t)symbol[i];
        MG_TRY(put(w, w->width == 1 ? (const void *)narrow : symbol, n));
    }
}

/* vocabulary NULL: bytes. */
static mg_status put_all(windows *w, const mg_vocabulary *vocabulary,
                         mg_text_walk *walk)
{
    for (;;) {
        bool more;
        MG_TRY(mg_text_walk_more(walk, &more));
        if (!more)
            return MG_OK;
        if (vocabulary) {
            MG_TRY(put_characters(w, vocabulary, walk));
        } else {
            MG_TRY(put(w, walk->bytes + walk->begin, walk->end - walk->begin));
            walk->begin = walk->end;
        }
    }
}

static mg_status fill_windows(windows *w, const mg_dataset *dataset,
                              const mg_schema_input *symbols)
{
    mg_vocabulary *vocabulary = NULL;
    mg_text_walk *walk = NULL;
    mg_status status = MG_OK;
    if (symbols)
        status = mg_vocabulary_create(dataset->ctx, symbols->n_symbols,
                                      symbols->symbol, &vocabulary);
    if (status == MG_OK)
        status = mg_text_walk_begin(dataset->ctx, dataset->store,
                                    symbols != NULL, &walk);
    if (status == MG_OK)
        status = put_all(w, vocabulary, walk);
    mg_text_walk_end(walk);
    mg_vocabulary_destroy(vocabulary);
    return status;
}

static mg_status too_short(const windows *w, const mg_dataset *dataset,
                           bool targets)
{
    return mg_fail(w->ctx, MG_BAD_DATA,
                   "data %s: %" PRId64 " symbols are too few: one example "
                   "takes %zu%s",
                   dataset->source, w->symbols, w->length + (targets ? 1 : 0),
                   targets ? " (the last is what follows)" : "");
}

/* symbols NULL: bytes. Without targets the last window may be one that nothing
 * follows. */
static mg_status make_windows(windows *w, const mg_dataset *dataset,
                              const mg_schema_input *symbols, bool targets)
{
    size_t bytes = 0;
    if (!mg_size_add(w->length, 1, &bytes) ||
        !mg_size_mul(bytes, w->width, &bytes))
        return mg_no_memory(w->ctx);
    w->row = mg_alloc(w->ctx, bytes, 1);
    if (!w->row)
        return MG_NO_MEMORY;
    MG_TRY(mg_store_create(w->ctx, bytes, MEMORY_MOST, &w->store));
    MG_TRY(fill_windows(w, dataset, symbols));
    if (!targets && w->filled == w->length) {
        memset(w->row + w->length * w->width, 0, w->width);
        MG_TRY(mg_store_append(w->store, 1, w->row));
    }
    if (mg_store_rows(w->store) == 0)
        return too_short(w, dataset, targets);
    return MG_OK;
}

/* ---- Examples ---- */

typedef struct {
    mg_ctx *ctx;
    mg_store *store;
    size_t bytes; /* of T symbols */
    size_t width;
    size_t target; /* the input that begins one symbol later */
    char *row;     /* [T + 1], for windows in a file */
} text_fetch;

static mg_status fetch(void *store, size_t input, int64_t n,
                       const int64_t rows[], void *out)
{
    text_fetch *f = store;
    const size_t from = input == f->target ? f->width : 0;
    const char *memory = mg_store_memory(f->store);
    for (int64_t i = 0; i < n; i++) {
        const char *row = f->row;
        if (memory)
            row = memory + (size_t)rows[i] * (f->bytes + f->width);
        else
            MG_TRY(mg_store_read(f->store, 1, &rows[i], f->row));
        memcpy((char *)out + (size_t)i * f->bytes, row + from, f->bytes);
    }
    return MG_OK;
}

static void destroy_fetch(void *store, mg_ctx *ctx)
{
    text_fetch *f = store;
    mg_store_destroy(f->store);
    mg_free(ctx, f->row);
    mg_free(ctx, f);
}

static mg_status set_examples(windows *w, const text_inputs *inputs,
                              mg_examples *out)
{
    text_fetch *f = mg_alloc(w->ctx, 1, sizeof *f);
    if (!f)
        return MG_NO_MEMORY;
    *f = (text_fetch){.ctx = w->ctx,
                      .store = w->store,
                      .bytes = w->length * w->width,
                      .width = w->width,
                      .target = inputs->target,
                      .row = w->row};
    out->rows = mg_store_rows(w->store);
    out->store = f;
    out->fetch = fetch;
    out->destroy = destroy_fetch;
    w->store = NULL;
    w->row = NULL;
    return MG_OK;
}

static void set_inputs(const text_inputs *inputs, size_t width, bool targets,
                       mg_examples *out)
{
    const mg_type row = {width == 1 ? MG_U8 : MG_I32,
                         mg_shape_of(1, &inputs->length)};
    out->input[inputs->input] = (mg_example_input){.row = row};
    if (inputs->target != SIZE_MAX)
        out->input[inputs->target] =
            (mg_example_input){.row = row, .absent = !targets};
}

/* Before there is memory for it. */
static mg_status check_length(const mg_dataset *dataset, int64_t length)
{
    const mg_text_files *files = dataset->store;
    if ((uint64_t)length > files->bytes)
        return mg_fail(dataset->ctx, MG_BAD_DATA,
                       "data %s: %" PRIu64 " bytes are too few: one example "
                       "takes %" PRId64 " symbols",
                       dataset->source, files->bytes, length);
    return (uint64_t)length < SIZE_MAX / 8 ? MG_OK : mg_no_memory(dataset->ctx);
}

static mg_status load(const mg_dataset *dataset, const mg_network *network,
                      bool targets, const mg_schema *schema, mg_examples *out)
{
    text_inputs inputs = {0};
    MG_TRY(find_inputs(dataset, network, &inputs));
    MG_TRY(check_length(dataset, inputs.length));
    const mg_network_input *input = &network->input[inputs.input];
    const bool bytes = inputs.classes == BYTES_CLASSES;
    mg_schema_input *symbols = &out->schema.input[inputs.input];
    if (!bytes && schema)
        MG_TRY(take_symbols(dataset, mg_schema_find(schema, input->name), input,
                            &out->arena, symbols));
    else if (!bytes)
        MG_TRY(learn_symbols(dataset, inputs.classes, &out->arena, symbols));
    windows w = {.ctx = dataset->ctx,
                 .length = (size_t)inputs.length,
                 .width = inputs.classes <= BYTES_CLASSES ? 1 : 4};
    targets = targets && inputs.target != SIZE_MAX;
    mg_status status =
        make_windows(&w, dataset, bytes ? NULL : symbols, targets);
    if (status == MG_OK)
        status = set_examples(&w, &inputs, out);
    if (status == MG_OK)
        set_inputs(&inputs, w.width, targets, out);
    mg_store_destroy(w.store);
    mg_free(w.ctx, w.row);
    return status;
}

/* ---- Opening ---- */

static const mg_data_kind kind = {
    .name = "text",
    .load = load,
    .describe = mg_text_describe,
};

static mg_status keep_paths(mg_dataset *dataset, size_t n,
                            const mg_query query[], uint64_t bytes)
{
    mg_text_files *files = mg_arena_alloc(&dataset->arena, 1, sizeof *files);
    const char **path = mg_arena_alloc(&dataset->arena, n, sizeof *path);
    if (!files || !path)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        path[i] = mg_arena_string(&dataset->arena, query[i].path,
                                  strlen(query[i].path));
        if (!path[i])
            return MG_NO_MEMORY;
    }
    *files = (mg_text_files){n, path, bytes};
    dataset->store = files;
    dataset->kind = &kind;
    dataset->ordered = true;
    return MG_OK;
}

/* That a file cannot be read is said at once. */
static mg_status check(mg_ctx *ctx, const mg_query *query, uint64_t *bytes)
{
    if (query->n > 0)
        return mg_fail(ctx, MG_BAD_ARGUMENT,
                       "data %s: a text is taken as it is, without %s=",
                       query->name, query->pair[0].key);
    mg_reader reader;
    MG_TRY(mg_reader_open(ctx, query->path, &reader));
    mg_reader_close(&reader);
    *bytes += reader.length;
    return MG_OK;
}

mg_status mg_text_files_open(mg_ctx *ctx, size_t n, const mg_query query[],
                             mg_dataset **out)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < n; i++)
        MG_TRY(check(ctx, &query[i], &bytes));
    mg_dataset *dataset = NULL;
    MG_TRY(mg_dataset_create(ctx, query[0].name, &dataset));
    const mg_status status = keep_paths(dataset, n, query, bytes);
    if (status != MG_OK) {
        mg_dataset_destroy(dataset);
        return status;
    }
    *out = dataset;
    return MG_OK;
}
