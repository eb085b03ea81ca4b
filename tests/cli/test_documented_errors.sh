# docs/errors.md is what `make docs` makes, and every program in it gets
# exactly the report that stands below it.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1
page=$MATGRAD_SOURCE_DIR/docs/errors.md

"$MATGRAD_SOURCE_DIR/tools/print_errors" >now
cmp -s now "$page" || fail 'docs/errors.md is stale: make docs'

# Program n as n.mg, its command's file name as n.name, its report as n.report.
awk '
    /^```mg$/ { n++; part = n ".mg"; next }
    /^```text$/ { part = n ".report"; next }
    /^```$/ { part = ""; next }
    part && /^\$ matgrad check / { print $4 > (n ".name"); next }
    part { print > part }
' "$page"

n=1
while [ -f "$n.mg" ]; do
    name=$(cat "$n.name")
    mv "$n.mg" "$name"
    run 3 check "$name"
    silent
    cmp -s err "$n.report" || fail "$name: not what the page says"
    n=$((n + 1))
done
[ "$n" -gt 20 ] || fail "only $((n - 1)) programs"

finish
