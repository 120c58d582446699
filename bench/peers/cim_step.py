#!/usr/bin/env python3
"""The step of `cim bench train` in PyTorch: the same networks, sizes and work, timed the same way, written as the same file.

The models are those of tests/golden/make_golden.py with PyTorch's fused attention; README.md says how to run it and what to compare.
"""
import argparse
import contextlib
import math
import time

import torch
import torch.nn.functional as F

import bench_file
import small_cim
from small_cim import KINKS, models

LEARNING_RATE, CLIP_NORM, MASKED_SHARE = 1e-4, 3.0, 110 / 196
# width, enhancer depth, generator depth, heads, class token
SIZES = {"micro": (96, 4, 2, 4, False), "tiny": (192, 12, 4, 3, True), "small": (384, 12, 4, 6, True), "base": (768, 12, 4, 12, True)}
DALL_E = {"groupCount": 4, "blocksPerGroup": 2, "hiddenWidth": 256, "initWidth": 128, "vocabularySize": 8192}
MICRO_TOKENIZER = {"groupCount": 3, "blocksPerGroup": 2, "hiddenWidth": 32, "initWidth": 16, "vocabularySize": 256}


def attention(qkv, bias):
    """As models.attention, by the fused kernel where this PyTorch has one."""
    if bias is not None or not hasattr(F, "scaled_dot_product_attention"):
        return PLAIN_ATTENTION(qkv, bias)
    q, k, v = qkv.permute(2, 0, 3, 1, 4)
    return F.scaled_dot_product_attention(q, k, v).transpose(1, 2)


PLAIN_ATTENTION = models.attention
models.attention = attention


class CimStep(torch.nn.Module):
    """Both losses of a step, as CimStepGraph.cs has them: tokens, guesses, sampling, corrupted pictures, enhancer."""

    def __init__(self, o):
        super().__init__()
        width, depth, generator_depth, heads, class_token = SIZES[o.size]
        self.objective, self.size, patch = o.objective, 32 if o.size == "micro" else 224, 4 if o.size == "micro" else 16
        self.side = self.size // patch
        self.tokenizer = MICRO_TOKENIZER if o.size == "micro" else DALL_E
        self.tokenizer_size = self.side << (self.tokenizer["groupCount"] - 1)
        self.masked_count = max(1, round(self.side ** 2 * MASKED_SHARE))
        shared = models.transformer_config(imageSize=self.size, patchSize=patch, embedDim=width, heads=heads, classToken=class_token)
        self.enhancer_config = shared | {"depth": depth}
        self.generator_config = shared | {"depth": generator_depth, "vocabularySize": self.tokenizer["vocabularySize"], "sharedRelativePositionBias": False}
        head = ("revdet_head", 1) if o.objective == "revdet" else ("respix_head", 3 * patch ** 2)
        self.encoder = small_cim.dvae_parameters(models.encoder_shapes(self.tokenizer))
        self.decoder = small_cim.dvae_parameters(models.decoder_shapes(self.tokenizer))
        self.generator = small_cim.transformer_parameters(models.beit_shapes(self.generator_config), beit=True)
        self.enhancer = small_cim.transformer_parameters(models.vit_shapes(self.enhancer_config, *head), beit=False)
        self.nets = {"generator": self.generator, "enhancer": self.enhancer, "encoder": self.encoder, "decoder": self.decoder}
        self.mean, self.deviation = small_cim.IMAGENET_MEAN, small_cim.IMAGENET_STD

    def move(self, device):
        for net in self.nets:
            for name, value in self.nets[net].items():
                self.nets[net][name] = value.to(device).requires_grad_(net in ("generator", "enhancer"))
        self.mean, self.deviation = self.mean.to(device), self.deviation.to(device)
        return self

    def count(self, *names):
        return sum(value.numel() for name in names for value in self.nets[name].values())

    def forward(self, pictures, tokenizer_pictures, masked):
        golden = models.encoder(self.encoder, self.tokenizer, models.map_pixels(tokenizer_pictures), KINKS).argmax(1).flatten(1)
        logits = models.beit_masked_logits(self.generator, self.generator_config, self.normalised(pictures), masked).float()
        expected = golden.gather(1, masked).flatten()
        sampled = (logits.detach() - torch.empty_like(logits).exponential_().log()).argmax(1).reshape(masked.shape)
        tokens = golden.scatter(1, masked, sampled)
        accuracy = (logits.detach().argmax(1) == expected).float().mean()
        return F.cross_entropy(logits, expected), self.enhancer_loss(self.decode(tokens), pictures, tokens != golden), accuracy

    def normalised(self, pictures):
        return (pictures - self.mean) / self.deviation

    def decode(self, tokens):
        # The first layer as a look-up, as in DiscreteVaeDecoder.ForwardTokens.
        table = self.decoder["blocks.input.w"].flatten(1).t()
        x = (F.embedding(tokens, table) + self.decoder["blocks.input.b"]).transpose(1, 2).reshape(len(tokens), -1, self.side, self.side)
        image = models.decoded_image(models.dvae_groups(self.decoder, self.tokenizer, x, KINKS, models.doubled).float())
        return image if self.tokenizer_size == self.size else F.interpolate(image, size=(self.size, self.size), mode="bilinear", align_corners=False)

    def enhancer_loss(self, corrupted, clean, replaced):
        head = "revdet_head" if self.objective == "revdet" else "respix_head"
        output = models.vit_head(self.enhancer, self.enhancer_config, self.normalised(corrupted), head).float()
        if self.objective == "revdet":
            return F.binary_cross_entropy_with_logits(output[..., 0], replaced.float())
        difference = output - models.patches(models.sliding_window_normalised(clean, 8), self.enhancer_config["patchSize"])
        return difference.abs().mean() + (difference ** 2).mean()


