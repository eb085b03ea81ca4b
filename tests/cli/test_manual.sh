# The manual pages: all commands and options are there, formatters have nothing
# to say, and the pages are installed with the completion.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1
pages=$MATGRAD_BUILD_DIR/manual
[ -f "$pages/matgrad.1" ] || exit 77 # a program for another machine

run 0 --help
sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p' out | sort -u >commands
[ "$(wc -l <commands)" -gt 8 ] || fail 'help lists too few commands'
while read -r command; do
    page=$pages/matgrad-$command.1
    grep -qF "matgrad\\-$command (1)" "$pages/matgrad.1" ||
        fail "matgrad.1 does not name $command"
    run 0 "$command" --help
    sed -n 's/^  \(-., \)\{0,1\}--\([a-z-]*\).*/\2/p' out >options
    while read -r option; do
        grep -qF "\\fB\\-\\-${option//-/\\-}\\fR" "$page" ||
            fail "$page lacks --$option"
    done <options
done <commands
for word in 130 NO_COLOR MATGRAD_DATA TERM OMP_NUM_THREADS best.safetensors; do
    grep -q "^.B .*$word" "$pages/matgrad.1" || fail "matgrad.1 lacks $word"
done

for page in "$pages"/*.1; do
    awk 'length > 80 { exit 1 }' "$page" || fail "$page: lines over 80 columns"
    if command -v mandoc >/dev/null; then
        mandoc -T lint -W style "$page" >out 2>err || fail "$page: mandoc"
    fi
    if command -v groff >/dev/null; then
        groff -man -ww -Tutf8 "$page" >out 2>err
        [ ! -s err ] || fail "$page: groff"
    fi
done

cmake --install "$MATGRAD_BUILD_DIR" --prefix "$PWD/tree" >out 2>err ||
    fail 'cmake --install'
for file in man/man1/matgrad.1 man/man1/matgrad-train.1 \
    bash-completion/completions/matgrad zsh/site-functions/_matgrad; do
    [ -s "tree/share/$file" ] || fail "share/$file is not installed"
done
run 0 completion bash
cmp -s out tree/share/bash-completion/completions/matgrad ||
    fail 'the installed completion is an old one'
finish
