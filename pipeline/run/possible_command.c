/*
 * The answer is a headline (possible or not), then a line for each way of rounding; ways with the
 * same answer share a line.
 */
#include "pipeline/run/possible_command.h"

#include <stdio.h>
#include <string.h>

#include "pipeline/base/arena.h"
#include "pipeline/calc/cell.h"
#include "pipeline/calc/possible.h"

enum { CLAIMS = 64, TEXT = 512, MORE_DECIMALS = 2 };

void possible_command_rows(struct possible_request *r, struct opt rows[POSSIBLE_OPTIONS])
{
    r->of = r->part = r->now = r->before = r->of_before = -1;
    const struct opt own[POSSIBLE_OPTIONS] = {
        {0, "of", OPT_NUMBER, &r->of, "N", {"份额的基数", "base of the share"}},
        {0, "part", OPT_NUMBER, &r->part, "N", {"份额的分子", "numerator of the share"}},
        {0, "now", OPT_NUMBER, &r->now, "N", {"变化后的数", "the number after the change"}},
        {0, "before", OPT_NUMBER, &r->before, "N", {"变化前的数", "the number before it"}},
        {0,
         "of-before",
         OPT_NUMBER,
         &r->of_before,
         "N",
         {"两个比率之差中前一个的基数", "of two rates: base of the earlier"}},
        {0,
         "rounding",
         OPT_TEXT,
         &r->rounding,
         "WAY",
         {"只看一种:half_up、half_even、truncate", "only half_up, half_even or truncate"}},
    };
    memcpy(rows, own, sizeof own);
}

bool possible_command_asked(const struct possible_request *r)
{
    return r->of >= 0 || r->part >= 0 || r->now >= 0 || r->before >= 0 || r->of_before >= 0 ||
           r->rounding;
}

/* --- words --- */

struct asking {
    const struct possible_request *r;
    struct possible_claim claim[CLAIMS];
    const char *text[CLAIMS]; /* the claims as given */
    size_t n;
    struct arena a;
};

/* The message `code` with up to five arguments. */
static const char *say(struct asking *q, const char *code, const char *a, const char *b,
                       const char *c, const char *d, const char *e)
{
    char text[TEXT];
    const char *arg[MSG_ARGS] = {a, b, c, d, e};
    msg_format(code, q->r->language, arg, text, sizeof text);
    return arena_str(&q->a, str_c(text)).p;
}

static const char *number(struct asking *q, exact_int v, int decimals)
{
    struct strbuf b = {0};
    exact_print(v, decimals, &b);
    const char *text = arena_str(&q->a, strbuf_str(&b)).p;
    strbuf_release(&b);
    return text;
}

/* 100 * num / den, with two decimals more than the claim. */
static const char *hundredfold(struct asking *q, exact_int num, exact_int den)
{
    struct exact v;
    exact_int rounded = 0;
    int decimals = q->claim[0].decimals + MORE_DECIMALS;
    if (!exact_ratio(num, den, &v) || !exact_mul(v, exact_of(100), &v) ||
        !exact_round(v, decimals, false, &rounded))
        return "?";
    return number(q, rounded, decimals);
}

static const char *percent(struct asking *q, exact_int num, exact_int den)
{
    return arena_printf(&q->a, "%s%%", hundredfold(q, num, den)).p;
}

/* --- one way of rounding --- */

struct answer {
    bool possible;
    const char *text;
};

/* A question with one unknown whole number: which range it lies in, and what it makes of a value.
 */
struct unknown {
    struct possible_range range;
    const char *name;    /* message: what is looked for */
    int64_t known;       /* the other side */
    bool is_den, change; /* is the unknown the denominator? is the claim about num / den - 1? */
    int64_t given;       /* negative: unknown indeed */
};

static const char *value_at(struct asking *q, const struct unknown *u, exact_int v)
{
    exact_int num = u->is_den ? u->known : v, den = u->is_den ? v : u->known;
    return percent(q, u->change ? num - den : num, den);
}

static const char *nearest(struct asking *q, const struct unknown *u, const char *name)
{
    exact_int least = u->is_den ? 1 : 0, below = u->range.last, above = u->range.first;
    if (below < least && (above < least || above > below + 1))
        return say(q, "I-POSS-22", name, NULL, NULL, NULL, NULL);
    if (below < least)
        return say(q, "I-POSS-23", name, number(q, above, 0), value_at(q, u, above), NULL, NULL);
    return say(q, "I-POSS-21", name, number(q, below, 0), value_at(q, u, below),
               number(q, above, 0), value_at(q, u, above));
}

