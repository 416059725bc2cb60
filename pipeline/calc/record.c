#include "pipeline/calc/record.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/strhash.h"
#include "pipeline/calc/date.h"

const struct str record_masked = {"***", 3};

/* What became of a text before. Direct-mapped: a newcomer takes the place of an older text. One
 * line of the processor's cache, with the text in it when it is short: what is asked for is hardly
 * ever in the first level of the cache. */
struct memo_entry {
    const char *raw; /* NULL: free */
    struct tvalue value;
    uint32_t n; /* bytes of raw */
    int32_t day;
    uint32_t hash;
    uint8_t result; /* enum cell_result */
    struct cell_remarks remarks;
    char head[16]; /* raw, when it fits */
};
enum {
    MEMO_LINE = 64,
    MEMO_SLOTS = 512,
    MEMO_TRIAL = 2048,
    MEMO_BYTES = 4 << 20,
    MEMO_TEXT = 1 << 20 /* bytes: longer texts are not remembered */
};
_Static_assert(sizeof(struct memo_entry) == MEMO_LINE, "an entry is one line of the cache");

struct column_state {
    struct str fill; /* borrowed from fill_text */
    struct strbuf fill_text;
    struct memo_entry *memo; /* MEMO_SLOTS of `room`; NULL: not remembered (any more) */
    void *room;              /* owned */
    uint64_t hash;           /* of the cell in hand, when the column is simple */
    size_t asked, found;
    bool simple; /* what is remembered of a cell rests on its own text alone */
    bool moment; /* values are seconds, not days */
};

struct record {
    struct record_file f;
    struct cell_context context;
    struct arena kept;    /* remembered texts */
    size_t kept_bytes;    /* in it: past MEMO_BYTES everything is forgotten */
    struct arena scratch; /* of one record */
    struct column_state *column;
    size_t *order; /* the file's columns in the order of cleaning: reference days first */
    size_t n_order;
    size_t *ranged; /* those whose days must lie in range */
    size_t n_ranged;
    size_t *unusual; /* columns of this record whose cell is missing or bad, in order of columns */
    size_t n_unusual;
    struct tvalue *row;
    enum cell_result *result;
    struct str *raw; /* the cell that each value was made of */
    struct finding *finding;
    size_t n_findings, cap_findings;
    struct alteration *altered;
    size_t n_altered;
};

static void begin_memo(struct column_state *s)
{
    s->room = x_calloc(MEMO_SLOTS + 1, MEMO_LINE);
    uintptr_t at = (uintptr_t)s->room;
    s->memo = (struct memo_entry *)((at + MEMO_LINE - 1) & ~(uintptr_t)(MEMO_LINE - 1));
}

static void end_memo(struct column_state *s)
{
    free(s->room);
    s->room = NULL;
    s->memo = NULL;
}

struct record *record_new(const struct record_file *f)
{
    struct record *k = x_calloc(1, sizeof *k);
    size_t n = f->export->n;
    k->f = *f;
    struct str source = f->org, code;
    if (f->org.n && refs_org(f->refs, f->org, f->cutoff, &code) != ORG_UNKNOWN)
        source = code;
    k->context = (struct cell_context){.conf = f->conf,
                                       .refs = f->refs,
                                       .export = f->export,
                                       .org = f->org,
                                       .source = source,
                                       .cutoff = f->cutoff,
                                       .scratch = &k->scratch};
    k->column = x_calloc(n, sizeof *k->column);
    k->order = x_calloc(n, sizeof *k->order);
    k->ranged = x_calloc(n, sizeof *k->ranged);
    k->unusual = x_calloc(n, sizeof *k->unusual);
    k->row = x_calloc(n, sizeof *k->row);
    k->result = x_calloc(n, sizeof *k->result);
    k->raw = x_calloc(n, sizeof *k->raw);
    k->altered = x_calloc(n + 1, sizeof *k->altered); /* one to spare: see note_change */
    for (int late = 0; late < 2; late++)
        for (size_t c = 0; c < n; c++)
            if ((f->export->column[c].day != SIZE_MAX) == (late == 1) &&
                (f->header->field[c] != SIZE_MAX || f->export->column[c].fallback != SIZE_MAX))
                k->order[k->n_order++] = c;
    for (size_t c = 0; c < n; c++) {
        const struct conf_column *column = &f->export->column[c];
        k->column[c].simple = !column->fill_down && column->day == SIZE_MAX;
        k->column[c].moment = column->type->kind->type == TCOL_DATETIME;
        k->row[c].i = TABLE_MISSING; /* and so it stays in a column that the file lacks */
        k->result[c] = CELL_MISSING;
        if (f->header->field[c] == SIZE_MAX)
            continue;
        if (!column->found) /* text as it is: nothing to remember */
            begin_memo(&k->column[c]);
        if (column->in_range)
            k->ranged[k->n_ranged++] = c;
    }
    return k;
}

