"""Spreadsheet files as grids of cells, whatever their format and damage.

In: the bytes of .xlsx, .xls, .xlsb, .ods, .csv. Out: `Grid`s of exact values with their cells, or
`Problems` in the user's words. Nothing here knows what a column means.
"""
