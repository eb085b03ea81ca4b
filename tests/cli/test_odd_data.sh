# Data as beginners have it: what is said, and that it helps.
. "$(dirname "$0")/support.sh"

cat >class.mg <<'END'
input x[2]
target c class 2
z = dense(x, 2)
output p = softmax(z)
loss = cross_entropy(z, c)
metric accuracy = argmax(z) == c
train { epochs = 2; batch = 2; val = 0 }
END
cat >number.mg <<'END'
input x[2]
target y
loss = (sum(x) - y)^2
END
printf 'a,b,kind\n1,2,rose\n3,4,daisy\n5,6,rose\n7,8,daisy\n' >t.csv
printf 'a,b\n1,2\n3,4\n' >bare.csv
printf 'a,b,kind\n' >head.csv
printf '\n\n' >empty.csv
printf 'x,y,c\nhi,ho,0\nho,hi,1\n' >texts.csv
printf 'a,b,kind\n1,NA,rose\n3,4,daisy\n5,6,rose\n7,8,daisy\n' >gaps.csv

# The target is not named, not there, or of another kind.
run 3 train class.mg --data t.csv
complains "kind (texts); say which by 't.csv?target=NAME'"
run 2 train class.mg --data 't.csv?target=kid'
complains 'target=kid, but its columns are a, b, kind'
run 3 train number.mg --data 't.csv?target=kind'
complains 'kind (texts); texts need a class: target NAME class K'
run 3 train class.mg --data texts.csv
complains 'x (texts), y (texts); texts need a class: input NAME class K'

# Nothing in it; data where the network should stand.
run 3 train class.mg --data head.csv
complains 'no rows but the header'
run 3 train class.mg --data empty.csv
complains 'the file is empty'
for command in train check predict eval explain; do
    run 2 "$command" t.csv
    complains 't.csv is data, not a network'
done

# A target that eval needs and predict does not.
run 0 train class.mg --data 't.csv?target=kind' --out run
run 0 predict run --data bare.csv
run 3 eval run --data bare.csv
complains 'no target is left for it; in training it was kind'
run 0 eval run --data t.csv
says 't.csv: 4 examples'

# Values that are not numbers are the data's fault where nobody fills them.
run 0 train class.mg --data 'gaps.csv?target=kind&missing=mean' --out gaps
run 4 train class.mg --data 'gaps.csv?target=kind&missing=mean' --out far \
    --epochs 40 --optimiser 'sgd(lr = 1e38)'
complains 'is the first value that is'
grep -q 'the data of' err && fail 'values that are filled are blamed'
printf "\n" >sheet.xlsx
run 1 data info sheet.xlsx
complains "save as .csv"
finish
