#!/usr/bin/env python3
"""The rows of `cim bench ops` that ggml has too, on a Vulkan device: products, convolutions, attention; validated first, written as the same file."""
import argparse
import ctypes
import ctypes.util
import time

import torch
import torch.nn.functional as F

import bench_file

F32, F16 = 0, 1
SIZES, KINDS = {F32: 4, F16: 2}, {F32: torch.float32, F16: torch.float16}
# ggml multiplies in 16 bits on matrix units, even what is stored in 32.
TOLERANCE = {F32: 1e-2, F16: 2e-2}
SHORTEST_MILLISECONDS = 20


class InitParameters(ctypes.Structure):
    _fields_ = [("mem_size", ctypes.c_size_t), ("mem_buffer", ctypes.c_void_p), ("no_alloc", ctypes.c_bool)]


class Ggml:
    """What is used of libggml, and one device with a backend."""

    def __init__(self, plugins, number):
        try:
            self.base = ctypes.CDLL(ctypes.util.find_library("ggml-base") or "libggml-base.so.0", mode=ctypes.RTLD_GLOBAL)
            self.registry = ctypes.CDLL(ctypes.util.find_library("ggml") or "libggml.so.0", mode=ctypes.RTLD_GLOBAL)
        except OSError as error:
            raise SystemExit(f"no ggml here ({error}): install libggml0 and libggml0-backend-vulkan, or name their folder in LD_LIBRARY_PATH")
        self.registry.ggml_backend_load_all_from_path(plugins.encode() if plugins else None)
        self.registry.ggml_backend_dev_count.restype = ctypes.c_size_t
        devices = [d for d in map(self._device, range(self.registry.ggml_backend_dev_count())) if self._text("dev_name", d).startswith("Vulkan")]
        if number >= len(devices):
            raise SystemExit(f"--device {number}: ggml finds {len(devices)} Vulkan devices; a CPU driver wants GGML_VK_VISIBLE_DEVICES=0, the backend's folder --plugins")
        self.name = self._text("dev_description", devices[number])
        self.version = self._version()
        self.backend = self._pointer("ggml_backend_dev_init", ctypes.c_void_p(devices[number]), None)

    def _device(self, index):
        return self._pointer("ggml_backend_dev_get", ctypes.c_size_t(index), library=self.registry)

    def _text(self, function, device):
        call = getattr(self.base, f"ggml_backend_{function}")
        call.restype = ctypes.c_char_p
        return call(ctypes.c_void_p(device)).decode()

    def _version(self):
        self.base.ggml_version.restype = ctypes.c_char_p
        return self.base.ggml_version().decode()

    def _pointer(self, function, *arguments, library=None):
        call = getattr(library or self.base, function)
        call.restype = ctypes.c_void_p
        return call(*arguments)

    def context(self):
        return ctypes.c_void_p(self._pointer("ggml_init", InitParameters(16 << 20, None, True)))

    def tensor(self, context, kind, shape):
        """Row-major `shape`; ggml counts its axes from the innermost."""
        axes = [ctypes.c_int64(n) for n in (list(reversed(shape)) + [1, 1, 1])[:4]]
        return ctypes.c_void_p(self._pointer("ggml_new_tensor_4d", context, kind, *axes))

    def op(self, function, context, *arguments):
        return ctypes.c_void_p(self._pointer(function, context, *arguments))

    def graph(self, context, result, repeats):
        graph = ctypes.c_void_p(self._pointer("ggml_new_graph_custom", context, ctypes.c_size_t(repeats + 64), False))
        self.base.ggml_build_forward_expand(graph, result)
        for _ in range(repeats - 1):
            self.base.ggml_graph_add_node(graph, result)
        return graph

    def supports(self, result):
        self.base.ggml_backend_supports_op.restype = ctypes.c_bool
        return self.base.ggml_backend_supports_op(ctypes.c_void_p(self.backend), result)

    def allocate(self, context):
        return ctypes.c_void_p(self._pointer("ggml_backend_alloc_ctx_tensors", context, ctypes.c_void_p(self.backend)))

    def write(self, tensor, values):
        values = values.contiguous()
        self.base.ggml_backend_tensor_set(tensor, ctypes.c_void_p(values.data_ptr()), ctypes.c_size_t(0), ctypes.c_size_t(values.numel() * values.element_size()))

    def read(self, tensor, shape):
        values = torch.empty(shape)
        self.base.ggml_backend_tensor_get(tensor, ctypes.c_void_p(values.data_ptr()), ctypes.c_size_t(0), ctypes.c_size_t(4 * values.numel()))
        return values

    def compute(self, graph):
        """Milliseconds on the host's clock, until the device has finished."""
        start = time.perf_counter()
        status = self.base.ggml_backend_graph_compute(ctypes.c_void_p(self.backend), graph)
        if status != 0:
            raise SystemExit(f"ggml could not compute a graph (status {status})")
        return 1000 * (time.perf_counter() - start)

    def release(self, context, buffer):
        if buffer:
            self.base.ggml_backend_buffer_free(buffer)
        self.base.ggml_free(context)


