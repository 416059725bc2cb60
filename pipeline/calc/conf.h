/*
 * What the configuration says, as data: exports, columns, enumerations, sets, indicators, styles.
 *
 * docs/config.md is the grammar. conf_load() turns the INI text into these structs and finds every
 * mistake that needs no data; expressions are kept as text with their place and compiled by
 * calc/plan.h. Everything lives in the arena of the struct conf and is read-only afterwards.
 * The engine below knows no export, column or indicator by name.
 */
#ifndef PIPELINE_CALC_CONF_H
#define PIPELINE_CALC_CONF_H

#include "pipeline/base/arena.h"
#include "pipeline/base/err.h"
#include "pipeline/base/map.h"
#include "pipeline/base/msg.h"
#include "pipeline/base/str.h"
#include "pipeline/calc/kind.h"
#include "pipeline/calc/schedule.h"
#include "pipeline/io/ini.h"

/* A text of the configuration with its place: an expression, a path. text.n = 0: not given. */
struct conf_text {
    struct str text;
    const char *file;
    int line;
};

/* A list of words. */
struct conf_words {
    struct str *word;
    size_t n;
};

/* [enum NAME] and [levels NAME] */
struct conf_enum {
    struct str name;
    struct str *label; /* canonical words by index, in order of the configuration */
    size_t n;
    int64_t *level;    /* [levels]: the number of each label; NULL for [enum] */
    char split;        /* [levels]: separator of several codes in a cell, 0 = none */
    struct map lookup; /* spelling, upper case, no white space -> index; canonical words too */
    uint32_t *rank;    /* index -> position of its label in byte order */
    const char *file;
    int line;
};

/* [type NAME]: a kind of column with extras */
struct idcheck; /* calc/idcheck.h */
struct conf_type {
    struct str name;
    const struct kind *kind;
    struct str *replace_from, *replace_to; /* one code point each -> text, applied in order */
    size_t n_replace;
    struct str suffix;              /* appended when the value does not end with it */
    struct conf_words strip_prefix; /* taken off repeatedly; $name = a parameter */
    bool upgrade_id;                /* 15-digit identity numbers become 18 (GB 11643) */
    int64_t width;                  /* of a code; 0: it may vary. A shorter number lost zeros */
    const struct idcheck **check;   /* a code should pass one of them */
    size_t n_check;
    const char *file;
    int line;
};

/* `column NAME = HEADER | ALIAS ... : TYPE, FLAG ...` */
struct conf_column {
    struct str name;
    struct conf_words header;     /* as they are matched: normalised, unit taken off */
    struct str title;             /* the first header as written */
    const struct conf_type *type; /* never NULL: built-in kinds have a type of their own */
    const struct conf_enum *e;    /* kinds enum, level and yesno, else NULL */
    bool key, required, fill_down, in_range, personal, mapped;
    bool found;      /* it is not declared, but was found in files (calc/allcolumns.h) */
    size_t day;      /* kind org: column that gives the reference day; SIZE_MAX = cut-off */
    size_t fallback; /* kind org: column with the organisation's code; SIZE_MAX = none */
    const char *file;
    int line;
};

struct conf_order {
    size_t first, second; /* columns: the day of `second` is not before the day of `first` */
};

/* How files are written and read, as far as that is said. 0, n = 0: not said. */
enum conf_dialect { DIALECT_UNSET, DIALECT_AUTO, DIALECT_PLAIN };
enum conf_quote { QUOTE_UNSET, QUOTE_DOUBLE, QUOTE_SINGLE, QUOTE_NONE };
enum conf_escape { ESCAPE_UNSET, ESCAPE_DOUBLED, ESCAPE_BACKSLASH };
enum conf_encoding {
    ENCODING_UNSET,
    ENCODING_UTF8,
    ENCODING_GB18030,
    ENCODING_UTF16LE,
    ENCODING_UTF16BE
};
enum conf_ragged { RAGGED_UNSET, RAGGED_REJECT, RAGGED_PAD, RAGGED_MEND };
struct conf_form {
    enum conf_dialect dialect; /* is it found out when need be? unset: yes */
    struct str delimiter;      /* the only one that is tried */
    enum conf_quote quote;     /* unset: double */
    enum conf_escape escape;   /* unset: doubled */
    enum conf_ragged ragged;   /* what becomes of a record with too few or too many cells */
    /* of a single file only */
    enum conf_encoding encoding; /* unset: told from the text (io/decode.h) */
    int64_t header;              /* physical line of the header */
    int64_t skip;                /* so many physical lines at the beginning are passed over */
};

