/*
 * Statistics against published values: NIST's Statistical Reference Datasets (StRD, public domain,
 * www.itl.nist.gov/div898/strd) - those typed in below, and those of ../shared/data/nist-strd where
 * it is - and R 4.2.2, with the call beside each value.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>

#include <cmocka.h>

#include "pipeline/calc/stats.h"

#define N_OF(a) (sizeof(a) / sizeof(a)[0])
enum { VALUES = 20000, LINE = 4096 };

/* --- digits reached --- */

/* Correct digits: minus the log of the relative error (absolute for 0); a certified value has 15.
 */
static double digits(double computed, long double certified)
{
    long double error = fabsl((long double)computed - certified);
    if (certified != 0)
        error /= fabsl(certified);
    return error < 1e-15L ? 15 : isnan(computed) ? 0 : (double)-log10l(error);
}

static void require(const char *set, const char *what, double computed, long double certified,
                    double needed)
{
    double got = digits(computed, certified);
    printf("    %-8s %-5s %22.15g %22.15Lg  %4.1f of %2.0f digits\n", set, what, computed,
           certified, got, needed);
    if (got < needed)
        fail_msg("%s: %s has %.1f digits, %.0f are needed", set, what, got, needed);
}

static double needed_coefficient(const char *set)
{
    static const struct {
        const char *set;
        double digits;
    } rows[] = {
        {"Wampler2", 11}, {"Norris", 11},  {"Pontius", 11}, {"NoInt1", 11},
        {"NoInt2", 11},   {"Longley", 11}, {"Filip", 7},
    };
    for (size_t i = 0; i < N_OF(rows); i++)
        if (strcmp(rows[i].set, set) == 0)
            return rows[i].digits;
    return 9;
}

/* --- data sets --- */

struct certified {
    long double mean, sd, lag1; /* univariate */
    long double coef[STATS_COLUMNS];
    size_t n_coef;
    bool no_intercept;
};

/* Values with decimals are made whole numbers of their last place, as the pipeline keeps what it
 * counts and money: 10000000.1 has no exact binary form, and its rounding alone leaves NumAcc4 a
 * standard deviation of 12 digits. */
static void check_univariate(const char *set, const long double *y, size_t n, int decimals,
                             const struct certified *c)
{
    long double whole[VALUES], scale = powl(10, decimals);
    for (size_t i = 0; i < n; i++)
        whole[i] = roundl(y[i] * scale);
    require(set, "mean", stats_mean(whole, n) / (double)scale, c->mean, 14);
    require(set, "sd", stats_sd(whole, n) / (double)scale, c->sd, 13);
    require(set, "lag1", stats_lag1(whole, n), c->lag1, 12);
}

/* v: n records of y and `predictors` x; more coefficients than columns: a polynomial of the one x.
 */
static void check_linear(const char *set, const long double *v, size_t n, size_t predictors,
                         const struct certified *c)
{
    size_t skip = !c->no_intercept, columns = c->n_coef;
    long double *x = calloc(n * columns, sizeof *x), *y = calloc(n, sizeof *y);
    struct stats_fit fit;
    assert_true(x && y);
    assert_true(predictors == 1 || predictors + skip == columns);
    for (size_t r = 0; r < n; r++) {
        const long double *record = v + r * (predictors + 1);
        y[r] = record[0];
        for (size_t k = 0; k < columns; k++)
            x[r * columns + k] = k < skip          ? 1
                                 : predictors == 1 ? powl(record[1], (long double)(k + 1 - skip))
                                                   : record[1 + k - skip];
    }
    assert_true(stats_fit(x, y, n, columns, &fit));
    for (size_t k = 0; k < columns; k++) {
        char what[24];
        snprintf(what, sizeof what, "B%zu", k + 1 - skip);
        require(set, what, fit.coef[k], c->coef[k], needed_coefficient(set));
    }
    free(x);
    free(y);
}

