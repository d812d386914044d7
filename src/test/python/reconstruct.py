"""Reconstructs raw 28x28 images by a model file, with NumPy alone: reconstruct.py MODEL IMAGES

Prints three lines: metadata, the mean squared error of each image, and all codes.
"""

import json
import struct
import sys

import numpy as np


def read_npz(path):
    arrays = np.load(path)
    return arrays, json.loads(arrays["metadata"].item())


def read_safetensors(path):
    """By the format's description: length of the header, header, arrays."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__")
    arrays = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32"
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        arrays[name] = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"])
    return arrays, metadata


def layer(x, arrays, suffix):
    return 1 / (1 + np.exp(-(x @ arrays["w_" + suffix] + arrays["b_" + suffix])))


read = read_npz if sys.argv[1].endswith(".npz") else read_safetensors
arrays, metadata = read(sys.argv[1])
images = np.fromfile(sys.argv[2], np.uint8).reshape(-1, 784).astype(np.float32) / 255
code = layer(layer(images, arrays, "e_1"), arrays, "e_2")
reconstructions = layer(layer(code, arrays, "d_1"), arrays, "d_2")

sys.stdout.reconfigure(encoding="utf-8")
hyperparameters = json.loads(metadata["hyperparameters"])
print(
    metadata["model"],
    metadata["step"],
    metadata["next_offset"],
    hyperparameters["learningRate"],
    metadata["license"],
)
print(*((reconstructions - images) ** 2).mean(axis=1))
print(*code.ravel())
