/*
 * Reading table files. Everything that the file says is compared with what the file can hold before
 * it is used: sizes with the file's, counts with the bytes that are left, codes with the
 * dictionary.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/sys.h"
#include "pipeline/io/table.h"
#include "pipeline/io/table_file.h"

enum { /* ceilings of what is read before a checksum can be compared */
       HEAD_MAX = 64 << 20,
       INDEX_MAX = 1 << 30,
};

static bool sum_ok(struct str s, uint64_t sum)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    (void)s; /* a fuzzer must get past the checksums */
    (void)sum;
    return true;
#else
    return table_sum(s) == sum;
#endif
}

struct inblock {
    size_t rows;
    uint64_t at;                     /* where its chunks begin in the file */
    const struct table_chunk *chunk; /* one per column */
};

/* No descriptor stays open, so that a stage may hold thousands of tables; a file replaced in
 * between is found out by the checksums. */
struct tabin {
    char *path; /* owned */
    struct arena arena;
    struct tschema schema;
    const struct tnote *note;
    size_t n_notes;
    const struct inblock *block;
    size_t n_blocks;
    size_t rows;
};

static bool damaged(const char *path, struct err *e)
{
    return err_set(e, ST_SYSTEM, path, "E-TAB-01", NULL);
}

/* Reads n bytes at `at`; an end before them is damage. */
static bool read_at(int fd, const char *path, void *to, size_t n, uint64_t at, struct err *e)
{
    char *p = to;
    while (n) {
        ssize_t got = pread(fd, p, n, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_sys(e, path);
        if (got == 0)
            return damaged(path, e);
        p += got;
        at += (size_t)got;
        n -= (size_t)got;
    }
    return true;
}

/* What is left to parse; a read past the end sets `bad` and yields nothing. */
struct cursor {
    struct str rest;
    bool bad;
};

static struct str take(struct cursor *c, size_t n)
{
    if (n > c->rest.n) {
        c->bad = true;
        n = 0;
    }
    struct str s = {c->rest.p, n};
    c->rest = str_from(c->rest, n);
    return s;
}

static size_t take_u32(struct cursor *c)
{
    struct str s = take(c, 4);
    uint32_t v = 0;
    if (s.n)
        memcpy(&v, s.p, sizeof v);
    return v;
}

static struct str take_str(struct cursor *c)
{
    return take(c, take_u32(c));
}

/* A number of items that need at least so many bytes each; 0 and bad when they cannot all be
 * there, so that no damaged number asks for memory. */
static size_t take_count(struct cursor *c, size_t bytes)
{
    size_t n = take_u32(c);
    if (n <= c->rest.n / bytes)
        return n;
    c->bad = true;
    return 0;
}

static void parse_column(struct cursor *c, struct arena *a, struct tcolumn *col)
{
    col->name = take_str(c);
    size_t type = take_u32(c);
    if (type >= TCOL_TYPES)
        c->bad = true;
    else
        col->type = (enum tcol_type)type;
    col->n_label = take_count(c, 4);
    struct str *label = ARENA_ARRAY(a, struct str, col->n_label);
    for (size_t i = 0; i < col->n_label; i++)
        label[i] = take_str(c);
    col->label = label;
}

static bool parse_head(struct tabin *t, struct str head)
{
    struct cursor c = {head, false};
    t->schema.n = take_count(&c, 12);
    t->schema.col = ARENA_ARRAY(&t->arena, struct tcolumn, t->schema.n);
    for (size_t i = 0; i < t->schema.n && !c.bad; i++)
        parse_column(&c, &t->arena, &t->schema.col[i]);
    t->n_notes = take_count(&c, 8);
    struct tnote *note = ARENA_ARRAY(&t->arena, struct tnote, t->n_notes);
    for (size_t i = 0; i < t->n_notes; i++) {
        note[i].key = take_str(&c);
        note[i].value = take_str(&c);
    }
    t->note = note;
    return !c.bad && c.rest.n == 0;
}

/* Can this be a chunk of a column of `type` in a block of so many rows? What LZ4 can do bounds what
 * a small file can claim. */
static bool chunk_ok(const struct table_chunk *k, enum tcol_type type, size_t rows)
{
    if (k->spare || (k->stored != k->raw && !table_pack_possible(k->stored, k->raw)))
        return false;
    if (type != TCOL_TEXT)
        return !k->entries && k->raw >= sizeof(struct table_numbers) &&
               k->raw <= sizeof(struct table_numbers) + rows * sizeof(int64_t);
    return k->entries && k->entries <= rows && k->raw >= sizeof(struct table_text);
}

/* The index: exactly as long as its blocks, whose chunks lie from `at` to `end`. */
static bool parse_index(struct tabin *t, struct str index, uint64_t at, uint64_t end)
{
    struct table_index head;
    memcpy(&head, index.p, sizeof head);
    size_t per_block = sizeof(struct table_block) + t->schema.n * sizeof(struct table_chunk);
    struct str rest = str_from(index, sizeof head);
    if (rest.n % per_block || rest.n / per_block != head.blocks)
        return false;
    t->n_blocks = head.blocks;
    struct inblock *block = ARENA_ARRAY(&t->arena, struct inblock, t->n_blocks);
    t->block = block;
    for (size_t b = 0; b < t->n_blocks; b++, rest = str_from(rest, per_block)) {
        struct table_block bh;
        memcpy(&bh, rest.p, sizeof bh);
        if (!bh.rows || bh.rows > TABLE_BLOCK)
            return false;
        struct table_chunk *chunk = ARENA_ARRAY(&t->arena, struct table_chunk, t->schema.n);
        if (t->schema.n)
            memcpy(chunk, rest.p + sizeof bh, t->schema.n * sizeof *chunk);
        block[b] = (struct inblock){bh.rows, at, chunk};
        t->rows += bh.rows;
        for (size_t i = 0; i < t->schema.n; i++) {
            if (!chunk_ok(&chunk[i], t->schema.col[i].type, bh.rows))
                return false;
            at += chunk[i].stored;
        }
    }
    return at == end && t->rows == head.rows;
}

/* A part of the file into the arena, compared with its checksum; p == NULL and *e on failure. */
static struct str read_part(struct tabin *t, int fd, size_t n, uint64_t at, uint64_t sum,
                            struct err *e)
{
    struct str s = {NULL, n};
    char *p = arena_raw(&t->arena, n);
    if (!read_at(fd, t->path, p, n, at, e))
        return s;
    s.p = p;
    if (!sum_ok(s, sum)) {
        damaged(t->path, e);
        s.p = NULL;
    }
    return s;
}

static bool load(struct tabin *t, int fd, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_sys(e, t->path);
    uint64_t size = (uint64_t)st.st_size;
    struct table_footer f;
    if (!S_ISREG(st.st_mode) || size < TABLE_MAGIC_N + sizeof f)
        return damaged(t->path, e);
    char begin[TABLE_MAGIC_N];
    uint64_t end = size - sizeof f; /* of the index */
    if (!read_at(fd, t->path, begin, TABLE_MAGIC_N, 0, e) ||
        !read_at(fd, t->path, &f, sizeof f, end, e))
        return false;
    uint64_t room = end - TABLE_MAGIC_N;
    if (memcmp(begin, TABLE_MAGIC, TABLE_MAGIC_N) != 0 ||
        memcmp(f.magic, TABLE_MAGIC, TABLE_MAGIC_N) != 0 || f.head > HEAD_MAX ||
        f.index > INDEX_MAX || f.index < sizeof(struct table_index) || f.head + f.index > room)
        return damaged(t->path, e);
    struct str head = read_part(t, fd, f.head, TABLE_MAGIC_N, f.head_sum, e);
    if (!head.p)
        return false;
    struct str index = read_part(t, fd, f.index, end - f.index, f.index_sum, e);
    if (!index.p)
        return false;
    if (!parse_head(t, head) || !parse_index(t, index, TABLE_MAGIC_N + f.head, end - f.index))
        return damaged(t->path, e);
    return true;
}

struct tabin *tabin_open(const char *path, struct err *e)
{
    int fd = sys_open(path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) {
        err_sys(e, path);
        return NULL;
    }
    struct tabin *t = x_calloc(1, sizeof *t);
    size_t n = strlen(path) + 1;
    t->path = memcpy(x_malloc(n), path, n);
    bool ok = load(t, fd, e);
    sys_close(fd);
    if (ok)
        return t;
    tabin_free(t);
    return NULL;
}

void tabin_free(struct tabin *t)
{
    if (!t)
        return;
    arena_release(&t->arena);
    free(t->path);
    free(t);
}

const struct tschema *tabin_schema(const struct tabin *t)
{
    return &t->schema;
}

struct str tabin_note(const struct tabin *t, struct str key)
{
    for (size_t i = 0; i < t->n_notes; i++)
        if (str_eq(t->note[i].key, key))
            return t->note[i].value;
    return (struct str){NULL, 0};
}

size_t tabin_rows(const struct tabin *t)
{
    return t->rows;
}

size_t tabin_blocks(const struct tabin *t)
{
    return t->n_blocks;
}

size_t tabin_block_rows(const struct tabin *t, size_t block)
{
    return t->block[block].rows;
}

static bool decode_numbers(struct str raw, size_t rows, int64_t *v)
{
    struct table_numbers head;
    memcpy(&head, raw.p, sizeof head);
    const struct table_width *w = table_width_of(head.width);
    if (!w || raw.n != sizeof head + rows * w->bytes)
        return false;
    w->widen(raw.p + sizeof head, rows, head.base, v);
    return true;
}

/* Slices of the bytes by their lengths, which must use them up exactly. */
static bool slice(struct str bytes, const uint32_t *length, size_t n, struct str *dict)
{
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        if (!length[i]) {
            dict[i] = (struct str){NULL, 0};
            continue;
        }
        size_t k = length[i] - 1;
        if (k > bytes.n - at)
            return false;
        dict[i] = (struct str){bytes.p + at, k};
        at += k;
    }
    return at == bytes.n;
}