/* Appends the numbers of the text to v; *decimals becomes the most that one has. */
static size_t read_numbers(const char *text, long double *v, int *decimals)
{
    size_t n = 0;
    for (;;) {
        char *end;
        long double x = strtold(text, &end);
        if (end == text)
            return n;
        assert_true(n < VALUES);
        v[n++] = x;
        text += strcspn(text, ".");
        if (end - text - 1 > *decimals)
            *decimals = (int)(end - text - 1);
        text = end;
    }
}

/* --- sets that are typed in --- */

static const char longley[] = "60323 83.0 234289 2356 1590 107608 1947 "
                              "61122 88.5 259426 2325 1456 108632 1948 "
                              "60171 88.2 258054 3682 1616 109773 1949 "
                              "61187 89.5 284599 3351 1650 110929 1950 "
                              "63221 96.2 328975 2099 3099 112075 1951 "
                              "63639 98.1 346999 1932 3594 113270 1952 "
                              "64989 99.0 365385 1870 3547 115094 1953 "
                              "63761 100.0 363112 3578 3350 116219 1954 "
                              "66019 101.2 397469 2904 3048 117388 1955 "
                              "67857 104.6 419180 2822 2857 118734 1956 "
                              "68169 108.4 442769 2936 2798 120445 1957 "
                              "66513 110.8 444546 4681 2637 121950 1958 "
                              "68655 112.6 482704 3813 2552 123366 1959 "
                              "69564 114.2 502601 3931 2514 125368 1960 "
                              "69331 115.7 518173 4806 2572 127852 1961 "
                              "70551 116.9 554894 4007 2827 130081 1962";
static const char pontius[] =
    ".11019 150000 .21956 300000 .32949 450000 .43899 600000 .54803 750000 .65694 900000 "
    ".76562 1050000 .87487 1200000 .98292 1350000 1.09146 1500000 1.20001 1650000 "
    "1.30822 1800000 1.41599 1950000 1.52399 2100000 1.63194 2250000 1.73947 2400000 "
    "1.84646 2550000 1.95392 2700000 2.06128 2850000 2.16844 3000000 .11052 150000 "
    ".22018 300000 .32939 450000 .43886 600000 .54798 750000 .65739 900000 .76596 1050000 "
    ".87474 1200000 .98300 1350000 1.09150 1500000 1.20004 1650000 1.30818 1800000 "
    "1.41613 1950000 1.52408 2100000 1.63159 2250000 1.73965 2400000 1.84696 2550000 "
    "1.95445 2700000 2.06177 2850000 2.16829 3000000";
static const char filip[] =
    "0.8116 -6.860120914 0.9072 -4.324130045 0.9052 -4.358625055 0.9039 -4.358426747 "
    "0.8053 -6.955852379 0.8377 -6.661145254 0.8667 -6.355462942 0.8809 -6.118102026 "
    "0.7975 -7.115148017 0.8162 -6.815308569 0.8515 -6.519993057 0.8766 -6.204119983 "
    "0.8885 -5.853871964 0.8859 -6.109523091 0.8959 -5.79832982 0.8913 -5.482672118 "
    "0.8959 -5.171791386 0.8971 -4.851705903 0.9021 -4.517126416 0.909 -4.143573228 "
    "0.9139 -3.709075441 0.9199 -3.499489089 0.8692 -6.300769497 0.8872 -5.953504836 "
    "0.89 -5.642065153 0.891 -5.031376979 0.8977 -4.680685696 0.9035 -4.329846955 "
    "0.9078 -3.928486195 0.7675 -8.56735134 0.7705 -8.363211311 0.7713 -8.107682739 "
    "0.7736 -7.823908741 0.7775 -7.522878745 0.7841 -7.218819279 0.7971 -6.920818754 "
    "0.8329 -6.628932138 0.8641 -6.323946875 0.8804 -5.991399828 0.7668 -8.781464495 "
    "0.7633 -8.663140179 0.7678 -8.473531488 0.7697 -8.247337057 0.77 -7.971428747 "
    "0.7749 -7.676129393 0.7796 -7.352812702 0.7897 -7.072065318 0.8131 -6.774174009 "
    "0.8498 -6.478861916 0.8741 -6.159517513 0.8061 -6.835647144 0.846 -6.53165267 "
    "0.8751 -6.224098421 0.8856 -5.910094889 0.8919 -5.598599459 0.8934 -5.290645224 "
    "0.894 -4.974284616 0.8957 -4.64454848 0.9047 -4.290560426 0.9129 -3.885055584 "
    "0.9209 -3.408378962 0.9219 -3.13200249 0.7739 -8.726767166 0.7681 -8.66695597 "
    "0.7665 -8.511026475 0.7703 -8.165388579 0.7702 -7.886056648 0.7761 -7.588043762 "
    "0.7809 -7.283412422 0.7961 -6.995678626 0.8253 -6.691862621 0.8602 -6.392544977 "
    "0.8809 -6.067374056 0.8301 -6.684029655 0.8664 -6.378719832 0.8834 -6.065855188 "
    "0.8898 -5.752272167 0.8964 -5.132414673 0.8963 -4.811352704 0.9074 -4.098269308 "
    "0.9119 -3.66174277 0.9228 -3.2644011 ";
