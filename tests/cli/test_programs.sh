# The example programs: checked, their gradients compared with differences, and
# the equation that one of them solves, solved.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1
examples=$MATGRAD_SOURCE_DIR/examples

for program in lecture/koehn.mg fashion-mnist/mlp.mg text/kjv.mg \
    physics/oscillator.mg tables/wine.mg tables/cancer.mg tables/iris.mg \
    tables/diabetes.mg tables/big.mg; do
    run 0 check "$examples/$program"
    quiet
done

for program in lecture/koehn.mg fashion-mnist/mlp.mg physics/oscillator.mg \
    tables/wine.mg tables/diabetes.mg; do
    run 0 gradcheck "$examples/$program" --elements 20
    quiet
    says 'pass'
done
run 0 gradcheck "$examples/text/kjv.mg" --elements 1
quiet
grep -q '^z.3.block.y.attention.q.dense.W .*pass' out ||
    fail "$what: not all parameters"

if command -v python3 >/dev/null; then
    python3 "$examples/physics/make_data.py" data ||
        fail "make_data.py: exit code $?"
    run 0 train "$examples/physics/oscillator.mg" --data data --out solved
    quiet
    # The mean of (u'' + u)^2 held out, which the README's bound follows from.
    awk '$1 == 200 { found = 1; good = $3 < 1e-3 } END { exit !(found && good) }' \
        out || fail "$what: the equation is not solved"
    run 0 train "$examples/physics/oscillator.mg" --data data --out short \
        --epochs 2 --optimiser 'adam(lr = 0.01)' \
        --set 'optimiser *.b = momentum(lr = 0.01)'
fi

finish
