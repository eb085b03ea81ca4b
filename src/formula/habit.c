/* habit: names that other languages and libraries give to what is written
 * differently here. Layer formula. */
#include "formula/lower.h"

#include <string.h>

const char *mg_habit_help(const char *name)
{
    static const struct {
        const char *name, *help;
    } habits[] = {
        {"True", "write true"},
        {"False", "write false"},
        {"None", "there is no such value; leave it out"},
        {"np", "functions stand by their names alone: exp(x)"},
        {"numpy", "functions stand by their names alone: exp(x)"},
        {"torch", "functions stand by their names alone: exp(x)"},
        {"ln", "the natural logarithm is log(x)"},
        {"log2", "write log(x) / log(2)"},
        {"log10", "write log(x) / log(10)"},
        {"pow", "a power is written with ^: x^2"},
        {"power", "a power is written with ^: x^2"},
        {"square", "a power is written with ^: x^2"},
        {"matmul", "a matrix product is written with @: a @ b"},
        {"mm", "a matrix product is written with @: a @ b"},
        {"std", "write sqrt(var(x))"},
        {"norm", "write sqrt(sum(x^2))"},
        {"tan", "write sin(x) / cos(x)"},
        {"len", "size(x) counts the elements, shape(x)[0] those of axis 0"},
        {"maximum", "max(x, y) is by element"},
        {"minimum", "min(x, y) is by element"},
        {"clip", "did you mean clamp?"},
        {"concatenate", "did you mean concat?"},
        {"Linear", "did you mean dense?"},
        {"nan", "there is no such number; a formula may compute it"},
    };
    for (size_t i = 0; i < sizeof(habits) / sizeof(*habits); i++)
        if (!strcmp(habits[i].name, name))
            return habits[i].help;
    return NULL;
}
