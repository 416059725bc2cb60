/*
 * Eight rows of the table E of small_conf.h in two blocks, one with text dictionaries and one
 * without, for the tests of what is computed from rows.
 */
#ifndef TESTS_UNIT_SMALL_ROWS_H
#define TESTS_UNIT_SMALL_ROWS_H

#include "tests/unit/small_conf.h"

#define NONE TABLE_MISSING
enum { D = 86400, Y19 = 17897, BLOCK_ROWS = 4 };
#define AT(day, second) ((int64_t)(day)*D + (second))

/* id  org  status  at                   due         person  n  fee
 * a1  O2   办结    2019-01-01 00:00:00  2019-01-05  p1      1  100.00
 * a2  O1   办结    2019-01-31 23:59:59  2019-01-01  p2      2    0.50
 * a3  O1   在办    2019-02-01 00:00:00  -           p1      -    -
 * a4  -    办结    2019-12-31 23:59:59  2020-01-01  -       3   -1.25
 * a5  O2   办结    2018-12-31 23:59:59  2019-01-01  p3      4    7.00
 * a6  O3   作废    2019-03-03 00:00:00  2019-03-04  p4      5    1.00
 * a7  O2   在办    2019-12-01 12:00:00  -           p2      6    2.00
 * a8  O1   办结    2018-05-05 00:00:00  2018-05-06  p1      -    3.00
 * a1 to a4 stand in f1, lines 11 to 14, a5 to a8 in f2, lines 21 to 24. */
static const struct str id1[] = {S("a1"), S("a2"), S("a3"), S("a4")};
static const struct str org1_dict[] = {S("O2"), S("O1"), {NULL, 0}};
static const uint32_t org1_code[] = {0, 1, 1, 2};
static const int64_t status1[] = {0, 0, 1, 0};
static const int64_t at1[] = {AT(Y19, 0), AT(Y19 + 30, D - 1), AT(Y19 + 31, 0),
                              AT(Y19 + 364, D - 1)};
static const int64_t due1[] = {Y19 + 4, Y19, NONE, Y19 + 365};
static const struct str person1[] = {S("p1"), S("p2"), S("p1"), {NULL, 0}};
static const int64_t n1[] = {1, 2, NONE, 3};
static const int64_t fee1[] = {10000, 50, NONE, -125};

static const struct str id2[] = {S("a5"), S("a6"), S("a7"), S("a8")};
static const struct str org2[] = {S("O2"), S("O3"), S("O2"), S("O1")};
static const int64_t status2[] = {0, 2, 1, 0};
static const int64_t at2[] = {AT(Y19 - 1, D - 1), AT(Y19 + 61, 0), AT(Y19 + 334, D / 2),
                              AT(Y19 - 241, 0)};
static const int64_t due2[] = {Y19, Y19 + 62, NONE, Y19 - 240};
static const struct str person2_dict[] = {S("p4"), S("p3"), S("p2"), S("p1")};
static const uint32_t person2_code[] = {1, 0, 2, 3};
static const int64_t n2[] = {4, 5, 6, NONE};
static const int64_t fee2[] = {700, 100, 200, 300};

static const struct str file1[] = {S("f1"), S("f1"), S("f1"), S("f1")};
static const int64_t line1[] = {11, 12, 13, 14};
static const struct str file2_dict[] = {S("f2")};
static const uint32_t file2_code[] = {0, 0, 0, 0};
static const int64_t line2[] = {21, 22, 23, 24};

static struct tvec block1[CASE_END + 2] = {
    [CASE_ID] = {.dict = id1, .n_dict = 4},
    [CASE_ORG] = {.dict = org1_dict, .n_dict = 3, .code = org1_code},
    [CASE_STATUS] = {.v = status1},
    [CASE_AT] = {.v = at1},
    [CASE_DUE] = {.v = due1},
    [CASE_PERSON] = {.dict = person1, .n_dict = 4},
    [CASE_N] = {.v = n1},
    [CASE_FEE] = {.v = fee1},
    [CASE_END] = {.dict = file1, .n_dict = 4},
    [CASE_END + 1] = {.v = line1},
};
static struct tvec block2[CASE_END + 2] = {
    [CASE_ID] = {.dict = id2, .n_dict = 4},
    [CASE_ORG] = {.dict = org2, .n_dict = 4},
    [CASE_STATUS] = {.v = status2},
    [CASE_AT] = {.v = at2},
    [CASE_DUE] = {.v = due2},
    [CASE_PERSON] = {.dict = person2_dict, .n_dict = 4, .code = person2_code},
    [CASE_N] = {.v = n2},
    [CASE_FEE] = {.v = fee2},
    [CASE_END] = {.dict = file2_dict, .n_dict = 1, .code = file2_code},
    [CASE_END + 1] = {.v = line2},
};
static const struct tblock blocks[] = {{BLOCK_ROWS, CASE_END + 2, block1},
                                       {BLOCK_ROWS, CASE_END + 2, block2}};

#endif
