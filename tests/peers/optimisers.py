"""Ten steps of every optimiser beside PyTorch's, in f64.

    python3 tests/peers/optimisers.py build/matgrad

The rules are formulas of library/optimisers.mg. Each trains regression.mg for
ten steps over all examples, with and without weight decay; PyTorch starts from
the same weights. lion is not in PyTorch: it is written out here after its
paper (Chen et al. 2023, algorithm 2). Needs torch. Exit status 1 if a weight
differs by more than 1e-9.
"""
import math, pathlib, sys, tempfile
import torch
import torch.nn.functional as F
from torch import optim
from runs import train, worst, write_data

TOLERANCE = 1e-9
STEPS = 10
torch.set_default_dtype(torch.float64)


class Lion(optim.Optimizer):
    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0):
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for w in group["params"]:
                m = self.state[w].setdefault("m", torch.zeros_like(w))
                update = (beta1 * m + (1 - beta1) * w.grad).sign()
                w -= group["lr"] * (update + group["weight_decay"] * w)
                m.mul_(beta2).add_((1 - beta2) * w.grad)


def momentum(params, **options):
    return optim.SGD(params, momentum=0.9, **options)


def nesterov(params, **options):
    return optim.SGD(params, momentum=0.8, nesterov=True, **options)


def adagrad(params, **options):
    return optim.Adagrad(params, lr_decay=0.1, **options)


# A rule and its arguments, PyTorch's and its own: the defaults, then others.
RULES = [
    ("sgd", "", optim.SGD, dict(lr=0.01)),
    ("sgd", "lr = 0.3", optim.SGD, dict(lr=0.3)),
    ("momentum", "lr = 0.1", momentum, dict(lr=0.1)),
    ("nesterov", "lr = 0.1, mu = 0.8", nesterov, dict(lr=0.1)),
    ("adam", "", optim.Adam, {}),
    ("adam", "lr = 0.05, beta1 = 0.8, beta2 = 0.95, epsilon = 1e-3", optim.Adam,
     dict(lr=0.05, betas=(0.8, 0.95), eps=1e-3)),
    ("adamw", "", optim.AdamW, {}),
    ("adamw", "lr = 0.05", optim.AdamW, dict(lr=0.05)),
    ("rmsprop", "", optim.RMSprop, {}),
    ("rmsprop", "lr = 0.02, alpha = 0.9, epsilon = 1e-4", optim.RMSprop,
     dict(lr=0.02, alpha=0.9, eps=1e-4)),
    ("adagrad", "", optim.Adagrad, {}),
    ("adagrad", "lr = 0.2, lr_decay = 0.1", adagrad, dict(lr=0.2)),
    ("lion", "", Lion, {}),
    ("lion", "lr = 0.01, beta1 = 0.95, beta2 = 0.98", Lion, dict(lr=0.01, betas=(0.95, 0.98))),
]


def run_torch(start, x, y, make, options, schedule, clip):
    w = {name: value.clone().requires_grad_() for name, value in start.items()}
    optimiser = make(list(w.values()), **options)
    if schedule:
        scheduler = optim.lr_scheduler.LambdaLR(optimiser, schedule)
    for _ in range(STEPS):
        optimiser.zero_grad()
        h = torch.tanh(x.flatten(1) @ w["h.dense.W"].T + w["h.dense.b"])
        z = h @ w["z.dense.W"].T + w["z.dense.b"]
        F.mse_loss(z, y).backward()
        if clip:
            torch.nn.utils.clip_grad_value_(list(w.values()), clip)
        optimiser.step()
        if schedule:
            scheduler.step()
    return w


class Comparison:
    def __init__(self, program, folder):
        torch.manual_seed(3)
        self.program, self.folder, self.runs, self.failed = program, folder, 0, 0
        self.x, self.y = torch.randn(12, 2, 3), torch.randn(12, 2)
        write_data(folder / "data", self.x, self.y)
        self.start = self.train("sgd(lr = 0)")

    def train(self, rule, *options):
        self.runs += 1
        return train(self.program, "regression.mg", self.folder / "data",
                     self.folder / f"run-{self.runs}", "--epochs", STEPS,
                     "--optimiser", rule, *options)

    def compare(self, rule, make, arguments, schedule=None, clip=None, *options):
        mine = self.train(rule, *options)
        theirs = run_torch(self.start, self.x, self.y, make, arguments, schedule, clip)
        moved = worst(mine, self.start)
        error = worst(mine, theirs)
        good = error <= TOLERANCE and moved > 1e-4
        self.failed += not good
        print(f"{rule + ' ' + ' '.join(options):76} moved {moved:.0e}  error {error:.1e}"
              f"{'' if good else '  FAILED'}")


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else "build/matgrad"
    with tempfile.TemporaryDirectory() as folder:
        c = Comparison(program, pathlib.Path(folder))
        for rule, given, make, arguments in RULES:
            c.compare(f"{rule}({given})", make, arguments)
            decay = ", ".join(part for part in (given, "weight_decay = 0.2") if part)
            c.compare(f"{rule}({decay})", make, arguments | {"weight_decay": 0.2})
        c.compare("adamw(weight_decay = 0)", optim.AdamW, dict(weight_decay=0))
        c.compare("momentum(lr = 0.1 * cosine(step / steps))", momentum, dict(lr=0.1),
                  lambda step: (1 + math.cos(math.pi * step / STEPS)) / 2)
        c.compare("sgd(lr = 0.3)", optim.SGD, dict(lr=0.3), None, 0.05,
                  "--set", "clip_value=0.05")
        print(f"{c.runs - 1 - c.failed} passed, {c.failed} failed")
    sys.exit(c.failed > 0)


main()
