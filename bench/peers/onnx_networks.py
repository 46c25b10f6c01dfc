#!/usr/bin/env python3
"""ONNX Runtime's rates of the work of `nearsym bench predict`, of the networks as PyTorch exports them.

    onnx_networks.py [predict ROW BATCH]    a name of networks.py; the PFN's cells are padded
"""
import functools
import io
import itertools
import warnings

import numpy as np
import onnxruntime
import torch

import networks
from common import serve
from torch_networks import network

FORMS = {"fcn": "dense", "pfn": "padded"}


def session_of(net, read):
    """Exports by tracing: no other exporter works without a further package."""
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(net, tuple(map(torch.from_numpy, read)), file, dynamo=False,
                          input_names=[f"x{i}" for i in range(len(read))])  # fmt: skip
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(file.getvalue(), options, providers=["CPUExecutionProvider"])


def prediction(row, batch):
    form = FORMS.get(row, networks.NETWORKS[row].forms[0])
    net = network(row, form, torch.contiguous_format).eval()
    sample = [read for read, _ in networks.batches(row, form, batch)]
    session = session_of(net, sample[0])
    names = [x.name for x in session.get_inputs()]
    bound = [dict(zip(names, (read[int(name[1:])] for name in names))) for read in sample]
    with torch.no_grad():
        expected = net(*map(torch.from_numpy, sample[1])).numpy()
    assert np.allclose(session.run(None, bound[1])[0], expected, atol=1e-4), "other logits than PyTorch's"
    again = itertools.cycle(bound)
    return lambda: session.run(None, next(again)), batch


def variants(task, row, batch):
    return {"session": functools.partial(prediction, row, batch)} if task == "predict" else {}


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(variants, f"ONNX Runtime {onnxruntime.__version__}", __doc__)
