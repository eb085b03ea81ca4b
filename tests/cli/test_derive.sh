# derive writes the lecture's derivative in every notation, and refuses what it
# cannot derive.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1
lecture

run 0 derive lecture.mg
quiet
says 'δz = (z − y) ⊙ z ⊙ (1 − z)'
says '∂loss/∂W2 = δz hᵀ'
says '∂loss/∂b2 = δz'
says 'δh = (W2ᵀ δz) ⊙ h ⊙ (1 − h)'
says '∂loss/∂W1 = δh xᵀ'
says '∂loss/∂b1 = δh'

run 0 derive lecture.mg --wrt z
says '∂loss/∂z = z − y'
run 0 derive lecture.mg --wrt x --shapes
says '∂loss/∂x⟨2⟩ = W1ᵀ⟨2×2⟩ δh⟨2⟩'

# A formula file again, with the gradients as values.
run 0 derive lecture.mg --format mg
quiet
says 'd_W1 = outer(delta_h, x)'
cp out derived.mg
run 0 check derived.mg
run 0 explain derived.mg --at x=1,0 --at y=1 --dtype f64 --json
says '"d_b2": {"shape": [1], "data": [-0.0386582'
! LC_ALL=C grep -q '[^ -~]' derived.mg || fail 'the formula file is not ASCII'

run 0 derive lecture.mg --format latex
says '\usepackage{amsmath}'
says '\delta_{z} \, h^{\top}'
if command -v pdflatex >/dev/null; then
    cp out page.tex
    pdflatex -interaction=nonstopmode -halt-on-error page.tex >log 2>&1 ||
        fail "pdflatex: $(tail -5 log)"
fi

run 0 derive lecture.mg --json
lines 1
is_json
says '"name": "∂loss/∂W2", "wrt": "W2"'
says '"formula": "outer(delta_z, h)"'

printf 'input x[3]\ntarget c class 3\nz = dense(x, 3)\n' >classes.mg
printf 'loss = cross_entropy(z, c)\n' >>classes.mg
run 0 derive classes.mg
says 'δz = softmax(z) − onehot(c)'
run 0 derive classes.mg --unfold
says 'exp('
run 2 derive classes.mg --wrt c
complains 'gradient by c: it holds no real numbers'

run 2 derive lecture.mg --wrt W
complains 'no input, parameter or value has that name'
complains 'did you mean W'
run 2 derive lecture.mg --format pdf
complains 'is none of: text mg latex'
run 2 derive
run 1 derive missing.mg
echo 'x = ' >wrong.mg
run 3 derive wrong.mg
printf 'input x\nmetric m = x\n' >nothing.mg
run 2 derive nothing.mg
complains 'no loss and no output'

finish
