/*
 * Numbers as they are said against exact values: by what the words claim, worked out by hand. The
 * values are those of the published report and their neighbours.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/publish/agree.h"
#include "tests/unit/scratch_conf.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static void test_agree(void **state)
{
    (void)state;
    static const struct {
        const char *said;
        int64_t num, den;
        const char *printed;
        enum agreement want;
    } cases[] = {
        {"76932件", 76932, 1, "76932件", AGREE_YES},
        {"76,932件", 76932, 1, "76932件", AGREE_YES},
        {"76923件", 76932, 1, "76932件", AGREE_NO},
        {"7.7万件", 76932, 1, "76932件", AGREE_ROUNDED},
        {"7.6万件", 76932, 1, "76932件", AGREE_ROUNDED}, /* cut off */
        {"7.8万件", 76932, 1, "76932件", AGREE_NO},
        {"约7.7万件", 76932, 1, "76932件", AGREE_ROUNDED},
        {"98.2%", 7290600, 74240, "98.2%", AGREE_YES},
        {"98.20%", 7290600, 74240, "98.2%", AGREE_YES},
        {"98%", 7290600, 74240, "98.2%", AGREE_ROUNDED},
        {"98.3%", 7290600, 74240, "98.2%", AGREE_NO},
        {"50.0%", 644 * 100, 1286, "50.1%", AGREE_ROUNDED}, /* 50.077... cut off */
        {"28%", 1900, 69, "28%", AGREE_YES},
        {"27%", 1900, 69, "28%", AGREE_ROUNDED},
        {"27.5%", 1900, 69, "28%", AGREE_ROUNDED},
        {"29%", 1900, 69, "28%", AGREE_NO},
        {"2.86万户", 28612, 1, "2.86万户", AGREE_YES},
        {"28612户", 28612, 1, "2.86万户", AGREE_YES},
        {"2.9万户", 28612, 1, "2.86万户", AGREE_ROUNDED},
        {"2.87万户", 28612, 1, "2.86万户", AGREE_NO},
        {"约8亿元", 80123456789, 100, "约8亿元", AGREE_YES},
        {"8亿元", 80123456789, 100, "约8亿元", AGREE_ROUNDED},
        {"8.01亿元", 80123456789, 100, "约8亿元", AGREE_ROUNDED},
        {"约9亿元", 80123456789, 100, "约8亿元", AGREE_NO},
        {"140余场", 144, 1, "140余场", AGREE_YES},
        {"140多场", 144, 1, "140余场", AGREE_YES},
        {"140场", 144, 1, "140余场", AGREE_ROUNDED},
        {"144场", 144, 1, "140余场", AGREE_YES},
        {"100余场", 144, 1, "140余场", AGREE_ROUNDED},
        {"150余场", 144, 1, "140余场", AGREE_NO},
        {"130余场", 144, 1, "140余场", AGREE_NO},
        {"近30家", 28, 1, "近30家", AGREE_YES},
        {"20余家", 28, 1, "近30家", AGREE_ROUNDED},
        {"30余家", 28, 1, "近30家", AGREE_ROUNDED}, /* its number stands there */
        {"近40家", 28, 1, "近30家", AGREE_NO},
        {"达7万人次", 70210, 1, "达7万人次", AGREE_YES},
        {"7万人次", 70210, 1, "达7万人次", AGREE_YES},
        {"7万余人次", 70210, 1, "达7万人次", AGREE_YES},
        {"8万人次", 70210, 1, "达7万人次", AGREE_NO},
        {"0件", 0, 1, "0件", AGREE_YES},
        {"5件", 0, 1, "", AGREE_NO},
    };
    struct scratch_conf t;
    struct mention_reader r;
    scratch_conf_begin(&t, "[tongji]\n");
    mention_reader_make(&t.conf, &t.arena, &r);
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct mention said, printed;
        struct exact x;
        assert_true(mention_first(&r, str_c(cases[i].said), &t.arena, &said));
        assert_true(exact_ratio(cases[i].num, cases[i].den, &x));
        bool has = mention_first(&r, str_c(cases[i].printed), &t.arena, &printed);
        if (agree(&said, x, has ? &printed : NULL) != cases[i].want)
            fail_msg("%s, printed %s", cases[i].said, cases[i].printed);
    }
    scratch_conf_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
