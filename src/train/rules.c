/* rules: sgd (Robbins, Monro, 1951), momentum (Polyak, 1964), adam (Kingma,
 * Ba, 2015), adamw (Loshchilov, Hutter, 2019), as PyTorch writes them. Layer
 * train. */
#include "train/rules.h"
#include "optimise/rewrite.h"

#include <string.h>

typedef struct {
    const char *name;
    size_t n_states;
    const char *const state[MG_RULE_STATES];
    void (*build)(mg_graph *g, const mg_rule *rule, mg_rule_update *u);
} builder;

/* The argument of that name: given, or the rule's default. */
static mg_value argument(mg_graph *g, const mg_rule *rule,
                         const mg_rule_update *u, const char *name)
{
    for (size_t i = 0; i < rule->n_arguments; i++)
        if (strcmp(rule->argument[i].name, name) == 0)
            return u->argument[i].id ? u->argument[i]
                                     : mg_real(g, rule->argument[i].value);
    return mg_graph_fail(g, MG_BAD_ARGUMENT, "%s: has no argument %s",
                         rule->name, name);
}

/* Whether there is a weight decay that is not known to be 0. */
static bool decays(mg_graph *g, const mg_rule *rule, const mg_rule_update *u)
{
    double decay = 1;
    const mg_value value = argument(g, rule, u, "weight_decay");
    return !mg_constant_number(g, value, &decay) || decay != 0;
}

/* g + weight_decay w */
static mg_value decayed_gradient(mg_graph *g, const mg_rule *rule,
                                 const mg_rule_update *u)
{
    if (!decays(g, rule, u))
        return u->gradient;
    return mg_add(g, u->gradient,
                  mg_mul(g, argument(g, rule, u, "weight_decay"), u->weight));
}

/* w <- w - lr g */
static void build_sgd(mg_graph *g, const mg_rule *rule, mg_rule_update *u)
{
    const mg_value gradient = decayed_gradient(g, rule, u);
    const mg_value lr = argument(g, rule, u, "lr");
    u->new_weight = mg_sub(g, u->weight, mg_mul(g, lr, gradient));
}

/* v <- mu v + g,  w <- w - lr v */
static void build_momentum(mg_graph *g, const mg_rule *rule, mg_rule_update *u)
{
    const mg_value gradient = decayed_gradient(g, rule, u);
    const mg_value mu = argument(g, rule, u, "mu");
    const mg_value lr = argument(g, rule, u, "lr");
    u->new_state[0] = mg_add(g, mg_mul(g, mu, u->state[0]), gradient);
    u->new_weight = mg_sub(g, u->weight, mg_mul(g, lr, u->new_state[0]));
}

/* beta s + (1 - beta) x */
static mg_value average(mg_graph *g, mg_value beta, mg_value s, mg_value x)
{
    const mg_value rest = mg_sub(g, mg_real(g, 1), beta);
    return mg_add(g, mg_mul(g, beta, s), mg_mul(g, rest, x));
}

/* 1 - beta^t, t = step + 1 */
static mg_value correction(mg_graph *g, mg_value beta, mg_value step)
{
    const mg_value t = mg_add(g, step, mg_real(g, 1));
    return mg_sub(g, mg_real(g, 1), mg_pow(g, beta, t));
}

/* m <- beta1 m + (1 - beta1) g,  v <- beta2 v + (1 - beta2) g^2,
 * w <- w - lr (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon),
 * the corrections gathered into two numbers as PyTorch does. */
static void adaptive_step(mg_graph *g, const mg_rule *rule, mg_rule_update *u,
                          mg_value weight, mg_value gradient)
{
    const mg_value lr = argument(g, rule, u, "lr");
    const mg_value beta1 = argument(g, rule, u, "beta1");
    const mg_value beta2 = argument(g, rule, u, "beta2");
    const mg_value epsilon = argument(g, rule, u, "epsilon");
    u->new_state[0] = average(g, beta1, u->state[0], gradient);
    u->new_state[1] =
        average(g, beta2, u->state[1], mg_mul(g, gradient, gradient));
    const mg_value size = mg_div(g, lr, correction(g, beta1, u->step));
    const mg_value scale = mg_rsqrt(g, correction(g, beta2, u->step));
    const mg_value root = mg_mul(g, mg_sqrt(g, u->new_state[1]), scale);
    const mg_value ratio = mg_div(g, u->new_state[0], mg_add(g, root, epsilon));
    u->new_weight = mg_sub(g, weight, mg_mul(g, size, ratio));
}

static void build_adam(mg_graph *g, const mg_rule *rule, mg_rule_update *u)
{
    adaptive_step(g, rule, u, u->weight, decayed_gradient(g, rule, u));
}

/* w <- w (1 - lr weight_decay) first, apart from the gradient. */
static void build_adamw(mg_graph *g, const mg_rule *rule, mg_rule_update *u)
{
    mg_value weight = u->weight;
    if (decays(g, rule, u)) {
        const mg_value decay = mg_mul(g, argument(g, rule, u, "lr"),
                                      argument(g, rule, u, "weight_decay"));
        weight = mg_mul(g, weight, mg_sub(g, mg_real(g, 1), decay));
    }
    adaptive_step(g, rule, u, weight, u->gradient);
}

static const builder builders[] = {
    {"sgd", 0, {NULL}, build_sgd},
    {"momentum", 1, {"v"}, build_momentum},
    {"adam", 2, {"m", "v"}, build_adam},
    {"adamw", 2, {"m", "v"}, build_adamw},
};

static const builder *find_builder(const mg_rule *rule)
{
    for (size_t i = 0; i < sizeof builders / sizeof *builders; i++)
        if (strcmp(builders[i].name, rule->name) == 0)
            return &builders[i];
    return NULL;
}

size_t mg_rule_states(const mg_rule *rule, const char *const **names)
{
    const builder *const b = find_builder(rule);
    *names = b ? b->state : NULL;
    return b ? b->n_states : 0;
}

void mg_rule_build(mg_graph *g, const mg_rule *rule, mg_rule_update *u)
{
    const builder *const b = find_builder(rule);
    if (b)
        b->build(g, rule, u);
    else
        mg_graph_fail(g, MG_BAD_ARGUMENT, "no optimiser %s", rule->name);
}
