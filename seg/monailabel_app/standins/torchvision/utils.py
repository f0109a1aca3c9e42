"""What MONAI Label imports from torchvision.utils, for pictures that it draws nowhere here."""


def make_grid(*_args: object, **_options: object) -> None:
    """Refuse: not used."""
    raise NotImplementedError("torchvision is not installed")


save_image = make_grid
