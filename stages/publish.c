/*
 * publish: what people open. Each product is a file in pipeline/publish/.
 */
#include "pipeline/base/stop.h"
#include "pipeline/calc/ledger.h"
#include "pipeline/chain.h"
#include "pipeline/io/outfile.h"
#include "pipeline/publish/draft.h"
#include "pipeline/publish/findings.h"
#include "pipeline/publish/package.h"
#include "pipeline/publish/page.h"
#include "pipeline/publish/publication.h"
#include "pipeline/publish/returns.h"
#include "pipeline/publish/workbook.h"
#include "pipeline/run/pool.h"
#include "pipeline/run/stage.h"

struct publish {
    struct stage_ctx *ctx;
    const char *clean, *merge; /* folders of these stages' results */
    struct publication p;
    struct ledger ledger; /* of merge */
    struct findings findings;
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
    return returns_write(&k->findings.slips, &k->ledger, k->ctx->refs,
                         publication_path(&k->p, "returns"), e);
}

static bool write_page(struct publish *k, struct err *e)
{
    const struct page_input in = {.conf = k->ctx->conf,
                                  .refs = k->ctx->refs,
                                  .clean = k->clean,
                                  .compute = k->ctx->in,
                                  .figures = &k->p.figures,
                                  .ledger = &k->ledger,
                                  .slips = &k->findings.slips};
    struct strbuf text = {0};
    bool ok = page_make(&in, &text, e) &&
              outfile_put(publication_path(&k->p, "report.html"), 0644, strbuf_str(&text), e);
    strbuf_release(&text);
    return ok;
}

static bool write_draft(struct publish *k, struct err *e)
{
    return draft_publish(k->ctx->conf, k->ctx->refs, &k->p.figures, k->ctx->to, e);
}

static bool write_package(struct publish *k, struct err *e)
{
    const struct publication *p = &k->p;
    const struct package_folder f = {p->conf, p->refs, p->to, this_stage.name, &p->summary};
    return package_write(&f, e);
}

/* One row per product, the one that takes longest first. They are independent of each other. */
static bool (*const products[])(struct publish *k, struct err *e) = {
    write_workbook, write_page, write_returns, write_summary, write_draft,
};

/* Each has what was read in common with the others, and an arena of its own. */
static bool make_product(void *context, size_t i, size_t worker, struct err *e)
{
    (void)worker;
    struct publish own = *(const struct publish *)context;
    own.p.arena = (struct arena){0};
    bool ok = products[i](&own, e);
    arena_release(&own.p.arena);
    return ok;
}

static bool publish_run(struct stage_ctx *ctx, struct err *e)
{
    struct publish k = {.ctx = ctx,
                        .clean = ctx->result[chain_find("clean")],
                        .merge = ctx->result[chain_find("merge")],
                        .p = {.conf = ctx->conf, .refs = ctx->refs, .to = ctx->to}};
    bool ok = ledger_read_merged(k.merge, ctx->conf, &k.p.arena, &k.ledger, e) &&
              publication_read(&k.p, ctx->in, k.merge, e) &&
              findings_read(&k.findings, ctx->conf, ctx->refs, k.clean, k.merge, &k.ledger, e);
    if (ok)
        progress_add(&ctx->progress->rows, (int64_t)k.p.figures.rows);
    ok = ok && pool_run(ctx->jobs, sizeof products / sizeof products[0], make_product, &k, e) &&
         write_package(&k, e); /* which describes the others */
    findings_release(&k.findings);
    publication_release(&k.p);
    return ok;
}

const struct stage this_stage = {.name = "publish", .run = publish_run};
