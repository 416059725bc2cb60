#include "pipeline/calc/guess.h"

#include <string.h>

const char *const guess_name[GUESSES] = {
    [GUESS_EMPTY] = "empty",       [GUESS_INTEGER] = "integer", [GUESS_DECIMAL] = "decimal",
    [GUESS_MONEY] = "money",       [GUESS_PERCENT] = "percent", [GUESS_DATE] = "date",
    [GUESS_DATETIME] = "datetime", [GUESS_MONTH] = "month",     [GUESS_TIME] = "time",
    [GUESS_CODE] = "code",         [GUESS_TEXT] = "text",
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* --- numbers --- */

/* A number in Western digits, thousands in groups of three; 0: none, 1: whole, 2: with decimals. */
static int number_in(struct str s)
{
    size_t i = 0, digits = 0, group = 0, point = SIZE_MAX;
    bool groups = false;
    if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
        i++;
    for (; i < s.n; i++) {
        if (str_is_digit(s.p[i])) {
            digits++;
            group++;
        } else if (s.p[i] == ',' && point == SIZE_MAX && group && group <= 3 &&
                   (!groups || group == 3)) {
            groups = true;
            group = 0;
        } else if (s.p[i] == '.' && point == SIZE_MAX && digits && (!groups || group == 3)) {
            point = i;
            groups = false;
        } else {
            return 0;
        }
    }
    if (!digits || (groups && group != 3) || point + 1 == s.n)
        return 0;
    return point == SIZE_MAX ? 1 : 2;
}

static const struct mark {
    struct str word;
    bool before, after;
    enum guess type;
} marks[] = {
    {{"$", 1}, true, false, GUESS_MONEY},
    {{"\xc2\xa5", 2}, true, false, GUESS_MONEY},     /* ¥ */
    {{"\xef\xbf\xa5", 3}, true, false, GUESS_MONEY}, /* fullwidth ¥ */
    {{"\xe2\x82\xac", 3}, true, true, GUESS_MONEY},  /* € */
    {{"\xc2\xa3", 2}, true, false, GUESS_MONEY},     /* £ */
    {{"\xe5\x85\x83", 3}, false, true, GUESS_MONEY}, /* 元 */
    {{"%", 1}, false, true, GUESS_PERCENT},
    {{"\xef\xbc\x85", 3}, false, true, GUESS_PERCENT}, /* fullwidth % */
};

static enum guess marked_number(struct str s)
{
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        struct str w = marks[i].word;
        if (marks[i].before && str_starts(s, w) && number_in(str_trim(str_from(s, w.n))))
            return marks[i].type;
        if (marks[i].after && str_ends(s, w) && number_in(str_trim((struct str){s.p, s.n - w.n})))
            return marks[i].type;
    }
    return GUESS_TEXT;
}

/* --- dates --- */

static bool number_up_to(struct str *s, int64_t most, int64_t *out)
{
    size_t i = 0;
    for (*out = 0; i < s->n && i < 4 && str_is_digit(s->p[i]); i++)
        *out = *out * 10 + (s->p[i] - '0');
    *s = str_from(*s, i);
    return i > 0 && *out <= most;
}

/* 10:15, 9:05:30 */
static bool is_time(struct str s)
{
    int64_t v;
    if (!number_up_to(&s, 24, &v))
        return false;
    for (int part = 0; part < 2 && s.n; part++) {
        if (s.p[0] != ':' || s.n < 3)
            return false;
        s = str_from(s, 1);
        size_t before = s.n;
        if (!number_up_to(&s, 59, &v) || before - s.n != 2)
            return false;
        if (s.n == 0)
            return true;
    }
    return false;
}

