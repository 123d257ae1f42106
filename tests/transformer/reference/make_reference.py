#!/usr/bin/python3
"""Tiny random checkpoints and their scores by PyTorch, for checkpoint_test.cpp.

Debian: python3-torch (1.13.1 made the stored files). Each folder beside this file gets config.json,
the weights as safetensors and expected.safetensors: `tokens` and `scores`, in double precision from
the weights as they are stored. The blocks are torch.nn.TransformerEncoderLayer; what is around them
follows S. Zhang et al., arXiv:2205.01068, and J. Devlin et al., NAACL 2019.
"""
import json
import math
import pathlib
import struct

import torch
from torch import nn
from torch.nn import functional

HERE = pathlib.Path(__file__).parent
NAMES = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.float64: "F64",
         torch.int64: "I64"}


def write_safetensors(path, tensors):
    header, values = {}, b""
    for name, tensor in tensors.items():
        data = tensor.contiguous().view(-1).view(torch.uint8 if tensor.numel() else tensor.dtype)
        data = bytes(data.tolist())
        header[name] = {"dtype": NAMES[tensor.dtype], "shape": list(tensor.shape),
                        "data_offsets": [len(values), len(values) + len(data)]}
        values += data
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + values)


class Store:
    """Random weights, each stored in one of the types; handed out in double."""

    def __init__(self, seed, types):
        self.random = torch.Generator().manual_seed(seed)
        self.types = types
        self.tensors = {}

    def __call__(self, name, *shape, mean=0.0, spread=0.3):
        values = mean + spread * torch.randn(*shape, generator=self.random, dtype=torch.float64)
        kind = self.types[len(self.tensors) % len(self.types)]
        self.tensors[name] = values.to(kind)
        return self.tensors[name].double()

    def linear(self, name, depth, outputs):
        return self(name + ".weight", outputs, depth), self(name + ".bias", outputs)

    def norm(self, name, width, scale="weight", shift="bias"):
        return self(f"{name}.{scale}", width, mean=1.0), self(f"{name}.{shift}", width)


def block(config, query, key, value, output, first, second, norms, before, activation, epsilon):
    layer = nn.TransformerEncoderLayer(
        config["hidden_size"], config["num_attention_heads"], first[0].shape[0], dropout=0.0,
        activation=activation, layer_norm_eps=epsilon, batch_first=True, norm_first=before,
        dtype=torch.float64)
    attention = layer.self_attn
    state = {"self_attn.in_proj_weight": torch.cat([query[0], key[0], value[0]]),
             "self_attn.in_proj_bias": torch.cat([query[1], key[1], value[1]]),
             "self_attn.out_proj.weight": output[0], "self_attn.out_proj.bias": output[1],
             "linear1.weight": first[0], "linear1.bias": first[1],
             "linear2.weight": second[0], "linear2.bias": second[1],
             "norm1.weight": norms[0][0], "norm1.bias": norms[0][1],
             "norm2.weight": norms[1][0], "norm2.bias": norms[1][1]}
    layer.load_state_dict(state)
    assert attention.head_dim * attention.num_heads == config["hidden_size"]
    return layer.train()  # No dropout; evaluation may take a fused path in another precision.


def opt(config, store, tokens, prefix):
    width, embedding = config["hidden_size"], config["word_embed_proj_dim"]
    before = config["do_layer_norm_before"]
    table = store(prefix + "embed_tokens.weight", config["vocab_size"], embedding)
    places = store(prefix + "embed_positions.weight", config["max_position_embeddings"] + 2, width)
    hidden = functional.embedding(tokens, table)
    if embedding != width:
        hidden = hidden @ store(prefix + "project_in.weight", width, embedding).T
        out = store(prefix + "project_out.weight", embedding, width)
    hidden = hidden + places[torch.arange(tokens.shape[1]) + 2]
    mask = torch.full((tokens.shape[1],) * 2, -math.inf, dtype=torch.float64).triu(1)
    for index in range(config["num_hidden_layers"]):
        name = f"{prefix}layers.{index}."
        parts = [store.linear(f"{name}self_attn.{part}_proj", width, width)
                 for part in ("q", "k", "v", "out")]
        norms = [store.norm(name + "self_attn_layer_norm", width)]
        first = store.linear(name + "fc1", width, config["ffn_dim"])
        second = store.linear(name + "fc2", config["ffn_dim"], width)
        norms.append(store.norm(name + "final_layer_norm", width))
        layer = block(config, *parts, first, second, norms, before,
                      config["activation_function"], 1e-5)
        hidden = layer(hidden, src_mask=mask)
    if before:
        hidden = functional.layer_norm(hidden, [width],
                                       *store.norm(prefix + "final_layer_norm", width), 1e-5)
    if embedding != width:
        hidden = hidden @ out.T
    if config.get("tie_word_embeddings", True):
        return hidden @ table.T
    return hidden @ store("lm_head.weight", config["vocab_size"], embedding).T


