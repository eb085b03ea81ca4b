/* json: the pieces of JSON that all explanations are made of. Layer
 * explain. */
#ifndef MG_EXPLAIN_JSON_H
#define MG_EXPLAIN_JSON_H

#include "data/json.h"
#include "tensor/tensor.h"

/* A number with the digits of its type; null if it is not finite. */
void mg_json_real(mg_text *text, double value, mg_dtype dtype);
/* {"shape": [..], "data": [..]}, with "nonfinite": true where an element is
 * not finite and stands as null. */
void mg_json_tensor(mg_text *text, const mg_tensor *tensor);

/* The same without its last brace, so that more can be said. */
void mg_json_tensor_open(mg_text *text, const mg_tensor *tensor);

#endif
