# Writes that do not arrive: a limit on files, a full disk, a folder that is
# read-only or vanishes, a closed output. Each ends with exit code 1 and a line
# that says so, leaves no temporary file, and a run that goes on afterwards ends
# in the same bytes as one that was left alone. Exit 77 stands for what this
# machine does not allow, once the rest has passed.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1
skipped=
classifier
idx_part data train 60
train="train tiny.mg --data data --epochs 60"

no_partial() { # FOLDER
    [ -z "$(find "$1" -name '*.partial-*' 2>/dev/null)" ] ||
        fail "$what: a temporary file is left in $1"
}
one_line() {
    [ "$(wc -l <err)" -eq 1 ] || fail "$what: not one line of complaint"
}
# FOLDER goes on to where `alone` came.
goes_on() {
    run 0 train --resume "$1"
    cmp -s alone/last.safetensors "$1/last.safetensors" ||
        fail "$1: goes on to another end"
    cmp -s alone/best.safetensors "$1/best.safetensors" ||
        fail "$1: has other best weights"
    [ "$(wc -l <alone/log.jsonl)" = "$(wc -l <"$1/log.jsonl")" ] ||
        fail "$1: has another log"
}
# limited BLOCKS CODE ARGUMENT...: run with files of at most that many KiB;
# standard error is a pipe, which has no limit.
limited() {
    blocks=$1
    wanted=$2
    shift 2
    what="matgrad $* (files of $blocks KiB)"
    (ulimit -f "$blocks" && exec "$MATGRAD" "$@" 2>&1 >/dev/null </dev/null) |
        cat >err
    code=${PIPESTATUS[0]}
    [ "$code" = "$wanted" ] || fail "$what: exit code $code, not $wanted"
}

run 0 $train --out alone
state=$((($(wc -c <alone/last.safetensors) + 1023) / 1024))

# ---- A limit on files: no signal ends the command ----

limited 0 1 $train --out small
complains 'write small/network.mg: File too large'
one_line
no_partial small

# The state still fits, the log does not at some epoch.
limited $((state + 1)) 1 $train --out long-log
complains 'write long-log/log.jsonl: File too large; the last good state is kept'
complains 'go on with --resume long-log'
one_line
no_partial long-log
cp long-log/last.safetensors before
cp -r long-log begun # half a run, for below
limited 0 1 train --resume long-log
cmp -s before long-log/last.safetensors || fail "$what: another state"
goes_on long-log

limited 1 1 predict alone --data data -o all.json
complains 'all.json: File too large'
one_line
[ ! -e all.json ] || fail "$what: left half a file"
no_partial .
echo old >kept.json
limited 1 1 predict alone --data data -o kept.json
[ "$(cat kept.json)" = old ] || fail "$what: the old file is gone"
(
    ulimit -f 1
    "$MATGRAD" predict alone --data data >redirected 2>err
)
[ $? = 1 ] || fail 'predict >FILE of a limited size: not exit code 1'
one_line

# ---- Devices and pipes ----

if [ -c /dev/full ]; then
    run 1 predict alone --data data -o /dev/full
    complains 'write /dev/full: No space left on device'
    one_line
    "$MATGRAD" $train --out full --json >/dev/full 2>err
    [ $? = 1 ] || fail 'train --json >/dev/full: not exit code 1'
    goes_on full
fi
{
    "$MATGRAD" $train --out early --json 2>err
    echo $? >code
} | head -n 1 >/dev/null
code=$(cat code)
[ "$code" = 1 ] || [ "$code" = 0 ] || fail "train --json | head: exit $code"
goes_on early
{
    "$MATGRAD" predict alone --data data --data data 2>err
    echo $? >code
} | head -n 1 >/dev/null
[ "$(cat code)" -le 1 ] || fail "predict | head: exit code $(cat code)"
[ ! -s err ] || fail 'predict | head: complains of a reader that has enough'
"$MATGRAD" $train --out closed --json >&- 2>err
[ $? = 1 ] || fail 'train --json, closed: not exit code 1'
goes_on closed

# ---- A log that cannot be appended, a folder that vanishes ----

mkdir -p no-log/log.jsonl
run 1 $train --out no-log
complains 'write no-log/log.jsonl: Is a directory; the last good state is kept'
one_line
rmdir no-log/log.jsonl
goes_on no-log

"$MATGRAD" train tiny.mg --data data --epochs 100000000 --out gone \
    >out 2>err </dev/null &
what='a folder that vanishes'
for _ in $(seq 600); do
    [ -e gone/best.safetensors ] && break
    sleep 0.05
done
mv gone moved
wait $!
code=$?
[ "$code" = 1 ] || fail "$what: exit code $code, not 1"
complains "the run's state is not there any more"
one_line
# (What was being written went along with the folder: as after a crash.)
run 0 eval moved --data data

# ---- File systems: in a name space of our own, where root may mount ----

# in_space SCRIPT: false where that is not allowed.
in_space() {
    unshare --user --map-root-user --mount bash -eu -c "$1" >space 2>&1
}
export MATGRAD train
mkdir disk
if in_space "mount -t tmpfs -o size=64k none disk"; then
    # 4 KiB are a page: room for the state and its successor, not for the log.
    what='a full disk'
    in_space '
        mount -t tmpfs -o size=10M none disk
        "$MATGRAD" $train --out disk/run --max-steps 70 >out 2>err
        pages=$(du -sk disk/run | cut -f 1)
        mount -o remount,size=$((pages + 8))k disk
        code=0
        rm -rf disk/run
        "$MATGRAD" $train --out disk/run >out 2>err || code=$?
        [ $code = 1 ] || { echo "exit code $code, not 1"; exit 1; }
        grep -q "disk/run/.*: No space left on device; the last good" err
        [ -z "$(find disk -name "*.partial-*")" ]
        mount -o remount,size=10M disk
        "$MATGRAD" train --resume disk/run >out 2>err
        cmp disk/run/last.safetensors alone/last.safetensors
        cmp disk/run/best.safetensors alone/best.safetensors' ||
        fail "$what: $(cat space)"

    what='a read-only folder'
    run 0 $train --max-steps 100 --out stopped
    cp -r stopped before-that
    in_space '
        mount --bind stopped disk
        mount -o remount,ro,bind disk
        code=0
        "$MATGRAD" $train --out disk/run >out 2>err || code=$?
        [ $code = 1 ]
        grep -q "disk/run.*Read-only file system" err
        "$MATGRAD" eval disk --data data >out 2>err
        code=0
        "$MATGRAD" predict disk --data data -o disk/x >out 2>err || code=$?
        [ $code = 1 ]
        grep -q "disk/x: Read-only file system" err' ||
        fail "$what: $(cat space)"
    diff -r stopped before-that || fail "$what: something changed in it"
    in_space '
        mount --bind begun disk
        mount -o remount,ro,bind disk
        code=0
        "$MATGRAD" train --resume disk >out 2>err || code=$?
        [ $code = 1 ]
        grep -q "disk/.*: Read-only file system" err' ||
        fail "$what, resumed: $(cat space)"
    run 0 train --resume begun
    cmp -s alone/last.safetensors begun/last.safetensors ||
        fail "$what: goes on to another end"
else
    skipped='mounting is not allowed here: full disk and read-only folder'
fi

finish
[ -z "$skipped" ] || {
    echo "skipped: $skipped"
    exit 77
}
