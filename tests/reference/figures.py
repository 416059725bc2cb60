"""The figures, a second time: tests/sample/README.md, chapter 5, line by line.

Everything is counted with plain Python over the rows of reading.py; rates are Fractions.
"""
import bisect
import datetime
from fractions import Fraction

from reading import DAY, day


# --- printing ---


def half_up(value, decimals):
    """A Fraction rounded once, ties away from zero."""
    scaled = (2 * abs(Fraction(value)) * 10**decimals + 1) // 2
    digits = str(scaled).rjust(decimals + 1, "0")
    point = len(digits) - decimals
    text = digits[:point] + ("." + digits[point:] if decimals else "")
    return ("-" if value < 0 else "") + text


def percent(decimals, clamped=False):
    def show(num, den):
        text = half_up(Fraction(100 * num, den), decimals)
        step = Fraction(1, 10**decimals)
        if clamped and num != den and Fraction(text) == 100:
            text = half_up(100 - step, decimals)
        if clamped and num > 0 and Fraction(text) == 0:
            text = half_up(step, decimals)
        return text + "%"

    return show


def word(whole):
    return lambda num, den: whole if num == den > 0 else percent(1, True)(num, den)


def wan(decimals):
    def show(value):
        if value < 10000:
            return str(value)
        text = half_up(Fraction(value, 10000), decimals)
        return (text.rstrip("0").rstrip(".") if "." in text else text) + "万"

    return show


def yu(value):
    step = 1 if value < 10 else 10 if value < 1000 else 100 if value < 10000 else 1000
    floor = value // step * step
    return str(floor) + ("余" if floor != value else "")


def jin(value):
    above = value // 10 * 10 + 10
    if value < 10 or value % 10 == 0:
        return str(value)
    return "近%d" % above if value >= above - 3 else yu(value)


def about_yi(fen):
    yuan = Fraction(fen, 100)
    if int(half_up(yuan / 10**8, 0)):
        return "约" + half_up(yuan / 10**8, 0) + "亿"
    return "约" + (half_up(yuan / 10**4, 0) + "万" if yuan >= 10**4 else half_up(yuan, 0))


def money(fen):
    return half_up(Fraction(fen, 100), 2)


# --- counting ---


class Counted(int):
    """A number and the rows that it was counted from."""

    rows = ()


def counted(value, rows):
    number = Counted(value)
    number.rows = rows
    return number


def size(rows):
    return counted(len(rows), rows)


def distinct(rows, column):
    rows = [row for row in rows if row[column] is not None]
    return counted(len({row[column] for row in rows}), rows)


def total(rows, column):
    rows = [row for row in rows if row[column] is not None]
    return counted(sum(row[column] for row in rows), rows)


def where(rows, **conditions):
    """Rows whose columns have the value given, or one of those given."""
    for column, wanted in conditions.items():
        wanted = wanted if isinstance(wanted, tuple) else (wanted,)
        rows = [row for row in rows if row[column] in wanted]
    return rows


