#include "pipeline/calc/idcheck.h"

enum { LENGTH = 18 }; /* of both codes, check character included */

/* Weights 2^(17 - i) mod 11, i from 0. */
char idcheck_gb11643(const char *digits)
{
    static const int weight[LENGTH - 1] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < LENGTH - 1; i++)
        sum += weight[i] * (digits[i] - '0');
    return "10X98765432"[sum % 11];
}

static bool is_gb11643(struct str s)
{
    if (s.n != LENGTH)
        return false;
    for (size_t i = 0; i < LENGTH - 1; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return idcheck_gb11643(s.p) == s.p[LENGTH - 1];
}

/* GB 32100-2015 (ISO 7064 MOD 31-3): digits and capitals without I O S V Z stand for 0 to 30; the
 * sum of value times 3^i mod 31, the check character with weight 1 among them, is a multiple of
 * 31. */
static bool is_gb32100(struct str s)
{
    static const char signs[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    size_t sum = 0, weight = 1;
    if (s.n != LENGTH)
        return false;
    for (size_t i = 0; i < LENGTH; i++) {
        const char *sign = memchr(signs, s.p[i], sizeof signs - 1);
        if (!sign)
            return false;
        sum += (size_t)(sign - signs) * (i < LENGTH - 1 ? weight : 1);
        weight = weight * 3 % 31;
    }
    return sum % 31 == 0;
}

const struct idcheck idcheck_table[] = {
    {"gb11643", is_gb11643, DAMAGE_IDENTITY, "identity numbers of 18 digits (GB 11643)"},
    {"gb32100", is_gb32100, DAMAGE_CREDIT, "unified social credit codes (GB 32100)"},
};
const size_t idcheck_count = sizeof idcheck_table / sizeof idcheck_table[0];
