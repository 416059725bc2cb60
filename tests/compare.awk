# Compares one CSV table with what is expected of it, cell by cell.
#
# awk -f tests/compare.awk -v key=COLUMNS -v cells=COLUMNS -v exact=0|1 -v what=NAME EXPECTED ACTUAL
#   key    columns that name a row, separated by commas
#   cells  columns to compare; NAME=OTHER where the actual table calls it otherwise
#   exact  1: rows that are not expected are differences too
#   Of several actual rows with one key the first counts (every reason of a rejected row may be
#   listed, the deciding one first).
# Prints one line with the counts, then up to 20 differences; exits 1 when there are any.

function add_cell(text)
{
    cell[++width] = text
}

# Takes the record apart: the input is read line by line, and a line that ends inside quotes goes on
# in the next one. True when the record is complete.
function parse(line,    end)
{
    if (!open) {
        width = 0
        pending = ""
    } else {
        pending = pending "\n"
    }
    while (1) {
        if (!open && substr(line, 1, 1) == "\"") {
            open = 1
            line = substr(line, 2)
        }
        if (open) {
            end = index(line, "\"")
            if (!end) {
                pending = pending line
                return 0
            }
            pending = pending substr(line, 1, end - 1)
            line = substr(line, end + 1)
            if (substr(line, 1, 1) == "\"") {
                pending = pending "\""
                line = substr(line, 2)
                continue
            }
            open = 0
        }
        end = index(line, ",")
        add_cell(pending (end ? substr(line, 1, end - 1) : line))
        pending = ""
        if (!end)
            return 1
        line = substr(line, end + 1)
    }
}

# 72.0 and 72.000000 are one number; everything else is text.
function plain(text)
{
    if (text ~ /^-?[0-9]+\.[0-9]+$/) {
        sub(/0+$/, "", text)
        sub(/\.$/, "", text)
    }
    return text
}

function differs(text)
{
    if (++bad <= 20)
        report = report "    " text "\n"
}

function column(name, where)
{
    if (!((where, name) in position)) {
        differs(where " has no column " name)
        return 0
    }
    return position[where, name]
}

# The columns of this table, from its header.
function header(where,    i)
{
    for (i = 1; i <= width; i++)
        position[where, cell[i]] = i
    for (i = 1; i <= keys; i++)
        key_at[i] = column(key_name[i], where)
    for (i = 1; i <= n; i++)
        cell_at[i] = column(where == "expected" ? cell_name[i] : other_name[i], where)
}

function row_key(    i, text)
{
    text = ""
    for (i = 1; i <= keys; i++)
        text = text (i > 1 ? "," : "") cell[key_at[i]]
    return text
}

BEGIN {
    keys = split(key, key_name, ",")
    n = split(cells, cell_name, ",")
    for (i = 1; i <= n; i++) {
        at = index(cell_name[i], "=")
        other_name[i] = at ? substr(cell_name[i], at + 1) : cell_name[i]
        if (at)
            cell_name[i] = substr(cell_name[i], 1, at - 1)
    }
}

FNR == 1 {
    tables++
    started = 0
    open = 0
    sub(/^\357\273\277/, "")
}

{
    sub(/\r$/, "")
    if (!parse($0))
        next
    if (!started) {
        started = 1
        header(tables == 1 ? "expected" : "actual")
        next
    }
    k = row_key()
    if (tables == 1) {
        order[++rows] = k
        for (i = 1; i <= n; i++)
            want[k, i] = cell[cell_at[i]]
        known[k] = 1
        next
    }
    if (k in seen)
        next
    seen[k] = 1
    if (!(k in known)) {
        if (exact)
            differs(k ": not expected")
        next
    }
    for (i = 1; i <= n; i++)
        if (plain(cell[cell_at[i]]) != plain(want[k, i]))
            differs(k ": " other_name[i] " is \"" cell[cell_at[i]] "\", expected \"" want[k, i] "\"")
}

END {
    if (open)
        differs("the table ends inside quotes")
    if (tables < 2)
        differs("nothing to compare: the expected or the actual table is empty")
    for (r = 1; r <= rows; r++)
        if (!(order[r] in seen))
            differs(order[r] ": missing")
    printf "%s: %d compared, %d differ\n%s", what, n ? rows * n : rows, bad, report
    exit bad > 0
}
