#include "pipeline/calc/correct.h"

#include "pipeline/calc/cell.h"
#include "pipeline/calc/expr_ast.h"
#include "pipeline/calc/record.h"
#include "pipeline/io/csvout.h"

const char *const correct_row_name[CORRECT_ROWS] = {
    [CORRECT_KEPT] = "kept",
    [CORRECT_RESCUED] = "rescued",
    [CORRECT_LOST] = "lost",
    [CORRECT_REJECTED] = "rejected",
};
const char correct_head[] = "file,line,column,before,after,reason,person,date,row\n";

enum { SAID = 100 }; /* bytes of a cell in a message */

struct correct {
    struct correct_file f;
    struct arena *a;             /* of the file */
    const struct correction *c;  /* of the file, by line */
    size_t *field;               /* of each: the cell; SIZE_MAX: a misfit already */
    size_t n, next;              /* next: the first whose line has not been reached */
    struct correct_applied *now; /* of the record in hand */
    size_t n_now;
};

static const char *text_of(struct correct *k, struct str s)
{
    return arena_str(k->a, s).p;
}

/* A correction that does not fit; the arguments of the message begin with file and line. */
static void misfit(struct correct *k, const struct correction *c, const char *code, const char *x,
                   const char *y, const char *z)
{
    problems_add(k->f.misfits, k->f.refs->corrections_path.p, (int)c->place, code,
                 text_of(k, c->file), arena_printf(k->a, "%zu", c->line).p, x ? x : "", y ? y : "",
                 z ? z : "", NULL);
}

static struct str shown(struct str cell, bool personal, size_t limit)
{
    if (personal && cell.n)
        return record_masked;
    if (cell.n <= limit)
        return cell;
    while (limit && ((unsigned char)cell.p[limit] & 0xc0) == 0x80)
        limit--;
    return (struct str){cell.p, limit};
}

/* --- which cell is meant --- */

static bool has_header(const struct conf_column *c, struct str name)
{
    for (size_t i = 0; i < c->header.n; i++)
        if (str_eq(c->header.word[i], name))
            return true;
    return false;
}

/* The cell of a column that is called as in the file's header, or as the configuration calls it:
 * findings show its first header, whatever stands in the file. SIZE_MAX: none that is read. */
static size_t find_field(struct correct *k, struct str column)
{
    const struct header *h = k->f.header;
    const struct conf_export *x = k->f.export;
    struct str unit, name = cell_header(column, &unit, k->a);
    for (size_t i = 0; i < h->cells; i++)
        if (h->column[i] != SIZE_MAX && str_eq(h->name[i], name))
            return i;
    size_t c = conf_find_column(x, column);
    for (size_t i = 0; c == SIZE_MAX && i < x->n; i++)
        if (has_header(&x->column[i], name))
            c = i;
    return c == SIZE_MAX ? SIZE_MAX : h->field[c];
}

static const char *known_columns(struct correct *k, struct str column)
{
    const struct header *h = k->f.header;
    struct str *name = ARENA_ARRAY(k->a, struct str, h->cells);
    size_t n = 0;
    for (size_t i = 0; i < h->cells; i++)
        if (h->column[i] != SIZE_MAX)
            name[n++] = h->name[i];
    return expr_hint(k->a, column, name, n);
}

static void find_cell(struct correct *k, size_t i)
{
    const struct correction *c = &k->c[i];
    k->field[i] = find_field(k, c->column);
    if (k->field[i] == SIZE_MAX)
        misfit(k, c, "E-COR-03", text_of(k, c->column), known_columns(k, c->column), NULL);
    for (size_t o = i; k->field[i] != SIZE_MAX && o-- && k->c[o].line == c->line;)
        if (k->field[o] == k->field[i]) {
            misfit(k, c, "E-COR-06", text_of(k, c->column),
                   arena_printf(k->a, "%zu", k->c[o].place).p, NULL);
            k->field[i] = SIZE_MAX;
        }
}

