#!/bin/bash
# tools/check_layers accepts a clean tree and names every kind of violation.
set -eu
check=$MATGRAD_SOURCE_DIR/tools/check_layers
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

fresh() {
    rm -rf "$tree/src"
    mkdir -p "$tree/src/base" "$tree/src/graph" "$tree/src/ops" \
        "$tree/src/formula" "$tree/src/optimise" \
        "$tree/src/kernels/onednn" "$tree/src/cli"
    cp "$MATGRAD_SOURCE_DIR/src/README.md" "$tree/src"
    printf '#include <stdio.h>\n#include "matgrad/matgrad.h"\n' \
        >"$tree/src/base/text.c"
    printf '#include "base/text.h"\n/* switch (node->op) */\n' \
        >"$tree/src/graph/graph.c"
}

accepts() { # what, file, line
    fresh
    printf '%s\n' "$3" >"$tree/src/$2"
    "$check" "$tree" || {
        echo "refused: $1"
        exit 1
    }
}

refuses() { # what, file, line, expected message
    fresh
    printf 'int x;\n%s\n' "$3" >"$tree/src/$2"
    if said=$("$check" "$tree"); then
        echo "accepted: $1"
        exit 1
    fi
    [ "$said" = "src/$2:2: $4" ] || {
        echo "$1: said $said"
        exit 1
    }
}

accepts 'a clean tree' base/other.c 'int x;'
accepts 'an include of a folder above' graph/a.c '#include "base/text.h"'
accepts 'an include of the own folder' graph/a.c '#include "graph/graph.h"'
accepts 'oneDNN in its folder' kernels/onednn/a.c '#include <dnnl.h>'
accepts 'its header of a folder above' kernels/onednn/a.c \
    '#include "kernels/kernels.h"'
accepts 'any header in cli' cli/a.c '#include <unistd.h>'
accepts 'one operation looked for' optimise/a.c \
    '    if (node->op == &mg_op_matmul)'
accepts 'ops telling operations apart' ops/a.c '    switch (node->op) {'
accepts 'a switch over kinds' optimise/a.c '    switch (node->op->kind) {'
accepts 'a switch over something else' formula/a.c '    switch (e->op) {'
accepts 'one operation in two cases' optimise/a.c \
    "if (y->op == &mg_op_name && a)
    ;
else if (y->op == &mg_op_name)
    ;"

refuses 'an include of a folder below' base/a.c '#include "graph/op.h"' \
    'base includes "graph/op.h", which stands below it'
refuses 'the same with blanks' base/a.c '  #  include "cli/cli.h"' \
    'base includes "cli/cli.h", which stands below it'
refuses 'kernels reading onednn' kernels/a.c \
    '#include "kernels/onednn/onednn.h"' \
    'kernels includes "kernels/onednn/onednn.h", which stands below it'
refuses 'a name without folder' graph/a.c '#include "op.h"' \
    '"op.h" is not named from src/'
refuses 'a system header in the core' graph/a.c '#include <unistd.h>' \
    'graph may not include <unistd.h>'
refuses 'oneDNN outside its folder' optimise/a.c '#include <dnnl.h>' \
    'optimise may not include <dnnl.h>'
refuses 'a switch over operations' optimise/a.c '    switch (node->op->index) {' \
    'a switch over operations; add a field to mg_op'
refuses 'a chain over operations' cli/a.c \
    '    } else if (y->op == &mg_op_add) {' \
    'a chain over operations; add a field to mg_op'
refuses 'an operation told by name' cli/a.c \
    '    if (!strcmp(node->op->name, "add"))' \
    'an operation told by its name; add a field to mg_op'

fresh
mkdir "$tree/src/extra"
echo 'int x;' >"$tree/src/extra/a.c"
if "$check" "$tree" >/dev/null; then
    echo 'accepted: a folder that is not in the table'
    exit 1
fi
rm -rf "$tree/src/extra"
: >"$tree/src/README.md"
if "$check" "$tree" >/dev/null; then
    echo 'accepted: a tree without the table'
    exit 1
fi