class Products:
    """Counts the floating-point operations of products: 2 a multiply-add, a gradient of an operand as much again."""

    def __init__(self):
        self.flops = 0

    def __enter__(self):
        self.kept = F.linear, F.conv2d, models.attention
        F.linear, F.conv2d, models.attention = self.linear, self.conv2d, self.attention
        return self

    def __exit__(self, *_):
        F.linear, F.conv2d, models.attention = self.kept

    def add(self, flops, *operands):
        self.flops += flops * (1 + sum(operand.requires_grad for operand in operands))

    def linear(self, x, weight, bias=None):
        self.add(2 * x.numel() * weight.shape[0], x, weight)
        return self.kept[0](x, weight, bias)

    def conv2d(self, x, weight, bias=None, **options):
        y = self.kept[1](x, weight, bias, **options)
        self.add(2 * y.numel() * weight[0].numel(), x, weight)
        return y

    def attention(self, qkv, bias):
        batch, tokens, _, heads, width = qkv.shape
        self.add(4 * batch * heads * tokens * tokens * width, qkv, qkv)
        return self.kept[2](qkv, bias)


class Training:
    """Steps on the same pictures and masks again and again."""

    def __init__(self, o, step, device):
        self.losses = torch.compile(step) if o.mode == "compile" else step
        generator = torch.Generator().manual_seed(o.seed)
        self.pictures = torch.rand(o.batch, 3, step.size, step.size, generator=generator).to(device)
        self.tokenizer_pictures = self.pictures if step.tokenizer_size == step.size else torch.rand(
            o.batch, 3, step.tokenizer_size, step.tokenizer_size, generator=generator).to(device)
        self.masked = torch.rand(o.batch, step.side ** 2, generator=generator).argsort(1)[:, :step.masked_count].sort(1).values.to(device)
        self.nets = [list(net.values()) for net in (step.generator, step.enhancer)]
        options = {"fused": True} if device.type == "cuda" and torch.__version__ >= "2" else {}
        groups = [{"params": [v for v in net if (v.dim() > 1) == decayed], "weight_decay": 0.05 * decayed} for net in self.nets for decayed in (True, False)]
        self.optimizer = torch.optim.AdamW(groups, lr=LEARNING_RATE, betas=(0.9, 0.999), **options)
        kinds = {"fp16": torch.float16, "bf16": torch.bfloat16}
        self.autocast = (lambda: torch.autocast(device.type, kinds[o.precision])) if o.precision in kinds else contextlib.nullcontext
        self.scaler = torch.cuda.amp.GradScaler(enabled=o.precision == "fp16")

    def step(self):
        with self.autocast():
            generator_loss, enhancer_loss, _ = self.losses(self.pictures, self.tokenizer_pictures, self.masked)
        self.scaler.scale(generator_loss + enhancer_loss).backward()
        self.scaler.unscale_(self.optimizer)
        for net in self.nets:
            torch.nn.utils.clip_grad_norm_(net, CLIP_NORM)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.optimizer.zero_grad(set_to_none=True)
        return generator_loss.detach(), enhancer_loss.detach()

    def state_bytes(self):
        state = [value for values in self.optimizer.state.values() for value in values.values() if torch.is_tensor(value)]
        return sum(value.numel() * value.element_size() for value in state + [v for net in self.nets for v in net])


def problem(o, step, losses):
    """With random weights both networks guess."""
    if not all(math.isfinite(loss) for loss in losses):
        return "a loss of the first step is not finite"
    guesses = [(losses[0], math.log(step.tokenizer["vocabularySize"]))] + ([(losses[1], math.log(2))] if o.objective == "revdet" else [])
    return next((f"a first loss is {loss:.3f} and not near {guess:.3f}" for loss, guess in guesses if abs(loss / guess - 1) > 0.15), None)


