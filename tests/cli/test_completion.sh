# The completion scripts, asked by the shells themselves.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1

run 2 completion
complains 'SHELL is missing'
run 2 completion fish
complains 'fish is none of the shells: bash zsh'
run 2 completion bash --json
complains 'completion takes no option --json'
for shell in bash zsh; do
    run 0 completion $shell
    quiet
    cp out matgrad.$shell
done

touch net.mg other.mg weights.safetensors table.txt notes.md 'two words.mg'
mkdir -p runs/first
touch runs/first/network.mg

# ---- bash: what the function leaves in COMPREPLY ----

cat >ask.bash <<'SCRIPT'
source ./matgrad.bash || exit 1
complete -p matgrad | grep -q -- '-F _matgrad matgrad' || exit 1
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_matgrad 2>/dev/null
printf '%s\n' "${COMPREPLY[@]}"
SCRIPT

# offers CANDIDATES WORD...: all that bash has for the last word, sorted; a
# comma between two.
offers() {
    wanted=$1
    shift
    got=$(bash --norc ask.bash "$@" | sort -u | paste -s -d ,)
    [ "$got" = "$wanted" ] || fail "bash, $*: \"$got\", not \"$wanted\""
}

offers 'train' matgrad tr
offers 'check,completion' matgrad c
offers '--help' matgrad --h
offers 'eval,explain' matgrad help e
offers 'net.mg' matgrad check n
offers 'net.mg,other.mg,runs,two words.mg' matgrad explain ''
offers 'two words.mg' matgrad explain 'two\ w'
offers 'two words.mg' matgrad explain '"two w'
offers 'runs/first' matgrad check runs/
offers 'runs/first/network.mg' matgrad check runs/first/
offers 'net.mg,other.mg,runs,two words.mg,weights.safetensors' matgrad eval ''
offers 'runs,weights.safetensors' matgrad train net.mg --from ''
offers 'runs' matgrad train --resume ''
offers 'fashion-mnist,runs,table.txt' matgrad train net.mg --data ''
offers 'notes.md' matgrad predict runs/first -o no
offers 'gpt,lecture,mlp' matgrad new ''
offers 'bash,zsh' matgrad completion ''
offers 'info' matgrad data ''
offers 'fashion-mnist,runs,table.txt' matgrad data info ''
offers 'table.txt' matgrad train net.mg --test ta
offers 'f32,f64' matgrad train net.mg --dtype ''
offers 'f32,f64' matgrad train net.mg --dtype =
offers 'f64' matgrad train net.mg --dtype = f6
offers 'csv,json,npy' matgrad predict run --format ''
offers 'latex,mg,text' matgrad derive run --format ''
offers '' matgrad train --epochs ''
offers '' matgrad explain --at ''
offers '--max-steps' matgrad train --max
offers '' matgrad check --max
offers '--elements' matgrad gradcheck net.mg --all --el
offers '' matgrad nothing ''

# Every option of every command's help is offered.
for command in new check derive explain gradcheck train eval predict data \
    bench completion; do
    run 0 "$command" --help
    sed -n 's/^  \(-., \)\{0,1\}\(--[a-z-]*\).*/\2/p' out | sort >listed
    bash --norc ask.bash matgrad "$command" -- | sort >offered
    cmp -s listed offered || fail "bash, $command: $(diff listed offered)"
done

# ---- zsh: a terminal that types ----

if command -v zsh >/dev/null && zsh -fc 'zmodload zsh/zpty' 2>/dev/null; then
    mkdir functions
    cp matgrad.zsh functions/_matgrad
    # Each argument is typed and completed; the line that it becomes goes to
    # `became`, what the terminal shows to `shown`.
    cat >ask.zsh <<'SCRIPT'
zmodload zsh/zpty
zpty shell zsh -f -i
drain() { while zpty -r -t shell part 2>/dev/null; do print -rn -- "$part"; done }
wait_for() { # lines of `became`
    local i
    for i in {1..600}; do
        drain
        [[ -e became && $(wc -l <became) -ge $1 ]] && return
        sleep 0.05
    done
    exit 1
}
zpty -w shell 'PS1=; unsetopt zle_bracketed_paste; stty columns 200 rows 50
fpath=($PWD/functions $fpath); autoload -Uz compinit && compinit -u -D
complete-and-tell() { zle complete-word; print -r -- "$BUFFER" >>became; zle kill-buffer }
zle -N complete-and-tell; bindkey "^T" complete-and-tell; print -r ready >>became'
n=1
wait_for 1
for question; do
    zpty -w -n shell "$question"$'\x14'
    wait_for $((++n))
done
sleep 0.2
drain
zpty -d shell
SCRIPT
    # becomes TYPED LINE...: TYPED is completed to LINE.
    becomes() {
        rm -f became
        printf '%s\n' ready >wanted
        typed=()
        while [ $# -gt 0 ]; do
            typed+=("$1")
            printf '%s\n' "$2" >>wanted
            shift 2
        done
        zsh -f ask.zsh "${typed[@]}" >shown 2>err </dev/null
        cmp -s became wanted || fail "zsh: $(diff wanted became)"
    }
    becomes 'matgrad tra' 'matgrad train ' \
        'matgrad check ne' 'matgrad check net.mg ' \
        'matgrad check tw' 'matgrad check two\ words.mg ' \
        'matgrad check ru' 'matgrad check runs/' \
        'matgrad predict run --form' 'matgrad predict run --format=' \
        'matgrad train net.mg --dtype f6' 'matgrad train net.mg --dtype f64 ' \
        'matgrad train net.mg --dtype=f6' 'matgrad train net.mg --dtype=f64 ' \
        'matgrad new le' 'matgrad new lecture ' \
        'matgrad new lecture --o' 'matgrad new lecture --out=' \
        'matgrad new lecture -o no' 'matgrad new lecture -o notes.md ' \
        'matgrad train net.mg --data ta' \
        'matgrad train net.mg --data table.txt ' \
        'matgrad train net.mg --data fa' \
        'matgrad train net.mg --data fashion-mnist ' \
        'matgrad eval weig' 'matgrad eval weights.safetensors ' \
        'matgrad data in' 'matgrad data info ' \
        'matgrad data info ta' 'matgrad data info table.txt ' \
        'matgrad completion z' 'matgrad completion zsh ' \
        'matgrad gradcheck net.mg --e' 'matgrad gradcheck net.mg --elements=' \
        'matgrad explain net.mg --la' 'matgrad explain net.mg --layout=' \
        'matgrad check net.mg --ep' 'matgrad check net.mg --ep' \
        'matgrad e' 'matgrad e' \
        'matgrad derive net.mg --' 'matgrad derive net.mg --'
    for words in 'one example through the graph: every value' \
        'the shape of every factor' 'by this input, parameter or named value'; do
        grep -qF -e "$words" shown || fail "zsh does not show: $words"
    done
fi
finish
