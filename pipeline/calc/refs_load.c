/*
 * Reading the reference tables; refs.c answers from them.
 */
#include "pipeline/base/sys.h"
#include "pipeline/calc/refs.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/cell.h"
#include "pipeline/calc/num.h"
#include "pipeline/io/csvin.h"
#include "pipeline/io/decode.h"
#include "pipeline/io/dirlist.h"
#include "pipeline/io/infile.h"

/* A row of the organisations until all are read. */
struct loaded_org {
    size_t alias;
    struct org_row row;
};

/* State of loading: the table in hand and the growing ends of the arrays of *refs. */
struct loader {
    const struct conf *conf;
    struct refs *refs;
    struct arena *arena; /* that of refs */
    struct err *e;

    const struct conf_ref *ref;
    enum ref_id id;
    const char *path;
    size_t line;
    struct map seen; /* names of parameters in the table; owned */

    struct loaded_org *org;
    uint8_t *workday; /* of each day of the calendar */
    size_t n_org, org_cap, alias_cap, workday_cap;
    size_t parameter_cap, canonical_cap, submitter_cap, baseline_cap, correction_cap;
};

static const char *text_of(struct loader *l, struct str s)
{
    return arena_str(l->arena, s).p;
}

/* A mistake at the line in hand; NULL arguments are left out at the end. */
static bool mistake(struct loader *l, const char *code, const char *a, const char *b)
{
    struct str where = arena_printf(l->arena, "%s:%zu", l->path, l->line);
    return err_set(l->e, ST_CONFIG, where.p, code, a, a ? b : NULL, NULL);
}

static bool bad_value(struct loader *l, size_t column, struct str value)
{
    return mistake(l, "E-REF-04", text_of(l, value), text_of(l, l->ref->column[column]));
}

/* Name of something, as it is looked up: white space deleted, capitals; in the arena. */
static struct str lookup_key(struct loader *l, struct str s)
{
    s = cell_no_space(cell_normalise(s, l->arena), l->arena);
    return str_upper(s, arena_alloc(l->arena, s.n + 1));
}

/* --- the tables, one function for a row of each; cells in the order of ref_table --- */

static void set_parameter(struct loader *l, struct str name, struct str value)
{
    struct refs *r = l->refs;
    size_t at = map_put(&r->parameters, name, r->n_parameters);
    if (at == r->n_parameters) {
        size_t cap = l->parameter_cap;
        X_GROW(r->parameter_name, r->n_parameters, cap);
        X_GROW(r->parameter_value, r->n_parameters, l->parameter_cap);
        r->parameter_name[r->n_parameters++] = name;
    }
    r->parameter_value[at] = value;
}

static bool row_parameter(struct loader *l, const struct str *cell)
{
    if (map_put(&l->seen, cell[0], l->line) != l->line)
        return mistake(l, "E-REF-07", text_of(l, cell[0]), NULL);
    set_parameter(l, cell[0], cell[1]);
    return true;
}

static bool row_calendar(struct loader *l, const struct str *cell)
{
    struct calendar *c = &l->refs->calendar;
    int64_t day;
    if (!date_parse_iso(cell[0], &day))
        return bad_value(l, 0, cell[0]);
    if (cell[1].n != 1 || (cell[1].p[0] != '0' && cell[1].p[0] != '1'))
        return bad_value(l, 1, cell[1]);
    if (c->n == 0)
        c->first = day;
    else if (day != c->first + (int64_t)c->n)
        return mistake(l, "E-REF-05", text_of(l, cell[0]), NULL);
    X_GROW(l->workday, c->n, l->workday_cap);
    l->workday[c->n++] = cell[1].p[0] == '1';
    return true;
}

static bool parse_open_day(struct str s, int64_t open, int64_t *day)
{
    *day = open;
    return s.n == 0 || date_parse_iso(s, day);
}

/* Return slips are called after the codes of organisations: no folder, no hidden file, and not the
 * slip of those that are unknown (publish/returns.c). */
