#include "pipeline/calc/touch.h"

#include <stdio.h>
#include <string.h>

#include "pipeline/calc/date.h"
#include "pipeline/calc/num.h"
#include "pipeline/io/csvtable.h"

enum { MARKS = 4096 };

struct touch {
    const struct plan *plan;
    struct arena *a;
    struct touch_cell *cell;
    size_t n;
    bool **reads;        /* [tables]: columns that the figure in hand reads */
    bool **touched;      /* [indicators][cells] */
    bool **moved[AXES];  /* the same: may the row have come from another line of this split? */
    bool *mark;          /* [MARKS]: is there a cell on such a line? By its remainder */
    struct tvalue ***at; /* [tables][cells]: the row where it stands, by column; NULL: nowhere */
};

/* --- what a figure reads --- */

static void add_filter(struct touch *k, size_t t, size_t filter)
{
    const struct plan_table *x = &k->plan->figures->table[t];
    for (; filter != PLAN_NONE; filter = x->filter[filter].parent)
        if (x->filter[filter].condition != PLAN_NONE)
            expr_columns(x->condition[x->filter[filter].condition].e, k->reads[t]);
}

/* The columns on which it depends which rows are events, and which of a group is kept. */
static void add_event(struct touch *k, size_t event, bool *reads)
{
    const struct conf_event *v = &k->plan->conf->events[event];
    for (size_t i = 0; i < v->n_same; i++)
        reads[v->same[i]] = true;
    if (v->largest != SIZE_MAX)
        reads[v->largest] = true;
    expr_columns(k->plan->event[event].where, reads);
    expr_columns(k->plan->event[event].keep, reads);
}

static void add_formula(struct touch *k, const struct formula *f);

static void add_figure(struct touch *k, size_t i)
{
    const struct plan_figure *g = &k->plan->figures->figure[i];
    if (g->value)
        add_formula(k, g->value);
}

static void add_formula(struct touch *k, const struct formula *f)
{
    bool refers = f->op == FIG_FIGURE || f->op == FIG_NUMERATOR || f->op == FIG_DENOMINATOR;
    if (refers)
        add_figure(k, f->figure);
    if (f->op == FIG_AGGREGATE || f->op == FIG_STATISTIC) {
        const struct plan_table *x = &k->plan->figures->table[f->table];
        const struct plan_aggregate *g = &x->aggregate[f->aggregate];
        if (f->table >= k->plan->conf->n_exports)
            add_event(k, f->table - k->plan->conf->n_exports, k->reads[f->table]);
        add_filter(k, f->table, g->filter);
        if (g->value != PLAN_NONE)
            expr_columns(x->value[g->value].e, k->reads[f->table]);
    }
    for (size_t i = 0; i < f->n; i++)
        add_formula(k, f->kid[i]);
}

/* --- what a cell touches --- */

/* Is column c of the export, as merged, made of column `from` among others? */
static bool follows(const struct conf_export *x, size_t c, size_t from)
{
    if (c >= x->n) /* a deadline: of any of them; origins do not change */
        return true;
    return c == from || x->column[c].day == from || x->column[c].fallback == from;
}

static bool reads_column(const struct touch *k, size_t t, const struct touch_cell *cell)
{
    const struct conf_export *x = &k->plan->conf->exports[cell->export];
    size_t origins = k->plan->table[t].n - 2;
    for (size_t i = 0; i < origins; i++)
        if (k->reads[t][i] && follows(x, i, cell->column))
            return true;
    return false;
}

/* Do the pauses of a deadline that is read stand in the cell's export? */
static bool reads_pauses(const struct touch *k, const struct touch_cell *cell)
{
    const struct conf *c = k->plan->conf;
    for (size_t d = 0; d < c->n_deadlines; d++) {
        const struct conf_deadline *x = &c->deadlines[d];
        if (x->pause_export != cell->export)
            continue;
        for (size_t t = 0; t < schema_tables(c); t++) {
            size_t column = tschema_find(&k->plan->table[t], x->name);
            if (schema_export(c, t) == x->export && column != SIZE_MAX && k->reads[t][column])
                return true;
        }
    }
    return false;
}

