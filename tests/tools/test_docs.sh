#!/bin/bash
# The pages that are made from sources are as `make docs` would make them now.
set -eu
cd "$MATGRAD_SOURCE_DIR"
print=$MATGRAD_BUILD_DIR/print_docs
[ -x "$print" ] || exit 77

fresh() { # page, the command that prints it
    page=docs/$1.md
    shift
    "$@" | diff -u "$page" - || {
        echo "$page is stale: make docs"
        exit 1
    }
}

fresh library "$print" library
fresh ops "$print" ops
fresh errors tools/print_errors
fresh c-api tools/print_api
if "$print" nothing 2>/dev/null; then
    echo 'print_docs takes any page'
    exit 1
fi
