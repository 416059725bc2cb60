/*
 * Writing table files: the open block is kept by column, and encoded when it is full.
 *
 * Numbers are only stored while rows come in; their minimum and width are found in one pass at the
 * end of the block. Text is looked up in a hash table of the block's different values, which are
 * mostly few, so that a long value costs its bytes once; when after SETTLE rows more than half of
 * the rows differ, the column goes plain for the rest of the block and is only copied. All buffers
 * live as long as the writer: no allocation per row.
 */
#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/strhash.h"
#include "pipeline/io/outfile.h"
#include "pipeline/io/table.h"
#include "pipeline/io/table_file.h"

enum {
    SETTLE = 4096,         /* rows after which a dictionary must have paid off */
    MODE = 0640,           /* single rows, like the findings (contract, 8) */
    BLOCK_TEXT = 64 << 20, /* bytes of text that end a block before its rows do */
    TEXT_MAX = 1 << 30,    /* bytes of one text */
    FIRST_SLOTS = 64       /* of a dictionary */
};

struct entry {
    uint32_t at;     /* where its bytes begin */
    uint32_t length; /* 0: missing, else bytes + 1 */
};

/* The hash table of a dictionary: code + 1, 0 for a free slot, and some bits of the hash, which
 * spare most comparisons of bytes. */
struct slot {
    uint32_t code1, tag;
};

/* A text column: the different values and a code per row, or, once that does not pay, the values
 * row by row (plain; no codes, no hashing). */
struct text {
    bool plain;
    struct entry *entry;
    size_t n, cap;
    struct strbuf bytes;
    struct slot *slot;
    size_t mask;      /* slots - 1 */
    uint32_t missing; /* code of the missing value + 1; 0: not met yet */
};

struct outcol {
    int64_t *value; /* one per row, borrowed from `cells`; NULL for text */
    uint32_t *code; /* the same; NULL for numbers */
    struct text text;
};

struct tabout {
    struct outfile *file; /* NULL: into memory */
    struct strbuf bytes;  /* without a file: the blocks so far */
    size_t limit;         /* rows that end a block */
    struct outcol *col;
    size_t n;
    char *cells;           /* values and codes of all columns */
    size_t rows;           /* in the open block */
    size_t text_bytes;     /* in the open block */
    uint64_t rows_written; /* in all blocks before */
    uint64_t blocks;
    struct strbuf index; /* so far, without its head */
    struct table_footer footer;
    struct strbuf raw, packed; /* one chunk, reused */
    uint32_t *lengths;         /* of one chunk's entries, reused */
    struct text spare;         /* entry and bytes: the other half of going plain, reused */
};

/* Cells of a column lie this far apart. Not a power of two: the rows' cells would all fall into
 * the same few sets of the processor's cache. */
enum { CELLS = TABLE_BLOCK * (int)sizeof(int64_t) + 320 };

/* Appends a value; returns its code. */
static uint32_t add_entry(struct text *x, struct str s)
{
    X_GROW(x->entry, x->n, x->cap);
    x->entry[x->n] = (struct entry){(uint32_t)x->bytes.n, s.p ? (uint32_t)s.n + 1 : 0};
    strbuf_add(&x->bytes, s);
    return (uint32_t)x->n++;
}

static void grow_slots(struct text *x)
{
    size_t n = 4 * (x->mask + 1);
    free(x->slot);
    x->slot = x_calloc(n, sizeof *x->slot);
    x->mask = n - 1;
    for (size_t c = 0; c < x->n; c++) {
        const struct entry *en = &x->entry[c];
        if (!en->length)
            continue;
        uint64_t h = str_hash((struct str){x->bytes.p + en->at, en->length - 1});
        size_t i = h & x->mask;
        while (x->slot[i].code1)
            i = (i + 1) & x->mask;
        x->slot[i] = (struct slot){(uint32_t)c + 1, (uint32_t)(h >> 32)};
    }
}

/* The code of s in the dictionary, to which it is added when new. */
static uint32_t dict_code(struct text *x, struct str s)
{
    if (!s.p) {
        if (!x->missing)
            x->missing = add_entry(x, s) + 1;
        return x->missing - 1;
    }
    uint64_t h = str_hash(s);
    uint32_t tag = (uint32_t)(h >> 32);
    size_t i = h & x->mask;
    for (; x->slot[i].code1; i = (i + 1) & x->mask) {
        if (x->slot[i].tag != tag)
            continue;
        const struct entry *en = &x->entry[x->slot[i].code1 - 1];
        if (en->length - 1 == s.n && str_same(x->bytes.p + en->at, s.p, s.n))
            return x->slot[i].code1 - 1;
    }
    uint32_t code = add_entry(x, s);
    x->slot[i] = (struct slot){code + 1, tag};
    if (2 * x->n > x->mask)
        grow_slots(x);
    return code;
}

