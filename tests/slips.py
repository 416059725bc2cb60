#!/usr/bin/env python3
"""The return slips of the 2019 sample against a count of their own.

usage: tests/slips.py OUT

OUT is the output folder of a run on the sample. Three things that tongji's slip code has no part in:
  - tests/sample/rejects.csv, worked out by hand of the rules: each row's deciding reason;
  - a plain count over clean/ and merge/ of findings by organisation, rule, column and value;
  - READS, which figures are computed from which export, read off tests/sample/README.md, section 5.
"""
import collections
import csv
import glob
import gzip
import os
import re
import sys

CODES = dict(
    zip(
        "KEY_MISSING DATE_BAD DATE_ORDER DATE_RANGE NUMBER_BAD ENUM_UNKNOWN FIELD_COUNT QUOTE_OPEN"
        " ENCODING_BAD HEDGED_VALUE".split(),
        ["E-ROW-%02d" % (i + 1) for i in range(10)],
    )
)
READS = {
    "E01a": "104 105 120",
    "E01b": "105 120",
    "E02": "102 103 106 107 108 109 110 111 121",
    "E03": "101",
    "E04": "112 113 122",
    "E05": "114",
    "E06a": "115 116 117 118 119",
    "E07a": "201 202 205 207 208 209 210 211 213 214 602",
    "E07b": "203 204 206",
    "E08": "212 215",
    "E09": "301 302 303 304 305 306 307",
    "E10": "311 312 313 314 315 316 317 318 319 320",
    "E11a": "323 324 325",
    "E11b": "321 322",
    "E12a": "501 502 503 504 515",
    "E12b": "407 505",
    "E12c": "601",
    "E13": "506 507 508",
    "E14a": "401 402 403 404 405 406",
    "E14b": "511 512 513 516",
    "E14c": "509 510",
    "E14d": "514",
}
HEAD = "编号 报表 报表名称 文件 行 列 原值 处数 问题 改正办法 影响指标数 影响指标".split()


def rows(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as f:
        yield from csv.DictReader(f)


def org_of(file):
    return re.match(r"\d+/[^_]+_[^_]+_([^_]+)_", file).group(1)


def shown(value):
    """A value as a slip has it: at most 200 bytes, on one line."""
    value = value.encode()[:200].decode(errors="ignore")
    return re.sub("[\x00-\x1f\x7f]", " ", value)


def findings(out):
    """(organisation, file, code, column, value) of every finding."""
    for r in rows(out + "/clean/rejects.csv.gz"):
        value = r["value"] if r["column"] else r["record"]
        yield org_of(r["file"]), r["file"], CODES[r["reason"]], r["column"], shown(value)
    for r in rows(out + "/clean/warnings.csv.gz"):
        yield org_of(r["file"]), r["file"], r["rule"], r["column"], shown(r["value"])
    for r in rows(out + "/clean/missing.csv"):
        yield r["org_code"], "", "E-SUB-01", "", ""
    for r in rows(out + "/merge/duplicates.csv.gz"):
        if r["file"] == r["lost_to_file"]:
            code = {"duplicate": "W-DUP-01", "superseded": "W-DUP-02"}[r["kind"]]
            yield org_of(r["file"]), r["file"], code, "", ""


def main():
    out = sys.argv[1]
    here = os.path.dirname(os.path.abspath(__file__))
    bad = []

    def same(what, have, want):
        if have != want:
            bad.append("%s: %s, not %s" % (what, have, want))

    slips = {}
    for path in glob.glob(out + "/publish/returns/*.csv"):
        slips[os.path.basename(path)[:-4]] = list(rows(path))
    want = collections.Counter(findings(out))
    have = collections.Counter()
    for org, lines in slips.items():
        before = None
        for line in lines:
            same("headings of " + org, list(line), HEAD)
            have[org, line["文件"], line["编号"], line["列"], line["原值"]] += int(line["处数"])
            figures = line["影响指标"].split()
            same("number of figures", int(line["影响指标数"]), len(figures))
            if line["编号"].startswith("E-"):
                reads = ["I" + i for i in READS[line["报表"]].split()]
                same("figures of " + line["报表"], sorted(figures), reads)
            lost = re.match("E-SUB|W-FILE-0[2456]", line["编号"])
            order = -len(figures), not lost, -int(line["处数"])
            same("order in the slip of " + org, before is None or before <= order, True)
            before = order
    for key in want.keys() | have.keys():
        same("findings %s" % (key,), have[key], want[key])

    # The deciding reasons that were worked out by hand are all there.
    decided = collections.Counter()
    for r in rows(here + "/sample/rejects.csv"):
        decided[org_of(r["file"]), CODES[r["reason"]]] += 1
    on_slips = collections.Counter()
    for (org, _, code, _, _), n in have.items():
        on_slips[org, code] += n
    for key, n in decided.items():
        if on_slips[key] < n:
            bad.append("%s: %d on the slip, %d rows rejected for it" % (key, on_slips[key], n))

    # The sums on the page are those of the ledger.
    sums = collections.defaultdict(collections.Counter)
    names = "rows_read kept rejected duplicate superseded total_rows".split()
    for r in rows(here + "/sample/ledger.csv"):
        sums[org_of(r["file"])].update({"files": 1}, **{n: int(r[n]) for n in names})
    for org in slips:
        with open(out + "/publish/returns/%s.txt" % org, encoding="utf-8-sig") as f:
            page = f.read().split("\n")
        numbers = [int(n) for n in re.findall(r"\d+", page[2])]
        same("sums of " + org, numbers, [sums[org][n] for n in ["files"] + names])

    print("%d slips, %d lines, %d findings" % (len(slips), len(have), sum(have.values())))
    print("\n".join(bad[:20]))
    sys.exit(1 if bad or not slips else 0)


if __name__ == "__main__":
    main()
