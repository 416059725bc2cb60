"""A site to break things in: a configuration, raw files of two days, and what a run makes of each.

Day one (ONE) has been run and published; a fault strikes the run of day two (TWO), whose raw files
give other bytes in every stage. So what is found afterwards can be told: the last good output, the
new one whole, or something that must not be.
"""
import csv
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess

STAGES = ("clean", "merge", "compute", "publish")
TIMEOUT = 60


def read(path):
    with open(path, "rb") as f:
        return f.read()


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)


def tree(top):
    """All files below a folder, and the folders, which end with a slash: path -> content."""
    found = {}
    for folder, folders, files in os.walk(top):
        below = os.path.relpath(folder, top)
        for name in folders:
            found[os.path.normpath(os.path.join(below, name)) + "/"] = None
        for name in files:
            path = os.path.join(folder, name)
            found[os.path.normpath(os.path.join(below, name))] = read(path)
    return found


def unnumbered(files):
    """The names but those of kept runs, which have the numbers of the runs: how many there were
    before is another question than what is left over."""
    return {p for p in files if not re.match(r"history/runs/\d+(/|$)", p)}


class Site:
    """Folders below `top`: config, raw of both days, the output after each. `root` is the source,
    `build` a build of it, `tools` where inject and shim.so are."""

    def __init__(self, root, build, tools, top):
        self.tongji = os.path.join(build, "bin", "tongji")
        self.inject = os.path.join(tools, "inject")
        self.shim = os.path.join(tools, "shim.so")
        self.root, self.top = root, top
        self.tiny = os.path.join(root, "tests", "tiny")
        self.config = os.path.join(top, "config", "config.ini")
        self.key = os.path.join(top, "config", "hash.key")
        self.raw = {"ONE": os.path.join(top, "one"), "TWO": os.path.join(top, "two")}
        self.good = {}
        shutil.rmtree(top, ignore_errors=True)
        self.make_config()
        self.make_raw()
        self.make_good()

    def make_config(self):
        """That of tests/tiny, included as a pattern; a draft; and an export of more rows than merge
        may hold in memory, so that it spools."""
        text = read(os.path.join(self.tiny, "config.ini")).decode()
        text = text.replace("key_file = ../../build/test.key", "key_file = hash.key")
        head, rest = text.split("\n[files]", 1)
        write(self.config, (head + "\ninclude = parts/*.ini\n[limits]\nrows_in_memory = 100\n").encode())
        parts = os.path.join(self.top, "config", "parts")
        write(os.path.join(parts, "a.ini"), ("[files]" + rest).encode())
        write(os.path.join(parts, "b.ini"),
              "[paragraph one]\nheading = 借阅\ntext =\n    全年借阅{T1}。\n".encode())
        write(os.path.join(parts, "c.ini"),
              "[export visits]\ntitle = 到馆\ncolumn no = 序号 : code, key\ncolumn day = 日期 : date\n".encode())

    def make_raw(self):
        shutil.copytree(os.path.join(self.tiny, "raw"), self.raw["ONE"])
        shutil.copytree(os.path.join(self.tiny, "raw"), self.raw["TWO"])
        for day, n in (("ONE", 300), ("TWO", 301)):
            visits = "序号,日期\n" + "".join(f"V{i},2023-0{i % 9 + 1}-11\n" for i in range(n))
            write(os.path.join(self.raw[day], "visits-EAST-20231231.csv"), visits.encode())
        west = os.path.join(self.raw["TWO"], "loans-WEST-20231231.csv")
        write(west, read(west).replace("R12,2023-09-11".encode(), "R21,2023-09-12".encode())
              + "W012,西馆,学生,R22,2023-11-08,2023-11-22,2023-11-20,1.00\r\n".encode())
        books = os.path.join(self.raw["TWO"], "books-EAST-20231231.csv")
        write(books, read(books).replace("三国演义,5,150".encode(), "三国演义,6,180".encode()))

    def make_good(self):
        out = os.path.join(self.top, "good")
        for day in ("ONE", "TWO"):
            done = self.run(out, self.raw[day])
            if done.returncode or done.stderr:
                raise SystemExit(f"the undisturbed run failed: {done.returncode} {done.stderr}")
            self.good[day] = tree(out)
            shutil.copytree(out, os.path.join(self.top, "after-" + day))
        expected = os.path.join(self.top, "expected")
        write(os.path.join(expected, "indicators.csv"),
              read(os.path.join(self.tiny, "expected", "indicators.csv")))
        subprocess.run(["tests/compare.sh", os.path.join(self.top, "after-ONE"), expected],
                       cwd=self.root, check=True, stdout=subprocess.DEVNULL)
        for stage in STAGES:
            if self.stage_of(self.good["ONE"], stage) == self.stage_of(self.good["TWO"], stage):
                raise SystemExit(f"the two days give the same {stage}: nothing could be told apart")

    def command(self, out, raw, *more):
        return [self.tongji, "run", "-q", "--force", "--jobs", "1", "-c", self.config, "--raw", raw,
                "--out", out, *more]

    def run(self, out, raw, *more, prefix=(), **kw):
        return subprocess.run([*prefix, *self.command(out, raw, *more)], capture_output=True,
                              timeout=TIMEOUT, check=False, **kw)

    def fresh(self, out, day="ONE"):
        """`out` as a run of that day has left it; None: not there, and no key either."""
        shutil.rmtree(out, ignore_errors=True)
        if day:
            shutil.copytree(os.path.join(self.top, "after-" + day), out)

    @staticmethod
    def stage_of(files, stage):
        return {p: c for p, c in files.items() if p.startswith(stage + "/")}

    def state(self, files):
        """What each stage's folder is: the day it is of, '-' for none, '?' for anything else."""
        letters = ""
        for stage in STAGES:
            found = self.stage_of(files, stage)
            letters += ("1" if found == self.stage_of(self.good["ONE"], stage) else
                        "2" if found == self.stage_of(self.good["TWO"], stage) else
                        "-" if not found else "?")
        return letters

    # --- what may be found: each returns a list of what is wrong ---

    def packages(self, files):
        """Do the data packages describe the files beside them?"""
        wrong = []
        for stage in STAGES:
            package = files.get(stage + "/datapackage.json")
            for r in json.loads(package)["resources"] if package else ():
                content = files.get(f"{stage}/{r['path']}")
                if content is None or len(content) != r["bytes"]:
                    wrong.append(f"{stage}/datapackage.json: {r['path']} is not there, or not whole")
                elif r.get("hash", "").removeprefix("sha256:") != hashlib.sha256(content).hexdigest():
                    wrong.append(f"{stage}/datapackage.json: another hash of {r['path']}")
        return wrong

    def manifest(self, files):
        """Does run.json fit the files?"""
        wrong = []
        try:
            outputs = json.loads(files["run.json"])["outputs"]
        except (KeyError, ValueError) as e:
            return [f"run.json: {e!r}"]
        for o in outputs:
            content = files.get(o["file"])
            if content is None or hashlib.sha256(content).hexdigest() != o["sha256"]:
                wrong.append(f"run.json: another hash of {o['file']}")
        return wrong

    def records(self, files):
        """Are the records of all runs readable, whole, with nothing lost or twice?"""
        wrong = []
        try:
            runs = list(csv.reader(files["runs.csv"].decode().splitlines())) if "runs.csv" in files else []
            if runs and (runs[0][0] != "run" or any(len(r) != len(runs[0]) for r in runs)):
                wrong.append("runs.csv: a line is not whole")
            numbers = [int(r[0]) for r in runs[1:]]
            if numbers != list(range(1, len(numbers) + 1)):
                wrong.append(f"runs.csv: numbers {numbers}")
            if "history/vintages.csv.gz" in files:
                self.vintages(files)
        except (ValueError, IndexError, EOFError, OSError) as e:
            wrong.append(f"runs.csv or history: {e!r}")
        return wrong

    @staticmethod
    def vintages(files):
        """The lines of figures as they were, without the number and the time of the run."""
        text = gzip.decompress(files["history/vintages.csv.gz"]).decode()
        return [r[2:] for r in csv.reader(text.splitlines())]

    @staticmethod
    def slips(files):
        """The log of return slips, without the time."""
        return [r[1:] for r in csv.reader(files["history/slips/log.csv"].decode().splitlines())]

    def after(self, out, plain, history=True):
        """What the next plain run, of day two, has left. Without `history`: the run before may have
        published other figures, and rightly."""
        wrong = []
        if plain.returncode or plain.stderr:
            return [f"the next run: exit {plain.returncode}, {plain.stderr.decode()[:400]}"]
        files = tree(out)
        if self.state(files) != "2222":
            wrong.append(f"the next run gives other bytes: {self.state(files)}")
        names, expected = unnumbered(files), unnumbered(self.good["TWO"])
        wrong += [f"left over: {p}" for p in sorted(names - expected)]
        wrong += [f"missing: {p}" for p in sorted(expected - names)]
        wrong += self.manifest(files) + self.records(files)
        if not wrong and files[".lock"]:
            wrong.append("the lock names a holder")
        # A run that failed after its figures were published may be the one that they are noted of.
        if not wrong and history and self.vintages(files) != self.vintages(self.good["TWO"]):
            wrong.append("history/vintages.csv.gz: lines were lost, or are there twice")
        if not wrong and history and self.slips(files) != self.slips(self.good["TWO"]):
            wrong.append("history/slips/log.csv: lines were lost, or are there twice")
        config = sorted(os.listdir(os.path.dirname(self.config)))
        if config != ["config.ini", "hash.key", "parts"]:
            wrong.append(f"left over beside the configuration: {config}")
        return wrong

    def message(self, err, lines=20):
        """Is what a failed run said short, and of use?"""
        text = err.decode(errors="replace")
        said = text.splitlines()
        if not 1 <= len(said) <= lines:
            return [f"{len(said)} lines on stderr"]
        if not any(re.search(r"\bE-[A-Z]+-\d+ .+。.+", s) for s in said):
            return [f"no line with a code and what to do: {text[:400]}"]
        return []
