#!/usr/bin/env python3
"""How a run behaves among others: locks, signals, log, hooks, progress; and what a reader sees.

usage: tests/manners.py PROGRAM FOLDER PART ...
  PROGRAM  bin/tongji of a build, its stages beside it
  FOLDER   is made anew
  PART     lock stop litter log journal hooks progress cron, or kills[=N[,SEED]]: N runs ended by
           SIGTERM and SIGKILL at random moments while a reader polls publish/ (20)

Everything is made here: a register of loans, small, and one large enough for a stage to take a while.
Prints a line of pass or fail for each thing that was looked at.
"""
import contextlib
import fcntl
import hashlib
import json
import os
import pty
import random
import re
import select
import shutil
import signal
import subprocess
import sys
import time

CONFIG = """[tongji]
language = en
title    = loans
{more}
[files]
pattern = {{export}}_{{org}}_{{cutoff}}[_r{{version}}].csv

[parameters]
year = 2019

[export loans]
column id   = ID : code, key
column date = Day : date, required, in_range
column n    = Count : count

[indicator L1]
name  = loans
unit  = loans
from  = loans
value = rows(where date in period)

[indicator L2]
name  = items
unit  = items
from  = loans
value = sum(n where date in period)
{end}"""
FATAL = """
[check C1]
title    = never true
rule     = L1 < 0
severity = fatal
"""
LARGE = 1500000  # rows: a stage takes some tenths of a second at least, whatever the machine
STAGES = ['clean', 'merge', 'compute', 'publish']
LOG_LINE = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (error|warning|info) run=(\d+|-) '
                      r'stage=(clean|merge|compute|publish|-) [EWI]-[A-Z]+-\d\d [^\x00-\x1f\x7f]*\n')


class Wrong(Exception):
    pass


def need(what, shown=''):
    if not what:
        raise Wrong(str(shown))


def loans(rows, plus=0):
    return 'ID,Day,Count\n' + ''.join(
        f'L{i:07},2019-{i % 12 + 1:02}-{i % 28 + 1:02},{i % 7 + plus}\n' for i in range(rows))


def hear_signals():
    """What the shell above has told us to ignore would be ignored by the run as well."""
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


class Site:
    """A folder with a configuration, raw files and results."""

    def __init__(self, name, rows=200, more='', end=''):
        self.top = os.path.join(FOLDER, name)
        self.raw, self.out = self.top + '/raw', self.top + '/out'
        os.makedirs(self.raw)
        self.configure(more, end)
        self.put('loans_AA_20191231.csv', loans(rows))

    def configure(self, more='', end=''):
        self.write('config.ini', CONFIG.format(more=more, end=end))

    def write(self, name, text):
        with open(f'{self.top}/{name}.part', 'w', encoding='utf-8') as f:
            f.write(text)
        os.rename(f'{self.top}/{name}.part', f'{self.top}/{name}')

    def put(self, name, text):
        self.write('raw/' + name, text)

    def words(self, stage=None, *options):
        program = [PROGRAM, 'run', '--force'] if not stage else [f'{LIBEXEC}/{stage}', '--force']
        return program + ['-c', self.top + '/config.ini', '--raw', self.raw, '--out', self.out,
                          *options]

    def begin(self, stage=None, *options, **how):
        how.setdefault('stderr', subprocess.PIPE)
        how.setdefault('preexec_fn', hear_signals)
        return subprocess.Popen(self.words(stage, *options), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, **how)

    def run(self, stage=None, *options, status=0, **how):
        p = self.begin(stage, *options, **how)
        out, err = (text and text.decode() for text in p.communicate())
        need(status is None or p.returncode == status, f'exit {p.returncode}: {err}')
        return (out or '') + (err or '')

    def under_way(self, p=None):
        """Waits until the first folder is being made, or program p has ended."""
        until = time.time() + 60
        while time.time() < until and not (p and p.poll() is not None):
            if any(os.path.isdir(f'{self.out}/{d}') for d in ('.work/clean.new', 'clean.new')):
                return
            time.sleep(0.005)
        need(p, 'nothing began')

    def litter(self):
        found = []
        for top, folders, files in os.walk(self.out):
            found += [n for n in folders + files if n == '.work' or n.endswith('.new') or n == '.spool']
        return found

    def hashes(self, folder='publish'):
        found = {}
        for top, _, files in os.walk(f'{self.out}/{folder}'):
            for name in files:
                with open(f'{top}/{name}', 'rb') as f:
                    found[f'{top}/{name}'] = hashlib.sha256(f.read()).hexdigest()
        return found

    def last_run(self):
        with open(self.out + '/runs.csv', encoding='utf-8') as f:
            head, *rows = f.read().splitlines()
        return dict(zip(head.split(','), rows[-1].split(',')))

    def log(self, name='t.log'):
        with open(f'{self.top}/{name}', encoding='utf-8', newline='') as f:
            return f.readlines()

    def alive(self):
        """Stages of this site that run now."""
        found = []
        for pid in filter(str.isdigit, os.listdir('/proc')):
            with contextlib.suppress(OSError):
                with open(f'/proc/{pid}/cmdline', 'rb') as f:
                    words = f.read().decode(errors='replace').split('\0')
                if self.out in words and os.path.normpath(words[0]).startswith(LIBEXEC):
                    found.append(int(pid))
        return found


