"""What operators do with permissions: access and why, and a new version, proven before it is read."""

from services.permissions.asking.access_command import access_app
from services.permissions.replay.published import begin_anew
from services.permissions.replay.replay_commands import add_replay

__all__ = ["access_app", "add_replay", "begin_anew"]
