/* target: the kernels of this build, best first. Layer run. */
#include "kernels/kernels.h"
#include "run/run.h"

const mg_target *mg_target_host(bool plain)
{
    return plain ? &mg_target_plain : &mg_target_best;
}
