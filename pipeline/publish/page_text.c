/*
 * The texts of the page: figures, names, and what is said of last year.
 */
#include <stdarg.h>
#include <stdlib.h>

#include "pipeline/calc/exact.h"
#include "pipeline/calc/num.h"
#include "pipeline/publish/page_parts.h"

enum { MONTH_AT = 5 /* in "2019-03" */ };

static const char *const column_names[FIG_COLUMNS] = {
    [FIG_ID] = "id",
    [FIG_ORG] = "org",
    [FIG_MONTH] = "month",
    [FIG_VALUE] = "value",
    [FIG_OVER] = "numerator",
    [FIG_UNDER] = "denominator",
    [FIG_UNIT] = "unit",
    [FIG_PRINTED] = "printed",
    [FIG_PRIOR] = "prior",
    [FIG_CHANGE] = "change",
    [FIG_CHANGE_UNIT] = "change_unit",
    [FIG_LOW] = "ci_low",
    [FIG_HIGH] = "ci_high",
    [FIG_FLAG] = "flag",
    [FIG_STATUS] = "status",
    [FIG_NOTE] = "note",
};

/* --- reading --- */

static struct str row_key(struct page *p, struct str id, struct str org, struct str month)
{
    struct strbuf b = {0};
    strbuf_add(&b, id);
    strbuf_addc(&b, '\0');
    strbuf_add(&b, org);
    strbuf_addc(&b, '\0');
    strbuf_add(&b, month);
    struct str key = arena_str(&p->arena, strbuf_str(&b));
    strbuf_release(&b);
    return key;
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* The different texts of a column, in order of their first row. */
static struct str *distinct(struct page *p, enum page_column c, size_t *n)
{
    struct map seen = {0};
    struct str *all = ARENA_ARRAY(&p->arena, struct str, p->in->figures->rows + 1);
    *n = 0;
    for (size_t r = 0; r < p->in->figures->rows; r++) {
        struct str s = page_cell(p, r, c);
        if (s.n && map_put(&seen, s, *n) == *n)
            all[(*n)++] = s;
    }
    map_release(&seen);
    return all;
}

static bool index_figures(struct page *p, struct err *e)
{
    const struct csvtable *t = p->in->figures;
    for (size_t c = 0; c < FIG_COLUMNS; c++)
        p->column[c] = csvtable_column(t, str_c(column_names[c]));
    p->indicator = ARENA_ARRAY(&p->arena, size_t, t->rows + 1);
    for (size_t r = 0; r < t->rows; r++) {
        struct str id = page_cell(p, r, FIG_ID);
        p->indicator[r] = conf_find_indicator(p->conf, id);
        if (p->indicator[r] == SIZE_MAX)
            return err_set(e, ST_DATA, "compute/indicators.csv", "E-STAGE-03", NULL);
        map_put(&p->row, row_key(p, id, page_cell(p, r, FIG_ORG), page_cell(p, r, FIG_MONTH)), r);
    }
    p->org = distinct(p, FIG_ORG, &p->n_orgs);
    p->month = distinct(p, FIG_MONTH, &p->n_months);
    if (p->n_months)
        qsort(p->month, p->n_months, sizeof *p->month, by_name);
    return true;
}

static bool read_table(struct page *p, const char *dir, const char *name, struct csvtable *t,
                       struct err *e)
{
    return csvtable_read(arena_printf(&p->arena, "%s/%s", dir, name).p, &p->arena, t, e);
}

bool page_read(struct page *p, struct err *e)
{
    return index_figures(p, e) && read_table(p, p->in->compute, "checks.csv", &p->checks, e) &&
           read_table(p, p->in->compute, "distributions.csv", &p->distributions, e) &&
           read_table(p, p->in->clean, "missing.csv", &p->missing, e);
}

void page_release(struct page *p)
{
    map_release(&p->row);
    arena_release(&p->arena);
}

/* --- looking up --- */

struct str page_cell(const struct page *p, size_t row, enum page_column c)
{
    return p->column[c] == SIZE_MAX ? STR("") : p->in->figures->row[row][p->column[c]];
}

size_t page_row(struct page *p, size_t indicator, struct str org, struct str month)
{
    size_t r = map_get(&p->row, row_key(p, p->conf->indicators[indicator].id, org, month));
    return r == MAP_NONE ? SIZE_MAX : r;
}

/* --- words --- */

struct str page_words(struct page *p, const char *code, ...)
{
    va_list ap;
    va_start(ap, code);
    struct str said = msg_words(&p->arena, p->lang, code, ap);
    va_end(ap);
    return said;
}

const char *page_z(struct page *p, struct str s)
{
    return arena_printf(&p->arena, "%.*s", STR_ARG(s)).p;
}

struct str page_int(struct page *p, int64_t v)
{
    return arena_printf(&p->arena, "%lld", (long long)v);
}

struct str page_figure_name(const struct page *p, size_t indicator)
{
    const struct conf_indicator *x = &p->conf->indicators[indicator];
    return p->lang == LANG_EN && x->name_en.n ? x->name_en : x->name;
}

struct str page_org_name(const struct page *p, struct str code)
{
    struct str name = refs_org_name(p->in->refs, code, p->in->refs->cutoff);
    return name.p ? name : code;
}

static const char *const english_months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct str page_month_name(struct page *p, struct str month)
{
    enum { MONTHS = sizeof english_months / sizeof english_months[0] };
    int64_t n;
    if (!num_parse_plain(str_from(month, MONTH_AT), &n) || n < 1 || n > MONTHS)
        return month;
    return p->lang == LANG_EN ? str_c(english_months[n - 1])
                              : page_words(p, "I-PAGE-40", page_int(p, n).p, NULL);
}

/* --- numbers --- */

struct str page_rounded(struct page *p, struct str number, int decimals)
{
    struct exact v;
    exact_int rounded;
    struct strbuf b = {0};
    if (!exact_parse(number, &v) || !exact_round(v, decimals, p->conf->half_even, &rounded))
        return number;
    if (v.den == 1)
        exact_print(v.num, 0, &b);
    else
        exact_print(rounded, decimals, &b);
    struct str s = arena_str(&p->arena, strbuf_str(&b));
    strbuf_release(&b);
    return s;
}

bool page_is_rate(const struct page *p, size_t row)
{
    return str_eq(page_cell(p, row, FIG_UNIT), STR("%"));
}

/* A figure that is printed as a word ("all") has no unit. */
struct str page_unit(const struct page *p, size_t row)
{
    struct str printed = page_cell(p, row, FIG_PRINTED);
    for (size_t i = 0; i < printed.n; i++)
        if (printed.p[i] >= '0' && printed.p[i] <= '9')
            return page_is_rate(p, row) ? STR("") : page_cell(p, row, FIG_UNIT);
    return STR("");
}

struct str page_prior(struct page *p, size_t row)
{
    struct str prior = page_cell(p, row, FIG_PRIOR);
    if (!prior.n)
        return STR("");
    return arena_printf(&p->arena, "%.*s%s", STR_ARG(page_rounded(p, prior, 1)),
                        page_is_rate(p, row) ? "%" : "");
}

struct str page_change(struct page *p, size_t row)
{
    struct str change = page_cell(p, row, FIG_CHANGE);
    struct exact v;
    if (!exact_parse(change, &v))
        return STR("");
    if (v.num == 0)
        return page_words(p, "I-PAGE-14", NULL);
    struct str size = page_rounded(p, str_from(change, v.num < 0), 1);
    struct str unit = page_cell(p, row, FIG_CHANGE_UNIT);
    const char *space = str_eq(unit, STR("%")) ? "" : " ";
    struct str text = arena_printf(&p->arena, "%.*s%s%.*s", STR_ARG(size), space, STR_ARG(unit));
    return page_words(p, v.num < 0 ? "I-PAGE-13" : "I-PAGE-12", text.p, NULL);
}

struct str page_interval(struct page *p, size_t row)
{
    struct str low = page_cell(p, row, FIG_LOW), high = page_cell(p, row, FIG_HIGH);
    if (!low.n || !high.n)
        return STR("");
    return arena_printf(&p->arena, "%.*s–%.*s%s", STR_ARG(page_rounded(p, low, 1)),
                        STR_ARG(page_rounded(p, high, 1)), page_is_rate(p, row) ? "%" : "");
}
