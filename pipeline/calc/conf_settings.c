#include "pipeline/calc/conf_settings.h"

#include "pipeline/calc/conf_parse.h"

/* The limits of a number; other settings have none. */
static bool is_limited(const struct conf_setting *s)
{
    return s->max != 0;
}

void conf_settings_list(struct strbuf *out)
{
    for (size_t k = 0; k < conf_kind_count; k++) {
        const struct conf_kind *kind = conf_kinds[k];
        for (size_t i = 0; i < kind->n; i++) {
            const struct conf_setting *s = &kind->setting[i];
            strbuf_printf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t", kind->name,
                          kind->named ? "named" : "", s->key ? s->key : "",
                          s->word  ? "word"
                          : s->key ? ""
                                   : "any",
                          s->required ? "required" : "", s->local ? "local" : "",
                          s->def ? s->def : "");
            if (is_limited(s)) {
                strbuf_add_int(out, s->min);
                strbuf_addc(out, '\t');
                strbuf_add_int(out, s->max);
            } else {
                strbuf_addc(out, '\t');
            }
            strbuf_printf(out, "\t%s\t%s\n", s->choice ? s->choice : "",
                          s->meaning ? s->meaning : "");
        }
    }
}

/* Is the setting given in the section x (NULL: there is none)? */
static bool is_given(const struct conf_kind *k, const struct conf_setting *s,
                     const struct ini_section *x)
{
    struct str word;
    for (size_t i = 0; x && i < x->n; i++)
        if (conf_setting_find(k, x->entry[i].key, &word) == s)
            return true;
    return false;
}

static void add_values(const struct conf_setting *s, struct strbuf *out)
{
    struct str rest = str_c(s->def ? s->def : ""), one;
    if (!s->word) {
        strbuf_printf(out, "# %s =%s%s\n", s->key, s->def ? " " : "", s->def ? s->def : "");
        return;
    }
    while (conf_split(&rest, ',', &one))
        strbuf_printf(out, "# %s %.*s\n", s->key, STR_ARG(one));
}

static void add_setting(const struct conf_setting *s, struct strbuf *out)
{
    strbuf_printf(out, "\n# %s", s->meaning ? s->meaning : s->key);
    if (s->choice)
        strbuf_printf(out, " (one of: %s)", s->choice);
    else if (is_limited(s) && s->max < INT64_MAX)
        strbuf_printf(out, " (%lld to %lld)", (long long)s->min, (long long)s->max);
    strbuf_addc(out, '\n');
    add_values(s, out);
}

/* An empty section of this kind may be opened without a setting being missed. */
static bool is_free(const struct conf_kind *k)
{
    for (size_t i = 0; i < k->n; i++)
        if (k->setting[i].required)
            return false;
    return true;
}

void conf_settings_comment(const struct conf *c, struct strbuf *out)
{
    for (size_t i = 0; i < conf_kind_count; i++) {
        const struct conf_kind *k = conf_kinds[i];
        const struct ini_section *x = ini_find(&c->ini, str_c(k->name), STR(""));
        if (k->named || (!x && !is_free(k)))
            continue;
        bool opened = false;
        for (size_t r = 0; r < k->n; r++) {
            const struct conf_setting *s = &k->setting[r];
            if (!s->key || s->required || is_given(k, s, x))
                continue;
            if (!opened)
                strbuf_printf(out, "\n[%s]\n", k->name);
            opened = true;
            add_setting(s, out);
        }
    }
}
