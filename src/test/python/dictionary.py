"""Reconstructs raw 28x28 images by an exported dictionary, with NumPy alone: dictionary.py DIRECTORY IMAGES

Computes what SAELens or sparsify computes from such a directory, and fails on tensors or settings that these would refuse.
Prints the reconstructions of all images, little-endian float32, as hexadecimal.
"""

import json
import os
import struct
import sys

import numpy as np


def read_safetensors(path):
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    arrays = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32"
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        arrays[name] = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"])
    return arrays


def top(z, k):
    """The k greatest of each row, then ReLU."""
    kept = np.zeros_like(z)
    places = np.argsort(-z, axis=1, kind="stable")[:, :k]
    np.put_along_axis(kept, places, np.take_along_axis(z, places, axis=1), axis=1)
    return np.maximum(kept, 0)


def saelens(directory, cfg, x):
    arrays = read_safetensors(os.path.join(directory, "sae_weights.safetensors"))
    d_in, d_sae = cfg["d_in"], cfg["d_sae"]
    shapes = {"W_enc": (d_in, d_sae), "b_enc": (d_sae,), "W_dec": (d_sae, d_in), "b_dec": (d_in,)}
    if cfg["architecture"] == "jumprelu":
        shapes["threshold"] = (d_sae,)
    assert {name: array.shape for name, array in arrays.items()} == shapes  # loading is strict
    sparsity = os.path.join(directory, "sparsity.safetensors")
    if os.path.exists(sparsity):
        logarithms = read_safetensors(sparsity)
        assert {name: array.shape for name, array in logarithms.items()} == {"sparsity": (d_sae,)}
        assert (logarithms["sparsity"] >= -10).all() and (logarithms["sparsity"] <= 1e-6).all()
    assert cfg["dtype"] == "float32" and cfg["normalize_activations"] == "none" and cfg["reshape_activations"] == "none"
    assert int(cfg["metadata"]["sae_lens_version"].split(".")[0]) >= 6
    z = (x - arrays["b_dec"] * cfg["apply_b_dec_to_input"]) @ arrays["W_enc"] + arrays["b_enc"]
    if cfg["architecture"] == "topk":
        assert cfg["rescale_acts_by_decoder_norm"] is False
        code = top(z, cfg["k"])
    elif cfg["architecture"] == "jumprelu":
        code = np.maximum(z, 0) * (z > arrays["threshold"])
    else:
        assert cfg["architecture"] == "standard"
        code = np.maximum(z, 0)
    return code @ arrays["W_dec"] + arrays["b_dec"]


def sparsify(directory, cfg, x):
    arrays = read_safetensors(os.path.join(directory, "sae.safetensors"))
    d_in, latents = cfg["d_in"], cfg["num_latents"]
    assert {name: array.shape for name, array in arrays.items()} == {
        "encoder.weight": (latents, d_in),
        "encoder.bias": (latents,),
        "W_dec": (latents, d_in),
        "b_dec": (d_in,),
    }
    assert cfg["activation"] == "topk" and not cfg["transcode"] and not cfg["skip_connection"]
    z = (x - arrays["b_dec"]) @ arrays["encoder.weight"].T + arrays["encoder.bias"]
    return top(z, cfg["k"]) @ arrays["W_dec"] + arrays["b_dec"]


with open(os.path.join(sys.argv[1], "cfg.json"), encoding="utf-8") as file:
    cfg = json.load(file)
images = np.fromfile(sys.argv[2], np.uint8).reshape(-1, 784).astype(np.float32) / 255
reconstruct = saelens if "architecture" in cfg else sparsify
print(reconstruct(sys.argv[1], cfg, images).astype("<f4").tobytes().hex())