/* Gives up the dictionary of c when most rows differ, unless a few long values that repeat would
 * then be stored again and again. */
static void settle(struct tabout *t, struct outcol *c)
{
    struct text *x = &c->text;
    if (!c->code || x->plain || x->n <= t->rows / 2)
        return;
    size_t bytes = 0;
    for (size_t r = 0; r < t->rows; r++)
        bytes += x->entry[c->code[r]].length;
    if (bytes > 2 * (x->bytes.n + t->rows))
        return;
    struct text *to = &t->spare;
    to->n = to->bytes.n = 0;
    for (size_t r = 0; r < t->rows; r++) {
        const struct entry *en = &x->entry[c->code[r]];
        const char *p = en->length ? x->bytes.p + en->at : NULL;
        add_entry(to, (struct str){p, en->length ? en->length - 1 : 0});
    }
    t->text_bytes += to->bytes.n - x->bytes.n;
    struct text old = *x;
    x->entry = to->entry;
    x->n = to->n;
    x->cap = to->cap;
    x->bytes = to->bytes;
    x->plain = true;
    *to = (struct text){.entry = old.entry, .cap = old.cap, .bytes = old.bytes};
}

/* Empties the block. */
static void begin_block(struct tabout *t)
{
    t->rows = t->text_bytes = 0;
    for (size_t i = 0; i < t->n; i++) {
        struct text *x = &t->col[i].text;
        if (!t->col[i].code)
            continue;
        if (!x->slot) {
            x->mask = FIRST_SLOTS - 1;
            x->slot = x_calloc(FIRST_SLOTS, sizeof *x->slot);
        } else if (x->n) {
            memset(x->slot, 0, (x->mask + 1) * sizeof *x->slot);
        }
        x->n = x->bytes.n = 0;
        strbuf_room(&x->bytes, 1); /* the empty text has a place too */
        x->missing = 0;
        x->plain = false;
    }
}

static void add_bytes(struct strbuf *b, const void *p, size_t n)
{
    strbuf_add(b, (struct str){p, n});
}

static void add_u32(struct strbuf *b, uint32_t v)
{
    add_bytes(b, &v, sizeof v);
}

static void add_str(struct strbuf *b, struct str s)
{
    add_u32(b, (uint32_t)s.n);
    strbuf_add(b, s);
}

/* The raw chunk of a number column. */
static void encode_numbers(const int64_t *v, size_t rows, struct strbuf *raw)
{
    /* One below the smallest present value; the missing one wraps to the far end. */
    int64_t base = INT64_MAX, top = TABLE_MISSING;
    bool missing = false;
    for (size_t r = 0; r < rows; r++) {
        int64_t below = (int64_t)((uint64_t)v[r] - 1);
        base = below < base ? below : base;
        top = v[r] > top ? v[r] : top;
        missing |= v[r] == TABLE_MISSING;
    }
    uint64_t span = (uint64_t)top - (uint64_t)base;
    const struct table_width *w = table_width_for(span);
    if (top == TABLE_MISSING || (span == 1 && !missing)) {
        w = table_width_for(0);
        base = top;
    }
    struct table_numbers head = {base, w->bytes};
    add_bytes(raw, &head, sizeof head);
    w->narrow(v, rows, base, strbuf_room(raw, rows * w->bytes));
    raw->n += rows * w->bytes;
}

static void add_packed(struct strbuf *raw, const struct table_width *w, const uint32_t *v, size_t n)
{
    w->pack(v, n, strbuf_room(raw, n * w->bytes));
    raw->n += n * w->bytes;
}

/* The raw chunk of a text column. */
static void encode_text(const struct outcol *c, size_t rows, uint32_t *lengths, struct strbuf *raw)
{
    const struct text *x = &c->text;
    uint32_t longest = 0;
    for (size_t i = 0; i < x->n; i++) {
        lengths[i] = x->entry[i].length;
        longest = lengths[i] > longest ? lengths[i] : longest;
    }
    const struct table_width *lw = table_width_for(longest),
                             *cw = table_width_for(x->plain ? 0 : x->n - 1);
    struct table_text head = {x->plain, lw->bytes, cw->bytes, 0};
    add_bytes(raw, &head, sizeof head);
    add_packed(raw, lw, lengths, x->n);
    if (!x->plain)
        add_packed(raw, cw, c->code, rows);
    strbuf_add(raw, strbuf_str(&x->bytes));
}

