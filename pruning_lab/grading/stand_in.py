"""Stand-ins: what tests call in place of a student's function."""

from typing import NoReturn

from pruning_lab.grading.sandbox import Sandbox, Stopped


class StandIn:
    """Calls a function in its jail. It is nothing else: no number, not equal to anything, not true.

    Parameters
    ----------
    sandbox : where the function lives
    name : of the function

    Examples
    --------
    >>> StandIn(None, "f") == 1
    Traceback (most recent call last):
        ...
    pruning_lab.grading.sandbox.Stopped: ('unreadable', '', '')
    """

    __slots__ = ("_name", "_sandbox")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, sandbox: Sandbox, name: str) -> None:
        self._sandbox, self._name = sandbox, name

    def __call__(self, *arguments: object, **keywords: object) -> object:
        """Value of the student's function, which gets copies."""
        return self._sandbox.call(self._name, list(arguments), dict(keywords))

    def _refuse(self, *_: object) -> NoReturn:
        raise Stopped("unreadable")

    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __len__ = __iter__ = __getitem__ = __float__ = __int__ = __index__ = __array__ = _refuse
