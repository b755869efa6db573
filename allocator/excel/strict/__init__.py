"""A workbook as a reader sees it, whatever program he opens it with.

In: the bytes of an .xlsx. Out: its sheets with every cell's value, formula and look, and what lies
beside the cells (`reading.read_book`), or a `Doubt` with the part and what was found there. What is
read is on a closed list (`vocabulary.txt`), so that nothing can be passed over.
"""
