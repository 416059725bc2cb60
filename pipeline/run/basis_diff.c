#include "pipeline/run/basis_diff.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/base/map.h"
#include "pipeline/base/mem.h"

/* A text as names and their values. */
struct fact {
    struct basis_change what;
    struct str value;
    size_t section; /* index of the fact that a setting's section is there */
};
struct facts {
    struct fact *fact; /* owned */
    size_t n, cap;
    struct map name;
};

/* Lines by their first word. Which of the words behind it is the name and which the value? */
static const struct {
    const char *word;
    enum basis_kind kind;
    bool named; /* the last word of the line, or what is behind the second blank: its name */
} heads[] = {
    {"program ", BASIS_PROGRAM, false}, {"version ", BASIS_PROGRAM, false},
    {"input ", BASIS_INPUT, false},     {"changes ", BASIS_CHANGES, false},
    {"secret ", BASIS_SECRET, false},   {"year ", BASIS_PERIOD, false},
    {"cutoff ", BASIS_PERIOD, false},   {"reference ", BASIS_REFERENCE, true},
    {"raw ", BASIS_RAW, true},
};

static void add(struct facts *f, struct fact fact, struct arena *a)
{
    struct str id = arena_printf(a, "%d %.*s", (int)fact.what.kind, STR_ARG(fact.what.name));
    X_GROW(f->fact, f->n, f->cap);
    map_put(&f->name, id, f->n);
    f->fact[f->n++] = fact;
}

/* "raw BYTES SHA256 PATH", "reference NAME SHA256", "word VALUE" */
static struct fact head_fact(size_t h, struct str line)
{
    struct fact f = {.what = {.kind = heads[h].kind}};
    struct str rest = str_from(line, strlen(heads[h].word));
    if (heads[h].kind == BASIS_RAW) {
        size_t size = str_find(rest, ' ');
        size_t hash = size + 1 + str_find(str_from(rest, size + 1), ' ');
        f.what.name = str_from(rest, hash + 1);
        f.value = (struct str){rest.p, hash < rest.n ? hash : rest.n};
    } else if (heads[h].named) {
        f.what.name = (struct str){rest.p, str_find(rest, ' ')};
        f.value = str_from(rest, f.what.name.n);
    } else {
        f.what.name = (struct str){line.p, strlen(heads[h].word) - 1};
        f.value = rest;
    }
    return f;
}

/* A setting of the section in hand, with the lines of its value behind the first one. */
static struct fact setting(const struct facts *f, size_t section, struct str line, struct arena *a)
{
    size_t equals = str_find(line, '=');
    struct str in = f->fact[section].what.name, key = {line.p, equals};
    return (struct fact){.what = {.kind = BASIS_SETTING,
                                  .name = arena_printf(a, "%.*s %.*s", STR_ARG(in), STR_ARG(key)),
                                  .section = f->fact[section].what.section,
                                  .key = key},
                         .value = str_from(line, equals),
                         .section = section};
}

static void add_line(struct facts *f, size_t *section, struct str line, struct arena *a)
{
    if (line.n && line.p[0] == '[') {
        size_t end = line.n - (line.n > 2 && line.p[line.n - 2] == ' ' ? 2 : 1);
        struct str name = arena_printf(a, "%.*s]", (int)end, line.p);
        *section = f->n;
        struct str inner = {name.p + 1, name.n - 2};
        add(f,
            (struct fact){.what = {.kind = BASIS_SECTION, .name = name, .section = inner},
                          .section = f->n},
            a);
        return;
    }
    if (*section != SIZE_MAX) {
        add(f, setting(f, *section, line, a), a);
        return;
    }
    for (size_t h = 0; h < sizeof heads / sizeof heads[0]; h++)
        if (str_starts(line, str_c(heads[h].word))) {
            add(f, head_fact(h, line), a);
            return;
        }
}

static void take(struct facts *f, struct str text, struct arena *a)
{
    size_t section = SIZE_MAX;
    while (text.n) {
        size_t end = str_find(text, '\n');
        while (end + 1 < text.n && text.p[end + 1] == '\t')
            end += 1 + str_find(str_from(text, end + 1), '\n');
        add_line(f, &section, (struct str){text.p, end}, a);
        text = str_from(text, end + 1);
    }
}

static const struct fact *same_name(const struct facts *f, const struct fact *x)
{
    struct strbuf id = {0};
    strbuf_printf(&id, "%d %.*s", (int)x->what.kind, STR_ARG(x->what.name));
    size_t at = map_get(&f->name, strbuf_str(&id));
    strbuf_release(&id);
    return at == MAP_NONE ? NULL : &f->fact[at];
}

/* Adds the facts of `from` that `to` has not, or has with another value. */
static void compare(const struct facts *from, const struct facts *to, bool edits,
                    enum basis_how missing, struct basis_change *out, size_t *n)
{
    for (size_t i = 0; i < from->n; i++) {
        const struct fact *x = &from->fact[i], *y = same_name(to, x);
        bool section_too = x->what.kind == BASIS_SETTING && !same_name(to, &from->fact[x->section]);
        if (y ? !edits || str_eq(x->value, y->value) : section_too)
            continue;
        out[*n] = x->what;
        out[*n].how = y ? BASIS_EDITED : missing;
        if (x->what.kind == BASIS_PERIOD && y)
            out[*n].name = y->value;
        ++*n;
    }
}

size_t basis_diff(struct str have, struct str want, struct arena *a, struct basis_change **change)
{
    struct facts old = {0}, new = {0};
    size_t n = 0;
    take(&old, have, a);
    take(&new, want, a);
    *change = ARENA_ARRAY(a, struct basis_change, old.n + new.n + 1);
    compare(&old, &new, true, BASIS_REMOVED, *change, &n);
    compare(&new, &old, false, BASIS_ADDED, *change, &n);
    if (n == 0 && !str_eq(have, want))
        (*change)[n++] = (struct basis_change){.kind = BASIS_ORDER};
    free(old.fact);
    free(new.fact);
    map_release(&old.name);
    map_release(&new.name);
    return n;
}
