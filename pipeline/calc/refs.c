#include "pipeline/calc/refs.h"

#include <string.h>

#include "pipeline/calc/cell.h"

/* The alias called name, or NULL. Almost every name is found as it is, so nothing is allocated for
 * those; only white space inside takes an arena. */
static const struct org_alias *find_alias(const struct refs *r, struct str name)
{
    char upper[REFS_KEY_BYTES];
    struct arena scratch = {0};
    size_t at = MAP_NONE;
    struct str s = cell_no_space(name, &scratch);
    if (s.n <= sizeof upper)
        at = map_get(&r->alias, str_upper(s, upper));
    arena_release(&scratch);
    return at == MAP_NONE ? NULL : &r->org_alias[at];
}

enum org_result refs_org(const struct refs *r, struct str name, int64_t day, struct str *code)
{
    const struct org_alias *a = find_alias(r, name);
    if (!a)
        return ORG_UNKNOWN;
    size_t valid = 0;
    for (size_t i = 0; i < a->n; i++)
        if (a->row[i].from <= day && day <= a->row[i].to) {
            *code = a->row[i].code;
            valid++;
        }
    if (valid == 1)
        return ORG_OK;
    if (!a->one_code)
        return ORG_UNKNOWN;
    *code = a->row[0].code;
    return ORG_GUESSED;
}

/* Does one of the alias's rows have the code, and is it valid on the day? */
static bool names(const struct org_alias *a, struct str code, int64_t day, bool *valid)
{
    bool found = false;
    *valid = false;
    for (size_t i = 0; i < a->n; i++) {
        if (!str_eq(a->row[i].code, code))
            continue;
        found = true;
        *valid = *valid || (a->row[i].from <= day && day <= a->row[i].to);
    }
    return found;
}

struct str refs_org_name(const struct refs *r, struct str code, int64_t day)
{
    struct str best = {NULL, 0};
    size_t best_at = 0;
    bool best_valid = false;
    for (size_t i = 0; i < r->alias.cap; i++) {
        const struct map_slot *slot = &r->alias.slot[i];
        bool valid;
        if (!slot->key.p || str_eq(slot->key, code) ||
            !names(&r->org_alias[slot->value], code, day, &valid))
            continue;
        bool better = valid != best_valid     ? valid
                      : slot->key.n != best.n ? slot->key.n > best.n
                                              : slot->value < best_at;
        if (best.p && !better)
            continue;
        best = slot->key;
        best_at = slot->value;
        best_valid = valid;
    }
    return best;
}

bool refs_code_key(struct str source, struct str export, struct str header, struct str raw,
                   char *out, struct str *key)
{
    size_t n = source.n + export.n + header.n + raw.n + 3;
    if (n > REFS_KEY_BYTES)
        return false;
    char *p = out;
    p += str_upper(source, p).n;
    *p++ = '\0';
    if (export.n)
        memcpy(p, export.p, export.n);
    p += export.n;
    *p++ = '\0';
    if (header.n)
        memcpy(p, header.p, header.n);
    p += header.n;
    *p++ = '\0';
    p += str_upper(raw, p).n;
    *key = (struct str){out, (size_t)(p - out)};
    return true;
}

bool refs_code(const struct refs *r, struct str source, struct str export, struct str header,
               struct str raw, struct str *canonical)
{
    char bytes[REFS_KEY_BYTES];
    struct str key;
    size_t at = MAP_NONE;
    if (refs_code_key(source, export, header, raw, bytes, &key))
        at = map_get(&r->code_map, key);
    if (at == MAP_NONE)
        return false;
    *canonical = r->canonical[at];
    return true;
}

const struct correction *refs_corrections(const struct refs *r, struct str file, size_t *n)
{
    size_t low = 0, high = r->n_corrections;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_cmp(r->correction[middle].file, file) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (*n = 0; low + *n < r->n_corrections && str_eq(r->correction[low + *n].file, file);)
        ++*n;
    return *n ? r->correction + low : NULL;
}

const struct baseline_row *refs_baseline(const struct refs *r, struct str indicator, int64_t year,
                                         struct str org)
{
    for (size_t i = 0; i < r->n_baseline; i++)
        if (r->baseline[i].year == year && str_eq(r->baseline[i].indicator, indicator) &&
            str_eq(r->baseline[i].org, org))
            return &r->baseline[i];
    return NULL;
}

struct str refs_parameter(const struct refs *r, struct str name)
{
    size_t at = map_get(&r->parameters, name);
    return at == MAP_NONE ? (struct str){0} : r->parameter_value[at];
}
