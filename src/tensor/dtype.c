/* dtype: sizes, names and kinds of the element types. Layer tensor. */
#include "tensor/tensor.h"

#include <string.h>

typedef struct {
    const char *name;
    size_t size;
    bool real;
    bool integer;
} dtype_facts;

static const dtype_facts facts[] = {
    [MG_F32] = {"f32", 4, true, false},    [MG_F64] = {"f64", 8, true, false},
    [MG_I32] = {"i32", 4, false, true},    [MG_I64] = {"i64", 8, false, true},
    [MG_BOOL] = {"bool", 1, false, false}, [MG_U8] = {"u8", 1, false, true},
};

size_t mg_dtype_size(mg_dtype dtype)
{
    return facts[dtype].size;
}

const char *mg_dtype_name(mg_dtype dtype)
{
    return facts[dtype].name;
}

const char *mg_dtype_words(mg_dtype dtype)
{
    if (mg_dtype_is_real(dtype))
        return "real numbers";
    return dtype == MG_BOOL ? "truth values" : "integers";
}

bool mg_dtype_find(const char *name, size_t length, mg_dtype *out)
{
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (strlen(facts[i].name) == length &&
            memcmp(facts[i].name, name, length) == 0) {
            *out = (mg_dtype)i;
            return true;
        }
    return false;
}

bool mg_dtype_is_real(mg_dtype dtype)
{
    return facts[dtype].real;
}

bool mg_dtype_is_integer(mg_dtype dtype)
{
    return facts[dtype].integer;
}
