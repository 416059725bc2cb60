#include "pipeline/run/kept.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/sys.h"
#include "pipeline/calc/num.h"
#include "pipeline/io/csvtable.h"
#include "pipeline/io/hash.h"
#include "pipeline/io/infile.h"
#include "pipeline/io/jsonin.h"
#include "pipeline/run/stage.h"

const char *kept_dir(struct arena *a, const char *out, int64_t number)
{
    return arena_printf(a, "%s/history/runs/%lld", out, (long long)number).p;
}

const char *kept_content(struct arena *a, const char *out, struct str sha256)
{
    return arena_printf(a, "%s/history/inputs/%.2s/%.*s", out, sha256.p, STR_ARG(sha256)).p;
}

/* --- which there are --- */

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

bool kept_list(const char *out, struct arena *a, int64_t **number, size_t *n, struct err *e)
{
    const char *path = stage_path(a, out, "history/runs");
    int64_t *found = NULL;
    size_t cap = 0;
    *n = 0;
    DIR *d = sys_opendir(path);
    if (!d && errno != ENOENT)
        return err_sys(e, path);
    for (struct dirent *entry; d && (entry = readdir(d));) {
        int64_t v;
        if (!str_is_digit(entry->d_name[0]) || !num_parse_plain(str_c(entry->d_name), &v))
            continue;
        X_GROW(found, *n, cap);
        found[(*n)++] = v;
    }
    if (d)
        closedir(d);
    *number = ARENA_ARRAY(a, int64_t, *n);
    if (*n) {
        qsort(found, *n, sizeof *found, by_number);
        memcpy(*number, found, *n * sizeof *found);
    }
    free(found);
    return true;
}

/* Is `number` in the list of later runs that were the same? *last: the largest in it. */
static bool read_same(const char *dir, int64_t number, int64_t *last)
{
    struct strbuf text = {0};
    struct err ignored;
    struct arena a = {0};
    const char *path = stage_path(&a, dir, "same");
    bool found = false;
    if (!sys_is_absent(path) && infile_read(path, SIZE_MAX / 2, &text, NULL, NULL, &ignored)) {
        struct str rest = strbuf_str(&text), line;
        int64_t v;
        while (str_split(&rest, '\n', &line)) {
            if (!num_parse_plain(line, &v))
                continue;
            found |= v == number;
            *last = v > *last ? v : *last;
        }
    }
    strbuf_release(&text);
    arena_release(&a);
    return found;
}

bool kept_covers(const struct kept *k, int64_t number)
{
    int64_t last = 0;
    return k->number == number || read_same(k->dir, number, &last);
}

int64_t kept_last(const char *dir, int64_t number)
{
    read_same(dir, number, &number);
    return number;
}

/* The run that is kept for `number`; 0: none. */
static int64_t find(const char *out, int64_t number, struct arena *a, struct err *e)
{
    int64_t *list;
    size_t n;
    if (!kept_list(out, a, &list, &n, e))
        return 0;
    for (size_t i = n; i > 0; i--) {
        struct kept k = {.number = list[i - 1], .dir = kept_dir(a, out, list[i - 1])};
        if (k.number <= number && kept_covers(&k, number))
            return k.number;
    }
    return 0;
}

/* --- reading --- */

static bool read_inputs(struct kept *k, struct arena *a, struct err *e)
{
    static const char *const name[] = {"file", "bytes", "sha256", "state"};
    const char *path = stage_path(a, k->dir, "inputs.csv");
    struct csvtable t;
    size_t at[4];
    if (!csvtable_read(path, a, &t, e))
        return false;
    for (size_t i = 0; i < 4; i++)
        if (!csvtable_need(&t, path, str_c(name[i]), &at[i], e))
            return false;
    k->file = ARENA_ARRAY(a, struct kept_file, t.rows);
    k->n = t.rows;
    for (size_t r = 0; r < t.rows; r++) {
        struct kept_file *f = &k->file[r];
        *f = (struct kept_file){.path = arena_str(a, t.row[r][at[0]]),
                                .sha256 = arena_str(a, t.row[r][at[2]]),
                                .state = t.row[r][at[3]]};
        if (!num_parse_plain(t.row[r][at[1]], &f->bytes) ||
            !account_is_sound(f->path, f->sha256, true))
            return err_set(e, ST_DATA, path, "E-KEPT-02", NULL);
    }
    return true;
}

bool kept_read(const char *out, int64_t number, struct arena *a, struct kept *k, struct err *e)
{
    *k = (struct kept){.number = find(out, number, a, e)};
    if (e->code)
        return false;
    if (!k->number)
        return err_set(e, ST_DATA, NULL, "E-KEPT-01", arena_printf(a, "%lld", (long long)number).p,
                       NULL);
    k->dir = kept_dir(a, out, k->number);
    const char *path = stage_path(a, k->dir, "kept.json");
    if (sys_is_absent(path))
        return err_set(e, ST_DATA, path, "E-KEPT-02", NULL);
    const struct jsonin *j = jsonin_read(path, a, e);
    if (!j)
        return false;
    struct str config = jsonin_text(j, "config");
    k->config = arena_printf(a, "%s/conf/%.*s", k->dir, STR_ARG(config)).p;
    k->key = jsonin_text(j, "key");
    k->state = jsonin_text(j, "state");
    k->year = jsonin_int(j, "year");
    k->changes = str_eq(jsonin_text(j, "changes"), STR("true"));
    return account_read(stage_path(a, k->dir, "run.json"), a, &k->record, e) &&
           read_inputs(k, a, e);
}

void kept_contents(const char *out, const struct kept *k, size_t *stored, size_t *all,
                   int64_t *bytes)
{
    struct arena a = {0};
    *stored = *all = 0;
    *bytes = 0;
    for (size_t i = 0; i < k->n; i++) {
        struct stat st;
        if (!k->file[i].sha256.n)
            continue;
        ++*all;
        if (stat(kept_content(&a, out, k->file[i].sha256), &st) != 0)
            continue;
        ++*stored;
        *bytes += (int64_t)st.st_size;
    }
    arena_release(&a);
}

/* --- the key --- */

bool kept_needs_key(const struct conf *c)
{
    for (size_t x = 0; x < c->n_exports; x++)
        for (size_t i = 0; i < c->exports[x].n; i++)
            if (c->exports[x].column[i].personal)
                return true;
    return false;
}

bool kept_key(const char *path, char hex[33], struct err *e)
{
    struct secret s;
    hex[0] = '\0';
    if (sys_is_absent(path))
        return true;
    if (!secret_load(path, &s, e))
        return false;
    secret_hash(&s, STR("tongji: fingerprint of the key"), hex);
    hex[SECRET_HEX] = '\0';
    return true;
}
