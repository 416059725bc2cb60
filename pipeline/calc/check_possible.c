/*
 * possible, claims: percentages that no whole numbers can have made (calc/possible.h).
 *
 * Of a published percentage the base is that of the figure: as it was published itself, where the
 * figure is a quotient by another one that was, else as it is computed now. Only figures whose two
 * sides are whole numbers have one; a mean of rates has none, nor have amounts of money. Of a claim
 * in a table the numbers that are known stand in the same row.
 */
#include "pipeline/calc/check_parts.h"
#include "pipeline/calc/num.h"
#include "pipeline/calc/possible.h"

enum { MORE_DECIMALS = 2 };

/* A percentage, and what is known beside it (-1: not): a share of `of`, or a change. */
struct stated {
    struct str name, text;
    struct possible_claim claim;
    int64_t of, before, now;
};

static const char *number(struct checker *k, int64_t v)
{
    return CHECK_TEXT(k, "%lld", (long long)v);
}

static bool is_possible(const struct stated *s)
{
    return s->of >= 0 ? possible_share(&s->claim, -1, s->of)
                      : possible_change(&s->claim, s->before, s->now);
}

/* --- words --- */

/* The whole numbers for what is not known. */
static struct possible_range range_of(const struct stated *s, enum possible_rounding r)
{
    struct possible_interval i = possible_interval(&s->claim, r);
    if (s->of >= 0)
        return possible_numerators(i, s->of);
    i = possible_factor(i);
    return s->before >= 0 ? possible_numerators(i, s->before) : possible_bases(i, s->now);
}

static bool is_truncated(const struct stated *s)
{
    if (s->of == 0 || s->before == 0)
        return false;
    struct possible_range x = range_of(s, POSSIBLE_TRUNCATED);
    if (s->before > 0 && s->now >= 0)
        return x.first <= s->now && (x.open || s->now <= x.last);
    return x.open || x.first <= x.last;
}

/* "50.228%": what the number v makes of the claim. */
static const char *value_at(struct checker *k, const struct stated *s, exact_int v)
{
    bool is_base = s->of < 0 && s->before < 0;
    exact_int den = s->of >= 0 ? s->of : is_base ? v : s->before, num = is_base ? s->now : v;
    struct exact x;
    if (!exact_ratio(s->of >= 0 ? num : num - den, den, &x) || !exact_mul(x, exact_of(100), &x))
        return "?";
    struct str text = check_number(k, x, s->claim.decimals + MORE_DECIMALS);
    return CHECK_TEXT(k, "%.*s%%", STR_ARG(text));
}

/* Why not: only when cut off; what it is in truth; the nearest numbers. */
static const char *reason(struct checker *k, const struct stated *s)
{
    if (is_truncated(s))
        return check_say(k, "I-CHECK-46", NULL).p;
    if (s->before > 0 && s->now >= 0)
        return check_say(k, "I-POSS-25", value_at(k, s, s->now), NULL).p;
    bool is_base = s->of < 0 && s->before < 0;
    const char *name = check_say(k,
                                 s->of >= 0 ? "I-POSS-14"
                                 : is_base  ? "I-POSS-16"
                                            : "I-POSS-17",
                                 NULL)
                           .p;
    if (s->of == 0 || s->before == 0)
        return check_say(k, "I-POSS-22", name, NULL).p;
    struct possible_range x = range_of(s, POSSIBLE_HALF_UP);
    exact_int least = is_base, below = x.last, above = x.first;
    if (below < least && above > least) /* nothing is near */
        return check_say(k, "I-POSS-22", name, NULL).p;
    const char *next = number(k, (int64_t)above), *value = value_at(k, s, above);
    if (below < least)
        return check_say(k, "I-POSS-23", name, next, value, NULL).p;
    return check_say(k, "I-POSS-21", name, number(k, (int64_t)below), value_at(k, s, below), next,
                     value, NULL)
        .p;
}

static const char *scope(struct checker *k, const struct stated *s)
{
    if (s->of >= 0)
        return check_say(k, "I-POSS-04", number(k, s->of), NULL).p;
    if (s->before >= 0 && s->now >= 0)
        return check_say(k, "I-POSS-09", number(k, s->before), number(k, s->now), NULL).p;
    return s->now >= 0 ? check_say(k, "I-POSS-07", number(k, s->now), NULL).p
                       : check_say(k, "I-POSS-08", number(k, s->before), NULL).p;
}

static void judge(struct checker *k, const struct stated *s)
{
    int64_t known = s->of >= 0 ? s->of : s->before >= 0 ? s->before : s->now;
    struct str right = arena_printf(k->arena, "%lld", (long long)known);
    if (is_possible(s))
        check_good(k, s->text, right);
    else
        check_bad(
            k, s->text, right,
            check_say(k, "I-CHECK-45", s->name.p, s->text.p, scope(k, s), reason(k, s), NULL));
}

/* --- published figures --- */

/* Is it made of whole numbers alone? */
static bool is_whole(const struct plan_figures *p, const struct formula *f)
{
    static const bool in_whole_numbers[] = {
        [FIG_ADD] = true, [FIG_SUB] = true, [FIG_MUL] = true, [FIG_NEG] = true};
    if (f->op == FIG_NUMBER || f->op == FIG_AGGREGATE)
        return f->scale == 0;
    if (f->op == FIG_FIGURE)
        return is_whole(p, p->figure[f->figure].value);
    if (f->op == FIG_NUMERATOR || f->op == FIG_DENOMINATOR) {
        const struct formula *of = p->figure[f->figure].value;
        return of->op == FIG_DIV && is_whole(p, of->kid[f->op == FIG_DENOMINATOR]);
    }
    bool whole = in_whole_numbers[f->op];
    for (size_t i = 0; whole && i < f->n; i++)
        whole = is_whole(p, f->kid[i]);
    return whole;
}

