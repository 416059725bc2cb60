#!/bin/bash
# CSV files that others have collected, through `tongji sniff`; they are not part of the repository.
#
# usage: tests/suites.sh [FOLDER]     FOLDER: where csv-suites, cn-tables and cn-gb18030 are
#
# A file of csv-test-data whose name begins with bad- must be flagged (exit status 1); the others,
# and those of csv-spectrum, must say what their JSON twin says. One twin of csv-spectrum
# contradicts its own CSV file upstream.
set -u
cd "$(dirname "$0")/.." || exit 2
. tests/lib.sh

data=${1:-${TONGJI_SHARED:-../shared}/data}
tongji=build/${VARIANT:-release}/bin/tongji
wrong_twin=location_coordinates

# twin NAME CSV JSON OPTION ...: the table is that of the twin
twin()
{
    local name=$1 csv=$2 json=$3 table status
    shift 3
    table=$(mktemp) || die "cannot make a temporary file"
    "$tongji" sniff --cat -q "$@" "$csv" >"$table"
    status=$?
    if [ $status -gt 1 ]; then
        fail "$name" "exit status $status"
    else
        check "$name" tests/suites.py "$json" <"$table"
    fi
    rm -f "$table"
}

# flagged NAME CSV OPTION ...: sniff says that something is wrong
flagged()
{
    local name=$1 csv=$2 said status
    shift 2
    said=$("$tongji" sniff --cat "$@" "$csv" 2>&1 >/dev/null)
    status=$?
    if [ $status = 1 ] && [ -n "$said" ]; then
        pass "$name"
    else
        fail "$name" "exit status $status; $said"
    fi
}

spectrum()
{
    local csv name
    for csv in "$data"/csv-suites/csv-spectrum/csvs/*.csv; do
        name=$(basename "$csv" .csv)
        if [ "$name" = $wrong_twin ]; then
            skip "csv-spectrum: $name" "its twin names another telephone number than its CSV"
        else
            twin "csv-spectrum: $name" "$csv" "${csv%/csvs/*}/json/$name.json"
        fi
    done
}

test_data()
{
    local csv name
    for csv in "$data"/csv-suites/csv-test-data/csv/*.csv; do
        name=$(basename "$csv" .csv)
        case $name in
        bad-header-*) flagged "csv-test-data: $name" "$csv" --header foo,bar,baz ;;
        bad-*) flagged "csv-test-data: $name" "$csv" ;;
        header-*) twin "csv-test-data: $name" "$csv" "${csv%/csv/*}/json/$name.json" --header foo,bar,baz ;;
        *) twin "csv-test-data: $name" "$csv" "${csv%/csv/*}/json/$name.json" ;;
        esac
    done
}

# same NAME COMMAND COMMAND: both print the same, but for CR
same()
{
    local ours theirs
    ours=$(eval "$2" | tr -d '\r')
    theirs=$(eval "$3" | tr -d '\r')
    if [ -n "$ours" ] && [ "$ours" = "$theirs" ]; then
        pass "$1"
    else
        fail "$1" "$(diff <(echo "$ours") <(echo "$theirs"))"
    fi
}

# What a reader that knows nothing of the tables can make of them. Beyond it: panels side by side
# are one table each, a section's title is a column, a total is no row, and percentages are rounded
# in another way than they are printed.
tables()
{
    local csv name sniff="$tongji sniff --cat -q"
    for csv in "$data"/cn-tables/*.gb18030.csv; do
        name=$(basename "$csv" .gb18030.csv)
        same "cn-tables: $name: GB18030 reads as UTF-8 does" "$sniff $csv" "$sniff ${csv%.gb18030.csv}.csv"
    done
    csv=$data/cn-tables/shanghai2014_outcomes
    same "cn-tables: shanghai2014_outcomes: columns 2 and 3 are the tidy form" \
        "$sniff $csv.csv | cut -d, -f2,3" "cut -d, -f1,2 $csv.expected.csv"
    csv=$data/cn-tables/moj2019_provinces_4panel
    same "cn-tables: moj2019_provinces_4panel: its panels one below the other are the tidy form" \
        "for k in 1 3 5 7; do $sniff $csv.csv | tail -n +2 | cut -d, -f\$k,\$((k + 1)); done | grep -v -e ^,\$ -e 总计 | sort" \
        "tail -n +2 $csv.expected.csv | sort"
    csv=$data/cn-tables/wuhai2020_disclosure_sections
    same "cn-tables: wuhai2020_disclosure_sections: its last two sections are the tidy form" \
        "$sniff $csv.csv | tail -n +2 | sed s/+// | grep -v ^第" "tail -n +2 $csv.expected.csv | cut -d, -f2-"
}

# layout NAME FILE PREAMBLE ROWS COLUMNS FOOTER
layout()
{
    local said
    said=$("$tongji" sniff -c /dev/null "$2" | awk -F ': ' '
        /^  (编码|前言|数据|尾注):/ { printf "%s ", $2 }')
    if [ "$said" = "GB18030 $3 $4 x $5 $6 " ]; then
        pass "$1"
    else
        fail "$1" "wanted: GB18030 $3 $4 x $5 $6; said: $said"
    fi
}

# The statistics office's exports: two or three lines above, three or four of notes below.
exports()
{
    local csv name
    for csv in "$data"/cn-gb18030/*分省*.csv; do
        name=$(basename "$csv" .csv)
        layout "cn-gb18030: $name: 3 lines, 31 provinces by 4, 3 lines" "$csv" 3 31 4 3
    done
    layout "cn-gb18030: 月度数据: 2 lines, 50 months by 12, 4 lines" \
        "$data/cn-gb18030/sunshine__月度数据.csv" 2 50 12 4
}

if ! command -v python3 >/dev/null; then
    skip "suites" "python3 is not installed"
    exit 0
fi
for suite in csv-suites cn-tables cn-gb18030; do
    if [ ! -d "$data/$suite" ]; then
        skip "suites: $suite" "$data/$suite is not there (TONGJI_SHARED names the folder above data/)"
        continue
    fi
    case $suite in
    csv-suites) spectrum && test_data ;;
    cn-tables) tables ;;
    cn-gb18030) exports ;;
    esac
done
