"""The experiments of chapter 6, generalization."""

__all__: list[str] = []
