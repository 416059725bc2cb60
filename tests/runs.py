#!/usr/bin/env python3
"""Two runs of the sample, the second after random changes of its raw files and rules: both are
recomputed to the byte, and `tongji compare` splits every figure that has moved.

usage: runs.py TONGJI CONFIG RAW FOLDER [SEED]      RAW is copied; FOLDER is made anew

Every change is the sum of its parts, and all but a mean of rates is split to the end. For some
figures the parts are counted once more here, from the merged rows of the two runs by their keys, in
exact arithmetic: while the rules are the same, and again after a rule has changed.
"""
import csv
import gzip
import json
import os
import random
import re
import shutil
import subprocess
import sys
from decimal import Decimal

PARTS = ("new_rows", "gone_rows", "edited_cells")
FILES, CHANGES, SEED = 25, 30, 2019
MEANS = {"I115"}


def of_year(day):
    return day.startswith("2019")


def accepted(row, refused=("不予受理", "作废", "删除", "测试")):
    trial = any(word in row["task_name"].lower() for word in ("测试", "演示", "test"))
    return of_year(row["accept_at"]) and row["status"] not in refused and not trial


# figure: its table, the key of that, what a row counts for
FIGURES = {
    "I501": ("E12a", ["docno"], lambda r: r["year"] == "2019"),
    "I502": ("E12a", ["docno"], lambda r: r["year"] == "2019" and r["result"] in ("废止", "失效")),
    "I510": (
        "E14c",
        ["no"],
        lambda r: int(r["people"])
        if of_year(r["date"]) and r["kind"] == "咨询" and r["mode"] in ("来电", "来访")
        else 0,
    ),
    "I206": (
        "E07b",
        ["no"],
        lambda r: int(r["given"] or 0) if of_year(r["date"]) and r["kind"] == "宣传单" else 0,
    ),
    "I104": ("E01a", ["case_no"], accepted),
    "I113": (
        "E04",
        ["taxpayer_id", "tax", "policy", "pstart"],
        lambda r: max(Decimal(r["amount"] or 0), Decimal(0)) if of_year(r["pstart"]) else 0,
    ),
}

failed = 0


def check(name, wrong):
    global failed
    failed += bool(wrong)
    print(("fail " if wrong else "pass ") + name)
    for line in wrong[:5]:
        print("     | %s" % (line,))


def swap_digits(line, rng, most):
    text = bytearray(line)
    digits = [i for i, c in enumerate(text) if 48 <= c <= 57]
    for i in rng.sample(digits, min(most, len(digits))):
        text[i] = rng.randrange(48, 58)
    return bytes(text)


def change_file(path, rng):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rb") as file:
        lines = file.read().split(b"\n")
    for _ in range(CHANGES if len(lines) > 8 else 0):
        i = rng.randrange(4, len(lines) - 1) if len(lines) > 6 else 0
        kind = rng.random()
        if not i:
            break
        if kind < 0.4:
            del lines[i]
        elif kind < 0.7:
            lines[i] = swap_digits(lines[i], rng, 1)
        else:
            lines.insert(i, swap_digits(lines[i], rng, 12))
    with opener(path, "wb") as file:
        file.write(b"\n".join(lines))


def change_raw(raw, rng):
    year = os.path.join(raw, "2019")
    for name in rng.sample(sorted(os.listdir(year)), FILES):
        change_file(os.path.join(year, name), rng)


def change_rules(config):
    """An application that was not accepted counts from now on."""
    folder, n = os.path.join(os.path.dirname(config), "config"), 0
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if name.startswith("indicators-1"):
            text, n = re.subn(r"不予受理, *", "", text, count=1)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    assert n == 1, "the rule that is changed is not there"


