"""gunicorn's threaded worker, in which no sender holds a thread: requests come in by the loop and take one when whole.

The loop reads heads and small bodies, ends those that come too slowly, and gives each request to a pool: large bodies
have their own, and so has each question after health; what is left of an answer is sent by the loop. gunicorn's own
gives a thread to every connection that has sent a byte, and waits for clients to close: sixteen, or one, stopped it.
"""

import socket
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

import structlog
from gunicorn import http
from gunicorn.workers.gthread import TConn, ThreadWorker

from gateway.errors import SentTooSlowly, TooManyBodies
from gateway.intake import CONTINUE, Intake, Stage
from gateway.outlet import Outlet, Places
from gateway.pace import PacedUnreader
from gateway.refusals import head_too_large, of_parser, refusal
from services.common import limits
from services.common.errors import OnestopError

log = structlog.get_logger()

HEALTH = (b"/healthz", b"/readyz")
_READ = 16 * limits.KIB


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Every method but `handle` and what it calls runs in the loop's thread."""

    tpool: ThreadPoolExecutor  # of ordinary requests

    def init_process(self) -> None:
        self._coming: dict[TConn, Intake] = {}  # in the order in which they began to wait
        self._leaving: dict[TConn, float] = {}
        self._owing: dict[TConn, bool] = {}  # the rest of an answer; whether another request may follow it
        self._owed = 0
        self._held = 0
        self._large = 0
        self._sweep_at = 0.0
        self._bodies = ThreadPoolExecutor(limits.BODY_THREADS, "bodies")
        self._health = {path: ThreadPoolExecutor(1, "health") for path in HEALTH}
        self._places = Places(self.cfg.threads)
        super().init_process()

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """Makes a pool of as many threads as there are places for, and those that wait for readers."""
        return ThreadPoolExecutor(self.cfg.threads + limits.READERS_WAITED_FOR, "requests")

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Hears no more of a connection that was ended for another's sake in the same turn."""
        for key, _ in self.poller.select(timeout):
            if self.poller.get_map().get(key.fd) is key:
                key.data(key.fileobj)

    def accept(self, listener: socket.socket) -> None:
        if self.nr_conns + 1 >= self.worker_connections:
            self._make_room()
        super().accept(listener)

    def enqueue_req(self, conn: TConn) -> None:
        """Takes a new connection: what it has sent already is read at once."""
        conn.initialized = True
        conn.sock = Outlet(conn.sock)
        conn.parser = http.get_parser(self.cfg, conn.sock, conn.client)
        conn.parser.unreader = PacedUnreader(conn.sock)
        self._await_request(conn, limits.HEAD_DEADLINE.total_seconds())
        self._read(conn, conn.sock)

    def _await_request(self, conn: TConn, seconds: float) -> None:
        conn.sock.setblocking(False)
        self._coming[conn] = Intake(time.monotonic() + seconds)
        self.poller.register(conn.sock, EVENT_READ, partial(self._read, conn))

    def _read(self, conn: TConn, sock: socket.socket) -> None:
        try:
            data = sock.recv(_READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._take(conn, data)
        elif self._coming[conn].stage is Stage.BODY:
            self._hand_over(conn, self._coming[conn])  # to be told that its body was cut short
        else:
            self._forget(conn)
            self._close(conn)

    def _take(self, conn: TConn, data: bytes) -> None:
        intake = self._coming[conn]
        stage = intake.feed(data, time.monotonic())
        self._held += len(data)
        if stage in (Stage.WHOLE, Stage.LARGE):
            self._hand_over(conn, intake)
        elif stage is Stage.HEAD_TOO_LARGE:
            self._refuse(conn, head_too_large())
        elif intake.expects:
            intake.expects = False
            with suppress(OSError):  # whoever has gone is noticed at the next read
                conn.sock.send(CONTINUE)
        if self._held > limits.HELD_BYTES:
            self._let_go(max(self._coming, key=lambda one: len(self._coming[one].held)))

    def _hand_over(self, conn: TConn, intake: Intake) -> None:
        large = intake.stage is Stage.LARGE or intake.lasts
        if large and self._large >= limits.BODIES_AT_ONCE:
            self._refuse(conn, TooManyBodies())
            return
        self._forget(conn)
        self._large += large
        conn.parser.unreader.begin(bytes(intake.held), whole=intake.stage is Stage.WHOLE)
        done: Callable[[Future[bool]], None] = partial(self.method_queue.defer, self._answered, conn, large)
        pool = self._bodies if large else self._health.get(intake.path)
        going = pool.submit(self.handle, conn) if pool else self.tpool.submit(self._handle_in_place, conn)
        going.add_done_callback(done)

    def _handle_in_place(self, conn: TConn) -> bool:
        with self._places.one():
            conn.sock.places = self._places
            try:
                return bool(self.handle(conn))
            finally:
                conn.sock.places = None

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """Handles a request; a client whose body is here is not told to continue: a second time is more than many
        clients expect."""
        if conn.parser.unreader.whole:
            req._expected_100_continue = False
        return bool(super().handle_request(req, conn))

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """Ends the connection rather than wait for the rest of an unwanted body."""
        if keepalive:
            conn.parser.unreader.shut()
            return bool(conn.parser.finish_body())
        return False

    def _answered(self, conn: TConn, large: bool, future: "Future[bool]") -> None:
        self._large -= large
        another = future.exception() is None and future.result()
        if not conn.sock.kept:
            self._go_on(conn, another)
            return
        conn.sock.begin_to_owe()
        conn.sock.setblocking(False)
        self._owing[conn] = another
        self._owed += len(conn.sock.kept)
        self.poller.register(conn.sock, EVENT_WRITE, partial(self._send_rest, conn))
        if self._owed > limits.HELD_BYTES:
            self._write_off(next(iter(self._owing)))

    def _send_rest(self, conn: TConn, sock: Outlet) -> None:
        before = len(sock.kept)
        try:
            sock.send_kept()
        except OSError:
            self._write_off(conn)
            return
        self._owed -= before - len(sock.kept)
        if not sock.kept:
            self.poller.unregister(sock)
            self._go_on(conn, self._owing.pop(conn))

    def _write_off(self, conn: TConn) -> None:
        self._owed -= len(conn.sock.kept)
        del self._owing[conn]
        self.poller.unregister(conn.sock)
        self._close(conn)

    def _go_on(self, conn: TConn, another: bool) -> None:
        """Goes on after a whole answer."""
        if not another:
            self._leave(conn)
            return
        self._await_request(conn, self.cfg.keepalive)
        if ahead := conn.parser.unreader.take_buffered():
            self._take(conn, ahead)

    def handle_error(self, _req: object, client: socket.socket, _address: object, error: Exception) -> None:
        """Answers what is not HTTP this interface reads like all else, with the headers of every answer."""
        with suppress(OSError):
            client.sendall(refusal(error if isinstance(error, OnestopError) else of_parser(error)))

    def _refuse(self, conn: TConn, error: OnestopError) -> None:
        self._forget(conn)
        with suppress(OSError):  # whoever does not read the answer is let go of without it
            conn.sock.send(refusal(error))
        self._leave(conn)

    def _leave(self, conn: TConn) -> None:
        """Closes as RFC 9112 section 9.6 has it, without waiting: the last answer is lost to a client cut off."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(conn)
            return
        self._leaving[conn] = time.monotonic() + limits.CLOSING_LINGER.total_seconds()
        self.poller.register(conn.sock, EVENT_READ, partial(self._drain, conn))

    def _drain(self, conn: TConn, sock: socket.socket) -> None:
        try:
            more = sock.recv(_READ)
        except BlockingIOError:
            return
        except OSError:
            more = b""
        if not more:
            self._end_leaving(conn)

    def _end_leaving(self, conn: TConn) -> None:
        del self._leaving[conn]
        self.poller.unregister(conn.sock)
        self._close(conn)

    def _forget(self, conn: TConn) -> None:
        self._held -= len(self._coming.pop(conn).held)
        self.poller.unregister(conn.sock)

    def _close(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()

    def _make_room(self) -> None:
        """Ends the connection least missed: a connection that is ending, an idle connection, the connection that has
        read or sent longest."""
        if self._leaving:
            self._end_leaving(next(iter(self._leaving)))
        elif idle := next((conn for conn, intake in self._coming.items() if intake.idle), None):
            self._let_go(idle)
        elif self._owing:
            self._write_off(next(iter(self._owing)))
        elif self._coming:
            self._let_go(next(iter(self._coming)))

    def _let_go(self, conn: TConn) -> None:
        if self._coming[conn].idle:
            self._forget(conn)
            self._close(conn)
        else:
            self._refuse(conn, SentTooSlowly())

    def murder_pending(self) -> None:
        """Ends, a few times a second, what has waited too long; gunicorn's loop calls it at every turn."""
        now = time.monotonic()
        if now < self._sweep_at:
            return
        self._sweep_at = now + limits.SLOW_LOOK_EVERY.total_seconds()
        for conn in [conn for conn, intake in self._coming.items() if intake.late(now)]:
            self._let_go(conn)
        for conn in [conn for conn, until in self._leaving.items() if now > until]:
            self._end_leaving(conn)
        for conn in [conn for conn in self._owing if conn.sock.overdue(now)]:
            self._write_off(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """Leaves idle connections a moment when a worker stops, for a request that may be on its way."""
        for intake in self._coming.values():
            if intake.idle:
                intake.deadline = min(intake.deadline, deadline)
