#!/bin/bash
# matgrad.h compiles alone as C11, C17 and C++ with every warning an error.
set -eu
cd "$MATGRAD_SOURCE_DIR"

compile() { # compiler, standard, language
    command -v "$1" >/dev/null || return 0
    echo '#include <matgrad/matgrad.h>' |
        "$1" "-std=$2" -fsyntax-only -Wall -Wextra -Wpedantic -Wshadow \
            -Wconversion -Werror -Iinclude -x "$3" - || {
        echo "$1 -std=$2 refuses matgrad.h"
        exit 1
    }
}

compile "$CC" c11 c
for compiler in gcc clang; do
    compile $compiler c11 c
    compile $compiler c17 c
done
for compiler in g++ clang++; do
    compile $compiler c++11 c++
    compile $compiler c++20 c++
done
