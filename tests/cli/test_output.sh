# Output that does not arrive is an error, and nothing depends on where it
# goes but how it looks.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1
lecture
walk="explain lecture.mg --at x=1,0 --at y=1"

for arguments in "$walk" "$walk --json" 'check lecture.mg' --help --version \
    'gradcheck lecture.mg' 'predict lecture.mg --at x=1,0' 'train --help'; do
    # shellcheck disable=SC2086
    "$MATGRAD" $arguments >&- 2>err
    code=$?
    [ "$code" = 1 ] || fail "$arguments, closed: exit code $code, not 1"
    grep -q 'standard output: closed' err || fail "$arguments, closed: no word"
    [ -c /dev/full ] || continue
    # shellcheck disable=SC2086
    "$MATGRAD" $arguments >/dev/full 2>err
    code=$?
    [ "$code" = 1 ] || fail "$arguments, full: exit code $code, not 1"
    grep -q 'standard output: No space' err || fail "$arguments, full: no word"
done

# With both streams closed there is still the exit code.
"$MATGRAD" check missing.mg >&- 2>&- <&-
[ $? = 1 ] || fail 'closed streams change the exit code'
"$MATGRAD" explain lecture.mg >&- 2>&-
[ $? = 2 ] || fail 'closed streams change the exit code'

# Standard error alone: results are whole.
"$MATGRAD" predict lecture.mg --at x=1,0 >out 2>&- || fail 'closed errors'
grep -q '^{"schema": 1, .*}}$' out || fail 'closed errors spoil the result'

# A reader that goes away early is no reason to complain.
{ "$MATGRAD" $walk 2>err; echo $? >code; } | head -c 1 >/dev/null
[ ! -s err ] || fail 'a reader that went away causes a message'

# The locale changes no number.
run 0 $walk --json
cp out plain
folder_of_locales=$MATGRAD_BUILD_DIR/locale
if [ -e "$folder_of_locales/de_DE.UTF-8/LC_NUMERIC" ]; then
    LOCPATH=$folder_of_locales LC_ALL=de_DE.UTF-8 "$MATGRAD" $walk --json >out
    cmp -s out plain || fail 'a comma locale changes numbers'
    LOCPATH=$folder_of_locales LC_ALL=de_DE.UTF-8 "$MATGRAD" $walk --json \
        --lr 0.01 >out || fail 'a comma locale refuses a decimal point'
    cmp -s out plain || fail 'a comma locale changes numbers'
fi

# On a terminal: colours and escapes unless they are not wanted, ASCII where
# the locale is not UTF-8.
if command -v script >/dev/null &&
    script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
    on_terminal() { # environment...
        env "$@" script -qec "'$MATGRAD' $walk" /dev/null >out 2>&1 </dev/null
        what="on a terminal with $*"
    }
    escape=$(printf '\033')
    on_terminal TERM=xterm LC_ALL=C.UTF-8 NO_COLOR=
    says 'W2ᵀ G'
    on_terminal TERM=xterm LC_ALL=C.UTF-8 NO_COLOR=1
    says 'W2ᵀ G'
    ! grep -q "$escape" out || fail "$what: escape sequences"
    on_terminal TERM=dumb LC_ALL=C.UTF-8 NO_COLOR=
    ! grep -q "$escape" out || fail "$what: escape sequences"
    on_terminal TERM=dumb LC_ALL=C NO_COLOR=
    ! LC_ALL=C grep -q "[$(printf '\200-\377')]" out || fail "$what: not ASCII"
fi
finish
