#include "pipeline/calc/slip_source.h"

#include "pipeline/calc/num.h"
#include "pipeline/calc/reason.h"
#include "pipeline/io/csvstream.h"

struct source {
    struct slips *slips;
    const struct ledger *ledger;
    const struct refs *refs;
    struct map files; /* path -> row of the ledger */
};

/* A file of findings: what it is called, its columns, and what a record of it means. */
struct findings {
    const char *name;
    const char *columns;
    bool (*add)(struct source *g, const struct str *cell);
};

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool stands_in(struct str path, struct str code)
{
    for (size_t at = 0; code.n && at < path.n; at++) {
        at += str_find_str(str_from(path, at), code);
        size_t end = at + code.n;
        if (end <= path.n && (at == 0 || !is_word(path.p[at - 1])) &&
            (end == path.n || !is_word(path.p[end])))
            return true;
    }
    return false;
}

static void take_longer(struct str *best, struct str path, struct str code)
{
    if (code.n > best->n && stands_in(path, code))
        *best = code;
}

struct str slip_org_in(const struct refs *refs, struct str path)
{
    struct str best = STR("");
    for (size_t i = 0; i < refs->n_alias; i++)
        for (size_t k = 0; k < refs->org_alias[i].n; k++)
            take_longer(&best, path, refs->org_alias[i].row[k].code);
    for (size_t i = 0; i < refs->n_submitters; i++)
        take_longer(&best, path, refs->submitter[i].org);
    return best;
}

static bool add(struct source *g, struct slip_finding *f)
{
    size_t row = map_get(&g->files, f->file);
    bool known = row != MAP_NONE;
    f->export = known ? g->ledger->row[row].export : SIZE_MAX;
    slips_add(g->slips, known ? g->ledger->row[row].org : slip_org_in(g->refs, f->file), f);
    return true;
}

static bool add_missing(struct source *g, const struct str *cell)
{
    size_t x = conf_find_export(g->slips->conf, cell[0]);
    if (x == SIZE_MAX)
        return false;
    slips_add(g->slips, cell[1],
              &(struct slip_finding){.file = STR(""),
                                     .export = x,
                                     .code = STR("E-SUB-01"),
                                     .column = STR(""),
                                     .value = STR(""),
                                     .note = STR("")});
    return true;
}

/* file, line, reason, column, value; where no cell is to blame, the record is what stood there. */
static bool add_reject(struct source *g, const struct str *cell)
{
    const char *code = reason_code(cell[2]);
    struct slip_finding f = {.file = cell[0], .column = cell[3], .note = STR("")};
    f.value = cell[3].n ? cell[4] : cell[5];
    f.code = code ? str_c(code) : STR("");
    return code && num_parse_plain(cell[1], &f.place.line) && add(g, &f);
}

static bool add_warning(struct source *g, const struct str *cell)
{
    struct slip_finding f = {
        .file = cell[0], .code = cell[2], .column = cell[3], .value = cell[4], .note = cell[5]};
    return num_parse_plain(cell[1], &f.place.line) && add(g, &f);
}

static bool add_duplicate(struct source *g, const struct str *cell)
{
    if (!str_eq(cell[0], cell[3]))
        return true;
    bool same = str_eq(cell[2], STR("duplicate"));
    struct slip_finding f = {.file = cell[0],
                             .code = same ? STR("W-DUP-01") : STR("W-DUP-02"),
                             .column = STR(""),
                             .value = STR(""),
                             .note = STR("")};
    return num_parse_plain(cell[1], &f.place.line) && num_parse_plain(cell[4], &f.place.other) &&
           add(g, &f);
}

static const struct findings of_clean[] = {
    {"missing.csv", "export,org_code", add_missing},
    {"rejects.csv.gz", "file,line,reason,column,value,record", add_reject},
    {"warnings.csv.gz", "file,line,rule,column,value,note", add_warning},
};
static const struct findings of_merge[] = {
    {"duplicates.csv.gz", "file,line,kind,lost_to_file,lost_to_line", add_duplicate},
};

static bool read_findings(struct source *g, const char *dir, const struct findings *f,
                          struct err *e)
{
    struct arena a = {0};
    const char *path = arena_printf(&a, "%s/%s", dir, f->name).p;
    struct csvstream *in = csvstream_open(path, f->columns, e);
    const struct str *cell = NULL;
    bool ok = in && csvstream_next(in, &cell, e);
    while (ok && cell)
        ok = f->add(g, cell) ? csvstream_next(in, &cell, e)
                             : err_set(e, ST_DATA, path, "E-STAGE-03", NULL);
    csvstream_free(in);
    arena_release(&a);
    return ok;
}

bool slips_read(struct slips *s, const char *clean, const char *merge, const struct ledger *ledger,
                const struct refs *refs, struct err *e)
{
    struct source g = {.slips = s, .ledger = ledger, .refs = refs};
    for (size_t i = 0; i < ledger->n; i++)
        map_put(&g.files, ledger->row[i].file, i);
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof of_clean / sizeof of_clean[0]; i++)
        ok = read_findings(&g, clean, &of_clean[i], e);
    for (size_t i = 0; ok && i < sizeof of_merge / sizeof of_merge[0]; i++)
        ok = read_findings(&g, merge, &of_merge[i], e);
    slips_sort(s);
    map_release(&g.files);
    return ok;
}
