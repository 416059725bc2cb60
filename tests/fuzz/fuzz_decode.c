/* Raw bytes to UTF-8 (io/decode.h, io/gb18030.h): the text is always UTF-8, nothing is lost that
 * could be read, and the same bytes give the same text from memory and from a file. */
#include "pipeline/io/decode.h"
#include "pipeline/io/gb18030.h"
#include "tests/fuzz/fuzz.h"

#define MARK STR("\xef\xbf\xbd")

static size_t count_marks(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += str_starts(str_from(s, i), MARK);
    return n;
}

static void check_text(struct str raw, const struct decoded *d)
{
    HOLDS(utf8_is(d->text));
    HOLDS(d->bad <= raw.n);
    HOLDS(d->text.n <= 3 * raw.n + 3);
    HOLDS(decode_is_damaged(d->text) == (count_marks(d->text) > 0));
    if (d->bad)
        HOLDS(count_marks(d->text) > 0);
    bool utf8 = d->encoding == ENC_UTF8 || d->encoding == ENC_UTF8_BOM;
    if (!utf8)
        return;
    struct str plain = str_from(raw, d->encoding == ENC_UTF8_BOM ? 3 : 0);
    HOLDS((d->bad == 0) == utf8_is(plain));
    if (d->bad == 0)
        HOLDS(str_eq(d->text, plain));
    HOLDS(count_byte(d->text, '\n') == count_byte(plain, '\n'));
}

/* What is UTF-8 without a mark and comes back from a code page is the same. */
static void check_back(struct str text)
{
    struct strbuf coded = {0}, back = {0};
    size_t bad = 0;
    if (gb18030_ready()) {
        gb18030_encode(text, &coded);
        gb18030_decode(strbuf_str(&coded), SIZE_MAX, &back, &bad);
        HOLDS(bad == 0);
        HOLDS(str_eq(strbuf_str(&back), text));
    }
    strbuf_release(&coded);
    strbuf_release(&back);
}

/* The same from a file, and in one of the encodings that a configuration can name. */
static void check_file(struct str raw, const struct decoded *from_memory)
{
    char path[64];
    int fd = fuzz_file(raw, path);
    struct decoded d = {0};
    struct err e = {0};
    bool gzip = str_starts(raw, STR("\x1f\x8b"));
    for (int i = 0; i < 2; i++) {
        int known = i ? (int)(raw.n % ENC_N) : ENC_N;
        if (!decode_file_as(path, 1 << 20, (enum encoding)known, &d, &e)) {
            HOLDS(e.code && (e.status == ST_DATA || e.status == ST_SYSTEM));
            continue;
        }
        HOLDS(utf8_is(d.text));
        HOLDS(d.bytes == raw.n);
        if (known == ENC_N && !gzip) {
            HOLDS(d.encoding == from_memory->encoding && d.bad == from_memory->bad);
            HOLDS(str_eq(d.text, from_memory->text));
        }
    }
    decode_release(&d);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str raw = {(const char *)data, size};
    struct decoded d = {0};
    decode_bytes(raw, &d);
    check_text(raw, &d);
    check_back(d.text);
    check_file(raw, &d);
    decode_release(&d);
    return 0;
}
