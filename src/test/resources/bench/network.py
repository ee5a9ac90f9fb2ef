"""A multilayer perceptron in PyTorch on one thread; a line asks for passes, the answer is the seconds of each.

Usage: network.py ROWS BATCH WIDTH WIDTH ..; ends with its input. Says "ready ..." first.
"""
import sys
import time

import torch

torch.set_num_threads(1)
rows, batch, widths = int(sys.argv[1]), int(sys.argv[2]), [int(word) for word in sys.argv[3:]]
layers = []
for inputs, outputs in zip(widths, widths[1:]):
    layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
model = torch.nn.Sequential(*layers[:-1])
x = torch.rand(rows, widths[0])
y = torch.randint(0, widths[-1], (rows,))
optimizer = torch.optim.Adam(model.parameters())
loss = torch.nn.CrossEntropyLoss()
print(f"ready PyTorch {torch.__version__}, {torch.get_num_threads()} thread", flush=True)
for line in sys.stdin:
    passes = int(line)
    start = time.perf_counter()
    for _ in range(passes):
        order = torch.randperm(rows)
        for at in range(0, rows, batch):
            chosen = order[at : at + batch]
            optimizer.zero_grad()
            loss(model(x[chosen]), y[chosen]).backward()
            optimizer.step()
    print((time.perf_counter() - start) / passes, flush=True)