# --- locks ---

def part_lock():
    site = Site('lock', LARGE)
    for holder in (None, 'clean'):
        command = 'tongji run' if not holder else 'clean'
        p = site.begin(holder)
        site.under_way()
        for other in (None, 'clean', 'publish'):
            said = site.run(other, status=75)
            need(re.search(rf'\(process {p.pid}, since \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ: {command} ',
                           said), said)
            need('--wait' in said, said)
        need(p.poll() is None, 'ended too soon for the test')
        said = site.run('clean', '--wait', '120')
        need(p.wait() == 0 and not said, said)
        p.communicate()
        need(os.path.getsize(site.out + '/.lock') == 0, 'a line about a holder that is gone')
    p = site.begin()
    site.under_way()
    begun = time.time()
    site.run('merge', '--wait', '1', status=75)
    need(time.time() - begun >= 1 and p.poll() is None, 'did not wait')
    waiting = site.begin(None, '--wait', '600')
    time.sleep(0.3)
    waiting.send_signal(signal.SIGTERM)
    need(waiting.wait() == 143, waiting.returncode)
    p.terminate()
    p.communicate()
    waiting.communicate()


# --- being stopped ---

def stop(site, stage, number, after):
    """Seconds from the signal to the end."""
    p = site.begin(stage)
    if stage in (None, 'clean'):
        site.under_way(p)
    time.sleep(after)
    begun = time.time()
    p.send_signal(number)
    said = p.communicate()[1].decode()
    took = time.time() - begun
    if p.returncode == 0:  # it was done already
        return None
    need(p.returncode == 128 + number, f'{stage}: exit {p.returncode}: {said}')
    need(said.count('\n') == 1 and 'E-SYS-04' in said and signal.Signals(number).name in said, said)
    need(not site.litter(), site.litter())
    need(not site.alive(), 'a stage goes on')
    return took


def stop_run(site, number, after):
    """The same for a run; where all was done already, a signal that comes sooner."""
    for part in (1, 1 / 2, 1 / 4, 0):
        seconds = stop(site, None, number, after * part)
        if seconds is not None:
            return seconds
    return None


