"""What can compute here: devices by names that a reader knows, and how much memory each has free."""

import contextlib
import os
import platform
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generain_core.errors import GeneRAINError

if TYPE_CHECKING:
    import torch

KINDS = ("cpu", "cuda", "mps")
_UNKNOWN_BYTES = 2 << 30
"""Free memory that is assumed where the system doesn't tell."""
_CGROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)


@dataclass(frozen=True)
class Device:
    """A device that is here.

    Attributes:
        id: as torch and the functions of this package know it: ``cpu``, ``cuda:0``, ``mps``.
        kind: ``cpu``, ``cuda`` or ``mps``.
        name: for a reader: "CPU, 8 threads (AMD EPYC)", "NVIDIA H100 (CUDA 0, 78 GiB)".
    """

    id: str
    kind: str
    name: str


def devices() -> list[Device]:
    """Return the devices that are here, the fastest first; the CPU is always there and last."""
    import torch

    found = []
    for i in range(torch.cuda.device_count() if torch.cuda.is_available() else 0):
        about = torch.cuda.get_device_properties(i)
        found.append(Device(f"cuda:{i}", "cuda", f"{about.name} (CUDA {i}, {about.total_memory / 2**30:.0f} GiB)"))
    if torch.backends.mps.is_available():
        found.append(Device("mps", "mps", "Apple GPU (Metal)"))
    threads = torch.get_num_threads()
    maker = _processor()
    sentence = f"CPU, {threads} thread{'s' if threads != 1 else ''}"
    return [*found, Device("cpu", "cpu", f"{sentence} ({maker})" if maker else sentence)]


def device_of(name: str) -> str:
    """Return the device a name means: ``auto`` is CUDA, else MPS, else the CPU.

    Raises:
        GeneRAINError: none of ``auto``, ``cpu``, ``cuda``, ``mps``, or it is not here.
    """
    here = devices()
    if name == "auto":
        return here[0].kind
    if name.split(":")[0] not in KINDS:
        raise GeneRAINError(f"There is no device {name!r}; choose auto, cpu, cuda or mps.")
    if name not in {known for device in here for known in (device.id, device.kind)}:
        raise GeneRAINError(f"There is no device {name!r} here; choose {' or '.join(device.id for device in here)}.")
    return name


def free_bytes(device: str) -> int:
    """Return the memory that a device has free, in bytes; of the CPU no more than the limits of its container leave."""
    import torch

    kind = device.split(":")[0]
    if kind == "cuda":
        return int(torch.cuda.mem_get_info(torch.device(device))[0])
    if kind == "mps":
        return max(0, int(torch.mps.recommended_max_memory()) - int(torch.mps.driver_allocated_memory()))
    known = [size for size in (_system_bytes(), *(_left(*paths) for paths in _CGROUPS)) if size is not None]
    return min(known, default=_UNKNOWN_BYTES)


def half_precision(device: str) -> "torch.dtype":
    """Return the numbers of 16 bits that a device computes in."""
    import torch

    if device.startswith("cuda"):
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return torch.float16 if device.startswith("mps") else torch.bfloat16


def autocast(device: str, *, mixed: bool) -> AbstractContextManager[Any]:
    """Return the context in which a network computes in 16 bits, or one that changes nothing."""
    import torch

    return torch.autocast(device.split(":")[0], dtype=half_precision(device)) if mixed else contextlib.nullcontext()


def _system_bytes() -> int | None:
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
        return int(text.partition("MemAvailable:")[2].split()[0]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (AttributeError, OSError, ValueError):
        return None


def _left(limit: str, used: str) -> int | None:
    """Return what a container's limit leaves; None where there is none."""
    try:
        return max(0, int(Path(limit).read_text(encoding="ascii")) - int(Path(used).read_text(encoding="ascii")))
    except (OSError, ValueError):
        return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
