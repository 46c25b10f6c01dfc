/* A file of polynomials while it is made: PATH.part, laid out for all values and filled block by block. Behind HDF5's
   own end stands what is done: a mark, the job's hash, where the values begin, and a byte a block. It stays there when
   the file is whole, so that a process that is killed at any moment loses at most its last second. */
#ifndef NSYM_OBSERVABLES_EFP_PART_H
#define NSYM_OBSERVABLES_EFP_PART_H

#include "data/hdf5.h"

typedef struct nsym_efp_part nsym_efp_part;

/* New; nobody else works at `path` until it is freed. Errors: somebody does; `path` is a folder or cannot be written.
 */
NSYM_MUST_CHECK nsym_status nsym_efp_part_new(nsym_efp_part **out, const char *path);

/* Fills a new file with all but the values, and tells where these begin. */
typedef nsym_status (*nsym_efp_lay_out)(nsym_h5 *file, const void *context, uint64_t *values);

/* Goes on with what there is, or begins a file of so many blocks, whose values take so many bytes together. Errors:
   PATH.part is of another job, or damaged. */
NSYM_MUST_CHECK nsym_status nsym_efp_part_open(nsym_efp_part *part, uint64_t job, size_t blocks, uint64_t bytes,
                                               nsym_efp_lay_out lay_out, const void *context);

/* PATH.part; borrowed. */
const char *nsym_efp_part_path(const nsym_efp_part *part);

bool nsym_efp_part_has(const nsym_efp_part *part, size_t block);

/* Writes the values of a block, `at` bytes behind where all begin; any thread may. */
NSYM_MUST_CHECK nsym_status nsym_efp_part_put(nsym_efp_part *part, size_t block, const double *values, size_t bytes,
                                              uint64_t at);

/* Puts the file, all of whose blocks are there, in its place. */
NSYM_MUST_CHECK nsym_status nsym_efp_part_finish(nsym_efp_part *part);

/* What is done so far stays for another process; NULL is fine. */
void nsym_efp_part_free(nsym_efp_part *part);

#endif
