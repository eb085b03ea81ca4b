# Labels that are texts: their names come back from predict, in every format
# and wherever the examples come from.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1

# npy FILE TYPE SHAPE: an array of NumPy's around the bytes of the input.
npy() {
    header="{'descr': '$2', 'fortran_order': False, 'shape': ($3), }"
    {
        bytes 147
        printf 'NUMPY'
        bytes 1 0 118 0
        printf '%-117s\n' "$header"
        cat
    } >"$1"
}

rows=24
x= names=
i=0
while [ $i -lt $rows ]; do
    case $((i % 3)) in
    0) x="$x 9 0" names="${names}low  " ;;
    1) x="$x 0 9" names="${names}high " ;;
    2) x="$x 9 9" names="${names}a, \"b" ;;
    esac
    i=$((i + 1))
done
# shellcheck disable=SC2086
bytes $x | npy x.npy '|u1' "$rows, 2"
printf '%s' "$names" | tr ' ' '\000' | sed 's/,\x00/, /g' | npy c.npy '|S5' "$rows,"
cat >net.mg <<'FORMULA'
input x[2]
target c class 3
z = dense(x, 3)
output p = softmax(z)
output best = argmax(z)
output first = z[0]
loss = cross_entropy(z, c)
metric accuracy = argmax(z) == c
train { optimiser = adam(lr = 0.05); epochs = 60; batch = 6; val = 0.25 }
FORMULA

run 0 data info x.npy c.npy
quiet
says 'x.npy, c.npy: NumPy arrays, 24 rows, 2 columns'
says 'c       text     3 classes'
says '  low    8   33.3%  ━'
run 0 data info x.npy c.npy --json
is_json
says '{"name": "c", "type": "text", "shape": [], "target": false, "missing": 0, "classes": [{"label": "a, \"b", "count": 8}, {"label": "high", "count": 8}, {"label": "low", "count": 8}]}'

run 0 train net.mg --data x.npy --data c.npy --out run
run 0 eval run --min accuracy=1
says 'x.npy, c.npy: 24 examples'
run 0 predict run
lines 24
is_json
says '"outputs": {"p": ['
says '"best": 2, "first": '
[ "$(head -3 out | sed 's/.*, "class": //')" = \
    '{"p": "low", "best": "low"}}
{"p": "high", "best": "high"}}
{"p": "a, \"b", "best": "a, \"b"}}' ] || fail "$what: other classes"
cp out all
# Without the target, from one file alone, or by hand.
run 0 predict run --data x.npy
cmp -s out all || fail 'predict needs the target'
run 0 predict run --at x=9,0 --at x=0,9 --at x=9,9
# (Products of one row and of several round differently.)
[ "$(sed 's/.*"class"//' out)" = "$(head -3 all | sed 's/.*"class"//')" ] ||
    fail '--at differs from the same examples of the data'

run 0 predict run --format csv
lines 25
[ "$(head -1 out)" = '"p.a, ""b",p.high,p.low,p.class,best,best.class,first' ] ||
    fail "$what: another head"
sed -n 2p out | grep -q '^[^"]*,low,2,low,[^,]*$' || fail "$what: line 2"
sed -n 4p out | grep -q ',"a, ""b",0,"a, ""b",' || fail "$what: line 4"

# A weights file by itself knows them too, and several labels stay numbers
# where it is not clear which is meant.
run 0 predict run/best.safetensors --at x=9,0
says '"class": {"p": "low", "best": "low"}}'
sed '/^target/s/.*/&\ntarget d class 3/; s/, c)/, c) + cross_entropy(z, d)/' \
    net.mg >two.mg
cp c.npy d.npy
run 0 train two.mg --data x.npy --data c.npy --data d.npy --out two --epochs 1
run 0 predict two --at x=9,0
! grep -q '"class"' out || fail "$what: which of two labels?"

# --test beside it, and names that the training did not have.
run 0 train net.mg --data x.npy --data c.npy --test x.npy --test c.npy \
    --out tested --epochs 60 --json
says '"test_accuracy": 1}'
run 0 eval tested
says 'x.npy, c.npy, test part: 24 examples'
bytes 9 0 | npy x1.npy '|u1' '1, 2'
printf 'what!' | npy c1.npy '|S5' '1,'
mkdir other && mv x1.npy other/x.npy && mv c1.npy other/c.npy
run 3 eval run --data other/x.npy --data other/c.npy
complains 'what!'
run 0 predict run --data other/x.npy
lines 1

# What is no number in the data is not the formula's fault.
mkdir nan
i=0
while [ $i -lt $((2 * rows)) ]; do
    printf '\000\000\300\177'
    i=$((i + 1))
done | npy nan/x.npy '<f4' "$rows, 2"
run 4 train net.mg --data nan/x.npy --data c.npy --out diverged
complains 'net.mg:1:7: training diverged in step 1: the data of x is the first'
finish

# Data that name fewer classes than the network has: those have names.
cat >two.csv <<'DATA'
a,b,c
9,0,low
0,9,high
9,1,low
1,9,high
8,0,low
0,8,high
DATA
run 0 train net.mg --data 'two.csv?target=c' --out fewer
run 0 predict fewer --at x=9,0
says '"class": {"p": "low", "best": "low"}'