static struct answer answer_range(struct asking *q, const struct unknown *u)
{
    const struct possible_range *x = &u->range;
    const char *name = say(q, u->name, NULL, NULL, NULL, NULL, NULL);
    bool some = x->open || x->first <= x->last;
    if (u->given >= 0) {
        bool in = x->first <= u->given && (x->open || u->given <= x->last);
        return (struct answer){in, say(q, in ? "I-POSS-24" : "I-POSS-25", value_at(q, u, u->given),
                                       NULL, NULL, NULL, NULL)};
    }
    if (!some)
        return (struct answer){false, nearest(q, u, name)};
    if (x->open)
        return (struct answer){true,
                               say(q, "I-POSS-20", name, number(q, x->first, 0), NULL, NULL, NULL)};
    if (x->first == x->last)
        return (struct answer){true,
                               say(q, "I-POSS-18", name, number(q, x->first, 0), NULL, NULL, NULL)};
    return (struct answer){true,
                           say(q, "I-POSS-19", name, number(q, x->first, 0), number(q, x->last, 0),
                               number(q, x->last - x->first + 1, 0), NULL)};
}

/* The smallest base of all. */
static struct answer answer_simplest(struct asking *q, struct possible_interval i, bool change)
{
    struct exact x;
    if (!possible_simplest(i, &x))
        return (struct answer){false, say(q, "I-POSS-26", NULL, NULL, NULL, NULL, NULL)};
    const char *fraction =
        arena_printf(&q->a, "%s/%s = %s", number(q, x.num, 0), number(q, x.den, 0),
                     percent(q, change ? x.num - x.den : x.num, x.den))
            .p;
    return (struct answer){true, say(q, change ? "I-POSS-28" : "I-POSS-27", number(q, x.den, 0),
                                     fraction, NULL, NULL, NULL)};
}

static struct answer answer_share(struct asking *q, enum possible_rounding by)
{
    const struct possible_request *r = q->r;
    struct possible_interval i = possible_interval(&q->claim[0], by);
    if (r->of < 0 && r->part < 0)
        return answer_simplest(q, i, false);
    struct unknown u = {.name = "I-POSS-14", .known = r->of, .given = r->part};
    if (r->of < 0)
        u = (struct unknown){.name = "I-POSS-15", .known = r->part, .is_den = true, .given = -1};
    u.range = u.is_den ? possible_bases(i, r->part) : possible_numerators(i, r->of);
    return answer_range(q, &u);
}

static struct answer answer_change(struct asking *q, enum possible_rounding by)
{
    const struct possible_request *r = q->r;
    struct possible_interval i = possible_factor(possible_interval(&q->claim[0], by));
    if (r->now < 0 && r->before < 0)
        return answer_simplest(q, i, true);
    struct unknown u = {.name = "I-POSS-17", .known = r->before, .given = r->now, .change = true};
    if (r->before < 0)
        u = (struct unknown){
            .name = "I-POSS-16", .known = r->now, .is_den = true, .given = -1, .change = true};
    u.range = u.is_den ? possible_bases(i, r->now) : possible_numerators(i, r->before);
    return answer_range(q, &u);
}

static struct answer answer_sum(struct asking *q, enum possible_rounding by)
{
    int64_t part[CLAIMS];
    struct possible_sum sum;
    struct strbuf b = {0};
    bool ok = q->r->of < 0 ? possible_whole(q->claim, q->n, by)
                           : possible_parts(q->claim, q->n, q->r->of, by, part, &sum);
    if (q->r->of < 0)
        return (struct answer){
            ok, say(q, ok ? "I-POSS-32" : "I-POSS-33", NULL, NULL, NULL, NULL, NULL)};
    if (!ok && sum.low > sum.high)
        return (struct answer){false, say(q, "I-POSS-31", NULL, NULL, NULL, NULL, NULL)};
    if (!ok)
        return (struct answer){false, say(q, sum.low == sum.high ? "I-POSS-37" : "I-POSS-30",
                                          number(q, sum.low, 0), number(q, sum.high, 0), NULL, NULL,
                                          NULL)};
    for (size_t i = 0; i < q->n; i++)
        strbuf_printf(&b, "%s%lld", i ? " + " : "", (long long)part[i]);
    struct answer a = {true,
                       say(q, "I-POSS-29", strbuf_c(&b), number(q, q->r->of, 0), NULL, NULL, NULL)};
    strbuf_release(&b);
    return a;
}

