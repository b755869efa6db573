"""What every workbook is made of: sheets as data, columns with formulas, looks, frames.

In: exact values with the formulas that give them. Out: the bytes of an .xlsx, the same for the same
sheets everywhere. Nothing here knows a fund.
"""
