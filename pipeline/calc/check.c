#include "pipeline/calc/check.h"

#include <stdarg.h>
#include <stdio.h>

#include "pipeline/calc/check_parts.h"
#include "pipeline/calc/date.h"
#include "pipeline/io/csvout.h"

/* A detail names so many cells; how many there are is said in any case. */
enum { ITEMS_SHOWN = 20, ITEMS_BYTES = 1000 };
/* Of each failed check a message quotes so much, so that all of them find room in it. */
enum { QUOTED_BYTES = 300, QUOTED_BYTES_ALL = 850 };

static bool run_compare(struct checker *k, struct err *e)
{
    (void)e;
    const struct check_row *r = &k->in->figures->check[k->index];
    k->is_set = true;
    k->result = r->result;
    k->left = r->left;
    k->right = r->right;
    return true;
}

#define FIGURES                                                                                    \
    .of_figures = true, .needs = "figures", .plan = plan_check_figures, .severity = SEV_WARN
#define EXPORTS .needs = "", .plan = plan_check_exports, .severity = SEV_WARN
#define TABLES .of_figures = true, .plan = plan_check_nothing, .needs = "", .takes = ""
/* clang-format off */
const struct check_kind check_kinds[] = {
    { "compare", .needs = "rule", .takes = "", .plan = plan_check_rule, .run = run_compare,
      .severity = SEV_WARN, .has_rule = true, .of_figures = true, .meaning = "a comparison of figures holds" },
    { "sum", FIGURES, .takes = "over", .run = check_sum,
      .meaning = "organisations or months add up to the whole" },
    { "swing", FIGURES, .takes = "over class points", .run = check_swing,
      .meaning = "the change since last year is no larger than usual for its size" },
    { "unit_slip", FIGURES, .takes = "over limit factor", .run = check_unit_slip,
      .limit = { 20, true }, .meaning = "another unit would not bring it near last year" },
    { "profile", FIGURES, .takes = "limit times base", .run = check_profile, .limit = { 40, true },
      .times = 3, .base = 30, .meaning = "no month has too much of the year, nor the last one" },
    { "certain", FIGURES, .takes = "over base", .run = check_certain, .base = 100,
      .meaning = "a rate of many is neither 0 % nor 100 %" },
    { "outlier", FIGURES, .takes = "over times base", .run = check_outlier, .times = 3,
      .meaning = "no organisation or month is far from the others" },
    { "rows", .needs = "from", .takes = "where by_org limit base", .plan = plan_check_rows,
      .run = check_rows, .severity = SEV_WARN, .base = 1, .meaning = "no row meets a condition" },
    { "heaping", .needs = "from value", .takes = "where by_org limit base digits",
      .plan = plan_check_numbers, .run = check_heaping, .severity = SEV_WARN, .base = 20,
      .limit = { 60, true }, .meaning = "not too many values end in round digits" },
    { "mode", .needs = "from value", .takes = "where by_org limit base", .plan = plan_check_value,
      .run = check_mode, .severity = SEV_WARN, .base = 20, .limit = { 20, true },
      .meaning = "no single value is that of too many rows" },
    { "duplicates", .needs = "from same", .takes = "where different", .plan = plan_check_groups,
      .run = check_duplicates, .severity = SEV_WARN, .meaning = "no two rows tell of the same" },
    { "overlap", .needs = "from same start end", .takes = "where", .plan = plan_check_groups,
      .run = check_overlap, .severity = SEV_WARN, .meaning = "no two spans share a day" },
    { "roster", EXPORTS, .takes = "exports", .run = check_roster,
      .meaning = "every submitter delivered" },
    { "late", EXPORTS, .takes = "exports limit", .run = check_late,
      .meaning = "the newest file of each submitter reaches the cut-off" },
    { "unchanged", EXPORTS, .takes = "exports", .run = check_unchanged,
      .meaning = "no two files are the same byte for byte" },
    { "empty", EXPORTS, .takes = "exports", .run = check_empty, .meaning = "no file is without rows" },
    { "published", TABLES, .run = check_published, .severity = SEV_FATAL,
      .meaning = "published figures come out again, or a revision says why not" },
    { "possible", TABLES, .run = check_possible, .severity = SEV_WARN,
      .meaning = "each published percentage can be one of its figure's base" },
    { "claims", .needs = "from value", .takes = "where of before now", .plan = plan_check_claims,
      .run = check_claims, .severity = SEV_WARN,
      .meaning = "each percentage that a row claims can be one of the numbers beside it" },
    { "waivers", TABLES, .run = check_waivers, .severity = SEV_WARN,
      .meaning = "each waiver names a check and has not expired" },
};
/* clang-format on */
const size_t check_kind_count = sizeof check_kinds / sizeof check_kinds[0];

