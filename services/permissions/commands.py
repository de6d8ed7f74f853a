"""What operators do with permissions: make a new version, prove it, and read it."""

from services.permissions.published import begin_anew
from services.permissions.replay_commands import Means, ReplayApps, add_replay

__all__ = ["Means", "ReplayApps", "add_replay", "begin_anew"]
