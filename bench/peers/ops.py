#!/usr/bin/env python3
"""The rows of `cim bench ops` that other software has too, in PyTorch: products, convolutions, attention; validated first, written as the same file."""
import argparse

import torch
import torch.nn.functional as F

import bench_file

MATMUL = (768, 3072, 768)
# batch, in, out, side, kernel
CONVOLUTIONS = ((4, 64, 64, 56, 3), (4, 256, 256, 14, 3), (4, 256, 64, 56, 1))
ATTENTION = (2, 197, 12, 64)
TOLERANCE = {"fp32": 1e-5, "fp16": 2e-2, "bf16": 1e-1}
KINDS = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


def attention(qkv, bias):
    """[batch, tokens, 3, heads, width] to [batch, heads, tokens, width]."""
    q, k, v = qkv.permute(2, 0, 3, 1, 4)
    if hasattr(F, "scaled_dot_product_attention"):
        return F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1)
    return torch.softmax(scores if bias is None else scores + bias, -1) @ v


def attention_backward(qkv, gradient, bias):
    """Forward and backward, as our row has them: what forward keeps for backward is made within the row."""
    qkv = qkv.detach().requires_grad_(True)
    return torch.autograd.grad(attention(qkv, bias), qkv, gradient)[0]


def cases():
    """Op, case, operands' shapes, function of the operands, floating-point operations."""
    m, k, n = MATMUL
    name, flops = f"{m}x{k}x{n}", 2 * m * k * n
    yield "matmul", name, [(m, k), (k, n)], torch.matmul, flops
    yield "matmul_nt", name, [(m, k), (n, k)], lambda a, b: torch.matmul(a, b.t()), flops
    yield "matmul_tn", name, [(k, m), (k, n)], lambda a, b: torch.matmul(a.t(), b), flops
    for batch, inputs, outputs, side, kernel in CONVOLUTIONS:
        yield from convolutions(batch, inputs, outputs, side, kernel)
    batch, tokens, heads, width = ATTENTION
    qkv, result, bias = (batch, tokens, 3, heads, width), (batch, heads, tokens, width), (heads, tokens, tokens)
    product = 2 * batch * heads * tokens * tokens * width
    for suffix, extra in (("", []), (" bias", [bias])):
        name = f"{heads} heads x {tokens} x {width}{suffix}"
        yield "attention", name, [qkv] + extra, lambda x, b=None: attention(x, b), 2 * product
        yield "attention_backward", name, [qkv, result] + extra, lambda x, g, b=None: attention_backward(x, g, b), 6 * product


def convolutions(batch, inputs, outputs, side, kernel):
    x, w, y = (batch, inputs, side, side), (outputs, inputs, kernel, kernel), (batch, outputs, side, side)
    name, flops, padding = f"conv{kernel}x{kernel} {side}x{side}x{inputs} to {outputs} batch {batch}", 2 * batch * outputs * side * side * inputs * kernel * kernel, kernel // 2
    yield "conv2d", name, [x, w], lambda a, b: F.conv2d(a, b, padding=padding), flops
    yield "conv2d_input_gradient", name, [w, y], lambda b, g: torch.nn.grad.conv2d_input(x, b, g, padding=padding), flops
    yield "conv2d_weight_gradient", name, [x, y], lambda a, g: torch.nn.grad.conv2d_weight(a, w, g, padding=padding), flops


def time_case(device, precision, op, name, shapes, function, flops):
    generator = torch.Generator().manual_seed(1)
    operands = [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes]
    on_device = [operand.to(device, KINDS[precision]) for operand in operands]
    expected = function(*operands)
    error = float((function(*on_device).double().cpu() - expected).abs().max() / expected.abs().max())
    if not error <= TOLERANCE[precision]:
        return {"op": op, "case": name, "variant": "", "precision": precision, "maxError": error, "status": "wrong",
                "reason": f"differs by {error:.1e} from float64, more than {TOLERANCE[precision]:.0e}", "samples": []}
    timer = bench_file.Timer(device)

    def step():
        return timer(lambda: function(*on_device))

    bench_file.warm_up(step)
    samples = bench_file.measure(step)
    return bench_file.row(op, name, precision, samples, maxError=error, gflops=flops / bench_file.quantile(samples, 0.5) / 1e6)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--filter", default="", help="words that must all be in a row's name")
    parser.add_argument("--precision", choices=KINDS, default="fp32", help="of the operands, default fp32")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda" if torch.cuda.is_available() else "cpu", help="default cuda where there is one")
    parser.add_argument("--threads", type=int, help="of the CPU, default PyTorch's")
    parser.add_argument("--json", help="write the rows here")
    o = parser.parse_args()
    if o.threads:
        torch.set_num_threads(o.threads)
    device, rows = bench_file.use_device(o.device, o.precision), []
    for op, name, shapes, function, flops in cases():
        if all(word.lower() in f"{op} {name}".lower() for word in o.filter.split()):
            rows.append(time_case(device, o.precision, op, name, shapes, function, flops))
            last = rows[-1]
            print(f"{op:24} {name:36} " + (f"{last['milliseconds']:10.3f} ms {last['gflops']:10.1f} GFLOP/s" if last["status"] == "ok" else last["reason"]), flush=True)
    if not rows:
        parser.error(f"--filter {o.filter}: no row has these words")
    bench_file.write(o.json, bench_file.bench_file("ops", device, f"eager {o.precision}", rows))


if __name__ == "__main__":
    main()