def cases(ggml, kind):
    """Op, case, operands' kinds and shapes, the call, the same in PyTorch, shape of the result, floating-point operations."""
    m, k, n = 768, 3072, 768
    # Its first operand is stored as our transposed one, and its result the other way round.
    yield ("matmul_nt", f"{m}x{k}x{n}", [(kind, (n, k)), (F32, (m, k))],
           lambda c, b, a: ggml.op("ggml_mul_mat", c, b, a), lambda b, a: a @ b.t(), (m, n), 2 * m * k * n)
    one = ctypes.c_int(1)
    for batch, inputs, outputs, side, width in ((4, 64, 64, 56, 3), (4, 256, 256, 14, 3), (4, 256, 64, 56, 1)):
        padding = ctypes.c_int(width // 2)
        yield ("conv2d", f"conv{width}x{width} {side}x{side}x{inputs} to {outputs} batch {batch}",
               [(kind, (outputs, inputs, width, width)), (F32, (batch, inputs, side, side))],
               lambda c, w, x, p=padding: ggml.op("ggml_conv_2d_direct", c, w, x, one, one, p, p, one, one),
               lambda w, x, p=width // 2: F.conv2d(x, w, padding=p), (batch, outputs, side, side), 2 * batch * outputs * side * side * inputs * width * width)
    batch, tokens, heads, width = 2, 197, 12, 64
    shape, scale = (batch, heads, tokens, width), width ** -0.5
    yield ("attention", f"{heads} heads x {tokens} x {width}", [(F32, shape), (kind, shape), (kind, shape)],
           lambda c, q, k, v: ggml.op("ggml_flash_attn_ext", c, q, k, v, None, ctypes.c_float(scale), ctypes.c_float(0), ctypes.c_float(0)),
           lambda q, k, v: (torch.softmax(scale * q @ k.transpose(-2, -1), -1) @ v).transpose(1, 2), (batch, tokens, heads, width), 4 * batch * heads * tokens * tokens * width)


def time_case(ggml, precision, op, name, operands, call, expected_of, shape, flops):
    context = ggml.context()
    tensors = [ggml.tensor(context, kind, size) for kind, size in operands]
    result = call(context, *tensors)
    nothing = {"op": op, "case": name, "variant": "", "precision": precision, "samples": []}
    if not ggml.supports(result):
        ggml.release(context, None)
        return nothing | {"status": "unsupported", "reason": "ggml's Vulkan backend does not take these operands"}
    buffer = ggml.allocate(context)
    generator = torch.Generator().manual_seed(1)
    values = [torch.randn(size, generator=generator).to(KINDS[kind]) for kind, size in operands]
    for tensor, value in zip(tensors, values):
        ggml.write(tensor, value)
    single = ggml.graph(context, result, 1)
    ggml.compute(single)
    expected = expected_of(*(value.double() for value in values))
    error = float((ggml.read(result, shape).double() - expected).abs().max() / expected.abs().max())
    tolerance = TOLERANCE[operands[-1][0]]
    if not error <= tolerance:
        ggml.release(context, buffer)
        return nothing | {"maxError": error, "status": "wrong", "reason": f"differs by {error:.1e} from float64, more than {tolerance:.0e}"}
    # As many times in one graph as a fast device needs to outlast the handing over.
    repeats = min(512, max(1, int(SHORTEST_MILLISECONDS / ggml.compute(single))))
    graph = ggml.graph(context, result, repeats)

    def step():
        return ggml.compute(graph) / repeats

    bench_file.warm_up(step)
    samples = bench_file.measure(step)
    ggml.release(context, buffer)
    return bench_file.row(op, name, precision, samples, maxError=error, gflops=flops / bench_file.quantile(samples, 0.5) / 1e6)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--filter", default="", help="words that must all be in a row's name")
    parser.add_argument("--precision", choices=("fp32", "fp16"), default="fp32", help="of weights, keys and values, default fp32; ggml keeps the rest in fp32")
    parser.add_argument("--device", type=int, default=0, help="number among ggml's Vulkan devices, default 0")
    parser.add_argument("--plugins", help="folder with libggml-vulkan.so, default where ggml looks")
    parser.add_argument("--json", help="write the rows here")
    o = parser.parse_args()
    ggml, rows = Ggml(o.plugins, o.device), []
    for op, name, *case in cases(ggml, F16 if o.precision == "fp16" else F32):
        if all(word.lower() in f"{op} {name}".lower() for word in o.filter.split()):
            rows.append(time_case(ggml, o.precision, op, name, *case))
            last = rows[-1]
            print(f"{op:24} {name:36} " + (f"{last['milliseconds']:10.3f} ms {last['gflops']:10.1f} GFLOP/s, error {last['maxError']:.1e}" if last["status"] == "ok" else last["reason"]), flush=True)
    if not rows:
        parser.error(f"--filter {o.filter}: no row has these words")
    bench_file.write(o.json, bench_file.content("ops", ggml.name, "ggml", f"ggml {ggml.version} {o.precision}", "Vulkan", "llvmpipe" in ggml.name, rows))


if __name__ == "__main__":
    main()
