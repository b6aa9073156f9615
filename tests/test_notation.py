"""What the page on notation says of another library's words."""

import pytest
import torch
from torch.nn.utils import prune as torch_prune


@pytest.mark.parametrize(("amounts", "left"), [((0.5, 0.5), 2), ((1,), 7), ((0.75,), 2)])
def test_torch_amount_is_relative_to_what_is_left_and_an_integer_is_a_count(amounts, left):
    layer = torch.nn.Linear(8, 1)
    for amount in amounts:
        torch_prune.l1_unstructured(layer, "weight", amount)
    assert int(layer.weight_mask.sum()) == left
