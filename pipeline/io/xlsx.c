#include "pipeline/io/xlsx.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "pipeline/base/arena.h"
#include "pipeline/base/map.h"
#include "pipeline/base/mem.h"
#include "pipeline/base/sys.h"
#include "pipeline/io/xlsx_check.h"

enum {
    NAME_CHARS = 31,  /* of a sheet */
    NAME_BYTES = 100, /* of a cell */
    TEXT_BYTES = 32767,
    WIDEST = 48, /* columns are not made wider than that: their texts take several lines */
    NARROWEST = 5,
    LINE_POINTS = 15, /* height of a line */
    MOST_LINES = 20
};

/* How cells look; each is made once. */
struct look {
    enum xlsx_style style;
    int decimals; /* -1: text */
    bool percent;
};
struct format {
    struct look look;
    lxw_format *format;
};

struct xlsx_sheet {
    struct xlsx *x;
    lxw_worksheet *sheet;
    struct str name;
    size_t *width; /* of the texts so far, by column; owned */
    size_t n, cap;
    size_t row, lines; /* of the row written last: lines of its longest text */
};

struct xlsx {
    struct arena arena;
    lxw_workbook *book;
    const char *path, *font;
    const char *scratch;   /* folder of temporary files */
    int unmade;            /* errno where it could not be made */
    struct format *format; /* owned */
    size_t formats, format_cap;
    lxw_format *paint[XLSX_PAINTS];
    struct xlsx_sheet **sheet; /* owned, and what it points to */
    size_t sheets, sheet_cap;
    struct map names; /* of cells, in capitals */
    size_t cells;     /* written so far, each once */
    lxw_error failed; /* the first failure */
    FILE *stderr_before;
    bool complained; /* the library has written to stderr */
};

/* Where the library gets no memory for a text it may leave the text out and succeed; but the
 * allocation that failed has set errno, which was 0 when the workbook was begun. */
static void note(struct xlsx *x, lxw_error error)
{
    if (!error && errno == ENOMEM)
        error = LXW_ERROR_MEMORY_MALLOC_FAILED;
    if (!x->failed)
        x->failed = error;
}

/* --- the look of cells --- */

static const struct {
    double size; /* 0: that of the program */
    bool bold, border, wrap;
    lxw_color_t fill; /* 0: none */
} styles[] = {
    [XLSX_PLAIN] = {.wrap = true},
    [XLSX_CELL] = {.border = true, .wrap = true},
    [XLSX_HEADING] = {.bold = true, .border = true, .wrap = true, .fill = 0xdce6f1},
    [XLSX_TOTAL] = {.bold = true, .border = true, .fill = 0xf2f2f2},
    [XLSX_PART] = {.size = 12, .bold = true},
    [XLSX_TITLE] = {.size = 18, .bold = true},
};

static const struct {
    lxw_color_t font, fill;
    bool bold;
} paints[XLSX_PAINTS] = {
    [XLSX_RED] = {.font = 0xc00000},
    [XLSX_GREEN] = {.font = 0x00703c},
    [XLSX_BOLD] = {.font = LXW_COLOR_BLACK, .bold = true},
    [XLSX_YELLOW] = {.font = LXW_COLOR_BLACK, .fill = 0xfff2cc},
};

static void set_number_format(lxw_format *f, const struct look *l)
{
    char text[64] = "@"; /* what is typed into such a cell later is text too */
    if (l->decimals >= 0)
        snprintf(text, sizeof text, "0%s%.*s%s", l->decimals ? "." : "", l->decimals,
                 "000000000000000", l->percent ? "%" : "");
    format_set_num_format(f, text);
}

static lxw_format *new_format(struct xlsx *x)
{
    lxw_format *f = workbook_add_format(x->book);
    if (!f)
        x_out_of_memory(sizeof *f);
    return f;
}

