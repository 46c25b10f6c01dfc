/* Who is at what, among processes that share a folder: a claim is a file that one of them alone can make, and that
   names its owner's lease. It holds as long as the owner gives signs of life (ledger/lease.h). Work done twice does no
   harm: claims save time, and nothing is lost where one is broken. */
#ifndef NSYM_LEDGER_CLAIMS_H
#define NSYM_LEDGER_CLAIMS_H

#include "ledger/lease.h"

typedef struct nsym_claims nsym_claims;

/* The answer to a claim. */
typedef struct nsym_claim {
    bool mine;                   /* else somebody is at it: */
    char owner[NSYM_LEASE_NAME]; /* "node7:1234"; where it is mine, the dead process that was at it, or "" */
} nsym_claim;

/* The claims in `folder`, which is made with the first of them, of a process with a lease in `leases`. Lease and vigil
   are borrowed. */
nsym_status nsym_claims_new(nsym_claims **out, const char *folder, const char *leases, const nsym_lease *own,
                            nsym_vigil *vigil) NSYM_MUST_CHECK;

/* Gives up all that is claimed, removes the claims of the dead and then the folder, if it is empty. NULL is fine. */
void nsym_claims_free(nsym_claims *claims);

/* Claims something by its key. What others claim is looked up at most once in a while (nsym_claims_pause), which is
   also how long to wait before another try. Safe from several threads, as are the calls below. Errors: the folder
   cannot be written. */
nsym_status nsym_claims_take(nsym_claims *claims, const char *key, nsym_claim *out) NSYM_MUST_CHECK;

/* Gives a claim up. False: it was another's by then, who took this process for dead. */
bool nsym_claims_release(nsym_claims *claims, const char *key);

/* Lets the next claim look at the folder in any case. */
void nsym_claims_look_again(nsym_claims *claims);

/* Seconds: 1, or less where $NSYM_CLAIM_SECONDS is short. */
double nsym_claims_pause(const nsym_claims *claims);

#endif