/* code: room for one per row, left alone when the chunk is plain. */
static bool decode_text(struct str raw, size_t entries, size_t rows, uint32_t *lengths,
                        struct str *dict, uint32_t *code, struct tvec *out)
{
    struct table_text head;
    memcpy(&head, raw.p, sizeof head);
    const struct table_width *lw = table_width_of(head.length_width),
                             *cw = table_width_of(head.code_width);
    if (!lw || !lw->unpack || !cw || !cw->unpack || head.plain > 1 || head.spare)
        return false;
    struct cursor c = {str_from(raw, sizeof head), false};
    struct str packed = take(&c, entries * lw->bytes);
    struct str codes = take(&c, head.plain ? 0 : rows * cw->bytes);
    if (c.bad || (head.plain && entries != rows))
        return false;
    lw->unpack(packed.p, entries, lengths);
    if (!slice(c.rest, lengths, entries, dict))
        return false;
    *out = (struct tvec){.dict = dict, .n_dict = entries};
    if (head.plain)
        return true;
    cw->unpack(codes.p, rows, code);
    uint32_t top = 0;
    for (size_t r = 0; r < rows; r++)
        top = code[r] > top ? code[r] : top;
    out->code = code;
    return top < entries;
}

/* Memory of one block, cut from a single piece, so that an arena which is reset between blocks
 * gives the same piece again and again. */
