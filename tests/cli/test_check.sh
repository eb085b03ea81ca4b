# check, gradcheck and bench on the lecture's network.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1
lecture

run 0 check lecture.mg
quiet
says 'W1'
says '9 parameters'
run 0 check lecture.mg --json
quiet
lines 1
is_json
says '"parameters": 9'
run 0 check lecture.mg --json --batch 1
says '"batch": 1'

run 0 gradcheck lecture.mg
quiet
for name in x W1 b1 W2 b2; do
    grep -q "^$name .*pass" out || fail "$what: $name does not pass"
done
run 0 gradcheck lecture.mg --json --at x=1,0 --at y=1
quiet
lines 1
is_json
says '"pass": true'
run 0 gradcheck lecture.mg --all --seed 7
run 0 gradcheck lecture.mg --elements 1 --json
is_json
says '"elements": 1'
run 2 gradcheck lecture.mg --at x=1,0 --at x=0,1
complains 'one example'
run 2 gradcheck lecture.mg --at q=1
complains 'no input or target'

run 0 bench lecture.mg --batch 2 --threads 1
quiet
says 'training step'
run 0 bench lecture.mg --batch 2 --threads 1 --json
quiet
lines 1
is_json
for key in step_us forward_us step_flops gflops arena_bytes peak_rss_bytes; do
    grep -Eq "\"$key\": [0-9.e+-]+" out || fail "$what: no $key"
done
says '"batch": 2'
run 0 bench lecture.mg --batch 2 --threads 1 --profile --json
quiet
lines 1
is_json
says '"is_product": true'
says '"is_product": false'
printf 'input x[2]\noutput y = x + 1\n' >lossless.mg
run 3 bench lossless.mg
run 3 gradcheck lossless.mg
finish
