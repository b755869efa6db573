"""Facts of one city: its roster, its tile grid, the draft scheme of its 2020 fund.

Nothing outside this folder (and its data) knows a town by name; another city's facts would be
another folder of this shape.
"""
