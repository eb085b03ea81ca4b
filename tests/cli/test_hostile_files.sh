# Files that nest, repeat or go on without end are errors of a line or two, on a
# small stack and in little memory; what they hold does not reach the terminal
# as commands.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1
if [ -z "${MATGRAD_SANITIZE:-}" ]; then # whose frames are large
    ulimit -s 1024
    ulimit -v 1500000
fi

many() { # N TEXT
    head -c $(($1 * ${#2})) < <(yes "$2" | tr -d '\n')
}

# A header of N bytes, as safetensors has it before the JSON.
tensors() { # FILE: the JSON comes on standard input
    cat >json
    length=$(wc -c <json)
    {
        bytes $((length & 255)) $((length >> 8 & 255)) $((length >> 16 & 255)) \
            $((length >> 24 & 255)) 0 0 0 0
        cat json
    } >"$1"
}

for open in '[' '{"a":'; do
    many 300000 "$open" | tensors deep.safetensors
    run 3 eval deep.safetensors --data .
    complains 'maximum parsing depth'
done

{ printf 'input x\noutput p = ' && many 100000 '('; } >deep.mg
run 3 check deep.mg
complains 'is never closed'
{
    printf 'input x\noutput p = '
    many 1000 '('
    printf x
    many 1000 ')'
} >deep.mg
run 0 check deep.mg
{
    printf 'input x\noutput p = '
    many 900 'sin('
    printf x
    many 900 ')'
    printf '\nloss = p\n'
} >deep.mg
for command in check derive 'explain --at x=1' 'gradcheck' 'predict --at x=1'; do
    # shellcheck disable=SC2086
    run 0 ${command%% *} deep.mg ${command#"${command%% *}"}
done
{
    echo 'input x[2]'
    echo 'def f0(x) { dropout(x, 0.5) }'
    for i in $(seq 60); do
        echo "def f$i(x) { f$((i - 1))(x) + f$((i - 1))(x) }"
    done
    echo 'output p = f60(x)'
} >doubling.mg
run 3 check doubling.mg

{ printf 'a,b,y\n' && many 20000000 1; } >field.csv
run 3 data info field.csv
complains 'field.csv:2:1: a field of more than'
{ printf 'a,b\n' && many 5000000 ,; } >fields.csv
run 3 data info fields.csv
complains 'more than 65536 fields'
{ printf 'a,b\n"' && many 5000000 'x,'; } >quote.csv
run 3 data info quote.csv
head -c 5000000 /dev/zero >zeros.csv
run 3 data info zeros.csv
complains 'a NUL byte'

escape=$(printf '\033')
printf 'a%s[31m,y\n1,2\n2,3\n' "$escape" >names.csv
run 0 data info names.csv
! grep -q "$escape" out || fail "$what: a name reaches the terminal raw"
printf 'y,a%s[31m\n1,2\n2,3\n4,%s[2J\n' "$escape" "$escape" >names.csv
run 3 data info names.csv
! grep -q "$escape" err || fail "$what: a value reaches the terminal raw"
printf '{"t\\u001b[31m":{"dtype":"X","shape":[],"data_offsets":[0,0]}}' |
    tensors names.safetensors
run 3 eval names.safetensors --data .
! grep -q "$escape" err || fail "$what: a name reaches the terminal raw"
finish
