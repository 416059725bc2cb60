#!/usr/bin/env python3
"""Deliveries of somebody who means harm: names of files, cells, links, sizes.

usage: hostile_input.py cells|names|links|sizes|terminal PROGRAM FOLDER

Each runs `PROGRAM run` on a raw folder made here, in FOLDER, and looks at everything that came out:
nothing was run, no spreadsheet finds a formula, no page a tag, no log a line, no terminal a command
that came from outside; and nothing outside the raw folder was read.
"""
import csv
import gzip
import html.parser
import io
import json
import os
import pty
import re
import shutil
import socket
import subprocess
import sys
import threading
import zipfile

FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "=cmd|' /C calc'!A0",
            '=HYPERLINK("http://x/","y")']
TAGS = ["<script>window.intruder = 1</script>", '"><img src=x onerror="window.intruder = 1">',
        "</title></script><svg onload=window.intruder=1>", "' onmouseover='window.intruder = 1",
        "&lt;script&gt;", "<!--", "]]>"]
SHELL = ["$(touch INTRUDER)", "`touch INTRUDER`", "; touch INTRUDER;", "| touch INTRUDER",
         "& touch INTRUDER &", "%s%n%s%n", "-rf", "--help", "*"]
STEERS = ["\x1b[31mred\x1b]0;title\x07", "\x9b31m", "\x07\x08\x7f", "\u202eexe.csv",
          "first\nW-FORGED-01 forged", "first\rW-FORGED-01 forged", "\u2028W-FORGED-01 forged"]
ATTACKS = FORMULAS + TAGS + SHELL + STEERS

CONFIG = """[tongji]
title = hostile
language = {language}
raw = raw
out = out
key_file = test.key
[parameters]
year = 2019
[files]
pattern = {{export}}/{{name}}_{{org}}_{{cutoff}}.csv[.gz]
[reference organisations]
file = ref/orgs.csv
columns = alias, code, valid_from, valid_to
[reference submitters]
file = ref/senders.csv
columns = export, org
[limits]
{limits}
[enum state]
open = 1
[type cut]
kind = text
strip_prefix = ZZ
[export loans]
title = loans
column id = ID : code, key
column name = Name : verbatim, required
column part = Part : cut
column org = Org : org
column n = Count : count
column fee = Fee : money
column day = Day : date, required, in_range
column state = State : enum state
column secret = Secret : text, personal
[export any]
title = any
columns = *
[indicator I1]
name = loans
unit = rows
chapter = one
from = loans
value = rows()
by_org = part
by_month = day
[indicator I2]
name = rate
unit = %
chapter = one
from = loans
value = rows(where state = open) / rows()
by_org = org
print = percent
[check C1]
title = never
rule = I1 = 0
severity = warn
[page]
headline = I1
[chart parts]
kind = orgs
figures = I1
"""
HEAD = ["ID", "Name", "Part", "Org", "Count", "Fee", "Day", "State", "Secret"]


class Folder:
    def __init__(self, program, top):
        self.program, self.top = os.path.abspath(program), os.path.abspath(top)
        self.raw, self.out = os.path.join(self.top, "raw"), os.path.join(self.top, "out")
        shutil.rmtree(self.top, ignore_errors=True)
        os.makedirs(os.path.join(self.raw, "loans"))
        os.makedirs(os.path.join(self.raw, "any"))
        self.faults = []

    def write(self, name, rows, packed=False):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        self.put(name, text.getvalue().encode(), packed)

    def put(self, name, data, packed=False):
        path = os.path.join(os.fsencode(self.raw), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(gzip.compress(data, mtime=0) if packed else data)

    def configure(self, limits="", language="zh", orgs=()):
        self.write("ref/orgs.csv", [["alias", "code", "valid_from", "valid_to"]] + list(orgs))
        self.write("ref/senders.csv", [["export", "org"], ["loans", "A1"], ["loans", "A2"]])
        with open(os.path.join(self.top, "config.ini"), "w", encoding="utf-8") as f:
            f.write(CONFIG.format(limits=limits, language=language))

    def call(self, *args, limit=120):
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": self.top,
               "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", ""),
               "UBSAN_OPTIONS": os.environ.get("UBSAN_OPTIONS", "")}
        return subprocess.run([self.program, *args], cwd=self.top, env=env, timeout=limit,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)

    def run(self, status, *args):
        done = self.call("run", "-c", "config.ini", *args)
        self.expect(done.returncode == status,
                    f"run: exit {done.returncode}, not {status}: {done.stderr.decode(errors='replace')[-600:]}")
        self.said = done.stderr + done.stdout
        return self.said

    def expect(self, good, fault):
        if not good:
            self.faults.append(fault)

    def rows(self, name):
        path = os.path.join(self.out, name)
        with (gzip.open if name.endswith(".gz") else open)(path, "rb") as f:
            return list(csv.DictReader(io.StringIO(f.read().decode("utf-8-sig"), newline="")))

    def codes(self):
        """(file, rule) of all warnings."""
        return [(r["file"], r["rule"]) for r in self.rows("clean/warnings.csv.gz")]


