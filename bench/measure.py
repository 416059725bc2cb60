#!/usr/bin/env python3
"""Times the tools in turn, checks every answer, prints a table. bench/run.sh prepares and calls it.

usage: measure.py ROWS REPETITIONS HOME DATA RAW TOOL ...

HOME holds the other tools' scripts and the checker, DATA their input and the truth, RAW ours. Each
repetition runs every tool once, one after the other, so that a slow minute of the machine meets all
of them. Memory is measured in a run of its own, which is not timed: the proportional set sizes
(PSS) of all processes of the tool, added up 20 times a second, or the largest process where that is
more.
"""
import os
import shutil
import statistics
import subprocess
import sys
import time

SMALL, FAST = 5, 1  # gzip levels: at most DuckDB's size and 10 %, and fast
TONGJI = {"tongji": SMALL, "tongji-fast": FAST}
ONE_FILE = "tongji, 1 file new"
PEERS = {  # what has to be there, and the command, in HOME
    "duckdb": (["node", "node_modules/@duckdb"], "exec node peers/duckdb.js {d} {o}"),
    "duckdb_igzip": (["node", "igzip", "node_modules/@duckdb"],
                     "exec node peers/duckdb_igzip.js {d} {o}"),
    "polars": (["node", "pigz", "node_modules/nodejs-polars"],
               "POLARS_MAX_THREADS=2 exec node peers/polars.js {d} {o}"),
    "pandas": (["pigz", "import pandas"], "exec /usr/bin/python3 peers/pandas_job.py {d} {o}"),
    "datatable": (["Rscript", "library(data.table)"], "LANG=C.UTF-8 exec Rscript peers/dt.R {d} {o}"),
    "sqlite": (["sqlite3", "pigz"], "exec peers/sqlite.sh {d} {o}"),
    "mawk": (["mawk", "pigz"], "exec peers/awk.sh {d} {o}"),
}
INTERVAL = 0.05


class Failed(Exception):
    pass


class Bench:
    def __init__(self, rows, home, data, raw):
        self.rows = int(rows)
        self.home, self.data, self.raw = map(os.path.abspath, (home, data, raw))
        self.top = os.path.abspath(os.path.join(os.path.dirname(__file__), ".."))
        self.work = os.path.join(self.top, "build", "bench", "out")
        self.tongji = os.path.abspath(os.environ.get("TONGJI", self.top + "/build/release/bin/tongji"))

    def has(self, need):
        if need.startswith("node_modules/"):
            return os.path.exists(os.path.join(self.home, need))
        if need.startswith("import "):
            return subprocess.run(["/usr/bin/python3", "-c", need], capture_output=True).returncode == 0
        if need.startswith("library("):
            return subprocess.run(["Rscript", "-e", need], capture_output=True).returncode == 0
        return shutil.which(need) is not None

    def folder(self, tool):
        return os.path.join(self.work, "%s-%d" % (tool, self.rows))

    def configure(self, tool):
        """tongji runs in a folder with a configuration that chooses the level and nothing else."""
        folder = self.folder(tool)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "config.ini"), "w", encoding="utf-8") as file:
            file.write("[tongji]\ngzip_level = %d\ninclude = %s\n"
                       % (TONGJI[tool], os.path.relpath(self.top + "/bench/service/config.ini", folder)))

    def command(self, tool):
        if tool in TONGJI:
            return [self.tongji, "run", "--quiet",
                    "-c", "config.ini", "--raw", self.raw, "--out", "out"], self.folder(tool)
        shell = PEERS[tool][1].format(d=self.data, o=self.folder(tool))
        return ["/bin/bash", "-c", shell], self.home

    def clear(self, tool):
        shutil.rmtree(self.folder(tool), ignore_errors=True)
        os.makedirs(self.folder(tool))
        if tool in TONGJI:
            self.configure(tool)
        os.sync()

    def run(self, tool, memory=False):
        """(seconds, seconds of all processors, peak bytes or None)"""
        argv, folder = self.command(tool)
        with open(os.path.join(self.folder(tool), "log"), "w") as log:
            begin = time.monotonic()
            process = subprocess.Popen(argv, cwd=folder, stdout=log, stderr=log)
            peak = watch(process.pid) if memory else None
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.monotonic() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            with open(os.path.join(self.folder(tool), "log")) as log:
                raise Failed("%s ended with %d: %s" % (tool, process.returncode, log.read()[-300:]))
        if memory:
            peak = max(peak, usage.ru_maxrss * 1024)
        return wall, usage.ru_utime + usage.ru_stime, peak

    def answer(self, tool):
        """What the checker says, and the bytes of the cleaned table."""
        folder = self.folder(tool)
        if tool in TONGJI:
            adapted = folder + "-adapted"
            subprocess.run([sys.executable, os.path.join(self.top, "bench/adapt.py"),
                            folder + "/out", adapted], check=True)
            folder = adapted
        said = subprocess.run([sys.executable, self.home + "/check.py", self.data, folder],
                              capture_output=True, text=True, env={**os.environ, "BENCH_HOME": self.home})
        size = sum(os.path.getsize(os.path.join(path, name)) for path, _, names in os.walk(folder)
                   for name in names if "cleaned" in path[len(folder):] + name)
        return said.stdout.split(" ")[0] if said.stdout.startswith("OK") else said.stdout + said.stderr, size


