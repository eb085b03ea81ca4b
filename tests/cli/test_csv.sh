# A table through all commands: looked at, trained on, tested, predicted without
# its target, by hand, as it was measured.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1

# table ROWS FROM: what 8 in the number's binary digits makes a rose.
table() {
    echo 'stem,leaf,"petal, cm",kind'
    i=$2
    while [ "$i" -lt $(($1 + $2)) ]; do
        case $((i % 2)) in
        0) echo "$((500 + i * 7 % 40)),$((30 + i % 5)),1.$((i % 7)),daisy" ;;
        1) echo "$((640 + i * 3 % 50)),$((20 + i % 5)),4.$((i % 9)),\"rose, red\"" ;;
        esac
        i=$((i + 1))
    done
}
table 60 0 >flowers.csv
table 10 60 >more.csv
cat >flowers.mg <<'FORMULA'
input x[3]
target c class 2
z = dense(x, 2)
output p = softmax(z)
loss = cross_entropy(z, c)
metric accuracy = argmax(z) == c
train { optimiser = adam(lr = 0.1); epochs = 20; batch = 10; val = 0.2 }
FORMULA
data='flowers.csv?target=kind&standardise=yes'

run 0 data info "$data"
quiet
says 'CSV, 60 rows, 4 columns'
says 'stem       integer       500 to 689'
says 'kind       text, target  2 classes'
says '  daisy      30   50.0%  ━'
run 0 data info "$data" --json
is_json
says '"format": "CSV", "rows": 60, "columns": [{"name": "stem", "type": "integer", "shape": [], "target": false, "missing": 0, "least": 500, "most": 689, "mean": '
says '{"name": "kind", "type": "text", "shape": [], "target": true, "missing": 0, "classes": [{"label": "daisy", "count": 30}, {"label": "rose, red", "count": 30}]}'

run 0 train flowers.mg --data "$data" --test 'more.csv?target=kind' --out run \
    --class-weights balanced --json
is_json
says '"train": 48, "val": 12'
says '"test_accuracy": 1}'
run 0 eval run --min accuracy=0.95 --min accuracy=1
says 'more.csv?target=kind, test part: 10 examples'
run 0 eval run --part train
says "$data, train part: 60 examples"
run 0 train flowers.mg --data "$data" --data 'more.csv?target=kind' --out both \
    --json --epochs 1
says '"train": 56, "val": 14'

run 0 predict run
lines 10
says '"class": {"p": "daisy"}}'
says '"class": {"p": "rose, red"}}'
cp out all
cut -d , -f 1-3 flowers.csv | head -1 >bare.csv
sed -n '2,$p' more.csv | cut -d , -f 1-3 >>bare.csv
sed 's/^stem,leaf,"petal$/stem,leaf,"petal, cm"/' bare.csv >named.csv
run 0 predict run --data named.csv
cmp -s out all || fail 'predict needs the target'
run 0 predict run --data named.csv --format csv
[ "$(head -1 out)" = '"p.daisy,p.rose, red",p.class' ] ||
    [ "$(head -1 out)" = 'p.daisy,"p.rose, red",p.class' ] ||
    fail "$what: another head"
says ',daisy'
says ',"rose, red"'
sed -n 2p more.csv | cut -d , -f 1-3 >first
run 0 predict run --at "x=$(cat first)"
says "$(head -1 all | sed 's/.*"class"/"class"/')"

# Missing values: named with their place, or filled by what training saw.
sed '4s/^[0-9]*,/,/' named.csv >holes.csv
run 3 predict run --data holes.csv
complains 'holes.csv:4:'
run 0 predict run --data 'holes.csv?missing=0'
lines 10
run 0 data info holes.csv
says 'stem       integer  '
grep -q '^stem .* 1$' out || fail "$what: no missing value"
finish
