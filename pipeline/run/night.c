#include "pipeline/run/night.h"

#include <stdio.h>

#include "pipeline/calc/num.h"
#include "pipeline/run/manifest.h"

/* An option and the commands that take it. */
static const struct {
    struct opt option;
    size_t offset;
    const char *commands;
} options[NIGHT_OPTIONS] = {
    {{0, "json", OPT_FLAG, NULL, NULL, {"输出 JSON", "print JSON"}},
     offsetof(struct night_request, json),
     "status verify history compare"},
    {{0,
      "prometheus",
      OPT_FLAG,
      NULL,
      NULL,
      {"输出 Prometheus 文本格式", "print Prometheus' text format"}},
     offsetof(struct night_request, prometheus),
     "status"},
    {{0, "all", OPT_FLAG, NULL, NULL, {"也比较各部门、各月的数字", "organisations and months too"}},
     offsetof(struct night_request, all),
     "compare"},
    {{0,
      "before",
      OPT_TEXT,
      NULL,
      "DATE|RUN",
      {"清除此日或此次运行之前的", "of runs before this day or run"}},
     offsetof(struct night_request, before),
     "purge"},
    {{0, "to", OPT_TEXT, NULL, "DIR", {"把重算结果留在该目录", "leave what was recomputed there"}},
     offsetof(struct night_request, to),
     "replay"},
};

static bool takes(size_t i, const char *command)
{
    struct str rest = str_c(options[i].commands), one;
    while (str_split(&rest, ' ', &one))
        if (str_eq(one, str_c(command)))
            return true;
    return false;
}

size_t night_rows(struct night_request *r, const char *command, struct opt *rows)
{
    size_t n = 0;
    for (size_t i = 0; i < NIGHT_OPTIONS; i++) {
        if (command && !takes(i, command))
            continue;
        rows[n] = options[i].option;
        rows[n++].value = (char *)r + options[i].offset;
    }
    return n;
}

static bool is_given(const struct night_request *r, size_t i)
{
    const char *field = (const char *)r + options[i].offset;
    return options[i].option.type == OPT_FLAG ? *(const bool *)(const void *)field
                                              : *(const char *const *)(const void *)field != NULL;
}

bool night_asked(const struct night_request *r)
{
    for (size_t i = 0; i < NIGHT_OPTIONS; i++)
        if (is_given(r, i))
            return true;
    return false;
}

void night_say(const struct night_request *r, const char *code, ...)
{
    struct arena a = {0};
    va_list ap;
    va_start(ap, code);
    struct str words = msg_words(&a, r->language, code, ap);
    va_end(ap);
    printf("%.*s\n", STR_ARG(words));
    arena_release(&a);
}

const char *night_number(struct arena *a, int64_t v)
{
    return arena_printf(a, "%lld", (long long)v).p;
}

void night_run(struct json *j, const char *key, const struct run_line *r)
{
    char started[32];
    manifest_time(r->started, started, sizeof started);
    json_flat_object(j, key);
    json_int(j, "run", r->number);
    json_text(j, "started", str_c(started));
    json_number(j, "seconds", r->seconds.n ? r->seconds : STR("0"));
    json_int(j, "exit", r->exit);
    json_text(j, "result", r->result);
    json_int(j, "files", r->files);
    json_int(j, "rows_read", r->rows_read);
    json_int(j, "kept_by_clean", r->kept);
    json_int(j, "rejected", r->rejected);
    json_int(j, "findings", r->findings);
    json_text(j, "program", r->program);
    json_end(j);
}

bool night_print(struct strbuf *text, struct err *e)
{
    bool ok = !text->n || fwrite(text->p, 1, text->n, stdout) == text->n || err_sys(e, "stdout");
    strbuf_release(text);
    return ok;
}

bool night_parse_run(const char *text, int64_t *number, struct err *e)
{
    return (num_parse_plain(str_c(text), number) && *number > 0) ||
           err_set(e, ST_CONFIG, NULL, "E-NIGHT-04", text, NULL);
}