/* [file PATTERN]: what is said of single files */
struct conf_file {
    struct str pattern; /* of paths below raw, as fnmatch(3) has it; a NUL follows */
    struct conf_form form;
    const char *file;
    int line;
};

/* [export ID] */
struct conf_export {
    struct str id, title;
    struct conf_text files; /* pattern of file names below raw; see calc/filename.h */
    struct conf_column *column;
    size_t n;
    struct conf_order *order;
    size_t n_order;
    size_t *key;  /* columns of the key, in order of the configuration */
    size_t n_key; /* 0 only with `all`: then no two rows are one */
    bool all;     /* takes all columns that its files have (calc/allcolumns.h) */
    struct conf_form form;
    const char *file;
    int line;
};

/* One possible limit of a deadline: a number and its unit column. */
struct conf_limit {
    size_t number, unit; /* columns; unit SIZE_MAX = default unit */
};
struct conf_unit {
    struct str name;
    int64_t factor;
    bool workdays;
};

/* [deadline NAME]: a date column added to a table by merge */
struct conf_deadline {
    struct str name;
    size_t export;             /* index of the table it is added to */
    size_t start, given;       /* columns; given SIZE_MAX = none */
    struct conf_text same_day; /* condition: due on the day of start */
    struct conf_limit *limit;  /* the first whose number is present counts */
    size_t n_limit;
    struct conf_unit *unit;
    size_t n_unit;
    size_t default_unit;
    size_t extend; /* column of the extension, SIZE_MAX = none */
    struct conf_text extend_when;
    size_t pause_export;         /* SIZE_MAX = none */
    size_t pause_join, pause_on; /* column of pause_export = column of export */
    size_t pause_start, pause_end;
    size_t pause_open; /* column of export whose day ends an open pause */
    const char *file;
    int line;
};

/* [event NAME]: a table of events made of the rows of an export that report the same one */
struct conf_event {
    struct str name;
    size_t export;
    struct conf_text where;
    size_t *same; /* columns that must agree */
    size_t n_same;
    struct conf_text keep; /* condition of the row to keep */
    size_t largest;        /* column: the largest value decides among several or none */
    size_t maximum;        /* column that takes the largest value of the group, SIZE_MAX = none */
    const char *file;
    int line;
};

/* [set NAME]: rows of a table, an event table or another set */
struct conf_set {
    struct str name;
    struct conf_text from, where;
    const char *file;
    int line;
};

/* [style NAME] */
struct conf_style {
    struct str name;
    const struct style_kind *kind; /* calc/style.h */
    int decimals;
    bool trim;      /* drop trailing zeros of the decimals */
    bool clamp;     /* 100 only when all, 0 only when none */
    bool unsigned_; /* print the absolute value */
    struct str prefix, suffix;
    struct str zero;  /* printed for a numerator of 0; n = 0: none */
    struct str whole; /* printed when numerator = denominator > 0; n = 0: none */
    struct style_step {
        int64_t below, step; /* for values below `below` (INT64_MAX: all): round to `step` */
    } * step;
    size_t n_step;
    int64_t within; /* hedge_up: only when the value is at most this far below the step */
    struct style_unit {
        struct str name;
        int64_t size, from; /* used from this value on */
    } * unit;               /* scaled: largest first */
    size_t n_unit;
    const struct conf_style *fallback; /* hedge_up: printed so otherwise */
    const char *file;
    int line;
};

