"""The data: whole, divided honestly, and MNIST-1D as its authors describe it."""

import gzip
from importlib import import_module
from importlib.resources import files

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

from pruning_lab.datasets import digits, mnist1d
from pruning_lab.datasets.dataset import Split, divide
from pruning_lab.datasets.mnist1d import curves, resampled, smoothed, templates

FOLDER = files("pruning_lab.datasets")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def parts(data):
    return [data.train, data.validation, data.test]


# --- digits -----------------------------------------------------------------------------------


def test_every_digit_is_in_exactly_one_part_and_equals_the_original(rng):
    data, original = digits(rng=rng), load_digits()
    ours = sorted(
        (*(16 * x), y) for part in parts(data) for x, y in zip(part.x, part.y, strict=True)
    )
    theirs = sorted((*x, y) for x, y in zip(original.data, original.target, strict=True))
    assert ours == theirs


def test_the_parts_have_the_promised_sizes_and_types(rng):
    data = digits(rng=rng)
    assert [len(part) for part in parts(data)] == [1078, 359, 360]
    for part in parts(data):
        assert part.x.dtype == np.float32
        assert part.x.shape == (len(part), 64)
        assert (part.x.min(), part.x.max()) == (0, 1)
        assert part.y.dtype == np.int64


@pytest.mark.parametrize("seed", range(5))
def test_each_class_has_its_share_in_each_part(seed):
    data = digits(rng=np.random.default_rng(seed))
    whole = np.bincount(load_digits().target)
    for part in parts(data):
        share = whole * len(part) / 1797
        assert (abs(np.bincount(part.y, minlength=10) - share) < 2).all()


