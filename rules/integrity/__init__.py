"""The integrity of the sheet: what a reader or Excel itself may overlook."""
