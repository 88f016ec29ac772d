"""The textbook: every idea of the course written by hand in NumPy, to be read beside its formula.

``graph`` is the core of the engine: an order of the nodes, and the backward pass. ``value`` and ``autograd`` are the
numbers and arrays that it goes through, ``operations``, ``rearranging``, ``choosing``, ``activations``,
``normalization``, ``convolution``, ``pooling`` and ``functional`` the operations with the rules of their derivatives;
``layers`` and ``optimizers`` make networks of them that learn. ``costs``, ``blocks`` and ``explaining`` count what a
convolutional network takes, build a part of one, and look into one. ``recurrent_steps`` says what recurrent networks
compute; ``recurrent`` has their modules, ``clipping`` and ``sampling`` are what it takes to train and to write.
``components``, ``reconstruction`` and ``autoencoders`` learn without labels, ``pretraining`` and ``boltzmann`` what a
deep network starts from. ``descent``, ``newton`` and ``whitening`` go downhill by hand, on ``surfaces`` and others.
``polynomials``, ``shrinkage`` and ``penalty_meanings`` are about models that fit too well; ``folds``,
``model_selection``, ``pipelines`` and ``generalizing`` say how well a model does on what it has not seen.
``deep_stacks`` and ``signals`` show what goes through a deep network, ``normalization_steps`` its normalization and
dropout by the letter; ``scaling`` prepares inputs, ``ensembles`` lets several networks answer.
``matrices``, ``calculus`` and ``quadratics`` are the mathematics that all of it leans on.

Names, defaults and the order of arguments are those of PyTorch, but for what this table says.

=====================================  ================================================================================
here                                   PyTorch
=====================================  ================================================================================
``Tensor([1, 2])`` is float64          ``torch.tensor([1, 2])`` is int64, ``torch.tensor([1.0])`` float32
``x.grad`` is an array, or None        a tensor; ``create_graph=True``, for second derivatives, is missing here
``backward(retain_graph=True)``        keeps the graph; here also the gradients of the nodes between
``p.data -= lr * p.grad``              ``with torch.no_grad(): p -= ...``; here operators in place are refused
``p.data`` is changed too early        goes unseen; here ``backward`` notices, as PyTorch does for ``p -= ...``
``x.sum(dim, keepdim)``, ``mean``      the same; both take ``axis`` and ``keepdims`` too
``x.exp()``, ``log``, ``reshape``,     many more methods; for those missing here the message says what to write
``permute``, ``T``
``inputs``, ``logits``, ``labels``     the first arguments of functions are called ``input`` and ``target``
``x.argmax()``, ``x.max(dim)``         places are tensors; here arrays. ``x.max(axis=...)`` is ``amax``, as in NumPy
``functional.where``, ``stack``,       ``torch.where``, ``torch.stack``, ``torch.cat``, ``torch.amax``
``cat``, ``amax``
``softmax(x, dim=-1)``                 ``dim`` has to be given; ``dtype`` is missing here
``functional.linear(..., relu=True)``  ``relu(linear(...))``
``cross_entropy``, ``mse_loss``,       ``reduction``: here the mean; ``weight``, ``pos_weight`` and
``binary_cross_entropy_with_logits``   ``label_smoothing`` are missing; labels are integers (n,), logits (n, classes)
targets of another shape               are broadcast, with a warning; here refused
``dropout(x, p, training,              draws from a generator of its own; here, and in ``Linear`` and ``Dropout``, one
generator=generator)``                 is passed in
``batch_norm(x, mean, var, weight,     ``weight=None, bias=None``, ``running_mean`` and ``running_var`` may be None
bias, training, momentum, eps)``
``layer_norm(x, weight, bias, eps)``   ``layer_norm(x, normalized_shape, weight=None, bias=None, eps)``
``conv2d``, ``Conv2d``                 take images without a batch, and ``padding="same"``; ``padding_mode`` is missing
                                       here; inputs and weight of one dtype in both
``max_pool2d``, ``MaxPool2d``,         ``ceil_mode``, ``return_indices``, ``count_include_pad`` (here True) and
``avg_pool2d``, ``AvgPool2d``          ``divisor_override`` are missing here
``adaptive_avg_pool2d``,               any ``output_size``; here 1
``adaptive_max_pool2d``
``pad(x, (1, 1))``                     also negative numbers, and a ``mode`` other than "constant"
``embedding``, ``Embedding``           ``max_norm``, ``norm_type``, ``scale_grad_by_freq`` and ``sparse`` are missing
                                       here, and so are negative numbers for ``padding_idx``
``RNN``, ``LSTM``, ``GRU``             here always ``batch_first=True``; ``bias``, ``dropout`` and ``proj_size`` are
                                       missing, and so are sequences without a batch
``rnn(x, state, lengths=[7, 3])``      ``pack_padded_sequence(x, [7, 3], batch_first=True, enforce_sorted=False)``
``clip_grad_norm_(params, max_norm)``  divides by the norm + 10⁻⁶, here by the norm; here always ``norm_type=2`` and
                                       ``error_if_nonfinite=True``
``group_norm(x, 2, weight, bias,       ``weight=None, bias=None``; a group of one value becomes 0, here it is refused
eps)``
``BatchNorm``, ``LayerNorm``,          ``BatchNorm1d``, ``BatchNorm2d``; ``affine``, ``elementwise_affine`` and
``GroupNorm``                          ``track_running_stats`` are missing here, and so is ``bias``
``Linear(..., init=kaiming_normal)``   ``kaiming_normal_(linear.weight)``: here initializers make arrays of a shape
``optimizer.lr = 0.01``                ``optimizer.param_groups[0]["lr"] = 0.01``; settings are attributes, one for all
``SGD(params, lr=schedule)``           a scheduler of its own, with its own ``step()``
``amsgrad``, ``maximize``, ``fused``,  settings of PyTorch's optimizers that are missing here, as are ``centered``,
``foreach``                            ``initial_accumulator_value``, ``capturable``, ``differentiable`` and
                                       ``decoupled_weight_decay``
functions and layers in place          ``inplace=True`` is missing here, and so are ``device`` and old names of options
=====================================  ================================================================================
"""
