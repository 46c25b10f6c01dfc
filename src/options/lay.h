/* What is laid over a card before anything reads it: the settings that a search chose, a preset, settings of the
   command line. */
#ifndef NSYM_OPTIONS_LAY_H
#define NSYM_OPTIONS_LAY_H

#include "options/tree.h"

/* The settings that a search chose stand in a file of their own: its list takes the place of its name, so that a
   resolved card is whole. Errors: the file cannot be read, or has no list. */
nsym_status nsym_lay_chosen(nsym_tree *card) NSYM_MUST_CHECK;

/* Refuses a recipe, a choice, an experiment or a preset that names a section as a whole. */
nsym_status nsym_lay_check(const nsym_tree *card) NSYM_MUST_CHECK;

/* Lays the preset of that name, or a setting such as "train.epochs=10": each path gets its value in the card and
   wherever a recipe, a choice, a search or an experiment would set it again. Errors: no such preset, bad YAML. */
nsym_status nsym_lay_preset(nsym_tree *card, const char *preset) NSYM_MUST_CHECK;
nsym_status nsym_lay_setting(nsym_tree *card, const char *setting) NSYM_MUST_CHECK;

/* What laid a value: the card (or nothing), a preset, a setting. */
nsym_laid nsym_lay_of(const nsym_node *node);

#endif
