#include "study/answers.h"

#include "base/fail.h"
#include "data/texts.h"
#include "nn/models.h"
#include "sources/labels.h"

#include <math.h>

/* The names of the classes as those of a column's values, where as many are known. */
static nsym_status name_values(nsym_events *events, const char *column, const char *classes) {
    char name[NSYM_CLASSES_MAX][NSYM_CLASS_NAME];
    const char *names[NSYM_CLASSES_MAX];
    nsym_column *to = nsym_events_column(events, column);
    size_t n = nsym_class_names(name, classes);
    if (to->width == 1 || n != to->width) return NSYM_OK;
    for (size_t k = 0; k < n; k++) names[k] = name[k];
    to->labels = nsym_texts_copy(names, n);
    return to->labels ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the names of %zu classes", n);
}

nsym_status nsym_answers_add(nsym_answers *out, nsym_events *events, const nsym_model_spec *spec, const char *classes) {
    size_t outputs = nsym_model_outputs(spec);
    bool several = outputs > 1;
    const char *meaning = several ? "probability of each class" : "probability of signal";
    *out = (nsym_answers){.events = events->count, .outputs = outputs};
    NSYM_TRY(nsym_events_add_column(events, "output", "", meaning, outputs, &out->output));
    NSYM_TRY(nsym_events_add_column(events, "logit", "", several ? "the network's answers" : "the network's answer",
                                    outputs, &out->logit));
    NSYM_TRY(name_values(events, "output", classes));
    NSYM_TRY(name_values(events, "logit", classes));
    if (!nsym_spec_gates(spec)) return NSYM_OK;
    return nsym_events_add_column(events, "general_weight", "", "weight of the general latent", 1, &out->general);
}

void nsym_answers_probabilities(double *probabilities, const double *logits, size_t events, size_t outputs,
                                double temperature) {
    for (size_t i = 0; i < events * outputs; i++)
        probabilities[i] = outputs == 1 ? 1 / (1 + exp(-logits[i] / temperature)) : logits[i] / temperature;
    for (size_t i = 0; outputs > 1 && i < events; i++)
        nsym_class_probabilities(probabilities + i * outputs, probabilities + i * outputs, outputs);
}

void nsym_answers_finish(const nsym_answers *a, double temperature) {
    nsym_answers_probabilities(a->output, a->logit, a->events, a->outputs, temperature);
}
