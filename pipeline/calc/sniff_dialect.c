/*
 * The measure of a dialect, from the beginning of the text, in thousandths:
 *
 *   pattern: the sum of squared shares of each width (1000: all records are equally wide), times
 *            (w - 1) / w for the commonest width w, so that more columns are better
 *   cells:   the mean of what each cell looks like: a number or a date 1000, clean text a little
 *            less, text with a quote or another delimiter at its edge much less
 *   faults:  broken quoting takes away as large a share as it has of the records
 *   habit:   a comma needs less evidence than a blank
 *
 * Their product is the score.
 */
#include <string.h>

#include "pipeline/calc/sniff.h"

enum { SAMPLE_BYTES = 1 << 17, SAMPLE_RECORDS = 1000, WIDTHS = 512, ONE_COLUMN = 300 };

static const struct {
    struct str text;
    int64_t habit; /* thousandths */
    int64_t words; /* worth of unquoted text between them */
} delimiters[] = {
    {{",", 1}, 1000, 900},
    {{";", 1}, 995, 900},
    {{"\t", 1}, 995, 900},
    {{"|", 1}, 990, 900},
    {{", ", 2}, 1000, 900},
    {{"; ", 2}, 995, 900},
    {{"||", 2}, 1000, 900},
    {{"\t\t", 2}, 1000, 900},
    {{" | ", 3}, 1000, 900},
    {{"::", 2}, 600, 700},
    {{":", 1}, 500, 600},
    {{" ", 1}, 550, 500},
    {{"\xef\xbc\x8c", 3}, 700, 700}, /* fullwidth comma */
    {{"^", 1}, 700, 800},
    {{"~", 1}, 700, 800},
};
static const char quotes[] = {'"', '\'', '\0'};

struct tally {
    size_t width[WIDTHS]; /* records of each width; the last: that and more */
    size_t records, faults, cells;
    int64_t worth; /* of the cells, thousandths */
};

static bool is_edge_sign(char c)
{
    return c == ',' || c == ';' || c == '\t' || c == '|';
}

static int64_t worth_of(const struct dialect_cell *cell, const struct dialect *d, int64_t words)
{
    struct str s = cell->text;
    if (cell->quoted)
        return 1000;
    if (s.n == 0)
        return 700;
    char a = s.p[0], z = s.p[s.n - 1];
    if (a == '"' || z == '"')
        return 100;
    if (a == '\'' && z == '\'' && s.n > 1)
        return 200;
    bool blanks = a == ' ' || z == ' ';
    if (guess_cell(s, NULL) != GUESS_TEXT)
        return blanks ? 700 : 1000;
    for (size_t i = 0; i < s.n; i++)
        if (is_edge_sign(s.p[i]) && s.p[i] != d->delimiter[0])
            return 500;
    return blanks ? 600 : words;
}

static bool is_blank(const struct dialect_record *rec)
{
    for (size_t i = 0; i < rec->n; i++)
        if (str_trim(rec->cell[i].text).n)
            return false;
    return true;
}

static void measure(struct dialect_reader *r, const struct dialect *d, int64_t words,
                    struct str sample, struct tally *t)
{
    struct dialect_record rec;
    *t = (struct tally){0};
    dialect_start(r, d, sample);
    while (t->records < SAMPLE_RECORDS && dialect_next(r, &rec)) {
        if (is_blank(&rec))
            continue;
        t->records++;
        t->width[rec.n < WIDTHS ? rec.n : WIDTHS - 1]++;
        /* A last quote may be cut off by the end of the sample. */
        t->faults += (rec.faults & (DIALECT_OPEN | DIALECT_AFTER)) && r->at < sample.n;
        for (size_t i = 0; i < rec.n; i++)
            t->worth += worth_of(&rec.cell[i], d, words);
        t->cells += rec.n;
    }
}

static void rate(const struct tally *t, int64_t habit, struct sniff_fit *f)
{
    int64_t n = (int64_t)t->records, squares = 0;
    f->width = 1;
    f->share = 0;
    f->score = 0;
    if (n == 0)
        return;
    size_t most = 0;
    for (size_t w = 1; w < WIDTHS; w++) {
        squares += (int64_t)t->width[w] * (int64_t)t->width[w];
        if (t->width[w] * w > most * f->width) {
            most = t->width[w];
            f->width = w;
        }
    }
    int64_t w = (int64_t)f->width;
    f->share = 1000 * (int64_t)most / n;
    int64_t pattern = 1000 * squares / (n * n);
    pattern = w == 1 ? pattern * ONE_COLUMN / 1000 : pattern * (w - 1) / w;
    int64_t cells = t->worth / (int64_t)t->cells;
    int64_t sound = 1000 - 1000 * (int64_t)t->faults / n;
    if (sound < 100)
        sound = 100;
    f->score = pattern * cells / 1000 * sound / 1000 * habit / 1000;
}

