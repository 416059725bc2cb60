#include "pipeline/publish/proofread.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/publish/agree.h"
#include "pipeline/publish/placing.h"

enum { SHOWN = 3, PART_FROM = 100 };

/* The columns of history/vintages.csv.gz. */
enum {
    H_RUN,
    H_PERIOD,
    H_ID,
    H_ORG,
    H_MONTH,
    H_VALUE,
    H_NUMERATOR,
    H_DENOMINATOR,
    H_PRINTED,
    H_COLUMNS
};
static const char *const history_column[H_COLUMNS] = {
    "run", "period", "id", "org", "month", "value", "numerator", "denominator", "printed"};

/* A figure as numbers are compared with it. */
struct target {
    bool has;
    struct exact value;
    bool is_printed; /* as a number */
    struct mention printed;
};

struct proof {
    const struct known *k;
    const struct conf *conf;
    const struct csvtable *history;
    size_t history_at[H_COLUMNS];
    struct mention_reader reader;
    struct placing placing;
    struct target *target; /* by conf->indicators */
    size_t *said;          /* by conf->indicators: the first judged number that is it; SIZE_MAX */
    struct arena *a;
    struct proofread *out;
};

bool proofread_is_finding(enum verdict v)
{
    return v != VERDICT_EQUAL && v != VERDICT_ELSEWHERE && v != VERDICT_NO_SOURCE;
}

/* --- what numbers are compared with --- */

/* Printed with its unit behind it, as it stands in a text. */
static void read_printed(struct proof *p, const struct conf_indicator *x, struct str printed,
                         struct target *t)
{
    bool percent = str_eq(x->unit, STR("%"));
    struct str text =
        arena_printf(p->a, "%.*s%.*s", STR_ARG(printed), STR_ARG(percent ? STR("") : x->unit));
    t->is_printed = mention_first(&p->reader, text, p->a, &t->printed);
}

static void make_targets(struct proof *p)
{
    p->target = ARENA_ARRAY(p->a, struct target, p->conf->n_indicators);
    for (size_t i = 0; i < p->conf->n_indicators; i++) {
        struct target *t = &p->target[i];
        t->has = known_value(p->k, i, &t->value);
        if (t->has)
            read_printed(p, &p->conf->indicators[i], p->k->figure[i].printed, t);
    }
}

static enum agreement agrees(const struct mention *m, const struct target *t)
{
    return t->has ? agree(m, t->value, t->is_printed ? &t->printed : NULL) : AGREE_NO;
}

/* --- an older value --- */

static struct str old(const struct proof *p, size_t row, int column)
{
    return p->history->row[row][p->history_at[column]];
}

/* The run before whose figure m is; n = 0: none. */
static struct str older_run(struct proof *p, const struct mention *m, size_t figure)
{
    const struct conf_indicator *x = &p->conf->indicators[figure];
    for (size_t r = p->history ? p->history->rows : 0; r-- > 0;) {
        struct figure f;
        struct target t = {0};
        if (!str_eq(old(p, r, H_ID), x->id) || old(p, r, H_ORG).n || old(p, r, H_MONTH).n ||
            !str_eq(old(p, r, H_PERIOD), p->k->figure[figure].period) ||
            !known_figure_of(x, old(p, r, H_VALUE), old(p, r, H_NUMERATOR),
                             old(p, r, H_DENOMINATOR), &f))
            continue;
        t.has = figure_value(&f, &t.value) &&
                exact_mul(t.value, exact_of(f.percent ? 100 : 1), &t.value);
        read_printed(p, x, old(p, r, H_PRINTED), &t);
        if (agrees(m, &t) == AGREE_YES)
            return old(p, r, H_RUN);
    }
    return STR("");
}

static bool is_number(const struct mention *m, struct str text)
{
    struct exact v;
    return text.n && exact_parse(text, &v) && agree(m, v, NULL) != AGREE_NO;
}

/* --- directions --- */

enum direction { GOES_NOWHERE, GOES_UP, GOES_DOWN };