# --- what came out ---

NUMBER = re.compile(r"^[-+]?[0-9][0-9,]*(\.[0-9]+)?( ?%|万|亿)?$")


def check_table(f, name, data):
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        f.expect(False, f"{name}: no UTF-8: {e}")
        return
    width = None
    for n, row in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), 1):
        width = width or len(row)
        f.expect(len(row) == width, f"{name}:{n}: {len(row)} cells, not {width}")
        for cell in row:
            f.expect(not cell or cell[0] not in "=+-@\t\r" or NUMBER.match(cell),
                     f"{name}:{n}: a spreadsheet would run {cell!r}")


def check_workbook(f, path):
    with zipfile.ZipFile(path) as z:
        for part in z.namelist():
            text = z.read(part).decode("utf-8")
            for formula in re.findall(r"<f[ >](.*?)</f>", text, re.S):
                f.expect(not re.search(r"1\+1|cmd|SUM\(1\)|HYPERLINK", formula),
                         f"{part}: formula {formula!r}")
            f.expect("ddeLink" not in text and "externalLink" not in part, f"{part}: a link")


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.bad, self.text = {}, [], []

    def handle_starttag(self, tag, attrs):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.bad += [f"<{tag} {k}={v!r}>" for k, v in attrs
                     if k.startswith("on") or (v or "").strip().lower().startswith("javascript:")]

    def handle_comment(self, data):
        self.bad.append(f"<!--{data}")

    def handle_data(self, data):
        self.text.append(data)


def check_page(f, shown=()):
    with open(os.path.join(f.out, "publish/report.html"), "rb") as h:
        page = Page()
        page.feed(h.read().decode("utf-8"))
    f.expect(page.tags.get("script", 0) <= 2 and "img" not in page.tags, f"tags: {page.tags}")
    f.expect(not page.bad, f"the page has {page.bad[:5]}")
    text = "".join(page.text)
    for s in shown:
        f.expect(s in text, f"the page does not show {s!r} as a text")


STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def check_said(f, what, data, data_only=False):
    """Lines for people: nothing that steers, nothing forged, no sanitizer."""
    text = data.decode("utf-8", errors="surrogateescape")
    f.expect(not STEERING.search(text.replace("\r\n", "\n")), f"{what}: steers: {STEERING.findall(text)[:5]!r}")
    f.expect(not re.search("[\udc80-\udcff]", text), f"{what}: no UTF-8")
    if not data_only:  # a record may have several lines, and stands in quotes
        f.expect(not re.search(r"^ *W-FORGED", text, re.M), f"{what}: a forged line")
    f.expect("Sanitizer" not in text and "runtime error" not in text, f"{what}: {text[-2000:]}")


