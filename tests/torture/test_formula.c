/* Every allocation while a formula file is read is refused in turn: files that
 * use the whole language, right and wrong. */
#include "tests/test.h"

#include "formula/network.h"
#include "support/memory.h"

#include <string.h>

/* The whole language in few lines. */
static const char whole[] =
    "input x[4]\ntarget y\nK = 2\n"
    "def f(v, g) { w = g(v); (w, (w + K, K)) }\n"
    "t = repeat(2, v -> { h = relu(dense(v, 4)); v + layernorm(h) }, x)\n"
    "a, (b, c) = f(t, u -> 2 * u)\n"
    "output z = sum(a + b) + c\n"
    "d = grad(z, x)\nJ = jacobian(d, x)\nH = hessian(z^2, a)\n"
    "state n[4] = 0\nn := 0.9 * n + if training { batch_mean(x) } else { n }\n"
    "loss = (z - y)^2 + sum(batchnorm(x)) + sum(d * vjp(d, x, x)) + sum(H) + "
    "sum(J)\n"
    "weight = 1 + y^2\npenalty = sum(t.0.h.dense.W^2)\n"
    "metric m = total(loss) / total(1)\n"
    "rule r(w, g, lr = 0.1) { state v = zeros_like(w); v := v + g\n"
    "  w := w - lr * v * linear(step / steps) }\n"
    "train { optimiser = r; optimiser *.b = adam(lr = 1 / (step + 1)) }\n";

/* Errors allocate too: texts, notes, help. */
static const char wrong[] =
    "input x[4]\nf = v -> v @ unknwn\nt = repeat(2, v -> v[5], x)\n"
    "state s = 0\ns := x\nrule r(w, g) { w := g + [1, 2] }\nparam p = 1\n"
    "y = grad(x, 2 * x)\ntrain { optimiser q.* = r }\n";

static mg_status read_text(mg_ctx *ctx, void *data)
{
    const mg_network_options options = {.training = true};
    mg_network *n = NULL;
    const char *const text = data;
    MG_TRY(mg_network_create(ctx, text, strlen(text), &options, &n));
    mg_network_destroy(n);
    return MG_OK;
}

/* A wrong file is refused by its report, whole. */
static mg_status refuse_text(mg_ctx *ctx, void *data)
{
    const mg_status status = read_text(ctx, data);
    if (status == MG_BAD_FORMULA && strstr(mg_message(ctx), "unknwn"))
        return MG_OK;
    assert_int_equal(status, MG_NO_MEMORY);
    return status;
}

static void a_right_file_is_read_or_not(void **state)
{
    (void)state;
    assert_true(test_many_refusals(read_text, (void *)whole, 1, 1, false) > 20);
    assert_true(test_many_refusals(read_text, (void *)whole, 1, 1, true) > 20);
}

static void a_wrong_file_is_refused_or_not_read(void **state)
{
    (void)state;
    assert_true(test_every_refusal(refuse_text, (void *)wrong) > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_right_file_is_read_or_not),
        cmocka_unit_test(a_wrong_file_is_refused_or_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
