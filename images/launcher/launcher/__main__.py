"""Makes and removes people's servers for the hub, by names and templates alone."""

from __future__ import annotations

import asyncio
import os
import signal

from . import logs, settings
from .app import Launcher


async def main() -> None:
    until = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, until.set)
    await Launcher(settings.read(os.environ)).serve(until)


if __name__ == "__main__":
    logs.set_up()
    asyncio.run(main())
