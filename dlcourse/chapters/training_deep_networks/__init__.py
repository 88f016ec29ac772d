"""The room of chapter 12: training deep networks."""

CHAPTER = "12_training_deep_networks"  # the notebook
