#!/usr/bin/env python3
"""A night on a cluster: the runs of many districts, from measured costs.

usage: bench/simulate.py [COSTS]        default: bench/costs.csv (bench/stages.py writes it)
       [--districts N] [--seed S] [--cores C] [--folder MB/s] [--rows MEDIAN]

Each district has a number of rows drawn from a log-normal distribution about the sample's; every
raw file is new every night, which is the worst case. The cost of a stage is a fixed part, so that
the sample costs what was measured, and a part by row, from 100 thousand and 10 million rows.

whole  a district is one task: `tongji run` on one core
cut    large districts (over a million rows) are handed in with --engine slurm: clean in 16 units, a
       task that puts them together, then merge, compute and publish one after the other

Tasks are started in the order of their size, the largest first, on the next free core. A task takes
its processor time, or its bytes at the pace of one stream where that is longer; the night is as long
as the cores need, or the controller to start all tasks, or the folder to carry all bytes, whichever
is most. The same seed gives the same table.
"""
import argparse
import csv
import heapq
import math
import os
import random

STAGES = ("clean", "merge", "compute", "publish", "runner")
UNITS = 16
LARGE = 1_000_000     # rows: from here on a district is cut
FEWEST, MOST = 2_000, 10_000_000  # rows of a district
SPREAD = 0.9          # sigma of the logarithm of rows
START = 0.8           # s from a task's turn to its first instruction (measured: 200 tasks, 4 slots)
STEP = 1.0            # s between a task and the one that depends on it (measured: six in a row)
STARTS = 20           # tasks a second that the controller starts
STREAM = 200          # MB/s of one task on the shared folder
DISTRICTS_OF_CITY, CITIES_OF_PROVINCE = 8.54, 10.7  # 2,844 districts, 333 cities, 31 provinces


class Costs:
    """Processor seconds and MB of a stage by rows."""

    def __init__(self, path):
        with open(path, encoding="utf-8", newline="") as f:
            self.rows = {(r["label"], int(r["rows"]), r["stage"]): r for r in csv.DictReader(f)}
        self.sample = next(rows for label, rows, _ in self.rows if label == "sample")
        sizes = sorted(rows for label, rows, _ in self.rows if label == "service")
        self.low, self.high = sizes[0], sizes[-1]

    def measured(self, label, rows, stage):
        r = self.rows[label, rows, stage]
        return float(r["cpu_s"]), float(r["read_mb"]) + float(r["written_mb"])

    def of(self, stage, rows):
        low = self.measured("service", self.low, stage)
        high = self.measured("service", self.high, stage)
        sample = self.measured("sample", self.sample, stage)
        cost = []
        for i in range(2):
            slope = max(0.0, (high[i] - low[i]) / (self.high - self.low))
            cost.append(max(0.0, sample[i] - slope * self.sample) + slope * rows)
        return tuple(cost)

    def peak(self, stage, rows):
        """MB; at least that of the largest measured size not above."""
        return max(float(r["peak_mb"]) for (_, n, s), r in self.rows.items() if s == stage and n <= max(rows, self.low))


class District:
    """What one district has to do."""

    def __init__(self, rows, costs):
        self.rows = rows
        self.costs = {s: costs.of(s, rows) for s in STAGES}
        self.cpu = sum(c[0] for c in self.costs.values())
        self.mb = sum(c[1] for c in self.costs.values())
        self.slots = pace((self.cpu, self.mb))
        units = costs.measured("sample", costs.sample, "clean-units")[0]
        clean = costs.measured("sample", costs.sample, "clean")[0]
        self.unit_extra = max(0.0, units - clean) / UNITS
        self.gather = costs.measured("sample", costs.sample, "clean-gather")[0] / clean

    def whole(self):
        """Steps, each a list of tasks (seconds, MB)."""
        return [[(self.cpu, self.mb)]]

    def cut(self):
        if self.rows < LARGE:
            return self.whole()
        cpu, mb = self.costs["clean"]
        steps = [[(cpu / UNITS + self.unit_extra, mb / UNITS)] * UNITS, [(cpu * self.gather, mb * self.gather)]]
        steps += [[self.costs[s]] for s in STAGES[1:4]]
        return steps