static struct answer answer_difference(struct asking *q, enum possible_rounding by)
{
    const struct possible_request *r = q->r;
    struct possible_difference d = {.points = &q->claim[0]};
    if (q->n == 3) {
        d.now = &q->claim[1];
        d.before = &q->claim[2];
    }
    d.of = r->of > 0 ? r->of : 0;
    d.of_before = r->of_before > 0 ? r->of_before : 0;
    struct possible_pairs x = possible_pairs(&d, by);
    if (!x.n)
        return (struct answer){false, say(q, "I-POSS-35", NULL, NULL, NULL, NULL, NULL)};
    if (!d.of)
        return (struct answer){true, say(q, "I-POSS-36", NULL, NULL, NULL, NULL, NULL)};
    const char *example =
        arena_printf(&q->a, "%lld/%lld - %lld/%lld = %s", (long long)x.now, (long long)d.of,
                     (long long)x.before, (long long)d.of_before,
                     hundredfold(q, (exact_int)x.now * d.of_before - (exact_int)x.before * d.of,
                                 (exact_int)d.of * d.of_before))
            .p;
    return (struct answer){true, say(q, "I-POSS-34", number(q, x.n, 0), example, NULL, NULL, NULL)};
}

/* --- which question it is --- */

static const char *scope_share(struct asking *q)
{
    const struct possible_request *r = q->r;
    if (r->of >= 0 && r->part >= 0)
        return say(q, "I-POSS-06", number(q, r->part, 0), number(q, r->of, 0), NULL, NULL, NULL);
    if (r->of >= 0)
        return say(q, "I-POSS-04", number(q, r->of, 0), NULL, NULL, NULL, NULL);
    return r->part < 0 ? "" : say(q, "I-POSS-05", number(q, r->part, 0), NULL, NULL, NULL, NULL);
}

static const char *scope_change(struct asking *q)
{
    const struct possible_request *r = q->r;
    if (r->now >= 0 && r->before >= 0)
        return say(q, "I-POSS-09", number(q, r->before, 0), number(q, r->now, 0), NULL, NULL, NULL);
    if (r->now >= 0)
        return say(q, "I-POSS-07", number(q, r->now, 0), NULL, NULL, NULL, NULL);
    return r->before < 0 ? ""
                         : say(q, "I-POSS-08", number(q, r->before, 0), NULL, NULL, NULL, NULL);
}

static const char *scope_difference(struct asking *q)
{
    const struct possible_request *r = q->r;
    return r->of < 0 ? ""
                     : say(q, "I-POSS-10", number(q, r->of, 0), number(q, r->of_before, 0), NULL,
                           NULL, NULL);
}

static bool is_share(const struct asking *q)
{
    const struct possible_request *r = q->r;
    return q->n == 1 && !q->claim[0].points && !q->claim[0].negative && r->now < 0 &&
           r->before < 0 && r->of_before < 0 && r->of != 0 && r->of <= POSSIBLE_MAX &&
           r->part <= POSSIBLE_MAX;
}

static bool is_change(const struct asking *q)
{
    const struct possible_request *r = q->r;
    return q->n == 1 && !q->claim[0].points && r->of < 0 && r->part < 0 && r->of_before < 0 &&
           r->before != 0 && r->now <= POSSIBLE_MAX && r->before <= POSSIBLE_MAX;
}

static bool is_difference(const struct asking *q)
{
    const struct possible_request *r = q->r;
    bool bases = r->of > 0 && r->of_before > 0, none = r->of < 0 && r->of_before < 0;
    bool rates = q->n == 3 && !q->claim[1].points && !q->claim[2].points;
    return q->claim[0].points && (rates || (q->n == 1 && bases)) && (bases || none) &&
           r->part < 0 && r->now < 0 && r->before < 0 && r->of <= POSSIBLE_PAIR_MAX &&
           r->of_before <= POSSIBLE_PAIR_MAX;
}

static bool is_sum(const struct asking *q)
{
    const struct possible_request *r = q->r;
    for (size_t i = 0; i < q->n; i++)
        if (q->claim[i].points || q->claim[i].negative)
            return false;
    return q->n > 1 && r->part < 0 && r->now < 0 && r->before < 0 && r->of_before < 0 &&
           r->of != 0 && r->of <= POSSIBLE_MAX;
}

static const struct question {
    bool (*fits)(const struct asking *q);
    const char *(*scope)(struct asking *q);
    struct answer (*answer)(struct asking *q, enum possible_rounding by);
    bool change;
} questions[] = {
    {is_share, scope_share, answer_share, false},
    {is_change, scope_change, answer_change, true},
    {is_difference, scope_difference, answer_difference, false},
    {is_sum, scope_share, answer_sum, false},
};

/* --- the answer --- */

static const struct {
    const char *name, *word;
} ways[POSSIBLE_ROUNDINGS] = {
    [POSSIBLE_HALF_UP] = {"half_up", "I-POSS-11"},
    [POSSIBLE_HALF_EVEN] = {"half_even", "I-POSS-12"},
    [POSSIBLE_TRUNCATED] = {"truncate", "I-POSS-13"},
};

