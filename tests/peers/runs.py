"""What the comparisons of whole training runs share: data as IDX files in f64,
runs of `matgrad train --dtype f64`, and the weights that they leave behind."""
import json, pathlib, struct, subprocess, sys
import torch

HERE = pathlib.Path(__file__).parent


def write_idx(path, values):
    """Doubles, type 0x0E, most significant byte first."""
    header = struct.pack(">BBBB", 0, 0, 0x0E, values.dim())
    header += b"".join(struct.pack(">I", n) for n in values.shape)
    path.write_bytes(header + struct.pack(f">{values.numel()}d", *values.flatten().tolist()))


def write_data(folder, x, y):
    folder.mkdir()
    write_idx(folder / "train-images-idx3-ubyte", x)
    write_idx(folder / "train-labels-idx1-ubyte", y)


def call(*command):
    run = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {run.stderr}")
    return run.stdout


def read_weights(path):
    """All tensors of a safetensors file by name; reals alone occur."""
    content = path.read_bytes()
    size = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8:8 + size])
    weights = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        code = {"F64": "d", "F32": "f"}[entry["dtype"]]
        count = (end - begin) // struct.calcsize(code)
        numbers = struct.unpack(f"<{count}{code}", content[begin:end])
        weights[name] = torch.tensor(numbers, dtype=torch.float64).reshape(entry["shape"])
    return weights


def train(program, network, folder, out, *options):
    """Every example in each step, nothing held out: an epoch is a step."""
    call(program, "train", HERE / network, "--data", folder, "--out", out,
         "--dtype", "f64", "--val", "0", "--batch", "1000", *options)
    return read_weights(out / "last.safetensors")


def worst(mine, theirs):
    """The largest error, relative where numbers are larger than 1."""
    error = 0.0
    for name, value in theirs.items():
        value = value.detach()
        if mine[name].shape != value.shape:
            sys.exit(f"{name} is {list(mine[name].shape)}, not {list(value.shape)}")
        error = max(error, ((mine[name] - value).abs() / value.abs().clamp(min=1)).max().item())
    return error
