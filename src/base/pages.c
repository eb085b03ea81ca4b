/* pages: see pages.h. Linux has the call (madvise(2)); elsewhere nothing is
 * done. Layer base. */
#if defined MATGRAD_HAVE_THREADS && defined __linux__
#define _DEFAULT_SOURCE
#include <sys/mman.h>
#endif

#include "base/pages.h"

#include <stdint.h>

#ifdef MADV_HUGEPAGE

#define LARGE_PAGE ((uintptr_t)2 << 20)

/* Whole large pages alone, so that neighbours keep theirs. A refusal is no
 * failure. */
void mg_wish_large_pages(void *block, size_t bytes)
{
    const uintptr_t begin =
        ((uintptr_t)block + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
    const uintptr_t end = ((uintptr_t)block + bytes) / LARGE_PAGE * LARGE_PAGE;
    if (begin < end)
        (void)madvise((unsigned char *)block + (begin - (uintptr_t)block),
                      end - begin, MADV_HUGEPAGE);
}

#else

void mg_wish_large_pages(void *block, size_t bytes)
{
    (void)block;
    (void)bytes;
}

#endif
