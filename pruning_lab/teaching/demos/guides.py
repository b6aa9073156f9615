"""Demo: from what you have and what you want to a tool, its lines of code and its trap."""

from typing import NamedTuple

from matplotlib.figure import Figure

from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.guides import card

TORCH, TREES, NUMPY = "a PyTorch network", "scikit-learn trees", "numpy weights"
SMALL, WHOLE = "small parts", "whole parts"
STUDY, SHIP = "to study", "to ship"


class Case(NamedTuple):
    """What somebody has, what should go, and what for."""

    model: str
    goes: str
    goal: str


class Advice(NamedTuple):
    """A tool, what to write, and what to look out for."""

    tool: str
    code: tuple[str, ...]
    trap: str


ADVICE = {
    Case(TORCH, SMALL, STUDY): Advice(
        "torch.nn.utils.prune",
        (
            "where = [(layer, 'weight') for layer in layers]",
            "global_unstructured(where, L1Unstructured, amount=s)",
            "retrain(model)  # the hook holds the mask",
            "for layer, name in where: remove(layer, name)",
        ),
        "amount is a share of what is left, so a second call cuts again. A layer may lose every "
        "weight without a word. And nothing is smaller.",
    ),
    Case(TORCH, SMALL, SHIP): Advice(
        "pruning_lab: prune, then a sparse file",
        (
            "dense = TorchModel(model)",
            "pruned, mask = prune(dense, magnitude, s)",
            "save(path, pruned.weights)  # not the biases",
            "weights = load(path)  # matrices, as they were",
        ),
        "Only the file shrinks, not the memory and not the time: whoever loads it multiplies the "
        "zeros again. If time is the goal, take whole parts.",
    ),
    Case(TORCH, WHOLE, STUDY): Advice(
        "pruning_lab: rows, on the torch module",
        (
            "pruned, mask = prune(",
            "    TorchModel(model), magnitude, s,",
            "    granularity=Row(), scope=Layer())",
            "mask[last][:] = True  # classes stay",
        ),
        "A masked row still says what its bias says. Decide whether the bias goes too, and say "
        "so: the two networks do not give the same answers.",
    ),
    Case(TORCH, WHOLE, SHIP): Advice(
        "torch-pruning; for a chain also pruning_lab",
        (
            "size = MagnitudeImportance(p=1)",
            "BasePruner(model, example, size, pruning_ratio=s,",
            "           ignored_layers=[last]).step()",
            "optimizer = Adam(model.parameters())  # a new one!",
        ),
        "The old optimiser holds the old parameters and trains nothing. Constants of removed "
        "units are dropped; for a chain, compact(TorchModel(model), mask) keeps them.",
    ),
    Case(TREES, SMALL, STUDY): Advice(
        "scikit-learn: ccp_alpha",
        (
            "path = tree.cost_complexity_pruning_path(x, y)",
            "for alpha in path.ccp_alphas:",
            "    new = clone(tree).set_params(ccp_alpha=alpha)",
            "    new.fit(x, y)  # grows all of it, then cuts",
        ),
        "alpha is a price, not a share: 0.01 says nothing about how many leaves go. And each "
        "alpha is a new fit, so fix random_state.",
    ),
    Case(TREES, SMALL, SHIP): Advice(
        "pruning_lab, on the fitted forest",
        (
            "trees = forest_from_fitted(forest)",
            "cut = [cost_complexity(t, alpha) for t in trees]",
            "forest = forest_to_fitted(cut, forest)",
        ),
        "No data and no second fit. It saves bytes and hardly any time, for a row still walks "
        "down one path in each tree.",
    ),
    Case(TREES, WHOLE, STUDY): Advice(
        "pruning_lab.ensembles",
        (
            "trees = forest_from_fitted(forest)",
            "order = orientation(votes(trees, x), y)",
            "some = [trees[k] for k in order[:30]]",
        ),
        "x and y are held-out rows, and they have a price: the same rows, trained on, may be "
        "worth more. Boosted trees have no other order than their own.",
    ),
    Case(TREES, WHOLE, SHIP): Advice(
        "a copy with fewer trees",
        (
            "small = copy(forest)",
            "small.estimators_ = forest.estimators_[:30]",
            "small.n_estimators = 30",
        ),
        "Time falls with the number of trees. But compare with thirty trees that were cut back: "
        "with wrong labels in the table those do better in fewer bytes.",
    ),
    Case(NUMPY, SMALL, STUDY): Advice(
        "pruning_lab: prune",
        (
            "pruned, mask = prune(net, magnitude, s)",
            "again = train(pruned, x, y, mask=mask, epochs=20,",
            "              rng=rng)",
        ),
        "s is a share of all weights, now and always; biases stay and are not counted. Pass the "
        "mask to train, or the zeros come back.",
    ),
    Case(NUMPY, SMALL, SHIP): Advice(
        "pruning_lab.storage",
        (
            "mask = select(magnitude(weights), s)",
            "save(path, apply(weights, mask))",
            "weights = load(path)",
        ),
        "Places take room too: 90 % sparse is not a tenth of the bytes. Measure the file, not "
        "the mask.",
    ),
    Case(NUMPY, WHOLE, STUDY): Advice(
        "pruning_lab: select rows",
        (
            "shares = {name: s for name in net.weights}",
            "shares[last] = 0.0  # classes stay",
            "mask = select(magnitude(net), shares,",
            "              granularity=Row(), scope=Layer())",
        ),
        "Without the second line classes are pruned as if they were hidden neurons.",
    ),
    Case(NUMPY, WHOLE, SHIP): Advice(
        "pruning_lab: compact",
        (
            "small = compact(net, mask)",
            "assert np.allclose(small(x), masked(x), atol=1e-4)",
        ),
        "Check the second line on your own data before you throw the large network away. And "
        "train the small one from the start, too: it often does as well.",
    ),
}


def describe(case: Case) -> str:
    """Say the advice in words, the code included."""
    advice = ADVICE[case]
    return (
        f"For {case.model}, {case.goes}, {case.goal}: {advice.tool}. "
        f"Write {' ⏎ '.join(line.strip() for line in advice.code)}. Look out: {advice.trap}"
    )


def demo() -> Explorer:
    """Explorer over the three questions."""

    def render(model: str, goes: str, goal: str) -> Figure:
        return card(*ADVICE[Case(model, goes, goal)])

    def caption(model: str, goes: str, goal: str) -> str:
        return describe(Case(model, goes, goal))

    return Explorer(
        render,
        {"model": [TORCH, TREES, NUMPY], "goes": [SMALL, WHOLE], "goal": [STUDY, SHIP]},
        caption,
        title="Which tool for which job",
        labels={"model": "You have", "goes": "What goes", "goal": "What for"},
        text={
            "goes": lambda goes: {
                SMALL: "small parts (weights, leaves)",
                WHOLE: "whole parts (neurons, trees)",
            }[goes],
            "goal": lambda goal: {STUDY: "to study accuracy", SHIP: "to ship it"}[goal],
        },
        start={"goes": SMALL, "goal": STUDY},
    )
