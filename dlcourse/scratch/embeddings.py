"""Embedding: a learnt vector for each number that stands for a character, a word or another thing, beside its rule."""

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from dlcourse.arrays import Array, check_float_dtype
from dlcourse.scratch.autograd import Tensor, check_tensor, record
from dlcourse.scratch.modules import Module
from dlcourse.validation import check_array, check_count, check_generator


def embedding(indices: ArrayLike, weight: Tensor, padding_idx: int | None = None) -> Tensor:
    """The rows ``weight[indices]``: whole numbers of any shape (...) -> (..., dim), for a weight (count, dim).

    It is the product of one-hot rows and the weight, without the zeros. The row ``padding_idx`` gets no gradient.
    Raises TypeError for numbers that are not whole, ValueError for those that are not from 0 to count − 1.
    """
    check_tensor(weight, "weight")
    if weight.ndim != 2:
        raise ValueError(f"embedding: expected a weight of shape (count, dim), received {weight.shape}.")
    places = np.array(_checked(indices, len(weight)))
    padding = padding_idx if padding_idx is None else _checked_padding(padding_idx, len(weight))

    def rule(gradient: Array, result: Tensor, weight: Tensor) -> tuple[Array]:
        """A row gets the sum over all places where it was taken: those of one row are put next to each other first."""
        by_weight = weight.room()
        by_weight[...] = 0
        if places.size:
            order = np.argsort(places, axis=None, kind="stable")
            rows, starts = np.unique(places.reshape(-1)[order], return_index=True)
            by_weight[rows] = np.add.reduceat(gradient.reshape(-1, weight.shape[1])[order], starts)
        if padding is not None:
            by_weight[padding] = 0
        return (by_weight,)

    return record("embedding", weight.data[places], (weight,), rule)


class Embedding(Module):
    """A table of ``num_embeddings`` vectors: see ``functional.embedding``. ``weight``: (num_embeddings, embedding_dim).

    Its rows are drawn from N(0, 1), as in PyTorch. That of ``padding_idx`` is 0 and is not learnt.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        generator: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> None:
        shape = check_count(num_embeddings, "num_embeddings"), check_count(embedding_dim, "embedding_dim")
        weight = check_generator(generator).standard_normal(shape).astype(check_float_dtype(dtype))
        self.padding_idx = padding_idx if padding_idx is None else _checked_padding(padding_idx, num_embeddings)
        if padding_idx is not None:
            weight[self.padding_idx] = 0
        self.weight = Tensor(weight, requires_grad=True)

    def __call__(self, indices: ArrayLike) -> Tensor:
        """Whole numbers (...) -> (..., embedding_dim)."""
        return embedding(indices, self.weight, self.padding_idx)

    forward = __call__  # type: ignore[assignment]  # numbers of rows are no tensor

    def description(self) -> str:
        """The sizes."""
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.weight.shape[0]}, {self.weight.shape[1]}{padding}"


def _checked(indices: ArrayLike, count: int) -> NDArray[np.integer]:
    if isinstance(indices, Tensor):
        raise TypeError("indices: expected an array of whole numbers, received a Tensor, which holds floats.")
    array = check_array(indices, "indices")
    if array.dtype.kind not in "iu" and array.size:
        raise TypeError(f"indices: expected whole numbers, the rows to take, received dtype {array.dtype}.")
    bad = np.argwhere((array < 0) | (array >= count))
    if len(bad):
        where = tuple(bad[0].tolist())
        raise ValueError(
            f"indices: expected numbers from 0 to {count - 1}, one for each row of the weight, but indices"
            f"[{', '.join(map(str, where))}] is {array[where]}. Was the alphabet larger than the embedding?"
        )
    return array.astype(np.intp, copy=False)


def _checked_padding(padding_idx: int, count: int) -> int:
    if check_count(padding_idx, "padding_idx", low=0) >= count:
        raise ValueError(f"padding_idx: expected a row from 0 to {count - 1}, received {padding_idx}.")
    return padding_idx
