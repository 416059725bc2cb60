#!/usr/bin/env python3
"""Is what a run makes of what is there the same, byte for byte, as a run from scratch?

usage: tests/incremental.py TONGJI FOLDER [STEPS] [SEED]

Goes a random way of STEPS steps: raw files arrive, are replaced, resubmitted, corrected or go;
reference tables and settings are edited, settings come and go; a stage is run by hand, a result is
lost or damaged. After each step `tongji plan` is asked, then `tongji run` goes on from what is there
and another run begins in an empty folder. The stages' folders must be the same, the run must have
started the stages and read the raw files that the plan named and no others, and an edit that says
nothing (a comment, the time of a file) must start nothing. Prints what differs and the way there;
exits 1 when something did.
"""
import os
import random
import re
import shutil
import subprocess
import sys

STAGES = ('clean', 'merge', 'compute', 'publish')

# Sections in their order; a setting is a line. What may be edited is in EDITS.
CONFIG = {
    '[tongji]': ['title = 增量', 'language = zh', 'raw = raw', 'out = out', 'key_file = key'],
    '[files]': ['pattern = {export}_{org}_{cutoff}[_r{version}].csv'],
    '[parameters]': ['year = 2019', 'city = 甲城'],
    '[reference organisations]': ['file = ref/orgs.csv'],
    '[reference calendar]': ['file = ref/calendar.csv'],
    '[reference code_map]': ['file = ref/codes.csv'],
    '[reference submitters]': ['file = ref/submitters.csv'],
    '[reference baseline]': ['file = ref/baseline.csv'],
    '[reference corrections]': ['file = ref/corrections.csv'],
    '[reference waivers]': ['file = ref/waivers.csv'],
    '[enum 状态]': ['办结 = 结, 完成', '在办 =', '退件 = 退'],
    '[enum 类别]': ['图书 = 书', '期刊 ='],
    '[type 地点]': ['kind = text', 'strip_prefix = $city'],
    '[export L]': [
        'title = 借阅', 'column id = 编号 | 单号 : code, key', 'column org = 部门 : org, required',
        'column status = 状态 : enum 状态, required, mapped', 'column place = 地点 : 地点',
        'column reader = 证号 : code, personal', 'column day = 借出 : date, required, in_range',
        'column days = 期限 : count', 'column back = 归还 : date'],
    '[export P]': ['column id = 编号 : code, key', 'column from = 起 : date, key',
                   'column to = 止 : date'],
    '[export B]': [
        'column no = 书号 : code, key', 'column title = 书名 : text, required',
        'column kind = 类别 : enum 类别, required', 'column n = 册数 : count, required',
        'column paid = 金额 : money', 'column day = 日期 : date, required'],
    '[export F]': ['columns = *', 'key = K'],
    '[deadline due]': [
        'table = L', 'start = day', 'limit = days', 'unit 天 = 1 workday', 'default_unit = 天',
        'pauses = P', 'pause_on = id = id', 'pause_span = from, to', 'pause_open = back'],
    '[event 购书]': ['table = B', 'where = day in period', 'same = title, kind', 'largest = no',
                     'maximum = n'],
    '[set 本年]': ['from = L', 'where = day in period'],
    '[style 两位]': ['kind = decimal', 'decimals = 2'],
    '[statistics]': ['confidence = 95'],
    '[indicator I1]': ['name = 借阅', 'chapter = 一', 'unit = 次', 'from = 本年',
                       'value = rows()', 'by_org = org', 'by_month = day', 'print = integer'],
    '[indicator I2]': ['name = 按期', 'chapter = 一', 'unit = %', 'from = 本年',
                       'value = rows(where back <= due) / rows(where back is present)',
                       'print = percent'],
    '[indicator I3]': ['name = 册数', 'chapter = 二', 'unit = 册', 'from = 购书', 'value = sum(n)',
                       'print = integer'],
    '[indicator I4]': ['name = 金额', 'chapter = 二', 'unit = 元', 'from = B',
                       'value = sum(paid)', 'print = 两位'],
    '[indicator I5]': ['name = 行', 'chapter = 二', 'unit = 行', 'from = F', 'value = rows()',
                       'print = integer'],
    '[check C1]': ['rule = I1 >= 0', 'severity = warn'],
    '[check C2]': ['rule = I1 = baseline(I1)', 'severity = warn'],
    '[page]': ['headline = I1'],
    '[chart 月]': ['kind = months', 'figures = I1'],
    '[chart 天]': ['kind = distribution', 'from = 本年', 'value = days(day, back)',
                   'breaks = 0, 5'],
    '[sentence 句]': ['text = 共{I1}次'],
    '[paragraph 段]': ['text = {句}。'],
    '[draft]': ['title = {year}年'],
}

