"""What PyTorch models with fewer numbers must hold."""

import io
import warnings
from copy import deepcopy

import pytest
import torch


@pytest.fixture
def check_survives():
    """Check that a module exports, copies, saves and loads, and then still says the same."""
    return _check_survives


def _check_survives(module, x):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # torch about itself
        exported = torch.export.export(module, (x,)).module()
    copy = deepcopy(module)
    with torch.no_grad():
        for parameter in copy.parameters():
            parameter.zero_()
    file = io.BytesIO()
    torch.save(module.state_dict(), file)
    file.seek(0)
    copy.load_state_dict(torch.load(file, weights_only=True))
    with torch.no_grad():
        torch.testing.assert_close(exported(x), module(x), rtol=1e-6, atol=1e-6)
        assert torch.equal(copy(x), module(x))
