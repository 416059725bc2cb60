"""Reading raw exports, a second time: written from tests/sample/README.md and nothing else.

Columns, enumerations and flags are taken from the tables of that page, so that this reader shares no
list with the configuration that it is compared with.
"""
import csv
import datetime
import glob
import gzip
import os
import re
from fractions import Fraction

HERE = os.path.dirname(os.path.abspath(__file__))
LAW = open(os.path.join(HERE, "../sample/README.md"), encoding="utf-8").read()
DAY = datetime.timedelta(1)

REASONS = (
    "KEY_MISSING DATE_BAD DATE_ORDER DATE_RANGE NUMBER_BAD ENUM_UNKNOWN FIELD_COUNT QUOTE_OPEN "
    "ENCODING_BAD HEDGED_VALUE"
).split()
TEXTS = ("s", "code", "id", "docno", "place")


# --- the tables of the page ---


def load_columns():
    """{export: ([(name, headers, type, flags)], [(first, second)])}"""
    exports = {}
    for line in LAW[LAW.index("## 3.") : LAW.index("## 4.")].splitlines():
        found = re.match(r"\* \*\*(E\d+[a-d]?) \w+\*\*: (.*)", line)
        if not found:
            continue
        body, *orders = re.split(r"\. Order: ", found[2])
        columns = []
        for text in re.split(r";\s*", body.rstrip(".")):
            name, header, aliases, kind, flags = re.match(
                r"(\w+)=(.+?)(?:\{(.*?)\})? (\S+?)(?: ([KRFG]+))?$", text.strip()
            ).groups()
            names = [header] + [a.strip() for a in (aliases or "").split(",") if a.strip()]
            columns.append((name, names, kind, flags or ""))
        pairs = [tuple(p.strip() for p in o.rstrip(".").split("<=")) for o in orders]
        exports[found[1]] = (columns, pairs)
    return exports


def load_words():
    """{enumeration: {spelling in capitals: canonical word}}"""
    words = {}
    for line in LAW[LAW.index("## 4.") : LAW.index("## 5.")].splitlines():
        found = re.match(r"\* (\w+): (.*)", line)
        if not found:
            continue
        table = words[found[1]] = {}
        for text in re.split(r";\s*", found[2]):
            word, others = re.match(
                r"(.+?)(?: \(([^()]*(?:\([^)]*\)[^()]*)*)\))?$", text.strip()
            ).groups()
            for spelling in [word] + (others or "").split(","):
                if spelling.strip():
                    table[spelling.strip().upper()] = word
    return words


EXPORTS = load_columns()
WORDS = load_words()
NULLS = {
    token.upper()
    for token in "/ - -- — —— 无 暂无 空 NULL #N/A 0000-00-00 1900-01-00 1753-01-01".split()
}
NOTES = "注: 注意: 填报人 填报单位 审核人 制表 联系电话 说明: 备注:".split()
MEASURES = (
    "个工作日 工作日 人次 场次 分钟 人 次 件 册 份 张 块 场 条 天 个 名 户 项 分 元 日"
).split()
YES_NO = {x: "是" for x in "是 1 Y YES TRUE T √ 有".split()}
YES_NO.update({x: "否" for x in "否 0 N NO FALSE F × 没有".split()})
DEPTHS = {
    word: depth
    for depth, line in enumerate(
        (
            "0 9 不可网办 不可",
            "1 信息发布 信息发布(Ⅰ级)",
            "2 网上预审 网上预审(Ⅱ级)",
            "3 网上受理 网上受理(Ⅲ级)",
            "4 5 6 7 全程网办 全程网办(Ⅳ级)",
        )
    )
    for word in line.split()
}


# --- cells ---


def normalise(text):
    out = []
    for sign in text:
        code = ord(sign)
        if 0xFF01 <= code <= 0xFF5E:
            out.append(chr(code - 0xFEE0))
        elif code in (0x3000, 0xA0):
            out.append(" ")
        elif code and not 0x200B <= code <= 0x200D and code != 0xFEFF:
            out.append(sign)
    text = "".join(out).strip()
    return text[1:].strip() if text.startswith("'") else text


