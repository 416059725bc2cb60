#!/usr/bin/env python3
"""What publish leaves, read back by programs that know nothing of tongji.

usage: tests/published.py csv OUT             summary.csv and its receipt, against compute
       tests/published.py package OUT         the datapackage.json of every stage
       tests/published.py workbook OUT        summary.xlsx, with openpyxl
       tests/published.py office OUT FOLDER   both through LibreOffice (FOLDER: scratch, its
                                              profile lies beside it)
       tests/published.py office OUT FOLDER xlsx   the workbook only

Prints what is wrong, and exits with 1 when there is anything. The rules of a package are those of
the Data Package standard 2.0 (datapackage.org/standard), written down here by hand.
"""
import csv
import decimal
import glob
import gzip
import hashlib
import io
import json
import os
import re
import subprocess
import sys

D = decimal.Decimal
decimal.getcontext().prec = 60
csv.field_size_limit(1 << 30)

ZH = "编号,章节,指标,期间,范围,数值,单位,精确值,分子,分母,上年,变化,变化单位,区间下限,区间上限,判断,状态,说明"
EN = ("id,chapter,indicator,period,scope,figure,unit,value,numerator,denominator,prior,change,"
      "change unit,low,high,judgement,status,note")
HEADINGS = {"zh": ZH.split(","), "en": EN.split(",")}
# What each column takes from compute/indicators.csv; None: from the configuration, or made.
TAKEN = ["id", None, None, "period", None, "printed", "unit", "value", "numerator", "denominator",
         "prior", "change", "change_unit", "ci_low", "ci_high", "flag", "status", "note"]
NUMBERS = [7, 8, 9, 10, 11, 13, 14]
PRINTED = 5
MAY_BE_NUMBERS = NUMBERS + [3, PRINTED]
WORDS = {"正常": "normal", "缺报": "not reported", "基数为零": "zero base", "无上年数": "no prior year",
         "口径变": "definition changed", "暂定": "provisional", "明显": "clear",
         "可能偶然": "may be chance", "样本过小": "sample too small"}
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?%?")

wrong = []


def want(condition, *what):
    if not condition:
        wrong.append(" ".join(str(w) for w in what))
    return condition


def rows_of(path, encoding="utf-8"):
    data = open(path, "rb").read()
    if path.endswith(".gz"):
        data = gzip.decompress(data)
    return list(csv.reader(io.StringIO(data.decode(encoding), newline="")))


def figures(out, language):
    """The rows of the summary as they must be, without chapter and name."""
    rows = rows_of(out + "/compute/indicators.csv")
    result = []
    for r in rows[1:]:
        f = dict(zip(rows[0], r))
        for c in ("org", "note"):  # words of cells: defused in every file that is opened
            f[c] = disarmed(f[c])
        cells = [f[t] if t else None for t in TAKEN]
        whole = {"zh": "全区", "en": "all"}[language]
        cells[4] = " ".join(x for x in (f["org"], f["month"]) if x) or whole
        if language == "en":
            for c in (15, 16):
                cells[c] = WORDS.get(cells[c], cells[c])
        result.append(cells)
    return result


def summary(out):
    """(language, encoding, rows) of summary.csv."""
    data = open(out + "/publish/summary.csv", "rb").read()
    encoding = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "gb18030"
    text = data.decode(encoding)
    want(text.count("\r\n") == text.count("\n") and "\ufeff" not in text, "line ends or BOM")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    language = "zh" if rows[0] == HEADINGS["zh"] else "en"
    want(rows[0] == HEADINGS[language], "headings", rows[0])
    return language, encoding, rows


def disarmed(cell):
    return cell[1:] if re.match(r"'[=+\-@\t\r]", cell) else cell


def same(got, expected, place):
    for c, (g, x) in enumerate(zip(got, expected)):
        if x is not None:
            want(g == x, place, "column", c, repr(g), "is not", repr(x))


def resource(out, stage, name):
    package = json.load(open("%s/%s/datapackage.json" % (out, stage), encoding="utf-8"))
    return next(r for r in package["resources"] if r["name"] == name)


