"""Writes the LSTM classifier of ScriptInPythonTest, with its scores and gradients, as PyTorch computes them."""
import json
import sys

import torch
from torch import nn


class Classifier(nn.Module):
    def __init__(self, dropout: float):
        super().__init__()
        self.embedding = nn.Embedding(64, 8, padding_idx=0)
        self.lstm = nn.LSTM(8, 12, batch_first=True, bidirectional=True)
        self.norm = nn.BatchNorm1d(24)
        self.drop = nn.Dropout(dropout)
        self.linear = nn.Linear(24, 3)

    def forward(self, ids):
        steps, _ = self.lstm(self.embedding(ids))
        return self.linear(self.drop(self.norm(steps.max(dim=1).values)))


torch.manual_seed(1)
torch.set_num_threads(1)
model = Classifier(float(sys.argv[3]))
torch.jit.script(model).save(sys.argv[1])
ids = torch.tensor(json.loads(sys.argv[2]))
labels = torch.arange(len(ids)) % 3
told = {"scores": model.eval()(ids).tolist()}
loss = nn.functional.cross_entropy(model.train()(ids), labels, reduction="sum")
loss.backward()
told["loss_sum"] = loss.item()
told["gradients"] = {name: p.grad.flatten().tolist() for name, p in model.named_parameters()}
told["buffers"] = {name: b.flatten().tolist() for name, b in model.named_buffers() if b.is_floating_point()}
print(json.dumps(told))
