"""Every encoding gives every bit back, and costs what the formula says."""

import numpy as np
import pytest
import scipy.sparse
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pruning_lab.storage import CSR, Bitmap, Dense, NofM, cheapest

FORMS = [Dense.encode, Bitmap.encode, CSR.encode, lambda w: NofM.encode(w, 4, 4)]
FORMS.append(lambda w: cheapest(w).best)
DTYPES = [np.float16, np.float32, np.float64, np.int8, np.uint8, np.int64, np.bool_, ">f4"]


def same_bits(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


@st.composite
def matrices(draw):
    rows, groups = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    dtype = np.dtype(draw(st.sampled_from(DTYPES)))
    density = draw(st.sampled_from([0.0, 0.1, 0.5, 1.0]))
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    matrix = rng.integers(0, 2, (rows, 4 * groups)) * rng.random((rows, 4 * groups)) * 100
    matrix = np.where(rng.random(matrix.shape) < density, matrix, 0).astype(dtype)
    if dtype.kind == "f":
        odd = np.array([np.nan, -np.nan, np.inf, -np.inf, -0.0, np.finfo(dtype).tiny / 2, -1.5])
        where = rng.random(matrix.shape) < draw(st.sampled_from([0.0, 0.3]))
        matrix[where] = rng.choice(odd, where.sum()).astype(dtype)
    if draw(st.booleans()):
        matrix[draw(st.integers(0, rows - 1))] = 0
    return draw(st.sampled_from([np.ascontiguousarray, np.asfortranarray]))(matrix)


@settings(max_examples=300)
@given(matrices())
def test_decoding_gives_every_bit_back(matrix):
    before = matrix.copy()
    for encode in FORMS:
        encoding = encode(matrix)
        decoded = encoding.decode()
        assert same_bits(decoded, np.ascontiguousarray(matrix)), encoding.name
        assert decoded.flags.writeable
        assert encoding.nbytes == sum(a.nbytes for a in encoding.arrays.values())
    assert same_bits(matrix, before)


@pytest.mark.parametrize("encode", FORMS)
def test_no_memory_is_shared_with_what_came_or_goes(encode):
    matrix = np.ones((2, 4))
    encoding = encode(matrix)
    matrix[:] = 5
    encoding.decode()[:] = 7
    assert np.array_equal(encoding.decode(), np.ones((2, 4)))


@pytest.mark.parametrize("encode", FORMS)
def test_slices_with_gaps_are_read_as_they_look(encode):
    wide = np.arange(96.0).reshape(6, 16)
    view = wide[::2, ::-2]
    assert same_bits(encode(view).decode(), view.copy())


@pytest.mark.parametrize("payload", [0x7FC00001, 0x7F800001, 0xFFC12345])
def test_the_payload_of_a_nan_survives(payload):
    matrix = np.array([[payload, 0, 0, 0]], np.uint32).view(np.float32)
    for encode in FORMS:
        assert same_bits(encode(matrix).decode(), matrix)


def at_sparsity(shape, sparsity, seed=0, dtype=np.float32):
    rng = np.random.default_rng(seed)
    flat = rng.standard_normal(shape[0] * shape[1]).astype(dtype)
    flat[rng.permutation(flat.size)[: round(sparsity * flat.size)]] = 0
    return flat.reshape(shape)


@pytest.mark.parametrize("sparsity", [0.0, 0.3, 0.5, 0.8, 0.9, 0.99, 1.0])
def test_a_bitmap_costs_the_kept_weights_and_a_bit_for_each(sparsity):
    matrix = at_sparsity((64, 100), sparsity)
    assert np.isclose(Bitmap.encode(matrix).bits_per_weight, (1 - sparsity) * 32 + 1)
    assert Bitmap.encode(matrix[:1, :3]).bits.nbytes == 1


@pytest.mark.filterwarnings("ignore:Sparse CSR tensor support is in beta")
@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (20, 300), (2, 70_000)])
@pytest.mark.parametrize("sparsity", [0.0, 0.5, 0.97, 1.0])
def test_csr_holds_what_scipy_and_torch_hold(shape, sparsity):
    matrix = at_sparsity(shape, sparsity)
    ours, scipys = CSR.encode(matrix), scipy.sparse.csr_matrix(matrix)
    assert np.array_equal(ours.values, scipys.data)
    assert np.array_equal(ours.columns, scipys.indices)
    assert np.array_equal(ours.starts, scipys.indptr)
    torchs = torch.from_numpy(matrix).to_sparse_csr()
    assert np.array_equal(ours.columns, torchs.col_indices().numpy())
    assert np.array_equal(ours.starts, torchs.crow_indices().numpy())
    assert np.array_equal(scipy.sparse.csr_matrix(matrix).toarray(), ours.decode())


