"""How much a submission may use."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one submission gets before it is stopped.

    Parameters
    ----------
    call_seconds : processor time of one cell or one call of a student's function: a busy machine
        harms nobody
    wait_seconds : wall-clock time of the same, for those who sleep
    total_seconds : wall-clock time of the whole submission
    cpu_seconds : processor time of one process
    memory : bytes of address space of one process
    file_size : bytes of one file
    folder_size : bytes of all files in the jail's only writable folder
    processes : processes and threads in the jail, two of which the jail needs itself
    output : bytes of printed text that are kept
    restarts : how often a process that was stopped is started again

    Examples
    --------
    >>> Limits(call_seconds=2.0).total_seconds
    120.0
    """

    call_seconds: float = 5.0
    wait_seconds: float = 20.0
    total_seconds: float = 120.0
    cpu_seconds: int = 60
    memory: int = 2 << 30
    file_size: int = 32 << 20
    folder_size: int = 64 << 20
    processes: int = 12
    output: int = 64 << 10
    restarts: int = 4

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not value > 0:
                raise ValueError(f"{name} is a limit above 0; got {value!r}.")