static const char noint2[] = "3 4 4 5 4 6";

static void test_typed_linear(void **state)
{
    (void)state;
    static const struct {
        const char *set, *data;
        size_t predictors;
        struct certified c;
    } rows[] = {
        {"Longley",
         longley,
         6,
         {.n_coef = 7,
          .coef = {-3482258.63459582L, 15.0618722713733L, -0.358191792925910E-01L,
                   -2.02022980381683L, -1.03322686717359L, -0.511041056535807E-01L,
                   1829.15146461355L}}},
        {"Pontius",
         pontius,
         1,
         {.n_coef = 3,
          .coef = {0.673565789473684E-03L, 0.732059160401003E-06L, -0.316081871345029E-14L}}},
        {"Filip",
         filip,
         1,
         {.n_coef = 11,
          .coef = {-1467.48961422980L, -2772.17959193342L, -2316.37108160893L, -1127.97394098372L,
                   -354.478233703349L, -75.1242017393757L, -10.8753180355343L, -1.06221498588947L,
                   -0.670191154593408E-01L, -0.246781078275479E-02L, -0.402962525080404E-04L}}},
        {"NoInt2", noint2, 1, {.n_coef = 1, .no_intercept = true, .coef = {0.727272727272727L}}},
    };
    static long double v[VALUES];
    int decimals = 0;
    for (size_t i = 0; i < N_OF(rows); i++) {
        size_t n = read_numbers(rows[i].data, v, &decimals);
        assert_int_equal(n % (rows[i].predictors + 1), 0);
        check_linear(rows[i].set, v, n / (rows[i].predictors + 1), rows[i].predictors, &rows[i].c);
    }
}

/* Wampler 1, 3, 4, 5: x = 0 to 20, y = 1 + x + ... + x^5 + size * deviation; the polynomial is the
 * certified fit of all of them. Wampler 2 has coefficients 10^-k and no deviation. */
static void test_wampler(void **state)
{
    (void)state;
    static const int deviation[21] = {759,   -2048, 2048,  -2048, 2523,  -2048, 2048,
                                      -2048, 1838,  -2048, 2048,  -2048, 1838,  -2048,
                                      2048,  -2048, 2523,  -2048, 2048,  -2048, 759};
    static const struct {
        const char *set, *factor; /* of each next coefficient */
        long double size;
    } rows[] = {
        {"Wampler1", "1", 0},   {"Wampler2", "0.1", 0},   {"Wampler3", "1", 1},
        {"Wampler4", "1", 100}, {"Wampler5", "1", 10000},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        long double v[42], factor = strtold(rows[i].factor, NULL);
        struct certified c = {.n_coef = 6, .coef = {1}};
        for (size_t k = 1; k < 6; k++)
            c.coef[k] = c.coef[k - 1] * factor;
        for (int x = 0; x < 21; x++) {
            long double y = rows[i].size * (long double)deviation[x];
            for (size_t k = 0; k < 6; k++)
                y += c.coef[k] * powl((long double)x, (long double)k);
            v[2 * x] = y;
            v[2 * x + 1] = (long double)x;
        }
        check_linear(rows[i].set, v, 21, 1, &c);
    }
}