def no_space(text):
    return re.sub(r"\s+", "", text)


def header_name(text):
    """(name, unit)"""
    text = no_space(normalise(text)).replace("*", "")
    found = re.match(r"^(.+)\(([^()]*)\)$", text)
    return (found[1], found[2]) if found else (text, "")


def unit_factor(unit):
    for beginning, factor in (("万", 10**4), ("亿", 10**8), ("千元", 10**3)):
        if unit.startswith(beginning):
            return factor
    return 1


DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")}
DIGITS.update({"零": 0, "○": 0, "两": 2})
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}


def section(text, follows):
    """Below 10^4, or None. 一百五 is 150 to some and 105 to others, 一万二 likewise: neither."""
    one = "[一二两三四五六七八九]"
    found = re.fullmatch("(?:(X)千)?零?(?:(X)百)?零?(X?十)?零?(X?)".replace("X", one), text)
    if not found or not text or text.endswith("零"):
        return None
    thousands, hundreds, tens, ones = found.groups()
    gap = ones and not tens and (thousands or hundreds or follows)
    if gap and not text.endswith("零" + ones):
        return None
    value = DIGITS.get(thousands, 0) * 1000 + DIGITS.get(hundreds, 0) * 100
    if tens:
        value += (DIGITS[tens[0]] if len(tens) == 2 else 1) * 10
    return value + DIGITS.get(ones, 0)


def chinese(text):
    """The number, or None."""
    if not text or any(sign not in DIGITS and sign not in UNITS for sign in text):
        return None
    if all(sign in DIGITS for sign in text):
        return int("".join(str(DIGITS[sign]) for sign in text))
    text = re.sub("[〇○]", "零", text)
    total = 0
    for unit in "亿万":
        if unit in text:
            part, text = text.split(unit, 1)
            below = section(part, total > 0)
            if not below:
                return None
            total += below * UNITS[unit]
    below = section(text, total > 0) if text or not total else 0
    return None if below is None else total + below


TIME = r"(?:(?: +|T)(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?$"
SEPARATED = [
    re.compile(r"^(\d{4})%s(\d{1,2})%s(\d{1,2})%s" % signs + TIME, re.ASCII)
    for signs in (("-", "-", ""), ("/", "/", ""), (r"\.", r"\.", ""), ("年", "月", "日"))
]


def moment(text):
    """The date and time in any accepted form, or None."""
    try:
        for form in SEPARATED:
            found = form.match(text)
            if found:
                return datetime.datetime(*(int(part or 0) for part in found.groups()))
        if re.fullmatch(r"[0-9]{8}", text):
            return datetime.datetime(int(text[:4]), int(text[4:6]), int(text[6:]))
        if re.fullmatch(r"[0-9]{14}", text):
            cuts = ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14))
            return datetime.datetime(*(int(text[a:b]) for a, b in cuts))
        found = re.fullmatch(
            "([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月"
            "([一二三四五六七八九十]{1,3})日",
            text,
        )
        if found:
            year = int("".join(str(DIGITS[sign]) for sign in found[1]))
            return datetime.datetime(year, section(found[2], False), section(found[3], False))
        if re.fullmatch(r"[0-9]{5}", text) and 18264 <= int(text) <= 55153:
            return datetime.datetime(1899, 12, 30) + DAY * int(text)
    except (ValueError, TypeError):
        pass
    return None


class Bad(Exception):
    """A cell that cannot be used; its argument is the reason."""


