"""Workbooks: reading with errors by cell, templates, the official workbook, verification."""

from allocator.excel.intake.load import load

__all__ = ["load"]
