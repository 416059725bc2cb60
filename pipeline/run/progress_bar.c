#include "pipeline/run/progress_bar.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "pipeline/base/clock.h"
#include "pipeline/base/mem.h"

enum { REDRAW_MS = 250, USUAL_WIDTH = 80 };

struct progress_bar {
    const char *stage;
    struct progress *of;
    enum lang language;
    double begun;
    pthread_t thread;
    pthread_mutex_t lock; /* guards `over` */
    pthread_cond_t changed;
    bool over;
};

/* --- the text --- */

/* Appends a message of at most three arguments, two blanks before it. */
static void add(struct strbuf *out, enum lang language, const char *code, const char *a,
                const char *b, const char *c)
{
    char text[128];
    const char *const arg[MSG_ARGS] = {a, b, c};
    msg_format(code, language, arg, text, sizeof text);
    strbuf_printf(out, "  %s", text);
}

struct amount {
    int64_t done, whole;
};

static struct amount amount_of(struct progress_part *part)
{
    struct amount a = {atomic_load_explicit(&part->done, memory_order_relaxed),
                       atomic_load_explicit(&part->whole, memory_order_relaxed)};
    if (a.done > a.whole)
        a.done = a.whole;
    return a;
}

static void add_count(struct amount a, double seconds, enum lang language, const char *code,
                      struct strbuf *out)
{
    char done[24], whole[24], speed[24] = "0";
    snprintf(done, sizeof done, "%lld", (long long)a.done);
    snprintf(whole, sizeof whole, "%lld", (long long)a.whole);
    if (seconds > 0)
        snprintf(speed, sizeof speed, "%.0f", (double)a.done / seconds);
    add(out, language, code, done, whole, speed);
}

static void add_megabytes(struct amount a, double seconds, struct strbuf *out)
{
    double done = (double)a.done / 1e6;
    strbuf_printf(out, "  %.1f/%.1f MB  %.1f MB/s", done, (double)a.whole / 1e6,
                  seconds > 0 ? done / seconds : 0);
}

static void add_left(struct amount a, double seconds, enum lang language, struct strbuf *out)
{
    char time[32];
    if (a.done <= 0 || seconds < 0.5)
        return;
    double left = seconds * (double)(a.whole - a.done) / (double)a.done;
    long s = left < 360000 ? (long)(left + 0.5) : 359999;
    snprintf(time, sizeof time, "%ld:%02ld", s / 60, s % 60);
    add(out, language, "I-BAR-03", time, NULL, NULL);
}

void progress_bar_text(const char *stage, struct progress *of, double seconds, enum lang language,
                       struct strbuf *out)
{
    struct amount files = amount_of(&of->files), bytes = amount_of(&of->bytes),
                  rows = amount_of(&of->rows);
    strbuf_add(out, str_c(stage));
    if (files.whole)
        add_count(files, seconds, language, "I-BAR-01", out);
    if (bytes.whole)
        add_megabytes(bytes, seconds, out);
    else if (rows.whole)
        add_count(rows, seconds, language, "I-BAR-02", out);
    if (bytes.whole || rows.whole)
        add_left(bytes.whole ? bytes : rows, seconds, language, out);
}

/* The beginning of s that is at most `columns` wide; signs of three bytes and more are taken for
 * double ones. */
static struct str cut(struct str s, size_t columns)
{
    size_t width = 0, i = 0;
    while (i < s.n) {
        unsigned char c = (unsigned char)s.p[i];
        size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        width += n >= 3 ? 2 : 1;
        if (width > columns)
            break;
        i += n;
    }
    return (struct str){s.p, i < s.n ? i : s.n};
}

/* --- the line --- */

static void put(struct str s)
{
    while (s.n) {
        ssize_t n = write(STDERR_FILENO, s.p, s.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        s = str_from(s, (size_t)n);
    }
}

void progress_bar_erase(void)
{
    if (isatty(STDERR_FILENO))
        put(STR("\r\033[K"));
}

static void draw(struct progress_bar *b, struct strbuf *line)
{
    struct winsize size = {0};
    double seconds = clock_seconds() - b->begun;
    bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    struct strbuf text = {0};
    progress_bar_text(b->stage, b->of, seconds, b->language, &text);
    line->n = 0;
    strbuf_add(line, STR("\r"));
    strbuf_add(line, cut(strbuf_str(&text), known ? size.ws_col - 1U : USUAL_WIDTH - 1));
    strbuf_add(line, STR("\033[K"));
    strbuf_release(&text);
    put(strbuf_str(line));
}

/* The first line comes after a while: what is done at once needs none. */
static void *keep_drawing(void *argument)
{
    struct progress_bar *b = argument;
    struct strbuf line = {0};
    struct timespec next;
    pthread_mutex_lock(&b->lock);
    while (!b->over) {
        clock_gettime(CLOCK_MONOTONIC, &next);
        next.tv_nsec += REDRAW_MS * 1000000L;
        next.tv_sec += next.tv_nsec / 1000000000L;
        next.tv_nsec %= 1000000000L;
        if (pthread_cond_timedwait(&b->changed, &b->lock, &next) == ETIMEDOUT && !b->over)
            draw(b, &line);
    }
    pthread_mutex_unlock(&b->lock);
    if (line.n)
        put(STR("\r\033[K"));
    strbuf_release(&line);
    return NULL;
}

struct progress_bar *progress_bar_begin(const char *stage, struct progress *of, enum lang language)
{
    const char *terminal = getenv("TERM");
    if (!isatty(STDERR_FILENO) || (terminal && strcmp(terminal, "dumb") == 0))
        return NULL;
    struct progress_bar *b = x_calloc(1, sizeof *b);
    pthread_condattr_t clock;
    *b = (struct progress_bar){.stage = stage, .of = of, .language = language};
    b->begun = clock_seconds();
    pthread_mutex_init(&b->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&b->changed, &clock);
    pthread_condattr_destroy(&clock);
    if (pthread_create(&b->thread, NULL, keep_drawing, b) == 0)
        return b;
    pthread_cond_destroy(&b->changed);
    pthread_mutex_destroy(&b->lock);
    free(b);
    return NULL;
}

void progress_bar_end(struct progress_bar *b)
{
    if (!b)
        return;
    pthread_mutex_lock(&b->lock);
    b->over = true;
    pthread_cond_signal(&b->changed);
    pthread_mutex_unlock(&b->lock);
    pthread_join(b->thread, NULL);
    pthread_cond_destroy(&b->changed);
    pthread_mutex_destroy(&b->lock);
    free(b);
}
