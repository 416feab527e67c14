"""The floor's service: one gRPC method that commits one row and answers. `python -m e2e.bench.floor_service`."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import psycopg

METHOD = "/floor/Insert"
WORKERS = 10
CREATE = "CREATE TABLE IF NOT EXISTS floor (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea NOT NULL)"
INSERT = "INSERT INTO floor (body) VALUES (%s) RETURNING id"


class Rows:
    """The insert, on one autocommit connection a thread."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._local = threading.local()

    def insert(self, body: bytes, _context: object) -> bytes:
        row = self._connection().execute(INSERT, (body,)).fetchone()
        return b"%d" % row[0] if row else b""

    def _connection(self) -> psycopg.Connection[Any]:
        if not hasattr(self._local, "connection"):
            self._local.connection = psycopg.connect(self._url, autocommit=True, prepare_threshold=1)
        connection: psycopg.Connection[Any] = self._local.connection
        return connection


def main() -> None:
    url = os.environ["FLOOR_DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(CREATE)
    rows = Rows(url)
    server = grpc.server(ThreadPoolExecutor(WORKERS))
    handler: Any = grpc.unary_unary_rpc_method_handler(rows.insert)
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("floor", {"Insert": handler})])
    server.add_insecure_port(os.environ["FLOOR_TARGET"])
    server.start()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    stop.wait()
    server.stop(1).wait()


if __name__ == "__main__":
    main()
