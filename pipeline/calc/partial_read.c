/*
 * Reading partial results into the accumulators that rows fill otherwise.
 *
 * A file is believed only when it is whole (its own hash says so), of this version and of this
 * definition; what it then says is still checked record by record, since anybody may write one.
 */
#include "pipeline/calc/partial_parts.h"

#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/num.h"
#include "pipeline/io/csvin.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/infile.h"

enum { MOST_BYTES = 1 << 30 };
#define MOST_COUNT (INT64_C(1) << 48) /* of one value: those of many files fit into 63 bits */

/* --- the file as a whole --- */

static bool damaged(const char *path, size_t line, struct err *e)
{
    struct arena a = {0};
    err_set(e, ST_DATA, line ? arena_printf(&a, "%s:%zu", path, line).p : path, "E-ROLL-03", NULL);
    arena_release(&a);
    return false;
}

/* The next record without its line end; false at the end of the text. */
static bool take_line(struct str *rest, struct str *line)
{
    if (!rest->n)
        return false;
    size_t n = str_find(*rest, '\n');
    *line = (struct str){rest->p, n};
    *rest = str_from(*rest, n + 1);
    return true;
}

/* The heading says what the file is. */
static bool check_heading(struct partial_file *f, struct str *rest, struct err *e)
{
    struct str line, version;
    int64_t number;
    if (!take_line(rest, &line) || !str_starts(line, STR(PARTIAL_HEAD)))
        return err_set(e, ST_DATA, f->path, "E-ROLL-01", NULL);
    version = str_from(line, sizeof PARTIAL_HEAD - 1);
    version.n = str_find(version, ',');
    if (num_parse_plain(version, &number) && number == PARTIAL_VERSION)
        return true;
    struct arena a = {0};
    err_set(e, ST_DATA, f->path, "E-ROLL-02", arena_str(&a, version).p,
            arena_printf(&a, "%d", PARTIAL_VERSION).p, NULL);
    arena_release(&a);
    return false;
}

/* The last record has the checksum of all before it. */
static bool check_end(struct partial_file *f, struct str *rest, struct err *e)
{
    struct str text = strbuf_str(&f->text);
    char sum[SECRET_HEX];
    size_t at = text.n;
    if (text.n < 2 || text.p[text.n - 1] != '\n')
        return damaged(f->path, 0, e);
    for (at--; at > 0 && text.p[at - 1] != '\n';)
        at--;
    struct str end = str_from(text, at), lead = STR("end,,,,,");
    partial_checksum((struct str){text.p, at}, sum);
    if (!str_starts(end, lead) || !str_starts(str_from(end, lead.n), (struct str){sum, sizeof sum}))
        return damaged(f->path, 0, e);
    rest->n -= end.n;
    return true;
}

/* "record,,,,,VALUE," as the next record. */
static bool take_setting(struct str *rest, struct str record, struct str *value)
{
    struct str line;
    size_t commas = REC_VALUE;
    if (!take_line(rest, &line) || !str_starts(line, record))
        return false;
    line = str_from(line, record.n);
    for (; commas && line.n && line.p[0] == ','; commas--)
        line = str_from(line, 1);
    *value = (struct str){line.p, str_find(line, ',')};
    return !commas;
}

bool partial_open(const char *path, struct partial_file *f, struct err *e)
{
    struct str value;
    *f = (struct partial_file){.path = path};
    if (!infile_read(path, MOST_BYTES, &f->text, NULL, NULL, e))
        return false;
    struct str rest = strbuf_str(&f->text);
    if (!check_heading(f, &rest, e) || !check_end(f, &rest, e))
        return false;
    if (!take_setting(&rest, STR("definition"), &value) || value.n >= sizeof f->definition)
        return damaged(path, 2, e);
    memcpy(f->definition, value.p, value.n);
    if (!take_setting(&rest, STR("period"), &value) || !num_parse_plain(value, &f->year))
        return damaged(path, 3, e);
    f->records = rest;
    return true;
}

void partial_close(struct partial_file *f)
{
    strbuf_release(&f->text);
}

