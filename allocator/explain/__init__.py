"""What is told of an answer: why a town gets its amount, the record in plain data, fingerprints.

In: an `Answer`. Out: text, a table, JSON-ready data. Nothing here computes an amount.
"""
