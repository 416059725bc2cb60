#include "pipeline/run/compare_command.h"

#include <stdio.h>

#include "pipeline/run/compare.h"

static const char *shown(struct comparison *x, struct exact v, int decimals, bool sign)
{
    struct strbuf b = {0};
    exact_int rounded;
    if (sign && v.num > 0)
        strbuf_addc(&b, '+');
    if (exact_round(v, decimals, false, &rounded))
        exact_print(rounded, decimals, &b);
    const char *text = arena_str(&x->arena, strbuf_str(&b)).p;
    strbuf_release(&b);
    return text;
}

static const char *or_dash(struct comparison *x, struct str s)
{
    return s.n ? arena_str(&x->arena, s).p : "—";
}

static void say_quantity(const struct night_request *r, struct comparison *x,
                         const struct quantity *q)
{
    static const char *const codes[LINEAR_SIDES] = {"I-CMP-03", "I-CMP-04", "I-CMP-05"};
    int d = q->decimals;
    night_say(r, codes[q->is_value ? LINEAR_VALUE : q->side], or_dash(x, q->before),
              or_dash(x, q->after), q->has_change ? shown(x, q->change, d, true) : "—", NULL);
    if (!q->is_split)
        return;
    night_say(r, "I-CMP-06", shown(x, q->by[ROW_NEW], d, true), shown(x, q->by[ROW_GONE], d, true),
              shown(x, q->by[ROW_EDITED], d, true), shown(x, q->rules, d, true), NULL);
    if (q->rest.num != 0)
        night_say(r, "I-CMP-07", shown(x, q->rest, d, true), NULL);
}

static void say_figure(const struct night_request *r, struct comparison *x, const struct changed *c)
{
    size_t i = conf_find_indicator(&x->now.conf, c->id);
    const struct conf_indicator *f = i == SIZE_MAX ? NULL : &x->now.conf.indicators[i];
    struct str name = !f ? STR("") : r->language == LANG_EN && f->name_en.n ? f->name_en : f->name;
    const char *title = arena_printf(&x->arena, "%.*s%s%.*s%s%.*s%s%.*s", STR_ARG(c->id),
                                     name.n ? " " : "", STR_ARG(name), c->org.n ? " " : "",
                                     STR_ARG(c->org), c->month.n ? " " : "", STR_ARG(c->month))
                            .p;
    night_say(r, "I-CMP-02", title, or_dash(x, c->printed[0]), or_dash(x, c->printed[1]), NULL);
    for (size_t k = 0; k < c->n; k++)
        say_quantity(r, x, &c->q[k]);
}

static void json_part(struct comparison *x, struct json *j, const char *key, struct exact v,
                      int decimals)
{
    json_number(j, key, str_c(shown(x, v, decimals, false)));
}

static void json_quantity(struct comparison *x, struct json *j, const struct quantity *q)
{
    static const char *const of[LINEAR_SIDES] = {"value", "numerator", "denominator"};
    json_flat_object(j, NULL);
    json_text(j, "of", str_c(of[q->is_value ? LINEAR_VALUE : q->side]));
    json_text(j, "before", q->before);
    json_text(j, "after", q->after);
    if (q->has_change)
        json_part(x, j, "change", q->change, q->decimals);
    if (q->is_split) {
        json_part(x, j, "new_rows", q->by[ROW_NEW], q->decimals);
        json_part(x, j, "gone_rows", q->by[ROW_GONE], q->decimals);
        json_part(x, j, "edited_cells", q->by[ROW_EDITED], q->decimals);
        json_part(x, j, "rules", q->rules, q->decimals);
        json_part(x, j, "not_split", q->rest, q->decimals);
    }
    json_end(j);
}

static void make_json(struct comparison *x, struct strbuf *text)
{
    struct json j = {.out = text};
    json_object(&j, NULL);
    json_int(&j, "from", x->run[0].number);
    json_int(&j, "to", x->run[1].number);
    json_array(&j, "figures");
    for (size_t i = 0; i < x->n; i++) {
        const struct changed *c = &x->changed[i];
        json_object(&j, NULL);
        json_text(&j, "id", c->id);
        json_text(&j, "org", c->org);
        json_text(&j, "month", c->month);
        json_text(&j, "before", c->printed[0]);
        json_text(&j, "after", c->printed[1]);
        json_array(&j, "numbers");
        for (size_t k = 0; k < c->n; k++)
            json_quantity(x, &j, &c->q[k]);
        json_end(&j);
        json_end(&j);
    }
    json_end(&j);
    json_end(&j);
    strbuf_addc(text, '\n');
}

static void say_files(const struct night_request *r, struct comparison *x)
{
    int64_t fresh, gone, other;
    const struct kept *a = &x->run[0], *b = &x->run[1];
    struct arena *m = &x->arena;
    bool same = str_eq(a->record.settings, b->record.settings);
    comparison_files(x, &fresh, &gone, &other);
    night_say(r, same ? "I-CMP-01" : "I-CMP-08", night_number(m, a->number),
              night_number(m, b->number), night_number(m, fresh), night_number(m, gone),
              night_number(m, other), NULL);
}

static bool print_all(const struct night_request *r, struct comparison *x, struct err *e)
{
    struct strbuf text = {0};
    if (r->json) {
        make_json(x, &text);
        return night_print(&text, e);
    }
    say_files(r, x);
    for (size_t i = 0; i < x->n; i++)
        say_figure(r, x, &x->changed[i]);
    if (!x->n)
        night_say(r, "I-CMP-09", NULL);
    return true;
}

/* Figures whose difference cannot be split are said all the same. */
static bool compare_all(const struct night_request *r, struct comparison *x,
                        const int64_t number[2], struct err *e)
{
    struct err failed = {0};
    for (size_t i = 0; i < 2; i++)
        if (!kept_read(x->p->out, number[i], &x->arena, &x->run[i], e))
            return false;
    if (!comparison_find(x, e))
        return false;
    bool ok = comparison_split(x, e);
    if (print_all(r, x, &failed))
        return ok;
    *e = failed;
    return false;
}

enum status compare_command_run(const struct night_request *r, struct replay *p, const char *from,
                                const char *to, struct err *e)
{
    struct comparison x = {.p = p, .all = r->all};
    struct err later = {0};
    int64_t number[2];
    bool ok = night_parse_run(from, &number[0], e) && night_parse_run(to, &number[1], e) &&
              compare_all(r, &x, number, e);
    comparison_release(&x);
    if (!replay_end(p, &later) && ok) {
        *e = later;
        ok = false;
    }
    return ok ? ST_OK : e->status;
}
