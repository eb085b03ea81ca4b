# eval and predict on a run, its weights file, and a formula file.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1
classifier
idx_part data train 40
idx_part data t10k 10
idx_part alone train 6
run 0 train tiny.mg --data data --threads 1 --out run --epochs 30

# eval
run 0 eval run --data data
quiet
says 'data, test part: 10 examples'
says 'accuracy  1'
run 0 eval run --data data --part train
says 'train part: 40 examples'
run 0 eval run --data alone
says 'alone: 6 examples'
run 1 eval run --data alone --part test
run 0 eval run --data data --json --min accuracy=1 --min accuracy=0.5
quiet
lines 1
is_json
says '"part": "test", "examples": 10, "loss": 0.'
says '"accuracy": 1}'
cp out folder
run 0 eval run/best.safetensors --data data --json
cmp -s out folder || fail 'a weights file differs from its folder'
run 5 eval run --data data --min accuracy=1.01
complains 'accuracy is 1, less than 1.01'
says 'accuracy'
run 5 eval run --data data --min accuracy=0.5 --min loss=3 --json
is_json
run 2 eval run --data data --min acuracy=1
silent
complains 'did you mean accuracy?'
for wrong in accuracy accuracy= =1 accuracy=x accuracy=nan accuracy=0,5; do
    run 2 eval run --data data --min "$wrong"
    complains 'METRIC=NUMBER'
done
run 1 eval missing --data data
run 1 eval run --data missing
run 2 eval run --min f1=1
complains 'no metric of that name (it has accuracy)'
run 0 eval tiny.mg --data data --json
is_json
sed 's/^metric.*/metric accuracy = log(x[0, 0] - 1000)/' tiny.mg >nan.mg
run 5 eval nan.mg --data data --min accuracy=0
complains 'accuracy is '
run 0 eval nan.mg --data data --json
is_json
says '"accuracy": null, "nonfinite": true}'
head -c 300 run/best.safetensors >cut.safetensors
run 3 eval cut.safetensors --data data

# A run knows its data, and its test set best; a folder has a test part.
run 0 eval run --json
cmp -s out folder || fail "the run's own data is not its data"
run 0 eval run --part train
says 'data, train part: 40 examples'
idx_part more train 16
run 0 train tiny.mg --data data --data alone --test more --threads 1 \
    --out tested --epochs 3 --json
says '"train": 41, "val": 5'
is_json
sed -n 's/.*"test_\(loss\)/"\1/p' out >measured
grep -q '^"loss": 0.*"test_accuracy": ' measured || fail "$what: no test set"
run 0 eval tested
says 'more, test part: 16 examples'
run 0 eval tested --json
[ "$(sed 's/.*"loss": \([^,]*\).*/\1/' out)" = \
    "$(sed 's/.*"loss": \([^,]*\).*/\1/' measured)" ] ||
    fail 'eval and train measure different losses of the test set'
run 0 eval tested --part train
says 'data, alone, train part: 46 examples'
run 0 train tiny.mg --data data --test more --out words --epochs 1
says 'test set: loss 0.'
mkdir away
(cd away && "$MATGRAD" eval ../tested >../out 2>../err)
[ $? = 1 ] || fail "$what: data that is not there"
complains '--data says where it is now'
run 0 predict run
lines 10

# Class weights: those of a run belong to it; none and ones are the same.
run 0 train tiny.mg --data data --threads 1 --out plain --epochs 2
run 0 train tiny.mg --data data --threads 1 --out ones --epochs 2 \
    --class-weights 1,1
run 0 train tiny.mg --data data --threads 1 --out heavy --epochs 2 \
    --class-weights 1,9
run 0 eval plain --json
cp out plain.json
run 0 eval ones --json
cmp -s out plain.json || fail 'weights of 1 change the training'
run 0 eval heavy --json
! cmp -s out plain.json || fail 'class weights change nothing'
run 0 train --resume heavy --class-weights 1,9
run 2 train --resume heavy --class-weights 1,8
complains 'started with another --class-weights'
for wrong in 1 1,2,3 1,x balance -1,1; do
    run 2 train tiny.mg --data data --out none --class-weights "$wrong"
    complains 'class weights'
    [ ! -e none ] || fail 'a refused training leaves a folder'