def check_out(f, shown=()):
    """Everything in out/, and what must not be anywhere."""
    seen = 0
    for dir, _, names in os.walk(f.top):
        f.expect("INTRUDER" not in names, f"a shell ran: {dir}/INTRUDER")
        if not dir.startswith(f.out):
            continue
        for name in names:
            path = os.path.join(dir, name)
            short = os.path.relpath(path, f.out)
            if name.endswith((".csv", ".csv.gz")):
                with (gzip.open if name.endswith(".gz") else open)(path, "rb") as h:
                    check_table(f, short, h.read())
                seen += 1
            elif name.endswith(".json"):
                with open(path, encoding="utf-8") as h:
                    json.load(h)
            elif name.endswith(".xlsx"):
                check_workbook(f, path)
    f.expect(seen >= 10, f"only {seen} tables came out")
    check_page(f, shown)
    check_said(f, "run", f.said)


# --- cells ---

def attack_rows():
    rows = [HEAD]
    for i, a in enumerate(ATTACKS):
        good = ["K%d" % i, a, a, "east", "1", "1.50", "2019-02-%02d" % (i % 28 + 1), "open", a]
        rows.append(good)
        for column in range(len(HEAD)):
            bad = list(good)
            bad[0] = "K%d-%d" % (i, column)
            bad[column] = a
            rows.append(bad)
        rows.append([a, a])          # too few cells
        rows.append([a] + good)      # too many
        rows.append(good)            # a duplicate
    return rows


def cells(f):
    orgs = [["east", "A1", "", ""]] + [[a.strip() or "x", "A2", "", ""] for a in FORMULAS + TAGS]
    seen = set()
    orgs = [o for o in orgs if "\n" not in o[0] and not (o[0].upper().replace(" ", "") in seen or
                                                      seen.add(o[0].upper().replace(" ", "")))]
    f.configure(orgs=orgs)
    f.write("loans/x_A1_20191231.csv", attack_rows())
    f.put("loans/open_A2_20191231.csv", b"ID,Name,Part,Org,Count,Fee,Day,State,Secret\n"
          + b"".join(b'"%s,"' % a.encode() + b"\n" for a in ATTACKS))
    f.write("any/names_A1_20191231.csv", [ATTACKS[:6] + ["id"], ["1", "2", "3", "4", "5", "6", "7"],
                                         ["8"] * 7])
    f.run(0)
    check_out(f, ["<script>window.intruder=1</script>"])
    for name in ("clean/rejects.csv.gz", "clean/warnings.csv.gz", "clean/changes.csv.gz",
                 "merge/duplicates.csv.gz", "publish/summary.csv", "clean/quality.csv"):
        f.expect(len(f.rows(name)) > 0, f"{name} is empty: nothing was tested")
    f.expect(any("'=1+1" in r["范围"] for r in f.rows("publish/summary.csv")),
             "summary.csv: no formula was defused")
    f.expect(any(r["value"].startswith("'=") for r in f.rows("clean/rejects.csv.gz")),
             "rejects.csv: no formula was defused")


# --- names of files ---

def names(f):
    f.configure(orgs=[["east", "A1", "", ""]])
    good = [HEAD, ["K1", "a", "b", "east", "1", "1", "2019-01-01", "open", "s"]]
    read, refused = [], []
    for i, a in enumerate(ATTACKS + ['"quotes"', "a'b", "a,b", "a..", "a\\b", "\u00a0", "null\u3000"]):
        if "/" in a:
            a = a.replace("/", "\u2215")
        good[1][0] = f"K{i}"
        f.write(f"loans/{a}_A1_201912{i % 28 + 1:02d}.csv", good)
        f.write(f"loans/{a}.csv", good)
        (refused if STEERING.search(a) or "\t" in a or "\n" in a else read).append(a)
    for raw in (b"\xff\xfe", b"\xb7\xa8\xd4\xba", b"\xed\xa0\x80", b"half\xe6\xb3"):
        f.put(b"loans/" + raw + b"_A1_20191101.csv", b"x\n")
        refused.append(raw)
    f.write("loans/" + "n" * 219 + "_A1_20191231.csv", good)   # as long as may be
    f.write("loans/" + "m" * 220 + "_A1_20191231.csv", good)
    f.write("/".join(["loans"] + ["d" * 200] * 10) + "/x.csv", good)
    f.run(0)
    check_out(f)
    codes = f.codes()
    of = lambda code: len([c for c in codes if c[1] == code])
    files = [r["file"] for r in f.rows("clean/ledger.csv")]
    for a in read:
        f.expect(any(a in x for x in files), f"{a!r} was not read")
    f.expect(sum(n.startswith("loans/nnn") for n in files) == 1, "a long name was not read")
    f.expect(of("W-FILE-09") == 2, f"W-FILE-09: {of('W-FILE-09')}, not 2")
    # of each name that cannot be shown two files, of bytes that are no UTF-8 one
    want = 2 * len([a for a in refused if isinstance(a, str)]) + 4
    f.expect(of("W-FILE-11") == want, f"W-FILE-11: {of('W-FILE-11')}, not {want}")
    f.run(0, "-v", "--force")
    check_said(f, "run -v", f.said)


