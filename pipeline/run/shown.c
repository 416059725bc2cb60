#include "pipeline/run/shown.h"

#include <unistd.h>

static bool put(FILE *to, struct str s)
{
    return s.n == 0 || fwrite(s.p, 1, s.n, to) == s.n;
}

bool shown_write(FILE *to, struct str text)
{
    struct strbuf visible = {0};
    strbuf_add_visible(&visible, text, true);
    bool ok = put(to, strbuf_str(&visible));
    strbuf_release(&visible);
    return ok;
}

bool shown_write_data(FILE *to, struct str data)
{
    return isatty(fileno(to)) ? shown_write(to, data) : put(to, data);
}