/* Statistics beside the figures. 0 in an indicator: as in [statistics]. */
enum conf_interval { INTERVAL_UNSET, INTERVAL_WILSON, INTERVAL_CLOPPER_PEARSON, INTERVAL_NONE };
enum conf_test { TEST_UNSET, TEST_EXACT, TEST_NONE };
enum conf_outlier { OUTLIERS_UNSET, OUTLIERS_HAMPEL, OUTLIERS_MAD, OUTLIERS_NONE };
struct conf_methods {
    enum conf_interval interval;
    enum conf_test test;
    enum conf_outlier outliers;
    double outlier_times; /* further from the median than so many scaled MADs */
};

/* [statistics] */
struct conf_statistics {
    struct conf_methods methods;
    int64_t confidence, significance; /* in percent */
    int64_t small_count, small_base;  /* below: too few to say anything */
    int64_t missing_factor; /* how large an absent organisation may be, in % of last year */
};

/* [indicator ID] */
struct conf_indicator {
    struct str id, name, name_en, chapter, unit, note;
    struct conf_text from, where, value;
    struct conf_text by_org, by_month; /* a column each */
    bool cross;                        /* and each month of each organisation */
    struct conf_text prior;            /* an indicator with last year's value */
    bool last_year;                    /* period = last_year */
    int64_t divide;                    /* the ratio is divided by this; default 1 */
    struct conf_style style;           /* the named style with the indicator's own changes */
    struct conf_methods methods;       /* its own; see conf_methods() */
    struct conf_words words;           /* how a draft speaks of it (publish/placing.h) */
    struct conf_words measures;        /* measure words a draft may use beside the unit */
    enum { SIGN_NONE, SIGN_RISE, SIGN_FALL } sign; /* what a positive value of a change is */
    struct str chosen; /* which reading `value` is; n = 0: there is only one */
    const char *file;
    int line;
};

/* `reading NAME = ...`: another reading of an indicator */
struct conf_alternative {
    size_t of; /* the indicator */
    struct str name;
    struct conf_indicator own; /* what it has of its own: value, from, where, by_org, by_month */
};

/* --- the draft of the report --- */

/* A text with slots, taken apart. */
enum piece_kind {
    PIECE_TEXT,     /* text */
    PIECE_FIGURE,   /* the figure `index`, in the style, or in its own when that is NULL */
    PIECE_SENTENCE, /* the sentence `index` */
    PIECE_PARTS,    /* the parts of the sentence in hand */
    PIECE_YEAR,     /* of the period */
    PIECE_LAST_YEAR,
    PIECE_CUTOFF
};
struct conf_piece {
    enum piece_kind kind;
    struct str text;
    size_t index;
    const struct conf_style *style;
};
struct conf_template {
    struct conf_piece *piece;
    size_t n;
};

/* `variant NAME = CONDITION | TEXT`, `part NAME = CONDITION | TEXT` */
struct ast; /* calc/expr_ast.h */
struct conf_choice {
    struct str name;
    const struct ast *when; /* over figures (calc/rule.h); NULL after a mistake */
    struct conf_template text;
};

/* [sentence NAME] */
struct conf_sentence {
    struct str name;
    struct conf_template text;   /* where no variant holds */
    struct conf_choice *variant; /* the first that holds */
    size_t n_variants;
    struct conf_choice *part; /* all that hold */
    size_t n_parts;
    struct str between, before, after; /* of the parts */
    const char *file;
    int line;
};

/* [paragraph NAME] */
struct conf_paragraph {
    struct str name;
    struct conf_template heading, text;
    const char *file;
    int line;
};

/* [draft] */
struct conf_draft {
    struct conf_template title;
};

