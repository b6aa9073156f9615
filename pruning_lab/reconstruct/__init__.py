"""Prune a linear layer and repair what is left, so that its outputs change as little as can be.

The outputs of a layer are ``x @ weights.T``. How much they suffer when its weights change is
told by one matrix, the Hessian of the layer's inputs. `repair` takes a mask as it is; `obs`
removes one weight after the other, each time the one that is missed least; `sparsegpt` goes
once from left to right, which is less exact and fast enough for large layers.
"""

from pruning_lab.reconstruct.hessian import hessian, output_error
from pruning_lab.reconstruct.obs import obs, repair
from pruning_lab.reconstruct.sparsegpt import sparsegpt

__all__ = ["hessian", "obs", "output_error", "repair", "sparsegpt"]
