#include "pipeline/publish/mention.h"

#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/num.h"

enum { YEAR_DIGITS = 4, MULTIPLIERS = 2 };

/* --- characters --- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static size_t character_length(struct str s)
{
    size_t n = 1;
    while (n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
        n++;
    return s.n ? n : 0;
}

size_t mention_characters(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

/* U+FF01 to U+FF5E are EF BC 81 to EF BD 9E; U+3000 is E3 80 80. 0: none of them. */
static char folded(struct str s)
{
    if (str_starts(s, STR("\xe3\x80\x80")))
        return ' ';
    if (s.n < 3 || (unsigned char)s.p[0] != 0xef)
        return 0;
    unsigned second = (unsigned char)s.p[1], third = (unsigned char)s.p[2];
    if (second == 0xbc && third >= 0x81)
        return (char)(third - 0x60);
    return second == 0xbd && third <= 0x9e ? (char)(third - 0x20) : 0;
}

struct str mention_fold(struct str s, struct arena *a)
{
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0;
    while (s.n) {
        size_t length = character_length(s);
        char c = length == 3 ? folded(s) : 0;
        if (c)
            out[n++] = c;
        else
            for (size_t i = 0; i < length; i++)
                out[n++] = s.p[i];
        s = str_from(s, length);
    }
    return (struct str){out, n};
}

static size_t sign_at(struct str text, size_t at, const char *const *sign, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_starts(str_from(text, at), str_c(sign[i])))
            return str_c(sign[i]).n;
    return 0;
}

size_t mention_sentence_end(struct str text, size_t at)
{
    static const char *const signs[] = {"。", "!", "?", ";"};
    return sign_at(text, at, signs, sizeof signs / sizeof signs[0]);
}

size_t mention_clause_end(struct str text, size_t at)
{
    static const char *const signs[] = {",", "、", ":", "(", ")", "\t"};
    size_t n = mention_sentence_end(text, at);
    return n ? n : sign_at(text, at, signs, sizeof signs / sizeof signs[0]);
}

/* --- words --- */

/* Length of the longest word that s begins with; 0: none. */
static size_t begins(struct str s, const struct conf_words *w)
{
    size_t best = 0;
    for (size_t i = 0; i < w->n; i++)
        if (w->word[i].n > best && str_starts(s, w->word[i]))
            best = w->word[i].n;
    return best;
}

static size_t ends(struct str s, const struct conf_words *w)
{
    size_t best = 0;
    for (size_t i = 0; i < w->n; i++)
        if (w->word[i].n > best && str_ends(s, w->word[i]))
            best = w->word[i].n;
    return best;
}

static bool has(const struct conf_words *w, struct str word)
{
    for (size_t i = 0; i < w->n; i++)
        if (str_eq(w->word[i], word))
            return true;
    return false;
}

static enum hedge hedge_of(const struct conf *c, struct str word)
{
    const struct conf_words *const of[HEDGES] = {[HEDGE_REACH] = &c->proofread.reach,
                                                 [HEDGE_ABOUT] = &c->proofread.about,
                                                 [HEDGE_NEAR] = &c->proofread.near,
                                                 [HEDGE_ABOVE] = &c->proofread.above};
    for (int h = HEDGE_REACH; h < HEDGES; h++)
        if (has(of[h], word))
            return (enum hedge)h;
    return HEDGE_NONE;
}

static int longer_first(const void *a, const void *b)
{
    const struct str *x = a, *y = b;
    return x->n != y->n ? (x->n < y->n ? 1 : -1) : str_cmp(*x, *y);
}

void mention_reader_make(const struct conf *c, struct arena *a, struct mention_reader *r)
{
    size_t most = c->reading.measures.n;
    for (size_t i = 0; i < c->n_indicators; i++)
        most += 1 + c->indicators[i].measures.n;
    *r = (struct mention_reader){.conf = c, .measure = ARENA_ARRAY(a, struct str, most)};
    for (size_t i = 0; i < c->reading.measures.n; i++)
        r->measure[r->n_measures++] = c->reading.measures.word[i];
    for (size_t i = 0; i < c->n_indicators; i++) {
        const struct conf_indicator *x = &c->indicators[i];
        if (x->unit.n && !str_eq(x->unit, STR("%")))
            r->measure[r->n_measures++] = x->unit;
        for (size_t k = 0; k < x->measures.n; k++)
            r->measure[r->n_measures++] = x->measures.word[k];
    }
    if (r->n_measures)
        qsort(r->measure, r->n_measures, sizeof *r->measure, longer_first);
}

