/* options: the one table of everything that can be typed after a command:
 * parsing, help, completion and manual read it. Layer cli. */
#ifndef MG_CLI_OPTIONS_H
#define MG_CLI_OPTIONS_H

#include <stdbool.h>

/* The commands of this version, in the order of the help. */
typedef enum {
    MG_NEW,
    MG_CHECK,
    MG_DERIVE,
    MG_EXPLAIN,
    MG_GRADCHECK,
    MG_TRAIN,
    MG_EVAL,
    MG_PREDICT,
    MG_DATA,
    MG_BENCH,
    MG_COMPLETION,
    MG_COMMAND_COUNT,
} mg_command_id;

typedef enum {
    MG_OPTION_AT,
    MG_OPTION_TOGETHER,
    MG_OPTION_LR,
    MG_OPTION_TRAINING,
    MG_OPTION_JACOBIANS,
    MG_OPTION_LAYOUT,
    MG_OPTION_FROM,
    MG_OPTION_ELEMENTS,
    MG_OPTION_ALL,
    MG_OPTION_DATA,
    MG_OPTION_TEST,
    MG_OPTION_CLASS_WEIGHTS,
    MG_OPTION_HTML,
    MG_OPTION_RENAME,
    MG_OPTION_FREEZE,
    MG_OPTION_ACCUMULATE,
    MG_OPTION_PART,
    MG_OPTION_EPOCHS,
    MG_OPTION_BATCH,
    MG_OPTION_OPTIMISER,
    MG_OPTION_MAX_STEPS,
    MG_OPTION_VAL,
    MG_OPTION_PATIENCE,
    MG_OPTION_SET,
    MG_OPTION_OUT,
    MG_OPTION_OUT_FILE,
    MG_OPTION_RESUME,
    MG_OPTION_MIN,
    MG_OPTION_FORMAT,
    MG_OPTION_NOTATION,
    MG_OPTION_WRT,
    MG_OPTION_SHAPES,
    MG_OPTION_UNFOLD,
    MG_OPTION_SEED,
    MG_OPTION_DTYPE,
    MG_OPTION_PRECISION,
    MG_OPTION_PROFILE,
    MG_OPTION_FORWARD,
    MG_OPTION_THREADS,
    MG_OPTION_JSON,
    MG_OPTION_HELP,
    MG_OPTION_VERSION,
    MG_OPTION_COUNT,
} mg_option_id;

#define MG_LARGEST_COUNT 9e15 /* below 2^53: exact as a double */

typedef enum {
    MG_TAKES_NOTHING,
    MG_TAKES_TEXT,
    MG_TAKES_CHOICE,
    MG_TAKES_INTEGER,
    MG_TAKES_REAL,
} mg_option_kind;

/* What a shell can complete a value or an operand to. */
typedef enum {
    MG_NAMES_NOTHING,
    MG_NAMES_FILE,
    MG_NAMES_FOLDER,
    MG_NAMES_FORMULA,  /* NAME.mg */
    MG_NAMES_WEIGHTS,  /* a run folder or NAME.safetensors */
    MG_NAMES_RUN,      /* any of the two above */
    MG_NAMES_DATA,     /* a known data set, a folder or a file */
    MG_NAMES_TEMPLATE, /* a KIND of new */
    MG_NAMES_SHELL,
    MG_NAMES_COUNT,
} mg_named;

typedef struct {
    const char *name; /* without the dashes */
    char letter;      /* the short form, "-o"; 0: none */
    mg_option_kind kind;
    const char *value;   /* how help calls the value: "N" */
    mg_named named;      /* what the value names */
    const char *choices; /* of MG_TAKES_CHOICE: "f32 f64" */
    double least, most;  /* of numbers; both 0: any */
    bool below;          /* most itself is too much */
    bool repeats;        /* may be given several times */
    unsigned commands;   /* 1 << mg_command_id, summed */
    unsigned later;      /* the same: commands that will take it */
    const char *help;
} mg_option;

/* Two commands may have an option of one name that means something else. */
extern const mg_option mg_options[MG_OPTION_COUNT];

/* Whether the command takes it. */
bool mg_option_is_of(const mg_option *option, mg_command_id command);

#endif
