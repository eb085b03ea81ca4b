/* stop: the signals. Layer cli. */
#define _POSIX_C_SOURCE 200809L
#include "cli/stop.h"

#include <stddef.h>

/* A signal handler reaches nothing but what is static. */
volatile sig_atomic_t mg_stop_requested;

static void request_stop(int signal_number)
{
    (void)signal_number;
    mg_stop_requested = 1;
}

void mg_stop_catch(void)
{
    struct sigaction action = {.sa_handler = request_stop,
                               .sa_flags = (int)(SA_RESTART | SA_RESETHAND)};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}