/* --- a line --- */

struct scanner {
    const struct mention_reader *r;
    const struct conf *conf;
    struct str text;
    bool *skip; /* by byte: nothing here is a number */
    struct arena *a;
    struct mention_line *out;
    int64_t year;
};

static struct str at(const struct scanner *s, size_t i)
{
    return str_from(s->text, i);
}

/* The end of the bracket that opens at i; i when it is not closed in this line. */
static size_t bracket_end(const struct scanner *s, size_t i, struct str open, struct str close)
{
    size_t depth = 0;
    for (size_t k = i; k < s->text.n; k += character_length(at(s, k))) {
        if (str_starts(at(s, k), open))
            depth++;
        else if (str_starts(at(s, k), close) && --depth == 0)
            return k + close.n;
    }
    return i;
}

/* Not when its digits are part of a longer number. */
static bool is_whole(const struct scanner *s, size_t from, size_t to)
{
    const char *p = s->text.p;
    return !(from > 0 && str_is_digit(p[from]) && str_is_digit(p[from - 1])) &&
           !(to < s->text.n && str_is_digit(p[to]) && str_is_digit(p[to - 1]));
}

/* Marks what is passed over, and blanks out what stands in brackets. */
static void mark(struct scanner *s, char *words)
{
    const struct conf_proofread *p = &s->conf->proofread;
    for (size_t i = 0; i < s->text.n; i++) {
        size_t n = begins(at(s, i), &p->ignore);
        for (size_t k = i; n && is_whole(s, i, i + n) && k < i + n; k++)
            s->skip[k] = true;
        for (size_t b = 0; b < p->brackets.n; b++) {
            struct str pair = p->brackets.word[b];
            struct str open = {pair.p, character_length(pair)}, close = str_from(pair, open.n);
            if (!close.n || !str_starts(at(s, i), open))
                continue;
            for (size_t k = i, end = bracket_end(s, i, open, close); k < end; k++) {
                s->skip[k] = true;
                words[k] = '\1';
            }
        }
    }
}

/* --- numbers --- */

/* A comma with exactly three digits. */
static bool is_thousands(struct str s)
{
    return s.n >= 4 && s.p[0] == ',' && str_is_digit(s.p[1]) && str_is_digit(s.p[2]) &&
           str_is_digit(s.p[3]) && !(s.n > 4 && str_is_digit(s.p[4]));
}

/* Digits with thousands and decimals at i: the end; *plain is the number without commas. */
static size_t digits_end(const struct scanner *s, size_t i, struct str *plain, int *decimals)
{
    char *out = arena_alloc(s->a, s->text.n - i + 1);
    size_t n = 0, k = i;
    const char *p = s->text.p;
    while (k < s->text.n && str_is_digit(p[k]))
        out[n++] = p[k++];
    for (bool grouped = k - i <= 3; grouped && is_thousands(at(s, k)); k += 4)
        for (size_t d = 1; d <= 3; d++)
            out[n++] = p[k + d];
    *decimals = 0;
    if (k + 1 < s->text.n && p[k] == '.' && str_is_digit(p[k + 1])) {
        out[n++] = p[k++];
        while (k < s->text.n && str_is_digit(p[k])) {
            out[n++] = p[k++];
            ++*decimals;
        }
    }
    *plain = (struct str){out, n};
    return k;
}

/* The end of letters and digits, with signs between them: of a code, a range, a time. */
static size_t code_end(const struct scanner *s, size_t i)
{
    static const char *const between[] = {"-", ".", "/", ":", "~", "–", "—", "~", "·"};
    size_t k = i;
    while (k < s->text.n) {
        size_t n, ahead = k;
        if (str_is_digit(s->text.p[k]) || is_letter(s->text.p[k])) {
            k++;
            continue;
        }
        while ((n = sign_at(s->text, ahead, between, sizeof between / sizeof between[0])))
            ahead += n;
        if (ahead == k || ahead >= s->text.n ||
            !(str_is_digit(s->text.p[ahead]) || is_letter(s->text.p[ahead])))
            break;
        k = ahead;
    }
    return k;
}

