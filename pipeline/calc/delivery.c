#include "pipeline/calc/delivery.h"

void delivery_judge(const struct ledger *l, const struct conf *c, const struct refs *refs,
                    enum delivery *d)
{
    for (size_t x = 0; x < c->n_exports; x++)
        d[x] = ledger_is_delivered(l, x, (struct str){NULL, 0}) ? DELIVERED_ALL : DELIVERED_NONE;
    for (size_t i = 0; i < refs->n_submitters; i++) {
        const struct submitter *s = &refs->submitter[i];
        if (d[s->export] == DELIVERED_ALL && !ledger_is_delivered(l, s->export, s->org))
            d[s->export] = DELIVERED_PART;
    }
}
