"""How much a weight matters: from weights (and more) to scores. Low is pruned first."""

from pruning_lab.criteria.activity import activation_std, apoz
from pruning_lab.criteria.batch_norm_scale import batch_norm_scale
from pruning_lab.criteria.block_influence import block_influence
from pruning_lab.criteria.curvature import diagonal_hessian, hessian_product
from pruning_lab.criteria.geometric_median import geometric_median
from pruning_lab.criteria.gradient import gradient
from pruning_lab.criteria.grasp import grasp
from pruning_lab.criteria.lamp import lamp
from pruning_lab.criteria.magnitude import magnitude
from pruning_lab.criteria.movement import movement
from pruning_lab.criteria.obd import obd
from pruning_lab.criteria.random import random
from pruning_lab.criteria.recordings import activations, input_norms
from pruning_lab.criteria.snip import snip
from pruning_lab.criteria.squared_magnitude import squared_magnitude
from pruning_lab.criteria.synflow import synflow
from pruning_lab.criteria.taylor import squared_taylor, taylor, unit_taylor
from pruning_lab.criteria.wanda import wanda

__all__ = [
    "activation_std",
    "activations",
    "apoz",
    "batch_norm_scale",
    "block_influence",
    "diagonal_hessian",
    "geometric_median",
    "gradient",
    "grasp",
    "hessian_product",
    "input_norms",
    "lamp",
    "magnitude",
    "movement",
    "obd",
    "random",
    "snip",
    "squared_magnitude",
    "squared_taylor",
    "synflow",
    "taylor",
    "unit_taylor",
    "wanda",
]
