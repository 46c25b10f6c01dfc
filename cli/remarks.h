/* What the library remarks about files (nearsym/remarks.h), on standard error, every text once. */
#ifndef NEARSYM_CLI_REMARKS_H
#define NEARSYM_CLI_REMARKS_H

/* From now on warnings are told. */
void remarks_listen(void);

/* And so are notes. */
void remarks_show_notes(void);

#endif
