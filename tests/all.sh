#!/bin/bash
# The whole test: runs its parts in order, counts their result lines and closes with
# "N passed, N failed, N skipped".
#
# usage: tests/all.sh [PART ...]      none: all of them, in the order of the list below
# Exits 1 when anything failed. Long programs run in build/asan, under ASan and UBSan.
set -u
cd "$(dirname "$0")/.." || exit 2
. tests/lib.sh
# A make that calls us hands down its options; our own calls have theirs.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES VARIANT
# 99: a status that no program of ours ends with
export TSAN_OPTIONS=exitcode=99
export ASAN_OPTIONS=detect_leaks=1:exitcode=99 UBSAN_OPTIONS=print_stacktrace=1:exitcode=99

parts='fmt build headers lint docs unit cases tiny sample published slips page draft bounds threads boston311 qsv suites pollution faults manners leaks fuzz staged reference why runs rollup incremental hostile'

# The unit tests are run under ASan and UBSan alone.
build()
{
    local targets=all
    [ "$1" != asan ] || targets='all units'
    # shellcheck disable=SC2086
    make -s -j2 "VARIANT=$1" $targets
}

# needs VARIANT: a part that is run alone builds what it tests
needs()
{
    local log
    log=$(build "$1" 2>&1) && return 0
    fail "build $1" "$(tail -n 40 <<<"$log")"
    return 1
}

# has_python NAME: a part that needs it is skipped, by name, where it is not
has_python()
{
    command -v python3 >/dev/null && return 0
    skip "$1" "python3 is not installed"
    return 1
}

part_fmt()
{
    local version files
    if ! command -v clang-format >/dev/null; then
        skip "fmt-check" "clang-format is not installed"
        return
    fi
    version=$(clang-format --version | sed -E 's/.*version ([0-9]+).*/\1/')
    if [ "$version" != 14 ]; then
        skip "fmt-check" "clang-format is version $version; the layout is that of 14"
        return
    fi
    mapfile -t files < <(find pipeline stages tests -name '*.[ch]')
    check "fmt-check" clang-format --dry-run --Werror "${files[@]}"
}

part_build()
{
    check "build release (gcc)" build release
    check "build asan (gcc, ASan and UBSan)" build asan
    # clang's warnings come with the objects; part fuzz needs those of its variant anyhow
    if command -v clang >/dev/null; then
        local variant=clang
        ! can_fuzz || variant=fuzz
        check "build clang" make -s -j2 "VARIANT=$variant" all unit-objects
    else
        skip "build clang" "clang is not installed"
    fi
}

part_headers()
{
    local header report bad=0 n=0
    while IFS= read -r header; do
        n=$((n + 1))
        report=$(make -s "$header.alone" 2>&1) && continue
        bad=1
        fail "header $header compiles alone" "$report"
    done < <(find pipeline stages -name '*.h' | sort)
    [ $bad = 0 ] && pass "each of $n headers compiles alone"
}

part_lint()
{
    tests/lint.sh
}

# The page of messages says what the table says.
part_docs()
{
    needs release || return
    check "docs/messages.md is made from the table of messages (make docs)" \
        diff -u docs/messages.md <(docs/messages.sh build/release/bin/tongji)
}

