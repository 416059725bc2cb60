/*
 * Checks against the tables that the clerk keeps: published figures and their revisions, waivers.
 *
 * A published figure must come out again as it was printed. Where it does not, a line of revisions
 * says what it is now, why, and who decided that and when; the latest of them is what the figure is
 * held against from then on. One that does not say what it is now lets any value pass. A line of
 * these tables that makes no sense is an item like any other: it excuses nothing.
 */
#include "pipeline/calc/check_parts.h"
#include "pipeline/calc/date.h"
#include "pipeline/calc/num.h"

enum { REV_PERIOD, REV_ID, REV_ORG, REV_VALUE, REV_REASON, REV_PERSON, REV_DATE };

static const char *z(const struct checker *k, struct str s)
{
    return arena_str(k->arena, s).p;
}

/* A day in any of the forms that the exports may use: these tables are typed in a spreadsheet. */
static bool kept_day(const struct conf *c, struct str s, int64_t *day)
{
    int64_t seconds;
    if (date_parse_iso(s, day))
        return true;
    for (size_t i = 0; i < c->reading.n_dates; i++)
        if (c->reading.dates[i]->parse(s, &seconds)) {
            *day = date_of_moment(seconds);
            return true;
        }
    return false;
}

/* --- printed values --- */

/* The number that a text spells: digits (perhaps in groups of three) and decimals, then nothing, %,
 * 万 or 亿. False for every other text ("140余", "一律"). */
static bool spelled_number(struct str s, struct exact *v)
{
    static const struct {
        const char *sign;
        int64_t times;
    } units[] = {{"%", 1}, {"％", 1}, {"万", 10000}, {"亿", 100000000}};
    struct strbuf digits = {0};
    int64_t times = 1;
    s = str_trim(s);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct str sign = str_c(units[i].sign);
        if (!str_ends(s, sign))
            continue;
        times = units[i].times;
        s = str_trim((struct str){s.p, s.n - sign.n});
        break;
    }
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != ',')
            strbuf_addc(&digits, s.p[i]);
    bool ok = exact_parse(strbuf_str(&digits), v) && exact_mul(*v, exact_of(times), v);
    strbuf_release(&digits);
    return ok;
}

/* The text as it is copied from a report: without the unit of the figure behind it. */
static struct str without_unit(struct str text, struct str unit)
{
    text = str_trim(text);
    if (!unit.n || str_eq(unit, STR("%")) || !str_ends(text, unit))
        return text;
    return str_trim((struct str){text.p, text.n - unit.n});
}

/* Is the figure in line r what `text` says? As printed, or the same number in another spelling of
 * what is printed or of the exact value. */
static bool is_printed_so(struct checker *k, const struct figure_row *r, struct str printed,
                          struct str text)
{
    struct exact said, now;
    int order = 1;
    text = without_unit(text, k->conf->indicators[r->indicator].unit);
    if (str_eq(text, printed))
        return true;
    if (!figure_has_value(&r->f) || !spelled_number(text, &said))
        return false;
    if (spelled_number(printed, &now) && exact_compare(said, now, &order) && order == 0)
        return true;
    return exact_parse(check_line_text(k, r), &now) && exact_compare(said, now, &order) &&
           order == 0;
}

/* --- published --- */

const struct figure_row *check_published_line(const struct checker *k, size_t indicator,
                                              struct str org)
{
    const struct figure_row *r = k->in->figures->row + k->first[indicator];
    for (size_t i = 0; i < k->lines[indicator]; i++)
        if (str_eq(r[i].org, org) && !r[i].month.n)
            return &r[i];
    return NULL;
}

static bool is_complete_revision(const struct checker *k, const struct kept_row *r, int64_t *day)
{
    return r->cell[REV_REASON].n && r->cell[REV_PERSON].n &&
           kept_day(k->conf, r->cell[REV_DATE], day);
}

/* The latest complete revision of a published figure (of one day: the later line), or NULL. */
static const struct kept_row *revision_of(const struct checker *k, const struct kept_row *p)
{
    const struct kept_table *t = &k->refs->kept[REF_REVISIONS];
    const struct kept_row *latest = NULL;
    int64_t day, last = INT64_MIN;
    for (size_t i = 0; i < t->n; i++) {
        const struct kept_row *r = &t->row[i];
        if (str_eq(r->cell[REV_PERIOD], p->cell[PUB_PERIOD]) &&
            str_eq(r->cell[REV_ID], p->cell[PUB_ID]) &&
            str_eq(r->cell[REV_ORG], p->cell[PUB_ORG]) && is_complete_revision(k, r, &day) &&
            day >= last) {
            latest = r;
            last = day;
        }
    }
    return latest;
}

struct str check_published_value(const struct checker *k, const struct kept_row *p)
{
    const struct kept_row *revised = revision_of(k, p);
    return revised ? revised->cell[REV_VALUE] : p->cell[PUB_VALUE];
}