/* [proofread]: how the numbers of a finished draft are read */
struct conf_proofread {
    struct conf_words ignore;        /* words whose numbers are none */
    struct conf_words before, after; /* next to a number: it is none */
    struct conf_words brackets;      /* two characters each: what is between is passed over */
    struct conf_words about, near, above, reach; /* hedges, by what they mean */
    struct conf_words points;                    /* percentage points */
    struct conf_words rise, fall;
    struct conf_words partial;   /* the number behind is not the whole year's */
    struct conf_words last_year; /* the number behind is last year's ... */
    struct conf_words compared;  /* ... unless one of these says that it is compared */
};

enum severity { SEV_FATAL, SEV_WARN, SEV_NOTE };
extern const char *const severity_name[3]; /* "fatal", "warn", "note" */

/* A limit: so many, or so many percent. */
struct conf_bound {
    int64_t value;
    bool percent;
};

/* Of values from `from` on (until the next class) a change beyond the bound is too much. */
struct conf_size_class {
    int64_t from;
    struct conf_bound bound;
};

/* [check ID]: what each field means to a kind of check is said in calc/check.h and docs/config.md
 */
struct conf_check {
    struct str id, title;
    const struct check_kind *kind; /* calc/check.h; never NULL */
    enum severity severity;
    struct conf_text rule;    /* a comparison of figures */
    struct conf_text figures; /* ids by commas, or * */
    enum { OVER_WHOLE, OVER_ORG, OVER_MONTH, OVERS } over;
    struct conf_text from, where, value, by_org; /* rows, as of an indicator */
    struct conf_text same, different;            /* columns */
    struct conf_text start, end;                 /* columns */
    struct conf_text of, before, now;            /* columns */
    struct conf_text exports;                    /* ids by commas; none: all */
    struct conf_bound limit;
    int64_t base, times, factor, points;
    struct conf_size_class *size_class; /* by `from`, ascending */
    size_t n_classes;
    struct conf_words digits;
    const char *file;
    int line;
};

/* [chart NAME]: a chart of the page that publish makes. */
enum chart_kind {
    CHART_MONTHS,       /* a figure by months */
    CHART_ORGS,         /* a figure by organisations */
    CHART_PARTS,        /* figures that are parts of another */
    CHART_INTERVAL,     /* rates and their confidence intervals */
    CHART_DISTRIBUTION, /* how many rows have values between the breaks */
    CHART_KINDS
};
struct conf_chart {
    struct str name, title, title_en, note, note_en;
    enum chart_kind kind;
    size_t *figure; /* by indicators */
    size_t n;
    size_t whole;                        /* parts: of this one; SIZE_MAX: not given */
    struct conf_text from, where, value; /* distribution: of rows, as of an indicator */
    int64_t *breaks;                     /* distribution: ascending */
    size_t n_breaks;
    int64_t mark_below; /* distribution: values below it stand out; INT64_MIN: none */
    const char *file;
    int line;
};

/* [page]: what stands on top of it */
struct conf_page {
    size_t *headline; /* by indicators */
    size_t n;
};

/* [reference NAME]: a clean table below raw; which columns of it hold what */
enum ref_id {
    REF_PARAMETERS,    /* key, value */
    REF_CALENDAR,      /* day, workday */
    REF_ORGANISATIONS, /* alias, code, valid_from, valid_to */
    REF_CODE_MAP,      /* source, export, column, raw, canonical */
    REF_SUBMITTERS,    /* export, org */
    REF_BASELINE,      /* indicator, year, value; org, numerator, denominator, reading */
    REF_CORRECTIONS,   /* file, line, column, value, reason, person, date, before */
    REF_WAIVERS,       /* check, reason, person, expiry */
    REF_PUBLISHED,     /* period, indicator, org, value, source */
    REF_REVISIONS,     /* period, indicator, org, value, reason, person, date */
    REF_N,
    REF_KEPT = REF_CORRECTIONS /* from here on kept by the clerk: the file need not be there */
};
enum { REF_COLUMNS = 8 };
struct ref_row {
    const char *name;
    size_t n;
    const char *column[REF_COLUMNS]; /* what they mean, in order */
    size_t optional;                 /* so many at the end may be left out */
};
extern const struct ref_row ref_table[REF_N];

