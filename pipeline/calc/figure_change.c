#include "pipeline/calc/figure.h"

void figure_change(const struct figure *f, struct exact before, bool half_even, struct strbuf *out)
{
    struct exact now, d;
    exact_int rounded;
    if (!figure_value(f, &now) || !exact_sub(now, before, &d) ||
        (!f->percent && !exact_div(d, before, &d)))
        return;
    if (!f->percent && before.num < 0)
        d.num = -d.num;
    if (exact_mul(d, exact_of(100), &d) && exact_round(d, 1, half_even, &rounded))
        exact_print(rounded, 1, out);
}
