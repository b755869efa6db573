"""Commands for those who work in a browser: the page is built here.

In: the arguments of the command. Out: one HTML file. The commands on top know every room.
"""
