/* safetensors: named tensors and named strings in one file: 8 bytes with the
 * length of a JSON header (little-endian), the header, the elements. Equal
 * content gives equal bytes. Layer data. */
#ifndef MG_DATA_SAFETENSORS_H
#define MG_DATA_SAFETENSORS_H

#include "tensor/tensor.h"

typedef struct {
    const char *name;
    mg_tensor tensor; /* dense */
} mg_safetensor;

/* An entry of the file's metadata. */
typedef struct {
    const char *key;
    const char *value;
} mg_safetext;

/* Writes tensors and strings in the given order, atomically. Names must
 * differ and be UTF-8, as must the strings. */
mg_status mg_safetensors_write(mg_ctx *ctx, const char *path, size_t n_tensors,
                               const mg_safetensor tensor[], size_t n_texts,
                               const mg_safetext text[]);

/* A file's content, in the order of its header. Owns all its memory. */
typedef struct {
    mg_ctx *ctx;
    mg_arena arena;
    size_t n_tensors, n_texts;
    mg_safetensor *tensor;
    mg_safetext *text;
} mg_safetensors;

/* Reads a file, none of whose claims are believed. */
mg_status mg_safetensors_read(mg_ctx *ctx, const char *path,
                              mg_safetensors **out);
void mg_safetensors_destroy(mg_safetensors *file);

/* The tensor or string of that name, or NULL. */
const mg_tensor *mg_safetensors_find(const mg_safetensors *file,
                                     const char *name);
const char *mg_safetensors_text(const mg_safetensors *file, const char *key);

/* The format's name of an element type, "F32", and the way back. */
const char *mg_safetensors_dtype(mg_dtype dtype);
bool mg_safetensors_find_dtype(const char *name, mg_dtype *out);

/* Refuses a machine whose numbers are not little-endian, as the format's are.
 */
mg_status mg_safetensors_check_machine(mg_ctx *ctx);

#endif