static lxw_format *make_format(struct xlsx *x, const struct look *l)
{
    lxw_format *f = new_format(x);
    if (x->font)
        format_set_font_name(f, x->font);
    if (styles[l->style].size > 0)
        format_set_font_size(f, styles[l->style].size);
    if (styles[l->style].bold)
        format_set_bold(f);
    if (styles[l->style].wrap && l->decimals < 0)
        format_set_text_wrap(f);
    if (styles[l->style].fill)
        format_set_bg_color(f, styles[l->style].fill);
    if (styles[l->style].border && l->decimals < 0)
        format_set_indent(f, 1); /* not close up to a number on its left */
    if (styles[l->style].border) {
        format_set_border(f, LXW_BORDER_THIN);
        format_set_border_color(f, 0xbfbfbf);
    }
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    set_number_format(f, l);
    return f;
}

static lxw_format *format_of(struct xlsx *x, enum xlsx_style style, int decimals, bool percent)
{
    struct look l = {style, decimals, percent};
    for (size_t i = 0; i < x->formats; i++) {
        const struct look *o = &x->format[i].look;
        if (o->style == style && o->decimals == decimals && o->percent == percent)
            return x->format[i].format;
    }
    X_GROW(x->format, x->formats, x->format_cap);
    x->format[x->formats++] = (struct format){l, make_format(x, &l)};
    return x->format[x->formats - 1].format;
}

static lxw_format *paint_of(struct xlsx *x, enum xlsx_paint p)
{
    if (x->paint[p])
        return x->paint[p];
    lxw_format *f = x->paint[p] = new_format(x);
    format_set_font_color(f, paints[p].font);
    if (paints[p].bold)
        format_set_bold(f);
    if (paints[p].fill)
        format_set_bg_color(f, paints[p].fill);
    return f;
}

/* --- what the library says --- */

static ssize_t on_complaint(void *context, const char *p, size_t n)
{
    struct xlsx *x = context;
    (void)p;
    x->complained = true;
    return (ssize_t)n;
}

/* Memory that it does not get it mentions on stderr at most, and leaves something out of the
 * workbook: while it works, stderr is a stream that listens. */
static void listen_to_library(struct xlsx *x)
{
    const cookie_io_functions_t functions = {.write = on_complaint};
    FILE *f = fopencookie(x, "w", functions);
    if (!f)
        x_out_of_memory(BUFSIZ);
    setvbuf(f, NULL, _IONBF, 0); /* no memory of its own */
    x->stderr_before = stderr;
    stderr = f;
}

static void stop_listening(struct xlsx *x)
{
    FILE *f = stderr;
    stderr = x->stderr_before;
    fclose(f);
}

/* --- workbook and sheets --- */

struct xlsx *xlsx_new(const char *path, const struct xlsx_about *about)
{
    struct xlsx *x = x_calloc(1, sizeof *x);
    x->path = arena_str(&x->arena, str_c(path)).p;
    x->font = about->font ? arena_str(&x->arena, str_c(about->font)).p : NULL;
    const char *slash = strrchr(x->path, '/');
    /* Its temporary files lie beside the result, where there must be room anyway, in a folder of
     * their own: one that is left over is noticed. */
    struct str dir = slash ? (struct str){x->path, (size_t)(slash - x->path)} : STR(".");
    x->scratch = arena_printf(&x->arena, "%.*s/.workbook", STR_ARG(dir)).p;
    x->unmade = sys_mkdir(x->scratch, 0700) == 0 ? 0 : errno;
    lxw_workbook_options options = {.tmpdir = (char *)(uintptr_t)x->scratch};
    listen_to_library(x);
    errno = 0; /* for note */
    x->book = workbook_new_opt(x->path, &options);
    if (!x->book)
        x_out_of_memory(sizeof *x->book);
    lxw_doc_properties p = {.title = (char *)arena_str(&x->arena, str_c(about->title)).p,
                            .created = (time_t)(about->created ? about->created : 1)};
    note(x, workbook_set_properties(x->book, &p));
    return x;
}

/* Bytes of the first n characters of s, or of as many as there are. */
static size_t bytes_of(struct str s, size_t n)
{
    size_t i = 0;
    for (; i < s.n; i++)
        if (((unsigned char)s.p[i] & 0xc0) != 0x80 && n-- == 0)
            break;
    return i;
}

