#!/usr/bin/env python3
"""Makes the golden files of this folder: small models and operations computed by PyTorch in float64.

    python3 make_golden.py            write every file, after checking gradients by finite differences
    python3 make_golden.py --check    write nothing; compare a fresh computation with the committed files
    python3 make_golden.py NAME ...   only the named files

Inputs and parameters are drawn, rounded to float32 and only then used, so that both sides start from the same
values. Everything is computed in float64 and rounded to float32 when it is stored. README.md names the tensors.
"""
import argparse
import json
import math
import re
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

SEED = 20220203
FOLDER = Path(__file__).resolve().parent
# Distance that every ReLU argument, pooling runner-up and |.| argument keeps from its kink. A float32 run that errs by less
# takes the same branches, so that its gradients can be compared.
KINK_MARGIN = 4e-6
DIFFERENCE_STEP = 1e-6


# ---- files ----------------------------------------------------------------------------------------------------------

def write_safetensors(path, tensors, metadata):
    header, chunks, offset = {"__metadata__": metadata}, [], 0
    for name in sorted(tensors):
        values = tensors[name]
        data = values.tobytes()
        header[name] = {"dtype": {"f4": "F32", "i4": "I32"}[values.dtype.str[1:]], "shape": list(values.shape),
                        "data_offsets": [offset, offset + len(data)]}
        chunks.append(data)
        offset += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(chunks))


def read_safetensors(path):
    data = path.read_bytes()
    length, = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + length])
    metadata, body = header.pop("__metadata__"), data[8 + length:]
    return {name: np.frombuffer(body[slice(*entry["data_offsets"])], {"F32": "<f4", "I32": "<i4"}[entry["dtype"]])
            .reshape(entry["shape"]) for name, entry in header.items()}, metadata


def stored(tensor):
    values = np.ascontiguousarray(tensor.detach().numpy())
    values = values.astype("<f4" if values.dtype.kind == "f" else "<i4")
    assert np.all(np.isfinite(values))
    return values.reshape(1) if values.ndim == 0 else values


class Golden:
    """One golden file in the making: its configuration and its named tensors."""

    def __init__(self, name, config, attempt=0):
        self.name, self.config, self.attempt, self.tensors = name, config, attempt, {}

    def add(self, prefix, tensors):
        for name, tensor in tensors.items():
            self.tensors[prefix + name] = stored(tensor)

    def metadata(self):
        return {"config": json.dumps(self.config), "seed": str(SEED), "attempt": str(self.attempt),
                "script": Path(__file__).name}

    def write(self):
        path = FOLDER / f"{self.name}.safetensors"
        write_safetensors(path, self.tensors, self.metadata())
        self.check(tolerance=0)
        print(f"{path.name:44} {len(self.tensors):4} tensors {path.stat().st_size:8} bytes")
        return path.stat().st_size

    def check(self, tolerance=1e-6):
        committed, metadata = read_safetensors(FOLDER / f"{self.name}.safetensors")
        assert metadata == self.metadata(), f"{self.name}: the metadata differs"
        assert committed.keys() == self.tensors.keys(), f"{self.name}: the tensor names differ"
        for name, values in self.tensors.items():
            assert committed[name].shape == values.shape, f"{self.name}: {name} has another shape"
            error = np.abs(committed[name].astype("f8") - values).max()
            assert error <= tolerance * np.abs(values).max(), f"{self.name}: {name} differs by {error}"


# ---- drawing --------------------------------------------------------------------------------------------------------

class Draw:
    """Random values, float32-exact in float64 tensors; the stream depends on the file's name only."""

    def __init__(self, name, attempt=0):
        self.rng = np.random.default_rng([SEED, zlib.crc32(name.encode()), attempt])

    def exact(self, values):
        return torch.from_numpy(np.asarray(values).astype("f4").astype("f8"))

    def normal(self, *shape, scale=1.0, mean=0.0):
        return self.exact(mean + scale * self.rng.standard_normal(shape))

    def uniform(self, *shape, low=0.0, high=1.0):
        return self.exact(self.rng.uniform(low, high, shape))

    def gumbel(self, *shape):
        return self.exact(-np.log(-np.log(self.rng.uniform(1e-6, 1 - 1e-6, shape))))

    def integers(self, count, *shape):
        return torch.from_numpy(self.rng.integers(0, count, shape))

    def positions(self, batch, tokens, chosen):
        return torch.from_numpy(np.stack([np.sort(self.rng.permutation(tokens)[:chosen]) for _ in range(batch)]))

    def image(self, batch, height, width):
        """Waves with noise, inside (0.02, 0.98), so that every window varies."""
        rows, columns = np.mgrid[0:height, 0:width] / 8.0
        phase = self.rng.uniform(0, 2 * np.pi, (4, batch, 3, 1, 1))
        slope = self.rng.uniform(-2, 2, (2, batch, 3, 1, 1))
        waves = np.sin(slope[0] * rows + slope[1] * columns + phase[0]) + 0.5 * np.sin(3 * rows - 2 * columns + phase[1])
        noise = self.rng.standard_normal((batch, 3, height, width))
        return self.exact(np.clip(0.5 + 0.22 * waves + 0.12 * noise, 0.02, 0.98))

    def parameters(self, shapes):
        return {name: self.parameter(name, shape) for name, shape in shapes.items()}

    def parameter(self, name, shape):
        last = name.split(".")[-1]
        if last.startswith("gamma_"):
            return self.normal(*shape, scale=0.03, mean=0.1)
        if ("norm" in name or len(shape) == 1) and last == "weight":
            return self.normal(*shape, scale=0.2, mean=1.0)
        if last in ("b", "bias", "q_bias", "v_bias"):
            return self.normal(*shape, scale=0.2)
        if last in TOKENS_AND_TABLES:
            return self.normal(*shape, scale=0.5)
        return self.normal(*shape, scale=weight_gain(name) / math.sqrt(math.prod(shape[1:])))


TOKENS_AND_TABLES = ("cls_token", "mask_token", "pos_embed", "relative_position_bias_table")


def weight_gain(name):
    """The dVAE is drawn larger: its gain of 1 / layers^2 would hide a wrong residual branch, flat logits a wrong token."""
    return 2.0 if "res_path" in name else 3.0 if name.endswith(".w") and "id_path" not in name else 1.0