void record_free(struct record *k)
{
    if (!k)
        return;
    for (size_t c = 0; c < k->f.export->n; c++) {
        end_memo(&k->column[c]);
        strbuf_release(&k->column[c].fill_text);
    }
    free(k->column);
    free(k->order);
    free(k->ranged);
    free(k->unusual);
    free(k->row);
    free(k->result);
    free(k->raw);
    free(k->finding);
    free(k->altered);
    arena_release(&k->kept);
    arena_release(&k->scratch);
    free(k);
}

/* The day of a value of a date or datetime column; TABLE_MISSING when it has none. */
static int64_t day_of(const struct record *k, size_t c)
{
    if (k->result[c] != CELL_OK)
        return TABLE_MISSING;
    return k->column[c].moment ? date_of_moment(k->row[c].i) : k->row[c].i;
}

static void hash_personal(struct record *k, struct tvalue *v)
{
    char *hex = arena_alloc(&k->scratch, SECRET_HEX);
    secret_hash(k->f.secret, v->s, hex);
    v->s = (struct str){hex, SECRET_HEX};
}

static enum cell_result clean_anew(struct record *k, size_t c, struct str raw, struct tvalue *v)
{
    const struct conf_column *column = &k->f.export->column[c];
    k->context.unit = k->f.header->unit[c];
    enum cell_result r = cell_clean(column, raw, &k->context, v);
    if (r == CELL_OK && column->personal && column->type->kind->type == TCOL_TEXT)
        hash_personal(k, v);
    return r;
}

static void remember(struct record *k, struct memo_entry *m, const struct memo_entry *fresh,
                     struct str raw)
{
    *m = *fresh;
    m->n = (uint32_t)raw.n;
    m->raw = m->head;
    if (raw.n <= sizeof m->head) {
        if (raw.n)
            memcpy(m->head, raw.p, raw.n);
    } else {
        m->raw = arena_str(&k->kept, raw).p;
        k->kept_bytes += raw.n;
    }
    if (fresh->value.s.p && fresh->result == CELL_OK) {
        m->value.s = arena_str(&k->kept, fresh->value.s);
        k->kept_bytes += fresh->value.s.n;
    }
}

/* Between two records, since the row in hand may borrow from what is remembered. */
static void forget(struct record *k)
{
    for (size_t c = 0; c < k->f.export->n; c++)
        if (k->column[c].memo)
            memset(k->column[c].memo, 0, MEMO_SLOTS * sizeof(struct memo_entry));
    arena_reset(&k->kept);
    k->kept_bytes = 0;
}

/* A reference day from which an entry could not be told: it has room for some million years. */
static bool is_far(int64_t day)
{
    return day != (int32_t)day;
}

/* Is the entry about this text? `hash` is that of the text and the day. */
static inline bool is_about(const struct memo_entry *m, uint64_t hash, int64_t day, struct str raw)
{
    return m->hash == (uint32_t)(hash >> 32) && m->n == raw.n && m->raw && m->day == day &&
           str_same(m->raw, raw.p, raw.n);
}

static enum cell_result clean_cell(struct record *k, size_t c, struct str raw, struct tvalue *v)
{
    struct column_state *s = &k->column[c];
    int64_t day = k->f.export->column[c].day != SIZE_MAX ? k->context.day : 0;
    if (!s->memo || raw.n > MEMO_TEXT || is_far(day))
        return clean_anew(k, c, raw, v);
    uint64_t hash = (s->simple ? s->hash : str_hash(raw)) ^ (uint64_t)day;
    struct memo_entry *m = &s->memo[hash % MEMO_SLOTS];
    s->asked++;
    if (is_about(m, hash, day, raw)) {
        s->found++;
        *v = m->value;
        k->context.remarks = m->remarks;
        return (enum cell_result)m->result;
    }
    struct memo_entry fresh = {.hash = (uint32_t)(hash >> 32), .day = (int32_t)day};
    enum cell_result result = clean_anew(k, c, raw, &fresh.value);
    fresh.result = (uint8_t)result;
    fresh.remarks = k->context.remarks;
    *v = fresh.value;
    if (s->asked >= MEMO_TRIAL && s->found < s->asked / 2)
        end_memo(s);
    else
        remember(k, m, &fresh, raw);
    return result;
}

static void add(struct record *k, enum reason reason, const char *warning, size_t c)
{
    X_GROW(k->finding, k->n_findings, k->cap_findings);
    k->finding[k->n_findings++] = (struct finding){reason, warning, c, k->raw[c]};
}