static const char *sheet_name(struct xlsx *x, struct str wanted)
{
    static const char banned[] = "[]:*?/\\'";
    wanted.n = bytes_of(wanted, NAME_CHARS);
    struct str name = arena_str(&x->arena, wanted.n ? wanted : STR("-"));
    for (char *p = (char *)name.p; *p; p++)
        if (strchr(banned, *p))
            *p = '-';
    const char *result = name.p;
    for (int i = 2; workbook_validate_sheet_name(x->book, result) != LXW_NO_ERROR; i++) {
        struct str most = {name.p, bytes_of(name, NAME_CHARS - 6)};
        result = arena_printf(&x->arena, "%.*s %d", STR_ARG(most), i).p;
    }
    return result;
}

struct xlsx_sheet *xlsx_sheet(struct xlsx *x, struct str name)
{
    struct xlsx_sheet *s = x_calloc(1, sizeof *s);
    const char *unique = sheet_name(x, name);
    s->x = x;
    s->name = str_c(unique);
    s->sheet = workbook_add_worksheet(x->book, unique);
    if (!s->sheet)
        x_out_of_memory(sizeof *s->sheet);
    X_GROW(x->sheet, x->sheets, x->sheet_cap);
    x->sheet[x->sheets++] = s;
    worksheet_set_paper(s->sheet, 9); /* A4 */
    worksheet_set_landscape(s->sheet);
    worksheet_fit_to_pages(s->sheet, 1, 0); /* one page wide, as many as it takes */
    worksheet_set_margins(s->sheet, 0.4, 0.4, 0.5, 0.6);
    note(x, worksheet_set_footer(s->sheet, "&C&A  &P / &N"));
    /* Ids are text on purpose: no green corners. */
    note(x, worksheet_ignore_errors(s->sheet, LXW_IGNORE_NUMBER_STORED_AS_TEXT, "A1:XFD1048576"));
    return s;
}

/* --- cells --- */

/* Makes room for a text of several lines: not every program does so by itself. */
static void heighten(struct xlsx_sheet *s, size_t row, size_t lines)
{
    if (row != s->row)
        s->lines = 1;
    s->row = row;
    if (lines <= s->lines)
        return;
    s->lines = lines < MOST_LINES ? lines : MOST_LINES;
    note(s->x, worksheet_set_row(s->sheet, (lxw_row_t)row, (double)s->lines * LINE_POINTS, NULL));
}

/* Columns of a character cell that s takes: two for a wide character. Characters from U+2E80 on,
 * the ideographs and full-width forms, begin with a byte from E2 BA on. */
static size_t display_width(struct str s)
{
    size_t n = 0, line = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool wide = c > 0xe2 || (c == 0xe2 && i + 1 < s.n && (unsigned char)s.p[i + 1] >= 0xba);
        if ((c & 0xc0) != 0x80)
            line += wide ? 2 : 1;
        if (c == '\n')
            line = 0;
        n = line > n ? line : n;
    }
    return n;
}

static void widen(struct xlsx_sheet *s, size_t col, size_t width)
{
    while (s->n <= col) {
        X_GROW(s->width, s->n, s->cap);
        s->width[s->n++] = 0;
    }
    if (width > s->width[col])
        s->width[col] = width;
}

void xlsx_width(struct xlsx_sheet *s, size_t col, size_t width)
{
    widen(s, col, 0);
    s->width[col] = width;
}

void xlsx_text(struct xlsx_sheet *s, size_t row, size_t col, struct str text, enum xlsx_style as)
{
    if (text.n > TEXT_BYTES) {
        text.n = TEXT_BYTES;
        while (text.n && ((unsigned char)text.p[text.n] & 0xc0) == 0x80)
            text.n--;
    }
    struct str z = arena_str(&s->x->arena, text.n ? text : STR(""));
    s->x->cells++;
    note(s->x, worksheet_write_string(s->sheet, (lxw_row_t)row, (lxw_col_t)col, z.p,
                                      format_of(s->x, as, -1, false)));
    /* Titles run on over the empty cells beside them; headings need room for the filter's button.
     */
    if (as == XLSX_TITLE || as == XLSX_PART)
        return;
    size_t width = display_width(text) + (as == XLSX_HEADING ? 3 : 2);
    widen(s, col, width);
    heighten(s, row, (width + WIDEST - 1) / WIDEST);
}