def test_another_generator_draws_another_split_and_the_same_one_the_same():
    first, again, other = (digits(rng=np.random.default_rng(s)).test.x for s in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_parts_are_shuffled(rng):
    y = digits(rng=rng).train.y
    assert 0.05 < np.mean(y[1:] == y[:-1]) < 0.16  # neighbours are equal by chance only


def test_samples_cannot_be_changed_in_place(rng):
    data = digits(rng=rng)
    with pytest.raises(ValueError, match="read-only"):
        data.train.x[0, 0] = 1


def test_the_file_is_small_plain_text_with_a_card_that_names_licence_and_origin():
    packed = (FOLDER / "digits.csv.gz").read_bytes()
    assert len(packed) < 100_000
    assert gzip.decompress(packed).decode("ascii").count("\n") == 1797
    card = (FOLDER / "digits.md").read_text(encoding="utf-8")
    for words in ("10.24432/C50P49", "Creative Commons Attribution 4.0", "unfit", "1,797"):
        assert words in card


@pytest.mark.parametrize("n", [5, 7, 10, 99])
def test_dividing_loses_and_doubles_nothing(n, rng):
    x = np.arange(n)[:, None].astype(float)
    data = divide(x, np.arange(n) % 3, rng=rng)
    assert sorted(np.concatenate([part.x[:, 0] for part in parts(data)])) == list(range(n))
    assert len(data.train) == 6 * n // 10
    assert len(data.validation) == 2 * n // 10


def test_too_few_samples_cannot_be_divided(rng):
    with pytest.raises(ValueError, match="at least five samples; got 4"):
        divide(np.ones((4, 1)), np.zeros(4, int), rng=rng)


# --- MNIST-1D ---------------------------------------------------------------------------------


def test_mnist1d_is_balanced_standardised_and_of_the_published_shape(rng):
    data = mnist1d(rng=rng)
    assert [part.x.shape for part in parts(data)] == [(2400, 40), (800, 40), (800, 40)]
    x = np.concatenate([part.x for part in parts(data)]).astype(float)
    y = np.concatenate([part.y for part in parts(data)])
    assert x.mean() == pytest.approx(0, abs=1e-6)
    assert x.std() == pytest.approx(1, abs=1e-6)
    assert (np.bincount(y) == 400).all()
    assert data.train.x.dtype == np.float32
    assert data.train.y.dtype == np.int64


def test_templates_start_and_end_at_zero_and_vary_alike():
    assert templates().shape == (10, 12)
    assert np.allclose(templates()[:, [0, -1]], 0)
    assert np.allclose(templates().std(axis=1), 1 / 6)


def test_smoothing_equals_that_of_scipy(rng):
    x = rng.standard_normal((5, 72))
    assert np.allclose(smoothed(x, 2.0), gaussian_filter1d(x, 2.0, axis=1), atol=1e-14)


@pytest.mark.parametrize("length", [2, 40, 72, 100])
def test_resampling_equals_numpys_interpolation(length, rng):
    x = rng.standard_normal((3, 72))
    want = [np.interp(np.linspace(0, 71, length), np.arange(72), row) for row in x]
    assert np.allclose(resampled(x, length), want, atol=1e-13)


def one_by_one(digit, rng):
    """The published recipe in words of numpy and scipy, one sample at a time."""
    zeros = rng.integers(36, 61)
    long = np.concatenate([templates()[digit], np.zeros(zeros)])
    place = np.linspace(0, len(long) - 1, 72)
    x = np.interp(place, np.arange(len(long)), long) * (1 + 0.4 * (rng.random() - 0.5))
    shift = rng.integers(48)
    x, on_curve = np.roll(x, shift), np.roll(place < 12, shift)
    x = np.where(on_curve, x, gaussian_filter1d(0.25 * rng.standard_normal(72), 2))
    x = x + 0.02 * rng.standard_normal(72)
    x = x - 0.75 * (rng.random() - 0.5) * np.linspace(-0.5, 0.5, 72)
    return np.interp(np.linspace(0, 71, 40), np.arange(72), x)


@pytest.mark.parametrize("digit", [0, 4, 7])
def test_samples_are_distributed_as_the_recipe_says(digit, rng):
    n = 1000
    ours = curves(np.full(n, digit), rng=rng)
    theirs = np.array([one_by_one(digit, rng) for _ in range(n)])
    error = np.sqrt((ours.var(axis=0) + theirs.var(axis=0)) / n)
    assert (abs(ours.mean(axis=0) - theirs.mean(axis=0)) < 5 * error).all()
    assert np.allclose(ours.std(axis=0), theirs.std(axis=0), rtol=0.2)
    steps = [np.diff(x, axis=1).std(axis=0) for x in (ours, theirs)]
    assert np.allclose(*steps, rtol=0.2)
    assert np.allclose(np.corrcoef(ours.T), np.corrcoef(theirs.T), atol=0.25)


def test_curves_are_as_wide_as_the_zeros_behind_them_allow(monkeypatch, rng):
    module = import_module("pruning_lab.datasets.mnist1d")
    for name, value in {"SCALE": 0, "SHEAR": 0, "WHITE_NOISE": 0, "LENGTH": 72}.items():
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(module, "SMOOTH_NOISE", 1e9)  # drowns all that lies off the curve
    widths = (abs(curves(np.arange(2000) % 10, rng=rng)) < 1).sum(axis=1)
    want = {int((np.linspace(0, 11 + zeros, 72) < 12).sum()) for zeros in range(36, 61)}
    assert set(widths) == want


def test_a_linear_model_does_as_badly_as_published(rng):
    """The authors report 32 % for logistic regression; chance is 10 %."""
    data = mnist1d(rng=rng, samples=5000)
    model = LogisticRegression(max_iter=200).fit(data.train.x, data.train.y)
    assert model.score(data.test.x, data.test.y) == pytest.approx(0.32, abs=0.05)


def test_sample_counts_that_do_not_balance_are_refused(rng):
    for samples in (0, 5, 4001, 10.5, -10, None, float("nan")):
        with pytest.raises(
            ValueError, match=r"samples must be a .*(whole number, 10|multiple of ten)"
        ):
            mnist1d(rng=rng, samples=samples)


@pytest.mark.parametrize("make", [digits, mnist1d])
def test_a_seed_is_no_generator(make):
    with pytest.raises(ValueError, match="rng must be a numpy Generator; got 0"):
        make(rng=0)


def test_each_sample_needs_a_label():
    with pytest.raises(ValueError, match="one label for each sample; got 3, 2"):
        Split(np.zeros((3, 1)), np.zeros(2, int))
