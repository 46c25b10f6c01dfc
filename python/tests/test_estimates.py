"""Numbers with errors, and the tables that they print as."""

import numpy as np
import pytest

from nearsym import Estimates
from nearsym._tables import Cells, as_html, as_text, asymmetric, rounded


def two():
    return Estimates(["a", "b"], [0.842, 0.831], covariance=[[4e-6, 3e-6], [3e-6, 4e-6]])


def test_errors_have_two_digits_and_values_as_many_decimals():
    assert rounded(0.842133, 0.00531) == ("0.8421", "0.0053")
    assert rounded(7067.92, 103.04) == ("7068", "103")
    assert rounded(1.0, 0.0996) == ("1.00", "0.10")
    assert rounded(1e-12, 1e-14) == ("1e-12", "1.0e-14")


def test_a_number_without_error_has_six_digits():
    assert rounded(90.8, 0) == ("90.8", "")
    assert rounded(0.83, np.nan) == ("0.83", "")


def test_both_sides_of_an_interval_have_the_smaller_ones_decimals():
    assert asymmetric(17.0, 14.1, 20.5) == ("17.0", "+3.5 -2.9")


def test_errors_are_the_roots_of_the_covariance():
    assert two().errors == pytest.approx([0.002, 0.002], rel=1e-12)


def test_a_difference_has_what_is_shared_taken_out():
    difference = two().difference("a", "b")
    assert difference.value == pytest.approx(0.011)
    assert difference.error == pytest.approx(np.sqrt(2e-6))
    assert two().difference("a", "a").error == 0


def test_one_of_several_keeps_its_error_and_is_a_number():
    one = two()["b"]
    assert (float(one), one.error) == pytest.approx((0.831, 0.002))
    assert two()[-1].names == ("b",)


def test_as_an_array_estimates_are_their_values():
    assert np.asarray(two()).tolist() == [0.842, 0.831] and np.asarray(two()).dtype == np.float64
    assert np.array(two(), dtype=np.float32).dtype == np.float32
    estimates = two()
    np.array(estimates)[0] = 0
    assert estimates.values[0] == 0.842


def test_several_numbers_are_not_one():
    with pytest.raises(ValueError, match="2 numbers; name one of: a, b"):
        float(two())


def test_an_unknown_name_says_which_there_are():
    with pytest.raises(KeyError, match="no 'c'; there are: a, b"):
        two()["c"]


def test_without_a_covariance_no_difference_is_made_up():
    with pytest.raises(ValueError, match="covariance of these numbers is not known"):
        Estimates(["a", "b"], [1, 2], [0.1, 0.1]).difference("a", "b")


def test_a_correlation_with_what_is_fixed_is_nan():
    correlation = Estimates(["a", "b"], [1, 2], covariance=[[4, 0], [0, 0]]).correlation
    assert correlation[0, 0] == 1 and np.isnan(correlation[1, 1])


def test_a_table_is_aligned_and_its_html_is_escaped():
    cells = Cells("title", ["", "value"], [["a<b", "1.5"], ["c", "10.25"]], ["note"])
    assert as_text(cells) == "title\n     value\na<b    1.5\nc    10.25\nnote"
    assert "<td>a&lt;b</td>" in as_html(cells) and "<caption>title</caption>" in as_html(cells)
    assert "<th>value</th>" in as_html(cells) and "<p>note</p>" in as_html(cells)
