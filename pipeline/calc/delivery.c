#include "pipeline/calc/delivery.h"

#include "pipeline/calc/compute.h"

static void judge(const struct ledger *l, const struct conf *c, const struct refs *refs,
                  int64_t since, enum delivery *d)
{
    static const struct str any = {NULL, 0};
    for (size_t x = 0; x < c->n_exports; x++)
        d[x] = ledger_is_delivered(l, x, any, since) ? DELIVERED_ALL : DELIVERED_NONE;
    for (size_t i = 0; i < refs->n_submitters; i++) {
        const struct submitter *s = &refs->submitter[i];
        if (d[s->export] == DELIVERED_ALL && !ledger_is_delivered(l, s->export, s->org, since))
            d[s->export] = DELIVERED_PART;
    }
}

void delivery_judge(const struct ledger *l, const struct conf *c, const struct refs *refs,
                    enum delivery *d)
{
    for (int p = 0; p < PERIODS; p++)
        judge(l, c, refs, compute_period(refs, p).start, d + (size_t)p * c->n_exports);
}
