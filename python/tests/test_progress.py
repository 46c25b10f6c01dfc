"""What the library tells of a long call's progress."""

import logging

from nearsym._native import ffi, lib


def test_lines_go_to_the_log_and_warnings_as_such(caplog):
    with caplog.at_level(logging.INFO, "nearsym"):
        for line in (b"network: epoch 1", b"warning: network: the loss still falls"):
            lib.nearsym_tell_line(ffi.NULL, ffi.new("char[]", line))
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("INFO", "network: epoch 1"),
        ("WARNING", "warning: network: the loss still falls"),
    ]