# --- what lies outside ---

def links(f):
    f.configure(orgs=[["east", "A1", "", ""]])
    good = [HEAD, ["K1", "a", "b", "east", "1", "1", "2019-01-01", "open", "s"]]
    f.write("loans/good_A1_20191231.csv", good)
    outside = os.path.join(f.top, "outside")
    os.makedirs(outside)
    for name in ("x_A1_20191201.csv", "secret.csv"):
        with open(os.path.join(outside, name), "w", encoding="utf-8") as h:
            h.write(",".join(HEAD) + "\nOUTSIDE,OUTSIDE,b,east,1,1,2019-01-01,open,s\n")
    def link(target, name):
        os.symlink(target, os.path.join(f.raw, name))
    link(os.path.join(outside, "secret.csv"), "loans/absolute_A1_20191202.csv")
    link("../../outside/secret.csv", "loans/relative_A1_20191203.csv")
    link("relative_A1_20191203.csv", "loans/twice_A1_20191204.csv")
    link("../../outside", "loans/folder")
    link("folder/x_A1_20191201.csv", "loans/through_A1_20191205.csv")
    link(outside, "loans/folder_A1_20191206.csv")
    link("../../raw/../outside/secret.csv", "loans/dots_A1_20191207.csv")
    link("/proc/self/root" + outside + "/secret.csv", "loans/proc_A1_20191208.csv")
    link("nowhere", "loans/nowhere_A1_20191209.csv")
    link("loop_A1_20191210.csv", "loans/loop_A1_20191210.csv")
    link("..", "loans/up")
    link("good_A1_20191231.csv", "loans/inside_A1_20191211.csv")
    pipe = os.path.join(f.raw, "loans/pipe_A1_20191212.csv")
    os.mkfifo(pipe)
    link("pipe_A1_20191212.csv", "loans/topipe_A1_20191213.csv")
    link("/dev/zero", "loans/zero_A1_20191214.csv")
    s = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(os.path.join(f.raw, "loans"))
    s.bind("socket_A1_20191215.csv")
    os.chdir(here)
    opened, over = [], threading.Event()

    def watch():  # a pipe can be opened for writing only while somebody reads it
        while not over.is_set():
            try:
                os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
                opened.append(1)
            except OSError:
                over.wait(0.0005)
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        f.run(0)
    finally:
        over.set()
        watcher.join()
        s.close()
    f.expect(not opened, "the pipe was opened")
    check_out(f)
    files = {r["file"] for r in f.rows("clean/ledger.csv")}
    f.expect(files == {"loans/good_A1_20191231.csv", "loans/inside_A1_20191211.csv"},
             f"read: {sorted(files)}")
    codes = dict(f.codes())
    for name in ("absolute_A1_20191202", "relative_A1_20191203", "twice_A1_20191204", "folder",
                 "through_A1_20191205", "folder_A1_20191206", "dots_A1_20191207",
                 "proc_A1_20191208", "nowhere_A1_20191209", "loop_A1_20191210", "up",
                 "zero_A1_20191214"):
        key = "loans/" + name + (".csv" if "_" in name else "")
        f.expect(codes.get(key) == "W-FILE-03", f"{key}: {codes.get(key)}, not W-FILE-03")
    for name in ("pipe_A1_20191212", "topipe_A1_20191213", "socket_A1_20191215"):
        f.expect(codes.get(f"loans/{name}.csv") == "W-FILE-08", f"{name}: no W-FILE-08")
    for dir, _, all_names in os.walk(f.out):
        for name in all_names:
            with open(os.path.join(dir, name), "rb") as h:
                data = h.read()
            f.expect(b"OUTSIDE" not in (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data),
                     f"{name} holds what lies outside")
    # reference tables, by a link and by ..; a pipe in the place of one
    orgs = os.path.join(f.raw, "ref/orgs.csv")
    os.rename(orgs, os.path.join(outside, "orgs.csv"))
    os.symlink("../../outside/orgs.csv", orgs)
    f.expect(b"E-REF-11" in f.run(2), "a reference table by a link was read")
    os.unlink(orgs)
    os.mkfifo(orgs)
    f.expect(b"E-FILE-08" in f.run(1), "a pipe as reference table was read")
    os.unlink(orgs)
    path = os.path.join(f.top, "config.ini")
    with open(path, encoding="utf-8") as h:
        text = h.read()
    with open(path, "w", encoding="utf-8") as h:
        h.write(text.replace("file = ref/orgs.csv", "file = ../outside/orgs.csv"))
    f.expect(b"E-REF-11" in f.run(2), "a reference table by .. was read")
    # a return slip is called after its organisation
    for table, row in (("ref/senders.csv", ["loans", "../../../../INTRUDER"]),
                       ("ref/orgs.csv", ["east", "../../../../INTRUDER", "", ""])):
        f.configure(orgs=[["east", "A1", "", ""]])
        if table == "ref/orgs.csv":
            f.configure(orgs=[row])
        else:
            f.write(table, [["export", "org"], row])
        f.expect(b"E-REF-04" in f.run(2), f"{table}: a slip may lie anywhere")
    for dir, _, all_names in os.walk(f.top):
        f.expect(not any("INTRUDER" in n for n in all_names), f"{dir}: a slip lies outside")


