"""Makes the models of these tests, in MONAI Label's own environment: `make_models.py FOLDER`.

Networks without a trained weight: their answer is told by thresholds, so that every voxel of it is known beforehand.
"""

import json
import sys
from pathlib import Path

import torch

#: HU above which a voxel is value 1, and value 2; the networks see -150..250 as 0..1.
THRESHOLDS = (70.0, 160.0)


class Thresholds(torch.nn.Module):
    """Three channels: below the first threshold, between the two, above the second."""

    def __init__(self) -> None:
        super().__init__()
        low, high = ((value + 150) / 400 for value in THRESHOLDS)
        self.low, self.high = low, high

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        first, second = (image - self.low) * 100, (image - self.high) * 100
        return torch.cat([torch.zeros_like(image), first, first + second], dim=1)


def bundle(folder: Path, network: torch.jit.ScriptModule) -> None:
    (folder / "configs").mkdir(parents=True)
    (folder / "models").mkdir()
    network.save(str(folder / "models" / "model.ts"))
    data = {"spatial_shape": [32, 32, 16], "num_channels": 1, "type": "image", "channel_def": {"0": "image"}}
    channels = {"0": "background", "1": "Liver", "2": "Nodule"}
    formats = {"inputs": {"image": data}, "outputs": {"pred": data | {"num_channels": 3, "channel_def": channels}}}
    metadata = {"version": "0.1", "description": "thresholds", "network_data_format": formats}
    (folder / "configs" / "metadata.json").write_text(json.dumps(metadata))
    (folder / "configs" / "inference.json").write_text(json.dumps(INFERENCE))


INFERENCE = {
    "preprocessing": {
        "_target_": "Compose",
        "transforms": [
            {"_target_": "LoadImaged", "keys": "image"},
            {"_target_": "EnsureChannelFirstd", "keys": "image"},
            {"_target_": "Orientationd", "keys": "image", "axcodes": "RAS"},
            {"_target_": "Spacingd", "keys": "image", "pixdim": [2.0, 2.0, 6.0], "mode": "bilinear"},
            {
                "_target_": "ScaleIntensityRanged",
                "keys": "image",
                "a_min": -150,
                "a_max": 250,
                "b_min": 0,
                "b_max": 1,
                "clip": True,
            },
        ],
    },
    "inferer": {"_target_": "SlidingWindowInferer", "roi_size": [64, 64, 16], "overlap": 0.25},
    "postprocessing": {
        "_target_": "Compose",
        "transforms": [
            {"_target_": "Invertd", "keys": "pred", "transform": "@preprocessing", "orig_keys": "image"},
            {"_target_": "AsDiscreted", "keys": "pred", "argmax": True},
        ],
    },
}


if __name__ == "__main__":
    target = Path(sys.argv[1])
    scripted = torch.jit.script(Thresholds())
    scripted.save(str(target / "thresholds.ts"))
    bundle(target / "bundle", scripted)
