# Shared by the test scripts: one line a result, in a form that tests/all.sh counts.
# shellcheck shell=bash

export TOP=$PWD LC_ALL=C TZ=UTC

pass()
{
    printf 'pass %s\n' "$1"
}

# fail NAME [DETAILS]
fail()
{
    printf 'fail %s\n' "$1"
    [ -z "${2-}" ] || printf '%s\n' "$2" | sed 's/^/     | /'
}

# skip NAME WHY
skip()
{
    printf 'skip %s: %s\n' "$1" "$2"
}

die()
{
    printf '%s\n' "$*" >&2
    exit 1
}

# Has this machine clang with libFuzzer?
can_fuzz()
{
    echo 'int LLVMFuzzerTestOneInput(const char *p, long n) { return !p && n; }' |
        clang -fsanitize=fuzzer,address -x c - -o /dev/null 2>/dev/null
}

# check NAME COMMAND ...: pass when the command succeeds; else fail, with what it printed
check()
{
    local name=$1 report
    shift
    if report=$("$@" 2>&1); then
        pass "$name"
    else
        fail "$name" "$(printf '%s\n' "$report" | tail -n 60)"
        return 1
    fi
}
