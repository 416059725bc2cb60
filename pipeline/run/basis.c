#include "pipeline/run/basis.h"

#include <string.h>
#include <unistd.h>

#include "pipeline/base/sys.h"
#include "pipeline/chain.h"
#include "pipeline/io/hash.h"
#include "pipeline/io/infile.h"
#include "pipeline/io/outfile.h"
#include "pipeline/run/stage.h"
#include "pipeline/run/stamp.h"
#include "pipeline/run/uses.h"
#include "pipeline/run/version.h"

static const char basis_name[] = ".basis";

/* --- the key for personal values --- */

bool basis_secret(const struct conf *c, struct secret *k, struct err *e)
{
    if (conf_has_personal(c) && c->shared_key)
        return secret_read(c->key_file.p, k, e);
    return !conf_has_personal(c) ||
           (outfile_parents(c->key_file.p, e) && secret_load(c->key_file.p, k, e));
}

bool basis_secret_if_there(const struct conf *c, struct secret *k, struct err *e)
{
    return !conf_has_personal(c) || sys_is_absent(c->key_file.p) ||
           secret_load(c->key_file.p, k, e);
}

bool basis_lists_changes(const struct conf *c, const struct opts_shared *o)
{
    return !o->no_changes && (o->changes || !c->no_changes);
}

/* The key can be told from it no more than from any hash that it made. */
static bool add_fingerprint(const struct conf *c, struct strbuf *text, struct err *e)
{
    struct secret k;
    char hex[SECRET_HEX];
    if (!conf_has_personal(c) || sys_is_absent(c->key_file.p))
        return true;
    if (!secret_load(c->key_file.p, &k, e))
        return false;
    secret_hash(&k, STR("which key is it?"), hex);
    strbuf_printf(text, "secret %.*s\n", SECRET_HEX, hex);
    return true;
}

/* --- the text --- */

static void add_settings(size_t stage, const struct basis *b, struct arena *a, struct strbuf *text)
{
    strbuf_printf(text, "version %s\nyear %.*s\ncutoff %.*s\n", TONGJI_VERSION,
                  STR_ARG(refs_parameter(b->refs, STR("year"))),
                  STR_ARG(refs_parameter(b->refs, STR("cutoff"))));
    for (size_t i = 0; i < REF_N; i++) {
        struct str name = str_c(ref_table[i].name);
        const char *user = uses_stage(STR("reference"), name, STR(""));
        if (b->refs->sha256[i][0] && user && strcmp(user, chain[stage].name) == 0)
            strbuf_printf(text, "reference %s %s\n", ref_table[i].name, b->refs->sha256[i]);
    }
    strbuf_add(text, uses_of_stage(b->conf, chain[stage].name, a));
}

struct str basis_settings(size_t stage, const struct basis *b, struct arena *a)
{
    struct strbuf text = {0};
    add_settings(stage, b, a, &text);
    struct str s = arena_str(a, strbuf_str(&text));
    strbuf_release(&text);
    return s;
}

struct str basis_settings_of(struct str text)
{
    return str_from(text, str_find_str(text, STR("\n\n")) + 2);
}

bool basis_text(size_t stage, const struct basis *b, struct arena *a, struct str *text,
                struct err *e)
{
    struct strbuf s = {0};
    bool ok = true;
    strbuf_printf(&s, "program tongji %s %s\n", TONGJI_VERSION, b->program);
    if (b->input) {
        strbuf_printf(&s, "input %s\n", b->input);
    } else {
        strbuf_printf(&s, "changes %s\n", b->list_changes ? "yes" : "no");
        ok = add_fingerprint(b->conf, &s, e);
        rawset_print(b->raw, &s);
    }
    strbuf_addc(&s, '\n');
    add_settings(stage, b, a, &s);
    *text = arena_str(a, strbuf_str(&s));
    strbuf_release(&s);
    return ok;
}

/* --- beside the result --- */

bool basis_write(const char *dir, const struct basis *b, struct str text, struct err *e)
{
    struct arena a = {0};
    struct stamp stamp = {0};
    sha256_hex(text, stamp.id);
    if (b->input)
        memcpy(stamp.input, b->input, sizeof stamp.input);
    else
        memcpy(stamp.input, stamp.id, sizeof stamp.input);
    bool ok =
        outfile_put(stage_path(&a, dir, basis_name), 0644, text, e) && stamp_write(dir, &stamp, e);
    arena_release(&a);
    return ok;
}

struct str basis_read(const char *dir, struct arena *a)
{
    struct err ignored;
    struct strbuf text = {0};
    const char *path = stage_path(a, dir, basis_name);
    bool ok = !sys_is_absent(path) && infile_read(path, SIZE_MAX / 2, &text, NULL, NULL, &ignored);
    struct str s = ok ? arena_str(a, strbuf_str(&text)) : STR("");
    strbuf_release(&text);
    return s;
}