static bool touches(const struct touch *k, size_t figure, const struct touch_cell *cell)
{
    const struct conf *c = k->plan->conf;
    if (reads_pauses(k, cell))
        return true;
    if (!k->plan->figures->figure[figure].rests_on[cell->export])
        return false;
    const struct conf_column *column =
        cell->column == SIZE_MAX ? NULL : &c->exports[cell->export].column[cell->column];
    /* A cell that is filled down may have turned the rows below it. */
    if (cell->turned || !column || column->key || column->fill_down)
        return true;
    for (size_t t = 0; t < schema_tables(c); t++)
        if (schema_export(c, t) == cell->export && reads_column(k, t, cell))
            return true;
    return false;
}

/* Is the column by which a figure is split made of the cell's? */
static bool moves(const struct touch *k, size_t figure, const struct touch_cell *cell,
                  enum axis_kind kind)
{
    const struct conf *c = k->plan->conf;
    const struct plan_figure *g = &k->plan->figures->figure[figure];
    if (g->rows == PLAN_NONE || schema_export(c, g->table) != cell->export)
        return false;
    const struct plan_table *x = &k->plan->figures->table[g->table];
    size_t axis = x->aggregate[g->rows].axis[kind];
    return axis != PLAN_NONE &&
           follows(&c->exports[cell->export], x->axis[axis].column, cell->column);
}

static void find_touched(struct touch *k)
{
    const struct conf *c = k->plan->conf;
    size_t tables = schema_tables(c);
    k->touched = ARENA_ARRAY(k->a, bool *, c->n_indicators);
    for (int kind = 0; kind < AXIS_CROSS; kind++)
        k->moved[kind] = ARENA_ARRAY(k->a, bool *, c->n_indicators);
    k->reads = ARENA_ARRAY(k->a, bool *, tables);
    for (size_t t = 0; t < tables; t++)
        k->reads[t] = ARENA_ARRAY(k->a, bool, k->plan->table[t].n);
    for (size_t i = 0; i < c->n_indicators; i++) {
        for (size_t t = 0; t < tables; t++)
            memset(k->reads[t], 0, k->plan->table[t].n * sizeof(bool));
        add_figure(k, i);
        k->touched[i] = ARENA_ARRAY(k->a, bool, k->n);
        for (size_t x = 0; x < k->n; x++)
            k->touched[i][x] = touches(k, i, &k->cell[x]);
        for (int kind = 0; kind < AXIS_CROSS; kind++) {
            k->moved[kind][i] = ARENA_ARRAY(k->a, bool, k->n);
            for (size_t x = 0; x < k->n; x++)
                k->moved[kind][i][x] = moves(k, i, &k->cell[x], (enum axis_kind)kind);
        }
    }
}

/* --- reading --- */

static size_t column_titled(const struct conf_export *x, struct str title)
{
    for (size_t i = 0; i < x->n; i++)
        if (str_eq(x->column[i].title, title))
            return i;
    return SIZE_MAX;
}

static size_t export_of(const struct ledger *l, struct str file)
{
    for (size_t i = 0; i < l->n; i++)
        if (str_eq(l->row[i].file, file))
            return l->row[i].export;
    return SIZE_MAX;
}

enum { FILE_, LINE_, COLUMN_, REASON_, ROW_, FIELDS };

/* A row that was and is rejected touches nothing. */
static bool add_cell(struct touch *k, const struct ledger *l, const struct str field[FIELDS])
{
    struct touch_cell x = {.export = export_of(l, field[FILE_]),
                           .file = field[FILE_],
                           .reason = field[REASON_],
                           .turned = !str_eq(field[ROW_], STR("kept"))};
    if (x.export == SIZE_MAX || !num_parse_plain(field[LINE_], &x.line))
        return false;
    x.column = column_titled(&k->plan->conf->exports[x.export], field[COLUMN_]);
    if (!str_eq(field[ROW_], STR("rejected")))
        k->cell[k->n++] = x;
    return true;
}

