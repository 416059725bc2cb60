/* Merging: who wins, what is a duplicate, the order of the output; expectations by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "pipeline/calc/merge.h"

static const struct kind text_kind = {.name = "text", .type = TCOL_TEXT};
static const struct kind count_kind = {.name = "count", .type = TCOL_INT};
static const struct conf_type text_type = {.name = {"text", 4}, .kind = &text_kind};
static const struct conf_type count_type = {.name = {"count", 5}, .kind = &count_kind};

/* An export of a key (text) and a value. */
static void make_conf(struct conf *c, struct conf_export *x, struct conf_column col[2])
{
    static size_t key[] = {0};
    col[0] = (struct conf_column){.name = STR("id"), .type = &text_type, .key = true};
    col[1] = (struct conf_column){.name = STR("value"), .type = &count_type};
    *x = (struct conf_export){.id = STR("X"), .column = col, .n = 2, .key = key, .n_key = 1};
    *c = (struct conf){.exports = x, .n_exports = 1};
}

struct input {
    const char *id;
    int64_t value;
};

static void write_source(const char *path, const struct input *in, size_t n)
{
    struct tcolumn col[] = {{STR("id"), TCOL_TEXT, NULL, 0},
                            {STR("value"), TCOL_INT, NULL, 0},
                            {STR("src_line"), TCOL_INT, NULL, 0}};
    struct tschema schema = {col, 3};
    struct err e;
    struct tabout *t = tabout_open(path, &schema, NULL, 0, &e);
    assert_non_null(t);
    for (size_t i = 0; i < n; i++) {
        struct tvalue row[3] = {{.s = str_c(in[i].id)}, {.i = in[i].value}, {.i = (int64_t)i + 2}};
        assert_true(tabout_row(t, row, &e));
    }
    assert_true(tabout_close(t, &e));
    tabout_free(t);
}

static struct merge *merge_two(const struct conf *c, const struct input *a, size_t na,
                               const struct input *b, size_t nb, char path[2][64])
{
    struct err e;
    for (int i = 0; i < 2; i++) {
        snprintf(path[i], 64, "/tmp/tongji-merge-%ld-%d.tjt", (long)getpid(), i);
        write_source(path[i], i ? b : a, i ? nb : na);
    }
    static const struct merge_source source[] = {{{"a.csv", 5}, 0, 0}, {{"b.csv", 5}, 1, 1}};
    const struct merge_input input[] = {{path[0], 0}, {path[1], 1}};
    struct merge *m = merge_open(c, 0, source, 2, input, 2, &e);
    assert_non_null(m);
    for (size_t b2 = 0; b2 < merge_blocks(m); b2++)
        assert_true(merge_load(m, b2, &e));
    merge_split(m);
    for (size_t b2 = 0; b2 < merge_blocks(m); b2++)
        merge_assign(m, b2);
    merge_place(m);
    for (size_t b2 = 0; b2 < merge_blocks(m); b2++)
        merge_scatter(m, b2);
    return m;
}

static void winners_and_losers(void **state)
{
    (void)state;
    struct conf c;
    struct conf_export x;
    struct conf_column col[2];
    make_conf(&c, &x, col);
    /* lines 2.. of each file; b is the better file */
    const struct input a[] = {{"k3", 1}, {"k1", 1}, {"k2", TABLE_MISSING}, {"k1", 7}, {"k10", 5}};
    const struct input b[] = {{"k2", TABLE_MISSING}, {"k3", 9}, {"k4", 4}};
    char path[2][64];
    struct merge *m = merge_two(&c, a, 5, b, 3, path);
    assert_int_equal(merge_ranges(m), 1);
    const struct merge_range *g = merge_range(m, 0);
    const struct {
        const char *id, *file;
        int64_t value, line;
    } want[] = {{"k1", "a.csv", 7, 5}, /* the later line of one file */
                {"k10", "a.csv", 5, 6},
                {"k2", "b.csv", TABLE_MISSING, 2},
                {"k3", "b.csv", 9, 3},
                {"k4", "b.csv", 4, 4}};
    assert_int_equal(g->block.rows, 5);
    assert_int_equal(g->block.n, 4); /* id, value, src_file, src_line */
    for (size_t r = 0; r < 5; r++) {
        assert_true(str_eq(tvec_text(&g->block.col[0], r), str_c(want[r].id)));
        assert_int_equal(g->block.col[1].v[r], want[r].value);
        assert_true(str_eq(tvec_text(&g->block.col[2], r), str_c(want[r].file)));
        assert_int_equal(g->block.col[3].v[r], want[r].line);
    }
    const struct merge_loser lost[] = {{0, 3, 0, 5, false},  /* k1: another value */
                                       {0, 4, 1, 2, true},   /* k2: the same, missing included */
                                       {0, 2, 1, 3, false}}; /* k3 */
    assert_int_equal(g->n_losers, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(g->loser[i].file, lost[i].file);
        assert_int_equal(g->loser[i].line, lost[i].line);
        assert_int_equal(g->loser[i].to_file, lost[i].to_file);
        assert_int_equal(g->loser[i].to_line, lost[i].to_line);
        assert_int_equal(g->loser[i].duplicate, lost[i].duplicate);
    }
    merge_free(m);
    unlink(path[0]);
    unlink(path[1]);
}

/* Many rows: several ranges, every key once, in order, the better file's value everywhere. */
static void many_ranges(void **state)
{
    (void)state;
    enum { N = 50000 };
    struct conf c;
    struct conf_export x;
    struct conf_column col[2];
    make_conf(&c, &x, col);
    struct input *a = calloc(N, sizeof *a);
    char(*name)[24] = calloc(N, sizeof *name);
    assert_true(a && name);
    for (size_t i = 0; i < N; i++) {
        /* 7919 is prime to N: each number once, in disorder; long common beginnings */
        snprintf(name[i], sizeof name[i], "a-common-prefix-%06zu", i * 7919 % N);
        a[i] = (struct input){name[i], (int64_t)i};
    }
    char path[2][64];
    struct merge *m = merge_two(&c, a, N, a, N / 2, path);
    assert_true(merge_ranges(m) > 1);
    size_t rows = 0, losers = 0;
    for (size_t k = 0; k < merge_ranges(m); k++) {
        const struct merge_range *g = merge_range(m, k);
        for (size_t r = 0; r < g->block.rows; r++, rows++) {
            char want[24];
            snprintf(want, sizeof want, "a-common-prefix-%06zu", rows);
            assert_true(str_eq(tvec_text(&g->block.col[0], r), str_c(want)));
            bool better = g->block.col[1].v[r] < N / 2;
            assert_true(str_eq(tvec_text(&g->block.col[2], r), str_c(better ? "b.csv" : "a.csv")));
        }
        for (size_t i = 0; i < g->n_losers; i++, losers++)
            assert_true(g->loser[i].duplicate);
    }
    assert_int_equal(rows, N);
    assert_int_equal(losers, N / 2);
    merge_free(m);
    free(a);
    free(name);
    unlink(path[0]);
    unlink(path[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(winners_and_losers),
                                       cmocka_unit_test(many_ranges)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