/* The last word of a list in s: where it ends; 0: none. */
static size_t last_word(struct str s, const struct conf_words *w)
{
    size_t best = 0;
    for (size_t i = 0; i < w->n; i++)
        for (size_t k = 0; k + w->word[i].n <= s.n; k++)
            if (str_starts(str_from(s, k), w->word[i]) && k + w->word[i].n > best)
                best = k + w->word[i].n;
    return best;
}

static enum direction said_direction(const struct proof *p, const struct mention_line *l, size_t i)
{
    struct str clause = placing_clause_before(l, i);
    size_t up = last_word(clause, &p->conf->proofread.rise);
    size_t down = last_word(clause, &p->conf->proofread.fall);
    return up > down ? GOES_UP : down > up ? GOES_DOWN : GOES_NOWHERE;
}

/* Where a figure that is a change goes. */
static enum direction true_direction(const struct proof *p, size_t figure)
{
    int64_t v = p->k->figure[figure].figure.num;
    if (v == 0)
        return GOES_NOWHERE;
    return (v > 0) == (p->conf->indicators[figure].sign == SIGN_RISE) ? GOES_UP : GOES_DOWN;
}

/* --- one number --- */

static struct judged *add(struct proof *p, size_t line, const struct mention *m, enum verdict v,
                          size_t figure)
{
    struct proofread *o = p->out;
    if (o->n == o->cap) {
        o->cap = 2 * o->cap + 64;
        struct judged *grown = ARENA_ARRAY(p->a, struct judged, o->cap);
        for (size_t i = 0; i < o->n; i++)
            grown[i] = o->judged[i];
        o->judged = grown;
    }
    o->count[v]++;
    o->judged[o->n] = (struct judged){line, m, v, figure, SIZE_MAX, STR("")};
    return &o->judged[o->n++];
}

/* Figures of this value and measure, by commas; `chapter` where not NULL: of that one, without
 * `but`. */
static struct str of_this_value(struct proof *p, const struct mention *m, const struct str *chapter,
                                size_t but)
{
    struct strbuf b = {0};
    size_t n = 0;
    for (size_t i = 0; i < p->conf->n_indicators && n < SHOWN; i++) {
        const struct conf_indicator *x = &p->conf->indicators[i];
        if (i == but || (chapter && !str_eq(*chapter, x->chapter)) || !placing_measures(x, m) ||
            agrees(m, &p->target[i]) != AGREE_YES)
            continue;
        strbuf_printf(&b, "%s%.*s", n++ ? ", " : "", STR_ARG(x->id));
    }
    struct str text = arena_str(p->a, strbuf_str(&b));
    strbuf_release(&b);
    return text;
}

/* A number that no figure can be given: said apart where it is one of a report (digits with a
 * measure word, or a percentage). */
static void leave(struct proof *p, size_t line, const struct mention *m)
{
    struct str like = of_this_value(p, m, NULL, SIZE_MAX);
    if (m->chinese || (m->form == SAID_PLAIN && !m->measure.n))
        return;
    add(p, line, m, like.n ? VERDICT_ELSEWHERE : VERDICT_NO_SOURCE, SIZE_MAX)->detail = like;
}

/* Which year, or part of one, a number speaks of. */
enum year_said { SAID_NOTHING, SAID_BESIDE, SAID_OTHER }; /* BESIDE: compared with last year */

static enum year_said year_said(const struct proof *p, const struct mention_line *l, size_t i,
                                size_t figure)
{
    const struct mention *m = &l->mention[i];
    size_t start = placing_sentence_start(l, i);
    struct str sentence = {l->words.p + start, m->at - start};
    char year[32];
    snprintf(year, sizeof year, "%lld", (long long)m->year);
    if (m->year && !str_eq(p->k->figure[figure].period, str_c(year)))
        return SAID_OTHER;
    if (last_word(sentence, &p->conf->proofread.partial))
        return SAID_OTHER;
    size_t last = last_word(sentence, &p->conf->proofread.last_year);
    if (!last)
        return SAID_NOTHING;
    return last > last_word(sentence, &p->conf->proofread.compared) ? SAID_OTHER : SAID_BESIDE;
}

