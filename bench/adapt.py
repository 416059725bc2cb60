#!/usr/bin/env python3
"""The outputs of tongji in the layout that ../shared/bench/check.py reads.

usage: adapt.py OUT TO

Writes cleaned.csv.gz (a link), rejects.csv.gz, summary.csv and yoy.csv into TO. Nothing is computed
here but the quotient of a rate's two parts.
"""
import csv
import gzip
import os
import sys

# A record over several lines with a wrong number of cells is QUOTE_OPEN to tongji: it takes the quote
# to be the mistake. Every quote of these files is closed, so that it is the number of cells here.
REASONS = {"FIELD_COUNT": "field_count", "QUOTE_OPEN": "field_count", "KEY_MISSING": "missing_id",
           "DATE_BAD": "bad_date"}
FIGURES = range(1, 9)  # the figures A1 to A8, B1 to B8 and C1 to C8, in the order of summary.csv


def rows(path):
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def number(row):
    """As exact as it is there: the printed value of a rate is rounded."""
    if row["denominator"] in ("", "0"):
        return row["value"]
    return repr(float(row["numerator"]) / float(row["denominator"]))


def summary(figures):
    """Lines (department, period, eight figures). Both years together have no months, a single
    year's figures count for their months alone."""
    for org, month in sorted({(org, month) for _, org, month in figures}):
        letters = "BC" if month else "A"
        cells = [figures.get((letter + str(i), org, month)) for i in FIGURES for letter in letters]
        cells = [cell for cell in cells if cell is not None]
        yield [org or "ALL", month or "ALL"] + cells


def year_over_year(figures):
    for org in sorted({org for _, org, _ in figures}):
        ids = ("B1", "C1", "Y1", "B3", "C3", "Y2")
        yield [org or "ALL"] + [figures[(id, org, "")] for id in ids]


def rejects(out):
    """The deciding reason of each rejected row: a row with several has a line for each."""
    first = {}
    for row in rows(os.path.join(out, "clean", "rejects.csv.gz")):
        first.setdefault((row["file"], row["line"]), row["reason"])
    return first


def write(path, lines):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


def main(out, to):
    os.makedirs(to, exist_ok=True)
    cleaned = os.path.join(to, "cleaned.csv.gz")
    if os.path.lexists(cleaned):
        os.remove(cleaned)
    os.symlink(os.path.abspath(os.path.join(out, "merge", "service.csv.gz")), cleaned)
    with gzip.open(os.path.join(to, "rejects.csv.gz"), "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["reason", "file", "line"])
        for place, reason in rejects(out).items():
            writer.writerow([REASONS.get(reason, reason), *place])
    figures = {(row["id"], row["org"], row["month"]): number(row)
               for row in rows(os.path.join(out, "compute", "indicators.csv"))}
    head = ["dept", "period", "n", "completed", "on_time_rate", "online_share", "le1_share", "fees",
            "median_days", "p90_days"]
    write(os.path.join(to, "summary.csv"), [head] + list(summary(figures)))
    head = ["dept", "n2018", "n2019", "n_change", "ontime2018", "ontime2019", "ontime_change"]
    write(os.path.join(to, "yoy.csv"), [head] + list(year_over_year(figures)))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
