#!/bin/bash
# An installed matgrad is found and linked by pkg-config and by CMake, shared
# and static, from C and C++, wherever its folder is moved to, and builds the
# examples outside the tree; what was installed can be removed again.
set -eu
# A sanitised library needs its runtime in every program.
[ -z "$MATGRAD_SANITIZE" ] || exit 77
command -v pkg-config >/dev/null || exit 77
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cd "$tree"

fail() {
    echo "FAILED: $*"
    exit 1
}

expect() { # what is expected, command...
    wanted=$1
    shift
    said=$("$@") || fail "$*: exit code $?"
    [ "$said" = "$wanted" ] || fail "$*: said $said"
}

cmake --install "$MATGRAD_BUILD_DIR" --prefix "$tree/first" >/dev/null
mv first moved
! grep -rlF -e "$tree/first" -e "$MATGRAD_SOURCE_DIR" \
    --include='*.cmake' --include='*.pc' moved || fail 'these name a folder'
export PKG_CONFIG_PATH
PKG_CONFIG_PATH=$(dirname "$(find "$tree/moved" -name matgrad.pc)")
libraries=$(realpath "$(pkg-config --variable=libdir matgrad)")

cat >program.c <<'END'
#include <matgrad/matgrad.h>
#include <stdio.h>

int main(void)
{
    mg_ctx *ctx = NULL;
    if (mg_ctx_create(NULL, &ctx) != MG_OK)
        return 1;
    mg_ctx_destroy(ctx);
    puts(mg_version());
    return 0;
}
END
cp program.c program.cpp
version=$(pkg-config --modversion matgrad)

# Shared: by the name that its SONAME promises.
$CC -std=c17 program.c $(pkg-config --cflags --libs matgrad) -o shared
expect "$version" env LD_LIBRARY_PATH="$libraries" ./shared
! ./shared 2>/dev/null || fail 'the program was not linked to the library'

# Static: the archive in the place of the library.
flags=$(pkg-config --static --cflags --libs matgrad)
$CC -std=c17 program.c ${flags/-lmatgrad/-l:libmatgrad.a} -o static
expect "$version" ./static

if command -v c++ >/dev/null; then
    c++ program.cpp $(pkg-config --cflags --libs matgrad) -o shared-c++
    expect "$version" env LD_LIBRARY_PATH="$libraries" ./shared-c++
fi

project() { # folder, languages, source, arguments of find_package, target
    mkdir -p "$1"
    cat >"$1/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.25)
project(user $2)
find_package(matgrad $4)
add_executable(program ../$3)
target_link_libraries(program $5)
END
    cmake -S "$1" -B "$1/build" -DCMAKE_PREFIX_PATH="$tree/moved" \
        >"$1/log" 2>&1
}

links() { # the same
    project "$@" || fail "$1: $(cat "$1/log")"
    cmake --build "$1/build" >"$1/log" 2>&1 || fail "$1: $(cat "$1/log")"
    expect "$version" "$1/build/program"
}

refuses() { # words of the message, then the same
    words=$1
    shift
    ! project "$@" || fail "$1: was accepted"
    grep -qF -e "$words" "$1/log" || fail "$1: $(cat "$1/log")"
}

links cmake-shared C program.c '0.1 REQUIRED' matgrad::matgrad
links cmake-static C program.c 'REQUIRED COMPONENTS static' \
    matgrad::matgrad_static
! ldd cmake-static/build/program | grep -q libmatgrad ||
    fail 'matgrad::matgrad_static is not static'
if command -v c++ >/dev/null; then
    links cmake-c++ CXX program.cpp 'REQUIRED COMPONENTS shared' \
        matgrad::matgrad
fi
refuses 'considered but not accepted' cmake-version C program.c '9.0 REQUIRED' \
    matgrad::matgrad
refuses 'shared and static, not dynamic' cmake-component C program.c \
    'REQUIRED COMPONENTS dynamic' matgrad::matgrad