/* The change of a figure since last year as a number of this form says it; false: none is known. */
static bool change_of(const struct known_figure *f, const struct mention *m, struct exact *out)
{
    struct exact now, before;
    if (m->form != SAID_PLAIN)
        return f->change.n && exact_parse(f->change, out);
    return f->prior.n && figure_value(&f->figure, &now) && exact_parse(f->prior, &before) &&
           exact_sub(now, before, out);
}

/* A number with a direction that is not about the figure itself is about its change since last
 * year: true when that settles it. */
static bool judge_change(struct proof *p, size_t line, const struct mention_line *l, size_t i,
                         size_t figure)
{
    const struct mention *m = &l->mention[i];
    enum direction way = said_direction(p, l, i);
    if (way == GOES_NOWHERE || figure == SIZE_MAX || p->conf->indicators[figure].sign != SIGN_NONE)
        return false;
    const struct known_figure *f = &p->k->figure[figure];
    struct exact change, size;
    bool has = change_of(f, m, &change);
    if (has)
        size = (struct exact){change.num < 0 ? -change.num : change.num, change.den};
    if (!has || agree(m, size, NULL) == AGREE_NO) {
        leave(p, line, m);
        return true;
    }
    bool points = m->form != SAID_PLAIN && !str_eq(f->change_unit, STR("%"));
    enum verdict v = points != (m->form == SAID_POINTS)              ? VERDICT_POINTS
                     : way != (change.num < 0 ? GOES_DOWN : GOES_UP) ? VERDICT_DIRECTION
                                                                     : VERDICT_EQUAL;
    add(p, line, m, v, figure);
    return true;
}

/* The number is the figure's, or a rounding of it. */
static void judge_agreeing(struct proof *p, size_t line, const struct mention_line *l, size_t i,
                           size_t figure, enum agreement how)
{
    const struct mention *m = &l->mention[i];
    enum verdict v = how == AGREE_YES ? VERDICT_EQUAL : VERDICT_ROUNDED;
    enum direction way = said_direction(p, l, i);
    if (!p->k->figure[figure].sure)
        v = VERDICT_UNSURE;
    else if (m->form == SAID_POINTS)
        v = VERDICT_POINTS;
    else if (p->conf->indicators[figure].sign != SIGN_NONE && way != GOES_NOWHERE &&
             way != true_direction(p, figure))
        v = VERDICT_DIRECTION;
    add(p, line, m, v, figure);
    if (p->said[figure] == SIZE_MAX)
        p->said[figure] = p->out->n - 1;
}

/* Is it what an organisation or a month has of the figure? Only of counts that are large enough to
 * be no coincidence. n = 0: no. */
static struct str part_of(struct proof *p, const struct mention *m, size_t figure)
{
    int c;
    if (m->form != SAID_PLAIN || !exact_compare(m->value, exact_of(PART_FROM), &c) || c < 0)
        return STR("");
    for (size_t i = 0; i < p->k->n_parts; i++) {
        const struct known_part *part = &p->k->part[i];
        if (part->indicator == figure && agree(m, part->value, NULL) == AGREE_YES)
            return arena_printf(p->a, "%.*s%s%.*s%s%.*s", STR_ARG(p->conf->indicators[figure].id),
                                part->org.n ? " " : "", STR_ARG(part->org),
                                part->month.n ? " " : "", STR_ARG(part->month));
    }
    return STR("");
}

/* What a number is that is not the figure's. *detail: the run, or the other figures. */
static enum verdict other_verdict(struct proof *p, const struct mention *m, size_t figure,
                                  struct str *detail)
{
    const struct known_figure *f = &p->k->figure[figure];
    if (!f->sure)
        return VERDICT_UNSURE;
    *detail = older_run(p, m, figure);
    if (detail->n)
        return VERDICT_OLDER;
    if (is_number(m, f->prior))
        return VERDICT_LAST_YEAR;
    *detail = of_this_value(p, m, &p->conf->indicators[figure].chapter, figure);
    return detail->n ? VERDICT_OTHERS : VERDICT_DIFFERENT;
}

