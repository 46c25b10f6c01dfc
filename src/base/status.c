#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_SIZE = 1024 };

static _Thread_local char message[MESSAGE_SIZE] = "no failure so far";

const char *nsym_message(void) {
    return message;
}

const char *nsym_status_name(nsym_status status) {
    static const char *const names[] = {"ok",      "invalid",   "io",          "format",  "memory",
                                        "numeric", "not found", "interrupted", "internal"};
    size_t known = sizeof names / sizeof *names;
    return (size_t)status < known ? names[status] : "unknown";
}

void nsym_message_set(const char *format, ...) {
    char text[MESSAGE_SIZE]; /* an argument may be the present message */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    memcpy(message, text, sizeof message);
}

void nsym_message_prefix(const char *format, ...) {
    char text[MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    int used = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (used >= 0 && (size_t)used < sizeof text) snprintf(text + used, sizeof text - (size_t)used, "%s", message);
    memcpy(message, text, sizeof message);
}