# --- sizes ---

def sizes(f):
    good = ["K1", "a", "b", "east", "1", "1", "2019-01-01", "open", "s"]
    orgs = [["east", "A1", "", ""]]
    f.configure("file_bytes = 1000000\nrecord_bytes = 5000\nfield_bytes = 1000\ncolumns = 20\n",
                orgs=orgs)
    f.write("loans/good_A1_20191231.csv", [HEAD, good])
    f.put("loans/bomb_A1_20191201.csv.gz", b"\0" * 100000000, packed=True)
    f.put("loans/plain_A1_20191202.csv", b"x" * 1000001)
    f.write("loans/cells_A1_20191203.csv", [HEAD, ["K2", "x" * 1000] + good[2:],
                                            ["K3", "x" * 1001] + good[2:]])
    f.write("loans/records_A1_20191204.csv", [HEAD, ["K4"] + ["x" * 900] * 4 + good[5:],
                                              ["K5"] + ["x" * 900] * 6 + good[7:]])
    f.write("loans/wide_A1_20191205.csv", [HEAD + ["c%d" % i for i in range(11)], good + [""] * 11])
    f.write("loans/wider_A1_20191206.csv", [HEAD + ["c%d" % i for i in range(12)], good + [""] * 12])
    f.put("loans/commas_A1_20191207.csv", b"," * 900000)
    f.run(0)
    codes = f.codes()
    for name, code in (("bomb_A1_20191201.csv.gz", "W-FILE-06"), ("plain_A1_20191202.csv", "W-FILE-06"),
                       ("cells_A1_20191203.csv", "W-ROW-05"), ("records_A1_20191204.csv", "W-ROW-04"),
                       ("wider_A1_20191206.csv", "W-FILE-10")):
        f.expect(codes.count((f"loans/{name}", code)) == 1, f"{name}: no {code}")
    f.expect(("loans/wide_A1_20191205.csv", "W-FILE-10") not in codes, "20 columns are too many")
    ledger = {r["file"].split("/")[1].split("_")[0]: r for r in f.rows("clean/ledger.csv")}
    for name, read, rejected in (("good", "1", "0"), ("bomb", "0", "0"), ("plain", "0", "0"),
                                 ("cells", "2", "1"), ("records", "2", None), ("wider", "0", "0")):
        f.expect(ledger[name]["rows_read"] == read and rejected in (None, ledger[name]["rejected"]),
                 f"{name}: {dict(ledger[name])}")
    check_out(f)
    # ceilings that end the run: what was published stays
    before = sorted(os.listdir(f.out))
    f.configure("files = 12\n", orgs=orgs)  # three folders, nine files in them, and the two tables
    f.expect(b"E-FILE-07" in f.run(1), "a folder of too many files was read")
    f.expect(sorted(x for x in os.listdir(f.out) if ".failed" not in x) == before, "the output is gone")
    f.configure("files = 13\nreference_bytes = 20\n", orgs=orgs)
    f.expect(b"E-REF-12" in f.run(2), "a reference table of any size was read")
    for i in range(3):
        f.write(f"any/n{i}_A1_2019120{i + 1}.csv", [[f"c{i}{k}" for k in range(8)], ["1"] * 8])
    f.configure("columns = 20\n", orgs=orgs)
    f.expect(b"E-FILE-09" in f.run(1), "the files of an export have any number of columns together")


