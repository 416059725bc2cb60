#!/bin/bash
# Compares a finished output folder with the expected figures, ledger and rejects.
#
# usage: tests/compare.sh OUT EXPECTED
#
# Every cell that EXPECTED lists must agree. The figures may have further rows (of other
# organisations, months, indicators); the ledger and the rejects may not. A part that EXPECTED does
# not have is not compared; the figures must be there. Exit status 0 when all agree, 1 otherwise.
set -u
[ $# = 2 ] || { echo "usage: tests/compare.sh OUT EXPECTED" >&2; exit 2; }
out=$1 expected=$2
here=$(dirname "$0")

# table WHAT EXPECTED-FILE ACTUAL-FILE KEY CELLS EXACT
table()
{
    local actual=$3
    if [ ! -f "$actual" ]; then
        echo "$1: $actual is not there"
        return 1
    fi
    case $actual in
    *.gz) gzip -dc "$actual" ;;
    *) cat "$actual" ;;
    esac | awk -v what="$1" -v key="$4" -v cells="$5" -v exact="$6" -f "$here/compare.awk" "$2" -
}

# Does EXPECTED have this part?
has()
{
    [ -f "$expected/$1" ]
}

bad=0
table figures "$expected/indicators.csv" "$out/compute/indicators.csv" id,period,org,month \
    value_exact=value,numerator,denominator,unit,printed 0 || bad=1
if has ledger.csv; then
    table ledger "$expected/ledger.csv" "$out/merge/ledger.csv" file \
        rows_read,kept,rejected,duplicate,superseded,total_rows 1 || bad=1
fi
if has rejects.csv; then
    table rejects "$expected/rejects.csv" "$out/clean/rejects.csv.gz" file,line reason 1 || bad=1
fi
exit $bad
