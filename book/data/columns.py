"""Write the study of chapter 17 over five seeds: python book/data/columns.py (about a minute).

The numbers ship with the library, beside the demo that shows them, so that the chapter also runs
where there is no repository: in the browser.
"""

import numpy as np
import sklearn
from sklearn.ensemble import RandomForestClassifier
from sklearn.inspection import permutation_importance
from studies import write

from pruning_lab.teaching.demos import columns


def fit(x: np.ndarray, y: np.ndarray, seed: int) -> RandomForestClassifier:
    """Grow the forest of the study: sixty trees, three samples a leaf."""
    return RandomForestClassifier(60, min_samples_leaf=3, random_state=seed).fit(x, y)


def judge(forest: RandomForestClassifier, x: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    """Say what shuffling each column costs, the mean of ten shuffles."""
    found = permutation_importance(forest, x, y, n_repeats=10, random_state=seed)
    return found.importances_mean


def study(seed: int) -> list[columns.Row]:
    """All rows of one seed."""
    return list(columns.study(seed, fit, judge))


def main() -> None:
    """Run the study."""
    keep = " ".join(map(str, columns.KEEP))
    what = f"scikit-learn {sklearn.__version__}; test accuracy on 2,000 rows with {keep} columns"
    write(columns, study, what, command="python book/data/columns.py")


if __name__ == "__main__":
    main()
