"""Inputs to fill in: empty ones, ones made from questions or lists, and the input of an answer.

In: a scheme and, if there is one, a table. Out: sheets that `intake` reads back to the same.
"""
