"""The language model of examples/text/kjv.mg beside PyTorch's: the same initial
weights, the same batches.

    make kjv
    python3 tests/peers/kjv.py build/matgrad build/kjv.txt [STEPS]

Vocabulary, order of the examples (Philox) and split are made here again, from
what docs/data.md says. First the loss of each of the first 50 steps: matgrad
says means over the first n steps, of 50 runs. Then STEPS steps (500) of both,
and the loss of the last tenth of the text. Needs torch. Exit status 1 if a
loss of the first 50 steps differs by more than 1e-3, or the held-out loss by
more than 1e-2 (roundings grow with the steps).
"""
import collections, json, math, pathlib, struct, sys, tempfile, time
import torch
import torch.nn.functional as F
from runs import call, read_weights

NETWORK = pathlib.Path(__file__).parents[2] / "examples/text/kjv.mg"
V, T, D, HEADS, BLOCKS, BATCH, SEED = 96, 128, 128, 4, 4, 8, 1
FIRST = 50


def read_schema(path):
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    return json.loads(json.loads(data[8:8 + size])["__metadata__"]["schema"])


# ---- The data ----

def symbols_of(text):
    """The V - 1 most frequent characters, ties by code point, and the rest."""
    count = collections.Counter(text)
    order = sorted(count, key=lambda c: (-count[c], ord(c)))[:V - 1]
    number = {c: i for i, c in enumerate(order)}
    return order, torch.tensor([number.get(c, len(order)) for c in text])


def philox(counter, key):
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = p1 >> 32 ^ c1 ^ k0, p1 & 0xFFFFFFFF, p0 >> 32 ^ c3 ^ k1, p0 & 0xFFFFFFFF
        k0, k1 = k0 + 0x9E3779B9 & 0xFFFFFFFF, k1 + 0xBB67AE85 & 0xFFFFFFFF
    return c0, c1, c2, c3


