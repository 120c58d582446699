"""Makes the small files of weights beside it. Needs PyTorch (1.13 was used); tests need none of it.

Every tensor holds (number of the tensor + number of the element / 64), so that a test knows each value from the names alone.
"""
import collections
import os
import pickle
import sys
import types

import numpy
import torch
import torch.serialization
from torch import nn

def no_source(_):
    raise OSError("the older form would pack the source code of every class into the file")


torch.serialization.get_source_lines_and_file = no_source
HERE = os.path.dirname(os.path.abspath(__file__))


def path(name):
    return os.path.join(HERE, name)


def filled(shape, number):
    count = int(numpy.prod(shape))
    return (torch.arange(count, dtype=torch.float32) / 64 + number).reshape(shape)


def fill(module):
    for number, tensor in enumerate(module.state_dict().values()):
        tensor.copy_(filled(tensor.shape, number))


def dalle_classes():
    """Classes that look to a pickle like those of DALL-E's tokenizer: same modules, names and trees; nothing of their code."""
    modules = {name: types.ModuleType(name) for name in ["dall_e", "dall_e.encoder", "dall_e.decoder", "dall_e.utils"]}
    sys.modules.update(modules)

    def define(module, name, build):
        def __init__(self, *arguments):
            nn.Module.__init__(self)
            build(self, *arguments)

        made = type(name, (nn.Module,), {"__init__": __init__, "__module__": module})
        setattr(modules[module], name, made)
        return made

    def conv(self, n_in, n_out, kw):
        self.n_in, self.n_out, self.kw, self.use_float16, self.device, self.requires_grad = n_in, n_out, kw, True, torch.device("cpu"), False
        self.w = nn.Parameter(torch.zeros(n_out, n_in, kw, kw))
        self.b = nn.Parameter(torch.zeros(n_out))

    Conv2d = define("dall_e.utils", "Conv2d", conv)

    def block(kernels):
        def build(self, n_in, n_out, n_layers):
            self.n_in, self.n_out, self.n_layers, self.post_gain = n_in, n_out, n_layers, 1 / n_layers ** 2
            hidden = n_out // 4
            self.id_path = Conv2d(n_in, n_out, 1) if n_in != n_out else nn.Identity()
            layers = []
            for i, kw in enumerate(kernels):
                layers.append((f"relu_{i + 1}", nn.ReLU()))
                layers.append((f"conv_{i + 1}", Conv2d(n_in if i == 0 else hidden, n_out if i == 3 else hidden, kw)))
            self.res_path = nn.Sequential(collections.OrderedDict(layers))
        return build

    EncoderBlock = define("dall_e.encoder", "EncoderBlock", block([3, 3, 3, 1]))
    DecoderBlock = define("dall_e.decoder", "DecoderBlock", block([1, 3, 3, 3]))

    def tree(Block, first, widths, last, between):
        n_layers = 2 * len(widths)
        parts = [("input", Conv2d(*first))]
        n_in = first[1]
        for g, width in enumerate(widths):
            blocks = [(f"block_{k + 1}", Block(n_in if k == 0 else width, width, n_layers)) for k in range(2)]
            if g + 1 < len(widths):
                blocks.append(between)
            parts.append((f"group_{g + 1}", nn.Sequential(collections.OrderedDict(blocks))))
            n_in = width
        parts.append(("output", nn.Sequential(collections.OrderedDict([("relu", nn.ReLU()), ("conv", Conv2d(n_in, last, 1))]))))
        return nn.Sequential(collections.OrderedDict(parts))

    def encoder(self, n_hid, vocab):
        self.group_count, self.n_hid, self.n_blk_per_group, self.input_channels, self.vocab_size = 4, n_hid, 2, 3, vocab
        self.device, self.requires_grad, self.use_mixed_precision = torch.device("cpu"), False, True
        self.blocks = tree(EncoderBlock, (3, n_hid, 7), [n_hid, 2 * n_hid, 4 * n_hid, 8 * n_hid], vocab, ("pool", nn.MaxPool2d(kernel_size=2)))

    def decoder(self, n_hid, vocab):
        self.group_count, self.n_init, self.n_hid, self.n_blk_per_group, self.output_channels, self.vocab_size = 4, n_hid // 2, n_hid, 2, 3, vocab
        self.blocks = tree(DecoderBlock, (vocab, n_hid // 2, 1), [8 * n_hid, 4 * n_hid, 2 * n_hid, n_hid], 6, ("upsample", nn.Upsample(scale_factor=2, mode="nearest")))

    return define("dall_e.encoder", "Encoder", encoder), define("dall_e.decoder", "Decoder", decoder)


def dalle():
    Encoder, Decoder = dalle_classes()
    for name, module in [("encoder", Encoder(4, 16)), ("decoder", Decoder(4, 16))]:
        fill(module)
        torch.save(module, path(f"{name}.pkl"), _use_new_zipfile_serialization=False)
        if name == "decoder":
            torch.save(module, path("decoder_zip.pt"))


def whole_module():
    module = nn.Sequential(collections.OrderedDict([("conv1", nn.Conv2d(3, 4, 3, bias=False)), ("bn1", nn.BatchNorm2d(4)), ("fc", nn.Linear(4, 2))]))
    module.register_buffer("passing", torch.ones(3), persistent=False)
    for number, tensor in enumerate(t for t in module.state_dict().values() if t.dtype == torch.float32):
        tensor.copy_(filled(tensor.shape, number))
    torch.save(module, path("whole_module.pt"))
    torch.save(module, path("whole_module_legacy.pt"), _use_new_zipfile_serialization=False)


def tensors():
    base = filled((4, 6), 0)
    return collections.OrderedDict([
        ("plain", base.clone()),
        ("turned", base.t()),
        ("part", base[1:3, 2:5]),
        ("scalar", torch.tensor(2.5)),
        ("empty", torch.zeros(0, 3)),
        ("half", base.half()),
        ("bfloat", base.bfloat16()),
        ("double", base.double()),
        ("long", torch.arange(-2, 4)),
        ("int", torch.arange(-2, 4, dtype=torch.int32)),
        ("short", torch.arange(-2, 4, dtype=torch.int16)),
        ("char", torch.arange(-2, 4, dtype=torch.int8)),
        ("byte", torch.arange(0, 6, dtype=torch.uint8)),
        ("bool", torch.tensor([True, False, True])),
        ("parameter", nn.Parameter(filled((2, 2), 1))),
    ])


def forms():
    torch.save(tensors(), path("tensors.pt"))
    torch.save(tensors(), path("tensors_legacy.pt"), _use_new_zipfile_serialization=False)
    arrays = {"a": filled((2, 3), 0).numpy(), "columns_first": numpy.asfortranarray(filled((2, 3), 1).numpy()), "long": numpy.arange(5)}
    for protocol in range(6):
        with open(path(f"arrays_{protocol}.pkl"), "wb") as file:
            pickle.dump(arrays, file, protocol=protocol)
    with open(path("tensors.pkl"), "wb") as file:
        pickle.dump({"weight": filled((2, 3), 0), "bias": filled((2,), 1)}, file, protocol=4)
    import argparse
    checkpoint = {"model": {f"module.{k}": v for k, v in {"weight": filled((2, 3), 0), "bias": filled((2,), 1)}.items()},
                  "model_ema": {"weight": filled((2, 3), 7), "bias": filled((2,), 8)},
                  "optimizer": {"state": {0: {"exp_avg": filled((2, 3), 2)}}, "param_groups": [{"lr": 0.1, "params": [0]}]},
                  "epoch": 3, "best": numpy.float64(0.5), "args": argparse.Namespace(lr=0.1, model="vit")}
    torch.save(checkpoint, path("checkpoint.pt"))
    torch.save({"rotation": torch.ones(2, dtype=torch.complex64)}, path("complex.pt"))
    torch.save({"w": torch.quantize_per_tensor(torch.ones(4), 0.1, 0, torch.qint8)}, path("quantised.pt"))
    torch.save({"w": torch.ones(1).expand(1000)}, path("expanded.pt"))

    class Runs:
        def __reduce__(self):
            return os.system, ("echo harm",)

    torch.save({"w": Runs()}, path("runs_a_command.pt"))


torch.manual_seed(0)
with torch.no_grad():
    dalle()
    whole_module()
    forms()
