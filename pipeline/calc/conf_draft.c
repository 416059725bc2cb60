/*
 * [draft], [paragraph NAME], [sentence NAME] and [proofread]: the words of the report.
 *
 * Texts have slots: {I105}, {I105:pct1}, {NAME of a sentence}, {parts}, {year}, {last_year},
 * {cutoff}; "{{" is a brace. They are taken apart here, so that a slot that means nothing is found
 * by `tongji check`.
 */
#include "pipeline/calc/conf_parse.h"

#include "pipeline/calc/expr_ast.h"
#include "pipeline/calc/rule.h"

/* --- slots --- */

static const struct {
    const char *name;
    enum piece_kind kind;
} fixed_slots[] = {
    {"year", PIECE_YEAR},
    {"last_year", PIECE_LAST_YEAR},
    {"cutoff", PIECE_CUTOFF},
    {"parts", PIECE_PARTS},
};
enum { FIXED_SLOTS = sizeof fixed_slots / sizeof fixed_slots[0] };

static size_t find_sentence(const struct conf *c, struct str name)
{
    for (size_t i = 0; i < c->n_sentences; i++)
        if (str_eq(c->sentences[i].name, name))
            return i;
    return SIZE_MAX;
}

static void unknown_slot(struct conf_parse *p, const struct conf_value *v, struct str name)
{
    const struct conf *c = p->c;
    size_t n = 0, most = FIXED_SLOTS + c->n_sentences + c->n_indicators;
    struct str *names = ARENA_ARRAY(p->a, struct str, most);
    for (size_t i = 0; i < c->n_indicators; i++)
        names[n++] = c->indicators[i].id;
    for (size_t i = 0; i < c->n_sentences; i++)
        names[n++] = c->sentences[i].name;
    for (size_t i = 0; i < FIXED_SLOTS; i++)
        names[n++] = str_c(fixed_slots[i].name);
    MISTAKE(p, v, "E-DRAFT-01", conf_z(p, name), conf_hint(p, name, names, n));
}

static const struct conf_style *slot_style(struct conf_parse *p, const struct conf_value *v,
                                           struct str text)
{
    struct conf_style *style = ARENA_NEW(p->a, struct conf_style);
    struct conf_value changed = *v;
    changed.text = text;
    conf_parse_print(p, NULL, &changed, style);
    return style;
}

/* What stands between the braces; false after a mistake. */
static bool slot(struct conf_parse *p, const struct conf_value *v, struct str inner,
                 struct conf_piece *out)
{
    size_t colon = str_find(inner, ':');
    struct str name = str_trim((struct str){inner.p, colon});
    struct str style = str_trim(str_from(inner, colon + 1));
    *out = (struct conf_piece){.kind = PIECE_FIGURE, .text = name};
    out->index = conf_find_indicator(p->c, name);
    if (out->index != SIZE_MAX) {
        out->style = style.n ? slot_style(p, v, style) : NULL;
        return true;
    }
    out->kind = PIECE_SENTENCE;
    out->index = find_sentence(p->c, name);
    if (out->index != SIZE_MAX)
        return true;
    for (size_t i = 0; i < FIXED_SLOTS; i++) {
        out->kind = fixed_slots[i].kind;
        if (str_eq(name, str_c(fixed_slots[i].name)))
            return true;
    }
    unknown_slot(p, v, name);
    return false;
}

static void add_piece(struct conf_parse *p, struct conf_template *t, struct conf_piece piece)
{
    t->piece = conf_push(p->a, t->piece, t->n, sizeof piece);
    t->piece[t->n++] = piece;
}

static bool is_wide(char c)
{
    return ((unsigned char)c & 0x80) != 0;
}

/* The fixed text s without the blanks beside characters that are not ASCII: a line of the
 * configuration may be broken anywhere, and Chinese is written without blanks. "{{" is "{". */
static void add_text(struct conf_parse *p, struct conf_template *t, struct str s)
{
    struct strbuf b = {0};
    for (size_t i = 0; i < s.n; i++) {
        bool beside = (i > 0 && is_wide(s.p[i - 1])) || (i + 1 < s.n && is_wide(s.p[i + 1]));
        if (s.p[i] != ' ' || !beside)
            strbuf_addc(&b, s.p[i]);
    }
    if (b.n)
        add_piece(p, t,
                  (struct conf_piece){.kind = PIECE_TEXT, .text = arena_str(p->a, strbuf_str(&b))});
    strbuf_release(&b);
}

