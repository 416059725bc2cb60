#!/usr/bin/env python3
"""Districts added up by `tongji rollup`, against one run over all their files.

usage: tests/rollup.py TONGJI FOLDER

Of tests/rollup/config.ini, with files made here in which persons are known to several districts:
every line of the roll-up of four districts is that of one run over all files, in value, numerator,
denominator and printed, when the districts share a key; without one the lines that count different
persons are marked, and the number of persons lies between their bounds. All 24 orders and roll-ups
of roll-ups give the same bytes. What cannot be rolled up is refused, each with its code.

Of the shipped configuration, with the files of its organisations dealt out to four districts: as one
run, but for events that departments of two districts report, which are listed and said to be so.
"""
import collections
import csv
import gzip
import itertools
import os
import random
import re
import shutil
import subprocess
import sys

DISTRICTS = 4
EQUAL = ('value', 'numerator', 'denominator', 'printed')
LINE = ('id', 'period', 'org', 'month')
tongji, top = sys.argv[1:3]


def say(ok, name, detail=''):
    print(('pass ' if ok else 'fail ') + 'rollup: ' + name)
    if not ok and detail:
        print('     | ' + str(detail).strip().replace('\n', '\n     | '))


def run(*args):
    return subprocess.run([tongji, *args], capture_output=True, text=True)


def must(*args):
    done = run(*args)
    if done.returncode:
        print(f'fail rollup: {" ".join(args)}\n     | exit status {done.returncode} {done.stderr}')
        sys.exit(1)


def table(path):
    with open(path, encoding='utf-8', newline='') as f:
        return list(csv.DictReader(f))


def put(path, columns, rows):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8', newline='') as f:
        out = csv.writer(f, lineterminator='\n')
        out.writerow(columns)
        out.writerows(rows)


def lines(out):
    return {tuple(r[k] for k in LINE): r for r in table(f'{out}/compute/indicators.csv')}


def different(one, other, but=()):
    """The lines that do not say the same, those of the indicators `but` left out."""
    return [f'{k}: {[one[k][c] for c in EQUAL]} {[other[k][c] for c in EQUAL]}'
            if k in one and k in other else f'{k}: only in one of them'
            for k in sorted(one.keys() | other.keys())
            if k[0] not in but and (k not in one or k not in other or
                                    any(one[k][c] != other[k][c] for c in EQUAL))]


def adds_up(out):
    return {r['id']: r['adds_up'] for r in table(f'{out}/compute/rollup.csv')}


def content(folder):
    """All files below it, by path."""
    found = {}
    for at, _, files in os.walk(folder):
        for name in files:
            with open(f'{at}/{name}', 'rb') as f:
                found[os.path.relpath(f'{at}/{name}', folder)] = f.read()
    return found


# --- made-up districts ---

CONFIG = 'tests/rollup/config.ini'


def make_rows(rng):
    """By district: rows of V and of W. Persons are known to several districts, events to one."""
    v, w = collections.defaultdict(list), collections.defaultdict(list)
    persons = [f'P{n:05}' for n in range(400)]
    for d in range(DISTRICTS):
        for n in range(250 + 50 * d):
            year = 2022 if rng.random() < 0.2 else 2023
            month, day = rng.randint(1, 12), rng.randint(1, 20)
            ended = f'{year}-{month:02}-{day + rng.randint(0, 8):02}' if rng.random() < 0.8 else ''
            v[d].append([f'V{d}-{n}', f'D{d}-{rng.randint(1, 3)}',
                         rng.choice(persons) if rng.random() < 0.95 else '', rng.choice('甲甲乙丙'),
                         f'{year}-{month:02}-{day:02}', ended, rng.randint(0, 3),
                         f'{rng.randint(-500, 30000) / 100:.2f}' if rng.random() < 0.9 else ''])
        for n in range(20):
            w[d].append([f'W{d}-{n}', f'D{d}-1', f'地点{d}{rng.randint(1, 4)}',
                         f'2023-{rng.randint(1, 3):02}-01', rng.randint(1, 90)])
    return v, w


