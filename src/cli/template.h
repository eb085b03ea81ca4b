/* template: the starting files of `new` (templates/KIND.mg), embedded in the
 * command by the build. Layer cli. */
#ifndef MG_CLI_TEMPLATE_H
#define MG_CLI_TEMPLATE_H

#include "formula/library.h"

/* All files one after the other, and a 0. */
extern const char mg_template_source[];
extern const size_t mg_template_source_length;

/* The files by themselves, in the order of their names ("gpt.mg"). */
extern const mg_library_file mg_template_files[];
extern const size_t mg_template_file_count;

#endif