/* --- its records --- */

struct loader {
    const struct plan *plan;
    struct compute *c;
    struct partial *p;
    struct partial_parts *parts;
    bool *said;             /* by part: the file has it; of the first ones */
    const struct str *cell; /* the record in hand */
    size_t x;               /* its part, the first of those with the same aggregate */
    struct strbuf text;
    struct baseline_row *prior; /* what this file says, as in struct partial */
};

/* A whole number of at most 128 bits, all of s. */
static bool parse_exact(struct str s, exact_int *out)
{
    bool negative = s.n && s.p[0] == '-';
    s = str_from(s, negative);
    *out = 0;
    for (size_t i = 0; i < s.n; i++)
        if (!str_is_digit(s.p[i]) || __builtin_mul_overflow(*out, 10, out) ||
            __builtin_add_overflow(*out, s.p[i] - '0', out))
            return false;
    if (negative)
        *out = -*out;
    return s.n > 0;
}

static bool add_exact(exact_int *to, exact_int v)
{
    return !__builtin_add_overflow(*to, v, to);
}

/* The month of the record, COMPUTE_NO_MONTH without one. */
static bool take_month(const struct loader *l, int *month)
{
    struct str s = l->cell[REC_MONTH];
    int64_t m;
    *month = COMPUTE_NO_MONTH;
    if (!s.n)
        return true;
    if (!num_parse_plain(s, &m) || m < 1 || m > COMPUTE_MONTHS)
        return false;
    *month = (int)m - 1;
    return true;
}

/* Where the record counts: *s NULL: in the whole; else in this group of that split. */
static bool take_cell(struct loader *l, struct acc **acc, struct split **s, uint32_t *group)
{
    const struct partial_part *x = &l->parts->part[l->x];
    const struct plan_aggregate *g = partial_aggregate(l->plan, x);
    struct part *p = compute_part(l->c, 0, x->table);
    struct str org = l->cell[REC_ORG];
    int month;
    *acc = &p->acc[x->aggregate];
    *s = NULL;
    if (!take_month(l, &month))
        return false;
    bool whole = !org.n && month == COMPUTE_NO_MONTH;
    enum axis_kind kind = month == COMPUTE_NO_MONTH ? AXIS_ORG : org.n ? AXIS_CROSS : AXIS_MONTH;
    if (whole)
        return true;
    if (!x->split[kind])
        return false;
    *group = month == COMPUTE_NO_MONTH ? 0 : (uint32_t)month;
    if (kind != AXIS_MONTH) {
        uint32_t id = intern_text(&p->axis[g->axis[AXIS_ORG]], org);
        *group = kind == AXIS_ORG ? id : compute_cross(id, *group);
    }
    *s = &(*acc)->by[kind];
    compute_reserve(*s, (size_t)*group + 1);
    return true;
}

/* The part that the record is of. */
static bool take_part(struct loader *l)
{
    size_t at = map_get(&l->parts->by_label, l->cell[REC_PART]);
    if (at == MAP_NONE)
        return false;
    l->x = l->parts->part[at].first;
    return true;
}

static bool is_kind(const struct loader *l, enum aggregate_kind kind)
{
    return partial_aggregate(l->plan, &l->parts->part[l->x])->kind == kind;
}

static bool read_part(struct loader *l)
{
    if (!take_part(l))
        return false;
    enum aggregate_kind kind = partial_aggregate(l->plan, &l->parts->part[l->x])->kind;
    l->said[l->x] = true;
    return str_eq(l->cell[REC_KEY], str_c(partial_kind_name[kind]));
}

static bool read_number(struct loader *l)
{
    struct acc *acc;
    struct split *s;
    uint32_t group;
    exact_int v;
    return take_part(l) && (is_kind(l, AGG_ROWS) || is_kind(l, AGG_SUM)) &&
           parse_exact(l->cell[REC_VALUE], &v) && take_cell(l, &acc, &s, &group) &&
           add_exact(s ? &s->sum[group] : &acc->total, v);
}

