/* Columns of four-momenta that figures, weights and fits read. */
#ifndef NSYM_SOURCES_KINEMATICS_H
#define NSYM_SOURCES_KINEMATICS_H

#include <nearsym/events.h>
#include <nearsym/status.h>
#include <stdbool.h>

/* Adds columns pt, of the first particle, and mass, of all (GeV), or pt_true and mass_true, where particles have px,
   py, pz, energy and no such column is there. */
nsym_status nsym_kinematics_add(nsym_events *events, bool truth) NSYM_MUST_CHECK;

#endif
