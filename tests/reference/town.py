"""A raw folder of a district that does not exist: everything in it is made up, and messy.

Each cell has a meaning first (a day, a number, a word) and gets its spelling later and anew each
time it is written: duplicates and keys are equal by meaning, seldom by bytes. Left out is what the
page of rules leaves open.
"""
import codecs
import datetime
import gzip
import os

import reading

DAY = datetime.date
ONE = datetime.timedelta(days=1)
FAVOUR = dict(
    pair.split("=")
    for pair in (
        "STATUS=办结 ITEMST=在用 LISTST=有效 LEVEL=县级 TAX=增值税 BIZ=设立 UNIT=工作日 AUDIT=通过 ACC=正常 "
        "REGK=正式申请 REVIEW=受理 DTYPE=区政府 INST=一审 ATT=已参加 TRAIN=行政执法法律培训 LIST2=有效 "
        "HIRE=在聘 TARGET=基层政府 CASEKIND=承诺件 ACT=法治讲座 VENUE=学校"
    ).split()
)
FIRST_DAYS = "accept_at received accepted start pstart date filed effective".split()
NULLS = (
    "|||/|-|--|—|——|无|暂无|空|NULL|null|Null|#N/A|#n/a|0000-00-00|1900-01-00|1753-01-01|／|－| 无 |'"
).split("|")
DATES = (
    "%d-%02d-%02d %d-%d-%d %d/%02d/%02d %d/%d/%d %d.%d.%d %d年%d月%d日 %d年%02d月%02d日 %d.%02d.%02d"
).split()
# Y stands for the year
BAD_DATES = (
    "Y-04-31|2021-02-29|2024-02-29|2023-02-29|18263|55154|60000|二〇二一年十二月三十二日|Y-13-01|"
    "Y-00-10|Y-06-05 24:00:00|Y-06-05 23:60|Y-06-05T10:00:61|Y/6-5|Y-6|待定|Y06311|Y0631|Y0605103061|"
    "2021年2月|44197.5|Y-06-05 1:2|Y-06-05T|Y-6-5-|6/5/Y|Y年6月|二〇二一年六月|Y0605 10:30|Y.6.5.|"
    "20210605103061|20210605243000|２０２１-０６-３１|3.8|Y-06-05 10:30:20.|xY-06-05|2100-02-29|"
    "二〇二一年十三月一日|Y-06-051"
).split("|")
BAD_YEARS = (
    "21|二〇二一|2021-13|2021.0|20211|2021年13月|2021-1-1|年|2021年度度|2021-|去年"
).split("|")
BAD_NUMBERS = (
    "约5|近10|大约3|超5|超过9|达100|5余|20多|10左右|3以上|几|几十|若干|数十|数百人|数千|100余人次|5多万|x9|"
    "1,23|12,34,567|1234,567|,123|1,234,|5人次人|人|人次|1e5|5%|1/2|(5)|−5|3-5|5~6|十个百|百|5百|1.2.3|"
    "1..2|--5|￥5|5美元|NaN|inf|0x10|万|亿元|约|余|12:30|不详|5个工作日日|五点五|-3|-1|0.001|3.14159|"
    "12.345|1.23456万|0.5"
).split("|")
NUMBERS = (
    "99|1,234,567|12,345.60|-1,234.50|1亿|1.2亿|3千|5万人次|2千册|9万|1234567.89|12.00|12.340|0.10万|"
    "100万元|5.5万|00012|000|1,234万|-5万|-0.01"
).split("|")
UNITS = [
    (unit, 10**power)
    for power, units in ((4, "万元 万册 万人次 万"), (8, "亿元 亿"), (3, "千元"), (0, "元 人 千册 单位:万元"))
    for unit in units.split()
]
NOTES = (
    "注:数据截至年底|注：数据截至年底|注意:本表|填报人 王某  联系电话:0990|填报单位：某局|审核人:李|制表 张|"
    "联系电话0990|说明:无|说明|备注:|备注：x|\"注:a\"\"b\"| 注:|'注:|注 :x|注|\"注:\n第二行\"|填 报 人|审核 人|"
    "注释|备注无"
).split("|")
TOTALS = (
    '合计|合 计|小计:|总\u3000计|合计(元)|"合计"|"合\n计"|本页合计|累计|总计数|小 计|＇合计|合\u200b计|计'
).split("|")


def is_small(column):
    """Limits in days and the like, which stay far from the ends of the calendar."""
    return any(word in column.name for word in ("limit", "days", "before", "after", "visits"))


