#!/bin/bash
# The package in a bare Debian: installed by apt with what it depends on, a new site, the sample from
# cron's environment and from cron itself, then removed and purged.
#
# usage: tests/install.sh      (make test-install; as root, with debootstrap and the network; minutes)
#
# The bare Debian is a folder made by debootstrap. All that happens in it, mounts too, is in
# namespaces of its own, so that nothing of it is left mounted when this ends, however it ends.
set -u
cd "$(dirname "$0")/.." || exit 2
. tests/lib.sh
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES VARIANT

top=$TOP/build/test/install
root=$top/root
bare=$top/bookworm.tar # kept: to fetch it takes longest
site=var/lib/tongji

# The folder is removed only when nothing is mounted in it.
remove_root()
{
    if findmnt -rn -o TARGET | grep -q "^$root\(/\|$\)"; then
        die "something is mounted below $root; not removing it"
    fi
    rm -rf --one-file-system "$root"
}

make_root()
{
    remove_root
    if [ ! -f "$bare" ]; then
        debootstrap --variant=minbase bookworm "$root" >"$top/debootstrap.log" 2>&1 ||
            { tail -n 20 "$top/debootstrap.log"; return 1; }
        tar -C "$root" -cf "$bare.new" . && mv "$bare.new" "$bare"
        remove_root
    fi
    mkdir -p "$root"
    tar -C "$root" -xpf "$bare" || return 1
    cp /etc/resolv.conf /etc/hosts "$root/etc/"
    # No service is started in a folder.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
}

# inside COMMAND ...: in the bare Debian, as root, with a /proc of its own; what it starts ends with it
inside()
{
    # shellcheck disable=SC2016 # $0 and $@ are those of sh
    env -i unshare --mount --pid --fork --kill-child sh -c '
        mount -t proc proc "$0/proc" && exec chroot "$0" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
            LC_ALL=C DEBIAN_FRONTEND=noninteractive HOME=/root "$@"' "$root" "$@" </dev/null
}

# as_cron COMMAND ...: as the package's user, with what cron gives to a command, and nothing else
as_cron()
{
    inside runuser -u tongji -- env -i HOME=/$site LOGNAME=tongji SHELL=/bin/sh PATH=/usr/bin:/bin "$@"
}

# closed_up COMMAND ...: the same, where nothing but the results can be written, as in the service
closed_up()
{
    # shellcheck disable=SC2016 # $0, $1 and $@ are those of sh
    env -i unshare --mount --pid --fork --kill-child sh -c '
        mount --bind "$0" "$0" && mount --bind "$0/$1/data/out" "$0/$1/data/out" &&
            mount -t proc proc "$0/proc" && mount -o remount,bind,ro "$0" || exit 3
        cd "$0" && root=$PWD && shift
        exec chroot "$root" /usr/sbin/runuser -u tongji -- env -i PATH=/usr/bin:/bin "$@"' "$root" $site "$@" </dev/null
}

silent()
{
    local said
    said=$("$@" 2>&1) || { echo "exit status $?: $said"; return 1; }
    [ -z "$said" ] || { echo "said: $said"; return 1; }
}

# The package comes out the same from a second making.
same_again()
{
    make -s deb >/dev/null && [ "$(sha256sum <"$package")" = "$sum" ]
}

# Everything of the site, with owners and modes.
site_as_it_is()
{
    (cd "$root/$site" && find . -printf '%p %u %g %m\n' | sort && find . -type f -print0 | sort -z | xargs -0 sha256sum)
}

site_unchanged()
{
    site_as_it_is | diff "$top/site" - && inside getent passwd tongji >/dev/null
}

# From cron itself, by the sample but for the time; a mail is what cron sends when something was said.
from_cron()
{
    local runs=$root/$site/data/out/runs.csv before
    before=$(wc -l <"$runs") || return 1
    sed 's/^[0-9]* [0-9]* \* \* \* tongji/* * * * * tongji/' \
        "$root/usr/share/doc/tongji/examples/tongji.cron" >"$root/etc/cron.d/tongji"
    chmod 644 "$root/etc/cron.d/tongji"
    printf '#!/bin/sh\ncat >>/root/mail\n' >"$root/usr/sbin/sendmail"
    chmod 755 "$root/usr/sbin/sendmail"
    # When the run has its line in runs.csv, cron gets a moment for a mail.
    inside sh -c "
        cron -f & n=0
        while [ \$(wc -l </$site/data/out/runs.csv) = $before ] && [ \$n -lt 90 ]; do
            sleep 1; n=\$((n + 1))
        done
        sleep 2"
    rm "$root/etc/cron.d/tongji"
    [ "$(wc -l <"$runs")" -gt "$before" ] || { echo "cron did not run it"; return 1; }
    [ ! -s "$root/root/mail" ] || { cat "$root/root/mail"; return 1; }
}

