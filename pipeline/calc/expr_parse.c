/*
 * From text to syntax tree: a lexer of one token ahead and recursive descent, one function per
 * level of precedence.
 */
#include "pipeline/calc/expr_ast.h"

#include <stdio.h>
#include <string.h>

#include "pipeline/calc/date.h"

enum token_kind { TOK_END, TOK_NAME, TOK_LITERAL, TOK_PARAM, TOK_SYMBOL, TOK_BAD };

struct token {
    enum token_kind kind;
    struct str text;    /* as written */
    struct ast literal; /* TOK_LITERAL */
};

struct parser {
    struct conf_text place;
    struct str rest; /* behind the token in hand */
    const char *end; /* of the token before it */
    struct token t;
    struct arena *arena;
    struct problems *problems;
    int depth;
};

enum { MAX_DEPTH = 200, MAX_HEIGHT = 1000, SHOWN = 40, MAX_DIGITS = 18 };

const char *const compare_name[CMP_N] = {"=", "!=", "<", "<=", ">", ">="};

enum compare compare_flip(enum compare op)
{
    static const enum compare flipped[CMP_N] = {CMP_EQ, CMP_NE, CMP_GT, CMP_GE, CMP_LT, CMP_LE};
    return flipped[op];
}

bool compare_holds(enum compare op, int c)
{
    static const struct {
        bool less, equal, more;
    } holds[CMP_N] = {{0, 1, 0}, {1, 0, 1}, {1, 0, 0}, {1, 1, 0}, {0, 0, 1}, {0, 1, 1}};
    return c < 0 ? holds[op].less : c > 0 ? holds[op].more : holds[op].equal;
}

/* --- tokens --- */

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static size_t word_length(struct str s)
{
    size_t n = 0;
    while (n < s.n && (letter(s.p[n]) || digit(s.p[n])))
        n++;
    return n;
}

static size_t digits(struct str s, int64_t *value)
{
    size_t n = 0;
    int64_t v = 0;
    for (; n < s.n && digit(s.p[n]); n++)
        v = n < MAX_DIGITS ? v * 10 + (s.p[n] - '0') : v;
    *value = v;
    return n;
}

/* A date is written without blanks; 2019 - 12, with them, is a difference. */
static bool looks_like_date(struct str s)
{
    int64_t v;
    return digits(s, &v) == 4 && s.n >= 7 && s.p[4] == '-' && digits(str_from(s, 5), &v) == 2;
}

/* YYYY-MM-DD or YYYY-MM at the beginning of s: its length, 0 when there is no such day. */
static size_t lex_date(struct str s, struct ast *out)
{
    int64_t y, m, d;
    digits(s, &y);
    digits(str_from(s, 5), &m);
    if (s.n >= 10 && s.p[7] == '-' && digits(str_from(s, 8), &d) == 2) {
        out->op = AST_DATE;
        return date_day(y, m, d, &out->number) ? 10 : 0;
    }
    out->op = AST_MONTH;
    out->number = y * 12 + m - 1;
    return m >= 1 && m <= 12 && !(s.n > 7 && s.p[7] == '-') ? 7 : 0;
}

/* Digits with an optional decimal part: the length, else 0. */
static size_t lex_number(struct str s, struct ast *out)
{
    out->op = AST_NUMBER;
    size_t n = digits(s, &out->number);
    if (n > MAX_DIGITS)
        return 0;
    if (n + 1 < s.n && s.p[n] == '.' && digit(s.p[n + 1])) {
        int64_t part;
        size_t k = digits(str_from(s, n + 1), &part);
        if (n + k > MAX_DIGITS)
            return 0;
        for (size_t i = 0; i < k; i++)
            out->number *= 10;
        out->number += part;
        out->decimals = (int)k;
        n += k + 1;
    }
    /* 12abc is no number and no name */
    return n < s.n && letter(s.p[n]) ? 0 : n;
}

static size_t lex_text(struct str s, struct ast *out)
{
    size_t end = str_find(str_from(s, 1), '"');
    if (end + 1 >= s.n)
        return 0;
    out->op = AST_TEXT;
    out->text = (struct str){s.p + 1, end};
    return end + 2;
}

static size_t symbol_length(struct str s)
{
    static const char *const symbols[] = {"!=", "<=", ">=", "=", "<", ">", "(",
                                          ")",  ",",  "+",  "-", "*", "/"};
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++)
        if (str_starts(s, str_c(symbols[i])))
            return strlen(symbols[i]);
    return 0;
}

static enum token_kind lex(struct str s, struct token *t, size_t *n)
{
    if (s.n == 0) {
        *n = 0;
        return TOK_END;
    }
    if (digit(s.p[0]) || s.p[0] == '"') {
        *n = s.p[0] == '"'        ? lex_text(s, &t->literal)
             : looks_like_date(s) ? lex_date(s, &t->literal)
                                  : lex_number(s, &t->literal);
        return *n ? TOK_LITERAL : TOK_BAD;
    }
    if (letter(s.p[0])) {
        *n = word_length(s);
        return TOK_NAME;
    }
    if (s.p[0] == '$') {
        *n = 1 + word_length(str_from(s, 1));
        return *n > 1 ? TOK_PARAM : TOK_BAD;
    }
    *n = symbol_length(s);
    return *n ? TOK_SYMBOL : TOK_BAD;
}