struct decimal {
    int64_t digits;
    int decimals;
    bool percent;
};

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool parse_decimal(struct str s, struct decimal *d)
{
    *d = (struct decimal){0};
    size_t i = s.n && s.p[0] == '-', first = i, n = 0, point = SIZE_MAX;
    for (; i < s.n && (digit(s.p[i]) || (s.p[i] == '.' && point == SIZE_MAX && i > first)); i++) {
        if (s.p[i] == '.') {
            point = i;
            continue;
        }
        n += n || s.p[i] != '0';
        if (n > XLSX_DIGITS)
            return false;
        d->digits = d->digits * 10 + (s.p[i] - '0');
        d->decimals += point != SIZE_MAX;
    }
    if (i == first || s.p[i - 1] == '.' || d->decimals > XLSX_DIGITS)
        return false;
    d->percent = i + 1 == s.n && s.p[i] == '%';
    if (i + d->percent != s.n)
        return false;
    if (s.p[first] == '0' && first + 1 < s.n && digit(s.p[first + 1]))
        return false;
    if (first)
        d->digits = -d->digits;
    return true;
}

/* The nearest double: both operands are exact (below 2^53, a power of ten up to 10^17), so that the
 * division rounds once. */
static double value_of(const struct decimal *d)
{
    double divisor = 1;
    for (int i = 0; i < d->decimals + (d->percent ? 2 : 0); i++)
        divisor *= 10;
    return (double)d->digits / divisor;
}

bool xlsx_number(struct xlsx_sheet *s, size_t row, size_t col, struct str text, enum xlsx_style as)
{
    struct decimal d;
    if (!parse_decimal(text, &d))
        return false;
    s->x->cells++;
    note(s->x, worksheet_write_number(s->sheet, (lxw_row_t)row, (lxw_col_t)col, value_of(&d),
                                      format_of(s->x, as, d.decimals, d.percent)));
    widen(s, col, text.n + 1);
    return true;
}

void xlsx_value(struct xlsx_sheet *s, size_t row, size_t col, struct str text, enum xlsx_style as)
{
    if (!xlsx_number(s, row, col, text, as))
        xlsx_text(s, row, col, text, as);
}

void xlsx_sum(struct xlsx_sheet *s, size_t row, size_t col, size_t first, size_t last,
              struct str sum)
{
    struct decimal d;
    if (!parse_decimal(sum, &d)) {
        xlsx_text(s, row, col, sum, XLSX_TOTAL);
        return;
    }
    char from[LXW_MAX_CELL_NAME_LENGTH], to[LXW_MAX_CELL_NAME_LENGTH];
    lxw_rowcol_to_cell(from, (lxw_row_t)first, (lxw_col_t)col);
    lxw_rowcol_to_cell(to, (lxw_row_t)last, (lxw_col_t)col);
    s->x->cells++;
    note(s->x, worksheet_write_formula_num(s->sheet, (lxw_row_t)row, (lxw_col_t)col,
                                           arena_printf(&s->x->arena, "=SUM(%s:%s)", from, to).p,
                                           format_of(s->x, XLSX_TOTAL, d.decimals, d.percent),
                                           value_of(&d)));
    widen(s, col, sum.n + 2);
}

/* --- tables, marks, names --- */

void xlsx_table(struct xlsx_sheet *s, size_t head, size_t last, size_t n)
{
    worksheet_freeze_panes(s->sheet, (lxw_row_t)head + 1, 0);
    note(s->x, worksheet_repeat_rows(s->sheet, (lxw_row_t)head, (lxw_row_t)head));
    note(s->x,
         worksheet_autofilter(s->sheet, (lxw_row_t)head, 0, (lxw_row_t)last, (lxw_col_t)(n - 1)));
}

