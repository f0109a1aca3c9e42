"""Networks: a TorchScript file by a fixed contract, and MONAI bundles."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from monai.inferers.utils import sliding_window_inference
from monailabel.tasks.infer.basic_infer import CallBackTypes
from monailabel.tasks.infer.bundle import BundleInferTask
from nibabel import orientations
from numpy.typing import NDArray
from torch.nn import functional

from seg.monailabel_app import volumes
from seg.monailabel_app.models import Model
from seg.monailabel_app.tasks import Task
from seg.monailabel_app.volumes import Image
from seg.monailabel_app.work import WORK, InferenceError

OVERLAP = 0.25

#: A voxel is surely outside when the network says so with more than this.
CERTAIN = 0.95

RAS = np.array([[0, 1], [1, 1], [2, 1]])


class TorchScript(Task):
    """A TorchScript file: (1, 1, X, Y, Z) float32 in RAS, HU of a window as 0 to 1, to (1, C, X, Y, Z) logits.

    With one channel, more than 0 is value 1; with more, the largest channel is the value and channel 0 the rest.
    """

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self._loaded: tuple[float, Any] = (0.0, None)

    def infer(self, image: Image) -> NDArray[np.uint8]:
        """Return the values of the channels, on the grid of the image."""
        network = self._network()
        WORK.tell(0.02, "resampling")
        turn = orientations.ornt_transform(orientations.io_orientation(image.affine), RAS)
        turned = orientations.apply_orientation(image.array, turn)
        spacing = image.spacing_mm[np.argsort(turn[:, 0])]
        logits = self._logits(network, turned, spacing)
        WORK.tell(0.85, "resampling")
        WORK.unsure(uncertainty(logits[0]))
        values = _values(logits, turned.shape)
        back = orientations.ornt_transform(RAS, orientations.io_orientation(image.affine))
        return np.ascontiguousarray(orientations.apply_orientation(values, back))

    def _network(self) -> Any:  # noqa: ANN401 -- a ScriptModule
        path = Path(self.model.path)
        if not path.is_file():
            raise InferenceError("model_missing", f'The file of the model "{self.model.name}" is not there.')
        changed = path.stat().st_mtime
        if self._loaded[0] != changed:
            try:
                self._loaded = (changed, torch.jit.load(str(path), map_location="cpu").eval())
            except RuntimeError:
                message = f'The file of the model "{self.model.name}" is no TorchScript module.'
                raise InferenceError("model_unreadable", message) from None
        return self._loaded[1]

    def _logits(self, network: Any, turned: NDArray[np.int16], spacing: NDArray[np.float64]) -> torch.Tensor:  # noqa: ANN401
        low, high = self.model.window_hu
        size = [
            max(1, round(n * mm / want))
            for n, mm, want in zip(turned.shape, spacing, self.model.spacing_mm, strict=True)
        ]
        with torch.inference_mode():
            given = torch.from_numpy(turned.astype(np.float32))[None, None]
            scaled = ((given - low) / (high - low)).clamp_(0, 1)
            inputs = functional.interpolate(scaled, size=size, mode="trilinear", align_corners=False)
            roi = [min(one, size[axis]) for axis, one in enumerate(self.model.roi)]
            count = math.prod(windows(size[axis], roi[axis]) for axis in range(3))
            counted = _counted(network, count)
            return sliding_window_inference(inputs, roi, 1, counted, overlap=OVERLAP, mode="gaussian")


class Bundle(BundleInferTask):
    """A folder as of the MONAI bundle specification. It is code: it may bring Python of its own."""

    def __init__(self, model: Model) -> None:
        if not (Path(model.path) / "configs").is_dir():
            raise InferenceError("model_missing", f'The folder of the model "{model.name}" is no MONAI bundle.')
        super().__init__(model.path, {}, type="segmentation")
        if not self.valid:
            raise InferenceError("model_missing", f'The bundle of the model "{model.name}" lacks its model or configs.')
        self.model, self.description = model, model.description

    def __call__(self, request: dict[str, Any], _callbacks: object = None) -> tuple[str, dict[str, Any]]:
        """Answer a request of MONAI Label as its own bundles do, telling how far it is."""
        callbacks = {
            CallBackTypes.PRE_TRANSFORMS: _stage(0.1, "inference"),
            CallBackTypes.INFERER: self._inferred,
            CallBackTypes.POST_TRANSFORMS: _stage(0.95, "writing"),
        }
        try:
            with WORK.on(str(request.get("job", ""))):
                file, told = super().__call__(request, callbacks)
                return str(file), told
        except BaseException:
            Path(request["image"]).unlink(missing_ok=True)
            raise

    def _inferred(self, data: Any) -> Any:  # noqa: ANN401 -- MONAI Label's dictionary
        logits = data.get(self.key_pred)
        if isinstance(logits, torch.Tensor) and logits.ndim == len("CXYZ"):
            WORK.unsure(uncertainty(logits))
        return _stage(0.85, "resampling")(data)

    def pre_transforms(self, data: Any = None) -> Sequence[Callable[..., Any]]:  # noqa: ANN401 -- MONAI Label's
        """Return the bundle's own, with a reader that keeps sheared affines."""
        transforms = super().pre_transforms(data)
        for one in transforms:
            load = getattr(one, "load_image_d", one)
            if hasattr(load, "_loader"):
                load._loader.register(_reader())
        return transforms

    def writer(self, data: Any, *_options: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401 -- MONAI Label's
        """Write the mask on the grid of the image, or refuse."""
        image = volumes.load(data["image_path"])
        mask = np.squeeze(np.asarray(data[self.key_pred]))
        if mask.shape != image.array.shape:
            message = f'The bundle "{self.model.name}" answered with another shape than it was given.'
            raise InferenceError("bundle_failed", message)
        return volumes.save(np.rint(mask).astype(np.uint8), image), {}

    def _get_network(self, device: Any, data: Any) -> Any:  # noqa: ANN401 -- MONAI Label's
        return _counted(super()._get_network(device, data), 0)


def uncertainty(logits: torch.Tensor) -> float:
    """Return how unsure a network is of what it drew: the mean entropy of its channels, 0 to 1, where it may be.

    Parameters
    ----------
    logits : (C, X, Y, Z)
        One channel is a sigmoid, more are a softmax with the rest as channel 0. Voxels count where the rest is less
        sure than `CERTAIN`: what is surely outside would drown all doubt.
    """
    channels = logits.shape[0]
    total, count = 0.0, 0
    for plane in logits.float().unbind(1):
        both = torch.stack([torch.zeros_like(plane[0]), plane[0]]) if channels == 1 else plane
        logarithms = functional.log_softmax(both, dim=0)
        parts = logarithms.exp()
        there = parts[0] < CERTAIN
        total += float(-(parts * logarithms).sum(0)[there].sum())
        count += int(there.sum())
    return total / count / math.log(max(channels, 2)) if count else 0.0


def windows(size: int, roi: int) -> int:
    """Return in how many windows an axis is covered."""
    interval = max(1, int(roi * (1 - OVERLAP)))
    return math.ceil(max(0, size - roi) / interval) + 1


def _counted(network: Any, expected: int) -> Callable[..., Any]:  # noqa: ANN401 -- a module
    """Return the network as a function that tells how far it is each time it is called."""
    done = 0

    def call(*inputs: Any, **options: Any) -> Any:  # noqa: ANN401 -- the network's
        nonlocal done
        # How many windows a bundle's own inferer makes is not known: half of the rest each time, rather than none.
        part = done / expected if expected else 1 - 1 / (1 + done / 8)
        WORK.tell(0.05 + 0.8 * min(part, 1.0), "inference")
        done += 1
        return network(*inputs, **options)

    return call


def _values(logits: torch.Tensor, shape: Sequence[int]) -> NDArray[np.uint8]:
    """Return which channel is largest at each voxel of the image; a channel at a time is at full size."""
    channels = logits.shape[1]
    if channels == 1:
        full = functional.interpolate(logits, size=list(shape), mode="trilinear", align_corners=False)
        return (full[0, 0] > 0).numpy().astype(np.uint8)
    best = values = None
    for channel in range(channels):
        WORK.check()
        one = logits[:, channel : channel + 1]
        full = functional.interpolate(one, size=list(shape), mode="trilinear", align_corners=False)[0, 0]
        if best is None or values is None:
            best, values = full, torch.zeros(full.shape, dtype=torch.uint8)
        else:
            larger = full > best
            values[larger] = channel
            best = torch.maximum(best, full)
    assert values is not None
    return values.numpy()


def _stage(progress: float, step: str) -> Callable[[Any], Any]:
    def tell(data: Any) -> Any:  # noqa: ANN401 -- MONAI Label's dictionary
        WORK.tell(progress, step)
        return data

    return tell


def _reader() -> Any:  # noqa: ANN401 -- MONAI's
    from monai.data.image_reader import NibabelReader

    return NibabelReader()
