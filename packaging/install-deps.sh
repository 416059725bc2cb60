#!/bin/sh
# Installs what `make run`, `make test`, `make deb`, `make test-install` or `make test-slurm` needs and
# does not find, through apt-get.
#
# usage: packaging/install-deps.sh run|test|deb|install|slurm
#
# Each package is asked for by what it is needed for (does the compiler run, does this header
# compile and link?), so that a library that came another way counts too. Where nothing is missing,
# nothing is installed and no privilege is needed.
set -u

die()
{
    printf 'install-deps: %s\n' "$*" >&2
    exit 3
}

scratch=$(mktemp -d) || die "cannot make a temporary folder"
trap 'rm -rf "$scratch"' EXIT

# compiles HEADER LIBRARY: does a program with both compile and link? (cmocka wants the others)
compiles()
{
    printf '#include <stdarg.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <setjmp.h>\n#include <%s>\nint main(void) { return 0; }\n' \
        "$1" >"$scratch/probe.c"
    cc -o "$scratch/probe" "$scratch/probe.c" -l"$2" 2>/dev/null
}

# works PROBE: what a row of the table below asks
works()
{
    case $1 in
    header:*)
        probe=${1#header:}
        compiles "${probe%%:*}" "${probe#*:}"
        ;;
    module:*)
        # Debian's packages are those of its own Python, which need not be the first in PATH.
        python3 -c "import ${1#module:}" 2>/dev/null ||
            /usr/bin/python3 -c "import ${1#module:}" 2>/dev/null
        ;;
    run:*)
        command -v "${1#run:}" >/dev/null && "${1#run:}" true >/dev/null 2>&1
        ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

# For what | how to see that it is there | Debian package.
wanted()
{
    cat <<'TABLE'
run  cc                           gcc
run  make                         make
run  header:stdio.h:c             libc6-dev
run  header:csv.h:csv             libcsv-dev
run  header:minizip/unzip.h:minizip libminizip-dev
run  header:sodium.h:sodium       libsodium-dev
run  header:lz4.h:lz4             liblz4-dev
run  header:zlib.h:z              zlib1g-dev
run  header:gsl/gsl_math.h:gsl   libgsl-dev
run  header:libdeflate.h:deflate   libdeflate-dev
run  header:nettle/sha2.h:nettle   nettle-dev
run  header:xlsxwriter.h:xlsxwriter libxlsxwriter-dev
test header:cmocka.h:cmocka       libcmocka-dev
test clang                        clang
test clang-format                 clang-format
test run:valgrind                 valgrind
test run:valgrind                 libc6-dbg
test shellcheck                   shellcheck
test python3                      python3
test module:openpyxl              python3-openpyxl
test soffice                      libreoffice-calc-nogui
test chromium                     chromium
test chromedriver                 chromium-driver
test module:selenium              python3-selenium
slurm sbatch                      slurm-wlm
slurm /usr/sbin/munged            munge
test man                          man-db
test mandoc                       mandoc
test systemd-analyze              systemd
deb  dpkg-shlibdeps               dpkg-dev
deb  strip                        binutils
install dpkg-shlibdeps            dpkg-dev
install debootstrap               debootstrap
install lintian                   lintian
install strace                    strace
install systemd-analyze           systemd
TABLE
}

missing()
{
    wanted | while read -r purpose probe package; do
        if [ "$purpose" = run ] || [ "$purpose" = "$1" ]; then
            works "$probe" || printf '%s ' "$package"
        fi
    done
}

case ${1-} in
run | test | deb | install | slurm) ;;
*)
    echo "usage: packaging/install-deps.sh run|test|deb|install|slurm" >&2
    exit 2
    ;;
esac

packages=$(missing "$1")
[ -n "$packages" ] || exit 0

by_hand="as administrator: apt-get install $packages"
command -v apt-get >/dev/null ||
    die "no apt-get here; please install these Debian packages (or what your system calls them), then try again: $packages"
as_root=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "neither root nor sudo; please run $by_hand"
    as_root=sudo
fi

echo "installing: $packages" >&2
$as_root apt-get update -q >"$scratch/log" 2>&1 || {
    cat "$scratch/log" >&2
    echo "install-deps: apt-get update failed; going on with the package lists that are there" >&2
}
# shellcheck disable=SC2086 # $packages is a list, $as_root may be nothing
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    $packages </dev/null >"$scratch/log" 2>&1 || {
    cat "$scratch/log" >&2
    die "apt-get install failed; please run $by_hand"
}
packages=$(missing "$1")
[ -z "$packages" ] || die "still missing after the installation: $packages"
