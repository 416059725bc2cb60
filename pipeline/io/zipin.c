#include "pipeline/io/zipin.h"

#include <minizip/unzip.h>
#include <unistd.h>

enum { PIECE = 65536 };

/* The part in hand, whole. minizip checks its CRC when it is closed. */
static bool read_part(unzFile zip, const char *path, size_t max_bytes, struct strbuf *out,
                      const char *code, struct err *e)
{
    int n = 0;
    if (unzOpenCurrentFile(zip) != UNZ_OK)
        return err_set(e, ST_DATA, path, code, NULL);
    while (out->n <= max_bytes && (n = unzReadCurrentFile(zip, strbuf_room(out, PIECE), PIECE)) > 0)
        out->n += (size_t)n;
    int closed = unzCloseCurrentFile(zip);
    if (out->n > max_bytes) {
        char limit[32];
        snprintf(limit, sizeof limit, "%zu", max_bytes);
        return err_set(e, ST_DATA, path, "E-FILE-01", limit, NULL);
    }
    return (n == 0 && closed == UNZ_OK) || err_set(e, ST_DATA, path, code, NULL);
}

static unzFile open_zip(const char *path, const char *code, struct err *e)
{
    if (access(path, R_OK) != 0) { /* minizip keeps no reason */
        err_sys(e, path);
        return NULL;
    }
    unzFile zip = unzOpen64(path);
    if (!zip)
        err_set(e, ST_DATA, path, code, NULL);
    return zip;
}

bool zipin_read(const char *path, const char *part, size_t max_bytes, struct strbuf *out,
                const char *code, struct err *e)
{
    unzFile zip = open_zip(path, code, e);
    if (!zip)
        return false;
    bool ok = unzLocateFile(zip, part, 1) == UNZ_OK || err_set(e, ST_DATA, path, code, NULL);
    ok = ok && read_part(zip, path, max_bytes, out, code, e);
    unzClose(zip);
    return ok;
}

bool zipin_each(const char *path, size_t max_bytes, zipin_visit *visit, void *context,
                const char *code, struct err *e)
{
    unzFile zip = open_zip(path, code, e);
    if (!zip)
        return false;
    struct strbuf content = {0};
    int more = unzGoToFirstFile(zip);
    bool ok = true;
    for (; ok && more == UNZ_OK; more = unzGoToNextFile(zip)) {
        char name[256] = "";
        content.n = 0;
        ok = (unzGetCurrentFileInfo64(zip, NULL, name, sizeof name - 1, NULL, 0, NULL, 0) ==
                  UNZ_OK ||
              err_set(e, ST_DATA, path, code, NULL)) &&
             read_part(zip, path, max_bytes, &content, code, e) &&
             visit(context, str_c(name), strbuf_str(&content), e);
        if (!ok)
            break;
    }
    ok = ok && (more == UNZ_END_OF_LIST_OF_FILE || err_set(e, ST_DATA, path, code, NULL));
    unzClose(zip);
    strbuf_release(&content);
    return ok;
}
