# explain prints the lecture's numbers (docs: Koehn's 2-2-1 network), walks
# several examples, and refuses wrong ones.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1
lecture

# near NAME KIND INDEX VALUE: that element of out's JSON is VALUE within 1e-7.
near() {
    awk -v name="\"$1\": {\"shape\"" -v kind="\"$2\": {" -v number="$3" \
        -v wanted="$4" '{
        rest = substr($0, index($0, kind))
        rest = substr(rest, index(rest, name))
        rest = substr(rest, index(rest, "\"data\": [") + 9)
        split(substr(rest, 1, index(rest, "]") - 1), element, ", ")
        error = element[number] - wanted
        exit !(element[number] != "" && error * error < 1e-14)
    }' out || fail "$what: $2 $1 $3 is not $4"
}

run 0 explain lecture.mg --at x=1,0 --at y=1 --dtype f64 --json
quiet
lines 1
is_json
near h values 1 0.90024951
near h values 2 0.15446527
near z values 1 0.77693672
near loss values 1 0.02487861
near z gradients 1 -0.22306328
near W2 gradients 1 -0.03480204
near W2 gradients 2 -0.00597135
near h gradients 1 -0.17396197
near h gradients 2 0.20102272
near W1 gradients 1 -0.01562184
near W1 gradients 2 0
near W1 gradients 3 0.02625472
near x gradients 1 0.01833788
near W1 updated 1 3.70015622
near W1 updated 3 2.89973745
near W2 updated 1 4.50034802
near W2 updated 2 -5.19994029
near b1 updated 1 -1.49984378
near b1 updated 2 -4.60026255
near b2 updated 1 -1.99961342
cp out first

# The same by other spellings of the options.
run 0 explain --json --dtype=f64 '--at=x= 1 , 0' --at=y=1.0 -- lecture.mg
cmp -s out first || fail "$what: differs from the plain spelling"
run 0 explain lecture.mg --at y=1e0 --at x=1,0 --dtype f64 --json --lr 0.01
cmp -s out first || fail "$what: differs from the plain spelling"
run 0 explain lecture.mg --at x=1,0 --at y=1 --dtype f64 --json --lr -0.01
near b2 updated 1 -2.00038658

# Jacobians, on demand.
run 0 explain lecture.mg --at x=1,0 --at y=1 --jacobians
says 'Jacobian by W1: ⎡ 1  0  0  0 ⎤'
says '2×4, J[m][n] = dy_m/dx_n; 6 of 8 are 0; the rule without it: G xᵀ'
run 0 explain lecture.mg --at x=1,0 --at y=1 --jacobians --layout lecture --json
says '"jacobian": {"shape": [4, 2], "data": [1, 0, 0, 0, 0, 1, 0, 0], "zeros": 6, "layout": "J[n][m] = dy_m/dx_n"}'
run 2 explain lecture.mg --at x=1,0 --at y=1 --layout lecture
complains '--layout'
run 2 explain lecture.mg --at x=1,0 --at y=1 --at x=1,1 --at y=0 --together --jacobians
complains 'Jacobians are those of one example'

# In words.
run 0 explain lecture.mg --at x=1,0 --at y=1
quiet
says '0.776937'
says 'W2ᵀ G'
says '3.70016'
! grep -q "$(printf '\033')" out || fail 'escape sequences in a pipe'

# Several examples: each step is made before the next.
run 0 explain lecture.mg --at x=1,0 --at y=1 --at x=0,1 --at y=0 \
    --dtype f64 --json
lines 2
is_json
head -1 out | cmp -s - first || fail "$what: the first of two differs"
tail -1 out >second && mv second out
near W1 values 1 3.70015622
near b2 values 1 -1.99961342
run 0 explain lecture.mg --at x=1,0 --at y=1 --at x=0,1 --at y=0
says 'example 2 of 2'
run 0 explain lecture.mg --at x=1,0 --at y=1 --at x=0,1 --at y=0 --together \
    --dtype f64 --json
lines 1
is_json
near z values 1 0.77693672
says '"x": {"shape": [2, 2], "data": [1, 0, 0, 1]}'