@pytest.mark.parametrize(("fan_in", "itemsize"), [(1, 1), (256, 1), (257, 2), (65536, 2)])
def test_csr_counts_in_the_narrowest_type(fan_in, itemsize):
    matrix = np.zeros((1, fan_in), np.float32)
    matrix[0, -1] = 1
    assert CSR.encode(matrix).columns.itemsize == itemsize
    assert same_bits(CSR.encode(matrix).decode(), matrix)


def test_csr_by_hand():
    csr = CSR.encode(np.array([[0.0, 7.0], [0.0, 0.0], [8.0, 9.0]], np.float32))
    assert csr.values.tolist() == [7, 8, 9]
    assert csr.columns.tolist() == [1, 0, 1]
    assert csr.starts.tolist() == [0, 1, 1, 3]
    assert csr.nbytes == 3 * 4 + 3 + 4


@settings(max_examples=100)
@given(st.integers(2, 20), st.integers(1, 20), st.integers(1, 4), st.integers(0, 99))
def test_packed_groups_come_back_for_any_n_of_m(m, n, rows, seed):
    n, rng = min(n, m), np.random.default_rng(seed)
    groups = rng.standard_normal((rows * 3, m)).astype(np.float32)
    order = rng.permuted(np.tile(np.arange(m), (len(groups), 1)), axis=1)
    groups[order >= n - (rng.random((len(groups), 1)) < 0.3)] = 0  # some have fewer
    matrix = groups.reshape(rows, 3 * m)
    packed = NofM.encode(matrix, n, m)
    assert same_bits(packed.decode(), matrix)
    count = matrix.size // m * n
    assert packed.nbytes == 4 * count + -(-count * int(np.ceil(np.log2(m))) // 8)


def test_two_of_four_by_hand():
    packed = NofM.encode(np.array([[0, 3, 0, 5], [0, 0, 6, 0]], np.float32), 2, 4)
    assert packed.values.tolist() == [3, 5, 0, 6]  # the second group is filled up with a zero
    assert packed.places.tolist() == [0b01_11_00_10]
    assert packed.bits_per_weight == 17
    assert packed.name == "2:4"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.ones((1, 4)), 2, 4), "2:4 stores at most 2 of 4 neighbours; a group has 4"),
        ((np.ones((1, 4)), 4, 2), r"Did you mean 2:4\?"),
        ((np.ones((1, 5)), 2, 4), "does not fit"),
        ((np.ones((1, 4)), 0, 4), "n of n:m must be a whole number"),
        ((np.ones((1, 4)), 1, 1), "m of n:m must be a whole number, 2 or more"),
        ((np.ones((1, 4)), 1.5, 4), "whole number"),
    ],
)
def test_what_is_not_n_of_m_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        NofM.encode(*arguments)


@pytest.mark.parametrize("matrix", [np.ones(3), np.ones((0, 2)), [[1.0]], np.ones((1, 4), complex)])
@pytest.mark.parametrize("encode", FORMS)
def test_what_is_no_matrix_is_refused(encode, matrix):
    with pytest.raises(ValueError, match="weights of 'matrix'"):
        encode(matrix)


def test_an_encoding_is_frozen_and_says_what_it_costs():
    bitmap = Bitmap.encode(at_sparsity((10, 16), 0.5))
    assert repr(bitmap) == "Bitmap of 10 x 16: 340 bytes, 17 bits a weight"
    with pytest.raises(AttributeError):
        bitmap.shape = (1, 1)
