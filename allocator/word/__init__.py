"""Letters: the notice that money is granted, and one page for every recipient (.docx, .pdf)."""
