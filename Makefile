# The front: CMake does the work (CMakePresets.json, cmake/). Every target
# installs what it needs and lacks; with nothing missing that is one fast look.
.PHONY: all install uninstall demo test fuzz bench bench-peers performance size docs \
    format check kjv tables deps clean
RUN = runs/demo
PEERS = build/peers
SECONDS = 60
ROUNDS = 3
ROWS =
PARTS =
WITHIN =
PREFIX = /usr/local
SOURCES = $(shell git ls-files '*.c' '*.h')

all:
	@tools/install_deps build
	cmake --preset release
	cmake --build build --target product

# DESTDIR, if given, is put before every path.
install: all
	DESTDIR='$(DESTDIR)' cmake --install build --prefix '$(PREFIX)'

uninstall:
	DESTDIR='$(DESTDIR)' tools/uninstall build '$(PREFIX)'

demo: all
	@tools/install_deps demo
	rm -rf $(RUN)
	build/matgrad train examples/fashion-mnist/mlp.mg --data fashion-mnist \
	    --out $(RUN)
	build/matgrad eval $(RUN) --data fashion-mnist --min accuracy=0.88

test:
	@tools/install_deps build demo test
	cmake --preset release
	cmake --build build
	ctest --preset release

# The King James Bible, a verse a line, for examples/text/kjv.mg. (The program
# puts a verse's place before it.)
kjv:
	@tools/install_deps kjv
	@mkdir -p build
	bible -f Gen1:1-Rev22:21 >build/kjv.places
	sed 's/^[^ ]* //' build/kjv.places >build/kjv.txt
	rm build/kjv.places

# The CSV files of examples/tables. (Debian's Python has the package.)
tables:
	@tools/install_deps tables
	/usr/bin/python3 examples/tables/make_data.py build/tables

# SECONDS for each reader of foreign bytes (tests/fuzz/README.md).
fuzz:
	@tools/install_deps build fuzz
	cmake --preset fuzz
	cmake --build --preset fuzz
	tests/fuzz/run $(SECONDS)

# The pages that are made from sources.
docs:
	@tools/install_deps build
	cmake --preset release
	cmake --build build --target print_docs
	build/print_docs library >docs/library.md
	build/print_docs ops >docs/ops.md
	tools/print_errors >docs/errors.md
	tools/print_api >docs/c-api.md

# The rows of bench/rows.json, beside the peers if bench-peers was made before;
# ROUNDS and ROWS (a part of their names) choose.
bench: all
	cmake --build build --target bench
	bench/run --rounds $(ROUNDS) --rows '$(ROWS)'

# PyTorch, JAX and onnxruntime come into a virtual environment. PyTorch's own
# index has it without gigabytes for graphics cards.
bench-peers: all
	@tools/install_deps peers
	[ -d $(PEERS) ] || python3 -m venv $(PEERS)
	$(PEERS)/bin/python -c 'import torch, jax, onnx, onnxruntime' 2>/dev/null || \
	    $(PEERS)/bin/pip install --quiet -r bench/peers/requirements.txt
	$(MAKE) bench

# Measures what docs/performance.md lacks for this program and writes its tables:
# 20 minutes, on a machine that has nothing else to do. PARTS chooses, WITHIN
# so many seconds bounds; the next call goes on.
performance: all
	@tools/install_deps demo peers performance
	cmake --build build --target bench
	bench/report --rounds $(ROUNDS) $(if $(WITHIN),--within $(WITHIN)) \
	    $(if $(PARTS),--parts $(PARTS))

# What matgrad adds to a program: docs/size.md.
size: all
	cmake --preset minimal
	cmake --build build-minimal --target product
	tools/size

format:
	@tools/install_deps check
	clang-format -i $(SOURCES)

check:
	@tools/install_deps build test check
	tools/check

deps:
	tools/install_deps build demo test check

clean:
	rm -rf build build-*
