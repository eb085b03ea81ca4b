# docs/data.md is true: its commands print what stands below them, given its
# files; those that complain end with an exit code that says so.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1
. "$MATGRAD_SOURCE_DIR/tests/cli/page.sh" || exit 1

take_apart "$MATGRAD_SOURCE_DIR/docs/data.md"

n=1
while [ -f "$n.command" ]; do
    read -r line <"$n.command"
    what="matgrad $line"
    eval "\"\$MATGRAD\" $line" >out 2>err </dev/null
    code=$?
    if grep -Eq '^(matgrad [a-z]*|[a-z.]*:[0-9]+:[0-9]+)' "$n.expected"; then
        [ "$code" = 3 ] || fail "$what: exit code $code, not 3"
        mv err out
    else
        [ "$code" = 0 ] || fail "$what: exit code $code"
    fi
    contains_in_order "$n.expected" out >missing || fail "$what: $(cat missing)"
    n=$((n + 1))
done
[ "$n" -gt 3 ] || fail "only $((n - 1)) commands"

finish
