# page: pages with commands that are true; read with `.` behind support.sh.
# In a block marked ```text, "$ matgrad ..." is run and prints the lines that
# stand below it, in their order; "..." stands for any lines, or for the rest of
# one. "$ cat FILE" stands above what FILE holds.

# take_apart PAGE: N.command and N.expected for each command, N.cat for files.
take_apart() {
    awk '
        /^```text$/ { inside = 1; next }
        /^```$/ { inside = 0; next }
        inside && /^\$ matgrad / {
            n++
            print substr($0, 11) > (n ".command")
            out = n ".expected"
            printf "" > out
            next
        }
        inside && /^\$ cat / { out = substr($0, 7); next }
        inside { print > out }
    ' "$1"
}

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
    ' "$1" "$2"
}