struct str record_raw(const struct record *k, const struct csvrec *rec, size_t c)
{
    size_t field = k->f.header->field[c];
    return field < rec->n ? rec->field[field] : (struct str){"", 0};
}

/* The cell that counts for column c: where the configuration says so, an empty one is filled down.
 */
static struct str filled_cell(struct record *k, const struct csvrec *rec, size_t c)
{
    struct str raw = record_raw(k, rec, c);
    if (!k->f.export->column[c].fill_down)
        return raw;
    struct column_state *s = &k->column[c];
    if (cell_normalise(raw, &k->scratch).n == 0)
        return s->fill;
    s->fill_text.n = 0;
    strbuf_add(&s->fill_text, raw);
    s->fill = strbuf_str(&s->fill_text);
    return raw;
}

/* The organisation's code stands in where its name is missing or unknown. */
static enum cell_result fall_back(struct record *k, size_t c, struct tvalue *v)
{
    size_t code = k->f.export->column[c].fallback;
    if (code == SIZE_MAX || k->result[code] != CELL_OK)
        return k->result[c];
    enum org_result r = refs_org(k->f.refs, k->row[code].s, k->context.day, &v->s);
    return r == ORG_UNKNOWN ? k->result[c] : CELL_OK;
}

/* The reference day of an organisation: that of its column, or the cut-off. */
static void set_day(struct record *k, const struct conf_column *column)
{
    int64_t day = column->day != SIZE_MAX ? day_of(k, column->day) : TABLE_MISSING;
    k->context.day = day != TABLE_MISSING ? day : k->context.cutoff;
}

/* Keeps the list in order of columns; it is short. */
static void note_unusual(struct record *k, size_t c)
{
    size_t at = k->n_unusual++;
    for (; at && k->unusual[at - 1] > c; at--)
        k->unusual[at] = k->unusual[at - 1];
    k->unusual[at] = c;
}

/* A cell that took the one above it: what is to be said of that one was said there. */
static void remark_filled(struct record *k, struct str own, size_t c)
{
    bool ok = k->result[c] == CELL_OK;
    k->context.remarks.damage = DAMAGE_NONE;
    k->context.remarks.change = ok ? CHANGE_FILL_DOWN : own.n ? CHANGE_BLANKS : CHANGE_NONE;
}

/* Without a branch: whether a cell is altered is as good as chance. */
static inline void note_change(struct record *k, size_t c, enum change change)
{
    k->altered[k->n_altered] = (struct alteration){c, change};
    k->n_altered += change != CHANGE_NONE;
}

static void take_remarks(struct record *k, size_t c)
{
    const struct cell_remarks *r = &k->context.remarks;
    note_change(k, c, r->change);
    if (r->damage)
        add(k, REASON_N, damage_warning[r->damage], c);
    if (r->guessed)
        add(k, REASON_ENUM_UNKNOWN, "W-ORG-01", c);
}

static void clean_column(struct record *k, const struct csvrec *rec, size_t c)
{
    const struct conf_column *column = &k->f.export->column[c];
    struct tvalue *v = &k->row[c];
    k->raw[c] = filled_cell(k, rec, c);
    if (column->day != SIZE_MAX)
        set_day(k, column);
    else
        k->context.day = k->context.cutoff;
    k->result[c] = clean_cell(k, c, k->raw[c], v);
    if (column->fill_down && k->raw[c].p == k->column[c].fill.p)
        remark_filled(k, record_raw(k, rec, c), c);
    take_remarks(k, c);
    if (k->result[c] != CELL_OK) {
        *v = (struct tvalue){.i = TABLE_MISSING};
        note_unusual(k, c);
    }
}

/* Puts a rule in the place of whatever was noted of the column. */
static void note_decisive(struct record *k, size_t c, enum change rule)
{
    size_t i = 0;
    while (i < k->n_altered && k->altered[i].column != c)
        i++;
    k->n_altered += i == k->n_altered;
    k->altered[i] = (struct alteration){c, rule};
}

void record_corrected(struct record *k, size_t c)
{
    note_decisive(k, c, CHANGE_CORRECTED);
}

static void judge_column(struct record *k, size_t c)
{
    const struct conf_column *column = &k->f.export->column[c];
    enum cell_result r = k->result[c];
    if (column->fallback != SIZE_MAX) {
        set_day(k, column);
        r = k->result[c] = fall_back(k, c, &k->row[c]);
        if (r == CELL_OK) {
            add(k, REASON_ENUM_UNKNOWN, "W-ORG-02", c);
            note_decisive(k, c, CHANGE_FALLBACK);
        }
    }
    if (r == CELL_OK)
        return;
    if (!column->required) {
        if (r != CELL_MISSING)
            add(k, reason_of_cell(r), reason_warning(r), c);
        return;
    }
    if (r == CELL_MISSING && !column->key)
        r = column->type->kind->missing_is;
    add(k, reason_of_cell(r), NULL, c);
}

