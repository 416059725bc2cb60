# Shows what clean made of in/ (with config.ini): the ledger's main columns, the rejects, the
# warnings without their words, and every clean table as CSV. For the cmd files of this folder.
"$LIBEXEC/clean" -c config.ini --raw in --out o || exit
# The delimiter is a cell of the ledger, and cells are cut at commas here.
sed 's/","/comma/' o/clean/ledger.csv | awk -F, '
    NR == 1 {
        n = split("file delimiter encoding dialect state header_line rows_read kept rejected total_rows " \
            "blank notes repeated_headers columns undecodable warnings set_aside mended", want, " ")
        for (i = 1; i <= NF; i++)
            at[$i] = i
    }
    {
        for (i = 1; i <= n; i++)
            printf "%s%s", (want[i] in at) ? $(at[want[i]]) : "?", i < n ? "," : "\n"
    }'
echo "--- rejects"
gzip -dc o/clean/rejects.csv.gz
echo "--- warnings"
gzip -dc o/clean/warnings.csv.gz
for table in o/clean/*/*.tjt; do
    [ -e "$table" ] || continue
    echo "--- ${table#o/clean/}"
    "$TONGJI" cat "$table"
done
