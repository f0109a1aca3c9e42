"""`python -m seg.registering FOLDER`: the process that registers; `seg.registration` starts it and reads its result."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk  # noqa: N813 -- its usual name
from numpy.typing import NDArray

BINS, SHARE, ITERATIONS = 32, 0.5, 120

#: Of the coarse and the fine step.
SHRINK, SMOOTHING_MM = (2, 1), (4.0, 1.0)


def main(folder: Path) -> None:
    """Register the volumes of a folder."""
    # One thread: the same volumes give the same transform.
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    told = np.load(folder / "volumes.npz")
    source = _image(told["source"], told["source_affine"])
    target = _image(told["target"], told["target_affine"])
    around = _around(_image(told["mask"].astype(np.float32), told["source_affine"]), float(told["margin_mm"]))
    begin = sitk.Euler3DTransform()
    begin.SetCenter(_middle(told["mask"], told["source_affine"]))
    before = _method(around, begin).MetricEvaluate(source, target)
    method = _method(around, begin)
    found = sitk.Euler3DTransform(sitk.CompositeTransform(method.Execute(source, target)).GetBackTransform())
    after = _method(around, found).MetricEvaluate(source, target)
    result = {"matrix": _matrix(found).ravel().tolist(), "before": -before, "after": -after}
    (folder / "result.json").write_text(json.dumps(result))


def _method(around: Any, begin: Any) -> Any:  # noqa: ANN401 -- SimpleITK has no types
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(BINS)
    method.SetMetricSamplingStrategy(method.REGULAR)
    method.SetMetricSamplingPercentage(SHARE)
    method.SetMetricFixedMask(around)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetOptimizerAsRegularStepGradientDescent(2.0, 0.01, ITERATIONS)
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetShrinkFactorsPerLevel(SHRINK)
    method.SetSmoothingSigmasPerLevel(SMOOTHING_MM)
    method.SmoothingSigmasAreSpecifiedInPhysicalUnitsOn()
    method.SetInitialTransform(sitk.Euler3DTransform(begin), inPlace=False)
    return method


def _image(volume: NDArray[Any], affine: NDArray[np.float64]) -> Any:  # noqa: ANN401 -- SimpleITK has no types
    """Return an image; a tilted gantry's shear is left out, as an image of ITK cannot have it."""
    image = sitk.GetImageFromArray(np.ascontiguousarray(volume, np.float32))
    sizes = np.linalg.norm(affine[:3, :3], axis=0)
    directions = affine[:3, :3] / sizes
    across = np.cross(directions[:, 0], directions[:, 1])
    image.SetSpacing((sizes[0], sizes[1], float(affine[:3, 2] @ across)))
    image.SetOrigin(affine[:3, 3].tolist())
    image.SetDirection(np.column_stack([directions[:, 0], directions[:, 1], across]).ravel().tolist())
    return image


def _around(mask: Any, margin_mm: float) -> Any:  # noqa: ANN401 -- SimpleITK has no types
    radius = [max(1, round(margin_mm / size)) for size in mask.GetSpacing()]
    return sitk.BinaryDilate(sitk.Cast(mask > 0, sitk.sitkUInt8), radius)


def _middle(mask: NDArray[np.bool_], affine: NDArray[np.float64]) -> list[float]:
    places = np.argwhere(mask)[:, ::-1].mean(axis=0)
    return [float(value) for value in (affine @ (*places, 1.0))[:3]]


def _matrix(found: Any) -> NDArray[np.float64]:  # noqa: ANN401 -- SimpleITK has no types
    """Return the transform of points as a matrix, its centre worked in."""
    turn, centre = np.array(found.GetMatrix()).reshape(3, 3), np.array(found.GetCenter())
    matrix = np.eye(4)
    matrix[:3, :3] = turn
    matrix[:3, 3] = np.array(found.GetTranslation()) + centre - turn @ centre
    return matrix


if __name__ == "__main__":
    main(Path(sys.argv[1]))
