/* The studies that come with nearsym. */
#ifndef NSYM_TESTS_STUDY_STUDIES_H
#define NSYM_TESTS_STUDY_STUDIES_H

static const char *const studies[] = {"approximate-invariance",
                                      "encouraged-invariance",
                                      "muon-isolation-data",
                                      "muon-isolation-simulation",
                                      "own-muon-pairs",
                                      "own-sample",
                                      "own-showers"};
enum { STUDIES = sizeof studies / sizeof *studies };

#endif
