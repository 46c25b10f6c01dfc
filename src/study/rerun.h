/* The command that runs a study again, for its report. */
#ifndef NSYM_STUDY_RERUN_H
#define NSYM_STUDY_RERUN_H

#include "base/arena.h"
#include <nearsym/study.h>

/* "cd FOLDER && nearsym study run NAME --preset quick --set 'a=[1]' --out DIR", quoted for a shell, with the variables
   of the environment that decide what it gives before `nearsym`; from the arena. NULL: no memory. */
const char *nsym_rerun_line(nsym_arena *arena, const nsym_study_options *options);

#endif
