#!/usr/bin/env python3
"""Takes the newest model from its topic and reconstructs images with NumPy alone.

usage: reconstruct.py BOOTSTRAP_SERVERS [MODEL [IMAGES]]

Needs kafka-python, lz4 and NumPy (Debian: apt-get install python3-kafka python3-lz4 python3-numpy). Checks every
tensor's size against the manifest, reconstructs the newest images of the topic `images`, and prints the error of each.
MODEL has four sigmoid layers, as the presets plain, sparse and sharp do.
"""

import json
import sys

import numpy as np
from kafka import KafkaConsumer, TopicPartition


def read(servers, topic, newest=None):
    """All records of the topic's one partition, or the newest ones.

    kafka-python before 2.1, such as Debian's 2.0.2, has no isolation level: it hands over records of transactions that
    were never committed, too. Whoever must see each result once takes another client, or a newer one.
    """
    consumer = KafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False)
    partition = TopicPartition(topic, 0)
    if not consumer.partitions_for_topic(topic):
        sys.exit(f"there is no topic {topic} on {servers}")
    consumer.assign([partition])
    end = consumer.end_offsets([partition])[partition]
    consumer.seek(partition, 0 if newest is None else max(0, end - newest))
    records = []
    while consumer.position(partition) < end:
        for batch in consumer.poll(timeout_ms=1000).values():
            records += batch
    consumer.close()
    return records


def newest_model(servers, model):
    """Manifest and tensors: the topic is compacted, and the newest value of each key is the model."""
    values = {record.key.decode(): record.value for record in read(servers, "model." + model)}
    if "manifest" not in values:
        sys.exit(f"no model {model} has been published yet")
    manifest = json.loads(values["manifest"])
    tensors = {}
    for entry in manifest["tensors"]:
        name, chunks = entry["name"], entry["chunks"]
        keys = [name] if chunks == 1 else [f"{name}/{i}" for i in range(chunks)]
        tensor = np.frombuffer(b"".join(values[key] for key in keys), "<f4")
        tensors[name] = tensor.reshape(entry["shape"])
    return manifest, tensors


def require_sigmoid(manifest):
    """Ends if the model needs other formulas: a manifest names activation, output and scale only then."""
    kind = {name: manifest["hyperparameters"].get(name) for name in ("activation", "output", "scale")}
    others = [f"the {name} {json.dumps(value)}" for name, value in kind.items() if value is not None]
    if others or len(manifest["architecture"]) != 5:
        has = ", ".join([f"the layers {manifest['architecture']}"] + others)
        sys.exit(f"model {manifest['model']} has {has}: this program computes four sigmoid layers alone")


def layer(x, tensors, suffix):
    return 1 / (1 + np.exp(-(x @ tensors["w_" + suffix] + tensors["b_" + suffix])))


def reconstruct(images, tensors):
    """uint8 [n, 784] to codes [n, 30] and reconstructions [n, 784], both 0 ... 1."""
    x = images.astype(np.float32) / 255
    code = layer(layer(x, tensors, "e_1"), tensors, "e_2")
    return code, layer(layer(code, tensors, "d_1"), tensors, "d_2")


def main():
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    servers = sys.argv[1]
    model = sys.argv[2] if len(sys.argv) > 2 else "sparse"
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    manifest, tensors = newest_model(servers, model)
    require_sigmoid(manifest)
    print(f"model {model} at step {manifest['step']}, layers {manifest['architecture']}")
    records = read(servers, "images", count)
    images = np.stack([np.frombuffer(record.value, np.uint8) for record in records])
    code, reconstructions = reconstruct(images, tensors)
    errors = ((reconstructions - images / 255) ** 2).mean(axis=1)
    for record, error, units in zip(records, errors, code):
        print(f"{record.key.decode():18} mse {error:.4f}  mean of its {units.size} code units {units.mean():.3f}")


if __name__ == "__main__":
    main()
