#!/usr/bin/env python3
"""Small-scale CIM in plain PyTorch, on the CPU: the yardstick for `cim tokenizer train` and `cim pretrain` at the same size.

Trains a discrete VAE, then generator and enhancer together, and prints a table of means over the last 50 steps.
The models are those of tests/golden/make_golden.py; README.md says how to run it and what to compare.
"""
import argparse
import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "golden"))
sys.dont_write_bytecode = True
import make_golden as models  # noqa: E402  (found through the path above)

IMAGENET_MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
IMAGENET_STD = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)


class Unwatched(models.Kinks):
    """The kinked functions without their book-keeping."""

    relu = staticmethod(F.relu)
    absolute = staticmethod(torch.abs)

    @staticmethod
    def max_pool(x):
        return F.max_pool2d(x, 2)


KINKS = Unwatched()


# ---- data -----------------------------------------------------------------------------------------------------------

def load_pictures(folder, size, limit):
    """CIFAR binary records (*.bin) or every picture below the folder, as uint8 [count, 3, size, size]."""
    records = sorted(Path(folder).glob("*.bin"))
    if records:
        values = np.concatenate([np.fromfile(path, np.uint8).reshape(-1, 3073) for path in records])
        return torch.from_numpy(values[:limit, 1:].reshape(-1, 3, 32, 32).copy())
    from PIL import Image
    paths = sorted(path for path in Path(folder).rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    if not paths:
        sys.exit(f"{folder}: no *.bin, *.jpg or *.png here; unpack the pictures first")
    chosen = np.random.default_rng(0).permutation(len(paths))[:limit]
    pictures = [np.asarray(Image.open(paths[i]).convert("RGB").resize((size, size))) for i in chosen]
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).contiguous()


def draw_batch(pictures, count, shift=3):
    """Random pictures, flipped and shifted by up to three pixels, in [0, 1]."""
    batch = pictures[torch.randint(len(pictures), (count,))].float() / 255
    flipped = torch.where(torch.rand(count, 1, 1, 1) < 0.5, batch, batch.flip(3))
    padded, size = F.pad(flipped, (shift,) * 4, mode="reflect"), batch.shape[-1]
    corners = torch.randint(2 * shift + 1, (count, 2)).tolist()
    return torch.stack([picture[:, y:y + size, x:x + size] for picture, (y, x) in zip(padded, corners)])


# ---- parameters and optimization --------------------------------------------------------------------------------------

def dvae_parameters(shapes):
    return {name: torch.zeros(shape) if name.endswith(".b") else torch.randn(shape) / math.sqrt(math.prod(shape[1:]))
            for name, shape in shapes.items()}


def transformer_parameters(shapes, beit):
    """First values as `cim pretrain` draws them: BEiT's rule for the generator, Xavier's (MAE) for the enhancer; tokens, positions and heads are small."""
    p = {}
    for name, shape in shapes.items():
        if "norm" in name:
            p[name] = torch.full(shape, float(name.endswith("weight")))
        elif name.endswith("bias"):
            p[name] = torch.zeros(shape)
        elif beit:
            # A value beyond one standard deviation is drawn again.
            p[name] = torch.nn.init.trunc_normal_(torch.empty(shape), std=0.02, a=-0.02, b=0.02)
            if name.endswith(("attn.proj.weight", "mlp.fc2.weight")):
                p[name] /= math.sqrt(2 * (int(name.split(".")[1]) + 1))
        elif name in ("pos_embed", "cls_token") or "head" in name:
            p[name] = 0.02 * torch.randn(shape)
        else:
            p[name] = torch.nn.init.xavier_uniform_(torch.empty(shape[0], math.prod(shape[1:]))).reshape(shape)
    return p


class Updates:
    """AdamW over one net: warm-up and cosine, its own norm clip, no decay on vectors."""

    def __init__(self, parameters, peak, warmup, steps, betas, decay, clip):
        self.parameters = [value.requires_grad_(True) for value in parameters.values()]
        self.peak, self.warmup, self.steps, self.clip = peak, warmup, steps, clip
        self.optimizer = torch.optim.AdamW(
            [{"params": [v for v in self.parameters if v.dim() > 1], "weight_decay": decay},
             {"params": [v for v in self.parameters if v.dim() == 1], "weight_decay": 0.0}], lr=peak, betas=betas)

    def apply(self, step):
        rate = self.peak * (step + 1) / self.warmup if step < self.warmup else 0.5 * self.peak * (
            1 + math.cos(math.pi * (step - self.warmup) / (self.steps - self.warmup)))
        torch.nn.utils.clip_grad_norm_(self.parameters, self.clip)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        self.optimizer.zero_grad()


class Means:
    """Means of the last 50 values of every metric."""

    def __init__(self):
        self.values = {}

    def add(self, **metrics):
        for name, value in metrics.items():
            self.values.setdefault(name, []).append(float(value))

    def row(self, **first):
        return first | {name: round(sum(v[-50:]) / len(v[-50:]), 4) for name, v in self.values.items()}


