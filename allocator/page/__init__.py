"""One HTML file that does the whole job in a browser: Python inside, nothing installed, nothing sent.

`build` makes the file from this package as it is installed and Pyodide's npm package (`pyodide`),
the same bytes every time. The page itself computes nothing: it asks `desk`, which asks the product.
"""
