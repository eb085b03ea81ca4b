"""Forward passes of onnxruntime (CPU) on the rows of bench; see serve.py.

The networks are pytorch.py's, exported. Threads: OMP_NUM_THREADS.
"""
import io
import os
import warnings

import onnxruntime
import torch

from pytorch import make_layers, random_examples
from serve import serve


def exported(net, x):
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(net, (x,), buffer, input_names=["x"], dynamo=False)
    return buffer.getvalue()


def make(network, batch):
    torch.manual_seed(1)
    net = make_layers(network.layers, network.shape).eval()
    x, _ = random_examples(network, batch)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", 0))
    session = onnxruntime.InferenceSession(exported(net, x), options,
                                           providers=["CPUExecutionProvider"])
    feed = {"x": x.numpy()}
    return {"forward": lambda: session.run(None, feed)}


if __name__ == "__main__":
    serve(make)
