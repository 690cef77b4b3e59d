"""The certified provider is tried where it is at hand; tests.skips tells if not."""

from tests.servers import certified

collect_ignore = [] if certified.is_at_hand() else ["test_provider_certified.py"]
