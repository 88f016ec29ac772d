"""What people write when they go back through a graph of numbers, and what to tell them."""

from collections.abc import Callable
from typing import Any

from dlcourse.chapters.backpropagation.exercises import wrong_passes
from dlcourse.chapters.backpropagation.exercises.number_graphs import Number
from dlcourse.exercises.kinds.exercise import Mistake, Outcome
from dlcourse.exercises.wording import number
from dlcourse.scratch.graph import topological_order


def key(node: Number) -> str:
    """The name of a node's gradient."""
    return f"{node.name}.grad"


def first_wrong(root: Number, expected: dict[str, float], received: dict[str, Any]) -> Number:
    """The first node on the way back whose gradient is not the expected one."""
    return next(node for node in wrong_passes.backward_order(root) if received[key(node)] != expected[key(node)])


def users_told(root: Number, node: Number, gradients: dict[str, float]) -> str:
    """The steps that a node is used in, with their gradients: "`f = q × z` (gradient of `f`: 1)"; "" for the root."""
    users = [user for user in wrong_passes.backward_order(root) if node in user.parents]
    return " and ".join(
        f"`{user.name} = {user.formula}` (gradient of `{user.name}`: {number(gradients[key(user)])})" for user in users
    )


def _told(template: str) -> Callable[[Outcome], str]:
    """A feedback with the numbers of the first wrong node of the first case that differs."""

    def feedback(outcome: Outcome) -> str:
        (root,) = outcome.case.arguments
        node = first_wrong(root, outcome.expected, outcome.received)
        return template.format(
            case=outcome.case.label,
            node=node.name,
            right=number(outcome.expected[key(node)]),
            yours=number(outcome.received[key(node)]),
            uses=users_told(root, node, outcome.expected),
        )

    return feedback


AT = "In “{case}” the gradient of `{node}` should be {right}, and you give it {yours}. "
TWICE = (
    AT + "It counts some ways twice: a node is visited at every arrival, and each time it hands on *all* that it has, "
    "also what it handed on before. {}Every node hands on once, when its gradient is complete: go through "
    "`graph.topological_order(result)` from its end."
)

