"""Where the anatomy of one CT series is in another: a rigid transform, found by SimpleITK in a process of its own.

SimpleITK holds Python's lock while it works; in a process of its own it holds up nobody, and can be ended.
"""

import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seg.errors import RegistrationError
from seg.volume import Float, Grid

#: Voxels are averaged to about this size before anything is compared.
VOXEL_MM = 3.0

#: Around the mask this much is compared as well; of the series that it is carried to, as much more as it may move.
MARGIN_MM = 15.0

#: What breathing and moving on the table do at most; more is taken for a mistake.
FARTHEST_MM, WIDEST_DEG = 60.0, 10.0

#: The mutual information must grow by so much; where it does not, and the movement is less than this, there is none.
LEAST_GAIN, NO_MOVEMENT_MM = 0.002, 1.5

#: What two scans of one body have at least in common.
LEAST_MATCH = 0.2

LONGEST_S, POLL_S = 60.0, 0.2

HU_RANGE = (-150.0, 350.0)


@dataclass(frozen=True, eq=False)
class Registration:
    """A rigid transform that was found.

    Parameters
    ----------
    to_target : (4, 4)
        Points of the source series to points of the target series, LPS mm.
    before, after
        Mutual information (Mattes) without and with it; more is better.
    moved_mm, turned_deg
        How far the middle of the mask moves, and by how much everything turns.
    """

    to_target: Float
    before: float
    after: float
    moved_mm: float
    turned_deg: float
    seconds: float


def is_installed() -> bool:
    """Whether SimpleITK is there."""
    return importlib.util.find_spec("SimpleITK") is not None


def rigid(
    source: tuple[Grid, NDArray[np.int16]],
    target: tuple[Grid, NDArray[np.int16]],
    mask: NDArray[np.bool_],
    longest_s: float = LONGEST_S,
    check: Callable[[], None] = lambda: None,
) -> Registration:
    """Return where what is in and around the mask is in the target series.

    Parameters
    ----------
    source, target
        Grid and HU, (slices, rows, columns).
    mask : (slices, rows, columns)
        On the source grid; what is to be found again.
    check
        Called again and again; what it raises ends the work.

    Raises
    ------
    RegistrationError
        SimpleITK is missing, failed, or took too long; or what it found is not believed.
    """
    if not is_installed():
        raise RegistrationError("Registration needs SimpleITK, which is not installed; carry the mask as it is.")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hepatia-registration-") as folder:
        _write(Path(folder), source, target, mask)
        found = _run(Path(folder), longest_s, check)
    matrix = np.array(found["matrix"], np.float64).reshape(4, 4)
    places = np.argwhere(mask)[:, ::-1].mean(axis=0)
    middle = source[0].affine_lps @ (*places, 1.0)
    moved = float(np.linalg.norm((matrix @ middle - middle)[:3]))
    turned = float(np.degrees(np.arccos(np.clip((np.trace(matrix[:3, :3]) - 1) / 2, -1, 1))))
    result = Registration(matrix, found["before"], found["after"], moved, turned, time.monotonic() - begun)
    return _believed(result)


def _believed(found: Registration) -> Registration:
    """Return what was found; no movement at all where it is too small to tell from none.

    Raises
    ------
    RegistrationError
        It cannot be right.
    """
    if not np.isfinite(found.to_target).all() or max(found.before, found.after) < LEAST_MATCH:
        raise RegistrationError("The two series do not show the same; registration found nothing to carry the mask by.")
    if found.moved_mm > FARTHEST_MM or found.turned_deg > WIDEST_DEG:
        moved = f"{found.moved_mm:.0f} mm and {found.turned_deg:.0f}°"
        message = f"Registration moved the mask by {moved}, which breathing does not; nothing was written."
        raise RegistrationError(message)
    if found.after - found.before >= LEAST_GAIN:
        return found
    if found.moved_mm <= NO_MOVEMENT_MM:
        return replace(found, to_target=np.eye(4), after=found.before, moved_mm=0.0, turned_deg=0.0)
    raise RegistrationError("Registration moved the mask without a better match; carry the mask as it is.")


def _write(
    folder: Path,
    source: tuple[Grid, NDArray[np.int16]],
    target: tuple[Grid, NDArray[np.int16]],
    mask: NDArray[np.bool_],
) -> None:
    coarse, affine = averaged(*source)
    inside, _ = averaged(source[0], mask.astype(np.int16) * 1000)
    coarse_target, target_affine = averaged(*target)
    np.savez(
        folder / "volumes.npz",
        source=np.clip(coarse, *HU_RANGE),
        source_affine=affine,
        mask=inside > 0,
        target=np.clip(coarse_target, *HU_RANGE),
        target_affine=target_affine,
        margin_mm=MARGIN_MM,
    )


def averaged(grid: Grid, volume: NDArray[np.int16]) -> tuple[NDArray[np.float32], Float]:
    """Return a volume with voxels of about `VOXEL_MM`, and its affine, LPS mm."""
    sizes = np.linalg.norm(grid.affine_lps[:3, :3], axis=0)
    columns, rows, slices = (max(1, round(VOXEL_MM / size)) for size in sizes)
    steps = (slices, rows, columns)
    kept = tuple(slice(0, n - n % step) for n, step in zip(volume.shape, steps, strict=True))
    shape = [part for n, step in zip(volume.shape, steps, strict=True) for part in (n // step, step)]
    coarse = volume[kept].reshape(shape).mean(axis=(1, 3, 5), dtype=np.float32)
    affine = grid.affine_lps.copy()
    affine[:3, 3] += affine[:3, :3] @ ((np.array([columns, rows, slices]) - 1) / 2)
    affine[:3, :3] = affine[:3, :3] * (columns, rows, slices)
    return coarse, affine


def _run(folder: Path, longest_s: float, check: Callable[[], None]) -> dict[str, Any]:
    # Orthanc embeds Python: what runs a script is beside its library, and finds our packages as we do.
    python = Path(sys.exec_prefix) / "bin" / "python3"
    path = [str(Path(__file__).resolve().parents[1]), *(one for one in sys.path if one.endswith("site-packages"))]
    environment = {"PYTHONPATH": ":".join(path), "PATH": "/usr/bin:/bin"}
    command = [str(python), "-m", "seg.registering", str(folder)]
    nothing = subprocess.DEVNULL
    with subprocess.Popen(  # noqa: S603 -- our own module, no shell
        command, env=environment, stdin=nothing, stdout=nothing, stderr=nothing
    ) as process:
        try:
            _wait(process, longest_s, check)
        except BaseException:
            process.kill()
            raise
    result = folder / "result.json"
    if process.returncode or not result.exists():
        raise RegistrationError("Registration failed; carry the mask as it is.")
    found: dict[str, Any] = json.loads(result.read_text())
    return found


def _wait(process: "subprocess.Popen[bytes]", longest_s: float, check: Callable[[], None]) -> None:
    deadline = time.monotonic() + longest_s
    while True:
        check()
        try:
            process.wait(POLL_S)
            return
        except subprocess.TimeoutExpired:
            if time.monotonic() > deadline:
                message = f"Registration took longer than {longest_s:.0f} s; carry the mask as it is."
                raise RegistrationError(message) from None
