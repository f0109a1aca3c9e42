"""A synthetic four-phase CT of the liver with analytic truth: for the demo and for tests, never for the clinic."""

from seg.phantom.study import study, write
from seg.phantom.tissues import PHASES
from seg.phantom.truth import Nodule, Truth, truth
from seg.phantom.variant import Variant

__all__ = ["PHASES", "Nodule", "Truth", "Variant", "study", "truth", "write"]
