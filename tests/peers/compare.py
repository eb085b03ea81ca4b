"""Values, gradients and updates of networks beside PyTorch's, in f64.

    python3 tests/peers/compare.py build/matgrad

Each .mg file here has a twin below. matgrad draws the parameters and the
script an example; `explain --json` says all values, PyTorch computes them
again. Needs torch. Exit status 1 if anything differs by more than 1e-9.
"""
import json, math, pathlib, subprocess, sys
import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).parent
TOLERANCE = 1e-9
LR = 0.05
torch.set_default_dtype(torch.float64)


def dense(p, name, x):
    return x @ p[name + ".W"].T + p[name + ".b"]


def attention(p, x, y):
    q, k, v = x @ p["Q"].T, x @ p["K"].T, x @ p["V"].T
    s = (q @ k.T / 2).masked_fill(~torch.ones(5, 5).tril().bool(), -math.inf)
    z = dense(p, "z.dense", F.softmax(s, -1) @ v)
    return {"z": z, "loss": F.mse_loss(z, y)}


def layernorm(p, x, y):
    h = dense(p, "h.dense", x)
    n = F.layer_norm(h, (5,))
    z = dense(p, "z.dense", F.gelu(n * p["g"] + p["b"]))
    return {"n": n, "z": z, "loss": ((z - y) ** 2).sum() / 2}


def embedding(p, t, c):
    w = F.embedding(t, p["E"])
    h = torch.tanh(w.mean(0) + 0.5 * p["E"][t[0]])
    z = dense(p, "z.dense", h)
    return {"w": w, "z": z, "loss": F.cross_entropy(z, c),
            "penalty": 1e-3 * (p["E"] ** 2).sum()}


def slices(p, x, y):
    parts = torch.cat([x[0:2, ::2].mean(0), x[-1, 1:5].flip(0) * x[3, :4].flip(0), x[:, 0]])
    z = torch.tanh(p["W"] @ parts)
    return {"parts": parts, "z": z, "loss": F.huber_loss(z, y) + 0.1 * (x.T[2:4] ** 2).sum()}


def shared(p, x):
    h = torch.sigmoid(p["W"] @ x + p["b"])
    r = p["W"].T @ h + p["c"]
    return {"r": r, "loss": ((r - x) ** 2).sum() / 2 + 0.01 * h.abs().sum(),
            "penalty": 0.02 * (p["W"] ** 2).sum() + 0.01 * p["W"].abs().sum()}


def reductions(p, x, y):
    a = x @ p["W"]
    q = (1 + 0.1 * a).prod(1)
    m = a.amax(0) - a.amin(0)
    v = a.var(unbiased=False)
    c = a.cumsum(1)[:, -1]
    z = q.sum() + m.mean() + v + (c * q).sum() + a.clamp(-1, 1).sum()
    return {"p": q, "m": m, "v": v, "z": z, "loss": (z - y) ** 2 / 2}


def functions(p, x, y):
    a, b = p["a"], p["b"]
    u = torch.log1p(torch.exp(a * x)) + torch.expm1(0.1 * x) - torch.erf(b * x)
    w = torch.sin(u) * torch.cos(x) + torch.rsqrt(1 + x ** 2) + torch.sqrt(a) ** 3
    g = torch.outer(u, w) * p["M"] + u
    z = g.sum(1) / (1 + w.abs()) + torch.log(a) * 2 ** b - torch.maximum(x, a) \
        + torch.minimum(u, torch.tensor(0.5))
    return {"u": u, "w": w, "g": g, "z": z, "loss": (z - y).abs().mean()}


def residual(p, x, y):
    def block(v, at):
        n = v * torch.rsqrt((v ** 2).mean() + 1e-6) * p[at + ".h.rmsnorm.W"]
        h = F.silu(dense(p, at + ".h.dense", n))
        return v + dense(p, at + ".dense", h)
    h = block(x, "h.block")
    k = block(h, "k.block")
    z = dense(p, "z.dense", F.elu(k) + F.softplus(k) + F.leaky_relu(k))
    return {"h": h, "k": k, "z": z, "loss": F.binary_cross_entropy_with_logits(z, y)}


def distributions(p, x, q):
    P = F.softmax(dense(p, "p.dense", x), 0)
    t = F.softmax(q, 0)
    l = F.log_softmax(dense(p, "l.dense", x), 0)
    loss = (t * (t / P).log()).sum() - t @ l + (1 - torch.sign(q) * (P - 0.5)).clamp(min=0).mean()
    return {"p": P, "t": t, "l": l, "loss": loss}


def heads(p, x, n):
    def norm(v, at):
        return F.layer_norm(v, (6,), p[at + ".W"], p[at + ".b"])
    v = norm(x, "h.layernorm")
    q, k, u = dense(p, "h.attend.q.dense", v).split(6, 1)
    q, k, u = (s.view(4, 2, 3).transpose(0, 1) for s in (q, k, u))
    a = F.scaled_dot_product_attention(q[None], k[None], u[None], is_causal=True)[0]
    h = x + dense(p, "h.attend.dense", a.transpose(0, 1).reshape(4, 6))
    z = dense(p, "z.dense", norm(h, "z.layernorm"))
    return {"h": h, "z": z, "loss": F.cross_entropy(z, n)}


