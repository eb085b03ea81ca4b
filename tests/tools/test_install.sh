#!/bin/bash
# An installed matgrad can be found and linked, by pkg-config and by CMake,
# wherever its folder is moved to.
set -eu
# A sanitised library needs its runtime in every program.
[ -z "$MATGRAD_SANITIZE" ] || exit 77
command -v pkg-config >/dev/null || exit 77
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cd "$tree"

cmake --install "$MATGRAD_BUILD_DIR" --prefix "$tree/first" >/dev/null
mv first moved
export PKG_CONFIG_PATH
PKG_CONFIG_PATH=$(dirname "$(find "$tree/moved" -name matgrad.pc)")

cat >program.c <<'END'
#include <matgrad/matgrad.h>
#include <stdio.h>

int main(void)
{
    mg_ctx *ctx = NULL;
    if (mg_ctx_create(NULL, &ctx) != MG_OK)
        return 1;
    mg_ctx_destroy(ctx);
    puts("linked");
    return 0;
}
END
flags=$(pkg-config --cflags --libs matgrad)
libraries=$(pkg-config --variable=libdir matgrad)
$CC -std=c17 program.c $flags -o program
[ "$(LD_LIBRARY_PATH=$libraries ./program)" = linked ]

mkdir project
cat >project/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.25)
project(user C)
find_package(matgrad 0.1 REQUIRED)
add_executable(program ../program.c)
target_link_libraries(program matgrad::matgrad)
END
cmake -S project -B built -DCMAKE_PREFIX_PATH="$tree/moved" >/dev/null
cmake --build built >/dev/null
[ "$(built/program)" = linked ]