def make_raw(raw, districts, v, w, before):
    """The raw folder of some districts; district 3 has a submitter who sent nothing."""
    submitters, baseline = [], [('ROWS', 2022, 0, '', '', ''), ('RATE', 2022, 0, '', 0, 0)]
    rows, num, den = 0, 0, 0
    for d in districts:
        put(f'{raw}/2023/V_D{d}_20231231.csv',
            ['编号', '单位', '证件号', '类别', '开始', '结束', '次数', '金额'], v[d])
        put(f'{raw}/2023/W_D{d}_20231231.csv', ['编号', '单位', '地点', '日期', '人数'], w[d])
        submitters += [('V', f'D{d}'), ('W', f'D{d}')]
        rows += before[d][0]
        num += before[d][1]
        den += before[d][2]
    baseline = [('ROWS', 2022, rows, '', '', ''), ('PERSONS', 2022, 12, '', '', ''),
                ('RATE', 2022, f'{100 * num / den:.6f}', '', num, den)]
    if 3 in districts:
        submitters.append(('W', 'D9'))
        baseline.append(('EVENTS', 2022, 7, 'D9', '', ''))
    put(f'{raw}/ref/submitters.csv', ['export', 'org'], submitters)
    put(f'{raw}/ref/baseline.csv',
        ['indicator', 'year', 'value', 'org', 'numerator', 'denominator'], baseline)


def make_config(path, key=None, change=()):
    with open(CONFIG, encoding='utf-8') as f:
        text = f.read()
    for old, new in (('key_file = key\n', f'key_file = {key}\nshared_key = yes\n') if key
                     else ('', ''), *change):
        if old not in text:
            sys.exit(f'fail rollup: {CONFIG} has no {old}')
        text = text.replace(old, new, 1)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)


def one_run(name, raw, key=None, change=()):
    """A run of its own; the folder of its results."""
    make_config(f'{top}/{name}/config.ini', key, change)
    must('run', '-q', '-c', f'{top}/{name}/config.ini', '--raw', raw, '--out', f'{top}/{name}/out')
    return f'{top}/{name}/out'


def roll(name, *inputs, config=CONFIG):
    must('rollup', '-c', config, '--out', f'{top}/{name}', *inputs)
    return f'{top}/{name}'


def partials(out):
    with gzip.open(f'{out}/compute/partials.csv.gz', 'rt', encoding='utf-8') as f:
        return f.read()


def write_partials(path, text, seal=False):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with gzip.open(path, 'wt', encoding='utf-8', newline='') as f:
        f.write(text)
    return path


def compare_whole(city, whole, name):
    bad = different(lines(whole), lines(city))
    say(not bad, f'{name}: {len(lines(city))} lines as of one run over all files', '\n'.join(bad[:20]))


def check_shared(districts, whole):
    city = roll('shared', *districts)
    compare_whole(city, whole, 'a shared key')
    for column in ('prior', 'change', 'ci_low', 'status', 'bound_low', 'bound_high', 'missing_orgs'):
        bad = [k for k, r in lines(city).items() if r[column] != lines(whole)[k][column] and
               k[0] != 'PERSONS']
        say(not bad, f'a shared key: {column} as of one run', bad[:10])
    for name in ('series.csv', 'readings.csv'):
        say(content(f'{city}/compute')[name] == content(f'{whole}/compute')[name],
            f'a shared key: {name} as of one run')
    said = {k: v for k, v in adds_up(city).items() if v != 'exact'}
    say(said == {'KEYS': 'keys', 'EVENTS': 'events', 'PEOPLE': 'events', 'MORE': 'number'},
        'a shared key: what depends on the districts is said so', said)
    checks = {r['check']: r['result'] for r in table(f'{city}/compute/checks.csv')}
    say(checks == {'months': 'pass', 'unfinished': 'not-run'},
        'checks of figures are made again, those of rows are not run', checks)
    summary = table(f'{city}/publish/summary.csv')
    say(len(summary) == len(lines(city)) and os.path.exists(f'{city}/publish/summary.xlsx'),
        'summary.csv and summary.xlsx are there')
    return city


def check_orders(districts, city):
    orders = list(itertools.permutations(districts))
    first = content(city)
    bad = [o for o in orders if content(roll('order', *o)) != first]
    say(not bad and len(orders) == 24, f'{len(orders)} orders of four districts give the same bytes',
        bad[:3])
    a, b, c, d = districts
    cd = roll('cd', d, c)
    trees = {
        '(a b) (c d)': [roll('ab', a, b), cd],
        '((a b) c) d': [roll('abc', roll('ba', b, a), c), d],
        '((d c) b) a': [roll('dcb', cd, b), a],
        'a (b c d)': [a, roll('bcd', b, d, c)],
        '(a b c d)': [roll('abcd', a, b, c, d)],
    }
    for name, inputs in trees.items():
        say(content(roll('tree', *inputs)) == first, f'roll-ups of roll-ups: {name}: the same bytes')


