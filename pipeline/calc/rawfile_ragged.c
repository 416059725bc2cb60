/*
 * Records that do not fit the header.
 */
#include "pipeline/calc/rawfile_parts.h"

static void warn_row(struct job *j, const struct csvrec *rec, const char *code, const char *read_as)
{
    j->f->mended++;
    rawfile_warn(j->f, j->w->conf, rec->line, code, STR(""), j->masks ? record_masked : rec->raw,
                 read_as, NULL);
}

/* The cells of a mended record in one line. */
static const char *read_as(struct job *j, const struct ragged_row *row)
{
    struct strbuf b = {0};
    for (size_t i = 0; i < j->header.cells; i++) {
        size_t c = j->header.column[i];
        bool hide = c != SIZE_MAX && j->x->column[c].personal && row->cell[i].n;
        strbuf_add(&b, i ? STR(" | ") : STR(""));
        strbuf_add(&b, hide ? record_masked : row->cell[i]);
    }
    const char *text = arena_str(&j->w->scratch, strbuf_str(&b)).p;
    strbuf_release(&b);
    return text;
}

static struct csvrec as_record(const struct job *j, const struct csvrec *rec,
                               const struct ragged_row *row)
{
    struct csvrec r = {.line = rec->line, .lines = 1, .raw = row->raw, .field = row->cell};
    r.n = j->header.cells;
    r.broken = true; /* nobody knows in which of its cells something personal stands */
    return r;
}

/* Several records in one line, or one whose cells can be guessed. *took: it was. */
static bool mend(struct job *j, const struct csvrec *rec, bool *took, struct err *e)
{
    struct arena *a = &j->w->scratch;
    struct ragged_row *part, one;
    bool ok = true;
    if (!j->ragged)
        j->ragged = ragged_new(&j->header.dialect, j->w->text.text, j->first, j->header.cells);
    size_t n = ragged_split(j->ragged, rec->raw, a, &part);
    *took = n || ragged_mend(j->ragged, rec->raw, a, &one);
    if (!*took)
        return true;
    if (!n)
        part = &one;
    warn_row(j, rec, n ? "W-ROW-03" : "W-ROW-02", n ? "" : read_as(j, part));
    for (size_t i = 0; ok && i < (n ? n : 1); i++) {
        struct csvrec r = as_record(j, rec, &part[i]);
        enum rawfile_class class = n ? rawfile_classify(j, &r) : CLASS_DATA;
        if (class == CLASS_DATA)
            ok = rawfile_take_row(j, &r, e);
        else
            rawfile_take_other(j, &r, class);
    }
    return ok;
}

bool rawfile_take_ragged(struct job *j, const struct csvrec *rec, struct err *e)
{
    bool took = false, ok = true;
    if (j->form.ragged == RAGGED_PAD && !rec->broken && rec->n < j->header.cells) {
        warn_row(j, rec, "W-ROW-01", "");
        return rawfile_take_row(j, rec, e);
    }
    if (j->form.ragged == RAGGED_MEND)
        ok = mend(j, rec, &took, e);
    if (!took)
        rawfile_reject(j, rec, rec->broken ? REASON_QUOTE_OPEN : REASON_FIELD_COUNT);
    return ok;
}