/* "1." or "(3)" or "2、" at the beginning of a line. */
static bool is_numbering(const struct scanner *s, size_t i, size_t end)
{
    for (size_t k = 0; k < i; k++)
        if (s->text.p[k] != ' ' && s->text.p[k] != '(' && s->text.p[k] != '\t')
            return false;
    struct str rest = at(s, end);
    return str_starts(rest, STR(".")) || str_starts(rest, STR("、")) || str_starts(rest, STR(")"));
}

/* A number of which only the digits are read. */
struct reading {
    struct mention m;
    size_t end; /* of what has been read */
};

static bool times(struct mention *m, int64_t v)
{
    return exact_mul(m->value, exact_of(v), &m->value) &&
           exact_mul(m->digit, exact_of(v), &m->digit);
}

static void take_hedge(const struct scanner *s, struct reading *x)
{
    size_t n = begins(at(s, x->end), &s->conf->reading.hedge_anywhere);
    enum hedge h = n ? hedge_of(s->conf, (struct str){s->text.p + x->end, n}) : HEDGE_NONE;
    if (h == HEDGE_NONE)
        return;
    x->m.hedge = h;
    x->end += n;
}

/* 余, 万, 余 again. */
static bool take_multipliers(const struct scanner *s, struct reading *x)
{
    const struct conf_reading *r = &s->conf->reading;
    take_hedge(s, x);
    for (int round = 0; round < MULTIPLIERS; round++)
        for (size_t i = 0; i < r->n_multiplier; i++) {
            if (!str_starts(at(s, x->end), r->multiplier[i]))
                continue;
            if (!times(&x->m, r->multiplier_value[i]))
                return false;
            x->end += r->multiplier[i].n;
            break;
        }
    take_hedge(s, x);
    return true;
}

static void take_measure(const struct scanner *s, struct reading *x)
{
    size_t points = begins(at(s, x->end), &s->conf->proofread.points);
    if (points) {
        x->m.form = SAID_POINTS;
        x->end += points;
    } else if (str_starts(at(s, x->end), STR("%"))) {
        x->m.form = SAID_PERCENT;
        x->end++;
    } else {
        for (size_t i = 0; i < s->r->n_measures && !x->m.measure.n; i++)
            if (str_starts(at(s, x->end), s->r->measure[i]))
                x->m.measure = s->r->measure[i];
        x->end += x->m.measure.n;
    }
    take_hedge(s, x);
}

/* 约 and the like in front. */
static void take_hedge_before(const struct scanner *s, struct mention *m)
{
    struct str before = {s->text.p, m->at};
    size_t n = ends(before, &s->conf->reading.hedge_before);
    enum hedge h = n ? hedge_of(s->conf, str_from(before, before.n - n)) : HEDGE_NONE;
    if (h == HEDGE_NONE)
        return;
    m->hedge = h;
    m->at -= n;
}

/* The place of the last digit that is not 0; of 0 that of the last one. */
static struct exact round_of(const struct mention *m)
{
    struct exact unit = m->digit, next, count;
    for (;;) {
        if (m->value.num == 0 || !exact_mul(unit, exact_of(10), &next) ||
            !exact_div(m->value, next, &count) || count.den != 1)
            return unit;
        unit = next;
    }
}

static size_t add(struct scanner *s, struct reading *x)
{
    struct mention_line *l = s->out;
    take_hedge_before(s, &x->m);
    x->m.end = x->end;
    x->m.column = mention_characters((struct str){s->text.p, x->m.at}) + 1;
    x->m.round = round_of(&x->m);
    x->m.year = s->year;
    if (l->n == l->cap) {
        l->cap = 2 * l->cap + 8;
        struct mention *grown = ARENA_ARRAY(s->a, struct mention, l->cap);
        for (size_t i = 0; i < l->n; i++)
            grown[i] = l->mention[i];
        l->mention = grown;
    }
    l->mention[l->n++] = x->m;
    return x->end;
}

