#include "base/remark.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>

enum { TEXT_SIZE = 2048 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void (*listener)(void *context, nsym_remark_kind kind, const char *text);
static void *listener_context;

void nsym_remarks_listen(void (*tell)(void *context, nsym_remark_kind kind, const char *text), void *context) {
    pthread_mutex_lock(&lock);
    listener = tell;
    listener_context = context;
    pthread_mutex_unlock(&lock);
}

void nsym_remark(nsym_remark_kind kind, const char *format, ...) {
    char text[TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (char *at = text; *at; at++) /* names and words of a file may have line ends */
        if (*at == '\n' || *at == '\r') *at = ' ';
    pthread_mutex_lock(&lock);
    if (listener) listener(listener_context, kind, text);
    pthread_mutex_unlock(&lock);
}