def order_of(rows, epoch):
    """A permutation of range(rows) by Fisher and Yates."""
    order = list(range(rows))
    for i in range(rows - 1, 0, -1):
        word = philox((i // 2, 0, 0xFFFFFFFE, epoch), (SEED, 0))
        low, high = word[i % 2 * 2:i % 2 * 2 + 2]
        j = (high << 32 | low) * (i + 1) >> 64
        order[i], order[j] = order[j], order[i]
    return order


def batches(rows):
    """The rows of each step."""
    epoch = 0
    while True:
        order = order_of(rows, epoch)
        for at in range(0, rows, BATCH):
            yield order[at:at + BATCH]
        epoch += 1


def windows(symbols, rows):
    at = torch.tensor(rows)[:, None] * T + torch.arange(T)
    return symbols[at], symbols[at + 1]


# ---- The network ----

class Block(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.norm2 = torch.nn.LayerNorm(D), torch.nn.LayerNorm(D)
        self.qkv, self.out = torch.nn.Linear(D, 3 * D), torch.nn.Linear(D, D)
        self.wide, self.back = torch.nn.Linear(D, 4 * D), torch.nn.Linear(4 * D, D)

    def forward(self, x):
        heads = [part.unflatten(-1, (HEADS, D // HEADS)).transpose(1, 2)
                 for part in self.qkv(self.norm(x)).chunk(3, -1)]
        a = F.scaled_dot_product_attention(*heads, is_causal=True)
        y = x + self.out(a.transpose(1, 2).flatten(2))
        return y + self.back(F.gelu(self.wide(self.norm2(y))))


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.places = torch.nn.Parameter(torch.zeros(T, D))
        self.embedding = torch.nn.Embedding(V, D)
        self.blocks = torch.nn.ModuleList(Block() for _ in range(BLOCKS))
        self.norm, self.last = torch.nn.LayerNorm(D), torch.nn.Linear(D, V)

    def forward(self, t):
        x = self.embedding(t) + self.places
        for block in self.blocks:
            x = block(x)
        return self.last(self.norm(x))

    def loss(self, t, n):
        return F.cross_entropy(self(t).flatten(0, 1), n.flatten())

    def take(self, weights):
        """By the names that the formulas give them."""
        layers = {"z.layernorm": self.norm, "z.dense": self.last}
        for i, b in enumerate(self.blocks):
            layers |= {f"z.{i}.block." + name: layer for name, layer in {
                "y.layernorm": b.norm, "layernorm": b.norm2, "y.attention.q.dense": b.qkv,
                "y.attention.dense": b.out, "dense": b.wide, "dense.2": b.back}.items()}
        named = {"P": self.places, "e.embedding.W": self.embedding.weight}
        for name, layer in layers.items():
            named |= {name + ".W": layer.weight, name + ".b": layer.bias}
        assert named.keys() == weights.keys(), named.keys() ^ weights.keys()
        with torch.no_grad():
            for name, value in named.items():
                value.copy_(weights[name])


def train_torch(weights, symbols, rows, steps):
    """The trained network and the loss of each step."""
    network = Network()
    network.take(weights)
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-4, weight_decay=0.1)
    losses = []
    for _, batch in zip(range(steps), batches(rows)):
        optimiser.zero_grad()
        loss = network.loss(*windows(symbols, batch))
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return network, losses


def measure(network, symbols, rows):
    with torch.no_grad():
        parts = [rows[i:i + 64] for i in range(0, len(rows), 64)]
        return sum(len(part) * network.loss(*windows(symbols, part)).item()
                   for part in parts) / len(rows)


# ---- matgrad ----

def train(program, folder, text, *options):
    """The run's folder and its only epoch's losses."""
    out = pathlib.Path(tempfile.mkdtemp(dir=folder)) / "run"
    lines = call(program, "train", NETWORK, "--data", text, "--out", out, "--json", *options)
    return out, next(event for event in map(json.loads, lines.splitlines())
                     if event["event"] == "epoch")


def begin(program, folder, text):
    """The weights before the first step, which one of length 0 leaves; and the
    code points that are symbols."""
    out, _ = train(program, folder, text, "--max-steps", 1, "--val", 0,
                   "--optimiser", "sgd(lr = 0)")
    path = out / "last.safetensors"
    return read_weights(path), read_schema(path)["inputs"][0]["symbols"]


def curve(program, folder, text):
    """The loss of each step, from the means of the first n."""
    sums = [0.0]
    for n in range(1, FIRST + 1):
        _, epoch = train(program, folder, text, "--max-steps", n, "--val", 0)
        sums.append(n * epoch["loss"])
    return [b - a for a, b in zip(sums, sums[1:])]


def main(program, text, steps):
    characters, symbols = symbols_of(pathlib.Path(text).read_text(encoding="utf-8"))
    rows = (len(symbols) - 1) // T
    with tempfile.TemporaryDirectory() as folder:
        weights, kept = begin(program, folder, text)
        assert kept == [ord(c) for c in characters], "the vocabularies differ"
        print(f"{len(symbols)} characters, {len(characters)} different, {rows} examples")
        ours = curve(program, folder, text)
        _, theirs = train_torch(weights, symbols, rows, FIRST)
        apart = [abs(a - b) / b for a, b in zip(ours, theirs)]
        for n in (0, 1, 9, 19, 29, 39, 49):
            print(f"step {n + 1:2}: matgrad {ours[n]:.6f}, torch {theirs[n]:.6f}, "
                  f"{apart[n]:.1e} apart")
        print(f"the first {FIRST} steps are at most {max(apart):.1e} apart")

        began = time.monotonic()
        held = math.floor(0.1 * rows + 0.5)
        _, epoch = train(program, folder, text, "--max-steps", steps)
        ours, middle = epoch["val_loss"], time.monotonic()
        network, _ = train_torch(weights, symbols, rows - held, steps)
        theirs = measure(network, symbols, range(rows - held, rows))
        ended = time.monotonic()
    held_apart = abs(ours - theirs) / theirs
    print(f"held-out loss after {steps} steps: matgrad {ours:.6f} ({middle - began:.0f} s), "
          f"torch {theirs:.6f} ({ended - middle:.0f} s), {held_apart:.1e} apart")
    return max(apart) <= 1e-3 and held_apart <= 1e-2


if __name__ == "__main__":
    sys.exit(not main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 500))
