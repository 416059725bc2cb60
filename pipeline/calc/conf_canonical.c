/*
 * The canonical text of a configuration: what it says, however it was written.
 *
 * Comments, files, lines, the order of keys and of most sections, and settings that repeat their
 * default are gone. An order that means something (of exports, columns, words, figures) stays: two
 * texts may differ although they mean the same, but never the other way round. Each line is a
 * section, a setting, or, indented by a tab, the next line of the quoted value above it.
 */
#include "pipeline/calc/conf_parse.h"

#include <stdlib.h>

#include "pipeline/base/mem.h"

/* White space outside quotes becomes one blank. */
static void add_squeezed(struct strbuf *b, struct str s)
{
    bool quoted = false, gap = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!quoted && (c == ' ' || (c >= '\t' && c <= '\r'))) {
            gap = true;
            continue;
        }
        if (gap)
            strbuf_addc(b, ' ');
        gap = false;
        quoted ^= c == '"';
        strbuf_addc(b, c);
        if (c == '\n')
            strbuf_addc(b, '\t');
    }
}

static bool is_default(const struct conf_setting *s, struct str value)
{
    if (!s->def || s->word)
        return false;
    struct strbuf a = {0}, b = {0};
    add_squeezed(&a, value);
    add_squeezed(&b, str_c(s->def));
    bool same = str_eq(strbuf_str(&a), strbuf_str(&b));
    strbuf_release(&a);
    strbuf_release(&b);
    return same;
}

/* What of the configuration is wanted. */
struct selection {
    conf_wants *wants; /* NULL: all of it */
    void *context;
    bool defining; /* only what decides what a figure means */
};

static bool is_wanted(const struct selection *want, const struct conf_kind *k, struct str name,
                      struct str key)
{
    return !want->wants || want->wants(want->context, str_c(k->name), name, key);
}

static bool is_chosen(const struct selection *want, const struct conf_setting *s)
{
    return !s->local && !(want->defining && s->look);
}

/* A section without a setting says something too: that it is there. Not one that has no name, where
 * looks are left out. */
static void add_section(struct strbuf *b, const struct conf_kind *k, const struct ini_section *x,
                        const struct selection *want)
{
    bool begun = is_wanted(want, k, x->name, STR("")) && (k->named || !want->defining);
    bool any = begun;
    for (size_t i = 0; i < x->n && !any; i++)
        any = is_wanted(want, k, x->name, x->entry[i].key);
    if (!any)
        return;
    if (begun)
        strbuf_printf(b, "[%s %.*s]\n", k->name, STR_ARG(x->name));
    for (size_t r = 0; r < k->n; r++) {
        const struct conf_setting *s = &k->setting[r];
        for (size_t i = 0; is_chosen(want, s) && i < x->n; i++) {
            struct str word;
            const struct ini_entry *e = &x->entry[i];
            if (conf_setting_find(k, e->key, &word) != s || is_default(s, e->value) ||
                !is_wanted(want, k, x->name, e->key))
                continue;
            if (!begun)
                strbuf_printf(b, "[%s %.*s]\n", k->name, STR_ARG(x->name));
            begun = true;
            add_squeezed(b, e->key);
            strbuf_addc(b, '=');
            add_squeezed(b, e->value);
            strbuf_addc(b, '\n');
        }
    }
}

/* A kind that says nothing of what comes out. */
static bool is_local(const struct conf_kind *k)
{
    size_t n = 0;
    while (n < k->n && k->setting[n].local)
        n++;
    return n == k->n;
}

static int by_name(const void *a, const void *b)
{
    const struct ini_section *x = *(const struct ini_section *const *)a;
    const struct ini_section *y = *(const struct ini_section *const *)b;
    int order = str_cmp(x->name, y->name);
    return order ? order : (x > y) - (x < y);
}

static struct str text_of(const struct ini *ini, const struct selection *want, struct arena *a)
{
    struct strbuf b = {0};
    const struct ini_section **list = x_calloc(ini->n, sizeof *list);
    for (size_t i = 0; i < conf_kind_count; i++) {
        const struct conf_kind *k = conf_kinds[i];
        size_t n = 0;
        bool counts = want->defining ? k->defines : !is_local(k);
        for (size_t j = 0; j < ini->n && counts; j++)
            if (conf_kind_find(ini->section[j].kind) == k)
                list[n++] = &ini->section[j];
        /* The order of those that define decides what comes first, never what it means. */
        if (!k->ordered || want->defining)
            qsort(list, n, sizeof *list, by_name);
        for (size_t j = 0; j < n; j++)
            add_section(&b, k, list[j], want);
    }
    free(list);
    struct str text = arena_str(a, strbuf_str(&b));
    strbuf_release(&b);
    return text;
}

struct str conf_part(const struct conf *c, conf_wants *wants, void *context, struct arena *a)
{
    return text_of(&c->ini, &(struct selection){.wants = wants, .context = context}, a);
}

struct str conf_definition(const struct conf *c, struct arena *a)
{
    return text_of(&c->ini, &(struct selection){.defining = true}, a);
}
