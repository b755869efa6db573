"""Slips of the hand in real-looking tables are stopped; good tables are not."""

from tests.slips import SLIPS, run


def test_a_sample_of_slips() -> None:
    wrong, stopped, unseen = run(8 * len(SLIPS), seed=7)
    assert stopped == 0
    # Two figures that each could be the other's are exchanged without a trace, for any reader.
    assert not set(wrong) - {"swap"}
    assert wrong["swap"] <= unseen
