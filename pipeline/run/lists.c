#include "pipeline/run/lists.h"

#include "pipeline/calc/conf_settings.h"
#include "pipeline/chain.h"

void list_stages(const struct conf *c)
{
    for (size_t i = 0; i < chain_length; i++)
        printf("%s\t%s\t%s\t%s\n", chain[i].name, chain[i].in, chain[i].help[c->language],
               chain[i].help[LANG_EN]);
}

void list_exports(const struct conf *c)
{
    for (size_t i = 0; i < c->n_exports; i++)
        printf("%.*s\t%.*s\n", STR_ARG(c->exports[i].id), STR_ARG(c->exports[i].title));
}

void list_indicators(const struct conf *c)
{
    for (size_t i = 0; i < c->n_indicators; i++) {
        const struct conf_indicator *x = &c->indicators[i];
        bool english = c->language == LANG_EN && x->name_en.n;
        printf("%.*s\t%.*s\t%.*s\n", STR_ARG(x->id), STR_ARG(english ? x->name_en : x->name),
               STR_ARG(x->unit));
    }
}

/* In both languages, whatever the configuration: the table is the same for everyone. */
void list_messages(const struct conf *c)
{
    (void)c;
    for (size_t i = 0; i < msg_count; i++) {
        const struct msg *m = &msg_table[i];
        printf("%s\t%s\t%s\t%s\t%s\t%s\n", m->code, msg_severity(m->code), m->text[LANG_ZH],
               m->text[LANG_EN], m->fix[LANG_ZH], m->fix[LANG_EN]);
    }
}

void list_settings(const struct conf *c)
{
    (void)c;
    struct strbuf text = {0};
    conf_settings_list(&text);
    fwrite(text.p, 1, text.n, stdout);
    strbuf_release(&text);
}

void list_exits(const struct conf *c)
{
    static const struct {
        enum status status;
        const char *meaning[MSG_LANGS];
    } exits[] = {
        {ST_OK,
         {"成功;数据中的问题已记入结果文件",
          "done; what was wrong with the data stands in the results"}},
        {ST_DATA,
         {"数据违反了强制核对,什么也没有发布;查询类命令:有问题或查不到",
          "the data broke a rule that the configuration calls fatal, nothing was published; of "
          "commands that ask: there are findings, or there is nothing to show"}},
        {ST_CONFIG, {"用法或配置有误", "usage or configuration"}},
        {ST_SYSTEM,
         {"系统出错(磁盘、内存、读写),可以重试",
          "the system failed (disk, memory, input or output); trying again may help"}},
        {ST_BUSY, {"另一次运行正在进行", "another run is under way"}},
    };
    (void)c;
    for (size_t i = 0; i < sizeof exits / sizeof exits[0]; i++)
        printf("%d\t%s\t%s\n", (int)exits[i].status, exits[i].meaning[LANG_ZH],
               exits[i].meaning[LANG_EN]);
}

void list_options_of(const char *command, const struct opt *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        printf("%s\t%.1s\t%s\t%s\t%s\t%s\n", command, &rows[i].letter, rows[i].name,
               rows[i].argument ? rows[i].argument : "", rows[i].help[LANG_ZH],
               rows[i].help[LANG_EN]);
}
