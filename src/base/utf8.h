/* utf8: characters as bytes. Layer base. */
#ifndef MG_BASE_UTF8_H
#define MG_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define MG_UTF8_SIZE 4 /* bytes of the longest character */

/* The character at the start of text[0..length), length > 0: its bytes (1 to
 * 4), its code in *code. 0 if these bytes are not UTF-8 (overlong forms and
 * surrogates are not). */
size_t mg_utf8_decode(const char *text, size_t length, uint32_t *code);

/* Writes a character's bytes and returns their number; 0 if there is no such
 * character. */
size_t mg_utf8_encode(uint32_t code, char out[MG_UTF8_SIZE]);

#endif
