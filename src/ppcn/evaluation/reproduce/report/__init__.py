"""The report: its parts (tables, galleries, drawings of networks), and the page that they are written to."""
