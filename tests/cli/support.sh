# support: what the tests of the command share; read with `.` by each. A test
# runs in a folder of its own; every expectation that fails is named, and the
# script then ends with 1.
set -u
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failures=0

fail() {
    echo "FAILED: $*"
    sed 's/^/  out: /' out 2>/dev/null | head -20
    sed 's/^/  err: /' err 2>/dev/null | head -20
    failures=$((failures + 1))
}

# run CODE ARGUMENT...: matgrad's output in out and err, its exit code CODE.
run() {
    wanted=$1
    shift
    "$MATGRAD" "$@" >out 2>err </dev/null
    code=$?
    what="matgrad $*"
    [ "$code" = "$wanted" ] || fail "$what: exit code $code, not $wanted"
}

# The last run wrote that text (a fixed string) to out or err.
says() {
    grep -qF -e "$1" out || fail "$what: standard output lacks \"$1\""
}
complains() {
    grep -qF -e "$1" err || fail "$what: standard error lacks \"$1\""
}
silent() {
    [ ! -s out ] || fail "$what: standard output is not empty"
}
quiet() {
    [ ! -s err ] || fail "$what: standard error is not empty"
}
lines() {
    [ "$(wc -l <out)" -eq "$1" ] || fail "$what: not $1 lines"
}

# Every line of out is an object with balanced braces that names the schema.
is_json() {
    awk '{
        line = $0
        gsub(/"([^"\\]|\\.)*"/, "s", line)
        open = gsub(/[{[]/, "", line)
        if ($0 !~ /^\{"schema": 1[,}]/ || $0 !~ /\}$/ ||
            open != gsub(/[]}]/, "", line) || line ~ /nan|inf/)
            exit 1
    }' out && [ -s out ] || fail "$what: standard output is not JSON"
    ! command -v jq >/dev/null || jq . out >/dev/null 2>&1 ||
        fail "$what: jq cannot read standard output"
}

# bytes NUMBER...: these bytes.
bytes() {
    # shellcheck disable=SC2059
    printf "$(printf '\\%03o' "$@")"
}

# number N: as four bytes, the largest first.
number() {
    bytes $(($1 >> 24 & 255)) $(($1 >> 16 & 255)) $(($1 >> 8 & 255)) \
        $(($1 & 255))
}

# idx_part FOLDER PART N: N pictures of 2 by 2 in two classes: bright above is
# class 0, bright below class 1.
idx_part() {
    mkdir -p "$1"
    pictures=
    labels=
    i=0
    while [ "$i" -lt "$3" ]; do
        bright=$((200 + i * 7 % 50))
        dark=$((i * 5 % 40))
        if [ $((i % 2)) = 0 ]; then
            pictures="$pictures $bright $bright $dark $dark"
        else
            pictures="$pictures $dark $dark $bright $bright"
        fi
        labels="$labels $((i % 2))"
        i=$((i + 1))
    done
    # shellcheck disable=SC2086
    {
        bytes 0 0 8 3
        number "$3"
        number 2
        number 2
        bytes $pictures
    } >"$1/$2-images-idx3-ubyte"
    # shellcheck disable=SC2086
    {
        bytes 0 0 8 1
        number "$3"
        bytes $labels
    } >"$1/$2-labels-idx1-ubyte"
}

lecture() {
    cat >lecture.mg <<'FORMULA'
input  x[2]
target y[1]

param W1[2,2] = [[3.7, 3.7], [2.9, 2.9]]
param b1[2]   = [-1.5, -4.6]
param W2[1,2] = [[4.5, -5.2]]
param b2[1]   = [-2.0]

h = sigmoid(W1 @ x + b1)
output z = sigmoid(W2 @ h + b2)

loss = 1/2 * sum((z - y)^2)
FORMULA
}

# A classifier of the pictures of idx_part.
classifier() {
    cat >tiny.mg <<'FORMULA'
input x[2,2]
target c class 2
z = dense(flatten(x) / 255, 2)
output p = softmax(z)
loss = cross_entropy(z, c)
metric accuracy = argmax(z) == c
train { optimiser = sgd(lr = 0.5); epochs = 4; batch = 8 }
FORMULA
}

finish() {
    [ "$failures" = 0 ] || exit 1
}
