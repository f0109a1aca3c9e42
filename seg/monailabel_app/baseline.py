"""A liver by thresholds and shape: for the path to be tried without a trained model, and for nothing clinical.

It looks for the largest soft tissue at the patient's right, takes its commonest attenuation for that of the liver, and
keeps what is alike, thick and not beside the spine, where muscles and the vena cava are as bright. The lengths were
chosen on the synthetic study (docs/models.md gives the figures); what is noisier than that is lost.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Volume = NDArray[np.float32]
Mask = NDArray[np.bool_]
Lengths = NDArray[np.float64]

#: Voxels that the work is done on, about; only the border is drawn on the grid of the image.
GRID_MM = 3.0

#: HU of soft tissue, of what may be liver at all, of cortical bone, and of fat where it shares a voxel.
SOFT_HU, LIVER_HU, BONE_HU, FAT_HU = (10, 250), (25, 200), 400, -30

#: Mean HU of fat, for the border half-way.
MEAN_FAT_HU = -100

#: How much darker and brighter than the liver what it encloses may be, its lesions and vessels.
DARKER_HU, BRIGHTER_HU = 8, 60

#: Around the first guess, beyond which nothing is looked for.
MARGIN_MM = 60.0

#: Erosion that parts the first guess, and the liver, from their neighbours; half of the smallest thickness kept.
GUESS_MM, PART_MM, THICK_MM = 8.0, 14.0, 8.0

#: What is nearer to the spine is no liver; up to the second, what is no thicker than the third is a vessel or muscle.
SPINE_MM, NEAR_SPINE_MM, TUBE_MM = 18.0, 50.0, 14.0


@dataclass(frozen=True, eq=False)
class Scene:
    """A coarse volume (x, y, z), the size of its voxels, and how far each is from the spine.

    Parameters
    ----------
    right
        What a step along each axis adds to the patient's right, mm.
    middle
        Of the body, in voxels.
    """

    volume: Volume
    spacing_mm: Lengths
    to_spine_mm: Lengths
    right: Lengths
    middle: Lengths

    def around(self, mask: Mask, margin_mm: float) -> tuple["Scene", tuple[slice, ...]]:
        """Return the part around a mask, for speed, and where it is."""
        margin = np.ceil(margin_mm / self.spacing_mm).astype(int)
        found = ndimage.find_objects(mask.astype(np.uint8))[0]
        box = tuple(slice(max(0, one.start - more), one.stop + more) for one, more in zip(found, margin, strict=True))
        middle = self.middle - [one.start for one in box]
        return Scene(self.volume[box], self.spacing_mm, self.to_spine_mm[box], self.right, middle), box

    def smooth(self, where: Mask, width_mm: float) -> tuple[Volume, Volume]:
        """Return the mean of the neighbours that count, and which part of the neighbours does."""
        sigma = width_mm / self.spacing_mm
        part = ndimage.gaussian_filter(where.astype(np.float32), sigma)
        total = ndimage.gaussian_filter(np.where(where, self.volume, 0).astype(np.float32), sigma)
        return total / np.maximum(part, 1e-3), part

    def eroded(self, mask: Mask, length_mm: float) -> Mask:
        """Return what is farther inside than a length; the edge of the volume is no border."""
        padded = np.pad(mask, 1, mode="edge")
        inside: Mask = ndimage.distance_transform_edt(padded, self.spacing_mm)[1:-1, 1:-1, 1:-1] > length_mm
        return inside

    def dilated(self, mask: Mask, length_mm: float) -> Mask:
        """Return what is at most a length away."""
        near: Mask = ndimage.distance_transform_edt(~mask, self.spacing_mm) <= length_mm
        return near

    def closed(self, mask: Mask, length_mm: float) -> Mask:
        """Return a mask without gaps that are narrower than twice a length."""
        padded = np.pad(mask, 8)
        closed = ~self.dilated(~self.dilated(padded, length_mm), length_mm)
        return closed[8:-8, 8:-8, 8:-8]

    def opened(self, mask: Mask, length_mm: float, more_mm: float = 0.0) -> Mask:
        """Return a mask without what is thinner than twice a length."""
        return self.dilated(self.eroded(mask, length_mm), length_mm + more_mm) & mask


def segment(array: NDArray[np.int16], affine: NDArray[np.float64], tell: Callable[[float], None]) -> NDArray[np.uint8]:
    """Return 1 where the liver seems to be, 0 elsewhere.

    Parameters
    ----------
    array : (x, y, z)
        HU.
    affine : (4, 4)
        Voxel to RAS mm, for the patient's right.
    tell
        Takes how far the work is, 0 to 1.
    """
    scene, step = _scene(array, affine)
    tell(0.1)
    whole = np.zeros(scene.volume.shape, np.bool_)
    guess = _guess(scene)
    if guess.any():
        tell(0.3)
        part, box = scene.around(guess, MARGIN_MM)
        attenuation = _attenuation(part, guess[box])
        whole[box] = _body(part, *attenuation, tell)
    tell(0.75)
    if not whole.any():
        return np.zeros(array.shape, np.uint8)
    return _outlined(scene, whole, attenuation, array, step).astype(np.uint8)


def _scene(array: NDArray[np.int16], affine: NDArray[np.float64]) -> tuple[Scene, NDArray[np.int64]]:
    """Return the volume in blocks of about `GRID_MM`, and the size of the blocks in voxels."""
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    step = np.maximum(1, np.round(GRID_MM / spacing - 0.2)).astype(np.int64)
    padded = np.pad(array, [(0, -size % one) for size, one in zip(array.shape, step, strict=True)], mode="edge")
    blocks = [part for size, one in zip(padded.shape, step, strict=True) for part in (size // one, one)]
    volume = padded.reshape(blocks).mean(axis=(1, 3, 5), dtype=np.float32)
    coarse = spacing * step
    right = affine[0, :3] * step
    middle = np.array(ndimage.center_of_mass(ndimage.binary_opening(volume > -300, iterations=2)))
    scene = Scene(volume, coarse, np.full(volume.shape, np.inf), right, middle)
    bone, count = ndimage.label(scene.closed(volume > BONE_HU, 3.5))
    if not count:
        return scene, step
    spine = bone == np.argmax(np.bincount(bone.ravel())[1:]) + 1
    return Scene(volume, coarse, ndimage.distance_transform_edt(~spine, coarse), right, middle), step


def _at_the_right(scene: Scene, mask: Mask) -> Mask:
    """Return the largest part of a mask; one at the patient's left counts a tenth."""
    parts, count = ndimage.label(mask)
    if not count:
        return mask
    centres = np.array(ndimage.center_of_mass(mask, parts, np.arange(1, count + 1)))
    # RAS: x grows to the right.
    is_right = (centres - scene.middle) @ scene.right > 0
    sizes = np.bincount(parts.ravel())[1:] * np.where(is_right, 1.0, 0.1)
    best: Mask = parts == int(np.argmax(sizes)) + 1
    return best


