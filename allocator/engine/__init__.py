"""What is computed: shares, the split of each pool, settlement, match, and the identities.

In: `Recipients` and `Scheme` without mistakes. Out: `Answer`, or the refusal in the user's words.
Integers of fen and Fractions throughout; each rule cites its article of the policy.
"""
