"""The experiments of chapter 7, optimization."""

__all__: list[str] = []