const struct check_kind *check_kind_find(struct str name)
{
    for (size_t i = 0; i < check_kind_count; i++)
        if (str_eq(name, str_c(check_kinds[i].name)))
            return &check_kinds[i];
    return NULL;
}

/* --- for the kinds --- */

struct str check_say(struct checker *k, const char *code, ...)
{
    va_list ap;
    va_start(ap, code);
    struct str said = msg_words(k->arena, k->conf->language, code, ap);
    va_end(ap);
    return said;
}

static void show_sides(struct checker *k, struct str left, struct str right)
{
    k->left = left;
    k->right = right;
}

void check_good(struct checker *k, struct str left, struct str right)
{
    if (k->n_judged++ == 0 && k->n_items == 0)
        show_sides(k, left, right);
}

/* The first items are spelled out. */
static void add_item(struct checker *k, struct str item)
{
    if (k->n_shown == ITEMS_SHOWN || (k->n_shown && k->items.n + item.n > ITEMS_BYTES))
        return;
    k->n_shown++;
    if (k->items.n)
        strbuf_add(&k->items, STR("; "));
    strbuf_add(&k->items, item);
}

void check_bad(struct checker *k, struct str left, struct str right, struct str item)
{
    if (k->n_items == 0)
        show_sides(k, left, right);
    k->n_judged++;
    k->n_items++;
    add_item(k, item);
}

void check_blind(struct checker *k, struct str name)
{
    k->n_blind++;
    add_item(k, check_say(k, "I-CHECK-01", arena_str(k->arena, name).p, NULL));
}

struct str check_line_name(struct checker *k, const struct figure_row *r)
{
    struct str id = k->conf->indicators[r->indicator].id;
    return arena_printf(k->arena, "%.*s%s%.*s%s%.*s", STR_ARG(id), r->org.n ? " " : "",
                        STR_ARG(r->org), r->month.n ? " " : "", STR_ARG(r->month));
}

bool check_line_value(const struct figure_row *r, struct exact *v)
{
    return figure_value(&r->f, v) && exact_mul(*v, exact_of(r->f.percent ? 100 : 1), v);
}

static struct str kept_text(struct checker *k, struct strbuf *b)
{
    struct str s = arena_str(k->arena, strbuf_str(b));
    strbuf_release(b);
    return s;
}

struct str check_line_text(struct checker *k, const struct figure_row *r)
{
    struct strbuf b = {0};
    figure_print(&r->f, &b);
    return kept_text(k, &b);
}

struct str check_number(struct checker *k, struct exact v, int decimals)
{
    struct strbuf b = {0};
    exact_int rounded;
    if (exact_round(v, decimals, k->conf->half_even, &rounded))
        exact_print(rounded, decimals, &b);
    return kept_text(k, &b);
}

/* --- running --- */

/* How a verdict follows from the cells is said in the header. */
static enum check_result judge(const struct checker *k)
{
    if (k->is_set)
        return k->result;
    if (k->n_items)
        return CHECK_FAIL;
    if (k->n_blind)
        return CHECK_NOT_RUN;
    return k->n_judged ? CHECK_PASS : CHECK_NOT_APPLICABLE;
}

static struct str items_text(struct checker *k)
{
    struct str said = arena_str(k->arena, strbuf_str(&k->items));
    size_t n = k->n_items + k->n_blind;
    if (n > k->n_shown)
        return check_say(k, "I-CHECK-02", said.p, CHECK_TEXT(k, "%zu", n), NULL);
    return said;
}

static void excuse(struct checker *k, struct verdict *v)
{
    const struct kept_row *w = check_waiver(k);
    if (v->result != CHECK_FAIL || !w)
        return;
    v->result = CHECK_WAIVED;
    struct str words = check_say(k, "I-CHECK-03", arena_str(k->arena, w->cell[WAIVER_EXPIRY]).p,
                                 arena_str(k->arena, w->cell[WAIVER_REASON]).p,
                                 arena_str(k->arena, w->cell[WAIVER_PERSON]).p, NULL);
    v->detail = arena_printf(k->arena, "%.*s [%.*s]", STR_ARG(v->detail), STR_ARG(words));
}

