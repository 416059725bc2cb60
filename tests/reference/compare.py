#!/usr/bin/env python3
"""tongji against a second reader of the same law, on raw folders that were damaged at random.

usage: compare.py TONGJI FOLDER FIRST LAST      seeds FIRST to LAST of both kinds of mess

Prints "pass ..." or "fail ..." for each folder. Figures, ledger, rejects and the places of all
altered cells must agree, and the rows that `tongji why` finds behind each figure must give it. Where
tongji says 缺报 without a value (no file that could be read came for an export), the second reader
counts nothing; that is the product's own rule and is left out.
"""
import collections
import csv
import gzip
import os
import subprocess
import sys

import figures
import mess
import reading

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")


def rows(path):
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def differences(reader, out):
    """Readable lines, none when everything agrees; and how much was compared."""
    found, compared = [], 0
    have = {(r["id"], r["period"], r["org"], r["month"]): r for r in rows(out + "/compute/indicators.csv")}
    for id, year, org, month, *want in figures.Figures(reader).rows:
        row = have.get((id, str(year), org, month))
        if row and row["status"] == "缺报" and row["value"] == "":
            continue
        cells = row and [row[c] for c in ("value", "numerator", "denominator", "printed")]
        compared += 4
        if cells != [str(cell) for cell in want]:
            found.append("%s %s %s: %s, second reader %s" % (id, org, month, cells, want))
    have = {r["file"]: r for r in rows(out + "/merge/ledger.csv")}
    for name, want in reader.ledger.items():
        for column, value in want.items():
            compared += 1
            if name not in have or have[name][column] != str(value):
                found.append("%s %s: second reader %d" % (name, column, value))
    first = {}
    for row in rows(out + "/clean/rejects.csv.gz"):
        first.setdefault((row["file"], int(row["line"])), row["reason"])
    want = {(name, line): reason for name, line, reason in reader.rejects}
    for place in sorted(first.keys() | want.keys()):
        compared += 1
        if first.get(place) != want.get(place):
            found.append("%s:%d: %s, second reader %s" % (*place, first.get(place), want.get(place)))
    return found, compared


def count(rows_of, *columns):
    return collections.Counter(tuple(row[c] for c in columns) for row in rows_of)


def counted(rows_of, *columns):
    return {tuple(row[c] for c in columns): int(row["count"]) for row in rows_of}


def altered(reader, out):
    """The same for the list of altered cells; and do the counts of it, and of the warnings, add up?"""
    clean = out + "/clean/"
    lines, warnings = rows(clean + "changes.csv.gz"), rows(clean + "warnings.csv.gz")
    have = {(r["file"], int(r["line"]), r["column"]) for r in lines}
    found = []
    for place in sorted(have ^ reader.changes):
        by = "not by the second reader" if place in have else "by the second reader only"
        found.append("%s:%d %s: altered %s" % (*place, by))
    if count(lines, "file", "rule") != counted(rows(clean + "rules.csv"), "file", "rule"):
        found.append("rules.csv does not count changes.csv.gz")
    of_file = count(lines, "file")
    for row in rows(clean + "ledger.csv"):
        if int(row["changes"]) != of_file[row["file"],]:
            found.append("%s: the ledger does not count changes.csv.gz" % row["file"])
    columns = ("file", "rule", "column")
    if count(warnings, *columns) != counted(rows(clean + "quality.csv"), *columns):
        found.append("quality.csv does not count warnings.csv.gz")
    return found, len(have)


def main(tongji, folder, first, last):
    for kind in mess.KINDS:
        for seed in range(int(first), int(last) + 1):
            raw, out = folder + "/raw", folder + "/out"
            mess.make(kind, seed, TOP + "/data/raw", raw)
            command = [tongji, "run", "-q", "-c", TOP + "/config.ini", "--raw", raw, "--out", out]
            status = subprocess.run(command).returncode
            if status:
                print("fail reference: %s %d: tongji run ends with %d" % (kind, seed, status))
                continue
            reader = reading.Reader(raw).read()
            found, compared = (a + b for a, b in zip(differences(reader, out), altered(reader, out)))
            command = [tongji, "why", "--all", "--count"] + command[3:]
            status = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
            if status:
                found.append("the rows do not give the figures: why ends with %d" % status)
            verdict = "fail" if found or not compared else "pass"
            print("%s reference: %s %d, %d cells agree" % (verdict, kind, seed, compared - len(found)))
            for line in found[:20]:
                print("     | " + line)


main(*sys.argv[1:])