# The examples, in a folder that knows nothing of the tree.
holds() { # file, extended regular expressions...
    file=$1
    shift
    for line in "$@"; do
        grep -qE -e "^$line\$" "$file" ||
            fail "$file lacks $line: $(cat "$file")"
    done
}

run_examples() { # folder of the programs
    for example in lecture train serve stream hooks; do
        (cd "$1" && LD_LIBRARY_PATH=$libraries "./$example" >"$example.out") ||
            fail "$1/$example: exit code $?"
    done
    # Numbers of the lecture, in double precision.
    holds "$1/lecture.out" 'z  +0.77693672' 'loss  +0.02487861' \
        'dW1  +-0.01562184  +0.00000000  +0.02625472  +0.00000000' \
        'dW2  +-0.03480204  +-0.00597135' \
        'W1  +3.70015622  +3.70000000  +2.89973745  +2.90000000' \
        'W2  +4.50034802  +-5.19994029' 'b2  +-1.99961342'
    holds "$1/train.out" 'epoch 20: loss 0.[01].*, accuracy 0.9.*' \
        '\(0.1, 0.5\) is inside with probability (0.[89].*|1.000)'
    [ -s "$1/circle.safetensors" ] || fail "$1/train saved nothing"
    holds "$1/serve.out" \
        '400 requests answered by 8 threads, to the bit as by one'
    holds "$1/stream.out" \
        '990000 examples: loss 0.00[3-6].* on those held out' \
        '310000 examples were made; the wave at 0.785 is (0.9|1.0).'
    holds "$1/hooks.out" ' *the library says: .* warning: .* unused' \
        '  trained; needed [0-9]+ kB' '  status 6: out of memory' \
        '  status 6: no memory for a context' 'no memory is left in use'
}

copy() { # folder
    mkdir "$1"
    cp "$MATGRAD_SOURCE_DIR"/examples/c/* "$1"
}

# The core alone has no models to train: only the lecture's example links.
if [ -n "$MATGRAD" ]; then
    for link in shared static; do
        copy make-$link
        make -s -C make-$link CC="$CC" LINK=$link >make-$link/log 2>&1 ||
            fail "make-$link: $(cat make-$link/log)"
        [ ! -s make-$link/log ] || fail "make-$link: $(cat make-$link/log)"
        run_examples make-$link
    done
    readelf -d make-shared/train | grep -q 'NEEDED.*libmatgrad.so.[0-9]' ||
        fail 'make-shared/train does not want the SONAME'
    ! readelf -d make-static/train | grep -q 'NEEDED.*libmatgrad' ||
        fail 'make-static/train is not static'

    copy cmake-examples
    cmake -S cmake-examples -B cmake-examples/build -DCMAKE_C_COMPILER="$CC" \
        -DCMAKE_PREFIX_PATH="$tree/moved" >cmake-examples/log 2>&1 &&
        cmake --build cmake-examples/build >>cmake-examples/log 2>&1 ||
        fail "cmake-examples: $(cat cmake-examples/log)"
    run_examples cmake-examples/build
else
    copy make-core
    make -s -C make-core CC="$CC" lecture >make-core/log 2>&1 ||
        fail "make-core: $(cat make-core/log)"
    (cd make-core && LD_LIBRARY_PATH=$libraries ./lecture >lecture.out) ||
        fail "make-core/lecture: exit code $?"
    holds make-core/lecture.out 'loss  +0.02487861' 'b2  +-1.99961342'
fi

# Removed again, from below DESTDIR: nothing stays but folders of the system.
export DESTDIR=$tree/stage
cmake --install "$MATGRAD_BUILD_DIR" --prefix /usr/local >/dev/null
[ -f stage/usr/local/include/matgrad/matgrad.h ] || fail 'DESTDIR is ignored'
mkdir -p stage/usr/local/include/other
"$MATGRAD_SOURCE_DIR/tools/uninstall" "$MATGRAD_BUILD_DIR" /usr/local
left=$(find stage ! -type d -o -name matgrad)
[ -z "$left" ] || fail "uninstall left $left"
[ -d stage/usr/local/include/other ] || fail 'uninstall removed too much'