# --- summary.csv ---

def check_csv(out):
    language, encoding, rows = summary(out)
    expected = figures(out, language)
    want(len(rows) == len(expected) + 1, "rows", len(rows) - 1, len(expected))
    for i, (got, x) in enumerate(zip(rows[1:], expected)):
        want(len(got) == len(TAKEN), "cells of row", i + 2)
        for c, cell in enumerate(got):
            want(cell == disarmed(cell) or cell[1] in "=+-@\t\r", "row", i + 2, repr(cell))
            armed = cell[:1] in ("=", "+", "@") or (cell[:1] == "-" and not NUMBER.fullmatch(cell))
            want(not armed, "row", i + 2, "would be run:", repr(cell))
        same([disarmed(c) for c in got], x, "row %d" % (i + 2))
    receipt = resource(out, "publish", "summary.csv")
    want(receipt["rows"] == len(rows) - 1, "receipt: rows")
    want(receipt["encoding"] == encoding.replace("-sig", ""), "receipt: encoding")
    for c in NUMBERS:
        total = sum((D(r[c]) for r in rows[1:] if r[c]), D(0))
        said = receipt["sums"].get(rows[0][c])
        want(said is not None and D(said) == total, "receipt:", rows[0][c], said, total)
    want(len(receipt["sums"]) == len(NUMBERS), "receipt: columns")


# --- datapackage.json ---

TYPES = {
    "string": r"(?s).*",
    "integer": r"[+-]?[0-9]+",
    "number": r"[+-]?[0-9]+(\.[0-9]+)?",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "datetime": r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}",
    "yearmonth": r"[0-9]{4}-[0-9]{2}",
}
DIALECT = {"delimiter": str, "lineTerminator": str, "quoteChar": str, "doubleQuote": bool,
           "header": bool}


def check_schema(schema, rows, place):
    want(schema.get("$schema") == "https://datapackage.org/profiles/2.0/tableschema.json", place)
    fields = schema["fields"]
    names = [f["name"] for f in fields]
    want(len(fields) > 0 and len(set(names)) == len(names), place, "names", names)
    want(names == rows[0], place, "fields are", names, "but the file has", rows[0])
    for c, f in enumerate(fields):
        if not want(f["type"] in TYPES, place, f["name"], "type", f["type"]):
            continue
        want(set(f) <= {"name", "type", "title", "description", "format"}, place, sorted(f))
        want(all(isinstance(v, str) for v in f.values()), place, f)
        want(("format" in f) == (f["type"] == "datetime"), place, f)
        want(f.get("format", "%Y-%m-%d %H:%M:%S") == "%Y-%m-%d %H:%M:%S", place, f)
        form = re.compile(TYPES[f["type"]])
        bad = next((r[c] for r in rows[1:] if r[c] and not form.fullmatch(r[c])), None)
        want(bad is None, place, f["name"], "is no", f["type"], repr(bad))
    key = schema.get("primaryKey", [])
    want(isinstance(key, list) and set(key) <= set(names), place, "primaryKey", key)
    if key:
        at = [names.index(k) for k in key]
        values = [tuple(r[i] for i in at) for r in rows[1:]]
        want(all(all(v) for v in values) and len(set(values)) == len(values), place, "key")


def check_resource(folder, r):
    path = r["path"]
    place = folder + "/" + path
    want(r.get("$schema") == "https://datapackage.org/profiles/2.0/dataresource.json", place)
    want(isinstance(r["name"], str) and r["name"], place, "name")
    want("data" not in r, place, "has data and a path")
    want(path and path[0] not in "./~" and "\\" not in path and "://" not in path and
         ".." not in path.split("/"), place, "path")
    data = open(place, "rb").read()
    want(r["bytes"] == len(data), place, "bytes")
    want(r["hash"] == "sha256:" + hashlib.sha256(data).hexdigest(), place, "hash")
    want(re.fullmatch(r"[^/]+/[^/]+", r.get("mediatype", "a/b")), place, "mediatype")
    if "schema" not in r:
        want("type" not in r, place, "a table without schema")
        return
    want(r["type"] == "table" and r["format"] == "csv", place, "type")
    want(all(isinstance(r["dialect"].get(k), t) for k, t in DIALECT.items()), place, "dialect")
    want(("compression" in r) == path.endswith(".gz"), place, "compression")
    encoding = "utf-8-sig" if r["encoding"] == "utf-8" else r["encoding"]
    rows = rows_of(place, encoding)
    raw = gzip.decompress(data) if path.endswith(".gz") else data
    want(r["dialect"]["lineTerminator"] == ("\r\n" if b"\r\n" in raw else "\n"), place, "line ends")
    want(r["rows"] == len(rows) - 1, place, "rows")
    check_schema(r["schema"], rows, place)