def check_alone(districts, whole, rows):
    """Districts with keys of their own: different persons are an upper bound."""
    city = roll('alone', *districts)
    persons = {'PERSONS', 'EACH', 'RATE_OF_PERSONS'}
    bad = different(lines(whole), lines(city), but=persons)
    say(not bad, 'without a shared key: all lines but those of persons', '\n'.join(bad[:10]))
    one, many = lines(whole), lines(city)
    bad, marked = [], 0
    for k in (k for k in many if k[0] == 'PERSONS'):
        value = int(many[k]['value'])
        low, high = (int(many[k][c] or value) for c in ('bound_low', 'bound_high'))
        true = int(one[k]['value'])
        marked += many[k]['status'] == '暂定'
        if not low <= true <= high or value != high or \
                (many[k]['status'] == '暂定') != (low < high) or \
                (many[k]['status'] == '暂定') != ('最多' in many[k]['note']):
            bad.append((k, low, true, high, many[k]['status'], many[k]['note']))
    say(not bad and marked > 0, f'without a shared key: {marked} counts of persons are marked, '
        'and the true ones lie between their bounds', bad[:5])
    whole_line = ('PERSONS', '2023', '', '')
    by_district = [len({r[2] for r in rows[d] if r[2] and r[4] >= '2023'}) for d in rows]
    say((int(many[whole_line]['bound_low']), int(many[whole_line]['value'])) ==
        (max(by_district), sum(by_district)),
        'without a shared key: from the largest district to their sum', by_district)
    said = {k for k, v in adds_up(city).items() if v == 'upper'}
    say(said == persons, 'without a shared key: rollup.csv says which', said)
    rate = many[('RATE_OF_PERSONS', '2023', '', '')]
    say(rate['status'] == '暂定' and not rate['ci_low'],
        'without a shared key: a rate of persons is marked, and has no interval')
    return city


def check_privacy(districts, alone, rows):
    """Neither an identity number nor what stands for it in a district's own tables goes out."""
    ids = {r[2] for d in rows for r in rows[d] if r[2]}
    for name, outs in (('a shared key', districts), ('no shared key', alone)):
        found = []
        for out in outs:
            text = partials(out)
            with gzip.open(f'{out}/merge/V.csv.gz', 'rt', encoding='utf-8') as f:
                hashes = {r['person'] for r in csv.DictReader(f)} - {''}
            found += [i for i in ids if i in text] + [h for h in hashes if h[:20] in text]
            say(len(hashes) > 50, f'{name}: there are persons to look for')
        say(not found, f'{name}: no identity number and no pseudonym of the tables in a file',
            found[:5])
    text = ''.join(partials(out) for out in alone)
    say(not re.search(r'^hash,(PERSONS|EACH|RATE_OF)', text, re.M) and 'apart,PERSONS/1' in text,
        'no shared key: persons are numbers only')
    for out in districts:
        mode = os.stat(f'{out}/compute/partials.csv.gz').st_mode & 0o777
        say(mode == 0o640, 'the file is for the group only', oct(mode))


def refused(name, status, code, *args, config=CONFIG, words=()):
    done = run('rollup', '-c', config, *args)
    ok = done.returncode == status and code in done.stderr and all(w in done.stderr for w in words)
    say(ok, f'refused with {status} {code}: {name}', f'{done.returncode} {done.stderr}')


