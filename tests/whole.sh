#!/bin/bash
# One configuration from raw files to published figures, in every way that must give the same.
#
# usage: tests/whole.sh NAME CONFIG RAW EXPECTED
#
# The figures, and the ledger and rejects where EXPECTED has them, agree in every cell; two jobs,
# a second run, each stage by hand and the sanitizers' build give the same bytes as one job.
set -u
cd "$(dirname "$0")/.." || exit 2
. tests/lib.sh
[ $# = 4 ] || die "usage: tests/whole.sh NAME CONFIG RAW EXPECTED"
name=$1 config=$2 raw=$3 expected=$4
top=build/test/$name

# run VARIANT OUT [OPTION ...]: a whole run
run()
{
    local variant=$1 out=$2
    shift 2
    "build/$variant/bin/tongji" run -q -c "$config" --raw "$raw" --out "$top/$out" "$@"
}

by_hand()
{
    local stage
    for stage in clean merge compute publish; do
        "build/release/libexec/tongji/$stage" -c "$config" --raw "$raw" --out "$top/$1" || return
    done
}

# same OUT [DIFF-OPTION ...]: all but what knows the time and earlier runs equals that of one job
same()
{
    local out=$1
    shift
    diff -rq -x run.json -x runs.csv -x history -x '.*' -x '*.unit' "$@" "$top/one" "$top/$out"
}

# Raw files are read, never touched.
raw_state()
{
    find "$raw" -type f -exec cksum {} + | sort
}

rm -rf "$top"
mkdir -p "$top"
before=$(raw_state)
check "$name: tongji run" run release one --jobs 1 || exit 1
if report=$(tests/compare.sh "$top/one" "$expected" 2>&1); then
    while IFS= read -r line; do pass "$name: $line"; done <<<"$report"
else
    fail "$name: agrees with $expected" "$report"
fi
check "$name: run with two jobs" run release two --jobs 2 && check "$name: two jobs, same bytes" same two
check "$name: run once more" run release two --force && check "$name: second run, same bytes" same two
check "$name: stages by hand" by_hand hand && check "$name: by hand, same bytes" same hand
check "$name: run under ASan and UBSan" run asan asan && check "$name: sanitizers, same bytes" same asan
[ "$before" = "$(raw_state)" ] || fail "$name: raw files were changed"
