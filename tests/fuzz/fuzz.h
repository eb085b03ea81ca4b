/* fuzz: what a target defines, and what it may use. A target gives hostile
 * bytes to one reader of the library; shared.c gives it a context of little
 * memory and sees to it that nothing is left behind. */
#ifndef MG_TESTS_FUZZ_FUZZ_H
#define MG_TESTS_FUZZ_FUZZ_H

#include "base/text.h"

/* Defined by each file of targets/. The text has a 0 behind its last byte. */
void fuzz_target(mg_ctx *ctx, const char *text, size_t length);

/* Ends the process, which is how a fuzzer learns of a find, unless it holds. */
void fuzz_require(bool holds, const char *what);

/* Whether a call succeeded; a failure must have a status of the library and a
 * message. */
bool fuzz_worked(mg_ctx *ctx, mg_status status);

/* The path of a file of that name with those bytes, until the next call with
 * the same name. In memory where the system allows it. */
const char *fuzz_file(const char *name, const void *bytes, size_t length);

#endif