class Runs:
    def __init__(self, tongji, config, raw, top):
        self.tongji, self.top = tongji, top
        self.raw, self.config = os.path.join(top, "raw"), os.path.join(top, "site/config.ini")
        shutil.rmtree(top, ignore_errors=True)
        shutil.copytree(raw, self.raw)
        os.makedirs(os.path.join(top, "site"))
        shutil.copy(config, self.config)
        shutil.copytree(
            os.path.join(os.path.dirname(config), "config"), os.path.join(top, "site/config")
        )

    def __call__(self, *words):
        return subprocess.run(
            [self.tongji, *words, "-c", self.config, "--raw", self.raw, "--out", self.top + "/out"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def rows(self, run, table):
        path = "%s/again%d/merge/%s.csv.gz" % (self.top, run, table)
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def compare(self, one, two):
        done = self("compare", str(one), str(two), "--all", "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout, parse_float=Decimal)["figures"]


def parts_of(runs, one, two, figure):
    table, key, weight = FIGURES[figure]
    before, now = (
        {tuple(row[k] for k in key): Decimal(weight(row)) for row in runs.rows(run, table)}
        for run in (one, two)
    )
    return [
        sum(now[k] for k in now.keys() - before.keys()),
        -sum(before[k] for k in before.keys() - now.keys()),
        sum(now[k] - before[k] for k in now.keys() & before.keys()),
    ]


def check_sums(name, figures):
    numbers = [(f, n) for f in figures for n in f["numbers"]]
    parts = PARTS + ("rules", "not_split")
    wrong = [
        (f["id"], f["org"], f["month"], n)
        for f, n in numbers
        if "rules" not in n
        or sum(Decimal(n[p]) for p in parts) != Decimal(n["change"])
        or (n["not_split"] != 0 and f["id"] not in MEANS)
    ]
    check("%s: each of %d changes is the sum of its parts" % (name, len(numbers)), wrong)
    if len(numbers) < 20:
        check("%s: enough has changed" % name, ["%d numbers" % len(numbers)])


def check_parts(name, runs, one, two, figures):
    found = {f["id"]: f["numbers"][0] for f in figures if not f["org"] and not f["month"]}
    wrong = []
    for figure in FIGURES:
        want = parts_of(runs, one, two, figure)
        have = [Decimal(found[figure][p]) for p in PARTS] if figure in found else [0, 0, 0]
        if have != want and (figure in found or sum(want) != 0):
            wrong.append("%s: %s, counted here: %s" % (figure, have, want))
    check("%s: the rows of %d figures, counted once more" % (name, len(FIGURES)), wrong)


def main():
    tongji, config, raw, top = sys.argv[1:5]
    rng = random.Random(int(sys.argv[5]) if len(sys.argv) > 5 else SEED)
    runs = Runs(tongji, config, raw, top)
    for run in (1, 2, 3):
        if run == 2:
            change_raw(runs.raw, rng)
        if run == 3:
            change_rules(runs.config)
        done = runs("run", "-q")
        assert done.returncode == 0, done.stderr
    for run in (1, 2, 3):
        done = runs("replay", str(run), "--to", "%s/again%d" % (top, run))
        said = (done.stdout + done.stderr).splitlines()
        check("runs: run %d recomputed to the byte" % run, said if done.returncode else [])
    rows, rules, both = runs.compare(1, 2), runs.compare(2, 3), runs.compare(1, 3)
    check_sums("runs: rows", rows)
    check_parts("runs: rows", runs, 1, 2, rows)
    check_sums("runs: rules", rules)
    moved = [n for f in rules for n in f["numbers"] if any(n[p] != 0 for p in PARTS)]
    check("runs: rules: no row has moved a figure", moved)
    check_sums("runs: both", both)
    table, key, _ = FIGURES["I104"]
    FIGURES["I104"] = (table, key, lambda r: accepted(r, ("作废", "删除", "测试")))
    check_parts("runs: both", runs, 1, 2, both)
    done = runs("verify")
    check("runs: verify", done.stdout.splitlines() if done.returncode else [])
    return 1 if failed else 0


sys.exit(main())