static bool run_one(struct checker *k, struct verdict *v, struct err *e)
{
    const struct conf_check *x = k->x;
    bool blind = !k->in->table && !x->kind->of_figures;
    if (!blind && !x->kind->run(k, e))
        return false;
    *v = (struct verdict){
        .result = blind ? CHECK_NOT_RUN : judge(k), .left = k->left, .right = k->right};
    v->said = blind               ? check_say(k, "I-ROLL-04", NULL)
              : x->kind->has_rule ? x->rule.text
                                  : items_text(k);
    v->detail = v->said;
    if (x->title.n)
        v->detail = arena_printf(k->arena, "%.*s%s%.*s", STR_ARG(x->title), v->said.n ? ": " : "",
                                 STR_ARG(v->said));
    excuse(k, v);
    return true;
}

/* Where the lines of each indicator begin, and how many there are. */
static void index_lines(const struct figures *f, size_t *first, size_t *lines)
{
    for (size_t i = f->n; i > 0; i--) {
        first[f->row[i - 1].indicator] = i - 1;
        lines[f->row[i - 1].indicator]++;
    }
}

bool checks_run(const struct check_input *in, struct arena *a, struct verdict *v, struct err *e)
{
    const struct conf *c = in->plan->conf;
    size_t *first = ARENA_ARRAY(a, size_t, c->n_indicators);
    size_t *lines = ARENA_ARRAY(a, size_t, c->n_indicators);
    struct strbuf items = {0};
    bool ok = true;
    index_lines(in->figures, first, lines);
    for (size_t i = 0; ok && i < c->n_checks; i++) {
        items.n = 0;
        struct checker k = {.in = in,
                            .conf = c,
                            .refs = in->plan->refs,
                            .x = &c->checks[i],
                            .plan = &in->plan->figures->check[i],
                            .index = i,
                            .arena = a,
                            .first = first,
                            .lines = lines,
                            .items = items};
        ok = run_one(&k, &v[i], e);
        items = k.items;
    }
    strbuf_release(&items);
    return ok;
}

/* --- results --- */

void checks_csv(const struct conf *c, const struct verdict *v, struct strbuf *out)
{
    static const struct str heading[] = {{"check", 5}, {"severity", 8}, {"result", 6},
                                         {"left", 4},  {"right", 5},    {"detail", 6}};
    struct csvout o = {.out = out};
    csvout_record(&o, heading, sizeof heading / sizeof heading[0]);
    for (size_t i = 0; i < c->n_checks; i++) {
        const struct str cell[] = {c->checks[i].id, str_c(severity_name[c->checks[i].severity]),
                                   str_c(check_result_name[v[i].result]), v[i].left, v[i].right};
        for (size_t k = 0; k < sizeof cell / sizeof cell[0]; k++)
            csvout_text(&o, cell[k]);
        csvout_foreign(&o, v[i].detail);
        csvout_end(&o);
    }
}

/* The beginning of s, cut between two characters. */
static struct str beginning(struct str s, size_t most)
{
    if (s.n <= most)
        return s;
    while (most && ((unsigned char)s.p[most] & 0xc0) == 0x80)
        most--;
    return (struct str){s.p, most};
}

static bool is_fatal(const struct conf *c, const struct verdict *v, size_t i)
{
    return c->checks[i].severity == SEV_FATAL && v[i].result == CHECK_FAIL;
}

bool checks_judge(const struct conf *c, const struct verdict *v, struct err *e)
{
    struct strbuf failed = {0};
    size_t n = 0;
    for (size_t i = 0; i < c->n_checks; i++)
        n += is_fatal(c, v, i);
    size_t most = n * QUOTED_BYTES > QUOTED_BYTES_ALL ? QUOTED_BYTES_ALL / n : QUOTED_BYTES;
    for (size_t i = 0; i < c->n_checks; i++) {
        if (!is_fatal(c, v, i))
            continue;
        struct str said = beginning(v[i].said, most);
        strbuf_printf(&failed, "%s%.*s (%.*s%s)", failed.n ? ", " : "", STR_ARG(c->checks[i].id),
                      STR_ARG(said), said.n < v[i].said.n ? " …" : "");
    }
    bool ok = failed.n == 0;
    if (!ok)
        err_set(e, ST_DATA, "checks.csv", "E-CHECK-01", strbuf_c(&failed), NULL);
    strbuf_release(&failed);
    return ok;
}