# Section, setting, its values in turn; None: it is not there. A section that begins with + comes
# and goes as a whole.
EDITS = [
    ('[tongji]', 'title', ['增量', '增量统计', None]), ('[tongji]', 'language', ['zh', 'en', None]),
    ('[tongji]', 'gzip_level', [None, '1', '9']), ('[tongji]', 'changes', [None, 'no']),
    ('[tongji]', 'origin', [None, 'no']), ('[tongji]', 'rounding', [None, 'half_even']),
    ('[tongji]', 'missing', [None, '无']), ('[tongji]', 'ignore', [None, '.part, .bak']),
    ('+[publish]', 'encoding', ['gb18030']), ('+[limits]', 'rows_in_memory', ['100']),
    ('+[limits]', 'slip_lines', ['2']), ('+[limits]', 'reject_bytes', ['9']),
    ('+[reading]', 'null', ['无 空']), ('+[reading]', 'damaged', ['keep']),
    ('+[reading]', 'earliest', ['2019-03-01']),
    ('+[file L_B_*]', 'ragged', ['pad', 'mend']), ('+[file B_*]', 'skip', ['1']),
    ('+[file X_*]', 'header', ['1']), ('+[file *]', 'delimiter', [',']),
    ('[parameters]', 'city', ['甲城', '乙城']), ('[parameters]', 'other', [None, '1']),
    ('[reference waivers]', 'file', ['ref/waivers.csv', 'ref/none.csv']),
    ('[enum 状态]', '退件', ['退', '退, 撤']), ('[enum 状态]', '在办', ['', '办']),
    ('[enum 类别]', '期刊', ['', '刊']),
    ('[type 地点]', 'strip_prefix', ['$city', None, '$other']),
    ('[export L]', 'column reader', ['证号 : code, personal', '证号 : code', None]),
    ('[export L]', 'column place', ['地点 : 地点', '地点 : text, required']),
    ('[export L]', 'order', [None, 'day <= back']), ('[export L]', 'title', ['借阅', None]),
    ('[export L]', 'files', [None, '{export}_{org}_{cutoff}[_r{version}].csv']),
    ('[export B]', 'column paid', ['金额 : money', '金额 | 价 : money, required']),
    ('[export F]', 'key', ['K', 'K, A', None]), ('[export F]', 'column n', [None, 'N : count']),
    ('[deadline due]', 'default_unit', ['天', '周']), ('[deadline due]', 'unit 周', ['5 workday']),
    ('[deadline due]', 'pause_open', ['back', None]),
    ('+[deadline late]', 'table', ['L']),
    ('[event 购书]', 'maximum', ['n', None]), ('[event 购书]', 'same', ['title, kind', 'title']),
    ('[set 本年]', 'where', ['day in period', 'day in period and status = 办结']),
    ('[style 两位]', 'decimals', ['2', '1']), ('[statistics]', 'confidence', ['95', '90']),
    ('[indicator I1]', 'by_month', ['day', None]), ('[indicator I1]', 'note', [None, '注']),
    ('[indicator I2]', 'print', ['percent', '两位']),
    ('[indicator I4]', 'value', ['sum(paid)', 'rows(where paid > 100)']),
    ('+[indicator I6]', 'name', ['新']),
    ('[check C1]', 'severity', ['warn', 'note']), ('[check C1]', 'rule', ['I1 >= 0', 'I1 > 1000']),
    ('[check C2]', 'severity', ['warn', 'fatal']),
    ('[page]', 'headline', ['I1', 'I1, I2', None]), ('[chart 月]', 'title', [None, '各月']),
    ('[chart 天]', 'breaks', ['0, 5', '0, 10']), ('[sentence 句]', 'text', ['共{I1}次', '{I1}次']),
    ('[paragraph 段]', 'heading', [None, '一、']), ('[draft]', 'title', ['{year}年', None]),
]
# What else a section needs that comes and goes.
WITH = {
    '+[deadline late]': ['start = day', 'limit = days', 'unit 天 = 2 day', 'default_unit = 天'],
    '+[indicator I6]': ['chapter = 三', 'unit = 个', 'from = P', 'value = rows()',
                        'print = integer'],
}
CONFIG['[deadline due]'].append('unit 周 = 5 workday')

