#include "pipeline/base/journal.h"

#include <stdlib.h>
#include <sys/stat.h>

bool journal_is(FILE *to)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat st;
    unsigned long long device, inode;
    return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
           fstat(fileno(to), &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

void journal_mark(FILE *to, const char *code)
{
    if (journal_is(to))
        fputs(code[0] == 'E' ? "<3>" : code[0] == 'W' ? "<4>" : "<6>", to);
}
