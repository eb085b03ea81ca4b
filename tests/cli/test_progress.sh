# What training shows on a terminal of some width: no line is longer, the loss
# is always there, and a terminal that cannot redraw gets plain lines.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1
command -v script >/dev/null &&
    script -qec true /dev/null >/dev/null 2>&1 </dev/null || exit 77
classifier
idx_part data train 40
idx_part data t10k 10
sed 's/^metric.*/&\nmetric mean_top_probability = max(p)\nmetric first = argmax(z) == 0\nmetric size = mean(z^2)/' \
    tiny.mg >many.mg
sed 's/epochs = 4/epochs = 300/' tiny.mg >long.mg
escape=$(printf '\033')

# on_terminal COLUMNS COMMAND [ENVIRONMENT...]: what arrives at the terminal in
# raw; in out a line for each state that a line of the terminal had.
on_terminal() {
    columns=$1
    command=$2
    shift 2
    what="$command on $columns columns, $*"
    env TERM=xterm LC_ALL=C.UTF-8 "$@" script -qec \
        "stty cols $columns rows 30; $command" /dev/null >raw 2>&1 </dev/null
    tr '\r' '\n' <raw | sed "s/$escape\\[[0-9;]*[a-zA-Z]//g" >out
    : >err
}
fits() {
    LC_ALL=C.UTF-8 grep -E "^.{$(($1 + 1)),}" out >over &&
        fail "$what: $(head -1 over)"
}

n=0
for columns in 40 80 120; do
    for network in tiny many; do
        for val in 0.1 0; do
            n=$((n + 1))
            on_terminal $columns "'$MATGRAD' train $network.mg --data data \
                --val $val --out run$n"
            grep -q '^epoch      loss' out || fail "$what: no head"
            [ "$(grep -c '^  [1-4]/4    .*[0-9]\(  \*\)\{0,1\}$' out)" = 4 ] ||
                fail "$what: not a line an epoch"
            says "saved in run$n"
            grep -v '^  matgrad\|^saved' out >table
            mv table out
            fits $columns
        done
    done
done
on_terminal 80 "'$MATGRAD' train many.mg --data data --out narrow"
says 'val_mea…'
says 'log.jsonl has every epoch and metric'
on_terminal 200 "'$MATGRAD' train many.mg --data data --out wider"
says 'val_mean_top_probability'
says 'examples/s'
grep -q '━' raw || fail "$what: no bar"
grep -q "$escape\\[36m" raw || fail "$what: no colour"

on_terminal 80 "'$MATGRAD' train tiny.mg --data data --out mono" NO_COLOR=1
! grep -q "$escape\\[[0-9;]*m" raw || fail "$what: colours"
grep -q '─' raw || fail "$what: no bar"
on_terminal 80 "'$MATGRAD' train many.mg --data data --out ascii" LC_ALL=C
! LC_ALL=C grep -q "[$(printf '\200-\377')]" raw || fail "$what: not ASCII"
says 'val_mea~'
on_terminal 80 "'$MATGRAD' train tiny.mg --data data --out dumb" TERM=dumb
! grep -q "$escape" raw || fail "$what: escape sequences"
[ "$(grep -c '^    [1-4]  ' out)" = 4 ] || fail "$what: not a line an epoch"

# A pipe gets no bar, and neither does the terminal beside it.
on_terminal 80 "'$MATGRAD' train tiny.mg --data data --out pipe | cat"
! grep -q "$escape" raw || fail "$what: escape sequences"
on_terminal 80 "'$MATGRAD' train tiny.mg --data data --out file >log"
grep -q 'epoch 1/4  .*━' out || fail "$what: no bar"
[ "$(grep -c '^    [1-4]  ' log)" = 4 ] || fail "$what: not a line an epoch"

# Epochs that nobody could read one by one share lines; the last has one.
on_terminal 80 "'$MATGRAD' train long.mg --data data --threads 1 --out long"
[ "$(grep -c '^ *[0-9]*/300  .*[0-9]\(  \*\)\{0,1\}$' out)" -lt 100 ] ||
    fail "$what: a line an epoch"
grep -q '^300/300  ' out || fail "$what: no line for the last epoch"
[ "$(wc -l <long/log.jsonl)" = 300 ] || fail "$what: the log is not whole"

# What is to be typed next is quoted for the shell.
run 0 train tiny.mg --data data --out "the sea's run"
says "  matgrad eval 'the sea'\\''s run'"
finish
