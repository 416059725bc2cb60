#!/usr/bin/env python3
"""What each stage costs: processor seconds, bytes read and written, memory.

usage: bench/stages.py PROGRAMS LABEL ROWS CONFIG RAW OUT [REPETITIONS]

PROGRAMS is a build, as build/release. Every repetition runs the four stages by hand, with one
thread, into an empty OUT, then all of it once more as a run; what that takes more is the runner's. Of
each number the smallest is printed: other work on the machine only adds to it. Bytes are those of read and write calls (/proc/PID/io), whether from cache or not, as a
shared folder would have to carry them. Appends lines to standard output, as bench/costs.csv has
them: label,rows,files,stage,cpu_s,read_mb,written_mb,peak_mb
"""
import os
import shutil
import subprocess
import sys

STAGES = ("clean", "merge", "compute", "publish")
MB = 1e6


def run(argv):
    """Processor seconds, MB read and written, peak MB of a program."""
    process = subprocess.Popen(argv)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    with open(f"/proc/{process.pid}/io", encoding="ascii") as f:
        io = dict(line.split(": ") for line in f)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{argv[0]}: status {status}")
    return (usage.ru_utime + usage.ru_stime, int(io["rchar"]) / MB, int(io["wchar"]) / MB,
            usage.ru_maxrss * 1024 / MB)


def main():
    if len(sys.argv) not in (7, 8):
        sys.exit(__doc__)
    programs, label, rows, config, raw, out = sys.argv[1:7]
    repetitions = int(sys.argv[7]) if len(sys.argv) == 8 else 3
    best = {}
    for _ in range(repetitions):
        shutil.rmtree(out, ignore_errors=True)
        options = ["-c", config, "--raw", raw, "--out", out, "--jobs", "1"]
        costs = {s: run([f"{programs}/libexec/tongji/{s}"] + options) for s in STAGES}
        shutil.rmtree(out)
        whole = run([f"{programs}/bin/tongji", "run", "-q"] + options)
        costs["runner"] = tuple(max(0, whole[i] - sum(costs[s][i] for s in STAGES)) for i in range(3)) + (0,)
        for stage, cost in costs.items():
            best[stage] = tuple(map(min, zip(cost, best.get(stage, cost))))
    files = sum(len(names) for _, _, names in os.walk(raw))
    for stage in STAGES + ("runner",):
        print(label, rows, files, stage, *(f"{x:.3f}" for x in best[stage]), sep=",")


main()
