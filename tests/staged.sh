#!/bin/bash
# `make install` into a folder, the program run from there, everything taken away again; and what is
# installed with it: manual pages, units, completion. tests/install.sh does the same, and more, with
# the package in a bare Debian.
#
# usage: tests/staged.sh      after `make`
set -u
cd "$(dirname "$0")/.." || exit 2
. tests/lib.sh

top=$TOP/build/test/staged
root=$top/root
tongji=$root/usr/bin/tongji

# installing ACTION: make install or uninstall below $root
installing()
{
    make -s "$1" PREFIX=/usr DESTDIR="$root"
}

# as_cron COMMAND ...: with what cron gives to a command, and nothing else
as_cron()
{
    (cd / && env -i HOME=/ LOGNAME=tongji SHELL=/bin/sh PATH=/usr/bin:/bin "$@" </dev/null)
}

# silent COMMAND ...: it succeeds and says nothing
silent()
{
    local said
    said=$("$@" 2>&1) || { echo "exit status $?: $said"; return 1; }
    [ -z "$said" ] || { echo "said: $said"; return 1; }
}

# Files written in the source tree or the installation since the stamp; build/ aside.
nothing_written()
{
    local found
    found=$(find . -path ./build -prune -o -path ./.git -prune -o -type f -newer "$top/stamp" -print
        find "$root" -newer "$top/stamp")
    [ -z "$found" ] || { echo "$found"; return 1; }
}

# What `tongji list` knows must stand in the pages that people read.
named_in_pages()
{
    local bad=0 word
    for word in $("$tongji" list commands | cut -f 1); do
        grep -q "^    tongji $word\>" README.md || { echo "README.md: no command $word"; bad=1; }
    done
    for word in $("$tongji" list settings | cut -f 1 | sort -u); do
        grep -qE "^## .*\[$word( [A-Z]+)?\]" docs/config.md || { echo "docs/config.md: no heading for [$word]"; bad=1; }
    done
    for word in $("$tongji" list settings | cut -f 3 | sort -u); do
        grep -qE "(^|[^a-z_])$word([^a-z_]|$)" docs/config.md docs/checks.md || { echo "docs/config.md: no setting $word"; bad=1; }
    done
    return $bad
}

# The commands of an indented block, without remarks.
commands_of()
{
    sed -n 's/^    //p' "$1" | sed 's/ *#.*//'
}

# The pages about installing give the same commands in both languages.
same_commands()
{
    [ -n "$(commands_of docs/install.md)" ] &&
        diff <(commands_of docs/install.md) <(commands_of docs/zh/install.md)
}

# The account for who installs without the package.
account_made()
{
    local folder=$top/sysusers
    mkdir -p "$folder/etc" "$folder/usr/lib/sysusers.d"
    cp "$root/usr/lib/sysusers.d/tongji.conf" "$folder/usr/lib/sysusers.d/"
    systemd-sysusers --root="$folder" tongji.conf >/dev/null 2>&1
    grep -q '^tongji:.*:/var/lib/tongji:/usr/sbin/nologin$' "$folder/etc/passwd"
}

# Each page is there, names what the tables have, and refers to pages that are there.
pages_complete()
{
    local man=$root/usr/share/man bad=0 name
    for name in tongji $("$tongji" list stages | cut -f 1 | sed 's/^/tongji-/'); do
        [ -s "$man/man1/$name.1" ] || { echo "no page $name.1"; bad=1; }
    done
    for name in $("$tongji" list options | cut -f 3); do
        grep -q "Fl -$name\>" "$man/man1/tongji.1" || { echo "tongji.1: no option --$name"; bad=1; }
    done
    for name in $("$tongji" list commands | cut -f 1); do
        grep -q "^\.It Cm $name\>" "$man/man1/tongji.1" || { echo "tongji.1: no command $name"; bad=1; }
    done
    for name in $("$tongji" list settings | cut -f 3 | sort -u); do
        grep -q "^\.It Ic $name\>" "$man/man5/tongji-config.5" || { echo "tongji-config.5: no setting $name"; bad=1; }
    done
    while read -r name section; do
        [ -s "$man/man$section/$name.$section" ] || { echo "no page $name($section)"; bad=1; }
    done < <(sed -n 's/^\.Xr \([^ ]*\) \([0-9]\).*/\1 \2/p' "$man"/man?/*)
    return $bad
}

man_warnings()
{
    local page said bad=0
    for page in "$root"/usr/share/man/man?/*; do
        said=$(LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -E UTF-8 -l "$page" 2>&1 >/dev/null)
        [ -z "$said" ] || { echo "${page##*/}: $said"; bad=1; }
    done
    return $bad
}