static void judge_disagreeing(struct proof *p, size_t line, const struct mention_line *l, size_t i,
                              size_t figure)
{
    const struct mention *m = &l->mention[i];
    enum year_said year = year_said(p, l, i, figure);
    struct str detail = STR("");
    if (year != SAID_NOTHING && is_number(m, p->k->figure[figure].prior)) {
        add(p, line, m, VERDICT_EQUAL, figure);
        return;
    }
    if (year == SAID_OTHER) {
        leave(p, line, m);
        return;
    }
    struct str part = part_of(p, m, figure);
    if (part.n) {
        add(p, line, m, VERDICT_ELSEWHERE, SIZE_MAX)->detail = part;
        return;
    }
    enum verdict v = other_verdict(p, m, figure, &detail);
    add(p, line, m, v, figure)->detail = detail;
    if (p->said[figure] == SIZE_MAX)
        p->said[figure] = p->out->n - 1;
}

/* Chinese numerals are mostly no figures (一件, 两项): only where the figure is printed so. */
static bool is_turn_of_phrase(const struct proof *p, const struct mention *m, size_t figure)
{
    const struct target *t = &p->target[figure];
    return m->chinese && m->form == SAID_PLAIN && m->hedge == HEDGE_NONE &&
           !(t->is_printed && t->printed.chinese);
}

/* The best candidate that has the value; of those that fit at least half as well as the best. */
static size_t agreeing(const struct proof *p, const struct mention *m,
                       const struct placing_candidate *c, size_t n, enum agreement want)
{
    for (size_t i = 0; i < n && 2 * c[i].score >= c[0].score; i++)
        if (agrees(m, &p->target[c[i].figure]) == want)
            return c[i].figure;
    return SIZE_MAX;
}

/* The figure that the number before in the sentence was taken for; SIZE_MAX: none. */
static size_t figure_before(const struct proof *p, size_t line, const struct mention_line *l,
                            size_t i)
{
    const struct proofread *o = p->out;
    const struct judged *last = o->n ? &o->judged[o->n - 1] : NULL;
    bool near = last && last->line == line && last->mention->at >= placing_sentence_start(l, i);
    return near ? last->figure : SIZE_MAX;
}

static void judge(struct proof *p, size_t line, size_t i)
{
    const struct mention_line *l = &p->out->line[line];
    const struct mention *m = &l->mention[i];
    struct placing_candidate c[PLACING_CANDIDATES];
    size_t n = placing_find(&p->placing, l, i, c);
    size_t best = n ? c[0].figure : figure_before(p, line, l, i);
    size_t yes = agreeing(p, m, c, n, AGREE_YES);
    size_t rounded = n ? agreeing(p, m, c, 1, AGREE_ROUNDED) : SIZE_MAX;
    bool tie = n > 1 && c[0].score == c[1].score;
    if (yes != SIZE_MAX)
        judge_agreeing(p, line, l, i, yes, AGREE_YES);
    else if (judge_change(p, line, l, i, best))
        return;
    else if (!n || tie || is_turn_of_phrase(p, m, best))
        leave(p, line, m);
    else if (rounded != SIZE_MAX && year_said(p, l, i, rounded) != SAID_OTHER)
        judge_agreeing(p, line, l, i, rounded, AGREE_ROUNDED);
    else
        judge_disagreeing(p, line, l, i, best);
}

/* --- numbers that belong together --- */

/* A figure as the draft says it, as a source of rules. */
static bool said_value(void *ctx, size_t indicator, enum rule_side side, struct exact *out)
{
    const struct proof *p = ctx;
    size_t at = p->said[indicator];
    if (at == SIZE_MAX || side != RULE_VALUE)
        return false;
    const struct mention *m = p->out->judged[at].mention;
    *out = m->value;
    return m->hedge == HEDGE_NONE && m->digit.num == 1 && m->digit.den == 1;
}