def bert(config, store, tokens, prefix, scale, shift, head):
    width, epsilon = config["hidden_size"], config["layer_norm_eps"]

    def norm(name, hidden):
        return functional.layer_norm(hidden, [width], *store.norm(name, width, scale, shift),
                                     epsilon)

    table = store(prefix + "embeddings.word_embeddings.weight", config["vocab_size"], width)
    places = store(prefix + "embeddings.position_embeddings.weight",
                   config["max_position_embeddings"], width)
    types = store(prefix + "embeddings.token_type_embeddings.weight", config["type_vocab_size"],
                  width)
    hidden = functional.embedding(tokens, table) + places[:tokens.shape[1]] + types[0]
    hidden = norm(prefix + "embeddings.LayerNorm", hidden)
    for index in range(config["num_hidden_layers"]):
        name = f"{prefix}encoder.layer.{index}."
        parts = [store.linear(f"{name}attention.{part}", width, width)
                 for part in ("self.query", "self.key", "self.value", "output.dense")]
        norms = [store.norm(name + "attention.output.LayerNorm", width, scale, shift)]
        first = store.linear(name + "intermediate.dense", width, config["intermediate_size"])
        second = store.linear(name + "output.dense", config["intermediate_size"], width)
        norms.append(store.norm(name + "output.LayerNorm", width, scale, shift))
        hidden = block(config, *parts, first, second, norms, False, config["hidden_act"],
                       epsilon)(hidden)
    if head is None:
        return hidden
    pooler = store.linear(prefix + "pooler.dense", width, width)
    if head == "pooler":
        return torch.tanh(functional.linear(hidden[:, 0], *pooler))
    if head == "classifier":
        pooled = torch.tanh(functional.linear(hidden[:, 0], *pooler))
        return functional.linear(pooled, *store.linear("classifier", width, 3))
    store.linear("cls.seq_relationship", width, 2)
    store.tensors[prefix + "embeddings.position_ids"] = torch.arange(
        config["max_position_embeddings"])[None]
    hidden = functional.gelu(
        functional.linear(hidden, *store.linear("cls.predictions.transform.dense", width, width)))
    hidden = norm("cls.predictions.transform.LayerNorm", hidden)
    return functional.linear(hidden, table, store("cls.predictions.bias", config["vocab_size"]))


def make(name, config, types, seed, network, shards=1):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    store = Store(seed, types)
    tokens = torch.randint(config["vocab_size"], (2, 7), generator=store.random)
    with torch.no_grad():
        scores = network(config, store, tokens)
    write_safetensors(folder / "expected.safetensors",
                      {"tokens": tokens.double(), "scores": scores})
    if shards == 1:
        write_safetensors(folder / "model.safetensors", store.tensors)
        return
    names = list(store.tensors)
    index = {"metadata": {}, "weight_map": {}}
    for shard in range(shards):
        file = f"model-{shard + 1:05}-of-{shards:05}.safetensors"
        part = names[shard * len(names) // shards:(shard + 1) * len(names) // shards]
        write_safetensors(folder / file, {name: store.tensors[name] for name in part})
        index["weight_map"].update({name: file for name in part})
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")


def main():
    base = {"model_type": "opt", "vocab_size": 30, "hidden_size": 24, "num_hidden_layers": 2,
            "num_attention_heads": 3, "ffn_dim": 40, "max_position_embeddings": 12,
            "word_embed_proj_dim": 24, "do_layer_norm_before": True,
            "activation_function": "relu"}
    make("opt", base, [torch.float32], 1,
         lambda *rest: opt(*rest, prefix="model.decoder."))
    behind = base | {"word_embed_proj_dim": 10, "do_layer_norm_before": False,
                     "tie_word_embeddings": False}
    make("opt_behind", behind, [torch.float16], 2, lambda *rest: opt(*rest, prefix="decoder."),
         shards=2)
    encoder = {"model_type": "bert", "vocab_size": 26, "hidden_size": 24, "num_hidden_layers": 2,
               "num_attention_heads": 4, "intermediate_size": 36, "max_position_embeddings": 9,
               "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12}
    make("bert", encoder, [torch.float32], 3,
         lambda *rest: bert(*rest, "bert.", "gamma", "beta", "masked"))
    make("bert_classifier", encoder, [torch.float64, torch.bfloat16], 4,
         lambda *rest: bert(*rest, "bert.", "weight", "bias", "classifier"))
    make("bert_pooler", encoder | {"num_hidden_layers": 1}, [torch.bfloat16], 5,
         lambda *rest: bert(*rest, "", "weight", "bias", "pooler"))


if __name__ == "__main__":
    main()
