"""Raw folders made worse: the sample's exports, damaged at random.

    bytes: signs inserted, deleted, changed and repeated anywhere in the smaller files
    cells: nasty values of every kind in some cells, rows repeated, cut, widened, notes and totals in
           between; other delimiters, encodings and quoting; another year; files left out
    town:  nothing of the sample: see town.py
"""
import csv
import glob
import gzip
import io
import os
import random
import shutil

import town

SIGNS = [
    b'"', b'""', b",", b";", b"\t", b"\n", b"\r\n", b"\r", b"\0", b"\xef\xbb\xbf", b"\xff\xfe",
    b"\xe5\x90", b"\x81\x30\x81\x30", b"9.1E+17", b"2019-02-30", b'"\n', b',"', b"\xef\xbf\xbd",
    b"'", b"99999999999999999999", "合计,".encode(),
]  # fmt: skip
CELLS = [
    line.split("|")
    for line in (
        "2019-3-1|2019/03/01 10:05|2019.3.1|2019年3月1日|二〇一九年三月一日|二零一九年十二月三十一日|20190301|"
        "20190301100500|43525|18263|18264|55153|55154|2019-02-29|2019-13-1|2019-03-01T10:05:00.0|"
        "2019-03-01 24:00|0000-00-00|1900-01-00|1999-12-31|2020-01-01|2020-01-02|2019-12-31 23:59:59|"
        "２０１９-１-１|'2019-01-05|2019-3|3月1日|2019年3月|| |-",
        "0|1|2|一|两|十二|一百零五|九万|1,234|12,34|5.5万|3.0|3.5|-1|-0|约3|140余|3人|1 000|１２|1e5|无|1.234|"
        "0.01|-5.5|2亿|3千|30个工作日|x|999999999999999999999||若干|0人次|1万人|1.5万人",
        "办结|已办结|准予|是|否|1|0|Y|n|TRUE|√|×|W|N|天|月|个月|学校|校园|县级|区级|4|有效|正常|受理|作废|测试|TEST|"
        "成功|调解成功|通过|法治讲座|讲座|其他|未知||/|暂无|null|工 作日|自然日|1^3|0^9|7|5^x|废止|失效|一审|房屋征收",
        "米东区司法局|司法局|区司法局|米东区 建设局|住建局|不存在的局||11650109MB0001257J|卫计委|区教育局|米东区人民政府",
        "'ZI19070000195|9.16501E+17|abc-１２|650109900101001|65010919900101001x|米政办[2015]5|米政办（2015）6号|"
        "|无| |乌鲁木齐市米东区广场|米东区|ZW19020000001",
    )
]


def damage_bytes(source, out, chance):
    shutil.copytree(source + "/2018", out + "/2018")
    os.makedirs(out + "/2019")
    for path in sorted(glob.glob(source + "/2019/*")):
        if os.path.getsize(path) > 80000:
            continue
        data = bytearray(open(path, "rb").read())
        for _ in range(chance.choice([0, 1, 3, 10, 60])):
            at, what = chance.randrange(len(data) + 1), chance.random()
            if what < 0.5:
                data[at:at] = chance.choice(SIGNS)
            elif what < 0.7:
                del data[at : at + chance.choice([1, 2, 5, 40])]
            elif what < 0.85 and data:
                data[min(at, len(data) - 1)] = chance.randrange(256)
            else:
                other = chance.randrange(len(data) + 1)
                data[at:at] = data[other : other + chance.choice([3, 50, 400])]
        if chance.random() < 0.05:
            data = data[: chance.randrange(len(data) + 1)]
        with open(os.path.join(out, "2019", os.path.basename(path)), "wb") as file:
            file.write(data)


def text_of(data):
    if data[:2] == b"\xff\xfe":
        return data.decode("utf-16")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            pass
    return data.decode("utf-8", "replace")


def damage_rows(rows, head, chance):
    rate = chance.choice([0, 0.005, 0.02, 0.1])
    width = len(rows[head])
    for i in range(head + 1, len(rows)):
        for j in range(len(rows[i])):
            if chance.random() < rate:
                rows[i][j] = chance.choice(chance.choice(CELLS))
        if chance.random() < rate / 4:
            rows[i] = list(rows[chance.randrange(head, len(rows))])
        if chance.random() < rate / 8:
            rows[i] = rows[i][: chance.randrange(len(rows[i]) + 1)]
        if chance.random() < rate / 8:
            rows[i] = rows[i] + chance.choice([["", ""], ["x"], [" ", "\u3000"], ["'"]])
        if chance.random() < rate / 8:
            between = [["合 计"] + ["1"] * (width - 1), ["注:说明"], ["小计"], [], list(rows[head])]
            rows[i] = chance.choice(between)


def damage_cells(source, out, chance):
    year = chance.choice([2018, 2019, 2019, 2019, 2020])
    path = out + "/ref/config.csv"
    text = open(path, encoding="utf-8").read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(
            text.replace("year,2019", "year,%d" % year).replace("2019-12-31", "%d-12-31" % year)
        )
    for path in sorted(glob.glob(source + "/20*/*")):
        if chance.random() < 0.15:
            continue
        data = open(path, "rb").read()
        text = text_of(gzip.decompress(data) if path.endswith(".gz") else data)
        lines = text.split("\n")
        if len(lines) > 1500:
            at = chance.randrange(len(lines) - 1200)
            text = "\n".join(lines[:8] + lines[at : at + 1200])
        delimiter = max(",;\t", key=text[:3000].count)
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
        full = [i for i, row in enumerate(rows[:6]) if len([c for c in row if c.strip()]) > 3]
        damage_rows(rows, full[0] if full else 0, chance)
        made = io.StringIO()
        csv.writer(
            made,
            delimiter=chance.choice(",;\t,,"),
            lineterminator=chance.choice(["\n", "\r\n"]),
            quoting=chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
        ).writerows(rows)
        encoding = chance.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"])
        data = made.getvalue().encode(encoding, "replace")
        if encoding == "utf-16":
            data = b"\xff\xfe" + made.getvalue().encode("utf-16-le")
        to = out + path[len(source) :]
        os.makedirs(os.path.dirname(to), exist_ok=True)
        with open(to, "wb") as file:
            file.write(gzip.compress(data) if path.endswith(".gz") else data)


KINDS = {"bytes": damage_bytes, "cells": damage_cells, "town": town.damage}


def make(kind, seed, source, out):
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(source + "/ref", out + "/ref")
    KINDS[kind](source, out, random.Random(seed))
