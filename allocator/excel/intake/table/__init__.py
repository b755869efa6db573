"""What stands in a town table: units, rows that are no recipients, figures that cannot be right.

In: the grid of a sheet and where its table stands. Out: units, kinds of rows, and what is to be
said or asked of them as `Problem`s. Single cells and columns are the business of `intake`.
"""
