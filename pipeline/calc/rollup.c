#include "pipeline/calc/rollup.h"

#include "pipeline/base/mem.h"
#include "pipeline/calc/date.h"
#include "pipeline/calc/partial_parts.h"
#include "pipeline/io/csvout.h"

/* --- reference tables --- */

void rollup_refs(struct refs *r, int64_t year)
{
    *r = (struct refs){.year = year};
    if (!date_day(year, 1, 1, &r->period_start) || !date_day(year, 12, 31, &r->period_end))
        BUG("a period beyond the calendar");
    r->cutoff = r->period_end;
}

void rollup_refs_settle(struct refs *r, const struct plan *plan, const struct partial *p)
{
    size_t n = plan->conf->n_indicators;
    int64_t day;
    r->baseline = x_calloc(n * PARTIAL_PRIORS, sizeof *r->baseline);
    for (size_t i = 0; i < n * PARTIAL_PRIORS; i++)
        if (p->prior[i].value.n)
            r->baseline[r->n_baseline++] = p->prior[i];
    for (size_t i = 0; i < p->n; i++)
        if (p->fact[i].kind == FACT_CUTOFF && date_parse_iso(p->fact[i].key, &day) &&
            day < r->cutoff)
            r->cutoff = day;
}

/* --- what a figure rests on --- */

/* How far what is added up is what one run over all rows would give; the worst of them last. */
enum manner { EXACT, KEYS, EVENTS, NUMBER, DISTINCT, MANNERS };
static const struct {
    const char *word, *code;
} manners[MANNERS] = {
    [EXACT] = {"exact", NULL},           [KEYS] = {"keys", "I-ROLL-01"},
    [EVENTS] = {"events", "I-ROLL-02"},  [NUMBER] = {"number", "I-ROLL-03"},
    [DISTINCT] = {"upper", "I-ROLL-06"},
};

struct judging {
    const struct plan *plan;
    const struct compute *c;
    struct compute_cell cell;
    bool found[MANNERS];
};

/* The formula that stands behind a name. */
static const struct formula *meant(const struct plan *plan, const struct formula *f)
{
    while (f->op == FIG_FIGURE)
        f = plan->figures->figure[f->figure].value;
    return f;
}

static void judge_aggregate(struct judging *j, const struct formula *f)
{
    const struct plan_aggregate *g = &j->plan->figures->table[f->table].aggregate[f->aggregate];
    if (g->kind == AGG_DISTINCT) {
        size_t t = f->table, a = f->aggregate;
        if (compute_least(j->c, t, a, j->cell) < compute_count(j->c, t, a, j->cell))
            j->found[DISTINCT] = true;
        return;
    }
    if (f->table >= j->plan->conf->n_exports)
        j->found[EVENTS] = true;
    else if (str_starts(f->text, STR("distinct")))
        j->found[KEYS] = true; /* counted as rows, since a key is there once in a district */
}

static void judge_formula(struct judging *j, const struct formula *f)
{
    const struct plan_figures *p = j->plan->figures;
    bool adds = f->op == FIG_ADD || f->op == FIG_SUB || f->op == FIG_DIV;
    if (f->op == FIG_AGGREGATE || f->op == FIG_STATISTIC)
        judge_aggregate(j, f);
    if (f->op == FIG_FIGURE || f->op == FIG_NUMERATOR || f->op == FIG_DENOMINATOR)
        judge_formula(j, p->figure[f->figure].value);
    for (size_t i = 0; i < f->n; i++) {
        j->found[NUMBER] |= adds && f->kid[i]->op == FIG_NUMBER;
        judge_formula(j, f->kid[i]);
    }
}

static int month_of(const struct figure_row *r)
{
    return r->month.n ? (r->month.p[5] - '0') * 10 + r->month.p[6] - '1' : COMPUTE_NO_MONTH;
}

static struct judging judge(const struct plan *plan, const struct compute *c, size_t indicator,
                            struct compute_cell cell)
{
    struct judging j = {.plan = plan, .c = c, .cell = cell};
    const struct formula *f = plan->figures->figure[indicator].value;
    j.found[NUMBER] = meant(plan, f)->op == FIG_NUMBER;
    judge_formula(&j, f);
    return j;
}