def pace(task):
    return START + max(task[0], task[1] / STREAM)


def night(districts, cores):
    """Seconds until all is done on so many cores, and the number of tasks."""
    free = [0.0] * cores
    heapq.heapify(free)
    ready = []  # (time, -work left, number, step)
    for n, steps in enumerate(districts):
        heapq.heappush(ready, (0.0, -sum(pace(t) for s in steps for t in s), n, 0))
    end, tasks = 0.0, 0
    while ready:
        when, work, n, step = heapq.heappop(ready)
        done = 0.0
        for task in districts[n][step]:
            begin = max(heapq.heappop(free), when)
            heapq.heappush(free, begin + pace(task))
            done = max(done, begin + pace(task))
            tasks += 1
        end = max(end, done)
        if step + 1 < len(districts[n]):
            heapq.heappush(ready, (done + STEP, work, n, step + 1))
    return max(end, tasks / STARTS), tasks


def rollup(costs, districts, cores):
    """Seconds of the levels above: each city, each province, the whole; partial results only add up,
    so the last step reads as much as all districts have written."""
    cpu, mb = costs.measured("sample", costs.sample, "rollup")
    total, seconds = len(districts), []
    for size in (DISTRICTS_OF_CITY, DISTRICTS_OF_CITY * CITIES_OF_PROVINCE, total):
        waves = math.ceil(total / size / cores)
        seconds.append(waves * (START + max(cpu, mb / STREAM) * size))
    return seconds


def clock(seconds):
    return f"{int(seconds) // 3600}:{int(seconds) // 60 % 60:02}:{int(seconds) % 60:02}"


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser()
    parser.add_argument("costs", nargs="?", default=os.path.join(here, "costs.csv"))
    parser.add_argument("--districts", type=int, default=2844)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cores", type=int, default=16)
    parser.add_argument("--folder", type=float, default=1000)
    parser.add_argument("--rows", type=float)
    o = parser.parse_args()
    costs = Costs(o.costs)
    draw = random.Random(o.seed)
    median = o.rows or costs.sample
    rows = sorted((int(min(MOST, max(FEWEST, draw.lognormvariate(math.log(median), SPREAD))))
                   for _ in range(o.districts)), reverse=True)
    districts = [District(n, costs) for n in rows]
    cpu, mb = sum(d.cpu for d in districts), sum(d.mb for d in districts)
    peak = max(costs.peak(s, rows[0]) for s in STAGES)
    alone = [night([steps], UNITS)[0] for steps in (districts[0].whole(), districts[0].cut())]
    print(f"{o.districts} districts, {sum(rows) / 1e6:.0f} million rows (median {rows[len(rows) // 2]}, largest "
          f"{rows[0]}), seed {o.seed}")
    print(f"{cpu / 3600:.2f} processor hours, {mb / 1e3:.0f} GB read and written; {o.cores} cores a node, folder "
          f"{o.folder:.0f} MB/s")
    print(f"the largest district by itself: whole {clock(alone[0])}, cut {clock(alone[1])}; memory {peak:.0f} MB")
    print()
    print("| nodes | cores | whole | busy % | cut | busy % | folder MB/s | bound by |")
    print("|---|---|---|---|---|---|---|---|")
    for nodes in (1, 2, 4, 8, 16, 32, 64):
        cores = nodes * o.cores
        whole = night([d.whole() for d in districts], cores)
        cut = night([d.cut() for d in districts], cores)
        carry = mb / o.folder
        bounds = {"cores": sum(d.slots for d in districts) / cores, "folder": carry,
                  "controller": whole[1] / STARTS, "largest district": alone[0]}
        took = [max(x[0], carry) for x in (whole, cut)]
        busy = [100 * cpu / (t * cores) for t in took]
        print(f"| {nodes} | {cores} | {clock(took[0])} | {busy[0]:.0f} | {clock(took[1])} | {busy[1]:.0f} | "
              f"{mb / took[0]:.0f} | {max(bounds, key=bounds.get)} |")
    levels = rollup(costs, districts, o.cores)
    print()
    print("roll-up on one node: cities " + clock(levels[0]) + ", provinces " + clock(levels[1]) + ", the whole " +
          clock(levels[2]))


main()
