"""Writes golden.json: losses and gradients that PyTorch gives for networks of a run file.

    python3 golden.py > golden.json

The networks, their parameters, inputs and labels are fixed by formulas that GoldenTest repeats;
values are float32, PyTorch computes with them in float64. To add a layer: a line in `module` and
a case in `cases`. Made with Debian's python3-torch 1.13.1.
"""

import json
import math

import torch
from torch import nn
from torch.nn import functional as F

ROWS = 5
VOCABULARY = 6
CATEGORIES = [{"feature": 1, "name": "colour", "size": 4}, {"feature": 4, "name": "shape", "size": 3}]
LENGTHS = torch.tensor([5, 1, 7, 3, 2])


def values(count, salt, scale):
    """Values in [-scale / 2, scale / 2] as float32."""
    found = [((i * i * 31 + i * salt * 17 + salt * 7) % 1009 - 504) / 1009.0 * scale for i in range(count)]
    return torch.tensor(found, dtype=torch.float32).double()


def window(sizes, dimensions):
    return tuple(sizes if len(sizes) > 1 else sizes * dimensions)


def ids(steps):
    """Tokens of rows of different lengths, 0 behind them."""
    real = [[t < length for t in range(steps)] for length in LENGTHS]
    found = [[1 + (i * steps + t) * 5 % (VOCABULARY - 1) for t in range(steps)] for i in range(ROWS)]
    return torch.tensor(found) * torch.tensor(real)


def recurrent(of, values, units, take, bidirectional, lengths):
    """A recurrent layer over packed rows."""

    class Taken(of):
        def forward(self, x):
            counts = torch.tensor([x.shape[1]] * ROWS) if lengths is None else lengths
            packed = nn.utils.rnn.pack_padded_sequence(x, counts, batch_first=True, enforce_sorted=False)
            states, last = super().forward(packed)
            last = last[0] if of is nn.LSTM else last
            every, _ = nn.utils.rnn.pad_packed_sequence(states, batch_first=True, total_length=x.shape[1])
            padding = torch.arange(x.shape[1]) >= counts[:, None]
            return {
                "last": lambda: last.permute(1, 0, 2).reshape(ROWS, -1),
                "mean": lambda: every.sum(1) / counts[:, None],
                "max": lambda: every.masked_fill(padding[:, :, None], -math.inf).amax(1),
                "all": lambda: every,
            }[take]()

    return Taken(values, units, batch_first=True, bidirectional=bidirectional)


def padding(x, lengths):
    return None if lengths is None else torch.arange(x.shape[1]) >= lengths[:, None]


def later(x, causal):
    return torch.triu(torch.ones(x.shape[1], x.shape[1], dtype=torch.bool), 1) if causal else None


def attention(values, heads, causal, bias, lengths):
    class Attention(nn.MultiheadAttention):
        def forward(self, x):
            masks = dict(key_padding_mask=padding(x, lengths), attn_mask=later(x, causal))
            return super().forward(x, x, x, need_weights=False, **masks)[0]

    return Attention(values, heads, bias=bias, batch_first=True)


def encoder(values, layer, lengths):
    class Encoder(nn.TransformerEncoderLayer):
        def forward(self, x):
            return super().forward(x, later(x, layer.get("causal", False)), padding(x, lengths))

    units = layer.get("expansion", 4) * values
    options = dict(norm_first=layer.get("norm_first", False), batch_first=True, dropout=0)
    return Encoder(values, layer.get("heads", 1), units, activation=layer.get("activation", "relu"), **options)


class Positions(nn.Module):
    def __init__(self, dims, sinusoidal):
        super().__init__()
        self.sinusoidal = sinusoidal
        if not sinusoidal:
            self.weight = nn.Parameter(torch.empty(dims))

    def forward(self, x):
        return x + (waves(*x.shape[1:]) if self.sinusoidal else self.weight)