/* --- what is said of a line --- */

static struct str number(struct arena *a, exact_int v)
{
    struct strbuf b = {0};
    exact_print(v, 0, &b);
    struct str s = arena_str(a, strbuf_str(&b));
    strbuf_release(&b);
    return s;
}

static struct str say(const struct conf *c, struct arena *a, const char *code, struct str x,
                      struct str y)
{
    const char *arg[MSG_ARGS] = {arena_str(a, x).p, arena_str(a, y).p};
    char text[512];
    msg_format(code, c->language, arg, text, sizeof text);
    return arena_str(a, str_c(text));
}

/* A single count of different values: between which numbers it lies. */
static struct str say_count(const struct judging *j, const struct formula *f, struct bound *b,
                            struct arena *a)
{
    b->low = number(a, compute_least(j->c, f->table, f->aggregate, j->cell));
    if (!b->high.n) /* else what absent organisations may bring is in it */
        b->high = number(a, compute_count(j->c, f->table, f->aggregate, j->cell));
    b->note = STR("");
    return say(j->plan->conf, a, "I-ROLL-05", b->high, b->low);
}

static struct str judge_line(const struct plan *plan, const struct compute *c, struct figure_row *r,
                             struct bound *b, struct arena *a)
{
    const struct conf *conf = plan->conf;
    struct compute_cell cell = {r->org, month_of(r)};
    struct judging j = judge(plan, c, r->indicator, cell);
    const struct formula *f = meant(plan, plan->figures->figure[r->indicator].value);
    if (!r->f.present)
        return STR("");
    if (j.found[DISTINCT]) {
        if (r->status == FIGURE_NORMAL)
            r->status = FIGURE_PROVISIONAL;
        return f->op == FIG_AGGREGATE ? say_count(&j, f, b, a)
                                      : say(conf, a, "I-ROLL-06", STR(""), STR(""));
    }
    if (r->org.n || r->month.n)
        return STR("");
    for (size_t m = NUMBER; m >= EVENTS; m--)
        if (j.found[m])
            return say(conf, a, manners[m].code, STR(""), STR(""));
    return STR("");
}

struct str *rollup_judge(const struct plan *plan, const struct compute *c, struct figures *f,
                         struct bound *bound, struct arena *a)
{
    struct str *note = ARENA_ARRAY(a, struct str, f->n);
    for (size_t i = 0; i < f->n; i++)
        note[i] = judge_line(plan, c, &f->row[i], &bound[i], a);
    return note;
}

/* --- rollup.csv --- */

static void put(const struct conf *c, struct csvout *o, struct arena *a, struct str id,
                const char *word, const char *code, struct str x, struct str y)
{
    const struct str cell[] = {id, str_c(word), str_c(code ? code : ""),
                               code ? say(c, a, code, x, y) : STR("")};
    csvout_record(o, cell, sizeof cell / sizeof cell[0]);
}

static void put_cutoffs(const struct conf *c, const struct partial *p, struct csvout *o,
                        struct arena *a)
{
    struct str first = STR(""), last = STR("");
    for (size_t i = 0; i < p->n; i++) {
        if (p->fact[i].kind != FACT_CUTOFF)
            continue;
        last = p->fact[i].key;
        first = first.n ? first : last;
    }
    if (!str_eq(first, last))
        put(c, o, a, STR("*"), "cutoffs", "W-ROLL-01", first, last);
}

void rollup_csv(const struct plan *plan, const struct compute *c, const struct partial *p,
                struct strbuf *out)
{
    const struct conf *conf = plan->conf;
    const struct compute_cell whole = {.month = COMPUTE_NO_MONTH};
    struct csvout o = {.out = out};
    struct arena a = {0};
    strbuf_add(out, STR("id,adds_up,code,note\n"));
    put_cutoffs(conf, p, &o, &a);
    for (size_t i = 0; i < conf->n_indicators; i++) {
        struct judging j = judge(plan, c, i, whole);
        size_t worst = MANNERS - 1;
        while (worst > EXACT && !j.found[worst])
            worst--;
        put(conf, &o, &a, conf->indicators[i].id, manners[worst].word, manners[worst].code, STR(""),
            STR(""));
    }
    arena_release(&a);
}