def check_refusals(districts, raws):
    a, b, c, d = districts
    out = ('--out', f'{top}/refused')
    text = partials(b)
    other = one_run('other', raws[1], f'{top}/key', [('where = begun in period\n\n[indicator ROWS]',
                                                      'where = begun in period and times > 0\n\n[indicator ROWS]')])
    refused('another definition', 2, 'E-ROLL-04', *out, a, other)
    with open(CONFIG, encoding='utf-8') as config:
        each = re.search(r'\[indicator EACH\]\n.*?\n\n', config.read(), re.S).group(0)
    looks = one_run('looks', raws[1], f'{top}/key',
                    [('title    = 服务登记', 'title    = 另一个名称'),
                     ('print    = decimal, decimals 3', 'print    = decimal, decimals 1'),
                     ('[check months]', '[check monthly]'),
                     (each.replace('decimals 3', 'decimals 1'), ''),
                     ('[indicator ROWS]', each + '[indicator ROWS]')])
    say(content(roll('looks-alike', a, looks)) == content(roll('two', a, b)),
        'names, styles and checks of a district, and the order of its figures, do not matter')
    year = one_run('year', raws[1], f'{top}/key', [('year = 2023', 'year = 2022')])
    refused('another year', 1, 'E-ROLL-05', *out, a, year, words=(a, '2022', '2023'))
    refused('one district twice', 1, 'E-ROLL-06', *out, a, b, shutil.copytree(a, f'{top}/copy'),
            words=('D0', a, f'{top}/copy'))
    refused('a district and a roll-up that has it', 1, 'E-ROLL-06', *out, roll('two', a, b), b,
            words=('D1', b, f'{top}/two'))
    bad = f'{top}/bad/p.csv.gz'
    refused('another version', 1, 'E-ROLL-02', *out, a,
            write_partials(bad, text.replace('tongji-partials-1', 'tongji-partials-2', 1)), words=(bad,))
    refused('another file', 1, 'E-ROLL-01', *out, a, f'{b}/compute/indicators.csv')
    number = re.search(r'^number,ROWS/0,,,,(\d+),', text, re.M)
    refused('a changed number', 1, 'E-ROLL-03', *out, a,
            write_partials(bad, text[:number.start(1)] + '9' + text[number.start(1) + 1:]))
    refused('a missing end', 1, 'E-ROLL-03', *out, a,
            write_partials(bad, text[:text.rindex('end,')]))
    with open(f'{b}/compute/partials.csv.gz', 'rb') as f:
        packed = f.read()
    for n, what in ((len(packed) // 2, 'half a file'), (len(packed) - 1, 'a file without its last byte')):
        with open(bad, 'wb') as f:
            f.write(packed[:n])
        refused(what, 1, 'E-FILE-02', *out, a, bad)
    refused('nothing', 1, 'E-ROLL-01', *out, a, write_partials(bad, ''))
    os.makedirs(f'{top}/empty')
    refused('a folder without partial results', 1, 'E-ROLL-08', *out, a, f'{top}/empty')
    refused('a folder that is not there', 2, 'E-USE-09', *out, a, f'{top}/nowhere')
    refused('no folder to write into', 2, 'E-ROLL-07', a, b)
    refused('no district', 2, 'E-USE-03', *out)
    before = content(c)
    refused('the results of a district to write into', 2, 'E-ROLL-10', '--out', c, a, b)
    refused('an input to write into', 2, 'E-ROLL-09', '--out', f'{top}/two', f'{top}/two', d)
    say(content(c) == before and not os.path.exists(f'{top}/refused'),
        'what was refused has written nothing')
    two = content(f'{top}/two')
    fatal = f'{top}/fatal/config.ini'
    make_config(fatal, None, [('[check months]\nkind    = sum\nfigures = ROWS\nover    = month',
                               '[check months]\nrule = ROWS = 1\nseverity = fatal')])
    refused('a fatal check of figures', 1, 'E-CHECK-01', '--out', f'{top}/two', a, b, config=fatal)
    say(content(f'{top}/two') == two, 'a roll-up that failed leaves the last good one')


def check_key(raw):
    make_config(f'{top}/keyless/config.ini', f'{top}/keyless/key')
    done = run('run', '-q', '-c', f'{top}/keyless/config.ini', '--raw', raw, '--out', f'{top}/keyless/out')
    say(done.returncode == 2 and 'E-KEY-04' in done.stderr and
        not os.path.exists(f'{top}/keyless/key'), 'a shared key that is missing is not made', done.stderr)


def made_up():
    rng = random.Random(20231231)
    v, w = make_rows(rng)
    before = {d: (100 + d, 40 + 3 * d, 90 + 7 * d) for d in range(DISTRICTS)}
    raws = [f'{top}/raw{d}' for d in range(DISTRICTS)]
    for d in range(DISTRICTS):
        make_raw(raws[d], [d], v, w, before)
    make_raw(f'{top}/raw', range(DISTRICTS), v, w, before)
    with open(f'{top}/key', 'w', encoding='ascii') as f:
        f.write('00112233445566778899aabbccddeeff\n')
    os.chmod(f'{top}/key', 0o600)
    whole = one_run('whole', f'{top}/raw')
    districts = [one_run(f'd{d}', raws[d], f'{top}/key') for d in range(DISTRICTS)]
    alone = [one_run(f'own{d}', raws[d]) for d in range(DISTRICTS)]
    city = check_shared(districts, whole)
    check_orders(districts, city)
    check_orders(alone, check_alone(alone, whole, v))
    mixed = [districts[0], alone[1], districts[2], alone[3]]
    check_orders(mixed, roll('mixed', *mixed))
    check_privacy(districts, alone, v)
    say(content(roll('files', *[f'{d}/compute/partials.csv.gz' for d in districts])) == content(city),
        'the files alone, without their folders, do as well')
    check_refusals(districts, raws)
    check_key(raws[0])


# --- the shipped configuration ---

RAW = 'data/raw'


def sender(name):
    found = re.search(r'_([0-9A-Z]{18})_\d{8}(_r\d+)?\.csv(\.gz)?$', name)
    return found.group(1) if found else None


def senders(export=''):
    return sorted({sender(f) for _, _, files in os.walk(RAW) for f in files
                   if f.startswith(export)} - {None})


def deal(together=()):
    """The district of each organisation: in turn, those of `together` all to the first."""
    rest = [o for o in senders() if o not in together]
    return {**{o: i % DISTRICTS for i, o in enumerate(rest)}, **{o: 0 for o in together}}


def split(to, district_of):
    for folder, _, files in os.walk(RAW):
        for name in files:
            org = sender(name)
            if org:
                at = f'{to}{district_of[org]}/{os.path.relpath(folder, RAW)}'
                os.makedirs(at, exist_ok=True)
                shutil.copy(f'{folder}/{name}', at)
    submitters = table(f'{RAW}/ref/submitters.csv')
    for d in range(DISTRICTS):
        shutil.copytree(f'{RAW}/ref', f'{to}{d}/ref')
        os.remove(f'{to}{d}/ref/baseline.csv')
        put(f'{to}{d}/ref/baseline.csv', ['indicator', 'year', 'value'], [])
        put(f'{to}{d}/ref/submitters.csv', submitters[0].keys(),
            [r.values() for r in submitters if district_of.get(r['org_code'], 0) == d])


def shipped_city(name, district_of):
    split(f'{top}/{name}-raw', district_of)
    for d in range(DISTRICTS):
        must('run', '-q', '--raw', f'{top}/{name}-raw{d}', '--out', f'{top}/{name}{d}')
    return roll(name, *[f'{top}/{name}{d}' for d in range(DISTRICTS)], config='config.ini')


def shipped():
    must('run', '-q', '--out', f'{top}/sample')
    one = lines(f'{top}/sample')
    city = shipped_city('together', deal(senders('E07a')))
    bad = different(one, lines(city))
    say(not bad, f'the shipped configuration: {len(one)} lines as of one run', '\n'.join(bad[:20]))
    city = shipped_city('apart', deal())
    events = {i for i, how in adds_up(city).items() if how == 'events'}
    bad = different(one, lines(city), but=events)
    say(not bad, 'events reported from two districts: all other lines as of one run',
        '\n'.join(bad[:20]))
    many = lines(city)
    less = [k for k in one if k[0] in events and k[0] != 'I214' and
            int(many[k]['value']) < int(one[k]['value'])]
    unsaid = [k for k in many if k[0] in events and '同一事件' not in many[k]['note']]
    say(not less and not unsaid and events == EVENTS,
        f'events reported from two districts: {len(different(one, many))} lines count them twice, '
        f'and the {len(events)} that may do so say it', (less, unsaid, events ^ EVENTS))


# Figures that rest on events which departments report together: each district recognises its own.
EVENTS = {'I201', 'I202', 'I205', 'I207', 'I208', 'I209', 'I210', 'I211', 'I214'}

if __name__ == '__main__':
    shutil.rmtree(top, ignore_errors=True)
    os.makedirs(top)
    top = os.path.abspath(top)
    made_up()
    shipped()
