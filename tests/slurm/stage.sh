#!/bin/sh
# Stands in the place of a stage: notes that a unit was begun, and where, does to it what the test
# has planned, then becomes the stage, STAGE.real beside it.
#
# PLAN names a folder. STAGE.UNIT.starts (UNIT: all, for the stage as a whole) gets a line with the
# node at each start; STAGE.UNIT.do or STAGE.do is what is planned.
stage=${0##*/} unit=all before=
for word in "$@"; do
    [ "$before" = --unit ] && unit=${word%/*}
    before=$word
done
note=$PLAN/$stage.$unit
echo "${SLURMD_NODENAME:-here}" >>"$note.starts"
starts=$(wc -l <"$note.starts")
export starts
for planned in "$note.do" "$PLAN/$stage.do"; do
    # shellcheck source=/dev/null
    [ ! -f "$planned" ] || . "$planned"
done
exec "$0.real" "$@"