/* NumAcc 2 to 4: a value, then 500 times one tenth less and one tenth more. */
static void test_numacc(void **state)
{
    (void)state;
    static const struct {
        const char *set, *first, *less, *more;
    } rows[] = {
        {"NumAcc2", "1.2", "1.1", "1.3"},
        {"NumAcc3", "1000000.2", "1000000.1", "1000000.3"},
        {"NumAcc4", "10000000.2", "10000000.1", "10000000.3"},
    };
    static const long double three[] = {10000001, 10000003, 10000002};
    check_univariate("NumAcc1", three, 3, 0,
                     &(struct certified){.mean = 10000002, .sd = 1, .lag1 = -0.5L});
    for (size_t i = 0; i < N_OF(rows); i++) {
        long double v[1001] = {strtold(rows[i].first, NULL)};
        for (size_t k = 1; k < 1001; k++)
            v[k] = strtold(k % 2 ? rows[i].less : rows[i].more, NULL);
        struct certified c = {.mean = v[0], .sd = 0.1L, .lag1 = -0.999L};
        check_univariate(rows[i].set, v, 1001, 1, &c);
    }
}

/* --- the sets of ../shared, whichever are there --- */

/* ../shared, or what TONGJI_SHARED names in its place. */
static const char *shared(void)
{
    const char *other = getenv("TONGJI_SHARED");
    return other ? other : "../shared";
}

/* Reads data/nist-strd/kind/set.csv below its header; its *columns and *decimals. 0 values: not
 * there. */
static size_t read_set(const char *kind, const char *set, long double *v, size_t *columns,
                       int *decimals)
{
    char path[512], line[LINE];
    snprintf(path, sizeof path, "%s/data/nist-strd/%s/%s.csv", shared(), kind, set);
    FILE *f = fopen(path, "r");
    size_t n = 0;
    if (!f)
        return 0;
    for (bool header = true; fgets(line, sizeof line, f); header = false) {
        *columns = header ? 1 : *columns;
        for (char *p = line; *p; p++)
            if (*p == ',') {
                *columns += header;
                *p = ' ';
            }
        n += header ? 0 : read_numbers(line, v + n, decimals);
    }
    fclose(f);
    assert_true(n > 0 && n % *columns == 0);
    return n;
}

static void take_certified(struct certified *c, const char *statistic, const char *parameter,
                           const char *value)
{
    long double v = strtold(value, NULL);
    if (strcmp(statistic, "mean") == 0)
        c->mean = v;
    else if (strcmp(statistic, "sd_n_minus_1") == 0)
        c->sd = v;
    else if (strcmp(statistic, "lag1_autocorr") == 0)
        c->lag1 = v;
    else if (strcmp(statistic, "coef") == 0) {
        assert_true(c->n_coef < STATS_COLUMNS);
        c->no_intercept |= c->n_coef == 0 && strcmp(parameter, "B0") != 0;
        c->coef[c->n_coef++] = v;
    }
}

static void check_set(const char *kind, const char *set, const struct certified *c)
{
    static long double v[VALUES];
    int decimals = 0;
    size_t columns = 0, n = read_set(kind, set, v, &columns, &decimals);
    if (n == 0)
        printf("    %s: not there, left out\n", set);
    else if (strcmp(kind, "univariate") == 0)
        check_univariate(set, v, n, decimals, c);
    else
        check_linear(set, v, n / columns, columns - 1, c);
}

