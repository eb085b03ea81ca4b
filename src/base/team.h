/* team: the threads of a pool. The shares of a loop are claimed one by one, by
 * the caller too: a thread that the system does not run delays nobody, since
 * the caller waits only for shares that another thread has begun. Idle threads
 * sleep. Where a build has no threads, no team can be made. Layer base. */
#ifndef MG_BASE_TEAM_H
#define MG_BASE_TEAM_H

#include "base/parallel.h"

/* A loop cut into shares 0..count-1. */
typedef struct {
    mg_share_fn *share;
    void *data;
    int64_t n, unit;
    int64_t each, extra; /* units of a share; the first `extra` get one more */
    int count;
    uint64_t mode; /* the caller's, of computing with reals */
} mg_shares;

void mg_share_do(const mg_shares *shares, int number);

typedef struct mg_team mg_team;

/* The most shares of a loop. */
#define MG_TEAM_SHARES 65535

/* Starts up to `helpers` threads; *out stays NULL if there can be none. */
mg_status mg_team_create(mg_ctx *ctx, int helpers, mg_team **out);
void mg_team_destroy(mg_ctx *ctx, mg_team *team);

/* Does all shares together with the caller; false, with nothing done, if the
 * team is at work already. At least two shares, at most MG_TEAM_SHARES. */
bool mg_team_run(mg_team *team, const mg_shares *shares);

#endif
