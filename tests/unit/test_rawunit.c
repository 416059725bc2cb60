/* The results of a raw file, written and read again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>

#include "pipeline/calc/rawunit.h"
#include "tests/unit/scratch.h"

static const char base[] = "0000000000000000000000000000000000000000000000000000000000000000";
static const char key[] = "1111111111111111111111111111111111111111111111111111111111111111";

/* Every field has a value that no other has. */
static void fill(struct rawfile *f)
{
    size_t *const counts[] = {&f->bad,   &f->header_line, &f->columns,    &f->rows_read,
                              &f->kept,  &f->rejected,    &f->total_rows, &f->blank,
                              &f->notes, &f->repeated,    &f->set_aside,  &f->mended,
                              &f->warned};
    f->state = RAWFILE_HEADER;
    memcpy(f->sha256, key, sizeof key);
    f->bytes = 1000;
    f->encoding = ENC_GB18030;
    f->dialect = (struct dialect){{';', ' '}, 2, '\'', '\\', true};
    f->said = f->sniffed = true;
    f->confidence = 970;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        *counts[i] = 20 + i;
    for (size_t i = 0; i < CHANGES; i++)
        f->changed[i] = 50 + i;
    strbuf_add(&f->rejects, STR("rejects\n"));
    strbuf_add(&f->warnings, STR("warnings\n"));
    strbuf_add(&f->corrected, STR("corrected\n"));
    strbuf_add(&f->packed, STR("\x1f\x8b\0\n"));
    quality_add(&f->quality, "W-XLS-01", STR("b"), 9);
    quality_add(&f->quality, "W-ID-01", STR(""), 7);
    quality_add(&f->quality, "W-XLS-01", STR("b"), 5);
}

static void round_trip(void **state)
{
    (void)state;
    struct scratch s;
    struct err e;
    struct arena a = {0};
    struct str names[] = {STR("甲"), STR("b")};
    struct rawunit u = {.table_bytes = 11, .changes_bytes = 12, .name = names, .n_names = 2}, v;
    struct rawfile f = {.export = 3, .cutoff = 4}, g = {.export = 3, .cutoff = 4};
    char read[65];
    scratch_make(&s);
    memcpy(u.base, base, sizeof base);
    memcpy(u.key, key, sizeof key);
    fill(&f);
    assert_true(rawunit_write(scratch_path(&s, "x.tjt.unit"), &u, &f, &e));
    assert_true(rawunit_read_key(scratch_path(&s, "x.tjt.unit"), read, &e));
    assert_string_equal(read, key);
    assert_true(rawunit_try_read(scratch_path(&s, "x.tjt.unit"), &a, &v, &g));
    assert_string_equal(v.base, base);
    assert_string_equal(v.key, key);
    assert_int_equal(v.table_bytes, 11);
    assert_int_equal(v.changes_bytes, 12);
    assert_int_equal(v.n_names, 2);
    assert_true(str_eq(v.name[0], names[0]) && str_eq(v.name[1], names[1]));
    /* What is borrowed or owned is looked at by its content; all else by its bytes. */
    struct strbuf *const texts[][2] = {{&f.rejects, &g.rejects},
                                       {&f.warnings, &g.warnings},
                                       {&f.corrected, &g.corrected},
                                       {&f.packed, &g.packed}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_true(str_eq(strbuf_str(texts[i][0]), strbuf_str(texts[i][1])));
    assert_int_equal(g.quality.n, f.quality.n);
    for (size_t i = 0; i < f.quality.n; i++) {
        assert_string_equal(g.quality.row[i].code, f.quality.row[i].code);
        assert_true(str_eq(g.quality.row[i].column, f.quality.row[i].column));
        assert_int_equal(g.quality.row[i].count, f.quality.row[i].count);
        assert_int_equal(g.quality.row[i].first_line, f.quality.row[i].first_line);
    }
    assert_true(dialect_equal(&f.dialect, &g.dialect));
    assert_string_equal(g.sha256, key);
    assert_true(g.state == f.state && g.encoding == f.encoding && g.said && g.sniffed);
    assert_true(g.bytes == f.bytes && g.confidence == f.confidence && g.bad == f.bad);
    assert_memory_equal(&g.header_line, &f.header_line,
                        offsetof(struct rawfile, quality) - offsetof(struct rawfile, header_line));
    assert_memory_equal(g.changed, f.changed, sizeof f.changed);
    assert_true(g.export == 3 && g.cutoff == 4);
    rawfile_release(&f);
    rawfile_release(&g);
    arena_release(&a);
    scratch_remove(&s);
}

/* One that is not there, or another file, leaves what is known as it is. */
static void none(void **state)
{
    (void)state;
    struct scratch s;
    struct arena a = {0};
    struct rawunit u;
    struct rawfile f = {.kept = 5};
    struct err e;
    char read[65];
    scratch_make(&s);
    assert_false(rawunit_try_read(scratch_path(&s, "none"), &a, &u, &f));
    scratch_write(&s, "other", "something else");
    assert_false(rawunit_try_read(scratch_path(&s, "other"), &a, &u, &f));
    assert_true(rawunit_read_key(scratch_path(&s, "other"), read, &e)); /* damaged: no key */
    assert_string_equal(read, "");
    assert_true(rawunit_read_key(scratch_path(&s, "none"), read, &e));
    assert_string_equal(read, "");
    assert_int_equal(mkdir(scratch_path(&s, "folder"), 0777), 0);
    assert_false(rawunit_read_key(scratch_path(&s, "folder"), read, &e)); /* cannot be read */
    assert_int_equal(e.status, ST_SYSTEM);
    assert_int_equal(f.kept, 5);
    assert_true(rawunit_is_internal(STR("a/b.tjt")) && rawunit_is_internal(STR("b.tjt.unit")));
    assert_false(rawunit_is_internal(STR("b.csv.gz")));
    rawfile_release(&f);
    arena_release(&a);
    scratch_remove(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(round_trip), cmocka_unit_test(none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