# That a page it refers to is not installed on this machine says nothing about the page.
mandoc_lint()
{
    local said
    said=$(mandoc -T lint "$root"/usr/share/man/man?/* | grep -v 'referenced manual not found')
    [ -z "$said" ] || { echo "$said"; return 1; }
}

# complete WORD ...: what bash would offer for the last word
completed()
{
    PATH=$root/usr/bin:$PATH bash -c '
        source "$0" || exit
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _tongji
        printf "%s\n" "${COMPREPLY[@]}"' "$root/usr/share/bash-completion/completions/tongji" "$@" |
        sort | tr '\n' ' '
}

# offers "WORDS" WANTED ...: completing them gives just that
offers()
{
    local line=$1 have want
    shift
    read -ra words <<<"$line"
    [[ $line != *' ' ]] || words+=('')
    have=$(completed "${words[@]}")
    want=$(printf '%s\n' "$@" | sort | tr '\n' ' ')
    [ "$have" = "$want" ] || { echo "\"$line\": offered $have, wanted $want"; return 1; }
}

completion()
{
    local bad=0 stages commands figures
    mapfile -t stages < <("$tongji" list stages | cut -f 1)
    mapfile -t commands < <("$tongji" list commands | cut -f 1)
    offers 'tongji ' "${commands[@]}" || bad=1
    offers 'tongji chec' check || bad=1
    offers 'tongji run --from ' "${stages[@]}" || bad=1
    offers 'tongji run --from = cl' clean || bad=1
    offers 'tongji run --from clean --fr' --from || bad=1
    offers 'tongji check --fr' '' || bad=1 # an option of another command
    offers 'tongji -q --raw in list mess' messages || bad=1
    mapfile -t figures < <("$tongji" list indicators -c "$top/site/config.ini" | cut -f 1 | grep ^I10)
    offers "tongji -c $top/site/config.ini why I10" "${figures[@]}" || bad=1
    offers "tongji cat $top/site/conf" "$top/site/config" "$top/site/config.ini" || bad=1
    offers 'tongji run xyz' '' || bad=1
    return $bad
}

# As they are installed but for the path of the program, which must be there. That a manual page is
# not installed on this machine is no mistake.
units_verified()
{
    local units=$top/units
    mkdir -p "$units"
    sed "s|=/usr/bin/tongji|=$tongji|" "$root/usr/lib/systemd/system/tongji.service" >"$units/tongji.service"
    cp "$root/usr/lib/systemd/system/tongji.timer" "$units/"
    systemd-analyze verify --man=no "$units/tongji.service" "$units/tongji.timer"
}

rm -rf "$top"
mkdir -p "$top"
check "staged: make install" installing install || exit
touch "$top/stamp"
check "staged: init says nothing with -q" silent as_cron "$tongji" init -q "$top/site" || exit
check "staged: init makes a configuration without a mistake" \
    silent as_cron "$tongji" check -c "$top/site/config.ini"
check "staged: a first run without any export, from cron's environment, is silent" \
    silent as_cron "$tongji" run -c "$top/site/config.ini"
cp -R data/raw/20* "$top/site/data/raw/"
check "staged: with the sample it is silent" \
    silent as_cron "$tongji" run -c "$top/site/config.ini"
check "staged: and gives the expected figures" tests/compare.sh "$top/site/data/out" tests/sample
check "staged: configuration, raw files and key of the site have the right modes" \
    diff <(cd "$top/site" && stat -c '%a %n' . config.ini config data data/raw data/tongji.key data/out) \
    <(printf '%s\n' '755 .' '644 config.ini' '755 config' '755 data' '750 data/raw' '600 data/tongji.key' '755 data/out')
check "staged: init from the source tree" silent as_cron "$TOP/build/release/bin/tongji" init -q "$top/other"
check "staged: makes the same site" diff -r -x raw -x out -x '*.key' \
    "$top/site" "$top/other"
check "staged: the configuration is found in the current folder" \
    silent env --chdir="$top/site/" "$tongji" check
check "staged: nothing was written in the source tree or the installation" nothing_written
check "staged: README.md and docs/config.md name every command, section and setting" named_in_pages
check "staged: docs/install.md and docs/zh/install.md give the same commands" same_commands
check "staged: manual pages are complete" pages_complete
check "staged: completion offers what the program takes" completion
if command -v man >/dev/null; then
    check "staged: man has no warning about the pages" man_warnings
else
    skip "staged: man has no warning about the pages" "man-db is not installed"
fi
if command -v mandoc >/dev/null; then
    check "staged: mandoc has nothing to say about the pages" mandoc_lint
else
    skip "staged: mandoc has nothing to say about the pages" "mandoc is not installed"
fi
if command -v systemd-analyze >/dev/null; then
    check "staged: the units are right" silent units_verified
    # in tenths of a point: 10 and less is what systemd calls safe
    check "staged: the service is closed up" systemd-analyze security --no-pager --offline=yes \
        --threshold=10 "$root/usr/lib/systemd/system/tongji.service"
else
    skip "staged: the units are right" "systemd-analyze is not installed"
fi
if [ "$(id -u)" != 0 ]; then
    skip "staged: systemd-sysusers makes the account" "not root"
elif command -v systemd-sysusers >/dev/null; then
    check "staged: systemd-sysusers makes the account" account_made
else
    skip "staged: systemd-sysusers makes the account" "systemd-sysusers is not installed"
fi
check "staged: make uninstall" installing uninstall
check "staged: nothing of it is left" silent find "$root" -mindepth 1
check "staged: the site is left alone" tests/compare.sh "$top/site/data/out" tests/sample