struct touch *touch_read(const char *dir, const struct plan *plan, const struct ledger *l,
                         struct arena *a, struct err *e)
{
    static const char *const names[FIELDS] = {"file", "line", "column", "reason", "row"};
    size_t column[FIELDS];
    struct csvtable table;
    const char *path = arena_printf(a, "%s/corrected.csv", dir).p;
    if (!csvtable_read(path, a, &table, e))
        return NULL;
    for (size_t i = 0; i < FIELDS; i++)
        if (!csvtable_need(&table, path, str_c(names[i]), &column[i], e))
            return NULL;
    struct touch *k = ARENA_NEW(a, struct touch);
    *k = (struct touch){.plan = plan, .a = a};
    k->cell = ARENA_ARRAY(a, struct touch_cell, table.rows);
    for (size_t r = 0; r < table.rows; r++) {
        struct str field[FIELDS];
        for (size_t i = 0; i < FIELDS; i++)
            field[i] = table.row[r][column[i]];
        if (!add_cell(k, l, field)) {
            err_set(e, ST_DATA, arena_printf(a, "%s:%zu", path, table.line[r]).p, "E-STAGE-03",
                    NULL);
            return NULL;
        }
    }
    find_touched(k);
    k->mark = ARENA_ARRAY(a, bool, MARKS);
    for (size_t i = 0; i < k->n; i++)
        k->mark[k->cell[i].line % MARKS] = true;
    size_t tables = schema_tables(plan->conf);
    k->at = ARENA_ARRAY(a, struct tvalue **, tables);
    for (size_t t = 0; t < tables; t++)
        k->at[t] = ARENA_ARRAY(a, struct tvalue *, k->n);
    return k;
}

/* --- where corrected rows stand --- */

bool touch_wants(const struct touch *k, size_t t, bool *want)
{
    const struct tschema *s = &k->plan->table[t];
    const struct plan_table *x = &k->plan->figures->table[t];
    bool any = false;
    for (size_t i = 0; i < k->n && !any; i++)
        any = k->cell[i].export == schema_export(k->plan->conf, t);
    if (!any || x->n_axes == 0)
        return false;
    for (size_t i = 0; i < x->n_axes; i++)
        if (x->axis[i].kind != AXIS_CROSS)
            want[x->axis[i].column] = true;
    want[s->n - 1] = want[s->n - 2] = true;
    return true;
}

static struct tvalue *copy_row(struct touch *k, const struct tblock *b, size_t r)
{
    struct tvalue *row = ARENA_ARRAY(k->a, struct tvalue, b->n);
    for (size_t c = 0; c < b->n; c++)
        if (b->col[c].v)
            row[c].i = b->col[c].v[r];
        else if (b->col[c].dict && tvec_text(&b->col[c], r).p)
            row[c].s = arena_str(k->a, tvec_text(&b->col[c], r));
    return row;
}

void touch_block(struct touch *k, size_t t, const struct tblock *b)
{
    const struct tvec *file = &b->col[b->n - 2], *line = &b->col[b->n - 1];
    for (size_t r = 0; r < b->rows; r++)
        for (size_t i = 0; k->mark[line->v[r] % MARKS] && i < k->n; i++)
            if (k->cell[i].line == line->v[r] && str_eq(k->cell[i].file, tvec_text(file, r)))
                k->at[t][i] = copy_row(k, b, r);
}

/* --- asking --- */

static bool is_in_month(const struct touch *k, size_t t, size_t column, int64_t v, struct str month)
{
    int64_t y, m, d;
    char text[32];
    if (v == TABLE_MISSING)
        return false;
    bool moment = k->plan->table[t].col[column].type == TCOL_DATETIME;
    date_civil(moment ? date_of_moment(v) : v, &y, &m, &d);
    snprintf(text, sizeof text, "%04lld-%02d", (long long)y, (int)m);
    return str_eq(str_c(text), month);
}

/* Does the row of cell i stand in the line, which is one of a split figure? */
static bool stands_in(const struct touch *k, const struct figure_row *row, size_t i)
{
    const struct plan_figure *g = &k->plan->figures->figure[row->indicator];
    const struct plan_table *x = &k->plan->figures->table[g->table];
    const struct plan_aggregate *rows = &x->aggregate[g->rows];
    const struct tvalue *at = k->at[g->table][i];
    if (!at)
        return false;
    if (row->org.n && !str_eq(at[x->axis[rows->axis[AXIS_ORG]].column].s, row->org))
        return false;
    if (!row->month.n)
        return true;
    size_t column = x->axis[rows->axis[AXIS_MONTH]].column;
    return is_in_month(k, g->table, column, at[column].i, row->month);
}

const struct touch_cell *touch_next(const struct touch *k, const struct figure_row *row, size_t *i)
{
    bool split = row->org.n || row->month.n;
    while (*i < k->n) {
        size_t x = (*i)++;
        bool touched = k->touched[row->indicator][x] ||
                       (row->org.n && k->moved[AXIS_ORG][row->indicator][x]) ||
                       (row->month.n && k->moved[AXIS_MONTH][row->indicator][x]);
        if (touched && (!split || stands_in(k, row, x)))
            return &k->cell[x];
    }
    return NULL;
}