/* v->text taken apart. */
static void take_apart(struct conf_parse *p, const struct conf_value *v, struct conf_template *out)
{
    struct str rest = v->text;
    *out = (struct conf_template){0};
    conf_unquote(p, v, &rest);
    while (rest.n) {
        size_t open = str_find(rest, '{');
        add_text(p, out, (struct str){rest.p, open});
        if (open == rest.n)
            return;
        if (open + 1 < rest.n && rest.p[open + 1] == '{') {
            add_piece(p, out, (struct conf_piece){.kind = PIECE_TEXT, .text = STR("{")});
            rest = str_from(rest, open + 2);
            continue;
        }
        rest = str_from(rest, open + 1);
        size_t close = str_find(rest, '}');
        struct conf_piece piece;
        if (close == rest.n) {
            MISTAKE(p, v, "E-DRAFT-02", conf_z(p, rest));
            return;
        }
        if (slot(p, v, (struct str){rest.p, close}, &piece))
            add_piece(p, out, piece);
        rest = str_from(rest, close + 1);
    }
}

static CONF_PARSER(parse_template)
{
    (void)s;
    take_apart(p, v, field);
}

/* --- [sentence NAME] --- */

static void parse_choice(struct conf_parse *p, const struct conf_value *v,
                         struct conf_choice **array, size_t *n)
{
    size_t bar = str_find(v->text, '|');
    struct conf_value text = *v;
    struct conf_text when = {str_trim((struct str){v->text.p, bar}), v->file, v->line};
    text.text = str_trim(str_from(v->text, bar + 1));
    *array = conf_push(p->a, *array, *n, sizeof **array);
    struct conf_choice *x = &(*array)[(*n)++];
    *x = (struct conf_choice){.name = v->word};
    if (bar == v->text.n || when.text.n == 0) {
        MISTAKE(p, v, "E-DRAFT-03", conf_z(p, v->word));
        return;
    }
    const struct ast *t = expr_parse(when, p->a, p->problems);
    if (t && rule_check(p->c, when, t, p->a, p->problems))
        x->when = t;
    take_apart(p, &text, &x->text);
}

static CONF_PARSER(parse_variant)
{
    struct conf_sentence *x = field;
    (void)s;
    parse_choice(p, v, &x->variant, &x->n_variants);
}

static CONF_PARSER(parse_part)
{
    struct conf_sentence *x = field;
    (void)s;
    parse_choice(p, v, &x->part, &x->n_parts);
}

static void sentence_begin(struct conf_parse *p)
{
    const struct conf_sentence *x = p->item;
    if (conf_find_indicator(p->c, x->name) != SIZE_MAX)
        MISTAKE(p, x, "E-DRAFT-04", conf_z(p, x->name));
}

/* One that has parts and says nothing else is its parts. */
static void sentence_end(struct conf_parse *p)
{
    struct conf_sentence *x = p->item;
    if (x->n_parts && !x->text.n)
        add_piece(p, &x->text, (struct conf_piece){.kind = PIECE_PARTS});
}

#define OF(field) .offset = offsetof(struct conf_sentence, field)
/* clang-format off */
static const struct conf_setting sentence_rows[] = {
    { "text", OF(text), .parse = parse_template, .meaning = "with slots; where no variant holds" },
    { "variant", .word = true, .parse = parse_variant,
      .meaning = "CONDITION | TEXT: in place of the text; the first that holds" },
    { "part", .word = true, .parse = parse_part,
      .meaning = "CONDITION | TEXT: all that hold make {parts}" },
    { "between", OF(between), .parse = conf_parse_string, .def = "、", .meaning = "two parts" },
    { "before", OF(before), .parse = conf_parse_string, .meaning = "the first part" },
    { "after", OF(after), .parse = conf_parse_string, .meaning = "the last part" },
};
/* clang-format on */
#undef OF

/* Which sentences does a text lead to? Those in hand are marked; meeting one again is a circle. */
struct circle {
    const struct conf *c;
    enum { SEEN_NOT, SEEN_OPEN, SEEN_DONE } * state;
};

static bool is_circular(struct circle *x, size_t sentence);

static bool leads_back(struct circle *x, const struct conf_template *t)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->piece[i].kind == PIECE_SENTENCE && is_circular(x, t->piece[i].index))
            return true;
    return false;
}

