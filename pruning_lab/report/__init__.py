"""Before and after pruning, in numbers and words: what was and was not gained, on this machine."""

from pruning_lab.report.audit import Audit, Change, audit
from pruning_lab.report.break_even import break_even
from pruning_lab.report.chance import chance
from pruning_lab.report.measured import Measured
from pruning_lab.report.products import csr_product, dense_product, sparse_network
from pruning_lab.report.race import Race, faster, race
from pruning_lab.report.summary import Report, report

__all__ = [
    "Audit",
    "Change",
    "Measured",
    "Race",
    "Report",
    "audit",
    "break_even",
    "chance",
    "csr_product",
    "dense_product",
    "faster",
    "race",
    "report",
    "sparse_network",
]