struct conf_ref {
    struct str file;                /* relative to raw; n = 0: not used */
    struct str column[REF_COLUMNS]; /* names in the file's header; n = 0: not used */
    bool named;                     /* they were given: then the file must have them */
    const char *conf_file;
    int line;
};

/* [reading]: how cells and records are understood */
struct conf_reading {
    struct conf_words null_tokens;   /* upper case */
    struct conf_words notes, totals; /* beginnings of records that are no data */
    struct conf_words delimiters;    /* one byte each, in order of trying */
    struct conf_words hedge_before, hedge_anywhere;
    struct conf_words measures; /* measure words, longest first */
    struct str *multiplier;     /* after digits, e.g. 万 */
    int64_t *multiplier_value;
    size_t n_multiplier;
    struct str *header_unit; /* beginning of a header's unit, e.g. 万 */
    int64_t *header_unit_value;
    size_t n_header_unit;
    const struct date_form **dates; /* calc/date.h: forms, in order of trying */
    size_t n_dates;
    bool keep_damaged;           /* a U+FFFD in a record does not reject it */
    int64_t header_records;      /* the header is looked for in so many records */
    int64_t earliest;            /* day: in_range columns lie between this ... */
    int64_t latest_after_cutoff; /* ... and the cut-off plus so many days */
};

struct conf_limits {
    int64_t files; /* files and folders below raw */
    int64_t file_bytes, record_bytes, field_bytes, reject_bytes;
    int64_t columns;         /* of a raw file, and of an export that takes all */
    int64_t reference_bytes; /* of a reference table */
    int64_t rows;            /* merged at a time: what memory merge takes */
    int64_t slip_lines;      /* of a return slip: different findings */
};

/* Who runs the stages: the rows of run/engine.c. */
enum conf_engine { ENGINE_LOCAL, ENGINE_SLURM, ENGINES };
#define CONF_ENGINES "local slurm"

/* [slurm]: tasks of a run on a cluster; texts as sbatch has them, n = 0: not given */
struct conf_slurm {
    struct str partition, account, time, memory;
    struct conf_words options; /* each begins with -- */
    int64_t cpus;              /* of a task */
    int64_t tasks;             /* into which a stage is cut at most */
    int64_t at_once;           /* of them; 0: any number */
    int64_t retries;           /* of a failed task */
    int64_t poll;              /* seconds */
};

/* [night]: when runs are expected, and what is kept of them (run/keep.h) */
struct conf_night {
    struct schedule schedule;
    int64_t late;      /* minutes */
    int64_t keep_runs; /* good runs in history/runs; 0: none */
    bool drop_inputs;  /* their raw files are not kept */
};