/* A line for each different answer, headed by the ways that give it. */
static void print_answers(struct asking *q, const struct answer *a, const bool *shown)
{
    bool done[POSSIBLE_ROUNDINGS] = {false};
    for (int i = 0; i < POSSIBLE_ROUNDINGS; i++) {
        if (!shown[i] || done[i])
            continue;
        printf("  %s", say(q, ways[i].word, NULL, NULL, NULL, NULL, NULL));
        for (int k = i + 1; k < POSSIBLE_ROUNDINGS; k++)
            if (shown[k] && strcmp(a[i].text, a[k].text) == 0) {
                printf("%s%s", q->r->language == LANG_ZH ? "、" : ", ",
                       say(q, ways[k].word, NULL, NULL, NULL, NULL, NULL));
                done[k] = true;
            }
        printf("%s%s\n", q->r->language == LANG_ZH ? ":" : ": ", a[i].text);
    }
}

/* Where a whole number is looked for in vain: from which base on there is one at all. */
static void print_smallest(struct asking *q, const struct question *x, enum possible_rounding by)
{
    struct possible_interval i = possible_interval(&q->claim[0], by);
    if (q->n != 1 || q->claim[0].points || !*x->scope(q))
        return;
    struct answer a = answer_simplest(q, x->change ? possible_factor(i) : i, x->change);
    if (a.possible)
        printf("  %s\n", a.text);
}

static enum status print_all(struct asking *q, const struct question *x, size_t only)
{
    struct answer a[POSSIBLE_ROUNDINGS];
    bool shown[POSSIBLE_ROUNDINGS], can = false, cut;
    struct strbuf claims = {0};
    for (size_t i = 0; i < POSSIBLE_ROUNDINGS; i++) {
        shown[i] = only == SIZE_MAX || only == i;
        a[i] = x->answer(q, (enum possible_rounding)i);
        can |= a[i].possible && shown[i] && (only == i || i != POSSIBLE_TRUNCATED);
    }
    cut = !can && only == SIZE_MAX && a[POSSIBLE_TRUNCATED].possible;
    for (size_t i = 0; i < q->n; i++)
        strbuf_printf(&claims, "%s%s", i ? " " : "", q->text[i]);
    if (!q->r->quiet) {
        printf("%s\n", say(q,
                           can   ? "I-POSS-01"
                           : cut ? "I-POSS-03"
                                 : "I-POSS-02",
                           strbuf_c(&claims), x->scope(q), NULL, NULL, NULL));
        print_answers(q, a, shown);
        if (!can)
            print_smallest(q, x,
                           only == SIZE_MAX ? POSSIBLE_HALF_UP : (enum possible_rounding)only);
    }
    strbuf_release(&claims);
    return can ? ST_OK : ST_DATA;
}

/* --- what was asked --- */

static bool read_claims(struct asking *q, const char *const *claim, size_t n, struct err *e)
{
    if (n == 0)
        return err_set(e, ST_CONFIG, NULL, "E-USE-03", "possible", NULL);
    if (n > CLAIMS)
        return err_set(e, ST_CONFIG, NULL, "E-USE-05", claim[CLAIMS], NULL);
    for (q->n = 0; q->n < n; q->n++) {
        q->text[q->n] = claim[q->n];
        if (!possible_parse(cell_normalise(str_c(claim[q->n]), &q->a), &q->claim[q->n]))
            return err_set(e, ST_CONFIG, NULL, "E-POSS-01", claim[q->n], NULL);
    }
    return true;
}

static bool read_rounding(const char *name, size_t *only, struct err *e)
{
    *only = SIZE_MAX;
    for (size_t i = 0; name && i < POSSIBLE_ROUNDINGS; i++)
        if (strcmp(ways[i].name, name) == 0)
            *only = i;
    return !name || *only != SIZE_MAX ||
           err_set(e, ST_CONFIG, NULL, "E-USE-04", "--rounding", name,
                   "half_up, half_even, truncate", NULL);
}

static enum status answer_all(struct asking *q, const char *const *claim, size_t n, struct err *e)
{
    size_t only;
    if (!read_claims(q, claim, n, e) || !read_rounding(q->r->rounding, &only, e))
        return e->status;
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++)
        if (questions[i].fits(q))
            return print_all(q, &questions[i], only);
    err_set(e, ST_CONFIG, NULL, "E-POSS-02", claim[0], NULL);
    return e->status;
}

enum status possible_command_run(const struct possible_request *r, const char *const *claim,
                                 size_t n, struct err *e)
{
    struct asking q = {.r = r};
    enum status status = answer_all(&q, claim, n, e);
    arena_release(&q.a);
    return status;
}
