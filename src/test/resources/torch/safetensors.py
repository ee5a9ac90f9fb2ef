# Stands in for the package safetensors where it is not installed: the same function, of float32 only.
import importlib.util
import json
import struct
import sys
import types


def load_file(path):
    with open(path, "rb") as file:
        size, = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        data = bytearray(file.read())
    header.pop("__metadata__", None)
    return {
        name: torch.frombuffer(data[slice(*told["data_offsets"])], dtype=torch.float32).reshape(told["shape"])
        for name, told in header.items()
    }


if importlib.util.find_spec("safetensors") is None:
    sys.modules["safetensors"] = types.ModuleType("safetensors")
    sys.modules["safetensors.torch"] = types.ModuleType("safetensors.torch")
    sys.modules["safetensors.torch"].load_file = load_file
