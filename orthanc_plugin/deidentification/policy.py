"""Everything that decides about an instance beside its bytes."""

from dataclasses import dataclass

from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.deidentification.pixels import PixelRule
from orthanc_plugin.deidentification.profile import Profile


@dataclass(frozen=True)
class Policy:
    """The profile, the secret's functions, and what the settings say of pixels."""

    profile: Profile
    keys: Keys
    pixel_rules: tuple[PixelRule, ...] = ()
