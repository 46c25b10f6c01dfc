/* The libraries that nearsym calls, as loaded now. */
#ifndef NEARSYM_LIBRARIES_H
#define NEARSYM_LIBRARIES_H

#include <nearsym/api.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Calls `visit` for every library with its name, version ("1.10.8"; "": unknown; NULL: nearsym was built without it)
   and purpose ("HDF5 files"). The texts are borrowed during the call. */
NSYM_API void nsym_libraries(void (*visit)(void *context, const char *name, const char *version, const char *purpose),
                             void *context);

/* The compiler that built nearsym: "gcc 12.2.0", "clang 14.0.6". Borrowed, valid for ever. */
NSYM_API const char *nsym_compiler(void);

#ifdef __cplusplus
}
#endif
#endif