struct correct *correct_new(const struct correct_file *f, struct arena *a)
{
    size_t n;
    const struct correction *c = refs_corrections(f->refs, f->file, &n);
    if (n == 0)
        return NULL;
    struct correct *k = ARENA_NEW(a, struct correct);
    *k = (struct correct){.f = *f, .a = a, .c = c, .n = n};
    k->field = ARENA_ARRAY(a, size_t, n);
    k->now = ARENA_ARRAY(a, struct correct_applied, n);
    for (size_t i = 0; i < n; i++)
        find_cell(k, i);
    return k;
}

void correct_header(struct correct *k)
{
    for (size_t i = k->next; i < k->n; i++)
        if (k->field[i] != SIZE_MAX)
            find_cell(k, i);
}

/* --- records --- */

/* The corrections of lines before `line` have been passed without a data record. */
static void pass(struct correct *k, size_t line)
{
    for (; k->next < k->n && k->c[k->next].line < line; k->next++)
        misfit(k, &k->c[k->next], "E-COR-04", NULL, NULL, NULL);
}

static bool holds(const struct correction *c, struct str cell, struct arena *scratch)
{
    return c->before.n == 0 ||
           str_eq(cell_normalise(c->before, scratch), cell_normalise(cell, scratch));
}

static void put_in(struct correct *k, size_t i, struct str *cell, struct arena *scratch)
{
    const struct correction *c = &k->c[i];
    size_t column = k->f.header->column[k->field[i]];
    bool personal = k->f.export->column[column].personal;
    struct str *at = &cell[k->field[i]];
    if (!holds(c, *at, scratch)) {
        misfit(k, c, "E-COR-05", text_of(k, c->column), text_of(k, shown(*at, personal, SAID)),
               text_of(k, shown(c->before, personal, SAID)));
        return;
    }
    k->now[k->n_now++] = (struct correct_applied){c, column, *at};
    *at = c->value;
}

const struct csvrec *correct_record(struct correct *k, const struct csvrec *rec,
                                    struct arena *scratch)
{
    k->n_now = 0;
    pass(k, rec->line);
    if (k->next == k->n || k->c[k->next].line != rec->line)
        return rec;
    struct csvrec *corrected = ARENA_NEW(scratch, struct csvrec);
    size_t cells = rec->n > k->f.header->cells ? rec->n : k->f.header->cells;
    struct str *cell = ARENA_ARRAY(scratch, struct str, cells);
    for (size_t i = 0; i < cells; i++)
        cell[i] = i < rec->n ? rec->field[i] : STR("");
    for (; k->next < k->n && k->c[k->next].line == rec->line; k->next++)
        if (k->field[k->next] != SIZE_MAX)
            put_in(k, k->next, cell, scratch);
    *corrected = *rec;
    corrected->field = cell;
    corrected->n = cells;
    return corrected;
}

const struct correct_applied *correct_applied(const struct correct *k, size_t *n)
{
    *n = k->n_now;
    return k->now;
}

void correct_end(struct correct *k)
{
    pass(k, SIZE_MAX);
}

/* --- what is written down --- */

void correct_list(const struct correct *k, enum correct_row row, size_t limit, struct strbuf *out)
{
    struct csvout o = {.out = out, .defuse = true};
    for (size_t i = 0; i < k->n_now; i++) {
        const struct correct_applied *x = &k->now[i];
        const struct conf_column *column = &k->f.export->column[x->column];
        csvout_text(&o, k->f.file);
        csvout_int(&o, (int64_t)x->c->line);
        csvout_text(&o, column->title);
        csvout_text(&o, shown(x->before, column->personal, limit));
        csvout_text(&o, shown(x->c->value, column->personal, limit));
        csvout_text(&o, shown(x->c->reason, false, limit));
        csvout_text(&o, shown(x->c->person, false, limit));
        csvout_text(&o, x->c->date);
        csvout_text(&o, str_c(correct_row_name[row]));
        csvout_end(&o);
    }
}

void correct_unread(const struct refs *r, const struct correction *c, const char *code,
                    struct problems *misfits)
{
    struct arena a = {0};
    problems_add(misfits, r->corrections_path.p, (int)c->place, code, arena_str(&a, c->file).p,
                 NULL);
    arena_release(&a);
}
