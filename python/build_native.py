"""Writes the C source of the extension module nearsym._native.

usage: build_native.py INCLUDE OUTPUT
"""

import sys
from pathlib import Path

from cffi import FFI

from declarations import cut

# Calls from C back into Python, and what interrupt.h adds.
CALLBACKS = """
static char *const NSYM_VERSION;
void free(void *memory);
void nearsym_interrupt_begin(void);
void nearsym_interrupt_end(void);
bool nearsym_interrupted(void);
extern "Python" bool nearsym_watch_epoch(void *context, const nsym_train_epoch *epoch);
extern "Python" void nearsym_visit_study(void *context, const char *name, const char *title);
extern "Python" void nearsym_visit_library(void *context, const char *name, const char *version, const char *purpose);
extern "Python" void nearsym_tell_progress(void *context, const char *what, double done, double total);
extern "Python" void nearsym_tell_remark(void *context, nsym_remark_kind kind, const char *text);
extern "Python" void nearsym_tell_line(void *context, const char *text);
"""


def main(include, output):
    ffi = FFI()
    ffi.cdef(cut(include) + CALLBACKS)
    ffi.set_source("nearsym._native", '#include <nearsym/nearsym.h>\n#include "interrupt.h"\n')
    ffi.emit_c_code(output)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
