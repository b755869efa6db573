"""Slips of the hand in real-looking tables are stopped; good tables are not."""

from tests.slips import SLIPS, run


def test_a_sample_of_slips() -> None:
    wrong, stopped = run(4 * len(SLIPS), seed=7)
    assert stopped <= 1
    # Two figures that each could be the other's are exchanged without a trace now and then.
    assert not set(wrong) - {"swap"}
