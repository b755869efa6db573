"""What is told of a question: optimum, conflict, ranges, trade-off, recovered weights.

In: recipients, scheme and a `WeightProblem`. Out: frozen answers, each with its own tables.
"""
