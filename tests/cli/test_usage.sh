# Whoever types something wrong is told what is wrong, with exit code 2.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1
lecture

# Help and version.
run 2
silent
complains 'usage: matgrad COMMAND'
run 0 --help
quiet
says 'usage: matgrad COMMAND'
cp out help
run 0 -h
cmp -s out help || fail '-h differs from --help'
for later in show export import; do
    ! grep -q "^  $later " help || fail "help lists $later"
    run 2 "$later" x.mg
    silent
    complains "$later is not in this version yet"
done
run 0 --version
says 'matgrad '
for command in check explain gradcheck train eval predict bench; do
    grep -q "^  $command " help || fail "help lacks $command"
    run 0 "$command" --help
    quiet
    says "usage: matgrad $command"
    says "example: matgrad $command"
    says '--json'
    awk 'length > 80 { exit 1 }' out || fail "$what: lines over 80 columns"
    cp out own
    run 0 "$command" x.mg -h
    cmp -s out own || fail "$command -h differs from --help"
    run 0 "$command" --version
    says 'matgrad '
    run 2 "$command"
    silent
    complains 'missing'
    complains "see: matgrad $command --help"
    run 2 "$command" lecture.mg --no-such-option
    silent
    complains 'unknown option --no-such-option'
    run 2 "$command" lecture.mg -x
    complains 'unknown option -x'
    run 2 "$command" lecture.mg lecture.mg
    complains 'one argument too many'
    run 2 "$command" lecture.mg --json --json
    complains '--json is given twice'
    run 2 "$command" lecture.mg --json=1
    complains '--json takes no value'
done

# Near misses.
run 2 explian lecture.mg
complains 'explian is not a command'
complains 'did you mean explain?'
run 2 nothing-like-it
complains 'see: matgrad --help'
run 2 explain lecture.mg --togehter
complains 'did you mean --together?'
run 2 train lecture.mg --epoch 3
complains 'did you mean --epochs?'
run 2 train lecture.mg --max 3
complains 'did you mean --max-steps?'
run 2 explain lecture.mg --epochs 3
complains 'explain takes no option --epochs'

# Options that belong to one command, and words that belong to another.
for wrong in 'eval x --test d' 'predict x --class-weights balanced' \
    'check lecture.mg --data d' 'data info d --data d'; do
    # shellcheck disable=SC2086
    run 2 $wrong
    silent
    complains 'takes no option --'
done
run 2 data
complains 'info is missing'
complains 'see: matgrad data --help'
run 2 data info
complains 'D... is missing'
run 2 data inof d
complains '"inof" where info was expected'
run 2 data info ''
complains 'an empty argument'
run 2 data info d --part half
complains 'none of: train test'
run 0 data --help
says 'usage: matgrad data info D... [options]'
cp out own
run 0 data info x --help
cmp -s out own || fail 'data info --help differs from data --help'
run 1 data info nothing-there
complains 'data nothing-there: no such file or folder'
run 2 train lecture.mg --data
complains '--data needs a value'
run 2 train lecture.mg --data d --test=
complains '--test: the value is empty'
run 2 train lecture.mg --data d --class-weights 1 --class-weights 2
complains '--class-weights is given twice'

# Options of later versions.
run 2 explain lecture.mg --html x.html
complains '--html is not in this version yet'

# Values: missing, empty, repeated, not what they should be.
run 2 train lecture.mg --epochs
complains '--epochs needs a value'
run 2 train lecture.mg --epochs --batch 3
complains '--epochs needs a value'
run 2 train lecture.mg --epochs=
complains '--epochs: the value is empty'
run 2 train lecture.mg --epochs 1 --epochs 2
complains '--epochs is given twice'
for wrong in 0 -1 1.5 1e3 3x 0x10 99999999999999999999 ' 3' +; do
    run 2 train lecture.mg --data d --epochs="$wrong"
    complains "--epochs: \"$wrong\" is not a whole number from 1"
done
for wrong in 1 -0.1 1,5 nan inf 1e999 .; do
    run 2 train lecture.mg --data d --val "$wrong"
    complains "--val: \"$wrong\" is not a number from 0 to below 1"
done
for wrong in nan inf 1e999 0,1 abc; do
    run 2 explain lecture.mg --at x=1,0 --at y=1 --lr "$wrong"
    complains "--lr: \"$wrong\" is not a number"
done
run 2 bench lecture.mg --threads 0
complains 'from 1 to 1024'
run 2 explain lecture.mg --dtype f16
complains '"f16" is none of: f32 f64'
run 2 predict lecture.mg --at x=1,0 --format xml
complains 'none of: json csv npy'

# Options that need or exclude each other.
run 2 train lecture.mg
complains '--data is missing'
run 2 eval lecture.mg
complains '--data is missing: lecture.mg knows no data of its own'
run 2 predict lecture.mg
complains '--data is missing: lecture.mg knows no data of its own'
run 2 predict lecture.mg --data d --at x=1,0
complains 'not both'
run 2 predict lecture.mg --part test --at x=1,0
complains '--part and --at: one of them'
run 2 predict lecture.mg --at x=1,0 --json --format csv
complains 'contradict'
run 2 gradcheck lecture.mg --all --elements 3
complains 'contradict'

# Files.
for command in check gradcheck bench; do
    run 1 "$command" missing.mg
    silent
    complains 'missing.mg: No such file'
    run 1 "$command" .
    silent
done
run 1 explain missing.mg --at x=1
complains 'missing.mg: No such file'
printf 'input x[2]\ny = x +\nz = qq\n' >bad.mg
for command in check 'explain --at x=1,2' gradcheck bench; do
    # shellcheck disable=SC2086
    run 3 $command bad.mg
    silent
    grep -q '^bad.mg:[23]:[0-9]*: error: ' err ||
        fail "$what: no line with file:line:column"
done
cp lecture.mg -- --odd.mg
run 0 check -- --odd.mg
finish
