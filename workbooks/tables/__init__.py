"""From a grid to its tables: regions, headings, line items, columns with role, unit and step."""