/* 28/1/2018 28.01.2018 28-01-2018, perhaps with a time: no form of calc/date.h takes it */
static bool is_day_first(struct str s)
{
    int64_t day, month, year;
    if (!number_up_to(&s, 31, &day) || s.n == 0 || !strchr("/.-", s.p[0]))
        return false;
    char sign = s.p[0];
    s = str_from(s, 1);
    if (!number_up_to(&s, 12, &month) || s.n == 0 || s.p[0] != sign)
        return false;
    s = str_from(s, 1);
    int64_t ignored;
    return number_up_to(&s, 2200, &year) && year >= 1900 && date_day(year, month, day, &ignored) &&
           (s.n == 0 || (s.p[0] == ' ' && is_time(str_from(s, 1))));
}

static enum guess date_in(struct str s, const char **form)
{
    int64_t moment;
    bool timed = str_find(s, ':') < s.n || s.n == strlen("YYYYMMDDHHMMSS");
    for (size_t i = 0; i < date_form_count; i++) {
        const struct date_form *f = &date_forms[i];
        if (strcmp(f->name, "serial") == 0 || !f->parse(s, &moment))
            continue;
        int64_t year, month, day;
        date_civil(date_of_moment(moment), &year, &month, &day);
        if (year < 1900 || year > 2200)
            continue;
        *form = f->name;
        return timed && strcmp(f->name, "YYYYMMDD") != 0 ? GUESS_DATETIME : GUESS_DATE;
    }
    if (!is_day_first(s))
        return date_parse_month(s, &moment) && number_in(s) == 0 ? GUESS_MONTH : GUESS_TEXT;
    *form = "D/M/YYYY";
    return str_find(s, ':') < s.n ? GUESS_DATETIME : GUESS_DATE;
}

/* --- cells --- */

/* A word of ASCII letters, digits and a few signs, with a digit in it. */
static bool is_code(struct str s)
{
    bool digit = false;
    for (size_t i = 0; i < s.n; i++) {
        digit |= str_is_digit(s.p[i]);
        if (!str_is_digit(s.p[i]) && !is_letter(s.p[i]) && !strchr("-_./#", s.p[i]))
            return false;
    }
    return digit && s.n <= 64;
}

enum guess guess_cell(struct str s, const char **form)
{
    const char *ignored = NULL;
    form = form ? form : &ignored;
    *form = NULL;
    s = str_trim(s);
    if (s.n == 0)
        return GUESS_EMPTY;
    if (s.n > 64)
        return GUESS_TEXT;
    enum guess g = GUESS_TEXT;
    char last = s.p[s.n - 1];
    bool begins = str_is_digit(s.p[0]) || (unsigned char)s.p[0] >= 0x80;
    if (begins && (str_is_digit(last) || last == 'M' || (unsigned char)last >= 0x80))
        g = date_in(s, form);
    if (g != GUESS_TEXT)
        return g;
    if (is_time(s))
        return GUESS_TIME;
    int number = number_in(s);
    if (number)
        return number == 1 ? GUESS_INTEGER : GUESS_DECIMAL;
    g = marked_number(s);
    return g == GUESS_TEXT && is_code(s) ? GUESS_CODE : g;
}

uint32_t guess_shape(struct str s)
{
    uint32_t hash = 2166136261u; /* FNV-1a over the kinds of runs */
    char before = 0;
    s = str_trim(s);
    for (size_t i = 0; i < s.n && i < 256; i++) {
        char c = s.p[i];
        char kind = str_is_digit(c) ? '9' : is_letter(c) ? 'a' : (unsigned char)c >= 0x80 ? 'x' : c;
        if (kind != before || (kind != '9' && kind != 'a' && kind != 'x'))
            hash = (hash ^ (unsigned char)kind) * 16777619u;
        before = kind;
    }
    return hash;
}

/* --- columns --- */

static void add_shape(struct guess_column *c, struct str text)
{
    uint32_t shape = guess_shape(text);
    size_t i = 0;
    while (i < c->shapes && c->shape[i] != shape)
        i++;
    if (i == GUESS_SHAPES) {
        c->various = true;
        return;
    }
    c->shapes += i == c->shapes;
    c->shape[i] = shape;
    c->shape_cells[i]++;
}

