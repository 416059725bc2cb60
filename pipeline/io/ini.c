#include "pipeline/io/ini.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/sys.h"

enum { INI_DEPTH = 8, INI_BYTES = 16 << 20, INI_FILES = 1000, NO_SECTION = -1 };

/* Where included files are known by: a path can be written in many ways. */
struct file_id {
    dev_t dev;
    ino_t ino;
};

struct reader {
    struct ini *ini;
    struct problems *problems;
    struct file_id open[INI_DEPTH]; /* the files being read, outermost first */
    int depth;
    int files; /* read so far */
};

/* One file while it is read. The value in hand grows until a line that does not continue it. */
struct source {
    const char *file;
    int line;
    long section; /* index into ini->section; NO_SECTION before the first */
    struct str key;
    int key_line;
    bool has_value;
    struct strbuf value;
};

static void read_file(struct reader *r, const char *path, const char *from, int from_line);

static size_t section_open(struct ini *ini, struct str kind, struct str name, const char *file,
                           int line)
{
    for (size_t i = 0; name.n == 0 && i < ini->n; i++)
        if (ini->section[i].name.n == 0 && str_eq(ini->section[i].kind, kind))
            return i;
    X_GROW(ini->section, ini->n, ini->cap);
    ini->section[ini->n] =
        (struct ini_section){.kind = kind, .name = name, .file = file, .line = line};
    return ini->n++;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A fault of the system is none of the configuration: its status is the system's. */
/* fault: the system fails, whatever the number says of the path. */
static void cannot_read(struct reader *r, const char *file, int line, const char *path, int number,
                        bool fault)
{
    problems_add(r->problems, file, line, "E-CONF-01", path, strerror(number), NULL);
    if (fault || sys_is_fault(number))
        r->problems->e[r->problems->n - 1].status = ST_SYSTEM;
}

/* One element of an include: a path or a glob, relative to the including file. */
static void include_one(struct reader *r, const char *file, int line, struct str pattern)
{
    const char *slash = strrchr(file, '/');
    size_t folder = slash && pattern.n && pattern.p[0] != '/' ? (size_t)(slash - file) + 1 : 0;
    const char *path =
        arena_printf(&r->ini->arena, "%.*s%.*s", (int)folder, file, STR_ARG(pattern)).p;
    glob_t g;
    /* glob says nothing of a folder that it could not read, or not to its end, but leaves errno. */
    int rc, number;
    do {
        errno = 0;
        rc = pattern.n ? glob(path, GLOB_NOSORT, NULL, &g) : GLOB_NOMATCH;
        number = rc == GLOB_NOSPACE ? ENOMEM : errno;
        if (rc == 0 && sys_is_fault(number))
            globfree(&g);
    } while (number == EINTR);
    bool hidden = rc != 0 && number == EACCES; /* what is in there cannot be told */
    if (sys_is_fault(number) || hidden) {
        cannot_read(r, file, line, path, number, hidden);
        return;
    }
    if (rc != 0) {
        problems_add(r->problems, file, line, "E-CONF-05", path, NULL);
        return;
    }
    qsort(g.gl_pathv, g.gl_pathc, sizeof *g.gl_pathv, by_bytes);
    for (size_t i = 0; i < g.gl_pathc; i++)
        read_file(r, arena_str(&r->ini->arena, str_c(g.gl_pathv[i])).p, file, line);
    globfree(&g);
}

/* The value in hand is complete: it becomes an entry, and an include is read. */
static void value_end(struct reader *r, struct source *s)
{
    if (!s->has_value)
        return;
    s->has_value = false;
    struct str value = arena_str(&r->ini->arena, str_trim(strbuf_str(&s->value)));
    s->value.n = 0;
    struct ini_section *section = &r->ini->section[s->section];
    X_GROW(section->entry, section->n, section->cap);
    section->entry[section->n++] = (struct ini_entry){s->key, value, s->file, s->key_line};
    bool tongji = str_eq(section->kind, STR("tongji"));
    if (!tongji || !str_eq(s->key, STR("include")))
        return;
    struct str part;
    while (str_split(&value, ',', &part))
        include_one(r, s->file, s->key_line, part);
}

static void section_line(struct reader *r, struct source *s, struct str line)
{
    if (line.p[line.n - 1] != ']') {
        problems_add(r->problems, s->file, s->line, "E-CONF-06", line.p, NULL);
        line.n++;
    }
    struct str inside = str_trim((struct str){line.p + 1, line.n - 2});
    size_t word = 0;
    while (word < inside.n && inside.p[word] != ' ' && inside.p[word] != '\t')
        word++;
    s->section = (long)section_open(r->ini, (struct str){inside.p, word},
                                    str_trim(str_from(inside, word)), s->file, s->line);
}

static void key_line(struct reader *r, struct source *s, struct str line)
{
    size_t at = str_find(line, '=');
    struct str key = str_trim((struct str){line.p, at});
    if (at == line.n || key.n == 0) {
        problems_add(r->problems, s->file, s->line, "E-CONF-02", line.p, NULL);
        return;
    }
    if (s->section == NO_SECTION) {
        problems_add(r->problems, s->file, s->line, "E-CONF-03", arena_str(&r->ini->arena, key).p,
                     NULL);
        return;
    }
    s->key = key;
    s->key_line = s->line;
    s->has_value = true;
    strbuf_add(&s->value, str_trim(str_from(line, at + 1)));
}

static void one_line(struct reader *r, struct source *s, struct str raw)
{
    struct str line = str_trim(raw);
    if (line.n == 0)
        return;
    bool indented = line.p != raw.p;
    if (indented && s->has_value) {
        strbuf_addc(&s->value, ' ');
        strbuf_add(&s->value, line);
        return;
    }
    if (line.p[0] == '#' || line.p[0] == ';')
        return;
    line = arena_str(&r->ini->arena, line);
    value_end(r, s);
    if (line.p[0] == '[')
        section_line(r, s, line);
    else if (indented)
        problems_add(r->problems, s->file, s->line, "E-CONF-07", line.p, NULL);
    else
        key_line(r, s, line);
}

static void all_lines(struct reader *r, const char *file, struct str text)
{
    struct source s = {.file = file, .section = NO_SECTION};
    if (str_starts(text, STR("\xef\xbb\xbf")))
        text = str_from(text, 3);
    while (text.n) {
        size_t n = str_find(text, '\n');
        s.line++;
        one_line(r, &s, (struct str){text.p, n});
        text = str_from(text, n + 1);
    }
    value_end(r, &s);
    strbuf_release(&s.value);
}

/* The whole of fd, or a little more than INI_BYTES of it; false with errno. */
static bool slurp(int fd, struct strbuf *out)
{
    for (;;) {
        char *room = strbuf_room(out, 65536);
        ssize_t n = read(fd, room, 65536);
        if (n == 0 || out->n > INI_BYTES)
            return true;
        if (n > 0)
            out->n += (size_t)n;
        else if (errno != EINTR)
            return false;
    }
}

/* Is the file open further up, or are there too many? */
static bool loops(const struct reader *r, const struct stat *st)
{
    for (int i = 0; i < r->depth; i++)
        if (r->open[i].dev == st->st_dev && r->open[i].ino == st->st_ino)
            return true;
    return r->depth == INI_DEPTH;
}

static void too_many(struct reader *r, const char *file, int line, const char *code, int most)
{
    char limit[16];
    snprintf(limit, sizeof limit, "%d", most);
    problems_add(r->problems, file, line, code, limit, NULL);
}

/* from: the file that includes it, or NULL. */
static void read_file(struct reader *r, const char *path, const char *from, int from_line)
{
    struct strbuf text = {0};
    struct stat st;
    int fd = sys_open(path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0 || fstat(fd, &st) != 0) {
        cannot_read(r, from ? from : path, from_line, path, errno, fd >= 0);
    } else if (r->files++ == INI_FILES) {
        too_many(r, from, from_line, "E-CONF-64", INI_FILES);
    } else if (r->files > INI_FILES) { /* that was said */
    } else if (loops(r, &st)) {
        problems_add(r->problems, from, from_line, "E-CONF-04", path, NULL);
    } else if (!slurp(fd, &text)) { /* a folder can be opened, too */
        cannot_read(r, from ? from : path, from_line, path, errno, false);
    } else if (text.n > INI_BYTES) {
        too_many(r, path, 0, "E-CONF-63", INI_BYTES);
    } else {
        X_GROW(r->ini->file, r->ini->n_files, r->ini->cap_files);
        r->ini->file[r->ini->n_files++] = path;
        r->open[r->depth++] = (struct file_id){st.st_dev, st.st_ino};
        all_lines(r, path, strbuf_str(&text));
        r->depth--;
    }
    if (fd >= 0)
        sys_close(fd);
    strbuf_release(&text);
}

void ini_read(const char *path, struct ini *ini, struct problems *problems)
{
    *ini = (struct ini){0};
    struct reader r = {.ini = ini, .problems = problems};
    read_file(&r, arena_str(&ini->arena, str_c(path)).p, NULL, 0);
}

const struct ini_section *ini_find(const struct ini *ini, struct str kind, struct str name)
{
    for (size_t i = 0; i < ini->n; i++)
        if (str_eq(ini->section[i].kind, kind) && str_eq(ini->section[i].name, name))
            return &ini->section[i];
    return NULL;
}

void ini_release(struct ini *ini)
{
    for (size_t i = 0; i < ini->n; i++)
        free(ini->section[i].entry);
    free(ini->section);
    free(ini->file);
    arena_release(&ini->arena);
    *ini = (struct ini){0};
}