/* Is it a date, an ordinal ...? Remembers a year. */
static bool is_apart(struct scanner *s, size_t i, size_t end, struct str plain)
{
    const struct conf_proofread *p = &s->conf->proofread;
    int64_t v;
    if (ends((struct str){s->text.p, i}, &p->before))
        return true;
    if (!begins(at(s, end), &p->after))
        return false;
    if (plain.n == YEAR_DIGITS && num_parse_plain(plain, &v))
        s->year = v;
    return true;
}

/* Digits at i: where to go on. */
static size_t read_digits(struct scanner *s, size_t i)
{
    struct str plain;
    int decimals;
    size_t end = digits_end(s, i, &plain, &decimals), code = code_end(s, i);
    if (code > end || is_numbering(s, i, end))
        return code > end ? code : end;
    if (is_apart(s, i, end, plain))
        return end;
    struct reading x = {.m = {.at = i}, .end = end};
    if (decimals > 9 || !exact_parse(plain, &x.m.value) ||
        !exact_ratio(1, exact_power10(decimals), &x.m.digit) || !take_multipliers(s, &x))
        return end;
    take_measure(s, &x);
    return add(s, &x);
}

static const char *const numerals[] = {"零", "〇", "一", "二", "三", "四", "五", "六",
                                       "七", "八", "九", "十", "百", "千", "两"};

static size_t numeral_end(const struct scanner *s, size_t i)
{
    size_t n;
    while ((n = sign_at(s->text, i, numerals, sizeof numerals / sizeof numerals[0])))
        i += n;
    return i;
}

/* Chinese numerals at i: only with a measure word, or as percents. */
static size_t read_numerals(struct scanner *s, size_t i)
{
    struct str percent = STR("百分之");
    bool is_percent = str_starts(at(s, i), percent);
    size_t from = i + (is_percent ? percent.n : 0), end = numeral_end(s, from), used = end;
    struct str plain = {s->text.p + from, end - from};
    int64_t v;
    if (is_percent && end == from && from < s->text.n && str_is_digit(s->text.p[from])) {
        size_t before = s->out->n, next = read_digits(s, from);
        if (s->out->n > before)
            s->out->mention[before].form = SAID_PERCENT;
        return next;
    }
    if (end == from)
        return i + character_length(at(s, i));
    if (is_apart(s, i, end, STR("")) || !num_parse_chinese(plain, &v))
        return used;
    struct reading x = {.m = {.at = i, .chinese = true}, .end = end};
    x.m.value = exact_of(v);
    x.m.digit = exact_of(1);
    if (!take_multipliers(s, &x))
        return used;
    if (is_percent)
        x.m.form = SAID_PERCENT;
    else
        take_measure(s, &x);
    return is_percent || x.m.measure.n ? add(s, &x) : used;
}

/* One character, or what begins with it: where to go on. */
static size_t read_at(struct scanner *s, size_t i)
{
    if (mention_sentence_end(s->text, i))
        s->year = 0;
    if (s->skip[i])
        return i + 1;
    if (str_is_digit(s->text.p[i]))
        return read_digits(s, i);
    if (is_letter(s->text.p[i]))
        return code_end(s, i);
    if (sign_at(s->text, i, numerals, sizeof numerals / sizeof numerals[0]))
        return read_numerals(s, i);
    return i + character_length(at(s, i));
}

void mention_read(const struct mention_reader *r, struct str line, struct arena *a,
                  struct mention_line *out)
{
    *out = (struct mention_line){.text = mention_fold(line, a)};
    char *words = arena_alloc(a, out->text.n + 1);
    for (size_t i = 0; i < out->text.n; i++)
        words[i] = out->text.p[i];
    struct scanner s = {.r = r, .conf = r->conf, .text = out->text, .a = a, .out = out};
    s.skip = ARENA_ARRAY(a, bool, out->text.n + 1);
    mark(&s, words);
    for (size_t i = 0; i < out->text.n;)
        i = read_at(&s, i);
    out->words = (struct str){words, out->text.n};
}

bool mention_first(const struct mention_reader *r, struct str text, struct arena *a,
                   struct mention *out)
{
    struct mention_line line;
    mention_read(r, text, a, &line);
    if (line.n)
        *out = line.mention[0];
    return line.n > 0;
}
