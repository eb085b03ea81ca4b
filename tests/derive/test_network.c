/* A network whose formulas hold derivatives keeps its names and places when
 * they are expanded. */
#include "formula/network.h"
#include "support/formula.h"
#include "test.h"

#include <string.h>

static void expanded_networks_keep_names_and_places(void **state)
{
    test_formula t;
    (void)state;
    test_formula_open_training(&t, "input t\nparam w = 2\n"
                                   "state s = 1\ns := s + w\n"
                                   "output u = w * sin(t)\n"
                                   "slope = grad(u, t)\nloss = slope^2\n"
                                   "metric m = slope < 1\n");
    const mg_network *const n = t.network;
    assert_string_equal(n->input[0].name, "t");
    assert_string_equal(n->param[0].name, "w");
    assert_string_equal(n->state[0].name, "s");
    assert_string_equal(n->output[0].name, "u");
    assert_string_equal(n->metric[0].name, "m");
    const mg_network_value *const slope = mg_network_find_value(n, "slope");
    assert_non_null(slope);
    assert_int_equal(slope->place.line, 6);
    assert_non_null(strstr(slope->place.formula, "grad(u, t)"));
    assert_non_null(mg_graph_node(n->graph, slope->value)->place.formula);
    test_formula_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expanded_networks_keep_names_and_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
