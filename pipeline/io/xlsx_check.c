#include "pipeline/io/xlsx_check.h"

#include <stdint.h>

#include "pipeline/io/zipin.h"

enum { DEEPEST = 64 };

struct element {
    struct str name;
    int64_t children, count; /* count: -1 where nothing is said */
};

struct scan {
    struct element open[DEEPEST];
    size_t depth, roots, cells, panes, selections;
};

static size_t name_length(struct str s)
{
    size_t n = 0;
    while (n < s.n && s.p[n] != ' ' && s.p[n] != '/' && s.p[n] != '\n' && s.p[n] != '<' &&
           s.p[n] != '=' && s.p[n] != '"')
        n++;
    return n;
}

static int64_t number_of(struct str s)
{
    int64_t v = 0;
    for (size_t i = 0; i < s.n && i < 12; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return -1;
        v = v * 10 + (s.p[i] - '0');
    }
    return s.n ? v : -1;
}

/* The attributes of a tag, each `name="value"` behind a blank; the count that they tell. */
static bool attributes(struct str s, int64_t *count)
{
    *count = -1;
    while (s.n) {
        if (s.p[0] != ' ' && s.p[0] != '\n')
            return false;
        s = str_from(s, 1);
        struct str name = {s.p, name_length(s)};
        s = str_from(s, name.n);
        if (!name.n || !str_starts(s, STR("=\"")))
            return false;
        s = str_from(s, 2);
        size_t end = str_find(s, '"');
        struct str value = {s.p, end};
        if (end == s.n || str_find(value, '<') < value.n)
            return false;
        if (str_eq(name, STR("uniqueCount")) || (str_eq(name, STR("count")) && *count < 0))
            *count = number_of(value);
        s = str_from(s, end + 1);
    }
    return true;
}

static bool close_element(struct scan *k, struct str name)
{
    if (k->depth == 0)
        return false;
    const struct element *x = &k->open[--k->depth];
    return str_eq(x->name, name) && (x->count < 0 || x->count == x->children);
}

static bool open_element(struct scan *k, struct str tag)
{
    bool empty = str_ends(tag, STR("/"));
    tag.n -= empty;
    struct element x = {.name = {tag.p, name_length(tag)}};
    if (!x.name.n || k->depth == DEEPEST || !attributes(str_from(tag, x.name.n), &x.count))
        return false;
    if (k->depth)
        k->open[k->depth - 1].children++;
    k->roots += k->depth == 0;
    k->cells += str_eq(x.name, STR("c"));
    k->panes += str_eq(x.name, STR("pane"));
    k->selections += str_eq(x.name, STR("selection"));
    k->open[k->depth++] = x;
    return !empty || close_element(k, x.name);
}

bool xlsx_check_xml(struct str xml, size_t *cells)
{
    struct scan k = {0};
    size_t prologue = str_find_str(xml, STR("?>"));
    if (!str_starts(xml, STR("<?xml ")) || prologue == xml.n)
        return false;
    xml = str_from(xml, prologue + 2);
    while (xml.n) {
        size_t open = str_find(xml, '<');
        xml = str_from(xml, open);
        if (!xml.n)
            break;
        size_t close = str_find(xml, '>');
        struct str tag = {xml.p + 1, close - 1};
        if (close == xml.n)
            return false;
        if (tag.n && tag.p[0] == '/' ? !close_element(&k, str_from(tag, 1))
                                     : !open_element(&k, tag))
            return false;
        xml = str_from(xml, close + 1);
    }
    *cells += k.cells;
    return k.depth == 0 && k.roots == 1 && k.selections >= k.panes;
}

struct book {
    const char *path;
    size_t cells;
};

static bool check_part(void *context, struct str name, struct str content, struct err *e)
{
    struct book *b = context;
    size_t others = 0;
    bool sheet = str_starts(name, STR("xl/worksheets/"));
    return xlsx_check_xml(content, sheet ? &b->cells : &others) ||
           err_set(e, ST_SYSTEM, b->path, "E-XLSX-01", NULL);
}

bool xlsx_check(const char *path, size_t cells, struct err *e)
{
    struct book b = {.path = path};
    if (!zipin_each(path, SIZE_MAX / 2, check_part, &b, "E-XLSX-01", e)) {
        e->status = ST_SYSTEM; /* no fault of the data */
        return false;
    }
    return b.cells == cells || err_set(e, ST_SYSTEM, path, "E-XLSX-01", NULL);
}