class Figures:
    def __init__(self, reader):
        self.reader = reader
        self.table = reader.tables
        self.year = int(reader.config["year"])
        self.end = datetime.date(self.year, 12, 31)
        self.rows = []
        self.behind = {}  # (id, org, month, part) -> the number with its rows
        for chapter in (self.services, self.publicity, self.disputes, self.decisions, self.rest):
            chapter()

    def in_year(self, rows, column, year=None):
        year = year or self.year
        return [r for r in rows if r[column] is not None and day(r[column]).year == year]

    def add(self, id, value, num, den, printed, org="", month="", year=None):
        self.rows.append((id, year or self.year, org, month, value, num, den, printed))
        for part, number in (("value", value), ("numerator", num), ("denominator", den)):
            if isinstance(number, Counted):
                self.behind[id, org, month, part] = number

    def count(self, id, value, show=str, **group):
        self.add(id, value, "", "", show(value), **group)
        return value

    def ratio(self, id, num, den, show, factor=100, **group):
        if den:
            self.add(id, half_up(Fraction(num, den) * factor, 6), num, den, show(num, den), **group)
        else:
            self.add(id, "", num, den, "—", **group)

    # (一)

    def services(self):
        powers = [
            row
            for row in where(self.table["E03"], status="有效", level="县级")
            if row["effective"] <= self.end
            and (row["cancel"] is None or row["cancel"] > self.end)
        ]
        self.count("I101", distinct(powers, "power_code"))
        used = where(self.table["E02"], status="在用")
        stationed, published = where(used, stationed="是"), where(used, published="是")
        self.count("I102", distinct(stationed, "org"))
        items = self.count("I103", distinct(stationed, "task_code"))
        self.cases()
        once = self.count("I106", distinct(where(stationed, visits=(0, 1)), "task_code"))
        self.ratio("I107", once, items, percent(1, True))
        self.count("I108", distinct(published, "org"))
        shown = self.count("I109", distinct(published, "task_item"))
        due = [row for row in used if row["secret"] != "是"]
        self.ratio("I110", shown, distinct(due, "task_item"), word("全部"))
        online = [r for r in published if (r["depth"] or 0) >= 2 and r["url"] is not None]
        able = self.count("I121", distinct(online, "task_item"))
        self.ratio("I111", able, shown, percent(1, True))
        self.taxes()
        district = self.reader.config["district_code"]
        new = where(self.in_year(self.table["E05"], "est"), biz="设立")
        self.count("I114", distinct([r for r in new if r["region"].startswith(district)], "uscc"))
        self.reductions()

    def cases(self):
        accepted = [
            row
            for row in self.in_year(self.table["E01a"], "accept_at")
            if row["status"] not in ("不予受理", "作废", "删除", "测试")
            and not any(sign in row["task_name"].lower() for sign in ("测试", "演示", "test"))
        ]
        self.pauses = {}
        for row in self.table["E01b"]:
            self.pauses.setdefault(row["case_no"], []).append(row)
        groups = [("", "", accepted)]
        for org in sorted({row["org"] for row in accepted}):
            groups.append((org, "", [row for row in accepted if row["org"] == org]))
        for month in range(1, 13):
            some = [row for row in accepted if row["accept_at"].month == month]
            groups.append(("", "%d-%02d" % (self.year, month), some))
        for org, month, some in groups:
            self.count("I104", distinct(some, "case_no"), org=org, month=month)
        for org, month, some in groups:
            done = [
                dict(row, due=self.due(row))
                for row in where(some, status=("办结", "不予许可"))
                if row["finish_at"] is not None and day(row["finish_at"]) <= self.end
            ]
            done = [row for row in done if row["due"] is not None]
            in_time = size([row for row in done if day(row["finish_at"]) <= row["due"]])
            self.ratio("I105", in_time, size(done), percent(1, True), org=org, month=month)
            if not org and not month:
                self.count("I120", in_time)

    def due(self, row):
        accept = day(row["accept_at"])
        if row["promise_at"] is not None:
            return row["promise_at"]
        if row["case_kind"] == "即办件":
            return accept
        for limit, unit in (("promise_limit", "promise_unit"), ("legal_limit", "legal_unit")):
            if row[limit] is not None:
                days, unit = row[limit], row[unit] or "工作日"
                break
        else:
            return None
        if unit == "月":
            days *= 22
        if row["extended"] == "是":
            days += row["ext_days"] or 0
        paused = set()
        for pause in self.pauses.get(row["case_no"], []):
            at = pause["start"] + DAY
            while at <= (pause["end"] or day(row["finish_at"])):
                paused.add(at)
                at += DAY
        if unit == "自然日":
            try:
                return accept + DAY * (days + len(paused))
            except OverflowError:
                return datetime.date.max
        days += len(paused.intersection(self.reader.workdays)) if paused else 0
        if days == 0:
            return accept
        at = bisect.bisect_right(self.reader.workdays, accept) + days - 1
        return self.reader.workdays[at] if at < len(self.reader.workdays) else None

    def taxes(self):
        reliefs = [r for r in self.in_year(self.table["E04"], "pstart") if r["amount"] > 0]
        payers = len({r["uscc"] or r["taxpayer_id"] for r in reliefs})
        self.count("I112", counted(payers, reliefs), wan(2))
        fen = total(reliefs, "amount")
        self.add("I113", money(fen), "", "", about_yi(fen))
        self.behind["I113", "", "", "value"] = fen
        if payers:
            each = Fraction(fen, 100) / payers / 10000
            self.add("I122", half_up(each, 6), money(fen), payers, "约" + half_up(each, 2) + "万")
        else:
            self.add("I122", "", money(fen), 0, "—")

    def reductions(self):
        rates = []
        kinds = (("I116", "规划许可"), ("I117", "用水报装"), ("I118", "用电报装"))
        for id, kind in kinds + (("I119", "用气报装"),):
            rows = [
                row
                for row in where(self.table["E06a"], cat=kind, unit="工作日")
                if row["before"] > 0 and row["start"] is not None and row["start"] <= self.end
            ]
            before = total(rows, "before")
            self.ratio(id, counted(before - total(rows, "after"), rows), before, percent(1))
            rates.append((before - total(rows, "after"), before))
        if all(before for _, before in rates):
            mean = sum(Fraction(*rate) for rate in rates) / 4
            self.ratio("I115", mean.numerator, mean.denominator, percent(0))
        else:
            self.add("I115", "", 0, 0, "—")

    # (二)

    def events(self):
        groups = {}
        for row in where(self.in_year(self.table["E07a"], "date"), audit="通过"):
            key = (row["date"], row["place"], row["kind"], row["topic"])
            groups.setdefault(key, []).append(row)
        for same in groups.values():
            own = [row for row in same if row["reporter"] == row["host"]]
            kept = max(own or same, key=lambda row: row["no"])
            yield dict(kept, people=max(row["people"] for row in same))

    def publicity(self):
        events = list(self.events())
        lectures = where(events, kind="法治讲座")
        self.count("I201", size(where(events, kind="法律宣传活动")), yu)
        self.count("I202", size(where(events, kind=("法治讲座", "法治培训"))))
        made = self.in_year(self.table["E07b"], "date")
        self.count("I203", distinct(where(made, kind="汇编/读本"), "name"))
        self.count("I204", total(where(made, kind="汇编/读本"), "printed"), wan(0))
        self.count("I205", size(where(lectures, topic="扫黑除恶")))
        self.count("I206", total(where(made, kind="宣传单"), "given"), wan(0))
        public = where(events, kind=("法律宣传活动", "法治讲座", "法治培训"))
        outside = total([row for row in public if row["venue"] != "学校"], "people")
        self.count("I207", outside, lambda v: "达" + wan(0)(v) if v else "0")
        school = where(lectures, venue="学校")
        number = self.count("I208", size(school))
        people = self.count("I209", total(school, "people"), wan(1))
        self.count("I210", size(where(events, kind="法治实践", venue="学校")))
        self.count("I211", size(where(events, kind="模拟法庭")))
        self.count("I213", distinct(where(events, node=("春节", "三八妇女维权周", "3·15")), "node"))
        places = ("法治主题公园", "法治一条街", "法治文化墙", "法治文化广场")
        self.count("I602", distinct(where(events, venue=places), "venue"))
        self.ratio("I214", people, number, lambda a, b: half_up(Fraction(a, b), 0), 1)
        district = self.reader.config["district_code"]
        learners = [
            dict(row, person=row["id_no"] or row["account"])
            for row in where(self.table["E08"], status="正常")
            if row["unit"][2:8] == district
        ]
        active = [row for row in learners if (row["minutes"] or 0) > 0]
        self.count("I212", distinct(active, "person"), yu)
        self.ratio(
            "I215",
            distinct(where(active, should="是"), "person"),
            distinct(where(learners, should="是"), "person"),
            word("全员"),
        )

    # (三)

    def disputes(self):
        formal = where(
            self.table["E09"], kind="正式申请", authority=self.reader.config["government_org"]
        )
        accepted = where(self.in_year(formal, "accepted"), review="受理")
        number = self.count("I301", distinct(accepted, "case_no"))
        upheld = self.count("I302", size(where(accepted, outcome="维持")))
        self.count("I303", size(where(accepted, outcome="驳回")))
        advice = where(self.in_year(self.table["E09"], "received"), kind="咨询化解", accepted=None)
        self.count("I304", size(advice), yu)
        due = where(self.in_year(formal, "received"), review=("受理", None))
        self.ratio("I305", number, size(due), word("都"))
        closed = [row for row in accepted if row["outcome"] is not None]
        mended = where(closed, outcome=("确认违法", "撤销", "变更", "责令履行"))
        self.ratio("I306", upheld, size(closed), percent(1, True))
        self.ratio("I307", size(mended), size(closed), percent(1, True))
        self.suits()
        duties = where(self.table["E11b"], status="有效")
        self.count("I321", distinct(duties, "org"))
        self.count("I322", distinct(duties, "code"))
        mediated = self.in_year(self.table["E11a"], "accepted")
        settled = where(mediated, result="成功")
        self.count("I323", size(mediated))
        self.count("I324", size(settled))
        self.ratio("I325", size(settled), size(mediated), percent(0, True))

    def suits(self):
        against = where(self.table["E10"], dtype="区政府")
        first = where(against, instance="一审")
        now = self.in_year(first, "filed")
        number = self.count("I311", distinct(now, "chain"))
        before = distinct(self.in_year(first, "filed", self.year - 1), "chain")
        self.count("I317", before, year=self.year - 1)
        show = lambda num, den: percent(0)(abs(num), den) if num else "持平"
        self.ratio("I312", before - number, before, show)
        houses, walls = where(now, cause="房屋征收"), where(now, cause="违建拆除")
        others = [row for row in now if row["cause"] not in ("房屋征收", "违建拆除")]
        shares = (("I313", "I318", houses), ("I314", "I319", walls), ("I315", "I320", others))
        for id, share, rows in shares:
            self.ratio(share, self.count(id, distinct(rows, "chain")), number, percent(1, True))
        results = ("撤销", "部分撤销", "变更", "确认违法", "确认无效", "责令履行", "赔偿")
        lost = where(self.in_year(against, "judged"), final="是", result=results)
        self.count("I316", distinct(lost, "chain"), lambda v: str(v) if v else "未出现")

    # (四)

    def decisions(self):
        served = self.in_year(self.table["E14a"], "date")
        free = where(served, kind=("宣传", "咨询", "讲座"), probono="是")
        self.count("I401", total(free, "people"))
        local = where(served, target="基层政府")
        given = self.count("I402", total(local, "suggested"))
        taken = self.count("I403", total(local, "adopted"))
        self.count("I404", size(where(served, outcome="规范性文件")))
        self.ratio("I405", taken, given, percent(1, True))
        self.count("I406", distinct(where(self.table["E14a"], hstate="在聘"), "hired"))
        put = where(self.in_year(self.table["E12b"], "meeting"), submitted="是")
        good = [
            row
            for row in where(put, concl=("合法", "修改后合法"))
            if row["finished"] is not None and row["finished"] <= row["meeting"]
        ]
        self.ratio("I407", size(good), size(put), word("一律"))

    # (五), (六)

    def rest(self):
        cleaned = where(self.table["E12a"], year=self.year)
        number = self.count("I501", size(cleaned))
        repealed = self.count("I502", size(where(cleaned, result=("废止", "失效"))))
        self.count("I503", size(where(cleaned, result="修订")))
        self.count("I504", size(where(cleaned, result="保留")))
        self.ratio("I515", repealed, number, percent(1, True))
        self.count("I505", size(self.in_year(self.table["E12b"], "finished")))
        invited = where(self.table["E13"], batch=self.year)
        came = where(invited, attend="已参加")
        sessions = distinct(where(came, train_kind="行政执法法律培训"), "session")
        self.count("I506", sessions, lambda v: "零一二三四五六七八九十"[v] if 1 <= v <= 10 else str(v))
        self.count("I507", distinct(invited, "unit"), jin)
        self.count("I508", distinct(came, "id_no"))
        asked = self.in_year(self.table["E14c"], "date")
        self.count("I509", size(where(asked, kind=("矛盾排查", "调处"))), yu)
        advised = where(asked, kind="咨询", mode=("来电", "来访"))
        self.count("I510", total(advised, "people"), yu)
        aid = self.in_year(self.table["E14b"], "assigned")
        all_aid = self.count("I511", size(aid))
        self.count("I512", size(where(aid, kind="民事")))
        criminal = self.count("I513", size(where(aid, kind="刑事")))
        self.ratio("I516", criminal, all_aid, percent(1, True))
        honours = where(self.table["E14d"], level="国家级")
        self.count("I514", size([row for row in honours if row["month"] // 12 == self.year]))
        issued = where(self.in_year(self.table["E12c"], "date"), kind="法治考核")
        self.count("I601", size(issued))
