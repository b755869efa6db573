"""The level below the city's table: its table and scheme read, its workbook written."""
