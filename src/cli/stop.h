/* stop: Ctrl-C as a wish that the command fulfils in good order. Layer cli. */
#ifndef MG_CLI_STOP_H
#define MG_CLI_STOP_H

#include <signal.h>

/* Becomes 1 with SIGINT or SIGTERM, once mg_stop_catch was called. */
extern volatile sig_atomic_t mg_stop_requested;

/* The handler serves once: the second Ctrl-C ends the program at once. */
void mg_stop_catch(void);

#endif