def waves(steps, values):
    """As in PyTorch's tutorial on transformers."""
    position = torch.arange(steps).double()[:, None]
    rate = torch.exp(torch.arange(0, values, 2).double() * (-math.log(10000.0) / values))
    table = torch.zeros(steps, values).double()
    table[:, 0::2] = torch.sin(position * rate)
    table[:, 1::2] = torch.cos(position * rate)[:, : values // 2]
    return table


class Take(nn.Module):
    def __init__(self, of, lengths):
        super().__init__()
        self.of = of
        self.lengths = lengths

    def forward(self, x):
        lengths = torch.tensor([x.shape[1]] * ROWS) if self.lengths is None else self.lengths
        real = ~padding(x, lengths)
        counts = real.sum(1)
        return {
            "mean": lambda: (x * real[:, :, None]).sum(1) / counts[:, None],
            "max": lambda: x.masked_fill(~real[:, :, None], -math.inf).amax(1),
            "first": lambda: x[:, 0],
            "last": lambda: x[torch.arange(ROWS), counts - 1],
        }[self.of]()


class Transpose(nn.Module):
    def forward(self, x):
        return x.transpose(1, 2)


class CategoryEmbedding(nn.Module):
    """A table for each column, then the other columns, as fastai's tabular model; its rule of thumb."""

    def __init__(self, dim):
        super().__init__()
        sizes = dim if isinstance(dim, dict) else {}
        for of in CATEGORIES:
            rule = min(600, round(1.6 * of["size"] ** 0.56)) if dim == "auto" or sizes else dim
            self.add_module(of["name"], nn.Embedding(of["size"], sizes.get(of["name"], rule)))

    def forward(self, x):
        vectors = [getattr(self, of["name"])(x[:, of["feature"]].long()) for of in CATEGORIES]
        others = [i for i in range(x.shape[1]) if i not in [of["feature"] for of in CATEGORIES]]
        return torch.cat([*vectors, x[:, others]], 1)


def module(layer, dims, tokens):
    """The module of a layer for an input of dimensions without rows."""
    layer = dict(layer)
    kind = layer.pop("kind")
    plane = len(dims) == 3
    lengths = LENGTHS.clamp(max=dims[0]) if tokens else None
    if kind == "dense":
        return nn.Linear(dims[-1], layer["units"], bias=layer.get("bias", True))
    if kind == "activation":
        names = {"relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "elu": nn.ELU, "gelu": nn.GELU}
        names.update(silu=nn.SiLU, tanh=nn.Tanh, sigmoid=nn.Sigmoid)
        return names[layer["function"]]()
    if kind == "norm":
        return nn.LayerNorm(dims[-1], eps=layer.get("epsilon", 1e-5))
    if kind == "batch_norm":
        of = nn.BatchNorm2d if plane else nn.BatchNorm1d
        return of(dims[0], eps=layer.get("epsilon", 1e-5), momentum=layer.get("momentum", 0.1))
    if kind == "conv":
        options = {name: window(layer[name], len(dims) - 1) for name in ("stride", "padding") if name in layer}
        kernel = window(layer["kernel"], len(dims) - 1)
        of = nn.Conv2d if plane else nn.Conv1d
        return of(dims[0], layer["channels"], kernel, bias=layer.get("bias", True), **options)
    if kind == "pool":
        maximum = layer["of"] == "max"
        of = (nn.MaxPool2d if plane else nn.MaxPool1d) if maximum else nn.AvgPool2d if plane else nn.AvgPool1d
        stride = window(layer["stride"], len(dims) - 1) if "stride" in layer else None
        size = window(layer["size"], len(dims) - 1)
        return of(size if plane else size[0], stride if plane or not stride else stride[0])
    if kind == "embedding":
        return nn.Embedding(VOCABULARY, layer["dim"], padding_idx=0)
    if kind == "category_embedding":
        return CategoryEmbedding(layer.get("dim", "auto"))
    if kind in ("lstm", "gru", "rnn"):
        of = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[kind]
        take, both = layer.get("take", "last"), layer.get("bidirectional", False)
        return recurrent(of, dims[-1], layer["units"], take, both, lengths)
    if kind == "attention":
        return attention(dims[-1], layer["heads"], layer.get("causal", False), layer.get("bias", True), lengths)
    if kind == "encoder":
        return encoder(dims[-1], layer, lengths)
    if kind == "positions":
        return Positions(dims, layer.get("of") == "sinusoidal")
    if kind == "take":
        return Take(layer["of"], lengths)
    if kind == "transpose":
        return Transpose()
    if kind == "flatten":
        return nn.Flatten()
    raise ValueError(kind)


def row_losses(loss, scores, labels):
    """The loss of each row, as PyTorch's criterion of one row gives it."""
    loss = dict(loss)
    kind = loss.pop("kind")
    if kind == "next_token":
        each = F.cross_entropy(scores.transpose(1, 2), labels, reduction="none", ignore_index=0)
        return each.sum(1)
    if kind == "cross_entropy":
        return F.cross_entropy(scores, labels.long(), reduction="none", **loss)
    labels = labels.reshape(scores.shape)
    rows = {
        "binary_cross_entropy": lambda: F.binary_cross_entropy_with_logits(scores, labels, reduction="none"),
        "mse": lambda: F.mse_loss(scores, labels, reduction="none"),
        "mae": lambda: F.l1_loss(scores, labels, reduction="none"),
        "huber": lambda: F.huber_loss(scores, labels, reduction="none", **loss),
        "log_cosh": lambda: F.softplus(2 * (labels - scores)) + scores - labels - math.log(2),
        "poisson": lambda: F.poisson_nll_loss(scores, labels, reduction="none"),
    }[kind]()
    return rows.mean(1)


def taught_losses(distill, loss, scores, labels, teacher):
    """A part of each row's loss against the label, a part against what a teacher says of the row."""
    t, alpha = distill["temperature"], distill["alpha"]
    if loss["kind"] == "cross_entropy":
        student, wanted = F.log_softmax(scores / t, 1), F.log_softmax(teacher / t, 1)
        soft = t * t * F.kl_div(student, wanted, reduction="none", log_target=True).sum(1)
    elif loss["kind"] == "binary_cross_entropy":
        wanted = torch.sigmoid(teacher / t)
        apart = lambda s: F.binary_cross_entropy_with_logits(s / t, wanted, reduction="none").sum(1)
        soft = t * t * (apart(scores) - apart(teacher))
    else:
        soft = row_losses(loss, scores, teacher)
    return alpha * soft + (1 - alpha) * row_losses(loss, scores, labels)


def labels(loss, outputs, x):
    if loss["kind"] == "next_token":
        return x[:, 1:]
    if loss["kind"] == "cross_entropy":
        return torch.tensor([i * 2 % outputs for i in range(ROWS)]).double()
    if loss["kind"] == "binary_cross_entropy":
        return torch.tensor([i % 2 for i in range(ROWS)]).double()
    if loss["kind"] == "poisson":
        return torch.tensor([i % 4 for i in range(ROWS * outputs)]).double()
    return values(ROWS * outputs, 5, 3)


def golden(name, dims, layers, loss, distill=None):
    tokens = layers[0]["kind"] == "embedding"
    language = loss["kind"] == "next_token"
    x = ids(dims[0] + language) if tokens else values(ROWS * math.prod(dims), 1, 4).reshape(ROWS, *dims)
    categories = CATEGORIES if layers[0]["kind"] == "category_embedding" else []
    for of in categories:
        x[:, of["feature"]] = (torch.arange(ROWS) * 3 + 1) % of["size"]
    modules = []
    rows = x
    x = rows[:, :-1] if language else rows
    shape = x
    for layer in layers:
        modules.append(module(layer, list(shape.shape[1:]), tokens).double())
        shape = modules[-1](shape)
    network = nn.Sequential(*modules)
    with torch.no_grad():
        for salt, parameter in enumerate(network.parameters()):
            parameter.copy_(values(parameter.numel(), salt + 2, 1.5).reshape(parameter.shape))
    found = {key: value for key, value in network.named_buffers() if value.is_floating_point()}
    for salt, (key, buffer) in enumerate(found.items()):
        start = values(buffer.numel(), salt + 40, 1.5)
        buffer.copy_(start * start + 0.5 if key.endswith("var") else start)
    before = {key: value.clone() for key, value in found.items()}
    scores = network.eval()(x)
    outputs = scores.shape[1]
    row_weights = torch.tensor([1, 0.5, 2, 0, 1.25]).double()
    kept = row_weights > 0 if found else row_weights >= 0
    trained = network.train()(x[kept])
    wanted = labels(loss, outputs, rows)
    targets = wanted if language else wanted.reshape(ROWS, -1)[kept].flatten()
    if distill:
        taught = values(ROWS * outputs, 61, 6).reshape(ROWS, outputs)
        losses = taught_losses(distill, loss, trained, targets, taught)
    else:
        losses = row_losses(loss, trained, targets)
    loss_sum = (row_weights[kept] * losses).sum()
    loss_sum.backward()
    if language:
        scores = torch.stack([losses, (wanted > 0).sum(1)], 1)
    told = {
        "name": name,
        "input": dims,
        "vocabulary": VOCABULARY if tokens else 0,
        "outputs": outputs,
        "layers": layers,
        "loss": loss,
        **({"distill": distill} if distill else {}),
        "scores": [round(v, 9) for v in scores.flatten().tolist()],
        "loss_sum": loss_sum.item(),
        "gradients": [
            {"name": key, "shape": list(p.shape), "values": [float("%.9g" % v) for v in p.grad.flatten().tolist()]}
            for key, p in network.named_parameters()
        ],
    }
    if categories:
        told["categories"] = categories
    moves = {key: ((found[key] - start) * row_weights.sum()).tolist() for key, start in before.items()}
    changes = [{"name": key, "values": [float("%.9g" % v) for v in move]} for key, move in moves.items()]
    return {**told, "changes": changes} if changes else told


def dense(units, **options):
    return {"kind": "dense", "units": units, **options}


def activation(function):
    return {"kind": "activation", "function": function}


def transformers():
    softmax = {"kind": "cross_entropy"}
    flatten = {"kind": "flatten"}
    embedding = {"kind": "embedding", "dim": 4}
    for name, options in {"": {}, ", causal": {"causal": True}, ", no bias": {"bias": False}}.items():
        layer = {"kind": "attention", "heads": 2, **options}
        yield "attention over tokens" + name, [7], [embedding, layer, flatten, dense(3)], softmax
        yield "attention over numbers" + name, [4, 3], [dense(4), layer, flatten, dense(3)], softmax
    for of in ("learned", "sinusoidal"):
        layer = {"kind": "positions", "of": of}
        yield of + " positions", [4, 5], [dense(5), layer, activation("tanh"), flatten, dense(3)], softmax
    for of in ("mean", "max", "first", "last"):
        layers = [embedding, {"kind": "positions"}, {"kind": "take", "of": of}, dense(3)]
        yield of + " of steps", [7], layers, softmax
    for first in (False, True):
        for causal in (False, True):
            for function in ("relu", "gelu"):
                layer = {"kind": "encoder", "heads": 2, "expansion": 3, "activation": function}
                layer.update(norm_first=first, causal=causal)
                name = f"encoder, {function}" + ", norms first" * first + ", causal" * causal
                layers = [embedding, {"kind": "positions"}, layer, {"kind": "take", "of": "mean"}, dense(3)]
                yield name, [7], layers, softmax
    blocks = [{"kind": "encoder", "heads": heads, "norm_first": True} for heads in (1, 4)]
    yield "two encoders over numbers", [4, 3], [dense(4), *blocks, flatten, dense(3)], softmax


def cases():
    softmax = {"kind": "cross_entropy"}
    tanh = activation("tanh")
    flatten = {"kind": "flatten"}
    yield "dense", [7], [dense(6), tanh, dense(4, bias=False), tanh, dense(3)], softmax
    for function in ("relu", "leaky_relu", "elu", "gelu", "silu", "tanh", "sigmoid"):
        yield function, [6], [dense(5), activation(function), dense(3)], softmax
    for dim in ("auto", 2, {"shape": 5}):
        yield f"categories, {dim}", [6], [{"kind": "category_embedding", "dim": dim}, dense(4), tanh, dense(3)], softmax
    over_time = [{"kind": "transpose"}, {"kind": "conv", "channels": 4, "kernel": [3]}, tanh, flatten, dense(3)]
    yield "convolution over time", [5, 2], over_time, softmax
    yield "norm", [6], [dense(5), {"kind": "norm"}, tanh, dense(3)], softmax
    yield "norm of planes", [2, 3, 4], [{"kind": "norm", "epsilon": 0.1}, flatten, dense(3)], softmax
    batch = {"kind": "batch_norm"}
    yield "batch norm", [6], [dense(5, bias=False), batch, tanh, dense(3)], softmax
    other = {"kind": "batch_norm", "epsilon": 0.1, "momentum": 0.4}
    twice = [other, tanh, flatten, dense(4, bias=False), batch, dense(3)]
    yield "batch norm of lines", [2, 5], twice, softmax
    yield "batch norm of planes", [2, 3, 4], [batch, tanh, flatten, dense(3)], softmax
    line = {"kind": "conv", "channels": 3, "kernel": [3], "stride": [2], "padding": [1]}
    yield "conv of lines", [2, 9], [line, tanh, flatten, dense(3)], softmax
    plane = {"kind": "conv", "channels": 3, "kernel": [3, 2], "stride": [2, 1], "padding": [1, 0]}
    plain = {"kind": "conv", "channels": 2, "kernel": [2], "bias": False}
    yield "conv of planes", [2, 7, 6], [plane, tanh, plain, tanh, flatten, dense(3)], softmax
    for of in ("max", "mean"):
        pool = {"kind": "pool", "of": of, "size": [2]}
        yield of + " of lines", [2, 7], [dense(7), pool, tanh, flatten, dense(3)], softmax
        wide = {"kind": "pool", "of": of, "size": [3, 2], "stride": [2, 1]}
        yield of + " of planes", [2, 6, 5], [plain, wide, tanh, flatten, dense(3)], softmax
    embedding = {"kind": "embedding", "dim": 3}
    for kind in ("lstm", "gru", "rnn"):
        for both in (False, True):
            for take in ("last", "mean", "max", "all"):
                layer = {"kind": kind, "units": 2, "take": take, "bidirectional": both}
                name = f"{kind} over tokens, {take}" + (" of both directions" if both else "")
                yield name, [7], [embedding, layer, flatten, dense(3)], softmax
        yield kind + " over numbers", [4, 3], [dense(3), {"kind": kind, "units": 4}, dense(3)], softmax
    stacked = [embedding, {"kind": "lstm", "units": 3, "take": "all", "bidirectional": True}]
    yield "stacked", [7], stacked + [{"kind": "gru", "units": 2}, dense(3)], softmax
    yield from transformers()
    embedding = {"kind": "embedding", "dim": 4}
    block = {"kind": "encoder", "heads": 2, "norm_first": True, "causal": True, "activation": "gelu"}
    gpt = [embedding, {"kind": "positions"}, block, block, {"kind": "norm"}, dense(VOCABULARY)]
    yield "language model of blocks", [6], gpt, {"kind": "next_token"}
    recurrent_model = [embedding, {"kind": "lstm", "units": 3, "take": "all"}, dense(VOCABULARY)]
    yield "recurrent language model", [6], recurrent_model, {"kind": "next_token"}
    hidden = [dense(5), tanh]
    yield "label smoothing", [4], hidden + [dense(4)], {"kind": "cross_entropy", "label_smoothing": 0.15}
    yield "binary cross-entropy", [4], hidden + [dense(1)], {"kind": "binary_cross_entropy"}
    for loss in ({"kind": "mse"}, {"kind": "mae"}, {"kind": "huber", "delta": 0.7}, {"kind": "log_cosh"}):
        yield loss["kind"], [4], hidden + [dense(3)], loss
    yield "poisson", [4], hidden + [dense(1)], {"kind": "poisson"}
    for t, alpha in ((1, 1), (4, 0.7)):
        how = {"temperature": t, "alpha": alpha}
        for loss, outputs in (("cross_entropy", 4), ("binary_cross_entropy", 1), ("mse", 3), ("huber", 2)):
            yield f"{loss} and a teacher at {t}", [4], hidden + [dense(outputs)], {"kind": loss}, how


if __name__ == "__main__":
    print("[\n" + ",\n".join(json.dumps(golden(*case)) for case in cases()) + "\n]")