static bool read_value(struct loader *l)
{
    struct acc *acc;
    struct split *s;
    uint32_t group;
    int64_t v, count;
    if (!take_part(l) || !is_kind(l, AGG_VALUES) || !num_parse_plain(l->cell[REC_VALUE], &v) ||
        !num_parse_plain(l->cell[REC_COUNT], &count) || count < 1 || count > MOST_COUNT ||
        !take_cell(l, &acc, &s, &group))
        return false;
    tally_add(s ? &s->values : &acc->all, s ? group : 0, v, count);
    return true;
}

static bool is_hex(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!memchr("0123456789abcdef", s.p[i], 16))
            return false;
    return true;
}

static void add_member(struct loader *l, struct acc *acc, struct split *s, uint32_t group,
                       struct str hash)
{
    const struct partial_part *x = &l->parts->part[l->x];
    struct part *p = compute_part(l->c, 0, x->table);
    l->text.n = 0;
    strbuf_add(&l->text, l->cell[REC_KEY]);
    strbuf_addc(&l->text, ':');
    strbuf_add(&l->text, hash);
    uint32_t id =
        intern_text(&p->value[partial_aggregate(l->plan, x)->value], strbuf_str(&l->text));
    if (s) {
        pairset_add(&s->seen, group, id);
    } else {
        idset_reserve(&acc->seen, (size_t)id + 1);
        idset_add(&acc->seen, id);
    }
}

static bool read_hash(struct loader *l)
{
    struct str key = l->cell[REC_KEY], hashes = l->cell[REC_VALUE];
    struct acc *acc;
    struct split *s;
    uint32_t group;
    if (!take_part(l) || !is_kind(l, AGG_DISTINCT) || !key.n || str_find(key, ':') < key.n ||
        hashes.n % PARTIAL_HEX || !is_hex(hashes) || !take_cell(l, &acc, &s, &group))
        return false;
    for (size_t i = 0; i < hashes.n; i += PARTIAL_HEX)
        add_member(l, acc, s, group, (struct str){hashes.p + i, PARTIAL_HEX});
    return true;
}

static bool read_apart(struct loader *l)
{
    struct acc *acc;
    struct split *s;
    uint32_t group;
    exact_int sum, most;
    if (!take_part(l) || !is_kind(l, AGG_DISTINCT) || !parse_exact(l->cell[REC_VALUE], &sum) ||
        !parse_exact(l->cell[REC_COUNT], &most) || most < 1 || sum < most ||
        !take_cell(l, &acc, &s, &group))
        return false;
    if (s && !s->apart)
        s->apart = x_calloc(s->n, sizeof *s->apart);
    struct apart *a = s ? &s->apart[group] : &acc->apart;
    a->most = most > a->most ? most : a->most;
    return add_exact(&a->sum, sum);
}

/* --- its facts --- */

static bool read_fact(struct loader *l)
{
    for (size_t k = 0; k < PARTIAL_FACTS; k++)
        if (str_eq(l->cell[REC_RECORD], str_c(partial_fact_name[k]))) {
            partial_add_fact(l->p, (enum partial_fact_kind)k, l->cell[REC_PART], l->cell[REC_ORG],
                             l->cell[REC_KEY]);
            return true;
        }
    return false;
}

static bool take_figure(const struct loader *l, size_t *i)
{
    *i = conf_find_indicator(l->plan->conf, l->cell[REC_PART]);
    return *i != SIZE_MAX;
}

static bool read_short(struct loader *l)
{
    size_t i;
    int64_t missing;
    exact_int rows = 0;
    if (!take_figure(l, &i) || !num_parse_plain(l->cell[REC_COUNT], &missing) || missing < 1)
        return false;
    struct shortfall *s = &l->p->shortfall[i];
    bool known = l->cell[REC_VALUE].n;
    if (known && (!parse_exact(l->cell[REC_VALUE], &rows) || rows < 0))
        return false;
    s->missing += (size_t)missing;
    s->known = s->known && known;
    return add_exact(&s->rows, rows) && s->rows <= INT64_MAX;
}