MISTAKES = [
    Mistake(
        "overwritten",
        wrong_passes.overwritten,
        _told(
            AT + "`{node}` is used in {uses}. `parent.grad = ...` forgets what another way has brought before; the "
            "contributions of all ways are added: `+=`."
        ),
    ),
    Mistake(
        "first_arrival_kept",
        wrong_passes.first_kept,
        _told(
            AT + "`{node}` is used in {uses}. You keep the first contribution and drop those that arrive later. Each "
            "of them counts: add them up."
        ),
    ),
    Mistake(
        "forward_order",
        wrong_passes.in_order(topological_order),
        _told(
            AT + "You go through the nodes in the order of the computation, inputs first. When their turn comes they "
            "have no gradient to hand on yet; only the last step reaches its operands. Go through the list from its "
            "end: `reversed(...)`."
        ),
    ),
    Mistake(
        "no_start",
        wrong_passes.in_order(wrong_passes.backward_order, start=0.0),
        "Every gradient is 0 after your call. The pass multiplies what comes in, and something has to come in first: "
        "the derivative of the result by itself, 1. Set it before the loop. (A gradient that you compute and return is "
        "lost here, too: it belongs in the node's `grad`.)",
    ),
    Mistake(
        "start_with_the_value",
        wrong_passes.own_value_for_one,
        _told(
            AT + "You start with the *value* of the result. The pass starts with the derivative of the result by "
            "itself, and that is 1 whatever its value."
        ),
    ),
    Mistake(
        "incoming_not_multiplied",
        wrong_passes.with_rule(lambda node, parent, derivative: derivative),
        _told(
            AT + "`{node}` is used in {uses}. You add the local derivative alone. It says how that step's result "
            "changes with `{node}`; how the end result changes with that step is the step's own gradient: multiply by "
            "`node.grad`."
        ),
    ),
    Mistake(
        "local_not_multiplied",
        wrong_passes.with_rule(lambda node, parent, derivative: node.grad),
        _told(
            AT + "`{node}` is used in {uses}. You hand on the incoming gradient as it is. That is right for a sum; in "
            "general it is multiplied by the local derivative that belongs to this parent."
        ),
    ),
    Mistake(
        "incoming_added_to_local",
        wrong_passes.with_rule(lambda node, parent, derivative: node.grad + derivative),
        _told(
            AT + "`{node}` is used in {uses}. You add the incoming gradient and the local derivative. Along one way "
            "rates are *multiplied*; only different ways are added."
        ),
    ),
    Mistake(
        "value_of_the_parent",
        wrong_passes.with_rule(lambda node, parent, derivative: node.grad * parent.data),
        _told(
            AT + "`{node}` is used in {uses}. You multiply by the parent's own value, `parent.data`. The factor is the "
            "local derivative, and for a product that is the *other* operand; the node has it in `node.derivatives`."
        ),
    ),
    Mistake(
        "value_of_the_node",
        wrong_passes.with_rule(lambda node, parent, derivative: node.data * derivative),
        _told(
            AT + "`{node}` is used in {uses}. You multiply the local derivative by the step's value, `node.data`. On "
            "the way back it is multiplied by the step's *gradient*, `node.grad`."
        ),
    ),
    Mistake(
        "directions_swapped",
        wrong_passes.result_alone,
        _told(
            AT + "Only the result has a gradient after your call: nothing is handed on to its parents. Each node gives "
            "to its parents, so it is `parent.grad` that grows (from 0, by adding), by `node.grad` times the local "
            "derivative. The result itself has its turn too, as the first."
        ),
    ),
    Mistake(
        "first_parent_only",
        wrong_passes.first_parent_only,
        _told(
            AT + "It is used in {uses}. You hand on to the first parent of each node only. Every operand has an "
            "influence on the result: go through parents and derivatives together, with `zip`."
        ),
    ),
    Mistake(
        "parents_in_a_dictionary",
        wrong_passes.parents_in_a_dictionary,
        _told(
            AT + "It is used in {uses}, as both operands. In a dictionary or a set of parents it stands once, and half "
            "of its gradient is lost: go through the tuple `node.parents` itself."
        ),
    ),
    Mistake(
        "result_left_out",
        wrong_passes.result_left_out,
        _told(
            AT + "All other gradients are right. The result is a node of the graph as well, and its derivative by "
            "itself is 1: put it in its `grad`."
        ),
    ),
    Mistake(
        "inputs_only",
        wrong_passes.inputs_only,
        _told(
            AT + "The inputs have the right gradients, and the nodes between have none. Each of them has one, found on "
            "the way: leave it in the node's `grad`, where it is asked for."
        ),
    ),
    Mistake(
        "level_by_level",
        wrong_passes.in_order(wrong_passes.level_by_level),
        _told(
            AT + "Some node hands its gradient on before all of it has arrived. You go back level by level, and a "
            "node can be near the result along one way and far along another. Its turn comes after that of *every* "
            "node that uses it."
        ),
    ),
    Mistake(
        "when_first_reached",
        wrong_passes.in_order(wrong_passes.first_reached),
        _told(
            AT + "You visit every node once, depth first, when it is first reached; another way to it may not have "
            "arrived by then, and what it brings is never handed on. Its turn comes after that of *every* node that "
            "uses it: that is what the topological order is for."
        ),
    ),
    Mistake(
        "all_again_at_every_arrival",
        wrong_passes.depth_first,
        _told(TWICE.replace("{}", "Each parent has its turn at once, where others that use it have to come first. ")),
    ),
    Mistake(
        "all_again_by_calls",
        lambda result: wrong_passes.every_arrival(result, newest=True, backwards=True),
        _told(TWICE.replace("{}", "A function that gives to the parents and then calls itself for each does that. ")),
    ),
    Mistake(
        "all_again_from_a_stack",
        lambda result: wrong_passes.every_arrival(result, newest=True),
        _told(TWICE.replace("{}", "Your stack of waiting nodes holds a node once for each use. ")),
    ),
    Mistake(
        "all_again_from_a_queue",
        lambda result: wrong_passes.every_arrival(result, newest=False),
        _told(TWICE.replace("{}", "Your queue of waiting nodes holds a node once for each use. ")),
    ),
    Mistake(
        "along_every_way",
        wrong_passes.along_every_way,
        "The gradients are right, until the graph is deep: your function calls itself for each parent, 5,000 calls "
        "inside each other on the chain, and Python ends with RecursionError after about 1,000. It also follows every "
        "*way* on its own, and their number doubles with each fan-out: 60 in a row would take thousands of years. "
        "Let each node hand on once, from a list: `graph.topological_order(result)`, backwards.",
    ),
]
