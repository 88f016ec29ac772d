"""From what differs to words: the listed mistake that does the same, else what is wrong in general."""
