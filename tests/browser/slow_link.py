"""A way to a server on this machine that is as slow as wanted: each direction delayed and limited in bytes a second."""

import asyncio
import threading

CHUNK = 16_384


class SlowLink:
    """Listens on ``port`` and passes everything on to ``target`` and back. ``delay`` (s) and ``rate`` (bytes/s) may
    change at any time; None means unlimited.
    """

    def __init__(self, target: int) -> None:
        self.target, self.port = target, 0
        self.delay: float = 0.0
        self.rate: float | None = None
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "SlowLink":
        self._thread.start()
        assert self._started.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set_result, None)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stop = self._loop.create_future()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._stop
        server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        try:
            await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            for end in (writer, far_writer):
                end.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Chunks leave one after the other at ``rate``, and each arrives ``delay`` later."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=64)

        async def receive() -> None:
            left = 0.0
            while data := await reader.read(CHUNK):
                left = max(left, self._loop.time()) + (len(data) / self.rate if self.rate else 0)
                await under_way.put((left + self.delay, data))
            await under_way.put((0, b""))

        async def deliver() -> None:
            while True:
                due, data = await under_way.get()
                if not data:
                    writer.close()
                    return
                wait = due - self._loop.time()
                if wait > 0:
                    await asyncio.sleep(wait)
                writer.write(data)
                await writer.drain()

        await asyncio.gather(receive(), deliver())