static void test_shared(void **state)
{
    (void)state;
    char line[LINE], set[64] = "", kind[64] = "";
    struct certified c = {0};
    snprintf(line, sizeof line, "%s/data/nist-strd/certified_values.csv", shared());
    FILE *f = fopen(line, "r");
    if (!f) {
        printf("    %s is not there: Lottery, Lew, Mavro, Norris and NoInt1 are left out\n", line);
        skip();
    }
    while (fgets(line, sizeof line, f)) {
        char *rest = line, *cell[5];
        for (size_t i = 0; i < N_OF(cell); i++)
            cell[i] = rest ? strsep(&rest, ",\r\n") : NULL;
        if (!cell[4] || strcmp(cell[0], "dataset") == 0)
            continue;
        if (strcmp(cell[0], set) != 0) {
            if (*set)
                check_set(kind, set, &c);
            c = (struct certified){0};
            snprintf(set, sizeof set, "%s", cell[0]);
            snprintf(kind, sizeof kind, "%s", cell[1]);
        }
        take_certified(&c, cell[2], cell[3], cell[4]);
    }
    fclose(f);
    assert_true(*set);
    check_set(kind, set, &c);
}

static void test_dependent_columns(void **state)
{
    (void)state;
    static const long double x[] = {1, 2, 3, 1, 4, 5, 1, 6, 7, 1, 8, 9}, y[] = {1, 2, 3, 4};
    struct stats_fit fit;
    assert_false(stats_fit(x, y, 4, 3, &fit)); /* third = first + second */
    assert_false(stats_fit(x, y, 2, 3, &fit)); /* more columns than values */
    assert_false(stats_fit(x, y, 4, 0, &fit));
}

/* NIST: Norris and NoInt1 are in ../shared; Longley's errors are typed in. */
static void test_standard_errors(void **state)
{
    (void)state;
    static const long double certified[] = {
        890420.383607373L,  84.9149257747669L,  0.334910077722432E-01L, 0.488399681651699L,
        0.214274163161675L, 0.226073200069370L, 455.478499142212L};
    static long double v[VALUES];
    long double x[16 * 7], y[16];
    struct stats_fit fit;
    int decimals = 0;
    assert_int_equal(read_numbers(longley, v, &decimals), 16 * 7);
    for (size_t r = 0; r < 16; r++)
        for (size_t k = 0; k < 7; k++)
            x[r * 7 + k] = k ? v[r * 7 + k] : 1;
    for (size_t r = 0; r < 16; r++)
        y[r] = v[r * 7];
    assert_true(stats_fit(x, y, 16, 7, &fit));
    for (size_t k = 0; k < 7; k++)
        require("Longley", "error", fit.error[k], certified[k], 11);
    require("Longley", "sd", fit.residual_sd, 304.854073561965L, 11);
}

/* --- intervals and tests, against R --- */

static void near(double computed, double expected, double relative)
{
    double error = fabs(computed - expected);
    if (!(error <= relative * fabs(expected) || error < 1e-300))
        fail_msg("%.17g is not %.17g", computed, expected);
}