struct room {
    char *p;
    char *packed, *unpacked; /* scratch: a chunk under LZ4; numbers or lengths before decoding */
};

static size_t padded(size_t n)
{
    return (n + 15) & ~(size_t)15;
}

static void *cut(struct room *m, size_t n)
{
    void *p = m->p;
    m->p += padded(n);
    return p;
}

static struct room room_for(const struct tabin *t, const struct inblock *b, const bool *want,
                            struct arena *a)
{
    size_t keep = 0, packed = 0, unpacked = 0;
    for (size_t i = 0; i < t->schema.n; i++) {
        const struct table_chunk *k = &b->chunk[i];
        if (want && !want[i])
            continue;
        bool text = t->schema.col[i].type == TCOL_TEXT;
        size_t scratch = text ? k->entries * sizeof(uint32_t) : k->raw;
        keep += text ? padded(k->raw) + padded(k->entries * sizeof(struct str)) +
                           padded(b->rows * sizeof(uint32_t))
                     : padded(b->rows * sizeof(int64_t));
        if (k->stored != k->raw && packed < k->stored)
            packed = k->stored;
        if (unpacked < scratch)
            unpacked = scratch;
    }
    char *p = arena_raw(a, keep + padded(packed) + padded(unpacked));
    return (struct room){p + padded(packed) + padded(unpacked), p, p + padded(packed)};
}

