/* target: the kernels of this build, best first. Layer run. */
#include "kernels/kernels.h"
#include "run/run.h"

const mg_target *mg_target_host(mg_kernels kernels)
{
    switch (kernels) {
    case MG_KERNELS_PLAIN:
        return &mg_target_plain;
    case MG_KERNELS_BF16:
        return &mg_target_bf16;
    case MG_KERNELS_BEST:
        break;
    }
    return &mg_target_best;
}

bool mg_has_bf16(void)
{
    return mg_kernels_have_bf16();
}
