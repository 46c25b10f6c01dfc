/* What a command says on standard error beside its results: errors in red and warnings in yellow on a terminal, unless
   the environment variable NO_COLOR is set (https://no-color.org). */
#ifndef CLI_TELL_H
#define CLI_TELL_H

#include <nearsym/status.h>
#include <stdarg.h>

/* A line "nearsym: ..." or "nearsym: warning: ...". */
void tell_error(const char *format, ...) NSYM_PRINTF(1, 2);
void tell_error_list(const char *format, va_list arguments);
void tell_warning(const char *format, ...) NSYM_PRINTF(1, 2);

#endif
