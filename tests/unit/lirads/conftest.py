"""Complete answers, as the tests of the templates have them."""

from tests.unit.sr_templates.conftest import complete

__all__ = ["complete"]
