"""Which weights die together, and which of them compete? Both are answered by a tile.

A tile is a rectangle that is laid over a matrix again and again, like bathroom tiles.
Every tiling is also a *table*: one tile in each row (`cut`), and back (`join`).
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Bools, checked_whole

Shape = tuple[int, int]
Kind = TypeVar("Kind", bound=np.generic)


@dataclass(frozen=True)
class Tile:
    """A rectangle of weights; ``None`` means as far as the matrix goes.

    Parameters
    ----------
    height, width : rows and columns, or None
    across_layers : whether all matrices together are one tile, which then has no sides

    Raises
    ------
    ValueError
        If a side is not a positive integer, or all matrices together are given sides.
    """

    height: int | None
    width: int | None
    across_layers: bool = False

    def __post_init__(self) -> None:
        for side in ("height", "width"):
            if (given := getattr(self, side)) is not None:
                object.__setattr__(self, side, checked_whole(given, f"the {side} of a tile"))
                if self.across_layers:
                    raise ValueError(
                        f"all matrices together have no {side}; got {given}. Did you mean one "
                        "tile in each matrix, across_layers=False?"
                    )

    def __str__(self) -> str:
        sides = ["all" if side is None else str(side) for side in (self.height, self.width)]
        return f"a tile of {' x '.join(sides)}"

    def on(self, shape: Shape) -> Shape:
        """Height and width on a matrix of this shape, which they must divide.

        Examples
        --------
        >>> Tile(2, None).on((4, 6))
        (2, 6)
        """
        height, width = self.height or shape[0], self.width or shape[1]
        if shape[0] % height or shape[1] % width:
            raise ValueError(
                f"{self} does not fit a {shape[0]} x {shape[1]} matrix a whole number of times. "
                f"Choose sides that divide {shape[0]} and {shape[1]}."
            )
        return height, width


def Single() -> Tile:
    """One weight: unstructured pruning."""
    return Tile(1, 1)


def Row(n: int = 1) -> Tile:
    """One output unit (a neuron, a filter), or `n` neighbours: an attention head."""
    return Tile(n, None)


def Column(n: int = 1) -> Tile:
    """One input feature, or `n` neighbours."""
    return Tile(None, n)


def Run(m: int) -> Tile:
    """`m` neighbours within a row: as scope, N:M sparsity [Mishra2021]_."""
    return Tile(1, m)


def Block(h: int, w: int) -> Tile:
    """A small rectangle, as block-sparse kernels want it."""
    return Tile(h, w)


def Layer() -> Tile:
    """A whole matrix."""
    return Tile(None, None)


def Everything() -> Tile:
    """All matrices together: the scope of global pruning."""
    return Tile(None, None, across_layers=True)


def forgotten(tile: object) -> str:
    """What to say of something that should be a tile, if only its parentheses are missing."""
    name = getattr(tile, "__name__", "")
    return f" Did you mean {name}()?" if callable(tile) and name else ""


def cut(matrix: NDArray[Kind], tile: Shape) -> NDArray[Kind]:
    """Table with one tile in each row, in reading order; a view if it can be.

    Parameters
    ----------
    matrix : (rows, columns)
    tile : height and width, which divide the matrix

    Returns
    -------
    array
        (number of tiles, height * width)

    Examples
    --------
    >>> cut(np.arange(8).reshape(2, 4), (2, 2))
    array([[0, 1, 4, 5],
           [2, 3, 6, 7]])
    """
    (rows, columns), (h, w) = matrix.shape, tile
    tiles = matrix.reshape(rows // h, h, columns // w, w).swapaxes(1, 2)
    return tiles.reshape(-1, h * w)


def join(table: NDArray[Kind], tile: Shape, shape: Shape) -> NDArray[Kind]:
    """Matrix of this shape from a table of its tiles: the inverse of `cut`.

    Parameters
    ----------
    table : (number of tiles, height * width)
    tile : height and width
    shape : of the matrix

    Examples
    --------
    >>> join(np.array([[0, 1, 4, 5], [2, 3, 6, 7]]), (2, 2), (2, 4))
    array([[0, 1, 2, 3],
           [4, 5, 6, 7]])
    """
    (rows, columns), (h, w) = shape, tile
    return table.reshape(rows // h, columns // w, h, w).swapaxes(1, 2).reshape(shape)


@dataclass(frozen=True)
class Layout:
    """Where the groups of a matrix lie, and where its pools lie among the groups.

    Parameters
    ----------
    shape : of the matrix
    group : tile of weights that die together
    pool : tile of groups that compete
    """

    shape: Shape
    group: Shape
    pool: Shape

    @classmethod
    def of(cls, shape: tuple[int, ...], granularity: Tile, scope: Tile) -> "Layout":
        """Layout of a granularity and a scope on a matrix of this shape.

        Raises
        ------
        ValueError
            If a tile is none, does not divide the matrix, or a group would lie in two pools.

        Examples
        --------
        >>> Layout.of((4, 6), Row(), Layer())
        Layout(shape=(4, 6), group=(1, 6), pool=(4, 1))
        """
        for what, tile in (("granularity", granularity), ("scope", scope)):
            if not isinstance(tile, Tile):
                raise ValueError(
                    f"{what} must be a tile, such as Row() or Layer(); got {tile!r}."
                    f"{forgotten(tile)}"
                )
        if granularity.across_layers:
            raise ValueError(
                "the granularity lies within a matrix; got Everything(). "
                "Did you mean scope=Everything()?"
            )
        rows, columns = shape
        h, w = granularity.on((rows, columns))
        height, width = scope.on((rows, columns))
        if height % h or width % w:
            raise ValueError(
                f"every group must lie in one pool, but on a {rows} x {columns} matrix the "
                f"granularity, {h} x {w}, straddles the scope, {height} x {width}. "
                "Choose a scope that the granularity divides, such as Layer()."
            )
        return cls((rows, columns), (h, w), (height // h, width // w))

    @property
    def grid(self) -> Shape:
        """How many groups there are, downwards and across."""
        return self.shape[0] // self.group[0], self.shape[1] // self.group[1]

    @property
    def n_groups(self) -> int:
        """How many groups there are."""
        return self.grid[0] * self.grid[1]

    def cut(self, matrix: NDArray[Kind]) -> NDArray[Kind]:
        """Table with one group in each row, (n_groups, weights in a group)."""
        return cut(matrix, self.group)

    def gather(self, groups: NDArray[Kind]) -> NDArray[Kind]:
        """Lay one number a group (n_groups,) out as pools, (n_pools, groups in a pool)."""
        return cut(groups.reshape(self.grid), self.pool)

    def spread(self, pools: Bools) -> Bools:
        """Undo `gather`, and say of each weight what is said of its group."""
        groups = join(pools, self.pool, self.grid)
        if self.group == (1, 1):
            return groups
        area = self.group[0] * self.group[1]
        table = np.broadcast_to(groups.reshape(-1, 1), (groups.size, area))
        return np.array(join(table, self.group, self.shape), order="C")  # memory of its own