static void judge_dates(struct record *k)
{
    const struct conf_export *x = k->f.export;
    for (size_t i = 0; i < x->n_order; i++) {
        int64_t first = day_of(k, x->order[i].first), second = day_of(k, x->order[i].second);
        if (first != TABLE_MISSING && second != TABLE_MISSING && second < first)
            add(k, REASON_DATE_ORDER, NULL, x->order[i].second);
    }
    const struct conf_reading *r = &k->f.conf->reading;
    for (size_t i = 0; i < k->n_ranged; i++) {
        int64_t day = day_of(k, k->ranged[i]);
        if (day != TABLE_MISSING &&
            (day < r->earliest || day > k->f.cutoff + r->latest_after_cutoff))
            add(k, REASON_DATE_RANGE, NULL, k->ranged[i]);
    }
}

/* Rejecting findings first, the deciding one at the head; equal ones in order of columns. */
static void sort_findings(struct record *k)
{
    for (size_t i = 1; i < k->n_findings; i++) {
        struct finding f = k->finding[i];
        size_t at = i;
        for (; at > 0; at--) {
            const struct finding *before = &k->finding[at - 1];
            bool later =
                (before->warning != NULL) > (f.warning != NULL) ||
                ((before->warning != NULL) == (f.warning != NULL) && before->reason > f.reason);
            if (!later)
                break;
            k->finding[at] = *before;
        }
        k->finding[at] = f;
    }
}

/* Calls for the entries that a record will ask for while they are still on their way. */
static void look_up(struct record *k, const struct csvrec *rec)
{
    for (size_t i = 0; i < k->n_order; i++) {
        size_t c = k->order[i];
        struct column_state *s = &k->column[c];
        if (!s->memo || !s->simple)
            continue;
        s->hash = str_hash(record_raw(k, rec, c));
        __builtin_prefetch(&s->memo[s->hash % MEMO_SLOTS]);
    }
}

/* Most cells are of a simple column, are remembered, and there is nothing to judge: all that
 * clean_column does about such a one. False: it is another. */
static bool recall(struct record *k, const struct csvrec *rec, size_t c)
{
    struct column_state *s = &k->column[c];
    if (!s->memo || !s->simple)
        return false;
    struct str raw = record_raw(k, rec, c);
    const struct memo_entry *m = &s->memo[s->hash % MEMO_SLOTS];
    if (!is_about(m, s->hash, 0, raw) || m->result != CELL_OK || m->remarks.damage ||
        m->remarks.guessed)
        return false;
    s->asked++;
    s->found++;
    k->raw[c] = raw;
    k->row[c] = m->value;
    k->result[c] = CELL_OK;
    note_change(k, c, m->remarks.change);
    return true;
}

bool record_clean(struct record *k, const struct csvrec *rec, const struct tvalue **row)
{
    arena_reset(&k->scratch);
    if (k->kept_bytes > MEMO_BYTES)
        forget(k);
    k->n_findings = k->n_unusual = k->n_altered = 0;
    look_up(k, rec);
    for (size_t i = 0; i < k->n_order; i++)
        if (!recall(k, rec, k->order[i]))
            clean_column(k, rec, k->order[i]);
    for (size_t i = 0; i < k->n_unusual; i++)
        judge_column(k, k->unusual[i]);
    judge_dates(k);
    *row = k->row;
    if (k->n_findings > 1)
        sort_findings(k);
    return k->n_findings == 0 || k->finding[0].warning != NULL;
}

const struct finding *record_findings(const struct record *k, size_t *n)
{
    *n = k->n_findings;
    return k->finding;
}

const struct alteration *record_alterations(struct record *k, size_t *n)
{
    for (size_t i = 1; i < k->n_altered; i++)
        for (size_t at = i; at && k->altered[at - 1].column > k->altered[at].column; at--) {
            struct alteration a = k->altered[at];
            k->altered[at] = k->altered[at - 1];
            k->altered[at - 1] = a;
        }
    *n = k->n_altered;
    return k->altered;
}

enum cell_result record_cell(struct record *k, const struct csvrec *rec, size_t c,
                             struct tvalue *out)
{
    size_t field = k->f.header->field[c];
    arena_reset(&k->scratch);
    if (field >= rec->n)
        return CELL_MISSING;
    return clean_anew(k, c, rec->field[field], out);
}