run 2 explain lecture.mg --at x=1,0 --at y=1 --at x=0,1 --together
complains 'example 2 lacks y'

# Without a target there is no loss.
run 0 explain lecture.mg --at x=1,0 --json
is_json
says '"loss": null'
says '"gradients": {}'
says '"updated": {}'

# Arrays from files.
array() { # file descr shape bytes...
    {
        bytes 147 && printf NUMPY && bytes 1 0 64 0
        printf '%-63s\n' "{'descr': '$2', 'fortran_order': False, 'shape': $3}"
        shift 3
        bytes "$@"
    } >array.npy
}
array array.npy '<f4' '(2,)' 0 0 128 63 0 0 0 0
run 0 explain lecture.mg --at x=@array.npy --at y=1 --dtype f64 --json
cmp -s out first || fail "$what: an array file differs from a list"
array array.npy '|u1' '(1, 2)' 1 0
run 0 explain lecture.mg --at x=@array.npy --at y=1 --dtype f64 --json
cmp -s out first || fail "$what: an array file differs from a list"
array array.npy '|u1' '(3,)' 1 0 0
run 2 explain lecture.mg --at x=@array.npy --at y=1
complains '[3]'
array array.npy '|u1' '(2,)' 1
run 3 explain lecture.mg --at x=@array.npy --at y=1
array array.npy '<f4' '(2,)' 0 0 192 127 0 0 0 0
run 2 explain lecture.mg --at x=@array.npy --at y=1
complains 'not a finite'
run 3 explain lecture.mg --at x=@lecture.mg --at y=1
complains 'not an array file'
run 1 explain lecture.mg --at x=@missing.npy --at y=1

# Wrong examples.
run 2 explain lecture.mg
complains 'the input x has no value'
run 2 explain lecture.mg --at y=1
complains 'the input x has no value'
run 2 explain lecture.mg --at x=1,0 --at y=1 --at y=0
complains 'example 2 has no value for the input x'
run 2 explain lecture.mg --at x=1,0 --at q=1
complains 'no input or target of that name (it has x, y)'
run 2 explain lecture.mg --at x
complains 'NAME=LIST'
run 2 explain lecture.mg --at =1
complains 'NAME=LIST'
for wrong in 1 1,2,3 '' 1,0,; do
    run 2 explain lecture.mg --at "x=$wrong"
    complains 'takes 2'
done
for wrong in 1,a '1, ' '1;0' 1,nan 1,inf 1,1e999 1,0x1; do
    run 2 explain lecture.mg --at "x=$wrong"
    silent
    complains '--at x: '
done
cat >label.mg <<'FORMULA'
input x
target c class 3
loss = cross_entropy([x, 1, 2], c)
FORMULA
run 0 explain label.mg --at x=-1.5 --at c=2 --json
is_json
for wrong in 3 -1 1.0 1e0; do
    run 2 explain label.mg --at x=1 --at "c=$wrong"
    complains '--at c: '
done

printf 'input i int 10\nparam E[3] = 1\noutput y = E[i // 2]\n' >index.mg
run 0 explain index.mg --at i=5
run 3 explain index.mg --at i=6
complains 'index.mg:3:13: error: E[i // 2]: index 3 is outside 0..2'
run 3 predict index.mg --at i=6
complains 'index.mg:3:13: error: '

# Parameters without a value come from the seed alone.
printf 'input x[2]\nparam W[3,2] ~ he\noutput y = W @ x\n' >drawn.mg
run 0 explain drawn.mg --at x=1,2 --json
cp out one
run 0 explain drawn.mg --at x=1,2 --json --seed 1
cmp -s out one || fail 'the seed is not 1 if not given'
run 0 explain drawn.mg --at x=1,2 --json --seed 2
! cmp -s out one || fail 'another seed gives the same parameters'
# A point where the loss is no number tests no derivative, and says so.
printf 'input x\nparam w = 1\nloss = w * log(x)\n' >log.mg
run 5 gradcheck log.mg --at x=-1
says 'the loss is not a number at this point'
run 0 gradcheck log.mg --at x=1

finish
