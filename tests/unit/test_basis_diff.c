/* What has changed between two texts of what a result rests on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "pipeline/run/basis_diff.h"

static const char base[] = "program tongji 1 aa\n"
                           "changes yes\n"
                           "raw 10 aa a b.csv\n"
                           "raw 0 unread c.csv\n"
                           "\n"
                           "version 1\n"
                           "year 2019\n"
                           "reference calendar aa\n"
                           "[tongji ]\n"
                           "title=x\n"
                           "[export E1]\n"
                           "column a=A : code\n"
                           "order=\"a\n\tb\"\n"
                           "[page ]\n";

/* "kind how name;" for each change. */
static const struct {
    const char *from, *to, *changes; /* in the text above, `from` becomes `to` */
} rows[] = {
    {"", "", ""},
    {"tongji 1 aa", "tongji 1 ab", "0 0 program;"},
    {"changes yes", "changes no", "2 0 changes;"},
    {"raw 10 aa a b.csv", "raw 10 ab a b.csv", "4 0 a b.csv;"},
    {"raw 10 aa a b.csv\n", "", "4 1 a b.csv;"},
    {"raw 0 unread c.csv", "raw 0 unread c.csv\nraw 7 cc d.csv", "4 2 d.csv;"},
    {"raw 0 unread c.csv", "raw 5 aa c.csv", "4 0 c.csv;"},
    {"year 2019", "year 2018", "5 0 year 2018;"},
    {"calendar aa", "calendar bb", "6 0 calendar;"},
    {"reference calendar aa\n", "", "6 1 calendar;"},
    {"title=x\n", "", "8 1 [tongji] title;"},
    {"title=x\n", "title=y\n", "8 0 [tongji] title;"},
    {"title=x\n", "title=x\nlanguage=en\n", "8 2 [tongji] language;"},
    {"column a=A", "column a=B", "8 0 [export E1] column a;"},
    {"\"a\n\tb\"", "\"a\n\tc\"", "8 0 [export E1] order;"},
    {"[export E1]\ncolumn a=A : code\norder=\"a\n\tb\"\n", "", "7 1 [export E1];"},
    {"[page ]\n", "[page ]\n[export E2]\ncolumn a=A : code\n", "7 2 [export E2];"},
    {"[page ]\n", "", "7 1 [page];"},
    {"title=x\n[export E1]\ncolumn a=A : code\norder=\"a\n\tb\"\n",
     "title=x\n[export E1]\norder=\"a\n\tb\"\ncolumn a=A : code\n", "9 0 ;"},
};

static void changes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena a = {0};
        struct basis_change *change;
        char said[1024] = "";
        size_t at = str_find_str(str_c(base), str_c(rows[i].from));
        struct str to = arena_printf(&a, "%.*s%s%s", (int)at, base, rows[i].to,
                                     base + at + strlen(rows[i].from));
        size_t n = basis_diff(str_c(base), to, &a, &change);
        for (size_t c = 0; c < n; c++) {
            size_t used = strlen(said);
            bool is_period = change[c].kind == BASIS_PERIOD;
            snprintf(said + used, sizeof said - used, "%d %d %s%.*s;", (int)change[c].kind,
                     (int)change[c].how, is_period ? "year " : "", STR_ARG(change[c].name));
        }
        assert_string_equal(said, rows[i].changes);
        arena_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(changes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
