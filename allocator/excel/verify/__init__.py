"""Whether a workbook is what its inputs and rules give.

In: an official workbook, and its original input where that is at hand. Out: one of four verdicts
(一致, 金额一致，表面有改动, 不能证明, 不一致) with every cell or part that is not as it was written. The proof
is the workbook itself: it is written again from the inputs it carries and compared, so that nothing
here knows a single sheet.
"""
