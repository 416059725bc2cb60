#include "pipeline/publish/page.h"

#include "pipeline/io/hash.h"
#include "pipeline/publish/page_assets.h"
#include "pipeline/publish/page_parts.h"

enum { HASH_BYTES = 32 };

/* --- what the browser may run --- */

static int nibble(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* A hash as content security policies have it: base64 of its bytes. */
static void add_base64(struct strbuf *out, const char *hex)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < HASH_BYTES; i += 3) {
        unsigned v = 0;
        for (size_t k = 0; k < 3; k++)
            v = v << 8 | (i + k < HASH_BYTES ? (unsigned)(nibble(hex[2 * (i + k)]) << 4 |
                                                          nibble(hex[2 * (i + k) + 1]))
                                             : 0);
        for (size_t k = 0; k < 4; k++)
            strbuf_addc(out, i + k > HASH_BYTES ? '=' : digit[v >> (18 - 6 * k) & 63]);
    }
}

static void add_source(struct strbuf *out, const char *directive, struct str content)
{
    char hex[2 * HASH_BYTES + 1];
    sha256_hex(content, hex);
    strbuf_printf(out, "; %s 'sha256-", directive);
    add_base64(out, hex);
    strbuf_addc(out, '\'');
}

/* The policy stands before what it is about. img-src is for the empty icon, without which a browser
 * would ask for one. */
static void add_head(struct page *p, struct str title)
{
    const struct str style = {page_style, page_style_bytes};
    const struct str script = {page_script, page_script_bytes};
    HTML(p->out, "<!DOCTYPE html>\n<html lang=\"%\">\n<head>\n<meta charset=\"utf-8\">\n",
         p->lang == LANG_EN ? STR("en") : STR("zh-CN"));
    HTML_RAW(p->out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'");
    add_source(p->out, "style-src", style);
    add_source(p->out, "script-src", script);
    HTML_RAW(p->out, "; img-src data:; base-uri 'none'; form-action 'none'\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"referrer\" content=\"no-referrer\">\n");
    HTML(p->out, "<title>%</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>", title);
    strbuf_add(p->out, style);
    HTML_RAW(p->out, "</style>\n</head>\n");
}

/* --- the head of the page --- */

static void add_fact(struct page *p, const char *word, struct str value, bool warn)
{
    HTML(p->out, "<div><dt>%</dt>", page_words(p, word, NULL));
    if (warn)
        HTML(p->out, "<dd class=\"warn\">%</dd></div>\n", value);
    else
        HTML(p->out, "<dd>%</dd></div>\n", value);
}

static void add_facts(struct page *p)
{
    struct ledger_row sum = page_sum(p, STR(""));
    size_t failed = page_check_count(p, "fail");
    HTML_RAW(p->out, "<dl class=\"facts\">\n");
    add_fact(p, "I-PAGE-41", page_int(p, (int64_t)p->in->ledger->n), false);
    add_fact(p, "I-PAGE-18", page_int(p, sum.rows_read), false);
    struct str share = sum.rows_read ? svg_share(sum.kept, sum.rows_read, &p->arena) : STR("");
    add_fact(p, "I-PAGE-19",
             arena_printf(&p->arena, "%lld (%.*s)", (long long)sum.kept, STR_ARG(share)), false);
    add_fact(p, "I-PAGE-31",
             p->missing.rows ? page_int(p, (int64_t)p->missing.rows)
                             : page_words(p, "I-PAGE-36", NULL),
             p->missing.rows > 0);
    add_fact(p, "I-PAGE-09",
             page_words(p, "I-PAGE-42", page_int(p, (int64_t)page_check_count(p, "pass")).p,
                        page_int(p, (int64_t)failed).p, NULL),
             false);
    HTML_RAW(p->out, "</dl>\n");
}

/* --- the sections --- */

static bool has_headlines(const struct page *p)
{
    return p->conf->page.n > 0;
}

static bool has_charts(const struct page *p)
{
    return p->conf->n_charts > 0;
}

static bool has_orgs(const struct page *p)
{
    return p->n_orgs > 0;
}

static bool has_months(const struct page *p)
{
    return p->n_months > 0;
}

static bool always(const struct page *p)
{
    (void)p;
    return true;
}

/* In their order. */
static const struct {
    const char *id, *word;
    void (*add)(struct page *p);
    bool (*is_there)(const struct page *p);
} sections[] = {
    {"headlines", "I-PAGE-03", page_headlines, has_headlines},
    {"charts", "I-PAGE-04", page_charts, has_charts},
    {"figures", "I-PAGE-05", page_figures, always},
    {"orgs", "I-PAGE-06", page_orgs, has_orgs},
    {"months", "I-PAGE-07", page_months, has_months},
    {"checks", "I-PAGE-09", page_checks, always},
    {"quality", "I-PAGE-08", page_quality, always},
};
enum { SECTIONS = sizeof sections / sizeof sections[0] };

static void add_header(struct page *p, struct str title)
{
    HTML(p->out, "<body>\n<a class=\"skip\" href=\"#main\">%</a>\n<header>\n",
         page_words(p, "I-PAGE-16", NULL));
    HTML(p->out, "<p class=\"eyebrow\">%</p>\n<h1>%</h1>\n",
         page_words(p, "I-PAGE-01", page_int(p, p->in->refs->year).p, NULL), title);
    add_facts(p);
    HTML(p->out, "<nav aria-label=\"%\"><ul>\n", page_words(p, "I-PAGE-37", NULL));
    for (size_t i = 0; i < SECTIONS; i++)
        if (sections[i].is_there(p))
            HTML(p->out, "<li><a href=\"#%\">%</a></li>\n", str_c(sections[i].id),
                 page_words(p, sections[i].word, NULL));
    HTML_RAW(p->out, "</ul></nav>\n</header>\n<main id=\"main\" tabindex=\"-1\">\n");
}

static void add_footer(struct page *p)
{
    HTML(p->out, "</main>\n<footer>\n<p>%</p>\n</footer>\n<script>",
         page_words(p, "I-PAGE-38", NULL));
    strbuf_add(p->out, (struct str){page_script, page_script_bytes});
    HTML_RAW(p->out, "</script>\n</body>\n</html>\n");
}

bool page_make(const struct page_input *in, struct strbuf *out, struct err *e)
{
    struct page p = {.in = in, .conf = in->conf, .lang = in->conf->language, .out = out};
    bool english = p.lang == LANG_EN && p.conf->title_en.n;
    struct str title = english ? p.conf->title_en : p.conf->title;
    if (!title.n)
        title = page_words(&p, "I-PAGE-02", NULL);
    bool ok = page_read(&p, e);
    if (ok) {
        add_head(&p, title);
        add_header(&p, title);
        for (size_t i = 0; i < SECTIONS; i++)
            if (sections[i].is_there(&p))
                sections[i].add(&p);
        add_footer(&p);
    }
    page_release(&p);
    return ok;
}
