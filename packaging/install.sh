#!/bin/sh
# Installs the program, or takes it away again. `make install` and `make uninstall` call it.
#
# usage: packaging/install.sh install|uninstall
#   in the environment: B (the build tree), PREFIX, DESTDIR, UNITDIR, SYSUSERSDIR
#
# What is installed is one list, below. It is kept beside what was installed, so that uninstalling
# does not depend on the source tree being the same. Nothing outside PREFIX, UNITDIR and SYSUSERSDIR
# is touched; sites and their data are never inside them.
set -eu
cd "$(dirname "$0")/.."
: "${B:=build/release}" "${PREFIX:=/usr/local}" "${DESTDIR:=}"
: "${UNITDIR:=$PREFIX/lib/systemd/system}" "${SYSUSERSDIR:=$PREFIX/lib/sysusers.d}"
share=$PREFIX/share/tongji
doc=$PREFIX/share/doc/tongji
kept=$share/installed-files

# Mode, source, target; blanks between.
files()
{
    echo "755 $B/bin/tongji $PREFIX/bin/tongji"
    for f in "$B"/libexec/tongji/*; do echo "755 $f $PREFIX/libexec/tongji/${f##*/}"; done
    for f in config.ini config/*.ini data/raw/ref/*.csv; do echo "644 $f $share/$f"; done
    for f in "$B"/man/man[15]/*; do
        name=${f##*/}
        echo "644 $f $PREFIX/share/man/man${name##*.}/$name"
    done
    echo "644 packaging/completion/tongji.bash $PREFIX/share/bash-completion/completions/tongji"
    for f in README.md README.zh.md CHANGELOG.md docs/*.md docs/zh/*.md docs/zh/img/*; do
        [ ! -f "$f" ] || echo "644 $f $doc/$f"
    done
    echo "644 $B/packaging/tongji.service $UNITDIR/tongji.service"
    echo "644 packaging/systemd/tongji.timer $UNITDIR/tongji.timer"
    [ "$SYSUSERSDIR" = none ] || echo "644 packaging/systemd/tongji.sysusers $SYSUSERSDIR/tongji.conf"
    echo "644 $B/packaging/tongji.cron $doc/examples/tongji.cron"
    echo "644 packaging/examples/tongji.logrotate $doc/examples/tongji.logrotate"
}

# What has PREFIX in it.
filled_in()
{
    mkdir -p "$B/packaging"
    sed "s|@PREFIX@|$PREFIX|g" packaging/systemd/tongji.service.in >"$B/packaging/tongji.service"
    sed "s|@PREFIX@|$PREFIX|g" packaging/examples/tongji.cron.in >"$B/packaging/tongji.cron"
}

do_install()
{
    filled_in
    files | while read -r mode source target; do
        install -D -m "$mode" "$source" "$DESTDIR$target"
    done
    files | cut -d ' ' -f 3 | install -D -m 644 /dev/stdin "$DESTDIR$kept"
    echo "$kept" >>"$DESTDIR$kept"
}

# The folders of its own that became empty; below DESTDIR, which is a stage for packagers, all.
do_uninstall()
{
    if [ ! -f "$DESTDIR$kept" ]; then
        echo "uninstall: nothing is installed in $DESTDIR$PREFIX" >&2
        exit 2
    fi
    list=$(cat "$DESTDIR$kept")
    echo "$list" | while read -r target; do rm -f "$DESTDIR$target"; done
    echo "$list" | while read -r target; do
        while target=${target%/*} && [ -n "$target" ]; do echo "$target"; done
    done | sort -ru | while read -r folder; do
        case $DESTDIR:$folder in
        :*/tongji | :*/tongji/* | ?*:*) rmdir "$DESTDIR$folder" 2>/dev/null || true ;;
        esac
    done
}

case ${1-} in
install) do_install ;;
uninstall) do_uninstall ;;
*)
    echo "usage: packaging/install.sh install|uninstall" >&2
    exit 2
    ;;
esac
