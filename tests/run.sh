#!/bin/bash
# Runs the case folders of tests/cases: what is in tests/README.md.
#
# usage: tests/run.sh [PATTERN ...]      PATTERN like clean/010*; none: all cases
#   VARIANT=asan     the build to test (default release), build/$VARIANT
#   RECORD=1         rewrite out, err, status and want/ from what happens now (then read the diff)
set -u
cd "$(dirname "$0")/.." || exit 2
. tests/lib.sh

variant=${VARIANT:-release}
tree=$PWD/build/$variant
scratch=$tree/cases
record=${RECORD:-}

[ -x "$tree/bin/tongji" ] || die "no build in build/$variant: run make VARIANT=$variant first"

# clear_text FILE: its content, gunzipped where its name says so
clear_text()
{
    case $1 in
    *.gz) gzip -dc "$1" ;;
    *) cat "$1" ;;
    esac
}

# expect EXPECTED ACTUAL: nothing when equal, else a short diff. A missing EXPECTED is empty.
expect()
{
    local want=$1 have=$2
    [ -e "$want" ] || want=/dev/null
    cmp -s "$want" "$have" && return 0
    if [ -n "$record" ]; then
        if [ -s "$have" ]; then cp "$have" "$1"; else rm -f "$1"; fi
        return 0
    fi
    diff -u --label "${1#tests/}" --label "now" "$want" "$have" | head -n 40
    return 1
}

# files CASE SCRATCH: want/PATH against what the command left at PATH (or at PATH.gz, clear text)
files()
{
    local file path have bad=0
    [ -d "$1/want" ] || return 0
    while IFS= read -r file; do
        path=${file#"$1/want/"}
        have=$2/$path
        [ -e "$have" ] || have=$have.gz
        if [ ! -f "$have" ]; then
            echo "$path: the command left no such file"
            bad=1
            continue
        fi
        clear_text "$have" >"$2.file"
        expect "$file" "$2.file" || bad=1
    done < <(find "$1/want" -type f | sort)
    return $bad
}

# one_case CASE: runs it in a copy of its folder and prints what differs
one_case()
{
    local dir=$1 copy=$scratch/${1#tests/cases/} bad=0 status
    rm -rf "$copy"
    mkdir -p "$copy"
    cp -R "$dir/." "$copy/"
    (
        cd "$copy" || exit 99
        export PATH="$tree/bin:$PATH" TONGJI="$tree/bin/tongji" LIBEXEC="$tree/libexec/tongji"
        export HOME="$copy"
        umask 022
        timeout 120 sh ./cmd </dev/null >"$copy.out" 2>"$copy.err"
    )
    status=$?
    [ "$status" = 0 ] || echo "$status" >"$copy.status"
    [ "$status" = 0 ] && : >"$copy.status"
    expect "$dir/out" "$copy.out" || bad=1
    expect "$dir/err" "$copy.err" || bad=1
    expect "$dir/status" "$copy.status" || bad=1
    files "$dir" "$copy" || bad=1
    return $bad
}

list_cases()
{
    local pattern dir found
    for pattern in "$@"; do
        found=
        # shellcheck disable=SC2086 # the pattern is meant to be expanded
        for dir in tests/cases/$pattern; do
            [ -f "$dir/cmd" ] && echo "$dir" && found=1
        done
        [ -n "$found" ] || die "no case matches $pattern"
    done
}

[ $# -gt 0 ] || set -- '*/*'
cases=$(list_cases "$@") || exit 1
bad=0
for dir in $cases; do
    name="case ${dir#tests/cases/}"
    if report=$(one_case "$dir"); then
        pass "$name"
    else
        fail "$name" "$report"
        bad=1
    fi
done
exit $bad