const char *check_published_name(struct checker *k, const struct kept_row *p)
{
    struct str org = p->cell[PUB_ORG];
    return CHECK_TEXT(k, "%.*s%s%.*s %.*s", STR_ARG(p->cell[PUB_ID]), org.n ? " " : "",
                      STR_ARG(org), STR_ARG(p->cell[PUB_PERIOD]));
}

static void compare_published(struct checker *k, const struct kept_row *p,
                              const struct figure_row *r)
{
    const struct kept_row *revised = revision_of(k, p);
    struct str valid = check_published_value(k, p);
    struct strbuf b = {0};
    style_print(&k->conf->indicators[r->indicator].style, &r->f, k->conf->half_even,
                k->conf->missing, &b);
    struct str printed = arena_str(k->arena, strbuf_str(&b));
    strbuf_release(&b);
    if (!valid.n || is_printed_so(k, r, printed, valid))
        check_good(k, printed, valid);
    else
        check_bad(k, printed, valid,
                  check_say(k, revised ? "I-CHECK-41" : "I-CHECK-40", check_published_name(k, p),
                            z(k, p->cell[PUB_VALUE]), printed.p, z(k, p->cell[PUB_SOURCE]),
                            z(k, valid), NULL));
}

static void look_published(struct checker *k, const struct kept_row *p)
{
    int64_t period;
    size_t indicator = conf_find_indicator(k->conf, p->cell[PUB_ID]);
    bool has_period = num_parse_plain(p->cell[PUB_PERIOD], &period);
    if (indicator == SIZE_MAX || !k->lines[indicator] || !has_period || !p->cell[PUB_VALUE].n) {
        check_bad(k, STR(""), p->cell[PUB_VALUE],
                  check_say(k, "I-CHECK-42", CHECK_TEXT(k, "%zu", p->line),
                            check_published_name(k, p), NULL));
        return;
    }
    if (k->in->figures->row[k->first[indicator]].period != period)
        return; /* of a year that this run does not compute */
    const struct figure_row *r = check_published_line(k, indicator, p->cell[PUB_ORG]);
    if (r)
        compare_published(k, p, r);
    else
        check_bad(k, STR(""), p->cell[PUB_VALUE],
                  check_say(k, "I-CHECK-43", check_published_name(k, p), z(k, p->cell[PUB_VALUE]),
                            z(k, p->cell[PUB_SOURCE]), NULL));
}

bool check_published(struct checker *k, struct err *e)
{
    (void)e;
    const struct kept_table *t = &k->refs->kept[REF_PUBLISHED];
    const struct kept_table *revisions = &k->refs->kept[REF_REVISIONS];
    int64_t day;
    for (size_t i = 0; i < t->n; i++)
        look_published(k, &t->row[i]);
    for (size_t i = 0; i < revisions->n; i++)
        if (!is_complete_revision(k, &revisions->row[i], &day))
            check_bad(
                k, STR(""), STR(""),
                check_say(k, "I-CHECK-44", CHECK_TEXT(k, "%zu", revisions->row[i].line), NULL));
    return true;
}

/* --- waivers --- */

static bool is_known_check(const struct conf *c, struct str id)
{
    for (size_t i = 0; i < c->n_checks; i++)
        if (str_eq(c->checks[i].id, id))
            return true;
    return false;
}

static bool is_complete_waiver(const struct checker *k, const struct kept_row *r, int64_t *expiry)
{
    return r->cell[WAIVER_REASON].n && r->cell[WAIVER_PERSON].n &&
           kept_day(k->conf, r->cell[WAIVER_EXPIRY], expiry);
}

const struct kept_row *check_waiver(const struct checker *k)
{
    const struct kept_table *t = &k->refs->kept[REF_WAIVERS];
    int64_t expiry;
    for (size_t i = 0; i < t->n; i++)
        if (str_eq(t->row[i].cell[WAIVER_CHECK], k->x->id) &&
            is_complete_waiver(k, &t->row[i], &expiry) && expiry >= k->refs->cutoff)
            return &t->row[i];
    return NULL;
}

static void look_waiver(struct checker *k, const struct kept_row *r)
{
    struct str check = r->cell[WAIVER_CHECK];
    int64_t expiry;
    const char *code = NULL;
    if (!is_known_check(k->conf, check))
        code = "I-CHECK-50";
    else if (!is_complete_waiver(k, r, &expiry))
        code = "I-CHECK-51";
    else if (expiry < k->refs->cutoff)
        code = "I-CHECK-52";
    if (code)
        check_bad(k, check, r->cell[WAIVER_EXPIRY],
                  check_say(k, code, CHECK_TEXT(k, "%zu", r->line), z(k, check),
                            z(k, r->cell[WAIVER_EXPIRY]), NULL));
    else
        check_good(k, check, r->cell[WAIVER_EXPIRY]);
}

bool check_waivers(struct checker *k, struct err *e)
{
    (void)e;
    const struct kept_table *t = &k->refs->kept[REF_WAIVERS];
    for (size_t i = 0; i < t->n; i++)
        look_waiver(k, &t->row[i]);
    return true;
}