static bool is_doubled(const struct dialect *d)
{
    return d->n == 2 && d->delimiter[0] == d->delimiter[1];
}

/* Do the two read the text in the same way, as far as the measure can tell? A doubled sign and a
 * single one do: the single one has an empty cell more after each. */
static bool reads_alike(const struct sniff_fit *a, const struct sniff_fit *b)
{
    const struct dialect *x = &a->dialect, *y = &b->dialect;
    if (x->delimiter[0] == y->delimiter[0] && (is_doubled(x) || is_doubled(y)))
        return true;
    return x->n == y->n && memcmp(x->delimiter, y->delimiter, x->n) == 0;
}

struct contest {
    struct sniff_fit *best, *second;
    struct dialect_reader reader;
    struct str sample;
};

static void try_dialect(struct contest *c, size_t delimiter, char quote, char escape, bool cr)
{
    struct sniff_fit f = {
        .dialect = {.n = delimiters[delimiter].text.n, .quote = quote, .escape = escape, .cr = cr}};
    memcpy(f.dialect.delimiter, delimiters[delimiter].text.p, f.dialect.n);
    struct tally t;
    measure(&c->reader, &f.dialect, delimiters[delimiter].words, c->sample, &t);
    rate(&t, delimiters[delimiter].habit, &f);
    if (f.score > c->best->score) {
        if (c->best->score && !reads_alike(c->best, &f))
            *c->second = *c->best;
        *c->best = f;
    } else if (f.score > c->second->score && !reads_alike(c->best, &f)) {
        *c->second = f;
    }
}

static struct str sample_of(struct str text)
{
    if (text.n <= SAMPLE_BYTES)
        return text;
    size_t n = SAMPLE_BYTES;
    while (n > SAMPLE_BYTES / 2 && text.p[n - 1] != '\n' && text.p[n - 1] != '\r')
        n--;
    return (struct str){text.p, n};
}

/* More CR that end a line on their own than LF? */
static bool has_cr_lines(struct str s)
{
    size_t cr = 0, lf = 0;
    for (size_t i = 0; i < s.n; i++) {
        lf += s.p[i] == '\n';
        cr += s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] != '\n' && s.p[i + 1] != '\r';
    }
    return cr > lf;
}

static bool has_pair(struct str s, char a, char b)
{
    for (size_t i = 0; i + 1 < s.n; i++)
        if (s.p[i] == a && s.p[i + 1] == b)
            return true;
    return false;
}

void sniff_dialect(struct str text, struct sniff_fit *best, struct sniff_fit *second)
{
    struct contest c = {.best = best, .second = second, .sample = sample_of(text)};
    bool cr = has_cr_lines(c.sample);
    *best = *second = (struct sniff_fit){
        .dialect = {.delimiter = ",", .n = 1, .quote = '"', .escape = '"', .cr = cr}, .width = 1};
    for (size_t d = 0; d < sizeof delimiters / sizeof delimiters[0]; d++) {
        if (d && str_find_str(c.sample, delimiters[d].text) == c.sample.n)
            continue;
        for (size_t q = 0; q < sizeof quotes; q++) {
            char quote = quotes[q];
            /* Without a quote in the text, all say the same as the first. */
            if (q && str_find(c.sample, quote ? quote : '"') == c.sample.n)
                continue;
            try_dialect(&c, d, quote, quote, cr);
            if (quote && has_pair(c.sample, '\\', quote))
                try_dialect(&c, d, quote, '\\', cr);
        }
    }
    if (second->score == 0)
        second->dialect = best->dialect;
    dialect_release(&c.reader);
}

int64_t sniff_confidence(const struct sniff_fit *best, const struct sniff_fit *second)
{
    if (best->score == 0)
        return 0;
    int64_t lead = 2000 * (best->score - second->score) / best->score;
    return best->share * (lead < 1000 ? lead : 1000) / 1000;
}