static bool write_block(struct tabout *t, struct err *e)
{
    struct table_block head = {t->rows};
    add_bytes(&t->index, &head, sizeof head);
    for (size_t i = 0; i < t->n; i++) {
        const struct outcol *c = &t->col[i];
        t->raw.n = 0;
        if (c->code)
            encode_text(c, t->rows, t->lengths, &t->raw);
        else
            encode_numbers(c->value, t->rows, &t->raw);
        struct str raw = strbuf_str(&t->raw);
        struct str stored = table_pack(raw, &t->packed) ? strbuf_str(&t->packed) : raw;
        struct table_chunk chunk = {.sum = table_sum(stored),
                                    .stored = (uint32_t)stored.n,
                                    .raw = (uint32_t)raw.n,
                                    .entries = (uint32_t)c->text.n};
        add_bytes(&t->index, &chunk, sizeof chunk);
        if (!t->file)
            strbuf_add(&t->bytes, stored);
        else if (!outfile_write(t->file, stored, e))
            return false;
    }
    t->rows_written += t->rows;
    t->blocks++;
    begin_block(t);
    return true;
}

/* Ends the open block when it is full; lets columns settle when it is time. */
static bool after_rows(struct tabout *t, struct err *e)
{
    if (t->rows % SETTLE == 0)
        for (size_t i = 0; i < t->n; i++)
            settle(t, &t->col[i]);
    if (t->rows == t->limit || t->text_bytes > BLOCK_TEXT)
        return write_block(t, e);
    return true;
}

bool tabout_row(struct tabout *t, const struct tvalue *row, struct err *e)
{
    size_t r = t->rows;
    for (size_t i = 0; i < t->n; i++) {
        struct outcol *c = &t->col[i];
        if (c->value) {
            c->value[r] = row[i].i;
            continue;
        }
        struct str s = row[i].s;
        if (s.n > TEXT_MAX)
            return err_set(e, ST_DATA, t->file ? outfile_path(t->file) : NULL, "E-TAB-02", NULL);
        size_t before = c->text.bytes.n;
        if (c->text.plain)
            add_entry(&c->text, s);
        else
            c->code[r] = dict_code(&c->text, s);
        t->text_bytes += c->text.bytes.n - before;
    }
    t->rows++;
    return after_rows(t, e);
}

/* Codes of b's texts in the open block's dictionary, found when first needed. */
static const uint32_t no_code = UINT32_MAX;

static bool add_texts(struct tabout *t, struct outcol *c, const struct tvec *v, size_t from,
                      size_t n, uint32_t *known, struct err *e)
{
    struct text *x = &c->text;
    size_t before = x->bytes.n;
    for (size_t r = 0; r < n; r++) {
        size_t d = v->code ? v->code[from + r] : from + r;
        struct str s = v->dict[d];
        if (s.n > TEXT_MAX)
            return err_set(e, ST_DATA, t->file ? outfile_path(t->file) : NULL, "E-TAB-02", NULL);
        if (x->plain) {
            add_entry(x, s);
            continue;
        }
        if (!v->code) {
            c->code[t->rows + r] = dict_code(x, s);
            continue;
        }
        if (known[d] == no_code)
            known[d] = dict_code(x, s);
        c->code[t->rows + r] = known[d];
    }
    t->text_bytes += x->bytes.n - before;
    return true;
}

/* Rows of b that the open block takes before something must be decided. */
static size_t slice_of(const struct tabout *t, size_t left)
{
    size_t n = SETTLE - t->rows % SETTLE;
    if (n > t->limit - t->rows)
        n = t->limit - t->rows;
    return n < left ? n : left;
}

static bool add_slices(struct tabout *t, const struct tblock *b, uint32_t **known, struct err *e)
{
    for (size_t from = 0, n; from < b->rows; from += n) {
        n = slice_of(t, b->rows - from);
        for (size_t i = 0; i < t->n; i++) {
            struct outcol *c = &t->col[i];
            if (c->value)
                memcpy(c->value + t->rows, b->col[i].v + from, n * sizeof *c->value);
            else if (!add_texts(t, c, &b->col[i], from, n, known[i], e))
                return false;
        }
        t->rows += n;
        uint64_t blocks = t->blocks;
        if (!after_rows(t, e))
            return false;
        if (t->blocks == blocks)
            continue;
        for (size_t i = 0; i < t->n; i++) /* a fresh block knows no text yet */
            if (known[i])
                memset(known[i], 0xff, b->col[i].n_dict * sizeof *known[i]);
    }
    return true;
}

bool tabout_block(struct tabout *t, const struct tblock *b, struct err *e)
{
    uint32_t **known = x_calloc(t->n, sizeof *known);
    for (size_t i = 0; i < t->n; i++) {
        if (!t->col[i].code || !b->col[i].code)
            continue;
        known[i] = x_malloc(arena_size(b->col[i].n_dict, sizeof **known));
        memset(known[i], 0xff, b->col[i].n_dict * sizeof **known);
    }
    bool ok = add_slices(t, b, known, e);
    for (size_t i = 0; i < t->n; i++)
        free(known[i]);
    free(known);
    return ok;
}

