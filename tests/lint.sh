#!/bin/bash
# Rules of the code that no compiler checks, each one result line.
#
# usage: tests/lint.sh [--deep]     --deep: the slow tools too (clang-tidy)
# A tool that is not installed is skipped by name.
set -u
cd "$(dirname "$0")/.." || exit 2
. tests/lib.sh

mapfile -t code < <(find pipeline stages -name '*.[ch]' | sort)
mapfile -t all_c < <(find pipeline stages tests/unit bench -name '*.[ch]' 2>/dev/null | sort)
mapfile -t scripts < <(
    find .ci docs tests packaging bench -maxdepth 2 -type f 2>/dev/null | sort |
        while IFS= read -r f; do head -n 1 "$f" | grep -qE '^#!.*(sh|bash)$' && echo "$f"; done
    echo tests/lib.sh
)

# none NAME: passes when standard input (what is wrong) is empty
none()
{
    local found
    found=$(cat)
    if [ -z "$found" ]; then pass "$1"; else fail "$1" "$found"; fi
}

banned_calls()
{
    local words='atoi|atol|atoll|atof|strtok|strtok_r|strcpy|strcat|sprintf|vsprintf|gets|localtime|localtime_r|strtod|strtof|strtold|setlocale'
    # Published values are compared in the C locale, as precisely as they are printed; the local
    # time zone has one module.
    grep -nE "(^|[^A-Za-z0-9_])($words) *\(" "${all_c[@]}" |
        grep -vE '^tests/unit/test_stats\.c:[0-9]+:.*strtold|^pipeline/base/zone\.c:[0-9]+:.*localtime_r'
    # Memory comes from base/mem.h; programs end in main() or, for what cannot be, in BUG().
    grep -nE '(^|[^A-Za-z0-9_])(malloc|calloc|realloc|reallocarray|strdup|strndup|asprintf|alloca) *\(' \
        "${code[@]}" | grep -v '^pipeline/base/'
    grep -nE '(^|[^A-Za-z0-9_])(exit|_exit|quick_exit|abort|err|errx|assert) *\(' "${code[@]}" |
        grep -E '^pipeline/(io|calc|publish)/'
}

# An include may name its own layer or one further down.
layers()
{
    grep -nE '^#include "' "${code[@]}" | awk -F: '
        BEGIN {
            rank["base"] = 1; rank["io"] = 2; rank["calc"] = 3; rank["publish"] = 4
            rank["run"] = 5; rank["pipeline"] = 5; rank["stages"] = 6
        }
        function layer(path,    part, n)
        {
            n = split(path, part, "/")
            return part[1] == "stages" ? "stages" : n > 2 ? part[2] : "pipeline"
        }
        {
            split($3, quoted, "\"")
            target = quoted[2]
            if (target !~ /^pipeline\/[a-z]+\/[a-z0-9_]+\.h$/ && target != "pipeline/chain.h")
                print $0 "   (an include starts with pipeline/)"
            else if (rank[layer(target)] > rank[layer($1)])
                print $0 "   (points from " layer($1) " up to " layer(target) ")"
        }'
}

# Every header that is not the C library's belongs to one module, which hides its quirks; zlib has a
# reading and a writing one.
third_party()
{
    grep -HoE '^#include <[^>]+>' "${code[@]}" | sed -E 's/:#include <(.*)>/ \1/' | awk '
        BEGIN {
            n = split("assert complex ctype dirent errno fcntl fnmatch fts glob grp iconv inttypes " \
                "langinfo limits math poll pthread pwd sched search signal spawn stdalign stdarg " \
                "stdatomic stdbool stddef stdint stdio stdlib string strings syslog termios threads " \
                "time unistd utime wchar wctype endian byteswap getopt libgen malloc", name, " ")
            for (i = 1; i <= n; i++)
                libc[name[i] ".h"] = 1
            allowed["zlib.h"] = " pipeline/io/gzip pipeline/io/infile"
        }
        {
            module = $1
            sub(/\.[ch]$/, "", module)
        }
        $2 ~ /^(sys|netinet|arpa)\// || $2 in libc || ($2, module) in seen { next }
        {
            seen[$2, module] = 1
            users[$2] = users[$2] " " module
            count[$2]++
        }
        END {
            for (h in count)
                if (count[h] > 1 && users[h] != allowed[h])
                    print "<" h "> is included by" users[h] ": only one module may"
        }' | sort
}

# The engine knows no export, column or figure: no id or column name of the configuration stands in
# it between quotes.
general()
{
    local names
    mapfile -t names < <(sed -nE 's/^\[(export|event|set|deadline|indicator|check) +([^]]+)\].*/\2/p
        s/^ *column +([A-Za-z0-9]+_[A-Za-z0-9_]+) *=.*/\1/p' config.ini config/*.ini 2>/dev/null | sort -u)
    [ ${#names[@]} -gt 0 ] || { echo "no export and no indicator in config.ini and config/*.ini"; return; }
    grep -nFf <(printf '"%s"\n' "${names[@]}") "${code[@]}"
    grep -nE '"[^"]*(^|[^A-Za-z0-9_-])([EI][0-9]{2,3}[a-e]?)([^A-Za-z0-9_-][^"]*)?"' "${code[@]}"
}

# No object may have data that can change while it runs (const tables lie elsewhere).
mutable_globals()
{
    local objects
    mapfile -t objects < <(find build/release/obj/pipeline build/release/obj/stages -name '*.o')
    [ ${#objects[@]} -gt 0 ] || { echo "no objects in build/release"; return; }
    size -A "${objects[@]}" | awk '
        / :$/ { file = $1 }
        # the table of GB18030 is filled once, behind pthread_once, and only read after that
        file ~ /\/gb18030\.o$/ { next }
        $1 ~ /^\.(data|bss|tdata|tbss)(\.|$)/ && $1 !~ /^\.data\.rel\.ro/ && $2 > 0 {
            print file ": " $2 " bytes in " $1
        }'
}

# tool NAME PROGRAM COMMAND ...: passes when the command succeeds; skipped without the program
tool()
{
    local name=$1 program=$2
    shift 2
    if command -v "$program" >/dev/null; then
        check "$name" "$@"
    else
        skip "$name" "$program is not installed"
    fi
}

banned_calls | none "lint: banned functions"
layers | none "lint: layers (base <- io <- calc <- publish <- run <- stages)"
third_party | none "lint: one module per third-party header"
general | none "lint: the engine names no export, column or figure"
if [ -d build/release/obj/pipeline ]; then
    mutable_globals | none "lint: no mutable globals"
else
    skip "lint: no mutable globals" "build/release is not built"
fi
tool "lint: shellcheck" shellcheck shellcheck -x "${scripts[@]}"
[ "${1-}" = --deep ] || exit 0
tool "lint: cppcheck" cppcheck cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr \
    --enable=warning,performance,portability --suppress=missingIncludeSystem \
    --suppress=varFuncNullUB --suppress=internalAstError -D_GNU_SOURCE -I. \
    pipeline stages
# Prints nothing of what the compilers say anyway, which is what clang-tidy has on standard error.
tidy()
{
    find pipeline stages -name '*.c' -print0 | xargs -0 -n 4 -P 2 sh -c \
        'clang-tidy --quiet --warnings-as-errors="*" "$@" -- -std=c11 -D_GNU_SOURCE -I. 2>/dev/null' sh
}
tool "lint: clang-tidy" clang-tidy tidy
