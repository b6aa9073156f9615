"""Before and after pruning, in numbers and words: what was and was not gained, on this machine."""

from pruning_lab.report.audit import Audit, Change, audit
from pruning_lab.report.board import Leaderboard, Place, leaderboard, ranked
from pruning_lab.report.break_even import break_even
from pruning_lab.report.budget import Budget
from pruning_lab.report.card import Card, Result, Way, lacks, result
from pruning_lab.report.card_files import read_card, write_card
from pruning_lab.report.chance import chance
from pruning_lab.report.handin import Verdict, hand_in, judge
from pruning_lab.report.measured import Measured
from pruning_lab.report.network_files import load_network, save_network
from pruning_lab.report.products import csr_product, dense_product, sparse_network
from pruning_lab.report.race import Race, faster, race
from pruning_lab.report.summary import Report, report

__all__ = [
    "Audit",
    "Budget",
    "Card",
    "Change",
    "Leaderboard",
    "Measured",
    "Place",
    "Race",
    "Report",
    "Result",
    "Verdict",
    "Way",
    "audit",
    "break_even",
    "chance",
    "csr_product",
    "dense_product",
    "faster",
    "hand_in",
    "judge",
    "lacks",
    "leaderboard",
    "load_network",
    "race",
    "ranked",
    "read_card",
    "report",
    "result",
    "save_network",
    "sparse_network",
    "write_card",
]
