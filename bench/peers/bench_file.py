"""What the scripts of this folder share: timing as `cim bench` times, and files that `cim bench compare` and `cim bench report` read."""
import datetime
import json
import os
import platform
import time
from pathlib import Path

import torch

FORMAT = 2
WINDOW, MOST_DRIFT, WARM_UP_SECONDS = 4, 0.02, 3
FEWEST_SAMPLES, SHORTEST_SECONDS, LONGEST_SECONDS = 5, 1, 10


def use_device(name, precision):
    """The torch device; true fp32 where fp32 is asked for, without TF32 in its place."""
    if name == "cuda" and not torch.cuda.is_available():
        raise SystemExit("--device cuda: PyTorch finds no CUDA device here, give --device cpu")
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    if precision == "fp16" and name == "cpu":
        raise SystemExit("--precision fp16 needs --device cuda: give bf16 or fp32 on the CPU")
    return torch.device(name)


def processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def seconds_since_start():
    """Since this process was started, imports included; since the clock's first use where the system does not tell."""
    try:
        ticks = int(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError, ValueError):
        return time.perf_counter()


class Timer:
    """Milliseconds of a call: between two events on a CUDA device, on the clock elsewhere."""

    def __init__(self, device):
        self.is_cuda = device.type == "cuda"

    def __call__(self, work):
        if not self.is_cuda:
            start = time.perf_counter()
            work()
            return 1000 * (time.perf_counter() - start)
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        work()
        end.record()
        end.synchronize()
        return begin.elapsed_time(end)


def warm_up(step):
    """Until two windows of steps take as long as each other, or time is up."""
    start, before = time.perf_counter(), sum(step() for _ in range(WINDOW))
    while time.perf_counter() - start < WARM_UP_SECONDS:
        now = sum(step() for _ in range(WINDOW))
        if abs(now - before) <= MOST_DRIFT * before:
            return
        before = now


def measure(step, count=None):
    samples, start = [], time.perf_counter()
    while True:
        elapsed = time.perf_counter() - start
        if len(samples) >= count if count else elapsed >= SHORTEST_SECONDS and (len(samples) >= FEWEST_SAMPLES or elapsed >= LONGEST_SECONDS):
            return samples
        samples.append(step())


def quantile(samples, part):
    ordered = sorted(samples)
    place = part * (len(ordered) - 1)
    below = int(place)
    return ordered[below] + (place - below) * (ordered[min(below + 1, len(ordered) - 1)] - ordered[below])


def median_and_spread(samples):
    median = quantile(samples, 0.5)
    return median, (quantile(samples, 0.75) - quantile(samples, 0.25)) / median


def row(op, case, precision, samples, **fields):
    median, spread = median_and_spread(samples)
    return {"op": op, "case": case, "variant": "", "precision": precision, "milliseconds": median, "spread": spread,
            "status": "ok"} | fields | {"samples": samples}


def content(kind, device, driver, info, api, is_cpu, rows):
    return {"format": FORMAT, "bench": kind, "device": device, "driver": driver, "driverInfo": info, "apiVersion": api, "deviceUuid": "",
            "measured": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "isCpuDriver": is_cpu, "rows": rows}


def bench_file(kind, device, how, rows):
    is_cuda = device.type == "cuda"
    return content(kind, torch.cuda.get_device_name() if is_cuda else processor(), "PyTorch",
                   f"{torch.__version__} {how}" + ("" if is_cuda else f", {torch.get_num_threads()} threads"),
                   f"CUDA {torch.version.cuda}" if is_cuda else "", not is_cuda, rows)


def write(path, content):
    if path:
        Path(path).write_text(json.dumps(content, indent=1) + "\n")