/* The numbers of a rule as the draft says them, and the first of them. */
static void list_said(const struct proof *p, const struct ast *t, struct strbuf *b, size_t *first)
{
    size_t i = t->op == AST_NAME ? conf_find_indicator(p->conf, t->text) : SIZE_MAX;
    if (i != SIZE_MAX && p->said[i] != SIZE_MAX) {
        strbuf_printf(b, "%s%.*s=", b->n ? ", " : "", STR_ARG(t->text));
        exact_print(p->out->judged[p->said[i]].mention->value.num, 0, b);
        *first = p->said[i] < *first ? p->said[i] : *first;
    }
    for (size_t k = 0; k < t->n; k++)
        list_said(p, t->kid[k], b, first);
}

static void judge_rule(struct proof *p, size_t check)
{
    const struct conf_check *c = &p->conf->checks[check];
    struct problems problems = {0};
    struct rule_source known = {known_rule_value, (void *)p->k}, said = {said_value, p};
    const struct ast *t = c->rule.text.n ? expr_parse(c->rule, p->a, &problems) : NULL;
    bool good = t && rule_check(p->conf, c->rule, t, p->a, &problems);
    problems_release(&problems);
    if (!good || rule_holds(p->conf, t, &known) != TRUTH_YES ||
        rule_holds(p->conf, t, &said) != TRUTH_NO)
        return;
    struct strbuf b = {0};
    size_t first = SIZE_MAX;
    list_said(p, t, &b, &first);
    struct judged of = p->out->judged[first];
    struct judged *x = add(p, of.line, of.mention, VERDICT_PARTS, of.figure);
    x->check = check;
    x->detail = arena_str(p->a, strbuf_str(&b));
    strbuf_release(&b);
}

/* --- all of it --- */

static int by_place(const void *a, const void *b)
{
    const struct judged *x = a, *y = b;
    size_t u[] = {x->line, x->mention->at, x->verdict, x->check};
    size_t v[] = {y->line, y->mention->at, y->verdict, y->check};
    for (size_t i = 0; i < sizeof u / sizeof u[0]; i++)
        if (u[i] != v[i])
            return u[i] < v[i] ? -1 : 1;
    return 0;
}

static void read_lines(struct proof *p, struct str text)
{
    struct proofread *o = p->out;
    struct str rest = text, line;
    for (size_t i = 0; i < text.n; i++)
        o->lines += text.p[i] == '\n';
    o->line = ARENA_ARRAY(p->a, struct mention_line, ++o->lines);
    for (size_t i = 0; i < o->lines; i++) {
        size_t end = str_find(rest, '\n');
        line = (struct str){rest.p, end};
        mention_read(&p->reader, line, p->a, &o->line[i]);
        rest = str_from(rest, end + 1);
    }
}

void proofread_text(const struct known *k, const struct csvtable *history, struct str text,
                    struct arena *a, struct proofread *out)
{
    struct proof p = {.k = k, .conf = k->conf, .history = history, .a = a, .out = out};
    *out = (struct proofread){0};
    mention_reader_make(p.conf, a, &p.reader);
    placing_make(p.conf, a, &p.placing);
    make_targets(&p);
    for (size_t i = 0; history && i < H_COLUMNS; i++) {
        p.history_at[i] = csvtable_column(history, str_c(history_column[i]));
        if (p.history_at[i] == SIZE_MAX)
            p.history = NULL; /* it says nothing then */
    }
    p.said = ARENA_ARRAY(a, size_t, p.conf->n_indicators);
    for (size_t i = 0; i < p.conf->n_indicators; i++)
        p.said[i] = SIZE_MAX;
    read_lines(&p, text);
    for (size_t l = 0; l < out->lines; l++)
        for (size_t i = 0; i < out->line[l].n; i++)
            judge(&p, l, i);
    for (size_t c = 0; c < p.conf->n_checks; c++)
        judge_rule(&p, c);
    if (out->n)
        qsort(out->judged, out->n, sizeof *out->judged, by_place);
}
