"""The experiments of chapter 2, linear algebra and calculus."""

__all__: list[str] = []
