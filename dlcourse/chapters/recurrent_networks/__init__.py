"""The room of chapter 15: recurrent networks."""

CHAPTER = "15_recurrent_networks"  # the notebook
