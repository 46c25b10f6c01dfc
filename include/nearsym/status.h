/* What a function that can fail returns, and the message that says what went wrong. */
#ifndef NEARSYM_STATUS_H
#define NEARSYM_STATUS_H

#include <nearsym/api.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum nsym_status {
    NSYM_OK = 0,
    NSYM_EINVAL,       /* an argument or a card's value is wrong */
    NSYM_EIO,          /* the system refused to open, read or write */
    NSYM_EFORMAT,      /* a file's content is damaged or not what it should be */
    NSYM_ENOMEM,       /* no memory */
    NSYM_ENUMERIC,     /* a NaN or infinity, or a method that did not converge */
    NSYM_ENOTFOUND,    /* no such column, study, model or file */
    NSYM_EINTERRUPTED, /* stopped on request; finished work is kept */
    NSYM_EINTERNAL     /* a library underneath failed where it should not */
} nsym_status;

/* The message of this thread's last failure: what, where, which value, what to do.
   Borrowed: valid until this thread's next failure. Never NULL. */
NSYM_API const char *nsym_message(void);

/* A short name of a status, such as "format". Borrowed for ever. */
NSYM_API const char *nsym_status_name(nsym_status status);

#ifdef __cplusplus
}
#endif
#endif
