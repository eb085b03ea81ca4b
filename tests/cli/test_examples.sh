# examples/README.md is true: each "$ matgrad ..." in it prints the lines that
# stand below it, in their order; "..." stands for any lines, or for the rest of
# one.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1
. "$MATGRAD_SOURCE_DIR/tests/cli/page.sh" || exit 1

take_apart "$MATGRAD_SOURCE_DIR/examples/README.md"
n=1
while [ -f "$n.command" ]; do
    read -r line <"$n.command"
    (cd "$MATGRAD_SOURCE_DIR/examples" &&
        eval "\"\$MATGRAD\" $line") >out 2>err </dev/null ||
        fail "matgrad $line: exit code $?"
    what="matgrad $line"
    quiet
    contains_in_order "$n.expected" out >missing ||
        fail "$what: $(cat missing)"
    n=$((n + 1))
done
[ "$n" -gt 8 ] || fail "only $((n - 1)) commands"

finish
