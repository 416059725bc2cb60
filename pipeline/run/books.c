#include "pipeline/run/books.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/base/arena.h"
#include "pipeline/base/sys.h"
#include "pipeline/chain.h"
#include "pipeline/io/infile.h"
#include "pipeline/io/outfile.h"
#include "pipeline/run/stage.h"
#include "pipeline/run/stamp.h"

static struct str standing(const char *out, struct arena *a)
{
    struct str text = STR("");
    for (size_t s = 0; s < chain_length; s++) {
        struct stamp stamp = {0};
        stamp_try_read(stage_path(a, out, chain[s].name), &stamp);
        text = arena_printf(a, "%.*s%s %s\n", STR_ARG(text), chain[s].name, stamp.id);
    }
    return text;
}

bool books_are_right(const char *out)
{
    struct arena a = {0};
    struct err ignored;
    struct strbuf had = {0};
    const char *path = stage_path(&a, out, ".committed");
    bool same = !sys_is_absent(path) &&
                infile_read(path, SIZE_MAX / 2, &had, NULL, NULL, &ignored) &&
                str_eq(strbuf_str(&had), standing(out, &a));
    strbuf_release(&had);
    arena_release(&a);
    return same;
}

bool books_write(const char *out, struct err *e)
{
    struct arena a = {0};
    const char *path = stage_path(&a, out, ".committed");
    const char *fresh = stage_path(&a, out, ".committed.new");
    bool ok = outfile_put(fresh, 0644, standing(out, &a), e) &&
              (sys_rename(fresh, path) == 0 || err_sys(e, path));
    arena_release(&a);
    return ok;
}

size_t books_first_stale(const char *out)
{
    struct arena a = {0};
    struct stamp before, stamp = {0};
    size_t s = 0;
    for (; s < chain_length; s++) {
        before = stamp;
        if (!stamp_try_read(stage_path(&a, out, chain[s].name), &stamp) ||
            (s && strcmp(stamp.input, before.id) != 0))
            break;
    }
    arena_release(&a);
    return s;
}
