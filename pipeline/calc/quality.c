#include "pipeline/calc/quality.h"

#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/msg.h"

static struct quality_row *row_of(struct quality *q, const char *code, struct str column)
{
    if (q->n && q->row[q->last].code == code && str_eq(q->row[q->last].column, column))
        return &q->row[q->last];
    q->key.n = 0;
    strbuf_add(&q->key, str_c(code));
    strbuf_addc(&q->key, ',');
    strbuf_add(&q->key, column);
    q->last = map_get(&q->lookup, strbuf_str(&q->key));
    if (q->last != MAP_NONE)
        return &q->row[q->last];
    q->last = map_put(&q->lookup, arena_str(&q->arena, strbuf_str(&q->key)), q->n);
    X_GROW(q->row, q->n, q->cap);
    q->row[q->n] = (struct quality_row){.code = code, .column = arena_str(&q->arena, column)};
    return &q->row[q->n++];
}

void quality_add(struct quality *q, const char *code, struct str column, size_t line)
{
    struct quality_row *r = row_of(q, code, column);
    if (!r->count++ || line < r->first_line)
        r->first_line = line;
}

void quality_put(struct quality *q, struct str code, struct str column, size_t count,
                 size_t first_line)
{
    for (size_t i = 0; i < msg_count; i++) {
        if (!str_eq(code, str_c(msg_table[i].code)))
            continue;
        struct quality_row *r = row_of(q, msg_table[i].code, column);
        r->count += count;
        r->first_line = first_line;
    }
}

void quality_release(struct quality *q)
{
    free(q->row);
    map_release(&q->lookup);
    strbuf_release(&q->key);
    arena_release(&q->arena);
    *q = (struct quality){0};
}
