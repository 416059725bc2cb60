#include "pipeline/run/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pipeline/base/journal.h"
#include "pipeline/base/str.h"
#include "pipeline/base/sys.h"
#include "pipeline/io/outfile.h"

enum { LINE = 2048 };

/* A level by the first letter of a code. */
static const struct level {
    char letter;
    const char *name;
} levels[] = {{'E', "error"}, {'W', "warning"}, {'I', "info"}};

static size_t level_of(const char *code)
{
    size_t i = 0;
    while (levels[i].letter != code[0])
        i++;
    return i;
}

static void now(char *out, size_t size)
{
    struct timespec t;
    struct tm tm;
    char day[32] = "";
    clock_gettime(CLOCK_REALTIME, &t);
    if (gmtime_r(&t.tv_sec, &tm))
        strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out, size, "%s.%03dZ", day, (int)(t.tv_nsec / 1000000));
}

static bool append(const char *path, const char *line, size_t n)
{
    struct err ignored = {0};
    enum { MODE = 0640, FLAGS = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY };
    int fd = sys_open(path, FLAGS, MODE);
    if (fd < 0 && errno == ENOENT && outfile_parents(path, &ignored))
        fd = sys_open(path, FLAGS, MODE);
    if (fd < 0)
        return false;
    ssize_t put = write(fd, line, n);
    int failed = put == (ssize_t)n ? 0 : put < 0 ? errno : ENOSPC;
    if (sys_close(fd) != 0 && !failed)
        failed = errno;
    errno = failed;
    return failed == 0;
}

static void say(const struct log *l, const char *code, const char *text)
{
    bool wanted = code[0] == 'W' ? !l->quiet : l->verbose || (!l->quiet && journal_is(stderr));
    if (code[0] == 'E' || !wanted)
        return;
    journal_mark(stderr, code);
    fprintf(stderr, "%s%s%s %s\n", l->stage ? l->stage : "", l->stage ? ": " : "", code, text);
}

/* text: one line already. */
static void write_line(struct log *l, const char *code, const char *text)
{
    char line[LINE], when[48], run[24] = "-";
    size_t level = level_of(code);
    const char *path = l->conf->log.p;
    if (!l->conf->log.n || level > (size_t)l->conf->log_level || l->failed)
        return;
    now(when, sizeof when);
    if (l->run)
        snprintf(run, sizeof run, "%lld", (long long)l->run);
    int n = snprintf(line, sizeof line - 1, "%s %s run=%s stage=%s %s %s", when, levels[level].name,
                     run, l->stage ? l->stage : "-", code, text);
    if (n > LINE - 2)
        n = LINE - 2;
    line[n] = '\n';
    if (append(path, line, (size_t)n + 1))
        return;
    struct err e;
    l->failed = true;
    err_set(&e, ST_SYSTEM, NULL, "W-LOG-01", path, strerror(errno), NULL);
    say(l, e.code, e.text[l->conf->language]);
}

void log_event(struct log *l, const char *code, ...)
{
    const char *arg[MSG_ARGS];
    char text[LINE];
    va_list ap;
    va_start(ap, code);
    msg_args(ap, arg);
    va_end(ap);
    msg_format(code, l->conf->language, arg, text, sizeof text);
    str_tame(text);
    write_line(l, code, text);
    say(l, code, text);
}

void log_error(struct log *l, const struct err *e)
{
    char text[LINE];
    if (!e->code)
        return;
    snprintf(text, sizeof text, "%s%s%s", e->where, e->where[0] ? ": " : "",
             e->text[l->conf->language]);
    write_line(l, e->code, text);
}
