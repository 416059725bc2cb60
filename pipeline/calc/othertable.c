#include "pipeline/calc/othertable.h"

#include <string.h>

enum { COLUMNS = 256, NAME_BYTES = 120, TITLES = 2, ROWS = 2 };

static bool has_digit(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= '0' && s.p[i] <= '9')
            return true;
    return false;
}

/* A record as far as its last cell that is not blank. */
struct cells {
    struct str *cell; /* trimmed; of the reader's memory */
    size_t n, filled;
};

static struct cells cells_of(const struct csvrec *rec, struct arena *a)
{
    struct cells s = {ARENA_ARRAY(a, struct str, rec->n), 0, 0};
    for (size_t i = 0; !rec->broken && i < rec->n; i++) {
        s.cell[i] = str_trim(rec->field[i]);
        if (s.cell[i].n == 0)
            continue;
        s.filled++;
        s.n = i + 1;
    }
    return s;
}

static bool is_header_like(struct cells s)
{
    if (s.n < 2 || s.n > COLUMNS || s.filled < s.n)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.cell[i].n > NAME_BYTES || has_digit(s.cell[i]))
            return false;
        for (size_t k = 0; k < i; k++)
            if (str_eq(s.cell[i], s.cell[k]))
                return false;
    }
    return true;
}

/* What stands below a header. */
struct below {
    size_t rows;
    bool typed; /* digits in one of them */
    bool ends;  /* the text, or a blank record, is behind them */
};

static struct below look_below(struct csvin *c, size_t cells, struct arena *a)
{
    struct below b = {0};
    struct csvrec rec;
    while (b.rows < ROWS) {
        if (!csvin_next(c, &rec)) {
            b.ends = true;
            break;
        }
        struct cells s = cells_of(&rec, a);
        b.ends = !rec.broken && s.filled == 0;
        if (rec.broken || s.filled < 2 || csvin_cells(&rec, cells) != cells)
            break;
        b.rows++;
        for (size_t i = 0; i < s.n; i++)
            b.typed |= has_digit(s.cell[i]);
    }
    return b;
}

static bool is_enough(struct below b, enum othertable_place place, bool same_width)
{
    switch (place) {
    case OTHERTABLE_ABOVE:
    case OTHERTABLE_CLOSE:
        return b.rows == ROWS && b.typed && !same_width;
    case OTHERTABLE_GAP:
        break;
    }
    return b.typed ? b.rows == ROWS || (b.rows && b.ends) : b.rows == ROWS && !same_width;
}

bool othertable_begins(struct csvin *c, const struct csvrec *rec, enum othertable_place place,
                       size_t own, struct arena *scratch, size_t *cells)
{
    struct cells s = cells_of(rec, scratch);
    struct csvrec next;
    csvin_expect(c, 0);
    for (int i = 0; i < TITLES && s.filled == 1 && place != OTHERTABLE_CLOSE; i++) {
        if (!csvin_next(c, &next))
            return false;
        s = cells_of(&next, scratch);
    }
    *cells = s.n;
    return is_header_like(s) && is_enough(look_below(c, s.n, scratch), place, s.n == own);
}