static void advance(struct parser *p)
{
    struct str s = str_trim(p->rest);
    p->end = p->rest.p;
    p->t = (struct token){0};
    size_t n;
    p->t.kind = lex(s, &p->t, &n);
    if (p->t.kind == TOK_BAD)
        n = 0;
    p->t.text = (struct str){s.p, n};
    p->rest = str_from(s, n);
}

static bool is_symbol(const struct parser *p, const char *symbol)
{
    return p->t.kind == TOK_SYMBOL && str_eq(p->t.text, str_c(symbol));
}

static bool is_word(const struct parser *p, const char *word)
{
    return p->t.kind == TOK_NAME && str_eq(p->t.text, str_c(word));
}

static bool take_symbol(struct parser *p, const char *symbol)
{
    bool yes = is_symbol(p, symbol);
    if (yes)
        advance(p);
    return yes;
}

static bool take_word(struct parser *p, const char *word)
{
    bool yes = is_word(p, word);
    if (yes)
        advance(p);
    return yes;
}

/* --- tree --- */

/* The token in hand does not belong here. */
static struct ast *fail(struct parser *p)
{
    const char *file = p->place.file;
    if (p->t.kind == TOK_END) {
        problems_add(p->problems, file, p->place.line, "E-EXPR-02", NULL);
        return NULL;
    }
    struct str all = {p->t.text.p, p->t.text.n + p->rest.n};
    size_t n = all.n < SHOWN ? all.n : SHOWN;
    while (n < all.n && ((unsigned char)all.p[n] & 0xc0) == 0x80)
        n++;
    struct str shown = arena_str(p->arena, (struct str){all.p, n});
    problems_add(p->problems, file, p->place.line, "E-EXPR-01", shown.p, NULL);
    return NULL;
}

/* There are more levels than anybody writes by hand; whoever follows the tree would run out of
 * stack. */
static struct ast *too_deep(struct parser *p, int most)
{
    char limit[16];
    snprintf(limit, sizeof limit, "%d", most);
    problems_add(p->problems, p->place.file, p->place.line, "E-EXPR-14", limit, NULL);
    return NULL;
}

static struct ast *node(struct parser *p, enum ast_op op, struct str text)
{
    struct ast *t = ARENA_NEW(p->arena, struct ast);
    t->op = op;
    t->text = arena_str(p->arena, text);
    return t;
}

static void push(struct parser *p, struct ast *t, enum compare compare, struct ast *kid)
{
    if (t->n == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 2;
        struct ast **k = ARENA_ARRAY(p->arena, struct ast *, cap);
        enum compare *c = ARENA_ARRAY(p->arena, enum compare, cap);
        if (t->n) {
            memcpy(k, t->kid, t->n * sizeof *k);
            memcpy(c, t->compare, t->n * sizeof *c);
        }
        t->kid = k;
        t->compare = c;
        t->cap = cap;
    }
    t->compare[t->n] = compare;
    t->kid[t->n++] = kid;
    t->height = kid->height < t->height ? t->height : kid->height + 1;
}

/* op over the given kids; NULL when one of them is. */
static struct ast *join(struct parser *p, enum ast_op op, struct str text, struct ast *a,
                        struct ast *b)
{
    if (!a || !b)
        return NULL;
    struct ast *t = node(p, op, text);
    push(p, t, CMP_EQ, a);
    if (a != b)
        push(p, t, CMP_EQ, b);
    return t->height > MAX_HEIGHT ? too_deep(p, MAX_HEIGHT) : t;
}

static struct ast *parse_or(struct parser *p);

/* The list behind an opening bracket, to the closing one, as kids of t; with `where` at its end
 * for calls. */
static struct ast *parse_list(struct parser *p, struct ast *t)
{
    if (take_symbol(p, ")"))
        return t;
    while (t->op != AST_CALL || !is_word(p, "where")) {
        struct ast *kid = parse_or(p);
        if (!kid)
            return NULL;
        push(p, t, CMP_EQ, kid);
        if (!take_symbol(p, ","))
            break;
    }
    if (t->op == AST_CALL && take_word(p, "where")) {
        t->where = parse_or(p);
        if (!t->where)
            return NULL;
        t->height = t->where->height < t->height ? t->height : t->where->height + 1;
    }
    return take_symbol(p, ")") ? t : fail(p);
}

static struct ast *parse_name(struct parser *p)
{
    static const char *const reserved[] = {"and", "or", "not", "in", "is", "where"};
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
        if (is_word(p, reserved[i]))
            return fail(p);
    struct ast *t = node(p, AST_NAME, p->t.text);
    const char *begin = p->t.text.p;
    advance(p);
    if (!take_symbol(p, "("))
        return t;
    t->op = AST_CALL;
    t = parse_list(p, t);
    if (t)
        t->call = (struct str){begin, (size_t)(p->end - begin)};
    return t;
}

