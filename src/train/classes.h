/* classes: what training does by the class of an example, where the network
 * has one target and that is a label: it holds out a share of each class, and
 * may weigh classes. Layer train. */
#ifndef MG_TRAIN_CLASSES_H
#define MG_TRAIN_CLASSES_H

#include "data/examples.h"
#include "data/split.h"

/* Holds out the share that the network's train block says: the end of data in
 * order, else of each class alike if there are classes, else any. */
mg_status mg_classes_split(const mg_network *network,
                           const mg_examples *examples, mg_split **out);

/* Multiplies the network's weight of an example by that of its class, as
 * mg_train_request.class_weights says; balanced: of the training rows. */
mg_status mg_classes_weigh(mg_network *network, const char *class_weights,
                           const mg_examples *examples, mg_split *split);

#endif