static bool is_circular(struct circle *x, size_t sentence)
{
    const struct conf_sentence *s = &x->c->sentences[sentence];
    if (x->state[sentence] != SEEN_NOT)
        return x->state[sentence] == SEEN_OPEN;
    x->state[sentence] = SEEN_OPEN;
    bool back = leads_back(x, &s->text);
    for (size_t i = 0; i < s->n_variants; i++)
        back |= leads_back(x, &s->variant[i].text);
    for (size_t i = 0; i < s->n_parts; i++)
        back |= leads_back(x, &s->part[i].text);
    x->state[sentence] = SEEN_DONE;
    return back;
}

/* A sentence that contains itself would have no end. */
static void sentences_done(struct conf_parse *p)
{
    const struct conf *c = p->c;
    for (size_t i = 0; i < c->n_sentences; i++) {
        struct circle x = {c, arena_alloc(p->a, arena_size(c->n_sentences, sizeof *x.state))};
        if (is_circular(&x, i))
            MISTAKE(p, &c->sentences[i], "E-DRAFT-06", conf_z(p, c->sentences[i].name));
    }
}

const struct conf_kind conf_kind_sentence = {.name = "sentence",
                                             .space = SPACE_SENTENCE,
                                             CONF_ROWS(sentence_rows),
                                             CONF_ITEMS(conf_sentence, sentences, n_sentences),
                                             .begin = sentence_begin,
                                             .end = sentence_end,
                                             .done = sentences_done};

/* --- [paragraph NAME] and [draft] --- */

#define OF(field) .offset = offsetof(struct conf_paragraph, field)
static const struct conf_setting paragraph_rows[] = {
    {"heading", OF(heading), .parse = parse_template, .meaning = "a line of its own above"},
    {"text", OF(text), .parse = parse_template, .meaning = "with slots"},
};
#undef OF
const struct conf_kind conf_kind_paragraph = {.name = "paragraph",
                                              .ordered = true,
                                              .space = SPACE_PARAGRAPH,
                                              CONF_ROWS(paragraph_rows),
                                              CONF_ITEMS(conf_paragraph, paragraphs, n_paragraphs)};

static const struct conf_setting draft_rows[] = {
    {"title", .offset = offsetof(struct conf, draft.title), .parse = parse_template,
     .meaning = "the first line"},
};
const struct conf_kind conf_kind_draft = {.name = "draft", CONF_ROWS(draft_rows)};

/* --- [proofread] --- */

#define OF(field) .offset = offsetof(struct conf, proofread.field), .parse = conf_parse_tokens
/* clang-format off */
static const struct conf_setting proofread_rows[] = {
    { "ignore", OF(ignore), .meaning = "words whose numbers are none" },
    { "before", OF(before), .def = "第 每 这 那 某 任", .meaning = "the number behind it is none" },
    { "after", OF(after), .def = "年 月 日 号 时 周岁", .meaning = "the number in front is none" },
    { "brackets", OF(brackets), .def = "《》 〔〕 【】", .meaning = "what is inside is passed over" },
    { "about", OF(about), .def = "约 大约 左右", .meaning = "hedges: more or less" },
    { "near", OF(near), .def = "近", .meaning = "hedges: not quite" },
    { "above", OF(above), .def = "余 多 以上 超 超过", .meaning = "hedges: more than" },
    { "reach", OF(reach), .def = "达", .meaning = "hedges: as much as" },
    { "points", OF(points), .def = "个百分点 百分点", .meaning = "percentage points" },
    { "rise", OF(rise), .def = "上升 增长 增加 增多 提高 提升 上涨 扩大 延长", .meaning = "a change upwards" },
    { "fall", OF(fall), .def = "下降 减少 降低 缩短 压缩 下滑 回落", .meaning = "a change downwards" },
    { "partial", OF(partial), .def = "上半年 下半年 季度 月份 当月 同月",
      .meaning = "the number behind is that of a part of the year" },
    { "last_year", OF(last_year), .def = "上年 去年 上一年 同期", .meaning = "the number is last year's" },
    { "compared", OF(compared), .def = "相比 同比 与上年 与去年 比上年 比去年 较上年 较去年",
      .meaning = "not last year's number, but one beside it" },
};
/* clang-format on */
#undef OF
const struct conf_kind conf_kind_proofread = {.name = "proofread", CONF_ROWS(proofread_rows)};