def check_package(out):
    for stage in ("clean", "merge", "compute", "publish"):
        folder = out + "/" + stage
        package = json.load(open(folder + "/datapackage.json", encoding="utf-8"))
        want(package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json", stage)
        want(re.fullmatch(r"[-a-z0-9._]+", package["name"]), stage, "name", package["name"])
        want(isinstance(package["title"], str), stage, "title")
        want(set(package) == {"$schema", "name", "title", "resources"}, stage, sorted(package))
        names = [r["name"] for r in package["resources"]]
        want(names and len(set(names)) == len(names), stage, "names of resources")
        there = sorted(os.path.relpath(os.path.join(d, f), folder)
                       for d, _, fs in os.walk(folder) for f in fs
                       if not f.startswith(".") and not f.endswith((".tjt", ".unit")) and
                       f != "datapackage.json")
        want(there == sorted(r["path"] for r in package["resources"]), stage, "files", there)
        for r in package["resources"]:
            check_resource(folder, r)
    tables = {r["path"] for s in ("merge", "compute", "publish")
              for r in json.load(open("%s/%s/datapackage.json" % (out, s)))["resources"]
              if "schema" in r}
    want({"summary.csv", "indicators.csv", "checks.csv", "ledger.csv"} <= tables, sorted(tables))


# --- summary.xlsx ---

def columns_wide(text):
    return max(sum(2 if ord(ch) >= 0x2e80 else 1 for ch in line) for line in text.split("\n"))


def decimals(text):
    return len(text.rstrip("%").partition(".")[2])


def is_number(text):
    digits = re.sub(r"[-.%]", "", text).lstrip("0")
    return NUMBER.fullmatch(text) and len(digits) <= 15


def check_cell(cell, text, may_be_number, place):
    value, form = cell.value, cell.number_format
    if may_be_number and is_number(text):
        number = D(text.rstrip("%")) / (100 if text.endswith("%") else 1)
        expected = "0" + ("." + "0" * decimals(text) if decimals(text) else "")
        want(cell.data_type == "n" and abs(float(number) - value) <= 4e-16 * abs(value), place,
             repr(value), "is not", text)
        want(form == expected + ("%" if text.endswith("%") else ""), place, text, "shown as", form)
        return
    want((value or "") == text, place, repr(value), "is not", repr(text))
    want(not text or cell.data_type == "s", place, repr(text), "is of type", cell.data_type)
    want(form == "@", place, repr(text), "shown as", form)


def check_sheet(ws, n):
    """Set-up of a sheet with a table from the first row on and n rows of data."""
    last = "%s%d" % (ws.cell(1, ws.max_column).column_letter, n + 1)
    want(ws.freeze_panes == "A2", ws.title, "panes", ws.freeze_panes)
    want(ws.auto_filter.ref == "A1:" + last, ws.title, "filter", ws.auto_filter.ref, last)
    want(ws.print_title_rows == "$1:$1", ws.title, "printed headings", ws.print_title_rows)


def check_page(ws):
    want(ws.page_setup.orientation == "landscape" and int(ws.page_setup.paperSize) == 9, ws.title,
         "is not A4 landscape")
    want(ws.sheet_properties.pageSetUpPr.fitToPage and ws.page_setup.fitToHeight == 0, ws.title,
         "pages")
    want(0 < len(ws.title) <= 31 and not re.search(r"[\[\]:*?/\\]", ws.title), ws.title, "name")
    for row in ws.iter_rows(min_row=4 if ws.max_column == 2 else 1):
        for cell in row:
            if cell.data_type == "s" and cell.border.left.style:
                width = ws.column_dimensions[cell.column_letter].width
                need = min(columns_wide(cell.value) + 1, 48)
                want(width >= need, ws.title, cell.coordinate, "is narrow:", width, need)


def check_figures(wb, language, names, expected):
    """Each figure on one sheet, typed; names of those of the whole."""
    seen = {}
    for ws in wb.worksheets:
        if [c.value for c in ws[1]] != HEADINGS[language]:
            continue
        check_sheet(ws, ws.max_row - 1)
        marked = {str(r) for f in ws.conditional_formatting for r in f.cells.ranges}
        for column in "LPQ":
            area = "%s2:%s%d" % (column, column, ws.max_row)
            want(area in marked or area.split(":")[0] in marked, ws.title, area, marked)
        for row in ws.iter_rows(min_row=2):
            key = (row[0].value, str(row[3].value), row[4].value)
            want(key not in seen, key, "stands twice")
            seen[key] = (ws, row)
    taken = set()
    for x, named in zip(expected, names):
        key = (x[0], x[3], x[4])
        if not want(key in seen, key, "is on no sheet"):
            continue
        ws, row = seen.pop(key)
        texts = [named[c] if t is None else t for c, t in enumerate(x)]
        for c, text in enumerate(texts):
            check_cell(row[c], text, c in MAY_BE_NUMBERS, "%s %s" % (ws.title, row[c].coordinate))
        if x[4] in ("全区", "all") and x[0].lower() not in taken:
            taken.add(x[0].lower())
            check_name(wb, ws, row, re.sub(r"[^\w.]", "_", x[0]))
    want(not seen, "figures that compute has not:", list(seen))
    count = len(defined(wb))
    want(count == 2 * len(taken), "names:", count, 2 * len(taken))


def defined(wb):
    names = wb.defined_names
    names = {n.name: n.attr_text for n in names.definedName} if hasattr(names, "definedName") else {
        n: d.attr_text for n, d in names.items()}
    return {n: t for n, t in names.items() if not n.startswith("_xlnm")}


def check_name(wb, ws, row, ident):
    for suffix, column in (("", PRINTED), (".value", 7)):
        name = "_" + ident + suffix
        cell = row[column]
        at = "'%s'!$%s$%d" % (ws.title, cell.column_letter, cell.row)
        want(defined(wb).get(name, "").replace("''", "'") == at, name, defined(wb).get(name), at)
        # A name that is the address of a cell too makes Excel refuse the file.
        want(not re.fullmatch(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*", name), name)


def check_cover(ws, out, language, rows):
    cells = {r[0].value: r[1].value for r in ws.iter_rows(min_row=1) if r[1].value is not None}
    title = json.load(open(out + "/publish/datapackage.json", encoding="utf-8"))["title"]
    want(ws["A1"].value == title and ws["A1"].data_type == "s", "title", ws["A1"].value)
    want(len(rows) - 1 in cells.values(), "the cover lacks the number of rows")
    for name, total in resource(out, "publish", "summary.csv")["sums"].items():
        found = [r[1].value for r in ws.iter_rows(min_row=5) if r[0].value == name][:1]
        want(found and float(found[0]) == float(total), "cover", name, found, total)
    for word in WORDS:
        want((word if language == "zh" else WORDS[word]) in cells, "the legend lacks", word)
    return cells


def check_rest(wb, out, language):
    """Checks and ledger have what the CSV has, and totals with values."""
    at = {"zh": ("核对", "台账", "指标定义"), "en": ("checks", "ledger", "definitions")}[language]
    for name, path, total in ((at[0], "/compute/checks.csv", 0), (at[1], "/merge/ledger.csv", 1)):
        rows, ws = rows_of(out + path), wb[name]
        want(ws.max_row == len(rows) + total, name, "rows", ws.max_row, len(rows))
        check_sheet(ws, len(rows) - 1)
        for r, row in enumerate(rows[1:], 2):
            want(str(ws.cell(r, 1).value) == disarmed(row[0]), name, r, row[0])
        for c, heading in enumerate(rows[0]):
            if not total or not heading.startswith(("rows", "kept", "rej", "dup", "sup", "total")):
                continue
            added = sum(int(r[c]) for r in rows[1:])
            want(ws.cell(len(rows) + 1, c + 1).value == added, name, heading, "total", added)
    check_sheet(wb[at[2]], wb[at[2]].max_row - 1)


def check_workbook(out):
    import openpyxl
    path = out + "/publish/summary.xlsx"
    language, _, rows = summary(out)
    names = [[disarmed(c) for c in r] for r in rows[1:]]
    wb = openpyxl.load_workbook(path)
    values = openpyxl.load_workbook(path, data_only=True)
    for ws in wb.worksheets:
        check_page(ws)
        for row in ws.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    shown = values[ws.title][cell.coordinate].value
                    want(re.fullmatch(r"=SUM\([A-Z]+2:[A-Z]+[0-9]+\)", cell.value) and
                         shown is not None, ws.title, cell.coordinate, cell.value, shown)
    cells = check_cover(wb.worksheets[0], out, language, rows)
    check_figures(wb, language, names, figures(out, language))
    check_rest(values, out, language)
    day = cells.get("数据截止") or cells.get("cut-off")
    want(wb.properties.created.isoformat() == day + "T00:00:00", "created", wb.properties.created)


# --- LibreOffice ---

def convert(scratch, source, to, read=None):
    profile = os.path.dirname(scratch) + "/soffice"
    command = ["soffice", "-env:UserInstallation=file://" + profile, "--headless"]
    if read:
        command += ["--infilter=" + read]
    command += ["--convert-to", to, "--outdir", scratch + "/to", source]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   timeout=300, env=dict(os.environ, LC_ALL="C.UTF-8"))  # names of sheets


def by_value(text):
    """The number that a spreadsheet makes of a text, else the text."""
    if not NUMBER.fullmatch(text):
        return text
    return D(text[:-1]) / 100 if text.endswith("%") else D(text)


def check_office(out, scratch, *only):
    scratch = os.path.abspath(scratch)
    language, encoding, rows = summary(out)
    text = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false"
    expected = figures(out, language)
    if not only:
        # As a double click opens it: 76 and 85 are UTF-8 and GB18030.
        convert(scratch, out + "/publish/summary.csv", text,
                "CSV:44,34,%d,1" % (85 if encoding == "gb18030" else 76))
        got = rows_of(scratch + "/to/summary.csv")
        want(got[0] == rows[0] and len(got) == len(rows), "summary.csv: headings or rows")
        for i, (g, x) in enumerate(zip(got[1:], expected)):
            same([by_value(disarmed(c)) for c in g],
                 [None if c is None else by_value(c) for c in x], "summary.csv row %d" % (i + 2))
    convert(scratch, out + "/publish/summary.xlsx", text + ",-1")
    got = {}
    for path in glob.glob(glob.escape(scratch) + "/to/summary-*.csv"):
        sheet = rows_of(path)
        if sheet[0] == HEADINGS[language]:
            for r in sheet[1:]:
                got[r[0], r[3], r[4]] = r
    want(len(got) == len(expected), "summary.xlsx: rows", len(got), len(expected))
    for i, x in enumerate(expected):
        named = [disarmed(c) if t is None else t for c, t in zip(rows[i + 1], x)]
        same(got.get((x[0], x[3], x[4]), []), named, "summary.xlsx %s %s" % (x[0], x[4]))


if len(sys.argv) < 3:
    sys.exit(__doc__)
{"csv": check_csv, "package": check_package, "workbook": check_workbook,
 "office": check_office}[sys.argv[1]](*sys.argv[2:])
for line in wrong[:40]:
    print(line)
sys.exit(1 if wrong else 0)
