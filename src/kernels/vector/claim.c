/* claim: asking for cache lines before they are written. They may stand in
 * another processor's cache, as what its threads have read last; sets of
 * processors that have an instruction for this get it. Layer kernels. */
#include "kernels/vector/families.h"

#define LINE_BYTES 64

void MG_ISA_NAME(mg_claim)(void *y, int64_t bytes)
{
    unsigned char *const line = y;
    for (int64_t at = 0; at < bytes; at += LINE_BYTES)
        __builtin_prefetch(line + at, 1);
}