def run(o, device):
    step = CimStep(o).move(device)
    training, timer, is_cuda = Training(o, step, device), bench_file.Timer(device), device.type == "cuda"
    losses = [float(loss) for loss in training.step()]
    first_milliseconds = 1000 * bench_file.seconds_since_start()
    with Products() as products:
        step(training.pictures[:1], training.tokenizer_pictures[:1], training.masked[:1])
    matrix_flops = o.batch * products.flops
    if is_cuda:
        torch.cuda.reset_peak_memory_stats()
    host = []

    def submit():
        start = time.perf_counter()
        training.step()
        # A CUDA device works on while the host is through; on the CPU there is no host beside the device.
        if is_cuda:
            host.append(1000 * (time.perf_counter() - start))

    def timed():
        return timer(submit)

    bench_file.warm_up(timed)
    host.clear()
    start = time.perf_counter()
    samples = bench_file.measure(timed, o.steps)
    seconds = time.perf_counter() - start
    host_median, host_spread = bench_file.median_and_spread(host) if host else (None, None)
    numbers = {"generatorParameters": step.count("generator"), "enhancerParameters": step.count("enhancer"),
               "tokenizerParameters": step.count("encoder", "decoder"), "hostMilliseconds": host_median, "hostSpread": host_spread,
               "firstStepMilliseconds": first_milliseconds, "firstGeneratorLoss": losses[0], "firstEnhancerLoss": losses[1]}
    wrong = problem(o, step, losses)
    persistent = training.state_bytes() + 4 * step.count("encoder", "decoder")
    median = bench_file.quantile(samples, 0.5)
    return bench_file.row(
        "train", f"{o.objective} {o.size} {step.size} batch {o.batch}", o.precision, samples, status="wrong" if wrong else "ok", reason=wrong or "",
        images=o.batch, imagesPerSecond=len(samples) * o.batch / seconds, matrixFlops=matrix_flops, gflops=matrix_flops / median / 1e6,
        parameters=step.count(*step.nets), persistentBytes=persistent,
        arenaBytes=max(0, torch.cuda.max_memory_allocated() - persistent) if is_cuda else None, training=numbers)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=SIZES, default="small", help="default small")
    parser.add_argument("--objective", choices=("revdet", "respix"), default="revdet", help="default revdet")
    parser.add_argument("--precision", choices=("fp32", "fp16", "bf16"), default="fp32", help="autocast to this, default fp32")
    parser.add_argument("--mode", choices=("eager", "compile"), default="eager", help="compile: torch.compile, PyTorch 2 or newer")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda" if torch.cuda.is_available() else "cpu", help="default cuda where there is one")
    parser.add_argument("--batch", type=int, default=64, help="pictures of a step, default 64")
    parser.add_argument("--steps", type=int, help="steps to time, default a second's worth")
    parser.add_argument("--threads", type=int, help="of the CPU, default PyTorch's")
    parser.add_argument("--seed", type=int, default=1, help="default 1")
    parser.add_argument("--json", help="write the row here")
    o = parser.parse_args()
    if o.mode == "compile" and not hasattr(torch, "compile"):
        parser.error(f"--mode compile needs PyTorch 2 or newer, this is {torch.__version__}")
    return o


def main():
    o = parse()
    torch.manual_seed(o.seed)
    if o.threads:
        torch.set_num_threads(o.threads)
    device = bench_file.use_device(o.device, o.precision)
    result = bench_file.bench_file("train", device, f"{o.mode} {o.precision}", [run(o, device)])
    row, numbers = result["rows"][0], result["rows"][0]["training"]
    print(f"{result['device']}, PyTorch {result['driverInfo']}\n{row['case']}: {row['status']} {row['reason']}")
    print(f"parameters      {row['parameters']:,}: generator {numbers['generatorParameters']:,}, enhancer {numbers['enhancerParameters']:,}, "
          f"tokenizer {numbers['tokenizerParameters']:,}")
    print(f"first losses    generator {numbers['firstGeneratorLoss']:.4f}, enhancer {numbers['firstEnhancerLoss']:.4f}")
    print(f"first step      {numbers['firstStepMilliseconds']:.0f} ms after the program's start")
    print(f"device          {row['milliseconds']:.2f} ms a step, spread {row['spread']:.0%}, {len(row['samples'])} steps; {row['imagesPerSecond']:.1f} images/s")
    print(f"work            {row['matrixFlops'] / 1e9:.3f} GFLOP of products, {row['gflops']:.1f} GFLOP/s")
    bench_file.write(o.json, result)


if __name__ == "__main__":
    main()
