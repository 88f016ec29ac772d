"""The exercises of chapter 20, autoencoders, in the order of the chapter."""

from dlcourse.chapters.autoencoders.exercises.denoising_loss import denoising_loss
from dlcourse.chapters.autoencoders.exercises.greedy_layers import greedy_layers
from dlcourse.chapters.autoencoders.exercises.kl_sparsity import kl_sparsity
from dlcourse.chapters.autoencoders.exercises.linear_error import linear_error
from dlcourse.chapters.autoencoders.exercises.pca_by_svd import pca_by_svd
from dlcourse.chapters.autoencoders.exercises.reconstruction_gradient import reconstruction_gradient

EXERCISES = (reconstruction_gradient, pca_by_svd, linear_error, denoising_loss, kl_sparsity, greedy_layers)
