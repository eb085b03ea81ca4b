/* A file of MNIST's format, plain or packed by gzip. */
#include "data/idx.h"
#include "tests/fuzz/fuzz.h"

void fuzz_target(mg_ctx *ctx, const char *text, size_t length)
{
    mg_dataset *dataset = NULL;
    const char *const path = fuzz_file("input-idx", text, length);
    if (!fuzz_worked(ctx, mg_dataset_create(ctx, path, &dataset)))
        return;
    if (fuzz_worked(ctx, mg_idx_read(dataset, path, true))) {
        fuzz_require(dataset->rows > 0, "a data set has rows");
        mg_dataset_count_classes(dataset);
    }
    mg_dataset_destroy(dataset);
}
