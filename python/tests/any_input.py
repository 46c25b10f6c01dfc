"""For tests that give anything: each call is answered, or refused with a message."""

import pytest


def answers(compute, strategies, is_answer, examples):
    """Calls with values of the strategies, which are hypothesis's.

    A call is answered by what `is_answer` holds for, or by a TypeError or ValueError that has a message.
    """
    hypothesis = pytest.importorskip("hypothesis")

    @hypothesis.settings(max_examples=examples, deadline=None, database=None, derandomize=True)
    @hypothesis.given(hypothesis.strategies.tuples(*strategies))
    def try_all(given):
        try:
            values = compute(*given)
        except (TypeError, ValueError) as error:
            assert str(error)
        else:
            assert is_answer(values)

    try_all()
