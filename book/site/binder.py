"""Make what Binder opens, its answers and the wheel that holds them: python book/site/binder.py.

The script .binder/postBuild calls it on the machine that "Launch on Binder" makes.
"""

from derive import exercises, notebooks, wheel
from folders import BUILD, ROOT


def main() -> None:
    """Derive answers, wheel and notebooks, as the site does."""
    exercises.build(ROOT)
    wheel.build_wheel(ROOT, BUILD / "wheels")
    notebooks.build(ROOT)


if __name__ == "__main__":
    main()
