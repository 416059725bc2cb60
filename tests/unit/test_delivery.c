/*
 * Who must send and what came, by hand from contract 7: none of an export came; some submitter of
 * an export is silent; an empty file is a delivery, one that was replaced or unreadable is not.
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

static struct submitter must_send[] = {{0, S("A")}, {0, S("B")}, {1, S("A")}};

static const struct {
    struct ledger_row row[3];
    size_t n;
    enum delivery expected[2];
} cases[] = {
    {{{.export = 0}}, 0, {DELIVERED_NONE, DELIVERED_NONE}},
    {{{.org = S("A"), .state = S("read"), .export = 0}}, 1, {DELIVERED_PART, DELIVERED_NONE}},
    {{{.org = S("A"), .state = S("read"), .export = 0},
      {.org = S("B"), .state = S("empty"), .export = 0},
      {.org = S("A"), .state = S("read"), .export = 1}},
     3,
     {DELIVERED_ALL, DELIVERED_ALL}},
    {{{.org = S("A"), .state = S("read"), .export = 0},
      {.org = S("B"), .state = S("replaced"), .export = 0},
      {.org = S("A"), .state = S("unreadable"), .export = 1}},
     3,
     {DELIVERED_PART, DELIVERED_NONE}},
    {{{.org = S("C"), .state = S("read"), .export = 1}}, 1, {DELIVERED_NONE, DELIVERED_PART}},
};

static void test_delivery(void **state)
{
    (void)state;
    const struct conf c = {.n_exports = 2};
    const struct refs refs = {.submitter = must_send, .n_submitters = 3};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ledger_row row[3] = {cases[i].row[0], cases[i].row[1], cases[i].row[2]};
        struct ledger l = {row, cases[i].n};
        enum delivery d[2];
        delivery_judge(&l, &c, &refs, d);
        assert_int_equal(d[0], cases[i].expected[0]);
        assert_int_equal(d[1], cases[i].expected[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_delivery)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
