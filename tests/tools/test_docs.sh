#!/bin/bash
# The pages that are made from sources are as `make docs` would make them now.
set -eu
print=$MATGRAD_BUILD_DIR/print_docs
[ -x "$print" ] || exit 77
for page in library ops; do
    "$print" "$page" | diff -u "$MATGRAD_SOURCE_DIR/docs/$page.md" - || {
        echo "docs/$page.md is stale: make docs"
        exit 1
    }
done
if "$print" nothing 2>/dev/null; then
    echo 'print_docs takes any page'
    exit 1
fi