static void add_form(struct guess_column *c, const char *form)
{
    size_t i = 0;
    while (i < c->forms && c->form[i] != form)
        i++;
    if (i == GUESS_FORMS)
        return;
    c->forms += i == c->forms;
    c->form[i] = form;
    c->form_cells[i]++;
}

static void add_example(struct guess_column *c, struct str text)
{
    for (size_t i = 0; i < c->examples; i++)
        if (str_eq(c->example[i], text))
            return;
    c->example[c->examples++] = text;
}

void guess_add(struct guess_column *c, struct str text, bool quoted)
{
    const char *form;
    enum guess g = guess_cell(text, &form);
    c->cells++;
    c->quoted += quoted;
    c->type[g]++;
    if (g == GUESS_EMPTY) {
        c->empty++;
        return;
    }
    size_t n = str_trim(text).n;
    c->negative += str_trim(text).p[0] == '-';
    c->least = c->cells - c->empty == 1 || n < c->least ? n : c->least;
    c->most = n > c->most ? n : c->most;
    add_shape(c, text);
    if (form)
        add_form(c, form);
    if (c->examples < GUESS_EXAMPLES)
        add_example(c, text);
}

enum guess guess_type(const struct guess_column *c)
{
    /* What counts as what: a wider type takes the cells of a narrower one. */
    static const struct {
        enum guess type, narrower;
    } wider[] = {
        {GUESS_INTEGER, GUESS_INTEGER}, {GUESS_DECIMAL, GUESS_INTEGER}, {GUESS_MONEY, GUESS_MONEY},
        {GUESS_MONEY, GUESS_DECIMAL},   {GUESS_PERCENT, GUESS_PERCENT}, {GUESS_DATE, GUESS_DATE},
        {GUESS_DATETIME, GUESS_DATE},   {GUESS_MONTH, GUESS_MONTH},     {GUESS_TIME, GUESS_TIME},
        {GUESS_CODE, GUESS_CODE},       {GUESS_CODE, GUESS_INTEGER},
    };
    size_t n = c->cells - c->empty;
    if (!n)
        return GUESS_EMPTY;
    for (size_t i = 0; i < sizeof wider / sizeof wider[0]; i++) {
        size_t both = c->type[wider[i].type];
        if (wider[i].narrower != wider[i].type)
            both += c->type[wider[i].narrower];
        if (c->type[wider[i].type] && both * 10 >= n * 9)
            return wider[i].type;
    }
    return GUESS_TEXT;
}

bool guess_is_typed(const struct guess_column *c)
{
    enum guess g = guess_type(c);
    return g != GUESS_TEXT && g != GUESS_EMPTY;
}

const char *guess_form(const struct guess_column *c)
{
    size_t best = 0;
    for (size_t i = 1; i < c->forms; i++)
        if (c->form_cells[i] > c->form_cells[best])
            best = i;
    return c->forms ? c->form[best] : NULL;
}

int64_t guess_misfit(const struct guess_column *c, struct str text)
{
    enum { WELL = 0, UNUSUAL = 600, RARE = 2000, NOT = 4000 };
    size_t n = c->cells - c->empty;
    enum guess g = guess_cell(text, NULL);
    if (g == GUESS_EMPTY)
        return c->empty * 20 > c->cells ? WELL : c->empty ? UNUSUAL : RARE;
    if (!n)
        return c->cells ? RARE : WELL; /* a column that was always empty */
    size_t length = str_trim(text).n;
    bool strange = n >= 10 && (length < c->least || length > c->most);
    uint32_t shape = guess_shape(text);
    for (size_t i = 0; i < c->shapes; i++)
        if (c->shape[i] == shape)
            return strange ? UNUSUAL : WELL;
    if (!c->various)
        return c->type[g] * 10 > n ? UNUSUAL : guess_is_typed(c) ? NOT : RARE;
    return c->type[g] * 10 > n ? (strange ? UNUSUAL : WELL) : guess_is_typed(c) ? NOT : RARE;
}
