"""NIfTI in and out of the tasks: the answer has the very grid of the question."""

import tempfile
from dataclasses import dataclass
from typing import Any

import nibabel
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Image:
    """A CT volume: HU, (x, y, z) in the file's order, and its affine (voxel to RAS mm)."""

    array: NDArray[np.int16]
    affine: NDArray[np.float64]

    @property
    def spacing_mm(self) -> NDArray[np.float64]:
        """Size of a voxel along each axis."""
        return np.asarray(np.linalg.norm(self.affine[:3, :3], axis=0))


def load(path: str) -> Image:
    """Read the volume that was uploaded."""
    file: Any = nibabel.load(path)
    return Image(np.asanyarray(file.dataobj).astype(np.int16, copy=False), file.affine)


def save(mask: NDArray[np.uint8], image: Image) -> str:
    """Write a mask on the grid of its image to a temporary file, uncompressed; MONAI Label sends and deletes it."""
    with tempfile.NamedTemporaryFile(suffix=".nii", delete=False) as file:
        nibabel.Nifti1Image(mask, image.affine).to_filename(file.name)
    return file.name
