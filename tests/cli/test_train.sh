# Training to a run folder, and using what is in it, from the command line.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1
classifier
idx_part data train 40
idx_part data t10k 10

run 0 train tiny.mg --data data --threads 1
quiet
says 'epoch      loss  accuracy'
[ "$(grep -c '^ *[1-4]  ' out)" = 4 ] || fail "$what: not a line an epoch"
grep -q '^ *1 .*[0-9]  \*$' out || fail "$what: the best epoch has no mark"
says 'best epoch 4: val_loss 0.'
! grep -q "$(printf '\r\|\033')" out || fail "$what: a bar in a pipe"
says 'saved in runs/tiny-1'
says '  matgrad eval runs/tiny-1'
says '  matgrad predict runs/tiny-1'
for file in network.mg best.safetensors last.safetensors log.jsonl; do
    [ -s "runs/tiny-1/$file" ] || fail "$what: no runs/tiny-1/$file"
done

run 0 train tiny.mg --data data --threads 1 --json --out run
quiet
is_json
lines 6
says '"event": "start", "parameters": 10, "train": 36, "val": 4, "threads": 1, "seed": 1}'
says '"event": "epoch", "epoch": 4, "loss": '
says '"val_accuracy": '
says '"examples_per_second": '
says '{"schema": 1, "event": "done", "run": "run", "best_epoch": 4}'
cmp -s run/best.safetensors runs/tiny-1/best.safetensors ||
    fail 'equal runs have different weights'
run 1 train tiny.mg --data data --out run
complains 'run'

# Options win over the file.
run 0 train tiny.mg --data data --threads 1 --json --out other --epochs 2 \
    --optimiser 'adam(lr = 0.01)' --batch 5 --seed 3 --val 0.25 --patience 9
lines 4
says '"train": 30, "val": 10, "threads": 1, "seed": 3}'
run 0 train tiny.mg --data data --threads 1 --json --out short --max-steps 3
lines 3
run 0 train tiny.mg --data data --threads 1 --json --out set --set epochs=1 \
    --set 'optimiser=sgd(lr = 0.1)'
lines 3
for wrong in epochs =3 epochs= 'epochs=3; batch=2' 'epochs=3}' 'a b=3'; do
    run 2 train tiny.mg --data data --out no --set "$wrong"
    complains '--set'
done
run 2 train tiny.mg --data data --out no --set epochs=3 --set epochs=4
complains 'given twice'
run 2 train tiny.mg --data data --out no --epochs 3 --set epochs=4
complains 'given twice'
run 2 train tiny.mg --data data --out no --seed 3 --optimiser 'adan(lr = 1)'
complains '--optimiser:1:1: error: adan is no optimiser'
complains '   1 | adan(lr = 1)'
run 2 train tiny.mg --data data --out no --set colour=3
complains 'colour'
run 2 train tiny.mg --data data --out no --optimiser adamm
complains 'adamm'
[ ! -e no ] || fail 'a refused training leaves a folder'

# Mistakes in files and data.
run 1 train tiny.mg --data missing
complains 'missing'
run 1 train missing.mg --data data
run 1 train --resume missing
sed 's/\[2,2\]/[3,2]/' tiny.mg >wrong.mg
run 3 train wrong.mg --data data
complains '[3, 2]'
sed '/^loss/d' tiny.mg >lossless.mg
run 3 train lossless.mg --data data
echo 'y = q' >>wrong.mg
run 3 train wrong.mg --data data --epochs 3
complains 'wrong.mg:8:5: error'

# Divergence keeps the last good state.
sed 's/^loss.*/loss = sum(z^2)/' tiny.mg >burst.mg
run 4 train burst.mg --data data --threads 1 --out burst \
    --optimiser 'sgd(lr = 1e12)' --epochs 20
complains 'burst'
run 0 eval burst --data data

# An interrupted run goes on to where it would have come.
sed 's/epochs = 4/epochs = 100; seed = 5/' tiny.mg >long.mg
run 0 train long.mg --data data --threads 1 --out whole --json
"$MATGRAD" train long.mg --data data --threads 1 --out cut >out 2>err &
child=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    grep -q '^ *[0-9]* .*[0-9] *\*$' out && break
    sleep 0.05
done
kill -INT $child
wait $child
code=$?
what='an interrupted training'
if [ "$code" = 130 ]; then
    complains '  matgrad train --resume cut'
    run 2 train --resume cut --epochs 3
    run 2 train --resume cut --out elsewhere
    run 0 train long.mg --data data --resume cut
    quiet
    says ', going on after epoch '
elif [ "$code" != 0 ]; then
    fail "$what: exit code $code"
fi
cmp -s cut/last.safetensors whole/last.safetensors ||
    fail 'a resumed run ends elsewhere'

