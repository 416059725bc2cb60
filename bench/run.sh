#!/bin/bash
# Measures tongji against other tools on the same job: see bench/README.md.
#
# usage: bench/run.sh [ROWS [REPETITIONS [TOOL ...]]]     default: 1000000 rows, 5, all tools
# Tools: tongji tongji-fast duckdb duckdb_igzip polars pandas datatable sqlite mawk. Those that are
# not installed are left out, and said so. SEED chooses other data, MEMORY=no leaves peaks out,
# TONGJI names the program of another build than build/release.
#
# The data, its truth and the other tools' scripts are not part of the repository: they are taken
# from bench/ in ../shared (TONGJI_SHARED names another folder). Everything is made in build/bench.
set -eu
cd "$(dirname "$0")/.."
rows=${1:-1000000} repetitions=${2:-5} seed=${SEED:-7}
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- tongji tongji-fast duckdb duckdb_igzip polars
shared=${TONGJI_SHARED:-../shared}/bench
work=build/bench home=build/bench/home
data=$work/data-$rows-$seed raw=$work/raw-$rows-$seed

if [ ! -r "$shared/gen.c" ]; then
    echo "skip  bench: $shared is not there (TONGJI_SHARED names the folder above bench/)"
    exit 0
fi
mkdir -p "$home"
cp -r "$shared/peers" "$shared/check.py" "$home/"
chmod -R u+w "$home/peers" "$home/check.py"
# The generator and the checker are built as their README says.
cc -O2 -w -o "$home/gen" "$shared/gen.c" -lm
cc -O2 -w -o "$home/chk" "$shared/chk.c" -lz

if [[ " $* " == *[\ _]duckdb* || " $* " == *" polars "* ]] && [ ! -d "$home/node_modules" ] &&
    command -v npm >/dev/null; then
    npm install --silent --no-fund --no-audit --prefix "$home" \
        @duckdb/node-api@1.5.6-r.1 nodejs-polars@0.26.1 nodejs-polars-linux-x64-gnu@0.26.1 ||
        echo "bench: npm install failed: what runs on node is left out" >&2
fi

if [ ! -e "$data/truth/truth.txt" ]; then
    rm -rf "$data" "$raw"
    "$home/gen" --rows "$rows" --seed "$seed" --out "$data"
fi
if [ ! -e "$raw/ref/organisations.csv" ]; then
    mkdir -p "$raw/ref"
    ln -f "$data"/service_*.csv "$raw/"
    sed -e '1s/.*/alias,code,valid_from,valid_to/' -e '2,$s/$/,,/' "$data/alias.csv" \
        >"$raw/ref/organisations.csv"
fi
exec python3 bench/measure.py "$rows" "$repetitions" "$home" "$data" "$raw" "$@"
