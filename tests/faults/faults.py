#!/usr/bin/env python3
"""Faults survived: what a run leaves behind when the system fails under it.

usage: tests/faults/faults.py [--smoke] [--jobs N] [--only GROUP,...] [--kinds KIND,...] [--table FILE]
                              BUILD TOOLS TOP

BUILD is build/VARIANT, TOOLS where inject and shim.so are (make fault-tools), TOP a folder to work
in. --smoke: a few of each kind; --only: some groups of tests; --kinds: in the group `calls`, some
kinds of system calls ("open", or "open EINTR"). Each test lets one fault strike a run of new raw
files over a good output, looks at what is there then, and does a plain run after it:

- the last good output is there, or the new one whole, byte for byte, stage by stage;
- the exit code is 0 only with the new output whole, else 3 (75: the lock is held);
- a failed run says in at most 20 lines what failed and what to do;
- the plain run succeeds in silence, gives the bytes of an undisturbed one, and leaves no litter.

One result line for each kind of fault; with --table the counts go to FILE as a table in Markdown.
"""
import argparse
import collections
import concurrent.futures
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from site_of_faults import STAGES, TIMEOUT, Site, read, tree, unnumbered, write  # noqa: E402

# kind of call, error, every k-th of them, must the run go on as if nothing had been?
# Of a close that was interrupted the file is closed; memory that is refused once may be had otherwise.
# To the program all errors but EINTR are alike: of the many calls, the less likely one is tried now
# and then.
CALLS = [(kind, error, rare if error == unlikely else 1, error == "EINTR" and kind != "mmap")
         for kind, unlikely, rare in (("write", "EMFILE", 4), ("sync", "", 1), ("rename", "", 1),
                                      ("open", "ENOSPC", 4), ("mmap", "", 1), ("close", "EMFILE", 4))
         for error in ("ENOSPC", "EIO", "EINTR", "EMFILE")] + [
    ("write", "SHORT", 1, True),
    ("read", "EIO", 4, False), ("read", "EINTR", 4, True), ("read", "SHORT", 4, True),
    ("mkdir", "ENOSPC", 1, False), ("mkdir", "EIO", 2, False),
    ("unlink", "EIO", 1, False),
    ("truncate", "EIO", 1, False), ("truncate", "EINTR", 1, True),
    ("mode", "EIO", 1, False), ("mode", "EINTR", 2, True),
    ("stat", "EIO", 3, False), ("stat", "EACCES", 7, False),
    ("list", "EIO", 2, False),
    ("lock", "EINTR", 1, True), ("lock", "EIO", 1, False),
    ("start", "EAGAIN", 1, False), ("start", "ENOMEM", 1, False),
    ("wait", "EINTR", 1, True),
]
# Calls that libxlsxwriter makes, or the C library for a conversion: they give up what a signal
# interrupts, and so does the run then.
LIBRARY = re.compile(r"/publish\.new/(summary\.xlsx|\.workbook/tmp\.\w{10}( \(deleted\))?)$|/gconv/")
# From one call on, for good: a disk that stays full or broken.
LASTING = [("write", "ENOSPC", 3), ("write", "EIO", 5), ("open", "EMFILE", 5), ("sync", "EIO", 1),
           ("rename", "EIO", 1), ("close", "EIO", 5), ("mkdir", "ENOSPC", 3), ("unlink", "EIO", 3)]


# Between the renames: the first stages are new. Of a kill, and where taking back fails too.
BETWEEN = ("2111", "2211", "2221")


class Tally:
    """Counts of what came of each kind of fault, and what was wrong."""

    def __init__(self, table):
        self.table = table
        self.rows = []

    def report(self, group, name, results, note=""):
        """results: a list of (what became of it, list of wrongs, where)."""
        counts = collections.Counter(r[0] for r in results)
        bad = [(where, wrong) for _, wrong, where in results if wrong]
        text = ", ".join(f"{n} {what}" for what, n in sorted(counts.items()))
        title = f"faults: {group}: {name}: {len(results)} times: {text}"
        print(("fail " if bad or not results else "pass ") + title, flush=True)
        for where, wrong in bad[:12]:
            print(f"     | {where}: " + "; ".join(wrong[:4]))
        if len(bad) > 12:
            print(f"     | and {len(bad) - 12} more")
        self.rows.append((group, name, len(results), counts, len(bad), note))
        self.write()

    def write(self):
        if not self.table:
            return
        with open(self.table, "w", encoding="utf-8") as f:
            f.write("| kind | fault | tried | went on, new output | refused, last good output |"
                    " new output whole, and an error | wrong | |\n|---|---|--:|--:|--:|--:|--:|---|\n")
            for group, name, n, c, bad, note in self.rows:
                other = [f"{v} {k}" for k, v in sorted(c.items())
                         if k not in ("went on", "refused", "late")]
                note = "; ".join(x for x in (note, *other) if x)
                f.write(f"| {group} | {name} | {n} | {c['went on']} | {c['refused']} | {c['late']} |"
                        f" {bad} | {note} |\n")


