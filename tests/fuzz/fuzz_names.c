/*
 * File names beside patterns (calc/filename.h), as they come out of a folder that others write to:
 * what a match keeps are pieces of the path, in time; a pattern is good or has a mistake.
 *
 * Input: pattern, a line end, the path.
 */
#include "pipeline/calc/date.h"
#include "pipeline/calc/filename.h"
#include "tests/fuzz/fuzz.h"

enum { MOST = 120 };

static bool inside(struct str part, struct str whole)
{
    return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

static void check(struct str pattern, struct str path)
{
    struct filename f;
    if (!filename_match(pattern, STR("E01"), path, &f)) {
        HOLDS(f.cutoff == INT64_MIN && f.version == 0 && !f.org.n && !f.name.n && !f.year.n);
        return;
    }
    HOLDS(inside(f.year, path) && inside(f.name, path) && inside(f.org, path));
    HOLDS(f.version >= 0 && str_find(f.name, '/') == f.name.n && str_find(f.org, '/') == f.org.n);
    HOLDS(f.year.n == 0 || f.year.n == 4);
    int64_t y, m, d;
    if (f.cutoff != INT64_MIN)
        date_civil(f.cutoff, &y, &m, &d);
    if (str_find_str(pattern, STR("{export}")) < pattern.n && str_find(pattern, '[') == pattern.n)
        HOLDS(str_find_str(path, STR("E01")) < path.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = {(const char *)data, size};
    if (size > MOST || memchr(data, 0, size))
        return 0;
    size_t at = str_find(s, '\n');
    struct str pattern = {s.p, at}, path = str_from(s, at + 1);
    static const struct str shipped = {
        "{year}/{export}_{name}_{org}_{cutoff}[_r{version}].csv[.gz]", 59};
    if (!filename_check(pattern))
        check(pattern, path);
    check(shipped, path);
    return 0;
}