struct conf {
    struct arena arena;
    struct ini ini; /* the text that the words below are slices of */
    struct str title, title_en;
    enum lang language;
    struct str path; /* of the file given with -c */
    struct str raw,
        out; /* folders; relative ones are relative to the configuration file's folder */
    struct str key_file; /* of the hash key for personal columns */
    bool shared_key;     /* other districts have it, too */
    struct str group;    /* of files with single rows; n = 0: unchanged */
    int64_t jobs;        /* 0: one per core */
    int64_t gzip_level;  /* 1-9 */
    bool no_origin;      /* merged CSV tables without src_file and src_line */
    bool no_changes;     /* clean without the list of altered cells */
    struct str log;      /* file of the log; n = 0: none */
    enum conf_log_level { CONF_LOG_ERROR, CONF_LOG_WARNING, CONF_LOG_INFO } log_level;
    struct conf_text on_success, on_failure; /* commands after a run; n = 0: none */
    int64_t hook_seconds;                    /* that they may take */
    bool half_even;
    struct str missing;       /* printed for a figure without a value */
    struct conf_words ignore; /* endings of file names that are left alone */
    struct conf_reading reading;
    struct conf_limits limits;
    struct conf_night night;
    struct conf_statistics statistics;
    bool publish_gb18030;         /* [publish] summary.csv is GB18030, not UTF-8 with a BOM */
    struct conf_text files;       /* pattern of the exports that have none of their own */
    struct conf_file *files_said; /* [file] */
    size_t n_files_said;
    struct conf_ref ref[REF_N];
    struct tnote_list {
        struct str *key, *value;
        size_t n;
    } parameters; /* [parameters]; the reference table of that name overrides */
    struct conf_enum *enums;
    size_t n_enums;
    struct conf_type *types;
    size_t n_types;
    struct conf_export *exports;
    size_t n_exports;
    struct conf_deadline *deadlines;
    size_t n_deadlines;
    struct conf_event *events;
    size_t n_events;
    struct conf_set *sets;
    size_t n_sets;
    struct conf_style *styles;
    size_t n_styles;
    struct conf_indicator *indicators; /* those that are shown, then one for each alternative */
    size_t n_indicators;               /* that are shown */
    struct conf_alternative *alternatives;
    size_t n_alternatives;
    struct conf_check *checks;
    size_t n_checks;
    struct conf_page page;
    struct conf_chart *charts;
    size_t n_charts;
    struct conf_sentence *sentences;
    size_t n_sentences;
    struct conf_paragraph *paragraphs; /* in order of the configuration */
    size_t n_paragraphs;
    struct conf_draft draft;
    struct conf_proofread proofread;
    enum conf_engine engine;
    struct conf_slurm slurm;
    struct str canonical;  /* the effective settings as text: equal for equal meaning */
    struct str definition; /* the same of those that decide what a figure means: how cells are read,
                              words, exports, deadlines, events, sets, values of figures */
};

/* Reads `path` and all it includes into *c. Every mistake is added to *problems (E-CONF-...; their
 * order is that of discovery, see problems_sort); false when there is one. *c is then filled as far
 * as it can be - a reference to an unknown name becomes one to the nearest name - so that
 * plan_build can look for more. *c must be released in any case. */
bool conf_load(const char *path, struct conf *c, struct problems *problems);
void conf_release(struct conf *c);

/* Does somebody want the setting `key` of the section [kind name]? key.n = 0: that it is there. */
typedef bool conf_wants(void *context, struct str kind, struct str name, struct str key);

/* The settings that are wanted (NULL: all) as conf.canonical has them; in the arena. */
struct str conf_part(const struct conf *c, conf_wants *wants, void *context, struct arena *a);

/* Index by name, or SIZE_MAX. */
size_t conf_find_export(const struct conf *c, struct str id);
size_t conf_find_column(const struct conf_export *x, struct str name);
size_t conf_find_indicator(const struct conf *c, struct str id);

/* Has some export a personal column? */
bool conf_has_personal(const struct conf *c);

/* How many indicators are computed, shown or not. */
size_t conf_figures(const struct conf *c);

/* The statistics of an indicator: its own where given, else those of [statistics]. */
struct conf_methods conf_methods(const struct conf *c, const struct conf_indicator *x);

/* Is the path one of those that f is about? */
bool conf_file_matches(const struct conf_file *f, struct str path);

/* What is said of the file at `path`: by the [file] sections it matches, the later one first, then
 * by its export. *said: a section says how it is written. path.p ends with a NUL. */
struct conf_form conf_form_of(const struct conf *c, size_t export, struct str path, bool *said);

/* The table type of a column's values. */
enum tcol_type conf_column_type(const struct conf_column *c);

/* Of `n` names the one nearest to `name` (edit distance of at most a third of its characters, but
 * 1 in any case, and not all of them; the first of equals), or "" when none is near; for "did you
 * mean". */
struct str conf_nearest(struct str name, const struct str *names, size_t n);

#endif