def _guess(scene: Scene) -> Mask:
    """Return the inside of the largest soft tissue at the patient's right."""
    soft = (scene.volume > SOFT_HU[0]) & (scene.volume < SOFT_HU[1])
    smooth = np.where(soft, scene.smooth(soft, 2.5)[0], -1000)
    return _at_the_right(scene, scene.eroded((smooth > LIVER_HU[0]) & (smooth < LIVER_HU[1]), GUESS_MM))


def _attenuation(scene: Scene, guess: Mask) -> tuple[float, float]:
    """Return the commonest HU of the first guess, and the spread of its voxels."""
    soft = (scene.volume > SOFT_HU[0]) & (scene.volume < SOFT_HU[1])
    smooth = scene.smooth(soft, 2.5)[0]
    counts, edges = np.histogram(smooth[guess], bins=np.arange(20, 205, 1))
    mean = float(edges[ndimage.gaussian_filter1d(counts.astype(float), 3).argmax()]) + 0.5
    noise = 1.4826 * float(np.median(np.abs(scene.volume[guess] - mean)))
    return mean, max(noise, 4.0)


def _body(scene: Scene, mean: float, noise: float, tell: Callable[[float], None]) -> Mask:
    """Return the liver on the coarse grid: like, thick, one piece, its vessels and lesions filled."""
    soft = (scene.volume > SOFT_HU[0]) & (scene.volume < SOFT_HU[1])
    alike, part = scene.smooth(np.abs(scene.volume - mean) < 2.5 * noise, 3.0)
    spread = 1.4826 * float(np.median(np.abs(alike[scene.eroded(part > 0.5, GUESS_MM)] - mean)))
    reach = float(np.clip(2 * spread, 10.0, max(18.0, 1.5 * noise)))
    like = (np.abs(alike - mean) < reach) & (part > 0.35)
    like = ndimage.binary_fill_holes(scene.closed(like, 4.5) & soft) & (scene.to_spine_mm > SPINE_MM)
    tell(0.45)
    seed = _at_the_right(scene, scene.eroded(like, PART_MM))
    if not seed.any():
        return seed
    found = scene.opened(scene.dilated(seed, PART_MM + 8) & like, THICK_MM)
    tell(0.6)
    if not found.any():
        return found
    return _filled(scene, _at_the_right(scene, found), mean, soft)