def number(text, factor, scale):
    text = no_space(text)
    hedged = re.match("约|近|大约|超|超过|达", text) or re.search(
        "余|多|左右|以上|几|若干|数十|数百|数千", text
    )
    if hedged:
        raise Bad("HEDGED_VALUE")
    for measure in MEASURES:
        if text.endswith(measure):
            text = text[: -len(measure)]
            break
    minus = text.startswith("-")
    digits = text[1:] if minus else text
    found = re.fullmatch(r"(\d+|\d{1,3}(?:,\d{3})+)(\.\d+)?([万亿千]*)", digits, re.ASCII)
    if found:
        value = Fraction(found[1].replace(",", "") + (found[2] or ""))
        for sign in found[3]:
            value *= UNITS[sign]
    else:
        value = chinese(digits)
        if value is None:
            raise Bad("NUMBER_BAD")
    value = Fraction(value) * factor * 10**scale * (-1 if minus else 1)
    if value.denominator != 1 or abs(value) >= 2**63 or (scale == 0 and minus):
        raise Bad("NUMBER_BAD")
    return int(value)


def upgraded(digits):
    """A 15-digit identity number with its century and check character."""
    digits = digits[:6] + "19" + digits[6:]
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights)) % 11]


class Reader:
    """One raw folder: its reference tables, and what became of every file and row."""

    def __init__(self, raw):
        self.raw = raw
        self.config = {row["key"]: row["value"] for row in self.reference("config")}
        self.aliases = {}
        for row in self.reference("org_alias"):
            self.aliases.setdefault(no_space(normalise(row["alias"])).upper(), []).append(row)
        self.codes = {
            (row["source"], row["export"], row["column"], row["raw"].upper()): row["canonical"]
            for row in self.reference("code_map")
        }
        self.workdays = [
            datetime.date.fromisoformat(row["date"])
            for row in self.reference("calendar")
            if row["is_workday"] == "1"
        ]
        self.ledger, self.rejects, self.rows = {}, [], {export: [] for export in EXPORTS}
        self.tables = {}
        self.changes = set()  # (file, line, header) of the altered cells of accepted rows

    def reference(self, name):
        path = os.path.join(self.raw, "ref", name + ".csv")
        with open(path, encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def org(self, name, day):
        rows = self.aliases.get(no_space(name).upper(), [])
        valid = [
            row
            for row in rows
            if (not row["valid_from"] or row["valid_from"] <= day.isoformat())
            and (not row["valid_to"] or day.isoformat() <= row["valid_to"])
        ]
        if len(valid) == 1:
            return valid[0]["org_code"]
        codes = {row["org_code"] for row in rows}
        return codes.pop() if len(codes) == 1 else None

    def text(self, kind, text):
        text = no_space(text)
        if kind in ("code", "id"):
            text = text.upper()
            if re.fullmatch(r"[0-9](\.[0-9]+)?E\+[0-9]+", text):
                return None
            if kind == "id" and re.fullmatch("[0-9]{15}", text):
                text = upgraded(text)
        if kind == "docno":
            text = re.sub(r"[\])】]", "〕", re.sub(r"[\[(【]", "〔", text))
            text += "" if text.endswith("号") else "号"
        while kind == "place" and text.startswith(
            (self.config["city"], self.config["district"])
        ):
            for name in (self.config["city"], self.config["district"]):
                text = text[len(name) :] if text.startswith(name) else text
        return text or None

    def value(self, kind, text, factor, day, source):
        """The value of a cell that is not missing; None when it is lost. Raises Bad."""
        if kind in TEXTS:
            return self.text(kind, text)
        if kind == "org":
            found = self.org(text, day)
        elif kind in ("d", "dt"):
            found = moment(text)
            if found and kind == "d":
                found = found.date()
        elif kind == "year":
            match = re.fullmatch(r"([0-9]{4})(年|年度)?", text)
            found = match and int(match[1])
        elif kind == "ym":
            match = re.fullmatch(
                r"([0-9]{4})(?:[-/.]([0-9]{1,2})|年([0-9]{1,2})月)", text
            )
            month = match and int(match[2] or match[3])
            found = int(match[1]) * 12 + month - 1 if match and 1 <= month <= 12 else None
        elif kind in ("i", "m"):
            return number(text, factor, 2 if kind == "m" else 0)
        else:
            return self.word(kind, no_space(text).upper(), source)
        if found is None:
            raise Bad("ENUM_UNKNOWN" if kind == "org" else "DATE_BAD")
        return found

    def word(self, kind, text, source):
        if kind == "depth":
            depths = [DEPTHS.get(part) for part in text.split("^")]
            if None in depths:
                raise Bad("ENUM_UNKNOWN")
            return max(depths)
        words = YES_NO if kind == "b" else WORDS[kind[2:]]
        if source:
            text = self.codes.get((source, "E01a", "办件状态", text), text).upper()
        if text not in words:
            raise Bad("ENUM_UNKNOWN")
        return words[text]

    # --- files ---

    def files(self):
        for path in sorted(glob.glob(self.raw + "/*/*")):
            name = path[len(self.raw) + 1 :]
            found = re.fullmatch(
                r"\d{4}/(E\w+?)_[^/]*?_([A-Za-z0-9]+)_(\d{8})(?:_r(\d+))?\.csv(?:\.gz)?", name
            )
            if found and found[1] in EXPORTS:
                cutoff = datetime.datetime.strptime(found[3], "%Y%m%d").date()
                yield name, found[1], found[2], cutoff, int(found[4] or 0)

    def read(self):
        files = list(self.files())
        counts = "rows_read kept rejected duplicate superseded total_rows".split()
        for name, *_ in files:
            self.ledger[name] = dict.fromkeys(counts, 0)
        self.came = set()
        for name, export, org, cutoff, version in files:
            same = [f for f in files if f[1:4] == (export, org, cutoff)]
            if version == max(f[4] for f in same):
                self.came.add(export)
                FileReader(self, name, export, org, cutoff, version).read()
        self.merge()
        return self

    def merge(self):
        for export, rows in self.rows.items():
            by_key = {}
            for key, rank, row in rows:
                by_key.setdefault(key, []).append((rank, row))
            self.tables[export] = []
            for same in by_key.values():
                same.sort(key=lambda pair: pair[0])
                (_, _, name, line), winner = same[-1]
                self.ledger[name]["kept"] += 1
                self.tables[export].append(winner)
                for rank, row in same[:-1]:
                    lost = "duplicate" if row == winner else "superseded"
                    self.ledger[rank[2]][lost] += 1
                winner["found_at"] = (name, line)


# --- records ---


def decode(data):
    if data[:2] == b"\xff\xfe":
        return data[2:].decode("utf-16-le", "replace")
    if data[:3] == b"\xef\xbb\xbf":
        return data[3:].decode("utf-8", "replace")
    bad = {"utf-8": 0, "gb18030": 0}
    for line in data.split(b"\n"):
        for encoding in bad:
            try:
                line.decode(encoding)
            except UnicodeDecodeError:
                bad[encoding] += 1
    best = "utf-8" if bad["utf-8"] <= bad["gb18030"] else "gb18030"
    return data.decode(best, "replace")


def record_at(text, at, delimiter):
    """(cells, where the next record begins, physical lines), or None for broken quoting."""
    cells, lines, end = [], 1, len(text)
    while True:
        if text[at : at + 1] == '"':
            parts = []
            at += 1
            while True:
                quote = text.find('"', at)
                if quote < 0:
                    return None
                parts.append(text[at:quote])
                at = quote + 1
                if text[at : at + 1] != '"':
                    break
                parts.append('"')
                at += 1
            cells.append("".join(parts))
            lines += cells[-1].count("\n")
            after = at
            while text[after : after + 1] == "\r":
                after += 1
            if after >= end:
                return cells, end, lines
            if text[after] == "\n":
                return cells, after + 1, lines
            if text[at] != delimiter:
                return None
            at += 1
            continue
        stop = at
        while stop < end and text[stop] not in (delimiter, "\n"):
            stop += 1
        if stop >= end or text[stop] == "\n":
            cells.append(text[at:stop].rstrip("\r"))
            return cells, min(stop + 1, end), lines
        cells.append(text[at:stop])
        at = stop + 1


def trimmed(cells, count):
    cells = list(cells)
    while len(cells) > count and normalise(cells[-1]) == "":
        cells.pop()
    return cells


def records(text, delimiter, count, at=0, line=1):
    """(line, cells or None when broken, where the next begins); count: H, None while unknown."""
    while at < len(text):
        found = record_at(text, at, delimiter)
        if found and (count is None or found[2] == 1 or len(trimmed(found[0], count)) == count):
            yield line, found[0], found[1]
            at, line = found[1], line + found[2]
            continue
        yield line, None, None
        while True:
            feed = text.find("\n", at)
            at = len(text) if feed < 0 else feed + 1
            line += 1
            if at >= len(text) or count is None:
                break
            found = record_at(text, at, delimiter)
            if found and len(trimmed(found[0], count)) == count:
                break


def without_empty_end(names):
    while names and not names[-1][0]:
        names.pop()
    return names


class FileReader:
    def __init__(self, reader, name, export, org, cutoff, version):
        self.reader, self.name, self.export = reader, name, export
        self.cutoff, self.version = cutoff, version
        self.columns, self.orders = EXPORTS[export]
        self.source = reader.org(org, cutoff) or org
        self.count = reader.ledger[name]
        self.filled = {}

    def header_rows(self, names, upper, lower):
        """What counts as the header when it comes again. A title above it names no column."""
        rows = [names, lower]
        if len(self.named(names)) > len(self.named(lower)):
            rows.append(upper)
        self.rows = [[name for name, _ in without_empty_end(list(row))] for row in rows]

    def named(self, names):
        """{column: (cell, unit)}"""
        column_of = {header_name(h)[0]: c[0] for c in self.columns for h in c[1]}
        found = {}
        for at, (name, unit) in enumerate(names):
            if name in column_of:
                found.setdefault(column_of[name], (at, unit))
        return found

    def mapping(self, names):
        """The same, or None when a required column is missing."""
        found = self.named(names)
        needed = [c[0] for c in self.columns if "K" in c[3] or "R" in c[3]]
        return found if all(name in found for name in needed) else None

    def find_header(self, text):
        """(delimiter, names, mapping, where data begins, its line), or None."""
        for delimiter in ",;\t":
            first = []
            for record in records(text, delimiter, None):
                first.append(record)
                if len(first) > 31:
                    break
            for i, (_, cells, _) in enumerate(first[:30]):
                if cells is None:
                    continue
                names, last = without_empty_end([header_name(c) for c in cells]), i
                found = self.mapping(names)
                self.header_rows(names, [], names)
                if not found and i + 1 < len(first) and first[i + 1][1] is not None:
                    lower = [header_name(c) for c in first[i + 1][1]]
                    wide = max(len(names), len(lower))
                    upper = names + [("", "")] * (wide - len(names))
                    lower += [("", "")] * (wide - len(lower))
                    names = without_empty_end([b if b[0] else a for a, b in zip(upper, lower)])
                    found, last = self.mapping(names), i + 1
                    self.header_rows(names, upper, lower)
                if found:
                    begin = first[last][2]
                    line = text.count("\n", 0, begin) + 1
                    return delimiter, [n[0] for n in names], found, begin, line
        return None

    def read(self):
        with open(os.path.join(self.reader.raw, self.name), "rb") as file:
            data = file.read()
        text = decode(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)
        header = self.find_header(text)
        if not header:
            return
        delimiter, self.names, self.found, begin, line = header
        for line, cells, _ in records(text, delimiter, len(self.names), begin, line):
            reason = self.take(line, cells)
            if reason:
                self.count["rows_read"] += 1
                self.count["rejected"] += 1
                self.reader.rejects.append((self.name, line, reason))

    def take(self, line, cells):
        """Takes a record; the reason when it is rejected."""
        width = len(self.names)
        if cells is None:
            return "QUOTE_OPEN"
        plain = [normalise(cell) for cell in cells]
        first = next((cell for cell in plain if cell), None)
        names = [name for name, _ in without_empty_end([header_name(cell) for cell in cells])]
        repeated = names in self.rows
        if first is None or repeated or first.startswith(tuple(NOTES)):
            return None
        if no_space(first).startswith(("合计", "小计", "总计")):
            self.count["rows_read"] += 1
            self.count["total_rows"] += 1
            return None
        cells = trimmed(cells, width)
        if len(cells) != width:
            return "FIELD_COUNT"
        if any("\ufffd" in cell for cell in cells):
            return "ENCODING_BAD"
        self.altered = []
        row, reasons = self.clean(cells)
        if reasons:
            return min(reasons, key=REASONS.index)
        self.reader.changes.update((self.name, line, header) for header in self.altered)
        self.count["rows_read"] += 1
        key = tuple(row[c[0]] for c in self.columns if "K" in c[3])
        rank = (self.cutoff, self.version, self.name, line)
        self.reader.rows[self.export].append((key, rank, row))
        return None

    def clean(self, cells):
        row, reasons = {}, set()
        # Organisations last: their names are those of a day in another column.
        for column in sorted(self.columns, key=lambda c: c[2] == "org"):
            self.clean_cell(column, cells, row, reasons)
        for first, second in self.orders:
            if None not in (row[first], row[second]) and day(row[second]) < day(row[first]):
                reasons.add("DATE_ORDER")
        for name, _, _, flags in self.columns:
            if "G" in flags and row[name] is not None:
                if not datetime.date(2000, 1, 1) <= day(row[name]) <= self.cutoff + DAY:
                    reasons.add("DATE_RANGE")
        return row, reasons

    def cell(self, column, cells):
        """The normalised cell, filled down."""
        text = normalise(cells[self.found[column[0]][0]])
        if "F" not in column[3]:
            return text
        if text:
            self.filled[column[0]] = text
        return self.filled.get(column[0], "")

    def reference_day(self, row):
        column = {"E01a": "accept_at", "E07a": "date"}.get(self.export)
        return day(row[column]) if column and row[column] is not None else self.cutoff

    def clean_cell(self, column, cells, row, reasons):
        name, _, kind, flags = column
        row[name] = None
        if name not in self.found:
            return
        text, value, bad = self.cell(column, cells), None, None
        on = self.reference_day(row) if kind == "org" else self.cutoff
        source = self.source if (self.export, name) == ("E01a", "status") else None
        if text and text.upper() not in NULLS:
            try:
                factor = unit_factor(self.found[name][1])
                value = self.reader.value(kind, text, factor, on, source)
            except Bad as why:
                bad = why.args[0]
        if value is None and name == "org" and row.get("org_code"):
            value = self.reader.org(row["org_code"], on)
        row[name] = value
        raw = cells[self.found[name][0]]
        if is_altered(kind, raw, value, unit_factor(self.found[name][1])):
            self.altered.append(column[1][0])
        if value is None and ("K" in flags or "R" in flags):
            reasons.add(bad or missing_reason(kind, flags))


def is_altered(kind, raw, value, factor):
    """Does the cell stand otherwise in the clean table? Decimals of money do not count."""
    if value is None:
        return raw != ""
    if kind in ("i", "m"):
        plain = r"-?(0|[1-9][0-9]*)" + (r"(\.[0-9]+)?" if kind == "m" else "")
        return not re.fullmatch(plain, raw) or (factor != 1 and value != 0)
    if kind == "ym":
        return raw != "%04d-%02d" % (value // 12, value % 12 + 1)
    if kind == "dt":
        return raw != value.isoformat(" ")
    return raw != str(value)


def missing_reason(kind, flags):
    if "K" in flags or kind in TEXTS:
        return "KEY_MISSING"
    if kind in ("d", "dt", "year", "ym"):
        return "DATE_BAD"
    return "NUMBER_BAD" if kind in ("i", "m") else "ENUM_UNKNOWN"


def day(value):
    return value.date() if isinstance(value, datetime.datetime) else value
