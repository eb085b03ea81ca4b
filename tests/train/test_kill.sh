#!/bin/bash
# kill -9 at ten moments of a run, each followed by --resume, must end in the
# same bytes as the run left alone; so must an interrupt (Ctrl-C).
set -u
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

fail() {
    echo "$*"
    exit 1
}

# 1,500 pictures of 6x6 whose brightest row is their class.
awk 'BEGIN {
    printf "0 0 8 3 0 0 5 220 0 0 0 6 0 0 0 6\n" > "images.txt"
    printf "0 0 8 1 0 0 5 220\n" > "labels.txt"
    seed = 1
    for (i = 0; i < 1500; i++) {
        seed = (seed * 16807) % 2147483647
        class = seed % 6
        for (r = 0; r < 6; r++) {
            line = ""
            for (c = 0; c < 6; c++) {
                seed = (seed * 16807) % 2147483647
                line = line " " (seed % 120 + (r == class ? 90 : 0))
            }
            print line > "images.txt"
        }
        print class > "labels.txt"
    }
}'
bytes() { # numbers 0..255 as bytes
    awk '{ for (i = 1; i <= NF; i++) printf "\\%03o", $i }' "$1" |
        while IFS= read -r -d '' text || [ -n "$text" ]; do
            printf '%b' "${text//\\/\\0}"
        done
}
mkdir data
bytes images.txt >data/train-images-idx3-ubyte
bytes labels.txt >data/train-labels-idx1-ubyte
[ "$(wc -c <data/train-images-idx3-ubyte)" = 54016 ] || fail 'made no data'

cat >net.mg <<'END'
input x[6,6]
target c class 6
u = flatten(x) / 255
state m[36] = 0
v = if training { u - batch_mean(u) } else { u - m }
m := if training { 0.9 * m + 0.1 * batch_mean(u) } else { m }
z = dense(dropout(relu(dense(v, 48)), 0.2), 6)
loss = cross_entropy(z, c)
metric accuracy = argmax(z) == c
train { optimiser = adam(lr = 2e-3 * cosine(step / steps)); epochs = 60; batch = 8 }
END

train() {
    "$MATGRAD" train "$@" >log.txt 2>&1
}

train net.mg --data data --accumulate 2 --out alone || fail "$(cat log.txt)"
start=$(date +%s%N)
train net.mg --data data --accumulate 2 --out alone-again || fail "$(cat log.txt)"
milliseconds=$((($(date +%s%N) - start) / 1000000))
cmp alone/last.safetensors alone-again/last.safetensors || fail 'runs differ'

# A kill counts when it ends a run at work: the status is then 128 + 9. A run
# that was faster than the one that was timed is done again with shorter waits.
train net.mg --data data --accumulate 2 --out killed &
RANDOM=7
kills=0
while [ $kills -lt 10 ]; do
    tenth=$((milliseconds / 10 + 1))
    sleep "$(printf '0.%03d' $(((RANDOM % tenth + tenth / 3) % 1000)))"
    pkill -9 -P $! 2>/dev/null
    wait $! 2>/dev/null
    code=$?
    kills=$((kills + 1))
    if [ $code != 137 ]; then
        [ $code = 0 ] || fail "ended by itself: $code: $(cat log.txt)"
        milliseconds=$((milliseconds / 2))
        [ $milliseconds -gt 20 ] || fail 'too fast to be killed'
        kills=0
        rm -rf killed
        train net.mg --data data --accumulate 2 --out killed &
    elif [ ! -e killed/last.safetensors ]; then
        rm -rf killed
        train net.mg --data data --accumulate 2 --out killed &
    else
        train --resume killed &
    fi
done
wait $! || fail "the last resume: $(cat log.txt)"
cmp alone/last.safetensors killed/last.safetensors || fail 'kill -9 changed it'
cmp alone/best.safetensors killed/best.safetensors || fail 'best differs'
[ "$(wc -l <alone/log.jsonl)" = "$(wc -l <killed/log.jsonl)" ] ||
    fail 'the log has other lines'

code=0
while [ $code = 0 ]; do
    [ $milliseconds -gt 20 ] || fail 'too fast to be interrupted'
    rm -rf stopped
    "$MATGRAD" train net.mg --data data --accumulate 2 --out stopped \
        >log.txt 2>&1 &
    sleep "$(printf '0.%03d' $((milliseconds / 2 % 1000)))"
    kill -INT $!
    wait $!
    code=$?
    milliseconds=$((milliseconds / 2))
done
[ $code = 130 ] || fail "interrupted: exit $code: $(cat log.txt)"
train --resume stopped || fail "$(cat log.txt)"
cmp alone/last.safetensors stopped/last.safetensors || fail 'Ctrl-C changed it'
echo "ok: $kills kills"
