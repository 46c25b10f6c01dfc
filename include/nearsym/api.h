/* Visibility of the library's functions, and the attribute of every function that can fail. */
#ifndef NEARSYM_API_H
#define NEARSYM_API_H

#if defined(__GNUC__)
#define NSYM_API __attribute__((visibility("default")))
#define NSYM_MUST_CHECK __attribute__((warn_unused_result))
#define NSYM_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define NSYM_API
#define NSYM_MUST_CHECK
#define NSYM_PRINTF(text, first)
#endif

#endif
