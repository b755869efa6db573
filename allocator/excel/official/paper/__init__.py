"""附表2 因素测算底稿: the working paper of one pool, and the proof of what stands live in it.

In: a `Report` and one pool's result. Out: its `Sheet`. Formulas stand where doubles are certain to
give the exact amounts (`certificate` for the split, `derived` for the scheme's own formulas).
"""