COLUMNS = {
    'L': ['编号', '部门', '状态', '地点', '证号', '借出', '期限', '归还'],
    'P': ['编号', '起', '止'],
    'B': ['书号', '书名', '类别', '册数', '金额', '日期'],
}


class Way:
    """The folder, what is in it, and the way it came to be so."""

    def __init__(self, tongji, folder, seed):
        self.tongji = os.path.abspath(tongji)
        self.libexec = os.path.join(os.path.dirname(self.tongji), '../libexec/tongji')
        self.top = os.path.abspath(folder)
        self.random = random.Random(seed)
        self.config = {k: list(v) for k, v in CONFIG.items()}
        self.comment = ''
        self.options = []
        self.force = False
        self.may_fail = False
        shutil.rmtree(self.top, ignore_errors=True)
        os.makedirs(self.path('raw', 'ref'))
        self.write_references()
        for _ in range(6):
            self.arrive()
        self.write_config()

    def path(self, *parts):
        return os.path.join(self.top, *parts)

    # --- raw files ---

    def cell(self, export, column):
        r = self.random
        day = '2019-%02d-%02d' % (r.randint(1, 12), r.randint(1, 28))
        odd = r.random() < 0.05
        if column == '编号' or column == '书号':
            return '' if odd and r.random() < 0.3 else 'a%03d' % r.randint(1, 60)
        if column in ('起', '止', '借出', '归还', '日期'):
            return r.choice(['2019/2/30', '', '9.1', '2018-12-31']) if odd else day
        if column == '部门':
            return r.choice(['甲局', '乙局', 'A', 'B', '丁局' if odd else '甲局'])
        if column == '状态':
            return r.choice(['办结', '结', '在办', '退', '1', '撤', '办'])
        if column == '类别':
            return r.choice(['书', '期刊', '图书', '刊'])
        if column == '地点':
            return r.choice(['甲城大街', '乙城小巷', '', '无', '=1+1'])
        if column == '书名':
            return r.choice(['红楼', '西游', '三国', '水浒'])
        if column in ('期限', '册数'):
            return r.choice(['约30', '1,0', '-']) if odd else str(r.randint(1, 30))
        if column == '金额':
            return r.choice(['12.5', '3万', '100', ' 7 ', '贵'])
        return '%s%d' % (r.choice('xyz'), r.randint(1, 9999))

    def text(self, export):
        r = self.random
        columns = COLUMNS.get(export) or (['K', 'N'] + r.sample(['A', 'C', 'D', 'E'], 2))
        lines = [','.join(columns)]
        for i in range(r.randint(0, 25)):
            row = [self.cell(export, c) for c in columns]
            if export == 'F':
                row = ['k%d' % r.randint(1, 40), str(i)] + row[2:]
            if r.random() < 0.02:
                row = row[:-1]
            lines.append(','.join('"%s"' % c if ',' in c else c for c in row))
        if r.random() < 0.2:
            lines.append('合计,,')
        return '\n'.join(lines) + '\n'

    def bytes(self, export):
        x = self.random.random()
        text = self.text(export)
        if x < 0.03:
            return b''
        if x < 0.06:
            return 'nothing,like,it\n1,2,3\n'.encode()
        if x < 0.1:
            return text.encode('utf-8') + b'\xff\xfe\n'
        return text.encode('gb18030' if x < 0.3 else 'utf-8')

    def put(self, name, content):
        with open(self.path('raw', name), 'wb') as f:
            f.write(content)

    def raw_files(self):
        return sorted(f for f in os.listdir(self.path('raw')) if f != 'ref')

    def arrive(self):
        r = self.random
        export = r.choice('LLPBF')
        name = '%s_%s_2019%s.csv' % (export, r.choice('AB'), r.choice(['0630', '1231', '1130']))
        self.put(name, self.bytes(export))
        return 'arrive or replace ' + name

    def pick(self):
        files = self.raw_files()
        return self.random.choice(files) if files else None

    def go(self):
        name = self.pick()
        if not name or len(self.raw_files()) < 3:
            return self.arrive()
        os.unlink(self.path('raw', name))
        return 'go ' + name

    def resubmit(self):
        name = self.pick()
        if not name or '_r' in name:
            return self.arrive()
        again = name.replace('.csv', '_r%d.csv' % self.random.randint(1, 3))
        self.put(again, self.bytes(name[0]))
        return 'resubmit ' + again

    def same_size(self):
        """One byte of a file is another one: neither its size nor, set back, its time tells."""
        name = self.pick()
        if not name:
            return self.arrive()
        path = self.path('raw', name)
        with open(path, 'rb') as f:
            content = f.read()
        at = content.rfind(b'1')
        if at < 0:
            return self.arrive()
        st = os.stat(path)
        self.put(name, content[:at] + b'2' + content[at + 1:])
        os.utime(path, ns=(st.st_atime_ns, st.st_mtime_ns))
        return 'one byte of ' + name

    def touch(self):
        name = self.pick()
        if name:
            os.utime(self.path('raw', name))
        return '= touch %s' % name

    def other_file(self):
        name = self.random.choice(['readme.txt', 'L_A_20191231.csv.part', 'X_A_20191231.csv',
                                   'note.bak'])
        path = self.path('raw', name)
        if os.path.exists(path):
            os.unlink(path)
            return 'go ' + name
        self.put(name, b'x\n')
        return 'arrive ' + name

    # --- reference tables ---

    def reference(self, name, text):
        with open(self.path('raw', 'ref', name), 'w', encoding='utf-8') as f:
            f.write(text)

    def write_references(self):
        self.reference('orgs.csv', 'alias,code,valid_from,valid_to\n甲局,A,,\n乙局,B,,\nA,A,,\nB,B,,\n')
        self.write_calendar(7)
        self.reference('codes.csv', 'source,export,column,raw,canonical\nA,L,状态,1,在办\n')
        self.reference('submitters.csv', 'export,org\nL,A\nL,B\nB,A\n')
        self.reference('baseline.csv', 'indicator,year,value\nI1,2018,5\n')

    def write_calendar(self, holiday):
        lines = ['day,workday']
        for month in range(1, 13):
            for day in range(1, 32):
                if day > (28 if month == 2 else 30 if month in (4, 6, 9, 11) else 31):
                    continue
                lines.append('2019-%02d-%02d,%d' % (month, day, day % holiday != 0))
        self.reference('calendar.csv', '\n'.join(lines) + '\n')

    def edit_reference(self):
        r = self.random
        name = r.choice(['orgs', 'calendar', 'codes', 'submitters', 'baseline', 'waivers'])
        if name == 'orgs':
            self.reference('orgs.csv', 'alias,code,valid_from,valid_to\n甲局,A,,\n乙局,%s,,\nA,A,,\nB,B,,\n'
                           '丁局,%s,,\n' % (r.choice('AB'), r.choice('AB')))
        elif name == 'calendar':
            self.write_calendar(r.choice([5, 6, 7, 8]))
        elif name == 'codes':
            self.reference('codes.csv', 'source,export,column,raw,canonical\nA,L,状态,1,%s\n'
                           % r.choice(['在办', '办结', '退件']))
        elif name == 'submitters':
            self.reference('submitters.csv', 'export,org\nL,A\n' + r.choice(['', 'P,B\n', 'B,C\n']))
        elif name == 'baseline':
            self.reference('baseline.csv', 'indicator,year,value\nI1,2018,%d\n' % r.randint(1, 9))
        else:
            self.reference('waivers.csv', 'check,reason,person,expiry\nC2,已知,王,20%d-12-31\n'
                           % r.randint(19, 30))
        return 'edit reference ' + name

    def edit_corrections(self):
        files = [f for f in self.raw_files() if f[0] == 'B' and '_r' not in f]
        rows = ['file,line,column,value,reason,person,date']
        for name in files:
            if self.random.random() < 0.5:
                rows.append('%s,%d,册数,%d,错,王,2020-01-05' % (
                    name, self.random.randint(2, 6), self.random.randint(1, 99)))
        self.reference('corrections.csv', '\n'.join(rows) + '\n')
        return 'edit corrections'

    def remove_corrections(self):
        path = self.path('raw', 'ref', 'corrections.csv')
        if os.path.exists(path):
            os.unlink(path)
        return 'remove corrections'

    # --- settings ---

    def write_config(self):
        text = [self.comment]
        for section, lines in self.config.items():
            text.append(section)
            text.extend(lines)
        with open(self.path('config.ini'), 'w', encoding='utf-8') as f:
            f.write('\n'.join(text) + '\n')

    def edit(self):
        r = self.random
        section, key, values = r.choice(EDITS)
        if section[0] == '+':
            name = section[1:]
            if name in self.config:
                del self.config[name]
                said = 'remove ' + name
            else:
                self.config[name] = ['%s = %s' % (key, r.choice(values))] + WITH.get(section, [])
                said = 'add %s %s' % (name, self.config[name])
        else:
            lines = self.config[section]
            old = [i for i, line in enumerate(lines) if re.match(re.escape(key) + r'\s*=', line)]
            value = r.choice(values)
            for i in reversed(old):
                del lines[i]
            if value is not None:
                lines.insert(old[0] if old else len(lines), '%s = %s' % (key, value))
            said = 'edit %s %s = %s' % (section, key, value)
        self.write_config()
        return said

    def edit_comment(self):
        self.comment = '# %d' % self.random.random().__hash__()
        items = list(self.config.items())
        i = next(n for n, (k, _) in enumerate(items) if k == '[set 本年]')
        items.insert(self.random.choice([0, i]), items.pop(i)) # the place of a set says nothing
        self.config = dict(items)
        self.write_config()
        return '= comment, and another place for a section'

    # --- results ---

    def by_hand(self):
        stage = self.random.choice(STAGES)
        command = [os.path.join(self.libexec, stage), '-c', self.path('config.ini')]
        if self.random.random() < 0.5:
            command = [self.tongji, 'run', '--only', stage, '-c', self.path('config.ini')]
        subprocess.run(command + self.options, capture_output=True, check=False)
        return 'by hand: ' + ' '.join(os.path.basename(c) for c in command[:4])

    def lose(self):
        r = self.random
        found = []
        for folder, _, names in os.walk(self.path('out')):
            found += [os.path.join(folder, n) for n in names
                      if n.endswith(('.unit', '.tjt')) or n in ('.stage', '.parts', '.committed')]
        stages = [self.path('out', s) for s in STAGES]
        if r.random() < 0.2 or not found:
            path = r.choice(stages)
            shutil.rmtree(path, ignore_errors=True)
            return 'lose ' + path
        path = r.choice(sorted(found))
        os.unlink(path)
        # the stage that it belongs to is to be made again, from what is left
        stage = os.path.relpath(path, self.path('out')).split(os.sep)[0]
        stamp = self.path('out', stage, '.stage')
        if os.path.exists(stamp):
            os.unlink(stamp)
        return 'lose ' + path

    def damage(self):
        """Cuts a unit of clean in two; a link of its file would be cut with it."""
        units = []
        for folder, _, names in os.walk(self.path('out', 'clean')):
            units += [os.path.join(folder, n) for n in names if n.endswith('.unit')]
        stamp = self.path('out', 'clean', '.stage')
        if not units or not os.path.exists(stamp):
            return self.arrive()
        path = self.random.choice(sorted(units))
        with open(path, 'rb') as f:
            content = f.read()
        with open(path, 'wb') as f:
            f.write(content[:self.random.randint(0, len(content) - 1)])
        os.unlink(stamp)
        return 'damage ' + path

    def option(self):
        self.options = self.random.choice([[], [], ['--no-changes'], ['--changes'], ['--jobs=2'],
                                           ['--year=2018'], ['--year=2019']])
        return 'options %s' % self.options

    def force_once(self):
        self.force = True
        return 'force'

    # --- a step ---

    STEPS = [('arrive', 5), ('go', 2), ('resubmit', 2), ('same_size', 3), ('touch', 1),
             ('other_file', 1), ('edit_reference', 4), ('edit_corrections', 2),
             ('remove_corrections', 1), ('edit', 12), ('edit_comment', 1), ('by_hand', 2),
             ('lose', 1), ('damage', 1), ('option', 1), ('force_once', 1)]

    def mend(self):
        """Back to what was good: raw files and tables stay."""
        self.config = {k: list(v) for k, v in self.good[0].items()}
        self.options = list(self.good[1])
        self.write_config()
        self.remove_corrections()
        return 'mend'

    def step(self):
        if not self.was_good and self.good and self.random.random() < 0.7:
            return self.mend()
        names = [n for n, w in self.STEPS for _ in range(w)]
        return getattr(self, self.random.choice(names))()