static void encode_head(const struct tschema *schema, const struct tnote *notes, size_t n_notes,
                        struct strbuf *head)
{
    add_u32(head, (uint32_t)schema->n);
    for (size_t i = 0; i < schema->n; i++) {
        const struct tcolumn *c = &schema->col[i];
        add_str(head, c->name);
        add_u32(head, (uint32_t)c->type);
        add_u32(head, (uint32_t)c->n_label);
        for (size_t l = 0; l < c->n_label; l++)
            add_str(head, c->label[l]);
    }
    add_u32(head, (uint32_t)n_notes);
    for (size_t i = 0; i < n_notes; i++) {
        add_str(head, notes[i].key);
        add_str(head, notes[i].value);
    }
}

static bool write_head(struct tabout *t, struct str head, struct err *e)
{
    t->footer.head = head.n;
    t->footer.head_sum = table_sum(head);
    memcpy(t->footer.magic, TABLE_MAGIC, TABLE_MAGIC_N);
    return outfile_write(t->file, (struct str){TABLE_MAGIC, TABLE_MAGIC_N}, e) &&
           outfile_write(t->file, head, e);
}

static struct tabout *make(const struct tschema *schema)
{
    struct tabout *t = x_calloc(1, sizeof *t);
    t->n = schema->n;
    t->limit = TABLE_BLOCK;
    t->col = x_calloc(t->n, sizeof *t->col);
    t->cells = x_malloc(arena_size(t->n, CELLS));
    t->lengths = x_malloc(TABLE_BLOCK * sizeof *t->lengths);
    for (size_t i = 0; i < t->n; i++) {
        void *cells = t->cells + i * CELLS;
        if (schema->col[i].type == TCOL_TEXT)
            t->col[i].code = cells;
        else
            t->col[i].value = cells;
    }
    begin_block(t);
    return t;
}

struct tabout *tabout_open(const char *path, const struct tschema *schema,
                           const struct tnote *notes, size_t n_notes, struct err *e)
{
    struct outfile *file = outfile_open(path, MODE, 0, e);
    if (!file)
        return NULL;
    struct tabout *t = make(schema);
    t->file = file;
    encode_head(schema, notes, n_notes, &t->raw);
    if (!write_head(t, strbuf_str(&t->raw), e)) {
        tabout_free(t);
        return NULL;
    }
    return t;
}

void tabout_limit(struct tabout *t, size_t rows)
{
    if (rows < 1 || rows > TABLE_BLOCK)
        BUG("a block of so many rows");
    if (rows < 1 || rows > TABLE_BLOCK)
        BUG("a block of so many rows");
    t->limit = rows;
}

struct tabout *tabout_memory(const struct tschema *schema)
{
    return make(schema);
}

void tabout_take(struct tabout *memory, struct tabpart *part)
{
    struct err e;
    if (memory->rows && !write_block(memory, &e))
        BUG("nothing is written here that could fail");
    *part = (struct tabpart){memory->bytes, memory->index, memory->rows_written, memory->blocks};
    memory->bytes = memory->index = (struct strbuf){0};
    memory->rows_written = memory->blocks = 0;
}

bool tabout_join(struct tabout *t, const struct tabpart *part, struct err *e)
{
    if (t->rows)
        BUG("a part is joined in the middle of a block");
    strbuf_add(&t->index, strbuf_str(&part->index));
    t->rows_written += part->rows;
    t->blocks += part->blocks;
    return outfile_write(t->file, strbuf_str(&part->bytes), e);
}

void tabpart_release(struct tabpart *p)
{
    strbuf_release(&p->bytes);
    strbuf_release(&p->index);
}

bool tabout_close(struct tabout *t, struct err *e)
{
    if (t->rows && !write_block(t, e))
        return false;
    struct table_index head = {t->rows_written, t->blocks};
    t->raw.n = 0;
    add_bytes(&t->raw, &head, sizeof head);
    strbuf_add(&t->raw, strbuf_str(&t->index));
    struct str index = strbuf_str(&t->raw);
    t->footer.index = index.n;
    t->footer.index_sum = table_sum(index);
    struct str footer = {(const char *)&t->footer, sizeof t->footer};
    return outfile_write(t->file, index, e) && outfile_write(t->file, footer, e) &&
           outfile_close(t->file, e);
}

static void text_release(struct text *x)
{
    free(x->entry);
    free(x->slot);
    strbuf_release(&x->bytes);
}

void tabout_free(struct tabout *t)
{
    if (!t)
        return;
    outfile_free(t->file);
    for (size_t i = 0; i < t->n; i++)
        text_release(&t->col[i].text);
    text_release(&t->spare);
    free(t->col);
    free(t->cells);
    free(t->lengths);
    strbuf_release(&t->bytes);
    strbuf_release(&t->index);
    strbuf_release(&t->raw);
    strbuf_release(&t->packed);
    free(t);
}
