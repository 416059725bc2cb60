#!/usr/bin/env python3
"""Do the bounds of a figure hold while organisations are missing, and close as their files arrive?

usage: tests/bounds.py TONGJI FOLDER [SEED]

Makes up five organisations with cases, lets their files arrive one by one in several orders, and
works out after each what the bounds must be (Fractions, from the files that are there and last
year's sizes). The figures of all files must lie within all of them, the bounds may only narrow, and
at the end there are none. Prints what differs; exits 1 when something did.
"""
import csv
import itertools
import math
import os
import random
import shutil
import subprocess
import sys
from fractions import Fraction

CONFIG = '''
[tongji]
raw = raw
out = out
[files]
pattern = {export}-{org}-{cutoff}.csv
[parameters]
year = 2019
[reference submitters]
file = ref/submitters.csv
[reference baseline]
file = ref/baseline.csv
[statistics]
missing_factor = %d
[export A]
column id   = 编号 : code, key
column done = 办结 : yesno, required
column n    = 人数 : count, required
[indicator N]
from  = A
value = rows()
[indicator S]
from  = A
value = sum(n)
[indicator R]
unit  = %%
from  = A
value = rows(where done = 是) / rows()
[style one]
kind = percent
decimals = 1
[indicator P]
unit  = %%
value = R
print = one
'''
FACTOR = 120
ORGS = 'ABCDE'


def write(path, rows):
    with open(path, 'w', encoding='utf-8', newline='') as f:
        csv.writer(f, lineterminator='\n').writerows(rows)


def outward(v, decimals, up):
    v *= 10 ** decimals
    return Fraction(math.ceil(v) if up else math.floor(v), 10 ** decimals)


def make(folder, dice):
    """The cases of each organisation, and last year's sizes, of which none has grown too much."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder + '/raw/ref')
    os.makedirs(folder + '/away')
    with open(folder + '/config.ini', 'w', encoding='utf-8') as f:
        f.write(CONFIG % FACTOR)
    cases, before = {}, {}
    for o in ORGS:
        share = dice.random()
        cases[o] = [(dice.random() < share, dice.randrange(40)) for _ in range(dice.randrange(1, 90))]
        write('%s/away/A-%s-20191231.csv' % (folder, o), [('编号', '办结', '人数')] + [
            ('%s%d' % (o, i), '是' if done else '否', n) for i, (done, n) in enumerate(cases[o])])
        size, people = len(cases[o]), sum(n for _, n in cases[o])
        before[o] = (math.ceil(size * dice.uniform(1, 2) * 100 / FACTOR),
                     math.ceil(people * dice.uniform(1, 2) * 100 / FACTOR))
    write(folder + '/raw/ref/submitters.csv', [('export', 'org')] + [('A', o) for o in ORGS])
    rows = [('indicator', 'year', 'value', 'org', 'numerator', 'denominator')]
    for o, (size, people) in before.items():
        rows += [('N', 2018, size, o, '', ''), ('S', 2018, people, o, '', ''),
                 ('R', 2018, '50.0', o, '', size), ('P', 2018, '50.0', o, '', size)]
    write(folder + '/raw/ref/baseline.csv', rows)
    return cases, before


def grown(sizes):
    return sum(math.ceil(Fraction(s * FACTOR, 100)) for s in sizes)


def expected(cases, before, here):
    """Value and bounds of each figure, by its definition."""
    there = [c for o in here for c in cases[o]]
    away = [before[o] for o in ORGS if o not in here]
    n, k, people = len(there), sum(done for done, _ in there), sum(p for _, p in there)
    m = grown(size for size, _ in away)
    rate = (Fraction(100 * k, n), outward(Fraction(100 * k, n + m), 6, False),
            outward(Fraction(100 * (k + m), n + m), 6, True))
    return {'N': (n, n, n + m), 'S': (people, people, people + grown(p for _, p in away)),
            'R': rate, 'P': rate}


def main(tongji, folder, seed):
    dice = random.Random(seed)
    cases, before = make(folder, dice)
    final = expected(cases, before, ORGS)
    bad, compared, width = [], 0, {}

    def look(here, name):
        nonlocal compared
        subprocess.run([tongji, 'run', '-q', '-c', folder + '/config.ini', '--force'], check=True)
        want = expected(cases, before, here)
        with open(folder + '/out/compute/indicators.csv', encoding='utf-8', newline='') as f:
            have = {r['id']: r for r in csv.DictReader(f)}
        for i, (value, low, high) in want.items():
            r = have[i]
            whole = len(here) == len(ORGS)
            cells = (r['bound_low'], r['bound_high'], r['missing_orgs'], r['status'])
            compared += 1
            if whole and cells != ('', '', '', '正常'):
                bad.append('%s %s: %r' % (name, i, cells))
            if not whole and (cells[2:] != (str(len(ORGS) - len(here)), '缺报') or
                              Fraction(cells[0]) != low or Fraction(cells[1]) != high):
                bad.append('%s %s: %r, expected %s and %s' % (name, i, cells, low, high))
            if not low <= final[i][0] <= high:
                bad.append('%s %s: the final %s is not within' % (name, i, final[i][0]))
            if i in width and not high - low <= width[i]:
                bad.append('%s %s: the bounds widened' % (name, i))
            width[i] = high - low
            if whole and not width[i] < Fraction(2, 10 ** 6): # of the last digit alone
                bad.append('%s %s: not closed' % (name, i))
            if i == 'P' and not whole and '%d 部门缺报' % (len(ORGS) - len(here)) not in r['note']:
                bad.append('%s: the note is %r' % (name, r['note']))

    orders = list(itertools.permutations(ORGS))
    for order in dice.sample(orders, 3):
        for o in ORGS:
            path = '%s/raw/A-%s-20191231.csv' % (folder, o)
            if os.path.exists(path):
                os.rename(path, path.replace('/raw/', '/away/'))
        width.clear()
        for i, o in enumerate(order):
            name = 'A-%s-20191231.csv' % o
            os.rename('%s/away/%s' % (folder, name), '%s/raw/%s' % (folder, name))
            look(order[:i + 1], ''.join(order[:i + 1]))
    print('%d compared, %d differ' % (compared, len(bad)))
    for b in bad[:20]:
        print('   ', b)
    return int(bool(bad))


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else '1')
             if len(sys.argv) > 2 else (print(__doc__), 2)[1])