class Formula:
    """Values of models too large to be stored, as an integer hash of name and index; FormulaValues.cs computes the same bits.

    Batch norms are given small weights and large biases: of eight channels five are open and two shut to a ReLU, far from its kink, and one is around it.
    With a few elements a channel, one ReLU on the other side of its kink changes the gradients by a tenth; were all open, the next norm would take
    the biases away again and leave them no gradient at all.
    """

    def __init__(self, salt):
        self.salt = salt

    def values(self, name, shape):
        mean, deviation = self.distribution(name, shape)
        with np.errstate(over="ignore"):
            x = np.arange(math.prod(shape), dtype=np.uint32) * np.uint32(2654435769) + np.uint32(fnv1a(f"{self.salt}/{name}"))
            x = (x ^ (x >> np.uint32(16))) * np.uint32(0x85EBCA6B)
            x = (x ^ (x >> np.uint32(13))) * np.uint32(0xC2B2AE35)
            x ^= x >> np.uint32(16)
        unit = (x >> np.uint32(8)).astype("f8") / (1 << 24) - 0.5
        values = mean + deviation * math.sqrt(12.0) * unit
        if self.is_batch_norm(name) and name.endswith("bias"):
            kind = np.arange(len(values)) % 8
            values = np.where(kind == 0, values - 1.0, np.where(kind <= 2, -values, values))
        return torch.from_numpy(values.astype("f4").astype("f8").reshape(shape))

    @staticmethod
    def is_batch_norm(name):
        return re.search(r"\.(bn\d|downsample\.1)\.(weight|bias)$", name) is not None

    @staticmethod
    def distribution(name, shape):
        """Mean and deviation: every value of mean +- sqrt(3) * deviation is as likely."""
        last = name.split(".")[-1]
        if Formula.is_batch_norm(name):
            return (0.3, 0.03) if last == "weight" else (1.0, 0.1)
        if last == "running_var":
            return 1.0, 0.3
        if last == "running_mean":
            return 0.0, 0.3
        if name.startswith("input."):
            return 0.0, 1.0
        if last.startswith("gamma_"):
            return 0.1, 0.03
        if last in TOKENS_AND_TABLES:
            return 0.0, 0.5
        if len(shape) == 1:
            return (1.0 if last == "weight" else 0.0), 0.2
        return 0.0, weight_gain(name) / math.sqrt(math.prod(shape[1:]))


def fnv1a(text):
    value = 2166136261
    for byte in text.encode("ascii"):
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value


class Kinks:
    """Functions with a kink, which remember how near to it they were evaluated."""

    def __init__(self):
        self.margin = math.inf

    def seen(self, distance):
        self.margin = min(self.margin, distance.detach().min().item())

    def settled(self, bias, x, gain=1.0):
        """A map that a ReLU will see; its channels hold the named bias times gain."""
        return x

    def relu(self, x):
        self.seen(x.abs())
        return F.relu(x)

    def absolute(self, x):
        self.seen(x.abs())
        return x.abs()

    def max_pool(self, x):
        batch, channels, height, width = x.shape
        windows = x.reshape(batch, channels, height // 2, 2, width // 2, 2).transpose(3, 4).flatten(-2)
        best = windows.topk(2, dim=-1).values
        self.seen(best[..., 0] - best[..., 1])
        return best[..., 0]

    def max_pool_3x3(self, x):
        """With stride 2 and padding 1. After a ReLU many neighbours are equal zeros, of which none moves."""
        windows = F.unfold(F.pad(x, (1, 1, 1, 1), value=-1.0), 3, stride=2).reshape(x.shape[0], x.shape[1], 9, -1)
        best = windows.topk(2, dim=2).values
        moving = best[:, :, 0] > 0
        if moving.any():
            self.seen((best[:, :, 0] - best[:, :, 1])[moving])
        return F.max_pool2d(x, 3, 2, 1)


class NearKink(Exception):
    """A pooling's runner-up is too near: no bias moves it away."""


class Settling(Kinks):
    """Moves the biases of a large model until none of its millions of ReLUs is near its kink: of the gaps between a channel's
    values that lie within a tenth of their deviation from zero, the widest is brought there."""

    def __init__(self, parameters):
        super().__init__()
        self.parameters, self.moved = parameters, {}

    def seen(self, distance):
        super().seen(distance)
        if self.margin < KINK_MARGIN:
            raise NearKink

    def settled(self, bias, x, gain=1.0):
        values = x.transpose(0, 1).flatten(1).sort(1).values
        middles, gaps = (values[:, 1:] + values[:, :-1]) / 2, values[:, 1:] - values[:, :-1]
        gaps = torch.where(middles.abs() <= 0.1 * values.std(1, keepdim=True), gaps, torch.zeros(()))
        widest, place = gaps.max(1)
        shift = torch.where(widest > 0, -middles.gather(1, place[:, None])[:, 0], torch.zeros(()))
        before = self.parameters[bias]
        self.moved[bias] = self.parameters[bias] = torch.from_numpy((before + shift / gain).numpy().astype("f4").astype("f8"))
        return x + gain * (self.moved[bias] - before)[:, None, None]


# ---- the DALL-E discrete VAE (method: Ramesh et al. 2021) -------------------------------------------------------------

ENCODER_KERNELS, DECODER_KERNELS = (3, 3, 3, 1), (1, 3, 3, 3)


def conv_shapes(name, channels_in, channels_out, kernel):
    return {f"{name}.w": (channels_out, channels_in, kernel, kernel), f"{name}.b": (channels_out,)}


def group_shapes(widths, channels, blocks, kernels):
    shapes = {}
    for group, width in enumerate(widths, 1):
        for block in range(1, blocks + 1):
            name, hidden = f"blocks.group_{group}.block_{block}", width // 4
            if channels != width:
                shapes |= conv_shapes(f"{name}.id_path", channels, width, 1)
            ends = [channels, hidden, hidden, hidden, width]
            for i, kernel in enumerate(kernels):
                shapes |= conv_shapes(f"{name}.res_path.conv_{i + 1}", ends[i], ends[i + 1], kernel)
            channels = width
    return shapes


def encoder_shapes(c):
    widths = [c["hiddenWidth"] << group for group in range(c["groupCount"])]
    return (conv_shapes("blocks.input", 3, c["hiddenWidth"], 7)
            | group_shapes(widths, c["hiddenWidth"], c["blocksPerGroup"], ENCODER_KERNELS)
            | conv_shapes("blocks.output.conv", widths[-1], c["vocabularySize"], 1))


def decoder_shapes(c):
    widths = [c["hiddenWidth"] << group for group in reversed(range(c["groupCount"]))]
    return (conv_shapes("blocks.input", c["vocabularySize"], c["initWidth"], 1)
            | group_shapes(widths, c["initWidth"], c["blocksPerGroup"], DECODER_KERNELS)
            | conv_shapes("blocks.output.conv", widths[-1], 6, 1))


def conv(p, name, x):
    return F.conv2d(x, p[f"{name}.w"], p[f"{name}.b"], padding=p[f"{name}.w"].shape[-1] // 2)


def dvae_body(p, c, x, kinks, between_groups):
    return dvae_groups(p, c, kinks.settled("blocks.input.b", conv(p, "blocks.input", x)), kinks, between_groups)


def dvae_groups(p, c, x, kinks, between_groups):
    gain = 1.0 / (c["groupCount"] * c["blocksPerGroup"]) ** 2
    for group in range(1, c["groupCount"] + 1):
        for block in range(1, c["blocksPerGroup"] + 1):
            name, residual = f"blocks.group_{group}.block_{block}", x
            for i in range(1, 4):
                convolution = f"{name}.res_path.conv_{i}"
                residual = kinks.settled(f"{convolution}.b", conv(p, convolution, kinks.relu(residual)))
            residual = conv(p, f"{name}.res_path.conv_4", kinks.relu(residual))
            identity = conv(p, f"{name}.id_path", x) if f"{name}.id_path.w" in p else x
            x = kinks.settled(f"{name}.res_path.conv_4.b", identity + gain * residual, gain)
        if group < c["groupCount"]:
            x = between_groups(x)
    return conv(p, "blocks.output.conv", kinks.relu(x))


def encoder(p, c, pixels, kinks):
    return dvae_body(p, c, pixels, kinks, kinks.max_pool)


def decoder(p, c, code, kinks):
    return dvae_body(p, c, code, kinks, doubled)


def doubled(x):
    return x.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)


def map_pixels(x):
    return 0.8 * x + 0.1


def decoded_image(statistics):
    return ((torch.sigmoid(statistics[:, :3]) - 0.1) / 0.8).clamp(0, 1)


def one_hot_code(tokens, c, side):
    return F.one_hot(tokens, c["vocabularySize"]).double().transpose(1, 2).reshape(len(tokens), -1, side, side)


def below(p, prefix):
    return {name[len(prefix):]: value for name, value in p.items() if name.startswith(prefix)}


# ---- transformers: BEiT (generator) and ViT (enhancer) ----------------------------------------------------------------

def block_shapes(c, beit):
    dim, hidden, shapes = c["embedDim"], c["embedDim"] * c["mlpRatio"], {}
    for i in range(c["depth"]):
        b = f"blocks.{i}"
        shapes |= {f"{b}.norm1.weight": (dim,), f"{b}.norm1.bias": (dim,), f"{b}.attn.qkv.weight": (3 * dim, dim)}
        shapes |= ({f"{b}.attn.q_bias": (dim,), f"{b}.attn.v_bias": (dim,)} if beit else {f"{b}.attn.qkv.bias": (3 * dim,)})
        shapes |= {f"{b}.attn.proj.weight": (dim, dim), f"{b}.attn.proj.bias": (dim,),
                   f"{b}.norm2.weight": (dim,), f"{b}.norm2.bias": (dim,),
                   f"{b}.mlp.fc1.weight": (hidden, dim), f"{b}.mlp.fc1.bias": (hidden,),
                   f"{b}.mlp.fc2.weight": (dim, hidden), f"{b}.mlp.fc2.bias": (dim,)}
        if c.get("layerScale"):
            shapes |= {f"{b}.gamma_1": (dim,), f"{b}.gamma_2": (dim,)}
    return shapes | {"norm.weight": (dim,), "norm.bias": (dim,)}


def embedding_shapes(c):
    dim, patch, side = c["embedDim"], c["patchSize"], c["imageSize"] // c["patchSize"]
    shapes = {"patch_embed.proj.weight": (dim, 3, patch, patch), "patch_embed.proj.bias": (dim,)}
    if c["classToken"]:
        shapes |= {"cls_token": (1, 1, dim)}
    if c["absolutePositions"]:
        shapes |= {"pos_embed": (1, side * side + c["classToken"], dim)}
    return shapes


def beit_shapes(c):
    dim, side = c["embedDim"], c["imageSize"] // c["patchSize"]
    shapes = embedding_shapes(c) | {"mask_token": (1, 1, dim)}
    if c["sharedRelativePositionBias"]:
        shapes |= {"rel_pos_bias.relative_position_bias_table": ((2 * side - 1) ** 2 + 3, c["heads"])}
    return shapes | block_shapes(c, beit=True) | {
        "lm_head.weight": (c["vocabularySize"], dim), "lm_head.bias": (c["vocabularySize"],)}


def vit_shapes(c, head, head_width):
    return embedding_shapes(c) | block_shapes(c, beit=False) | {
        f"{head}.weight": (head_width, c["embedDim"]), f"{head}.bias": (head_width,)}


def relative_position_index(side):
    """Row of the bias table for every (query, key) of [class, patches]: differences first, then the three class entries."""
    span, count = 2 * side - 1, side * side
    index = torch.full((count + 1, count + 1), span * span + 2)
    index[0, 1:], index[1:, 0] = span * span, span * span + 1
    for query in range(count):
        for key in range(count):
            rows, columns = query // side - key // side, query % side - key % side
            index[query + 1, key + 1] = (rows + side - 1) * span + columns + side - 1
    return index


def attention(qkv, bias):
    """[batch, tokens, 3, heads, headDim] and [heads, tokens, tokens] or None to [batch, tokens, heads, headDim]."""
    q, k, v = qkv.permute(2, 0, 3, 1, 4)
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1)
    return (torch.softmax(scores if bias is None else scores + bias, dim=-1) @ v).transpose(1, 2)


