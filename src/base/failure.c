#include "base/failure.h"

#include "base/fail.h"

#include <stdio.h>

void nsym_failure_note(nsym_failure *failure, size_t number, nsym_status status) {
    if (status == NSYM_OK || (failure->status != NSYM_OK && failure->number <= number)) return;
    failure->number = number;
    failure->status = status;
    snprintf(failure->text, sizeof failure->text, "%s", nsym_message());
}

nsym_status nsym_failure_tell(const nsym_failure *failure) {
    return failure->status == NSYM_OK ? NSYM_OK : nsym_fail(failure->status, "%s", failure->text);
}