def run(way, out, *more):
    return subprocess.run([way.tongji, *more, '-q', '-c', way.path('config.ini'), '--out', out,
                           *way.options], capture_output=True, text=True, check=False)


def inodes(folder):
    found = {}
    for top, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(top, name)
            found[os.path.relpath(path, folder)] = os.stat(path).st_ino
    return found


def content(folder):
    found = {}
    for top, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(top, name)
            with open(path, 'rb') as f:
                found[os.path.relpath(path, folder)] = f.read()
    return found


def planned(text):
    """The stages that a plan says will run, and the raw files that it says will be read."""
    stages = [line.split(':')[0] for line in text.splitlines() if ' I-PLAN-02 ' in line]
    files = [line.split(': ')[1] for line in text.splitlines()
             if ' I-PLAN-19 ' in line or ' I-PLAN-20 ' in line]
    return stages, files


def check_plan(way, before, after, plan, failed):
    """What ran, by the folders and files that are others, is what the plan said."""
    stages, files = planned(plan)
    wrong = []
    for stage in STAGES:
        ran = before.get('%s/.stage' % stage) != after.get('%s/.stage' % stage)
        if ran != (stage in stages) and not (failed and not ran):
            wrong.append('%s: planned %s, ran %s' % (stage, stage in stages, ran))
    if failed or 'clean' not in stages:
        return wrong
    for path, node in after.items():
        if not path.endswith('.unit') or not path.startswith('clean/'):
            continue
        name = path.split('/', 2)[2][:-len('.tjt.unit')]
        if (before.get(path) != node) != (name in files):
            wrong.append('%s: planned %s, read %s' % (name, name in files, before.get(path) != node))
    return wrong


