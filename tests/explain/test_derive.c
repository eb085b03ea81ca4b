/* What derive writes: the lecture's networks as golden files, single rules as
 * lines. */
#include "explain/derive/derivation.h"
#include "explain/study.h"
#include "support/memory.h"

#include <stdio.h>
#include <stdlib.h>

typedef enum { TEXT, ASCII, SHAPES, LATEX } form;

static mg_status write_as(const mg_network *network, const char *wrt, form as,
                          mg_text *text)
{
    mg_derivation *d = NULL;
    const mg_derivation_options options = {.wrt = wrt};
    MG_TRY(mg_derivation_create(network, &options, &d));
    const mg_derivation_text_options options_of_text = {.ascii = as == ASCII,
                                                        .shapes = as == SHAPES};
    if (as == LATEX)
        mg_derivation_latex(d, false, text);
    else
        mg_derivation_text(d, &options_of_text, text);
    mg_derivation_destroy(d);
    return mg_text_status(text);
}

/* The page for a source; the caller clears the text. */
static mg_text page_of(study *s, const char *source, const char *wrt, form as)
{
    mg_text text;
    study_open(s, source, MG_F64);
    mg_text_init(&text, s->ctx);
    study_must(s, write_as(s->network, wrt, as, &text));
    return text;
}

static const char *read_file(const char *path)
{
    static char content[20000];
    char name[1024];
    snprintf(name, sizeof name, "%s/%.500s", MATGRAD_SOURCE_DIR, path);
    FILE *const file = fopen(name, "rb");
    if (!file)
        fail_msg("%s is missing", path);
    const size_t length = fread(content, 1, sizeof content - 1, file);
    fclose(file);
    content[length] = 0;
    return content;
}

/* With UPDATE_GOLDEN set in the environment writes the file, and fails. */
static void check_golden(const char *source, form as, const char *golden)
{
    study s;
    mg_text text = page_of(&s, source, NULL, as);
    char path[1024];
    snprintf(path, sizeof path, "tests/explain/%s", golden);
    if (getenv("UPDATE_GOLDEN")) {
        char name[2048];
        snprintf(name, sizeof name, "%s/%.500s", MATGRAD_SOURCE_DIR, path);
        FILE *const file = fopen(name, "wb");
        assert_non_null(file);
        fputs(mg_text_string(&text), file);
        fclose(file);
        fail_msg("%s is written: read it", golden);
    }
    assert_string_equal(mg_text_string(&text), read_file(path));
    mg_text_clear(&text);
    study_close(&s);
}

/* ---- Whole pages ---- */

static void koehns_network_reads_like_the_lecture(void **state)
{
    (void)state;
    check_golden(study_koehn, TEXT, "derive_koehn.golden");
}

static void koehns_network_reads_so_in_ascii(void **state)
{
    (void)state;
    check_golden(study_koehn, ASCII, "derive_koehn_ascii.golden");
}

static void koehns_network_has_the_shape_of_every_factor(void **state)
{
    (void)state;
    check_golden(study_koehn, SHAPES, "derive_koehn_shapes.golden");
}

static void koehns_network_is_a_latex_document(void **state)
{
    (void)state;
    check_golden(study_koehn, LATEX, "derive_koehn_latex.golden");
}

static void a_network_without_a_loss_hands_gradients_back(void **state)
{
    (void)state;
    static char source[20000];
    snprintf(source, sizeof source, "%s",
             read_file("examples/lecture/layer.mg"));
    check_golden(source, TEXT, "derive_layer.golden");
}

static const char classifier[] = "input  x[28,28]\n"
                                 "target c class 10\n"
                                 "u = flatten(x) / 255\n"
                                 "h = dropout(relu(dense(u, 256)), 0.2)\n"
                                 "z = dense(h, 10)\n"
                                 "output p = softmax(z)\n"
                                 "loss = cross_entropy(z, c)\n"
                                 "penalty = 1e-4 * sum(h.dense.W^2)\n";

static void a_classifier_folds_its_library_calls(void **state)
{
    (void)state;
    check_golden(classifier, TEXT, "derive_classifier.golden");
}

static void attention_folds_its_library_calls(void **state)
{
    (void)state;
    static char source[20000];
    snprintf(source, sizeof source, "%s", read_file("tests/peers/heads.mg"));
    check_golden(source, TEXT, "derive_heads.golden");
}

/* ---- Single rules: the gradient of a loss by x or W, as a line ---- */

