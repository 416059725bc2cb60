/*
 * publish: what people open. Each product is a file in pipeline/publish/.
 */
#include "pipeline/calc/ledger.h"
#include "pipeline/chain.h"
#include "pipeline/publish/package.h"
#include "pipeline/publish/publication.h"
#include "pipeline/publish/returns.h"
#include "pipeline/publish/workbook.h"
#include "pipeline/run/stage.h"

struct publish {
    struct publication p;
    struct ledger ledger; /* of merge */
    struct returns_from from;
};

static bool write_summary(struct publish *k, struct err *e)
{
    return summary_write(&k->p.summary, publication_path(&k->p, "summary.csv"), e);
}

static bool write_workbook(struct publish *k, struct err *e)
{
    return workbook_write(&k->p, publication_path(&k->p, "summary.xlsx"), e);
}

static bool write_returns(struct publish *k, struct err *e)
{
    return returns_write(&k->p, &k->from, publication_path(&k->p, "returns"), e);
}

static bool write_package(struct publish *k, struct err *e)
{
    const struct publication *p = &k->p;
    const struct package_folder f = {p->conf, p->refs, p->to, this_stage.name, &p->summary};
    return package_write(&f, e);
}

/* One row per product. The package describes those before it. */
static bool (*const products[])(struct publish *k, struct err *e) = {
    write_summary,
    write_workbook,
    write_returns,
    write_package,
};

static bool publish_run(struct stage_ctx *ctx, struct err *e)
{
    struct publish k = {.p = {.conf = ctx->conf, .refs = ctx->refs, .to = ctx->to}};
    k.from = (struct returns_from){.clean = ctx->result[chain_find("clean")],
                                   .merge = ctx->result[chain_find("merge")],
                                   .ledger = &k.ledger};
    bool ok = ledger_read_merged(k.from.merge, ctx->conf, &k.p.arena, &k.ledger, e) &&
              publication_read(&k.p, ctx->in, k.from.merge, e);
    for (size_t i = 0; ok && i < sizeof products / sizeof products[0]; i++)
        ok = products[i](&k, e);
    publication_release(&k.p);
    return ok;
}

const struct stage this_stage = {.name = "publish", .run = publish_run};
