#!/usr/bin/env python3
"""Damages a dozen tables in every way that departments and programs know, and sees whether
`tongji sniff --cat` gives back every cell.

usage: tests/pollute.py TONGJI [--kind KIND] [--show N] [--least TENTHS]
       tests/pollute.py TONGJI --fuzz N      N files damaged at random: it must end with 0 or 1

A kind counts by the share of its files that are undone; the weighted score is the mean of the
kinds, times 10. Exits 1 when it is below --least (in tenths, default 97).
"""
import csv
import datetime
import io
import os
import random
import subprocess
import sys
import tempfile

# --- tables ---

WORDS = ("river bench copper lantern walking paper morning bridge orchard window quiet harbour "
         "winter garden silver narrow island carpet mountain letter").split()


def sentence(rng, least, most):
    words = [rng.choice(WORDS) for _ in range(rng.randint(least, most))]
    text = " ".join(words).capitalize()
    if rng.random() < 0.5:
        text = text.replace(" ", ", ", 1)
    if rng.random() < 0.15:
        text += ' 24"'
    if rng.random() < 0.15:
        text = "The " + words[0] + "'s " + text
    return text + ("." if rng.random() < 0.5 else "")


def sales():
    """84 rows of 9 columns: date, time, amount, quoted free text."""
    rng = random.Random(1)
    day = datetime.date(2018, 1, 28)
    rows = [["DATE", "TIME", "Qty", "ProductId", "Price", "Name", "Description", "URL", "Comment"]]
    for i in range(84):
        code = rng.choice("MG RI CC YY BH HK AN".split()) + "-%04d" % rng.randint(1000, 9999)
        rows.append([(day + datetime.timedelta(i)).strftime("%d/%m/%Y"),
                     "%02d:%02d" % (i // 4 % 24, i % 4 * 15), str(rng.randint(0, 30)), code,
                     "$%.2f" % (rng.randint(50, 9999) / 100), sentence(rng, 2, 4),
                     sentence(rng, 8, 20), "https://www.example.com/p/%s.html" % code, ""])
    return rows


def cases():
    rng = random.Random(2)
    rows = [["编号", "受理部门", "受理日期", "金额(元)", "状态", "备注"]]
    for i in range(40):
        rows.append(["SL%05d" % (i + 1), rng.choice(["民政局", "教育局", "住建局"]),
                     "2019-%02d-%02d" % (rng.randint(1, 12), rng.randint(1, 28)),
                     "%.2f" % (rng.randint(100, 99999) / 100), rng.choice(["办结", "在办"]),
                     rng.choice(["", "材料齐全,当场办理", "补正一次"])])
    return rows


def numbers():
    rng = random.Random(3)
    return [["year", "first", "second", "third"]] + [
        [str(1990 + i), "%.1f" % (rng.random() * 9), "%.3f" % rng.random(), str(-rng.randint(1, 99))]
        for i in range(25)]


def moments():
    rng = random.Random(4)
    return [["case", "opened", "closed", "district", "ok"]] + [
        [str(101000 + i), "2019-%02d-10 08:%02d:00" % (i % 12 + 1, i % 60),
         "2019/%d/%d" % (i % 12 + 1, i % 28 + 1), rng.choice(["North", "South east", "West"]),
         rng.choice(["Y", "N"])] for i in range(40)]


def wide():
    rng = random.Random(5)
    return [["no", "name"] + ["month %d" % m for m in range(1, 13)]] + [
        [str(i + 1), sentence(rng, 1, 2)] + [str(rng.randint(0, 5000)) for _ in range(12)]
        for i in range(30)]


def sparse():
    rng = random.Random(6)
    return [["id", "amount", "share", "paid on", "remark", "flag"]] + [
        ["A%03d" % i, rng.choice(["", "%d" % rng.randint(1, 900)]), rng.choice(["", "12.5%"]),
         rng.choice(["", "2020年%d月%d日" % (i % 12 + 1, i % 28 + 1)]), rng.choice(["", sentence(rng, 3, 5)]),
         ""] for i in range(30)]


def poems():
    rng = random.Random(7)
    return [["number", "text", "length"]] + [
        [str(i + 1), sentence(rng, 2, 3) + "\n" + sentence(rng, 2, 4), str(rng.randint(10, 99))]
        for i in range(15)]


def codes():
    rng = random.Random(8)
    return [["credit code", "phone", "post code", "region"]] + [
        ["91650109MA%08d" % rng.randint(0, 99999999), "0991-%07d" % rng.randint(0, 9999999),
         "%06d" % rng.randint(10000, 99999), rng.choice(["A1", "B2", "C3"])] for _ in range(50)]


def small():
    return [["item", "count", "price"], ["apple", "3", "1.50"], ["pear", "12", "0.80"],
            ["plum", "7", "2.25"]]


def people():
    rng = random.Random(9)
    return [["name", "born", "height", "address", "note"]] + [
        ["%s %s" % (rng.choice(WORDS).capitalize(), rng.choice(WORDS).capitalize()),
         "19%02d-0%d-1%d" % (rng.randint(40, 99), rng.randint(1, 9), rng.randint(0, 9)),
         "1.%02d" % rng.randint(50, 99), "%d %s street" % (rng.randint(1, 200), rng.choice(WORDS)),
         sentence(rng, 4, 9)] for _ in range(60)]


TABLES = [  # name, rows, quoting, every row and cell is damaged in turn
    ("sales-all", sales(), csv.QUOTE_ALL, True),
    ("sales-minimal", sales(), csv.QUOTE_MINIMAL, False),
    ("cases", cases(), csv.QUOTE_MINIMAL, False),
    ("cases-all", cases(), csv.QUOTE_ALL, False),
    ("numbers", numbers(), csv.QUOTE_MINIMAL, False),
    ("moments", moments(), csv.QUOTE_MINIMAL, False),
    ("wide", wide(), csv.QUOTE_MINIMAL, False),
    ("sparse", sparse(), csv.QUOTE_MINIMAL, False),
    ("poems", poems(), csv.QUOTE_NONNUMERIC, False),
    ("codes", codes(), csv.QUOTE_ALL, False),
    ("small", small(), csv.QUOTE_MINIMAL, False),
    ("people", people(), csv.QUOTE_MINIMAL, False),
]

# --- writing ---


class Sheet:
    """A table and how it is written; a polluter changes either."""

    def __init__(self, rows, quoting):
        self.rows = [list(r) for r in rows]
        self.expected = [list(r) for r in rows]
        self.quoting = quoting
        self.delimiter, self.quote, self.escape, self.end = ",", '"', '"', "\n"
        self.row = {}  # row -> settings of its own
        self.before, self.after = "", ""
        self.final = None
        self.encoding = "utf-8"
        self.raw_cell = {}  # (row, column) -> as it is written

    def cell(self, r, c, text, delimiter, quote, escape):
        if (r, c) in self.raw_cell:
            return self.raw_cell[r, c](text, quote, escape)
        needs = any(x in text for x in (delimiter, "\n", "\r", quote or "\0"))
        if delimiter != delimiter.strip() or len(delimiter) > 1:
            needs = needs or delimiter[0] in text or " " in text and delimiter == " "
        number = text.replace(".", "", 1).replace("-", "", 1).isdigit()
        wanted = (self.quoting == csv.QUOTE_ALL or needs or
                  self.quoting == csv.QUOTE_NONNUMERIC and not number)
        if not quote or not wanted:
            return text
        if escape == "\\":
            text = text.replace("\\", "\\\\")
        if escape:
            text = text.replace(quote, escape + quote)
        return quote + text + quote

    def bytes(self):
        lines = []
        for r, cells in enumerate(self.rows):
            own = self.row.get(r, {})
            delimiter = own.get("delimiter", self.delimiter)
            quote = own.get("quote", self.quote)
            escape = own.get("escape", self.escape if quote == self.quote else quote)
            text = [self.cell(r, c, t, delimiter, quote, escape) for c, t in enumerate(cells)]
            glue = own.get("glue")
            line = ""
            for c, t in enumerate(text):
                line += t if c == 0 or c == glue else delimiter + t
            lines.append(line + own.get("end", self.end))
        body = "".join(lines)
        if self.final is not None:
            body = body[:-len(self.end)] + self.final
        return (self.before + body + self.after).encode(self.encoding)


# --- pollutions: each yields what to do, and says whether it applies ---

KINDS = {}


def kind(f):
    KINDS[f.__name__] = f
    return f


def some_rows(s, every, step=3):
    n = len(s.rows)
    return sorted({0, 1, n // 2, n - 1} | set(range(0, n, step) if every else []))


def some_columns(s, every):
    n = len(s.rows[0])
    return range(n) if every else sorted({0, n // 2, n - 1})


def whole(name, **settings):
    def f(s, every):
        def change(s):
            for k, v in settings.items():
                setattr(s, k, v)
        yield change
    f.__name__ = name
    return kind(f)


whole("plain")
whole("no_final_newline", final="")
whole("two_final_newlines", final="\n\n")
whole("delimiter_semicolon", delimiter=";")
whole("delimiter_tab", delimiter="\t")
whole("delimiter_bar", delimiter="|")
whole("delimiter_comma_space", delimiter=", ")
whole("delimiter_space", delimiter=" ")
whole("quote_single", quote="'", escape="'")
whole("escape_backslash", escape="\\")
whole("end_crlf", end="\r\n")
whole("encoding_utf16", encoding="utf-16")
whole("encoding_bom", encoding="utf-8-sig")
whole("encoding_gb18030", encoding="gb18030")


@kind
def no_payload(s, every):
    def change(s):
        s.rows, s.expected = [], []
    yield change


@kind
def quote_absent(s, every):
    def change(s):
        s.quote = ""
    # without quotes a line break in a cell is one between records, for anybody
    if not any("\n" in t for r in s.rows for t in r):
        yield change


@kind
def escape_absent(s, every):
    def change(s):
        s.escape = ""
    yield change


@kind
def end_cr(s, every):
    def change(s):
        s.end = "\r"
        s.rows = [[t.replace("\n", "\r") for t in r] for r in s.rows]
        s.expected = [[t.replace("\n", "\r") for t in r] for r in s.expected]
    yield change


@kind
def no_header(s, every):
    def change(s):
        del s.rows[0], s.expected[0]
    yield change


@kind
def header_only(s, every):
    def change(s):
        del s.rows[1:], s.expected[1:]
    yield change


@kind
def one_row(s, every):
    def change(s):
        del s.rows[2:], s.expected[2:]
    yield change


@kind
def header_twice(s, every):
    def change(s):
        s.rows.insert(0, list(s.rows[0]))
    yield change


@kind
def header_again(s, every):
    def change(s):
        s.rows.insert(len(s.rows) // 2, list(s.rows[0]))
    yield change


def header_rows(more):
    def f(s, every):
        def change(s):
            upper = [["%s %s" % ("part" if k else "group", chr(65 + c)) for c in range(len(s.rows[0]))]
                     for k in range(more)]
            s.expected[0] = [" ".join([u[c] for u in upper] + [s.rows[0][c]])
                             for c in range(len(s.rows[0]))]
            s.rows[:0] = upper
        yield change
    f.__name__ = "header_%d_rows" % (more + 1)
    return kind(f)


header_rows(1)
header_rows(2)


def around(name, where, text):
    def f(s, every):
        for lines in text:
            def change(s, lines=lines):
                width = len(s.rows[0])
                setattr(s, where, "".join(t.replace("@", s.delimiter * (width - 1)) + s.end for t in lines))
            yield change
    f.__name__ = name
    kind(f)


around("preamble", "before", [["Yearly report", "Office of the district", "Printed on 2020-01-02"],
                              ["Yearly report@", "Office of the district@"],
                              ["Yearly report", "Office of the district", ""],
                              ["Report for 2019@", "@"], ["统计表"]])
around("footer", "after", [["Source: office", "Not checked"], ["Source: office@"],
                           ["", "Source: office of the district, 2020"],
                           ["注:1. 本表由各部门报送", "数据来源:统计局"]])


def two_tables(name, width, rows, gap):
    def f(s, every):
        def change(s):
            more = [["extra %d" % c for c in range(width)]]
            more += [["%d" % (i * 7 + c) for c in range(width)] for i in range(rows)]
            s.after = (s.end if gap else "") + "".join(s.delimiter.join(r) + s.end for r in more)
        if width != len(s.rows[0]) and len(s.rows) > 12 or gap and len(s.rows) > 12:
            yield change
    f.__name__ = name
    kind(f)


two_tables("two_tables_narrow", 4, 6, False)
two_tables("two_tables_wide", 12, 5, False)
two_tables("two_tables_gap", 5, 6, True)


# --- one row ---


def one_row_setting(name, **own):
    def f(s, every):
        for r in some_rows(s, every):
            def change(s, r=r):
                s.row[r] = dict(own)
            yield change
    f.__name__ = name
    kind(f)


one_row_setting("row_delimiter_semicolon", delimiter=";")
one_row_setting("row_delimiter_tab", delimiter="\t")
one_row_setting("row_delimiter_space", delimiter=" ")
one_row_setting("row_delimiter_comma_space", delimiter=", ")
one_row_setting("row_quote_single", quote="'")
one_row_setting("row_escape_backslash", escape="\\")
one_row_setting("row_end_crlf", end="\r\n")


@kind
def row_end_cr(s, every):
    for r in some_rows(s, every):
        def change(s, r=r):
            s.row[r] = {"end": "\r"}
        if r + 1 < len(s.rows):
            yield change


@kind
def row_end_lf_of_crlf(s, every):
    for r in some_rows(s, every):
        def change(s, r=r):
            s.end = "\r\n"
            s.row[r] = {"end": "\n"}
        yield change


@kind
def row_blank_before(s, every):
    for r in some_rows(s, every):
        def change(s, r=r):
            s.rows.insert(r, [""])
        yield change


@kind
def field_too_many(s, every):
    for r in some_rows(s, every, 7):
        for c in some_columns(s, every):
            def change(s, r=r, c=c):
                s.rows[r].insert(c, "")
                s.raw_cell[r, c] = lambda text, quote, escape: ""
            yield change


@kind
def field_too_few(s, every):
    for r in some_rows(s, every, 7):
        for c in some_columns(s, every):
            def change(s, r=r, c=c):
                del s.rows[r][c]
                s.expected[r][c] = ""
            yield change


@kind
def delimiter_missing(s, every):
    if s.quoting != csv.QUOTE_ALL:
        return  # nothing then says where one cell ends and the other begins
    for r in some_rows(s, every, 7):
        for c in some_columns(s, every):
            def change(s, r=r, c=c):
                s.row[r] = {"glue": c}
            if c:
                yield change


# --- one cell ---


def one_cell(name, write, expect=lambda t: t, applies=lambda s, t: True):
    def f(s, every):
        for r in some_rows(s, every, 7):
            for c in some_columns(s, every):
                def change(s, r=r, c=c):
                    s.raw_cell[r, c] = write
                    s.expected[r][c] = expect(s.rows[r][c])
                if applies(s, s.rows[r][c]):
                    yield change
    f.__name__ = name
    kind(f)


def escaped(text, quote, escape):
    return text.replace(quote, escape + quote) if quote else text


def all_quoted(s, t):
    return s.quoting == csv.QUOTE_ALL


one_cell("quote_missing_before", lambda t, q, e: escaped(t, q, e) + q, applies=all_quoted)
one_cell("quote_missing_after", lambda t, q, e: q + escaped(t, q, e), applies=all_quoted)
one_cell("quotes_missing", lambda t, q, e: t, applies=all_quoted)
one_cell("quotes_doubled", lambda t, q, e: q + q + t + q + q,
         applies=lambda s, t: all_quoted(s, t) and t and '"' not in t)
one_cell("quote_too_many", lambda t, q, e: q + q + escaped(t, q, e) + q, lambda t: '"' + t,
         applies=lambda s, t: all_quoted(s, t) and t != "")


@kind
def bom_before_row(s, every):
    for r in some_rows(s, False):
        def change(s, r=r):
            first = s.rows[r][0]
            quoted = s.quoting == csv.QUOTE_ALL
            s.raw_cell[r, 0] = lambda t, q, e: "\ufeff" + (q + t + q if quoted else t)
            s.expected[r][0] = first
        yield change


# --- judging ---


def read_back(text):
    return [row if row else [""] for row in csv.reader(io.StringIO(text, newline=""))]


def fuzz(tongji, n):
    rng = random.Random(10)
    bits = [b'"', b"'", b",", b", ", b";", b"\t", b"\n", b"\r", b"\r\n", b"\\", b"\0", b"\xff",
            b"\xef\xbb\xbf", b'""', b"\n\n", b'","', b"\xa3", b"9" * 30]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "damaged.csv")
        for i in range(n):
            _, rows, quoting, _ = TABLES[i % len(TABLES)]
            data = bytearray(Sheet(rows[:rng.randint(0, len(rows))], quoting).bytes())
            for _ in range(rng.choice([1, 3, 10, 100])):
                at = rng.randint(0, len(data))
                cut = rng.choice([0, 0, 1, 5, len(data) // 3])
                data[at:at + cut] = rng.choice(bits) * rng.choice([1, 1, 1, 7])
            with open(path, "wb") as f:
                f.write(data)
            for mode in (["--cat"], ["--ini"], []):
                done = subprocess.run([tongji, "sniff", *mode, path], capture_output=True)
                if done.returncode not in (0, 1):
                    print("file", i, mode, "exit", done.returncode)
                    print(done.stderr.decode("utf-8", "replace")[-3000:])
                    return 1
    print("%d damaged files: no crash, no sanitizer report" % n)
    return 0


def main():
    tongji = sys.argv[1]
    option = dict(zip(sys.argv[2::2], sys.argv[3::2]))
    if "--fuzz" in option:
        return fuzz(tongji, int(option["--fuzz"]))
    show = int(option.get("--show", 0))
    csv.field_size_limit(1 << 30)
    good_all = files_all = 0
    share = {}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "polluted.csv")
        for name, pollute in KINDS.items():
            if option.get("--kind", name) != name:
                continue
            good = files = 0
            for table, rows, quoting, every in TABLES:
                for n, change in enumerate(pollute(Sheet(rows, quoting), every)):
                    sheet = Sheet(rows, quoting)
                    change(sheet)
                    with open(path, "wb") as f:
                        f.write(sheet.bytes())
                    done = subprocess.run([tongji, "sniff", "--cat", "-q", path], capture_output=True)
                    got = read_back(done.stdout.decode("utf-8", "replace"))
                    ok = done.returncode in (0, 1) and got == sheet.expected
                    good += ok
                    files += 1
                    if not ok and show > 0:
                        show -= 1
                        print("---", name, table, n, "exit", done.returncode)
                        for i in range(max(len(got), len(sheet.expected))):
                            a = got[i] if i < len(got) else None
                            b = sheet.expected[i] if i < len(sheet.expected) else None
                            if a != b:
                                print("   row", i, "got     ", a)
                                print("   row", i, "expected", b)
                                break
            if files:
                share[name] = good / files
                good_all += good
                files_all += files
                print("%-28s %5d of %5d" % (name, good, files))
    score = 10 * sum(share.values()) / len(share)
    print("undone: %d of %d files; %d of %d kinds without a fault; score %.2f of 10"
          % (good_all, files_all, sum(v == 1 for v in share.values()), len(share), score))
    return score * 10 < float(option.get("--least", 97))


if __name__ == "__main__":
    sys.exit(main())
