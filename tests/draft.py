#!/usr/bin/env python3
"""The draft of the sample, and lint-draft on drafts with and without errors.

usage: tests/draft.py TONGJI OUT FOLDER [REPORT]
  OUT     the results of a run on the sample
  FOLDER  for files made here
  REPORT  a finished report of the same year (text), where there is one

The figures are those of tests/sample/indicators.csv as printed; the words around them stand below.
Every error is planted alone and must be found: its message, at its place, about its figure; a text
without errors must give no finding.
"""
import csv
import gzip
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

TONGJI, OUT, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
REPORT = pathlib.Path(sys.argv[4]) if len(sys.argv) > 4 else None

# What must stand in the draft, {ID} being the figure as printed.
CLAUSES = """
行政权力事项{I101}项|进驻单位{I102}家,进驻事项{I103}项|累计受理业务{I104}件,时限内办结率{I105}
最多跑一次业务{I106}项,占进驻总业务的{I107}|全区{I108}个部门{I109}项办理事项{I110}|网上可办率达到{I111}
为全区{I112}户纳税人减税{I113}元|新增各类市场主体{I114}户|平均缩短{I115}|法律宣传活动{I201}场次
讲座及培训{I202}场次|{I204}册|讲座{I205}场次|宣传单{I206}册|受教育群众{I207}人次|讲座{I208}场次
参与{I209}人次|法治实践活动{I210}场次|模拟法庭{I211}场次|全区{I212}名干部职工
行政复议申请{I301}件,其中维持{I302}件,驳回{I303}件|行政复议案件{I304}起|行政诉讼案件共计{I311}件
与去年相比案件数下降{I312}|{I313}件涉及房屋征收,{I314}件涉及违法建筑拆除,其他{I315}件|{I316}败诉情况
区属{I321}家行政单位{I322}项行政调解事项|纠纷{I323}件,调解成功{I324}件,调解成功率{I325}
义务法律服务活动{I401}人次|法律建议{I402}条|采用{I403}条|规范性文件{I404}件|规范性文件{I501}件
其中废止{I502}件、修订{I503}件、保留{I504}件|审查相关文件{I505}份|{I506}期|{I507}家单位{I508}名
矛盾纠纷{I509}起|法律咨询{I510}人次|法律援助案件{I511}件(其中民事{I512}件,刑事{I513}件)
""".split()
CLAUSES = [clause for line in CLAUSES for clause in line.split("|")]

# Figures that are words in a text, not numbers.
WORDS = {"I110", "I316"}

# What is written, what should not be, and what must be said of which figure.
PLANTS = [
    ("76932件", "79632件", "W-LINT-01", "I104", "two digits exchanged"),
    ("2098项", "2089项", "W-LINT-01", "I101", "a changed digit"),
    ("50.1%", "50%", "W-LINT-02", "I111", "rounded otherwise"),
    ("案件数下降28%", "案件数上升28%", "W-LINT-06", "I312", "up for down"),
    ("废止44件", "废止40件", "W-LINT-09", "I501=62", "parts that do not add up"),
    ("其他5件", "其他6件", "W-LINT-01", "I315", "another part"),
    ("时限内办结率98.2%", "时限内办结率98.2个百分点", "W-LINT-07", "I105", "points for per cent"),
    ("维持3件,驳回1件", "维持1件,驳回3件", "W-LINT-05", "I302", "exchanged numbers"),
    ("业务175项", "业务219项", "W-LINT-05", "I106", "the denominator for the numerator"),
    ("受理业务76932件", "受理业务76930件", "W-LINT-03", "I104", "the value of an earlier run"),
    ("共计50件", "共计69件", "W-LINT-04", "I311", "last year's value"),
    ("2.86万户", "28.6万户", "W-LINT-01", "I112", "a decimal point"),
    ("约8亿元", "约8万元", "W-LINT-01", "I113", "another unit"),
    ("140余场次", "150余场次", "W-LINT-01", "I201", "a hedge that is not true"),
    ("近30家", "20余家", "W-LINT-02", "I507", "another hedge"),
    ("一期", "两期", "W-LINT-01", "I506", "a Chinese numeral"),
    ("调解成功率100%", "调解成功率99.9%", "W-LINT-01", "I325", "not all"),
    ("平均缩短40%", "平均缩短35%", "W-LINT-01", "I115", "another rate"),
    ("民事25件,刑事77件", "民事77件,刑事25件", "W-LINT-05", "I512", "exchanged parts"),
    ("建议19条", "建议12条", "W-LINT-09", "I402=12", "a part larger than the whole"),
]

