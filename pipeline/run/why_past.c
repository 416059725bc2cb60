#include "pipeline/run/why.h"

#include <stdio.h>
#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/sys.h"

/* The columns of a list: the place it is looked up by, then what is shown. */
enum { LIST_COLUMNS = 5 };
struct list_form {
    const char *path;
    const char *column[LIST_COLUMNS]; /* file, line, ...; NULL ends */
};

static const struct list_form duplicates_form = {
    "merge/duplicates.csv.gz", {"lost_to_file", "lost_to_line", "file", "line", "kind"}};
static const struct list_form events_form = {"merge/events.csv.gz",
                                             {"kept_file", "kept_line", "file", "line"}};

static void index_rows(struct why_list *l, struct arena *a)
{
    size_t *last = ARENA_ARRAY(a, size_t, l->t.rows);
    l->next = ARENA_ARRAY(a, size_t, l->t.rows);
    for (size_t r = 0; r < l->t.rows; r++) {
        struct str key = arena_printf(a, "%.*s:%.*s", STR_ARG(l->t.row[r][l->column[0]]),
                                      STR_ARG(l->t.row[r][l->column[1]]));
        size_t first = map_put(&l->first, key, r);
        l->next[r] = SIZE_MAX;
        if (first != r)
            l->next[last[first]] = r;
        last[first] = r;
    }
}

static bool read_list(struct why *w, const struct list_form *f, struct why_list *l, struct err *e)
{
    struct arena *a = &w->past.arena;
    const char *path = arena_printf(a, "%s/%s", w->out, f->path).p;
    if (sys_is_absent(path))
        return true;
    l->there = true;
    if (!csvtable_read(path, a, &l->t, e))
        return false;
    l->column = ARENA_ARRAY(a, size_t, LIST_COLUMNS);
    for (size_t i = 0; i < LIST_COLUMNS && f->column[i]; i++)
        if (!csvtable_need(&l->t, path, str_c(f->column[i]), &l->column[i], e))
            return false;
    index_rows(l, a);
    return true;
}

bool why_past_read(struct why *w, struct err *e)
{
    *e = (struct err){0};
    const char *changes = arena_printf(&w->past.arena, "%s/clean/changes.csv.gz", w->out).p;
    w->past.changes = why_changes_open(changes, e);
    return !e->code && read_list(w, &duplicates_form, &w->past.duplicates, e) &&
           read_list(w, &events_form, &w->past.events, e);
}

void why_past_release(struct why_past *p)
{
    why_changes_free(p->changes);
    map_release(&p->duplicates.first);
    map_release(&p->events.first);
    arena_release(&p->arena);
}

size_t why_past_find(const struct why_list *l, struct str file, int64_t line)
{
    char key[8192];
    if (!l->there || !l->t.rows)
        return SIZE_MAX;
    int n = snprintf(key, sizeof key, "%.*s:%lld", STR_ARG(file), (long long)line);
    if (n < 0 || (size_t)n >= sizeof key)
        return SIZE_MAX;
    size_t r = map_get(&l->first, (struct str){key, (size_t)n});
    return r == MAP_NONE ? SIZE_MAX : r;
}
