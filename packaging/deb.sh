#!/bin/sh
# Makes a Debian package of the programs in a build tree.
#
# usage: packaging/deb.sh BUILD-TREE      prints the path of the package, BUILD-TREE/tongji_*.deb
#
# The tree of files is that of `make install PREFIX=/usr`; what it depends on is read from the
# programs by dpkg-shlibdeps. DEBFULLNAME and DEBEMAIL name who answers for the package. The same sources give the same bytes: times come from
# SOURCE_DATE_EPOCH, or else from the last commit. No privilege is needed.
set -eu
cd "$(dirname "$0")/.."
tree=$1
version=$("$tree/bin/tongji" --version | cut -d ' ' -f 2)-1
maintainer="${DEBFULLNAME:-the tongji developers} <${DEBEMAIL:-tongji@example.org}>"
arch=$(dpkg --print-architecture)
package=$tree/tongji_${version}_$arch.deb
root=$tree/deb
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct 2>/dev/null || date +%s -r CHANGELOG.md)}"
export SOURCE_DATE_EPOCH
umask 022

rm -rf "$root" "$package"
mkdir -p "$root/DEBIAN"
B=$tree PREFIX=/usr DESTDIR=$root UNITDIR=/lib/systemd/system SYSUSERSDIR=none packaging/install.sh install
rm "$root/usr/share/tongji/installed-files" # dpkg keeps its own
strip --strip-unneeded --remove-section=.comment --remove-section=.note \
    "$root/usr/bin/tongji" "$root"/usr/libexec/tongji/*

# --- what Debian wants beside the programs ---

doc=$root/usr/share/doc/tongji
date=$(date -u -R -d "@$SOURCE_DATE_EPOCH")
mv "$doc/CHANGELOG.md" "$doc/changelog"
cat >"$doc/changelog.Debian" <<END
tongji ($version) bookworm; urgency=medium

  * Built from the sources by \`make deb\`. What is new: changelog.gz.

 -- $maintainer  $date
END
find "$doc/changelog" "$doc/changelog.Debian" "$root/usr/share/man" -type f -exec gzip -9n {} +
cat >"$doc/copyright" <<END
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: tongji

Files: *
Copyright: $(date -u -d "@$SOURCE_DATE_EPOCH" +%Y) the tongji developers
License: GPL-3.0+
 This program is free software: you can redistribute it and/or modify it under the terms of the GNU
 General Public License as published by the Free Software Foundation, either version 3 of the
 License, or (at your option) any later version.
 .
 It is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the
 implied warranty of MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.
 .
 On Debian systems the text of version 3 is in /usr/share/common-licenses/GPL-3.
END

install -d "$root/usr/share/lintian/overrides"
cat >"$root/usr/share/lintian/overrides/tongji" <<'END'
# In no archive, it closes no bug there.
tongji: initial-upload-closes-no-bugs
# Taken for a copy of zlib is "libdeflate" with its version, the name of a library that is linked.
tongji: embedded-library zlib *
END

# --- control ---

scratch=$tree/deb.scratch
rm -rf "$scratch"
mkdir -p "$scratch/debian"
printf 'Source: tongji\n\nPackage: tongji\nArchitecture: any\n' >"$scratch/debian/control"
programs=$(find "$PWD/$root/usr/bin" "$PWD/$root/usr/libexec" -type f)
# shellcheck disable=SC2086 # a list of paths that we chose
(cd "$scratch" && dpkg-shlibdeps -O $programs) >"$scratch/depends" 2>"$scratch/log" || {
    cat "$scratch/log" >&2
    exit 3
}
depends=$(sed -n 's/^shlibs:Depends=//p' "$scratch/depends")
[ -n "$depends" ] || { echo "deb: no dependencies found" >&2; exit 3; }
cat >"$root/DEBIAN/control" <<END
Package: tongji
Version: $version
Architecture: $arch
Maintainer: $maintainer
Installed-Size: $(du -k -s --apparent-size "$root" | cut -f 1)
Depends: $depends, adduser
Section: utils
Priority: optional
Description: figures of an annual report from departments' CSV exports
 tongji reads the CSV files that departments send, as messy as they come,
 cleans and merges them, computes the figures of a report and publishes them as
 tables, a workbook, a page and a draft, with every figure traceable to file and
 line. What it reads and computes is configuration.
 .
 A nightly run is prepared as tongji.timer, off until somebody enables it.
END
for script in postinst prerm postrm; do
    install -m 755 "packaging/debian/$script" "$root/DEBIAN/$script"
done
(cd "$root" && find usr lib -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
find "$root" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >"$scratch/log" || {
    cat "$scratch/log" >&2
    exit 3
}
rm -rf "$scratch"
echo "$package"