def transformer(p, c, x, bias=None):
    batch, tokens, dim = x.shape

    def norm(name, y):
        return F.layer_norm(y, (dim,), p[f"{name}.weight"], p[f"{name}.bias"], c["layerNormEpsilon"])

    def linear(name, y):
        return F.linear(y, p[f"{name}.weight"], p[f"{name}.bias"])

    for i in range(c["depth"]):
        b = f"blocks.{i}"
        qkv_bias = p.get(f"{b}.attn.qkv.bias")
        if qkv_bias is None:
            qkv_bias = torch.cat([p[f"{b}.attn.q_bias"], torch.zeros_like(p[f"{b}.attn.q_bias"]), p[f"{b}.attn.v_bias"]])
        qkv = F.linear(norm(f"{b}.norm1", x), p[f"{b}.attn.qkv.weight"], qkv_bias)
        context = attention(qkv.reshape(batch, tokens, 3, c["heads"], -1), bias).reshape(batch, tokens, dim)
        x = x + p.get(f"{b}.gamma_1", 1.0) * linear(f"{b}.attn.proj", context)
        hidden = F.gelu(linear(f"{b}.mlp.fc1", norm(f"{b}.norm2", x)))
        x = x + p.get(f"{b}.gamma_2", 1.0) * linear(f"{b}.mlp.fc2", hidden)
    return norm("norm", x)


def embed(p, c, image, masked_positions=None):
    x = F.conv2d(image, p["patch_embed.proj.weight"], p["patch_embed.proj.bias"], stride=c["patchSize"])
    x = x.flatten(2).transpose(1, 2)
    if masked_positions is not None:
        masked = x.new_zeros(x.shape[:2]).scatter(1, masked_positions, 1.0)[..., None]
        x = x * (1 - masked) + p["mask_token"] * masked
    if c["classToken"]:
        x = torch.cat([p["cls_token"].expand(len(x), -1, -1), x], dim=1)
    return x + p["pos_embed"] if c["absolutePositions"] else x


