#include "pipeline/base/stop.h"

#include <pthread.h>
#include <stdio.h>

static const int stop_signals[] = {SIGTERM, SIGINT, SIGHUP};
enum { STOP_SIGNALS = sizeof stop_signals / sizeof stop_signals[0] };

void stop_watch(sigset_t *before)
{
    sigset_t watched;
    sigemptyset(&watched);
    for (int i = 0; i < STOP_SIGNALS; i++) {
        /* A blocked signal waits even where it is ignored. */
        struct sigaction now;
        if (sigaction(stop_signals[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaddset(&watched, stop_signals[i]);
    }
    pthread_sigmask(SIG_BLOCK, &watched, before);
}

int stop_asked(void)
{
    sigset_t waiting;
    if (sigpending(&waiting) != 0)
        return 0;
    for (int i = 0; i < STOP_SIGNALS; i++)
        if (sigismember(&waiting, stop_signals[i]) == 1)
            return stop_signals[i];
    return 0;
}

bool stop_say(int signal, struct err *e)
{
    char name[32];
    snprintf(name, sizeof name, "SIG%s", sigabbrev_np(signal));
    return err_set(e, (enum status)(ST_STOPPED + signal), NULL, "E-SYS-04", name, NULL);
}

bool stop_check(struct err *e)
{
    int asked = stop_asked();
    return asked == 0 || stop_say(asked, e);
}

static void set_handlers(const sigset_t *of, void (*handler)(int))
{
    const struct sigaction action = {.sa_handler = handler};
    for (int i = 0; i < STOP_SIGNALS; i++)
        if (sigismember(of, stop_signals[i]) == 1)
            sigaction(stop_signals[i], &action, NULL);
}

void stop_hold(sigset_t *held)
{
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    sigemptyset(held);
    for (int i = 0; i < STOP_SIGNALS; i++)
        if (sigismember(&blocked, stop_signals[i]) == 1)
            sigaddset(held, stop_signals[i]);
    set_handlers(held, SIG_IGN);
    pthread_sigmask(SIG_UNBLOCK, held, NULL);
}

void stop_resume(const sigset_t *held)
{
    pthread_sigmask(SIG_BLOCK, held, NULL);
    set_handlers(held, SIG_DFL);
}

bool stop_is(enum status status)
{
    for (int i = 0; i < STOP_SIGNALS; i++)
        if ((int)status == ST_STOPPED + stop_signals[i])
            return true;
    return false;
}