class Column:
    def __init__(self, name, headers, kind, flags):
        self.name, self.type = name, kind
        self.headers = [reading.header_name(h)[0] for h in headers]
        self.K, self.R, self.F, self.G = (flag in flags for flag in "KRFG")


def chinese(n, rng):
    """A written numeral for 0 <= n < 10^8."""
    digits = "零一二三四五六七八九"
    if n == 0:
        return rng.choice("零〇")

    def section(n, leading):
        out, zero = "", False
        for power, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            d = n // power % 10
            if d == 0:
                zero = bool(out)
                continue
            if zero:
                out += rng.choice("零零〇")
                zero = False
            if power == 10 and d == 1 and not out and leading:
                out += word
            else:
                c = digits[d]
                if d == 2 and power >= 100 and rng.random() < 0.5:
                    c = "两"
                out += c + word
        return out

    high, low = divmod(n, 10000)
    text = ""
    if high:
        text = section(high, True) + "万"
        if high == 2 and rng.random() < 0.5:
            text = "两万"
        if low and low < 1000:
            text += rng.choice("零零〇")
    if low:
        text += section(low, not high)
    return text


def chinese_small(n):
    d = "〇一二三四五六七八九"
    return d[n] if n < 10 else (d[n // 10] if n >= 20 else "") + "十" + (d[n % 10] if n % 10 else "")


class Town:
    def __init__(self, rng, out):
        self.rng, self.out = rng, out
        self.year = rng.choice([2020, 2021, 2021, 2022, 2024])
        self.district, self.city, self.code = rng.choice(
            [("独山子区", "克拉玛依市", "650202"), ("克拉玛依区", "克拉玛依市", "650203"),
             ("高昌区", "吐鲁番市", "650402")])
        self.exports = {
            name: [Column(*c) for c in columns] for name, (columns, _) in reading.EXPORTS.items()
        }
        self.words = reading.WORDS
        self.orgs = ["11%sMB%04d%03d%s" % (self.code, rng.choice([1, 5]), i * 37 % 1000,
                                            rng.choice("0123456789ABCDEFGHJKLMNPQRTUWXY"))
                     for i in range(rng.randint(4, 14))]
        self.foreign = ["11659004MB0009021D", "11650100MB0009005K"]
        self.gov = self.orgs[0]
        # how messy this town is at all
        self.level = rng.choice([0.2, 1, 1, 3])
        # how many cells are bad, how much of it is broken structure
        self.nasty = rng.choice([0.3, 1, 1, 8])
        self.broken = rng.choice([0.3, 1, 1, 6, 20])
        self.cases = []

    def chance(self, p):
        return self.rng.random() < p * self.level

    # --- reference tables ---

    def make_ref(self):
        rng = self.rng
        ref = self.out + "/ref"
        os.makedirs(ref, exist_ok=True)
        y = self.year

        def put(name, head, rows):
            with open("%s/%s.csv" % (ref, name), "w", encoding="utf-8") as f:
                f.write(head + "\n" + "".join(",".join(map(str, r)) + "\n" for r in rows))
        put("config", "key,value", [("year", y), ("district", self.district), ("city", self.city),
                                    ("district_code", self.code), ("government_org", self.gov),
                                    ("cutoff", "%d-12-31" % y)])
        d, days = DAY(y - 1, 1, 1), []
        while d < DAY(y + 4, 1, 1):
            work = d.weekday() < 5
            if rng.random() < 0.06:
                work = not work
            if (d.month, d.day) in ((1, 1), (5, 1)) or d.month == 10 and d.day < 8:
                work = False
            days.append((d, int(work), "", "made"))
            d += ONE
        put("calendar", "date,is_workday,name,source", days)
        rows = [(o, o, "", "") for o in self.orgs + self.foreign]
        self.names = []
        turn = DAY(y, rng.randint(1, 12), rng.randint(1, 28))
        for i, o in enumerate(self.orgs):
            n = "第%s局" % chinese_small(i + 1)
            self.names += [n, self.district + n, "区" + n]
            for a in self.names[-3:]:
                rows.append((a, o, "", rng.choice(["", "", "%d-12-31" % (y + 1)])))
        pairs = rng.sample(self.orgs, min(4, len(self.orgs)))
        a, b = pairs[0], pairs[1]
        special = [
            ("改制局", a, "", turn), ("改制局", b, turn + ONE, ""),          # one or the other
            ("重叠局", a, "", turn), ("重叠局", b, turn, ""),                # two on one day
            ("断档局", a, "", turn), ("断档局", b, turn + 40 * ONE, ""),     # none between
            ("同码局", a, "", turn), ("同码局", a, turn + 40 * ONE, ""),     # none, one code
            ("双效局", b, "", ""), ("双效局", b, "%d-01-01" % y, ""),        # several, one code
            ("争议局", a, "", ""), ("争议局", b, "", ""),                    # several, two codes
            ("旧名局", b, "", "%d-12-31" % (y - 2)),                         # never valid, one code
            ("三行局", a, "", turn), ("三行局", a, "%d-01-01" % y, turn), ("三行局", b, turn + ONE, ""),
            ("ABC局", a, "", ""), ("外区局", self.foreign[0], "", ""),
        ]
        rng.shuffle(special)
        rows += special
        self.names += sorted({s[0] for s in special}) + ["abc局"]
        put("org_alias", "alias,org_code,valid_from,valid_to", rows)
        self.map = {}
        rows = []
        for table, export, column in (("STATUS", "E01a", "办件状态"), ("TASK", "E01a", "事项类型")):
            rows += [(self.orgs[-1], "E01a", "事项类型", "x", "行政许可")] if table == "TASK" else []
            rows += [("*", export, column, k, v) for k, v in self.words[table].items()]
        states = sorted(set(self.words["STATUS"].values()))
        for o in self.orgs:
            if rng.random() < 0.6:
                self.map[o] = {}
                for raw in rng.sample("1 2 3 10 11 12 99 A B1 办结 完成".split(), 7):
                    self.map[o][raw] = rng.choice(states + ["办结"] * 8)
                    rows.append((o, "E01a", "办件状态", raw, self.map[o][raw]))
        put("code_map", "source,export,column,raw,canonical", rows)
        put("region", "code,name,level,parent", [(self.code, self.district, 4, "")])
        last = [("I317", y - 1, rng.randint(0, 60), "made")]
        put("baseline", "indicator,year,value,source", last)

    # --- meanings of cells ---

    def day(self, near=None):
        d = self.any_day(near)
        if d > self.cutoff + ONE and self.rng.random() < 0.97:
            early = not near or near > self.cutoff
            d = self.cutoff - self.rng.randint(0, 300) * ONE if early else self.cutoff
        return d

    def any_day(self, near):
        rng = self.rng
        if near and rng.random() < 0.8:
            return near + rng.randint(0, 40) * ONE
        r = rng.random()
        if r < 0.85:
            return DAY(self.year, 1, 1) + rng.randint(0, 364) * ONE
        if r < 0.95:
            return DAY(self.year - 1, 1, 1) + rng.randint(0, 364) * ONE
        return rng.choice([DAY(self.year, 12, 31), DAY(self.year, 1, 1), DAY(self.year + 1, 1, 1),
                           DAY(self.year, 2, 28)])

    def edge_day(self, cutoff):
        return self.rng.choice([DAY(1999, 12, 31), DAY(2000, 1, 1), cutoff, cutoff + ONE,
                                cutoff + 2 * ONE, DAY(2050, 12, 31), DAY(1950, 1, 1)])

    def meaning(self, export, c, row, cutoff):
        """What a cell means; the text of it comes later and may differ each time."""
        rng, t = self.rng, c.type
        if t.startswith("e:"):
            values = sorted(set(self.words[t[2:]].values()))
            favour = FAVOUR.get(t[2:])
            return favour if favour and rng.random() < 0.6 else rng.choice(values)
        if t in ("d", "dt"):
            first = next((row[n] for n in FIRST_DAYS if row.get(n)), None)
            if isinstance(first, datetime.datetime):
                first = first.date()
            d = self.day(first)
            if c.G and export != "E01b" and self.chance(0.01):
                d = self.edge_day(cutoff)
            if t == "dt":
                return datetime.datetime.combine(d, datetime.time(
                    rng.randint(0, 23), rng.randint(0, 59), rng.randint(0, 59)))
            return d
        if t in ("i", "m"):
            n = rng.choice([0, 1, 2, 3, 5, 8, 10, 15, 20, 22, 30])
            if is_small(c):
                return min(n, 6) if row.get(c.name.replace("limit", "unit")) == "月" else n
            if rng.random() < 0.4:
                some = [rng.randint(0, 9999), rng.randint(0, 99) * 1000, rng.randint(0, 10**6)]
                n = rng.choice(some + [120000, 10000, 105, 1000])
            if t == "m":
                n = n * 100 if rng.random() < 0.6 else rng.randint(0, 10 ** rng.randint(1, 11))
                if rng.random() < 0.05:
                    n = -n
            return n
        if t == "b":
            return rng.random() < 0.7
        if t == "depth":
            return rng.randint(0, 4)
        if t == "year":
            return self.year if rng.random() < 0.8 else self.year - 1
        if t == "ym":
            return self.year - rng.randint(0, 1), rng.randint(1, 12)
        if t == "org":
            return rng.choice(self.orgs + self.names + (self.foreign if self.chance(0.3) else []))
        if t == "docno":
            return "克政%s〔%d〕%d号" % (rng.choice("办发字"), self.year, rng.randint(1, 400))
        if t == "place":
            return rng.choice(["广场", "第一中学", "市民之家"])
        if t == "id":
            return "%s19%02d%02d%02d%03d" % (self.code, rng.randint(50, 99), rng.randint(1, 12),
                                            rng.randint(1, 28), rng.randint(0, 999))
        if t == "code":
            if c.name == "region":
                return self.code + "%03d" % rng.randint(1, 9) if rng.random() < 0.8 else "650109001"
            if c.name == "org_code":
                return rng.choice(self.orgs)
            if c.name == "account" and rng.random() < 0.2:
                return "%s19800101%03d" % (self.code, rng.randint(0, 20))
            if c.name == "case_no" and export == "E01b" and self.cases and rng.random() < 0.95:
                return rng.choice(self.cases)
            text = "%s%04d" % (rng.choice(["AB", "x", "ZW", "K-"]), rng.randint(0, self.spread))
            return text.upper()
        if c.name == "session":
            return "第%s期" % chinese_small(rng.randint(1, rng.choice([1, 3, 12])))
        if c.name == "task_name":
            return rng.choice(["许可证核发", "登记", "系统测试", "演示事项", "Test项", "teSt", "备案"] + ["登记甲"] * 12)
        return rng.choice(["甲", "乙", "丙丁", "阿里木·买买提", '关于"放管服"的通知', "http://a.b/c?d=1,2&e=3;4",
                           "abc", "张三"])

    # --- spellings ---

    def decorate(self, text, loose):
        """Same meaning after normalisation. loose: all white space goes as well."""
        rng = self.rng
        if not text or not self.chance(0.12):
            return text
        k = rng.randrange(9)
        if k == 0:
            wide = [c for c in text if "!" <= c <= "~" and rng.random() < 0.7]
            return "".join(chr(ord(c) + 0xFEE0) if c in wide else c for c in text)
        if k == 1:
            return rng.choice(["\u3000", "\xa0", " ", "\ufeff", "\u200b "]) + text
        if k == 2:
            return text + rng.choice(["\u3000", "\xa0", "  ", "\u200d", " \u200b "])
        if k == 3:
            i = rng.randint(0, len(text))
            return text[:i] + rng.choice("\u200b\u200c\u200d\ufeff") + text[i:]
        if k == 4 and not text.startswith("'"):
            return rng.choice(["'", " '", "' ", "＇"]) + text
        if k == 5:
            i = rng.randint(0, len(text))
            return text[:i] + "\0" + text[i:]
        if k == 6 and loose:
            i = rng.randint(0, len(text))
            return text[:i] + rng.choice([" ", "\xa0", "\u3000", "\t"]) + text[i:]
        if k == 7 and loose and self.newline_ok:
            i = rng.randint(0, len(text))
            return text[:i] + rng.choice(["\n", "\r\n"]) + text[i:]
        return text

    def null(self):
        return self.rng.choice(NULLS)

    def bad(self, c):
        rng, t = self.rng, c.type
        if t in ("d", "dt"):
            y = self.year
            far = ["18264", "55153"] if self.far else []
            return rng.choice([text.replace("Y", str(y)) for text in BAD_DATES] + far)
        if t in ("year", "ym"):
            return rng.choice(BAD_YEARS)
        if t in ("i", "m"):
            small = is_small(c)
            some = list(BAD_NUMBERS)
            if not small:
                some += NUMBERS + (["9999999999"] if t == "i" else [])
            return rng.choice(some)
        if t == "b":
            return rng.choice(["2", "对", "ok", "不", "TRUEE", "是是", "?", "是否"])
        if t == "depth":
            return rng.choice(["8", "全部", "x", "10", "信息发布(Ⅱ级)"])
        if t == "org":
            return rng.choice(["不存在的局", "第零局", "11650203MB000000", "x", "断档局", "争议局", "局"])
        if t in ("code", "id"):
            return rng.choice(["9.16501E+17", "9E+17", "1.5e+10", "９.1Ｅ＋１７", self.null()])
        if t.startswith("e:"):
            return rng.choice("未知|待定|其它类别|0|99|办结了|学校学校|x|？|行政 许可证".split("|"))
        return self.null()

    def spell(self, c, value, unit, cutoff):
        """A text for a meaning in a column of this file."""
        rng, t = self.rng, c.type
        if value is None:
            return self.null()
        if self.chance(0.006):
            return self.null()
        if self.chance(0.008 * self.nasty):
            return self.decorate(self.bad(c), False)
        if t.startswith("e:"):
            if t == "e:STATUS" and self.file_org in self.map and rng.random() < 0.6:
                own = self.map[self.file_org]
                fit = [k for k, v in own.items() if v == value]
                text = rng.choice(fit) if fit else value
                if text in own and own[text] != value:
                    text = value
            else:
                text = rng.choice([k for k, v in self.words[t[2:]].items() if v == value] + [value])
            if rng.random() < 0.2:
                text = text.lower()
            return self.decorate(text, True)
        if t == "b":
            text = rng.choice(sorted(k for k, v in reading.YES_NO.items() if (v == "是") == value))
            return self.decorate(text, False)
        if t == "depth":
            words = [k for k, v in reading.DEPTHS.items() if v == value]
            text = rng.choice(words)
            if self.chance(0.3):
                lower = [k for k, v in reading.DEPTHS.items() if v <= value]
                parts = [text] + [rng.choice(lower) for _ in range(rng.randint(1, 3))]
                rng.shuffle(parts)
                text = "^".join(parts)
            return self.decorate(text, False)
        if t in ("d", "dt"):
            return self.decorate(self.spell_date(value, t), False)
        if t == "year":
            return self.decorate("%d%s" % (value, rng.choice(["", "年", "年度"])), False)
        if t == "ym":
            form = rng.choice("%d-%02d %d/%d %d.%d %d年%d月 %d-%d %d年%02d月".split())
            return self.decorate(form % value, False)
        if t in ("i", "m"):
            return self.decorate(self.spell_number(value, t, unit), True)
        if t == "docno":
            text = value
            if rng.random() < 0.5:
                text = text.replace("〔", rng.choice("[(【〔")).replace("〕", rng.choice("])】〕"))
            if rng.random() < 0.3:
                text = text[:-1]
            return self.decorate(text, True)
        if t == "place":
            for _ in range(rng.choice([0, 0, 1, 2, 3])):
                value = rng.choice([self.city, self.district]) + value
            return self.decorate(value, True)
        if t == "id":
            if len(value) == 17:
                short = value[:6] + value[8:]
                if value[6:8] == "19" and rng.random() < 0.3:
                    return self.decorate(short, True)
                value = reading.upgraded(short)
            return self.decorate(value.lower() if rng.random() < 0.3 else value, True)
        if t in ("code", "org") and rng.random() < 0.2:
            value = value.lower()
        return self.decorate(value, True)

    def spell_date(self, v, t):
        rng = self.rng
        d = v.date() if isinstance(v, datetime.datetime) else v
        ymd = (d.year, d.month, d.day)
        if t == "d" or v.time() == datetime.time(0):
            k = rng.randrange(12)
            serial = (d - DAY(1899, 12, 30)).days
            if k == 0 and 18264 <= serial <= 55153:
                return str(serial)
            if k == 1:
                y = "".join(chinese_small(int(c)) for c in str(d.year))
                y = "".join(rng.choice("〇零○") if c == "〇" else c for c in y)
                return "%s年%s月%s日" % (y, chinese_small(d.month), chinese_small(d.day))
            if k == 2:
                return "%d%02d%02d" % ymd
            if k < 8:
                return rng.choice(DATES) % ymd
        h, m, s = rng.randint(0, 23), rng.randint(0, 59), rng.randint(0, 59)
        if t == "dt":
            h, m, s = v.hour, v.minute, v.second
        if rng.random() < 0.15:
            return "%d%02d%02d%02d%02d%02d" % (ymd + (h, m, s))
        text = rng.choice(DATES) % ymd + rng.choice(" T")
        text += rng.choice(["%d:%02d", "%02d:%02d"]) % (h, m)
        if s or rng.random() < 0.5:
            text += ":%02d" % s
            if rng.random() < 0.2:
                text += rng.choice([".0", ".999", ".123456", ".5"])
        return text

    def spell_number(self, n, t, unit):
        """n in 分 for m; unit = what the header multiplies by."""
        rng = self.rng
        base = 100 if t == "m" else 1
        scale = base * unit
        if rng.random() < 0.25 and n >= 0 and n % scale == 0 and n // scale < 10**8:
            return chinese(n // scale, rng) + rng.choice(["", "", "元" if t == "m" else "人次"])
        suffix = ""
        for s, f in (("万", 10**4), ("亿", 10**8), ("千", 1000)):
            fits = unit == 1 and n and n % base == 0 and (f < 10**8 or n > 10**9)
            if fits and rng.random() < 0.07:
                suffix, scale = s, scale * f
                break
        a, places = abs(n), len(str(scale)) - 1
        whole, frac = divmod(a, scale)
        frac = ("%0*d" % (places, frac)).rstrip("0") if places else ""
        text = str(whole)
        if whole > 999 and rng.random() < 0.2:
            text = "{:,}".format(whole)
        if frac or rng.random() < 0.05:
            text += "." + (frac or rng.choice(["0", "00"]))
        elif rng.random() < 0.02 and "," not in text:
            text = "00" + text
        if n < 0:
            text = "-" + text
        word = rng.choice(reading.MEASURES) if rng.random() < 0.15 else ""
        return text + suffix + word

    # --- rows ---

    def new_row(self, export, columns, cutoff):
        row = {}
        self.cutoff = cutoff
        for c in columns:
            optional = not (c.R or c.K)
            if optional and self.rng.random() < 0.15:
                row[c.name] = None
            else:
                row[c.name] = self.meaning(export, c, row, cutoff)
        if export == "E01a":
            if self.rng.random() < 0.5:
                row["promise_at"] = None
            for a, b in (("promise_limit", "promise_unit"), ("legal_limit", "legal_unit")):
                if row.get(b) == "月" and row.get(a) is not None:
                    row[a] = min(row[a], 6)
            self.cases.append(row["case_no"])
        if export == "E07a" and self.rng.random() < 0.5:
            row["reporter"] = row["host"]
        if export == "E12b" and row.get("meeting") is None and self.rng.random() < 0.7:
            row["meeting"] = row["finished"] + self.rng.randint(-3, 10) * ONE
        return row

    def altered(self, export, columns, row, cutoff):
        """The same key, something else different (or the same after all)."""
        row = dict(row)
        self.cutoff = cutoff
        c = self.rng.choice(columns)
        if not c.K:
            row[c.name] = self.meaning(export, c, {}, cutoff)
            if export == "E01a" and "limit" in c.name and row[c.name]:
                row[c.name] = min(row[c.name], 6)
            if export == "E01a" and "unit" in c.name:
                row[c.name.replace("unit", "limit")] = self.rng.randint(0, 6)
        return row

    # --- files ---

    def quoted(self, cell, delim, style):
        rng = self.rng
        must = delim in cell or "\n" in cell or "\r" in cell or cell.startswith('"')
        if must or style == "all" or style == "some" and rng.random() < 0.3:
            return '"' + cell.replace('"', '""') + '"'
        return cell

    def header(self, columns):
        """-> list of (column or None, text, unit)"""
        rng = self.rng
        head = []
        for c in columns:
            if not (c.R or c.K) and rng.random() < 0.15:
                continue
            name, unit, scale = rng.choice(c.headers), "", 1
            if c.type in ("i", "m") and rng.random() < 0.3:
                unit, scale = rng.choice(UNITS)
                if is_small(c):
                    unit, scale = rng.choice(["天", "工作日", "个"]), 1
                unit = rng.choice(["(%s)", "（%s）", " ( %s ) "]) % unit
            elif rng.random() < 0.05:
                unit = rng.choice(["(必填)", "（见说明）", "(万元)"])
                scale = 10**4 if c.type in ("i", "m") and "万" in unit else 1
                if scale > 1 and is_small(c):
                    unit, scale = "", 1
            text = name + unit
            if rng.random() < 0.15 * self.level:
                i = rng.randint(0, len(name))
                text = text[:i] + rng.choice(" \u3000\xa0\u200b*\0") + text[i:]
            if rng.random() < 0.1 * self.level:
                text += rng.choice(["*", " *", "＊"])
            if rng.random() < 0.05 * self.level:
                text = rng.choice(["*", "'", "\ufeff"]) + text
            head.append((c, text, scale))
        for _ in range(rng.choice([0, 0, 0, 1, 3])):
            head.append((None, rng.choice(["序号", "备注", "其他说明", "", "备注(万元)", "备注"]), 1))
        rng.shuffle(head)
        while head and head[-1][0] is None and not head[-1][1]:
            head.pop()
        return head

    def noise_line(self, H, delim, head_lines):
        """A line that is no row."""
        rng = self.rng
        pad = delim * rng.choice([0, H - 1, H - 1, H - 1, H + 2, 1])
        lead = delim * rng.choice([0, 0, 0, 1, 3])
        k = rng.randrange(12)
        if k == 0:
            blank = ["", pad, " " + pad, '""' + pad, "\u3000" + pad, "\u200b", "'", '"\n"' + pad]
            return rng.choice(blank + ['" "' + delim + '" "'])
        if k in (1, 2):
            return head_lines + (delim * rng.randint(0, 2))
        if k in (3, 4, 5):
            return lead + rng.choice(NOTES) + pad
        if k in (6, 7, 8):
            return lead + rng.choice(TOTALS) + pad.replace(delim, delim + "3")
        if k == 9:
            return self.district + "统计表" + pad
        if k == 10:
            few = ["x", '"x"', "x" + delim + "y", delim.join("z" * (H + rng.choice([-1, 1])))]
            return rng.choice(few + [delim * (H - 1) + "q", delim * H + "q"])
        last = delim * (H - 1) + '"x\n'
        broken = [text + pad for text in ('"a"b', 'a"b', '"a\nb', '"a" ')]
        broken += ['"open', '"', '"""', '""a""']
        return rng.choice(broken + [delim + '"', last, '" ' + pad + '\n"x' + pad])

    def corrupt(self, line, delim):
        rng = self.rng
        i = rng.randint(0, len(line))
        kinds = '" " "" \0 \ufffd \ue000bad \ue000bad drop dropdelim dropquote cut'
        what = rng.choice(kinds.split(" "))
        if rng.random() < 0.4:
            kinds = ["\n", '"\n"', "'", '" ', delim, delim + delim, delim + '"', '"' + delim]
            what = rng.choice(kinds)
        if what == "drop":
            return line[:i] + line[i + 1:]
        if what == "cut":
            return line[:i]
        if what == "dropdelim":
            return line.replace(delim, "", 1)
        if what == "dropquote":
            j = line.rfind('"', 0, i)
            return line[:j] + line[j + 1:] if j >= 0 else line
        return line[:i] + what + line[i:]

    def encode(self, text, encoding):
        rng = self.rng
        if encoding == "utf-16":
            text = text.replace("\ue000bad", "\ue001")
            lone = rng.choice([b"\x00\xd8", b"\x34\xdc"])
            data = text.encode("utf-16-le").replace("\ue001".encode("utf-16-le"), lone)
            data = codecs.BOM_UTF16_LE + data
            return data + (b"x" if self.chance(0.03) else b'')
        code = "gb18030" if encoding == "gb18030" else "utf-8"
        parts = text.split("\ue000bad")
        data = parts[0].encode(code)
        for p in parts[1:]:
            wrong = [b"\xff", b"\x80", b"\xff\xff"]
            if code == "utf-8":
                wrong = [b"\xff", b"\xe5\x90", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80"]
                wrong += [b"\xc0\xaf", "局".encode("gb18030")]
            data += rng.choice(wrong) + p.encode(code)
        if encoding == "utf-8-sig":
            data = codecs.BOM_UTF8 + data
        return data

    def make_file(self, export, columns, org, cutoff, version, rows, folder, name):
        rng = self.rng
        self.file_org = org
        delim = rng.choice(",,,;\t")
        style = rng.choice(["none", "none", "some", "all"])
        self.newline_ok = rng.random() < 0.3
        self.far = export != "E01b"
        encoding = rng.choice(["utf-8", "utf-8-sig", "gb18030", "gb18030", "utf-16"])
        head = self.header(columns)
        H = len(head)
        lines = []
        if rng.random() < 0.1:
            lines.append("")
        for _ in range(rng.choice([0, 0, 1, 2])):
            title = ["填报单位:某局", "截至%s" % cutoff, '"关于""X""的\n统计表"', "", 'a"b"统计']
            title += [self.district + "%d年统计表" % self.year]
            lines.append(rng.choice(title) + delim * rng.choice([0, H - 1]))
        names = [h[1] for h in head]
        if rng.random() < 0.2 and H > 4:
            upper, lower = [""] * H, list(names)
            for i in range(H):
                if rng.random() < 0.4 and names[i]:
                    upper[i], lower[i] = names[i], rng.choice(["", "", " "])
                elif rng.random() < 0.3:
                    upper[i] = "分组"
            head_lines = [upper, lower]
        else:
            head_lines = [names]
        head_lines = [delim.join(self.quoted(c, delim, style) for c in h) for h in head_lines]
        head_text = "\n".join(head_lines)
        lines.append(head_text + delim * rng.choice([0, 0, 0, 2]))
        kind = rng.random()
        if kind < 0.03:
            rows = []
        fill = {c.name for c in columns if c.F and rng.random() < 0.7}
        last = {}
        for row in rows:
            cells = []
            for c, _, scale in head:
                if c is None:
                    cells.append(rng.choice(["", "", "1", "x,y", "注:", 'a"b', "5"]))
                    continue
                v = row[c.name]
                if c.name in fill and last.get(c.name) == v and rng.random() < 0.8:
                    cells.append(rng.choice(["", "", " ", "'", "\u3000"]))
                    continue
                cells.append(self.spell(c, v, scale, cutoff))
                if cells[-1].strip():
                    last[c.name] = v
            line = delim.join(self.quoted(c, delim, style) for c in cells)
            if self.chance(0.01):
                line += delim + rng.choice(["", delim * 2, " ", '""', "'", "x", "\u200b"])
            while self.chance(0.006 * self.broken) and len(line) < 4000:
                line = self.corrupt(line, delim)
            lines.append(line)
            if self.chance(0.01 * min(self.broken, 6)):
                lines.append(self.noise_line(H, delim, head_text))
        for _ in range(rng.choice([0, 0, 1, 2])):
            lines.append(self.noise_line(H, delim, head_text))
        if self.chance(0.02):
            lines.append(delim.join(['"x'] + ["y"] * (H - 1)))
        end = rng.choice(["\n", "\r\n", None])
        text = "".join(l + (end or rng.choice(["\n", "\r\n"])) for l in lines)
        if rng.random() < 0.2:
            text = text.rstrip("\r\n")
        data = self.encode(text, encoding) if kind > 0.01 else rng.choice(
            [b"", b"\xff\xfe", b"\xef\xbb\xbf", b"\n", b"\r\n\r\n"])
        if self.chance(0.002) and encoding != "utf-16" and len(data) > 100:
            i = rng.randrange(len(data))
            if data[i] > 127:
                data = data[:i] + data[i + 1:]
        path = "%s/%s" % (self.out, folder)
        os.makedirs(path, exist_ok=True)
        if rng.random() < 0.1:
            name += ".gz"
            data = gzip.compress(data, mtime=0)
        with open(path + "/" + name, "wb") as f:
            f.write(data)

    def make_export(self, export, columns, submitters):
        rng = self.rng
        title = {"E01a": "banjian", "E01b": "tebie"}.get(export, "biao")
        if rng.random() < 0.04:
            submitters += [(export, o) for o in rng.sample(self.orgs, 2)]
            return
        size = rng.choice([2, 5, 20, 60, 60, 200])
        if export in ("E01a", "E01b"):
            size = rng.choice([60, 200, 400])
            if rng.random() < 0.05:
                size = 5000
        self.spread = max(30, size * 3)
        cut0 = DAY(self.year, 12, 31)
        pool = []
        orgs = rng.sample(self.orgs, rng.randint(1, min(4, len(self.orgs))))
        for org in orgs:
            submitters.append((export, org))
            if self.chance(0.05):
                continue
            half, before = DAY(self.year, 6, 30), DAY(self.year - 1, 12, 31)
            for cutoff in rng.choice([[cut0], [cut0], [cut0, half], [before, cut0]]):
                folder = str(cutoff.year)
                if rng.random() < 0.05:
                    folder = str(self.year)
                for version in rng.choice([[0], [0], [0], [2], [0, 2], [2, 10], [0, 2, 10]]):
                    rows = []
                    for _ in range(rng.randint(size // 2, size)):
                        r = rng.random()
                        if pool and r < 0.06:
                            rows.append(rng.choice(pool))
                        elif pool and r < 0.12:
                            rows.append(self.altered(export, columns, rng.choice(pool), cutoff))
                        else:
                            rows.append(self.new_row(export, columns, cutoff))
                            if export == "E07a" and pool and rng.random() < 0.3:
                                other = rng.choice(pool)
                                same = ("date", "place", "kind", "topic", "audit")
                                rows[-1].update({k: other[k] for k in same})
                            pool.append(rows[-1])
                    for f in [c.name for c in columns if c.F]:
                        if rng.random() < 0.7:
                            rows.sort(key=lambda r: str(r[f]))
                    suffix = "_r%d" % version if version else ""
                    day = cutoff.strftime("%Y%m%d")
                    name = "%s_%s_%s_%s%s.csv" % (export, title, org, day, suffix)
                    self.make_file(export, columns, org, cutoff, version, rows, folder, name)

    def make(self):
        self.make_ref()
        submitters = []
        for export, columns in self.exports.items():
            self.make_export(export, columns, submitters)
        with open(self.out + "/ref/submitters.csv", "w", encoding="utf-8") as f:
            f.write("export,org_code\n" + "".join("%s,%s\n" % s for s in submitters))


def damage(_, out, chance):
    Town(chance, out).make()