def losses(p, x, y, c, k):
    z = dense(p, "z.dense", x)
    P, Q = F.softmax(z, 0), F.softmax(y, 0)
    values = {
        "z": z,
        "half": ((z - y) ** 2).sum() / 2,
        "squares": F.mse_loss(z, y),
        "absolute": F.l1_loss(z, y),
        "huber1": F.huber_loss(z, y),
        "huber2": F.huber_loss(z, y, delta=0.3),
        "binary": F.binary_cross_entropy_with_logits(z, torch.sigmoid(y)),
        "margin": (1 - torch.sign(y) * z).clamp(min=0).mean(),
        "there": F.kl_div(P.log(), Q, reduction="sum"),
        "back": F.kl_div(Q.log(), P, reduction="sum"),
        "label": F.cross_entropy(z, c),
        "labels": F.cross_entropy(torch.stack([z, 1000 * z]), k, reduction="none"),
    }
    values["loss"] = sum(v.mean() * (i + 1) for i, v in enumerate(values.values()) if i)
    return values


def norms(p, x, y):
    def affine(v, at):
        return v * p[at + ".W"][:, None] + p[at + ".b"][:, None]
    l = F.layer_norm(x, (5,), p["l.layernorm.W"], p["l.layernorm.b"], 1e-3)
    r = F.rms_norm(l, (5,), p["r.rmsnorm.W"], 1e-6)
    g = affine(F.group_norm(r[None], 2)[0], "g.groupnorm")
    z = dense(p, "z.dense", g.flatten())
    return {"l": l, "r": r, "g": g, "z": z, "loss": F.mse_loss(z, y)}


def sentence(p, t, mask, n):
    e = F.embedding(t, p["e.embedding.W"])
    q, k, v = dense(p, "q.dense", e), dense(p, "k.dense", e), dense(p, "v.dense", e)
    a = F.scaled_dot_product_attention(q[None], k[None], v[None], (mask > 0)[None])[0]
    z = dense(p, "z.dense", F.layer_norm(e + a, (6,), p["z.layernorm.W"], p["z.layernorm.b"]))
    return {"e": e, "a": a, "z": z, "loss": F.cross_entropy(z, n)}


# The example: a shape, or (shape, classes).
NETWORKS = {
    attention: {"x": (5, 6), "y": (5, 3)},
    layernorm: {"x": (7,), "y": (3,)},
    embedding: {"t": ((6,), 9), "c": ((), 4)},
    slices: {"x": (6, 8), "y": (4,)},
    shared: {"x": (8,)},
    reductions: {"x": (4, 5), "y": ()},
    functions: {"x": (5,), "y": (5,)},
    residual: {"x": (6,), "y": (2,)},
    distributions: {"x": (6,), "q": (4,)},
    heads: {"x": (4, 6), "n": ((4,), 5)},
    losses: {"x": (6,), "y": (4,), "c": ((), 4), "k": ((2,), 4)},
    norms: {"x": (4, 5), "y": (3,)},
    sentence: {"t": ((7,), 9), "mask": (7, 7), "n": ((7,), 9)},
}


def draw(spec):
    if spec and isinstance(spec[0], tuple):
        return torch.randint(0, spec[1], spec[0])
    return torch.randn(spec)


def tensor(entry):
    data = [math.nan if v is None else v for v in entry["data"]]
    return torch.tensor(data, dtype=torch.float64).reshape(entry["shape"])


def explain(program, name, example):
    command = [program, "explain", str(HERE / (name + ".mg")), "--dtype", "f64",
               "--lr", str(LR), "--json"]
    for key, value in example.items():
        command += ["--at", key + "=" + ",".join(repr(v) for v in value.flatten().tolist())]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{name}: {run.stderr}")
    return json.loads(run.stdout)


def worst(pairs):
    error = 0.0
    for a, b in pairs:
        if a.shape != b.shape:
            return math.inf
        if a.numel():
            error = max(error, ((a - b).abs() / b.abs().clamp(min=1)).max().item())
    return error


def compare(program, network, example):
    said = explain(program, network.__name__, example)
    inputs = {k: v.clone().requires_grad_(v.is_floating_point()) for k, v in example.items()}
    params = {k: tensor(said["values"][k]).requires_grad_() for k in said["updated"]}
    values = network(params, *inputs.values())
    for v in values.values():
        if v.requires_grad:
            v.retain_grad()
    (values["loss"] + values.get("penalty", 0)).backward()
    leaves = {k: v for k, v in (params | inputs).items() if v.requires_grad}
    grads = {k: v.grad if v.grad is not None else torch.zeros_like(v) for k, v in leaves.items()}
    errors = (
        worst((tensor(said["values"][k]), v.detach()) for k, v in values.items()),
        worst((tensor(said["gradients"][k]), v) for k, v in grads.items()),
        worst((tensor(said["updated"][k]), (p - LR * p.grad).detach()) for k, p in params.items()),
    )
    print(f"{network.__name__:14} values {errors[0]:.1e}  gradients {errors[1]:.1e}  "
          f"updates {errors[2]:.1e}")
    return max(errors) <= TOLERANCE


def main():
    torch.manual_seed(7)
    program = sys.argv[1] if len(sys.argv) > 1 else "build/matgrad"
    passed = [compare(program, network, {k: draw(s) for k, s in specs.items()})
              for network, specs in NETWORKS.items()]
    print(f"{sum(passed)} passed, {len(passed) - sum(passed)} failed")
    sys.exit(not all(passed))


main()
