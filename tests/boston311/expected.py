#!/usr/bin/env python3
"""What tests/boston311/config.ini must give, worked out without tongji.

usage: tests/boston311/expected.py FOLDER        writes figures, ledger and rejects to expected/
"""
import csv
import glob
import os
import sys
from datetime import datetime

YEAR = 2015


def moment(text):
    return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p") if text else None


def read(folder):
    """The rows of each file."""
    for path in sorted(glob.glob(os.path.join(folder, "*.csv"))):
        name = os.path.basename(path)
        with open(path, newline="", encoding="utf-8") as file:
            records = csv.DictReader(file)
            for row in records:
                yield {
                    "file": name,
                    "department": row["Department"],
                    "opened": moment(row["OPEN_DT"]),
                    "target": moment(row["TARGET_DT"]),
                    "closed": moment(row["CLOSED_DT"]),
                    "label": row["OnTime_Status"],
                }


def write(name):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "expected", name)
    return csv.writer(open(path, "w", newline="", encoding="utf-8"), lineterminator="\n")


def files(rows):
    """Ledger and rejects."""
    out = write("ledger.csv")
    out.writerow("file rows_read kept rejected duplicate superseded total_rows".split())
    for name in sorted({r["file"] for r in rows}):
        n = sum(r["file"] == name for r in rows)
        out.writerow([name, n, n, 0, 0, 0, 0])
    out = write("rejects.csv")
    out.writerow(["file", "line", "reason"])


def half_up(numerator, denominator, decimals):
    """numerator / denominator in integers, rounded once."""
    scaled = (2 * numerator * 10**decimals + denominator) // (2 * denominator)
    return f"{scaled // 10**decimals}.{scaled % 10**decimals:0{decimals}}"


def count(rows):
    return [len(rows), "", "", "cases", len(rows)]


def rate(rows):
    """Closed by target; printed 100 only when all are, 0 only when none is."""
    good = sum(r["closed"] <= r["target"] for r in rows)
    if not rows:
        return ["", 0, 0, "%", "—"]
    printed = half_up(100 * good, len(rows), 1)
    if printed == "100.0" and good < len(rows):
        printed = "99.9"
    if printed == "0.0" and good > 0:
        printed = "0.1"
    return [half_up(100 * good, len(rows), 6), good, len(rows), "%", printed + "%"]


def labelled(rows):
    return count([r for r in rows if r["label"] == "ONTIME"])


def figure(out, name, rows, date, values):
    """One line for all rows, one for each department with a row, one for each month."""
    groups = [("", "", rows)]
    for department in sorted({r["department"] for r in rows}):
        groups.append((department, "", [r for r in rows if r["department"] == department]))
    for month in range(1, 13):
        groups.append(("", f"{YEAR}-{month:02}", [r for r in rows if r[date].month == month]))
    for department, month, some in groups:
        out.writerow([name, YEAR, department, month] + values(some))


def main():
    rows = list(read(sys.argv[1]))
    files(rows)
    opened = [r for r in rows if r["opened"].year == YEAR]
    closed = [r for r in rows if r["closed"] and r["closed"].year == YEAR]
    due = [r for r in closed if r["target"]]
    assert all((r["closed"] <= r["target"]) == (r["label"] == "ONTIME") for r in due), "no longer so"

    out = write("indicators.csv")
    out.writerow("id period org month value_exact numerator denominator unit printed".split())
    figure(out, "B01", opened, "opened", count)
    figure(out, "B02", closed, "closed", count)
    figure(out, "B03", due, "closed", rate)
    figure(out, "B04", due, "closed", labelled)


main()