static bool can_name_a_file(struct str code)
{
    enum { LONGEST = 200 };
    for (size_t i = 0; i < code.n; i++)
        if ((unsigned char)code.p[i] < ' ' || code.p[i] == 0x7f || code.p[i] == '/')
            return false;
    return code.n && code.n <= LONGEST && code.p[0] != '.' && code.p[0] != '_';
}

static bool row_organisation(struct loader *l, const struct str *cell)
{
    struct refs *r = l->refs;
    struct loaded_org o = {.row.code = lookup_key(l, cell[1])};
    if (!can_name_a_file(o.row.code))
        return bad_value(l, 1, cell[1]);
    struct str alias = lookup_key(l, cell[0]);
    if (alias.n > REFS_KEY_BYTES)
        return bad_value(l, 0, cell[0]);
    if (!parse_open_day(cell[2], INT64_MIN, &o.row.from))
        return bad_value(l, 2, cell[2]);
    if (!parse_open_day(cell[3], INT64_MAX, &o.row.to) || o.row.to < o.row.from)
        return bad_value(l, 3, cell[3]);
    o.alias = map_put(&r->alias, alias, r->n_alias);
    if (o.alias == r->n_alias) {
        X_GROW(r->org_alias, r->n_alias, l->alias_cap);
        r->org_alias[r->n_alias++] = (struct org_alias){0};
    }
    r->org_alias[o.alias].n++;
    X_GROW(l->org, l->n_org, l->org_cap);
    l->org[l->n_org++] = o;
    return true;
}

static bool row_code(struct loader *l, const struct str *cell)
{
    struct refs *r = l->refs;
    struct str unit, key, value = cell_normalise(cell[4], l->arena);
    char bytes[REFS_KEY_BYTES];
    if (!refs_code_key(lookup_key(l, cell[0]), cell[1], cell_header(cell[2], &unit, l->arena),
                       lookup_key(l, cell[3]), bytes, &key))
        return bad_value(l, 3, cell[3]);
    size_t at = map_get(&r->code_map, key);
    if (at != MAP_NONE)
        return str_eq(r->canonical[at], value) || mistake(l, "E-REF-07", text_of(l, cell[3]), NULL);
    map_put(&r->code_map, arena_str(l->arena, key), r->n_canonical);
    X_GROW(r->canonical, r->n_canonical, l->canonical_cap);
    r->canonical[r->n_canonical++] = value;
    return true;
}

static bool row_submitter(struct loader *l, const struct str *cell)
{
    struct refs *r = l->refs;
    size_t export = conf_find_export(l->conf, cell[0]);
    if (export == SIZE_MAX)
        return mistake(l, "E-REF-08", text_of(l, cell[0]), NULL);
    struct str org = lookup_key(l, cell[1]);
    if (!can_name_a_file(org))
        return bad_value(l, 1, cell[1]);
    X_GROW(r->submitter, r->n_submitters, l->submitter_cap);
    r->submitter[r->n_submitters++] = (struct submitter){export, org};
    return true;
}

/* A plain decimal number: -12, 801234567.89 */
static bool is_decimal(struct str s)
{
    struct str rest = s.n && s.p[0] == '-' ? str_from(s, 1) : s, part;
    for (size_t parts = 0; str_split(&rest, '.', &part); parts++) {
        if (part.n == 0 || parts == 2)
            return false;
        for (size_t i = 0; i < part.n; i++)
            if (part.p[i] < '0' || part.p[i] > '9')
                return false;
    }
    return true;
}

static bool row_baseline(struct loader *l, const struct str *cell)
{
    struct refs *r = l->refs;
    struct baseline_row b = {.indicator = cell[0],
                             .value = cell[2],
                             .org = lookup_key(l, cell[3]),
                             .numerator = cell[4],
                             .denominator = cell[5],
                             .reading = cell[6]};
    static const size_t numbers[] = {2, 4, 5};
    if (!num_parse_plain(cell[1], &b.year))
        return bad_value(l, 1, cell[1]);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (cell[numbers[i]].n && !is_decimal(cell[numbers[i]]))
            return bad_value(l, numbers[i], cell[numbers[i]]);
    X_GROW(r->baseline, r->n_baseline, l->baseline_cap);
    r->baseline[r->n_baseline++] = b;
    return true;
}

