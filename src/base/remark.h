/* How the library's own files say what is no failure (nearsym/remarks.h). */
#ifndef NSYM_BASE_REMARK_H
#define NSYM_BASE_REMARK_H

#include <nearsym/remarks.h>

/* Tells the listener, where there is one: nsym_remark(NSYM_WARNING, "%s: ...", path, ...). */
void nsym_remark(nsym_remark_kind kind, const char *format, ...) NSYM_PRINTF(2, 3);

#endif
