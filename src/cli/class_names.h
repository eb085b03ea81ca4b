/* class_names: which outputs of a network speak of the classes that its data
 * named, and what they say. Layer cli. */
#ifndef MG_CLI_CLASS_NAMES_H
#define MG_CLI_CLASS_NAMES_H

#include "train/model.h"

/* The classes of the label that output number `index` speaks of: it has an
 * element for each, or is the place of the largest of as many (argmax). NULL:
 * none, the data's labels had no names, or several labels fit. */
const mg_schema_input *mg_output_classes(const mg_model *model, size_t index);

/* The class of one example's output: the one of the largest element, or of the
 * number itself; NULL if there is none (not a number, out of range). */
const char *mg_class_of(const mg_schema_input *classes,
                        const mg_tensor *output);

#endif