static struct ast *parse_primary(struct parser *p)
{
    if (p->t.kind == TOK_LITERAL) {
        struct ast *t = node(p, p->t.literal.op, p->t.text);
        t->number = p->t.literal.number;
        t->decimals = p->t.literal.decimals;
        if (t->op == AST_TEXT)
            t->text = arena_str(p->arena, p->t.literal.text);
        advance(p);
        return t;
    }
    if (p->t.kind == TOK_PARAM) {
        struct ast *t = node(p, AST_PARAM, str_from(p->t.text, 1));
        advance(p);
        return t;
    }
    if (p->t.kind == TOK_NAME)
        return parse_name(p);
    if (take_symbol(p, "(")) {
        struct ast *t = parse_or(p);
        return !t ? NULL : take_symbol(p, ")") ? t : fail(p);
    }
    return fail(p);
}

static struct ast *parse_unary(struct parser *p)
{
    struct str text = p->t.text;
    if (!take_symbol(p, "-"))
        return parse_primary(p);
    if (++p->depth > MAX_DEPTH)
        return too_deep(p, MAX_DEPTH);
    struct ast *kid = parse_unary(p);
    p->depth--;
    return join(p, AST_NEG, text, kid, kid);
}

/* One level of binary operators, from the left. */
static struct ast *parse_product(struct parser *p)
{
    struct ast *t = parse_unary(p);
    while (t && (is_symbol(p, "*") || is_symbol(p, "/"))) {
        struct str text = p->t.text;
        advance(p);
        t = join(p, text.p[0] == '*' ? AST_MUL : AST_DIV, text, t, parse_unary(p));
    }
    return t;
}

static struct ast *parse_sum(struct parser *p)
{
    struct ast *t = parse_product(p);
    while (t && (is_symbol(p, "+") || is_symbol(p, "-"))) {
        struct str text = p->t.text;
        advance(p);
        t = join(p, text.p[0] == '+' ? AST_ADD : AST_SUB, text, t, parse_product(p));
    }
    return t;
}

static bool take_compare(struct parser *p, enum compare *op)
{
    for (int i = 0; i < CMP_N; i++)
        if (take_symbol(p, compare_name[i])) {
            *op = (enum compare)i;
            return true;
        }
    return false;
}

static struct ast *parse_in(struct parser *p, struct ast *left, bool negated)
{
    struct ast *t = join(p, AST_IN, STR("in"), left, left);
    if (!t)
        return NULL;
    t->negated = negated;
    if (take_word(p, "period")) {
        t->op = AST_IN_PERIOD;
        return t;
    }
    if (!take_symbol(p, "(") || is_symbol(p, ")"))
        return fail(p);
    return parse_list(p, t);
}

static struct ast *parse_is(struct parser *p, struct ast *left)
{
    struct ast *t = join(p, AST_MISSING, STR("is"), left, left);
    if (!t)
        return NULL;
    t->negated = is_word(p, "present");
    return take_word(p, "present") || take_word(p, "missing") ? t : fail(p);
}

static struct ast *parse_comparison(struct parser *p)
{
    struct ast *left = parse_sum(p);
    if (!left)
        return NULL;
    if (take_word(p, "is"))
        return parse_is(p, left);
    if (take_word(p, "in"))
        return parse_in(p, left, false);
    if (take_word(p, "not"))
        return take_word(p, "in") ? parse_in(p, left, true) : fail(p);
    struct ast *chain = NULL;
    enum compare op;
    for (size_t last = 0; take_compare(p, &op); last++) {
        struct ast *right = parse_sum(p);
        if (!right)
            return NULL;
        chain = chain ? chain : join(p, AST_CHAIN, str_c(compare_name[op]), left, left);
        if (!chain)
            return NULL;
        chain->compare[last] = op;
        push(p, chain, CMP_EQ, right);
    }
    return chain ? chain : left;
}

static struct ast *parse_not(struct parser *p)
{
    struct str text = p->t.text;
    if (!take_word(p, "not"))
        return parse_comparison(p);
    if (++p->depth > MAX_DEPTH)
        return too_deep(p, MAX_DEPTH);
    struct ast *kid = parse_not(p);
    p->depth--;
    return join(p, AST_NOT, text, kid, kid);
}

static struct ast *parse_and(struct parser *p)
{
    struct ast *t = parse_not(p);
    while (t && take_word(p, "and"))
        t = join(p, AST_AND, STR("and"), t, parse_not(p));
    return t;
}

static struct ast *parse_or(struct parser *p)
{
    if (++p->depth > MAX_DEPTH)
        return too_deep(p, MAX_DEPTH);
    struct ast *t = parse_and(p);
    while (t && take_word(p, "or"))
        t = join(p, AST_OR, STR("or"), t, parse_and(p));
    p->depth--;
    return t;
}

struct ast *expr_parse(struct conf_text text, struct arena *a, struct problems *problems)
{
    struct parser p = {.place = text, .rest = text.text, .arena = a, .problems = problems};
    advance(&p);
    struct ast *t = parse_or(&p);
    return t && p.t.kind != TOK_END ? fail(&p) : t;
}
