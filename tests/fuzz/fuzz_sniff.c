/*
 * Texts of which nothing is known (calc/sniff.h, calc/mend.h): what is found lies in the text, rows
 * have the width of their table, and looking twice finds the same.
 *
 * Input: is the header given; the text, as far as it is UTF-8.
 */
#include "pipeline/calc/mend.h"
#include "pipeline/calc/sniff.h"
#include "tests/fuzz/fuzz.h"

enum { MOST = 4096 };

struct rows {
    size_t cells, n, lines, bytes;
};

static void on_row(void *context, const struct str *cell, size_t n, size_t line)
{
    struct rows *r = context;
    HOLDS(n == r->cells && line >= 1 && line <= r->lines);
    for (size_t i = 0; i < n; i++)
        r->bytes += cell[i].n + (cell[i].n ? (unsigned char)cell[i].p[cell[i].n - 1] : 0);
    r->n++;
}

static void check_records(const struct sniff *s, struct str text)
{
    size_t end = 0;
    for (size_t i = 0; i < s->n; i++) {
        const struct sniff_record *r = &s->record[i];
        HOLDS(r->offset >= end && r->offset <= text.n && r->lines >= 1);
        HOLDS(r->filled <= r->cells);
        end = r->offset;
    }
    size_t last = 0;
    for (size_t i = 0; i < s->tables; i++) {
        const struct sniff_table *t = &s->table[i];
        HOLDS(t->first >= last && t->end >= t->first && t->end <= s->n);
        HOLDS(t->headers <= 3 && t->rows <= t->end - t->first && t->cells >= 1);
        last = t->end;
    }
    HOLDS(s->tables == 0 || s->main < s->tables);
    HOLDS(s->confidence >= 0 && s->confidence <= 1000);
    HOLDS(s->fit.share >= 0 && s->fit.share <= 1000);
}

static size_t read_rows(struct sniff *s, struct str text)
{
    size_t sum = 0;
    for (size_t i = 0; i < s->tables; i++) {
        struct rows r = {.cells = s->table[i].cells, .lines = text.n + 1};
        sniff_rows(s, i, on_row, &r);
        sum = sum * 31 + r.n * 7 + r.bytes;
    }
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct str names[] = {{"ID", 2}, {"Day", 3}};
    struct feed f = {data, size};
    bool given = feed_byte(&f) & 1;
    struct str text = feed_rest(&f);
    if (text.n > MOST)
        return 0;
    text.n = utf8_good(text);
    struct sniff one = {0}, two = {0};
    sniff_text(&one, text, names, given ? 2 : 0);
    check_records(&one, text);
    size_t sum = read_rows(&one, text);
    sniff_text(&two, text, names, given ? 2 : 0);
    HOLDS(dialect_equal(&one.fit.dialect, &two.fit.dialect) && one.tables == two.tables);
    HOLDS(one.n == two.n && one.confidence == two.confidence);
    HOLDS(read_rows(&two, text) == sum);
    for (int k = 0; k < SNIFF_KINDS; k++)
        HOLDS(one.finding[k].n == two.finding[k].n);
    sniff_release(&one);
    sniff_release(&two);
    return 0;
}