# ---- the tokenizer ----------------------------------------------------------------------------------------------------

def train_tokenizer(c, pictures, o):
    encoder, decoder = dvae_parameters(models.encoder_shapes(c)), dvae_parameters(models.decoder_shapes(c))
    updates = Updates(encoder | {f"decoder.{name}": value for name, value in decoder.items()}, 3e-3,
                      max(1, o.tokenizer_steps // 20), o.tokenizer_steps, (0.9, 0.999), 1e-4, 1.0)
    means, started = Means(), time.perf_counter()
    for step in range(o.tokenizer_steps):
        progress = min(1.0, step / (0.7 * o.tokenizer_steps))
        temperature = 1 / 16 + (1 - 1 / 16) * 0.5 * (1 + math.cos(math.pi * progress))
        pixels = models.map_pixels(draw_batch(pictures, o.tokenizer_batch))
        logits = models.encoder(encoder, c, pixels, KINKS)
        mu, log_b = models.decoder(decoder, c, F.gumbel_softmax(logits, temperature, dim=1), KINKS).chunk(2, dim=1)
        nll = (math.log(2) + log_b + torch.log(pixels * (1 - pixels))
               + (torch.logit(pixels) - mu).abs() * torch.exp(-log_b)).mean()
        log_q = torch.log_softmax(logits, dim=1)
        kl = (log_q.exp() * (log_q + math.log(o.codes))).sum(1).mean()
        usage = log_q.exp().mean((0, 2, 3))
        entropy = -(usage * usage.clamp(min=1e-12).log()).sum()
        (nll + o.kl_weight * kl - o.usage_weight * entropy).backward()
        updates.apply(step)
        means.add(nll=nll, kl=kl, usage_entropy=entropy)
        if (step + 1) % o.every == 0:
            print(json.dumps(means.row(step=step + 1)), flush=True)
    seconds = time.perf_counter() - started
    result = measure_tokenizer(encoder, decoder, c, pictures[:1024]) | {
        "images_per_second": round(o.tokenizer_steps * o.tokenizer_batch / seconds, 1)}
    return encoder, decoder, result


def load_tokenizer(path):
    """Encoder, decoder and sizes of a tokenizer.safetensors that `cim tokenizer train` wrote."""
    data = Path(path).read_bytes()
    header_size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + header_size])
    options = json.loads(header.pop("__metadata__")["cim.config"])
    nets = {"encoder": {}, "decoder": {}}
    for name, entry in header.items():
        begin, end = (8 + header_size + offset for offset in entry["data_offsets"])
        net, parameter = name.split(".", 1)
        nets[net][parameter] = torch.from_numpy(np.frombuffer(data[begin:end], np.float32).copy()).reshape(entry["shape"])
    sizes = {"groupCount": options["groups"], "blocksPerGroup": options["blocksPerGroup"], "hiddenWidth": options["hiddenWidth"],
             "initWidth": nets["decoder"]["blocks.input.w"].shape[0], "vocabularySize": options["vocabularySize"]}
    return nets["encoder"], nets["decoder"], sizes


@torch.no_grad()
def measure_tokenizer(encoder, decoder, c, pictures):
    clean = pictures.float() / 255
    tokens = golden_tokens(encoder, c, clean)
    error = ((decode(decoder, c, tokens) - clean) ** 2).mean((1, 2, 3))
    share = torch.bincount(tokens.flatten(), minlength=c["vocabularySize"]) / tokens.numel()
    perplexity = torch.exp(-(share * share.clamp(min=1e-12).log()).sum())
    return {"decibels": round(float(-10 * torch.log10(error.mean())), 2), "codes_used": int((share > 0).sum()),
            "perplexity": round(float(perplexity), 1)}


@torch.no_grad()
def golden_tokens(encoder, c, clean):
    return models.encoder(encoder, c, models.map_pixels(clean), KINKS).argmax(1).flatten(1)


@torch.no_grad()
def decode(decoder, c, tokens):
    side = models.grid_side(c)
    code = F.one_hot(tokens, c["vocabularySize"]).float().transpose(1, 2).reshape(len(tokens), -1, side, side)
    return models.decoded_image(models.decoder(decoder, c, code, KINKS))


# ---- Corrupted Image Modeling -------------------------------------------------------------------------------------------

def area_under_curve(scores, positive):
    ranks = scores.argsort().argsort().double() + 1
    positives = int(positive.sum())
    negatives = positive.numel() - positives
    return (ranks[positive].sum() - positives * (positives + 1) / 2) / max(1, positives * negatives)


def enhancer_loss(p, c, objective, corrupted, clean, replaced):
    normalised = (corrupted - IMAGENET_MEAN) / IMAGENET_STD
    if objective == "revdet":
        logits = models.vit_head(p, c, normalised, "revdet_head")[..., 0]
        return F.binary_cross_entropy_with_logits(logits, replaced.float()), {
            "auc": area_under_curve(logits.detach().flatten(), replaced.flatten())}
    target = models.patches(models.sliding_window_normalised(clean, 8), c["patchSize"])
    difference = models.vit_head(p, c, normalised, "respix_head") - target
    return difference.abs().mean() + (difference ** 2).mean(), {}


