/* folder: a run on disk: network.mg, best.safetensors, last.safetensors,
 * log.jsonl. POSIX. Layer train. */
#ifndef MG_TRAIN_FOLDER_H
#define MG_TRAIN_FOLDER_H

#include "base/memory.h"

#define MG_PATH_SIZE 4096

typedef struct {
    mg_ctx *ctx;
    char path[MG_PATH_SIZE];
} mg_run_folder;

/* Makes the folder `out`, or a new runs/NAME-N for the formula file's name if
 * out is NULL. One that holds a run already is refused. */
mg_status mg_run_folder_create(mg_run_folder *folder, mg_ctx *ctx,
                               const char *out, const char *formula_file);

/* Takes a folder that is there. */
mg_status mg_run_folder_open(mg_run_folder *folder, mg_ctx *ctx,
                             const char *path);

/* The path of one of its files. */
mg_status mg_run_folder_file(const mg_run_folder *folder, const char *name,
                             char path[MG_PATH_SIZE]);

/* The path of its best weights, or the last if no epoch ended yet. */
mg_status mg_run_folder_weights(const mg_run_folder *folder,
                                char path[MG_PATH_SIZE]);

/* Keeps the first `lines` lines of log.jsonl: what comes behind belongs to
 * epochs that the state does not know. */
mg_status mg_run_folder_trim_log(const mg_run_folder *folder, int64_t lines);

#endif
