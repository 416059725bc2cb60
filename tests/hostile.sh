#!/bin/bash
# Every beginning of a dozen nasty files, byte by byte, through sniff and clean: they must end with
# 0 or 1 in time, and the sanitizers must have nothing to say.
#
# usage: tests/hostile.sh VARIANT
set -u
cd "$(dirname "$0")/.." || exit 2
. tests/lib.sh
[ $# = 1 ] || die "usage: tests/hostile.sh VARIANT"
tree=build/$1
top=build/test/hostile

config()
{
    cat <<END
[tongji]
language = en
key_file = test.key

[files]
pattern = {export}_{org}_{cutoff}.csv[.gz]

[parameters]
year = 2019

[limits]
record_bytes = 100000

[export loans]
$1
END
}

# nasty NAME: one of them
# shellcheck disable=SC2059 # the texts are meant as formats
nasty()
{
    local head='ID,Day,Count,Note\n' row='K1,2019-01-01,1,a\n'
    case $1 in
    open-quotes) printf "$head"'"K1,2019-01-01,1,a\nK2,"2019-01-02,2,b\nK3,2019-01-03,"3,c\nK4,2019-01-04,4,"d\n' ;;
    quotes) printf "$head"'"""K1""",""2019-01-01"",""""1"","a"b"c"\n"""",""","",""\n"a\n"b"\nc",d\n' ;;
    ragged) printf "$head$row"'K2\nK3,2019-01-03\n,,,,,,,,\nK4;2019-01-04;4;d\nK5,2019-01-05,5,e,f,g,h\n%s"K6" "x",\n' "$row" ;;
    line-ends) printf 'ID,Day,Count,Note\rK1,2019-01-01,1,a\r\r\nK2,2019-01-02,2,b\r\n\n\rK3,2019-01-03,3,"c\r"\r"K4",2019-01-04,4,\r' ;;
    nul-and-marks) printf '\357\273\277"ID","D\0ay",Count,\0\n\357\273\277"K1",2019-01-01,\0\0,\0"\n\357\273\277\357\273\277\n\0\0,\0\n' ;;
    utf-16) printf "$head$row"'\346\263\225,2019-01-02,"2","x\ny"\n' | iconv -f UTF-8 -t UTF-16LE | { printf '\377\376'; cat; } ;;
    gb18030) printf "$head"'\xb7\xa8,2019-01-01,1,\x81\x30\x81\x30\x84\x31\xa4\x37\n\xff\xfe\x80,2019\xc4\xea1\xd4\xc22\xc8\xd5,\xd2\xbb,\xb7\n' ;;
    bad-utf-8) printf "$head"'\xe6\xb3\x95,2019-01-01,1,\xed\xa0\x80\xf5\x80\x80\x80\xc0\xaf\n\xe6\xb3,2019-01-02,2,\xf0\x9f\x98\n' ;;
    tables) printf 'Title of it\n\nTown,People\nX,100\nY,200\n\n'"$head$row"'\nName,Room,Since\nAnn,R1,2018\nBob,R2,2017\n\n'"$head$row"'Total,,1,\nNote: end\n' ;;
    headers) printf 'ID,,,Note\n,Day,,\n,,Count,\n'"$row"'ID,,,Note\n,Day,,\n,,Count,\n"I\nD",Day,Day,Count,,\n'"$row" ;;
    joined) printf "$head$row"'Note,Count,ID,Day\na,1,K2,2019-01-02\n"Day",ID\n2019-01-03,K3,x\r2019-01-04,K4\nNo,Count,ID,Day,Note\n1,2,3\n"1,"2",K5,2019\n'"$head$row" ;;
    dialects) printf "'ID', 'Day', 'Count', 'Note'\n'K1', '2019-01-01', '1', 'it''s, \\\\'a'\n'K2', '2019-01-02', '2', 'b\n'K3', '2019-01-03', '3', ''\n" ;;
    backslashes) printf 'ID||Day||Count||Note\nK1||2019-01-01||1||"a \\"b\\" || c"\nK2||2019-01-02||2||"\\\\"\nK3||2019-01-03||3||"\\\n' ;;
    gzip) printf "$head$row$row"'K2,2019-01-02,2,"b\nb"\n' | gzip -n ;;
    esac
}

# beginnings NAME: all of them as files of $top/NAME/raw
beginnings()
{
    local name=$1 raw=$top/$1/raw end=csv n size
    mkdir -p "$raw"
    [ "$name" = gzip ] && end=csv.gz
    nasty "$name" >"$top/$name/whole"
    size=$(wc -c <"$top/$name/whole")
    [ "$size" -gt 40 ] || return
    for ((n = 0; n <= size; n++)); do
        head -c "$n" "$top/$name/whole" >"$raw/loans_P${n}_20191231.$end"
    done
}

# harmless LOG COMMAND ...: it ends with 0 or 1, and says nothing of a sanitizer's
harmless()
{
    local log=$1 status
    shift
    timeout 120 "$@" >"$log" 2>&1
    status=$?
    [ $status -le 1 ] && ! grep -qa 'Sanitizer\|runtime error' "$log" && return 0
    echo "${*:1:4}: exit $status"
    grep -a 'Sanitizer\|runtime error' "$log" | head -n 5
    return 1
}

# tables FILE ...: each of them through sniff --cat
tables()
{
    local file
    for file in "$@"; do
        harmless "${file%/raw/*}/log.${file##*/}" "$tree/bin/tongji" sniff --cat "$file" || return
    done
}

one()
{
    local dir=$top/$1 policy files
    beginnings "$1" || return
    files=("$dir"/raw/*)
    local half=$((${#files[@]} / 2))
    harmless "$dir/log" "$tree/bin/tongji" sniff "${files[@]}" || return
    tables "${files[@]:0:half}" &
    tables "${files[@]:half}" || return
    wait $! || return
    for policy in reject pad mend all; do
        harmless "$dir/log" "$tree/libexec/tongji/clean" -c "$top/$policy.ini" --raw "$dir/raw" \
            --out "$dir/$policy" || return
    done
}

rm -rf "$top"
mkdir -p "$top"
columns='column id   = ID : code, key
column date = Day : date, required, in_range
column n    = Count : count
column note = Note : text, personal'
for policy in reject pad mend; do
    config "ragged = $policy
$columns" >"$top/$policy.ini"
done
config "columns = *" >"$top/all.ini"
for name in open-quotes quotes ragged line-ends nul-and-marks utf-16 gb18030 bad-utf-8 tables headers \
    joined dialects backslashes gzip; do
    check "hostile: every beginning of $name" one "$name"
done