class Faults:
    def __init__(self, site, top, tally, smoke, jobs, kinds=()):
        self.site, self.top, self.tally, self.smoke, self.jobs = site, top, tally, smoke, jobs
        self.kinds = kinds  # of system calls; none: all
        self.local = threading.local()
        self.random = random.Random(20)

    def out(self):
        """A folder for the output of this thread."""
        return os.path.join(self.top, f"out-{threading.get_ident()}")

    def each(self, work, points):
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            return list(pool.map(work, points))

    def some(self, points, few=2):
        """All points, or in the smoke test a few, spread over them."""
        points = list(points)
        if not self.smoke or len(points) <= few:
            return points
        return [points[(2 * i + 1) * len(points) // (2 * few)] for i in range(few)]

    def rows(self, table, every):
        """All rows of a table, or in the smoke test every so many of them."""
        return table[::every] if self.smoke else table

    # --- judging ---

    def judge(self, out, day, rc, err, must_go_on=False, between_is_fine=False):
        """What became of a run that was not killed, and what is wrong with it."""
        site = self.site
        files = tree(out) if os.path.isdir(out) else {}
        state = site.state(files)
        before = "1111" if day else "----"
        wrong = site.records(files)
        if must_go_on and rc != 0:
            wrong.append("it did not go on")
        if rc == 0:
            if state != "2222":
                wrong.append(f"exit 0 with {state}")
            if err:
                wrong.append(f"exit 0, and on stderr: {err.decode()[:300]}")
            return "went on", wrong + site.manifest(files)
        if rc != 3:
            wrong.append(f"exit {rc}: {err.decode()[:300]}")
        wrong += site.message(err)
        if state == before:
            if day and files.get("run.json") != site.good["ONE"]["run.json"]:
                wrong.append("the output is the old one, run.json is not")
            return "refused", wrong
        if state == "2222":
            return "late", wrong
        if between_is_fine and state in BETWEEN:
            return "between", wrong
        return "mixed", wrong + [f"exit {rc} with {state}: {err.decode()[:300]}"]

    def again(self, out, history=True):
        return self.site.after(out, self.site.run(out, self.site.raw["TWO"]), history)

    def begin(self, day):
        """An output folder as before the fault."""
        self.site.fresh(self.out(), day)
        if not day and os.path.exists(self.site.key):
            os.unlink(self.site.key)
        return self.out()

    # --- system calls ---

    def injected(self, out, *options):
        """A run under inject: its exit code (a negative signal), stderr, and the calls."""
        report = out + ".report"
        done = self.site.run(out, self.site.raw["TWO"],
                             prefix=(self.site.inject, "-o", report, *options))
        lines = read(report).decode(errors="replace").splitlines()
        if done.returncode != 0 or not lines:
            raise SystemExit(f"inject: exit {done.returncode}, {done.stderr.decode()}")
        how, number = lines[-1].split()
        return int(number) if how == "exit" else -int(number), done.stderr, lines[:-1]

    def count(self, kind, day="ONE"):
        out = self.begin(day)
        return len(self.injected(out, "-k", kind)[2])

    def call(self, kind, error, n, must_go_on, day="ONE", option="-e"):
        out = self.begin(day)
        where = f"{kind} {n} {error}"
        try:
            rc, err, calls = self.injected(out, "-k", kind, "-n", str(n), option, error)
        except subprocess.TimeoutExpired:
            return "hung", ["it hung"], where
        if len(calls) >= n:
            where = f"{error}, {calls[n - 1]}"
        what, wrong = self.judge(out, day, rc, err, must_go_on and not LIBRARY.search(where),
                                 kind == "rename" and option == "-s")
        return what, wrong + self.again(out), where

    def calls(self):
        counts = {}
        for kind, error, every, must_go_on in self.rows(CALLS, 2):
            if self.kinds and not {kind, f"{kind} {error}"} & set(self.kinds):
                continue
            counts.setdefault(kind, self.count(kind))
            points = self.some(range(1, counts[kind] + 1, every), 1)
            self.tally.report("call", f"{kind} {error}", self.each(
                lambda n: self.call(kind, error, n, must_go_on), points),
                f"every {every}. call" if every > 1 else "")

    def lasting(self):
        for kind, error, every in self.rows(LASTING, 3):
            points = self.some(range(1, self.count(kind) + 1, every), 1)
            self.tally.report("from one call on", f"{kind} {error}", self.each(
                lambda n: self.call(kind, error, n, False, "ONE", "-s"), points),
                f"every {every}. call" if every > 1 else "")

    def first(self):
        """The very first run of a site: folders, the key and the records are made."""
        self.jobs, jobs = 1, self.jobs  # they share the key
        key = read(self.site.key)
        for kind, error, every in (("write", "ENOSPC", 2), ("write", "EINTR", 3), ("write", "SHORT", 3),
                                   ("open", "EMFILE", 4), ("mkdir", "ENOSPC", 2), ("sync", "EIO", 1),
                                   ("rename", "EIO", 1), ("link", "EIO", 1), ("close", "EIO", 5)):
            points = self.some(range(1, self.count(kind, None) + 1, every), 1)
            if points:
                self.tally.report("first run", f"{kind} {error}", self.each(
                    lambda n: self.first_call(kind, error, n), points),
                    f"every {every}. call" if every > 1 else "")
        self.jobs = jobs
        os.unlink(self.site.key)
        write(self.site.key, key)
        os.chmod(self.site.key, 0o600)

    def first_call(self, kind, error, n):
        """Each site has a key of its own, so that the bytes cannot be compared with those of another:
        what is looked at is how the run ended, and whether the next one succeeds and is clean."""
        site, out = self.site, self.begin(None)
        rc, err, calls = self.injected(out, "-k", kind, "-n", str(n), "-e", error)
        where = f"{error}, {calls[n - 1]}" if len(calls) >= n else f"{kind} {n} {error}"
        empty = tree(out).get("runs.csv") == b""
        plain = site.run(out, site.raw["TWO"])
        wrong = [] if plain.returncode == 0 and not plain.stderr else [
            f"the next run: exit {plain.returncode}, {plain.stderr.decode()[:300]}"]
        wrong += ["an empty runs.csv was left"] if empty else []
        wrong += [f"left over: {p}" for p in unnumbered(tree(out)) - unnumbered(site.good["TWO"])]
        if rc not in (0, 3) or (rc == 3 and site.message(err)):
            wrong.append(f"exit {rc}: {err.decode()[:300]}")
        config = sorted(os.listdir(os.path.dirname(site.config)))
        if config != ["config.ini", "hash.key", "parts"]:
            wrong.append(f"left over beside the configuration: {config}")
        return "went on" if rc == 0 else "refused", wrong, where

    # --- being killed ---

    def killed(self, out, where):
        """After a kill: each stage is of one day or the other, later stages never newer."""
        files = tree(out)
        state = self.site.state(files)
        wrong = self.site.packages(files)
        if state not in ("1111", "2222", *BETWEEN):
            wrong.append(f"killed with {state}")
        what = {"1111": "refused", "2222": "late"}.get(state, "between")
        return what, wrong + self.again(out), where

    def kill_call(self, whom, n):
        out = self.begin("ONE")
        rc, err, calls = self.injected(out, "-k", "change", "-n", str(n), "-K", whom)
        where = calls[-1] if calls else "?"
        if whom == "self" and rc >= 0:  # a stage; the run lives and says so
            what, wrong = self.judge(out, "ONE", rc, err)
            return what, wrong + self.again(out), where
        return self.killed(out, where)

    def kill_random(self, whom, after):
        out = self.begin("ONE")
        p = subprocess.Popen(self.site.command(out, self.site.raw["TWO"]), stderr=subprocess.PIPE,
                             stdout=subprocess.DEVNULL, start_new_session=True)
        where = f"{whom} after {after * 1000:.1f} ms"
        time.sleep(after)
        if whom == "group":
            os.killpg(p.pid, signal.SIGKILL)
        else:
            child = self.child(p)
            if child:
                os.kill(child, signal.SIGKILL)
        err = p.communicate(timeout=TIMEOUT)[1]
        if p.returncode == -signal.SIGKILL:
            return self.killed(out, where)
        what, wrong = self.judge(out, "ONE", p.returncode, err)
        return what, wrong + self.again(out), where

    @staticmethod
    def child(p):
        """The stage that runs; waits for one as long as the run lives."""
        while p.poll() is None:
            try:
                children = read(f"/proc/{p.pid}/task/{p.pid}/children").split()
            except OSError:
                continue
            if children:
                return int(children[0])
        return None

    def kills(self):
        whole = self.duration()
        n = 3 if self.smoke else 100
        for whom in ("group", "stage"):
            self.tally.report("kill -9", f"the {whom}, at random moments", self.each(
                lambda t: self.kill_random(whom, t),
                [self.random.uniform(0, 1.1 * whole) for _ in range(n)]))
        count = self.count("change")
        for whom, every, name in (("tree", 1, "all processes"), ("self", 3, "the process that makes it")):
            points = self.some(range(1, count + 1, every), 3)
            self.tally.report("kill -9", f"{name}, before each call that changes a file", self.each(
                lambda n: self.kill_call(whom, n), points), f"every {every}. call" if every > 1 else "")

    def duration(self):
        out = self.begin("ONE")
        begun = time.monotonic()
        self.site.run(out, self.site.raw["TWO"])
        return time.monotonic() - begun

    # --- memory and clocks ---

    def preloaded(self, out, **settings):
        count = out + ".count"
        write(count, bytes(16))
        env = dict(os.environ, LD_PRELOAD=self.site.shim, FAULTS_COUNT=count, **settings)
        done = self.site.run(out, self.site.raw["TWO"], env=env)
        counted = read(count)
        return done, int.from_bytes(counted[:8], "little"), int.from_bytes(counted[8:], "little")

    def allocation(self, n):
        out = self.begin("ONE")
        done = self.preloaded(out, FAULTS_ALLOC=str(n))[0]
        what, wrong = self.judge(out, "ONE", done.returncode, done.stderr)
        # libxlsxwriter does not look at what it gets, and the C library's glob frees what it has freed:
        # that ends the program, which is a stage but for the first few calls.
        said = done.stderr.decode()
        if done.returncode == -signal.SIGABRT and "free(): double free" in said:
            wrong = [w for w in wrong if "double free" not in w]
        elif "E-STAGE-04" in said and "publish" not in said and "free(): double free" not in said:
            wrong.append(f"ended by a signal: {said}")
        if what == "refused" and ("E-STAGE-04" in said or done.returncode < 0):
            what = "refused by a signal"
        return what, wrong + self.again(out), f"allocation {n}"

    def allocations(self):
        count = self.preloaded(self.begin("ONE"))[1]
        every = 29
        points = self.some(range(1, count + 1, every), 6)
        self.tally.report("memory", f"one of {count} allocations fails", self.each(
            self.allocation, points), f"every {every}. allocation")

    def clock(self, jump):
        at, by = jump
        out = self.begin("ONE")
        done = self.preloaded(out, FAULTS_CLOCK=f"{at}:{by}")[0]
        what, wrong = self.judge(out, "ONE", done.returncode, done.stderr, True)
        return what, wrong + self.again(out), f"question {at}, {by} s"

    def clocks(self):
        count = self.preloaded(self.begin("ONE"))[2]
        day = 86400
        for name, by in (("a second back", -1), ("a day back", -day), ("a year back", -366 * day),
                         ("to 1970", -int(time.time())), ("a year ahead", 366 * day),
                         ("to 2040", 15 * 366 * day)):
            self.tally.report("clock", f"jumps {name}", self.each(
                self.clock, self.some([(n, by) for n in range(1, count + 1)], 1)))

    # --- raw files that change during the run ---

    CHANGES = {
        "truncated": "truncate -s 40 {f}",
        "emptied": ": >{f}",
        "longer": "echo W099,西馆,学生,R13,2023-02-20,2023-03-06,2023-03-01, >>{f}",
        "replaced": "cp {other} {f}.tmp && mv {f}.tmp {f}",
        "removed": "rm -f {f}",
        "a fifo": "rm -f {f} && mkfifo {f}",
        "a folder": "rm -f {f} && mkdir {f}",
        "a link out of raw": "rm -f {f} && ln -s /etc/passwd {f}",
    }
    CHANGED = "loans-WEST-20231231.csv"

    def change_command(self, raw, change):
        return self.CHANGES[change].format(
            f=os.path.join(raw, self.CHANGED), other=os.path.join(self.site.raw["ONE"], self.CHANGED))

    def figures_of(self, out):
        return read(os.path.join(out, "compute", "indicators.csv"))

    def possible_figures(self, change):
        """Those before the change, after it, and without the file."""
        found = [self.site.good["TWO"]["compute/indicators.csv"]]
        for how in (change, "removed"):
            raw, out = self.out() + ".raw", self.begin("ONE")
            shutil.rmtree(raw, ignore_errors=True)
            shutil.copytree(self.site.raw["TWO"], raw)
            subprocess.run(self.change_command(raw, how), shell=True, check=True)
            self.site.run(out, raw)
            found.append(self.figures_of(out))
        return found

    def raw_change(self, change, n, possible):
        site, out = self.site, self.begin("ONE")
        raw, report, where = out + ".raw", out + ".report", f"{change} at call {n}"
        shutil.rmtree(raw, ignore_errors=True)
        shutil.copytree(site.raw["TWO"], raw)
        try:
            done = site.run(out, raw, prefix=(site.inject, "-o", report, "-n", str(n), "-x",
                                              self.change_command(raw, change)))
        except subprocess.TimeoutExpired:
            return "hung", ["it hung"], where
        lines = read(report).decode(errors="replace").splitlines()
        if len(lines) > n:
            where += f": {lines[n - 1]}"
        files = tree(out)
        wrong = site.packages(files) + site.records(files)
        if lines[-1] == "exit 0":
            what = "went on"
            wrong += site.manifest(files)
            if self.figures_of(out) not in possible:
                wrong.append("figures of neither before nor after nor without the file")
        else:
            what = "refused"
            wrong += site.message(done.stderr)
            if lines[-1] != "exit 3" or site.state(files) != "1111":
                wrong.append(f"{lines[-1]} with {site.state(files)}: {done.stderr.decode()[:300]}")
        return what, wrong + self.again(out, False), where

    def raw_files(self):
        """At each call of clean that is about the file, and at some others."""
        calls = self.injected(self.begin("ONE"))[2]
        points = [n for n, c in enumerate(calls, 1) if c.split()[2] == "clean"
                  and (c.endswith(self.CHANGED) or n % 24 == 0)]
        for change in self.rows(list(self.CHANGES), 2):
            possible = self.possible_figures(change)
            self.tally.report("raw file", change, self.each(
                lambda n: self.raw_change(change, n, possible), self.some(points, 1)),
                "at each call about the file and every 24. other call of clean")

    # --- full and read-only disks ---

    def full(self):
        name = "a file system of 1 MB, filled before the run but for some pages"
        disk = os.path.join(self.top, "disk")
        os.makedirs(disk, exist_ok=True)
        if not PRIVATE or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,nr_inodes=4096", "none", disk],
                                         check=False).returncode:
            print(f"skip faults: full disk: {name}: no mounts of our own here")
            return
        jobs, self.jobs = self.jobs, 1
        results, free = [], 0
        while free <= 1024 and [r[0] for r in results[-3:]] != ["went on"] * 3:
            results.append(self.full_disk(disk, free))
            free += 48 if self.smoke else 4
        self.jobs = jobs
        self.tally.report("full disk", name, results, "a page more each time, until it fits")
        subprocess.run(["umount", disk], check=False)

    def full_disk(self, disk, free_kb):
        site, out, filler = self.site, os.path.join(disk, "out"), os.path.join(disk, "filler")
        site.fresh(out)
        with open(filler, "wb", buffering=0) as f:
            try:
                while f.write(bytes(4096)):
                    pass
            except OSError:
                pass
        os.truncate(filler, max(0, os.path.getsize(filler) - free_kb * 1024))
        done = site.run(out, site.raw["TWO"])
        what, wrong = self.judge(out, "ONE", done.returncode, done.stderr)
        os.unlink(filler)
        return what, wrong + self.again(out), f"{free_kb} KB free"

    def read_only(self):
        out = self.begin("ONE")
        if PRIVATE:
            subprocess.run(["mount", "--bind", out, out], check=True)
            subprocess.run(["mount", "-o", "remount,bind,ro", out], check=True)
            done = self.site.run(out, self.site.raw["TWO"])
            what, wrong = self.judge(out, "ONE", done.returncode, done.stderr)
            subprocess.run(["umount", out], check=True)
            self.tally.report("read-only", "data/out mounted read-only",
                              [(what, wrong + self.again(out), out)])
        else:
            print("skip faults: read-only: a mount: no mounts of our own here")
        self.not_ours()

    def not_ours(self):
        """Folders that the user may not write to; root may write anywhere, so nobody runs it."""
        user = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups") if os.getuid() == 0 else ()
        if user and not shutil.which("setpriv"):
            print("skip faults: read-only: as another user: setpriv is not installed")
            return
        results = []
        for what in ("", *STAGES, "history"):
            out = self.begin("ONE")
            for folder, _, files in os.walk(out):
                for path in (folder, *(os.path.join(folder, f) for f in files)):
                    if user:
                        os.chown(path, 65534, 65534)
            target = os.path.join(out, what) if what else out
            if user:
                os.chown(self.site.key, 65534, 65534)
                os.chown(target, 0, 0)
            os.chmod(target, 0o555)
            done = self.site.run(out, self.site.raw["TWO"], prefix=user)
            if b"cannot execute" in done.stderr or b"failed to execute" in done.stderr:
                print("skip faults: read-only: as another user: the programs are not open to others")
                os.chmod(target, 0o755)
                os.chown(self.site.key, os.getuid(), os.getgid())
                return
            verdict, wrong = self.judge(out, "ONE", done.returncode, done.stderr)
            os.chmod(target, 0o755)
            if user:
                os.chown(self.site.key, os.getuid(), os.getgid())
            results.append((verdict, wrong + self.again(out), what or "out"))
        self.tally.report("read-only", "data/out or a folder in it not ours to write", results)

    # --- two at once ---

    def at_once(self, seed):
        site, out, rng = self.site, self.begin("ONE"), random.Random(seed)
        runs = []
        for _ in range(3):
            runs.append(subprocess.Popen(site.command(out, site.raw["TWO"]), stderr=subprocess.PIPE,
                                         stdout=subprocess.DEVNULL))
            time.sleep(rng.uniform(0, 0.04))
        wrong, codes = [], []
        for p in runs:
            err = p.communicate(timeout=TIMEOUT)[1]
            codes.append(p.returncode)
            if p.returncode == 75:
                wrong += site.message(err)
            elif p.returncode or err:
                wrong.append(f"exit {p.returncode}: {err.decode()[:300]}")
        files = tree(out)
        if 0 not in codes or site.state(files) != "2222":
            wrong.append(f"exits {codes} with {site.state(files)}")
        wrong += site.manifest(files) + site.records(files)
        what = "went on" if 75 in codes else "one after the other"
        return what, wrong + self.again(out), f"round {seed}"

    def together(self):
        self.tally.report("three runs at once", "one succeeds, the others find the lock held",
                          self.each(self.at_once, range(2 if self.smoke else 20)))


GROUPS = {"calls": Faults.calls, "lasting": Faults.lasting, "first": Faults.first,
          "kills": Faults.kills, "allocations": Faults.allocations, "clocks": Faults.clocks,
          "raw": Faults.raw_files, "full": Faults.full, "read_only": Faults.read_only,
          "together": Faults.together}
PRIVATE = os.environ.get("FAULTS_PRIVATE") == "1"


def private():
    """Once more from the start, in mounts of our own, where we may have them."""
    if PRIVATE or os.getuid() != 0 or not shutil.which("unshare"):
        return
    if subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode == 0:
        os.environ["FAULTS_PRIVATE"] = "1"
        os.execvp("unshare", ["unshare", "-m", sys.executable, *sys.argv])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", default=",".join(GROUPS))
    parser.add_argument("--kinds")
    parser.add_argument("--table")
    parser.add_argument("build")
    parser.add_argument("tools")
    parser.add_argument("top")
    args = parser.parse_args()
    private()
    top = os.path.abspath(args.top)
    os.makedirs(top, exist_ok=True)
    if PRIVATE:  # what is written there goes with us, and no disk is waited for
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512m", "none", top], check=True)
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    site = Site(root, os.path.abspath(args.build), os.path.abspath(args.tools),
                os.path.join(top, "site"))
    probe = subprocess.run([site.inject, "-o", "/dev/null", "true"], check=False, capture_output=True)
    if probe.returncode:
        print(f"skip faults: inject does not work here: {probe.stderr.decode().strip()}")
        return 0
    begun = time.monotonic()
    tally = Tally(args.table)
    kinds = args.kinds.split(",") if args.kinds else []
    faults = Faults(site, top, tally, args.smoke, args.jobs, kinds)
    for name in args.only.split(","):
        GROUPS[name](faults)
    total, bad = sum(r[2] for r in tally.rows), sum(r[4] for r in tally.rows)
    print(f"     | {total} faults, {bad} of them not survived, in {time.monotonic() - begun:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
