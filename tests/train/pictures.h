/* pictures: a tiny data set in IDX form, learned in a few epochs. */
#ifndef MG_TESTS_TRAIN_PICTURES_H
#define MG_TESTS_TRAIN_PICTURES_H

#include "support/folder.h"

#include <stdio.h>

#define PICTURE_SIDE 4
#define PICTURE_CLASSES 3

/* Writes an IDX file's header: the axes behind the first, n. */
static inline size_t idx_header(unsigned char *out, int n, int axes)
{
    const int dim[] = {n, PICTURE_SIDE, PICTURE_SIDE};
    const unsigned char magic[] = {0, 0, 8, (unsigned char)axes};
    for (int i = 0; i < 4; i++)
        out[i] = magic[i];
    for (int i = 0; i < 4 * axes; i++)
        out[4 + i] = (unsigned char)(dim[i / 4] >> (8 * (3 - i % 4)));
    return 4 + 4 * (size_t)axes;
}

/* n pictures whose row number `label` is bright, and their labels. */
static inline void write_pictures(test_folder *folder, const char *part, int n)
{
    static unsigned char image[16 + 4096 * 16], label[8 + 4096];
    char name[64];
    size_t at = idx_header(image, n, 3), seed = 12345;
    const size_t first = idx_header(label, n, 1);
    for (int i = 0; i < n; i++) {
        const int class = i % PICTURE_CLASSES;
        label[first + (size_t)i] = (unsigned char)class;
        for (int k = 0; k < PICTURE_SIDE * PICTURE_SIDE; k++) {
            seed = (seed * 1103515245 + 12345) & 0x7fffffff;
            const int noise = (int)(seed >> 16) % 100;
            image[at++] =
                (unsigned char)(noise + (k / PICTURE_SIDE == class ? 120 : 0));
        }
    }
    snprintf(name, sizeof name, "%s-images-idx3-ubyte", part);
    test_write(test_path(folder, name), image, at);
    snprintf(name, sizeof name, "%s-labels-idx1-ubyte", part);
    test_write(test_path(folder, name), label, first + (size_t)n);
}

#endif
