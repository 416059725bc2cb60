#include "pipeline/calc/rule.h"

/* --- is it one? --- */

struct rule_checker {
    const struct conf *c;
    struct conf_text place;
    struct arena *a;
    struct problems *problems;
};

static const struct {
    const char *name;
    enum rule_side side;
} sides[] = {
    {"numerator", RULE_NUMERATOR},
    {"denominator", RULE_DENOMINATOR},
    {"baseline", RULE_BASELINE},
};
enum { SIDES = sizeof sides / sizeof sides[0] };

static size_t side_of(struct str name)
{
    for (size_t i = 0; i < SIDES; i++)
        if (str_eq(str_c(sides[i].name), name))
            return i;
    return SIZE_MAX;
}

static bool bad(struct rule_checker *k, const char *code, struct str what, const char *hint)
{
    problems_add(k->problems, k->place.file, k->place.line, code, arena_str(k->a, what).p, hint,
                 NULL);
    return false;
}

static bool is_figure(struct rule_checker *k, struct str id)
{
    if (conf_find_indicator(k->c, id) != SIZE_MAX)
        return true;
    struct str *names = ARENA_ARRAY(k->a, struct str, k->c->n_indicators);
    for (size_t i = 0; i < k->c->n_indicators; i++)
        names[i] = k->c->indicators[i].id;
    return bad(k, "E-PLAN-03", id, expr_hint(k->a, id, names, k->c->n_indicators));
}

static bool check_call(struct rule_checker *k, const struct ast *t)
{
    if (side_of(t->text) == SIZE_MAX || t->n != 1 || t->kid[0]->op != AST_NAME || t->where)
        return bad(k, "E-DRAFT-05", t->text, NULL);
    return is_figure(k, t->kid[0]->text);
}

enum sort { SORT_NONE, SORT_VALUE, SORT_CONDITION };

/* What an operator is, and what it is made of. */
static const struct {
    enum sort is, of;
} sorts[AST_OPS] = {
    [AST_NUMBER] = {SORT_VALUE, SORT_NONE},       [AST_NAME] = {SORT_VALUE, SORT_NONE},
    [AST_CALL] = {SORT_VALUE, SORT_VALUE},        [AST_ADD] = {SORT_VALUE, SORT_VALUE},
    [AST_SUB] = {SORT_VALUE, SORT_VALUE},         [AST_MUL] = {SORT_VALUE, SORT_VALUE},
    [AST_NEG] = {SORT_VALUE, SORT_VALUE},         [AST_OR] = {SORT_CONDITION, SORT_CONDITION},
    [AST_AND] = {SORT_CONDITION, SORT_CONDITION}, [AST_NOT] = {SORT_CONDITION, SORT_CONDITION},
    [AST_CHAIN] = {SORT_CONDITION, SORT_VALUE},   [AST_MISSING] = {SORT_CONDITION, SORT_VALUE},
};

static bool check_sort(struct rule_checker *k, const struct ast *t, enum sort want)
{
    if (sorts[t->op].is != want)
        return bad(k, "E-DRAFT-05", k->place.text, NULL);
    if (t->op == AST_NAME)
        return is_figure(k, t->text);
    if (t->op == AST_CALL)
        return check_call(k, t);
    for (size_t i = 0; i < t->n; i++)
        if (!check_sort(k, t->kid[i], sorts[t->op].of))
            return false;
    return true;
}

bool rule_check(const struct conf *c, struct conf_text place, const struct ast *t, struct arena *a,
                struct problems *problems)
{
    struct rule_checker k = {c, place, a, problems};
    return check_sort(&k, t, SORT_CONDITION);
}

/* --- does it hold? --- */

struct rule_run {
    const struct conf *c;
    const struct rule_source *s;
};

static bool value_of(const struct rule_run *r, const struct ast *t, struct exact *out);

static bool figure_of(const struct rule_run *r, struct str id, enum rule_side side,
                      struct exact *out)
{
    size_t i = conf_find_indicator(r->c, id);
    return i != SIZE_MAX && r->s->value(r->s->ctx, i, side, out);
}

static bool combine(const struct rule_run *r, const struct ast *t, struct exact *out)
{
    if (!value_of(r, t->kid[0], out))
        return false;
    for (size_t i = 1; i < t->n; i++) {
        struct exact v;
        if (!value_of(r, t->kid[i], &v))
            return false;
        bool fits = t->op == AST_ADD   ? exact_add(*out, v, out)
                    : t->op == AST_SUB ? exact_sub(*out, v, out)
                                       : exact_mul(*out, v, out);
        if (!fits)
            return false;
    }
    return t->op != AST_NEG || exact_mul(*out, exact_of(-1), out);
}

static bool value_of(const struct rule_run *r, const struct ast *t, struct exact *out)
{
    if (t->op == AST_NUMBER)
        return exact_ratio(t->number, exact_power10(t->decimals), out);
    if (t->op == AST_NAME)
        return figure_of(r, t->text, RULE_VALUE, out);
    if (t->op == AST_CALL)
        return figure_of(r, t->kid[0]->text, sides[side_of(t->text)].side, out);
    return combine(r, t, out);
}

static enum truth chain_holds(const struct rule_run *r, const struct ast *t)
{
    enum truth all = TRUTH_YES;
    for (size_t i = 0; i + 1 < t->n; i++) {
        struct exact a, b;
        int c;
        if (!value_of(r, t->kid[i], &a) || !value_of(r, t->kid[i + 1], &b) ||
            !exact_compare(a, b, &c))
            all = TRUTH_UNKNOWN;
        else if (!compare_holds(t->compare[i], c))
            return TRUTH_NO;
    }
    return all;
}

static enum truth negated(enum truth t)
{
    return t == TRUTH_UNKNOWN ? t : t == TRUTH_YES ? TRUTH_NO : TRUTH_YES;
}

static enum truth holds(const struct rule_run *r, const struct ast *t);

/* One kid that is `decisive` decides; else one that is unknown leaves it open. */
static enum truth joined(const struct rule_run *r, const struct ast *t, enum truth decisive)
{
    enum truth all = negated(decisive);
    for (size_t i = 0; i < t->n; i++) {
        enum truth one = holds(r, t->kid[i]);
        if (one == decisive)
            return decisive;
        if (one == TRUTH_UNKNOWN)
            all = TRUTH_UNKNOWN;
    }
    return all;
}

static enum truth holds(const struct rule_run *r, const struct ast *t)
{
    struct exact v;
    if (t->op == AST_OR)
        return joined(r, t, TRUTH_YES);
    if (t->op == AST_AND)
        return joined(r, t, TRUTH_NO);
    if (t->op == AST_NOT)
        return negated(holds(r, t->kid[0]));
    if (t->op == AST_MISSING)
        return value_of(r, t->kid[0], &v) == t->negated ? TRUTH_YES : TRUTH_NO;
    return chain_holds(r, t);
}

enum truth rule_holds(const struct conf *c, const struct ast *t, const struct rule_source *s)
{
    struct rule_run r = {c, s};
    return holds(&r, t);
}
