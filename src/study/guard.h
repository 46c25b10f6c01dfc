/* Whose output folder is it? One folder holds one study. */
#ifndef NSYM_STUDY_GUARD_H
#define NSYM_STUDY_GUARD_H

#include "study/plan.h"

/* Before anything is written: refuses a folder in which no study was run, but which has a file that a run would
   replace, such as a chosen.yaml that somebody keeps there. */
nsym_status nsym_guard_foreign(const char *folder) NSYM_MUST_CHECK;

/* Refuses a plan's card in a folder whose ledger, which is open, holds another study's runs: of another name, of other
   experiments altogether, or trained with other settings at one of the card's places. More places, members and tables
   are welcome, and so is another choice of when the test sample is measured (study/shown.h). The message says what
   differs and what to do. */
nsym_status nsym_guard_check(const nsym_plan *plan) NSYM_MUST_CHECK;

/* Tells other processes that use the ledger what this one is at, and refuses where one of them is at work on another
   card: each would take the other's files for its own. */
nsym_status nsym_guard_enter(const nsym_plan *plan) NSYM_MUST_CHECK;

/* Moves everything that a study left in the folder into a new one in it, named after the day ("old-2026-11-29"), and
   tells of it; nothing where there is nothing. Errors: the card is one of these files; a file cannot be moved. */
nsym_status nsym_guard_set_aside(const nsym_plan *plan) NSYM_MUST_CHECK;

#endif
