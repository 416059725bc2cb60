#include "pipeline/publish/page_parts.h"

void page_table_begin(struct page *p, struct str name, const char *look,
                      const struct page_heading *h, size_t n)
{
    HTML(p->out,
         "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"%\">\n"
         "<table class=\"sortable %\">\n<caption>%</caption>\n<thead><tr>",
         name, str_c(look), name);
    for (size_t i = 0; i < n; i++) {
        struct str text = str_c(h[i].text[p->lang]);
        if (h[i].is_number)
            HTML(p->out, "<th scope=\"col\" class=\"n\">%</th>", text);
        else
            HTML(p->out, "<th scope=\"col\">%</th>", text);
    }
    HTML_RAW(p->out, "</tr></thead>\n<tbody>\n");
}

void page_table_end(struct page *p)
{
    HTML_RAW(p->out, "</tbody>\n</table>\n</div>\n");
}