static const struct {
    const char *source, *wrt, *line;
} rules[] = {
    {"input x[3]\nloss = sum(x)\n", "x", "∂loss/∂x = 1"},
    {"input x[3]\nloss = sum(x^2) / 2\n", "x", "∂loss/∂x = x"},
    {"input x[3]\nloss = mean(x^2)\n", "x", "∂loss/∂x = 2/3 x"},
    {"input x[3]\nloss = sum(x^3)\n", "x", "∂loss/∂x = 3 x²"},
    {"input x[3]\nloss = sum(1 / x)\n", "x", "∂loss/∂x = −1 / x²"},
    {"input x[3]\nloss = sum(exp(-x))\n", "x", "∂loss/∂x = −exp(−x)"},
    {"input x[3]\nloss = sum(log(x))\n", "x", "∂loss/∂x = 1 / x"},
    {"input x[3]\nloss = sum(sqrt(x))\n", "x", "∂loss/∂x = 1 / (2 sqrt(x))"},
    {"input x[3]\nloss = sum(abs(x))\n", "x", "∂loss/∂x = sign(x)"},
    {"input x[3]\nloss = sum(tanh(x))\n", "x", "∂loss/∂x = 1 − tanh(x)²"},
    {"input x[3]\nloss = sum(relu(x))\n", "x", "∂loss/∂x = [x > 0]"},
    {"input x[3]\nloss = sum(softplus(x))\n", "x", "∂loss/∂x = sigmoid(x)"},
    {"input x[3]\nloss = sum(gelu(x))\n", "x", "∂loss/∂x = gelu′(x)"},
    {"input x[3]\nloss = sum(clamp(x, -1, 2))\n", "x",
     "∂loss/∂x = [x ≤ 2] ⊙ [x ≥ −1]"},
    {"input x[3]; input y[3]\nloss = dot(x, y)\n", "x", "∂loss/∂x = y"},
    {"input x[3]; input y[3]\nloss = l2(x, y)\n", "y", "∂loss/∂y = y − x"},
    {"input x[3]; input y[3]\nloss = mse(x, y)\n", "x",
     "∂loss/∂x = 2/3 (x − y)"},
    {"input x[3]; input y[3]\nloss = binary_cross_entropy(x, y)\n", "x",
     "∂loss/∂x = (sigmoid(x) − y) / 3"},
    {"input x[3]; input y[3]\nloss = huber(x, y)\n", "x",
     "∂loss/∂x = clamp(x − y, −1, 1) / 3"},
    {"input x[3]; input c class 3\nloss = cross_entropy(x, c)\n", "x",
     "∂loss/∂x = softmax(x) − onehot(c)"},
    {"input x[4,3]; input c[4] int 3\nloss = mean(cross_entropy(x, c))\n", "x",
     "∂loss/∂x = (softmax(x) − onehot(c)) / 4"},
    {"input x[3]\nparam W[3,3] = 1\nloss = x @ W @ x\n", "W",
     "∂loss/∂W = x xᵀ"},
    {"input x[3]\nparam W[3,3] = 1\nloss = x @ W @ x\n", "x",
     "∂loss/∂x = Wᵀ x + W x"},
    {"input x[3]; input y[2]\nparam W[2,3] = 1\nloss = sum((W @ x - y)^2)\n",
     "x", "∂loss/∂x = 2 Wᵀ (W x − y)"},
    {"input x[3]; input y[2]\nparam W[2,3] = 1\nloss = sum((W @ x - y)^2)\n",
     "W", "∂loss/∂W = 2 (W x − y) xᵀ"},
    {"input x[4,3]\nparam W[2,3] = 1\nloss = sum((x @ W')^2) / 2\n", "W",
     "∂loss/∂W = W xᵀ x"},
    {"input x[4,3]\nparam b[3] = 1\nloss = sum((x + b)^2) / 2\n", "b",
     "∂loss/∂b = Σ₀ (x + b)"},
    {"input x[4,3]\nparam b[3] = 1\nloss = sum(x * b)\n", "b",
     "∂loss/∂b = Σ₀ x"},
    {"input t[4] int 5\nparam E[5,2] = 1\ne = E[t]\nloss = sum(e^2) / 2\n", "E",
     "∂loss/∂E = onehot(t)ᵀ e"},
    {"input x[6]\nloss = sum(x[1:3]^2) / 2\n", "x",
     "∂loss/∂x = placed(x[1:3], [1:3])"},
    {"input x[3]\nloss = prod(x)\n", "x", "∂loss/∂x = loss / x"},
    {"input x[3]\nparam W[2,3] = 1\nloss = sum(x)\n", "W", "∂loss/∂W = 0"},
    {"input x\nloss = grad(x^3, x)^2 / 2\n", "x", "∂loss/∂x = 18 x³"},
    {"input x[3]\ninput y[3]\np = sigmoid(x)\n"
     "loss = -sum(y * log(p) + (1 - y) * log(1 - p))\n",
     "x", "∂loss/∂x = p − y"},
    {"input x[3]\ninput y[3]\np = softmax(x)\nloss = -sum(y * log(p))\n", "x",
     "∂loss/∂x = (Σ y) p − y"},
    {"input x[3,3]\nloss = sum(jacobian(x @ [1, 2, 3], x)) + sum(x^2)\n", "x",
     "∂loss/∂x = 2 x"},
};

