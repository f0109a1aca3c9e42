"""From shapes to voxels: tissue codes, then HU with partial volume and the correlated noise of a scanner."""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from seg.phantom import anatomy
from seg.phantom.tissues import CODES
from seg.phantom.variant import Sampling

Shift = tuple[float, float, float]
Volume = NDArray[np.float32]

#: Partial volume and noise correlation, in voxels (slices, rows, columns); from real 3 mm scans, see docs/phantom.md.
PARTIAL_VOLUME = (0.0, 0.6, 0.6)
NOISE_GRAIN = (0.8, 0.8, 0.8)

#: Behind the spine more photons are lost: rows from here on (mm) are noisier by this factor.
BEHIND_SPINE_MM, BEHIND_SPINE = 60.0, 1.15


def axes_mm(sampling: Sampling) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the coordinates of voxel centres along slices, rows and columns, in mm from the middle."""
    step, spacing = sampling.slice_step_mm, sampling.pixel_spacing_mm
    counts = ((sampling.slices, step), (sampling.rows, spacing), (sampling.columns, spacing))
    slices, rows, columns = (np.asarray((np.arange(n) - (n - 1) / 2) * mm, np.float64) for n, mm in counts)
    return slices, rows, columns


@lru_cache(maxsize=4)
def tissue_codes(sampling: Sampling, diameter_mm: float, shift: Shift, tilt_deg: float) -> NDArray[np.uint8]:
    """Return the tissue at each voxel centre, (slices, rows, columns), slices from feet to head; read-only."""
    slices, rows, columns = axes_mm(sampling)
    tilt = math.radians(tilt_deg)
    x = (columns - shift[0])[None, :]
    y = (rows * math.cos(tilt) - shift[1])[:, None]
    lean = (rows * math.sin(tilt) - shift[2])[:, None]
    codes = np.stack([anatomy.paint(x, y, z + lean, diameter_mm) for z in slices])
    codes.flags.writeable = False
    return codes


def liver_mask(sampling: Sampling, diameter_mm: float, shift: Shift, tilt_deg: float) -> NDArray[np.bool_]:
    """Return the liver with its vessels and lesions, on the same voxels as `tissue_codes`."""
    codes = tissue_codes(sampling, diameter_mm, shift, tilt_deg)
    slices, rows, columns = axes_mm(sampling)
    tilt = math.radians(tilt_deg)
    x = (columns - shift[0])[None, :]
    y = (rows * math.cos(tilt) - shift[1])[:, None]
    inside = np.zeros(codes.shape, np.uint8)
    for plane, z in zip(inside, slices, strict=True):
        lean = (rows * math.sin(tilt) + z - shift[2])[:, None]
        anatomy.fill(plane, x, y, lean, anatomy.LIVER, 1)
    of_liver = [CODES[name] for name in anatomy.LIVER_TISSUES]
    return np.asarray((inside == 1) & np.isin(codes, of_liver), np.bool_)


def attenuation(
    codes: NDArray[np.uint8], means: Sequence[float], sampling: Sampling, noise_hu: float, seed: int
) -> NDArray[np.int16]:
    """Return HU of one phase, clipped to 12 bits (-1024..3071).

    Parameters
    ----------
    means
        Mean HU of each tissue code.
    """
    volume = blur(np.asarray(means, np.float32)[codes], PARTIAL_VOLUME)
    if noise_hu:
        volume += _noise(volume.shape, sampling, noise_hu, seed)
    return np.clip(np.rint(volume), -1024, 3071).astype(np.int16)


def blur(volume: Volume, sigmas: tuple[float, float, float]) -> Volume:
    """Return a volume convolved with a Gaussian, its width in voxels for each axis; edges are continued."""
    for axis, sigma in enumerate(sigmas):
        if sigma:
            volume = _convolve(volume, _kernel(sigma), axis)
    return volume


def _kernel(sigma: float) -> Volume:
    reach = max(1, round(2.5 * sigma))
    taps = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    return np.asarray(taps / taps.sum(), np.float32)


def _convolve(volume: Volume, kernel: Volume, axis: int) -> Volume:
    reach = len(kernel) // 2
    padded = np.pad(volume, [(reach, reach) if a == axis else (0, 0) for a in range(volume.ndim)], mode="edge")
    result = np.zeros_like(volume)
    for place, weight in enumerate(kernel):
        window = [slice(place, place + volume.shape[axis]) if a == axis else slice(None) for a in range(volume.ndim)]
        result += weight * padded[tuple(window)]
    return result


def _noise(shape: tuple[int, ...], sampling: Sampling, noise_hu: float, seed: int) -> Volume:
    white = np.random.default_rng(seed).standard_normal(shape, np.float32)
    # Blurring takes amplitude away by the root of the sum of squared taps, once for each axis.
    kept = math.prod(math.sqrt(float((_kernel(sigma) ** 2).sum())) for sigma in NOISE_GRAIN)
    rows = axes_mm(sampling)[1]
    level = np.where(rows > BEHIND_SPINE_MM, BEHIND_SPINE, 1.0).astype(np.float32) * np.float32(noise_hu / kept)
    return np.asarray(blur(white, NOISE_GRAIN) * level[None, :, None], np.float32)
