"""What is told of long work while it goes on, and of where its time went."""

import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, perf_counter
from typing import Self

import click

from citewell.cli.settings import Settings
from citewell.core.watch import Watch
from citewell.io import SurroundingsError

_BAR_AFTER, _BAR_EVERY = 1.0, 0.1  # seconds without a bar, and between two looks at it
_LINE_EVERY = 10.0  # seconds without a line, and between two of them


@contextmanager
def watching(settings: Settings) -> Iterator[Watch]:
    """Watch what is done inside the `with` block, as the options ask; then tell where the time went.

    Raises:
        SurroundingsError: what makes profiles is not installed.
    """
    with ExitStack() as around:
        watches: list[Watch] = []
        if settings.timings:
            watches.append(around.enter_context(_Timings()))
        if not settings.quiet:
            watches.append(around.enter_context(_Progress()))
        if settings.profile:
            around.enter_context(_profiled(settings.profile))
        yield _Several(watches)


class _Several:
    """Several who watch the same."""

    def __init__(self, watches: list[Watch]) -> None:
        self._watches = watches

    def stage(self, name: str, total: int = 0) -> None:
        for watch in self._watches:
            watch.stage(name, total)

    def step(self) -> None:
        for watch in self._watches:
            watch.step()


# -- progress ----------------------------------------------------------------------------------------------------------


class _Progress:
    """Tells on standard error how far a stage is: a bar on a terminal, else a line now and then. Short work goes untold."""

    def __init__(self) -> None:
        self._on_terminal = sys.stderr.isatty() and not os.environ.get("CI")
        first, self._every = (_BAR_AFTER, _BAR_EVERY) if self._on_terminal else (_LINE_EVERY, _LINE_EVERY)
        self._next = monotonic() + first
        self._sight: _Bar | _Name | _Line | None = None
        self._done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failed: object) -> None:
        if self._sight is not None:
            self._sight.end(self._done)

    def stage(self, name: str, total: int = 0) -> None:
        if self._sight is not None:
            self._sight.end(self._done)
        self._sight, self._done = self._sight_of(name, total), 0
        self._look()

    def step(self) -> None:
        self._done += 1
        self._look()

    def _sight_of(self, name: str, total: int) -> "_Bar | _Name | _Line":
        if not self._on_terminal:
            return _Line(name, total)
        return _Bar(name, total) if total else _Name(name)

    def _look(self) -> None:
        now = monotonic()
        if now >= self._next and self._sight is not None:
            self._next = now + self._every
            self._sight.show(self._done)


class _Bar:
    """A bar with what is done of how much, and the time left."""

    def __init__(self, name: str, total: int) -> None:
        # Its clock begins here, so that the time left is right however late it is first shown.
        self._bar = click.progressbar(length=total, label=f"{name:10}", file=sys.stderr, show_pos=True)

    def show(self, done: int) -> None:
        if not self._bar.entered:
            self._bar.__enter__()
        self._bar.update(done - self._bar.pos)

    def end(self, done: int) -> None:
        if self._bar.entered:
            self.show(done)
            self._bar.__exit__(None, None, None)


class _Name:
    """The name of a stage that is not counted, for as long as it lasts."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._shown = False

    def show(self, _done: int) -> None:
        self._shown = True
        click.echo(f"\r{self._name}", err=True, nl=False)

    def end(self, _done: int) -> None:
        if self._shown:
            click.echo(f"\r{' ' * len(self._name)}\r", err=True, nl=False)


class _Line:
    """A line with what is done of how much, where that is counted."""

    def __init__(self, name: str, total: int) -> None:
        self._name, self._total = name, total

    def show(self, done: int) -> None:
        click.echo(f"{self._name} {done} of {self._total}" if self._total else self._name, err=True)

    def end(self, _done: int) -> None:
        pass


# -- where the time went -----------------------------------------------------------------------------------------------


class _Timings:
    """Adds up what each stage takes, and prints it as a table at the end.

    Processor time is that of this process and of all that it has started and waited for: a worker counts in the stage at whose
    end it is done.
    """

    def __init__(self) -> None:
        self._stage = ""
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._worked: defaultdict[str, float] = defaultdict(float)
        self._steps: Counter[str] = Counter()
        self._since = perf_counter(), _processor()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failed: object) -> None:
        self._add()
        _print_row("stage", "seconds", "processor", "steps")
        for stage, seconds in self._seconds.items():
            steps = str(self._steps[stage] or "")
            _print_row(stage, f"{seconds:.2f}", f"{self._worked[stage]:.2f}", steps)
        _print_row("in all", f"{sum(self._seconds.values()):.2f}", f"{sum(self._worked.values()):.2f}")

    def stage(self, name: str, total: int = 0) -> None:  # noqa: ARG002 -- as every watch is told it
        self._add()
        self._stage = name

    def step(self) -> None:
        self._steps[self._stage] += 1

    def _add(self) -> None:
        now = perf_counter(), _processor()
        if self._stage:
            self._seconds[self._stage] += now[0] - self._since[0]
            self._worked[self._stage] += now[1] - self._since[1]
        self._since = now


def _print_row(stage: str, seconds: str, worked: str, steps: str = "") -> None:
    click.echo(f"{stage:12}{seconds:>10}{worked:>12}{steps:>10}".rstrip(), err=True)


def _processor() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


# -- a profile ---------------------------------------------------------------------------------------------------------


@contextmanager
def _profiled(file: Path) -> Iterator[None]:
    """Write which functions took the time, in a form that speedscope shows."""
    if find_spec("pyinstrument") is None:
        raise SurroundingsError("--profile needs one more package: type pip install 'citewell[profile]'")
    from pyinstrument import Profiler
    from pyinstrument.renderers import SpeedscopeRenderer

    with Profiler(async_mode="disabled") as profiler:
        yield
    file.write_text(profiler.output(SpeedscopeRenderer()), encoding="utf-8")
