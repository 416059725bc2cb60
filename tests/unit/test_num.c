/*
 * Numbers as people write them (expected/README.md of the sample, "i, m"); expectations by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pipeline/calc/conf.h"
#include "pipeline/calc/num.h"

#define W(z)                                                                                       \
    {                                                                                              \
        z, sizeof(z) - 1                                                                           \
    }

static struct str multiplier[] = {W("万"), W("亿"), W("千")};
static int64_t multiplier_value[] = {10000, 100000000, 1000};
static struct str before[] = {W("大约"), W("约"), W("近"), W("超过"), W("超"), W("达")};
static struct str anywhere[] = {W("余"),   W("多"),   W("左右"), W("以上"), W("几"),
                                W("若干"), W("数十"), W("数百"), W("数千")};
static struct str measures[] = {W("个工作日"), W("工作日"), W("人次"), W("场次"),
                                W("分钟"),     W("人"),     W("件"),   W("元"),
                                W("天"),       W("个"),     W("日")};

static const struct conf_reading reading = {
    .hedge_before = {before, sizeof before / sizeof before[0]},
    .hedge_anywhere = {anywhere, sizeof anywhere / sizeof anywhere[0]},
    .measures = {measures, sizeof measures / sizeof measures[0]},
    .multiplier = multiplier,
    .multiplier_value = multiplier_value,
    .n_multiplier = 3,
};

static const struct {
    const char *text;
    int64_t unit;
    int scale;
    enum num_result result;
    int64_t value;
} numbers[] = {
    {"0", 1, 0, NUM_OK, 0},
    {"1234", 1, 0, NUM_OK, 1234},
    {"007", 1, 0, NUM_OK, 7},
    {"1,234,567", 1, 0, NUM_OK, 1234567},
    {"12,345", 1, 0, NUM_OK, 12345},
    {"12,34", 1, 0, NUM_BAD, 0},
    {"1234,567", 1, 0, NUM_BAD, 0},
    {",123", 1, 0, NUM_BAD, 0},
    {"1,,234", 1, 0, NUM_BAD, 0},
    {"1,234.50", 1, 2, NUM_OK, 123450},
    {"1,2345", 1, 0, NUM_BAD, 0},
    {"1 234", 1, 0, NUM_OK, 1234},
    {"3.0", 1, 0, NUM_OK, 3},
    {"3.5", 1, 0, NUM_BAD, 0},
    {"1.", 1, 0, NUM_BAD, 0},
    {".5", 1, 2, NUM_BAD, 0},
    {"+5", 1, 0, NUM_BAD, 0},
    {"-5", 1, 2, NUM_OK, -500},
    {"--5", 1, 2, NUM_BAD, 0},
    {"5-", 1, 2, NUM_BAD, 0},
    {"25649.39", 1, 2, NUM_OK, 2564939},
    {"25649.390", 1, 2, NUM_OK, 2564939},
    {"25649.395", 1, 2, NUM_BAD, 0},
    {"5.5万", 1, 0, NUM_OK, 55000},
    {"5.5万元", 1, 2, NUM_OK, 5500000},
    {"8亿", 1, 2, NUM_OK, 80000000000},
    {"3千", 1, 0, NUM_OK, 3000},
    {"5千万", 1, 0, NUM_OK, 50000000},
    {"0.00001万", 1, 0, NUM_BAD, 0},
    {"0.0001万", 1, 0, NUM_OK, 1},
    {"万", 1, 0, NUM_BAD, 0},
    {"1人", 1, 0, NUM_OK, 1},
    {"12个工作日", 1, 0, NUM_OK, 12},
    {"30人次", 1, 0, NUM_OK, 30},
    {"30人次人", 1, 0, NUM_BAD, 0}, /* only one measure word is dropped */
    {"人", 1, 0, NUM_BAD, 0},
    {"一", 1, 0, NUM_OK, 1},
    {"两", 1, 0, NUM_OK, 2},
    {"零", 1, 0, NUM_OK, 0},
    {"十", 1, 0, NUM_OK, 10},
    {"十二", 1, 0, NUM_OK, 12},
    {"二十", 1, 0, NUM_OK, 20},
    {"一百零五", 1, 0, NUM_OK, 105},
    {"一百一十", 1, 0, NUM_OK, 110},
    {"九万", 1, 0, NUM_OK, 90000},
    {"一万二千三百四十五", 1, 0, NUM_OK, 12345},
    {"十万零三", 1, 0, NUM_OK, 100003},
    {"一亿二千万", 1, 0, NUM_OK, 120000000},
    {"二〇一九", 1, 0, NUM_OK, 2019},
    {"三十人", 1, 0, NUM_OK, 30},
    {"约5000", 1, 0, NUM_HEDGED, 0},
    {"约5000人", 1, 0, NUM_HEDGED, 0},
    {"近30", 1, 0, NUM_HEDGED, 0},
    {"大约30", 1, 0, NUM_HEDGED, 0},
    {"超过30", 1, 0, NUM_HEDGED, 0},
    {"140余", 1, 0, NUM_HEDGED, 0},
    {"140余人", 1, 0, NUM_HEDGED, 0},
    {"30多个", 1, 0, NUM_HEDGED, 0},
    {"30左右", 1, 0, NUM_HEDGED, 0},
    {"几十", 1, 0, NUM_HEDGED, 0},
    {"数百", 1, 0, NUM_HEDGED, 0},
    {"若干", 1, 0, NUM_HEDGED, 0},
    {"x9", 1, 0, NUM_BAD, 0},
    {"1e5", 1, 0, NUM_BAD, 0},
    {"98.2%", 1, 2, NUM_BAD, 0},
    {"1.23456", 10000, 2, NUM_OK, 1234560}, /* under a header with (万元) */
    {"1.2345678", 10000, 2, NUM_BAD, 0},
    {"5", 10000, 0, NUM_OK, 50000},
    {"一", 10000, 0, NUM_OK, 10000},
    {"9223372036854775807", 1, 0, NUM_OK, INT64_MAX},
    {"9223372036854775808", 1, 0, NUM_BAD, 0},
    {"99999999999999999999999999999999999999999", 1, 0, NUM_BAD, 0},
    {"92233720368547758.08", 1, 2, NUM_BAD, 0},
    {"922337203685477亿", 1, 0, NUM_BAD, 0},
    {"1万万万万万万万", 1, 0, NUM_BAD, 0},
    {"0.7415亿千", 100000000, 0, NUM_OK, 7415000000000000000}, /* 0.7415 * 10^8 * 10^3 * 10^8 */
    {"0亿亿亿亿亿亿", 1, 0, NUM_OK, 0},
    {"3.0000000000000000000000000000000000000000", 1, 0, NUM_OK, 3},
    {"1 2\t3\n人", 1, 0, NUM_OK, 123},
    {"1\x01", 1, 0, NUM_BAD, 0},
    {"", 1, 0, NUM_BAD, 0},
    {"-", 1, 2, NUM_BAD, 0},
    /* 81 zeros: the one at the end must not be cut off */
    {"0 00000000000000000000000000000000000000000000000000000000000000000000000000000000"
     "1",
     1, 0, NUM_OK, 1},
    /* more than 128 bytes are no number, whatever they begin with, but may be hedged */
    {"1 000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
     "00000000000000000000000000000000000000000000",
     1, 0, NUM_BAD, 0},
    {"1 000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
     "000000000000000000000000000000000000000000余",
     1, 0, NUM_HEDGED, 0},
    /* Two readings (一百五: 105, or 150 in speech), or none */
    {"一百五", 1, 0, NUM_BAD, 0},
    {"一万二", 1, 0, NUM_BAD, 0},
    {"一百二千", 1, 0, NUM_BAD, 0},
    {"一百零", 1, 0, NUM_BAD, 0},
    {"一万万", 1, 0, NUM_BAD, 0},
    {"百", 1, 0, NUM_BAD, 0},
    {"五十五五", 1, 0, NUM_BAD, 0},
    {"一百十五", 1, 0, NUM_OK, 115},
    {"一千零五十", 1, 0, NUM_OK, 1050},
    {"一百二十三万四千零五", 1, 0, NUM_OK, 1234005},
    {"十亿零一", 1, 0, NUM_OK, 1000000001},
    {"一万亿", 1, 0, NUM_OK, 1000000000000},
    {"九千九百九十九万亿", 1, 0, NUM_BAD, 0}, /* beyond 10^15 */
};

static void parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        int64_t v = 0;
        enum num_result r =
            num_parse(str_c(numbers[i].text), &reading, numbers[i].unit, numbers[i].scale, &v);
        if (r != numbers[i].result || (r == NUM_OK && v != numbers[i].value))
            fail_msg("%s: result %d, value %lld", numbers[i].text, (int)r, (long long)v);
    }
}

static void plain(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        int64_t value;
    } rows[] = {{"12", true, 12},
                {"-3", true, -3},
                {"", false, 0},
                {"-", false, 0},
                {"1x", false, 0},
                {" 1", false, 0},
                {"9223372036854775807", true, INT64_MAX},
                {"-9223372036854775808", true, INT64_MIN},
                {"9223372036854775808", false, 0},
                {"9999999999999999999", false, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t v = 0;
        assert_int_equal(num_parse_plain(str_c(rows[i].text), &v), rows[i].ok);
        if (rows[i].ok)
            assert_int_equal(v, rows[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(parse), cmocka_unit_test(plain)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
