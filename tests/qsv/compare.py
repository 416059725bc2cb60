#!/usr/bin/env python3
"""Does our merged table hold the rows that the other tool was left with, in every cell?

usage: tests/qsv/compare.py MERGED.csv.gz DEDUPLICATED.csv

The other tool keeps an order of its own. Ours has the origin of each row in two columns behind it, no blanks around cells, and an apostrophe
in front of text that begins like a formula (contract, 8)."""
import csv
import gzip
import sys

with gzip.open(sys.argv[1], "rt", encoding="utf-8", newline="") as file:
    ours = [row[:-2] for row in csv.reader(file)]
with open(sys.argv[2], encoding="utf-8", newline="") as file:
    theirs = [[cell.strip() for cell in row] for row in csv.reader(file)]
ours = [[cell[1:] if cell[:2] in ("'-", "'+", "'=", "'@") else cell for cell in row] for row in ours]
ours[1:], theirs[1:] = sorted(ours[1:]), sorted(theirs[1:])
if len(theirs) < 2:
    sys.exit("there is nothing to compare with")
for n, (a, b) in enumerate(zip(ours, theirs)):
    if a != b:
        sys.exit("row %d: %r instead of %r" % (n, a, b))
if len(ours) != len(theirs):
    sys.exit("%d rows instead of %d" % (len(ours), len(theirs)))
