#include "pipeline/publish/draft.h"

#include "pipeline/calc/date.h"
#include "pipeline/io/outfile.h"

enum { TEXT = 1024 };

struct drafting {
    const struct known *known;
    const struct conf *conf;
    const struct refs *refs;
    const struct conf_sentence *sentence; /* the one in hand; NULL: none */
    bool *asked;                          /* by conf->indicators: in vain */
    struct rule_source source;
    struct arena arena;
};

static void say(const struct drafting *d, struct strbuf *out, const char *code, struct str a,
                struct str b, struct str c)
{
    char text[TEXT];
    struct arena scratch = {0};
    const char *arg[MSG_ARGS] = {arena_str(&scratch, a).p, arena_str(&scratch, b).p,
                                 arena_str(&scratch, c).p};
    msg_format(code, d->conf->language, arg, text, sizeof text);
    strbuf_add(out, str_c(text));
    arena_release(&scratch);
}

/* A rule asks for a figure. */
static bool asked_value(void *ctx, size_t indicator, enum rule_side side, struct exact *out)
{
    struct drafting *d = ctx;
    if (side == RULE_BASELINE)
        return false;
    d->asked[indicator] |= !d->known->figure[indicator].sure;
    return known_rule_value((void *)d->known, indicator, side, out);
}

static void add_figure(struct drafting *d, const struct conf_piece *p, struct strbuf *out)
{
    const struct conf_indicator *x = &d->conf->indicators[p->index];
    const struct known_figure *f = &d->known->figure[p->index];
    if (!f->sure) {
        d->asked[p->index] = true;
        say(d, out, "I-DRAFT-01", x->id, STR(""), STR(""));
        return;
    }
    style_print(p->style ? p->style : &x->style, &f->figure, d->conf->half_even, d->conf->missing,
                out);
}

static void add_cutoff(struct drafting *d, struct strbuf *out)
{
    int64_t y, m, day;
    date_civil(d->refs->cutoff, &y, &m, &day);
    struct str year = arena_printf(&d->arena, "%lld", (long long)y);
    struct str month = arena_printf(&d->arena, "%lld", (long long)m);
    say(d, out, "I-DRAFT-02", year, month, arena_printf(&d->arena, "%lld", (long long)day));
}

static void add_template(struct drafting *d, const struct conf_template *t, struct strbuf *out);

static void add_parts(struct drafting *d, struct strbuf *out)
{
    const struct conf_sentence *s = d->sentence;
    bool first = true;
    for (size_t i = 0; s && i < s->n_parts; i++) {
        const struct conf_choice *part = &s->part[i];
        if (rule_holds(d->conf, part->when, &d->source) == TRUTH_NO)
            continue;
        strbuf_add(out, first ? s->before : s->between);
        first = false;
        add_template(d, &part->text, out);
    }
    if (!first)
        strbuf_add(out, s->after);
}

static void add_sentence(struct drafting *d, const struct conf_sentence *s, struct strbuf *out)
{
    const struct conf_sentence *outer = d->sentence;
    size_t i = 0;
    while (i < s->n_variants && rule_holds(d->conf, s->variant[i].when, &d->source) != TRUTH_YES)
        i++;
    d->sentence = s;
    add_template(d, i < s->n_variants ? &s->variant[i].text : &s->text, out);
    d->sentence = outer;
}

static void add_piece(struct drafting *d, const struct conf_piece *p, struct strbuf *out)
{
    switch (p->kind) {
    case PIECE_TEXT:
        strbuf_add(out, p->text);
        break;
    case PIECE_FIGURE:
        add_figure(d, p, out);
        break;
    case PIECE_SENTENCE:
        add_sentence(d, &d->conf->sentences[p->index], out);
        break;
    case PIECE_PARTS:
        add_parts(d, out);
        break;
    case PIECE_YEAR:
        strbuf_add_int(out, d->refs->year);
        break;
    case PIECE_LAST_YEAR:
        strbuf_add_int(out, d->refs->year - 1);
        break;
    case PIECE_CUTOFF:
        add_cutoff(d, out);
        break;
    }
}

static void add_template(struct drafting *d, const struct conf_template *t, struct strbuf *out)
{
    for (size_t i = 0; i < t->n; i++)
        add_piece(d, &t->piece[i], out);
}

/* --- the pages --- */

struct pages {
    struct strbuf *text, *markdown;
};

/* A line of its own with an empty one behind it; as it is in Markdown behind `mark`. */
static void add_line(struct pages *p, const char *mark, struct str line)
{
    if (!line.n)
        return;
    strbuf_add(p->text, line);
    strbuf_add(p->text, STR("\n\n"));
    strbuf_add(p->markdown, str_c(mark));
    strbuf_add(p->markdown, line);
    strbuf_add(p->markdown, STR("\n\n"));
}

static void add_filled(struct drafting *d, struct pages *p, const char *mark,
                       const struct conf_template *t)
{
    struct strbuf line = {0};
    add_template(d, t, &line);
    add_line(p, mark, strbuf_str(&line));
    strbuf_release(&line);
}

/* What was asked for in vain, and why. */
static void add_list(struct drafting *d, struct pages *p)
{
    struct strbuf line = {0};
    bool first = true;
    for (size_t i = 0; i < d->conf->n_indicators; i++) {
        const struct conf_indicator *x = &d->conf->indicators[i];
        if (!d->asked[i])
            continue;
        if (first) {
            say(d, &line, "I-DRAFT-03", STR(""), STR(""), STR(""));
            add_line(p, "## ", strbuf_str(&line));
        }
        first = false;
        line.n = 0;
        bool english = d->conf->language == LANG_EN && x->name_en.n;
        say(d, &line, "I-DRAFT-04", x->id, english ? x->name_en : x->name,
            d->known->figure[i].status);
        add_line(p, "- ", strbuf_str(&line));
    }
    strbuf_release(&line);
}

void draft_write(const struct known *k, const struct refs *refs, struct strbuf *text,
                 struct strbuf *markdown)
{
    struct drafting d = {.known = k, .conf = k->conf, .refs = refs};
    struct pages p = {text, markdown};
    d.source = (struct rule_source){asked_value, &d};
    d.asked = ARENA_ARRAY(&d.arena, bool, k->conf->n_indicators);
    add_filled(&d, &p, "# ", &k->conf->draft.title);
    for (size_t i = 0; i < k->conf->n_paragraphs; i++) {
        add_filled(&d, &p, "## ", &k->conf->paragraphs[i].heading);
        add_filled(&d, &p, "", &k->conf->paragraphs[i].text);
    }
    add_list(&d, &p);
    if (text->n)
        text->n--; /* the last empty line */
    if (markdown->n)
        markdown->n--;
    arena_release(&d.arena);
}

bool draft_publish(const struct conf *c, const struct refs *refs, const struct csvtable *figures,
                   const char *to, struct err *e)
{
    struct arena a = {0};
    struct known known;
    struct strbuf text = {0}, markdown = {0};
    bool ok = true;
    if (c->n_paragraphs) {
        ok = known_read(c, figures, "compute/indicators.csv", &a, &known, e);
        if (ok)
            draft_write(&known, refs, &text, &markdown);
        ok = ok &&
             outfile_put(arena_printf(&a, "%s/draft.txt", to).p, 0644, strbuf_str(&text), e) &&
             outfile_put(arena_printf(&a, "%s/draft.md", to).p, 0644, strbuf_str(&markdown), e);
    }
    strbuf_release(&text);
    strbuf_release(&markdown);
    arena_release(&a);
    return ok;
}
