/* options: the one table of everything that can be typed after a command:
 * parsing and help read it. Numbers are checked here, so that commands find
 * values that they can take. Layer cli. */
#ifndef MG_CLI_OPTIONS_H
#define MG_CLI_OPTIONS_H

#include "base/arena.h"

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
    MG_BENCH,
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
    MG_OPTION_THREADS,
    MG_OPTION_JSON,
    MG_OPTION_HELP,
    MG_OPTION_VERSION,
    MG_OPTION_COUNT,
} mg_option_id;

typedef enum {
    MG_TAKES_NOTHING,
    MG_TAKES_TEXT,
    MG_TAKES_PATH,
    MG_TAKES_CHOICE,
    MG_TAKES_INTEGER,
    MG_TAKES_REAL,
} mg_option_kind;

typedef struct {
    const char *name; /* without the dashes */
    char letter;      /* the short form, "-o"; 0: none */
    mg_option_kind kind;
    const char *value;   /* how help calls the value: "N" */
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

/* An option as it was given. */
typedef struct {
    mg_option_id id;
    const char *text; /* its value, NULL if it takes none */
    int64_t integer;
    double real;
} mg_given;

typedef struct {
    const char *operand; /* FILE or RUN; NULL: not given */
    size_t n;
    mg_given *given; /* in the order of the command line */
} mg_arguments;

/* Reads what follows the command. On failure MG_BAD_ARGUMENT and a message
 * that says how it should be. A given --help or
 * --version ends the reading. */
mg_status mg_arguments_parse(mg_arena *arena, mg_command_id command, int argc,
                             char *const argv[], mg_arguments *out);

/* The option as given (the first of several), or NULL. */
const mg_given *mg_arguments_find(const mg_arguments *arguments,
                                  mg_option_id id);
/* Its value, or what stands in when it was not given. */
const char *mg_arguments_text(const mg_arguments *arguments, mg_option_id id,
                              const char *otherwise);
int64_t mg_arguments_integer(const mg_arguments *arguments, mg_option_id id,
                             int64_t otherwise);
double mg_arguments_real(const mg_arguments *arguments, mg_option_id id,
                         double otherwise);

#endif