/* The row of last year's values that the record is about: its figure, and the year in `cell`. */
static struct baseline_row *take_prior(const struct loader *l, int cell)
{
    size_t i;
    int64_t year;
    if (!take_figure(l, &i) || !num_parse_plain(l->cell[cell], &year))
        return NULL;
    int64_t before = l->plan->refs->year - 1 - year;
    bool known = before >= 0 && before < PARTIAL_PRIORS;
    return known ? &l->prior[i * PARTIAL_PRIORS + (size_t)before] : NULL;
}

static bool read_prior(struct loader *l)
{
    struct baseline_row *b = take_prior(l, REC_COUNT);
    struct exact v;
    if (!b || !exact_parse(l->cell[REC_VALUE], &v))
        return false;
    b->value = arena_str(&l->p->arena, l->cell[REC_VALUE]);
    b->reading = arena_str(&l->p->arena, l->cell[REC_KEY]);
    return true;
}

static bool read_prior_parts(struct loader *l)
{
    struct baseline_row *b = take_prior(l, REC_KEY);
    struct exact num, den;
    if (!b || !exact_parse(l->cell[REC_VALUE], &num) || !exact_parse(l->cell[REC_COUNT], &den))
        return false;
    b->numerator = arena_str(&l->p->arena, l->cell[REC_VALUE]);
    b->denominator = arena_str(&l->p->arena, l->cell[REC_COUNT]);
    return true;
}

static const struct {
    const char *name;
    bool (*read)(struct loader *l);
} records[] = {
    {"number", read_number}, {"value", read_value},
    {"hash", read_hash},     {"apart", read_apart},
    {"part", read_part},     {"short", read_short},
    {"prior", read_prior},   {"prior-parts", read_prior_parts},
};

static bool read_record(struct loader *l)
{
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++)
        if (str_eq(l->cell[REC_RECORD], str_c(records[i].name)))
            return records[i].read(l);
    return read_fact(l);
}

static bool read_records(struct loader *l, const struct partial_file *f, struct err *e)
{
    enum { LINES_BEFORE = 3 };
    struct csvin *in = csvin_new(f->records, ',');
    struct csvrec rec;
    bool ok = true;
    while (ok && csvin_next(in, &rec)) {
        struct str cell[REC_CELLS];
        l->cell = cell;
        ok = !rec.broken && rec.n == REC_CELLS;
        for (size_t i = 0; ok && i < REC_CELLS; i++)
            cell[i] = partial_is_foreign(i) ? csvout_undo(rec.field[i]) : rec.field[i];
        ok = ok && read_record(l);
        if (!ok)
            damaged(f->path, rec.line + LINES_BEFORE, e);
    }
    csvin_free(in);
    for (size_t i = 0; ok && i < l->parts->n; i++)
        if (l->parts->part[i].first == i && !l->said[i])
            ok = damaged(f->path, 0, e);
    return ok;
}

bool partial_load(const struct partial_file *f, const struct plan *plan, struct compute *c,
                  struct partial *p, struct err *e)
{
    struct partial_parts parts;
    char hex[65];
    sha256_hex(plan->conf->definition, hex);
    if (!str_eq(str_c(hex), str_c(f->definition)))
        return err_set(e, ST_CONFIG, f->path, "E-ROLL-04", NULL);
    for (size_t i = 0; p->inputs == 0 && i < plan->conf->n_indicators; i++)
        p->shortfall[i].known = true;
    c->rolled = true;
    partial_parts_make(&parts, plan);
    struct loader l = {.plan = plan, .c = c, .p = p, .parts = &parts};
    l.said = x_calloc(parts.n, sizeof *l.said);
    size_t priors = plan->conf->n_indicators * PARTIAL_PRIORS;
    l.prior = x_calloc(priors, sizeof *l.prior);
    bool ok = read_records(&l, f, e);
    for (size_t i = 0; ok && i < priors; i++)
        partial_add_prior(plan, i, p->inputs == 0, &l.prior[i], &p->arena, &p->prior[i]);
    p->inputs++;
    free(l.said);
    free(l.prior);
    strbuf_release(&l.text);
    partial_parts_release(&parts);
    return ok;
}
