/*
 * The ledger as a flow: what was read divides into what became of it.
 */
#ifndef PIPELINE_PUBLISH_SVG_FLOW_H
#define PIPELINE_PUBLISH_SVG_FLOW_H

#include "pipeline/publish/svg.h"

struct flow_part {
    struct str label;
    int64_t rows;
    bool main; /* the part that goes on */
};

struct flow {
    struct str id, title, desc;
    struct str source; /* what the whole is called */
    int64_t rows;      /* the sum of its parts */
    const struct flow_part *part;
    size_t n;
};

/* A part without rows has its line of text and no band; one with rows is never too thin to see. */
void svg_flow(const struct flow *f, struct arena *a, struct strbuf *out);

#endif
