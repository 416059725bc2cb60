/*
 * Configurations (io/ini.h, calc/conf.h, calc/plan.h): two files, the first of which may include
 * the second. What is read lies where it says; the canonical text is one that means the same; what
 * is a good configuration can be planned.
 *
 * Input: the first file, a line "%%", the second.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "pipeline/calc/plan.h"
#include "pipeline/io/ini.h"
#include "tests/fuzz/fuzz.h"

static char folder[64];

static const char *in_folder(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void forget(void)
{
    unlink(in_folder("a.ini"));
    unlink(in_folder("b.ini"));
    rmdir(folder);
}

static void put(const char *name, struct str s)
{
    int fd = open(in_folder(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    HOLDS(fd >= 0 && write(fd, s.p, s.n) == (ssize_t)s.n);
    close(fd);
}

/* Is it about including anything but the two files? Then it is of no use here. */
static bool leaves(struct str s)
{
    size_t at = str_find_str(s, STR("include"));
    return at < s.n && (str_find(s, '/') < s.n || str_find_str(s, STR("..")) < s.n);
}

static void check_ini(struct str first, struct str second)
{
    struct ini ini;
    struct problems problems = {0};
    ini_read(in_folder("a.ini"), &ini, &problems);
    size_t lines = count_byte(first, '\n') + count_byte(second, '\n') + 2;
    for (size_t i = 0; i < ini.n; i++) {
        const struct ini_section *s = &ini.section[i];
        HOLDS(s->line >= 1 && (size_t)s->line <= lines);
        HOLDS(str_eq(s->name, str_trim(s->name)));
        for (size_t k = 0; k < s->n; k++) {
            const struct ini_entry *e = &s->entry[k];
            HOLDS(e->key.n && str_find(e->key, '=') == e->key.n);
            HOLDS(str_eq(e->key, str_trim(e->key)) && str_eq(e->value, str_trim(e->value)));
            HOLDS(str_find(e->value, '\n') == e->value.n);
            HOLDS(e->line >= 1 && (size_t)e->line <= lines);
        }
    }
    for (size_t i = 0; i < problems.n; i++)
        HOLDS(problems.e[i].code && problems.e[i].status == ST_CONFIG);
    problems_release(&problems);
    ini_release(&ini);
}

static void check_conf(void)
{
    struct conf c;
    struct plan p;
    struct problems problems = {0};
    bool good = conf_load(in_folder("a.ini"), &c, &problems);
    HOLDS(good == (problems.n == 0));
    bool planned = plan_build(&c, NULL, &p, &problems);
    if (planned && good)
        HOLDS(problems.n == 0);
    plan_release(&p);
    if (good) {
        struct conf again;
        HOLDS(conf_load(in_folder("a.ini"), &again, &problems));
        HOLDS(str_eq(again.canonical, c.canonical));
        conf_release(&again);
    }
    problems_sort(&problems);
    for (size_t i = 0; i < problems.n; i++)
        HOLDS(problems.e[i].code && problems.e[i].text[0][0] && problems.e[i].text[1][0]);
    problems_release(&problems);
    conf_release(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!folder[0]) {
        const char *tmp = getenv("TMPDIR");
        snprintf(folder, sizeof folder, "%.40s/fuzz-ini-XXXXXX", tmp ? tmp : "/tmp");
        HOLDS(mkdtemp(folder));
        atexit(forget);
    }
    struct str all = {(const char *)data, size}, mark = STR("\n%%\n");
    if (leaves(all))
        return 0;
    size_t at = str_find_str(all, mark);
    struct str first = {all.p, at}, second = str_from(all, at + mark.n);
    put("a.ini", first);
    put("b.ini", second);
    check_ini(first, second);
    check_conf();
    return 0;
}
