"""The experiments of chapter 12, training deep networks."""

__all__: list[str] = []