def beit_masked_logits(p, c, image, masked_positions):
    bias = None
    if c["sharedRelativePositionBias"]:
        index = relative_position_index(c["imageSize"] // c["patchSize"])
        bias = p["rel_pos_bias.relative_position_bias_table"][index].permute(2, 0, 1)
    x = transformer(p, c, embed(p, c, image, masked_positions), bias)[:, int(c["classToken"]):]
    rows = x.gather(1, masked_positions[..., None].expand(-1, -1, x.shape[-1])).flatten(0, 1)
    return F.linear(rows, p["lm_head.weight"], p["lm_head.bias"])


def vit_head(p, c, image, head):
    x = transformer(p, c, embed(p, c, image))[:, int(c["classToken"]):]
    return F.linear(x, p[f"{head}.weight"], p[f"{head}.bias"])


# ---- ResNets (He et al. 2016, version 1.5) ----------------------------------------------------------------------------

def resnet_layers(c):
    """Every convolution with its norm: name, norm's name, in, out, kernel, stride, dilation; blocks as lists of them."""
    expansion = 4 if c["block"] == "bottleneck" else 1
    width, channels, dilation, blocks = c["width"], c["width"], 1, []
    stem = ("conv1", "bn1", 3, width, 3, 1, 1) if c["smallStem"] else ("conv1", "bn1", 3, width, 7, 2, 1)
    for stage, depth in enumerate(c["depths"]):
        dilated, inner = stage >= 4 - c["dilatedStages"], width << stage
        stride, first_dilation = 1 if stage == 0 or dilated else 2, dilation
        dilation *= 2 if dilated else 1
        for i in range(depth):
            name, s, d = f"layer{stage + 1}.{i}", stride if i == 0 else 1, first_dilation if i == 0 else dilation
            out = inner * expansion
            if c["block"] == "bottleneck":
                sizes = [(channels, inner, 1, 1, 1), (inner, inner, 3, s, d), (inner, out, 1, 1, 1)]
            else:
                sizes = [(channels, inner, 3, s, d), (inner, out, 3, 1, dilation)]
            branch = [(f"{name}.conv{k}", f"{name}.bn{k}", *size) for k, size in enumerate(sizes, 1)]
            shortcut = (f"{name}.downsample.0", f"{name}.downsample.1", channels, out, 1, s, 1)
            blocks.append((stage, branch, shortcut if s != 1 or channels != out else None))
            channels = out
    return stem, blocks


def resnet_convolutions(c):
    stem, blocks = resnet_layers(c)
    return [stem] + [layer for _, branch, shortcut in blocks for layer in branch + ([shortcut] if shortcut else [])]


def resnet_shapes(c):
    shapes = {}
    for conv_name, norm, channels_in, channels_out, kernel, _, _ in resnet_convolutions(c):
        shapes |= {f"{conv_name}.weight": (channels_out, channels_in, kernel, kernel),
                   f"{norm}.weight": (channels_out,), f"{norm}.bias": (channels_out,)}
    return shapes


def resnet_statistics(c):
    return {f"{layer[1]}.{kind}": (layer[3],) for layer in resnet_convolutions(c) for kind in ("running_mean", "running_var")}


def resnet(p, c, image, statistics, training, kinks):
    """The maps of all stages, and the running statistics as they are afterwards."""
    after = {name: value.clone() for name, value in statistics.items()}

    def norm_of_convolution(layer, x):
        conv_name, norm, _, _, kernel, stride, dilation = layer
        x = F.conv2d(x, p[f"{conv_name}.weight"], stride=stride, padding=kernel // 2 * dilation, dilation=dilation)
        return F.batch_norm(x, after[f"{norm}.running_mean"], after[f"{norm}.running_var"], p[f"{norm}.weight"], p[f"{norm}.bias"],
                            training=training, momentum=c["momentum"], eps=c["normEpsilon"])

    stem, blocks = resnet_layers(c)
    x = kinks.relu(norm_of_convolution(stem, image))
    if not c["smallStem"]:
        x = kinks.max_pool_3x3(x)
    maps = {}
    for stage, branch, shortcut in blocks:
        y = x
        for layer in branch[:-1]:
            y = kinks.relu(norm_of_convolution(layer, y))
        y = norm_of_convolution(branch[-1], y)
        x = kinks.relu(y + (x if shortcut is None else norm_of_convolution(shortcut, x)))
        maps[stage] = x
    return [maps[stage] for stage in range(4)], after


def patches(image, patch):
    """[batch, 3, height, width] to [batch, patches, patch * patch * 3]: patch row, patch column, channel last."""
    batch, channels, height, width = image.shape
    x = image.reshape(batch, channels, height // patch, patch, width // patch, patch)
    return x.permute(0, 2, 4, 3, 5, 1).reshape(batch, -1, patch * patch * channels)


def sliding_window_normalised(image, window, pooled=False, epsilon=1e-6):
    """(x - mean) / sqrt(variance + epsilon) over the window from -window/2 to window - 1 - window/2, reflected at the border."""
    before = window // 2
    padded = F.pad(image, (before, window - 1 - before) * 2, mode="reflect")
    mean, square = F.avg_pool2d(padded, window, 1), F.avg_pool2d(padded ** 2, window, 1)
    if pooled:
        mean, square = mean.mean(1, keepdim=True), square.mean(1, keepdim=True)
    return (image - mean) / torch.sqrt((square - mean ** 2).clamp(min=0) + epsilon)


# ---- golden models --------------------------------------------------------------------------------------------------

def golden_model(name, config, draw_inputs, shapes, forward, differentiated=()):
    """forward(parameters, inputs, kinks) returns (loss, outputs); gradients of every parameter and of the named inputs."""
    for attempt in range(100):
        draw, kinks = Draw(name, attempt), Kinks()
        p, inputs = draw.parameters(shapes), draw_inputs(draw)
        leaves = {f"grad.{key}": p[key] for key in p} | {f"grad.input.{key}": inputs[key] for key in differentiated}
        for leaf in leaves.values():
            leaf.requires_grad_(True)
        loss, outputs = forward(p, inputs, kinks)
        gradients = dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values()))))
        # A branch whose ReLUs are all shut would test nothing.
        if kinks.margin >= KINK_MARGIN and all(gradient.abs().max() > 0 for gradient in gradients.values()):
            break
    else:
        sys.exit(f"{name}: no draw keeps its distance from every kink; lower KINK_MARGIN")
    check_gradients(name, lambda: forward(p, inputs, kinks)[0].item(), leaves, gradients)
    golden = Golden(name, config, attempt)
    for prefix, tensors in (("param.", p), ("input.", inputs), ("output.", outputs), ("", gradients), ("", {"loss": loss})):
        golden.add(prefix, tensors)
    return golden


STORED_WHOLE, DIGEST_ENTRIES = 256, 256


def digested(tensors):
    """Small tensors as they are; of large ones evenly spread entries, and [largest, norm, sum of |x|, sum]."""
    result = {}
    for name, tensor in tensors.items():
        flat = tensor.detach().reshape(-1)
        if flat.numel() <= STORED_WHOLE:
            result[name] = tensor
            continue
        places = torch.arange(DIGEST_ENTRIES) * flat.numel() // DIGEST_ENTRIES
        result[f"{name}.entries"] = flat[places]
        result[f"{name}.digest"] = torch.stack([flat.abs().max(), flat.norm(), flat.abs().sum(), flat.sum()])
    return result


