# new writes starting files that run as they stand, and overwrites nothing.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1

for kind in lecture mlp gpt; do
    run 0 new "$kind"
    quiet
    says "$kind.mg"
    run 0 new "$kind" -o "my-$kind.mg"
    quiet
    says "my-$kind.mg is written"
    grep -q "my-$kind.mg" "my-$kind.mg" ||
        fail "the file does not call itself by its name"
    ! grep -q THIS "my-$kind.mg" || fail "a mark is left in the file"
    cp "my-$kind.mg" before
    run 1 new "$kind" --out "my-$kind.mg"
    silent
    complains 'exists already'
    cmp -s before "my-$kind.mg" || fail 'the file was overwritten'
done

# Each runs at once, as its comments say.
run 0 check my-lecture.mg
quiet
run 0 gradcheck my-lecture.mg
run 0 explain my-lecture.mg --at x=1,0 --at y=1 --jacobians
says '0.776937'
run 0 check my-mlp.mg
quiet
run 0 gradcheck my-mlp.mg --elements 4
idx_part data train 20
sed -e 's/x\[28,28\]/x[2,2]/' -e 's/class 10/class 2/' \
    -e 's/dense(h, 10)/dense(h, 2)/' my-mlp.mg >small.mg
run 0 train small.mg --data data --epochs 1

run 0 check my-gpt.mg
quiet
says '237184 parameters'
sed -e 's/^T = 64/T = 6/' -e 's/^D = 64/D = 8/' -e 's/^V = 256/V = 16/' \
    -e 's/repeat(4/repeat(2/' my-gpt.mg >small.mg
run 0 gradcheck small.mg --elements 2
says 'r.1.block.y.self_attention.dense.W'

run 0 new lecture --json
is_json
says '"kind": "lecture", "text": "# The network'
run 0 new lecture --json --out other.mg
is_json
says '"file": "other.mg"'
run 2 new
complains 'KIND is missing'
run 2 new perceptron
complains 'perceptron is none of the kinds: gpt, lecture, mlp'
run 2 new lstm
complains 'lstm is not in this version yet'
run 1 new lecture -o nowhere/a.mg
complains 'nowhere/a.mg'
run 2 new lecture -o
complains '--out needs a value'

finish