# --- terminals ---

def on_terminal(f, *args):
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(f.top)
        os.execv(f.program, [f.program, *args])
    data = b""
    while True:
        try:
            piece = os.read(fd, 65536)
        except OSError:
            break
        if not piece:
            break
        data += piece
    os.close(fd)
    os.waitpid(pid, 0)
    return data


def terminal(f):
    f.configure(language="en", orgs=[["east", "A1", "", ""]])
    f.write("loans/x_A1_20191231.csv", attack_rows())
    f.run(0)
    steering = os.fsencode(f.top) + b"/odd\x1b[31m\nW-FORGED-01 name.csv"
    shutil.copy(os.path.join(f.raw, "loans/x_A1_20191231.csv").encode(), steering)
    table = next(os.path.join(d, n) for d, _, ns in os.walk(f.out) for n in ns if n.endswith("loans.tjt"))
    draft = os.path.join(f.top, "draft.txt")
    with open(draft, "w", encoding="utf-8") as h:
        h.write("\x1b[31mloans 7 rows\x1b]0;x\x07\nrate 12%\n")
    odd = os.fsdecode(steering)
    raw = os.path.join(f.raw, "loans/x_A1_20191231.csv")
    for args in (["sniff", odd], ["sniff", "--ini", odd], ["sniff", "--cat", raw], ["cat", table],
                 ["why", "I1"], ["why", "I1", "-v"], ["why", "I1", "--csv"], ["why", "I1", "--rejected"],
                 ["lint-draft", draft], ["cat", odd], ["run", "-c", odd], ["sniff", odd + "\x1b[0m"],
                 ["check", "-c", odd]):
        said = on_terminal(f, *args)
        f.expect(len(said) > 20, f"{args}: said nothing")
        check_said(f, " ".join(args), said.replace(b"\r\n", b"\n"),
                   args[0] == "cat" or "--cat" in args or "--csv" in args)
    # in a pipe data are the bytes that they are
    f.expect(b"\x1b[31m" in f.call("cat", table).stdout, "cat into a pipe changes bytes")
    f.expect(b"\x1b[31m" in f.call("sniff", "--cat", raw).stdout, "sniff --cat changes bytes")


PARTS = {"cells": cells, "names": names, "links": links, "sizes": sizes, "terminal": terminal}


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in PARTS:
        sys.exit(__doc__)
    f = Folder(sys.argv[2], sys.argv[3])
    PARTS[sys.argv[1]](f)
    for fault in list(dict.fromkeys(f.faults))[:40]:
        print(fault)
    sys.exit(1 if f.faults else 0)


main()