/* The formula of the base of a percentage of whole numbers, or NULL. */
static const struct formula *base_of(const struct checker *k, size_t indicator)
{
    const struct plan_figures *p = k->in->plan->figures;
    const struct conf_indicator *x = &k->conf->indicators[indicator];
    const struct formula *f = p->figure[indicator].value;
    if (!str_eq(x->unit, STR("%")) || x->divide != 1)
        return NULL;
    while (f->op == FIG_FIGURE)
        f = p->figure[f->figure].value;
    return f->op == FIG_DIV && is_whole(p, f->kid[0]) && is_whole(p, f->kid[1]) ? f->kid[1] : NULL;
}

/* The whole number that was published for a figure beside the line p, or -1. */
static int64_t published_beside(const struct checker *k, const struct kept_row *p, size_t figure)
{
    const struct kept_table *t = &k->refs->kept[REF_PUBLISHED];
    int64_t v;
    for (size_t i = 0; i < t->n; i++)
        if (str_eq(t->row[i].cell[PUB_PERIOD], p->cell[PUB_PERIOD]) &&
            str_eq(t->row[i].cell[PUB_ORG], p->cell[PUB_ORG]) &&
            str_eq(t->row[i].cell[PUB_ID], k->conf->indicators[figure].id) &&
            num_parse_plain(t->row[i].cell[PUB_VALUE], &v) && v >= 0)
            return v;
    return -1;
}

/* Lines that name no figure, or none of this year, are those of the check `published`. */
static void look_published(struct checker *k, const struct kept_row *p)
{
    struct stated s = {.before = -1, .now = -1};
    int64_t period;
    size_t indicator = conf_find_indicator(k->conf, p->cell[PUB_ID]);
    const struct formula *base = indicator == SIZE_MAX ? NULL : base_of(k, indicator);
    const struct figure_row *r = base ? check_published_line(k, indicator, p->cell[PUB_ORG]) : NULL;
    s.text = arena_str(k->arena, check_published_value(k, p));
    if (!r || !num_parse_plain(p->cell[PUB_PERIOD], &period) || period != r->period ||
        !possible_parse(s.text, &s.claim) || s.claim.points)
        return;
    s.claim.negative = false; /* some figures are printed without their sign */
    s.name =
        check_say(k, "I-CHECK-47", CHECK_TEXT(k, "%zu", p->line), check_published_name(k, p), NULL);
    s.of = base->op == FIG_FIGURE ? published_beside(k, p, base->figure) : -1;
    if (s.of < 0 && !figure_has_value(&r->f)) {
        check_blind(k, s.name);
        return;
    }
    if (s.of < 0)
        s.of = r->f.den;
    judge(k, &s);
}

bool check_possible(struct checker *k, struct err *e)
{
    (void)e;
    const struct kept_table *t = &k->refs->kept[REF_PUBLISHED];
    for (size_t i = 0; i < t->n; i++)
        look_published(k, &t->row[i]);
    return true;
}

/* --- claims in a table --- */

static int64_t count_at(const struct check_row_of *r, size_t column)
{
    int64_t v = column == PLAN_NONE ? TABLE_MISSING : r->block->col[column].v[r->row];
    return v == TABLE_MISSING ? -1 : v;
}

/* The claim of a row, with a sign of percent behind a number; zeros at the end of an amount say
 * nothing. */
static struct str claim_text(struct checker *k, const struct check_row_of *r)
{
    const struct tvec *v = &r->block->col[k->plan->claim];
    struct str s = v->v ? (struct str){NULL, 0} : str_trim(tvec_text(v, r->row));
    struct possible_claim any;
    struct strbuf b = {0};
    if (v->v && v->v[r->row] != TABLE_MISSING) {
        bool money = k->in->plan->table[k->plan->table].col[k->plan->claim].type == TCOL_MONEY;
        exact_print(v->v[r->row], money ? 2 : 0, &b);
        while (money && b.n && (b.p[b.n - 1] == '0' || b.p[b.n - 1] == '.'))
            if (b.p[--b.n] == '.')
                break;
        s = arena_str(k->arena, strbuf_str(&b));
    }
    strbuf_release(&b);
    struct str with_sign = arena_printf(k->arena, "%.*s%%", STR_ARG(s));
    return s.n && possible_parse(with_sign, &any) ? with_sign : arena_str(k->arena, s);
}

static bool take_claim(void *context, struct checker *k, struct check_row_of r)
{
    (void)context;
    struct stated s = {.text = claim_text(k, &r)};
    s.of = count_at(&r, k->plan->of);
    s.before = count_at(&r, k->plan->before);
    s.now = count_at(&r, k->plan->now);
    if (!s.text.n || (s.of < 0 && s.before < 0 && s.now < 0))
        return true;
    s.name = check_place(k, r);
    if (possible_parse(s.text, &s.claim) && !s.claim.points)
        judge(k, &s);
    else
        check_blind(k, arena_printf(k->arena, "%.*s %.*s", STR_ARG(s.name), STR_ARG(s.text)));
    return true;
}

bool check_claims(struct checker *k, struct err *e)
{
    struct arena scratch = {0};
    bool *want = ARENA_ARRAY(k->arena, bool, k->in->plan->table[k->plan->table].n);
    const size_t columns[] = {k->plan->claim, k->plan->of, k->plan->before, k->plan->now};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        if (columns[i] != PLAN_NONE)
            want[columns[i]] = true;
    bool ok = check_scan(k, want, &scratch, false, take_claim, NULL, e);
    arena_release(&scratch);
    return ok;
}