# Made up: what reports of this kind also say, of which nothing may be called wrong.
OTHERS = """2019年,全区共受理群众来信来访1200件次,12345热线办结率95%。开展执法检查350次,出动执法人员1200人次,检查单位350家。
新增企业1200户,其中个体工商户800户。市场监管局受理业务13202件。上半年受理业务38000件,按时办结率97.5%。
全年召开政府常务会议24次,审议议题120项,其中涉法议题35项。组织全区30名局长参加培训2次。
行政执法人员持证上岗率达100%,全区共有行政执法人员1100名。2018年受理行政复议申请6件。
办理法律援助案件102件,比上年增加12件,增长13.3%。为农民工讨薪300余万元,挽回损失1.2亿元。
聘请法律顾问15名,村(社区)法律顾问覆盖率100%。共有人民调解委员会95个,人民调解员620名。
截至2019年12月底,全区共有律师事务所3家,律师45名;公证处1家,办理公证1500余件。
全年制定规范性文件3件,报备率100%。人大代表建议23件、政协提案41件,办复率、满意率均为100%。
取消行政权力事项12项,下放5项。压缩审批时限30%,减少材料120份。为企业减负5000万元。
刑事案件同比下降15%。开展“12·4”国家宪法日活动8场次,发放资料2万余份。
"""

failed = 0


def result(good, name, why=""):
    global failed
    failed += not good
    print(("pass " if good else "fail ") + "draft: " + name)
    if not good:
        print("     | " + why)


def lint(path, *options, out=OUT):
    run = subprocess.run([TONGJI, "lint-draft", *options, "--out", out, path], text=True,
                         capture_output=True)
    return run.returncode, run.stdout + run.stderr


def docx(path, text):
    body = "".join("<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % line for line in text.split("\n"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("word/document.xml", "<w:document><w:body>%s</w:body></w:document>" % body)
    return path


def with_history():
    """The same results, after a run in which a figure was another one."""
    copy = FOLDER / "with-history"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(OUT / "compute", copy / "compute")
    past = gzip.decompress((OUT / "history/vintages.csv.gz").read_bytes()).decode()
    heading, *rows = past.splitlines()
    older = [row.replace("76932", "76930") for row in rows if ",I104,,," in row]
    assert older, "no line of I104 in history/vintages.csv.gz"
    rows = [re.sub("^[0-9]+", lambda m: str(int(m[0]) + 1), row) for row in rows]
    (copy / "history").mkdir()
    (copy / "history/vintages.csv.gz").write_bytes(
        gzip.compress("\n".join([heading, *older, *rows, ""]).encode()))
    return copy


def check_whole(name, path, ids):
    """No finding, and at least nine of ten figures in their place."""
    status, said = lint(path, "-v")
    placed = set(re.findall(r"I-LINT-03 .* 与 (I\d+) ", said))
    result(status == 0 and "W-LINT" not in said, name + ": nothing is called wrong", said)
    result(len(ids & placed) * 10 >= len(ids) * 9,
           "%s: %d of %d figures have their place" % (name, len(ids & placed), len(ids)),
           "without: " + " ".join(sorted(ids - placed)))


def check_plants(name, text, out):
    found = 0
    for right, wrong, code, figure, what in PLANTS:
        if text.count(right) != 1:
            result(False, name + ": " + what, "%s stands there %d times" % (right, text.count(right)))
            continue
        path = FOLDER / "planted.txt"
        path.write_text(text.replace(right, wrong))
        status, said = lint(path, out=out)
        lines = [line for line in said.splitlines() if code in line and
                 re.search(r"%s\b(?! 的数)" % figure, line)]
        good = status == 1 and len(lines) == 1
        found += good
        if not good:
            result(False, "%s: %s (%s for %s)" % (name, what, wrong, right), said)
    result(found == len(PLANTS), "%s: %d of %d planted errors are found" % (name, found, len(PLANTS)))


FOLDER.mkdir(parents=True, exist_ok=True)
with open("tests/sample/indicators.csv", newline="") as f:
    printed = {row["id"]: row["printed"] for row in csv.DictReader(f)
               if not row["org"] and not row["month"]}
text = (OUT / "publish/draft.txt").read_text()
ids = set(re.findall(r"\{(I\d+)\}", " ".join(CLAUSES)))
missing = [clause for clause in CLAUSES
           if re.sub(r"\{(I\d+)\}", lambda m: printed[m[1]], clause) not in text]
result(not missing, "every figure of the report stands in its clause", " ".join(missing))
result("待核" not in text, "nothing of the sample is doubtful")
plain = re.sub("(?m)^(#+|-) ", "", (OUT / "publish/draft.md").read_text())
result(plain == text, "draft.md is draft.txt with marks")

numbers = ids - WORDS
past = with_history()
check_whole("draft.txt", OUT / "publish/draft.txt", numbers)
check_whole("draft.md", OUT / "publish/draft.md", numbers)
check_whole("as a Word document", docx(FOLDER / "draft.docx", text), numbers)
(FOLDER / "draft-gb.txt").write_bytes(text.encode("gb18030"))
check_whole("in GB18030", FOLDER / "draft-gb.txt", numbers)
(FOLDER / "draft-wide.txt").write_text(text.translate(
    {ord(c): ord(c) + 0xfee0 for c in "0123456789.%,;:()"}))
check_whole("in full-width forms", FOLDER / "draft-wide.txt", numbers)
check_plants("draft.txt", text, past)
(FOLDER / "others.txt").write_text(OTHERS)
status, said = lint(FOLDER / "others.txt")
result(status == 0 and said.count("I-LINT-0") > 30, "what is no figure here is not called wrong", said)
if REPORT:
    check_whole("the published report", REPORT, numbers)
    check_plants("the published report", REPORT.read_text(), past)
sys.exit(failed > 0)
