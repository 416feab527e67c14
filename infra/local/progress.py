"""The display for the person who started the system: a line for each thing that is up, a spinner on a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.status import Status


class Progress:
    """Plain lines where the output is no terminal."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.status: Status | None = console.status("starting") if console.is_terminal else None

    def begin(self) -> None:
        if self.status:
            self.status.start()

    def end(self) -> None:
        if self.status:
            self.status.stop()

    def waiting_for(self, names: Sequence[str]) -> None:
        if self.status and names:
            self.status.update("starting " + escape(", ".join(names)))

    def up(self, name: str, seconds: float) -> None:
        self.say(f"  [green]ok[/]  {escape(name):<18} {seconds:.1f} s")

    def died(self, what: str) -> None:
        self.say(f"[yellow]{escape(what)}; starting it again[/]")

    def problem(self, what: str) -> None:
        self.say(f"[red]onestop cannot run:[/] {escape(what)}")

    def say(self, text: str) -> None:
        self.console.print(text, highlight=False, soft_wrap=True)
