# A language model from a text to predictions on another, and from arrays.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1

cat >letters.mg <<'FORMULA'
input t[8] int 24
target n[8] int 24
z = dense(embedding(t, 24, 8), 24)
output p = argmax(z, axis = 1)
loss = mean(cross_entropy(z, n))
train { optimiser = adam(lr = 0.05); epochs = 12; batch = 4 }
FORMULA
i=0
while [ $i -lt 40 ]; do
    echo 'the rain in spain stays mainly in the plain'
    i=$((i + 1))
done >rain.txt

# 40 lines of 44 characters: 219 examples, of which 22 are held out.
run 0 train letters.mg --data rain.txt --out run --json
quiet
says '"train": 197, "val": 22'
run 0 eval run --json
quiet
says '"examples": 219'
run 0 train letters.mg --data rain.txt --out whole --max-steps 60 --json
run 0 train letters.mg --data rain.txt --out twice --max-steps 60 --json
cmp -s whole/last.safetensors twice/last.safetensors ||
    fail 'two equal runs differ'

# Another text is read by the run's vocabulary; "ä" is one of the rest. Of 17
# characters the 16 of two windows are taken.
printf 'in spain ä plains' >other.txt
run 0 predict run --data other.txt
quiet
lines 2
run 0 predict run --data other.txt --format npy --out p.npy
grep -qaF "'shape': (2, 8)" p.npy || fail 'p.npy is not [2, 8]'
printf 'caf\xe9 au lait, please' >latin.txt
run 3 predict run --data latin.txt
complains 'latin.txt:1:4: byte 0xE9: this is not UTF-8 text'
printf 'so short' >short.txt
run 3 eval run --data short.txt
complains '8 symbols are too few: one example takes 9'
run 2 train letters.mg --data 'rain.txt?target=t' --out none
complains 'target is no key of text files'

# Bytes need no vocabulary.
sed 's/24/256/g' letters.mg >bytes.mg
run 0 train bytes.mg --data latin.txt --out bytes --epochs 1
run 0 eval bytes --data other.txt
says 'other.txt: 2 examples'

# A network for pictures has no use for a text.
classifier
run 3 train tiny.mg --data rain.txt --out none
complains 'a text needs a network with input t[T] int V and target n[T] int V'

# Arrays: x is as predict writes them, y are bytes behind a header.
cat >line.mg <<'FORMULA'
input x[8]
target y class 3
z = dense(x / 24, 3)
loss = cross_entropy(z, y)
FORMULA
{
    printf '\223NUMPY\001\000\070\000%s\n' \
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}"
    printf '\001\002'
} >y.npy
cp p.npy x.npy
run 0 train line.mg --data x.npy --data y.npy --out arrays --val 0 --epochs 1 \
    --json
quiet
says '"train": 2, "val": 0'
run 3 train line.mg --data x.npy --out none
complains 'nothing fits target y'
finish
