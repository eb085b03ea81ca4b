/* team: see team.h. A claim is one step of a counter that carries the number
 * of its loop, so a thread that comes late cannot take a share of a loop that
 * is over, and reads a loop only after it holds a share of it, when the caller
 * cannot leave. Layer base. */
#ifdef MATGRAD_HAVE_THREADS
#define _POSIX_C_SOURCE 200809L
#endif

#include "base/team.h"

#ifdef MATGRAD_HAVE_THREADS

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>
#ifndef _WIN32
#include <signal.h>
#endif

#include "base/denormals.h"
#include "base/memory.h"

/* How long a thread looks out for work, or the caller for the end of it,
 * before it sleeps: longer than the pauses between most loops of a training
 * step. */
#define SPIN_NANOSECONDS 50000
/* Pauses between two looks at the clock. */
#define SPIN_PAUSES 16

struct mg_team {
    /* The loop at work; written while no share of it is open. */
    mg_shares shares;
    /* The number of the loop, times 65536, plus its shares not yet begun. */
    _Alignas(MG_ALIGNMENT) atomic_uint_least64_t open;
    /* Shares but the first that are not done. */
    _Alignas(MG_ALIGNMENT) atomic_int unfinished;
    atomic_bool caller_sleeps;
    _Alignas(MG_ALIGNMENT) atomic_bool at_work;
    atomic_bool stop;
    /* Threads that sleep and were not called: counted off by the caller. */
    atomic_int asleep;
    int calls; /* not yet followed; under the lock, as are: */
    int ready; /* threads that have begun */
    pthread_mutex_t lock;
    pthread_cond_t called, finished;
    pid_t process; /* threads are not copied by fork */
    int helpers;
    pthread_t helper[];
};

/* ---- Waiting ---- */

static void pause_briefly(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static bool has_open_share(mg_team *t)
{
    return (atomic_load(&t->open) & MG_TEAM_SHARES) != 0;
}

static bool is_finished(mg_team *t)
{
    return atomic_load(&t->unfinished) == 0;
}

/* A helper yields: woken on the caller's processor, where others are busy, it
 * must not keep the caller from the very work that it looks out for. */
static bool spin_until(mg_team *t, bool (*condition)(mg_team *t), bool yields)
{
    const int64_t end = now() + SPIN_NANOSECONDS;
    do {
        for (int i = 0; i < SPIN_PAUSES; i++) {
            if (condition(t))
                return true;
            pause_briefly();
        }
        if (yields)
            sched_yield();
    } while (now() < end);
    return false;
}

/* ---- Shares ---- */

static bool claim(mg_team *t, int *number)
{
    uint_least64_t seen = atomic_load(&t->open);
    while ((seen & MG_TEAM_SHARES) != 0)
        if (atomic_compare_exchange_weak(&t->open, &seen, seen - 1)) {
            *number = t->shares.count - (int)(seen & MG_TEAM_SHARES);
            return true;
        }
    return false;
}

static void wake_caller(mg_team *t)
{
    pthread_mutex_lock(&t->lock);
    pthread_cond_signal(&t->finished);
    pthread_mutex_unlock(&t->lock);
}

/* ---- Helpers ---- */

static void sleep_until_called(mg_team *t)
{
    pthread_mutex_lock(&t->lock);
    atomic_fetch_add(&t->asleep, 1);
    if (has_open_share(t)) {
        atomic_fetch_sub(&t->asleep, 1);
    } else {
        while (t->calls == 0 && !atomic_load(&t->stop))
            pthread_cond_wait(&t->called, &t->lock);
        if (t->calls > 0)
            t->calls--;
    }
    pthread_mutex_unlock(&t->lock);
}

static void begin(mg_team *t)
{
    mg_set_library_threads(1);
    pthread_mutex_lock(&t->lock);
    t->ready++;
    pthread_cond_signal(&t->finished);
    pthread_mutex_unlock(&t->lock);
}

static void *help(void *data)
{
    mg_team *const t = data;
    begin(t);
    while (!atomic_load(&t->stop)) {
        int number;
        while (claim(t, &number)) {
            mg_float_mode_set(t->shares.mode);
            mg_share_do(&t->shares, number);
            if (atomic_fetch_sub(&t->unfinished, 1) == 1 &&
                atomic_load(&t->caller_sleeps))
                wake_caller(t);
        }
        if (!spin_until(t, has_open_share, true))
            sleep_until_called(t);
    }
    return NULL;
}

/* ---- The caller ---- */

/* Calls as many sleepers as lack to `wanted` threads awake. */
static void wake(mg_team *t, int wanted)
{
    if (t->helpers - atomic_load(&t->asleep) >= wanted)
        return;
    if (getpid() != t->process) {
        t->helpers = 0;
        return;
    }
    pthread_mutex_lock(&t->lock);
    int lacking = wanted - (t->helpers - atomic_load(&t->asleep));
    for (; lacking > 0 && atomic_load(&t->asleep) > 0; lacking--) {
        atomic_fetch_sub(&t->asleep, 1);
        t->calls++;
        pthread_cond_signal(&t->called);
    }
    pthread_mutex_unlock(&t->lock);
}

static void wait_for_helpers(mg_team *t)
{
    if (is_finished(t) || spin_until(t, is_finished, false))
        return;
    pthread_mutex_lock(&t->lock);
    atomic_store(&t->caller_sleeps, true);
    while (!is_finished(t))
        pthread_cond_wait(&t->finished, &t->lock);
    atomic_store(&t->caller_sleeps, false);
    pthread_mutex_unlock(&t->lock);
}

bool mg_team_run(mg_team *t, const mg_shares *shares)
{
    if (t->helpers == 0 || atomic_exchange(&t->at_work, true))
        return false;
    const int others = shares->count - 1;
    t->shares = *shares;
    atomic_store(&t->unfinished, others);
    const uint_least64_t number = (atomic_load(&t->open) >> 16) + 1;
    atomic_store(&t->open, number << 16 | (uint_least64_t)others);
    wake(t, others < t->helpers ? others : t->helpers);
    mg_share_do(shares, 0);
    int own;
    while (claim(t, &own)) {
        mg_share_do(shares, own);
        atomic_fetch_sub(&t->unfinished, 1);
    }
    wait_for_helpers(t);
    atomic_store(&t->at_work, false);
    return true;
}

/* ---- Beginning and end ---- */

static void start_threads(mg_team *t, int helpers)
{
    while (t->helpers < helpers &&
           pthread_create(&t->helper[t->helpers], NULL, help, t) == 0)
        t->helpers++;
}

/* Signals are for the program's own threads. Waits until the threads have
 * begun, so that what they allocate in beginning is no loop's. */
static void start(mg_team *t, int helpers)
{
#ifdef _WIN32
    start_threads(t, helpers);
#else
    sigset_t all, former;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &former);
    start_threads(t, helpers);
    pthread_sigmask(SIG_SETMASK, &former, NULL);
#endif
    pthread_mutex_lock(&t->lock);
    while (t->ready < t->helpers)
        pthread_cond_wait(&t->finished, &t->lock);
    pthread_mutex_unlock(&t->lock);
}

