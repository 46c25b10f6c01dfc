/* Includes the whole library, in reading order. */
#ifndef NEARSYM_NEARSYM_H
#define NEARSYM_NEARSYM_H

#include <nearsym/api.h>
#include <nearsym/libraries.h>
#include <nearsym/remarks.h>
#include <nearsym/status.h>

#include <nearsym/progress.h>
#include <nearsym/random.h>

#include <nearsym/events.h>

#include <nearsym/formats/cms_muons.h>
#include <nearsym/formats/lhe.h>
#include <nearsym/io.h>
#include <nearsym/part.h>
#include <nearsym/scores.h>
#include <nearsym/trust.h>
#include <nearsym/work.h>

#include <nearsym/efp.h>
#include <nearsym/observables.h>

#include <nearsym/generate/activity.h>
#include <nearsym/generate/dimuon.h>
#include <nearsym/generate/jet.h>
#include <nearsym/generate/muon_pairs.h>
#include <nearsym/generate/shower.h>
#include <nearsym/neighbours.h>

#include <nearsym/generate/muons.h>
#include <nearsym/pixels.h>

#include <nearsym/copies.h>
#include <nearsym/generate/showers.h>

#include <nearsym/bench.h>
#include <nearsym/cpu.h>
#include <nearsym/export.h>
#include <nearsym/model.h>
#include <nearsym/train.h>

#include <nearsym/ado.h>
#include <nearsym/calibration.h>
#include <nearsym/classes.h>
#include <nearsym/kde.h>
#include <nearsym/massfit.h>
#include <nearsym/matching.h>
#include <nearsym/reweight.h>
#include <nearsym/splot.h>
#include <nearsym/stats.h>

#include <nearsym/chain.h>
#include <nearsym/cluster.h>
#include <nearsym/efp_search.h>
#include <nearsym/predict.h>
#include <nearsym/study.h>
#include <nearsym/symmetry.h>

#include <nearsym/report.h>

#endif