def formula_model(name, config, input_shapes, draw_inputs, shapes, forward, differentiated=(), settled=False, first_salt=0):
    """A model of full size, with values by Formula and digests of what comes out. No margin keeps a million ReLUs from their kinks:
    either their biases are settled, and stored, or a salt is taken with which PyTorch in float32 agrees to a fifth of the tests' tolerance."""
    for salt in range(first_salt, 100):
        formula, config = Formula(salt), config | {"formula": {"salt": salt, "inputs": {k: list(v) for k, v in input_shapes.items()}}}
        stored_inputs, moved = draw_inputs(Draw(name)), {}

        def inputs_of(dtype):
            inputs = {key: formula.values(f"input.{key}", shape).to(dtype) for key, shape in input_shapes.items()}
            return inputs | {key: value.to(dtype) if value.is_floating_point() else value for key, value in stored_inputs.items()}

        def parameter(key, shape):
            return moved[key] if key in moved else formula.values(f"param.{key}", shape)

        def run(dtype):
            p = {key: parameter(key, shape).to(dtype).requires_grad_(True) for key, shape in shapes.items()}
            inputs, kinks = inputs_of(dtype), Kinks()
            leaves = {f"grad.{key}": p[key] for key in p} | {f"grad.input.{key}": inputs[key].requires_grad_(True) for key in differentiated}
            loss, outputs = forward(p, inputs, kinks)
            gradients = dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values()))))
            return named("output.", outputs) | gradients | {"loss": loss}, kinks.margin

        if settled:
            settling = Settling({key: parameter(key, shape) for key, shape in shapes.items()})
            with torch.no_grad():
                try:
                    forward(settling.parameters, inputs_of(torch.float64), settling)
                except NearKink:
                    continue
            moved = settling.moved
        (exact, margin), (rounded, _) = run(torch.float64), run(torch.float32)
        error = max(((exact[key] - rounded[key]).abs().max() / exact[key].abs().max()).item() for key in exact)
        print(f"{name}: salt {salt}, margin {margin:.1e}, PyTorch in float32 within {error:.1e}")
        if error <= 2e-4:
            break
    else:
        sys.exit(f"{name}: no salt gives a model that float32 can follow")
    golden = Golden(name, config)
    golden.add("param.", moved)
    golden.add("input.", stored_inputs)
    golden.add("", digested(exact))
    return golden


def check_gradients(name, evaluate, leaves, gradients):
    """Central differences in float64 at the largest and at one more entry of every gradient."""
    rng = np.random.default_rng(SEED)
    for key, leaf in leaves.items():
        values, gradient = leaf.detach().view(-1), gradients[key].reshape(-1)
        largest = gradient.abs().max().item()
        for entry in {int(gradient.abs().argmax()), int(rng.integers(values.numel()))}:
            kept = values[entry].item()
            values[entry] = kept + DIFFERENCE_STEP
            above = evaluate()
            values[entry] = kept - DIFFERENCE_STEP
            difference = (above - evaluate()) / (2 * DIFFERENCE_STEP)
            values[entry] = kept
            error = abs(difference - gradient[entry].item())
            assert error <= 1e-5 * largest + 1e-8, f"{name}: {key}[{entry}] is off by {error} (largest {largest})"


def dvae_config(groups, width):
    return {"imageSize": 16, "batch": 2, "groupCount": groups, "blocksPerGroup": 2, "hiddenWidth": width,
            "initWidth": 12, "vocabularySize": 32}


def grid_side(c):
    return c["imageSize"] >> (c["groupCount"] - 1)


def dvae_encoder(name, c):
    side = grid_side(c)

    def draw_inputs(draw):
        return {"pixels": draw.exact(map_pixels(draw.image(2, 16, 16))),
                "grad_output": draw.normal(2, c["vocabularySize"], side, side)}

    def forward(p, inputs, kinks):
        logits = encoder(p, c, inputs["pixels"], kinks)
        best = logits.topk(2, dim=1).values
        kinks.seen((best[:, 0] - best[:, 1]) * 0.1)
        return (logits * inputs["grad_output"]).sum(), {"logits": logits, "golden_tokens": logits.argmax(1).flatten(1)}

    return golden_model(name, c, draw_inputs, encoder_shapes(c), forward, ("pixels",))


def dvae_decoder(name, c):
    side = grid_side(c)

    def draw_inputs(draw):
        return {"code": draw.exact(torch.softmax(draw.normal(2, c["vocabularySize"], side, side, scale=2.0), 1)),
                "tokens": draw.integers(c["vocabularySize"], 2, side * side),
                "grad_output": draw.normal(2, 6, 16, 16)}

    def forward(p, inputs, kinks):
        statistics = decoder(p, c, inputs["code"], kinks)
        image = decoded_image(decoder(p, c, one_hot_code(inputs["tokens"], c, side), Kinks()))
        return (statistics * inputs["grad_output"]).sum(), {"statistics": statistics, "image": image}

    return golden_model(name, c, draw_inputs, decoder_shapes(c), forward, ("code",))


def dvae_training(name):
    c = dvae_config(3, 16) | {"temperature": 0.5, "klWeight": 0.125, "usageWeight": 0.25}
    side = grid_side(c)

    def draw_inputs(draw):
        return {"image": draw.image(2, 16, 16), "gumbel": draw.gumbel(2, c["vocabularySize"], side, side)}

    def forward(p, inputs, kinks):
        pixels = map_pixels(inputs["image"])
        logits = encoder(below(p, "encoder."), c, pixels, kinks)
        code = torch.softmax((logits + inputs["gumbel"]) / c["temperature"], dim=1)
        statistics = decoder(below(p, "decoder."), c, code, kinks)
        mu, log_b = statistics.chunk(2, dim=1)
        distance = kinks.absolute(torch.log(pixels / (1 - pixels)) - mu)
        nll = (math.log(2) + log_b + torch.log(pixels * (1 - pixels)) + distance * torch.exp(-log_b)).mean()
        log_q = torch.log_softmax(logits, dim=1)
        kl = (log_q.exp() * (log_q + math.log(c["vocabularySize"]))).sum(1).mean()
        usage = log_q.exp().mean((0, 2, 3))
        entropy = -(usage * usage.log()).sum()
        loss = nll + c["klWeight"] * kl - c["usageWeight"] * entropy
        return loss, {"logits": logits, "code": code, "statistics": statistics, "nll": nll, "kl": kl,
                      "usage_entropy": entropy}

    shapes = {f"encoder.{key}": shape for key, shape in encoder_shapes(c).items()}
    shapes |= {f"decoder.{key}": shape for key, shape in decoder_shapes(c).items()}
    return golden_model(name, c, draw_inputs, shapes, forward)


def transformer_config(**options):
    return {"imageSize": 16, "patchSize": 4, "batch": 2, "embedDim": 32, "depth": 2, "heads": 4, "mlpRatio": 4,
            "layerNormEpsilon": 1e-6, "classToken": True, "absolutePositions": True} | options


