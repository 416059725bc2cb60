#!/usr/bin/env python3
"""Is a large table of which little changes the same, byte for byte, as one merged from scratch?

usage: tests/ranges.py TONGJI FOLDER [STEPS] [SEED]

A large table is cut into ranges of keys, and those that have not changed are taken from the last
result. Goes a random way of STEPS steps over an export with a key and one without: rows are
appended, edited, moved to another file, put in front (all lines move), files come and go, keys come
back, a result is damaged. After each step `tongji run` goes on from what is there and another run
begins in an empty folder; the stages' folders must be the same. Both must hold the rows that a merge
by hand gives. Exits 1 when something differs.
"""
import csv
import gzip
import os
import random
import shutil
import subprocess
import sys

CONFIG = """[tongji]
title = 大表
raw = raw
out = out
key_file = key
[files]
pattern = {export}_{org}.csv
[parameters]
year = 2019
[limits]
rows_in_memory = 60000
[export K]
title = 有键
column no = 编号 : code, key
column word = 内容 : text
column n = 数量 : count
[export N]
title = 无键
columns = *
[indicator I1]
name = 件数
from = K
value = rows()
print = integer
[indicator I2]
name = 数量
from = N
value = rows()
print = integer
"""
STAGES = ("clean", "merge", "compute", "publish")
WORDS = ["图书", "期刊", "报纸", "音像", "电子书", "其他"]


class Site:
    """Raw files in memory: name -> rows; written where they changed."""

    def __init__(self, top, rng):
        self.top, self.rng, self.files, self.number = top, rng, {}, 0
        os.makedirs(os.path.join(top, "raw"))
        with open(os.path.join(top, "config.ini"), "w", encoding="utf-8") as f:
            f.write(CONFIG)
        for org in "ABC":
            self.put(f"K_{org}.csv", [self.row_k() for _ in range(26000)])
            self.put(f"N_{org}.csv", [self.row_n() for _ in range(24000)])

    def row_k(self):
        self.number += self.rng.choice((1, 1, 1, 2))
        key = self.number if self.rng.random() > 0.01 else self.rng.randrange(self.number)
        return [f"B{key * 2654435761 % 2 ** 32:010d}", self.rng.choice(WORDS),
                str(self.rng.randrange(5))]

    def row_n(self):
        return [self.rng.choice(WORDS), str(self.rng.randrange(5))]

    def row(self, name):
        return self.row_k() if name[0] == "K" else self.row_n()

    def put(self, name, rows):
        self.files[name] = rows
        head = ["编号", "内容", "数量"] if name[0] == "K" else ["内容", "数量"]
        with open(os.path.join(self.top, "raw", name), "w", encoding="utf-8", newline="") as f:
            csv.writer(f, lineterminator="\n").writerows([head] + rows)

    def any(self):
        return self.rng.choice(sorted(self.files))

    # --- steps: each returns what it did ---

    def append(self):
        name = self.any()
        self.put(name, self.files[name] + [self.row(name) for _ in range(self.rng.randrange(1, 9))])
        return f"rows appended to {name}"

    def edit(self):
        name = self.any()
        rows = list(self.files[name])
        for _ in range(self.rng.randrange(1, 5)):
            rows[self.rng.randrange(len(rows))] = self.row(name)
        self.put(name, rows)
        return f"rows of {name} edited"

    def drop(self):
        name = self.any()
        rows = list(self.files[name])
        at = self.rng.randrange(len(rows))
        del rows[at:at + 3]
        self.put(name, rows)
        return f"rows of {name} dropped at {at}"

    def front(self):
        name = self.any()
        self.put(name, [self.row(name)] + self.files[name])
        return f"a row put in front of {name}"

    def move(self):
        a, b = self.rng.sample([n for n in sorted(self.files) if n[0] == "K"], 2)
        rows = list(self.files[a])
        taken = [rows.pop() for _ in range(5)]
        self.put(a, rows)
        self.put(b, self.files[b] + taken)
        return f"rows moved from {a} to {b}"

    def arrive(self):
        name = f"{self.rng.choice('KN')}_{self.rng.choice('DEFG')}.csv"
        self.put(name, [self.row(name) for _ in range(self.rng.randrange(1, 300))])
        return f"{name} arrived"

    def go(self):
        name = self.any()
        if len([n for n in self.files if n[0] == name[0]]) <= 3:
            return self.append()
        del self.files[name]
        os.remove(os.path.join(self.top, "raw", name))
        return f"{name} gone"

    def damage(self):
        path = os.path.join(self.top, "out", "merge", self.rng.choice("KN") + ".tjt.unit")
        with open(path, "r+b") as f:
            f.seek(self.rng.randrange(os.path.getsize(path)))
            f.write(b"\xff")
        return f"{os.path.basename(path)} damaged; " + self.append()

    def merged(self, export):
        """Rows as they must come out: of a key the last file's last row, by key; or all in order."""
        rows = [r for n in sorted(self.files) if n[0] == export for r in self.files[n]]
        if export == "N":
            return rows
        return [r for _, r in sorted({r[0]: r for r in rows}.items())]


def run(tongji, top, out):
    done = subprocess.run([tongji, "run", "-c", os.path.join(top, "config.ini"),
                           "--raw", os.path.join(top, "raw"), "--out", out],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"run: exit {done.returncode}\n{done.stderr}")


def table(out, export):
    path = os.path.join(out, "merge", export + ".csv.gz")
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as f:
        rows = list(csv.reader(f))
    return [r[:3 if export == "K" else 2] for r in rows[1:]]


def main():
    if not 3 <= len(sys.argv) <= 5:
        sys.exit(__doc__)
    tongji, top = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    steps = int(sys.argv[3]) if len(sys.argv) > 3 else 10
    rng = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    shutil.rmtree(top, ignore_errors=True)
    site = Site(top, rng)
    moves = [site.append, site.append, site.edit, site.edit, site.drop, site.front, site.move,
             site.arrive, site.go, site.damage]
    out, fresh = os.path.join(top, "out"), os.path.join(top, "fresh")
    done = ["the beginning"]
    for step in range(steps + 1):
        if step:
            done.append(rng.choice(moves)())
        run(tongji, top, out)
        shutil.rmtree(fresh, ignore_errors=True)
        run(tongji, top, fresh)
        for stage in STAGES:
            pair = [os.path.join(folder, stage) for folder in (out, fresh)]
            differ = subprocess.run(["diff", "-rq"] + pair, capture_output=True, text=True,
                                    check=False)
            if differ.stdout or differ.stderr:
                sys.exit("\n".join(done) + "\n" + differ.stdout + differ.stderr)
        for export in "KN":
            if table(out, export) != site.merged(export):
                sys.exit("\n".join(done) + f"\n{export}: not the rows of the files")
    shutil.rmtree(top)


main()