/* A day in any of the forms that the exports may use: these rows are typed in a spreadsheet. */
static bool parse_day(struct loader *l, struct str s, struct str *iso)
{
    int64_t day, seconds, y, m, d;
    bool ok = date_parse_iso(s, &day);
    for (size_t i = 0; !ok && i < l->conf->reading.n_dates; i++) {
        ok = l->conf->reading.dates[i]->parse(s, &seconds);
        day = ok ? date_of_moment(seconds) : 0;
    }
    if (!ok)
        return false;
    date_civil(day, &y, &m, &d);
    *iso = arena_printf(l->arena, "%04d-%02d-%02d", (int)y, (int)m, (int)d);
    return true;
}

static bool row_correction(struct loader *l, const struct str *cell)
{
    struct refs *r = l->refs;
    struct correction c = {.file = cell[0],
                           .column = cell[2],
                           .value = cell[3],
                           .reason = cell[4],
                           .person = cell[5],
                           .before = cell[7],
                           .place = l->line};
    int64_t line;
    if (!num_parse_plain(cell[1], &line) || line < 1)
        return bad_value(l, 1, cell[1]);
    if (cell[3].n > (size_t)l->conf->limits.record_bytes) /* it may be a personal one: not shown */
        return bad_value(l, 3, arena_printf(l->arena, "%zu bytes", cell[3].n));
    for (size_t i = 4; i <= 6; i++) /* the value may be empty, but not why, who and when */
        if (cell[i].n == 0)
            return mistake(l, "E-REF-06", text_of(l, l->ref->column[i]), NULL);
    if (!parse_day(l, cell[6], &c.date))
        return bad_value(l, 6, cell[6]);
    c.line = (size_t)line;
    X_GROW(r->correction, r->n_corrections, l->correction_cap);
    r->correction[r->n_corrections++] = c;
    return true;
}

static bool row_kept(struct loader *l, const struct str *cell)
{
    struct kept_table *t = &l->refs->kept[l->id];
    X_GROW(t->row, t->n, t->cap);
    struct kept_row *r = &t->row[t->n++];
    memcpy(r->cell, cell, sizeof r->cell);
    r->line = l->line;
    return true;
}

/* `needed`: so many of the columns, from the first on, must not be empty. */
static const struct {
    bool (*row)(struct loader *l, const struct str *cell);
    size_t needed;
} tables[REF_N] = {
    [REF_PARAMETERS] = {row_parameter, 1},
    [REF_CALENDAR] = {row_calendar, 2},
    [REF_ORGANISATIONS] = {row_organisation, 2},
    [REF_CODE_MAP] = {row_code, 5},
    [REF_SUBMITTERS] = {row_submitter, 2},
    [REF_BASELINE] = {row_baseline, 3},
    [REF_CORRECTIONS] = {row_correction, 3},
    [REF_WAIVERS] = {row_kept, 0},
    [REF_PUBLISHED] = {row_kept, 0},
    [REF_REVISIONS] = {row_kept, 0},
};

/* --- reading a table --- */

/* A column that a kept table lacks is empty in every row: who uses the table says so where it must
 * not be. */
static bool find_columns(struct loader *l, const struct csvrec *rec, size_t column[REF_COLUMNS])
{
    for (size_t i = 0; i < ref_table[l->id].n; i++) {
        column[i] = SIZE_MAX;
        for (size_t f = 0; f < rec->n && l->ref->column[i].n; f++)
            if (str_eq(str_trim(rec->field[f]), l->ref->column[i]))
                column[i] = f;
        bool may_lack = !l->ref->named && i >= ref_table[l->id].n - ref_table[l->id].optional;
        may_lack |= tables[l->id].row == row_kept;
        if (column[i] == SIZE_MAX && l->ref->column[i].n && !may_lack)
            return mistake(l, "E-REF-02", text_of(l, l->ref->column[i]), NULL);
    }
    return true;
}

