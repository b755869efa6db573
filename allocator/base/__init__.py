"""What every room stands on: money, mistakes, plain data, tables, files. Standard library only.

In: texts, numbers and bytes. Out: `Fen`, `Fraction`, `Problem`, tables as data. Nothing here knows
a fund, a town or a workbook.
"""
