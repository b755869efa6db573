"""From a tree and a table to exact values: whole numbers over common denominators, column by column."""