static void test_intervals(void **state)
{
    (void)state;
    /* binom.test(k, n)$conf.int and prop.test(k, n, correct = FALSE)$conf.int */
    static const struct {
        int64_t k, n;
        double exact_low, exact_high, wilson_low, wilson_high;
    } rows[] = {
        {72906, 74240, 0.98104990981503792, 0.98297465596445655, 0.98105046442793231,
         0.98296215390752073},
        {0, 20, 0, 0.16843347098308536, 0, 0.1611251580528193},
        {20, 20, 0.83156652901691464, 1, 0.83887484194718065, 1},
        {1, 1, 0.025, 1, 0.2065493143772375, 1},
        {5, 10, 0.18708602844739858, 0.81291397155260148, 0.23659309051256402, 0.76340690948743595},
        {175, 219, 0.73982735959452472, 0.85005697510209344, 0.74107095401887335,
         0.84679093080843382},
        {644, 1286, 0.47308627733459024, 0.52846537084950029, 0.47348869026874441,
         0.52806188789442665},
        {1842, 1842, 0.99799935496564562, 1, 0.99791885765576616, 1},
        {0, 1842, 0, 0.0020006450343543359, 0, 0.002081142344233847},
        {500000, 10000000, 0.049864999091129895, 0.050135261524307917, 0.049865091585340353,
         0.050135254145820707},
        {5000000, 10000000, 0.49969005252137105, 0.500309947478629, 0.49969010254337065,
         0.50030989745662935},
        {1, 10000000, 2.5317807952240312e-09, 5.5716421173607271e-07, 1.7652455711617401e-08,
         5.6649320196064601e-07},
        {9999999, 10000000, 0.99999944283578823, 0.99999999746821921, 0.99999943350679821,
         0.99999998234754439},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct stats_interval e = stats_clopper_pearson(rows[i].k, rows[i].n, 0.95);
        struct stats_interval w = stats_wilson(rows[i].k, rows[i].n, 0.95);
        near(e.low, rows[i].exact_low, 1e-10);
        near(e.high, rows[i].exact_high, 1e-10);
        near(w.low, rows[i].wilson_low, 1e-8);
        near(w.high, rows[i].wilson_high, 1e-8);
    }
    /* binom.test(175, 219, conf.level = 0.99)$conf.int */
    struct stats_interval e = stats_clopper_pearson(175, 219, 0.99);
    near(e.low, 0.72083755831794449, 1e-10);
    near(e.high, 0.86391985626810686, 1e-10);
    e = stats_clopper_pearson(123456789, 1000000000, 0.95);
    near(e.low, 0.12343640076268983, 1e-10);
    near(e.high, 0.12347717941704361, 1e-10);
    for (int64_t n = 1; n <= 1000; n++)
        assert_true(stats_wilson(0, n, 0.95).low == 0 && stats_wilson(n, n, 0.95).high == 1);
    assert_true(isnan(stats_wilson(0, 0, 0.95).low));
    assert_true(isnan(stats_clopper_pearson(3, 2, 0.95).high));
}

static void test_binomial(void **state)
{
    (void)state;
    /* binom.test(k, n, p)$p.value */
    static const struct {
        int64_t k, n;
        double p, expected;
    } rows[] = {
        {50, 119, 0.5, 0.098523627402257424},
        {69, 119, 0.5, 0.098523627402257424},
        {0, 1, 0.5, 1},
        {3, 3, 0.5, 0.25},
        {10, 30, 0.5, 0.09873714670538894},
        {5, 10, 0.5, 1},
        {0, 10, 0.5, 0.001953125},
        {1000, 2300, 0.5, 4.2874090021153251e-10},
        {500000, 1001000, 0.5, 0.31803654084032273},
        {4990000, 10000000, 0.5, 2.5448004911551821e-10},
        {7, 20, 0.3, 0.62949796667667735},
        {682, 925, 0.75, 0.38249155957485192},
        {2, 10, 0.9, 3.7359999999999943e-07},
    };
    for (size_t i = 0; i < N_OF(rows); i++)
        near(stats_binomial_test(rows[i].k, rows[i].n, rows[i].p), rows[i].expected, 1e-8);
    near(stats_poisson_test(50, 69), 0.098523627402257424, 1e-12); /* poisson.test(c(50, 69)) */
    near(stats_poisson_test(11, 14), 0.69003796577453591, 1e-12);  /* poisson.test(c(11, 14)) */
    near(stats_poisson_test(0, 0), 1, 0);
}

