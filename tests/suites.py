#!/usr/bin/env python3
"""Does a CSV say what its JSON twin says?

usage: tests/suites.py TWIN.json < table.csv

The twin is a list of objects (the first record of the table then is the header), one object (a
table of one row) or a list of lists. Exits 1 when they differ, and shows both.
"""
import csv
import io
import json
import sys


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        twin = json.load(f)
    twin = [twin] if isinstance(twin, dict) else twin
    text = sys.stdin.buffer.read().decode("utf-8")
    rows = [row or [""] for row in csv.reader(io.StringIO(text, newline=""))]
    if not twin or isinstance(twin[0], dict):
        rows = [dict(zip(rows[0], row)) for row in rows[1:]]
    if rows == twin:
        return 0
    print("twin: ", json.dumps(twin, ensure_ascii=False))
    print("ours: ", json.dumps(rows, ensure_ascii=False))
    return 1


if __name__ == "__main__":
    sys.exit(main())