def part_stop():
    site = Site('stop', LARGE)
    site.run()
    good = site.hashes()
    took = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        for after in (0, 0.1, 0.4):
            seconds = stop_run(site, number, after)
            if seconds is None:
                continue
            took.append(seconds)
            need(site.last_run()['exit'] == str(128 + number), site.last_run())
    need(len(took) >= 6, 'too few of the runs were stopped')
    need(min(took) < 1, took)
    for stage in ('clean', 'merge', 'compute'):
        stopped = [stop(site, stage, signal.SIGTERM, after) for after in (0.03, 0.1, 0.2)]
        stopped = [seconds for seconds in stopped if seconds is not None]
        need(not stopped or min(stopped) < 1, stopped)
        need(stopped or stage != 'clean', 'clean was never stopped')
    need(site.hashes() == good, 'the good output is another one')
    p = site.begin(preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    site.under_way()
    p.send_signal(signal.SIGHUP)
    need(p.wait() == 0, 'SIGHUP is ignored after nohup')
    p.communicate()
    p = site.begin()
    site.under_way()
    alive = site.alive()
    need(alive, 'no stage is alive')
    os.kill(alive[0], signal.SIGTERM)
    need(b'E-SYS-04' in p.communicate()[1] and p.returncode == 143, 'a stage that is stopped alone')


# --- what killed programs leave ---

def part_litter():
    site = Site('litter', LARGE)
    site.run()
    good = site.hashes()
    p = site.begin()
    site.under_way()
    p.kill()
    p.communicate()
    until = time.time() + 20
    while site.alive() and time.time() < until:
        time.sleep(0.01)
    need(not site.alive(), 'a stage outlives its runner')
    need(not os.path.isdir(site.out + '/.work/clean'), 'a stage finished for nobody')
    need(site.hashes() == good and site.litter(), 'killed in the middle')
    site.run()
    need(not site.litter() and site.hashes() == good, site.litter())
    left = ['clean.new', 'publish.new', 'history/.slips.new']
    for name in left:
        os.makedirs(f'{site.out}/{name}/deep')
        open(f'{site.out}/{name}/deep/x', 'w').close()
    for name in ('.run.json.new', 'history/.vintages.csv.gz.new', 'mine.new'):
        open(f'{site.out}/{name}', 'w').close()
    site.run('clean')
    need(site.litter() == ['mine.new'], site.litter())  # which is none of ours
    p = site.begin('clean')
    site.under_way()
    p.kill()
    p.communicate()
    need(sorted(site.litter()) == ['clean.new', 'mine.new'], site.litter())
    site.run()
    need(site.litter() == ['mine.new'] and site.hashes() == good, site.litter())


# --- the log ---

def part_log():
    site = Site('log', LARGE, more='log = t.log')
    site.put('forged\n2019-12-31T00:00:00.000Z error run=1 stage=- E-SYS-01 forged\x1b[2J.csv', 'x\n')
    p = site.begin()
    until = time.time() + 60
    while not os.path.exists(site.top + '/t.log') and time.time() < until:
        time.sleep(0.005)
    os.rename(site.top + '/t.log', site.top + '/t.log.1')
    need(p.communicate()[1] == b'' and p.returncode == 0, p.returncode)
    before, after = site.log('t.log.1'), site.log()
    need(before and after, 'both files have lines')
    lines = before + after
    for line in lines:
        need(LOG_LINE.fullmatch(line), repr(line))
    events = [(m['stage'], m['code']) for m in
              (re.search(r'run=1 stage=(?P<stage>\S+) (?P<code>\S+)', line) for line in lines)]
    want = [('-', 'I-LOG-01')]
    for stage in STAGES:
        want += [(stage, 'I-LOG-01'), (stage, 'I-LOG-02')]
    need(events == want + [('-', 'I-LOG-02')], events)
    clean = next(line for line in lines if 'stage=clean I-LOG-02' in line)
    need(re.search(rf'ended: exit 0, [0-9.]+ s, 1 files, {LARGE} rows, \d+ findings', clean), clean)
    os.remove(site.top + '/t.log')
    site.run('compute')
    need([re.search(r'run=- stage=compute (\S+)', line)[1] for line in site.log()] ==
         ['I-LOG-01', 'I-LOG-02'], site.log())
    os.remove(site.top + '/t.log')
    site.configure('log = t.log\nlog_level = error', FATAL)
    said = site.run(status=1)
    log = site.log()
    need(len(log) == 1 and ' error run=2 stage=compute E-CHECK-01 ' in log[0], log)
    need(said.count('\n') == 1 and 'E-CHECK-01' in said, said)
    site.configure('log = config.ini/t.log')
    said = site.run('publish')
    need(said.count('W-LOG-01') == 1 and said.count('\n') == 1, said)
    site.configure('log = new/folder/t.log')
    site.run('publish')
    need(len(site.log('new/folder/t.log')) == 2, 'makes its folder')


def part_journal():
    site = Site('journal', end=FATAL)
    path = site.top + '/journal'
    with open(path, 'w', encoding='utf-8') as f:
        st = os.fstat(f.fileno())
        env = dict(os.environ, JOURNAL_STREAM=f'{st.st_dev}:{st.st_ino}')
        site.run(stderr=f, env=env, status=1)
    with open(path, encoding='utf-8') as f:
        lines = f.readlines()
    need(all(re.match('<[36]>', line) for line in lines), lines)
    need([line for line in lines if line.startswith('<3>')][0].startswith('<3>checks.csv: E-CHECK-01'),
         lines)
    with open(path, 'w', encoding='utf-8') as f:
        env = dict(os.environ, JOURNAL_STREAM=f'{st.st_dev}:{st.st_ino + 1}')
        site.run(stderr=f, env=env, status=1)
    need(not re.search('^<', open(path, encoding='utf-8').read()), 'this is no journal')


# --- hooks ---

def hook(command):
    return f'hook_seconds = 2\non_success = {command}\non_failure = {command}'


def part_hooks():
    site = Site('hooks $(touch forged) `touch forged` ; touch forged', rows=50)
    site.configure(hook('env | grep ^TONGJI_ | sort >"$TONGJI_OUT/../facts"; '
                        'flock -n "$TONGJI_OUT/.lock" true && touch "$TONGJI_OUT/../free"; '
                        'test -r "$TONGJI_SUMMARY" && cat'))
    said = site.run(cwd=site.top)
    need(said == '', said)
    with open(site.top + '/facts', encoding='utf-8') as f:
        facts = dict(line.rstrip('\n').split('=', 1) for line in f)
    want = {'RESULT': 'ok', 'EXIT': '0', 'RUN': '1', 'FILES': '1', 'ROWS': '50', 'KEPT': '50',
            'REJECTED': '0', 'FINDINGS': '0', 'OUT': os.path.realpath(site.out), 'ERROR': '', 'STAGE': '',
            'SUMMARY': os.path.realpath(site.out) + '/publish/summary.csv'}
    for name, value in want.items():
        need(facts['TONGJI_' + name] == value, (name, facts))
    need(float(facts['TONGJI_SECONDS']) >= 0 and facts['TONGJI_STARTED'].endswith('Z'), facts)
    need(os.path.exists(site.top + '/free'), 'the lock is free')
    need(not any('forged' in files for _, _, files in os.walk(FOLDER)), 'a name became a command')
    site.configure(hook('echo "$TONGJI_RESULT $TONGJI_EXIT $TONGJI_STAGE $TONGJI_ERROR" >facts'), FATAL)
    said = site.run(cwd=site.top, status=1)
    need('E-CHECK-01' in said and open(site.top + '/facts').read() == 'failed 1 compute ' + said, said)
    site.configure('log = t.log\n' + hook('exit 7'))
    said = site.run()
    need(said.count('\n') == 1 and 'W-HOOK-01' in said and 'on_success' in said and 'exit 7' in said, said)
    need(' warning run=3 stage=- W-HOOK-01 ' in site.log()[-1], site.log())
    site.configure(hook('trap "" TERM; sleep 600; sleep 600'))
    begun = time.time()
    said = site.run()
    need('W-HOOK-01' in said and 'SIGKILL' in said and time.time() - begun < 300, said)
    need(site.last_run()['exit'] == '0', 'the run is as it is')
    os.remove(site.top + '/facts')
    site.configure(hook('touch facts'))
    with open(site.out + '/.lock', 'w', encoding='utf-8') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        site.run(status=75, cwd=site.top)
    need(not os.path.exists(site.top + '/facts'), 'no run, no hook')


# --- progress ---

def on_terminal(words):
    """What a program says on a terminal: [(seconds, bytes)], and its exit status."""
    pid, fd = pty.fork()
    if pid == 0:
        os.environ['TERM'] = 'xterm'
        os.execv(words[0], words)
    said = []
    while True:
        try:
            if select.select([fd], [], [], 120)[0]:
                text = os.read(fd, 65536)
        except OSError:  # EIO: the other side is closed
            break
        if not text:
            break
        said.append((time.time(), text))
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(fd)
    return said, status


def part_progress():
    site = Site('progress', LARGE)
    words = [os.path.abspath(word) if '/' in word else word for word in site.words('clean')]
    said, status = on_terminal(words)
    text = b''.join(part for _, part in said).decode()
    need(status == 0, text)
    drawn = [line for line in re.split('\r', text) if 'MB/s' in line]
    need(drawn, repr(text))
    for line in drawn:
        need(re.fullmatch(r'clean  [01]/1 files  [\d.]+/[\d.]+ MB  [\d.]+ MB/s(  \d+:\d\d left)?\x1b\[K',
                          line), repr(line))
    need(text.endswith('\r\x1b[K') and '\n' not in text, repr(text))
    done = [float(re.search(r'([\d.]+)/', line.split('  ')[2])[1]) for line in drawn]
    need(done == sorted(done) and done[-1] > 0, done)
    span = said[-1][0] - said[0][0]
    need(len(drawn) <= 5 * span + 3, f'{len(drawn)} lines in {span} s')
    words = [os.path.abspath(word) if '/' in word else word for word in site.words()]
    text = b''.join(part for _, part in on_terminal(words)[0]).decode()
    need('clean  ' in text and re.search(rf'\r\x1b\[Kdone: 1 files, {LARGE} rows, 0 rejected, [\d.]+ s\r\n$',
                                        text), repr(text[-200:]))
    text = b''.join(part for _, part in on_terminal(words + ['--quiet'])[0])
    need(text == b'', repr(text))
    need(site.run('clean') == '', 'no terminal, no line')


# --- cron ---

def part_cron():
    site = Site('cron', rows=50)
    empty = {'env': {'PATH': '/usr/bin:/bin', 'SHELL': '/bin/sh', 'HOME': '/'}, 'cwd': '/'}
    site.top, site.raw, site.out = (os.path.abspath(p) for p in (site.top, site.raw, site.out))
    need(site.run(**empty) == '', 'silent')
    need('done: 1 files' in site.run(None, '--verbose', **empty), 'not with --verbose')
    site.write('raw/loans_AA_20191230.csv', 'ID,Day,Count\n' + 'x,never,0\n' * 3000)
    need(site.run(**empty) == '', 'silent, whatever is found')
    site.configure(''.join(f'nonsense{i} = x\n' for i in range(100)))
    said = site.run(status=2, **empty)
    need(1 < said.count('\n') <= 20 and 'tongji check' in said.splitlines()[-1], said)
    checks = ''.join(FATAL.replace('C1', f'C{i}') for i in range(100))
    site.configure(end=checks)
    said = site.run(status=1, **empty)
    need(said.count('\n') <= 20 and 'checks.csv' in said, said)


# --- a reader, and runs that end anywhere ---

def read_set(publish):
    """Is every file of the package there as the package says? A path that is absent is an error."""
    with open(publish + '/datapackage.json', encoding='utf-8') as f:
        package = json.load(f)
    for r in package['resources']:
        with open(f"{publish}/{r['path']}", 'rb') as f:
            have = hashlib.sha256(f.read()).hexdigest()
        if have != r['hash'].removeprefix('sha256:'):
            return False
    return len(package['resources']) > 1


def reader(publish, names):
    """Polls until standard input ends; prints how often it looked, read again and found amiss."""
    looked = again = amiss = 0
    absent = []
    while not select.select([sys.stdin], [], [], 0)[0]:
        for name in names:
            try:
                os.stat(f'{publish}/{name}')
            except OSError as problem:
                absent.append(str(problem))
        looked += 1
        try:
            if not read_set(publish):
                again += 1
                amiss += not read_set(publish)
        except OSError as problem:
            absent.append(str(problem))
    print(json.dumps({'looked': looked, 'again': again, 'amiss': amiss, 'absent': absent}))


def poller(path):
    """Asks for one path as fast as it can until standard input ends; prints how often it was absent."""
    looked = absent = 0
    while not select.select([sys.stdin], [], [], 0)[0]:
        for _ in range(2000):
            try:
                os.stat(path)
            except OSError:
                absent += 1
        looked += 2000
    print(json.dumps({'looked': looked, 'absent': absent}))


def begin_beside(*words):
    return subprocess.Popen([sys.executable, __file__, PROGRAM, FOLDER, *words],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def published(site):
    names = []
    for top, _, files in os.walk(site.out + '/publish'):
        names += [os.path.relpath(f'{top}/{name}', site.out + '/publish') for name in files]
    return sorted(names)


def part_kills(n=20, seed=1):
    site = Site('kills', 3000)
    dice = random.Random(seed)
    site.run()
    begun = time.time()
    site.run()
    usual = time.time() - begun
    watcher = begin_beside('reader', site.out + '/publish', *published(site))
    asker = begin_beside('poller', site.out + '/publish/datapackage.json')
    ends = {}
    for i in range(n):
        site.put('loans_AA_20191231.csv', loans(3000, i))
        p = site.begin()
        if i % 4 < 2:
            time.sleep(usual * dice.uniform(0, 1.1))
        else:  # about where the folders take their places
            while p.poll() is None and not os.path.isdir(site.out + '/.work/publish'):
                pass
            time.sleep(dice.uniform(0, 0.02))
        p.send_signal(signal.SIGKILL if i % 2 else signal.SIGTERM)
        said = p.communicate()[1].decode()
        need(p.returncode in (0, -signal.SIGKILL, 143, -signal.SIGTERM), f'exit {p.returncode}: {said}')
        ends[p.returncode] = ends.get(p.returncode, 0) + 1
        if i % 4 == 3:
            site.run()
    site.run()
    need(not site.litter(), site.litter())
    seen = json.loads(watcher.communicate(b'\n')[0])
    need(not seen['absent'] and not seen['amiss'] and seen['looked'] > n, seen)
    asked = json.loads(asker.communicate(b'\n')[0])
    need(not asked['absent'] and asked['looked'] > 10000, asked)
    fresh = Site('kills-fresh', 3000)
    fresh.put('loans_AA_20191231.csv', loans(3000, n - 1))
    fresh.run()
    for folder in STAGES:
        a, b = site.hashes(folder), fresh.hashes(folder)
        need({k[len(site.out):]: v for k, v in a.items() if '.stage' not in k} ==
             {k[len(fresh.out):]: v for k, v in b.items() if '.stage' not in k}, folder)
    return (f"{n} runs, ends {ends}; {seen['looked']} sets read, {seen['again']} of them twice, 0 amiss; "
            f"{asked['looked']} looks, 0 absent")


PARTS = {
    'lock': (part_lock, 'one at a time, runs and stages by hand; --wait; the holder is named'),
    'stop': (part_stop, 'SIGTERM, SIGINT and SIGHUP stop runs and stages, and nothing is left'),
    'litter': (part_litter, 'what killed programs leave is cleared, and nothing else'),
    'log': (part_log, 'lines, levels, rotation during a run, names that would forge a line'),
    'journal': (part_journal, 'priorities for the journal, and for nothing else'),
    'hooks': (part_hooks, 'facts in the environment, failures, time limit, lock'),
    'progress': (part_progress, 'one line on a terminal, erased; none elsewhere'),
    'cron': (part_cron, 'silent, or 20 lines'),
    'kills': (part_kills, 'a reader of publish/ while runs end anywhere'),
}


def main():
    if sys.argv[3] == 'reader':
        reader(sys.argv[4], sys.argv[5:])
        return 0
    if sys.argv[3] == 'poller':
        poller(sys.argv[4])
        return 0
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    bad = 0
    for part in sys.argv[3:]:
        name, _, numbers = part.partition('=')
        run, what = PARTS[name]
        try:
            said = run(*map(int, numbers.split(',') if numbers else []))
            print(f'pass manners: {name}: {what}' + (f' ({said})' if said else ''))
        except Wrong as problem:
            bad = 1
            print(f'fail manners: {name}: {what}')
            for line in str(problem).splitlines()[:40]:
                print(f'     | {line}')
    return bad


PROGRAM, FOLDER = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
LIBEXEC = os.path.normpath(os.path.dirname(PROGRAM) + '/../libexec/tongji')
sys.exit(main())