static bool read_row(struct loader *l, const struct csvrec *rec, const size_t column[REF_COLUMNS])
{
    struct str cell[REF_COLUMNS] = {{0}};
    for (size_t i = 0; i < ref_table[l->id].n; i++) {
        if (column[i] != SIZE_MAX)
            cell[i] = arena_str(l->arena, str_trim(rec->field[column[i]]));
        if (i < tables[l->id].needed && cell[i].n == 0)
            return mistake(l, "E-REF-06", text_of(l, l->ref->column[i]), NULL);
    }
    return tables[l->id].row(l, cell);
}

static bool is_blank(const struct csvrec *rec)
{
    for (size_t f = 0; f < rec->n; f++)
        if (str_trim(rec->field[f]).n)
            return false;
    return true;
}

static bool read_records(struct loader *l, struct csvin *in)
{
    size_t column[REF_COLUMNS] = {0}, cells = 0;
    struct csvrec rec;
    while (csvin_next(in, &rec)) {
        l->line = rec.line;
        if (rec.broken)
            return mistake(l, "E-REF-03", NULL, NULL);
        if (is_blank(&rec))
            continue;
        if (cells == 0) {
            if (!find_columns(l, &rec, column))
                return false;
            cells = rec.n;
            continue;
        }
        if (rec.n != cells)
            return mistake(l, "E-REF-03", NULL, NULL);
        if (!read_row(l, &rec, column))
            return false;
    }
    if (cells == 0 && tables[l->id].row != row_kept)
        return mistake(l, "E-REF-02", text_of(l, l->ref->column[0]), NULL);
    return true;
}

static bool read_text(struct loader *l, struct str bytes)
{
    struct decoded d = {0};
    decode_bytes(bytes, &d);
    bool ok = d.bad == 0 && (d.encoding == ENC_UTF8 || d.encoding == ENC_UTF8_BOM);
    if (ok) {
        struct csvin *in = csvin_new(d.text, ',');
        ok = read_records(l, in);
        csvin_free(in);
    } else {
        err_set(l->e, ST_CONFIG, l->path, "E-REF-09", NULL);
    }
    decode_release(&d);
    return ok;
}

static void too_large(struct loader *l)
{
    char most[24];
    snprintf(most, sizeof most, "%lld", (long long)l->conf->limits.reference_bytes);
    err_set(l->e, ST_CONFIG, l->path, "E-REF-12", most, NULL);
}

static bool load_table(struct loader *l, const char *raw, enum ref_id id)
{
    l->id = id;
    l->ref = &l->conf->ref[id];
    if (l->ref->file.n == 0)
        return true;
    l->path = arena_printf(l->arena, "%s/%.*s", raw, STR_ARG(l->ref->file)).p;
    l->line = 1;
    map_reset(&l->seen);
    if (sys_is_absent(l->path))
        return id >= REF_KEPT ||
               err_set(l->e, ST_CONFIG, l->path, "E-REF-01", ref_table[id].name, NULL);
    bool inside;
    if (!dirlist_is_inside(raw, l->path, &inside, l->e))
        return false;
    if (!inside)
        return err_set(l->e, ST_CONFIG, l->path, "E-REF-11", NULL);
    struct strbuf bytes = {0};
    bool ok = infile_read(l->path, (size_t)l->conf->limits.reference_bytes, &bytes,
                          l->refs->sha256[id], NULL, l->e);
    if (!ok && strcmp(l->e->code, "E-FILE-01") == 0) /* it names the ceiling of other files */
        too_large(l);
    ok = ok && read_text(l, strbuf_str(&bytes));
    strbuf_release(&bytes);
    return ok;
}

/* --- what follows from the tables --- */

static void finish_organisations(struct loader *l)
{
    struct refs *r = l->refs;
    for (size_t i = 0; i < r->n_alias; i++) {
        struct org_alias *a = &r->org_alias[i];
        a->row = ARENA_ARRAY(l->arena, struct org_row, a->n);
        a->n = 0;
        a->one_code = true;
    }
    for (size_t i = 0; i < l->n_org; i++) {
        struct org_alias *a = &r->org_alias[l->org[i].alias];
        a->row[a->n++] = l->org[i].row;
        a->one_code = a->one_code && str_eq(a->row[0].code, l->org[i].row.code);
    }
}