static void single_rules_read_as_a_person_writes_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        study s;
        mg_text text = page_of(&s, rules[i].source, rules[i].wrt, TEXT);
        char line[200];
        snprintf(line, sizeof line, "  %s\n", rules[i].line);
        if (!strstr(mg_text_string(&text), line))
            fail_msg("no line \"%s\" in\n%s", rules[i].line,
                     mg_text_string(&text));
        mg_text_clear(&text);
        study_close(&s);
    }
}

/* ---- LaTeX ---- */

static void check_balance(const char *latex)
{
    int braces = 0, brackets = 0, lines = 0, ends = 0;
    for (const char *c = latex; *c; c++) {
        assert_true((unsigned char)*c < 0x80u);
        braces += (*c == '{') - (*c == '}');
        brackets += !strncmp(c, "\\left", 5) && strncmp(c, "\\leftarrow", 10);
        brackets -= !strncmp(c, "\\right", 6) && strncmp(c, "\\rightarrow", 11);
        lines += !strncmp(c, "\\begin{", 7);
        ends += !strncmp(c, "\\end{", 5);
        assert_true(braces >= 0);
    }
    assert_int_equal(braces, 0);
    assert_int_equal(brackets, 0);
    assert_int_equal(lines, ends);
}

static const char *const peers[] = {
    "tests/peers/attention.mg",  "tests/peers/distributions.mg",
    "tests/peers/embedding.mg",  "tests/peers/functions.mg",
    "tests/peers/heads.mg",      "tests/peers/layernorm.mg",
    "tests/peers/reductions.mg", "tests/peers/residual.mg",
    "tests/peers/shared.mg",     "tests/peers/slices.mg",
};
enum { PEERS = sizeof peers / sizeof *peers };

static void latex_balances_its_braces(void **state)
{
    (void)state;
    for (size_t i = 0; i < PEERS; i++) {
        study s;
        mg_text text = page_of(&s, read_file(peers[i]), NULL, LATEX);
        check_balance(mg_text_string(&text));
        mg_text_clear(&text);
        study_close(&s);
    }
}

static void ascii_is_ascii(void **state)
{
    (void)state;
    for (size_t i = 0; i < PEERS; i++) {
        study s;
        mg_text text = page_of(&s, read_file(peers[i]), NULL, ASCII);
        for (const char *c = mg_text_string(&text); *c; c++)
            assert_true((unsigned char)*c < 0x80u);
        mg_text_clear(&text);
        study_close(&s);
    }
}

static void a_repeated_block_reads_by_its_own_names(void **state)
{
    (void)state;
    study s;
    mg_text text = page_of(&s,
                           "input x[3]\n"
                           "def block(v) {\n"
                           "  y = tanh(dense(v, 3))\n"
                           "  v + dense(y, 3)\n"
                           "}\n"
                           "t = repeat(2, block, x)\n"
                           "loss = sum(t^2) / 2\n",
                           NULL, TEXT);
    const char *const page = mg_text_string(&text);
    const char *const second = strstr(page, "In t.1.block:\n");
    const char *const first = strstr(page, "In t.0.block:\n");
    if (!second || !first || first < second ||
        !strstr(second, "  ∂loss/∂y.dense.b = δy\n"))
        fail_msg("%s", page);
    mg_text_clear(&text);
    study_close(&s);
}

/* ---- What cannot be derived ---- */

