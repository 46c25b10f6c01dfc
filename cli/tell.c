#include "tell.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool in_colour(void) {
    const char *none = getenv("NO_COLOR"), *kind = getenv("TERM");
    return isatty(STDERR_FILENO) && !(none && none[0]) && !(kind && strcmp(kind, "dumb") == 0);
}

static void tell(const char *colour, const char *head, const char *format, va_list arguments) {
    bool coloured = in_colour();
    fprintf(stderr, "%s%s%s ", coloured ? colour : "", head, coloured ? "\033[0m" : "");
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void tell_error_list(const char *format, va_list arguments) {
    tell("\033[31m", "nearsym:", format, arguments);
}

void tell_error(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    tell("\033[31m", "nearsym:", format, arguments);
    va_end(arguments);
}

void tell_warning(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    tell("\033[33m", "nearsym: warning:", format, arguments);
    va_end(arguments);
}