def pretrain(tokenizer, c, pictures, o):
    encoder, decoder = ({name: value.detach() for name, value in net.items()} for net in tokenizer)
    shared = models.transformer_config(imageSize=o.image_size, patchSize=o.patch_size, embedDim=o.width, classToken=False)
    generator_config = shared | {"depth": o.generator_depth, "vocabularySize": o.codes, "sharedRelativePositionBias": False}
    enhancer_config = shared | {"depth": o.depth}
    head = ("revdet_head", 1) if o.objective == "revdet" else ("respix_head", 3 * o.patch_size ** 2)
    generator = transformer_parameters(models.beit_shapes(generator_config), beit=True)
    enhancer = transformer_parameters(models.vit_shapes(enhancer_config, *head), beit=False)
    updates = [Updates(net, 1.5e-3, max(1, o.steps // 20), o.steps, (0.9, 0.98), 0.05, 3.0) for net in (generator, enhancer)]
    token_count = (o.image_size // o.patch_size) ** 2
    means, rows, started = Means(), [], time.perf_counter()
    for step in range(min(o.steps, o.stop_after or o.steps)):
        clean = draw_batch(pictures, o.batch)
        golden = golden_tokens(encoder, c, clean)
        masked = torch.rand(o.batch, token_count).argsort(1)[:, :round(0.55 * token_count)].sort(1).values
        logits = models.beit_masked_logits(generator, generator_config, (clean - IMAGENET_MEAN) / IMAGENET_STD, masked)
        expected = golden.gather(1, masked).flatten()
        generator_loss = F.cross_entropy(logits, expected)
        sampled = torch.multinomial(torch.softmax(logits.detach(), 1), 1)[:, 0].reshape(o.batch, -1)
        tokens = golden.scatter(1, masked, sampled)
        corrupted = decode(decoder, c, tokens)
        loss, metrics = enhancer_loss(enhancer, enhancer_config, o.objective, corrupted, clean, tokens != golden)
        (generator_loss + loss).backward()
        for update in updates:
            update.apply(step)
        means.add(generator_loss=generator_loss, masked_accuracy=(logits.argmax(1) == expected).float().mean(),
                  enhancer_loss=loss, **metrics)
        if (step + 1) % o.every == 0 or step + 1 == o.steps:
            speed = (step + 1) * o.batch / (time.perf_counter() - started)
            rows.append(means.row(step=step + 1, images_per_second=round(speed, 1)))
            print(json.dumps(rows[-1]), flush=True)
    return rows


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="folder of pictures or of CIFAR *.bin files")
    parser.add_argument("--objective", choices=("revdet", "respix"), default="revdet")
    parser.add_argument("--tokenizer", help="tokenizer.safetensors of `cim tokenizer train`, instead of training one: curves then compare step by step")
    parser.add_argument("--stop-after", type=int, help="end after this many steps of the schedule")
    parser.add_argument("--json", help="write options, tokenizer figures and table here")
    for name, default in (("image-size", 32), ("patch-size", 4), ("codes", 256), ("pictures", 8500), ("seed", 1),
                          ("threads", 2), ("every", 187), ("tokenizer-steps", 2500), ("tokenizer-batch", 32),
                          ("tokenizer-width", 32), ("steps", 1500), ("batch", 64), ("width", 96), ("depth", 4),
                          ("generator-depth", 2)):
        parser.add_argument(f"--{name}", type=int, default=default, help=f"default {default}")
    for name, default in (("kl-weight", 0.001), ("usage-weight", 0.02)):
        parser.add_argument(f"--{name}", type=float, default=default, help=f"default {default}")
    return parser.parse_args()


def main():
    o = parse()
    torch.manual_seed(o.seed)
    torch.set_num_threads(o.threads)
    groups = 1 + int(math.log2(o.patch_size))
    if 1 << (groups - 1) != o.patch_size:
        sys.exit(f"--patch-size {o.patch_size}: the tokenizer halves the picture, so it must be a power of two")
    c = {"imageSize": o.image_size, "groupCount": groups, "blocksPerGroup": 2, "hiddenWidth": o.tokenizer_width,
         "initWidth": o.tokenizer_width, "vocabularySize": o.codes}
    pictures = load_pictures(o.data, o.image_size, o.pictures)
    if o.tokenizer:
        encoder, decoder, sizes = load_tokenizer(o.tokenizer)
        c |= sizes
        figures = measure_tokenizer(encoder, decoder, c, pictures[:1024])
    else:
        encoder, decoder, figures = train_tokenizer(c, pictures, o)
    print(json.dumps({"tokenizer": figures}), flush=True)
    rows = pretrain((encoder, decoder), c, pictures, o)
    if o.json:
        report = {"torch": torch.__version__, "options": vars(o), "tokenizer": figures, "rows": rows}
        Path(o.json).write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