def _filled(scene: Scene, found: Mask, mean: float, soft: Mask) -> Mask:
    smooth = scene.smooth(soft, 2.5)[0]
    enclosed = soft & (smooth > mean - DARKER_HU) & (smooth < mean + BRIGHTER_HU)
    found = ndimage.binary_fill_holes(found | (scene.closed(found, 7.5) & enclosed))
    found &= scene.opened(found, TUBE_MM, 1.0) | (scene.to_spine_mm > NEAR_SPINE_MM)
    for plane, within in zip(np.moveaxis(found, 2, 0), np.moveaxis(enclosed, 2, 0), strict=True):
        plane |= ndimage.binary_fill_holes(plane) & within
    return found


def _outlined(
    scene: Scene, found: Mask, attenuation: tuple[float, float], array: NDArray[np.int16], step: NDArray[np.int64]
) -> Mask:
    """Return the liver on the grid of the image: one coarse voxel around is as bright as liver by half at least."""
    mean, noise = attenuation
    # In the order of a NIfTI file, so that it is written as it lies in memory.
    whole = np.zeros(array.shape, np.bool_, order="F")
    inside, near = np.zeros_like(found), np.zeros_like(found)
    scene, box = scene.around(found, 4 * GRID_MM)
    found = found[box]
    inside[box], outer = scene.eroded(found, 3.1), scene.dilated(found, 3.1)
    beside_spine = scene.to_spine_mm < SPINE_MM - 4
    # Beyond what was found, only voxels that fat has a share in: others are another organ.
    has_fat_beside = ndimage.maximum_filter(scene.volume < FAT_HU, size=(5, 5, 1))
    near[box] = outer & (found | ((scene.volume < mean + 2.5 * noise) & has_fat_beside & ~beside_spine))
    inside, near = (_on_grid(one, step, array.shape) for one in (inside, near))
    box = ndimage.find_objects(near.astype(np.uint8))[0]
    hounsfield = array[box]
    bright = (hounsfield > (mean + MEAN_FAT_HU) / 2 + 10) & (hounsfield < mean + BRIGHTER_HU)
    parts, count = ndimage.label(inside[box] | (near[box] & bright))
    if count:
        whole[box] = parts == np.argmax(np.bincount(parts.ravel())[1:]) + 1
    return whole


def _on_grid(mask: Mask, step: NDArray[np.int64], shape: tuple[int, ...]) -> Mask:
    for axis, one in enumerate(step):
        mask = np.repeat(mask, one, axis=axis)
    return mask[tuple(slice(0, size) for size in shape)]