# One line a test; a program that dies between two is a failure of its own.
part_unit()
{
    local program name log status
    needs asan || return
    for program in build/asan/unit/test_*; do
        [ -f "tests/unit/${program##*/}.c" ] || continue # left over from a test that is gone
        name=${program##*/}
        log=$(CMOCKA_MESSAGE_OUTPUT=TAP timeout 300 "$program" 2>&1)
        status=$?
        awk -v name="unit ${name#test_}: " '
            /^ok [0-9]+ - / { sub(/^ok [0-9]+ - /, ""); print "pass " name $0; next }
            sub(/^(not )?ok [0-9]+ # SKIP /, "") { print "skip " name $0; next }
            /^not ok [0-9]+ - / { sub(/^not ok [0-9]+ - /, ""); print "fail " name $0; next }
            /^1\.\.[0-9]+$/ || /^# (not )?ok - / { next }
            { print "     | " $0 }' <<<"$log"
        if [ $status != 0 ] && ! grep -q '^not ok' <<<"$log"; then
            fail "unit ${name#test_}: exit status $status"
        elif ! grep -q '^ok' <<<"$log"; then
            fail "unit ${name#test_}: no test ran"
        fi
    done
}

part_cases()
{
    needs asan && VARIANT=asan tests/run.sh
}

part_tiny()
{
    needs release && needs asan && tests/whole.sh tiny tests/tiny/config.ini tests/tiny/raw tests/tiny/expected
}

part_sample()
{
    needs release && needs asan && tests/whole.sh sample config.ini data/raw tests/sample
}

# The return slips of the same exports, counted once more.
part_slips()
{
    local out=build/test/slips
    has_python "slips" || return 0
    needs release || return
    rm -rf "$out"
    check "slips: run" build/release/bin/tongji run -q --out "$out" &&
        check "slips: findings, figures and sums of every organisation" tests/slips.py "$out"
}

# python_with MODULE: a Python that has it. Debian's packages are those of /usr/bin/python3, which
# need not be the first in PATH.
python_with()
{
    local python
    for python in python3 /usr/bin/python3; do
        "$python" -c "import $1" 2>/dev/null && echo "$python" && return
    done
    return 1
}

# What people open, read back by programs that know nothing of tongji (tests/published.py): of the
# sample, and of a configuration of everything that a spreadsheet could misread.
part_published()
{
    local top=build/test/published python sheets set office
    needs release || return
    rm -rf "$top"
    mkdir -p "$top"
    run_published sample config.ini && for set in config english gb18030; do
        run_published "$set" "tests/published/$set.ini" || return
    done
    sleep 1 # a clock of seconds has moved on
    check "published: a later run" build/release/bin/tongji run -q --out "$top/later" --jobs 1
    check "published: the clock changes no byte" \
        diff -rq -x run.json -x runs.csv -x history "$top/sample" "$top/later"
    if ! python=$(python_with csv); then
        skip "published: read back" "python3 is not installed"
        return
    fi
    for set in sample config english gb18030; do
        check "published: $set: summary.csv and its receipt" "$python" tests/published.py csv "$top/$set"
        check "published: $set: data packages" "$python" tests/published.py package "$top/$set"
    done
    if sheets=$(python_with openpyxl); then
        for set in sample config english; do
            check "published: $set: summary.xlsx, by openpyxl" \
                "$sheets" tests/published.py workbook "$top/$set"
        done
    else
        skip "published: summary.xlsx" "python3-openpyxl is not installed"
    fi
    if ! command -v soffice >/dev/null; then
        skip "published: LibreOffice" "it is not installed (libreoffice-calc-nogui)"
        return
    fi
    for set in sample config english; do
        # In a CSV, ids of digits become numbers: that is why there is a workbook.
        office=("$python" tests/published.py office "$top/$set" "$top/office-$set")
        [ "$set" = sample ] || office+=(xlsx)
        check "published: $set: through LibreOffice" "${office[@]}"
    done
}

# run_published NAME CONFIG: a run into NAME
run_published()
{
    check "published: run $1" build/release/bin/tongji run -q -c "$2" --out "$top/$1"
}

# report.html in a browser (tests/page.py): of the sample, and of a configuration whose every text
# tries to be markup.
part_page()
{
    local top=build/test/page python
    needs release || return
    rm -rf "$top"
    mkdir -p "$top"
    check "page: run sample" build/release/bin/tongji run -q --out "$top/sample" &&
        check "page: run config" build/release/bin/tongji run -q -c tests/page/config.ini --out "$top/config" &&
        check "page: run english" build/release/bin/tongji run -q -c tests/page/english.ini --out "$top/english" ||
        return
    if python=$(python_with csv); then
        check "page: contrast of the colours" "$python" tests/page.py colours pipeline/publish/page.css
        check "page: the distribution agrees with the rate of the same cases" \
            "$python" tests/page.py distribution "$top/sample" 提前天数 I105
    else
        skip "page: contrast of the colours" "python3 is not installed"
    fi
    if [ ! -x /usr/bin/chromium ] || [ ! -x /usr/bin/chromedriver ]; then
        skip "page: in Chromium" "chromium and chromium-driver are not installed"
    elif ! python=$(python_with selenium); then
        skip "page: in Chromium" "python3-selenium is not installed"
    else
        check "page: sample in Chromium" "$python" tests/page.py browser "$top/sample" 10
        check "page: texts like markup in Chromium" "$python" tests/page.py browser "$top/config" 4
        check "page: in English in Chromium" "$python" tests/page.py browser "$top/english" 4
    fi
}

# The draft of the sample, and errors planted in it; and in the published report, where it is there.
part_draft()
{
    local report=${TONGJI_SHARED:-../shared}/docs/report-2019.txt out=build/test/draft
    has_python "draft" || return 0
    needs release || return
    rm -rf "$out"
    check "draft: run" build/release/bin/tongji run -q --out "$out/o" || return
    if [ -f "$report" ]; then
        tests/draft.py build/release/bin/tongji "$out/o" "$out" "$report"
    else
        tests/draft.py build/release/bin/tongji "$out/o" "$out"
        skip "draft: the published report" "$report is not there (TONGJI_SHARED names the folder above docs/)"
    fi
}

# A second reader of the same law, in Python, on raw folders that were damaged at random. More of
# them: tests/reference/compare.py build/release/bin/tongji FOLDER 1 100
part_reference()
{
    has_python "reference" || return 0
    needs release || return
    mkdir -p build/test/reference
    python3 tests/reference/compare.py build/release/bin/tongji build/test/reference 1 2
}

# The rows that `tongji why` lists give every figure of every whole configuration and of the cases
# about it; of the sample they are, file and line, those that the second reader counts.
why_of()
{
    local what=$1 config=$2 raw=$3 out=build/test/why/$4
    check "why: run $config" build/release/bin/tongji run -q -c "$config" --raw "$raw" --out "$out" &&
        python3 tests/why.py "$what" build/release/bin/tongji "$config" "$raw" "$out"
}

part_why()
{
    local raw=${TONGJI_SHARED:-../shared}/data/boston311 dir copy
    has_python "why" || return 0
    needs release || return
    why_of totals tests/tiny/config.ini tests/tiny/raw tiny
    why_of totals config.ini data/raw sample
    why_of rows config.ini data/raw sample
    for dir in tests/cases/why/*; do
        copy=build/test/why/${dir##*/}
        rm -rf "$copy"
        mkdir -p build/test/why
        cp -R "$dir" "$copy" # its key is made beside its configuration
        why_of totals "$copy/config.ini" "$copy/in" "${dir##*/}/o"
    done
    if [ -d "$raw" ]; then
        why_of totals tests/boston311/config.ini "$raw" boston311
    else
        skip "why boston311" "$raw is not there (TONGJI_SHARED names the folder above data/)"
    fi
}

# Runs of the sample that are kept, recomputed and compared, with the rows counted a second time.
part_runs()
{
    has_python "runs" || return 0
    needs release || return
    tests/runs.py build/release/bin/tongji config.ini data/raw build/test/runs
}

# Bounds while organisations are missing, beside a second way to work them out.
part_bounds()
{
    has_python "bounds" || return 0
    needs release || return
    mkdir -p build/test
    check "bounds: hold, and close as files arrive" \
        tests/bounds.py build/release/bin/tongji build/test/bounds
}

# Four districts added up, against one run over all their files.
part_rollup()
{
    has_python "rollup" || return 0
    needs release || return
    mkdir -p build/test
    python3 tests/rollup.py build/release/bin/tongji build/test/rollup
}

# Two threads under ThreadSanitizer: silent, and the same bytes.
part_threads()
{
    local top=build/test/threads
    needs release && needs tsan || return
    rm -rf "$top"
    mkdir -p "$top"
    check "threads: run under TSan with two jobs" build/tsan/bin/tongji run -q --out "$top/tsan" --jobs 2
    check "threads: run without" build/release/bin/tongji run -q --out "$top/plain" --jobs 1
    check "threads: same bytes" diff -rq -x run.json -x runs.csv -x history \
        -x '.*' -x '*.unit' "$top/plain" "$top/tsan"
}

# Random ways of arrivals, edits and accidents: each run is what one from scratch is. Longer:
# tests/incremental.py build/release/bin/tongji FOLDER STEPS SEED
part_incremental()
{
    has_python "incremental" || return 0
    needs release && needs asan || return
    mkdir -p build/test
    check "incremental: 40 steps, each as from scratch" \
        tests/incremental.py build/release/bin/tongji build/test/incremental 40 1
    check "incremental: 8 steps under ASan and UBSan" \
        tests/incremental.py build/asan/bin/tongji build/test/incremental-asan 8 2
    check "incremental: a large table, range by range, 12 steps" \
        tests/ranges.py build/release/bin/tongji build/test/ranges 12 1
    check "incremental: a large table, 2 steps under ASan and UBSan" \
        tests/ranges.py build/asan/bin/tongji build/test/ranges-asan 2 2
}

# Real data that is not part of the repository: a folder beside the checkout, or TONGJI_SHARED.
part_boston311()
{
    local raw=${TONGJI_SHARED:-../shared}/data/boston311
    if [ -d "$raw" ]; then
        needs release && needs asan &&
            tests/whole.sh boston311 tests/boston311/config.ini "$raw" tests/boston311/expected
    else
        skip "boston311" "$raw is not there (TONGJI_SHARED names the folder above data/)"
    fi
}

# An export taken as it comes, merged by a key, against what another tool made of it.
part_qsv()
{
    local raw=${TONGJI_SHARED:-../shared}/data/qsv out=build/test/qsv
    if [ ! -d "$raw" ]; then
        skip "qsv" "$raw is not there (TONGJI_SHARED names the folder above data/)"
        return
    fi
    has_python "qsv" || return 0
    needs release || return
    rm -rf "$out"
    mkdir -p "$out"
    check "qsv: run" build/release/bin/tongji run -q -c tests/qsv/config.ini --raw "$raw" --out "$out" &&
        check "qsv: the rows of the other tool" \
            tests/qsv/compare.py "$out/merge/requests.csv.gz" "$raw/boston311-100-deduped.csv" &&
        check "qsv: 20 duplicates" grep -q '^boston311-100-20dupes-random.csv,100,80,0,20,0,0,' "$out/merge/ledger.csv"
}

# CSV files that others have collected, for the reader that is told nothing.
part_suites()
{
    needs release && tests/suites.sh
}

part_pollution()
{
    has_python "pollution" || return 0
    needs release && needs asan || return
    check "pollution: a dozen tables, damaged in every known way, are read right" \
        tests/pollute.py build/release/bin/tongji
    check "pollution: files damaged at random do no harm" tests/pollute.py build/asan/bin/tongji --fuzz 30
}

# Nasty files, cut off at every byte; deliveries of somebody who means harm.
part_hostile()
{
    local what
    needs asan && tests/hostile.sh asan || return
    has_python "hostile: deliveries" || return 0
    for what in cells names links sizes terminal; do
        check "hostile: $what" tests/hostile_input.py "$what" build/asan/bin/tongji "build/test/hostile-$what"
    done
}

# The fuzz targets over their corpora, briefly: make test-fuzz SECONDS=600 for longer.
part_fuzz()
{
    tests/fuzz.sh smoke
}

# A few faults of each kind; all of them: make test-faults.
part_faults()
{
    has_python "faults" || return 0
    needs release && check "faults: tools" make -s fault-tools || return
    tests/faults/faults.py --smoke build/release build/faults build/test/faults
}

# How runs behave among others. More of the killed ones:
# tests/manners.py build/release/bin/tongji FOLDER kills=500,7
part_manners()
{
    has_python "manners" || return 0
    needs release || return
    mkdir -p build/test
    tests/manners.py build/release/bin/tongji build/test/manners \
        lock stop litter log journal hooks progress cron kills=20
}

part_leaks()
{
    local stage out=build/test/leaks
    if ! command -v valgrind >/dev/null; then
        skip "valgrind" "valgrind is not installed"
        return
    fi
    needs release || return
    rm -rf "$out"
    mkdir -p "$out"
    for stage in clean merge compute publish; do
        check "valgrind finds no leak and no error in $stage" valgrind --quiet --leak-check=full \
            --show-leak-kinds=all --errors-for-leak-kinds=all --error-exitcode=9 \
            "build/release/libexec/tongji/$stage" -c tests/tiny/config.ini --out "$out"
    done
}

# make install into a folder, the program run from there, uninstalled.
part_staged()
{
    needs release && tests/staged.sh
}

# Runs on a Slurm cluster of two nodes on this host: a part for ALSO=slurm (.ci/run).
part_slurm()
{
    tests/slurm/run.sh
}

[ $# -gt 0 ] || eval "set -- $parts ${ALSO:-}"
results=$(mktemp) || die "cannot make a temporary file"
trap 'rm -f "$results" "$results".*' EXIT
started=$SECONDS
# Long parts of a single thread are done beside the others, from the first part that needs no more
# building; what they say comes in its place.
beside=''
[[ " $* " == *" headers "* ]] && for part in reference why runs rollup incremental hostile; do
    [[ " $* " == *" $part "* ]] && beside="$beside $part"
done
[[ " $* " == *" headers "* && " $* " == *" slurm "* ]] && waiting=slurm || waiting=''
do_beside()
{
    for part in "$@"; do
        "part_$part" >"$results.$part" 2>&1
        echo $? >"$results.$part.status"
    done
}
# shellcheck disable=SC2086
begin_beside()
{
    do_beside $beside &
    beside_pid=$!
    do_beside $waiting & # it waits for the cluster most of the time
    waiting_pid=$!
}
say_part()
{
    if [[ " $beside $waiting " == *" $1 "* ]]; then
        cat "$results.$1"
        return "$(cat "$results.$1.status")"
    fi
    "part_$1" 2>&1
}
for part in "$@"; do
    [[ " $parts slurm " == *" $part "* ]] || die "no part $part; there are: $parts slurm"
    begun=$SECONDS
    [ "$part" != headers ] || begin_beside
    [[ " $beside " == *" $part "* ]] && wait "$beside_pid"
    [[ " $waiting " == *" $part "* ]] && wait "$waiting_pid"
    say_part "$part" | tee "$results.part"
    status=${PIPESTATUS[0]}
    [ "$status" = 0 ] || grep -q '^fail ' "$results.part" ||
        fail "$part: exit status $status" | tee -a "$results.part"
    grep -q '^\(pass\|fail\|skip\) ' "$results.part" ||
        fail "$part: said nothing" | tee -a "$results.part"
    cat "$results.part" >>"$results"
    echo "   -- $part: $((SECONDS - begun)) s"
done
echo "   -- all: $((SECONDS - started)) s"
awk '/^pass / { passed++ } /^fail / { failed++; print } /^skip / { skipped++; print }
    END {
        printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit failed > 0
    }' "$results"
