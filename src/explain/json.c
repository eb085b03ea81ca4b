/* json: see json.h. Layer explain. */
#include "explain/json.h"

#include <math.h>

void mg_json_real(mg_text *text, double value, mg_dtype dtype)
{
    if (isfinite(value))
        mg_text_real(text, value, dtype == MG_F32 ? 9 : 17);
    else
        mg_text_puts(text, "null");
}

static void put_element(mg_text *text, const mg_tensor *tensor, int64_t index)
{
    const mg_dtype dtype = tensor->type.dtype;
    if (dtype == MG_I64)
        mg_text_printf(
            text, "%lld",
            (long long)((const int64_t *)
                            tensor->data)[mg_tensor_offset(tensor, index)]);
    else
        mg_json_real(text, mg_tensor_get(tensor, index), dtype);
}

void mg_json_tensor_open(mg_text *text, const mg_tensor *tensor)
{
    const mg_shape *const shape = &tensor->type.shape;
    const int64_t n = mg_shape_size(shape);
    bool finite = true;
    mg_text_puts(text, "{\"shape\": ");
    mg_text_shape(text, shape);
    mg_text_puts(text, ", \"data\": [");
    for (int64_t i = 0; i < n; i++) {
        mg_text_puts(text, i ? ", " : "");
        put_element(text, tensor, i);
        finite = finite && isfinite(mg_tensor_get(tensor, i));
    }
    mg_text_puts(text, finite ? "]" : "], \"nonfinite\": true");
}

void mg_json_tensor(mg_text *text, const mg_tensor *tensor)
{
    mg_json_tensor_open(text, tensor);
    mg_text_puts(text, "}");
}