/* The raw bytes of the chunk at `at` into `to`. */
static bool read_chunk(const struct tabin *t, int fd, const struct table_chunk *k, uint64_t at,
                       char *packed, char *to, struct err *e)
{
    bool plain = k->stored == k->raw;
    char *stored = plain ? to : packed;
    if (!read_at(fd, t->path, stored, k->stored, at, e))
        return false;
    if (!sum_ok((struct str){stored, k->stored}, k->sum))
        return damaged(t->path, e);
    if (plain)
        return true;
    return table_unpack((struct str){stored, k->stored}, to, k->raw) || damaged(t->path, e);
}

static bool read_column(const struct tabin *t, int fd, const struct inblock *b, size_t column,
                        uint64_t at, struct room *m, struct tvec *out, struct err *e)
{
    const struct table_chunk *k = &b->chunk[column];
    if (t->schema.col[column].type != TCOL_TEXT) {
        int64_t *v = cut(m, b->rows * sizeof *v);
        out->v = v;
        return read_chunk(t, fd, k, at, m->packed, m->unpacked, e) &&
               (decode_numbers((struct str){m->unpacked, k->raw}, b->rows, v) ||
                damaged(t->path, e));
    }
    char *raw = cut(m, k->raw);
    struct str *dict = cut(m, k->entries * sizeof *dict);
    uint32_t *code = cut(m, b->rows * sizeof *code);
    uint32_t *lengths = (uint32_t *)(void *)m->unpacked;
    return read_chunk(t, fd, k, at, m->packed, raw, e) &&
           (decode_text((struct str){raw, k->raw}, k->entries, b->rows, lengths, dict, code, out) ||
            damaged(t->path, e));
}

bool tabin_read(const struct tabin *t, size_t b, const bool *want, struct arena *a,
                struct tblock *out, struct err *e)
{
    const struct inblock *block = &t->block[b];
    int fd = sys_open(t->path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0)
        return err_sys(e, t->path);
    *out = (struct tblock){block->rows, t->schema.n, ARENA_ARRAY(a, struct tvec, t->schema.n)};
    struct room m = room_for(t, block, want, a);
    uint64_t at = block->at;
    bool ok = true;
    for (size_t i = 0; i < t->schema.n && ok; i++) {
        if (!want || want[i])
            ok = read_column(t, fd, block, i, at, &m, &out->col[i], e);
        at += block->chunk[i].stored;
    }
    sys_close(fd);
    return ok;
}

/* Appends the chunks of a block to the part. */
static bool add_block(const struct tabin *t, int fd, const struct inblock *b, struct tabpart *part,
                      struct err *e)
{
    struct table_block head = {b->rows};
    strbuf_add(&part->index, (struct str){(const char *)&head, sizeof head});
    strbuf_add(&part->index, (struct str){(const char *)b->chunk, t->schema.n * sizeof *b->chunk});
    uint64_t at = b->at;
    for (size_t i = 0; i < t->schema.n; i++) {
        const struct table_chunk *k = &b->chunk[i];
        char *to = strbuf_room(&part->bytes, k->stored);
        if (!read_at(fd, t->path, to, k->stored, at, e))
            return false;
        if (!sum_ok((struct str){to, k->stored}, k->sum))
            return damaged(t->path, e);
        part->bytes.n += k->stored;
        at += k->stored;
    }
    part->rows += b->rows;
    part->blocks++;
    return true;
}

bool tabin_part(const struct tabin *t, size_t block, size_t n, struct tabpart *part, struct err *e)
{
    *part = (struct tabpart){0};
    int fd = sys_open(t->path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0)
        return err_sys(e, t->path);
    bool ok = true;
    for (size_t b = block; ok && b < block + n; b++)
        ok = add_block(t, fd, &t->block[b], part, e);
    sys_close(fd);
    return ok;
}
