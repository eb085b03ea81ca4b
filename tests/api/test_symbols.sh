#!/bin/bash
# What leaves the shared library is exactly what matgrad.h declares, under one
# version; no more, since every other symbol could then never change, and no
# less.
set -eu
export LC_ALL=C
library=$MATGRAD_BUILD_DIR/libmatgrad.so
[ -e "$library" ] && command -v nm >/dev/null || exit 77
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# The compiler's view: statements that are no types and have a parameter list.
echo '#include <matgrad/matgrad.h>' |
    $CC -E -P -I"$MATGRAD_SOURCE_DIR/include" -x c - | tr '\n' ' ' |
    sed 's/{[^}]*}//g' | tr ';' '\n' | grep -v typedef |
    sed -n 's/^[^(]*[ *]\(mg_[a-z0-9_]*\) *(.*/\1/p' | sort >"$tree/declared"
[ "$(wc -l <"$tree/declared")" -gt 100 ] || {
    echo "found only these declarations:"
    cat "$tree/declared"
    exit 1
}

nm -D --defined-only "$library" >"$tree/symbols"
version=$(awk '$2 == "A" { print $3 }' "$tree/symbols")
[[ $version =~ ^MATGRAD_[0-9.]+$ ]] || {
    echo "the version is called \"$version\""
    exit 1
}
awk '$2 != "A" { print $3 }' "$tree/symbols" | sort >"$tree/left"
sed "s/\$/@@$version/" "$tree/declared" | sort | diff - "$tree/left" || {
    echo 'matgrad.h (<) and libmatgrad.so (>) differ'
    exit 1
}
