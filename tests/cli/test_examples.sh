# examples/README.md is true: each "$ matgrad ..." in it prints the lines that
# stand below it, in their order; "..." stands for any lines, or for the rest of
# one.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1

awk '
    /^```text$/ { inside = 1; next }
    /^```$/ { inside = 0; next }
    inside && /^\$ matgrad / { n++; print substr($0, 11) > (n ".command"); next }
    inside { print > (n ".expected") }
' "$MATGRAD_SOURCE_DIR/examples/README.md"

# Lines of expected in out, in order.
contains_in_order() {
    awk '
        NR == FNR { wanted[++n] = $0; next }
        function matches(line, pattern,   length_) {
            if (pattern !~ /\.\.\.$/)
                return line == pattern
            length_ = length(pattern) - 3
            return substr(line, 1, length_) == substr(pattern, 1, length_)
        }
        BEGIN { at = 1 }
        {
            while (wanted[at] == "...")
                at++
            if (at <= n && matches($0, wanted[at]))
                at++
        }
        END {
            while (wanted[at] == "...")
                at++
            if (at <= n)
                print "not found: " wanted[at]
            exit at <= n
        }
    ' "$1" out
}

n=1
while [ -f "$n.command" ]; do
    read -r line <"$n.command"
    (cd "$MATGRAD_SOURCE_DIR/examples" &&
        eval "\"\$MATGRAD\" $line") >out 2>err </dev/null ||
        fail "matgrad $line: exit code $?"
    what="matgrad $line"
    quiet
    contains_in_order "$n.expected" >missing ||
        fail "$what: $(cat missing)"
    n=$((n + 1))
done
[ "$n" -gt 8 ] || fail "only $((n - 1)) commands"

finish
