#!/bin/sh
# Writes the manual pages, in mdoc: tongji.1, one for each stage, tongji-config.5.
#
# usage: packaging/man.sh TONGJI FOLDER          FOLDER/man1, FOLDER/man5
#
# Commands, options, stages, settings and exit statuses come from the program itself (`tongji list`),
# output files from the table in README.md, the headings of the sections from docs/config.md. What is
# typed here is only what no table says.
set -eu
export LC_ALL=C # awk counts bytes
tongji=$1 to=$2
cd "$(dirname "$0")/.."
date='November 24, 2026'
mkdir -p "$to/man1" "$to/man5"

# Text that is safe in mdoc: no backslash, no line that begins like a request, `x` as a path.
# shellcheck disable=SC2016 # awk, not shell
text='
    function plain(s)
    {
        gsub(/\\/, "\\e", s)
        return s ~ /^[.\047]/ ? "\\&" s : s
    }
    # As wide as mandoc counts a word: a sign beyond ASCII is \[uXXXX] to it.
    function width(s,    t)
    {
        t = s
        return length(s) + 6 * gsub(/[\300-\367]/, "", t)
    }
    # s as text: lines of at most 79 signs, where blanks allow it
    function folded(s,    word, n, i, out, line)
    {
        n = split(s, word, " ")
        for (i = 1; i <= n; i++) {
            if (line != "" && width(line) + 1 + width(word[i]) > 79) {
                out = out plain(line) "\n"
                line = ""
            }
            line = line (line == "" ? "" : " ") word[i]
        }
        return out plain(line) "\n"
    }
    function sentence(s)
    {
        return toupper(substr(s, 1, 1)) substr(s, 2) (s ~ /[.?]$/ ? "" : ".")
    }
    # s in lines, with each `x` as .Pa x; the quotes must be paired
    function marked(s,    part, n, i, out, after)
    {
        n = split(s, part, "`")
        for (i = 1; i <= n; i++) {
            if (i % 2) {
                sub(/^ +/, "", part[i])
                if (part[i] != "")
                    out = out folded(part[i])
            } else {
                # what follows without a blank belongs to it
                after = ""
                if (i < n && match(part[i + 1], /^[,.;:)]/)) {
                    after = " " substr(part[i + 1], 1, 1)
                    part[i + 1] = substr(part[i + 1], 2)
                }
                out = out ".Pa " plain(part[i]) after "\n"
            }
        }
        return out
    }
    # an operand of the help: [a|b], FILE ..., [ID]
    function operand(s,    word, n, i, out)
    {
        n = split(s, word, " ")
        for (i = 1; i <= n; i++) {
            if (word[i] == "...")
                out = out " ..."
            else if (word[i] ~ /^\[.*\]$/ && word[i] ~ /\|/) {
                gsub(/[][]/, "", word[i])
                gsub(/\|/, " | ", word[i])
                out = out " Op Cm " word[i]
            } else if (word[i] ~ /^\[/) {
                gsub(/[][]/, "", word[i])
                out = out " Op Ar " word[i]
            } else
                out = out " Ar " word[i]
        }
        return out
    }
    # a row of `tongji list options`
    function option(    name)
    {
        name = $2 == "" ? "Fl -" $3 : "Fl " $2 " , Fl -" $3
        printf ".It %s%s\n%s", name, $4 == "" ? "" : " Ar " plain($4), folded(sentence($6))
    }
'

head()
{
    printf '.\\" Made by packaging/man.sh from the tables of the program; do not edit.\n'
    printf '.Dd %s\n.Dt %s %s\n.Os\n' "$date" "$1" "$2"
}

# options COMMAND: its rows of the table
options()
{
    "$tongji" list options | awk -F '\t' -v command="$1" "$text"'
        $1 == command && !begun++ { print ".Bl -tag -width Ds" }
        $1 == command { option() }
        END { if (begun) print ".El" }'
}

# files PREFIX: rows of the table in README.md whose file begins so ("": no stage)
files()
{
    "$tongji" list stages | cut -f 1 | tr '\n' ' ' | awk -v prefix="$1" "$text"'
        NR == 1 && FILENAME == "-" { n = split($0, stage, " "); next }
        !/^\| `[^|]*\|/ { next }
        {
            split($0, cell, / *\| */)
            of = ""
            for (i = 1; i <= n; i++)
                if (index(cell[2], "`" stage[i] "/") == 1)
                    of = stage[i]
            if (of != prefix)
                next
            if (!begun++)
                print ".Bl -tag -width Ds"
            item = cell[2]
            gsub(/`, /, "` , ", item)
            gsub(/`/, "", item)
            gsub(/ , /, " , Pa ", item)
            print ".It Pa " item
            printf "%s", marked(sentence(cell[3]))
        }
        END { if (begun) print ".El" }' - README.md
}

exits()
{
    echo '.Sh EXIT STATUS'
    echo '.Bl -tag -width Ds'
    "$tongji" list exits | awk -F '\t' "$text"'{ printf ".It %s\n%s", $1, folded(sentence($3)) }'
    echo '.El'
}

stage_pages()
{
    "$tongji" list stages | cut -f 1 | sed "s/^/tongji-/"
}

# see_also PAGE: the other pages
see_also()
{
    echo '.Sh SEE ALSO'
    {
        echo 'tongji 1'
        stage_pages | sed 's/$/ 1/'
        echo 'tongji-config 5'
    } | grep -v "^$1 " | sort -k2,2n -k1,1 | sed 's/^/.Xr /; $!s/$/ ,/'
    cat <<'END'
.Pp
.Pa docs/install.md
and
.Pa docs/config.md ,
installed beside the program in
.Pa share/doc/tongji .
END
}

main_page()
{
    head TONGJI 1
    cat <<'END'
.Sh NAME
.Nm tongji
.Nd the figures of an annual report, from CSV files that departments send
.Sh SYNOPSIS
.Nm
.Ar command
.Op Ar option ...
.Op Ar operand ...
.Sh DESCRIPTION
.Nm
reads the CSV files below
.Pa data/raw ,
as they come from the departments, and makes the figures of a report of them,
with every figure traceable to file and line.
Whatever is wrong with a file is written down with file, line, column, value
and what to do; no row vanishes without a line somewhere.
.Pp
Which files there are, what their columns mean and what is computed is said in
.Pa config.ini
and the files that it includes:
.Xr tongji-config 5 .
Without
.Fl c
that is
.Pa config.ini
in the current folder; the paths in it are relative to it, so that any folder
will do with
.Fl c .
.Pp
A run goes through stages, each a program of its own in
.Pa libexec/tongji .
Only when all have succeeded do their results take the place of the old ones in
.Pa data/out ;
a run that failed or was killed leaves the last good results.
A run that went well says nothing unless a person is at the terminal.
.Sh COMMANDS
.Bl -tag -width Ds
END
    for name in $("$tongji" list commands | cut -f 1); do
        "$tongji" list commands | awk -F '\t' -v command="$name" "$text"'
            $1 == command { printf ".It Cm %s%s\n%s", $1, operand($2), folded(sentence($4)) }'
        options "$name"
    done
    cat <<'END'
.El
.Sh OPTIONS
Every command and every stage takes these, as far as they mean something to it:
END
    options '*'
    echo '.Sh FILES'
    files ''
    exits
    cat <<'END'
.Sh EXAMPLES
A new site, its first run, and the rows behind a figure:
.Bd -literal -offset indent
tongji init /var/lib/tongji
cp -R exports/2019 /var/lib/tongji/data/raw/
tongji check -c /var/lib/tongji/config.ini
tongji run -c /var/lib/tongji/config.ini
tongji why I105 -c /var/lib/tongji/config.ini
.Ed
END
    see_also tongji
}

# stage_page NAME INPUT DOES
stage_page()
{
    head "TONGJI-$(printf %s "$1" | tr '[:lower:]' '[:upper:]')" 1
    cat <<END
.Sh NAME
.Nm tongji-$1
.Nd stage of tongji: $3
.Sh SYNOPSIS
.Pa libexec/tongji/$1
.Op Ar option ...
.Sh DESCRIPTION
This stage of
.Xr tongji 1
reads
END
    if [ "$2" = raw ]; then
        printf 'the raw files,\n.Pa data/raw ,\n'
    else
        printf 'what the stage\n.Sy %s\nhas left in\n.Pa data/out/%s ,\n' "$2" "$2"
    fi
    cat <<END
and leaves its results in
.Pa data/out/$1 ,
which is replaced whole when it has succeeded, and stays as it was when it has
not.
.Ql tongji run
starts it in its turn; it may be run alone, as here or by
.Ql tongji run --only $1 ,
and does the same then.
When its input is missing or was made from something else than is there now, it
says so and ends with 1.
.Pp
The program is
.Pa $1
in the folder
.Pa libexec/tongji
of the installation.
It takes these options:
END
    options '*'
    echo '.Sh FILES'
    files "$1"
    exits
    see_also "tongji-$1"
}

config_page()
{
    head TONGJI-CONFIG 5
    cat <<'END'
.Sh NAME
.Nm tongji-config
.Nd the configuration of tongji
.Sh SYNOPSIS
.Nm config.ini
.Sh DESCRIPTION
The configuration of
.Xr tongji 1
is text in UTF-8:
.Bd -literal -offset indent
# a comment
[kind name]
key = value
    an indented line goes on with the value above
.Ed
.Pp
A section is
.Li [kind]
or
.Li [kind name] ;
sections may refer to each other in any order and across files.
One without a name may be opened again and goes on.
A key stands once in a section; of keys that are followed by a word, once for
each word.
Lists are separated by commas, in
.Li [reading]
by blanks.
Paths are relative to the file that
.Fl c
names, those of
.Ic include
to the including file.
.Pp
.Ql tongji check
names every mistake with file and line.
.Ql tongji init
writes every setting of the sections without a name into
.Pa config.ini ,
as comments with their defaults.
This page lists all settings;
.Pa docs/config.md
explains them, with examples.
.Sh SECTIONS
END
    # Headings of docs/config.md: "## [page], [chart NAME]: what it shows" is that of both kinds.
    {
        sed -n 's/^## \(\[.*\]\): \(.*\)$/\1\t\2/p' docs/config.md
        echo ---
        "$tongji" list settings
    } | awk -F '\t' "$text"'
        !body && $0 == "---" { body = 1; next }
        !body {
            n = split($1, name, /, /)
            for (i = 1; i <= n; i++) {
                kind = name[i]
                gsub(/[][]/, "", kind)
                split(kind, word, " ")
                title[word[1]] = $2
                heading[word[1]] = name[i]
            }
            next
        }
        $1 != kind_now {
            if (kind_now != "")
                print ".El"
            kind_now = $1
            about = $1 in title ? title[$1] : "a section"
            gsub(/`/, "", about)
            print ".Ss " ($1 in heading ? heading[$1] : "[" $1 ($2 == "named" ? " NAME" : "") "]") ": " plain(about)
            print ".Bl -tag -width Ds"
        }
        {
            print ".It " ($4 == "any" ? "Ar NAME" : "Ic " $3 ($4 == "word" ? " Ar WORD" : "")) \
                ($5 == "required" ? " Pq required" : "")
            printf "%s", marked(sentence($11))
            if ($10 != "") {
                choices = $10
                gsub(/ /, ", ", choices)
                printf "%s", folded("One of: " choices ".")
            } else if ($9 != "" && length($9) < 19)
                print "From " $8 " to " $9 "."
            if ($7 != "")
                printf "%s", folded("Default: " $7)
        }
        END { print ".El" }'
    see_also tongji-config
}

main_page >"$to/man1/tongji.1"
config_page >"$to/man5/tongji-config.5"
"$tongji" list stages | while IFS='	' read -r name input here does; do
    : "$here"
    stage_page "$name" "$input" "$does" >"$to/man1/tongji-$name.1"
done