def children(pid):
    try:
        for thread in os.listdir("/proc/%d/task" % pid):
            with open("/proc/%d/task/%s/children" % (pid, thread)) as file:
                for child in map(int, file.read().split()):
                    yield child
                    yield from children(child)
    except OSError:
        return


def pss(pid):
    try:
        with open("/proc/%d/smaps_rollup" % pid) as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def watch(pid):
    """The peak of the sum over the process and its descendants, until it ends."""
    peak = 0
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        peak = max(peak, sum(map(pss, {pid, *children(pid)})))
        time.sleep(INTERVAL)
    return peak


def change_one_file(raw):
    """Appends a row to the middle one of the files by size; the bytes before, to put it back."""
    files = sorted((entry.stat().st_size, entry.path) for entry in os.scandir(raw) if entry.is_file())
    path = files[len(files) // 2][1]
    with open(path, "rb") as file:
        before = file.read()
    put(path, before + before[before.rstrip(b"\n").rindex(b"\n") + 1:].replace(b"MD", b"MDX", 1))
    return path, before


def put(path, content):
    """A new file of that name: the other one is shared with the data."""
    with open(path + ".part", "wb") as file:
        file.write(content)
    os.replace(path + ".part", path)


def incremental(bench, repetitions):
    """One of the files has a row more, then again a row less, after a run over all of them."""
    results = []
    bench.clear("tongji")
    bench.run("tongji")
    path, before = change_one_file(bench.raw)
    try:
        for i in range(repetitions):
            results.append(bench.run("tongji"))
            if i % 2 == 0:
                put(path, before)
            else:
                change_one_file(bench.raw)
    finally:
        put(path, before)
    return results


def megabytes(size):
    return "%.0f" % (size / 1e6) if size is not None else "-"


def main(rows, repetitions, home, data, raw, *wanted):
    bench = Bench(rows, home, data, raw)
    tools = []
    for tool in wanted:
        missing = [need for need in ([] if tool in TONGJI else PEERS[tool][0]) if not bench.has(need)]
        if missing:
            print("left out: %s (%s)" % (tool, ", ".join(missing)))
        else:
            tools.append(tool)
    times = {tool: [] for tool in tools}
    peak, size, verdict = {}, {}, {tool: "OK" for tool in tools}
    for path, _, names in os.walk(bench.data):
        for name in names:
            with open(os.path.join(path, name), "rb") as file:
                while file.read(1 << 24):
                    pass
    print("load before: %s" % open("/proc/loadavg").read().strip(), flush=True)
    with_memory = os.environ.get("MEMORY") != "no"
    for repetition in range(int(repetitions) + with_memory):
        for tool in list(tools):
            bench.clear(tool)
            memory = repetition == int(repetitions)
            try:
                result = bench.run(tool, memory)
            except Failed as failure:
                print("left out: %s" % failure)
                tools.remove(tool)
                continue
            if memory:
                peak[tool] = result[2]
            else:
                times[tool].append(result)
            said, size[tool] = bench.answer(tool)
            if said != "OK":
                verdict[tool] = said
    if "tongji" in tools:
        tools.append(ONE_FILE)
        times[ONE_FILE] = incremental(bench, int(repetitions))
        verdict[ONE_FILE] = "-"
    print("load after:  %s" % open("/proc/loadavg").read().strip())
    table(tools, times, peak, size, verdict)
    shutil.rmtree(bench.work, ignore_errors=True)
    return 0 if tools and all(said in ("OK", "-") for said in verdict.values()) else 1


def table(tools, times, peak, size, verdict):
    """Ratios: how many times the tool's time is that of tongji (size) and tongji-fast."""
    wall = {tool: statistics.median(t[0] for t in times[tool]) for tool in tools}
    print("\n| tool | wall s | from - to | CPU s | peak MB | cleaned MB | / tongji | / fast | answer |")
    print("|---|---|---|---|---|---|---|---|---|")
    for tool in tools:
        each = [t[0] for t in times[tool]]
        ratio = ["%.2f" % (wall[tool] / wall[our]) if our in wall else "-" for our in TONGJI]
        print("| %s | %.2f | %.2f - %.2f | %.2f | %s | %s | %s | %s | %s |" % (
            tool, wall[tool], min(each), max(each), statistics.median(t[1] for t in times[tool]),
            megabytes(peak.get(tool)), "%.2f" % (size[tool] / 1e6) if tool in size else "-", *ratio,
            verdict[tool]))


if __name__ == "__main__":
    if len(sys.argv) < 7:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