void xlsx_mark(struct xlsx_sheet *s, size_t col, size_t first, size_t last, enum xlsx_when when,
               const char *text, enum xlsx_paint paint)
{
    static const uint8_t criteria[] = {
        [XLSX_ABOVE_0] = LXW_CONDITIONAL_CRITERIA_GREATER_THAN,
        [XLSX_BELOW_0] = LXW_CONDITIONAL_CRITERIA_LESS_THAN,
        [XLSX_IS] = LXW_CONDITIONAL_CRITERIA_EQUAL_TO,
        [XLSX_IS_NOT] = LXW_CONDITIONAL_CRITERIA_NOT_EQUAL_TO,
    };
    lxw_conditional_format c = {.type = LXW_CONDITIONAL_TYPE_CELL,
                                .criteria = criteria[when],
                                .format = paint_of(s->x, paint)};
    if (text)
        c.value_string = (char *)arena_printf(&s->x->arena, "\"%s\"", text).p;
    note(s->x, worksheet_conditional_format_range(s->sheet, (lxw_row_t)first, (lxw_col_t)col,
                                                  (lxw_row_t)last, (lxw_col_t)col, &c));
}

static bool name_byte(char c)
{
    return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
           (unsigned char)c >= 0x80;
}

void xlsx_name(struct xlsx_sheet *s, size_t row, size_t col, struct str name)
{
    struct arena *a = &s->x->arena;
    struct str z = arena_printf(a, "_%.*s", STR_ARG(name));
    for (char *p = (char *)z.p; *p; p++)
        if (!name_byte(*p))
            *p = '_';
    char *upper = arena_alloc(a, z.n);
    size_t taken = s->x->names.n;
    if (z.n > NAME_BYTES || map_put(&s->x->names, str_upper(z, upper), taken) != taken)
        return;
    char cell[LXW_MAX_CELL_NAME_LENGTH];
    lxw_rowcol_to_cell_abs(cell, (lxw_row_t)row, (lxw_col_t)col, true, true);
    note(s->x, workbook_define_name(s->x->book, z.p,
                                    arena_printf(a, "='%.*s'!%s", STR_ARG(s->name), cell).p));
}

/* --- the end --- */

static void set_widths(struct xlsx_sheet *s)
{
    for (size_t c = 0; c < s->n; c++) {
        size_t w = s->width[c] < NARROWEST ? NARROWEST : s->width[c];
        w = w > WIDEST ? WIDEST : w;
        note(s->x,
             worksheet_set_column(s->sheet, (lxw_col_t)c, (lxw_col_t)c, (double)w + 0.7, NULL));
    }
}

static void release(struct xlsx *x)
{
    for (size_t i = 0; i < x->sheets; i++) {
        free(x->sheet[i]->width);
        free(x->sheet[i]);
    }
    free(x->sheet);
    free(x->format);
    map_release(&x->names);
    arena_release(&x->arena);
    free(x);
}

bool xlsx_close(struct xlsx *x, struct err *e)
{
    for (size_t i = 0; i < x->sheets; i++)
        set_widths(x->sheet[i]);
    note(x, workbook_close(x->book)); /* frees the workbook in any case */
    stop_listening(x);
    bool ok = x->failed == LXW_NO_ERROR && !x->unmade;
    errno = x->unmade;
    if (x->unmade)
        err_sys(e, x->scratch);
    else if (!ok)
        err_set(e, ST_SYSTEM, x->path, "E-SYS-01", lxw_strerror(x->failed), NULL);
    else if (x->complained)
        ok = err_set(e, ST_SYSTEM, x->path, "E-XLSX-01", NULL);
    else if (chmod(x->path, 0644) != 0)
        ok = err_sys(e, x->path);
    ok = ok && xlsx_check(x->path, x->cells, e);
    if (!x->unmade && rmdir(x->scratch) != 0 && ok)
        ok = err_sys(e, x->scratch);
    if (!ok)
        sys_unlink(x->path);
    release(x);
    return ok;
}
