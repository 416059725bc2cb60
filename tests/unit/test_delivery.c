/*
 * Who must send and what came, by hand from contract 7: none of an export came; some submitter of
 * an export is silent; an empty file is a delivery, one that was replaced or unreadable is not. A
 * file whose cut-off is before the period is none of it, but may be one of the year before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pipeline/calc/delivery.h"

#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

enum { BEGIN = 17897, END = BEGIN + 364 }; /* of 2019, as days */

static struct submitter must_send[] = {{0, S("A")}, {0, S("B")}, {1, S("A")}};

static const struct {
    struct ledger_row row[3];
    size_t n;
    enum delivery expected[4]; /* of the period, of the year before */
} cases[] = {
    {{{.export = 0}}, 0, {DELIVERED_NONE, DELIVERED_NONE, DELIVERED_NONE, DELIVERED_NONE}},
    {{{.org = S("A"), .state = S("read"), .cutoff = END, .export = 0}},
     1,
     {DELIVERED_PART, DELIVERED_NONE, DELIVERED_PART, DELIVERED_NONE}},
    {{{.org = S("A"), .state = S("read"), .cutoff = END, .export = 0},
      {.org = S("B"), .state = S("empty"), .cutoff = END, .export = 0},
      {.org = S("A"), .state = S("read"), .cutoff = END, .export = 1}},
     3,
     {DELIVERED_ALL, DELIVERED_ALL, DELIVERED_ALL, DELIVERED_ALL}},
    {{{.org = S("A"), .state = S("read"), .cutoff = END, .export = 0},
      {.org = S("B"), .state = S("replaced"), .cutoff = END, .export = 0},
      {.org = S("A"), .state = S("unreadable"), .cutoff = END, .export = 1}},
     3,
     {DELIVERED_PART, DELIVERED_NONE, DELIVERED_PART, DELIVERED_NONE}},
    {{{.org = S("C"), .state = S("read"), .cutoff = END, .export = 1}},
     1,
     {DELIVERED_NONE, DELIVERED_PART, DELIVERED_NONE, DELIVERED_PART}},
    /* the last file of A is that of the year before; the first day of the period counts */
    {{{.org = S("A"), .state = S("read"), .cutoff = BEGIN - 1, .export = 0},
      {.org = S("B"), .state = S("read"), .cutoff = BEGIN, .export = 0},
      {.org = S("A"), .state = S("read"), .cutoff = BEGIN - 1, .export = 1}},
     3,
     {DELIVERED_PART, DELIVERED_NONE, DELIVERED_ALL, DELIVERED_ALL}},
    {{{.org = S("A"), .state = S("read"), .cutoff = BEGIN - 366, .export = 1}},
     1,
     {DELIVERED_NONE, DELIVERED_NONE, DELIVERED_NONE, DELIVERED_NONE}},
};

static void test_delivery(void **state)
{
    (void)state;
    const struct conf c = {.n_exports = 2};
    const struct refs refs = {
        .submitter = must_send, .n_submitters = 3, .year = 2019, .period_start = BEGIN};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ledger_row row[3] = {cases[i].row[0], cases[i].row[1], cases[i].row[2]};
        struct ledger l = {row, cases[i].n};
        enum delivery d[4];
        delivery_judge(&l, &c, &refs, d);
        for (size_t k = 0; k < 4; k++)
            assert_int_equal(d[k], cases[i].expected[k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_delivery)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