rotates()
{
    local bad=0
    cp "$root/usr/share/doc/tongji/examples/tongji.logrotate" "$root/etc/logrotate.d/tongji"
    inside sh -c 'install -d -o tongji -g tongji -m 750 /var/log/tongji && cd /var/log/tongji &&
        runuser -u tongji -- sh -c "echo a line >tongji.log" &&
        logrotate -f /etc/logrotate.d/tongji && stat -c "%n %s %a %U" *' >"$top/rotated" 2>&1
    printf '%s\n' 'tongji.log 0 640 tongji' 'tongji.log.1 7 644 tongji' | diff "$top/rotated" - || bad=1
    rm -r "$root/var/log/tongji" "$root/etc/logrotate.d/tongji"
    return $bad
}

# Every system call of a run is one that the service allows.
calls_allowed()
{
    local service=$root/lib/systemd/system/tongji.service log=$top/calls bad
    strace -f -qq -o "$log" build/release/bin/tongji run -q -c "$top/local/config.ini" || return 1
    bad=$({
        systemd-analyze syscall-filter
        sed -n 's/^SystemCallFilter=/= /p' "$service"
        sed -E 's/^[0-9]+ +//; s/\(.*//' "$log" | sort -u | grep '^[a-z]' | sed 's/^/! /'
    } | awk '
        # takes a call, or all of a set, in or out
        function set(name, allow,    n, i, member)
        {
            if (name !~ /^@/) {
                allowed[name] = allow
                return
            }
            n = split(members[name], member, " ")
            for (i = 1; i <= n; i++)
                set(member[i], allow)
        }
        /^@/ { group = $1; next }
        /^ +[@a-z]/ { members[group] = members[group] " " $1; next }
        $1 == "=" {
            allow = sub(/^~/, "", $2) ? 0 : 1
            for (i = 2; i <= NF; i++)
                set($i, allow)
        }
        $1 == "!" && !allowed[$2] { print $2 }')
    [ -s "$log" ] || { echo "strace wrote nothing"; return 1; }
    [ -z "$bad" ] || { echo "not allowed: $bad"; return 1; }
}

skip_all=
[ "$(id -u)" = 0 ] || skip_all="not root"
command -v debootstrap >/dev/null || skip_all="debootstrap is not installed"
grep -q '^VERSION_CODENAME=bookworm' /etc/os-release || skip_all="this is not Debian 12, for which the package is"
unshare --mount --pid --fork true 2>/dev/null || skip_all="no namespaces can be made here"
if [ -n "$skip_all" ]; then
    skip "install" "$skip_all"
    exit 0
fi

mkdir -p "$top"
check "install: make deb" make -s deb || exit
package=$(ls build/release/tongji_*.deb)
sum=$(sha256sum <"$package")
check "install: the same sources give the same package" \
    same_again
if command -v lintian >/dev/null; then
    check "install: lintian has neither error nor warning" \
        lintian --allow-root --fail-on error,warning "$package"
else
    skip "install: lintian has neither error nor warning" "lintian is not installed"
fi
check "install: a bare Debian" make_root || exit
cp "$package" "$root/root/tongji.deb"
check "install: apt-get update" inside apt-get update -q || exit
check "install: apt installs the package and what it depends on" \
    inside apt-get install -q -y --no-install-recommends /root/tongji.deb || exit
check "install: nothing that was installed differs from the package" silent inside dpkg --verify tongji
check "install: the folder of the site is there, empty, and the user's own" \
    diff <(inside find /$site -printf '%p %u %g %m\n') <(echo "/$site tongji tongji 755")
check "install: tongji init" silent as_cron tongji init -q /$site || exit
check "install: tongji check" silent as_cron tongji check -c /$site/config.ini
cp -R data/raw "$root/$site/data/"
inside chown -R tongji:tongji /$site/data/raw
check "install: the sample, in cron's environment: silent, exit status 0" \
    silent as_cron tongji run -c /$site/config.ini
check "install: the figures are right" tests/compare.sh "$root/$site/data/out" tests/sample
rm -rf "$root/$site/data/out"/*
check "install: with everything but the results read-only: silent" \
    silent closed_up tongji run -c /$site/config.ini
check "install: and right" tests/compare.sh "$root/$site/data/out" tests/sample
check "install: apt installs cron and logrotate" \
    inside apt-get install -q -y --no-install-recommends cron logrotate &&
    check "install: from cron itself: a run, and no mail" from_cron &&
    check "install: logrotate takes the sample" rotates
if command -v strace >/dev/null && command -v systemd-analyze >/dev/null; then
    rm -rf "$top/local"
    build/release/bin/tongji init -q "$top/local" && cp -R data/raw/20* "$top/local/data/raw/"
    check "install: the service allows every system call of a run" calls_allowed
else
    skip "install: the service allows every system call of a run" "strace or systemd-analyze is not installed"
fi
site_as_it_is >"$top/site"
check "install: installing it again" inside dpkg -i /root/tongji.deb
check "install: leaves the site alone" site_unchanged
check "install: removing it" inside apt-get remove -q -y tongji
check "install: takes the program away" silent find "$root/usr" -name tongji
check "install: leaves the site alone when it is removed" site_unchanged
check "install: purging it" inside apt-get purge -q -y tongji
check "install: leaves the site alone when it is purged" site_unchanged
check "install: and nothing else" silent find "$root" -xdev -path "$root/$site" -prune -o \
    -path "$root/root" -prune -o -path "$root/var/log" -prune -o -name '*tongji*' -print
remove_root
