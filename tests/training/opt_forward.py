#!/usr/bin/env python3
"""Loss of a character model of OPT's architecture in plain Python, double precision.

    tests/training/opt_forward.py FOLDER TEXT

An independent computation of what tests/training/stored_model_test.cpp asserts: mean cross-entropy, in
nats, of the next character over the first and the last window of the text. For checkpoints of one
file in float16, with pre-normalisation, ReLU and tied tables.
"""
import json
import math
import operator
import struct
import sys


def read_weights(path):
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    weights = {}
    for name, entry in header.items():
        begin, end = (8 + length + place for place in entry["data_offsets"])
        flat = list(struct.unpack("<%de" % ((end - begin) // 2), data[begin:end]))
        shape = entry["shape"]
        rows = [flat[k * shape[-1] : (k + 1) * shape[-1]] for k in range(shape[0])]
        weights[name] = flat if len(shape) == 1 else rows
    return weights


def dot(a, b):
    return sum(map(operator.mul, a, b))


class Model:
    def __init__(self, folder):
        self.config = json.load(open(folder + "/config.json"))
        self.weights = read_weights(folder + "/model.safetensors")
        self.characters = json.load(open(folder + "/characters.json"))["characters"]

    def of(self, name):
        return self.weights["model.decoder." + name]

    def normal(self, x, name):
        result = []
        for row in x:
            mean = sum(row) / len(row)
            variance = sum((a - mean) ** 2 for a in row) / len(row)
            scale = 1.0 / math.sqrt(variance + 1e-5)
            pairs = zip(row, self.of(name + ".weight"), self.of(name + ".bias"))
            result.append([(a - mean) * scale * w + b for a, w, b in pairs])
        return result

    def linear(self, x, name):
        pairs = list(zip(self.of(name + ".weight"), self.of(name + ".bias")))
        return [[dot(row, w) + b for w, b in pairs] for row in x]

    def attention(self, x, block):
        query, key, value = (self.linear(x, block + "self_attn." + k) for k in ("q_proj", "k_proj", "v_proj"))
        size = len(x[0]) // self.config["num_attention_heads"]
        mixed = [[0.0] * len(x[0]) for _ in x]
        for first in range(0, len(x[0]), size):
            part = slice(first, first + size)
            for i in range(len(x)):
                scores = [dot(query[i][part], key[j][part]) / math.sqrt(size) for j in range(i + 1)]
                powers = [math.exp(score - max(scores)) for score in scores]
                for j in range(i + 1):
                    for k in range(first, first + size):
                        mixed[i][k] += powers[j] / sum(powers) * value[j][k]
        return self.linear(mixed, block + "self_attn.out_proj")

    def losses(self, ids):
        tokens, targets = ids[:-1], ids[1:]
        table = self.of("embed_tokens.weight")
        add = lambda x, y: [[a + b for a, b in zip(p, q)] for p, q in zip(x, y)]
        x = add([table[token] for token in tokens], self.of("embed_positions.weight")[2:])
        for k in range(self.config["num_hidden_layers"]):
            block = "layers.%d." % k
            x = add(x, self.attention(self.normal(x, block + "self_attn_layer_norm"), block))
            hidden = self.linear(self.normal(x, block + "final_layer_norm"), block + "fc1")
            x = add(x, self.linear([[max(a, 0.0) for a in row] for row in hidden], block + "fc2"))
        for row, target in zip(self.normal(x, "final_layer_norm"), targets):
            scores = [dot(row, token) for token in table]
            most = max(scores)
            yield math.log(sum(math.exp(score - most) for score in scores)) + most - scores[target]


def main():
    model = Model(sys.argv[1])
    ids = [model.characters.index(character) for character in sys.argv[2]]
    window = model.config["max_position_embeddings"] + 1
    losses = [loss for first in (0, len(ids) - window) for loss in model.losses(ids[first : first + window])]
    print(sum(losses) / len(losses))


main()