static void refuse(const char *source, const char *wrt, const char *message)
{
    study s;
    study_open(&s, source, MG_F64);
    mg_derivation *d = NULL;
    const mg_derivation_options options = {.wrt = wrt};
    assert_int_equal(mg_derivation_create(s.network, &options, &d),
                     MG_BAD_ARGUMENT);
    assert_null(d);
    if (!strstr(mg_message(s.ctx), message))
        fail_msg("\"%s\" in \"%s\"", message, mg_message(s.ctx));
    study_close(&s);
}

static void what_has_no_gradient_is_refused(void **state)
{
    (void)state;
    refuse(classifier, "c", "gradient by c: it holds no real numbers");
    refuse(classifier, "q", "no input, parameter or value of that name");
    refuse("input x\nmetric m = x\n", "x", "no loss and no output");
}

static void refuse_formula(const char *source, const char *message)
{
    study s;
    study_open(&s, source, MG_F64);
    mg_derivation *d = NULL;
    const mg_derivation_options options = {.wrt = "x"};
    study_must(&s, mg_derivation_create(s.network, &options, &d));
    mg_text text;
    mg_text_init(&text, s.ctx);
    assert_int_equal(mg_derivation_formula(d, &text), MG_BAD_ARGUMENT);
    if (!strstr(mg_message(s.ctx), message))
        fail_msg("no \"%s\" in \"%s\"", message, mg_message(s.ctx));
    mg_text_clear(&text);
    mg_derivation_destroy(d);
    study_close(&s);
}

static void what_the_language_cannot_say_is_no_formula(void **state)
{
    (void)state;
    refuse_formula("input x[3]\nloss = sum(random(3) * x^2)\n", "random");
    refuse_formula("input x[3]\ninput c class 3\n"
                   "def softmax(x) { x }\n"
                   "loss = cross_entropy(x, c)\n",
                   "softmax, to which the file gives another meaning");
}

/* ---- Memory ---- */

static mg_status write_all(const mg_network *network)
{
    mg_derivation *d = NULL;
    const mg_derivation_options options = {0};
    MG_TRY(mg_derivation_create(network, &options, &d));
    mg_text text;
    mg_text_init(&text, network->ctx);
    const mg_derivation_text_options as = {0};
    mg_derivation_text(d, &as, &text);
    mg_derivation_latex(d, false, &text);
    mg_derivation_json(d, &text);
    const mg_status status = mg_derivation_formula(d, &text);
    mg_text_clear(&text);
    mg_derivation_destroy(d);
    return status;
}

static mg_status read_and_write_all(mg_ctx *ctx, void *source)
{
    mg_network *network = NULL;
    MG_TRY(mg_network_create(ctx, source, strlen(source), NULL, &network));
    const mg_status status = write_all(network);
    mg_network_destroy(network);
    return status;
}

/* The requests that reading takes, which other tests refuse. */
static size_t requests_of_reading(const char *source)
{
    test_memory memory = {0};
    mg_ctx *const ctx = test_memory_ctx(&memory);
    assert_non_null(ctx);
    mg_network *network = NULL;
    assert_int_equal(
        mg_network_create(ctx, source, strlen(source), NULL, &network), MG_OK);
    const size_t requests = memory.requests;
    mg_network_destroy(network);
    mg_ctx_destroy(ctx);
    return requests;
}

static void every_refused_allocation_is_a_clean_error(void **state)
{
    (void)state;
    char source[1000];
    snprintf(source, sizeof source, "%s", classifier);
    const size_t first = requests_of_reading(source);
    assert_true(test_many_refusals(read_and_write_all, source, first, 1,
                                   false) > first);
    test_many_refusals(read_and_write_all, source, first, 5, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(koehns_network_reads_like_the_lecture),
        cmocka_unit_test(koehns_network_reads_so_in_ascii),
        cmocka_unit_test(koehns_network_has_the_shape_of_every_factor),
        cmocka_unit_test(koehns_network_is_a_latex_document),
        cmocka_unit_test(a_network_without_a_loss_hands_gradients_back),
        cmocka_unit_test(a_classifier_folds_its_library_calls),
        cmocka_unit_test(attention_folds_its_library_calls),
        cmocka_unit_test(single_rules_read_as_a_person_writes_them),
        cmocka_unit_test(latex_balances_its_braces),
        cmocka_unit_test(ascii_is_ascii),
        cmocka_unit_test(a_repeated_block_reads_by_its_own_names),
        cmocka_unit_test(what_has_no_gradient_is_refused),
        cmocka_unit_test(what_the_language_cannot_say_is_no_formula),
        cmocka_unit_test(every_refused_allocation_is_a_clean_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