static void finish_calendar(struct loader *l)
{
    struct calendar *c = &l->refs->calendar;
    if (c->n == 0)
        return;
    c->before = x_calloc(c->n + 1, sizeof *c->before);
    c->workday = x_calloc(c->n, sizeof *c->workday);
    for (size_t i = 0; i < c->n; i++) {
        if (l->workday[i])
            c->workday[c->before[i]] = c->first + (int64_t)i;
        c->before[i + 1] = c->before[i] + l->workday[i];
    }
}

static int by_cell(const void *a, const void *b)
{
    const struct correction *x = a, *y = b;
    int order = str_cmp(x->file, y->file);
    if (order == 0)
        order = (x->line > y->line) - (x->line < y->line);
    return order ? order : (x->place > y->place) - (x->place < y->place);
}

static void finish_corrections(struct loader *l, const char *raw)
{
    struct refs *r = l->refs;
    r->corrections_path =
        arena_printf(l->arena, "%s/%.*s", raw, STR_ARG(l->conf->ref[REF_CORRECTIONS].file));
    if (r->n_corrections)
        qsort(r->correction, r->n_corrections, sizeof *r->correction, by_cell);
}

/* A parameter that could not be understood: the table it may stand in, else the configuration. */
static bool bad_parameter(struct loader *l, const char *name, struct str value)
{
    const struct conf_ref *ref = &l->conf->ref[REF_PARAMETERS];
    struct str where = ref->file.n ? ref->file : l->conf->path;
    return err_set(l->e, ST_CONFIG, text_of(l, where), "E-REF-10", name, text_of(l, value), NULL);
}

static bool set_period(struct loader *l, int64_t year)
{
    struct refs *r = l->refs;
    struct str own_year = refs_parameter(r, STR("year")), cutoff = refs_parameter(r, STR("cutoff"));
    int64_t own = 0, y, m, d;
    if (own_year.n && !num_parse_plain(own_year, &own))
        return bad_parameter(l, "year", own_year);
    r->year = year > 0 ? year : own;
    if (!date_day(r->year, 1, 1, &r->period_start) || !date_day(r->year, 12, 31, &r->period_end))
        return bad_parameter(l, "year", own_year);
    r->cutoff = r->period_end;
    if (cutoff.n && r->year == own && !date_parse_iso(cutoff, &r->cutoff))
        return bad_parameter(l, "cutoff", cutoff);
    date_civil(r->cutoff, &y, &m, &d);
    set_parameter(l, STR("year"), arena_printf(l->arena, "%04d", (int)r->year));
    set_parameter(l, STR("cutoff"),
                  arena_printf(l->arena, "%04d-%02d-%02d", (int)y, (int)m, (int)d));
    return true;
}

static bool load_all(struct loader *l, const char *raw, int64_t year)
{
    const struct conf *c = l->conf;
    for (size_t i = 0; i < c->parameters.n; i++)
        set_parameter(l, c->parameters.key[i], c->parameters.value[i]);
    for (enum ref_id id = 0; id < REF_N; id++)
        if (!load_table(l, raw, id))
            return false;
    finish_organisations(l);
    finish_calendar(l);
    finish_corrections(l, raw);
    return set_period(l, year);
}

bool refs_load(const struct conf *c, const char *raw, int64_t year, struct refs *r, struct err *e)
{
    *r = (struct refs){0};
    struct loader l = {.conf = c, .refs = r, .arena = &r->arena, .e = e};
    bool ok = load_all(&l, raw, year);
    free(l.org);
    free(l.workday);
    map_release(&l.seen);
    return ok;
}

void refs_release(struct refs *r)
{
    arena_release(&r->arena);
    map_release(&r->parameters);
    map_release(&r->alias);
    map_release(&r->code_map);
    calendar_release(&r->calendar);
    free(r->parameter_name);
    free(r->parameter_value);
    free(r->org_alias);
    free(r->canonical);
    free(r->submitter);
    free(r->baseline);
    free(r->correction);
    for (size_t i = 0; i < REF_N; i++)
        free(r->kept[i].row);
    *r = (struct refs){0};
}