def same(one, other):
    a, b = content(one), content(other)
    return ['%s: %s' % (p, 'differs' if p in a and p in b else 'only here' if p in a else 'missing')
            for p in sorted(a.keys() | b.keys()) if a.get(p) != b.get(p)]


def take_step(way, counts):
    what = way.step()
    out, scratch, hold = way.path('out'), way.path('scratch'), way.path('hold')
    more = ['--force'] if way.force else []
    way.force = False
    shutil.rmtree(hold, ignore_errors=True)
    if os.path.isdir(out):
        subprocess.run(['cp', '-al', out, hold], check=True) # so that no inode is used again
    before = inodes(out)
    plan = run(way, out, 'plan', *more)
    result = run(way, out, 'run', *more)
    shutil.rmtree(scratch, ignore_errors=True)
    fresh = run(way, scratch, 'run')
    wrong = []
    failed = fresh.returncode != 0
    counts['failed' if failed else 'good'] += 1
    if result.returncode != fresh.returncode:
        wrong.append('exit %d, from scratch %d' % (result.returncode, fresh.returncode))
    if result.stderr.replace(out, '') != fresh.stderr.replace(scratch, '') and not failed:
        wrong.append('said %s, from scratch %s' % (result.stderr, fresh.stderr))
    after = inodes(out)
    wrong += check_plan(way, before, after, plan.stdout, failed)
    if not failed:
        for stage in STAGES:
            wrong += ['%s/%s' % (stage, w) for w in same(os.path.join(out, stage),
                                                         os.path.join(scratch, stage))]
        stages, files = planned(plan.stdout)
        counts['stages'] += len(stages)
        counts['files'] += len(files)
        counts['nothing'] += not stages
        again = run(way, out, 'plan')
        if again.returncode != 1:
            wrong.append('a second plan: exit %d\n%s' % (again.returncode, again.stdout))
        if what.startswith('=') and way.was_good and stages:
            wrong.append('started %s for nothing' % stages)
    way.was_good = not failed
    if not failed:
        way.good = ({k: list(v) for k, v in way.config.items()}, list(way.options))
    if wrong:
        wrong.append(plan.stdout + result.stderr)
    return what, wrong


def main():
    tongji, folder = sys.argv[1], sys.argv[2]
    steps = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    way = Way(tongji, folder, seed)
    way.was_good, way.good = False, None
    counts = dict.fromkeys(('good', 'failed', 'stages', 'files', 'nothing'), 0)
    said = []
    for i in range(steps):
        what, wrong = take_step(way, counts)
        said.append(what)
        if wrong:
            print('seed %d, step %d, the last steps:' % (seed, i + 1))
            print('\n'.join('  ' + s for s in said[-8:]))
            print('\n'.join(wrong))
            return 1
    print('%d steps, seed %d: %d good (%d with nothing to do), %d failed alike; '
          '%d stages, %d raw files' % (steps, seed, counts['good'], counts['nothing'],
                                       counts['failed'], counts['stages'], counts['files']))
    shutil.rmtree(way.path(), ignore_errors=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
