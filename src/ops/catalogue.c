/* catalogue: every operation in the order of ops.def. Layer ops. */
#include "graph/op.h"

#include <string.h>

const mg_op *const mg_ops[] = {
#define MG_OP(name, parameters) &mg_op_##name,
#include "matgrad/ops.def"
#undef MG_OP
};

const size_t mg_op_count = sizeof mg_ops / sizeof mg_ops[0];

const mg_op *mg_op_find(const char *name, size_t length)
{
    for (size_t i = 0; i < mg_op_count; i++)
        if (strlen(mg_ops[i]->name) == length &&
            memcmp(mg_ops[i]->name, name, length) == 0)
            return mg_ops[i];
    return NULL;
}
