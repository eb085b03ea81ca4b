/* quantity: counts, sizes and times as people read them. Layer cli. */
#ifndef MG_CLI_QUANTITY_H
#define MG_CLI_QUANTITY_H

#include "base/text.h"

/* 28,400; rounded to a whole number. */
void mg_text_count(mg_text *text, double value);

/* 640 bytes, 12.5 kB, 3.4 MB, 2.1 GB. */
void mg_text_bytes(mg_text *text, double bytes);

/* What is left to wait: 0:07, 12:30, 3:05:00. */
void mg_text_clock(mg_text *text, double seconds);

/* What something took, in the unit that leaves few digits: 1.22 μs. */
void mg_text_time(mg_text *text, double microseconds);

#endif
