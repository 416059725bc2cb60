#!/bin/bash
# tongji run --engine slurm on a cluster of two nodes on this host (tests/slurm/cluster.sh), against
# local runs, and in the face of failing tasks, a lost node, Ctrl-C and a killed runner.
#
# usage: tests/slurm/run.sh [TEST ...]      none: all of them
#   SLURM_ROWS=N     rows of the large comparison (default 1000000)
# Closes with "N passed, N failed, N skipped" and exits 1 when anything failed. What the queue knew
# of an array is printed after the test.
# What is planned is expanded by the stage.
# shellcheck disable=SC2016
set -u
cd "$(dirname "$0")/../.." || exit 2
. tests/lib.sh
. tests/slurm/cluster.sh

all='sample dry options names folder retry hopeless blame node interrupt orphans unreachable large'
top=$PWD/build/test/slurm
install=$top/install
export PLAN=$top/plan
TONGJI=$install/bin/tongji

# --- helpers ---

# plan NAME [TEXT]: a fresh plan; TEXT is done in every unit of the first stage
plan()
{
    rm -rf "$PLAN" "${top:?}/$1"
    mkdir -p "$PLAN" "$top/$1"
    [ $# -lt 2 ] || printf '%s\n' "$2" >"$PLAN/clean.do"
    before_plan=$(last_job)
}

# starts UNIT: how often a unit of clean was begun
starts()
{
    if [ -f "$PLAN/clean.$1.starts" ]; then wc -l <"$PLAN/clean.$1.starts"; else echo 0; fi
}

# on_slurm OUT [OPTION ...]
on_slurm()
{
    local out=$1
    shift
    "$TONGJI" run --engine slurm -c "$top/config.ini" --raw data/raw --out "$out" "$@"
}

# start OUT: the same in the background; Ctrl-C reaches it. `runner` is its process
start()
{
    env --default-signal=INT "$TONGJI" run --engine slurm -q -c "$top/config.ini" --raw data/raw --out "$1" \
        2>"$1.err" &
    runner=$!
}

# same GOOD OUT: the bytes of two runs, but for what knows the time and earlier runs
same()
{
    diff -rq -x run.json -x runs.csv -x history -x .lock "$1" "$2"
}

# active: jobs that are not over
active()
{
    squeue --noheader --array --states=PENDING,RUNNING,COMPLETING,SUSPENDED,CONFIGURING
}

nothing_active()
{
    [ -z "$(active)" ]
}

# Nothing of a run is left over.
tidy()
{
    local left
    left=$(active)
    [ -z "$left" ] || { echo "jobs are left:"; echo "$left"; return 1; }
    [ ! -e "$1/.work" ] || { echo "$1/.work is left"; return 1; }
}

# The number of the last job there was
last_job()
{
    squeue --noheader --states=all --format=%A | sort -n | tail -n 1
}

# show TITLE: what the controller remembers of the jobs of a test
show()
{
    printf '     | %s\n' "$1"
    squeue --array --states=all --sort=i --format='%.10i %.9P %.10k %.12T %.4N %r' |
        awk -v before="$before_plan" '$1 == "JOBID" || $1 + 0 > before { print "     | " $0 }'
}

# state FOLDER: names and content, to see whether a run left it alone
state()
{
    (cd "$1" && find . -path ./.work -prune -o -type f ! -name .lock ! -name runs.csv -exec cksum {} + | sort)
}

# wants_exit STATUS COMMAND ...
wants_exit()
{
    local want=$1 got
    shift
    "$@"
    got=$?
    [ $got = "$want" ] || { echo "exit status $got, not $want"; return 1; }
}

# into FILE COMMAND ...: with its standard error in FILE
into()
{
    local file=$1
    shift
    "$@" 2>"$file"
}

# --- tests ---

test_sample()
{
    plan sample
    check "slurm: sample: run" on_slurm "$top/sample/out" -q || return
    check "slurm: sample: same bytes as a local run" same "$top/good" "$top/sample/out"
    check "slurm: sample: nothing is left" tidy "$top/sample/out"
    check "slurm: sample: each of 16 units and the whole ran once" \
        test "$(cat "$PLAN"/clean.*.starts | wc -l)" = 17
    check "slurm: sample: on both nodes" test "$(cat "$PLAN"/clean.[0-9]*.starts | sort -u | tr '\n' ' ')" = "n1 n2 "
    show "the queue after the run of the sample"
}

test_dry()
{
    local before after
    plan dry
    before=$(squeue --noheader --array --states=all | wc -l)
    if on_slurm "$top/dry/out" --dry-run >"$top/dry/said"; then
        after=$(squeue --noheader --array --states=all | wc -l)
        check "slurm: dry run: hands nothing in" test "$before" = "$after"
        check "slurm: dry run: makes nothing" test ! -e "$top/dry/out"
        check "slurm: dry run: the array" grep -q '^sbatch .*--array=1-16 .*/task.sh ' "$top/dry/said"
        check "slurm: dry run: what follows it" \
            grep -q '^sbatch --dependency=afterok:JOB --kill-on-invalid-dep=yes ' "$top/dry/said"
        check "slurm: dry run: five jobs" test "$(grep -c '^sbatch' "$top/dry/said")" = 5
    else
        fail "slurm: dry run"
    fi
}

# All settings, seen by the cluster: a partition of one node, and two tasks at a time.
test_options()
{
    local job
    plan options 'scontrol show job "$SLURM_JOB_ID" >"$PLAN/seen.$unit"'
    cat >"$top/options.ini" <<CONF
[tongji]
include = base.ini
[slurm]
partition = spare
time = 7
memory = 100M
cpus = 2
tasks = 3
at_once = 2
poll = 1
options = --nice=5 "--comment=of no account"
CONF
    check "slurm: options: run" on_slurm "$top/options/out" -q -c "$top/options.ini" || return
    job=$(cat "$PLAN/seen.2")
    for want in Partition=spare TimeLimit=00:07:00 NumCPUs=2 CPUs/Task=2 Nice=5 NodeList=n2 Requeue=1 \
        ArrayTaskThrottle=2 Comment=clean; do
        check "slurm: options: $want" grep -qw -- "$want" <<<"$job"
    done
    check "slurm: options: 100 MB" grep -qE 'MinMemoryNode=100M|mem=100M' <<<"$job"
    check "slurm: options: three units" test "$(find "$PLAN" -name 'clean.[0-9]*.starts' | wc -l)" = 3
    check "slurm: options: same bytes" same "$top/good" "$top/options/out"
    show "the queue after the run with settings"
}

# Names that a shell or sbatch would take for something else
test_names()
{
    local dir="names/a b'\$(touch $top/injected)\`id\`;%j%a \"x\" \\n"
    plan names
    mkdir -p "$top/$dir"
    cp -R data/raw "$top/$dir/raw"
    check "slurm: names: run" "$TONGJI" run --engine slurm -q -c "$top/config.ini" --raw "$top/$dir/raw" \
        --out "$top/$dir/out" || return
    check "slurm: names: nothing was run" test ! -e "$top/injected"
    check "slurm: names: same bytes" same "$top/good" "$top/$dir/out"
}

# A shared folder that cannot exchange two names, nor link a file, as NFS and others
test_folder()
{
    plan folder
    cat >"$top/folder/refuse.c" <<'CODE'
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
int renameat2(int from, const char *old, int to, const char *new, unsigned flags)
{
    if (!flags)
        return renameat(from, old, to, new);
    errno = EINVAL;
    return -1;
}
int link(const char *old, const char *new)
{
    errno = EPERM;
    return -1;
}
CODE
    check "slurm: folder: what refuses" \
        cc -shared -fPIC -o "$top/folder/refuse.so" "$top/folder/refuse.c" || return
    LD_PRELOAD=$top/folder/refuse.so check "slurm: folder: run" on_slurm "$top/folder/out" -q &&
        LD_PRELOAD=$top/folder/refuse.so check "slurm: folder: once more" on_slurm "$top/folder/out" -q --force
    check "slurm: folder: same bytes" same "$top/good" "$top/folder/out"
    check "slurm: folder: nothing is left" tidy "$top/folder/out"
    check "slurm: folder: no old result is left" test -z "$(find "$top/folder/out" -name '*.old')"
}

test_retry()
{
    plan retry
    echo '[ "$starts" -gt 2 ] || { echo "disk of attempt $starts on fire" >&2; exit 3; }' >"$PLAN/clean.5.do"
    echo '[ "$starts" -gt 1 ] || kill -SEGV $$' >"$PLAN/clean.7.do"
    echo '[ "$starts" -gt 1 ] || exit 3' >"$PLAN/clean.all.do"
    check "slurm: retry: a task fails twice, one dies, the last one fails once" \
        on_slurm "$top/retry/out" -q || return
    check "slurm: retry: same bytes" same "$top/good" "$top/retry/out"
    check "slurm: retry: unit 5 was begun three times" test "$(starts 5)" = 3
    check "slurm: retry: unit 7 twice" test "$(starts 7)" = 2
    check "slurm: retry: the others once" test "$(starts 6)" = 1
    check "slurm: retry: nothing is left" tidy "$top/retry/out"
    show "the queue after the retries: arrays of 16, of 2 and of 1"
}

# A task that never succeeds: told in its own words; the last good output stays.
test_hopeless()
{
    local before out=$top/hopeless/out
    plan hopeless
    cp -R "$top/good" "$out"
    before=$(state "$out")
    echo 'echo "the disk is on fire ($starts)" >&2; exit 3' >"$PLAN/clean.5.do"
    check "slurm: hopeless: exit status 3" wants_exit 3 into "$top/hopeless/err" on_slurm "$out" -q
    check "slurm: hopeless: the task's own words" grep -qx 'the disk is on fire (3)' "$top/hopeless/err"
    check "slurm: hopeless: which task, how often" \
        grep -q 'E-SLURM-02 .*clean.* 5/16 .* 3 .*exit 3' "$top/hopeless/err"
    check "slurm: hopeless: few words" test "$(wc -l <"$top/hopeless/err")" -le 20
    check "slurm: hopeless: the last good output is untouched" test "$before" = "$(state "$out")"
    check "slurm: hopeless: nothing is left" tidy "$out"
    check "slurm: hopeless: the units are never put together" test "$(starts all)" = 0
    sed 's/^/     | /' "$top/hopeless/err"
}

# The data or the configuration are to blame: trying again cannot help.
test_blame()
{
    plan blame
    echo 'echo "this rule is broken" >&2; exit 1' >"$PLAN/clean.3.do"
    check "slurm: blame: exit status 1" wants_exit 1 into "$top/blame/err" on_slurm "$top/blame/out" -q
    check "slurm: blame: the task's own words alone" test "$(cat "$top/blame/err")" = 'this rule is broken'
    check "slurm: blame: not tried again" test "$(starts 3)" = 1
    check "slurm: blame: nothing is left" tidy "$top/blame/out"
}

n2_has_tasks()
{
    grep -qsx n2 "$PLAN"/clean.[0-9]*.starts
}

# The power of a node goes while tasks run on it.
test_node()
{
    local began moved
    plan node '[ "$SLURMD_NODENAME" != n2 ] || [ -n "${SLURM_RESTART_COUNT:-}" ] || sleep 300'
    start "$top/node/out"
    if ! cluster_wait 60 n2_has_tasks; then
        fail "slurm: node: no task came to n2"
        kill -TERM "$runner"
        wait "$runner"
        return
    fi
    cluster_kill_node n2
    began=$SECONDS
    wait "$runner"
    check "slurm: node: the run outlives the loss of n2" test $? = 0
    echo "     | n2 was killed; the run ended $((SECONDS - began)) s later"
    check "slurm: node: same bytes" same "$top/good" "$top/node/out"
    moved=$(grep -lx n2 "$PLAN"/clean.[0-9]*.starts | xargs grep -lx n1 | wc -l)
    check "slurm: node: tasks of n2 moved to n1 ($moved)" test "$moved" -ge 1
    check "slurm: node: nothing is left" tidy "$top/node/out"
    sinfo --Node --format='%N %T %E' | sed 's/^/     | /'
    show "the queue after the loss of n2"
    cluster_node n2
    check "slurm: node: n2 comes back" cluster_wait 60 cluster_idle
}

is_running()
{
    grep -qs . "$PLAN"/clean.[0-9]*.starts
}

test_interrupt()
{
    local signal status out before
    for signal in INT:130 TERM:143; do
        status=${signal#*:}
        signal=${signal%:*}
        plan interrupt 'sleep 300'
        out=$top/interrupt/out
        cp -R "$top/good" "$out"
        before=$(state "$out")
        start "$out"
        cluster_wait 60 is_running || fail "slurm: $signal: no task began"
        kill "-$signal" "$runner"
        wait "$runner"
        check "slurm: $signal: exit status $status" test $? = "$status"
        check "slurm: $signal: says so" grep -q "E-SYS-04 .*SIG$signal" "$out.err"
        check "slurm: $signal: nothing is left" tidy "$out"
        check "slurm: $signal: the last good output is untouched" test "$before" = "$(state "$out")"
        sed 's/^/     | /' "$out.err"
    done
}

# A runner that was killed outright leaves its jobs behind; the next one takes them back first.
test_orphans()
{
    local out=$top/orphans/out orphans
    plan orphans 'sleep 300'
    start "$out"
    cluster_wait 60 is_running || fail "slurm: orphans: no task began"
    kill -KILL "$runner"
    wait "$runner" 2>/dev/null
    orphans=$(active | wc -l)
    check "slurm: orphans: $orphans jobs were left behind" test "$orphans" -ge 1
    rm "$PLAN/clean.do"
    check "slurm: orphans: the next run" on_slurm "$out" -q
    check "slurm: orphans: same bytes" same "$top/good" "$out"
    check "slurm: orphans: nothing is left" tidy "$out"
    check "slurm: orphans: they were taken back" \
        test "$(squeue --noheader --array --states=CANCELLED | wc -l)" -ge "$orphans"
}

test_unreachable()
{
    plan unreachable
    SLURM_CONF=$top/none.conf check "slurm: unreachable: exit status 3" \
        wants_exit 3 into "$top/unreachable/err" on_slurm "$top/unreachable/out" -q
    PATH=$install/bin check "slurm: not installed: exit status 3" \
        wants_exit 3 on_slurm "$top/unreachable/out" -q
    SLURM_CONF=$top/none.conf check "slurm: unreachable: a local run needs no cluster" \
        "$TONGJI" run --engine local -q -c "$top/config.ini" --raw data/raw --out "$top/unreachable/out"
}

# The rows of the benchmark (make bench), where its generator is
test_large()
{
    local rows=${SLURM_ROWS:-1000000} shared=${TONGJI_SHARED:-../shared}/bench large=$top/large
    if [ ! -r "$shared/gen.c" ]; then
        skip "slurm: large" "$shared is not there (TONGJI_SHARED names the folder above bench/)"
        return
    fi
    plan large
    mkdir -p "$large/raw/ref"
    check "slurm: large: its generator" cc -O2 -w -o "$large/gen" "$shared/gen.c" -lm &&
        check "slurm: large: data" "$large/gen" --rows "$rows" --seed 7 --out "$large/data" || return
    mv "$large"/data/service_*.csv "$large/raw/"
    sed -e '1s/.*/alias,code,valid_from,valid_to/' -e '2,$s/$/,,/' "$large/data/alias.csv" \
        >"$large/raw/ref/organisations.csv"
    cp bench/service/figures.ini "$large/"
    cp bench/service/config.ini "$large/config.ini"
    printf '\n[slurm]\npoll = 1\n' >>"$large/config.ini"
    check "slurm: $rows rows: local run" "$TONGJI" run -q -c "$large/config.ini" --out "$large/local" &&
        check "slurm: $rows rows: run" "$TONGJI" run --engine slurm -q -c "$large/config.ini" --out "$large/out" &&
        check "slurm: $rows rows: same bytes" same "$large/local" "$large/out"
    check "slurm: $rows rows: nothing is left" tidy "$large/out"
    show "the queue after the run of $rows rows"
    rm -rf "$large"
}

# --- all of it ---

prepare()
{
    local stage
    make -s -j2 all || return
    rm -rf "$top/install" "$top/good"
    mkdir -p "$install/bin" "$install/libexec/tongji" "$PLAN"
    cp build/release/bin/tongji "$install/bin/"
    for stage in build/release/libexec/tongji/*; do
        cp "$stage" "$install/libexec/tongji/${stage##*/}.real"
        cp tests/slurm/stage.sh "$install/libexec/tongji/${stage##*/}"
    done
    printf '[tongji]\ninclude = %s/config.ini\n' "$PWD" >"$top/base.ini"
    printf '[tongji]\ninclude = base.ini\n[slurm]\npoll = 1\nretries = 2\n' >"$top/config.ini"
    "$TONGJI" run -q -c "$top/config.ini" --raw data/raw --out "$top/good"
}

run_all()
{
    local test why
    why=$(cluster_missing)
    if [ -n "$why" ]; then
        skip "slurm" "$why"
        return
    fi
    trap cluster_stop EXIT
    trap 'exit 130' INT TERM HUP
    check "slurm: the programs and a local run to compare with" prepare || return
    check "slurm: two nodes are up" cluster_start || return
    for test in "$@"; do
        "test_$test"
    done
    check "slurm: the cluster is stopped" cluster_stop
}

mkdir -p "$top"
cluster_use "$top/cluster"
[ $# -gt 0 ] || eval "set -- $all"
(run_all "$@") 2>&1 | tee "$top/results"
awk '/^pass / { passed++ } /^fail / { failed++; print } /^skip / { skipped++; print }
    END {
        printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit failed > 0 || passed + skipped == 0
    }' "$top/results"