def beit_generator(name, relative):
    c = transformer_config(absolutePositions=not relative, sharedRelativePositionBias=relative,
                           layerScale=0.1 if relative else 0, vocabularySize=32, maskedCount=9)

    def draw_inputs(draw):
        tokens, masked = draw.integers(32, 2, 16), draw.positions(2, 16, c["maskedCount"])
        return {"image": draw.normal(2, 3, 16, 16), "golden_tokens": tokens, "masked_positions": masked,
                "masked_golden_tokens": tokens.gather(1, masked)}

    def forward(p, inputs, kinks):
        logits = beit_masked_logits(p, c, inputs["image"], inputs["masked_positions"])
        outputs = {"masked_logits": logits}
        if relative:
            outputs["relative_position_index"] = relative_position_index(c["imageSize"] // c["patchSize"])
        return F.cross_entropy(logits, inputs["masked_golden_tokens"].flatten()), outputs

    return golden_model(name, c, draw_inputs, beit_shapes(c), forward, ("image",))


def vit_respix(name, class_token):
    c = transformer_config(classToken=class_token, window=8, windowEpsilon=1e-6, l1Weight=1, l2Weight=1)

    def draw_inputs(draw):
        return {"image": draw.normal(2, 3, 16, 16), "clean_image": draw.image(2, 16, 16)}

    def forward(p, inputs, kinks):
        target = sliding_window_normalised(inputs["clean_image"], c["window"], epsilon=c["windowEpsilon"])
        prediction = vit_head(p, c, inputs["image"], "respix_head")
        difference = prediction - patches(target, c["patchSize"])
        l1, l2 = kinks.absolute(difference).mean(), (difference ** 2).mean()
        return l1 + l2, {"prediction": prediction, "target": target, "target_patches": patches(target, c["patchSize"]),
                         "l1": l1, "l2": l2}

    return golden_model(name, c, draw_inputs, vit_shapes(c, "respix_head", 48), forward, ("image",))


def vit_revdet(name):
    c = transformer_config()

    def draw_inputs(draw):
        return {"image": draw.normal(2, 3, 16, 16), "replaced": draw.integers(2, 2, 16).double()}

    def forward(p, inputs, kinks):
        logits = vit_head(p, c, inputs["image"], "revdet_head")[..., 0]
        return F.binary_cross_entropy_with_logits(logits, inputs["replaced"]), {"logits": logits}

    return golden_model(name, c, draw_inputs, vit_shapes(c, "revdet_head", 1), forward, ("image",))


def resnet_config(block, **options):
    return {"block": block, "depths": [1, 1, 1, 1], "width": 4, "dilatedStages": 0, "smallStem": False, "normEpsilon": 1e-5,
            "momentum": 0.1, "batch": 2} | options


def head_shapes(name, channels_in, channels_out):
    return {f"{name}.weight": (channels_out, channels_in, 1, 1), f"{name}.bias": (channels_out,)}


def output_channels(c):
    return c["width"] * 8 * (4 if c["block"] == "bottleneck" else 1)


def draw_statistics(draw, c):
    return {f"statistics.{name}": draw.normal(*shape, scale=0.3) if name.endswith("mean") else draw.uniform(*shape, low=0.5, high=2.0)
            for name, shape in resnet_statistics(c).items()}


def named(prefix, tensors):
    return {prefix + name: value for name, value in tensors.items()}


def resnet_respix(name, c):
    def draw_inputs(draw):
        size = c["imageSize"]
        return {"image": draw.normal(2, 3, size, size), "clean_image": draw.image(2, size, size)} | draw_statistics(draw, c)

    def forward(p, inputs, kinks):
        target = sliding_window_normalised(inputs["clean_image"], c["window"], epsilon=c["windowEpsilon"])
        maps, after = resnet(p, c, inputs["image"], below(inputs, "statistics."), c["training"], kinks)
        prediction = F.pixel_shuffle(F.conv2d(maps[-1], p["respix_head.weight"], p["respix_head.bias"]), c["outputStride"])
        l1, l2 = kinks.absolute(prediction - target).mean(), ((prediction - target) ** 2).mean()
        return l1 + l2, {"prediction": prediction, "l1": l1, "l2": l2} | named("statistics.", after)

    shapes = resnet_shapes(c) | head_shapes("respix_head", output_channels(c), 3 * c["outputStride"] ** 2)
    return golden_model(name, c, draw_inputs, shapes, forward, ("image",))


def resnet_revdet(name, c):
    side = c["tokenSide"]

    def draw_inputs(draw):
        return {"image": draw.normal(2, 3, c["imageSize"], c["imageSize"]),
                "replaced": draw.integers(2, 2, side * side).double()} | draw_statistics(draw, c)

    factor = 1 if c["upsampling"] == "bilinear" else side // c["mapSide"]
    return golden_model(name, c, draw_inputs, resnet_shapes(c) | head_shapes("revdet_head", output_channels(c), factor ** 2),
                        lambda p, inputs, kinks: resnet_detection(p, c, inputs, kinks), ("image",))


def resnet50(name, training):
    c = resnet_config("bottleneck", depths=[3, 4, 6, 3], width=64, imageSize=64, training=training, mapSide=2, tokenSide=4, upsampling="pixel_shuffle")
    statistics = resnet_statistics(c)

    return formula_model(name, c, {"image": (2, 3, 64, 64)} | named("statistics.", statistics), lambda draw: {"replaced": draw.integers(2, 2, 16).double()},
                         resnet_shapes(c) | head_shapes("revdet_head", output_channels(c), 4), lambda p, inputs, kinks: resnet_detection(p, c, inputs, kinks), ("image",))


def full_size(dim, **options):
    """A transformer of a published size: 12 blocks at 224 pixels with patches of 16, one picture."""
    return transformer_config(imageSize=224, patchSize=16, batch=1, embedDim=dim, depth=12, heads=dim // 64, **options)


def vit_full(name, dim):
    c = full_size(dim)

    def forward(p, inputs, kinks):
        tokens = transformer(p, c, embed(p, c, inputs["image"]))
        logits = F.linear(tokens[:, 1:], p["revdet_head.weight"], p["revdet_head.bias"])[..., 0]
        return F.binary_cross_entropy_with_logits(logits, inputs["replaced"]), {"tokens": tokens, "logits": logits}

    return formula_model(name, c, {"image": (1, 3, 224, 224)}, lambda draw: {"replaced": draw.integers(2, 1, 196).double()},
                         vit_shapes(c, "revdet_head", 1), forward, ("image",))


def beit_full(name):
    c = full_size(768, absolutePositions=False, sharedRelativePositionBias=True, layerScale=0.1, vocabularySize=8192, maskedCount=75)

    def draw_inputs(draw):
        tokens, masked = draw.integers(8192, 1, 196), draw.positions(1, 196, c["maskedCount"])
        return {"golden_tokens": tokens, "masked_positions": masked, "masked_golden_tokens": tokens.gather(1, masked)}

    def forward(p, inputs, kinks):
        logits = beit_masked_logits(p, c, inputs["image"], inputs["masked_positions"])
        return F.cross_entropy(logits, inputs["masked_golden_tokens"].flatten()), {"masked_logits": logits}

    return formula_model(name, c, {"image": (1, 3, 224, 224)}, draw_inputs, beit_shapes(c), forward, ("image",))


def dalle_config():
    return {"imageSize": 112, "batch": 1, "groupCount": 4, "blocksPerGroup": 2, "hiddenWidth": 256, "initWidth": 128, "vocabularySize": 8192}


def dalle_encoder(name):
    """Every earlier salt leaves a runner-up of some pooling near its winner."""
    c = dalle_config()

    def forward(p, inputs, kinks):
        logits = encoder(p, c, inputs["pixels"], kinks)
        return (logits * inputs["grad_output"]).sum(), {"logits": logits, "golden_tokens": logits.argmax(1).flatten(1)}

    shapes = encoder_shapes(c)
    assert sum(map(math.prod, shapes.values())) == 53_786_240
    return formula_model(name, c, {"pixels": (1, 3, 112, 112), "grad_output": (1, 8192, 14, 14)}, lambda draw: {}, shapes, forward, ("pixels",),
                         settled=True, first_salt=36)


def dalle_decoder(name):
    c = dalle_config()

    def forward(p, inputs, kinks):
        statistics = decoder(p, c, inputs["code"], kinks)
        image = decoded_image(decoder(p, c, one_hot_code(inputs["tokens"], c, 14).to(statistics.dtype), Kinks()))
        return (statistics * inputs["grad_output"]).sum(), {"statistics": statistics, "image": image}

    shapes = decoder_shapes(c)
    assert sum(map(math.prod, shapes.values())) == 43_829_766
    return formula_model(name, c, {"code": (1, 8192, 14, 14), "grad_output": (1, 6, 112, 112)}, lambda draw: {"tokens": draw.integers(8192, 1, 196)},
                         shapes, forward, ("code",), settled=True)


def resnet_detection(p, c, inputs, kinks):
    """Loss and outputs of a ResNet that tells which tokens were replaced."""
    maps, after = resnet(p, c, inputs["image"], below(inputs, "statistics."), c["training"], kinks)
    logits = revdet_logits(p, c, maps[-1])
    outputs = {"logits": logits} | {f"map{i}": x for i, x in enumerate(maps)}
    return F.binary_cross_entropy_with_logits(logits, inputs["replaced"]), outputs | (named("statistics.", after) if c["training"] else {})


def revdet_logits(p, c, x):
    side = c["tokenSide"]
    if c["upsampling"] == "bilinear":
        x = F.interpolate(x, size=(side, side), mode="bilinear", align_corners=False)
    logits = F.conv2d(x, p["revdet_head.weight"], p["revdet_head.bias"])
    return (logits if c["upsampling"] == "bilinear" else F.pixel_shuffle(logits, side // c["mapSide"])).flatten(1)


# ---- golden operations ------------------------------------------------------------------------------------------------

def sliding_window(name):
    sizes = [(16, 16, 8), (13, 17, 8), (8, 8, 8), (9, 9, 5), (12, 12, 1)]
    draw, golden = Draw(name), Golden(name, {"epsilon": 1e-6, "cases": {}})
    for height, width, window in sizes:
        case = f"{height}x{width}_window{window}"
        image = draw.image(2, height, width)
        golden.config["cases"][case] = {"height": height, "width": width, "window": window}
        golden.add(f"input.{case}.", {"image": image})
        for kind, pooled in (("per_channel", False), ("pooled", True)):
            target = sliding_window_normalised(image, window, pooled)
            check_sliding_window(image.numpy(), target.numpy(), window, pooled)
            golden.add(f"output.{case}.", {kind: target})
    return golden


def check_sliding_window(image, target, window, pooled):
    """The definition, pixel by pixel, with the variance as the mean of squared distances."""
    def reflected(i, size):
        return -i if i < 0 else 2 * (size - 1) - i if i >= size else i

    _, _, height, width = image.shape
    for (b, ch, y, x), value in np.ndenumerate(target):
        rows = [reflected(y + d - window // 2, height) for d in range(window)]
        columns = [reflected(x + d - window // 2, width) for d in range(window)]
        seen = image[b, slice(None) if pooled else slice(ch, ch + 1)][:, rows][:, :, columns]
        assert abs((image[b, ch, y, x] - seen.mean()) / math.sqrt(seen.var() + 1e-6) - value) < 1e-6


def adamw(name):
    c = {"beta1": 0.9, "beta2": 0.98, "epsilon": 1e-8, "weightDecay": 0.05}

    def make(groups):
        return torch.optim.AdamW(groups, betas=(c["beta1"], c["beta2"]), eps=c["epsilon"])

    def by_hand(value, state, gradient, rate, step, decay):
        value = value * (1 - rate * decay)
        m = c["beta1"] * state["exp_avg"] + (1 - c["beta1"]) * gradient
        v = c["beta2"] * state["exp_avg_sq"] + (1 - c["beta2"]) * gradient ** 2
        corrected = m / (1 - c["beta1"] ** step)
        value = value - rate * corrected / (torch.sqrt(v / (1 - c["beta2"] ** step)) + c["epsilon"])
        return value, {"exp_avg": m, "exp_avg_sq": v}

    return updates(name, c, [1e-3, 5e-3, 1e-2, 3e-3, 2e-4], make, by_hand, ("exp_avg", "exp_avg_sq"))


def sgd(name):
    c = {"momentum": 0.9, "nesterov": True, "weightDecay": 0.05}

    def make(groups):
        return torch.optim.SGD(groups, lr=1.0, momentum=c["momentum"], nesterov=c["nesterov"])

    def by_hand(value, state, gradient, rate, step, decay):
        gradient = gradient + decay * value
        momentum = c["momentum"] * state["momentum_buffer"] + gradient
        return value - rate * (gradient + c["momentum"] * momentum), {"momentum_buffer": momentum}

    return updates(name, c, [1e-2, 5e-2, 1e-1, 3e-2, 2e-3], make, by_hand, ("momentum_buffer",))


def updates(name, c, rates, make, by_hand, state_names):
    """Five clipped updates of three parameters by an optimizer of PyTorch, compared with a formulation by hand."""
    shapes = {"weight": (5, 7), "table": (3, 4, 2), "bias": (6,)}
    c |= {"maxGradientNorm": 3.0, "steps": 5, "notDecayed": ["bias"]}
    draw, golden = Draw(name), Golden(name, c)
    p = {key: draw.normal(*shape).requires_grad_(True) for key, shape in shapes.items()}
    golden.add("param.", p)
    rates = draw.exact(rates)
    optimizer = make([{"params": [p["weight"], p["table"]], "weight_decay": c["weightDecay"]}, {"params": [p["bias"]], "weight_decay": 0.0}])
    expected = {key: (value.detach().clone(), dict.fromkeys(state_names, 0.0)) for key, value in p.items()}
    norms = []
    for step, (rate, scale) in enumerate(zip(rates.tolist(), (0.1, 2.0, 0.05, 1.0, 0.3)), 1):
        gradients = {key: draw.normal(*shape, scale=scale) for key, shape in shapes.items()}
        golden.add(f"input.step_{step}.", gradients)
        for key in p:
            p[key].grad = gradients[key].clone()
        norms.append(torch.nn.utils.clip_grad_norm_(list(p.values()), c["maxGradientNorm"]))
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        coefficient = min(1.0, c["maxGradientNorm"] / (math.sqrt(sum((g ** 2).sum() for g in gradients.values())) + 1e-6))
        for key in p:
            expected[key] = by_hand(*expected[key], gradients[key] * coefficient, rate, step, 0.0 if key == "bias" else c["weightDecay"])
            assert torch.allclose(p[key], expected[key][0], rtol=1e-12, atol=1e-14)
            state = {state_name: optimizer.state[p[key]][state_name] for state_name in state_names}
            golden.add(f"output.step_{step}.{key}.", {"value": p[key]} | state)
    assert min(norms) < c["maxGradientNorm"] < max(norms)
    golden.add("input.", {"learning_rates": rates})
    golden.add("output.", {"gradient_norms": torch.stack(norms)})
    return golden


def probed(golden, case, inputs, operation, grad_output):
    """Adds one case: inputs, outputs and the gradients of sum(output * grad_output) for every input."""
    for tensor in inputs.values():
        tensor.requires_grad_(True)
    output = operation(**inputs)
    gradients = torch.autograd.grad((output * grad_output).sum(), list(inputs.values()))
    gradients = dict(zip(inputs, gradients))
    check_gradients(golden.name, lambda: (operation(**inputs) * grad_output).sum().item(), inputs, gradients)
    golden.add(f"input.{case}.", inputs | {"grad_output": grad_output})
    golden.add(f"output.{case}.", {"result": output})
    golden.add(f"grad.input.{case}.", gradients)
    return output.detach()


def upsample(name, mode):
    draw, golden = Draw(name), Golden(name, {"mode": mode, "alignCorners": False, "cases": {}})
    for case, source, target in (("x2", (5, 6), (10, 12)), ("7_to_16", (7, 7), (16, 16)), ("8_to_16", (8, 8), (16, 16))):
        golden.config["cases"][case] = {"inputSize": source, "outputSize": target}
        image = draw.normal(2, 3, *source)
        output = probed(golden, case, {"image": image},
                        lambda image: F.interpolate(image, size=target, mode=mode, align_corners=False),
                        draw.normal(2, 3, *target))
        rows, columns = (resize_matrix(*pair, mode) for pair in zip(source, target))
        assert np.allclose(rows @ image.detach().numpy() @ columns.T, output.numpy(), atol=1e-12)
    return golden


def resize_matrix(source, target, mode):
    """The resize as a matrix [target, source]: half-pixel centres, border samples repeated."""
    matrix = np.zeros((target, source))
    for row in range(target):
        centre = (row + 0.5) * source / target - 0.5
        for tap in range(math.floor(centre) - 1, math.floor(centre) + 3):
            d = abs(centre - tap)
            if mode == "bilinear":
                weight = max(0.0, 1 - d)
            else:
                weight = (1.25 * d - 2.25) * d * d + 1 if d <= 1 else -0.75 * (((d - 5) * d + 8) * d - 4) if d < 2 else 0.0
            matrix[row, min(max(tap, 0), source - 1)] += weight
    return matrix


def attention_cases(name):
    draw, golden = Draw(name), Golden(name, {"scale": "headDim^-0.5", "cases": {}})
    for case, (batch, tokens, heads, width), biased in (("plain", (2, 9, 2, 8), False), ("biased", (2, 17, 3, 8), True),
                                                        ("wide_head", (1, 37, 1, 64), True)):
        golden.config["cases"][case] = {"batch": batch, "tokens": tokens, "heads": heads, "headDim": width, "bias": biased}
        inputs = {"qkv": draw.normal(batch, tokens, 3, heads, width)}
        if biased:
            inputs["bias"] = draw.normal(heads, tokens, tokens)
        output = probed(golden, case, inputs, lambda qkv, bias=None: attention(qkv, bias),
                        draw.normal(batch, tokens, heads, width)).numpy()
        q, k, v = np.moveaxis(inputs["qkv"].detach().numpy(), 2, 0)
        scores = np.einsum("bqhd,bkhd->bhqk", q, k) / math.sqrt(width)
        weights = np.exp(scores + (inputs["bias"].detach().numpy() if biased else 0))
        weights /= weights.sum(-1, keepdims=True)
        assert np.allclose(np.einsum("bhqk,bkhd->bqhd", weights, v), output, atol=1e-12)
    return golden


def gelu(name):
    draw, golden = Draw(name), Golden(name, {"approximation": "none", "cases": {"line": {}}})
    values = draw.exact(np.concatenate([np.linspace(-8, 8, 129), draw.normal(128)]))
    output = probed(golden, "line", {"x": values}, F.gelu, draw.normal(257))
    by_hand = [0.5 * x * (1 + math.erf(x / math.sqrt(2))) for x in values.tolist()]
    assert np.allclose(by_hand, output.numpy(), atol=1e-14)
    return golden


FILES = {
    "dvae_encoder": lambda name: dvae_encoder(name, dvae_config(4, 8)),
    "dvae_encoder_3groups": lambda name: dvae_encoder(name, dvae_config(3, 16)),
    "dvae_decoder": lambda name: dvae_decoder(name, dvae_config(4, 8)),
    "dvae_decoder_3groups": lambda name: dvae_decoder(name, dvae_config(3, 16)),
    "dvae_training": dvae_training,
    "beit_generator": lambda name: beit_generator(name, relative=False),
    "beit_generator_relative": lambda name: beit_generator(name, relative=True),
    "vit_respix": lambda name: vit_respix(name, class_token=True),
    "vit_respix_no_class_token": lambda name: vit_respix(name, class_token=False),
    "vit_revdet": vit_revdet,
    "resnet_respix": lambda name: resnet_respix(name, resnet_config(
        "basic", smallStem=True, imageSize=32, outputStride=8, training=True, window=8, windowEpsilon=1e-6)),
    "resnet_revdet": lambda name: resnet_revdet(name, resnet_config(
        "bottleneck", imageSize=64, training=True, mapSide=2, tokenSide=4, upsampling="pixel_shuffle")),
    "resnet_evaluation": lambda name: resnet_revdet(name, resnet_config(
        "bottleneck", depths=[1, 1, 2, 2], dilatedStages=2, imageSize=32, training=False, mapSide=4, tokenSide=8,
        upsampling="bilinear")),
    "resnet50_training": lambda name: resnet50(name, training=True),
    "resnet50_evaluation": lambda name: resnet50(name, training=False),
    "vit_s16": lambda name: vit_full(name, 384),
    "vit_b16": lambda name: vit_full(name, 768),
    "beit_b16": beit_full,
    "dalle_encoder": dalle_encoder,
    "dalle_decoder": dalle_decoder,
    "sliding_window": sliding_window,
    "adamw": adamw,
    "sgd": sgd,
    "bilinear_upsample": lambda name: upsample(name, "bilinear"),
    "bicubic_upsample": lambda name: upsample(name, "bicubic"),
    "attention": attention_cases,
    "gelu": gelu,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="one of: " + ", ".join(FILES))
    parser.add_argument("--check", action="store_true", help="compare with the committed files instead of writing them")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - FILES.keys()
    if unknown:
        parser.error(f"unknown file {', '.join(sorted(unknown))}; known: {', '.join(FILES)}")
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    total = 0
    for name in arguments.names or FILES:
        golden = FILES[name](name)
        if arguments.check:
            golden.check()
            print(f"{name}: as committed")
        else:
            total += golden.write()
    if total:
        print(f"PyTorch {torch.__version__}, numpy {np.__version__}: {total} bytes in all")


if __name__ == "__main__":
    main()
