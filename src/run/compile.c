/* compile: from any graph to a plan for this machine. Layer run. */
#include "optimise/optimise.h"
#include "run/run.h"

mg_status mg_compile(const mg_graph *graph, mg_kernels kernels, mg_plan **out)
{
    mg_graph *optimised = NULL;
    MG_TRY(mg_optimise(graph, NULL, &optimised));
    return mg_plan_create(optimised, mg_target_host(kernels), out);
}
