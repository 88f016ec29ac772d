"""Results beside the library's: what is equal, what differs and how."""
