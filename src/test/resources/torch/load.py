import torch
from safetensors.torch import load_file                      # pip install safetensors

module = torch.jit.load("runs/lstm/model/model.pt")          # kind = torchscript: the trained module itself
network = torch.nn.Sequential(torch.nn.Linear(6, 5), torch.nn.ReLU(), torch.nn.Linear(5, 3))
network.load_state_dict(load_file("runs/mlp/model/model.safetensors"))   # other kinds: the same layers in a Sequential
