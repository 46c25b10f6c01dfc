/* The result of a function that can fail, and the message that explains a failure. */
#ifndef NEARSYM_STATUS_H
#define NEARSYM_STATUS_H

#include <nearsym/api.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a function returns. */
typedef enum nsym_status {
    NSYM_OK = 0,
    NSYM_EINVAL,       /* an argument or a value in a card is wrong */
    NSYM_EIO,          /* the system could not open, read or write */
    NSYM_EFORMAT,      /* the content of a file is damaged or of another kind */
    NSYM_ENOMEM,       /* no memory */
    NSYM_ENUMERIC,     /* a NaN or infinity, or a method that did not converge */
    NSYM_ENOTFOUND,    /* no such column, study, model or file */
    NSYM_EINTERRUPTED, /* stopped on request; finished work is kept */
    NSYM_EINTERNAL     /* an underlying library failed unexpectedly */
} nsym_status;

/* The message of this thread's last failure: what, where, which value, what to do. Borrowed: valid until this thread's
   next failure. Never NULL. */
NSYM_API const char *nsym_message(void);

/* Short name of a status, such as "format". Borrowed, valid for ever. */
NSYM_API const char *nsym_status_name(nsym_status status);

#ifdef __cplusplus
}
#endif
#endif
