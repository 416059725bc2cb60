#include "pipeline/base/msg.h"

#include <string.h>

#include "pipeline/base/mem.h"

/* clang-format off */
const struct msg msg_table[] = {
    /* --- system --- */
    { "E-SYS-01", { "系统操作失败:%1", "system call failed: %1" },
      { "请检查磁盘空间和权限后重试", "check disk space and permissions, then try again" } },
    { "E-SYS-02", { "另一次运行正占用锁(%1)", "another run holds the lock (%1)" },
      { "等它结束后再试", "wait for it to end and try again" } },
    { "E-SYS-03", { "台账不平:%1", "the ledger does not balance: %1" },
      { "这是程序缺陷,什么也没有发布,请报告开发者", "this is a defect of the program; nothing was published, please report it" } },
    /* --- usage --- */
    { "E-USE-01", { "不认识的选项 %1;是否应为 %2?", "unknown option %1; did you mean %2?" },
      { "用 --help 查看用法", "see --help" } },
    { "E-USE-02", { "不认识的命令 %1;是否应为 %2?", "unknown command %1; did you mean %2?" },
      { "用 tongji --help 查看用法", "see tongji --help" } },
    { "E-USE-03", { "选项 %1 缺少参数", "option %1 needs a value" },
      { "用 --help 查看用法", "see --help" } },
    { "E-USE-04", { "选项 %1 的值“%2”无效:%3", "bad value \"%2\" for option %1: %3" },
      { "用 --help 查看用法", "see --help" } },
    { "E-USE-05", { "多余的参数 %1", "unexpected argument %1" },
      { "用 --help 查看用法", "see --help" } },
    /* --- stages --- */
    { "E-STAGE-01", { "没有 %1 阶段的结果(%2)", "no result of stage %1 (%2)" },
      { "请先运行:tongji run --only %1", "first run: tongji run --only %1" } },
    { "E-STAGE-02", { "%1 的结果已过期:在它之后 %2 又运行过", "the result of %1 is stale: %2 ran after it" },
      { "请运行:tongji run --from %1", "run: tongji run --from %1" } },
};
/* clang-format on */
const size_t msg_count = sizeof msg_table / sizeof msg_table[0];

const struct msg *msg_find(const char *code)
{
    for (size_t i = 0; i < msg_count; i++)
        if (strcmp(msg_table[i].code, code) == 0)
            return &msg_table[i];
    BUG(code);
}

static size_t put(char *out, size_t size, size_t at, const char *s, size_t n)
{
    if (n > size - 1 - at) {
        n = size - 1 - at;
        while (n && ((unsigned char)s[n] & 0xc0) == 0x80)
            n--;
    }
    memcpy(out + at, s, n);
    return at + n;
}

static size_t put_text(char *out, size_t size, size_t at, const char *text,
                       const char *const arg[MSG_ARGS])
{
    while (*text) {
        const char *percent = strchr(text, '%');
        if (!percent || percent[1] < '1' || percent[1] > '9')
            return put(out, size, at, text, strlen(text));
        at = put(out, size, at, text, (size_t)(percent - text));
        const char *a = arg[percent[1] - '1'];
        if (a)
            at = put(out, size, at, a, strlen(a));
        text = percent + 2;
    }
    return at;
}

void msg_format(const char *code, enum lang lang, const char *const arg[MSG_ARGS], char *out,
                size_t size)
{
    const struct msg *m = msg_find(code);
    size_t at = put_text(out, size, 0, m->text[lang], arg);
    if (m->fix[lang][0]) {
        const char *sep = lang == LANG_ZH ? "。" : ". ";
        at = put(out, size, at, sep, strlen(sep));
        at = put_text(out, size, at, m->fix[lang], arg);
    }
    out[at] = '\0';
}
