"""The library's plan for a set of graphs as a Python function, for weights and distances that the library does not
measure itself. The lines of a plan (`EFPSet.plan`) are nearly numpy already."""

from __future__ import annotations

import re
from typing import Any, Callable

import numpy as np

# What stands behind the "=" of a line, and what that is in numpy; o: element by element.
RULES = [
    (r"theta\^(\d+)", r"theta**\1"),
    (r"diag\(z (\w+)\) (\w+)", r"(z * \1)[:, None] * \2"),
    (r"(\w+)(\^T)? (\w+)", r"\1\2 @ \3"),
    (r"(\w+)\^T", r"\1^T"),
    (r"(diamond|triangle)\((\w+)\)", r"\1(z, \2)"),
    (r"(\w+)(\^T)? \(z (\w+)\)", r"\1\2 @ (z * \3)"),
    (r"\((\w+) o (\w+)\) \(z (\w+)\)", r"(\1 * \2) @ (z * \3)"),
    (r"sum z (\w+) (\w+)", r"(z * \1 * \2).sum()"),
    (r"(\w+) o (\w+)", r"\1 * \2"),
]

Computed = Callable[[np.ndarray, np.ndarray], np.ndarray]


def compiled(plan: str) -> Computed:
    """The function of z (constituents,) and theta (constituents, constituents), symmetric, that follows a set's plan
    and gives the values (graphs,)."""
    lines = plan.splitlines()
    steps = [line.split(" = ") for line in lines if " = " in line]
    results = [line.split(": ")[1] for line in lines if ": " in line]
    read = {word for _, formula in steps for word in re.findall(r"\w+", formula)} | set(results)
    body = [f"    {place} = {translated(formula)}" for place, formula in steps if place in read]
    source = ["def compute(z, theta):", *body, f"    return np.array([{', '.join(results)}])"]
    names: dict[str, Any] = {"np": np, "diamond": diamond, "triangle": triangle}
    exec("\n".join(source), names)
    return names["compute"]


def translated(formula: str) -> str:
    for pattern, numpy in RULES:
        match = re.fullmatch(pattern, formula)
        if match:
            return match.expand(numpy).replace("^T", ".T")
    raise ValueError(f"the plan has a step that is not known: {formula}")


def diamond(z: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """(i, j): the sum over k and l of z_k z_l theta_ik theta_jk theta_kl theta_il theta_jl."""
    weighted = theta[:, None, :] * theta * z
    return ((weighted @ theta) * weighted).sum(axis=2)


def triangle(z: np.ndarray, theta: np.ndarray) -> float:
    """The sum over i, j and k of z_i z_j z_k theta_ij theta_jk theta_ik."""
    return z @ (theta * ((theta * z) @ theta)) @ z