done

# predict
run 0 predict run --data data
quiet
lines 10
is_json
head -1 out | grep -Eq '"example": 0, "outputs": \{"p": \[[0-9.e-]+, [0-9.e-]+\]\}\}$' ||
    fail "$what: not two numbers"
cp out all
run 0 predict run --data data --out all.jsonl
silent
cmp -s all all.jsonl || fail '--out differs from standard output'
run 0 predict run --at x=200,200,0,0
cmp -s out all && fail 'one example is ten'
[ "$(head -1 all)" = "$(cat out)" ] ||
    fail 'an example by hand differs from the same of the data'
run 0 predict run --at x=200,200,0,0 --at x=0,0,200,200 --format csv
lines 3
[ "$(head -1 out)" = p.0,p.1 ] || fail 'no header in CSV'
run 0 predict run --data data --format npy --out p.npy
silent
[ "$(wc -c <p.npy)" -eq $((128 + 10 * 2 * 4)) ] || fail 'the array has not its size'
grep -qa "'shape': (10, 2)" p.npy || fail 'the array has not its shape'
run 0 predict run --data data --format npy
cmp -s out p.npy || fail '.npy to a pipe differs'
cat >many.mg <<'FORMULA'
input x[2]
output a = x[0] + 1
output m = [[x[0], x[1]], [0, x[0] / 0]]
output t = x[0] < x[1]
FORMULA
run 0 predict many.mg --at x=1,2
is_json
says '"outputs": {"a": 2, "m": [[1, 2], [0, null]], "t": 1}, "nonfinite": true}'
run 0 predict many.mg --at x=1,2 --format csv
[ "$(cat out)" = "a,m.0.0,m.0.1,m.1.0,m.1.1,t
2,1,2,0,inf,1" ] || fail 'CSV of several outputs'
run 2 predict many.mg --at x=1,2 --format npy --out m.npy
complains '3 outputs'
[ ! -e m.npy ] || fail 'a refused prediction leaves a file'
run 1 predict many.mg --at x=1,2 --out nowhere/m.json
: >before; : >after; ls >before
echo old >kept.json
printf 'input x[2]\noutput a = x\n' >plain.mg
run 1 predict plain.mg --data missing --out kept.json
[ "$(cat kept.json)" = old ] || fail 'a failed prediction spoils the old file'
run 0 predict plain.mg --at x=1,2 --out kept.json
grep -q '"a": \[1, 2\]' kept.json || fail "$what: not written"
rm -f kept.json plain.mg
ls >after
cmp -s before after || fail "$what: a file is left: $(diff before after)"
sed 's/^output p/p/' tiny.mg >none.mg
run 2 predict none.mg --at x=1,2,3,4
complains 'no output'
run 2 predict run --at x=1
complains 'takes 4'

# A network of standardised inputs takes them as they are, wherever they come
# from.
run 0 train tiny.mg --data 'data?standardise=yes' --out standard --epochs 9
run 0 predict standard
head -1 out >first
run 0 predict standard --data data
[ "$(head -1 out)" = "$(cat first)" ] || fail 'the data says how it is used'
run 0 predict standard --at x=200,200,0,0
cmp -s out first || fail '--at differs from the same example of the data'
run 0 predict run --at x=200,200,0,0
! cmp -s out first || fail 'standardising changes nothing'

# What explain shows of an example is what the network sees of it.
p=$(sed 's/.*"p": \[\(......\).*/\1/' first)
run 0 explain tiny.mg --at x=200,200,0,0 --at c=0 --from standard --json
says "\"p\": {\"shape\": [2], \"data\": [$p"

# Weights of a run in another walk.
run 0 explain tiny.mg --at x=200,200,0,0 --at c=0 --from run --json
is_json
printf 'input x[2]\nparam A[2] = 0\noutput y = A + x\n' >other.mg
run 3 explain other.mg --at x=1,2 --from run
complains 'there is no A in it'
run 1 explain tiny.mg --at x=1,2,3,4 --from missing
finish