mg_status mg_team_create(mg_ctx *ctx, int helpers, mg_team **out)
{
    const int most = helpers < MG_TEAM_SHARES ? helpers : MG_TEAM_SHARES - 1;
    mg_team *const t = mg_alloc_aligned(
        ctx, sizeof *t + (size_t)most * sizeof t->helper[0], 1);
    if (!t)
        return MG_NO_MEMORY;
    atomic_init(&t->open, 0);
    t->process = getpid();
    if (pthread_mutex_init(&t->lock, NULL) != 0)
        goto no_lock;
    if (pthread_cond_init(&t->called, NULL) != 0)
        goto no_called;
    if (pthread_cond_init(&t->finished, NULL) != 0)
        goto no_finished;
    start(t, most);
    *out = t;
    return MG_OK;
no_finished:
    pthread_cond_destroy(&t->called);
no_called:
    pthread_mutex_destroy(&t->lock);
no_lock:
    mg_free_aligned(ctx, t);
    return MG_OK;
}

void mg_team_destroy(mg_ctx *ctx, mg_team *t)
{
    if (!t)
        return;
    if (getpid() == t->process) {
        pthread_mutex_lock(&t->lock);
        atomic_store(&t->stop, true);
        pthread_cond_broadcast(&t->called);
        pthread_mutex_unlock(&t->lock);
        for (int i = 0; i < t->helpers; i++)
            pthread_join(t->helper[i], NULL);
        pthread_cond_destroy(&t->finished);
        pthread_cond_destroy(&t->called);
        pthread_mutex_destroy(&t->lock);
    }
    mg_free_aligned(ctx, t);
}

#else

mg_status mg_team_create(mg_ctx *ctx, int helpers, mg_team **out)
{
    (void)ctx;
    (void)helpers;
    (void)out;
    return MG_OK;
}

void mg_team_destroy(mg_ctx *ctx, mg_team *team)
{
    (void)ctx;
    (void)team;
}

bool mg_team_run(mg_team *team, const mg_shares *shares)
{
    (void)team;
    (void)shares;
    return false;
}

#endif