# Divergence names the formula where it begins; the state before stays usable.
cat >log.mg <<'FORMULA'
input x[2,2]
target c class 2
param v = 0.01
k = sqrt(v) * sum(x)
loss = k + sum(dense(flatten(x), 2))
train { optimiser = sgd(lr = 10); batch = 8 }
FORMULA
run 4 train log.mg --data data --out diverged
complains 'log.mg:4:5: training diverged in step 2: sqrt(v) is the first value'
run 0 eval diverged --data data
printf 'input x[2,2]\nparam v = 1\nloss = v * 3e38 + 0 * sum(x)\n' >large.mg
run 4 train large.mg --data data --set batch=8 --out far
complains 'large.mg:3:'
complains 'is the first value that is infinite'
run 4 train log.mg --data data --out diverged2 --json
is_json

# What is told again to a resumed run may be said in other words, but not be
# something else; what disagrees is named.
run 0 train tiny.mg --data data --epochs 2 --out again
run 0 train tiny.mg --resume again --data ./data --epochs 2 --batch 8 --seed 1
run 0 train --resume again --set 'optimiser=sgd(lr=0.5)' --val 0.1
run 2 train --resume again --epochs 3
complains 'started with epochs 2, not 3'
run 2 train --resume again --seed 4
complains 'started with seed 1, not 4'
run 2 train --resume again --optimiser 'sgd(lr = 0.25)'
complains 'optimiser sgd(lr = 0.5), not sgd(lr = 0.25)'
run 2 train --resume again --optimiser 'sdg(lr = 1)'
complains 'did you mean sgd?'
run 2 train --resume again --max-steps 3
complains 'without --max-steps'
run 2 train --resume again --data nowhere
complains 'not nowhere'
run 2 train long.mg --resume again
complains 'other formulas than long.mg'

# Weights of another run, frozen parameters, several batches a step.
run 0 train tiny.mg --data data --epochs 1 --out base
sed 's/^z = /q = /; s/(z/(q/g' tiny.mg >renamed.mg
run 0 train renamed.mg --data data --epochs 1 --out renamed --from base \
    --rename 'z.*=q.*'
says 'from      base'
says '  taken   q.dense.W, q.dense.b'
! grep -q '  left  ' out || fail "$what: something is left"
run 0 train renamed.mg --data data --epochs 1 --out fresh --json \
    --from base/last.safetensors --rename 'z.*.W=q.*.W'
is_json
says '"taken": ["q.dense.W"], "left": {"z.dense.b": "the network has none of that name"}'
says '"fresh": ["q.dense.b"]}}'
run 3 train renamed.mg --data data --out none --from base
complains 'nothing in it has a name and shape of the network'
run 2 train renamed.mg --data data --out none --from base --rename 'y.*=q.*'
complains 'base has no y.*'
run 2 train tiny.mg --data data --out none --rename 'z.*=q.*'
complains 'add --from'
run 2 train tiny.mg --data data --out none --freeze z.dense.w
complains 'did you mean z.dense.W?'
run 0 train tiny.mg --data data --out frozen --freeze 'z.*' --from base --json
run 0 explain tiny.mg --from frozen --at x=9,200,3,44 --at c=1 --json
cp out frozen.json
run 0 explain tiny.mg --from base --at x=9,200,3,44 --at c=1 --json
cmp -s out frozen.json || fail 'frozen parameters moved'
run 0 train tiny.mg --data data --threads 1 --out eight --batch 8 --epochs 2
run 0 train tiny.mg --data data --threads 1 --out fours --batch 4 --epochs 2 \
    --accumulate 2 --json
run 2 train --resume fours --accumulate 3
complains '--accumulate 2, not 3'
run 0 train --resume fours --accumulate 2
run 0 eval eight --data data --json
cp out eight.json
run 0 eval fours --data data --json
[ "$(sed 's/.*"loss": \([0-9.]\{6\}\).*/\1/' out)" = \
    "$(sed 's/.*"loss": \([0-9.]\{6\}\).*/\1/' eight.json)" ] ||
    fail 'two batches of four are no batch of eight'
run 0 train tiny.mg --data data --out double --dtype f64 --epochs 1
grep -qF '"dtype":"F64"' double/last.safetensors || fail 'not in f64'
run 0 predict double --data data
says '"p": '

# Groups of parameters from the command line.
run 0 train tiny.mg --data data --out groups --epochs 1 \
    --set 'optimiser *.b = sgd(lr = 0)' --set clip_value=1
run 0 train --resume groups --set 'optimiser *.b=sgd(lr = 0)'
run 2 train --resume groups --set 'optimiser *.b=sgd(lr = 1)'
complains 'sgd(lr = 0.5); *.b = sgd(lr = 0), not'
run 2 train tiny.mg --data data --out none --set 'optimiser *.b = adam' \
    --set 'optimiser *.b=sgd'
complains '--set: optimiser *.b is given twice'

# A closed standard output ends training in good order.
"$MATGRAD" train long.mg --data data --out closed >&- 2>err
[ $? = 1 ] || fail 'a closed standard output is no error of training'
finish
