#!/bin/bash
# The fuzz targets of tests/fuzz (clang's libFuzzer, ASan, UBSan).
#
# usage: tests/fuzz.sh smoke [TARGET ...]        each over its corpus, and some thousand runs more
#        tests/fuzz.sh SECONDS [TARGET ...]      each so long; what it learns stays in build/fuzz/corpus
# An input with a finding is left in build/fuzz/found; how to look at it: HACKING.md.
set -u
cd "$(dirname "$0")/.." || exit 2
. tests/lib.sh
[ $# -ge 1 ] || die "usage: tests/fuzz.sh smoke|SECONDS [TARGET ...]"
how=$1
shift
[ "$how" = smoke ] || [[ "$how" =~ ^[0-9]+$ ]] || die "tests/fuzz.sh: smoke or a number of seconds, not $how"
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1

if ! can_fuzz; then
    skip "fuzz" "clang with libFuzzer is not installed (clang, libclang-rt-dev)"
    exit 0
fi
if ! log=$(make -s -j2 VARIANT=fuzz fuzzers 2>&1); then
    fail "fuzz: build" "$(tail -n 40 <<<"$log")"
    exit 1
fi

# Runs beyond the corpus in a smoke test: what each does in about a second.
runs_of()
{
    case $1 in
    decode | ini | sniff | infile | csvfile) echo 300 ;;
    table) echo 1000 ;;
    *) echo 4000 ;;
    esac
}

# one TARGET: runs it; prints what it did
one()
{
    local target=$1 seeds=tests/fuzz/corpus/$1 work=build/fuzz/corpus/$1 log=build/fuzz/log.$1 status
    local options=(-artifact_prefix="build/fuzz/found/$1-" -max_len=4096 -timeout=25 -rss_limit_mb=2000
        -print_final_stats=1)
    mkdir -p "$work" build/fuzz/found
    [ ! -f "tests/fuzz/$1.dict" ] || options+=(-dict="tests/fuzz/$1.dict")
    if [ "$how" = smoke ]; then
        # The same inputs each time, so that a failure can be repeated.
        rm -rf "$work" && mkdir -p "$work"
        options+=(-seed=1 -runs="$(($(find "$seeds" -type f | wc -l) + $(runs_of "$target")))")
    else
        options+=(-max_total_time="$how")
    fi
    "build/fuzz/fuzz/fuzz_$target" "${options[@]}" "$work" "$seeds" >"$log" 2>&1
    status=$?
    sed -n 's/^stat::number_of_executed_units: */runs /p
        s/^#[0-9]*[[:space:]]*DONE *\(cov: [0-9]*\).*\(corp: [0-9]*\).*/\1 \2/p' "$log" | tr '\n' ' '
    [ $status = 0 ] && return
    grep -a -m 20 'does not hold\|ERROR\|SUMMARY\|runtime error\|Test unit written' "$log"
    return 1
}

for source in tests/fuzz/fuzz_*.c; do
    target=${source##*/fuzz_}
    target=${target%.c}
    [ $# = 0 ] || [[ " $* " == *" $target "* ]] || continue
    if said=$(one "$target"); then
        if [ "$how" = smoke ]; then pass "fuzz: $target"; else pass "fuzz: $target: $how s, $said"; fi
    else
        fail "fuzz: $target" "$said"
    fi
done