static void test_fisher(void **state)
{
    (void)state;
    /* fisher.test(matrix(c(a, n - a, b, m - b), 2))$p.value */
    static const struct {
        int64_t a, n, b, m;
        double expected;
    } rows[] = {
        {3, 4, 1, 4, 0.48571428571428582},
        {10, 15, 2, 13, 0.0093238210616054043},
        {0, 5, 0, 5, 1},
        {5, 5, 0, 5, 0.0079365079365079395},
        {175, 219, 160, 210, 0.41389814371570965},
        {72906, 74240, 70000, 71500, 3.2306925893621042e-05},
        {1842, 1842, 1800, 1805, 0.029613549531671779},
        {98200, 100000, 98000, 100000, 0.0011141972164700159},
        {5000000, 10000000, 5001000, 10000000, 0.65504374621140848},
        {30, 1000000, 60, 1000000, 0.0020597926501235687},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        near(stats_fisher_test(rows[i].a, rows[i].n, rows[i].b, rows[i].m), rows[i].expected, 1e-7);
        near(stats_fisher_test(rows[i].b, rows[i].m, rows[i].a, rows[i].n), rows[i].expected, 1e-7);
    }
}

/* --- quantiles and series, against R --- */

static void test_quantiles(void **state)
{
    (void)state;
    double x[] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9};
    static const struct {
        double p, type7, type1;
    } rows[] = {/* quantile(x, p) and quantile(x, p, type = 1) */
                {0, 1, 1},      {0.1, 1.4, 1}, {0.25, 3, 3}, {0.5, 5, 5},
                {0.75, 7.5, 8}, {0.9, 9, 9},   {1, 9, 9}};
    near(stats_mad(x, N_OF(x)), 2.9651999999999998, 1e-5); /* mad(x): R's factor has 5 digits */
    stats_sort(x, N_OF(x));
    near(stats_median(x, N_OF(x)), 5, 0);
    for (size_t i = 0; i < N_OF(rows); i++) {
        near(stats_quantile(x, N_OF(x), rows[i].p), rows[i].type7, 1e-14);
        near(stats_quantile_nearest(x, N_OF(x), rows[i].p), rows[i].type1, 0);
    }
    double hundred[100];
    for (int k = 1; k <= 100; k++)
        hundred[k - 1] = k;
    for (int k = 1; k <= 100; k++) /* a share of k % is reached by the k-th value; 0.07 * 100 > 7 */
        near(stats_quantile_nearest(hundred, 100, k / 100.0), k, 0);
}

static void test_series(void **state)
{
    (void)state;
    static const double y[] = {5, 7, 6, 9, 12, 11, 15, 14, 13, 18, 20, 60};
    static const double flat[] = {4, 4, 4, 4, 4, 9};
    bool out[12];
    double share[12], ratio[12];
    /* coef(lm(y ~ I(0:11)))[2]; median of (y[j] - y[i]) / (j - i) for all i < j */
    near(stats_slope_least_squares(y, 12), 2.9230769230769229, 1e-12);
    near(stats_slope_theil_sen(y, 12), 1.5857142857142859, 1e-12);
    assert_true(isnan(stats_slope_theil_sen(y, 1)));
    stats_outliers_mad(y, 12, 3, out);
    for (size_t i = 0; i < 12; i++)
        assert_int_equal(out[i], i == 11); /* median 12.5, mad 1.4826 * 5.5: beyond 36.96 */
    stats_outliers_mad(flat, 6, 3, out);
    assert_false(out[5]); /* a MAD of 0 says nothing */
    stats_outliers_hampel(y, 12, 3, 3, out);
    /* the last window: 13 18 20 60, median 19, mad 1.4826 * 3.5; the others hold no such value */
    for (size_t i = 0; i < 12; i++)
        assert_int_equal(out[i], i == 11);
    assert_true(stats_profile((const double[]){1, 2, 5}, 3, share, ratio));
    near(share[2], 0.625, 0);
    near(ratio[0], 0.375, 0);
    assert_false(stats_profile((const double[]){0, 0}, 2, share, ratio));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numacc),
        cmocka_unit_test(test_typed_linear),
        cmocka_unit_test(test_wampler),
        cmocka_unit_test(test_standard_errors),
        cmocka_unit_test(test_dependent_columns),
        cmocka_unit_test(test_intervals),
        cmocka_unit_test(test_binomial),
        cmocka_unit_test(test_fisher),
        cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_series),
        cmocka_unit_test(test_shared),
    };
    stats_begin();
    return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
