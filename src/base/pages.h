/* pages: a hint to the system about large blocks. Layer base. */
#ifndef MG_BASE_PAGES_H
#define MG_BASE_PAGES_H

#include <stddef.h>

/* A block of so many bytes or more is worth the hint. */
#define MG_LARGE_BLOCK ((size_t)4 << 20)

/* Asks for large pages under a new block, where a system has them but gives
 * them to those who ask: rows that are gathered from all over a data set
 * otherwise miss the processor's table of pages each time. */
void mg_wish_large_pages(void *block, size_t bytes);

#endif
