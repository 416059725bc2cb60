# Completion of tongji's commands, options and operands for bash.
#
# It knows none of them: it asks the program (tongji list commands, options, ...), so that what it
# offers is what that program takes.

# _tongji_words KIND: what a word may be that is called KIND in the help
_tongji_words()
{
    case $1 in
    DIR) compgen -d -- "$cur" ;;
    FILE) compgen -f -- "$cur" ;;
    STAGE) compgen -W "$("$program" list stages 2>/dev/null | cut -f 1)" -- "$cur" ;;
    ID) compgen -W "$("$program" list indicators ${config:+-c "$config"} 2>/dev/null | cut -f 1)" -- "$cur" ;;
    *[[:lower:]]*'|'*) # words; DATE|RUN are names
        local words=${1#[}
        words=${words%]}
        compgen -W "${words//|/ }" -- "$cur"
        ;;
    esac
}

# _tongji_argument OPTION: the name of the argument that OPTION takes, nothing when it takes none
_tongji_argument()
{
    "$program" list options 2>/dev/null | awk -F '\t' -v option="$1" '
        option == "--" $3 || ($2 != "" && option == "-" $2) { print $4; exit }'
}

_tongji()
{
    local cur=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]} command='' config='' waits='' word i
    # The shell makes a word of its own of = in --config=FILE.
    local -a words=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        [ "${COMP_WORDS[i]}" = = ] || words+=("${COMP_WORDS[i]}")
    done
    [ "$cur" != = ] || cur=
    for word in "${words[@]}"; do
        if [ -n "$waits" ]; then
            [ "$waits" != config ] || config=$word
            waits=
            continue
        fi
        case $word in
        -c | --config) waits=config ;;
        -*) waits=$(_tongji_argument "$word") ;;
        *) [ -n "$command" ] || command=$word ;;
        esac
    done
    if [ -n "$waits" ]; then
        [ "$waits" != config ] || waits=FILE
        mapfile -t COMPREPLY < <(_tongji_words "$waits")
    elif [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$("$program" list options 2>/dev/null | awk -F '\t' \
            -v command="$command" '$1 == "*" || $1 == command { print "--" $3 }')" -- "$cur")
    elif [ -z "$command" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$("$program" list commands 2>/dev/null | cut -f 1)" -- "$cur")
    else
        word=$("$program" list commands 2>/dev/null | awk -F '\t' -v command="$command" \
            '$1 == command { split($2, word, " "); print word[1] }')
        mapfile -t COMPREPLY < <(_tongji_words "$word")
    fi
}

complete -o filenames -F _tongji tongji
