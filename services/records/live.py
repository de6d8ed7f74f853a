"""The reader of one version of the patient read model that follows the ledger's topic."""

import asyncio

from services.kernel.reader import Reader
from services.records.projection import Projection
from services.records.replay.versions import refuse_unless_full


class VersionReader(Reader):
    """It does not begin where there is no such version, nor while somebody loads it."""

    handler: Projection

    async def on_start(self) -> None:
        """Look at the version before anything is read, and before there are bookmarks of it."""
        await asyncio.to_thread(lambda: refuse_unless_full(self.link.get(), self.handler.version))
        await super().on_start()
