#include "pipeline/chain.h"

#include <stdint.h>
#include <string.h>

const struct chain_row chain[] = {
    {.name = "clean",
     .in = "raw",
     .help = {"读取、校验并规范各部门的原始文件", "read, check and normalise the raw exports"},
     .by_file = true},
    {.name = "merge",
     .in = "clean",
     .help = {"去重、合并、关联", "remove duplicates, merge, join"},
     .by_key = true},
    {.name = "compute",
     .in = "merge",
     .help = {"计算指标并核对", "compute the figures and check them"}},
    {.name = "publish", .in = "compute", .help = {"生成汇总表和退回单", "write what people open"}},
};
const size_t chain_length = sizeof chain / sizeof chain[0];

size_t chain_find(const char *name)
{
    for (size_t i = 0; i < chain_length; i++)
        if (strcmp(chain[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}
