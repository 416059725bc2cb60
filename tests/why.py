#!/usr/bin/env python3
"""The rows behind the figures: what `tongji why` lists must give what compute published.

usage: why.py totals TONGJI CONFIG RAW OUT    every line of indicators.csv from the totals of its rows
       why.py rows TONGJI CONFIG RAW OUT      30 lines drawn at random against the second reader's rows

totals: for every line, `value` of the configuration is worked out once more, with the total of the
rows listed in the place of each call. rows: file and line of every row of a figure, and the sum of
their weights, against tests/reference, which reads the raw files by itself; and the rejected rows
that are listed for five of them against rejects.csv.gz.
"""
import csv
import gzip
import io
import os
import random
import re
import subprocess
import sys
from fractions import Fraction

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "reference"))

CELLS, OF_REJECTED, SEED = 30, 5, 2019
STRUCTURE = ("FIELD_COUNT", "QUOTE_OPEN", "ENCODING_BAD")


class Why:
    def __init__(self, tongji, config, raw, out):
        self.command = [tongji, "why", "-c", config, "--raw", raw, "--out", out]

    def table(self, *more):
        done = subprocess.run(self.command + list(more), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode > 1:
            raise SystemExit("fail why: %s ends with %d" % (" ".join(more), done.returncode))
        return list(csv.DictReader(io.StringIO(done.stdout.decode("utf-8-sig"))))


def indicators(out):
    with open(out + "/compute/indicators.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- totals ---


def settings(path, found, kind=None):
    """{id: {key: value}} of the [indicator] sections of a configuration and what it includes."""
    last = None
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if re.match(r"\s+\S", line) and last:
            found[kind][last] += " " + line.strip()
            continue
        last = None
        if line.startswith("["):
            words = line.strip("[] ").split(None, 1)
            kind = words[1] if words[0] == "indicator" else None
            if kind:
                found[kind] = {}
        elif "=" in line and not line.startswith(("#", ";")):
            key, value = (part.strip() for part in line.split("=", 1))
            if kind:
                found[kind][key] = value
                last = key
            elif key == "include":
                for pattern in value.split(","):
                    folder, name = os.path.split(os.path.join(os.path.dirname(path), pattern.strip()))
                    shape = re.escape(name).replace(r"\*", ".*")
                    for one in sorted(os.listdir(folder)):
                        if re.fullmatch(shape, one):
                            settings(os.path.join(folder, one), found)
    return found


def half_up(value, decimals):
    scaled = (2 * abs(value) * 10**decimals + 1) // 2
    digits = str(scaled).rjust(decimals + 1, "0")
    point = len(digits) - decimals
    text = digits[:point] + ("." + digits[point:] if decimals else "")
    return ("-" if value < 0 and scaled else "") + text


class Evaluator:
    """`value` of one figure for one cell: calls stand for the totals of their rows."""

    def __init__(self, figures, totals):
        self.figures, self.totals = figures, totals

    def sides(self, id):
        """The text of the numerator and of the denominator, or of the whole."""
        text = " ".join(self.figures[id]["value"].split())
        for call in sorted({c for f, c in self.totals if f == id}, key=len, reverse=True):
            text = text.replace(call, "(%r)" % self.totals[id, call])
        return self.split(text)

    def side(self, id, i):
        """Its value; None when it is missing."""
        sides = self.sides(id)
        return self.number(sides[i]) if i < len(sides) else None

    @staticmethod
    def split(text):
        depth = 0
        for i, sign in enumerate(text):
            depth += (sign == "(") - (sign == ")")
            if sign == "/" and not depth:
                return text[:i], text[i + 1 :]
        return (text,)

    def number(self, text):
        names = {"Fraction": Fraction, "mean": lambda *v: sum(v) / len(v)}
        names["numerator"] = lambda id: self.side(id, 0)
        names["denominator"] = lambda id: self.side(id, 1)
        text = re.sub(r"\b(numerator|denominator)\((\w+)\)", r"\1('\2')", text)
        for id in self.figures:
            text = re.sub(r"(?<![\w'])%s(?![\w'])" % re.escape(id), "value('%s')" % id, text)
        names["value"] = self.value
        try:
            return Fraction(eval(text, {"__builtins__": {}}, names))
        except (TypeError, ZeroDivisionError):
            return None

    def value(self, id):
        top = self.side(id, 0)
        if len(self.sides(id)) == 1:
            return top
        bottom = self.side(id, 1)
        if not bottom or top is None:
            return None
        return top / bottom / int(self.figures[id].get("divide", 1))


def same(text, number):
    """Is a cell of indicators.csv this number, at the precision that it is written in?"""
    if not text or number is None:
        return not text and number is None
    return text == half_up(number, len(text.partition(".")[2]))


def uses_rates(figures, id):
    """Is it made of rates? Then its numerator and denominator are in lowest terms."""
    text = figures[id]["value"]
    return "mean(" in text or any(
        re.search(r"(?<!\w)(?<!tor\()%s(?!\w)" % re.escape(other), text) and "/" in set_["value"]
        for other, set_ in figures.items()
    )


def check_totals(why, config, out):
    figures = settings(config, {})
    totals, count, bad, skipped = {}, 0, [], 0
    for row in why.table("--all", "--count"):
        cell = totals.setdefault((row["id"], row["org"], row["month"]), {})
        if row["part"].startswith("prior"):
            continue
        cell[row["figure"], row["expression"]] = Fraction(row["total"])
    for line in indicators(out):
        place = (line["id"], line["org"], line["month"])
        uses = {f for f, _ in totals.get(place, {})} | {line["id"]}
        if any(re.search(r"\b(median|quantile|nearest|sd|mad)\(", figures[f]["value"]) for f in uses):
            skipped += 1  # no totals: the values themselves count
            continue
        if line["value"] == "" and line["numerator"] == "":
            continue  # nothing was delivered
        count += 1
        e = Evaluator(figures, totals.get(place, {}))
        top, bottom = e.side(line["id"], 0), e.side(line["id"], 1)
        value = e.value(line["id"])
        if value is not None and line["unit"] == "%":
            value *= 100
        agrees = same(line["value"], value)
        if bottom is not None and not uses_rates(figures, line["id"]):
            agrees = agrees and same(line["numerator"], top) and same(line["denominator"], bottom)
        if not agrees:
            bad.append("%s %s %s: %s %s %s, of the rows %s %s %s" % (
                *place, line["value"], line["numerator"], line["denominator"], value, top, bottom))
    return count, skipped, bad


# --- rows ---


def rejects(out):
    """{(file, line): the deciding reason}"""
    first = {}
    with gzip.open(out + "/clean/rejects.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            first.setdefault((row["file"], int(row["line"])), row["reason"])
    return first


def check_rejected(why, id, reasons, sources, bad):
    """Rows of --rejected are rejected rows; those without cells are all there, undecided."""
    listed = {(r["file"], int(r["line"])): r for r in why.table(id, "--rejected", "--csv")}
    for place, row in listed.items():
        if reasons.get(place) != row["reason"]:
            bad.append("%s: %s:%d is no such rejected row" % (id, *place))
    for place, reason in reasons.items():
        if place[0] in sources and reason in STRUCTURE:
            if listed.get(place, {}).get("verdict") != "undecided":
                bad.append("%s: %s:%d is not listed as undecided" % (id, *place))
    return len(listed)


def check_rows(why, raw, out):
    import figures
    import reading

    behind = figures.Figures(reading.Reader(raw).read()).behind
    lines = indicators(out)
    drawn = random.Random(SEED).sample(lines, min(CELLS, len(lines)))
    compared, bad, reasons = 0, [], rejects(out)
    for line in drawn[:OF_REJECTED]:
        sources = {row["file"] for row in why.table(line["id"], "--csv")}
        compared += check_rejected(why, line["id"], reasons, sources, bad)
    for line in drawn:
        cell = [part for name in ("org", "month") for part in ("--" + name, line[name]) if line[name]]
        groups = {}
        for row in why.table(line["id"], "--csv", *cell):
            groups.setdefault((row["figure"], row["part"].replace("prior ", "")), []).append(row)
        own = 0
        if not groups:
            groups = {(line["id"], part): [] for part in ("value", "numerator", "denominator")}
        for (figure, part), rows in groups.items():
            wanted = behind.get((figure, line["org"], line["month"], part))
            if wanted is None:
                continue
            own += 1
            have = {(row["file"], int(row["line"])) for row in rows}
            want = {row["found_at"] for row in wanted.rows}
            units = 100 if any("." in row["weight"] for row in rows) else 1  # money: 分
            total = sum(Fraction(row["weight"]) for row in rows) * units
            if have != want or len(have) != len(rows) or total != wanted:
                bad.append("%s %s %s, %s %s: %s of %d rows, second reader %d of %d; %s" % (
                    line["id"], line["org"], line["month"], figure, part, total, len(rows), wanted,
                    len(want), sorted(have ^ want)[:3]))
        compared += own
        if not own:
            bad.append("%s %s %s: nothing to compare with" % (line["id"], line["org"], line["month"]))
    return compared, 0, bad


def main(what, tongji, config, raw, out):
    why = Why(tongji, config, raw, out)
    compared, skipped, bad = check_totals(why, config, out) if what == "totals" else check_rows(why, raw, out)
    verdict = "fail" if bad or not compared else "pass"
    note = ", %d statistics of values left out" % skipped if skipped else ""
    print("%s why: %s, %s: %d agree%s" % (verdict, config, what, compared - len(bad), note))
    for line in bad[:20]:
        print("     | " + line)


main(*sys.argv[1:])
