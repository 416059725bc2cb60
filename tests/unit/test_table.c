/* table: what goes in comes out; what is damaged is refused. Printed dates come from Python's
 * datetime (beyond its years: shifted by whole cycles of 400 years) and from gmtime_r. */
#include "pipeline/io/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "pipeline/base/mem.h"
#include "pipeline/io/outfile.h"
#include "pipeline/io/table_file.h"

#define LEN(a) (sizeof(a) / sizeof(a)[0])

static char dir[] = "/tmp/test_table.XXXXXX";

static const char *in_dir(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static int setup(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    char line[64];
    snprintf(line, sizeof line, "rm -r %s", dir);
    return system(line);
}

static uint64_t scramble(uint64_t x)
{
    x = (x ^ x >> 31) * UINT64_C(0x7fb5d329728ea185);
    x = (x ^ x >> 27) * UINT64_C(0x81dadef4bc2dd44d);
    return x ^ x >> 33;
}

/* --- printed forms --- */

static const struct str labels[] = {{"办结", 6}, {"", 0}, {"退件", 6}};

static const struct {
    enum tcol_type type;
    int64_t v;
    const char *expected;
} prints[] = {
    {TCOL_INT, TABLE_MISSING, ""},
    {TCOL_INT, 0, "0"},
    {TCOL_INT, -17, "-17"},
    {TCOL_INT, INT64_MAX, "9223372036854775807"},
    {TCOL_MONEY, 0, "0.00"},
    {TCOL_MONEY, 5, "0.05"},
    {TCOL_MONEY, -5, "-0.05"},
    {TCOL_MONEY, 123456, "1234.56"},
    {TCOL_MONEY, INT64_MIN + 1, "-92233720368547758.07"},
    {TCOL_DATE, 0, "1970-01-01"},
    {TCOL_DATE, -1, "1969-12-31"},
    {TCOL_DATE, 17897, "2019-01-01"},
    {TCOL_DATE, 11016, "2000-02-29"},
    {TCOL_DATE, -25509, "1900-02-28"},
    {TCOL_DATE, -25508, "1900-03-01"},
    {TCOL_DATE, -719162, "0001-01-01"},
    {TCOL_DATE, 2932896, "9999-12-31"},
    {TCOL_DATE, INT64_MAX, "25252734927768524-07-27"},
    {TCOL_DATE, INT64_MIN + 1, "-25252734927764585-06-08"},
    {TCOL_DATE, TABLE_MISSING, ""},
    {TCOL_DATETIME, 1551484799, "2019-03-01 23:59:59"},
    {TCOL_DATETIME, -1, "1969-12-31 23:59:59"},
    {TCOL_DATETIME, 0, "1970-01-01 00:00:00"},
    {TCOL_DATETIME, INT64_MAX, "292277026596-12-04 15:30:07"},
    {TCOL_DATETIME, INT64_MIN + 1, "-292277022657-01-27 08:29:53"},
    {TCOL_MONTH, 24230, "2019-03"},
    {TCOL_MONTH, 0, "0000-01"},
    {TCOL_MONTH, -1, "-1-12"},
    {TCOL_MONTH, INT64_MAX, "768614336404564650-08"},
    {TCOL_ENUM, 0, "办结"},
    {TCOL_ENUM, 1, ""},
    {TCOL_ENUM, 2, "退件"},
    {TCOL_ENUM, 3, "3"},
    {TCOL_ENUM, -1, "-1"},
    {TCOL_ENUM, TABLE_MISSING, ""},
};

static void test_print(void **state)
{
    (void)state;
    struct strbuf out = {0};
    for (size_t i = 0; i < LEN(prints); i++) {
        struct tcolumn c = {.type = prints[i].type, .label = labels, .n_label = LEN(labels)};
        out.n = 0;
        table_print(&c, prints[i].v, &out);
        assert_string_equal(strbuf_c(&out), prints[i].expected);
    }
    strbuf_release(&out);
}

/* Every 13th day of the years 1 to 9999, at a changing time of day. */
static void test_print_calendar(void **state)
{
    (void)state;
    struct strbuf out = {0};
    struct tcolumn c = {.type = TCOL_DATETIME};
    for (int64_t day = -719162; day <= 2932896; day += 13) {
        time_t t = day * 86400 + (int64_t)(scramble((uint64_t)day) % 86400);
        struct tm tm;
        char expected[80];
        gmtime_r(&t, &tm);
        snprintf(expected, sizeof expected, "%04d-%02d-%02d %02d:%02d:%02d", tm.tm_year + 1900,
                 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
        out.n = 0;
        table_print(&c, t, &out);
        assert_string_equal(strbuf_c(&out), expected);
    }
    strbuf_release(&out);
}

/* --- round trip --- */

/* The columns are functions of the row, so that the reader can be told without keeping a copy. A
 * text is written to `room` (TEXT_ROOM bytes). */
enum { TEXT_ROOM = 5000 };
struct made {
    const char *name;
    enum tcol_type type;
    int64_t (*number)(uint64_t r);
    struct str (*text)(uint64_t r, char *room);
};

static int64_t n_constant(uint64_t r)
{
    return (void)r, 42;
}
static int64_t n_missing(uint64_t r)
{
    return (void)r, TABLE_MISSING;
}
static int64_t n_constant_or_missing(uint64_t r)
{
    return r % 3 ? INT64_MAX : TABLE_MISSING;
}
static int64_t n_255_values(uint64_t r)
{
    return (int64_t)(r % 255) - 100;
}
static int64_t n_256_values(uint64_t r)
{
    return r % 17 ? (int64_t)(r % 256) : TABLE_MISSING;
}
static int64_t n_65535_span(uint64_t r)
{
    return r % 2 ? 65534 + 7 : r % 5 ? 7 : TABLE_MISSING;
}
static int64_t n_65536_span(uint64_t r)
{
    return r % 2 ? 65535 - 7 : r % 5 ? -7 : TABLE_MISSING;
}
static int64_t n_32_bits(uint64_t r)
{
    return r % 7 ? 1546300800 + (int64_t)(scramble(r) % 31536000) : TABLE_MISSING;
}
static int64_t n_32_bits_full(uint64_t r)
{
    return r % 2 ? INT64_MAX : r % 5 ? INT64_MAX - UINT32_MAX + 1 : TABLE_MISSING;
}
static int64_t n_beyond_32_bits(uint64_t r)
{
    return r % 2 ? INT64_MAX : r % 5 ? INT64_MAX - UINT32_MAX : TABLE_MISSING;
}
static int64_t n_extremes(uint64_t r)
{
    static const int64_t v[] = {INT64_MIN + 1, INT64_MAX, 0, TABLE_MISSING, -1};
    return v[r % LEN(v)];
}
static int64_t n_whole_span(uint64_t r)
{
    return r % 2 ? INT64_MIN + 1 : INT64_MAX;
}
static int64_t n_row(uint64_t r)
{
    return (int64_t)r;
}
static int64_t n_label(uint64_t r)
{
    return (int64_t)(r % LEN(labels));
}

static struct str t_print(char *room, const char *prefix, uint64_t v)
{
    int n = snprintf(room, TEXT_ROOM, "%s%llu", prefix, (unsigned long long)v);
    return (struct str){room, (size_t)n};
}
static struct str t_few(uint64_t r, char *room)
{
    return t_print(room, "机构", scramble(r) % 60);
}
static struct str t_all_differ(uint64_t r, char *room)
{
    return r % 11 ? t_print(room, "BJ", scramble(r)) : (struct str){NULL, 0};
}
static struct str t_missing(uint64_t r, char *room)
{
    return (void)r, (void)room, (struct str){NULL, 0};
}
static struct str t_empty_or_missing(uint64_t r, char *room)
{
    return (void)room, r % 2 ? (struct str){"", 0} : (struct str){NULL, 0};
}
static struct str t_one(uint64_t r, char *room)
{
    return (void)r, (void)room, STR("一");
}
static struct str t_257_values(uint64_t r, char *room)
{
    return t_print(room, "", r % 257);
}
static struct str t_256_values(uint64_t r, char *room)
{
    return t_print(room, "", r % 256);
}
static struct str t_lengths(uint64_t r, char *room)
{
    memset(room, 'a' + (int)(r % 3), r % 300);
    return (struct str){room, r % 300};
}
static struct str t_differ_late(uint64_t r, char *room)
{
    return t_print(room, "", r % TABLE_BLOCK < 9000 ? 0 : r);
}
static struct str t_long_repeats(uint64_t r, char *room)
{
    if (r % 5 >= 2)
        return t_print(room, "", r);
    memset(room, 'L', TEXT_ROOM);
    return (struct str){room, TEXT_ROOM};
}

static const struct made made[] = {
    {"constant", TCOL_INT, n_constant, NULL},
    {"missing", TCOL_INT, n_missing, NULL},
    {"constant or missing", TCOL_MONEY, n_constant_or_missing, NULL},
    {"255", TCOL_INT, n_255_values, NULL},
    {"few", TCOL_TEXT, NULL, t_few},
    {"256", TCOL_MONTH, n_256_values, NULL},
    {"65535", TCOL_DATE, n_65535_span, NULL},
    {"65536", TCOL_DATE, n_65536_span, NULL},
    {"32 bits", TCOL_DATETIME, n_32_bits, NULL},
    {"all differ", TCOL_TEXT, NULL, t_all_differ},
    {"32 bits full", TCOL_INT, n_32_bits_full, NULL},
    {"33 bits", TCOL_INT, n_beyond_32_bits, NULL},
    {"extremes", TCOL_INT, n_extremes, NULL},
    {"whole span", TCOL_INT, n_whole_span, NULL},
    {"row", TCOL_INT, n_row, NULL},
    {"label", TCOL_ENUM, n_label, NULL},
    {"missing text", TCOL_TEXT, NULL, t_missing},
    {"empty or missing", TCOL_TEXT, NULL, t_empty_or_missing},
    {"one", TCOL_TEXT, NULL, t_one},
    {"257 texts", TCOL_TEXT, NULL, t_257_values},
    {"256 texts", TCOL_TEXT, NULL, t_256_values},
    {"lengths", TCOL_TEXT, NULL, t_lengths},
    {"differ late", TCOL_TEXT, NULL, t_differ_late},
    {"long repeats", TCOL_TEXT, NULL, t_long_repeats},
};
enum { COLUMNS = LEN(made) };

static const struct tnote notes[] = {
    {{"src_file", 8}, {"2019/E01a_x_1_20191231.csv", 26}},
    {{"cutoff", 6}, {"18261", 5}},
    {{"empty", 5}, {NULL, 0}},
};

static struct tschema make_schema(struct tcolumn col[COLUMNS])
{
    for (size_t i = 0; i < COLUMNS; i++) {
        col[i] = (struct tcolumn){.name = str_c(made[i].name), .type = made[i].type};
        if (made[i].type == TCOL_ENUM) {
            col[i].label = labels;
            col[i].n_label = LEN(labels);
        }
    }
    return (struct tschema){col, COLUMNS};
}

static void write_made(const char *path, size_t rows)
{
    struct err e;
    struct tcolumn col[COLUMNS];
    struct tschema schema = make_schema(col);
    struct tabout *t = tabout_open(path, &schema, notes, LEN(notes), &e);
    assert_non_null(t);
    char(*room)[TEXT_ROOM] = x_malloc(COLUMNS * sizeof *room);
    for (uint64_t r = 0; r < rows; r++) {
        struct tvalue row[COLUMNS];
        for (size_t i = 0; i < COLUMNS; i++) {
            row[i] = (struct tvalue){0};
            if (made[i].number)
                row[i].i = made[i].number(r);
            else
                row[i].s = made[i].text(r, room[i]);
        }
        assert_true(tabout_row(t, row, &e));
    }
    free(room);
    assert_true(tabout_close(t, &e));
    tabout_free(t);
}

static bool is_made(const struct tvec *v, size_t column, uint64_t first, size_t rows)
{
    char room[TEXT_ROOM];
    for (size_t r = 0; r < rows; r++) {
        if (made[column].number) {
            if (v->v[r] != made[column].number(first + r))
                return false;
            continue;
        }
        struct str s = tvec_text(v, r), expected = made[column].text(first + r, room);
        if (!str_eq(s, expected) || !s.p != !expected.p)
            return false;
    }
    return true;
}

static void assert_block(const struct tabin *t, size_t b, const bool *want, struct arena *a)
{
    struct err e;
    struct tblock block;
    arena_reset(a);
    assert_true(tabin_read(t, b, want, a, &block, &e));
    assert_int_equal(block.rows, tabin_block_rows(t, b));
    assert_int_equal(block.n, COLUMNS);
    for (size_t i = 0; i < COLUMNS; i++) {
        const struct tvec *v = &block.col[i];
        if (want && !want[i])
            assert_true(!v->v && !v->dict);
        else if (!is_made(v, i, b * TABLE_BLOCK, block.rows))
            fail_msg("column %s of block %zu", made[i].name, b);
    }
}

static void test_round_trip(void **state)
{
    (void)state;
    static const size_t sizes[] = {
        1, 2, 300, 4095, 4097, TABLE_BLOCK, TABLE_BLOCK + 1, 2 * TABLE_BLOCK + 1000};
    struct arena a = {0};
    for (size_t s = 0; s < LEN(sizes); s++) {
        struct err e;
        write_made(in_dir("t"), sizes[s]);
        struct tabin *t = tabin_open(in_dir("t"), &e);
        assert_non_null(t);
        assert_int_equal(tabin_rows(t), sizes[s]);
        assert_int_equal(tabin_blocks(t), (sizes[s] + TABLE_BLOCK - 1) / TABLE_BLOCK);
        for (size_t b = 0; b < tabin_blocks(t); b++) {
            assert_block(t, b, NULL, &a);
            for (size_t k = 0; k < 3; k++) {
                bool want[COLUMNS];
                for (size_t i = 0; i < COLUMNS; i++)
                    want[i] = scramble(100 * s + 10 * b + k) >> i & 1;
                assert_block(t, b, want, &a);
            }
        }
        tabin_free(t);
    }
    arena_release(&a);
}

static size_t made_find(const char *name)
{
    size_t i = 0;
    while (strcmp(made[i].name, name) != 0)
        i++;
    return i;
}

/* Which texts get a dictionary: the few do, with one entry each; those that differ do not, unless
 * they would cost a long value's bytes again and again. */
static void test_forms(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t n_dict; /* 0: plain */
    } rows[] = {{"few", 60},         {"one", 1},
                {"missing text", 1}, {"empty or missing", 2},
                {"257 texts", 257},  {"256 texts", 256},
                {"all differ", 0},   {"differ late", 0},
                {"lengths", 300},    {"long repeats", 19661}};
    struct err e;
    struct arena a = {0};
    struct tblock b;
    write_made(in_dir("t"), TABLE_BLOCK);
    struct tabin *t = tabin_open(in_dir("t"), &e);
    assert_true(tabin_read(t, 0, NULL, &a, &b, &e));
    for (size_t i = 0; i < LEN(rows); i++) {
        const struct tvec *v = &b.col[made_find(rows[i].name)];
        assert_int_equal(v->code != NULL, rows[i].n_dict != 0);
        assert_int_equal(v->n_dict, v->code ? rows[i].n_dict : TABLE_BLOCK);
    }
    tabin_free(t);
    arena_release(&a);
}

static void test_head(void **state)
{
    (void)state;
    struct err e;
    write_made(in_dir("t"), 5);
    struct stat st;
    assert_int_equal(stat(in_dir("t"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    struct tabin *t = tabin_open(in_dir("t"), &e);
    const struct tschema *s = tabin_schema(t);
    assert_int_equal(s->n, COLUMNS);
    for (size_t i = 0; i < COLUMNS; i++) {
        assert_true(str_eq(s->col[i].name, str_c(made[i].name)));
        assert_int_equal(s->col[i].type, made[i].type);
        assert_int_equal(s->col[i].n_label, made[i].type == TCOL_ENUM ? LEN(labels) : 0);
        for (size_t l = 0; l < s->col[i].n_label; l++)
            assert_true(str_eq(s->col[i].label[l], labels[l]));
        assert_int_equal(tschema_find(s, str_c(made[i].name)), i);
    }
    assert_true(tschema_find(s, STR("nowhere")) == SIZE_MAX);
    assert_true(str_eq(tabin_note(t, STR("cutoff")), STR("18261")));
    assert_true(str_eq(tabin_note(t, STR("src_file")), notes[0].value));
    assert_non_null(tabin_note(t, STR("empty")).p);
    assert_int_equal(tabin_note(t, STR("empty")).n, 0);
    assert_null(tabin_note(t, STR("nowhere")).p);
    tabin_free(t);
    tabin_free(NULL);
    tabout_free(NULL);
}

static void test_empty(void **state)
{
    (void)state;
    struct err e;
    write_made(in_dir("t"), 0);
    struct tabin *t = tabin_open(in_dir("t"), &e);
    assert_non_null(t);
    assert_int_equal(tabin_rows(t), 0);
    assert_int_equal(tabin_blocks(t), 0);
    assert_int_equal(tabin_schema(t)->n, COLUMNS);
    tabin_free(t);
    /* no columns, two rows */
    struct tschema none = {NULL, 0};
    struct tabout *o = tabout_open(in_dir("t"), &none, NULL, 0, &e);
    assert_true(tabout_row(o, NULL, &e) && tabout_row(o, NULL, &e) && tabout_close(o, &e));
    tabout_free(o);
    t = tabin_open(in_dir("t"), &e);
    assert_non_null(t);
    assert_int_equal(tabin_rows(t), 2);
    struct arena a = {0};
    struct tblock b;
    assert_true(tabin_read(t, 0, NULL, &a, &b, &e));
    assert_int_equal(b.rows, 2);
    arena_release(&a);
    tabin_free(t);
}

/* 200 texts of a megabyte: blocks end before they hold too much, no row is lost. */
static void test_long_texts(void **state)
{
    (void)state;
    enum { ROWS = 200, BYTES = 1 << 20 };
    struct err e;
    struct tcolumn col = {.name = STR("x"), .type = TCOL_TEXT};
    struct tschema schema = {&col, 1};
    char *text = x_calloc(BYTES, 1);
    struct tabout *o = tabout_open(in_dir("t"), &schema, NULL, 0, &e);
    for (size_t r = 0; r < ROWS; r++) {
        memcpy(text, &r, sizeof r);
        struct tvalue v = {.s = {text, BYTES}};
        assert_true(tabout_row(o, &v, &e));
    }
    assert_true(tabout_close(o, &e));
    tabout_free(o);
    struct tabin *t = tabin_open(in_dir("t"), &e);
    assert_int_equal(tabin_rows(t), ROWS);
    assert_true(tabin_blocks(t) > 1);
    struct arena a = {0};
    for (size_t b = 0, row = 0; b < tabin_blocks(t); b++) {
        struct tblock block;
        arena_reset(&a);
        assert_true(tabin_read(t, b, NULL, &a, &block, &e));
        for (size_t r = 0; r < block.rows; r++, row++) {
            memcpy(text, &row, sizeof row);
            assert_true(str_eq(tvec_text(&block.col[0], r), (struct str){text, BYTES}));
        }
    }
    arena_release(&a);
    tabin_free(t);
    free(text);
}

/* --- failures --- */

static struct strbuf load(const char *path)
{
    struct strbuf b = {0};
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    for (size_t n; (n = fread(strbuf_room(&b, 65536), 1, 65536, f));)
        b.n += n;
    fclose(f);
    return b;
}

/* Opens `path` and reads all of it; false and *e at the first refusal. Whatever is decoded is
 * touched, so that the sanitizers see a slice that points outside. */
static bool read_whole(const char *path, struct err *e)
{
    struct tabin *t = tabin_open(path, e);
    bool ok = t != NULL;
    struct arena a = {0};
    size_t touched = 0;
    for (size_t b = 0; ok && b < tabin_blocks(t); b++) {
        struct tblock block;
        arena_reset(&a);
        ok = tabin_read(t, b, NULL, &a, &block, e);
        for (size_t i = 0; ok && i < block.n; i++)
            for (size_t r = 0; r < block.rows; r++) {
                struct str s = block.col[i].v ? (struct str){NULL, 0} : tvec_text(&block.col[i], r);
                touched += s.n ? (size_t)s.p[0] + (size_t)s.p[s.n - 1] : 0;
            }
    }
    arena_release(&a);
    tabin_free(t);
    return ok && touched != SIZE_MAX;
}

static void put_file(const char *path, struct str s)
{
    struct err e;
    assert_true(outfile_put(path, 0600, s, &e));
}

static void assert_damaged(const char *path, const char *what, size_t at)
{
    struct err e = {0};
    if (read_whole(path, &e))
        fail_msg("%s at byte %zu is not noticed", what, at);
    assert_string_equal(e.code, "E-TAB-01");
    assert_int_equal(e.status, ST_SYSTEM);
    assert_string_equal(e.where, path);
}

static void test_damage(void **state)
{
    (void)state;
    write_made(in_dir("t"), 3);
    struct err e;
    assert_true(read_whole(in_dir("t"), &e));
    struct strbuf b = load(in_dir("t"));
    for (size_t n = 0; n < b.n; n++) {
        put_file(in_dir("cut"), (struct str){b.p, n});
        assert_damaged(in_dir("cut"), "truncation", n);
    }
    for (size_t i = 0; i < b.n; i++) {
        b.p[i] = (char)(b.p[i] ^ 1 << i % 8);
        put_file(in_dir("flip"), strbuf_str(&b));
        assert_damaged(in_dir("flip"), "a flipped bit", i);
        b.p[i] = (char)(b.p[i] ^ 1 << i % 8);
    }
    strbuf_addc(&b, '\0');
    put_file(in_dir("long"), strbuf_str(&b));
    assert_damaged(in_dir("long"), "a byte too many", b.n);
    strbuf_release(&b);
}

static void test_not_a_table(void **state)
{
    (void)state;
    struct err e = {0};
    assert_null(tabin_open(in_dir("nowhere"), &e));
    assert_string_equal(e.code, "E-SYS-01");
    assert_null(tabin_open(dir, &e));
    assert_string_equal(e.code, "E-TAB-01");
    put_file(in_dir("csv"), STR("id,name\n1,this is no table file but text that is long enough\n"));
    assert_damaged(in_dir("csv"), "text", 0);
}

/* Makes all checksums right again where the file's own sizes allow it. */
static void reseal(struct strbuf *b)
{
    struct table_footer f;
    if (b->n < TABLE_MAGIC_N + sizeof f)
        return;
    char *end = b->p + b->n - sizeof f;
    size_t room = b->n - sizeof f - TABLE_MAGIC_N;
    memcpy(&f, end, sizeof f);
    if (f.head > room || f.index > room - f.head)
        return;
    uint32_t columns;
    memcpy(&columns, b->p + TABLE_MAGIC_N, sizeof columns);
    struct str head = {b->p + TABLE_MAGIC_N, f.head};
    char *index = end - f.index, *chunk = b->p + TABLE_MAGIC_N + f.head;
    char *p = index + sizeof(struct table_index);
    while (columns < 100 && p < end && (size_t)(end - p) > sizeof(struct table_block)) {
        p += sizeof(struct table_block);
        for (uint32_t c = 0; c < columns && (size_t)(end - p) >= sizeof(struct table_chunk); c++) {
            struct table_chunk k;
            memcpy(&k, p, sizeof k);
            if (k.stored > (size_t)(index - chunk))
                break;
            k.sum = table_sum((struct str){chunk, k.stored});
            memcpy(p, &k, sizeof k);
            p += sizeof k;
            chunk += k.stored;
        }
    }
    f.head_sum = table_sum(head);
    f.index_sum = table_sum((struct str){index, f.index});
    memcpy(end, &f, sizeof f);
}

/* Where the parts of a sealed file begin. */
enum part { HEAD, CHUNK_N, CHUNK_S, INDEX, FOOTER };

static char *part_of(const struct strbuf *b, enum part part)
{
    struct table_footer f;
    char *footer = b->p + b->n - sizeof f;
    memcpy(&f, footer, sizeof f);
    char *head = b->p + TABLE_MAGIC_N, *index = footer - f.index;
    struct table_chunk first;
    memcpy(&first, index + sizeof(struct table_index) + sizeof(struct table_block), sizeof first);
    char *begin[] = {head, head + f.head, head + f.head + first.stored, index, footer};
    return begin[part];
}

#define IN_BLOCK (sizeof(struct table_index))
#define IN_N(field) (IN_BLOCK + sizeof(struct table_block) + offsetof(struct table_chunk, field))
#define IN_S(field) (IN_N(field) + sizeof(struct table_chunk))

/* Changes to the table of five rows below, each of which makes it nonsense. By hand from
 * table_file.h: n is numbers of two bytes; s has the entries ab, cd, missing and "", lengths and
 * codes of one byte. */
static const struct {
    enum part part;
    size_t at, bytes;
    uint64_t value;
    size_t at2; /* one byte more to change; 0: none */
    unsigned char value2;
} nonsense[] = {
    {HEAD, 0, 4, 1, 0, 0},           /* columns */
    {HEAD, 0, 4, 3, 0, 0},           /* */
    {HEAD, 0, 4, UINT32_MAX, 0, 0},  /* */
    {HEAD, 4, 4, 0, 0, 0},           /* bytes of the first name */
    {HEAD, 4, 4, 100, 0, 0},         /* */
    {HEAD, 4, 4, UINT32_MAX, 0, 0},  /* */
    {HEAD, 9, 4, TCOL_TYPES, 0, 0},  /* type */
    {HEAD, 9, 4, TCOL_TEXT, 0, 0},   /* */
    {HEAD, 13, 4, 1, 0, 0},          /* labels */
    {HEAD, 13, 4, UINT32_MAX, 0, 0}, /* */
    {HEAD, 30, 4, 2, 0, 0},          /* notes */
    {HEAD, 30, 4, UINT32_MAX, 0, 0}, /* */
    {HEAD, 39, 4, 100, 0, 0},        /* bytes of the note, the last thing in the head */
    {INDEX, offsetof(struct table_index, rows), 8, 4, 0, 0},
    {INDEX, offsetof(struct table_index, rows), 8, 6, 0, 0},
    {INDEX, offsetof(struct table_index, blocks), 8, 0, 0, 0},
    {INDEX, offsetof(struct table_index, blocks), 8, 2, 0, 0},
    {INDEX, offsetof(struct table_index, blocks), 8, UINT64_MAX, 0, 0},
    {INDEX, IN_BLOCK, 8, 4, 0, 0}, /* rows of the block */
    {INDEX, IN_BLOCK, 8, 6, 0, 0},
    {INDEX, IN_N(stored), 4, 25, 0, 0},
    {INDEX, IN_N(stored), 4, 27, 0, 0},
    {INDEX, IN_N(stored), 4, UINT32_MAX, 0, 0},
    {INDEX, IN_N(raw), 4, 25, 0, 0},
    {INDEX, IN_N(raw), 4, 27, 0, 0},
    {INDEX, IN_N(raw), 4, UINT32_MAX, 0, 0},
    {INDEX, IN_N(entries), 4, 1, 0, 0},
    {INDEX, IN_N(spare), 4, 1, 0, 0},
    {INDEX, IN_S(stored), 4, 0, 0, 0},
    {INDEX, IN_S(raw), 4, 28, 0, 0},
    {INDEX, IN_S(raw), 4, UINT32_MAX, 0, 0},
    {INDEX, IN_S(entries), 4, 0, 0, 0},
    {INDEX, IN_S(entries), 4, 3, 0, 0},
    {INDEX, IN_S(entries), 4, 5, 0, 0},
    {INDEX, IN_S(entries), 4, 6, 0, 0},
    {INDEX, IN_S(spare), 4, 1, 0, 0},
    {CHUNK_N, offsetof(struct table_numbers, width), 8, 0, 0, 0},
    {CHUNK_N, offsetof(struct table_numbers, width), 8, 1, 0, 0},
    {CHUNK_N, offsetof(struct table_numbers, width), 8, 3, 0, 0},
    {CHUNK_N, offsetof(struct table_numbers, width), 8, 4, 0, 0},
    {CHUNK_N, offsetof(struct table_numbers, width), 8, 8, 0, 0},
    {CHUNK_N, offsetof(struct table_numbers, width), 8, UINT64_C(1) << 32 | 2, 0, 0},
    {CHUNK_S, offsetof(struct table_text, plain), 4, 1, 0, 0},
    {CHUNK_S, offsetof(struct table_text, plain), 4, 2, 0, 0},
    {CHUNK_S, offsetof(struct table_text, length_width), 4, 0, 0, 0},
    {CHUNK_S, offsetof(struct table_text, length_width), 4, 2, 0, 0},
    {CHUNK_S, offsetof(struct table_text, length_width), 4, 3, 0, 0},
    {CHUNK_S, offsetof(struct table_text, length_width), 4, 4, 0, 0},
    {CHUNK_S, offsetof(struct table_text, length_width), 4, 8, 0, 0},
    {CHUNK_S, offsetof(struct table_text, code_width), 4, 0, 0, 0},
    {CHUNK_S, offsetof(struct table_text, code_width), 4, 2, 0, 0},
    {CHUNK_S, offsetof(struct table_text, code_width), 4, 3, 0, 0},
    {CHUNK_S, offsetof(struct table_text, code_width), 4, 4, 0, 0},
    {CHUNK_S, offsetof(struct table_text, code_width), 4, 8, 0, 0},
    {CHUNK_S, offsetof(struct table_text, spare), 4, 1, 0, 0},
    {CHUNK_S, 16, 1, 2, 0, 0}, /* length of the first entry: 3 is right */
    {CHUNK_S, 16, 1, 4, 0, 0},
    {CHUNK_S, 16, 1, 255, 0, 0},
    {CHUNK_S, offsetof(struct table_text, plain), 4, 1, 16,
     8},                       /* codes become bytes of the first */
    {CHUNK_S, 20, 1, 4, 0, 0}, /* code of the first row */
    {CHUNK_S, 20, 1, 255, 0, 0},
    {FOOTER, offsetof(struct table_footer, head), 8, 43, 0, 0},
    {FOOTER, offsetof(struct table_footer, head), 8, 45, 0, 0},
    {FOOTER, offsetof(struct table_footer, head), 8, UINT64_MAX, 0, 0},
    {FOOTER, offsetof(struct table_footer, index), 8, 0, 0, 0},
    {FOOTER, offsetof(struct table_footer, index), 8, 15, 0, 0},
    {FOOTER, offsetof(struct table_footer, index), 8, UINT64_MAX, 0, 0},
};

static struct strbuf write_rows(const char *path, const struct tschema *schema,
                                const struct tvalue *row, size_t rows)
{
    struct err e;
    struct tnote note = {STR("k"), STR("v")};
    struct tabout *t = tabout_open(path, schema, &note, 1, &e);
    for (size_t r = 0; r < rows; r++)
        assert_true(tabout_row(t, row + r * schema->n, &e));
    assert_true(tabout_close(t, &e));
    tabout_free(t);
    return load(path);
}

static void test_nonsense(void **state)
{
    (void)state;
    struct tcolumn col[] = {{.name = STR("n"), .type = TCOL_INT},
                            {.name = STR("s"), .type = TCOL_TEXT}};
    struct tschema schema = {col, 2};
    struct tvalue rows[] = {
        {.i = 10},  {.s = STR("ab")}, {.i = 20},        {.s = STR("cd")},     {.i = 30},
        {.s = {0}}, {.i = 300},       {.s = STR("ab")}, {.i = TABLE_MISSING}, {.s = STR("")},
    };
    struct strbuf good = write_rows(in_dir("t"), &schema, rows, 5), b = {0};
    strbuf_add(&b, strbuf_str(&good));
    reseal(&b);
    assert_memory_equal(b.p, good.p, good.n);
    for (size_t i = 0; i < LEN(nonsense); i++) {
        b.n = 0;
        strbuf_add(&b, strbuf_str(&good));
        char *at = part_of(&b, nonsense[i].part) + nonsense[i].at;
        assert_memory_not_equal(at, &nonsense[i].value, nonsense[i].bytes);
        memcpy(at, &nonsense[i].value, nonsense[i].bytes);
        if (nonsense[i].at2)
            part_of(&b, nonsense[i].part)[nonsense[i].at2] = (char)nonsense[i].value2;
        reseal(&b);
        put_file(in_dir("forged"), strbuf_str(&b));
        assert_damaged(in_dir("forged"), "nonsense", i);
    }
    /* a byte that belongs to no chunk */
    size_t index = (size_t)(part_of(&good, INDEX) - good.p);
    b.n = 0;
    strbuf_add(&b, (struct str){good.p, index});
    strbuf_addc(&b, '?');
    strbuf_add(&b, str_from(strbuf_str(&good), index));
    put_file(in_dir("forged"), strbuf_str(&b));
    assert_damaged(in_dir("forged"), "a hidden byte", index);
    strbuf_release(&good);
    strbuf_release(&b);
}

/* A column of one value says nothing of its rows: 0 and more than a block's are refused. */
static void test_rows_of_a_block(void **state)
{
    (void)state;
    static const struct {
        uint64_t rows;
        bool ok;
    } counts[] = {{3, true}, {TABLE_BLOCK, true}, {TABLE_BLOCK + 1, false}, {0, false}};
    struct tcolumn col = {.name = STR("n"), .type = TCOL_INT};
    struct tschema schema = {&col, 1};
    struct tvalue rows[] = {{.i = 42}, {.i = 42}, {.i = 42}};
    struct strbuf b = write_rows(in_dir("t"), &schema, rows, 3);
    for (size_t i = 0; i < LEN(counts); i++) {
        struct err e;
        memcpy(part_of(&b, INDEX), &counts[i].rows, 8);
        memcpy(part_of(&b, INDEX) + IN_BLOCK, &counts[i].rows, 8);
        reseal(&b);
        put_file(in_dir("forged"), strbuf_str(&b));
        assert_int_equal(read_whole(in_dir("forged"), &e), counts[i].ok);
    }
    strbuf_release(&b);
}

/* Files made on purpose: bytes changed, then sealed again. No crash, no read outside; some are
 * refused, some (where only a value changed) are not. */
static void test_forged(void **state)
{
    (void)state;
    static const unsigned char odd[] = {0, 1, 2, 4, 8, 0x7f, 0x80, 0xff};
    size_t refused = 0, accepted = 0;
    write_made(in_dir("t"), 40);
    struct strbuf good = load(in_dir("t")), b = {0};
    for (uint64_t round = 0; round < 6000; round++) {
        b.n = 0;
        strbuf_add(&b, strbuf_str(&good));
        for (uint64_t k = 0; k <= round % 3; k++) {
            uint64_t x = scramble(round * 4 + k);
            b.p[x % b.n] = (char)odd[(x >> 40) % LEN(odd)];
        }
        reseal(&b);
        put_file(in_dir("forged"), strbuf_str(&b));
        struct err e;
        if (read_whole(in_dir("forged"), &e))
            accepted++;
        else
            refused++;
    }
    assert_true(refused > 100);
    assert_true(accepted > 100);
    strbuf_release(&good);
    strbuf_release(&b);
}

static void test_full_disk(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 10, 200000};
    struct tcolumn col = {.name = STR("x"), .type = TCOL_TEXT};
    struct tschema schema = {&col, 1};
    assert_int_equal(symlink("/dev/full", in_dir("full")), 0); /* see test_outfile.c */
    for (size_t i = 0; i < LEN(sizes); i++) {
        struct err e = {0};
        struct tabout *t = tabout_open(in_dir("full"), &schema, NULL, 0, &e);
        assert_non_null(t);
        char room[TEXT_ROOM];
        bool ok = true;
        for (size_t r = 0; ok && r < sizes[i]; r++) {
            struct tvalue v = {.s = t_all_differ(r, room)};
            ok = tabout_row(t, &v, &e);
        }
        assert_false(ok && tabout_close(t, &e));
        assert_string_equal(e.code, "E-SYS-01");
        tabout_free(t);
    }
}

static void test_unfinished(void **state)
{
    (void)state;
    struct err e;
    struct tcolumn col = {.name = STR("x"), .type = TCOL_INT};
    struct tschema schema = {&col, 1};
    struct tabout *t = tabout_open(in_dir("half"), &schema, NULL, 0, &e);
    struct tvalue v = {.i = 1};
    assert_true(tabout_row(t, &v, &e));
    tabout_free(t);
    assert_int_not_equal(access(in_dir("half"), F_OK), 0);
}

/* Parts made in memory, by a writer used twice, and joined: the same rows in the same order. */
static void test_parts(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {1, TABLE_BLOCK + 5, 0, 700};
    struct err e;
    struct tcolumn col[] = {{.name = STR("n"), .type = TCOL_INT},
                            {.name = STR("s"), .type = TCOL_TEXT}};
    struct tschema schema = {col, 2};
    struct tabout *file = tabout_open(in_dir("t"), &schema, NULL, 0, &e);
    struct tabout *memory = tabout_memory(&schema);
    tabout_limit(memory, 1000);
    uint64_t row = 0;
    for (size_t i = 0; i < LEN(sizes); i++) {
        char room[TEXT_ROOM];
        for (uint64_t r = 0; r < sizes[i]; r++, row++) {
            struct tvalue v[] = {{.i = (int64_t)row}, {.s = t_few(row, room)}};
            assert_true(tabout_row(memory, v, &e));
        }
        struct tabpart part;
        tabout_take(memory, &part);
        assert_int_equal(part.rows, sizes[i]);
        assert_int_equal(part.blocks, (sizes[i] + 999) / 1000);
        assert_true(tabout_join(file, &part, &e));
        tabpart_release(&part);
    }
    tabout_free(memory);
    assert_true(tabout_close(file, &e));
    tabout_free(file);
    struct tabin *t = tabin_open(in_dir("t"), &e);
    assert_int_equal(tabin_rows(t), row);
    struct arena a = {0};
    uint64_t next = 0;
    for (size_t b = 0; b < tabin_blocks(t); b++) {
        struct tblock block;
        char room[TEXT_ROOM];
        arena_reset(&a);
        assert_true(tabin_block_rows(t, b) <= 1000);
        assert_true(tabin_read(t, b, NULL, &a, &block, &e));
        for (size_t r = 0; r < block.rows; r++, next++) {
            assert_int_equal(block.col[0].v[r], next);
            assert_true(str_eq(tvec_text(&block.col[1], r), t_few(next, room)));
        }
    }
    assert_int_equal(next, row);
    arena_release(&a);
    tabin_free(t);
}

static void test_repeatable(void **state)
{
    (void)state;
    write_made(in_dir("t"), TABLE_BLOCK + 500);
    struct strbuf a = load(in_dir("t"));
    write_made(in_dir("t"), TABLE_BLOCK + 500);
    struct strbuf b = load(in_dir("t"));
    assert_int_equal(a.n, b.n);
    assert_memory_equal(a.p, b.p, a.n);
    strbuf_release(&a);
    strbuf_release(&b);
}

/* --- threads --- */

struct reader {
    const struct tabin *t;
    size_t first;
    bool ok;
};

static void *read_blocks(void *p)
{
    struct reader *r = p;
    struct arena a = {0};
    r->ok = true;
    for (size_t k = 0; k < tabin_blocks(r->t); k++) {
        size_t b = (r->first + k) % tabin_blocks(r->t);
        struct tblock block;
        struct err e;
        arena_reset(&a);
        r->ok = r->ok && tabin_read(r->t, b, NULL, &a, &block, &e);
        for (size_t i = 0; r->ok && i < COLUMNS; i++)
            r->ok = is_made(&block.col[i], i, b * TABLE_BLOCK, block.rows);
    }
    arena_release(&a);
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    struct err e;
    write_made(in_dir("t"), 2 * TABLE_BLOCK + 1);
    struct tabin *t = tabin_open(in_dir("t"), &e);
    struct reader reader[3];
    pthread_t thread[LEN(reader)];
    for (size_t i = 0; i < LEN(reader); i++) {
        reader[i] = (struct reader){t, i, false};
        assert_int_equal(pthread_create(&thread[i], NULL, read_blocks, &reader[i]), 0);
    }
    for (size_t i = 0; i < LEN(reader); i++) {
        pthread_join(thread[i], NULL);
        assert_true(reader[i].ok);
    }
    tabin_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_print),       cmocka_unit_test(test_print_calendar),
        cmocka_unit_test(test_round_trip),  cmocka_unit_test(test_forms),
        cmocka_unit_test(test_head),        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_long_texts),  cmocka_unit_test(test_damage),
        cmocka_unit_test(test_not_a_table), cmocka_unit_test(test_forged),
        cmocka_unit_test(test_nonsense),    cmocka_unit_test(test_rows_of_a_block),
        cmocka_unit_test(test_full_disk),   cmocka_unit_test(test_unfinished),
        cmocka_unit_test(test_repeatable),  cmocka_unit_test(test_parts),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
