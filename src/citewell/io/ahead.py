"""A process that makes itself ready for work of one kind while this one is still finding out whether there is some."""

import os
import pickle
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any, BinaryIO, Self, TypeVar, cast

Context = TypeVar("Context")
Item = TypeVar("Item")
Result = TypeVar("Result")


class Helper:
    """A process for the functions of some modules, which it imports at once: that may take longer than the work itself.

    What a function raises is raised here. Where the process is lost, the work is done here.
    """

    def __init__(self, *modules: str) -> None:
        """Begin. Only for systems that can split a process."""
        self._modules = modules
        taken, orders = os.pipe()
        results, given = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(orders)
            os.close(results)
            _help(modules, taken, given)
        os.close(taken)
        os.close(given)
        self._orders, self._answers = os.fdopen(orders, "wb"), os.fdopen(results, "rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failed: object) -> None:
        self.end()

    def end(self) -> None:
        """Let it go, whatever it is at."""
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        with suppress(OSError):  # an order may be left of which nobody is there to read the end
            self._orders.close()
        self._answers.close()

    def knows(self, function: Callable[..., Any]) -> bool:
        """Tell whether the function is one of those it was begun for."""
        return function.__module__ in self._modules

    def each(
        self, function: Callable[[Context, Item], Result], context: Context, items: Sequence[Item]
    ) -> Iterator[Result]:
        """Give `function(context, item)` for each item, in order. The first one is begun with at once, whenever it is asked for."""
        orders = ((function, context, item) for item in items)
        self._order(next(orders, None))
        return self._results(function, context, items, orders)

    def _results(
        self,
        function: Callable[[Context, Item], Result],
        context: Context,
        items: Sequence[Item],
        orders: Iterator[object],
    ) -> Iterator[Result]:
        for item in items:
            answer = self._answer()
            if answer is None:
                yield function(context, item)
                continue
            self._order(next(orders, None))  # one at a time: two who both write would wait for each other
            result, fault = answer
            if fault is not None:
                raise fault
            yield cast("Result", result)

    def _order(self, order: object) -> None:
        if order is not None:
            with suppress(OSError):  # it is lost, which is seen when there is no answer
                pickle.dump(order, self._orders)
                self._orders.flush()

    def _answer(self) -> tuple[object, Exception | None] | None:
        try:
            return cast("tuple[object, Exception | None]", pickle.load(self._answers))  # noqa: S301 -- of our own process
        except (OSError, EOFError, pickle.UnpicklingError):
            return None


def _help(modules: tuple[str, ...], taken: int, given: int) -> None:
    """Do what is ordered until nobody is left to order anything."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is to end is told by the parent
    try:
        for module in modules:
            import_module(module)
        with os.fdopen(taken, "rb") as orders, os.fdopen(given, "wb") as results:
            while True:
                _answer(orders, results)
    finally:
        os._exit(0)


def _answer(orders: BinaryIO, results: BinaryIO) -> None:
    function, context, item = pickle.load(orders)  # noqa: S301 -- of a process of our own
    answer: tuple[Any, Exception | None]
    try:
        answer = function(context, item), None
    except Exception as fault:  # noqa: BLE001 -- it is raised where the work was wanted
        answer = None, fault
    pickle.dump(answer, results)
    results.flush()
